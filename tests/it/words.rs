//! The words of a release: nobody is judged, the day of the data stands on every page, and it is said which way is good.

use crate::improve_support::england;
use crate::line::tree;
use crate::workbook_reader::{self, Cell};
use std::collections::{BTreeMap, BTreeSet};

/// Words that rank people or blame them, whole and whatever the case. What is measured is IT: a gap is a step that is
/// left, never a fault of somebody.
const BANNED: [&str; 38] = [
    "worst",
    "best",
    "failing",
    "fails",
    "failure",
    "failures",
    "poor",
    "poorly",
    "poorest",
    "bad",
    "badly",
    "loser",
    "losers",
    "winner",
    "winners",
    "weak",
    "weaker",
    "weakest",
    "laggard",
    "laggards",
    "lag",
    "lags",
    "lagging",
    "shame",
    "shaming",
    "underperforming",
    "underperformer",
    "underperformers",
    "inadequate",
    "unacceptable",
    "struggling",
    "cheat",
    "cheating",
    "gaming",
    "dishonest",
    "top",
    "bottom",
    "outperform",
];

/// What a reader of a page or picture sees or hears: text, and attributes that are read out.
fn said(markup: &str) -> String {
    let mut out = String::new();
    for piece in markup.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        for name in ["alt=\"", "title=\"", "aria-label=\"", "content=\"width"] {
            if let Some(value) = tag.split(name).nth(1) {
                out.push_str(value.split('"').next().unwrap_or_default());
                out.push(' ');
            }
        }
        out.push_str(text);
        out.push(' ');
    }
    quick_xml::escape::unescape(&out).map_or_else(|_| out.clone(), |t| t.into_owned())
}

/// Every text of a release, by path: pages, pictures, workbooks.
fn texts() -> &'static BTreeMap<String, String> {
    static READ: std::sync::OnceLock<BTreeMap<String, String>> = std::sync::OnceLock::new();
    READ.get_or_init(|| {
        let mut out = BTreeMap::new();
        for (path, bytes) in tree(&england().root.join("release")) {
            if path.ends_with(".html") || path.ends_with(".svg") {
                let text = said(std::str::from_utf8(&bytes).unwrap());
                out.insert(path, text);
            } else if path.ends_with(".ods") || path.ends_with(".xlsx") {
                let book = workbook_reader::read(&path, &bytes);
                let cells = book.pages.iter().flat_map(|p| p.cells.iter().flatten());
                let words = cells.filter_map(|c| if let Cell::Text(t) = c { Some(t.as_str()) } else { None });
                let text = words.collect::<Vec<_>>().join(" \n ");
                out.insert(path, text);
            }
        }
        out
    })
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-' && c != '.').map(str::to_lowercase)
}

#[test]
fn no_text_of_a_release_judges_anybody() {
    assert!(words("The worst-placed, at best").any(|w| w == "best"), "whole words are found");
    let banned = BTreeSet::from(BANNED);
    let mut found = BTreeMap::new();
    for (path, text) in texts() {
        for word in words(text) {
            let parts = word.split(['-', '.']).filter(|p| banned.contains(*p));
            for part in parts {
                found.entry(part.to_owned()).or_insert(path.clone());
            }
        }
    }
    assert!(found.is_empty(), "{found:?}");
    let kinds = |ending: &str| texts().keys().filter(|p| p.ends_with(ending)).count();
    assert!(kinds(".html") > 500 && kinds(".svg") > 50 && kinds(".ods") > 5 && kinds(".xlsx") > 5);
}

#[test]
fn every_page_chart_and_workbook_says_of_which_day_its_data_are() {
    let day = england().day().strftime("%-d %B %Y").to_string();
    for (path, text) in texts() {
        if path.ends_with(".svg") {
            assert!(text.contains("Period: "), "{path}");
        } else if path.ends_with(".html") {
            assert!(text.contains(&format!("to {day}")), "{path} does not say {day}");
        } else {
            assert!(text.contains(&format!("Date of the data: {day}")), "{path} does not say {day}");
        }
    }
}

#[test]
fn pages_with_points_say_which_way_is_good() {
    let ways = ["more points are better", "more being better", "more is better", "less is better"];
    let with_points = |p: &&String| {
        p.ends_with(".html")
            && ["index.html", "site/ccg/", "site/practice/", "site/indicator/", "site/method.html"]
                .iter()
                .any(|start| p.starts_with(start))
    };
    for path in texts().keys().filter(with_points) {
        let text = texts()[path].to_lowercase();
        let nothing_asked = text.contains("no practice is counted under this");
        assert!(nothing_asked || ways.iter().any(|w| text.contains(w)), "{path}");
        let money = text.contains("per registered patient") && text.contains('£');
        let neutral =
            ["more is neither better nor worse", "spend has no good direction", "no good direction"];
        assert!(
            !money || neutral.iter().any(|w| text.contains(w)),
            "{path}: money without a word on direction"
        );
    }
}

/// Codes of tables as a text has them: `on_time`, `own:region`. What has a dot or a slash in it is a file or a command.
fn table_codes(text: &str) -> BTreeSet<String> {
    let code = |core: &&str| {
        let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase());
        let own = core.strip_prefix("own:").is_some_and(|kind| !kind.is_empty());
        own || (core.contains('_') && core.split('_').all(part))
    };
    let cores = text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    cores.filter(code).map(str::to_owned).collect()
}

/// Names of the tables and datasets of a release and of their columns.
fn names_of_columns() -> BTreeSet<String> {
    let mut out: BTreeSet<String> = BTreeSet::new();
    for contract in &england().definitions.contracts {
        out.insert(contract.id.clone());
        out.extend(contract.fields.keys().cloned());
    }
    for (path, bytes) in tree(&england().root.join("release")).iter().filter(|(p, _)| p.ends_with(".csv")) {
        out.insert(path.rsplit('/').next().unwrap().trim_end_matches(".csv").to_owned());
        let header = String::from_utf8_lossy(bytes.split(|b| *b == b'\n').next().unwrap()).into_owned();
        out.extend(header.trim().split(',').map(str::to_owned));
    }
    out
}

#[test]
fn no_code_of_a_table_stands_in_a_sentence_a_chart_or_a_cell() {
    assert_eq!(table_codes("looks like whole_budget); a/b_c.csv, own:region, its own: A_b x_1").len(), 2);
    // these two say where each file and column came from; open-data.html is the dictionary, codes and all
    let of_files = ["site/method.html", "site/data-quality.html"];
    let (names, mut found) = (names_of_columns(), BTreeMap::new());
    assert!(names.contains("practice_code") && names.contains("list_sizes") && names.contains("next_steps"));
    for (path, text) in texts().iter().filter(|(p, _)| *p != "site/open-data.html") {
        let allowed = |code: &&String| of_files.contains(&path.as_str()) && names.contains(*code);
        for code in table_codes(text).iter().filter(|code| !allowed(code)) {
            found.entry(code.clone()).or_insert(path.clone());
        }
    }
    assert!(found.is_empty(), "{found:?}");
    let said: BTreeSet<&str> =
        ["sign, or escalate to the regional team", "own group: region", "in time"].into();
    let books = texts().iter().filter(|(p, _)| p.ends_with(".xlsx"));
    let told: BTreeSet<&str> =
        books.flat_map(|(_, t)| said.iter().copied().filter(|w| t.contains(w))).collect();
    assert_eq!(told, said, "the words stand where the codes would");
}
