//! Children -> node, unit by unit: the one kernel of every mean, for quarters of practices and for rows alike.
//!
//! Not here: what compares units with each other (`across`), and the walk up the tree (`score`).

use super::across;
use super::cells::Points;
use crate::define::framework::{Mean, Penalty, Spread};
use crate::stats;

/// A child that does not apply is not there; one without an estimate gives its weight to its siblings in the
/// estimate alone, if what is left is at least `minimum` of the weight that applies. All means treat a missing child
/// alike.
///
/// Floor and ceiling are those of the children where the mean cannot fall when a child rises. Elsewhere they are the
/// estimate where nothing is missing, and unknown (NaN) where something is.
pub(super) fn combine(mean: Mean, children: &[(f64, &Points)], n: usize, minimum: f64) -> Points {
    let mut out = Points::with_capacity(n);
    out.ends = ends(children);
    let mut parts: Vec<(f64, f64)> = Vec::with_capacity(children.len());
    let (worst, best) = out.ends;
    // An internal mean leaves the ends of its children by rounding alone.
    let within = |x: f64| if mean.is_internal() && worst <= best { x.clamp(worst, best) } else { x };
    for u in 0..n {
        let mut of = |column: fn(&Points) -> &[f64], mean: Mean| {
            parts.clear();
            let present = children.iter().filter(|(_, p)| p.applies[u]).map(|(w, p)| (*w, column(p)[u]));
            parts.extend(present.filter(|(_, x)| !x.is_nan()));
            kernel(mean, &parts)
        };
        let answered = of(|p| &p.answered, Mean::Arithmetic).unwrap_or(0.0).min(1.0);
        let state = state(children, u);
        let enough = state.present >= minimum * state.applicable * (1.0 - 1e-12);
        let estimate = if !enough || mean.compares_units() {
            f64::NAN
        } else {
            of(|p| &p.estimate, mean).map_or(f64::NAN, within)
        };
        let (low, high) = if state.applicable <= 0.0 {
            (worst, f64::NAN)
        } else if !state.bounded {
            (f64::NAN, f64::NAN)
        } else if mean.is_monotone() {
            let low = of(|p| &p.low, mean).map_or(f64::NAN, within);
            (low, of(|p| &p.high, mean).map_or(f64::NAN, within))
        } else if state.complete {
            (estimate, estimate)
        } else {
            (f64::NAN, f64::NAN)
        };
        out.push(state.applicable > 0.0, low, high, estimate, answered);
    }
    if mean.compares_units() {
        across::fill(mean, children, minimum, &mut out);
    } else if !mean.is_internal() {
        out.ends = stretched(out.ends, &out.estimate);
    }
    out
}

/// What a unit has of the children that apply to it.
pub(super) struct State {
    /// Weight of the children that apply, and of those with an estimate.
    pub applicable: f64,
    pub present: f64,
    /// Whether every child has a floor, and whether it is also the ceiling.
    pub bounded: bool,
    pub complete: bool,
}

pub(super) fn state(children: &[(f64, &Points)], u: usize) -> State {
    let mut s = State { applicable: 0.0, present: 0.0, bounded: true, complete: true };
    for (w, p) in children.iter().filter(|(_, p)| p.applies[u]) {
        s.applicable += w;
        s.present += if p.estimate[u].is_nan() { 0.0 } else { *w };
        s.bounded &= !p.low[u].is_nan();
        s.complete &= p.low[u] == p.high[u];
    }
    s
}

fn ends(children: &[(f64, &Points)]) -> (f64, f64) {
    let of = children.iter().map(|(_, p)| p.ends);
    of.fold((f64::NAN, f64::NAN), |a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// Ends that also hold `values`.
pub(super) fn stretched(ends: (f64, f64), values: &[f64]) -> (f64, f64) {
    values.iter().fold(ends, |e, x| (e.0.min(*x), e.1.max(*x)))
}

/// One unit's children as (weight, points) to its points. `None` when none has weight, or the mean has no value for
/// them (a penalty on a mean of zero or less).
pub(super) fn kernel(mean: Mean, parts: &[(f64, f64)]) -> Option<f64> {
    let extreme = |pick: fn(f64, f64) -> f64| parts.iter().map(|(_, x)| *x).reduce(pick);
    match mean {
        Mean::Arithmetic => stats::arithmetic(parts),
        Mean::Geometric => stats::geometric(parts),
        Mean::Harmonic => stats::harmonic(parts),
        Mean::Minimum => extreme(f64::min),
        Mean::Maximum => extreme(f64::max),
        Mean::Power { p } => power(parts, p),
        Mean::Penalised { penalty, spread } => penalised(parts, penalty, spread),
        Mean::MeanMinimum { alpha, beta } => {
            let gap = stats::arithmetic(parts)? - extreme(f64::min)?;
            Some(stats::arithmetic(parts)? - alpha * (gap.hypot(beta) - beta))
        }
        Mean::Best { of } => ordered(parts, of, |a, b| b.total_cmp(&a)),
        Mean::Worst { of } => ordered(parts, of, |a, b| a.total_cmp(&b)),
        // Filled in from all units together.
        _ => None,
    }
}

/// (Sum of w x^p over sum of w)^(1/p), by limit where p is 0 or a part is 0 and p is negative (OECD/JRC 2008, 6.2).
fn power(parts: &[(f64, f64)], p: f64) -> Option<f64> {
    if p == 0.0 {
        return stats::geometric(parts);
    }
    if p < 0.0 && parts.iter().any(|(w, x)| *w > 0.0 && *x <= 0.0) {
        return Some(0.0);
    }
    let largest = parts.iter().map(|(_, x)| x.abs()).fold(0.0, f64::max);
    if largest == 0.0 {
        return stats::arithmetic(parts);
    }
    // Of shares of the largest, so that a high power does not overflow.
    let powers: Vec<(f64, f64)> = parts.iter().map(|(w, x)| (*w, (x / largest).powf(p))).collect();
    Some(stats::arithmetic(&powers)?.powf(1.0 / p) * largest)
}

/// M -/+ S^2 / M (Mazziotta and Pareto, Social Indicators Research 127 (2016) 983-1003). The two signs differ, and
/// nothing is rounded.
fn penalised(parts: &[(f64, f64)], penalty: Penalty, spread: Spread) -> Option<f64> {
    let m = stats::arithmetic(parts)?;
    let squares: Vec<(f64, f64)> = parts.iter().map(|(w, x)| (*w, (x - m) * (x - m))).collect();
    let n = parts.iter().filter(|(w, _)| *w > 0.0).count() as f64;
    let correction = if spread == Spread::Sample && n > 1.0 { n / (n - 1.0) } else { 1.0 };
    let variance = stats::arithmetic(&squares)? * correction;
    if variance == 0.0 {
        return Some(m);
    }
    let cost = (m > 0.0).then(|| variance / m)?;
    Some(if penalty == Penalty::Downward { m - cost } else { m + cost })
}

/// Mean of the first `of` parts in order (ordered weighted averaging, Yager 1988).
fn ordered(parts: &[(f64, f64)], of: u32, order: fn(f64, f64) -> std::cmp::Ordering) -> Option<f64> {
    let mut sorted: Vec<(f64, f64)> = parts.to_vec();
    sorted.sort_by(|a, b| order(a.1, b.1));
    sorted.truncate(of as usize);
    stats::arithmetic(&sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() < 1e-12)
    }

    #[test]
    fn power_means_of_one_two_three() {
        let parts = [(2.0, 1.0), (1.0, 2.0), (1.0, 3.0)];
        assert!(near(power(&parts, 2.0), (15.0f64 / 4.0).sqrt()));
        assert!(near(power(&parts, 1.0), 1.75));
        assert!(near(power(&parts, -1.0), 4.0 / (2.0 + 0.5 + 1.0 / 3.0)));
        assert!(near(power(&parts, 0.0), stats::geometric(&parts).expect("some")));
        assert!(near(power(&[(1.0, 0.0), (1.0, 4.0), (1.0, 9.0)], 0.5), 25.0 / 9.0));
        assert!(near(power(&[(1.0, 0.0), (1.0, 4.0)], -1.0), 0.0), "by limit");
        assert!(near(power(&[(1.0, 1e300), (1.0, 1e300)], 3.0), 1e300), "no overflow");
    }

    #[test]
    fn penalties_differ_by_sign_and_vanish_without_spread() {
        let parts = [(1.0, 90.0), (1.0, 110.0)];
        let of = |p, s| penalised(&parts, p, s);
        assert!(near(of(Penalty::Downward, Spread::Population), 99.0));
        assert!(near(of(Penalty::Upward, Spread::Population), 101.0));
        assert!(near(of(Penalty::Downward, Spread::Sample), 98.0));
        assert!(near(penalised(&[(1.0, 0.0), (1.0, 0.0)], Penalty::Downward, Spread::Sample), 0.0));
    }

    #[test]
    fn best_and_worst_bracket_the_mean() {
        let parts = [(1.0, 10.0), (1.0, 40.0), (1.0, 70.0)];
        assert!(near(kernel(Mean::Best { of: 2 }, &parts), 55.0));
        assert!(near(kernel(Mean::Worst { of: 2 }, &parts), 25.0));
        assert!(near(kernel(Mean::MeanMinimum { alpha: 1.0, beta: 0.0 }, &parts), 10.0));
        assert_eq!((kernel(Mean::Minimum, &parts), kernel(Mean::Maximum, &parts)), (Some(10.0), Some(70.0)));
    }
}
