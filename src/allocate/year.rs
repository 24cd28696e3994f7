//! One year after the other: pot, shares, claims.

use super::ledger::{Parts, part_of};
use super::people::{People, persons};
use super::succession::carried;
use crate::define::scenario::{Scenario, Transition, Uplift};
use crate::diag::{Diagnostic, Place};
use crate::stats::apportion::largest_remainder;
use std::collections::BTreeMap;

/// A year worked out; money by unit, in the order of its people.
#[derive(Clone, Debug)]
pub(super) struct Worked<'a> {
    pub label: &'a str,
    pub people: &'a People,
    pub parts: Parts,
    /// The plain division per head.
    pub target: Vec<i64>,
    /// The division by last year's shares: where the way to the target begins.
    pub opening: Option<Vec<i64>>,
    pub allocation: Vec<i64>,
    /// Paid by the fund.
    pub support: Vec<i64>,
    pub running_cost: Vec<Option<i64>>,
}

impl Worked<'_> {
    pub fn total(&self, unit: usize) -> i64 {
        self.allocation[unit] + self.support[unit]
    }

    pub fn unpaid(&self) -> i64 {
        self.parts.fund - self.support.iter().sum::<i64>()
    }
}

/// A millionth, as the unit in which paces are counted.
const MILLION: i64 = 1_000_000;

pub(super) fn years<'a>(
    scenario: &'a Scenario,
    people: &'a [People],
) -> Result<Vec<Worked<'a>>, Vec<Diagnostic>> {
    let first = Parts::first(scenario).map_err(|d| vec![d])?;
    let denominator = scenario.split.denominator;
    let costs = running_costs(scenario, people.first())?;
    let mut faults = Vec::new();
    let mut out: Vec<Worked<'a>> = Vec::new();
    for (year, people) in scenario.year.iter().zip(people) {
        let before = out.last();
        let heads: Vec<i64> = people.units.iter().map(|u| u.heads(denominator).unwrap_or(0)).collect();
        for unit in people.units.iter().filter(|u| u.heads(denominator).is_none()) {
            faults.push(of_unit(
                "SCENARIO_NO_PEOPLE",
                &unit.code,
                format!("no {} people of {} are known in {}", denominator.as_str(), unit.code, year.label),
            ));
        }
        let pot = match (year.uplift, before) {
            (Some(Uplift::Percent(p)), Some(b)) => part_of(b.parts.pot, 1.0 + p / 100.0),
            (Some(Uplift::ListGrowth(true)), Some(b)) => {
                let growth =
                    persons(people.heads(denominator)) / persons(b.people.heads(denominator)).max(1e-6);
                part_of(b.parts.pot, growth)
            }
            (_, Some(b)) => b.parts.pot,
            (_, None) => first.pot,
        };
        let parts = first.of_pot(pot);
        let Some(target) = largest_remainder(parts.split, &heads) else {
            faults.push(of_unit(
                "SCENARIO_NO_PEOPLE",
                &year.label,
                format!("{} counts nobody to divide by in {}", people.source, year.label),
            ));
            break;
        };
        let running_cost: Vec<Option<i64>> =
            people.units.iter().map(|u| costs.get(u.code.as_str()).copied()).collect();
        let opening = opening(before, people, parts.split, &running_cost);
        let Some(allocation) = paced(parts.split, year.pace, opening.as_deref(), &target) else {
            let without = people.units.iter().zip(&running_cost).filter(|(_, c)| c.is_none());
            let codes: Vec<&str> = without.map(|(u, _)| u.code.as_str()).take(5).collect();
            faults.push(of_unit(
                "SCENARIO_NO_BASELINE",
                &year.label,
                format!(
                    "a pace of {} starts from running costs, and {} has none",
                    year.pace,
                    codes.join(", ")
                ),
            ));
            break;
        };
        let support = match &scenario.transition {
            None => vec![0; target.len()],
            Some(rule) => support(rule, year.support, parts.fund, &allocation, &running_cost, people),
        };
        out.push(Worked {
            label: &year.label,
            people,
            parts,
            target,
            opening,
            allocation,
            support,
            running_cost,
        });
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn of_unit(code: &str, key: &str, message: String) -> Diagnostic {
    Diagnostic::new(code, Place::Key { dataset: "scenario".to_owned(), key: key.to_owned() }, message)
}

/// Running costs by the CCGs of the first year: those of merged ones together.
fn running_costs<'a>(
    scenario: &'a Scenario,
    people: Option<&'a People>,
) -> Result<BTreeMap<&'a str, i64>, Vec<Diagnostic>> {
    let into: BTreeMap<&str, &str> =
        scenario.merged.iter().flat_map(|m| m.from.iter().map(|f| (f.as_str(), m.into.as_str()))).collect();
    let known: Vec<&str> = people.iter().flat_map(|p| &p.units).map(|u| u.code.as_str()).collect();
    let mut out: BTreeMap<&str, i64> = BTreeMap::new();
    let mut faults = Vec::new();
    for cost in &scenario.running_cost {
        let mut code = cost.code.as_str();
        // a chain of mergers ends, or it is a circle
        for _ in 0..=into.len() {
            let Some(next) = into.get(code).filter(|_| !known.contains(&code)) else { break };
            code = next;
        }
        if known.contains(&code) {
            *out.entry(code).or_default() += cost.pence;
        } else {
            let message = format!("{} has a running cost and no people: is it merged?", cost.code);
            faults.push(of_unit("SCENARIO_UNKNOWN_CCG", &cost.code, message));
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// Last year's shares of this year's money; in the first year those of the running costs, if every unit has one.
fn opening(
    before: Option<&Worked<'_>>,
    people: &People,
    split: i64,
    running_cost: &[Option<i64>],
) -> Option<Vec<i64>> {
    let shares: Vec<i64> = match before {
        Some(b) => {
            let last: BTreeMap<String, i64> =
                b.people.units.iter().map(|u| u.code.clone()).zip(b.allocation.iter().copied()).collect();
            let (last, _) = carried(&last, b.people, people);
            people.units.iter().map(|u| last.get(&u.code).copied()).collect::<Option<_>>()?
        }
        None => running_cost.iter().copied().collect::<Option<_>>()?,
    };
    largest_remainder(split, &shares)
}

/// `pace` of the way from the opening shares to the target.
#[expect(clippy::cast_possible_truncation, reason = "a pace is a share from 0 to 1")]
fn paced(split: i64, pace: f64, opening: Option<&[i64]>, target: &[i64]) -> Option<Vec<i64>> {
    let pace = (pace * 1e6).round() as i64;
    if pace == MILLION {
        return Some(target.to_vec());
    }
    let weights: Vec<i64> =
        opening?.iter().zip(target).map(|(o, t)| (MILLION - pace) * o + pace * t).collect();
    if split == 0 { Some(vec![0; target.len()]) } else { largest_remainder(split, &weights) }
}

/// What the fund pays: each claim is the running cost, less the share that the CCG finds itself, above the allocation,
/// up to the cap. Claims beyond the fund are paid in proportion. Only running costs that are known can claim.
fn support(
    rule: &Transition,
    share: f64,
    fund: i64,
    allocation: &[i64],
    running_cost: &[Option<i64>],
    people: &People,
) -> Vec<i64> {
    let claims: Vec<i64> = running_cost
        .iter()
        .zip(allocation)
        .zip(&people.units)
        .map(|((cost, allocation), unit)| {
            let gap = part_of(cost.unwrap_or(0), 1.0 - rule.own_share) - allocation;
            let cap = rule.cap_pence_per_head.map(|c| (c * persons(unit.registered.unwrap_or(0))).round());
            #[expect(clippy::cast_possible_truncation, reason = "pence of one CCG")]
            let cap = cap.map_or(i64::MAX, |c| c as i64);
            gap.clamp(0, cap)
        })
        .collect();
    let paid = part_of(claims.iter().sum::<i64>().min(fund), share);
    largest_remainder(paid, &claims).unwrap_or_else(|| vec![0; claims.len()])
}
