//! Input files -> the store: whose bytes changed, typed, checked, committed in one step.

use super::assemble::{self, part_of};
use super::intake;
use super::marker;
use super::quality::{Outcome, Quality};
use super::rivals::{self, Stored};
use super::{Definitions, PROGRAM, PipelineError, Progress, Result};
use crate::contract::{ASIDE, Typed, accepted, accepted_rows};
use crate::define::Contract;
use crate::diag::{Diagnostic, Place, Severity};
use crate::model::{Period, Provenance};
use crate::read::{Limits, child};
use crate::rules;
use crate::snapshot::{self, Found};
use crate::store::{Batch, Digest, Input, NewTable, Store, TableKey, TableMeta, Version};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a batch did.
#[derive(Debug, Default)]
pub struct Ingested {
    /// Nothing had changed, so nothing was done.
    pub unchanged: bool,
    /// Id of the visible version of the store.
    pub version: String,
    /// Files read now, files that were as before.
    pub read: usize,
    pub as_before: usize,
    pub refused: usize,
    pub unclaimed: Vec<String>,
    /// Tables placed now: dataset, period, release, rows, and whether the content is new.
    pub tables: Vec<Placement>,
    pub rows_read: u64,
    pub rows_accepted: u64,
    pub rows_quarantined: u64,
    pub rows_skipped: u64,
    pub rows_refused: u64,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
pub struct Placement {
    pub dataset: String,
    pub period: Period,
    pub release: String,
    pub rows: usize,
    pub new: bool,
}

/// Every problem of the inputs in one pass; writes nothing.
pub fn check(
    definitions: &Definitions,
    inputs: &Path,
    limits: &Limits,
    reader: &child::Reader,
    progress: &dyn Progress,
) -> Result<Ingested> {
    let found = snapshot::walk(inputs)?;
    progress.stage("check", found.len());
    let mut outcomes: Vec<Outcome> = found
        .par_iter()
        .map(|f| {
            let (mut outcome, _) = one(&definitions.contracts, f, limits, reader)?;
            let whole = |t: &Typed| part_of(&definitions.contracts, &t.dataset).is_none();
            let tables = outcome.intake.tables.iter_mut().filter(|(_, t)| whole(t));
            for (_, frame) in tables.flat_map(|(_, t)| &mut t.parts) {
                // how many rows, of how many lines, is all that is asked of it below
                let asked = ["_line", ASIDE].into_iter().filter(|name| frame.column(name).is_ok());
                *frame = frame.select(asked)?;
            }
            progress.step();
            Ok(outcome)
        })
        .collect::<Result<_>>()?;
    rivals::refuse_shrunk(&mut outcomes, &definitions.contracts, None)?;
    let hashes: Vec<String> = outcomes.iter().map(|o| o.sha256.clone()).collect();
    assemble::releases(&definitions.contracts, None, &mut outcomes, |at| (Some(hashes[at].clone()), false))?;
    let stored = rivals::would_store(&outcomes);
    rivals::name_again(&mut outcomes, &stored);
    let mut out = Ingested { read: found.len(), ..Ingested::default() };
    account(&outcomes, &mut out)?;
    Ok(out)
}

/// The files of an inputs folder with their hashes, as the batch that they make.
pub fn batch(found: &[Found], definitions: &Definitions, limits: &Limits) -> Batch {
    let inputs = snapshot::fingerprints(found, limits.file)
        .into_iter()
        .map(|f| Input {
            label: f.label,
            digest: Digest { blake3: f.blake3, sha256: f.sha256, bytes: f.bytes },
        })
        .collect();
    Batch { inputs, definitions: definitions.contracts_hash.clone(), program: PROGRAM.to_owned() }
}

/// The inputs that the version was not made of, when it was made by the same definitions and program.
pub fn changed<'a>(batch: &'a Batch, base: Option<&Version>) -> BTreeSet<&'a Input> {
    let held: BTreeSet<(&str, &str)> = match base.map(|v| &v.manifest().batch) {
        Some(b) if b.definitions == batch.definitions && b.program == batch.program => {
            b.inputs.iter().map(|i| (i.label.as_str(), i.digest.blake3.as_str())).collect()
        }
        _ => BTreeSet::new(),
    };
    batch.inputs.iter().filter(|i| !held.contains(&(i.label.as_str(), i.digest.blake3.as_str()))).collect()
}

/// Takes the inputs as far as the store. One bad file never stops the others; nothing of it is lost.
pub fn ingest(
    definitions: &Definitions,
    inputs: &Path,
    store: &Store,
    limits: &Limits,
    reader: &child::Reader,
    progress: &dyn Progress,
) -> Result<Ingested> {
    let found = snapshot::walk(inputs)?;
    let batch = batch(&found, definitions, limits);
    let base = store.current()?;
    if let Some(version) = base.as_ref().filter(|v| v.is_of(&batch)) {
        let id = version.id().to_owned();
        return Ok(Ingested { unchanged: true, version: id, as_before: found.len(), ..Ingested::default() });
    }
    let mut txn = store.begin()?;
    let todo: BTreeSet<String> = changed(&batch, txn.base()).into_iter().map(|i| i.label.clone()).collect();
    let work: Vec<&Found> = found.iter().filter(|f| todo.contains(&f.label)).collect();
    progress.stage("read and type", work.len());
    let mut results: Vec<(Outcome, Option<Vec<u8>>)> = work
        .par_iter()
        .map(|f| {
            let result = one(&definitions.contracts, f, limits, reader);
            progress.step();
            result
        })
        .collect::<Result<_>>()?;
    let declared = marker::declared(&results);
    marker::leave_answers(&mut results, &declared);
    let mut out = Ingested { as_before: found.len() - work.len(), read: work.len(), ..Ingested::default() };
    progress.stage("store", results.len());
    let (mut outcomes, bytes): (Vec<Outcome>, Vec<_>) = results.into_iter().unzip();
    rivals::refuse_shrunk(&mut outcomes, &definitions.contracts, txn.base())?;
    balance(&outcomes)?;
    let together = assemble::releases(&definitions.contracts, txn.base(), &mut outcomes, |at| {
        let snapshot = bytes[at].as_deref().map(|b| Digest::of(b).blake3);
        let synthetic = snapshot.as_ref().is_some_and(|s| declared.contains(s));
        (snapshot, synthetic)
    })?;
    let mut tables = Vec::new();
    let mut owners = Vec::new();
    for (at, (outcome, bytes)) in outcomes.iter_mut().zip(bytes).enumerate() {
        if let Some(bytes) = bytes {
            let digest = txn.put_snapshot(&outcome.intake.label, bytes);
            let synthetic = declared.contains(&digest.blake3);
            let snapshot = Some(digest.blake3);
            for (label, typed) in &mut outcome.intake.tables {
                let provenance =
                    if typed.synthetic || synthetic { Provenance::Synthetic } else { Provenance::Published };
                let parts = std::mem::take(&mut typed.parts);
                for (period, frame) in parts.into_iter().filter(|(_, f)| f.height() > 0) {
                    let meta = TableMeta {
                        source: label.clone(),
                        snapshot: snapshot.clone(),
                        also: Vec::new(),
                        definition: definition_of(definitions, &typed.dataset),
                        provenance,
                    };
                    let key = TableKey { dataset: typed.dataset.clone(), period };
                    tables.push(NewTable { key, frame, meta });
                    owners.push(at);
                }
            }
        }
        progress.step();
    }
    name_copies(&batch, &todo, &mut outcomes);
    tables.extend(together);
    let named: Vec<(TableKey, usize, String)> =
        tables.iter().map(|t| (t.key.clone(), accepted_rows(&t.frame), t.meta.source.clone())).collect();
    let placed = txn.put_tables(tables)?;
    let mut stored = Vec::new();
    // releases of several files have no owner, and were spoken of where they were put together
    let owners = owners.into_iter().map(Some).chain(std::iter::repeat(None));
    for (((key, rows, label), p), owner) in named.into_iter().zip(placed).zip(owners) {
        out.tables.push(Placement {
            dataset: key.dataset.clone(),
            period: key.period,
            release: p.release.clone(),
            rows,
            new: p.new,
        });
        if let Some(outcome) = owner {
            stored.push(Stored { key, outcome, label, content: p.release, again: p.new && p.releases > 1 });
        }
    }
    rivals::name_again(&mut outcomes, &stored);
    account(&outcomes, &mut out)?;
    let quality = quality(&outcomes, &batch, txn.base(), &todo)?;
    txn.put_quality("reconciliation", &quality.reconciliation)?;
    txn.put_quality("issues", &quality.issues)?;
    txn.put_quality("quarantine", &quality.quarantine)?;
    out.version = txn.commit(batch)?;
    Ok(out)
}

pub(super) fn one(
    contracts: &[Contract],
    found: &Found,
    limits: &Limits,
    reader: &child::Reader,
) -> Result<(Outcome, Option<Vec<u8>>)> {
    match snapshot::read(found, limits.file) {
        Err(fault) => {
            let intake = intake::Intake {
                label: found.label.clone(),
                diagnostics: vec![*fault],
                refused: true,
                ..intake::Intake::default()
            };
            Ok((Outcome { intake, sha256: String::new(), bytes: 0 }, None))
        }
        Ok(snapshot) => {
            let sha256 = snapshot::sha256(&snapshot.bytes);
            let bytes = snapshot.bytes.len() as u64;
            let mut intake = intake::file(contracts, &found.label, &snapshot.bytes, limits, reader)?;
            for (_, typed) in &mut intake.tables {
                check_rules(contracts, typed)?;
            }
            Ok((Outcome { intake, sha256, bytes }, Some(snapshot.bytes)))
        }
    }
}

/// Says of an input with the content of another one, which came before it or with it, that the store holds it once.
fn name_copies(batch: &Batch, read: &BTreeSet<String>, outcomes: &mut [Outcome]) {
    let mut labels: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for input in &batch.inputs {
        labels.entry(&input.digest.blake3).or_default().push(&input.label);
    }
    labels.values_mut().for_each(|all| all.sort_by_key(|label| read.contains(*label)));
    let copies: BTreeMap<&str, &str> =
        labels.values().flat_map(|all| all[1..].iter().map(|copy| (*copy, all[0]))).collect();
    for outcome in outcomes {
        if let Some(first) = copies.get(outcome.intake.label.as_str()) {
            let place = Place::file(&outcome.intake.label);
            let d = Diagnostic::new("DUPLICATE_CONTENT", place, format!("the same bytes as {first}"));
            outcome.intake.diagnostics.push(d);
        }
    }
}

fn definition_of(definitions: &Definitions, dataset: &str) -> String {
    definitions.contracts.iter().find(|c| c.id == dataset).map_or_else(String::new, |c| c.hash.clone())
}

fn check_rules(contracts: &[Contract], typed: &mut Typed) -> Result<()> {
    let Some(contract) = contracts.iter().find(|c| c.id == typed.dataset) else { return Ok(()) };
    let found: Vec<Vec<Diagnostic>> = typed
        .parts
        .par_iter()
        .map(|(period, frame)| rules::check(&contract.id, *period, &accepted(frame)?, &contract.rules))
        .collect::<polars::prelude::PolarsResult<_>>()?;
    typed.diagnostics.extend(found.into_iter().flatten());
    Ok(())
}

/// Rows and bytes of every file add up.
fn balance(outcomes: &[Outcome]) -> Result<()> {
    let off = |(_, typed): &&(String, Typed)| !typed.account.balances();
    match outcomes.iter().flat_map(|o| &o.intake.tables).find(off) {
        Some((label, _)) => Err(PipelineError::Reconciliation { file: label.clone() }),
        None => Ok(()),
    }
}

fn account(outcomes: &[Outcome], out: &mut Ingested) -> Result<()> {
    balance(outcomes)?;
    for o in outcomes {
        out.refused += usize::from(o.intake.refused);
        if o.intake.unclaimed {
            out.unclaimed.push(o.intake.label.clone());
        }
        out.diagnostics.extend(o.intake.diagnostics.iter().cloned());
        for (_, typed) in &o.intake.tables {
            out.rows_read += typed.account.rows_read;
            out.rows_accepted += typed.account.rows_accepted;
            out.rows_quarantined += typed.account.rows_quarantined;
            out.rows_skipped += typed.account.rows_skipped;
            out.rows_refused += typed.account.rows_refused;
            out.diagnostics.extend(typed.diagnostics.iter().cloned());
            let fatal = typed.diagnostics.iter().any(|d| d.severity == Severity::Fatal);
            out.refused += usize::from(fatal && !o.intake.refused);
        }
    }
    Ok(())
}

fn quality(
    outcomes: &[Outcome],
    batch: &Batch,
    base: Option<&Version>,
    read: &BTreeSet<String>,
) -> Result<Quality> {
    let new = Quality::of(outcomes)?;
    let Some(version) = base else { return Ok(new) };
    let unread: BTreeSet<&str> =
        batch.inputs.iter().map(|i| i.label.as_str()).filter(|l| !read.contains(*l)).collect();
    let held = ["reconciliation", "issues", "quarantine"].map(|name| version.quality(name));
    let [a, b, c] = held;
    Ok(new.after([a?, b?, c?], &unread)?)
}

/// Rows of each dataset that a version holds, latest releases only.
pub fn holdings(version: &Version) -> BTreeMap<String, Vec<Period>> {
    let mut out: BTreeMap<String, Vec<Period>> = BTreeMap::new();
    for table in version.manifest().tables.iter().filter(|t| t.latest) {
        out.entry(table.dataset.clone()).or_default().push(table.period);
    }
    out.values_mut().for_each(|periods| periods.sort_unstable());
    out
}
