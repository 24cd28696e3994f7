//! What stands in for a missing value (OECD/JRC Handbook 2008, step 2): from other units, from the unit's other
//! indicators, or from its other periods. Values that are there are never changed, whatever the group.

use super::column::{Column, Origin, Row, range, sets};
use super::of_column;
use crate::define::framework::{Direction, Framework, Imputation, ImputeBy, Over};
use crate::diag::Diagnostic;
use crate::model::Absence;
use crate::stats;
use std::collections::BTreeMap;

/// Fills missing values of every column whose indicator says how, from what was there before any was filled.
pub(super) fn impute(
    framework: &Framework,
    file: &str,
    rows: &[Row<'_>],
    columns: &mut [Option<Column>],
) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let given: Vec<Option<Vec<f64>>> = columns.iter().map(|c| Some(c.as_ref()?.value.clone())).collect();
    for (i, x) in framework.indicators.iter().enumerate() {
        let (Some(by), Some(value)) = (&x.steps.imputation, &given[i]) else { continue };
        let filled = match by.by {
            ImputeBy::None => continue,
            ImputeBy::Mean => across(by, rows, value, mean),
            ImputeBy::Median => across(by, rows, value, median),
            ImputeBy::RowMean => of_siblings(framework, i, by.over, rows, &given),
            ImputeBy::Latest | ImputeBy::Linear | ImputeBy::Constant => match over_time(by.by, rows, value) {
                Ok(filled) => filled,
                Err(why) => {
                    faults.push(of_column(file, &x.id, why));
                    continue;
                }
            },
        };
        let Some(column) = columns[i].as_mut() else { continue };
        for (u, new) in filled.into_iter().enumerate().filter(|(_, x)| !x.is_nan()) {
            // What does not apply to a unit has no value that could be missing.
            if column.origin[u] == Origin::Missing && column.absence[u] != Some(Absence::NotApplicable) {
                column.value[u] = new;
                column.origin[u] = Origin::Imputed;
            }
        }
    }
    faults
}

fn mean(x: Vec<f64>) -> Option<f64> {
    stats::weighted_mean(x.into_iter().map(|x| (1.0, x)))
}

fn median(mut x: Vec<f64>) -> Option<f64> {
    x.sort_by(f64::total_cmp);
    stats::quantile(&x, 0.5)
}

/// A statistic of the units of the same set, and of the same group where the framework says so.
fn across(by: &Imputation, rows: &[Row<'_>], value: &[f64], of: fn(Vec<f64>) -> Option<f64>) -> Vec<f64> {
    let mut out = vec![f64::NAN; rows.len()];
    for set in sets(by.over, rows) {
        let group = |u: usize| if by.within_group { rows[u].group.unwrap_or_default() } else { "" };
        let mut groups: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for u in set.clone().filter(|u| !value[*u].is_nan()) {
            groups.entry(group(u)).or_default().push(value[u]);
        }
        let of: BTreeMap<&str, f64> = groups.into_iter().filter_map(|(g, x)| Some((g, of(x)?))).collect();
        set.for_each(|u| out[u] = of.get(group(u)).copied().unwrap_or(f64::NAN));
    }
    out
}

/// The mean of the unit's other indicators under the same node, each as min-max 0 to 1 in its direction, on the scale
/// of the missing one.
fn of_siblings(
    framework: &Framework,
    i: usize,
    over: Over,
    rows: &[Row<'_>],
    given: &[Option<Vec<f64>>],
) -> Vec<f64> {
    let mut out = vec![f64::NAN; rows.len()];
    let up = |i: usize, share: f64| match framework.indicators[i].direction {
        Direction::HigherIsBetter => share,
        Direction::LowerIsBetter => 1.0 - share,
    };
    let parent = framework.indicators[i].parent;
    let family: Vec<(usize, &Vec<f64>)> = given
        .iter()
        .enumerate()
        .filter(|(k, _)| framework.indicators[*k].parent == parent)
        .filter_map(|(k, x)| Some((k, x.as_ref()?)))
        .collect();
    for set in sets(over, rows) {
        let ranges: Vec<Option<(f64, f64)>> = family.iter().map(|(_, x)| range(&x[set.clone()])).collect();
        let own = family.iter().position(|(k, _)| *k == i).and_then(|k| ranges[k]);
        let Some((min, max)) = own else { continue };
        for u in set {
            let shares = family.iter().zip(&ranges).filter_map(|((k, x), r)| {
                let (min, max) = (*r)?;
                (max > min && !x[u].is_nan()).then(|| up(*k, (x[u] - min) / (max - min)))
            });
            if let Some(share) = mean(shares.collect()) {
                out[u] = up(i, share) * (max - min) + min;
            }
        }
    }
    out
}

/// From the unit's values in other periods. One value serves all of them where the rule reaches before the first.
fn over_time(by: ImputeBy, rows: &[Row<'_>], value: &[f64]) -> Result<Vec<f64>, String> {
    let times: Vec<Option<f64>> = rows.iter().map(|r| time(r.period)).collect();
    if by == ImputeBy::Linear
        && let Some(u) = times.iter().position(Option::is_none)
    {
        return Err(format!("linear imputation: `{}` is neither a number nor an ISO date", rows[u].period));
    }
    let mut of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    rows.iter().enumerate().for_each(|(u, r)| of.entry(r.unit).or_default().push(u));
    let mut out = vec![f64::NAN; rows.len()];
    for mut series in of.into_values() {
        // Rows stand in the order of the text of their periods: 10 before 9.
        series.sort_by(|a, b| {
            let (a, b) = (times[*a].unwrap_or(f64::NAN), times[*b].unwrap_or(f64::NAN));
            a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
        });
        let there = |u: &&usize| !value[**u].is_nan();
        for (at, u) in series.iter().enumerate() {
            let before = series[..at].iter().rev().find(there);
            let after = series[at..].iter().find(there);
            out[*u] = match (by, before, after) {
                (ImputeBy::Latest, Some(b), _) | (ImputeBy::Constant, Some(b), _) => value[*b],
                (ImputeBy::Linear, Some(b), Some(a)) => {
                    let t = |u: usize| times[u].unwrap_or_default();
                    let share = (t(*u) - t(*b)) / (t(*a) - t(*b));
                    value[*b] + share * (value[*a] - value[*b])
                }
                (ImputeBy::Linear, Some(one), None) => value[*one],
                (ImputeBy::Linear | ImputeBy::Constant, None, Some(one)) => value[*one],
                _ => f64::NAN,
            };
        }
    }
    Ok(out)
}

/// A period as a number: a year, or the days of a date.
pub(super) fn time(period: &str) -> Option<f64> {
    let days = |d: jiff::civil::Date| {
        let start = jiff::civil::date(1970, 1, 1);
        f64::from((d - start).get_days())
    };
    let number = period.parse::<f64>().ok().filter(|x| x.is_finite());
    number.or_else(|| period.parse::<jiff::civil::Date>().ok().map(days))
}
