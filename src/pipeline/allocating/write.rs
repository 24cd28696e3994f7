//! The folder of an allocation: tables, charts, page, manifest.

use super::{Done, tables};
use crate::allocate::{Allocation, Gain, METHOD, Total, comparison, gains};
use crate::model::Provenance;
use crate::pipeline::{PROGRAM, Result};
use crate::store::{Input, Metadata, ReleaseMeta, ReleaseWriter};
use crate::{render, report};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) fn write(
    reports: &report::Definitions,
    done: &[Done],
    expected: Option<&DataFrame>,
    out: &Path,
    worst: Provenance,
    inputs: Vec<Input>,
    definitions: &str,
) -> Result<()> {
    let writer = ReleaseWriter::create(out)?;
    let metadata = Metadata::from([("dpcmi.provenance".to_owned(), worst.to_string())]);
    let of_all: [(&str, fn(&Allocation) -> &DataFrame); 4] = [
        ("allocation", |a| &a.units),
        ("ledger", |a| &a.ledger),
        ("reconciliation", |a| &a.reconciliation),
        ("inequality", |a| &a.inequality),
    ];
    let mut written = Vec::new();
    let mut put = |name: &str, frame: &DataFrame| -> Result<()> {
        if frame.height() == 0 {
            return Ok(());
        }
        writer.put_frame(&format!("tables/{name}.parquet"), frame, &metadata)?;
        let csv = render::csv::write(&report::own_table(reports, name, frame)?);
        let path = format!("tables/{name}.csv");
        writer.put(&path, csv, Some(frame.height() as u64))?;
        written.push(path);
        Ok(())
    };
    for (name, of) in of_all {
        let mut frame = of(&done[0].tables).clone();
        for more in &done[1..] {
            frame.vstack_mut(of(&more.tables))?;
        }
        put(name, &frame)?;
    }
    let sets = compared(done);
    let ids: Vec<(&str, &str, Vec<Gain>)> = sets
        .iter()
        .map(|(one, with, gains)| {
            let with = with.map_or(RUNNING_COST, |other| other.scenario.id.as_str());
            (one.scenario.id.as_str(), with, gains.clone())
        })
        .collect();
    put("comparison", &comparison(&ids)?)?;
    put("succession", &tables::succession(done)?)?;
    if let Some(frame) = expected {
        put("expected_scores", frame)?;
    }
    let views: Vec<report::ScenarioView<'_>> = done.iter().map(view).collect();
    let synthetic = worst == Provenance::Synthetic;
    let against: Vec<report::Against<'_>> = sets
        .iter()
        .map(|(one, with, gains)| report::Against {
            scenario: (&one.scenario.id, &one.scenario.title),
            with: with.map(|other| (other.scenario.id.as_str(), other.scenario.title.as_str())),
            year: &one.tables.last_year,
            counted: &one.tables.counted,
            gains,
            synthetic,
        })
        .collect();
    let (page, charts) = report::allocation(&views, &against, &written);
    for (path, bytes) in render::allocation(&page, &charts)? {
        writer.put(&path, bytes, None)?;
    }
    writer.finish(ReleaseMeta {
        pipeline: done.iter().map(|d| d.scenario.id.as_str()).collect::<Vec<_>>().join(" "),
        method: METHOD.to_owned(),
        basis: "as returned".to_owned(),
        seed: 0,
        provenance: worst.to_string(),
        store: None,
        options: BTreeMap::new(),
        inputs,
        confidential: Vec::new(),
        definitions: definitions.to_owned(),
        program: PROGRAM.to_owned(),
    })?;
    Ok(())
}

fn view(done: &Done) -> report::ScenarioView<'_> {
    report::ScenarioView {
        id: &done.scenario.id,
        title: &done.scenario.title,
        about: &done.scenario.about,
        denominator: done.scenario.split.denominator.as_str(),
        lines: &done.tables.lines,
        reconciled: &done.tables.reconciled,
        provenance: done.provenance,
        moved: moved(done),
        score: done.score.as_deref(),
    }
}

fn moved(done: &Done) -> Option<String> {
    let from: BTreeSet<&str> = done.moved.iter().map(|m| m.from.as_str()).collect();
    let into: BTreeSet<&str> = done.moved.iter().map(|m| m.into.as_str()).collect();
    let of = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join(", ");
    (!from.is_empty()).then(|| {
        format!(
            "Running costs of CCGs that have ended since ({}) are carried with their practices' patients to {}",
            of(&from),
            of(&into)
        )
    })
}

/// What a scenario is compared with that is no scenario.
const RUNNING_COST: &str = "running cost";

/// Every scenario against the first, and against running costs where every CCG has one.
fn compared(done: &[Done]) -> Vec<(&Done, Option<&Done>, Vec<Gain>)> {
    let mut sets = Vec::new();
    for (i, d) in done.iter().enumerate() {
        let last = &d.tables.last;
        let costs: Option<Vec<Total>> =
            last.iter().map(|t| Some(Total { pence: t.running_cost?, ..t.clone() })).collect();
        if let Some(costs) = costs {
            sets.push((d, None, gains(&costs, last)));
        }
        if i > 0 {
            let first = &done[0];
            sets.push((d, Some(first), gains(&first.tables.last, last)));
        }
    }
    sets
}
