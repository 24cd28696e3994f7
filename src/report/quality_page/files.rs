//! Files: the accounting identity, by contract and file by file.

use super::issues::Issues;
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Fact, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use std::collections::BTreeMap;

const ROWS: [&str; 5] = ["rows_read", "rows_accepted", "rows_quarantined", "rows_skipped", "rows_refused"];

fn table<'a>(scene: &'a Scene) -> Frame<'a> {
    Frame::new(scene.release.tables.get("quality/reconciliation"))
}

/// Labels of the files in a state.
fn in_state(files: Frame, word: &str) -> Vec<String> {
    let rows = files.text("file").into_iter().zip(files.text("state"));
    rows.filter(|(_, s)| s.as_deref() == Some(word)).filter_map(|(f, _)| f).collect()
}

/// The accounting identity in figures; `None` where it did not come with the batch.
pub fn account(scene: &Scene) -> Option<Vec<Fact>> {
    let files = table(scene);
    if files.rows() == 0 {
        return None;
    }
    let (refused, unclaimed) = (in_state(files, "refused").len(), in_state(files, "unclaimed").len());
    let sum = |column: &str| files.int(column).iter().flatten().sum::<i64>();
    let [read, accepted, quarantined, skipped, whole] = ROWS.map(sum);
    let lost = read - accepted - quarantined - skipped - whole;
    let lost_bytes = sum("bytes_read") - sum("bytes_accounted");
    let left = match (refused, unclaimed) {
        (0, 0) => "all read".to_owned(),
        (r, u) => format!(
            "{} refused, {} not recognised",
            words::count(words::size(r)),
            words::count(words::size(u))
        ),
    };
    Some(vec![
        Fact::new("Files and sheets", words::count(words::size(files.rows())), left),
        Fact::new("Rows read", words::count(read), format!("{} accepted", words::count(accepted))),
        Fact::new("Rows set aside", words::count(quarantined), "quarantined, with their raw text"),
        Fact::new("Rows skipped", words::count(skipped), "declared: titles, totals, footnotes"),
        Fact::new("Rows refused", words::count(whole), "with their file, sheet, period or return"),
        Fact::new("Rows unaccounted for", words::count(lost), format!("{} bytes", words::count(lost_bytes))),
    ])
}

/// What arrived, by the contract that claims it.
pub(super) fn arrived(scene: &Scene) -> Section {
    let mut section = Section::new("arrived", "What arrived");
    match account(scene) {
        Some(facts) => section.facts = facts,
        None => return section.says("The accounting of the files did not come with this batch."),
    }
    section.grid(by_contract(scene)).with_tables_of(scene, &["quality/reconciliation"])
}

fn by_contract(scene: &Scene) -> Grid {
    let files = table(scene);
    let dataset = files.text("dataset");
    let columns = ROWS.map(|c| files.int(c));
    let mut sums: BTreeMap<&str, [i64; 6]> = BTreeMap::new();
    for (i, dataset) in dataset.iter().enumerate() {
        let Some(dataset) = dataset else { continue };
        let row = sums.entry(dataset).or_default();
        row[0] += 1;
        for (k, column) in columns.iter().enumerate() {
            row[k + 1] += column[i].unwrap_or_default();
        }
    }
    let heads = [
        "Data contract",
        "#Files and sheets",
        "#Rows read",
        "#Accepted",
        "#Set aside",
        "#Skipped",
        "#Refused",
        "Periods held",
    ];
    let mut grid = Grid::new("files-by-contract", "By data contract", &heads);
    for (dataset, sums) in sums {
        let source = scene.about.sources.iter().find(|s| s.dataset == dataset);
        let mut row = vec![match source {
            Some(s) => Cell::name(&s.title).small(words::clean(dataset).0),
            None => Cell::name(dataset).small("not read by this pipeline"),
        }];
        row.extend(sums.map(|n| Cell::count(Some(n))));
        row.push(Cell::name(&source.map_or_else(|| words::NO_DATA.to_owned(), |s| s.periods.join(" to "))));
        grid.rows.push(row);
    }
    grid
}

/// Files of which nothing is in a figure, with why; and those that nobody knows.
pub(super) fn refused(scene: &Scene, issues: &Issues) -> Section {
    let files = table(scene);
    let mut section = Section::new("refused", "What was left out");
    let refused = in_state(files, "refused");
    if files.rows() > 0 && refused.is_empty() {
        section = section.says("No file or sheet was refused.");
    }
    let columns = ["File", "Why", "What to do", "Code"];
    let mut grid = Grid::new("refused-files", "Refused: nothing of them is in a figure", &columns);
    let why = issues.first_of_each_file();
    for file in &refused {
        let issue = why.get(file.as_str());
        grid.rows.push(vec![
            Cell::long(file),
            Cell::long(issue.map_or("", |i| &i.message)),
            Cell::long(issue.map_or("", |i| &i.remedy)),
            Cell::name(issue.map_or("", |i| &i.code)),
        ]);
    }
    let unclaimed = in_state(files, "unclaimed");
    if !unclaimed.is_empty() {
        section = section.says(format!(
            "No data contract recognises {}, listed below: not read, and in no figure.",
            words::of(words::size(unclaimed.len()), "file", "files")
        ));
    }
    section.list = unclaimed.iter().map(|f| words::clean_long(f)).collect();
    section.grid(grid)
}

fn state_words(state: Option<&str>) -> &'static str {
    match state {
        Some("accepted") => "accepted",
        Some("accepted_in_part") => "accepted in part",
        Some("refused") => "refused",
        // the marker and the answers of a synthetic set
        Some("no_data") => "known, holds no data of the pipeline",
        _ => "not recognised",
    }
}

/// Every file and sheet.
pub(super) fn each(scene: &Scene) -> Section {
    let files = table(scene);
    let (file, state, dataset) = (files.text("file"), files.text("state"), files.text("dataset"));
    let counts = ROWS.map(|c| files.int(c));
    let heads =
        ["File", "Data contract", "State", "#Read", "#Accepted", "#Set aside", "#Skipped", "#Refused"];
    let mut grid = Grid::new("each-file", "Every file and sheet", &heads);
    for i in 0..files.rows() {
        let contract = dataset[i].as_deref().map(|d| words::clean(d).0);
        let mut row = vec![
            Cell::long(file[i].as_deref().unwrap_or_default()),
            contract.map_or_else(|| Cell { absent: true, ..Cell::words("none") }, Cell::words),
            Cell::words(state_words(state[i].as_deref())),
        ];
        row.extend(counts.iter().map(|c| Cell::count(c[i])));
        grid.rows.push(row);
    }
    Section::new("files", "File by file").grid(grid).with_tables_of(scene, &["quality/reconciliation"])
}
