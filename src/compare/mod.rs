//! Comparison: the league table, ordered so that silence never pays.
//!
//! In: `ccg_scores` of the index, and £ per head where it is known. Out: `league_table`. Ranks come from the index,
//! by the floor and never bare; peers are those that `improve` has found. [`control_charts`] holds each score against its own
//! past, [`funnels`] a proportion against chance. Stage before: `index` and `spend`; stage after: `disclose`.

mod alike;
mod control;
mod funnel;

pub use alike::collected;
pub use control::control_charts;
pub use funnel::{Funnels, funnels};

use crate::frames::Columns;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Columns that the table takes over from `ccg_scores`, in order.
const TAKEN: [&str; 21] = [
    "period",
    "period_label",
    "ccg_code",
    "ccg_name",
    "basis",
    "rank_low",
    "rank",
    "rank_high",
    "ranked_among",
    "tier",
    "score",
    "score_high",
    "estimate",
    "interval_low",
    "interval_high",
    "coverage",
    "thin",
    "practices",
    "practices_scored",
    "list_size",
    "limits",
];

/// The league table: one row per period and CCG, best floor first; ties in the order of the ODS code, with one rank.
/// A quarter that is not ranked is ordered by code. `per_head` is £ per registered patient by CCG code; `peers` the codes of
/// the peers of each CCG, separated by spaces, in the quarter that ends on the day.
///
/// # Errors
/// `ccg_scores` without one of the columns that `index` writes.
pub fn league_table(
    ccg_scores: &DataFrame,
    per_head: &BTreeMap<String, f64>,
    peers: &BTreeMap<(Date, String), String>,
) -> PolarsResult<DataFrame> {
    let days = ccg_scores.column("period")?.date()?.physical();
    let ranks = ccg_scores.column("rank")?.i64()?;
    let codes = ccg_scores.column("ccg_code")?.str()?;
    let rank_of = |r: usize| ranks.get(r).unwrap_or(i64::MAX);
    let mut order: Vec<usize> = (0..ccg_scores.height()).collect();
    order.sort_by_key(|&r| (days.get(r), rank_of(r), codes.get(r)));
    let order: IdxCa = order.iter().map(|r| Some(*r as IdxSize)).collect();
    let shares = ccg_scores
        .get_column_names()
        .into_iter()
        .map(|n| n.as_str())
        .filter(|n| n.starts_with("share_level_"));
    let taken: Vec<&str> = TAKEN.into_iter().chain(shares).collect();
    let mut table = ccg_scores.select(taken)?.take(&order)?;
    let codes = table.column("ccg_code")?.str()?;
    let pounds: Vec<Option<f64>> = codes.iter().map(|c| per_head.get(c?).copied()).collect();
    let days = Columns(&table).dates("period")?;
    let own = |(day, code): (&Option<Date>, Option<&str>)| peers.get(&((*day)?, code?.to_owned())).cloned();
    let peers: Vec<Option<String>> = days.iter().zip(codes.iter()).map(own).collect();
    table.with_column(Column::new("per_head_registered".into(), pounds))?;
    table.with_column(Column::new("peers".into(), peers))?;
    table.with_column(ccg_scores.column("provenance")?.take(&order)?)?;
    Ok(table)
}
