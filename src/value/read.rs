//! CCGs with their spend of a year and their score of its last scored quarter.

use crate::define::framework::ValueSection;
use crate::frames::Columns;
use crate::model::{Grain, Period, Provenance};
use crate::stats::Interval;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// One CCG.
#[derive(Clone, Debug)]
pub(super) struct Area<'a> {
    pub code: &'a str,
    pub name: Option<&'a str>,
    pub status: &'a str,
    /// Pence a registered patient.
    pub per_head: Option<f64>,
    /// Over all denominators that are known.
    pub spend: Option<Interval>,
    pub score: Option<Interval>,
    pub provenance: Provenance,
}

impl Area<'_> {
    /// Spend and score, where both are known and the spend may be compared.
    pub fn both(&self, section: &ValueSection) -> Option<(f64, Interval, Interval)> {
        let fair = section.comparable.iter().any(|s| s == self.status);
        Some((self.per_head.filter(|p| *p > 0.0)?, self.spend?, self.score?)).filter(|_| fair)
    }
}

/// A year of spend.
pub(super) struct Year<'a> {
    pub end: Date,
    /// Last day of the quarter of the scores.
    pub scored: Option<Date>,
    pub areas: Vec<Area<'a>>,
}

/// Intervals of score by quarter and CCG.
fn scores(frame: &DataFrame) -> PolarsResult<BTreeMap<Date, BTreeMap<&str, Interval>>> {
    let t = Columns(frame);
    let (days, codes) = (t.dates("period")?, t.texts("ccg_code")?);
    let (low, high) = (t.numbers("interval_low")?, t.numbers("interval_high")?);
    let mut out: BTreeMap<Date, BTreeMap<&str, Interval>> = BTreeMap::new();
    for i in 0..frame.height() {
        if let (Some(day), Some(code), Some(low), Some(high)) = (days[i], codes[i], low[i], high[i]) {
            out.entry(day).or_default().insert(code, Interval::new(low, high));
        }
    }
    Ok(out)
}

pub(super) fn years<'a>(
    section: &ValueSection,
    ccg_scores: &'a DataFrame,
    spend: &'a DataFrame,
) -> PolarsResult<Vec<Year<'a>>> {
    let scores = scores(ccg_scores)?;
    let t = Columns(spend);
    let (days, codes, names) = (t.dates("period")?, t.texts("ccg_code")?, t.texts("ccg_name")?);
    let (scopes, statuses, provenance) = (t.texts("scope")?, t.texts("status")?, t.texts("provenance")?);
    let heads = ["per_head_registered", "per_head_weighted", "per_head_resident"]
        .map(|name| t.numbers(name))
        .into_iter()
        .collect::<PolarsResult<Vec<_>>>()?;
    let mut years: BTreeMap<Date, Year<'a>> = BTreeMap::new();
    for i in (0..spend.height()).filter(|i| scopes[*i] == Some(section.scope.as_str())) {
        let (Some(end), Some(code), Some(status)) = (days[i], codes[i], statuses[i]) else { continue };
        let year = years.entry(end).or_insert_with(|| {
            let within = Period::containing(Grain::FinancialYear, end);
            let scored = scores.keys().copied().filter(|d| within.contains(*d)).max();
            Year { end, scored, areas: Vec::new() }
        });
        let known = || heads.iter().filter_map(|h| h[i]);
        let low = known().fold(f64::INFINITY, f64::min);
        let high = known().fold(f64::NEG_INFINITY, f64::max);
        year.areas.push(Area {
            code,
            name: names[i],
            status,
            per_head: heads[0][i],
            spend: (low <= high).then(|| Interval::new(low, high)),
            score: year.scored.and_then(|d| scores[&d].get(code).copied()),
            provenance: Provenance::of(provenance[i]),
        });
    }
    for year in years.values_mut() {
        year.areas.sort_by_key(|a| a.code);
    }
    Ok(years.into_values().collect())
}
