//! Two tables for one dataset and period: which of them is stored, which is used, and what is said about it.
//!
//! Names decide nothing in silence. A table with less than half the rows of another is refused, whichever comes
//! first; of two that are both stored the one whose file sorts last is used, and a warning names both.

use super::quality::Outcome;
use crate::diag::{Diagnostic, Place};
use crate::store::{TableKey, Version};
use polars::prelude::PolarsResult;
use std::collections::BTreeMap;

/// A release of a period is refused when it has fewer than this share of the rows of another one.
const SHRINK: f64 = 0.5;

/// Where a table of a batch stands: its file, its table in the file, and its rows.
struct Entry {
    outcome: usize,
    table: usize,
    rows: u64,
}

fn entries(outcomes: &[Outcome]) -> BTreeMap<TableKey, Vec<Entry>> {
    let mut out: BTreeMap<TableKey, Vec<Entry>> = BTreeMap::new();
    for (outcome, o) in outcomes.iter().enumerate() {
        for (table, (_, typed)) in o.intake.tables.iter().enumerate() {
            for (period, frame) in typed.parts.iter().filter(|(_, f)| f.height() > 0) {
                let key = TableKey { dataset: typed.dataset.clone(), period: *period };
                out.entry(key).or_default().push(Entry { outcome, table, rows: frame.height() as u64 });
            }
        }
    }
    out
}

/// Takes out what lost most of its rows against what is held or stands beside it: a cut file must not take the place
/// of a whole one.
pub fn refuse_shrunk(outcomes: &mut [Outcome], base: Option<&Version>) -> PolarsResult<()> {
    for (key, all) in entries(outcomes) {
        let tables = base.into_iter().flat_map(|v| &v.manifest().tables);
        let held = tables.filter(|t| t.latest && t.dataset == key.dataset && t.period == key.period);
        let held = held.map(|t| (t.rows, t.source.clone(), "held in the store, from")).max();
        let beside = all.iter().map(|e| (e.rows, label(outcomes, e).to_owned(), "beside it in")).max();
        let Some((most, file, whose)) = held.into_iter().chain(beside).max_by_key(|(rows, ..)| *rows) else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "row counts")]
        let shrunk = |rows: u64| (rows as f64) < SHRINK * most as f64;
        for entry in all.iter().filter(|e| shrunk(e.rows)) {
            let place = Place::file(label(outcomes, entry));
            let message = format!(
                "{} rows of {} {}, and {most} {whose} {file}: this release was not stored",
                entry.rows,
                key.dataset,
                key.period.label()
            );
            let d = Diagnostic::new("RESUBMISSION_SHRANK", place, message).dataset(&key.dataset);
            let typed = &mut outcomes[entry.outcome].intake.tables[entry.table].1;
            typed.diagnostics.push(d);
            let Some(at) = typed.parts.iter().position(|(period, _)| *period == key.period) else { continue };
            let (_, frame) = typed.parts.remove(at);
            // one row of a wide file makes several of the long frame
            let lines = frame.column("_line")?.as_materialized_series().n_unique()? as u64;
            typed.account.refuse_some(lines);
        }
    }
    Ok(())
}

/// A table of a batch that is or would be stored.
pub struct Stored {
    pub key: TableKey,
    /// Index of its file among the outcomes.
    pub outcome: usize,
    /// The file, with sheet or entry.
    pub label: String,
    /// What tells two contents apart.
    pub content: String,
    /// Its release is new, and the store holds earlier ones.
    pub again: bool,
}

/// What a batch would store, as far as that is known without a store: contents are told apart by file.
pub fn would_store(outcomes: &[Outcome]) -> Vec<Stored> {
    let all =
        entries(outcomes).into_iter().flat_map(|(key, all)| all.into_iter().map(move |e| (key.clone(), e)));
    all.map(|(key, e)| Stored {
        outcome: e.outcome,
        label: label(outcomes, &e).to_owned(),
        content: format!("{} {}", outcomes[e.outcome].sha256, e.table),
        again: false,
        key,
    })
    .collect()
}

/// Says of every period that came again which release of it is used, and why. `stored` is in the order of the files.
pub fn name_again(outcomes: &mut [Outcome], stored: &[Stored]) {
    let mut by_key: BTreeMap<&TableKey, Vec<&Stored>> = BTreeMap::new();
    for s in stored {
        let all = by_key.entry(&s.key).or_default();
        // the same values twice are one release
        all.retain(|other| other.content != s.content);
        all.push(s);
    }
    for (key, all) in by_key {
        let Some((used, others)) = all.split_last() else { continue };
        let what = format!("{} {}", key.dataset, key.period.label());
        let d = |message: String| {
            Diagnostic::new("RESUBMISSION", Place::file(&used.label), message).dataset(&key.dataset)
        };
        let said = if !others.is_empty() {
            let names: Vec<&str> = others.iter().map(|s| s.label.as_str()).collect();
            let message = format!(
                "{what} stands in {} and in {}; the latter is used, only because its name sorts last",
                names.join(", "),
                used.label
            );
            d(message).hint(
                "leave only the file that counts in the folder; or ingest the first one alone and then the correction, \
                 so that the order of arrival decides",
            )
        } else if used.again {
            d(format!(
                "another release of {what}, which the store held already; the one of {} is used",
                used.label
            ))
        } else {
            continue;
        };
        outcomes[used.outcome].intake.diagnostics.push(said);
    }
}

fn label<'a>(outcomes: &'a [Outcome], entry: &Entry) -> &'a str {
    &outcomes[entry.outcome].intake.tables[entry.table].0
}
