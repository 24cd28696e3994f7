//! `dpcmi allocate`: scenarios over the people of raw files or of a release, side by side.

use super::definitions::{library, scenario_source};
use super::ingest::{declared_synthetic, one};
use super::{PROGRAM, PipelineError, Progress, Result};
use crate::allocate::{AllocateError, Allocation, People, Unit, allocate};
use crate::define::Contract;
use crate::define::scenario::{Population, Scenario};
use crate::diag::{Diagnostic, Place};
use crate::model::{Period, Provenance};
use crate::read::{Limits, child};
use crate::snapshot;
use crate::spend::people_by_ccg;
use crate::store::{Digest, Input, Metadata, Release, ReleaseMeta, ReleaseWriter};
use crate::{render, report};
use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
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
}

/// A typed table of an input file.
struct Held {
    dataset: String,
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
    for scenario in scenarios {
        let (people, provenance) = people(&scenario, &held, from)?;
        let tables = allocate(&scenario, &people, provenance.as_str()).map_err(|e| match e {
            AllocateError::Refused(faults) => PipelineError::Definitions(faults),
            AllocateError::Frames(error) => error.into(),
        })?;
        progress.step();
        done.push(Done { scenario, tables, provenance });
    }
    let worst = done.iter().map(|d| d.provenance).max().unwrap_or(Provenance::Published);
    let text: String = sources.iter().map(|s| s.text.as_str()).collect();
    write(&done, out, worst, inputs, &Digest::of(text.as_bytes()).blake3)?;
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
    let declared = declared_synthetic(&results);
    let (mut held, mut inputs) = (Vec::new(), Vec::new());
    for (outcome, bytes) in results {
        let Some(bytes) = bytes.filter(|_| !outcome.intake.tables.is_empty()) else { continue };
        let digest = Digest::of(&bytes);
        let marked = declared.contains(&digest.blake3);
        for (_, typed) in outcome.intake.tables {
            let synthetic = typed.synthetic || marked;
            let provenance = if synthetic { Provenance::Synthetic } else { Provenance::Published };
            let dataset = typed.dataset;
            held.extend(typed.parts.into_iter().map(|(period, frame)| Held {
                dataset: dataset.clone(),
                period,
                frame,
                provenance,
            }));
        }
        inputs.push(Input { label: outcome.intake.label, digest });
    }
    Ok((held, inputs))
}

/// The people of each year, and the weakest of what they rest on.
fn people(scenario: &Scenario, held: &[Held], from: From<'_>) -> Result<(Vec<People>, Provenance)> {
    let section = &scenario.population;
    let mut out: Vec<People> = Vec::new();
    let mut worst = Provenance::Published;
    let mut day = section.as_at.as_deref().and_then(|d| d.parse().ok());
    for year in &scenario.year {
        let own: Option<Date> = year.as_at.as_deref().and_then(|d| d.parse().ok());
        day = own.or(day);
        let same = out.last().filter(|_| own.is_none()).cloned();
        let (people, provenance) = match (same, from.release, &section.dataset) {
            (Some(people), _, _) => (people, worst),
            (None, Some(release), _) => of_release(release, day)?,
            (None, None, Some(dataset)) => of_dataset(section, dataset, held, day)?,
            (None, None, None) if section.unit.is_empty() => {
                return Err(PipelineError::Unknown {
                    what: format!(
                        "the scenario `{}` names no population: give `--release DIR`, or a `dataset` in [population]",
                        scenario.id
                    ),
                });
            }
            (None, None, None) => (stated(section), Provenance::Returned),
        };
        worst = worst.worst(provenance);
        out.push(people);
    }
    Ok((out, worst))
}

#[expect(clippy::cast_possible_truncation, reason = "a list has fewer than 9e12 patients")]
fn millionths(persons: f64) -> i64 {
    (persons * 1e6).round() as i64
}

fn stated(section: &Population) -> People {
    let mut units: Vec<Unit> = section
        .unit
        .iter()
        .map(|u| Unit {
            code: u.code.clone(),
            name: u.name.clone(),
            registered: u.registered.map(millionths),
            weighted: u.weighted.map(millionths),
            resident: u.resident.map(millionths),
        })
        .collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    People { units, source: "stated in the scenario".to_owned() }
}

fn of_dataset(
    section: &Population,
    dataset: &str,
    held: &[Held],
    day: Option<Date>,
) -> Result<(People, Provenance)> {
    let own = || held.iter().filter(|h| h.dataset == dataset);
    let Some(table) = own().find(|h| day.is_some_and(|d| h.period.contains(d))) else {
        let periods: Vec<String> = own().map(|h| h.period.label()).collect();
        let place =
            Place::Key { dataset: dataset.to_owned(), key: day.map_or_else(String::new, |d| d.to_string()) };
        let message = format!(
            "no `{dataset}` of that day among the inputs: {}",
            if periods.is_empty() { "none is there at all".to_owned() } else { periods.join(", ") }
        );
        return Err(PipelineError::Values(vec![Diagnostic::new("SCENARIO_NO_POPULATION", place, message)]));
    };
    let sums = |column: Option<&String>| {
        column.map_or(Ok(BTreeMap::new()), |c| people_by_ccg(dataset, &table.frame, c))
    };
    let (registered, weighted, resident) = (
        sums(section.registered.as_ref())?,
        sums(section.weighted.as_ref())?,
        sums(section.resident.as_ref())?,
    );
    let names = names(&table.frame)?;
    let units = registered
        .iter()
        .map(|(code, registered)| Unit {
            code: code.clone(),
            name: names.get(code).cloned(),
            registered: *registered,
            weighted: weighted.get(code).copied().flatten(),
            resident: resident.get(code).copied().flatten(),
        })
        .collect();
    Ok((People { units, source: format!("{dataset} {}", table.period.label()) }, table.provenance))
}

/// CCG names of a frame, by code.
fn names(frame: &DataFrame) -> Result<BTreeMap<String, String>> {
    let (Ok(codes), Ok(names)) = (frame.column("ccg_code"), frame.column("ccg_name")) else {
        return Ok(BTreeMap::new());
    };
    let (codes, names) = (codes.str()?, names.str()?);
    let pairs = codes.iter().zip(names.iter());
    Ok(pairs.filter_map(|(c, n)| Some((c?.to_owned(), n?.to_owned()))).collect())
}

/// Lists of the last quarter of a release that ends by the day; of its last quarter where no day is named.
fn of_release(root: &Path, day: Option<Date>) -> Result<(People, Provenance)> {
    let release = Release::open(root)?;
    let frame = release.table("practices", None)?;
    let periods = frame.column("period")?.date()?.physical().clone();
    let by = day.map(|d| (d - jiff::civil::date(1970, 1, 1)).get_days());
    let last = periods.iter().flatten().filter(|p| by.is_none_or(|by| *p <= by)).max();
    let Some(last) = last else {
        let what = "the release has no quarter that ends by the day of the scenario".to_owned();
        return Err(PipelineError::Unknown { what });
    };
    let mask: BooleanChunked = periods.iter().map(|p| Some(p == Some(last))).collect();
    let frame = frame.filter(&mask)?;
    let registered = people_by_ccg("practices", &frame, "list_size")?;
    let weighted = people_by_ccg("practices", &frame, "weighted_list")?;
    let names = names(&frame)?;
    let units = registered
        .into_iter()
        .map(|(code, registered)| Unit {
            name: names.get(&code).cloned(),
            weighted: weighted.get(&code).copied().flatten(),
            registered,
            resident: None,
            code,
        })
        .collect();
    // a word that this version does not know is not trusted
    let provenance = Provenance::parse(&release.manifest().meta.provenance).unwrap_or(Provenance::Synthetic);
    let source = format!("practices of the release, {}", crate::contract::cells::day_of(last));
    Ok((People { units, source }, provenance))
}

fn write(done: &[Done], out: &Path, worst: Provenance, inputs: Vec<Input>, definitions: &str) -> Result<()> {
    let writer = ReleaseWriter::create(out)?;
    let metadata = Metadata::from([("dpcmi.provenance".to_owned(), worst.to_string())]);
    let tables: [(&str, fn(&Allocation) -> &DataFrame); 4] = [
        ("allocation", |a| &a.units),
        ("ledger", |a| &a.ledger),
        ("reconciliation", |a| &a.reconciliation),
        ("inequality", |a| &a.inequality),
    ];
    for (name, of) in tables {
        let mut frame = of(&done[0].tables).clone();
        for more in &done[1..] {
            frame.vstack_mut(of(&more.tables))?;
        }
        writer.put_frame(&format!("tables/{name}.parquet"), &frame, &metadata)?;
        let csv = render::csv::write(&report::own_table(name, &frame)?);
        writer.put(&format!("tables/{name}.csv"), csv, Some(frame.height() as u64))?;
    }
    writer.finish(ReleaseMeta {
        pipeline: done.iter().map(|d| d.scenario.id.as_str()).collect::<Vec<_>>().join(" "),
        method: crate::allocate::METHOD.to_owned(),
        basis: "as returned".to_owned(),
        seed: 0,
        provenance: worst.to_string(),
        store: None,
        options: BTreeMap::new(),
        inputs,
        definitions: definitions.to_owned(),
        program: PROGRAM.to_owned(),
    })?;
    Ok(())
}
