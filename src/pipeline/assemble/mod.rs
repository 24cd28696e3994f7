//! Returns that are collected in parts: the files of one period, each of some CCGs, are one release together.
//!
//! The contract names the field (`part`). A part comes whole from one file: from the last by name of those that hold
//! it, with a warning that names both. What the store holds of parts that no file of the batch returns stays.

mod release;

use super::quality::Outcome;
use crate::define::Contract;
use crate::model::Provenance;
use crate::store::{self, NewTable, Origin, StoredTable, TableKey, Version};
use polars::prelude::*;
use release::{Release, Share};
use std::collections::BTreeMap;

/// The rows of one period in one file of the batch.
struct Returned {
    /// Index of the file among the outcomes.
    outcome: usize,
    frame: DataFrame,
    origin: Origin,
    provenance: Provenance,
}

/// The field of a dataset that is collected in parts.
pub fn part_of<'c>(contracts: &'c [Contract], dataset: &str) -> Option<(&'c Contract, &'c str)> {
    let contract = contracts.iter().find(|c| c.id == dataset)?;
    Some((contract, contract.part.as_deref()?))
}

/// The table that a version holds of a period.
pub fn held(base: Option<&Version>, key: &TableKey) -> store::Result<Option<StoredTable>> {
    let Some(version) = base else { return Ok(None) };
    let mut tables = version.manifest().tables_of(&key.dataset);
    tables.find(|t| t.latest && t.period == key.period).map(|t| version.read_table(t, None)).transpose()
}

/// The rows of each part, in their order.
pub fn split(frame: &DataFrame, part: &str) -> PolarsResult<BTreeMap<String, DataFrame>> {
    let mut rows: BTreeMap<&str, Vec<IdxSize>> = BTreeMap::new();
    for (row, word) in (0..).zip(frame.column(part)?.str()?.iter()) {
        rows.entry(word.unwrap_or_default()).or_default().push(row);
    }
    rows.into_iter()
        .map(|(word, rows)| Ok((word.to_owned(), frame.take(&IdxCa::from_vec("row".into(), rows))?)))
        .collect()
}

/// Takes the rows of the datasets that are collected in parts out of the outcomes, and answers the releases that they
/// make together with what is held. `raw`: the hash of an outcome's file, and whether it was declared synthetic.
pub fn releases(
    contracts: &[Contract],
    base: Option<&Version>,
    outcomes: &mut [Outcome],
    raw: impl Fn(usize) -> (Option<String>, bool),
) -> super::Result<Vec<NewTable>> {
    let mut returned: BTreeMap<TableKey, Vec<Returned>> = BTreeMap::new();
    for (outcome, o) in outcomes.iter_mut().enumerate() {
        let tables = o.intake.tables.iter_mut();
        for (label, typed) in tables.filter(|(_, t)| part_of(contracts, &t.dataset).is_some()) {
            let (snapshot, synthetic) = raw(outcome);
            let provenance =
                if typed.synthetic || synthetic { Provenance::Synthetic } else { Provenance::Published };
            let periods = std::mem::take(&mut typed.parts);
            for (period, frame) in periods.into_iter().filter(|(_, f)| f.height() > 0) {
                let key = TableKey { dataset: typed.dataset.clone(), period };
                let origin = Origin { source: label.clone(), snapshot: snapshot.clone() };
                returned.entry(key).or_default().push(Returned { outcome, frame, origin, provenance });
            }
        }
    }
    let mut out = Vec::new();
    for (key, files) in returned {
        let Some(collected) = part_of(contracts, &key.dataset) else { continue };
        out.extend(assemble(collected, &key, held(base, &key)?, files, outcomes)?);
    }
    Ok(out)
}

/// The releases of a period that a batch makes, in the order in which they are stored; the last one counts, and those
/// before it keep what a file replaced that another one of the batch had returned. What is to be said goes to the outcomes.
fn assemble(
    (contract, part): (&Contract, &str),
    key: &TableKey,
    held: Option<StoredTable>,
    returned: Vec<Returned>,
    outcomes: &mut [Outcome],
) -> PolarsResult<Vec<NewTable>> {
    let mut release = Release::of(contract);
    if let Some(table) = &held {
        release.begin(table, part)?;
    }
    let before = release.shares.clone();
    let mut stored = Vec::new();
    // of each part, the files with different answers
    let mut files: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for file in returned {
        let Returned { outcome, frame, origin, provenance } = file;
        let mut shares = split(&frame, part)?;
        for (word, rows) in &shares {
            let all = files.entry(word.clone()).or_default();
            if all.is_empty() || !release.says(word, rows)? {
                all.push((outcome, origin.source.clone()));
            }
        }
        let mut kept = Vec::new();
        for (word, rows) in &shares {
            let other = release.shares.get(word).is_some_and(|s| s.origin.snapshot != origin.snapshot);
            if other && release.says(word, rows)? {
                kept.push(word.clone());
            }
        }
        // the same answers from another file change nothing
        kept.iter().for_each(|word| _ = shares.remove(word));
        let doubled = release.doubled(&shares)?;
        let mut replaced = shares.keys().chain(doubled.keys()).filter_map(|word| release.shares.get(word));
        if replaced.any(|s| s.fresh && s.origin != origin) {
            stored.push(release.table(key)?);
        }
        for (word, keys) in &doubled {
            let said = release.drop_keys(word, keys, &origin.source, key)?;
            outcomes[outcome].intake.diagnostics.push(said);
        }
        for (word, rows) in shares {
            let share = Share { rows, origin: origin.clone(), provenance, fresh: true };
            release.put(word, share)?;
        }
    }
    for (outcome, said) in release.resubmitted(key, &before, files)? {
        outcomes[outcome].intake.diagnostics.push(said);
    }
    stored.push(release.table(key)?);
    Ok(stored)
}
