//! A pot of money divided among CCGs by a scenario, to the penny.
//!
//! In: a [`Scenario`] and the people of each CCG. Out: every CCG's money by year, a ledger whose lines sum to the
//! pot, the published figures beside what comes out, and how unequal it is before and after. Own method, after what
//! was published of the 2014 split: a pot, less what is kept centrally, divided per head, with a transition fund for
//! those whose running cost is above their allocation.
//!
//! **Guarantees**, each a test: every year's lines sum to its pot; more patients never mean less money; nothing jumps
//! (beyond the penny of rounding) when an input moves a little; where support has tapered to nothing a CCG has its
//! allocation and no more; without a fund and at full pace it is the plain division per head; in that division one
//! patient more in one CCG takes from another less than that one's share of what a patient brings and two pennies of
//! rounding. A fund that is smaller than all claims together is shared by claims, and there what one claims less the
//! others get.
//!
//! No files. Money is whole pence, people are millionths of a patient: lists of payment files are averages.

mod compare;
mod ledger;
mod people;
mod spread;
mod succession;
mod tables;
mod year;

#[cfg(test)]
mod tests;

pub use compare::{Gain, Total, gains, table as comparison};
pub use ledger::{Line, Reconciled};
pub use people::{Member, People, Unit};
pub use succession::{Moved, carried};

use crate::define::scenario::Scenario;
use crate::diag::Diagnostic;
use polars::prelude::DataFrame;

/// Whose method it is, for every output.
pub const METHOD: &str =
    "Own method of dpcmi: largest remainder to the penny; no official allocation by CCG was published";

/// What stops a scenario.
#[derive(Debug, thiserror::Error)]
pub enum AllocateError {
    #[error("the scenario cannot be worked out")]
    Refused(Vec<Diagnostic>),
    #[error(transparent)]
    Frames(#[from] polars::error::PolarsError),
}

/// A scenario worked out. Every table has `scenario` first; scenarios side by side are their tables one under the
/// other.
#[derive(Clone, Debug)]
pub struct Allocation {
    /// By year and CCG: `year ccg_code ccg_name denominator registered weighted resident target_pence opening_pence
    /// allocation_pence transition_pence total_pence per_head_registered running_cost_pence change_pence
    /// distance_from_target years_to_target provenance`. `distance_from_target` is allocation over target less 1.
    pub units: DataFrame,
    /// By year: `line parent title pence source`; lines of one parent sum to it, and the pot has none.
    pub ledger: DataFrame,
    /// Published figures: `what ccg_code published_pence scenario_pence difference_pence published_per_head
    /// implied_heads held_heads per_head_on_held source`.
    pub reconciliation: DataFrame,
    /// By year: how unequal £ per registered patient is, `before` (running costs, where they are known of three CCGs at
    /// least) and `after`: `money ccgs mean_per_head gini theil coefficient_of_variation note`.
    pub inequality: DataFrame,
    /// The ledger's lines, for people.
    pub lines: Vec<Line>,
    pub reconciled: Vec<Reconciled>,
    /// CCGs of the first year.
    pub ccgs: usize,
    /// The last year, and where and when its people were counted, for people.
    pub last_year: String,
    pub counted: String,
    /// What each CCG has in the last year.
    pub last: Vec<Total>,
}

/// Works a scenario out. `people` holds the people of each year, in the order of the years.
pub fn allocate(
    scenario: &Scenario,
    people: &[People],
    provenance: &str,
) -> Result<Allocation, AllocateError> {
    let years = year::years(scenario, people).map_err(AllocateError::Refused)?;
    let lines = ledger::lines(scenario, &years);
    let reconciled = ledger::reconciled(scenario, &years);
    Ok(Allocation {
        units: tables::units(scenario, &years, provenance)?,
        ledger: tables::ledger(scenario, &lines)?,
        reconciliation: tables::reconciliation(scenario, &reconciled)?,
        inequality: spread::inequality(scenario, &years)?,
        ccgs: people.first().map_or(0, |p| p.units.len()),
        last_year: years.last().map_or_else(String::new, |y| y.label.to_owned()),
        counted: years.last().map_or_else(String::new, |y| y.people.counted.clone()),
        last: years.last().map_or_else(Vec::new, compare::totals),
        lines,
        reconciled,
    })
}
