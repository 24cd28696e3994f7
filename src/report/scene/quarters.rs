//! The quarters of a release: which were scored, which one is put in front, and England in each.

use super::Scene;
use crate::compare::collected;
use crate::model::{Grain, Period};
use crate::report::frame::Frame;
use crate::report::league::Interval;
use crate::report::words;
use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::DataFrame;
use serde::Serialize;
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

/// Two quarters scored one after the other that did not ask the same: what came, and what went.
pub struct Break {
    before: String,
    after: String,
    /// The last day of the quarter that asked other things.
    pub day: Date,
    /// Ids of indicators.
    came: Vec<String>,
    went: Vec<String>,
}

impl Scene<'_> {
    /// Every break, oldest first.
    pub fn breaks(&self) -> Vec<Break> {
        let broken = self.england.windows(2).filter(|pair| !pair[1].comparable(&pair[0]));
        let only =
            |a: &England, b: &England| a.indicators.difference(&b.indicators).cloned().collect::<Vec<_>>();
        broken
            .map(|pair| Break {
                before: pair[0].label.clone(),
                after: pair[1].label.clone(),
                day: pair[1].day,
                came: only(&pair[1], &pair[0]),
                went: only(&pair[0], &pair[1]),
            })
            .collect()
    }

    /// Whether a quarter asked the same as another one, of England; `None` where one of the two is not known.
    pub fn asked_the_same(&self, before: Date, after: Date) -> Option<bool> {
        let of = |day: Date| self.england.iter().find(|e| e.day == day);
        Some(of(after)?.comparable(of(before)?))
    }
}

/// A break for a page: what was said of it, and each question that came or went.
#[derive(Clone, Debug, Serialize)]
pub struct BreakNote {
    pub said: String,
    pub questions: Vec<String>,
    /// How many they are.
    pub count: String,
}

impl Break {
    /// With every question that came or went.
    pub fn note(&self, scene: &Scene) -> BreakNote {
        let each = |lead: &'static str, ids: &[String]| {
            ids.iter().map(|id| format!("{lead}: {}", scene.wording(id))).collect::<Vec<_>>()
        };
        let count = |n: usize| words::count(words::size(n));
        BreakNote {
            said: format!(
                "From {} to {} the questions changed: what lies on either side is not to be compared.",
                self.before, self.after
            ),
            questions: [each("New", &self.came), each("No longer asked", &self.went)].concat(),
            count: format!("{} new, {} no longer asked", count(self.came.len()), count(self.went.len())),
        }
    }

    /// In a few sentences, naming at most so many indicators of each kind.
    pub fn words(&self, scene: &Scene, most: usize) -> String {
        let names = |lead: &str, ids: &[String]| {
            let mut named: Vec<String> = ids.iter().take(most).map(|id| scene.wording(id)).collect();
            if ids.len() > most {
                named.push(format!("and {} more", words::count(words::size(ids.len() - most))));
            }
            if named.is_empty() { String::new() } else { format!(" {lead}: {}.", named.join("; ")) }
        };
        format!(
            "From {} to {} the questions changed.{}{} What lies on either side is not to be compared.",
            self.before,
            self.after,
            names("New", &self.came),
            names("No longer asked", &self.went)
        )
    }
}

/// The quarters between two that nothing is held of.
fn between(before: Date, after: Date) -> Vec<String> {
    let mut out = Vec::new();
    let mut next = Period::containing(Grain::Quarter, before.saturating_add(1.day()));
    while next.end() < after {
        out.push(next.label());
        next = Period::containing(Grain::Quarter, next.end().saturating_add(1.day()));
    }
    out
}

/// A sentence that names the quarters missing in a row of quarters; `None` where none is.
pub fn missing_words(days: impl Iterator<Item = Date>) -> Option<String> {
    let days: Vec<Date> = days.collect();
    let missing: Vec<String> = days.windows(2).flat_map(|d| between(d[0], d[1])).collect();
    (!missing.is_empty()).then(|| format!("Nothing is held of {}.", missing.join(", ")))
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
