//! Who is like us, what do we do first, and who has done it.
//!
//! In: the tables of the index, with `practices` and whatever lists of peers and groups were sent in. Out: [`Improve`].
//! One quarter, the one that the release puts in front; only exemplars look back.
//!
//! **Steps are exact** (own method). The steps of a practice are the fewest items that open its next level, by exact
//! search (`stats::gate::smallest_set`); of sets as small the one with the fewest points to climb. What follows is not
//! estimated: the same tree, means and gates score the changed answers ([`crate::index::Rescore`]), so that applying a
//! step to the data gives the promised gain to the last digit that is printed.
//!
//! No files. Stages before: `index`; stage after: `disclose` takes all tables of a release.

mod change;
mod next;
mod panel;

use crate::define::framework::Framework;
use crate::index::Rescore;
use jiff::civil::Date;
use panel::{Panel, of_day};
use polars::prelude::{DataFrame, PolarsResult};
use std::collections::BTreeMap;

/// The tables that it reads.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub framework: &'a Framework,
    pub practices: &'a DataFrame,
    pub practice_scores: &'a DataFrame,
    pub ccg_scores: &'a DataFrame,
    pub indicator_values: &'a DataFrame,
}

/// By name: `next_steps`, `step_items`.
pub type Improve = BTreeMap<&'static str, DataFrame>;

/// Peers and steps of the quarter that ends on `day`; a table without rows is left out.
pub fn improve(given: Given<'_>, day: Date) -> PolarsResult<Improve> {
    let mut out = Improve::new();
    let (scores, values) = (of_day(given.practice_scores, day)?, of_day(given.indicator_values, day)?);
    let panel = Panel::read(given.framework, day, &scores, &values)?;
    if given.framework.next_steps.is_some()
        && let Some(method) = Rescore::new(given.framework, panel.collected.clone())
        && let Some((steps, items)) = next::next(&panel, &method)?
    {
        out.insert("next_steps", steps);
        out.insert("step_items", items);
    }
    out.retain(|_, t| t.height() > 0);
    Ok(out)
}
