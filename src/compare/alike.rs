//! Which quarters score the same thing. Where other indicators are collected, a score is of something else, and nothing is
//! compared across.

use crate::frames::Columns;
use crate::model::Absence;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Indicators by period that were collected from anyone in England.
///
/// # Errors
/// `indicator_values` without one of the columns that `index` writes.
pub fn collected(indicator_values: &DataFrame) -> PolarsResult<BTreeMap<Date, BTreeSet<String>>> {
    let table = Columns(indicator_values);
    let (kinds, days) = (table.texts("unit_type")?, table.dates("period")?);
    let (ids, absences) = (table.texts("indicator_id")?, table.texts("absence")?);
    let mut out: BTreeMap<Date, BTreeSet<String>> = BTreeMap::new();
    for i in (0..indicator_values.height()).filter(|i| kinds[*i] == Some("england")) {
        if let (Some(day), Some(id)) = (days[i], ids[i])
            && absences[i] != Some(Absence::NotAsked.as_str())
        {
            out.entry(day).or_default().insert(id.to_owned());
        }
    }
    Ok(out)
}

/// Number of the stretch of like quarters, from 1, by the days on which England has a score.
pub(super) fn stretches(
    area_scores: &DataFrame,
    indicator_values: &DataFrame,
) -> PolarsResult<BTreeMap<Date, i64>> {
    let mut collected = collected(indicator_values)?;
    let areas = Columns(area_scores);
    let (kinds, days) = (areas.texts("unit_type")?, areas.dates("period")?);
    let asked = areas.numbers("weight_asked")?;
    let mut quarters: BTreeMap<Date, (f64, BTreeSet<String>)> = BTreeMap::new();
    for i in (0..area_scores.height()).filter(|i| kinds[*i] == Some("england")) {
        if let Some(day) = days[i] {
            quarters.insert(day, (asked[i].unwrap_or(1.0), collected.remove(&day).unwrap_or_default()));
        }
    }
    let (mut stretch, mut before, mut out) = (0, None, BTreeMap::new());
    for (day, (asked, ids)) in quarters {
        let same = before
            .as_ref()
            .is_some_and(|(a, b): &(f64, BTreeSet<String>)| *b == ids && (asked - a).abs() < 1e-9);
        stretch += i64::from(!same);
        out.insert(day, stretch);
        before = Some((asked, ids));
    }
    Ok(out)
}
