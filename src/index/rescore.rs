//! The score again, of other answers: the same tree, means, weights and gates as the quarter's own, on points by unit.
//!
//! For what would follow from a change (`improve`), where reading the store again for every change would not do. The
//! promise that it makes is the number that the whole line gives when the answers come.

use super::cells::Points;
use super::cells::points_of;
use super::level::{Gates, answer_of};
use super::score::{Method, Shares, nodes};
use crate::define::framework::{Direction, Framework, Indicator, Measure, UnitKind};
use crate::stats::gate::{Answer, Item, Standing, standing};

/// Floors of one indicator, by unit; NaN for a unit that it does not concern.
pub type Floors = Vec<f64>;

/// Points of one unit on one indicator: floor and ceiling, the latter NaN where it leaves the ceiling. `None` for an
/// indicator that does not concern the unit.
pub type Bounds = Option<(f64, f64)>;

/// Whose score: of the unit by itself, or as a part of its CCG's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Itself,
    PartOfCcg,
}

/// The method of one quarter.
pub struct Rescore<'f> {
    framework: &'f Framework,
    collected: Vec<bool>,
    shares: Shares,
    gates: Option<Gates>,
}

impl<'f> Rescore<'f> {
    /// `collected` says of each indicator of the framework whether anybody was asked in the quarter. `None` for a
    /// framework with a mean under which a floor is no mean of floors.
    pub fn new(framework: &'f Framework, collected: Vec<bool>) -> Option<Rescore<'f>> {
        let sound = framework.nodes.iter().all(|n| n.mean.is_monotone() && !n.mean.compares_units());
        let of = |i: usize| collected[i];
        let shares = Shares::of(framework, &of, &framework.effective_weights());
        let gates = Gates::of(framework, &of);
        (sound && collected.len() == framework.indicators.len()).then_some(Rescore {
            framework,
            shares,
            gates,
            collected,
        })
    }

    /// Share of a CCG's score that it answers itself.
    pub fn ccg_share(&self) -> f64 {
        self.shares.nodes[0]
    }

    /// Floors of units of a kind from those of the indicators, in the order of the framework; NaN for a unit that nothing
    /// concerns. Columns of indicators of another kind, or that were not collected, are not read.
    pub fn floors(&self, unit: UnitKind, whole: Whole, units: usize, columns: &[&[f64]]) -> Floors {
        let column = |i: usize| {
            let low = columns[i].to_vec();
            let applies: Vec<bool> = low.iter().map(|x| !x.is_nan()).collect();
            let answered = vec![1.0; low.len()];
            Points { applies, high: low.clone(), estimate: low.clone(), low, answered, ends: (0.0, 100.0) }
        };
        let of = self.framework.indicators.iter().enumerate();
        let leaves: Vec<Option<Points>> =
            of.map(|(i, x)| (x.unit == unit && self.collected[i]).then(|| column(i))).collect();
        let leaves: Vec<Option<&Points>> = leaves.iter().map(Option::as_ref).collect();
        let own = |n: usize| self.shares.nodes[n];
        let method = match (whole, unit) {
            (Whole::Itself, _) => Method::stated(self.framework),
            (Whole::PartOfCcg, UnitKind::Ccg) => Method::part(self.framework, own),
            (Whole::PartOfCcg, _) => Method::part(self.framework, |n| 1.0 - own(n)),
        };
        let top = nodes(self.framework, &method, &leaves, units).swap_remove(0);
        let of =
            |p: Points| p.low.into_iter().zip(p.applies).map(|(x, a)| if a { x } else { f64::NAN }).collect();
        top.map_or_else(|| vec![f64::NAN; units], of)
    }

    /// The items of the levels that the quarter can tell: indicator, points from which it is met, item.
    pub fn items(&self) -> impl Iterator<Item = (usize, f64, Item)> {
        let all = self.gates.iter().flat_map(|g| g.asks.iter().zip(&g.items));
        all.map(|((indicator, from), item)| (*indicator, *from, *item))
    }

    /// Share of the items of each level, from 1, that must be met.
    pub fn thresholds(&self) -> &[f64] {
        self.gates.as_ref().map_or(&[], |g| &g.shares)
    }

    /// What a unit answers to each item, from its points on each indicator.
    pub fn answers(&self, points: &dyn Fn(usize) -> Bounds) -> Vec<Answer> {
        self.items().map(|(i, from, _)| answer_of(points(i), from)).collect()
    }

    /// Where a unit stands with these answers; `None` if no item concerns it.
    pub fn standing(&self, answers: &[Answer]) -> Option<Standing> {
        let gates = self.gates.as_ref()?;
        standing(&gates.items, answers, &gates.shares)
    }
}

/// An answer that has at least so many points, and no more than it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    pub points: f64,
    /// The words of a state that have these points, separated by ` or `.
    pub words: Option<String>,
    /// The numerator of a share over a known denominator.
    pub numerator: Option<i64>,
}

/// The least answer to an indicator with at least `target` points: of a state the words with the fewest points that do;
/// of a share over a known denominator the nearest numerator that is a multiple of `counted_in` (what counts are rounded to; 1
/// where they are not), of any other the target itself. `None` where no answer has as many.
pub fn reach(x: &Indicator, target: f64, denominator: Option<i64>, counted_in: i64) -> Option<Reached> {
    let enough = |p: f64| p >= target - 1e-9;
    match x.measure.as_ref()? {
        Measure::Presence { .. } => Some(Reached { points: 100.0, words: None, numerator: None }),
        Measure::State { points, .. } => {
            let least = points.values().copied().filter(|p| enough(*p)).min_by(f64::total_cmp)?;
            let words: Vec<&str> =
                points.iter().filter(|(_, p)| **p == least).map(|(word, _)| word.as_str()).collect();
            Some(Reached { points: least, words: Some(words.join(" or ")), numerator: None })
        }
        Measure::Ratio { per, cap, .. } => {
            let posts = x.goalposts.as_ref()?;
            let Some(d) = denominator.filter(|d| *d > 0) else {
                return Some(Reached { points: target, words: None, numerator: None });
            };
            let of = |n: i64| {
                let value = (n * counted_in) as f64 / d as f64 * per;
                points_of(cap.map_or(value, |c| value.min(c)), posts, x.direction)
            };
            let up = x.direction == Direction::HigherIsBetter;
            // bisection: points never fall as the numerator moves the better way
            let far = (posts.low.max(posts.high) / per * d as f64 / counted_in as f64).ceil() as i64 + 1;
            let (mut bad, mut good) = if up { (-1, far) } else { (far, 0) };
            if !enough(of(good)) {
                return None;
            }
            while (good - bad).abs() > 1 {
                let middle = (good + bad) / 2;
                if enough(of(middle)) { good = middle } else { bad = middle }
            }
            Some(Reached { points: of(good), words: None, numerator: Some(good * counted_in) })
        }
    }
}
