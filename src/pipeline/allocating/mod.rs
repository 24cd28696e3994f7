//! `dpcmi allocate`: scenarios over the people of raw files or of a release, side by side.

mod costs;
mod people;
mod tables;
mod write;

use super::definitions::{library, reports, scenario_source};
use super::ingest::one;
use super::marker;
use super::{PipelineError, Progress, Result};
use crate::allocate::{AllocateError, Allocation, Moved, People, allocate};
use crate::define::Contract;
use crate::define::scenario::Scenario;
use crate::diag::Diagnostic;
use crate::model::{Period, Provenance};
use crate::read::{Limits, child};
use crate::snapshot;
use crate::store::{Digest, Input};
use crate::value::in_words;
use polars::prelude::DataFrame;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// Where the people come from.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// Folder of published files.
    pub inputs: Option<&'a Path>,
    /// A release: lists and weighted lists of its practices.
    pub release: Option<&'a Path>,
}

/// What came out of one scenario.
#[derive(Debug)]
pub struct Done {
    pub scenario: Scenario,
    pub tables: Allocation,
    pub provenance: Provenance,
    /// Running costs of CCGs that have ended since.
    pub moved: Vec<Moved>,
    /// The score that goes with its money, in words; nothing without a release that set spend against score.
    pub score: Option<String>,
}

/// A typed table of an input file.
struct Held {
    dataset: String,
    /// Of the dataset, for people.
    title: String,
    period: Period,
    frame: DataFrame,
    provenance: Provenance,
}

/// Works the scenarios out and writes their tables to `out`.
pub fn run(
    definitions: Option<&Path>,
    names: &[String],
    from: From<'_>,
    out: &Path,
    reader: &child::Reader,
    progress: &dyn Progress,
) -> Result<Vec<Done>> {
    let library = library(definitions)?;
    let mut sources = Vec::new();
    let mut scenarios = Vec::new();
    let mut faults = Vec::new();
    for name in names {
        let source = scenario_source(&library, name)?;
        match Scenario::read(&source) {
            Ok(s) if scenarios.iter().any(|other: &Scenario| other.id == s.id) => {
                let message = format!("two scenarios have the id `{}`", s.id);
                faults.push(Diagnostic::new("CONFIG_DUPLICATE_ID", source.place_of("id"), message));
            }
            Ok(s) => scenarios.push(s),
            Err(more) => faults.extend(more),
        }
        sources.push(source);
    }
    let (contracts, more) = library.contracts();
    faults.extend(more);
    if !faults.is_empty() {
        return Err(PipelineError::Definitions(faults));
    }
    let wanted: BTreeSet<&str> = scenarios.iter().filter_map(|s| s.population.dataset.as_deref()).collect();
    let contracts: Vec<Contract> = contracts.into_iter().filter(|c| wanted.contains(c.id.as_str())).collect();
    let (held, inputs) = match from.inputs.filter(|_| from.release.is_none() && !wanted.is_empty()) {
        Some(folder) => read(&contracts, folder, reader, progress)?,
        None => (Vec::new(), Vec::new()),
    };
    progress.stage("allocate", scenarios.len());
    let mut done = Vec::new();
    for mut scenario in scenarios {
        let (people, counted) = people::people(&scenario, &held, from)?;
        let first = people.first().cloned().unwrap_or_else(People::default);
        let (moved, spent) = costs::carry(&mut scenario, &held, from, &first)?;
        let provenance = counted.worst(spent);
        let tables = allocate(&scenario, &people, provenance.as_str()).map_err(|e| match e {
            AllocateError::Refused(faults) => PipelineError::Definitions(faults),
            AllocateError::Frames(error) => error.into(),
        })?;
        progress.step();
        done.push(Done { scenario, tables, provenance, moved, score: None });
    }
    let expected = tables::expected(&done, from.release)?;
    if let Some(frame) = &expected {
        for one in &mut done {
            one.score = in_words(frame, &one.scenario.id)?;
        }
    }
    let worst = done.iter().map(|d| d.provenance).max().unwrap_or(Provenance::Published);
    let text: String = sources.iter().map(|s| s.text.as_str()).collect();
    write::write(
        &reports(definitions)?,
        &done,
        expected.as_ref(),
        out,
        worst,
        inputs,
        &Digest::of(text.as_bytes()).blake3,
    )?;
    Ok(done)
}

/// What of the folder's files these contracts claim.
fn read(
    contracts: &[Contract],
    folder: &Path,
    reader: &child::Reader,
    progress: &dyn Progress,
) -> Result<(Vec<Held>, Vec<Input>)> {
    let found = snapshot::walk(folder)?;
    progress.stage("read", found.len());
    let limits = Limits::default();
    let results = found
        .par_iter()
        .map(|f| {
            let result = one(contracts, f, &limits, reader);
            progress.step();
            result
        })
        .collect::<Result<Vec<_>>>()?;
    let declared = marker::declared(&results);
    let (mut held, mut inputs) = (Vec::new(), Vec::new());
    for (outcome, bytes) in results {
        let Some(bytes) = bytes.filter(|_| !outcome.intake.tables.is_empty()) else { continue };
        let digest = Digest::of(&bytes);
        let marked = declared.contains(&digest.blake3);
        for (_, typed) in outcome.intake.tables {
            let synthetic = typed.synthetic || marked;
            let provenance = if synthetic { Provenance::Synthetic } else { Provenance::Published };
            let dataset = typed.dataset;
            let title = contracts.iter().find(|c| c.id == dataset).map_or(&dataset, |c| &c.title).clone();
            held.extend(typed.parts.into_iter().map(|(period, frame)| Held {
                dataset: dataset.clone(),
                title: title.clone(),
                period,
                frame,
                provenance,
            }));
        }
        inputs.push(Input { label: outcome.intake.label, digest });
    }
    Ok((held, inputs))
}
