//! Kinds of issue with what to do about each, and records that were set aside.

use crate::diag::codes;
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use std::collections::BTreeMap;

const SEVERITIES: [&str; 4] = ["fatal", "error", "warning", "note"];

/// `quality/issues`, the gravest first, in the order of the file where they are equally grave.
pub(super) struct Issues(Vec<Issue>);

pub(super) struct Issue {
    severity: usize,
    pub code: String,
    file: String,
    place: String,
    pub message: String,
    pub remedy: String,
    count: i64,
}

impl Issues {
    pub fn read(frame: Frame) -> Issues {
        let (code, severity, message) = (frame.text("code"), frame.text("severity"), frame.text("message"));
        let (count, place, file) = (frame.int("count"), frame.text("place"), frame.text("file"));
        let remedy = frame.text("remedy");
        let mut all: Vec<Issue> = (0..frame.rows())
            .map(|i| Issue {
                severity: SEVERITIES
                    .iter()
                    .position(|s| severity[i].as_deref() == Some(s))
                    .unwrap_or(SEVERITIES.len() - 1),
                code: code[i].clone().unwrap_or_default(),
                file: file[i].clone().unwrap_or_default(),
                place: place[i].as_deref().map_or_else(String::new, words::plain_of_files),
                message: message[i].as_deref().map_or_else(String::new, words::plain_of_files),
                remedy: remedy[i].clone().unwrap_or_default(),
                count: count[i].unwrap_or(1),
            })
            .collect();
        all.sort_by_key(|i| i.severity);
        Issues(all)
    }

    /// The gravest that was said of each file.
    pub fn first_of_each_file(&self) -> BTreeMap<&str, &Issue> {
        let mut why = BTreeMap::new();
        for issue in &self.0 {
            why.entry(issue.file.as_str()).or_insert(issue);
        }
        why
    }
}

/// Kinds of issue, the severe and frequent first, each with its meaning, one example, and what to do.
pub(super) fn codes(scene: &Scene, issues: &Issues) -> Section {
    let section = Section::new("codes", "Issues, and what to do");
    if issues.0.is_empty() {
        return section.says("No issue was recorded.");
    }
    let mut kinds: BTreeMap<(usize, &str), (i64, &Issue)> = BTreeMap::new();
    for issue in &issues.0 {
        kinds.entry((issue.severity, &issue.code)).or_insert((0, issue)).0 += issue.count;
    }
    let mut order: Vec<_> = kinds.into_iter().collect();
    order.sort_by_key(|((severity, code), (n, _))| (*severity, -n, *code));
    let columns = ["What", "Severity", "#Cases", "For example", "Where", "What to do", "Code"];
    let mut grid = Grid::new("issues", "Kinds of issue, the gravest first", &columns);
    for ((severity, code), (n, first)) in order {
        let known = codes::find(code);
        let place = if first.place.is_empty() { &first.file } else { &first.place };
        grid.rows.push(vec![
            Cell::long(known.map_or(first.message.as_str(), |c| c.means)),
            Cell::words(SEVERITIES[severity]),
            Cell::count(Some(n)),
            Cell::long(&first.message),
            Cell::long(place),
            Cell::long(known.map_or(first.remedy.as_str(), |c| c.remedy)),
            Cell::name(code),
        ]);
    }
    section
        .says(
            "Fatal: a file, sheet or period was refused. Error: a cell or a record was set aside. Warning: accepted and flagged. Note: worth \
             knowing. Each case with its file, line and cell is in the table.",
        )
        .grid(grid)
        .with_tables_of(scene, &["quality/issues"])
}

/// Records in quarantine, by file and code.
pub(super) fn set_aside(scene: &Scene) -> Section {
    let rows = Frame::new(scene.release.tables.get("quality/quarantine"));
    let (file, line, code) = (rows.text("file"), rows.int("line"), rows.text("codes"));
    let mut kinds: BTreeMap<(&str, &str), (i64, Option<i64>)> = BTreeMap::new();
    for i in 0..rows.rows() {
        let key = (file[i].as_deref().unwrap_or_default(), code[i].as_deref().unwrap_or_default());
        let kind = kinds.entry(key).or_insert((0, line[i]));
        kind.0 += 1;
        kind.1 = kind.1.min(line[i]).or(kind.1);
    }
    let section = Section::new("quarantine", "Rows set aside");
    if kinds.is_empty() {
        return section.says("No row was set aside.");
    }
    let columns = ["File", "Why", "#Rows", "#First line", "What to do"];
    let mut grid = Grid::new("quarantined", "Rows set aside, by file", &columns);
    for ((file, codes_of), (n, first)) in kinds {
        let known = codes_of.split(' ').find_map(codes::find);
        grid.rows.push(vec![
            Cell::long(file),
            Cell::long(known.map_or(codes_of, |c| c.means)).small(words::clean(codes_of).0),
            Cell::count(Some(n)),
            Cell::count(first),
            Cell::long(known.map_or("", |c| c.remedy)),
        ]);
    }
    section
        .says("Each stands with its raw text in the table; a corrected file clears exactly these.")
        .grid(grid)
        .with_tables_of(scene, &["quality/quarantine"])
}
