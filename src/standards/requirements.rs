//! The state of each requirement by CCG, and how many CCGs are in which.

use crate::define::framework::{Framework, Indicator, Measure, StandardsSection, UnitKind};
use crate::frames::{Columns, Grown, days_of};
use crate::model::{Grain, Period};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// An indicator that is a requirement of the operating model.
pub struct Requirement<'a> {
    pub indicator: &'a Indicator,
}

impl<'a> Requirement<'a> {
    /// Those of the framework.
    pub fn of(framework: &'a Framework, rules: &StandardsSection) -> Vec<Requirement<'a>> {
        let answered = |x: &&Indicator| {
            let Some(Measure::State { dataset, .. } | Measure::Presence { dataset, .. }) = &x.measure else {
                return false;
            };
            rules.datasets.contains(dataset)
        };
        framework.indicators.iter().filter(answered).map(|indicator| Requirement { indicator }).collect()
    }

    fn asked_of(&self) -> &'static str {
        if self.indicator.unit == UnitKind::Ccg { "ccg" } else { "practice" }
    }
}

/// One requirement in one CCG.
struct Row<'a> {
    day: Date,
    requirement: usize,
    ccg: &'a str,
    state: &'a str,
    /// Practices that meet it, that answered, and of the CCG.
    practices: Option<[i64; 3]>,
    provenance: &'a str,
}

/// The tables `standards` and `standards_summary`, of every quarter.
pub fn requirements(
    wanted: &[Requirement<'_>],
    practices: &DataFrame,
    indicator_values: &DataFrame,
) -> PolarsResult<(DataFrame, DataFrame)> {
    let places: BTreeMap<&str, usize> =
        wanted.iter().enumerate().map(|(i, r)| (r.indicator.id.as_str(), i)).collect();
    let sizes = sizes(practices)?;
    let table = Columns(indicator_values);
    let (day, id) = (table.dates("period")?, table.texts("indicator_id")?);
    let (kind, unit) = (table.texts("unit_type")?, table.texts("unit_code")?);
    // of an area: how many answers have full points, of how many answers
    let (full, answered) = (table.wholes("numerator")?, table.wholes("denominator")?);
    let (absence, provenance) = (table.texts("absence")?, table.texts("provenance")?);
    let mut rows = Vec::new();
    for i in (0..day.len()).filter(|i| kind[*i] == Some("ccg")) {
        let (Some(day), Some(ccg), Some(id)) = (day[i], unit[i], id[i]) else { continue };
        let Some(&requirement) = places.get(id) else { continue };
        let of_practices = wanted[requirement].indicator.unit == UnitKind::Practice;
        let (full, answered) = (full[i].unwrap_or(0), answered[i].unwrap_or(0));
        let all = sizes.get(&(day, ccg)).copied().unwrap_or(0).max(answered);
        let state = match (full, answered) {
            (_, 0) => absence[i].unwrap_or("not_returned"),
            (0, _) => "not_met",
            (full, answered) if full == answered && (!of_practices || answered == all) => "met",
            _ => "partly_met",
        };
        let practices = of_practices.then_some([full, answered, all]);
        let provenance = provenance[i].unwrap_or("");
        rows.push(Row { day, requirement, ccg, state, practices, provenance });
    }
    rows.sort_by_key(|r| (r.day, r.requirement, r.ccg));
    Ok((by_ccg(wanted, &rows)?, summary(wanted, &rows)?))
}

/// Practices of each CCG that are expected.
fn sizes(practices: &DataFrame) -> PolarsResult<BTreeMap<(Date, &str), i64>> {
    let table = Columns(practices);
    let (day, ccg, expected) = (table.dates("period")?, table.texts("ccg_code")?, table.flags("expected")?);
    let mut out = BTreeMap::new();
    for i in (0..day.len()).filter(|i| expected[*i] == Some(true)) {
        if let (Some(day), Some(ccg)) = (day[i], ccg[i]) {
            *out.entry((day, ccg)).or_default() += 1;
        }
    }
    Ok(out)
}

fn label(day: Date) -> Option<String> {
    Some(Period::containing(Grain::Quarter, day).label())
}

/// Part of a whole; nothing of nobody.
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn by_ccg(wanted: &[Requirement<'_>], rows: &[Row<'_>]) -> PolarsResult<DataFrame> {
    let of = |r: &Row<'_>| wanted[r.requirement].indicator;
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|r| days_of(r.day)));
    t.owned("period_label", rows.iter().map(|r| label(r.day)));
    t.texts("edition", rows.iter().map(|r| Some(of(r).edition.as_str())));
    t.texts("requirement", rows.iter().map(|r| Some(of(r).id.as_str())));
    t.texts("ccg_code", rows.iter().map(|r| Some(r.ccg)));
    t.texts("asked_of", rows.iter().map(|r| Some(wanted[r.requirement].asked_of())));
    t.texts("state", rows.iter().map(|r| Some(r.state)));
    t.numbers("share", rows.iter().map(|r| r.practices.and_then(|[met, answered, _]| share(met, answered))));
    t.numbers("share_low", rows.iter().map(|r| r.practices.and_then(|[met, _, all]| share(met, all))));
    for (at, name) in ["practices_met", "practices_answered", "practices"].into_iter().enumerate() {
        t.wholes(name, rows.iter().map(|r| r.practices.map(|p| p[at])));
    }
    t.texts("provenance", rows.iter().map(|r| Some(r.provenance)));
    t.finish()
}

fn summary(wanted: &[Requirement<'_>], rows: &[Row<'_>]) -> PolarsResult<DataFrame> {
    let groups: Vec<&[Row<'_>]> =
        rows.chunk_by(|a, b| (a.day, a.requirement) == (b.day, b.requirement)).collect();
    let of = |g: &[Row<'_>]| wanted[g[0].requirement].indicator;
    let count = |g: &[Row<'_>], states: &[&str]| {
        i64::try_from(g.iter().filter(|r| states.contains(&r.state)).count()).ok()
    };
    let known = ["met", "partly_met", "not_met"];
    let mut t = Grown::default();
    t.days("period", groups.iter().map(|g| days_of(g[0].day)));
    t.owned("period_label", groups.iter().map(|g| label(g[0].day)));
    t.owned("edition", groups.iter().map(|g| Some(of(g).edition.clone())));
    t.owned("requirement", groups.iter().map(|g| Some(of(g).id.clone())));
    t.texts("asked_of", groups.iter().map(|g| Some(wanted[g[0].requirement].asked_of())));
    t.wholes("ccgs", groups.iter().map(|g| i64::try_from(g.len()).ok()));
    for state in known {
        t.wholes(&format!("ccgs_{state}"), groups.iter().map(|g| count(g, &[state])));
    }
    let unknown = |g: &[Row<'_>]| i64::try_from(g.iter().filter(|r| !known.contains(&r.state)).count()).ok();
    t.wholes("ccgs_unknown", groups.iter().map(|g| unknown(g)));
    let practices = |g: &[Row<'_>]| {
        let sum = |at: usize| g.iter().filter_map(|r| r.practices).map(|p| p[at]).sum::<i64>();
        share(sum(0), sum(1))
    };
    t.numbers("share", groups.iter().map(|g| practices(g)));
    t.texts("provenance", groups.iter().map(|g| Some(g[0].provenance)));
    t.finish()
}
