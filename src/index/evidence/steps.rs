//! Steps of one supplier: a trace that turns against the practices of one system at once is a fault of the data, and so
//! is a count that falls to nothing there and nowhere else.

use super::super::observe::Seen;
use super::super::units::{Quarter, Units};
use super::trace::Verdict;
use crate::define::framework::{Framework, Indicator, KnownBy, SupplierSteps, UnitKind};
use crate::diag::{Diagnostic, Place};
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

/// Holds what was counted of the practices of a supplier that stepped alone: the figures of that quarter are withheld,
/// so the floor counts nothing for them, the ceiling everything, and the estimate leaves them out.
pub(super) fn hold_counts(
    framework: &Framework,
    units: &Units,
    systems: &[Systems],
    observed: &mut [Seen],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(rule) = framework.evidence.as_ref().and_then(|e| e.supplier_steps.as_ref()) else { return };
    let measured = |x: &Indicator| x.evidence.as_ref().is_some_and(|e| e.known_by == KnownBy::Measured);
    let of = framework.indicators.iter().enumerate();
    for (i, x) in of.filter(|(_, x)| x.unit == UnitKind::Practice && measured(x)) {
        // whether nothing was counted, by practice, in the last quarter that is not held
        let mut before: BTreeMap<u32, bool> = BTreeMap::new();
        for ((quarter, systems), seen) in units.quarters.iter().zip(systems).zip(observed.iter_mut()) {
            let Some(cells) = &mut seen[i] else { continue };
            let nothing: Vec<bool> =
                (0..cells.value.len()).map(|u| cells.absence[u].is_none() && cells.value[u] <= 0.0).collect();
            let rows = quarter.unit.iter().enumerate();
            let pairs =
                rows.filter_map(|(row, u)| Some((systems[row].as_deref()?, *before.get(u)?, nothing[row])));
            let held = stepped(rule, pairs);
            for h in &held {
                let message = format!(
                    "`{}` fell to nothing at {:.0} % of the practices on {} ({:.0} % the quarter before) and at no \
                     others: held, not scored",
                    x.id,
                    100.0 * h.now,
                    h.supplier,
                    100.0 * h.before,
                );
                let key = format!("{} {}", quarter.period, h.supplier);
                let place = Place::Key { dataset: "indicator_values".to_owned(), key };
                diagnostics.push(Diagnostic::new("SUPPLIER_STEP", place, message).times(h.practices));
            }
            for (row, &u) in quarter.unit.iter().enumerate() {
                let is_held = |h: &Held| systems[row].as_deref() == Some(h.supplier.as_str());
                if !held.iter().any(is_held) {
                    before.insert(u, nothing[row]);
                } else if cells.absence[row].is_none() {
                    cells.withhold(row);
                }
            }
        }
    }
}
