//! Two tables for one dataset and period: which of them is stored, which is used, and what is said about it.
//!
//! Names decide nothing in silence. A table with less than half the rows of another is refused, whichever comes
//! first; of two that are both stored the one whose file sorts last is used, and a warning names both. Of a dataset that
//! is collected in parts both are held for each part: see [`super::assemble`].

use super::assemble::{self, part_of};
use super::quality::Outcome;
use crate::contract::{accepted, accepted_rows};
use crate::define::Contract;
use crate::diag::{Diagnostic, Place};
use crate::store::{TableKey, Version};
use polars::prelude::{BooleanChunked, DataFrame, PolarsResult};
use std::collections::BTreeMap;

/// A release of a period is refused when it has fewer than this share of the rows of another one.
const SHRINK: f64 = 0.5;

/// Where a table of a batch stands: its file, its table in the file, and its rows.
struct Entry {
    outcome: usize,
    table: usize,
    rows: u64,
}

/// By dataset and period; those that are collected in parts, or the others.
fn entries(outcomes: &[Outcome], contracts: &[Contract], in_parts: bool) -> BTreeMap<TableKey, Vec<Entry>> {
    let mut out: BTreeMap<TableKey, Vec<Entry>> = BTreeMap::new();
    for (outcome, o) in outcomes.iter().enumerate() {
        let tables = o.intake.tables.iter().enumerate();
        for (table, (_, typed)) in
            tables.filter(|(_, (_, t))| part_of(contracts, &t.dataset).is_some() == in_parts)
        {
            for (period, frame) in typed.parts.iter().filter(|(_, f)| f.height() > 0) {
                let key = TableKey { dataset: typed.dataset.clone(), period: *period };
                out.entry(key).or_default().push(Entry { outcome, table, rows: accepted_rows(frame) as u64 });
            }
        }
    }
    out
}

/// Takes out what lost most of its rows against what is held or stands beside it: a cut file must not take the place
/// of a whole one.
pub fn refuse_shrunk(
    outcomes: &mut [Outcome],
    contracts: &[Contract],
    base: Option<&Version>,
) -> super::Result<()> {
    refuse_shrunk_parts(outcomes, contracts, base)?;
    for (key, all) in entries(outcomes, contracts, false) {
        let tables = base.into_iter().flat_map(|v| &v.manifest().tables);
        let held = tables.filter(|t| t.latest && t.dataset == key.dataset && t.period == key.period);
        let held = held.map(|t| (t.rows, t.source.clone(), "held in the store, from")).max();
        let beside = all.iter().map(|e| (e.rows, label(outcomes, e).to_owned(), "beside it in")).max();
        let Some((most, file, whose)) = held.into_iter().chain(beside).max_by_key(|(rows, ..)| *rows) else {
            continue;
        };
        for entry in all.iter().filter(|e| shrunk(e.rows, most)) {
            let what = format!("{} rows of {} {}", entry.rows, key.dataset, key.period.label());
            let why = format!("{what}, and {most} {whose} {file}: this release was not stored");
            refuse(outcomes, &key, entry, why, |_| Ok(None))?;
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "row counts")]
fn shrunk(rows: u64, most: u64) -> bool {
    (rows as f64) < SHRINK * most as f64
}

/// As [`refuse_shrunk`], part by part: what the other parts lost is no fault of this one.
fn refuse_shrunk_parts(
    outcomes: &mut [Outcome],
    contracts: &[Contract],
    base: Option<&Version>,
) -> super::Result<()> {
    for (key, all) in entries(outcomes, contracts, true) {
        let Some((_, part)) = part_of(contracts, &key.dataset) else { continue };
        let mut found: BTreeMap<String, Vec<(u64, String, Option<usize>)>> = BTreeMap::new();
        if let Some(table) = assemble::held(base, &key)? {
            for (word, rows) in assemble::split(&table.frame, part)? {
                let source = rows.column("_source")?.str()?.get(0).unwrap_or_default().to_owned();
                found.entry(word).or_default().push((accepted_rows(&rows) as u64, source, None));
            }
        }
        for (at, entry) in all.iter().enumerate() {
            let parts = &outcomes[entry.outcome].intake.tables[entry.table].1.parts;
            let Some((_, frame)) = parts.iter().find(|(period, _)| *period == key.period) else { continue };
            for (word, rows) in assemble::split(frame, part)? {
                let file = label(outcomes, entry).to_owned();
                found.entry(word).or_default().push((accepted_rows(&rows) as u64, file, Some(at)));
            }
        }
        for (word, returns) in found {
            let Some((most, file, from)) = returns.iter().max_by_key(|(rows, ..)| *rows) else { continue };
            let whose = if from.is_some() { "beside it in" } else { "held in the store, from" };
            for (rows, _, at) in returns.iter().filter(|(rows, ..)| shrunk(*rows, *most)) {
                let Some(entry) = at.map(|at| &all[at]) else { continue };
                let what = format!("{rows} rows of {} {}, {part} {word}", key.dataset, key.period.label());
                let why = format!("{what}, and {most} {whose} {file}: these were not stored");
                refuse(outcomes, &key, entry, why, |frame| {
                    let words = frame.column(part)?.str()?;
                    Ok(Some(words.iter().map(|w| w == Some(word.as_str())).collect()))
                })?;
            }
        }
    }
    Ok(())
}

/// Takes rows of a period out of a table, all unless `which` says some, and says why.
fn refuse(
    outcomes: &mut [Outcome],
    key: &TableKey,
    entry: &Entry,
    why: String,
    which: impl Fn(&DataFrame) -> PolarsResult<Option<BooleanChunked>>,
) -> PolarsResult<()> {
    let place = Place::file(label(outcomes, entry));
    let typed = &mut outcomes[entry.outcome].intake.tables[entry.table].1;
    typed.diagnostics.push(Diagnostic::new("RESUBMISSION_SHRANK", place, why).dataset(&key.dataset));
    let Some(at) = typed.parts.iter().position(|(period, _)| *period == key.period) else { return Ok(()) };
    let (period, frame) = typed.parts.remove(at);
    let gone = match which(&frame)? {
        None => frame,
        Some(gone) => {
            let stays = frame.filter(&!&gone)?;
            if stays.height() > 0 {
                typed.parts.insert(at, (period, stays));
            }
            frame.filter(&gone)?
        }
    };
    // one row of a wide file makes several of the long frame
    let lines = accepted(&gone)?.column("_line")?.as_materialized_series().n_unique()? as u64;
    typed.account.refuse_some(lines);
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

/// What a batch would store whole, as far as that is known without a store: contents are told apart by file.
pub fn would_store(outcomes: &[Outcome]) -> Vec<Stored> {
    let all = entries(outcomes, &[], false)
        .into_iter()
        .flat_map(|(key, all)| all.into_iter().map(move |e| (key.clone(), e)));
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
        if others.is_empty() && !used.again {
            continue;
        }
        let names: Vec<&str> = others.iter().map(|s| s.label.as_str()).collect();
        let said = resubmission(&key.dataset, &what, &names, &used.label);
        outcomes[used.outcome].intake.diagnostics.push(said);
    }
}

/// Which file is used of those that hold `what`: beside `others` of the batch, or after what the store held.
pub fn resubmission(dataset: &str, what: &str, others: &[&str], used: &str) -> Diagnostic {
    let said = |message: String| Diagnostic::new("RESUBMISSION", Place::file(used), message).dataset(dataset);
    if others.is_empty() {
        let what = what.trim_end_matches(',');
        return said(format!(
            "another release of {what}, which the store held already; the one of {used} is used"
        ));
    }
    let names = others.join(", ");
    said(format!("{what} stands in {names} and in {used}; the latter is used, only because its name sorts last"))
        .hint(
            "leave only the file that counts in the folder; or ingest the first one alone and then the correction, \
             so that the order of arrival decides",
        )
}

fn label<'a>(outcomes: &'a [Outcome], entry: &Entry) -> &'a str {
    &outcomes[entry.outcome].intake.tables[entry.table].0
}
