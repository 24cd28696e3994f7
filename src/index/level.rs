//! Levels with gates, per practice: floor, ceiling, and what stands between it and the next level.
//!
//! Own method, after methods of staged maturity: an item is met when its indicator has the points that its gate asks
//! for. `level` is the highest level of which it and all lower ones are met, with missing answers as not met;
//! `level_high` has them as met. An item that does not concern a practice is not asked of it. A level none of whose
//! items was collected in the quarter cannot be told: levels end below it, for everybody. No true improvement lowers
//! a level, and no deleted answer raises one: each item is met in the floor only by an answer.

use super::cells::Points;
use super::observe::Seen;
use crate::define::framework::{Framework, UnitKind};

/// One item of a gate.
pub(super) struct Item {
    pub indicator: usize,
    pub met_from: f64,
    pub must: bool,
}

/// The gates of the levels that the quarter can tell.
pub(super) struct Gates {
    /// By level, from 1: its share and its items.
    levels: Vec<(f64, Vec<Item>)>,
}

/// Where a practice stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Standing {
    pub level: u8,
    pub level_high: u8,
    /// Levels whose own items are met, whatever the lower ones.
    pub met: u8,
    /// Share of the items of the next level that are met; `None` at the highest.
    pub progress: Option<f64>,
    /// Indicators of the next level's unmet items, in the order of the framework.
    pub blocking: Vec<usize>,
}

impl Gates {
    /// `None` for a framework without levels, or a quarter that cannot tell the first.
    pub(super) fn of(framework: &Framework, seen: &Seen) -> Option<Gates> {
        let mut levels = Vec::new();
        for level in &framework.levels {
            let asked = framework
                .indicators
                .iter()
                .enumerate()
                .filter(|(i, x)| x.unit != UnitKind::Ccg && seen[*i].is_some());
            let items: Vec<Item> = asked
                .flat_map(|(indicator, x)| x.gates.iter().map(move |g| (indicator, g)))
                .filter(|(_, g)| g.level == level.number)
                .map(|(indicator, g)| Item { indicator, met_from: g.met_from, must: g.must })
                .collect();
            if items.is_empty() {
                break;
            }
            levels.push((level.share, items));
        }
        (!levels.is_empty()).then_some(Gates { levels })
    }

    /// The highest level that the quarter can tell.
    pub(super) fn highest(&self) -> u8 {
        self.levels.len() as u8
    }

    pub(super) fn standing(&self, seen: &Seen, u: usize) -> Standing {
        let mut out = Standing::default();
        let mut open = true;
        let mut open_high = true;
        for (n, (share, items)) in self.levels.iter().enumerate() {
            let floor = Count::of(items, seen, u, |p| p.low[u]);
            // what leaves the ceiling (NaN) is no item there
            let ceiling =
                Count::of(items, seen, u, |p| if p.high[u].is_nan() { f64::NAN } else { p.ceiling(u) });
            let met = floor.passes(*share);
            out.met += u8::from(met);
            if open && !met {
                out.progress = Some(floor.share());
                out.blocking = floor.unmet;
            }
            open &= met;
            open_high &= ceiling.passes(*share) || met;
            out.level = if open { n as u8 + 1 } else { out.level };
            out.level_high = if open_high { n as u8 + 1 } else { out.level_high };
        }
        out
    }
}

/// The items of one gate that concern a practice.
struct Count {
    met: usize,
    all: usize,
    /// A must-have item is not met.
    capped: bool,
    unmet: Vec<usize>,
}

impl Count {
    fn of(items: &[Item], seen: &Seen, u: usize, points: impl Fn(&Points) -> f64) -> Count {
        let mut out = Count { met: 0, all: 0, capped: false, unmet: Vec::new() };
        for item in items {
            let Some(p) = seen[item.indicator].as_ref().map(|c| &c.points).filter(|p| p.applies[u]) else {
                continue;
            };
            let x = points(p);
            if x.is_nan() {
                continue;
            }
            out.all += 1;
            // points are computed: a last bit must not decide a level
            if x >= item.met_from - 1e-9 {
                out.met += 1;
            } else {
                out.capped |= item.must;
                out.unmet.push(item.indicator);
            }
        }
        out
    }

    fn share(&self) -> f64 {
        if self.all == 0 { 1.0 } else { self.met as f64 / self.all as f64 }
    }

    fn passes(&self, share: f64) -> bool {
        !self.capped && self.share() >= share - 1e-9
    }
}
