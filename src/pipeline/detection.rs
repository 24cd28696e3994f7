//! How much of what a synthetic set plants its release found: rates against the truth file.
//!
//! Not a measurement of reality. The set says where it lies, and a claim counts as denied when the set also wrote a trace
//! that denies it. Every planted claim is counted in exactly one place, those that no trace can deny too.

pub use super::detection_spend::{SpendRates, rates as spend_rates};
use super::{PipelineError, Result};
use crate::define::framework::{Framework, KnownBy, Measure};
use crate::snapshot::{self, Found};
use crate::store::Release;
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// So many found of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    pub found: u64,
    pub of: u64,
}

impl Rate {
    pub(super) fn add(&mut self, found: bool) {
        self.found += u64::from(found);
        self.of += 1;
    }

    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.found as f64 / self.of as f64 }
    }
}

/// What became of the planted false claims; each of them is in one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// A trace denies it, and it is graded D.
    pub found: u64,
    /// A trace denies it, and it is not.
    pub missed: u64,
    /// A trace exists and fits it, or traces disagree.
    pub fits: u64,
    /// A trace exists and stands too near the line to deny anything.
    pub near_the_line: u64,
    /// No trace gave a reading: none is defined, or none was collected.
    pub no_reading: u64,
    /// The release has no such answer: the practice was closed for it, or nobody was asked.
    pub not_scored: u64,
}

impl Claims {
    pub fn planted(self) -> u64 {
        self.found + self.missed + self.fits + self.near_the_line + self.no_reading + self.not_scored
    }

    /// Found, of those that a trace denies.
    pub fn of_denied(self) -> Rate {
        Rate { found: self.found, of: self.found + self.missed }
    }

    /// Found, of all that were planted.
    pub fn of_planted(self) -> Rate {
        Rate { found: self.found, of: self.planted() }
    }

    /// `denied`: the set wrote a trace that denies the claim. `known`: grade and reason in the release.
    fn count(&mut self, denied: bool, known: Option<&(String, String)>) {
        let place = match known.map(|(grade, reason)| (grade.as_str(), reason.as_str())) {
            None => &mut self.not_scored,
            Some(("D", _)) => &mut self.found,
            Some(_) if denied => &mut self.missed,
            Some((_, "near_the_line")) => &mut self.near_the_line,
            Some((_, "no_trace" | "trace_missing")) => &mut self.no_reading,
            Some(_) => &mut self.fits,
        };
        *place += 1;
    }
}

/// Rates of one release.
#[derive(Clone, Debug, Default)]
pub struct Detection {
    pub claims: Claims,
    /// True answers of returns that were not copied, of which a trace speaks: graded D all the same.
    pub honest: Rate,
    /// Returns carried forward: with a suspect block.
    pub copies: Rate,
    /// Returns that truly stayed the same and were confirmed: with a suspect block.
    pub confirmed: Rate,
    /// All other returns: with a suspect block.
    pub others: Rate,
    pub spend: SpendRates,
}

/// Compares `truth/warts.csv` below `inputs` with the tables of the release.
pub fn measure(framework: &Framework, inputs: &Path, release: &Path) -> Result<Detection> {
    let planted = Planted::read(inputs)?;
    let release = Release::open(release)?;
    let columns: BTreeMap<&str, &str> = framework
        .indicators
        .iter()
        .filter(|x| x.evidence.as_ref().is_some_and(|e| e.known_by == KnownBy::SelfReport))
        .filter_map(|x| match &x.measure {
            Some(Measure::State { column, .. }) => Some((x.id.as_str(), column.as_str())),
            _ => None,
        })
        .collect();
    let mut out = Detection::default();
    let rows = texts(
        &release.table("evidence", None)?,
        &["period", "unit_code", "indicator_id", "grade", "reason", "unit_type"],
    )?;
    // grade and reason of each planted claim; a question may serve several indicators, and one denial is enough
    let mut known: BTreeMap<&Claim, (String, String)> = BTreeMap::new();
    // without a grade nothing was claimed
    for r in rows.iter().filter(|r| r[5] == "practice" && !r[3].is_empty()) {
        let Some(column) = columns.get(r[2].as_str()) else { continue };
        let (unit, denied) = ((r[0].clone(), r[1].clone()), r[3] == "D");
        match planted.claims.get_key_value(&(unit.clone(), (*column).to_owned())) {
            Some((claim, _)) => {
                let mark = known.entry(claim).or_insert_with(|| (r[3].clone(), r[4].clone()));
                if denied {
                    *mark = (r[3].clone(), r[4].clone());
                }
            }
            None if planted.copies.contains(&unit) || r[4] == "no_trace" => {}
            None => out.honest.add(denied),
        }
    }
    planted.claims.iter().for_each(|(claim, denied)| out.claims.count(*denied, known.get(claim)));
    let rows = texts(&release.table("carried_forward", None)?, &["period", "practice_code", "status"])?;
    let suspect = rows.iter().filter(|r| r[2] == "suspect").map(|r| (r[0].clone(), r[1].clone()));
    let suspect: BTreeSet<Unit> = suspect.collect();
    let returned: BTreeSet<Unit> = rows.into_iter().map(|mut r| (r.remove(0), r.remove(0))).collect();
    planted.copies.iter().for_each(|u| out.copies.add(suspect.contains(u)));
    planted.confirmed.iter().for_each(|u| out.confirmed.add(suspect.contains(u)));
    for unit in returned.iter().filter(|u| !planted.copies.contains(*u) && !planted.confirmed.contains(*u)) {
        out.others.add(suspect.contains(unit));
    }
    if release.manifest().files.iter().any(|f| f.path == "tables/spend_per_head.parquet") {
        out.spend = spend_rates(&warts(inputs)?, &release.table("spend_per_head", None)?)?;
    }
    Ok(out)
}

/// Period and practice.
type Unit = (String, String);
/// With the question.
type Claim = (Unit, String);

/// The truth file of planted faults.
fn warts(inputs: &Path) -> Result<Vec<u8>> {
    let path = inputs.join("truth").join("warts.csv");
    let found = Found { label: "truth/warts.csv".to_owned(), path };
    Ok(snapshot::read(&found, 1 << 30).map_err(|d| PipelineError::Values(vec![*d]))?.bytes)
}

/// What the set planted.
#[derive(Default)]
struct Planted {
    /// By practice and question: whether a trace denies it.
    claims: BTreeMap<Claim, bool>,
    copies: BTreeSet<Unit>,
    confirmed: BTreeSet<Unit>,
}

impl Planted {
    fn read(inputs: &Path) -> Result<Planted> {
        let bytes = warts(inputs)?;
        let mut out = Planted::default();
        // kind, file, period, key, field, detail
        for record in csv::Reader::from_reader(bytes.as_slice()).records().flatten() {
            let cell = |i: usize| record.get(i).unwrap_or_default().to_owned();
            let unit = (cell(2), cell(3));
            match cell(0).as_str() {
                "false_claim" => {
                    out.claims.insert((unit, cell(4)), cell(5) == "traced");
                }
                "copied_forward" => {
                    out.copies.insert(unit);
                }
                "confirmed_unchanged" => {
                    out.confirmed.insert(unit);
                }
                _ => {}
            }
        }
        Ok(out)
    }
}

/// Columns as text, row by row; dates as ISO.
pub(super) fn texts(frame: &DataFrame, columns: &[&str]) -> Result<Vec<Vec<String>>> {
    let mut rows = vec![Vec::with_capacity(columns.len()); frame.height()];
    for name in columns {
        let column = frame.column(name)?.cast(&polars::prelude::DataType::String)?;
        for (row, cell) in rows.iter_mut().zip(column.str()?.iter()) {
            row.push(cell.unwrap_or_default().to_owned());
        }
    }
    Ok(rows)
}
