//! Moves that lasted: of practices between levels, of practices and CCGs on one indicator.
//!
//! A move counts only if it holds in every quarter since, on at least as many as the pipeline asks for after the first
//! one; a quarter without a figure breaks it. Whoever has one quarter of data has no example.

use super::panel::{Cell, Panel};
use crate::define::framework::UnitKind;
use crate::frames::Columns;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// A move that lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    /// Last quarter before it, and the first quarter of the new state.
    pub from: Date,
    pub by: Date,
    /// Quarters after that first one in which it held, up to the day.
    pub kept: usize,
}

/// The quarters of a table up to the day, oldest first.
fn quarters(days: &[Option<Date>], day: Date) -> Vec<Date> {
    let mut all: Vec<Date> = Vec::new();
    for d in days.iter().flatten().filter(|d| **d <= day) {
        if all.last() != Some(d) {
            all.push(*d);
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The last move from `before` to `after` that holds until the end of the series.
fn last_move<T: Copy>(
    quarters: &[Date],
    series: &[Option<T>],
    stay: usize,
    before: impl Fn(T) -> bool,
    after: impl Fn(T) -> bool,
) -> Option<(usize, Move)> {
    let held = series.iter().rev().take_while(|x| x.is_some_and(&after)).count();
    let by = series.len() - held;
    // where it was climbing, in neither state, the move began before
    let from = (0..by).rev().find(|t| series[*t].is_some_and(&before))?;
    (held > stay).then(|| (from, Move { from: quarters[from], by: quarters[by], kept: held - 1 }))
}

/// Points on each indicator, quarter by quarter: floor and ceiling of practices or CCGs, as the indicator's unit says.
pub(super) struct History {
    quarters: Vec<Date>,
    /// By indicator and quarter, the day of the one reading that speaks for it; `None` where it was read in the quarter.
    readings: Vec<Vec<Option<Date>>>,
    /// By indicator; the quarters of one unit stand together, NaN where nothing is known.
    points: Vec<Vec<(f64, f64)>>,
}

/// Practices of one CCG that made a step, or the CCG itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Climb {
    pub units: usize,
    /// From before the first to after the last of them; kept by each.
    pub moved: Move,
}

impl Climb {
    /// Both together.
    pub(super) fn join(self, other: Move) -> Climb {
        let m = self.moved;
        let moved =
            Move { from: m.from.min(other.from), by: m.by.max(other.by), kept: m.kept.min(other.kept) };
        Climb { units: self.units + 1, moved }
    }
}

impl History {
    pub(super) fn read(
        panel: &Panel<'_>,
        values: &DataFrame,
        readings: &BTreeMap<(String, Date), Date>,
    ) -> PolarsResult<History> {
        let t = Columns(values);
        let (days, kinds) = (t.dates("period")?, t.texts("unit_type")?);
        let (units, ids, absence) = (t.texts("unit_code")?, t.texts("indicator_id")?, t.texts("absence")?);
        let (low, high) = (t.numbers("points_low")?, t.numbers("points_high")?);
        let quarters = quarters(&days, panel.day);
        let indicators = &panel.framework.indicators;
        let place: BTreeMap<&str, usize> =
            indicators.iter().enumerate().map(|(i, x)| (x.id.as_str(), i)).collect();
        let empty = |of: &Vec<Cell>| vec![(f64::NAN, f64::NAN); of.len() * quarters.len()];
        let mut points: Vec<Vec<(f64, f64)>> = panel.cells.iter().map(empty).collect();
        // the rows of one unit stand together
        let mut last: (Option<&str>, Option<&str>, Option<usize>) = (None, None, None);
        for r in 0..values.height() {
            if (kinds[r], units[r]) != (last.0, last.1) {
                let at = match (kinds[r], units[r]) {
                    (Some("practice"), Some(code)) => {
                        panel.practices.binary_search_by(|p| p.code.cmp(code)).ok()
                    }
                    (Some("ccg"), Some(code)) => panel.ccgs.binary_search(&code).ok(),
                    _ => None,
                };
                last = (kinds[r], units[r], at);
            }
            let quarter = days[r].and_then(|d| quarters.binary_search(&d).ok());
            let indicator = ids[r].and_then(|id| place.get(id).copied());
            let (Some(u), Some(q), Some(i)) = (last.2, quarter, indicator) else { continue };
            let of_ccgs = indicators[i].unit == UnitKind::Ccg;
            if of_ccgs == (kinds[r] == Some("ccg")) {
                // of what a CCG answers the table holds the floor alone
                let high = if of_ccgs && absence[r].is_none() { low[r] } else { high[r] };
                points[i][u * quarters.len() + q] = (low[r].unwrap_or(f64::NAN), high.unwrap_or(f64::NAN));
            }
        }
        let day = |id: &str, quarter: Date| readings.get(&(id.to_owned(), quarter)).copied();
        let readings = indicators.iter().map(|x| quarters.iter().map(|q| day(&x.id, *q)).collect()).collect();
        Ok(History { quarters, readings, points })
    }

    /// The last climb of a unit on an indicator from under `target` to it or above. The ceiling must have been under it:
    /// what answering alone explains is no climb. One reading that speaks for several quarters counts once, on its own day.
    pub(super) fn climb(&self, indicator: usize, unit: usize, target: f64, stay: usize) -> Option<Move> {
        let n = self.quarters.len();
        let read = &self.readings[indicator];
        let once = |q: &usize| *q == 0 || read[*q].is_none() || read[*q] != read[*q - 1];
        let kept: Vec<usize> = (0..n).filter(once).collect();
        let days: Vec<Date> = kept.iter().map(|q| read[*q].unwrap_or(self.quarters[*q])).collect();
        let own = &self.points[indicator][unit * n..][..n];
        let series: Vec<Option<(f64, f64)>> =
            kept.iter().map(|q| (!own[*q].0.is_nan()).then_some(own[*q])).collect();
        let under = |p: (f64, f64)| p.1 < target - 1e-9;
        last_move(&days, &series, stay, under, |p| p.0 >= target - 1e-9).map(|(_, m)| m)
    }
}

/// A practice that rose from a level and stayed above it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Riser {
    /// Place in the panel.
    pub practice: usize,
    pub level: i64,
    pub level_now: i64,
    pub moved: Move,
}

/// Every rise of a practice that lasted, by the level that it left. Its ceiling must have been below where it rose to:
/// what answering alone explains is no rise.
pub(super) fn risers(panel: &Panel<'_>, scores: &DataFrame, stay: usize) -> PolarsResult<Vec<Riser>> {
    let t = Columns(scores);
    let (days, codes) = (t.dates("period")?, t.texts("practice_code")?);
    let (low, high) = (t.wholes("level")?, t.wholes("level_high")?);
    let quarters = quarters(&days, panel.day);
    let mut series: Vec<Vec<Option<(i64, i64)>>> = vec![vec![None; quarters.len()]; panel.practices.len()];
    for r in 0..scores.height() {
        let unit = codes[r].and_then(|c| panel.practices.binary_search_by(|p| p.code.cmp(c)).ok());
        let quarter = days[r].and_then(|d| quarters.binary_search(&d).ok());
        if let (Some(u), Some(q), Some(low)) = (unit, quarter, low[r]) {
            series[u][q] = Some((low, high[r].unwrap_or(low)));
        }
    }
    let mut out = Vec::new();
    for (practice, series) in series.iter().enumerate() {
        let Some(level_now) = series.last().copied().flatten().map(|l| l.0) else { continue };
        for level in 0..level_now {
            let found = last_move(&quarters, series, stay, |l| l.0 == level, |l| l.0 > level);
            let Some((from, moved)) = found else { continue };
            let reached = series[from + 1].map_or(0, |l| l.0);
            if moved.by == quarters[from + 1] && series[from].is_some_and(|l| l.1 < reached) {
                out.push(Riser { practice, level, level_now, moved });
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_reading_that_speaks_for_four_quarters_is_kept_once() {
        let quarters: Vec<Date> = (1..=8).map(|m| date(2018, m, 1)).collect();
        let no_then_yes: Vec<(f64, f64)> = [[(0.0, 0.0); 4], [(100.0, 100.0); 4]].concat();
        let years = [date(2018, 9, 30), date(2019, 9, 30)];
        let yearly = years.iter().flat_map(|y| [Some(*y); 4]).collect();
        let climb = |readings: Vec<Option<Date>>, stay| {
            let (quarters, points) = (quarters.clone(), vec![no_then_yes.clone()]);
            History { quarters, readings: vec![readings], points }.climb(0, 0, 100.0, stay)
        };
        assert_eq!(climb(vec![None; 8], 2).map(|m| m.kept), Some(3), "four readings of a quarter each");
        assert_eq!(climb(yearly, 2), None, "two readings");
        let yearly = years.iter().flat_map(|y| [Some(*y); 4]).collect();
        let moved = climb(yearly, 0).unwrap();
        assert_eq!([moved.from, moved.by], years, "on the days of the readings");
    }

    #[test]
    fn a_move_counts_only_if_it_lasted_until_the_day() {
        let quarters: Vec<Date> = (1..=6).map(|m| date(2018, m, 1)).collect();
        let found = |series: &[i64], stay| {
            let series: Vec<Option<i64>> = series.iter().map(|x| (*x >= 0).then_some(*x)).collect();
            last_move(&quarters[..series.len()], &series, stay, |x| x == 1, |x| x > 1)
                .map(|f| (f.0, f.1.kept))
        };
        assert_eq!(found(&[1, 1, 2, 2, 3, 2], 2), Some((1, 3)));
        assert_eq!(found(&[1, 1, 1, 1, 2, 2], 2), None, "one quarter more is too short");
        assert_eq!(found(&[1, 2, 2, 2, 1, 2], 2), None, "it fell back");
        assert_eq!(found(&[1, 2, 2, -1, 2, 2], 2), None, "a quarter is not known");
        assert_eq!(found(&[2, 2, 2, 2], 2), None, "it was there from the beginning");
        assert_eq!(found(&[2], 1), None, "one quarter of data has no example");
    }
}
