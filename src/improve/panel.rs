//! One quarter as columns: practices and CCGs in the order of their codes, and their points on each indicator.

use crate::define::framework::{Framework, Indicator, UnitKind};
use crate::frames::Columns;
use crate::index::Bounds;
use crate::model::{Absence, Provenance};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// A practice of the quarter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Practice<'a> {
    pub code: &'a str,
    /// Index into [`Panel::ccgs`].
    pub ccg: Option<usize>,
    /// Registered patients.
    pub list: Option<i64>,
    pub provenance: Provenance,
}

impl Practice<'_> {
    /// What it weighs in its CCG.
    pub fn weight(&self) -> f64 {
        self.list.unwrap_or(0).max(0) as f64
    }
}

/// What one unit answered to one indicator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub numerator: Option<i64>,
    pub denominator: Option<i64>,
    /// `None` where there is a value.
    pub absence: Option<Absence>,
    pub points: Bounds,
    /// Whether a direct trace shows what is answered `no`, or not at all.
    pub shown: bool,
}

const NOTHING: Cell = Cell {
    numerator: None,
    denominator: None,
    absence: Some(Absence::NotApplicable),
    points: None,
    shown: false,
};

impl Cell {
    pub fn low(&self) -> f64 {
        self.points.map_or(f64::NAN, |p| p.0)
    }

    /// Answered in full: nothing that is missing could change the points.
    pub fn is_whole(&self) -> bool {
        self.absence.is_none() && self.points.is_some_and(|(low, high)| low == high)
    }
}

pub(super) struct Panel<'a> {
    pub day: Date,
    pub framework: &'a Framework,
    pub practices: Vec<Practice<'a>>,
    pub ccgs: Vec<&'a str>,
    /// Practices by CCG, as places in [`Panel::practices`].
    pub members: Vec<Vec<usize>>,
    /// Per indicator, whether anybody was asked.
    pub collected: Vec<bool>,
    /// Per indicator, the multiple that its counts are rounded to; 1 where they are exact.
    pub counted_in: Vec<i64>,
    /// Per indicator, over practices or over CCGs, as its unit says.
    pub cells: Vec<Vec<Cell>>,
    /// The worst of what the quarter rests on.
    pub provenance: Provenance,
}

/// The rows of a day: the rows of one period stand together in every table of a release.
pub(super) fn rows_of(days: &[Option<Date>], day: Date) -> Range<usize> {
    let from = days.iter().position(|d| *d == Some(day)).unwrap_or(0);
    let to = days.iter().rposition(|d| *d == Some(day)).map_or(from, |at| at + 1);
    from..to
}

/// A frame cut to the rows of a day, without a copy.
pub(super) fn of_day(frame: &DataFrame, day: Date) -> PolarsResult<DataFrame> {
    let rows = rows_of(&Columns(frame).dates("period")?, day);
    Ok(frame.slice(rows.start as i64, rows.len()))
}

/// A column of figures by the code in another.
pub(super) fn by_code<'f>(
    frame: &'f DataFrame,
    code: &str,
    figures: &str,
) -> PolarsResult<BTreeMap<&'f str, f64>> {
    let t = Columns(frame);
    let pairs = t.texts(code)?.into_iter().zip(t.numbers(figures)?);
    Ok(pairs.filter_map(|(c, x)| Some((c?, x?))).collect())
}

impl<'a> Panel<'a> {
    /// An indicator with the multiple that its counts are rounded to.
    pub(super) fn indicator(&self, i: usize) -> (&'a Indicator, i64) {
        (&self.framework.indicators[i], self.counted_in[i])
    }

    /// `scores`, `values` and `evidence`: `practice_scores`, `indicator_values` and `evidence`, cut to the day.
    pub(super) fn read(
        (framework, rounded): (&'a Framework, &BTreeMap<String, i64>),
        day: Date,
        scores: &'a DataFrame,
        values: &'a DataFrame,
        evidence: Option<&DataFrame>,
    ) -> PolarsResult<Panel<'a>> {
        let t = Columns(scores);
        let (codes, of, lists) = (t.texts("practice_code")?, t.texts("ccg_code")?, t.wholes("list_size")?);
        let provenance = t.texts("provenance")?;
        let mut ccgs: Vec<&str> = of.iter().flatten().copied().collect();
        ccgs.sort_unstable();
        ccgs.dedup();
        let mut practices: Vec<Practice<'_>> = (0..scores.height())
            .filter_map(|i| {
                Some(Practice {
                    code: codes[i]?,
                    ccg: of[i].and_then(|c| ccgs.binary_search(&c).ok()),
                    list: lists[i],
                    provenance: Provenance::of(provenance[i]),
                })
            })
            .collect();
        practices.sort_by_key(|p| p.code);
        let mut members = vec![Vec::new(); ccgs.len()];
        for (u, p) in practices.iter().enumerate() {
            p.ccg.into_iter().for_each(|c| members[c].push(u));
        }
        let worst = practices.iter().map(|p| p.provenance).fold(Provenance::Published, Provenance::worst);
        let mut panel = Panel {
            day,
            framework,
            collected: vec![false; framework.indicators.len()],
            counted_in: framework.indicators.iter().map(|x| *rounded.get(&x.id).unwrap_or(&1)).collect(),
            cells: framework
                .indicators
                .iter()
                .map(|x| vec![NOTHING; if x.unit == UnitKind::Ccg { ccgs.len() } else { practices.len() }])
                .collect(),
            practices,
            ccgs,
            members,
            provenance: worst,
        };
        panel.fill(values)?;
        evidence.map_or(Ok(()), |evidence| panel.mark_shown(evidence))?;
        Ok(panel)
    }

    /// The cell of a unit's answer; `None` for a unit or an indicator that is not there.
    fn cell(&mut self, (kind, unit, id): (&str, &str, &str)) -> Option<&mut Cell> {
        let i = self.framework.indicators.iter().position(|x| x.id == id)?;
        let at = match (kind, self.framework.indicators[i].unit) {
            ("practice", UnitKind::Practice) => self.practices.binary_search_by(|p| p.code.cmp(unit)).ok()?,
            ("ccg", UnitKind::Ccg) => self.ccgs.binary_search(&unit).ok()?,
            _ => return None,
        };
        self.cells[i].get_mut(at)
    }

    /// Marks what a trace shows, though the answer is `no` or there is none.
    fn mark_shown(&mut self, evidence: &DataFrame) -> PolarsResult<()> {
        let t = Columns(evidence);
        let (kinds, units, ids) = (t.texts("unit_type")?, t.texts("unit_code")?, t.texts("indicator_id")?);
        for (r, reason) in t.texts("reason")?.into_iter().enumerate() {
            let shows = matches!(reason, Some("trace_shows_more" | "trace_shows_unanswered"));
            if let (true, Some(kind), Some(unit), Some(id)) = (shows, kinds[r], units[r], ids[r])
                && let Some(cell) = self.cell((kind, unit, id))
            {
                cell.shown = true;
            }
        }
        Ok(())
    }

    fn fill(&mut self, values: &DataFrame) -> PolarsResult<()> {
        let t = Columns(values);
        let (kinds, units, ids) = (t.texts("unit_type")?, t.texts("unit_code")?, t.texts("indicator_id")?);
        let (top, bottom) = (t.wholes("numerator")?, t.wholes("denominator")?);
        let absence = t.texts("absence")?;
        let (low, high) = (t.numbers("points_low")?, t.numbers("points_high")?);
        let place: BTreeMap<&str, usize> =
            self.framework.indicators.iter().enumerate().map(|(i, x)| (x.id.as_str(), i)).collect();
        for r in 0..values.height() {
            let (Some(kind), Some(unit), Some(id)) = (kinds[r], units[r], ids[r]) else { continue };
            let Some(&i) = place.get(id) else { continue };
            let absence = absence[r].and_then(Absence::parse);
            let of_ccgs = self.framework.indicators[i].unit == UnitKind::Ccg;
            let at = match kind {
                "england" => {
                    self.collected[i] = absence != Some(Absence::NotAsked);
                    None
                }
                "practice" if !of_ccgs => self.practices.binary_search_by(|p| p.code.cmp(unit)).ok(),
                "ccg" if of_ccgs => self.ccgs.binary_search(&unit).ok(),
                _ => None,
            };
            let Some(at) = at else { continue };
            // of what a CCG answers the table holds the floor alone
            let high = if of_ccgs && absence.is_none() { low[r] } else { high[r] };
            let points = low[r].map(|low| (low, high.unwrap_or(f64::NAN)));
            self.cells[i][at] =
                Cell { numerator: top[r], denominator: bottom[r], absence, points, shown: false };
        }
        Ok(())
    }

    /// Floors of every indicator, as columns.
    pub(super) fn floors(&self) -> Vec<Vec<f64>> {
        self.cells.iter().map(|c| c.iter().map(Cell::low).collect()).collect()
    }
}
