//! Scores over time against their own usual noise: XmR charts of England and each CCG.

use super::alike::stretches;
use crate::frames::{Columns, Grown, days_of};
use crate::stats::control_chart::{Cause, Point, Ranges, limits, points};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Fewest quarters of a stretch for limits: own choice. Under [`crate::stats::control_chart::FEWEST_PERIODS`] they are
/// trial limits, and whoever shows them says so.
const FEWEST: usize = 4;

/// One unit's scores by day, with the label of the quarter.
type Series<'a> = BTreeMap<Date, (Option<&'a str>, f64)>;

/// `control_charts`: a row for each quarter in which England or a CCG has a score: `unit_type unit_code period
/// period_label stretch periods value mean limit_low limit_high direction signal`. A stretch holds quarters that score the
/// same indicators; limits are of the stretch, with moving ranges screened, and empty under four quarters.
///
/// # Errors
/// A table without one of the columns that `index` writes.
pub fn control_charts(
    ccg_scores: &DataFrame,
    area_scores: &DataFrame,
    indicator_values: &DataFrame,
) -> PolarsResult<DataFrame> {
    let stretch_of = stretches(area_scores, indicator_values)?;
    let mut units: BTreeMap<(&str, &str), Series<'_>> = BTreeMap::new();
    let areas = Columns(area_scores);
    let kinds = areas.texts("unit_type")?;
    let england = areas.texts("unit_code")?.into_iter().zip(&kinds);
    let england: Vec<_> = england.map(|(c, k)| c.filter(|_| *k == Some("england"))).collect();
    let ccgs = Columns(ccg_scores);
    for (kind, table, codes) in [("england", areas, england), ("ccg", ccgs, ccgs.texts("ccg_code")?)] {
        let (days, labels) = (table.dates("period")?, table.texts("period_label")?);
        for (i, score) in table.numbers("score")?.into_iter().enumerate() {
            if let (Some(code), Some(day), Some(score)) = (codes[i], days[i], score) {
                units.entry((kind, code)).or_default().insert(day, (labels[i], score));
            }
        }
    }
    let mut t = Grown::default();
    for ((kind, code), series) in units {
        let mut by_stretch: BTreeMap<i64, Vec<(Date, Option<&str>, f64)>> = BTreeMap::new();
        for (day, (label, score)) in series {
            let stretch = stretch_of.get(&day).copied().unwrap_or_default();
            by_stretch.entry(stretch).or_default().push((day, label, score));
        }
        for (stretch, quarters) in by_stretch {
            rows(&mut t, (kind, code), stretch, &quarters);
        }
    }
    t.finish()
}

fn rows<'a>(
    t: &mut Grown<'a>,
    (kind, code): (&'a str, &'a str),
    stretch: i64,
    quarters: &[(Date, Option<&'a str>, f64)],
) {
    let values: Vec<f64> = quarters.iter().map(|q| q.2).collect();
    let found = (values.len() >= FEWEST).then(|| limits(&values, Ranges::Screened)).flatten();
    let told: Option<Vec<Point>> = found.map(|l| points(&values, l));
    let cause = |i: usize| told.as_ref().and_then(|p| p[i].cause);
    let every = |x: Option<f64>| quarters.iter().map(move |_| x);
    let n = i64::try_from(values.len()).unwrap_or(i64::MAX);
    t.texts("unit_type", quarters.iter().map(|_| Some(kind)));
    t.texts("unit_code", quarters.iter().map(|_| Some(code)));
    t.days("period", quarters.iter().map(|q| days_of(q.0)));
    t.texts("period_label", quarters.iter().map(|q| q.1));
    t.wholes("stretch", quarters.iter().map(|_| Some(stretch)));
    t.wholes("periods", quarters.iter().map(|_| Some(n)));
    t.numbers("value", values.iter().map(|v| Some(*v)));
    t.numbers("mean", every(found.map(|l| l.mean)));
    t.numbers("limit_low", every(found.map(|l| l.low)));
    t.numbers("limit_high", every(found.map(|l| l.high)));
    t.texts("direction", (0..values.len()).map(|i| cause(i).map(|c| if up(c) { "up" } else { "down" })));
    t.texts("signal", (0..values.len()).map(|i| cause(i).map(words)));
}

fn up(cause: Cause) -> bool {
    matches!(cause, Cause::AboveLimit | Cause::Rising | Cause::NearUpper | Cause::RunAbove)
}

fn words(cause: Cause) -> &'static str {
    match cause {
        Cause::AboveLimit => "above the upper limit",
        Cause::BelowLimit => "below the lower limit",
        Cause::Rising => "one of seven that each rise",
        Cause::Falling => "one of seven that each fall",
        Cause::NearUpper => "one of two in three near the upper limit",
        Cause::NearLower => "one of two in three near the lower limit",
        Cause::RunAbove => "one of seven in a row above the mean",
        Cause::RunBelow => "one of seven in a row below the mean",
    }
}
