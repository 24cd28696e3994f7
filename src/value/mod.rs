//! What spend buys, as far as anything can be told.
//!
//! In: `spend_per_head` and `ccg_scores`. Out: `value`, a row for each CCG with spend, and `value_curve`, the score that
//! goes with a level of spend. Own method on published statistics: quadrants and a partial frontier
//! (`stats::frontier`), and a line through scores with errors of their own (`stats::meta_regression`).
//!
//! **Cannot tell is an answer**, and the usual one: a CCG lies in a quadrant only if the intervals of its spend (over
//! registered, weighted and resident people) and of its score (the joint simulation) both lie on one side of the
//! median; it is called below what others reach only if the whole interval of its score lies below the whole interval
//! of the frontier. In a world without differences at most one in twenty is called. The curve says what goes together,
//! not what more money would do: it is no promise. Spend has no good direction.
//!
//! No files. Stages before: `index` and `spend`; stage after: `disclose`.

mod expect;
mod place;
mod read;
mod tables;

pub use expect::{Asked, expected_scores, in_words};
pub use place::{CANNOT_TELL, Corner};

use crate::define::framework::ValueSection;
use polars::prelude::{DataFrame, PolarsResult};

/// The two tables.
#[derive(Clone, Debug)]
pub struct Value {
    /// Sorted by year of spend and CCG: `period` (last day of the year of spend), `score_period` (the quarter of the
    /// score), `ccg_code ccg_name scope per_head per_head_low per_head_high` (pence), `score interval_low
    /// interval_high quadrant frontier frontier_low frontier_high comparators verdict expected expected_low
    /// expected_high why provenance`.
    pub ccgs: DataFrame,
    /// `period scope at_per_head expected mean_low mean_high prediction_low prediction_high slope_per_doubling slope_low
    /// slope_high ccgs provenance`.
    pub curve: DataFrame,
}

/// Sets spend against the score; an empty table where no year of spend has a scored quarter.
pub fn value(
    section: &ValueSection,
    ccg_scores: &DataFrame,
    spend_per_head: &DataFrame,
    seed: u64,
) -> PolarsResult<Value> {
    let years = read::years(section, ccg_scores, spend_per_head)?;
    let placed: Vec<place::Year<'_>> = years.iter().map(|y| place::year(section, y, seed)).collect();
    Ok(Value { ccgs: tables::ccgs(section, &placed)?, curve: tables::curve(section, &placed)? })
}
