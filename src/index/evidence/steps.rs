//! Steps of one supplier: a trace that turns against the practices of one system at once is a fault of the data. What is
//! counted of practices is held in `index::steps`.

use super::super::units::Quarter;
use super::trace::Verdict;
use crate::define::framework::SupplierSteps;
use std::collections::BTreeMap;

/// The system of each practice of a quarter, in its order.
pub(super) type Systems = Vec<Option<String>>;

/// A supplier whose trace is held in a quarter.
#[derive(Debug)]
pub(super) struct Held {
    pub supplier: String,
    pub practices: u64,
    /// Shares of contradicted or silent practices, the quarter before and now.
    pub before: f64,
    pub now: f64,
}

/// Bad practices of all practices, before and now.
#[derive(Clone, Copy, Default)]
struct Share {
    all: u32,
    before: u32,
    now: u32,
}

impl Share {
    fn add(&mut self, before: bool, now: bool) {
        self.all += 1;
        self.before += u32::from(before);
        self.now += u32::from(now);
    }

    fn of(self, bad: u32) -> f64 {
        f64::from(bad) / f64::from(self.all.max(1))
    }

    fn rise(self) -> f64 {
        self.of(self.now) - self.of(self.before)
    }
}

/// Whether a practice without support is counted: what the trace does not say, it cannot take back.
fn bad(v: Verdict) -> bool {
    matches!(v, Verdict::Contradicts | Verdict::Silent)
}

/// Verdicts of the quarter before, by practice.
pub(super) type Before = BTreeMap<u32, Verdict>;

/// The suppliers whose trace to hold.
pub(super) fn held(
    rule: &SupplierSteps,
    quarter: &Quarter,
    systems: &Systems,
    before: &Before,
    now: &[Verdict],
) -> Vec<Held> {
    let rows = quarter.unit.iter().enumerate();
    let pairs =
        rows.filter_map(|(row, u)| Some((systems[row].as_deref()?, bad(*before.get(u)?), bad(now[row]))));
    stepped(rule, pairs)
}

/// Suppliers that stepped alone, of (supplier, bad before, bad now) of the practices that are in both quarters.
fn stepped<'s>(rule: &SupplierSteps, pairs: impl Iterator<Item = (&'s str, bool, bool)>) -> Vec<Held> {
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    let mut all = Share::default();
    for (system, was, is) in pairs {
        shares.entry(system).or_default().add(was, is);
        all.add(was, is);
    }
    let mut out = Vec::new();
    for (system, s) in &shares {
        let others = Share { all: all.all - s.all, before: all.before - s.before, now: all.now - s.now };
        let enough = s.all >= rule.minimum_practices && others.all >= rule.minimum_practices;
        if enough && s.rise() >= rule.step && others.rise().abs() <= rule.elsewhere {
            out.push(Held {
                supplier: (*system).to_owned(),
                practices: u64::from(s.all),
                before: s.of(s.before),
                now: s.of(s.now),
            });
        }
    }
    out
}
