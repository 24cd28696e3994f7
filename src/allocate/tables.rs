//! A scenario's years as frames.

use super::ledger::{Line, Reconciled, pence, per_head};
use super::people::persons;
use super::year::Worked;
use crate::define::scenario::Scenario;
use crate::frames::Grown;
use polars::prelude::{DataFrame, PolarsResult};

pub(super) fn units(scenario: &Scenario, years: &[Worked<'_>], provenance: &str) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    for (at, year) in years.iter().enumerate() {
        let all = || 0..year.people.units.len();
        let unit = |i: usize| &year.people.units[i];
        let people = |m: Option<i64>| m.map(persons);
        t.texts("scenario", all().map(|_| Some(scenario.id.as_str())));
        t.texts("year", all().map(|_| Some(year.label)));
        t.texts("ccg_code", all().map(|i| Some(unit(i).code.as_str())));
        t.texts("ccg_name", all().map(|i| unit(i).name.as_deref()));
        t.texts("denominator", all().map(|_| Some(scenario.split.denominator.as_str())));
        t.texts("denominator_source", all().map(|_| Some(year.people.source.as_str())));
        t.numbers("registered", all().map(|i| people(unit(i).registered)));
        t.numbers("weighted", all().map(|i| people(unit(i).weighted)));
        t.numbers("resident", all().map(|i| people(unit(i).resident)));
        t.wholes("target_pence", all().map(|i| Some(year.target[i])));
        t.wholes("opening_pence", all().map(|i| year.opening.as_ref().map(|o| o[i])));
        t.wholes("allocation_pence", all().map(|i| Some(year.allocation[i])));
        t.wholes("transition_pence", all().map(|i| Some(year.support[i])));
        t.wholes("total_pence", all().map(|i| Some(year.total(i))));
        t.numbers("per_head_registered", all().map(|i| per_head(year.total(i), unit(i).registered)));
        t.wholes("running_cost_pence", all().map(|i| year.running_cost[i]));
        t.wholes("change_pence", all().map(|i| year.running_cost[i].map(|c| year.total(i) - c)));
        t.numbers("distance_from_target", all().map(|i| distance(year, i)));
        t.wholes("years_to_target", all().map(|i| years_to_target(scenario, &years[at..], &unit(i).code)));
        t.texts("provenance", all().map(|_| Some(provenance)));
    }
    t.finish()
}

/// Allocation over target, less 1.
fn distance(year: &Worked<'_>, unit: usize) -> Option<f64> {
    (year.target[unit] > 0).then(|| pence(year.allocation[unit]) / pence(year.target[unit]) - 1.0)
}

/// Years from the first of `years` until the CCG has its target, without support, and keeps it to the end; `None` where
/// the scenario ends before.
fn years_to_target(scenario: &Scenario, years: &[Worked<'_>], code: &str) -> Option<i64> {
    let at_parity = |year: &Worked<'_>| {
        let unit = year.people.units.iter().position(|u| u.code == code)?;
        let near = distance(year, unit).is_some_and(|d| d.abs() <= scenario.parity_within);
        Some(near && year.support[unit] == 0)
    };
    let short = years.iter().rposition(|y| at_parity(y) != Some(true));
    let first = short.map_or(0, |last| last + 1);
    (first < years.len()).then(|| i64::try_from(first).unwrap_or(i64::MAX))
}

pub(super) fn ledger(scenario: &Scenario, lines: &[Line]) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    t.texts("scenario", lines.iter().map(|_| Some(scenario.id.as_str())));
    t.texts("year", lines.iter().map(|l| Some(l.year.as_str())));
    t.texts("line", lines.iter().map(|l| Some(l.line.as_str())));
    t.texts("parent", lines.iter().map(|l| l.parent));
    t.texts("title", lines.iter().map(|l| Some(l.title.as_str())));
    t.wholes("pence", lines.iter().map(|l| Some(l.pence)));
    t.numbers("pence_per_head", lines.iter().map(|l| l.per_head));
    t.texts("source", lines.iter().map(|l| l.source.as_deref()));
    t.finish()
}

pub(super) fn reconciliation(scenario: &Scenario, rows: &[Reconciled]) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    t.texts("scenario", rows.iter().map(|_| Some(scenario.id.as_str())));
    t.texts("year", rows.iter().map(|r| Some(r.year.as_str())));
    t.texts("what", rows.iter().map(|r| Some(r.what.as_str())));
    t.texts("ccg_code", rows.iter().map(|r| r.code.as_deref()));
    t.wholes("published_pence", rows.iter().map(|r| r.published));
    t.wholes("scenario_pence", rows.iter().map(|r| r.found));
    t.wholes("difference_pence", rows.iter().map(|r| Some(r.found? - r.published?)));
    t.numbers("published_per_head", rows.iter().map(|r| r.published_per_head));
    t.numbers("implied_heads", rows.iter().map(|r| r.implied_heads));
    t.numbers("held_heads", rows.iter().map(|r| r.held_heads));
    t.numbers("per_head_on_held", rows.iter().map(|r| r.per_head_on_held));
    t.texts("denominator_source", rows.iter().map(|r| Some(r.denominator_source.as_str())));
    t.texts("source", rows.iter().map(|r| Some(r.source.as_str())));
    t.finish()
}
