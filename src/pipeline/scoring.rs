//! `dpcmi score`: any units by any framework, from a CSV of values to tables.

use super::{PROGRAM, PipelineError, Result};
use crate::define::framework::Framework;
use crate::diag::{Diagnostic, Place};
use crate::index::{Design, Simulation, Values, ValuesFault, score_units};
use crate::read::Limits;
use crate::snapshot::{self, Found};
use crate::store::{Digest, Input, Metadata, ReleaseMeta, ReleaseWriter};
use crate::{render, report};
use polars::prelude::DataFrame;
use std::collections::BTreeSet;
use std::path::Path;

/// What was scored.
#[derive(Debug)]
pub struct Done {
    pub units: usize,
    pub periods: usize,
    /// Replicates, and rankability of each period; of a framework that says what is uncertain.
    pub simulated: Vec<(i64, Option<f64>)>,
    /// Share of the whole that each indicator carries, in the order of the tree; as found where the data decide.
    pub effective_weights: Vec<(String, f64)>,
    /// Share of the framework's weight that the indicators with values carry.
    pub coverage: f64,
    /// The indicators without any value, which took no part.
    pub left_out: Vec<String>,
    /// What the scoring has to say about the values and lets pass.
    pub notes: Vec<Diagnostic>,
}

/// Scores the file and writes the tables of [`crate::index::ScoredUnits`] to `out`, as CSV and Parquet. A table of a
/// step that the framework does not have is not written.
///
/// `design` is a CSV of a stored sample of weights ([`Design`]); its column `replicate` may number the rows.
pub fn score(
    reports: &report::Definitions,
    framework: &Framework,
    values: &Path,
    out: &Path,
    draws: (u64, Option<u32>),
    design: Option<&Path>,
) -> Result<Done> {
    let (table, input) = open(values)?;
    let mut inputs = vec![input];
    let mut simulation = Simulation { seed: draws.0, replicates: draws.1, design: None };
    if let Some(path) = design {
        let (table, input) = open(path)?;
        inputs.push(input);
        simulation.design = Some(design_of(&table).map_err(refused)?);
    }
    let scored = score_units(framework, &table, &simulation).map_err(|fault| match fault {
        ValuesFault::Refused(faults) => PipelineError::Values(faults),
        ValuesFault::Index(error) => error.into(),
    })?;
    let writer = ReleaseWriter::create(out)?;
    let metadata = Metadata::from([("dpcmi.framework".to_owned(), framework.id.clone())]);
    let tables = [
        ("scores", &scored.scores),
        ("node_scores", &scored.node_scores),
        ("indicator_values", &scored.indicator_values),
        ("group_scores", &scored.group_scores),
        ("weights", &scored.weights),
        ("treatment", &scored.treatment),
        ("screening", &scored.screening),
        ("trends", &scored.trends),
        ("uncertainty", &scored.uncertainty),
        ("unit_uncertainty", &scored.unit_uncertainty),
        ("sensitivity", &scored.sensitivity),
    ];
    let optional = ["treatment", "screening", "trends", "uncertainty", "unit_uncertainty", "sensitivity"];
    for (name, frame) in tables.into_iter().filter(|(n, f)| f.height() > 0 || !optional.contains(n)) {
        writer.put_frame(&format!("tables/{name}.parquet"), frame, &metadata)?;
        let csv = render::csv::write(&report::own_table(reports, name, frame)?);
        writer.put(&format!("tables/{name}.csv"), csv, Some(frame.height() as u64))?;
    }
    let periods: BTreeSet<&str> = scored.scores.column("period")?.str()?.iter().flatten().collect();
    let simulated = if scored.uncertainty.height() == 0 {
        Vec::new()
    } else {
        let replicates = scored.uncertainty.column("replicates")?.i64()?.iter().flatten();
        replicates.zip(scored.uncertainty.column("rankability")?.f64()?.iter()).collect()
    };
    let effective_weights = effective_weights(&scored.weights)?;
    let left_out = left_out(&scored.weights)?;
    let there = effective_weights.iter().filter(|(id, _)| !left_out.contains(id));
    let done = Done {
        coverage: there.map(|(_, share)| share).sum(),
        left_out,
        units: scored.scores.height(),
        periods: periods.len().max(1),
        simulated,
        effective_weights,
        notes: scored.diagnostics,
    };
    writer.finish(ReleaseMeta {
        pipeline: framework.id.clone(),
        method: framework.method.clone(),
        basis: "own values".to_owned(),
        seed: simulation.seed,
        provenance: crate::model::Provenance::Returned.to_string(),
        store: None,
        options: simulation
            .replicates
            .map(|n| ("replicates".to_owned(), n.to_string()))
            .into_iter()
            .collect(),
        inputs,
        confidential: Vec::new(),
        definitions: framework.id.clone(),
        program: PROGRAM.to_owned(),
    })?;
    Ok(done)
}

/// Of the indicators: nodes have a mean, indicators have none.
fn effective_weights(weights: &DataFrame) -> Result<Vec<(String, f64)>> {
    let ids = weights.column("id")?.str()?.iter();
    let shares = weights.column("effective_weight")?.f64()?.iter();
    let of = ids.zip(shares).zip(weights.column("mean")?.str()?.iter());
    Ok(of
        .filter(|(_, mean)| mean.is_none())
        .filter_map(|((id, share), _)| Some((id?.to_owned(), share?)))
        .collect())
}

fn left_out(weights: &DataFrame) -> Result<Vec<String>> {
    let ids = weights.column("id")?.str()?.iter();
    let parts = weights.column("took_part")?.i64()?.iter();
    Ok(ids
        .zip(parts)
        .filter(|(_, part)| *part == Some(0))
        .filter_map(|(id, _)| Some(id?.to_owned()))
        .collect())
}

fn refused(fault: Diagnostic) -> PipelineError {
    PipelineError::Values(vec![fault])
}

fn open(path: &Path) -> Result<(Values, Input)> {
    let label = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let found = Found { label: label.clone(), path: path.to_owned() };
    let bytes = snapshot::read(&found, Limits::default().file).map_err(|d| refused(*d))?.bytes;
    let table = read(&label, &bytes).map_err(refused)?;
    Ok((table, Input { label, digest: Digest::of(&bytes) }))
}

fn design_of(table: &Values) -> std::result::Result<Design, Diagnostic> {
    let mut design = Design::new();
    for (at, id) in table.header.iter().enumerate().filter(|(_, id)| *id != "replicate") {
        let cell = |record: &Vec<String>| {
            record[at].parse::<f64>().map_err(|_| {
                let message = format!("`{id}` of a design is a number from 0 to 1");
                Diagnostic::new("SIMULATION", Place::file(&table.file), message).found(&record[at])
            })
        };
        design.insert(id.clone(), table.records.iter().map(cell).collect::<std::result::Result<_, _>>()?);
    }
    Ok(design)
}

fn read(label: &str, bytes: &[u8]) -> std::result::Result<Values, Diagnostic> {
    let fault = |e: csv::Error| {
        let line = e.position().map_or(1, csv::Position::line);
        let place = Place::Line {
            file: label.to_owned(),
            line,
            byte: e.position().map_or(0, csv::Position::byte),
            column: None,
            field: None,
            text: String::new(),
        };
        Diagnostic::new("CSV_FIELD_COUNT", place, e.to_string())
    };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(fault)?.iter().map(str::to_owned).collect();
    let (mut records, mut lines) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(fault)?;
        lines.push(record.position().map_or(0, csv::Position::line));
        records.push(record.iter().map(str::to_owned).collect());
    }
    Ok(Values { file: label.to_owned(), header, records, lines })
}
