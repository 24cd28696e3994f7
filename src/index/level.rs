//! Levels with gates, per unit: what its points answer to each item (`stats::gate` says where it stands).
//!
//! An item is met when its indicator has the points that its gate asks for. `low` is the level with missing answers
//! as not met, `high` with them as met. A level none of whose items was collected in the quarter cannot be told:
//! levels end below it, for everybody.

use super::observe::Seen;
use crate::define::framework::{Framework, UnitKind};
use crate::stats::gate::{Answer, Item, Standing, standing};

/// Levels of all units of a quarter or a period.
pub(super) struct Levels {
    pub gates: Gates,
    /// Of each unit; none where no item concerns it.
    pub standings: Vec<Option<Standing>>,
}

impl Levels {
    /// `None` where [`Gates::of`] is.
    pub(super) fn of(framework: &Framework, seen: &Seen, units: usize) -> Option<Levels> {
        let gates = Gates::of(framework, &|i| seen[i].is_some())?;
        Some(Levels { standings: (0..units).map(|u| gates.standing(seen, u)).collect(), gates })
    }

    /// Units whose level, lowest or highest, would be another one if the indicator were not asked; `None` for an
    /// indicator that is no item of any level.
    pub(super) fn moved_without(&self, seen: &Seen, indicator: usize) -> Option<usize> {
        let kept = |of: &(usize, f64)| of.0 != indicator;
        let (items, asks): (Vec<Item>, Vec<(usize, f64)>) = self
            .gates
            .items
            .iter()
            .zip(&self.gates.asks)
            .filter(|(_, a)| kept(a))
            .map(|(i, a)| (*i, *a))
            .unzip();
        if items.len() == self.gates.items.len() {
            return None;
        }
        let fewer = Gates { items, asks, shares: self.gates.shares.clone() };
        let level = |s: &Option<Standing>| s.as_ref().map(|s| (s.low, s.high));
        let now = self.standings.iter().enumerate();
        Some(now.filter(|(u, s)| level(&fewer.standing(seen, *u)) != level(s)).count())
    }
}

/// The items of the levels that the quarter can tell.
pub(super) struct Gates {
    pub items: Vec<Item>,
    /// Of each item: its indicator, and the points from which it is met.
    pub asks: Vec<(usize, f64)>,
    /// By level, from 1: the share of its items that must be met.
    pub shares: Vec<f64>,
}

impl Gates {
    /// `None` for a framework without levels, or a quarter that cannot tell the first. `collected` says of each indicator
    /// whether anybody was asked.
    pub(super) fn of(framework: &Framework, collected: &dyn Fn(usize) -> bool) -> Option<Gates> {
        let mut gates = Gates { items: Vec::new(), asks: Vec::new(), shares: Vec::new() };
        for level in &framework.levels {
            let before = gates.items.len();
            for (i, x) in framework.indicators.iter().enumerate() {
                let asked = x.unit != UnitKind::Ccg && collected(i);
                for gate in x.gates.iter().filter(|g| asked && g.level == level.number) {
                    gates.items.push(Item { level: gates.shares.len() + 1, weight: 1.0, must: gate.must });
                    gates.asks.push((i, gate.met_from));
                }
            }
            if gates.items.len() == before {
                break;
            }
            gates.shares.push(level.share);
        }
        (!gates.items.is_empty()).then_some(gates)
    }

    /// The highest level that the quarter can tell.
    pub(super) fn highest(&self) -> usize {
        self.shares.len()
    }

    /// Where a unit stands; `None` if no item concerns it.
    fn standing(&self, seen: &Seen, u: usize) -> Option<Standing> {
        let answers: Vec<Answer> = self.asks.iter().map(|(i, from)| answer(seen, *i, u, *from)).collect();
        standing(&self.items, &answers, &self.shares)
    }

    /// Indicators of the items that hold a unit back, in the order of the framework.
    pub(super) fn blocking<'a>(&'a self, standing: &'a Standing) -> impl Iterator<Item = usize> + 'a {
        standing.blocking.iter().map(|item| self.asks[*item].0)
    }
}

fn answer(seen: &Seen, indicator: usize, u: usize, from: f64) -> Answer {
    let points = seen[indicator].as_ref().map(|c| &c.points).filter(|p| p.applies[u]);
    answer_of(points.map(|p| (p.low[u], p.high[u])), from)
}

/// What floor and ceiling answer to an item that is met `from` so many points; `None` where it does not apply.
pub(super) fn answer_of(points: Option<(f64, f64)>, from: f64) -> Answer {
    let Some(points) = points else { return Answer::NotApplicable };
    // points are computed: a last bit must not decide a level
    let met = |x: f64| x >= from - 1e-9;
    match points {
        (low, _) if met(low) => Answer::Yes,
        (_, high) if high.is_nan() => Answer::MayNotApply,
        (_, high) if met(high) => Answer::Missing,
        _ => Answer::No,
    }
}
