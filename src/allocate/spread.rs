//! How unequal money per registered patient is, before a division and after it.
//!
//! Before are the running costs, as far as they are stated. Those of a few CCGs say nothing of the country (one of them
//! alone would be perfectly equal), so fewer than [`LEAST`] have no measure; where they are not all, the division is
//! measured over the same CCGs too, and only those two are held against each other.

use super::ledger::per_head;
use super::people::persons;
use super::year::Worked;
use crate::define::scenario::Scenario;
use crate::frames::Grown;
use crate::stats::inequality::Distribution;
use polars::prelude::{DataFrame, PolarsResult};

/// Fewer CCGs than this have no spread; as in `spend_spread`.
const LEAST: usize = 3;

/// One money of one year.
struct Spread {
    money: &'static str,
    ccgs: usize,
    measures: Option<Distribution>,
    /// Why there is no measure, or what it may be held against.
    note: Option<String>,
}

/// `scenario year money ccgs mean_per_head gini theil coefficient_of_variation note`; `money` is `before`, `after` and,
/// where running costs are known of some CCGs only, `after_of_those_before`.
pub(super) fn inequality(scenario: &Scenario, years: &[Worked<'_>]) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    for year in years {
        let sets = of_year(year);
        t.texts("scenario", sets.iter().map(|_| Some(scenario.id.as_str())));
        t.texts("year", sets.iter().map(|_| Some(year.label)));
        t.texts("money", sets.iter().map(|s| Some(s.money)));
        t.wholes("ccgs", sets.iter().map(|s| i64::try_from(s.ccgs).ok()));
        let measure = |of: &dyn Fn(&Distribution) -> f64| -> Vec<Option<f64>> {
            sets.iter().map(|s| s.measures.as_ref().map(of)).collect()
        };
        t.numbers("mean_per_head", measure(&Distribution::mean));
        t.numbers("gini", measure(&Distribution::gini));
        t.numbers("theil", measure(&Distribution::theil));
        t.numbers("coefficient_of_variation", measure(&Distribution::coefficient_of_variation));
        t.owned("note", sets.iter().map(|s| s.note.clone()));
    }
    t.finish()
}

fn of_year(year: &Worked<'_>) -> Vec<Spread> {
    let heads = |money: &dyn Fn(usize) -> Option<i64>| -> Vec<(f64, f64)> {
        let head = |i: usize| {
            let people = year.people.units[i].registered?;
            Some((persons(people), per_head(money(i)?, Some(people))?))
        };
        (0..year.people.units.len()).filter_map(head).collect()
    };
    let spread = |money: &'static str, heads: &[(f64, f64)], note: Option<String>| Spread {
        money,
        ccgs: heads.len(),
        measures: Distribution::new(heads).filter(|_| heads.len() >= LEAST),
        note,
    };
    let before = heads(&|i| year.running_cost[i]);
    let after = heads(&|i| Some(year.total(i)));
    let known = format!("running costs are known of {} of {} CCGs", before.len(), after.len());
    let (few, some) = (before.len() < LEAST, before.len() < after.len());
    let note = match (few, some) {
        (true, _) => Some(format!("{known}: there is no spread before")),
        (false, true) => Some(format!("{known}: hold it against `after_of_those_before` alone")),
        (false, false) => None,
    };
    let mut out = vec![spread("before", &before, note)];
    if some && !few {
        let same = heads(&|i| year.running_cost[i].map(|_| year.total(i)));
        out.push(spread("after_of_those_before", &same, None));
    }
    out.push(spread("after", &after, None));
    out
}
