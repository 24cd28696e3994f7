//! Steps of one supplier: a figure that jumps in one quarter at the practices of one supplier and nowhere else is a fault
//! of the data, held and not scored as change.
//!
//! **What is compared** (own method). Of each indicator that practices are measured on: the mean change in points from
//! the quarter before, at the practices that have one supplier in both, against that at the practices of all others.
//! The step is held if it is large, that of the others is small, and the two differ by more than chance would make them
//! (`z`, the difference over its standard error with practices independent, so that it is a least condition and no
//! proof). If the others step the same way, the country has stepped and nothing is held.
//!
//! **What holding does.** The figures of the supplier's practices become withheld: the floor counts nothing for them,
//! the ceiling everything, the estimate leaves them out. The quarter before stays the measure until the step is taken
//! back; what stands for as many quarters as the rule says is taken for how it is. What practices say of
//! themselves is left alone: of that no supplier makes the extract.

use super::IndexError;
use super::column::days_of;
use super::observe::Seen;
use super::units::{Quarter, Units};
use crate::define::framework::{Framework, Indicator, KnownBy, StepRule, UnitKind, provider_column};
use crate::diag::{Diagnostic, Place};
use crate::frames::Grown;
use crate::model::Provenance;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    /// A fault of the data.
    Held,
    /// The others step too.
    National,
    /// Held so long that it is how it is.
    Accepted,
    None,
}

impl Decision {
    fn as_str(self) -> &'static str {
        match self {
            Decision::Held => "held",
            Decision::National => "national",
            Decision::Accepted => "accepted",
            Decision::None => "none",
        }
    }
}

/// Count, sum and sum of squares of changes.
#[derive(Clone, Copy, Default)]
struct Changes {
    n: u32,
    sum: f64,
    squares: f64,
}

impl Changes {
    fn add(&mut self, change: f64) {
        self.n += 1;
        self.sum += change;
        self.squares += change * change;
    }

    fn less(self, other: Changes) -> Changes {
        Changes { n: self.n - other.n, sum: self.sum - other.sum, squares: self.squares - other.squares }
    }

    fn mean(self) -> f64 {
        self.sum / f64::from(self.n.max(1))
    }

    /// Square of the standard error of the mean.
    fn error2(self) -> f64 {
        let n = f64::from(self.n.max(2));
        (self.squares - n * self.mean() * self.mean()).max(0.0) / (n - 1.0) / n
    }
}

/// One supplier on one indicator in one quarter.
struct Step<'a> {
    supplier: &'a str,
    own: Changes,
    others: Changes,
    z: Option<f64>,
    decision: Decision,
}

/// Holds what is to be held and returns the table `supplier_steps`; `None` where the framework has no rule.
pub(super) fn hold(
    framework: &Framework,
    units: &Units,
    practices: &DataFrame,
    observed: &mut [Seen],
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<DataFrame>, IndexError> {
    let Some(rule) = framework.providers.as_ref().and_then(|p| p.steps.as_ref()) else { return Ok(None) };
    let suppliers = units.words(practices, &provider_column(&rule.kind));
    let measured = |x: &Indicator| {
        x.unit == UnitKind::Practice && x.evidence.as_ref().is_none_or(|e| e.known_by == KnownBy::Measured)
    };
    let mut t = Grown::default();
    for (i, x) in framework.indicators.iter().enumerate().filter(|(_, x)| measured(x)) {
        // points and supplier of each practice in the last quarter that is not held
        let mut before: BTreeMap<u32, (f64, &str)> = BTreeMap::new();
        let mut in_a_row: BTreeMap<&str, u32> = BTreeMap::new();
        for ((quarter, suppliers), seen) in units.quarters.iter().zip(&suppliers).zip(observed.iter_mut()) {
            let Some(cells) = &mut seen[i] else { continue };
            let now: Vec<f64> = (0..cells.value.len())
                .map(|u| if cells.absence[u].is_none() { cells.points.estimate[u] } else { f64::NAN })
                .collect();
            let mut steps = steps(rule, quarter, suppliers, &before, &now);
            for s in &mut steps {
                let run = in_a_row.entry(s.supplier).or_default();
                *run = if s.decision == Decision::Held { *run + 1 } else { 0 };
                if *run > rule.quarters {
                    (s.decision, *run) = (Decision::Accepted, 0);
                }
                if s.decision == Decision::Held {
                    diagnostics.push(told(x, quarter, s));
                }
            }
            for (row, &u) in quarter.unit.iter().enumerate() {
                let Some(supplier) = suppliers[row].as_deref() else { continue };
                let held = steps.iter().any(|s| s.supplier == supplier && s.decision == Decision::Held);
                if held && cells.absence[row].is_none() {
                    cells.withhold(row);
                } else if !held && now[row].is_finite() {
                    before.insert(u, (now[row], supplier));
                }
            }
            push(&mut t, rule, &x.id, quarter, cells.provenance, &steps);
        }
    }
    Ok(Some(t.finish()?))
}

/// Every supplier with enough practices in both quarters, in the order of names.
fn steps<'s>(
    rule: &StepRule,
    quarter: &Quarter,
    suppliers: &'s [Option<String>],
    before: &BTreeMap<u32, (f64, &str)>,
    now: &[f64],
) -> Vec<Step<'s>> {
    let (mut of, mut all): (BTreeMap<&str, Changes>, Changes) = (BTreeMap::new(), Changes::default());
    for (row, u) in quarter.unit.iter().enumerate() {
        let (Some(supplier), Some((was, then))) = (suppliers[row].as_deref(), before.get(u)) else {
            continue;
        };
        if supplier == *then && now[row].is_finite() {
            of.entry(supplier).or_default().add(now[row] - was);
            all.add(now[row] - was);
        }
    }
    let enough = |c: Changes| c.n >= rule.minimum_practices.max(2);
    let pairs = of.into_iter().map(|(supplier, own)| (supplier, own, all.less(own)));
    pairs
        .filter(|(_, own, others)| enough(*own) && enough(*others))
        .map(|(supplier, own, others)| {
            let error = (own.error2() + others.error2()).sqrt();
            let z = (error > 0.0).then(|| (own.mean() - others.mean()) / error);
            Step { supplier, own, others, z, decision: decide(rule, own, others, z) }
        })
        .collect()
}

fn decide(rule: &StepRule, own: Changes, others: Changes, z: Option<f64>) -> Decision {
    let (own, others) = (own.mean(), others.mean());
    if own.abs() < rule.step {
        Decision::None
    } else if others.abs() > rule.elsewhere {
        if own.signum() == others.signum() { Decision::National } else { Decision::None }
    } else if z.is_none_or(|z| z.abs() >= rule.z) {
        Decision::Held
    } else {
        Decision::None
    }
}

fn told(x: &Indicator, quarter: &Quarter, s: &Step<'_>) -> Diagnostic {
    let message = format!(
        "`{}` moved by {:+.1} points at the practices on {} and by {:+.1} at all others: held, not scored",
        x.id,
        s.own.mean(),
        s.supplier,
        s.others.mean(),
    );
    let key = format!("{} {}", quarter.period, s.supplier);
    let place = Place::Key { dataset: "indicator_values".to_owned(), key };
    Diagnostic::new("SUPPLIER_STEP", place, message).times(u64::from(s.own.n))
}

fn push(
    t: &mut Grown<'_>,
    rule: &StepRule,
    indicator: &str,
    quarter: &Quarter,
    provenance: Provenance,
    steps: &[Step<'_>],
) {
    let n = steps.len();
    t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), n));
    t.owned("period_label", steps.iter().map(|_| Some(quarter.period.label())));
    t.owned("kind", steps.iter().map(|_| Some(rule.kind.clone())));
    t.owned("provider", steps.iter().map(|s| Some(s.supplier.to_owned())));
    t.owned("measure", steps.iter().map(|_| Some(indicator.to_owned())));
    t.wholes("practices", steps.iter().map(|s| Some(i64::from(s.own.n))));
    t.wholes("others", steps.iter().map(|s| Some(i64::from(s.others.n))));
    t.numbers("step", steps.iter().map(|s| Some(s.own.mean())));
    t.numbers("step_others", steps.iter().map(|s| Some(s.others.mean())));
    t.numbers("z", steps.iter().map(|s| s.z));
    t.owned("decision", steps.iter().map(|s| Some(s.decision.as_str().to_owned())));
    let worst = quarter.worst_provenance().worst(provenance);
    t.owned("provenance", steps.iter().map(|_| Some(worst.as_str().to_owned())));
}
