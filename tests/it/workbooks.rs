//! Workbooks of a release: the rules hold in every finished file, the figures are those of the tables, the bytes are
//! always the same.

use super::common;
use super::render_fake::{SMALL, release};
use super::render_tables::{files, rows};
use super::workbook_reader::{Book, Cell, forbidden, package, read, tags};
use super::workbook_rules::{MARKS, faults};
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

/// Rows of the published CSV that belong on a sheet, and its columns in order.
fn expected(
    files: &Files,
    sheet: &toml::Value,
    ccg: Option<&str>,
    shown: &str,
) -> (Vec<String>, Vec<Vec<String>>) {
    let path = format!("tables/{}.csv", sheet["table"].as_str().unwrap());
    if !files.contains_key(&path) {
        return (Vec::new(), Vec::new());
    }
    let (header, rows) = rows(files, &path);
    let at = |name: &str| header.iter().position(|h| h == name);
    let mut columns: Vec<usize> = Vec::new();
    for pattern in strings(sheet, "columns") {
        let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
        let fits = |h: &str| match pattern.contains('*') {
            true => h.starts_with(before) && h.ends_with(after) && (after == "_high") == h.ends_with("_high"),
            false => h == pattern,
        };
        columns.extend((0..header.len()).filter(|i| fits(&header[*i])));
    }
    let last = at("period").and_then(|p| rows.iter().map(|r| r[p].clone()).max());
    let day = match sheet["rows"].as_str().unwrap() {
        "shown" => Some(shown.to_owned()),
        "latest" => last,
        _ => None,
    };
    let own = rows.iter().filter(|r| match (at("period"), &day) {
        (Some(p), Some(day)) => r[p] == *day,
        _ => true,
    });
    let own = own.filter(|r| ccg.is_none_or(|c| r[at(sheet["ccg"].as_str().unwrap()).unwrap()] == c));
    let names = columns.iter().map(|i| header[*i].clone()).collect();
    (names, own.map(|r| columns.iter().map(|i| r[*i].clone()).collect()).collect())
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
        Cell::Text(text) => words::clean_long(unescape(csv)) == *text,
        Cell::Empty => false,
    }
}

#[test]
fn every_sheet_holds_the_rows_and_figures_of_its_table_in_both_formats() {
    let definition = definition();
    for (files, shown, least) in [(fake(), FAKE, 4), (full(), FULL, 10)] {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (path, book) in &books(files) {
            let ccg = path.strip_prefix("workbook/ccg/").map(|p| p.split('.').next().unwrap());
            let kind = if ccg.is_some() { "ccg" } else { "england" };
            let mut wanted = vec!["Cover", "Contents", "Notes"];
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
        ("two sheets of one name", |b| b.pages[4].name = b.pages[3].name.to_uppercase()),
        ("sheet name", |b| b.pages[3].name = "A name of more than thirty-one characters".to_owned()),
        ("tables", |b| b.pages[3].tables.clear()),
        ("no title", |b| b.pages[3].cells[0][0] = Cell::Empty),
        ("does not fill", |b| {
            let below = b.pages[3].cells[0].clone();
            b.pages[3].cells.push(below);
        }),
        ("headings are", |b| {
            let row = b.pages[3].tables[0].first.0;
            b.pages[3].cells[row][1] = b.pages[3].cells[row][0].clone();
        }),
        ("a blank cell", |b| *b.pages[3].cells.last_mut().unwrap().last_mut().unwrap() = Cell::Empty),
        ("words under", |b| {
            let at = b.pages[3].headings().iter().position(|h| h.starts_with("Score, floor")).unwrap();
            b.pages[3].cells.last_mut().unwrap()[at] = Cell::Text("about 40".to_owned());
        }),
        ("a rank without", |b| {
            let row = b.pages[3].tables[0].first.0;
            let at = b.pages[3].headings().iter().position(|h| h.starts_with("Rank, last")).unwrap();
            b.pages[3].cells[row][at] = Cell::Text("Other".to_owned());
        }),
        ("exist", |b| {
            *b.pages[2].cells.last_mut().unwrap().first_mut().unwrap() = Cell::Text("note 99".to_owned())
        }),
        ("the contents list", |b| {
            b.pages[1].cells.last_mut().unwrap()[0] = Cell::Text("Elsewhere".to_owned());
        }),
        ("the number of tables", |b| b.pages[3].cells[2][0] = Cell::Text("Tables.".to_owned())),
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
            let told = ["Contents", "Notes"].contains(&page.name.as_str());
            assert!(told || words.starts_with("Synthetic data"), "{}: {words}", page.name);
        }
    }
}
