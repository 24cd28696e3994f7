//! What a trial moves: units and measures before and after.

use crate::frames::Grown;
use crate::pipeline::Result;
use crate::store::Release;
use polars::prelude::*;
use std::collections::BTreeMap;

/// One figure of one unit that is another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub unit_type: &'static str,
    pub code: String,
    pub period: String,
    pub measure: String,
    /// `None` where it had, or has, no such figure.
    pub before: Option<f64>,
    pub after: Option<f64>,
}

/// Tables that are held against each other: their unit, what names a row, and the measures.
const TABLES: [(&str, &str, &[&str], &[&str]); 3] = [
    (
        "practice_scores",
        "practice",
        &["practice_code", "period_label"],
        &["score", "score_high", "estimate", "level", "level_high", "rank_low", "rank_high", "list_size"],
    ),
    (
        "ccg_scores",
        "ccg",
        &["ccg_code", "period_label"],
        &["score", "score_high", "estimate", "rank_low", "rank_high", "tier", "list_size"],
    ),
    (
        "spend_per_head",
        "ccg",
        &["ccg_code", "period", "scope"],
        &["spend_pence", "per_head_registered", "per_head_weighted"],
    ),
];

type Rows = BTreeMap<(String, String), f64>;

/// Figures of a table by unit, period and scope; those that are absent are left out.
fn figures(frame: &DataFrame, keys: &[&str], measure: &str) -> PolarsResult<Rows> {
    let Ok(column) = frame.column(measure) else { return Ok(Rows::new()) };
    let numbers = column.cast(&DataType::Float64)?;
    let keys =
        keys.iter().map(|k| frame.column(k)?.cast(&DataType::String)).collect::<PolarsResult<Vec<_>>>()?;
    let words = keys.iter().map(|k| k.str()).collect::<PolarsResult<Vec<_>>>()?;
    let numbers = numbers.f64()?;
    let row = |i: usize| {
        let x = numbers.get(i)?;
        let rest: Vec<&str> = words[1..].iter().filter_map(|w| w.get(i)).collect();
        Some(((words[0].get(i)?.to_owned(), rest.join(" ")), x))
    };
    Ok((0..frame.height()).filter_map(row).collect())
}

/// The release against the tables of a trial.
pub fn moved(before: &Release, after: &BTreeMap<String, DataFrame>) -> Result<Vec<Moved>> {
    let mut out = Vec::new();
    for (table, unit_type, keys, measures) in TABLES {
        let (Some(after), Ok(before)) = (after.get(table), before.table(table, None)) else { continue };
        for measure in measures {
            let (old, new) = (figures(&before, keys, measure)?, figures(after, keys, measure)?);
            let all: std::collections::BTreeSet<&(String, String)> = old.keys().chain(new.keys()).collect();
            for key in all.into_iter().filter(|k| old.get(*k) != new.get(*k)) {
                out.push(Moved {
                    unit_type,
                    code: key.0.clone(),
                    period: key.1.clone(),
                    measure: (*measure).to_owned(),
                    before: old.get(key).copied(),
                    after: new.get(key).copied(),
                });
            }
        }
    }
    Ok(out)
}

/// The release against the one that a trial has published.
pub fn between(before: &Release, after: &Release) -> Result<Vec<Moved>> {
    let tables = TABLES.iter().filter_map(|t| Some((t.0.to_owned(), after.table(t.0, None).ok()?)));
    moved(before, &tables.collect())
}

pub fn table(moved: &[Moved]) -> Result<DataFrame> {
    let mut t = Grown::default();
    t.texts("unit_type", moved.iter().map(|m| Some(m.unit_type)));
    t.texts("unit_code", moved.iter().map(|m| Some(m.code.as_str())));
    t.texts("period_label", moved.iter().map(|m| Some(m.period.as_str())));
    t.texts("measure", moved.iter().map(|m| Some(m.measure.as_str())));
    t.numbers("before", moved.iter().map(|m| m.before));
    t.numbers("after", moved.iter().map(|m| m.after));
    t.numbers("difference", moved.iter().map(|m| Some(m.after? - m.before?)));
    Ok(t.finish()?)
}
