//! What becomes of a pot: central shares, fund, division, what nobody explains; and published figures beside it.

use super::people::persons;
use super::year::Worked;
use crate::define::scenario::{Published, Scenario, Take};
use crate::diag::{Diagnostic, Place};
use crate::stats::apportion::largest_remainder;

/// A pot in its parts, which sum to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub pot: i64,
    /// In the order of the scenario.
    pub central: Vec<i64>,
    pub fund: i64,
    pub split: i64,
    /// What the stated parts leave.
    pub unexplained: i64,
}

/// `share` of `pence`, half a penny up.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "pots are below 2^53 pence")]
pub(super) fn part_of(pence: i64, share: f64) -> i64 {
    (pence as f64 * share).round() as i64
}

impl Parts {
    /// Of the first year.
    pub fn first(scenario: &Scenario) -> Result<Parts, Diagnostic> {
        let pot = scenario.pot.pence;
        let of = |take: Take| match take {
            Take::Pence(pence) => pence,
            Take::Share(share) => part_of(pot, share),
        };
        let central: Vec<i64> = scenario.central.iter().map(|c| of(c.take)).collect();
        let fund = scenario.transition.as_ref().map_or(0, |t| of(t.fund));
        let rest = pot - central.iter().sum::<i64>() - fund;
        let split = scenario.split.take.map_or(rest, of);
        if rest < 0 || split > rest {
            let place = Place::Key { dataset: "scenario".to_owned(), key: scenario.id.clone() };
            let over = (split.max(0) - rest).max(-rest);
            let message = format!("its parts are {over} pence more than its pot of {pot}");
            return Err(Diagnostic::new("SCENARIO_OVERSPENT", place, message));
        }
        Ok(Parts { pot, central, fund, split, unexplained: rest - split })
    }

    /// The same shares of another pot.
    pub fn of_pot(&self, pot: i64) -> Parts {
        let mut weights = self.central.clone();
        weights.extend([self.fund, self.split, self.unexplained]);
        // a pot of the first year is above nothing, and so is the sum of its parts
        let parts = largest_remainder(pot, &weights).unwrap_or_else(|| vec![0; weights.len()]);
        let n = self.central.len();
        Parts {
            pot,
            central: parts[..n].to_vec(),
            fund: parts[n],
            split: parts[n + 1],
            unexplained: parts[n + 2],
        }
    }
}

/// A line of the ledger. Lines of one parent sum to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub year: String,
    pub line: String,
    pub parent: Option<&'static str>,
    pub title: String,
    pub pence: i64,
    /// Pence per person of the denominator.
    pub per_head: Option<f64>,
    pub source: Option<String>,
}

/// A published figure beside what comes out. Amounts in pence; `None` where there is nothing to hold it against.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconciled {
    pub year: String,
    pub what: String,
    pub code: Option<String>,
    pub published: Option<i64>,
    pub found: Option<i64>,
    pub published_per_head: Option<f64>,
    /// People that the two published figures imply.
    pub implied_heads: Option<f64>,
    /// People that are held.
    pub held_heads: Option<f64>,
    pub per_head_on_held: Option<f64>,
    pub denominator_source: String,
    pub source: String,
}

/// Pence as a number.
#[expect(clippy::cast_precision_loss, reason = "money of a country in pence is below 2^53")]
pub(super) fn pence(pence: i64) -> f64 {
    pence as f64
}

/// Pence a head.
pub(super) fn per_head(amount: i64, millionths: Option<i64>) -> Option<f64> {
    millionths.filter(|m| *m > 0).map(|m| pence(amount) / persons(m))
}

/// The ledger of all years.
pub(super) fn lines(scenario: &Scenario, years: &[Worked<'_>]) -> Vec<Line> {
    let mut out = Vec::new();
    for year in years {
        let heads = Some(year.people.heads(scenario.split.denominator));
        let mut line = |line: &str, parent, title: &str, pence, source: Option<&String>| {
            out.push(Line {
                year: year.label.to_owned(),
                line: line.to_owned(),
                parent,
                title: title.to_owned(),
                pence,
                per_head: per_head(pence, heads),
                source: source.cloned(),
            });
        };
        let parts = &year.parts;
        line("pot", None, "The pot", parts.pot, Some(&scenario.pot.source));
        for (central, pence) in scenario.central.iter().zip(&parts.central) {
            line(&central.id, Some("pot"), &central.title, *pence, Some(&central.source));
        }
        if let Some(rule) = &scenario.transition {
            let unpaid = year.unpaid();
            line("transition", Some("pot"), "Transition fund", parts.fund, Some(&rule.source));
            line("transition-paid", Some("transition"), "Paid to CCGs", parts.fund - unpaid, None);
            line("transition-unpaid", Some("transition"), "Claimed by no CCG", unpaid, None);
        }
        line("split", Some("pot"), "Divided per head", parts.split, Some(&scenario.split.source));
        let given = year.allocation.iter().sum();
        line("split-allocated", Some("split"), "Allocations of all CCGs", given, None);
        line("unexplained", Some("pot"), "Explained by no part stated", parts.unexplained, None);
    }
    out
}

/// Published figures beside the first year.
pub(super) fn reconciled(scenario: &Scenario, years: &[Worked<'_>]) -> Vec<Reconciled> {
    let Some(year) = years.first() else { return Vec::new() };
    let denominator = scenario.split.denominator;
    let one = |p: &Published| {
        let unit = p.code.as_deref().map(|c| year.people.units.iter().position(|u| u.code == c));
        let held = match unit {
            None => Some(year.people.heads(denominator)),
            Some(unit) => unit.and_then(|u| year.people.units[u].heads(denominator)),
        };
        let found = match (p.of.as_str(), unit.flatten()) {
            ("pot", None) => Some(year.parts.pot),
            ("split", None) => Some(year.parts.split),
            ("transition", None) => Some(year.parts.fund),
            ("allocation", unit) => unit.map(|u| year.allocation[u]),
            ("running_cost", unit) => unit.and_then(|u| year.running_cost[u]),
            (id, _) => scenario.central.iter().position(|c| c.id == id).map(|i| year.parts.central[i]),
        };
        let stated = p.pence.or(found);
        Reconciled {
            year: year.label.to_owned(),
            what: p.what.clone(),
            code: p.code.clone(),
            published: p.pence,
            found,
            published_per_head: p.per_head_pence,
            implied_heads: stated.zip(p.per_head_pence).map(|(s, each)| pence(s) / each),
            held_heads: held.map(persons),
            per_head_on_held: stated.and_then(|s| per_head(s, held)),
            denominator_source: year.people.source.clone(),
            source: p.source.clone(),
        }
    };
    scenario.published.iter().map(one).collect()
}
