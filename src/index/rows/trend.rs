//! How each unit's values changed over the periods of the table: growth a year from the first to the last, and the
//! per cent a year of the trend. What was imputed is no observation and takes no part.

use super::column::{Column, Origin, Row};
use super::impute::time;
use super::present;
use crate::define::framework::Framework;
use crate::frames::Grown;
use crate::stats::growth::{compound_growth, trend_percent};
use std::collections::BTreeMap;

const DAYS_IN_YEAR: f64 = 365.2425;

/// A row per unit and indicator with two or more observations. Nothing where a period is neither a number, which counts
/// as a year, nor an ISO date.
pub(super) fn trends<'a>(
    framework: &'a Framework,
    rows: &'a [Row<'a>],
    columns: &[Option<Column>],
) -> Grown<'a> {
    let mut t = Grown::default();
    let Some(times) = rows.iter().map(|r| years(r.period)).collect::<Option<Vec<f64>>>() else { return t };
    let mut of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    rows.iter().enumerate().for_each(|(u, r)| of.entry(r.unit).or_default().push(u));
    let mut order: Vec<(&str, &Column)> =
        present(columns).map(|(i, c)| (framework.indicators[i].id.as_str(), c)).collect();
    order.sort_by_key(|(id, _)| *id);
    let mut lines: Vec<(&str, &str, Vec<usize>, &Column)> = Vec::new();
    for (unit, series) in &mut of {
        series.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
        for (id, column) in &order {
            let observed = |u: &usize| matches!(column.origin[*u], Origin::Answered | Origin::Derived);
            let series: Vec<usize> =
                series.iter().copied().filter(observed).filter(|u| !column.value[*u].is_nan()).collect();
            if series.len() > 1 {
                lines.push((unit, id, series, column));
            }
        }
    }
    let ends = |s: &[usize]| (s[0], s[s.len() - 1]);
    let point = |c: &Column, u: usize| (times[u], c.value[u]);
    let (first, last) = (|s: &[usize]| ends(s).0, |s: &[usize]| ends(s).1);
    t.texts("unit", lines.iter().map(|l| Some(l.0)));
    t.texts("indicator_id", lines.iter().map(|l| Some(l.1)));
    t.texts("period_from", lines.iter().map(|l| Some(rows[first(&l.2)].period)));
    t.texts("period_to", lines.iter().map(|l| Some(rows[last(&l.2)].period)));
    t.wholes("periods", lines.iter().map(|l| i64::try_from(l.2.len()).ok()));
    t.numbers("value_from", lines.iter().map(|l| Some(l.3.value[first(&l.2)])));
    t.numbers("value_to", lines.iter().map(|l| Some(l.3.value[last(&l.2)])));
    let growth = |s: &[usize], c: &Column| compound_growth(point(c, first(s)), point(c, last(s)));
    t.numbers("growth_a_year", lines.iter().map(|l| growth(&l.2, l.3)));
    let trend =
        |s: &[usize], c: &Column| trend_percent(&s.iter().map(|u| point(c, *u)).collect::<Vec<_>>(), 1.0);
    t.numbers("trend_percent_a_year", lines.iter().map(|l| trend(&l.2, l.3)));
    t
}

/// A period in years.
fn years(period: &str) -> Option<f64> {
    let dated = period.parse::<f64>().is_err();
    time(period).map(|t| if dated { t / DAYS_IN_YEAR } else { t })
}
