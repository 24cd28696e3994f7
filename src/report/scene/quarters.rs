//! The quarters of a release: which were scored, which one is put in front, and England in each.

use crate::compare::collected;
use crate::model::{Grain, Period};
use crate::report::frame::Frame;
use crate::report::league::Interval;
use jiff::civil::Date;
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

/// England in one period.
#[derive(Clone, Debug)]
pub struct England {
    pub label: String,
    pub day: Date,
    pub interval: Interval,
    pub coverage: Option<f64>,
    /// Share of the framework's weight that was collected from anyone; whole where nothing says otherwise.
    pub asked: f64,
    /// Ids of the indicators collected from anyone, where `indicator_values` says so for England.
    pub indicators: BTreeSet<String>,
}

impl England {
    /// Whether both quarters scored the same indicators, so that their scores are of the same thing.
    pub fn comparable(&self, other: &England) -> bool {
        self.indicators == other.indicators && (self.asked - other.asked).abs() < 1e-9
    }
}

/// A quarter in which the median CCG has answers for less of the framework than this, by weight, is not put in front.
const COVERAGE_TO_SHOW: f64 = 0.5;

fn label_of(day: Date, written: Option<&String>) -> String {
    written.cloned().unwrap_or_else(|| Period::containing(Grain::Quarter, day).label())
}

/// Periods in which some CCG has a score.
pub(super) fn scored(ccg_scores: Frame) -> Vec<(Date, String)> {
    let (day, label, score) =
        (ccg_scores.date("period"), ccg_scores.text("period_label"), ccg_scores.float("score"));
    let mut seen = BTreeMap::new();
    for i in 0..ccg_scores.rows() {
        if let (Some(day), Some(_)) = (day[i], score[i]) {
            seen.entry(day).or_insert_with(|| label_of(day, label[i].as_ref()));
        }
    }
    seen.into_iter().collect()
}

/// The latest quarter in which the median CCG has answers for half the framework; if there is none, the latest.
pub(super) fn on_show(ccg_scores: Frame, periods: &[(Date, String)]) -> Option<(Date, String)> {
    let (day, coverage, asked) =
        (ccg_scores.date("period"), ccg_scores.float("coverage"), ccg_scores.float("weight_asked"));
    let mut by_day: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    for ((day, coverage), asked) in day.into_iter().zip(coverage).zip(asked) {
        if let (Some(day), Some(coverage)) = (day, coverage) {
            by_day.entry(day).or_default().push(coverage * asked.unwrap_or(1.0));
        }
    }
    let mut enough = |day: &Date| {
        by_day.get_mut(day).is_some_and(|c| {
            c.sort_by(f64::total_cmp);
            c[c.len() / 2] >= COVERAGE_TO_SHOW
        })
    };
    periods.iter().rev().find(|p| enough(&p.0)).or(periods.last()).cloned()
}

pub(super) fn england(areas: Frame, values: Option<&DataFrame>) -> Vec<England> {
    let mut collected = values.and_then(|v| collected(v).ok()).unwrap_or_default();
    let (day, label, kind) = (areas.date("period"), areas.text("period_label"), areas.text("unit_type"));
    let (low, estimate, high) = (areas.float("score"), areas.float("estimate"), areas.float("score_high"));
    let (coverage, asked) = (areas.float("coverage"), areas.float("weight_asked"));
    let mut rows: Vec<England> = (0..areas.rows())
        .filter(|i| kind[*i].as_deref() == Some("england"))
        .filter_map(|i| {
            let day = day[i]?;
            Some(England {
                label: label_of(day, label[i].as_ref()),
                day,
                interval: Interval { low: low[i], estimate: estimate[i], high: high[i] },
                coverage: coverage[i],
                asked: asked[i].unwrap_or(1.0),
                indicators: collected.remove(&day).unwrap_or_default(),
            })
        })
        .collect();
    rows.sort_by_key(|e| e.day);
    rows
}
