//! Where each CCG stands: quadrant, frontier, what goes with its spend.

use super::read::{self, Area};
use crate::define::framework::ValueSection;
use crate::stats::frontier::{Placed, Rule, Unit, frontier};
use crate::stats::interval::{CONFIDENCE, deviate};
use crate::stats::meta_regression::{Expected, Regression, meta_regression};
use crate::stats::{Interval, quantile};

/// A year with all that can be told of it.
pub(super) struct Year<'a> {
    pub of: &'a read::Year<'a>,
    /// By area.
    pub stands: Vec<Stand>,
    pub line: Option<Regression>,
    /// Pence a head at the tenths of the CCGs that are compared.
    pub steps: Vec<f64>,
}

/// One of the four quarters that the medians of spend and score make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    LessHigher,
    MoreHigher,
    LessLower,
    MoreLower,
}

impl Corner {
    pub const ALL: [Corner; 4] =
        [Corner::LessHigher, Corner::MoreHigher, Corner::LessLower, Corner::MoreLower];

    fn at(spends_more: bool, scores_higher: bool) -> Corner {
        match (spends_more, scores_higher) {
            (false, true) => Corner::LessHigher,
            (true, true) => Corner::MoreHigher,
            (false, false) => Corner::LessLower,
            (true, false) => Corner::MoreLower,
        }
    }

    /// As the column `quadrant` has it.
    pub fn words(self) -> &'static str {
        match self {
            Corner::LessHigher => "spends less, scores higher",
            Corner::MoreHigher => "spends more, scores higher",
            Corner::LessLower => "spends less, scores lower",
            Corner::MoreLower => "spends more, scores lower",
        }
    }

    /// `None` where the column says that it cannot be told.
    pub fn of(words: &str) -> Option<Corner> {
        Corner::ALL.into_iter().find(|corner| corner.words() == words)
    }
}

/// What is told of one CCG.
#[derive(Clone, Debug, Default)]
pub(super) struct Stand {
    pub quadrant: Option<&'static str>,
    pub placed: Option<Placed>,
    pub expected: Option<Expected>,
    /// Why nothing, or not more, is told.
    pub why: Option<String>,
}

pub const CANNOT_TELL: &str = "cannot tell";

/// Variance of a score from its interval.
fn variance(score: Interval, z: f64) -> f64 {
    ((score.high - score.low) / (2.0 * z)).powi(2).max(1e-9)
}

fn middle(i: Interval) -> f64 {
    0.5 * (i.low + i.high)
}

/// `Some(true)` above, `Some(false)` below, `None` across.
fn side(i: Interval, line: f64) -> Option<bool> {
    if i.low > line {
        Some(true)
    } else if i.high < line {
        Some(false)
    } else {
        None
    }
}

pub(super) fn year<'a>(section: &ValueSection, of: &'a read::Year<'a>, seed: u64) -> Year<'a> {
    let z = deviate(CONFIDENCE).unwrap_or(f64::INFINITY);
    let fair: Vec<(usize, (f64, Interval, Interval))> =
        of.areas.iter().enumerate().filter_map(|(i, a)| Some((i, a.both(section)?))).collect();
    let mut stands: Vec<Stand> =
        of.areas.iter().map(|a| Stand { why: reason(section, of, a), ..Stand::default() }).collect();
    if fair.len() < section.least {
        for (i, _) in &fair {
            stands[*i].why = Some(format!(
                "{} CCGs can be compared, and {} are needed to tell anything",
                fair.len(),
                section.least
            ));
        }
        return Year { of, stands, line: None, steps: Vec::new() };
    }
    let sorted = |of: &dyn Fn(&(f64, Interval, Interval)) -> f64| {
        let mut all: Vec<f64> = fair.iter().map(|(_, x)| of(x)).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let (heads, scores) = (sorted(&|x| x.0), sorted(&|x| middle(x.2)));
    let (usual_spend, usual_score) =
        (quantile(&heads, 0.5).unwrap_or_default(), quantile(&scores, 0.5).unwrap_or_default());
    let units: Vec<Unit> = fair
        .iter()
        .map(|(_, x)| Unit { cost: x.0, score: middle(x.2), variance: variance(x.2, z) })
        .collect();
    let rule = Rule {
        order: section.order,
        least: section.least,
        confidence: CONFIDENCE,
        draws: section.draws,
        seed,
    };
    let placed = frontier(&units, rule).unwrap_or_else(|| vec![None; units.len()]);
    let points: Vec<(f64, f64, f64)> = units.iter().map(|u| (u.cost.ln(), u.score, u.variance)).collect();
    let line = meta_regression(&points, CONFIDENCE);
    for ((i, (head, spend, score)), placed) in fair.iter().zip(placed) {
        let stand = &mut stands[*i];
        let corner = side(*spend, usual_spend).zip(side(*score, usual_score));
        stand.quadrant = Some(corner.map_or(CANNOT_TELL, |(more, higher)| Corner::at(more, higher).words()));
        if placed.is_none() {
            stand.why = Some(format!("fewer than {} CCGs spend no more", section.least));
        }
        stand.placed = placed;
        stand.expected = line.map(|l| l.at(head.ln()));
    }
    let steps = (1..10).filter_map(|k| quantile(&heads, f64::from(k) / 10.0)).collect();
    Year { of, stands, line, steps }
}

/// Why a CCG is not compared; `None` where it is.
fn reason(section: &ValueSection, year: &read::Year<'_>, area: &Area<'_>) -> Option<String> {
    if !section.comparable.iter().any(|s| s == area.status) {
        Some(format!("its spend cannot be compared: {}", area.status))
    } else if area.spend.is_none() {
        Some("it has no spend per head".to_owned())
    } else if year.scored.is_none() {
        Some("no quarter of the year of spend is scored with intervals".to_owned())
    } else if area.score.is_none() {
        Some("it has no score with an interval in the quarter".to_owned())
    } else {
        None
    }
}
