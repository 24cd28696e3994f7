//! Scenarios side by side: who has more and who has less.

use super::people::persons;
use super::year::Worked;
use crate::frames::Grown;
use polars::prelude::{DataFrame, PolarsResult};
use std::collections::BTreeMap;

/// What a CCG has in the last year of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    pub code: String,
    pub name: Option<String>,
    pub registered: Option<f64>,
    pub pence: i64,
    pub running_cost: Option<i64>,
}

/// A CCG in one scenario against another, or against its running cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Gain {
    pub code: String,
    pub name: Option<String>,
    pub registered: Option<f64>,
    pub before: i64,
    pub after: i64,
}

impl Gain {
    pub fn pence(&self) -> i64 {
        self.after - self.before
    }

    /// Pence per registered patient.
    #[expect(clippy::cast_precision_loss, reason = "money of one CCG in pence is below 2^53")]
    pub fn per_head(&self) -> Option<f64> {
        self.registered.filter(|r| *r > 0.0).map(|r| self.pence() as f64 / r)
    }
}

pub(super) fn totals(year: &Worked<'_>) -> Vec<Total> {
    let of = |i: usize| {
        let unit = &year.people.units[i];
        Total {
            code: unit.code.clone(),
            name: unit.name.clone(),
            registered: unit.registered.map(persons),
            pence: year.total(i),
            running_cost: year.running_cost[i],
        }
    };
    (0..year.people.units.len()).map(of).collect()
}

/// CCGs of both, by code. A CCG that only one of them knows has nothing to be compared with.
pub fn gains(before: &[Total], after: &[Total]) -> Vec<Gain> {
    let known: BTreeMap<&str, i64> = before.iter().map(|t| (t.code.as_str(), t.pence)).collect();
    let gain = |t: &Total| {
        let before = *known.get(t.code.as_str())?;
        Some(Gain {
            code: t.code.clone(),
            name: t.name.clone(),
            registered: t.registered,
            before,
            after: t.pence,
        })
    };
    after.iter().filter_map(gain).collect()
}

/// `scenario compared_with ccg_code ccg_name registered before_pence after_pence gain_pence gain_per_head`, one set
/// of rows for each scenario and what it is compared with.
pub fn table(sets: &[(&str, &str, Vec<Gain>)]) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    for (scenario, with, gains) in sets {
        t.texts("scenario", gains.iter().map(|_| Some(*scenario)));
        t.texts("compared_with", gains.iter().map(|_| Some(*with)));
        t.texts("ccg_code", gains.iter().map(|g| Some(g.code.as_str())));
        t.texts("ccg_name", gains.iter().map(|g| g.name.as_deref()));
        t.numbers("registered", gains.iter().map(|g| g.registered));
        t.wholes("before_pence", gains.iter().map(|g| Some(g.before)));
        t.wholes("after_pence", gains.iter().map(|g| Some(g.after)));
        t.wholes("gain_pence", gains.iter().map(|g| Some(g.pence())));
        t.numbers("gain_per_head", gains.iter().map(Gain::per_head));
    }
    t.finish()
}
