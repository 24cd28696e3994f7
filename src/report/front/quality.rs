//! What was left out: files refused, files that nobody knows, rows set aside, and the worst issues in plain words.

use super::{fact, size};
use crate::diag::codes;
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Fact, Grid};
use crate::report::scene::Scene;
use crate::report::words;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize)]
pub struct Quality {
    /// Whether the accounting of files is part of the release.
    pub known: bool,
    pub facts: Vec<Fact>,
    pub refused: Option<Grid>,
    /// Files that no contract claims.
    pub unclaimed: Vec<String>,
    pub files: Option<Grid>,
    pub issues: Option<Grid>,
    pub withheld: Vec<String>,
}

/// How many of the worst issues the page shows; all are in `quality/issues`.
const ISSUES_SHOWN: usize = 15;
const SEVERITIES: [&str; 4] = ["fatal", "error", "warning", "note"];

pub fn quality(scene: &Scene) -> Quality {
    let tables = &scene.release.tables;
    let files = Frame::new(tables.get("quality/reconciliation"));
    let issues = Issues::read(Frame::new(tables.get("quality/issues")));
    let withheld = scene
        .release
        .withheld
        .iter()
        .map(|w| {
            format!("{}: {} of {} withheld", w.table, words::of(size(w.cells), "cell", "cells"), w.column)
        })
        .collect();
    let known = files.rows() > 0;
    let (file, state) = (files.text("file"), files.text("state"));
    let in_state = |word: &str| -> Vec<&str> {
        let rows = file.iter().zip(&state).filter(|(_, s)| s.as_deref() == Some(word));
        rows.filter_map(|(f, _)| f.as_deref()).collect()
    };
    let (refused, unclaimed) = (in_state("refused"), in_state("unclaimed"));
    Quality {
        known,
        facts: if known { account(files, refused.len(), unclaimed.len()) } else { Vec::new() },
        files: known.then(|| by_dataset(files)),
        refused: (!refused.is_empty()).then(|| refusals(&refused, &issues)),
        unclaimed: unclaimed.into_iter().map(words::clean_long).collect(),
        issues: (!issues.0.is_empty()).then(|| worst(&issues)),
        withheld,
    }
}

/// The accounting identity in figures.
fn account(files: Frame, refused: usize, unclaimed: usize) -> Vec<Fact> {
    let sum = |column: &str| files.int(column).iter().flatten().sum::<i64>();
    let read = sum("rows_read");
    let [accepted, quarantined, skipped, whole] =
        ["rows_accepted", "rows_quarantined", "rows_skipped", "rows_refused"].map(sum);
    let lost = read - accepted - quarantined - skipped - whole;
    let lost_bytes = sum("bytes_read") - sum("bytes_accounted");
    let left = match (refused, unclaimed) {
        (0, 0) => "all read".to_owned(),
        (r, u) => format!("{} refused, {} not recognised", words::count(size(r)), words::count(size(u))),
    };
    vec![
        fact("Files and sheets", words::count(size(files.rows())), left),
        fact("Rows read", words::count(read), format!("{} accepted", words::count(accepted))),
        fact("Rows set aside", words::count(quarantined), "quarantined, with their raw text"),
        fact("Rows skipped", words::count(skipped), "declared: titles, totals, footnotes"),
        fact("Rows refused", words::count(whole), "with their file, sheet, period or return"),
        fact("Rows unaccounted for", words::count(lost), format!("{} bytes", words::count(lost_bytes))),
    ]
}

/// Files by the dataset that claims them.
fn by_dataset(files: Frame) -> Grid {
    let dataset = files.text("dataset");
    let columns = ["rows_read", "rows_accepted", "rows_quarantined", "rows_skipped", "rows_refused"]
        .map(|c| files.int(c));
    let mut sums: BTreeMap<&str, [i64; 6]> = BTreeMap::new();
    for (i, dataset) in dataset.iter().enumerate() {
        let Some(dataset) = dataset else { continue };
        let row = sums.entry(dataset).or_default();
        row[0] += 1;
        for (k, column) in columns.iter().enumerate() {
            row[k + 1] += column[i].unwrap_or_default();
        }
    }
    let heads =
        ["Dataset", "#Files and sheets", "#Rows read", "#Accepted", "#Set aside", "#Skipped", "#Refused"];
    let caption = "By dataset: rows read = accepted + set aside + skipped + refused";
    let mut grid = Grid::new("files-by-dataset", caption, &heads);
    for (dataset, sums) in sums {
        let mut row = vec![Cell::name(dataset)];
        row.extend(sums.map(|n| Cell::count(Some(n))));
        grid.rows.push(row);
    }
    grid
}

/// `quality/issues`, the worst first, in the order of the file where they are equally bad.
struct Issues(Vec<Issue>);

struct Issue {
    severity: usize,
    code: String,
    file: String,
    place: String,
    message: String,
    count: i64,
}

impl Issues {
    fn read(frame: Frame) -> Issues {
        let (code, severity, message) = (frame.text("code"), frame.text("severity"), frame.text("message"));
        let (count, place, file) = (frame.int("count"), frame.text("place"), frame.text("file"));
        let mut all: Vec<Issue> = (0..frame.rows())
            .map(|i| Issue {
                severity: SEVERITIES
                    .iter()
                    .position(|s| severity[i].as_deref() == Some(s))
                    .unwrap_or(SEVERITIES.len() - 1),
                code: code[i].clone().unwrap_or_default(),
                file: file[i].clone().unwrap_or_default(),
                place: place[i].clone().unwrap_or_default(),
                message: message[i].clone().unwrap_or_default(),
                count: count[i].unwrap_or(1),
            })
            .collect();
        all.sort_by_key(|i| i.severity);
        Issues(all)
    }
}

/// Each file refused, with the worst that was said about it.
fn refusals(files: &[&str], issues: &Issues) -> Grid {
    let mut why: BTreeMap<&str, &Issue> = BTreeMap::new();
    for issue in &issues.0 {
        why.entry(issue.file.as_str()).or_insert(issue);
    }
    let mut grid = Grid::new(
        "refused",
        "Files and sheets refused: nothing of them is in a figure",
        &["File", "Why", "Code"],
    );
    for file in files {
        let issue = why.get(file);
        grid.rows.push(vec![
            Cell::name(file),
            Cell::name(issue.map_or("", |i| &i.message)),
            Cell::name(issue.map_or("", |i| &i.code)),
        ]);
    }
    grid
}

/// Kinds of issue, the severe and frequent first, each with its meaning and one example.
fn worst(issues: &Issues) -> Grid {
    let mut kinds: BTreeMap<(usize, &str), (i64, &Issue)> = BTreeMap::new();
    for issue in &issues.0 {
        kinds.entry((issue.severity, &issue.code)).or_insert((0, issue)).0 += issue.count;
    }
    let mut order: Vec<_> = kinds.into_iter().collect();
    order.sort_by_key(|((severity, code), (n, _))| (*severity, -n, *code));
    let shown = order.len().min(ISSUES_SHOWN);
    let caption = if order.len() > shown {
        format!("The {shown} worst of {} kinds of issue; all are in quality/issues.csv", order.len())
    } else {
        "Issues found, worst first".to_owned()
    };
    let columns = ["What", "Severity", "#Cases", "For example", "Where", "Code"];
    let mut grid = Grid::new("issues", caption, &columns);
    for ((severity, code), (n, first)) in order.into_iter().take(shown) {
        let means = codes::find(code).map_or(first.message.as_str(), |c| c.means);
        let place = if first.place.is_empty() { &first.file } else { &first.place };
        grid.rows.push(vec![
            Cell::words(words::clean_long(means)),
            Cell::words(SEVERITIES[severity]),
            Cell::count(Some(n)),
            Cell::name(&first.message),
            Cell::name(place),
            Cell::name(code),
        ]);
    }
    grid
}
