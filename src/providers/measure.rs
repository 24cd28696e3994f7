//! What practices are compared on, row by row of the table `practices`.

use crate::frames::Columns;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// One figure of each row of `practices`; nothing where it is absent or withheld.
pub struct Measure {
    /// Id of the indicator, or `score` (the estimate).
    pub id: String,
    pub values: Vec<Option<f64>>,
    /// What each figure is a share or rate of; registered patients where it is none.
    pub weights: Vec<Option<f64>>,
}

/// The indicators that practices answer, in the order of ids, and the score before them. `share` of each figure is kept as
/// it stands in `indicator_values`.
pub fn measures(
    practices: &DataFrame,
    indicator_values: &DataFrame,
    practice_scores: &DataFrame,
) -> PolarsResult<Vec<Measure>> {
    let places = places(practices)?;
    let lists: Vec<Option<f64>> =
        Columns(practices).wholes("list_size")?.into_iter().map(|n| n.map(|n| n as f64)).collect();
    let blank = || vec![None; practices.height()];
    let mut score = Measure { id: "score".to_owned(), values: blank(), weights: lists.clone() };
    let table = Columns(practice_scores);
    let (period, code) = (table.dates("period")?, table.texts("practice_code")?);
    let estimate = table.numbers("estimate")?;
    for ((period, code), x) in period.into_iter().zip(code).zip(estimate) {
        if let Some(row) = period.zip(code).and_then(|key| places.get(&key)) {
            score.values[*row] = x;
        }
    }
    let mut of: BTreeMap<&str, Measure> = BTreeMap::new();
    let table = Columns(indicator_values);
    let (period, unit) = (table.dates("period")?, table.texts("unit_code")?);
    let (kind, id) = (table.texts("unit_type")?, table.texts("indicator_id")?);
    let (value, denominator) = (table.numbers("value")?, table.wholes("denominator")?);
    for row in (0..period.len()).filter(|r| kind[*r] == Some("practice")) {
        let (Some(id), Some(key)) = (id[row], period[row].zip(unit[row])) else { continue };
        let Some(&at) = places.get(&key) else { continue };
        let new = || Measure { id: id.to_owned(), values: blank(), weights: lists.clone() };
        let measure = of.entry(id).or_insert_with(new);
        measure.values[at] = value[row];
        if let Some(d) = denominator[row] {
            measure.weights[at] = Some(d as f64);
        }
    }
    Ok(std::iter::once(score).chain(of.into_values()).collect())
}

/// The row of each practice in each period.
pub(super) fn places(practices: &DataFrame) -> PolarsResult<BTreeMap<(Date, &str), usize>> {
    let table = Columns(practices);
    let keys = table.dates("period")?.into_iter().zip(table.texts("practice_code")?);
    Ok(keys.enumerate().filter_map(|(row, (day, code))| Some(((day?, code?), row))).collect())
}
