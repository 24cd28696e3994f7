//! Workbooks of a release: the rules hold in every finished file, the figures are those of the tables, the bytes are
//! always the same.

use super::common;
use super::render_fake::{SMALL, release};
use super::render_tables::{files, rows};
use super::workbook_reader::{Book, Cell, forbidden, package, read, tags};
use super::workbook_rules::{LISTINGS, MARKS, faults};
use dpcmi::model::Provenance;
use dpcmi::render::csv::unescape;
use dpcmi::report::words;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

type Files = BTreeMap<String, Vec<u8>>;

/// Quarter on show of the fake release and of the full one.
const FAKE: &str = "2018-12-31";
const FULL: &str = "2018-09-30";

fn fake() -> &'static Files {
    static MADE: OnceLock<Files> = OnceLock::new();
    MADE.get_or_init(|| files(release(&SMALL, Provenance::Published)))
}

/// A release of the full model that has gone through the whole line: agreements, standards, providers, value.
fn full() -> &'static Files {
    static MADE: OnceLock<Files> = OnceLock::new();
    MADE.get_or_init(|| {
        let root = super::explained_doubt::release();
        let of = |folder: &str| common::files(&root.join(folder));
        let paths = of("tables").into_iter().chain(of("workbook"));
        let read = |p: std::path::PathBuf| {
            let name: Vec<_> = p.strip_prefix(root).unwrap().iter().map(|c| c.to_str().unwrap()).collect();
            (name.join("/"), std::fs::read(&p).unwrap())
        };
        paths.map(read).collect()
    })
}

fn books(files: &Files) -> BTreeMap<&str, Book> {
    let books = files.iter().filter(|(p, _)| p.starts_with("workbook/"));
    books.map(|(p, bytes)| (p.as_str(), read(p, bytes))).collect()
}

#[test]
fn every_workbook_keeps_the_rules_for_accessible_spreadsheets() {
    for files in [fake(), full()] {
        let books = books(files);
        let ccgs: BTreeSet<String> = {
            let (header, rows) = rows(files, "tables/league_table.csv");
            let at = header.iter().position(|h| h == "ccg_code").unwrap();
            rows.iter().map(|r| r[at].clone()).collect()
        };
        let named: BTreeSet<String> =
            books.keys().filter_map(|p| p.strip_prefix("workbook/ccg/")).map(str::to_owned).collect();
        let expected = ccgs.iter().flat_map(|c| [format!("{c}.ods"), format!("{c}.xlsx")]).collect();
        assert_eq!(named, expected);
        assert_eq!(books.len(), named.len() + 2);
        for (path, book) in &books {
            assert_eq!(faults(book), Vec::<String>::new(), "{path}");
        }
    }
}

/// The list of sheets, read apart from the code that reads it.
fn definition() -> toml::Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/workbook.toml");
    std::fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap().into()
}

fn strings<'v>(value: &'v toml::Value, key: &str) -> Vec<&'v str> {
    value[key].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect()
}

/// A published CSV: header and rows; nothing where the release lacks it.
fn csv(files: &Files, table: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let path = format!("tables/{table}.csv");
    files.contains_key(&path).then(|| rows(files, &path))
}

/// Text of a column of a published CSV, row by row.
fn texts(files: &Files, table: &str, column: &str) -> Vec<String> {
    let (header, rows) = csv(files, table).unwrap();
    let at = header.iter().position(|h| h == column).unwrap_or_else(|| panic!("{table}.{column}"));
    rows.into_iter().map(|mut r| unescape(&r.swap_remove(at)).to_owned()).collect()
}

/// Words of the codes of a lookup: those of the quarter on show last, since they win.
fn words_of(files: &Files, lookup: &str, shown: &str) -> BTreeMap<String, String> {
    let definition = definition();
    let lookup = definition["lookup"].as_array().unwrap().iter().find(|l| l["id"].as_str() == Some(lookup));
    let named = |key: &str| lookup.unwrap()[key].as_str().unwrap().to_owned();
    let Some((header, _)) = csv(files, &named("table")) else { return BTreeMap::new() };
    let (codes, words) =
        (texts(files, &named("table"), &named("code")), texts(files, &named("table"), &named("words")));
    let now: Vec<bool> = match header.contains(&"period".to_owned()) {
        true => texts(files, &named("table"), "period").iter().map(|p| p == shown).collect(),
        false => vec![true; codes.len()],
    };
    let also = lookup.unwrap().get("also").and_then(|a| a.as_table()).into_iter().flatten();
    let mut out: BTreeMap<String, String> =
        also.map(|(code, words)| (code.clone(), words.as_str().unwrap().to_owned())).collect();
    for current in [false, true] {
        let rows = (0..codes.len()).filter(|i| now[*i] == current && !MARKS.contains(&words[*i].as_str()));
        out.extend(rows.map(|i| (codes[i].clone(), words[i].clone())));
    }
    out
}

/// Answers to points of the indicators of the full model whose answers are words of their own.
fn options() -> BTreeMap<String, BTreeMap<String, f64>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/dpcma-2018.toml");
    let pipeline = std::fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap();
    let number = |v: &toml::Value| v.as_integer().map(|n| n as f64).or(v.as_float()).unwrap();
    let own = |x: &toml::Value| {
        let key = x.get("value")?.get("points")?.as_table()?;
        let key: BTreeMap<String, f64> = key.iter().map(|(word, p)| (word.clone(), number(p))).collect();
        (!key.contains_key("yes")).then(|| (x["id"].as_str().unwrap().to_owned(), key))
    };
    let found: BTreeMap<_, _> = pipeline["indicator"].as_array().unwrap().iter().filter_map(own).collect();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["IND8.1"]);
    found
}

/// The words of a worth of 0 to 1 as the CSV has it; its shorthand stays.
fn in_words(key: &BTreeMap<String, f64>, worth: &str) -> String {
    let Ok(worth) = worth.parse::<f64>() else { return worth.to_owned() };
    let words = key.iter().filter(|(_, points)| (*points / 100.0 - worth).abs() < 1e-9);
    words.map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" or ")
}

/// What a sheet has to hold: the name of each column (`words` for words beside the codes before them) and its rows as in
/// the published CSV.
fn expected(
    files: &Files,
    sheet: &toml::Value,
    ccg: Option<&str>,
    shown: &str,
) -> (Vec<String>, Vec<Vec<String>>) {
    let Some((header, rows)) = csv(files, sheet["table"].as_str().unwrap()) else {
        return (Vec::new(), Vec::new());
    };
    let at = |name: &str| header.iter().position(|h| h == name);
    let last = at("period").and_then(|p| rows.iter().map(|r| r[p].clone()).max());
    let day = match sheet["rows"].as_str().unwrap() {
        "shown" => Some(shown.to_owned()),
        "latest" => last,
        _ => None,
    };
    let england: Vec<&Vec<String>> =
        rows.iter().filter(|r| meant(r, &header, sheet, day.as_deref())).collect();
    let mut own = england.clone();
    if let Some(ccg) = ccg {
        let of = |key: &str| sheet.get(key).and_then(|c| at(c.as_str()?));
        if let Some(column) = of("ccg") {
            own.retain(|r| r[column] == ccg);
        } else if let Some(column) = of("practice") {
            let (codes, ccgs) =
                (texts(files, "practices", "practice_code"), texts(files, "practices", "ccg_code"));
            let days = texts(files, "practices", "period");
            let members: BTreeSet<&String> = (0..codes.len())
                .filter(|i| days[*i] == shown && ccgs[*i] == ccg)
                .map(|i| &codes[i])
                .collect();
            own.retain(|r| members.contains(&r[column]));
        } else {
            assert_eq!(sheet["shared"].as_bool(), Some(true));
        }
    }
    let mut names: Vec<String> = Vec::new();
    let mut out: Vec<Vec<String>> = vec![Vec::new(); own.len()];
    for pattern in strings(sheet, "columns") {
        let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
        let fits = |h: &str| match pattern.contains('*') {
            true => h.starts_with(before) && h.ends_with(after) && (after == "_high") == h.ends_with("_high"),
            false => h == pattern,
        };
        for i in (0..header.len()).filter(|i| fits(&header[*i])) {
            names.push(header[i].clone());
            let said = sheet.get("say").and_then(|s| s.get(&header[i]));
            let in_words = |text: &String| {
                said.and_then(|words| words.get(text)?.as_str()).map_or_else(|| text.clone(), str::to_owned)
            };
            own.iter().zip(&mut out).for_each(|(r, to)| to.push(in_words(&r[i])));
            let lookup = sheet.get("beside").and_then(|b| b.get(&header[i])).and_then(|l| l.as_str());
            let Some(lookup) = lookup else { continue };
            let words = words_of(files, lookup, shown);
            names.push("words".to_owned());
            for (r, to) in own.iter().zip(&mut out) {
                let each = r[i].split(' ').map(|code| words.get(code).map_or(code, String::as_str));
                to.push(each.collect::<Vec<_>>().join("; "));
            }
        }
    }
    if let Some(wide) = sheet.get("spread") {
        let column = |key: &str| at(wide[key].as_str().unwrap()).unwrap();
        let (unit, code, value) = (at(names[0].as_str()).unwrap(), column("across"), column("value"));
        let codes: BTreeSet<&String> = england.iter().map(|r| &r[code]).collect();
        let cells: BTreeMap<(&String, &String), &String> =
            own.iter().map(|r| ((&r[unit], &r[code]), &r[value])).collect();
        let options =
            if files.keys().any(|p| p == "tables/evidence.csv") { options() } else { BTreeMap::new() };
        let mut seen = BTreeSet::new();
        let mut keep = own.iter().map(|r| seen.insert(&r[unit]));
        out.retain(|_| keep.next().unwrap());
        for row in &mut out {
            let of = row[0].clone();
            for code in &codes {
                let worth = cells.get(&(&of, *code)).map_or("[x]", |v| v.as_str()).to_owned();
                let words = options.get(code.as_str()).map(|key| in_words(key, &worth));
                row.push(worth);
                row.extend(words);
            }
        }
        for code in codes {
            names.push(code.clone());
            names.extend(options.get(code.as_str()).map(|_| format!("{code} in words")));
        }
    }
    (names, out)
}

/// Whether the row is of the day and has the texts that the sheet asks for.
fn meant(row: &[String], header: &[String], sheet: &toml::Value, day: Option<&str>) -> bool {
    let cell = |name: &str| header.iter().position(|h| h == name).map(|at| row[at].as_str());
    let only = sheet.get("only").and_then(|o| o.as_table()).into_iter().flatten();
    cell("period").zip(day).is_none_or(|(is, day)| is == day)
        && only.into_iter().all(|(column, wanted)| cell(column) == wanted.as_str())
}

/// Whether a text of the CSV is that of the cell, but for codes (`on_time`, `own:region`), in whose places words stand.
fn reads_as(csv: &str, text: &str) -> bool {
    let code = |core: &str| {
        let snake = core.contains('_')
            && core.split('_').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase()));
        snake || core.strip_prefix("own:").is_some_and(|kind| !kind.is_empty())
    };
    let word = |word: &str| {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        match word.split_once(core).filter(|_| code(core)) {
            Some((before, after)) => {
                let words = if core.starts_with("own:") { "own group: [^_:]+" } else { "[^_:]+" };
                regex::escape(before) + words + &regex::escape(after)
            }
            None => regex::escape(word),
        }
    };
    let pattern = csv.split(' ').map(word).collect::<Vec<_>>().join(" ");
    let coded = csv.split(' ').any(|w| code(w.trim_matches(|c: char| !c.is_alphanumeric())));
    if coded { regex::Regex::new(&format!("^{pattern}$")).unwrap().is_match(text) } else { csv == text }
}

/// A cell of the CSV beside the cell of the workbook.
fn same(csv: &str, cell: &Cell, heading: &str) -> bool {
    match cell {
        Cell::Number(x) => {
            let scale = if heading.contains("(£") { 100.0 } else { 1.0 };
            csv.parse::<f64>().is_ok_and(|v| (v / scale).to_bits() == x.to_bits())
        }
        Cell::Date(day) => csv == day,
        Cell::Text(text) if MARKS.contains(&text.as_str()) => csv == text || unescape(csv).trim().is_empty(),
        Cell::Text(text) => reads_as(&words::clean_long(unescape(csv)), text),
        Cell::Empty => false,
    }
}

#[test]
fn every_sheet_holds_the_rows_and_figures_of_its_table_in_both_formats() {
    let definition = definition();
    for (files, shown, least) in [(fake(), FAKE, 6), (full(), FULL, 20)] {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (path, book) in &books(files) {
            let ccg = path.strip_prefix("workbook/ccg/").map(|p| p.split('.').next().unwrap());
            let kind = if ccg.is_some() { "ccg" } else { "england" };
            let mut wanted = [&["Cover"][..], &LISTINGS].concat();
            for sheet in definition["sheet"].as_array().unwrap() {
                if !strings(sheet, "books").contains(&kind) {
                    continue;
                }
                let (columns, rows) = expected(files, sheet, ccg, shown);
                if rows.is_empty() {
                    continue;
                }
                let name = sheet["name"].as_str().unwrap();
                wanted.push(name);
                *seen.entry(name).or_default() += rows.len();
                let page = book.pages.iter().find(|p| p.name == name).expect(name);
                let headings = page.headings();
                assert_eq!(headings.len(), columns.len(), "{path} {name}: {headings:?} {columns:?}");
                for (at, heading) in headings.iter().enumerate() {
                    let cells = page.column(at);
                    assert_eq!(cells.len(), rows.len(), "{path} {name}");
                    for (row, cell) in rows.iter().zip(cells) {
                        assert!(
                            same(&row[at], cell, heading),
                            "{path} {name} {heading}: {:?} {cell:?}",
                            row[at]
                        );
                    }
                }
            }
            let names: Vec<&str> = book.pages.iter().map(|p| p.name.as_str()).collect();
            assert_eq!(names, wanted, "{path}");
        }
        assert!(seen.len() >= least, "{seen:?}");
    }
}

#[test]
fn the_checker_finds_each_fault_that_it_is_there_for() {
    let good = read("x.ods", &fake()[&format!("workbook/england-{FAKE}.ods")]);
    assert_eq!(faults(&good), Vec::<String>::new());
    type Break = fn(&mut Book);
    let breaks: [(&str, Break); 12] = [
        ("two sheets of one name", |b| b.pages[5].name = b.pages[4].name.to_uppercase()),
        ("sheet name", |b| b.pages[4].name = "A name of more than thirty-one characters".to_owned()),
        ("tables", |b| b.pages[4].tables.clear()),
        ("no title", |b| b.pages[4].cells[0][0] = Cell::Empty),
        ("does not fill", |b| {
            let below = b.pages[4].cells[0].clone();
            b.pages[4].cells.push(below);
        }),
        ("headings are", |b| {
            let row = b.pages[4].tables[0].first.0;
            b.pages[4].cells[row][1] = b.pages[4].cells[row][0].clone();
        }),
        ("a blank cell", |b| *b.pages[4].cells.last_mut().unwrap().last_mut().unwrap() = Cell::Empty),
        ("words under", |b| {
            let at = b.pages[4].headings().iter().position(|h| h.starts_with("Score, floor")).unwrap();
            b.pages[4].cells.last_mut().unwrap()[at] = Cell::Text("about 40".to_owned());
        }),
        ("a rank without", |b| {
            let row = b.pages[4].tables[0].first.0;
            let at = b.pages[4].headings().iter().position(|h| h.starts_with("Ranked among")).unwrap();
            b.pages[4].cells[row][at] = Cell::Text("Other".to_owned());
        }),
        ("exist", |b| {
            *b.pages[2].cells.last_mut().unwrap().first_mut().unwrap() = Cell::Text("note 99".to_owned())
        }),
        ("the contents list", |b| {
            b.pages[1].cells.last_mut().unwrap()[0] = Cell::Text("Elsewhere".to_owned());
        }),
        ("the number of tables", |b| b.pages[4].cells[2][0] = Cell::Text("Tables.".to_owned())),
    ];
    for (told, damage) in breaks {
        let mut book = good.clone();
        damage(&mut book);
        let found = faults(&book);
        assert!(found.iter().any(|f| f.contains(told)), "{told}: {found:?}");
    }
    let hidden =
        br#"<t:r><t:table-row table:visibility="collapse"/><c table:number-columns-spanned="2"/></t:r>"#;
    assert_eq!(forbidden(hidden).len(), 2);
}

#[test]
fn an_ods_is_known_by_its_first_bytes_lists_its_parts_and_no_file_has_a_clock_in_it() {
    for (path, bytes) in fake().iter().filter(|(p, _)| p.starts_with("workbook/")) {
        let parts = package(bytes);
        for (name, content, _, dated) in &parts {
            assert!(dated.starts_with("1980-01-01"), "{path} {name}: {dated}");
            if name.ends_with(".xml") || name.ends_with(".rels") {
                assert!(!tags(content).is_empty());
            }
        }
        let text = |name: &str| {
            let part = parts.iter().find(|p| p.0 == name).unwrap_or_else(|| panic!("{path}: {name}"));
            String::from_utf8(part.1.clone()).unwrap()
        };
        if path.ends_with(".xlsx") {
            assert!(text("docProps/core.xml").contains(&format!("{FAKE}T00:00:00")), "{path}");
            continue;
        }
        let (name, content, compressed, _) = &parts[0];
        assert!(name == "mimetype" && !compressed, "{path}");
        assert_eq!(content, b"application/vnd.oasis.opendocument.spreadsheet");
        assert_eq!(&bytes[38..38 + content.len()], content.as_slice(), "no extra field before it");
        let listed: BTreeSet<String> = tags(text("META-INF/manifest.xml").as_bytes())
            .into_iter()
            .filter_map(|(_, a)| a.get("full-path").cloned())
            .filter(|p| p != "/")
            .collect();
        let held =
            parts.iter().map(|p| p.0.clone()).filter(|n| n != "mimetype" && !n.starts_with("META-INF"));
        assert_eq!(listed, held.collect());
        for part in ["content.xml", "styles.xml", "meta.xml", "settings.xml"] {
            assert_eq!(tags(text(part).as_bytes())[0].1["version"], "1.3");
        }
        // Every style that a cell names is there.
        let used: BTreeSet<String> = tags(text("content.xml").as_bytes())
            .into_iter()
            .filter(|(n, _)| n == "table-cell")
            .map(|(_, a)| a["style-name"].clone())
            .collect();
        let made: BTreeSet<String> = tags(text("styles.xml").as_bytes())
            .into_iter()
            .filter(|(n, _)| n == "style")
            .map(|(_, a)| a["name"].clone())
            .collect();
        assert!(used.is_subset(&made), "{path}: {:?}", used.difference(&made));
    }
}

/// Names that a file format or a spreadsheet program could trip over.
const HOSTILE: [&str; 7] = [
    "=HYPERLINK(\"http://x\",\"y\")",
    "A & B <Surgery> \"C\" 'D'",
    "bell \u{7} and vertical \u{b} tab",
    "turned \u{202e}round",
    "  two\r\nlines ",
    "]]> --> {x}",
    "Penrhyn Tŷ 診療所",
];

#[test]
fn a_hostile_name_is_plain_text_in_both_formats() {
    let mut input = release(&SMALL, Provenance::Synthetic);
    let scores = input.tables.get_mut("practice_scores").unwrap();
    let names: Vec<&str> = (0..scores.height()).map(|i| HOSTILE[i % HOSTILE.len()]).collect();
    scores.with_column(Column::new("practice_name".into(), names)).unwrap();
    let files = files(input);
    let wanted: BTreeSet<String> = HOSTILE.iter().map(|n| words::clean_long(n)).collect();
    for format in ["ods", "xlsx"] {
        let path = format!("workbook/england-{FAKE}.{format}");
        let book = read(&path, &files[&path]);
        assert_eq!(faults(&book), Vec::<String>::new());
        let page = book.pages.iter().find(|p| p.name == "Practice_scores").unwrap();
        let at = page.headings().iter().position(|h| *h == "Practice name").unwrap();
        let text = |c: &Cell| if let Cell::Text(t) = c { t.clone() } else { panic!("{c:?}") };
        let found: BTreeSet<String> = page.column(at).into_iter().map(text).collect();
        assert_eq!(found, wanted);
        for page in &book.pages {
            let words = page.text(1, 0);
            let told = LISTINGS.contains(&page.name.as_str());
            assert!(told || words.starts_with("Synthetic data"), "{}: {words}", page.name);
        }
    }
}

/// The text of a column of a sheet by the beginning of its heading.
fn said(book: &Book, sheet: &str, heading: &str) -> Vec<String> {
    let page = book.pages.iter().find(|p| p.name == sheet).unwrap_or_else(|| panic!("no sheet {sheet}"));
    let at = page.headings().iter().position(|h| h.starts_with(heading)).expect(heading);
    let text = |c: &Cell| match c {
        Cell::Text(t) => t.clone(),
        Cell::Number(x) => x.to_string(),
        other => panic!("{other:?}"),
    };
    page.column(at).into_iter().map(text).collect()
}

#[test]
fn a_ccg_takes_its_actions_steps_peers_and_answers_into_a_meeting() {
    let books = books(full());
    for (path, book) in books.iter().filter(|(p, _)| p.starts_with("workbook/ccg/")) {
        let ccg = path.rsplit('/').next().unwrap().split('.').next().unwrap();
        let practices: BTreeSet<String> =
            said(book, "Practice_scores", "Practice code").into_iter().collect();
        let actions = said(book, "Actions", "Indicator");
        assert!(!actions.is_empty() && actions.len() <= 5, "{path}: {actions:?}");
        // the practices that make half of the gap stand with their names and what they have to do
        let mut named: Vec<String> = said(book, "Actions", "Which practices");
        named.retain(|codes| !MARKS.contains(&codes.as_str()));
        let named: BTreeSet<String> = named.iter().flat_map(|c| c.split(' ')).map(str::to_owned).collect();
        if !named.is_empty() {
            let listed: BTreeSet<String> =
                said(book, "Action_practices", "Practice code").into_iter().collect();
            assert_eq!(named, listed, "{path}");
            assert!(said(book, "Action_practices", "Practice, name").iter().all(|n| n.len() > 6));
        }
        let below: BTreeSet<String> = said(book, "Next_steps", "Practice code").into_iter().collect();
        let steps: BTreeSet<String> = said(book, "Step_items", "Practice code").into_iter().collect();
        assert_eq!(below, steps, "{path}: a set of steps without its items");
        let answers: BTreeSet<String> = said(book, "Answers", "Practice code").into_iter().collect();
        assert!(!answers.is_empty() && answers == practices, "{path}");
        for sheet in ["Action_practices", "Next_steps", "Step_items", "Exemplars", "Contradicted_answers"] {
            if book.pages.iter().any(|p| p.name == sheet) {
                let own = said(book, sheet, "Practice code");
                assert!(own.iter().all(|p| practices.contains(p)), "{path} {sheet}: another CCG's practice");
            }
        }
        assert!(said(book, "Peers", "Peer").iter().all(|p| p != ccg), "{path}: nobody is their own peer");
    }
    let england = &books[format!("workbook/england-{FULL}.ods").as_str()];
    let sheets: BTreeSet<&str> = england.pages.iter().map(|p| p.name.as_str()).collect();
    assert!(["Actions", "Peers", "Standards_summary", "Indicators"].iter().all(|s| sheets.contains(s)));
    assert!(!sheets.contains("Answers"), "7,000 practices are read in tables/indicator_values");
}

#[test]
fn no_code_of_an_indicator_stands_without_its_wording() {
    for (files, shown) in [(fake(), FAKE), (full(), FULL)] {
        let mut wording = words_of(files, "indicator", shown);
        // a column of its own elsewhere, and no code
        wording.remove("score");
        assert!(wording.len() > 5);
        let mut found = 0;
        for (path, book) in &books(files) {
            for page in book.pages.iter().filter(|p| p.name != "Cover" && p.name != "Indicators") {
                for (at, heading) in page.headings().iter().enumerate() {
                    let of_heading = heading.split([':', ' ']).next().unwrap();
                    if let Some(asked) = wording.get(of_heading) {
                        assert!(heading.contains(asked), "{path} {}: {heading}", page.name);
                        found += 1;
                    }
                    let words = page.headings().get(at + 1).map(|_| page.column(at + 1)).unwrap_or_default();
                    for (row, cell) in page.column(at).into_iter().enumerate() {
                        let Cell::Text(codes) = cell else { continue };
                        for code in codes.split(' ').filter(|c| wording.contains_key(*c)) {
                            let told = |c: &Cell| matches!(c, Cell::Text(t) if t.contains(&wording[code]));
                            let beside = words.get(row).is_some_and(|c| told(c)) || told(cell);
                            assert!(beside, "{path} {} {heading}: {codes}", page.name);
                            found += 1;
                        }
                    }
                }
            }
        }
        assert!(found > 0);
    }
}

#[test]
fn a_rank_stands_beside_its_range_and_how_many_are_ranked_wherever_it_is_published() {
    for table in ["league_table", "ccg_scores", "practice_scores"] {
        let (header, rows) = csv(full(), table).unwrap();
        let at = header.iter().position(|h| h == "rank_low").unwrap();
        assert_eq!(header[at..at + 4], ["rank_low", "rank", "rank_high", "ranked_among"], "{table}");
        let (mut ranked, mut bare) = (0, 0);
        for row in &rows {
            let figures: Vec<Option<i64>> = row[at..at + 4].iter().map(|c| c.parse().ok()).collect();
            match figures[..] {
                [Some(low), Some(rank), Some(high), Some(among)] => {
                    assert!(low <= rank && rank <= high && high <= among, "{table}: {row:?}");
                    ranked += 1;
                }
                [None, None, None, None] => {}
                _ => bare += 1,
            }
        }
        assert!(ranked > 0 && bare == 0, "{table}: {bare} bare ranks");
    }
}

#[test]
fn what_is_a_number_is_typed_as_one() {
    for (path, book) in &books(full()) {
        for page in &book.pages {
            for (at, heading) in page.headings().iter().enumerate() {
                for cell in page.column(at) {
                    let number = matches!(cell, Cell::Text(t) if t.parse::<f64>().is_ok());
                    assert!(!number, "{path} {} {heading}: {cell:?} is text", page.name);
                }
            }
        }
    }
    let england = &books(full())[format!("workbook/england-{FULL}.xlsx").as_str()].clone();
    let page = england.pages.iter().find(|p| p.name == "League_table").unwrap();
    let at = page.headings().iter().position(|h| h.starts_with("Tier")).unwrap();
    assert!(page.column(at).iter().any(|c| matches!(c, Cell::Number(_))));
}

#[test]
fn every_column_of_a_sheet_is_explained_in_its_book() {
    for files in [fake(), full()] {
        for (path, book) in &books(files) {
            let sheets = said(book, "Columns", "Worksheet");
            let columns = said(book, "Columns", "Column");
            let explained: BTreeSet<(&str, &str)> =
                sheets.iter().zip(&columns).map(|(s, c)| (s.as_str(), c.as_str())).collect();
            for page in
                book.pages.iter().filter(|p| p.name != "Cover" && !LISTINGS.contains(&p.name.as_str()))
            {
                for heading in page.headings() {
                    let heading = heading.split(" [note ").next().unwrap();
                    let (title, _) = heading.split_once(": ").unwrap_or((heading, ""));
                    let told = explained.iter().any(|(s, c)| *s == page.name && c.starts_with(title));
                    let beside = heading.ends_with(", in words") || heading.ends_with(", name");
                    let wide = page.name == "Answers" && heading != "Practice code";
                    assert!(told || beside || wide, "{path} {}: {heading}", page.name);
                }
            }
        }
    }
}
