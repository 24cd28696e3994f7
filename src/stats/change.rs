//! Why a score changed, in closed form. Every division here is exact: the parts sum to the change.

use super::interval::{Interval, deviate};
use super::sum::Sum;

fn total(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().value()
}

fn shares(weights: &[f64]) -> Option<Vec<f64>> {
    let sum = total(weights.iter().copied());
    let sound = weights.iter().all(|w| *w >= 0.0) && sum > 0.0 && sum.is_finite();
    sound.then(|| weights.iter().map(|w| w / sum).collect())
}

/// Change of a weighted arithmetic mean: for each indicator `(w0 + w1)/2 (x1 - x0)`, and for all weights
/// together `sum (x0 + x1)/2 (w1 - w0)`, with weights normalised. These are the Shapley values with the
/// weights as one player. `None` for slices of different length, a weight below 0, no weight at all, or a
/// value that is not finite.
pub fn arithmetic(x0: &[f64], x1: &[f64], w0: &[f64], w1: &[f64]) -> Option<(Vec<f64>, f64)> {
    let n = x0.len();
    if [x1.len(), w0.len(), w1.len()] != [n; 3] || x0.iter().chain(x1).any(|x| !x.is_finite()) {
        return None;
    }
    let (w0, w1) = (shares(w0)?, shares(w1)?);
    let values = (0..n).map(|i| 0.5 * (w0[i] + w1[i]) * (x1[i] - x0[i])).collect();
    Some((values, total((0..n).map(|i| 0.5 * (x0[i] + x1[i]) * (w1[i] - w0[i])))))
}

/// The logarithmic mean `(a - b)/ln(a/b)`, a itself when both are equal.
fn logarithmic_mean(a: f64, b: f64) -> f64 {
    let r = (a - b) / b;
    // ln(1 + r)/r loses its digits near 0; its series does not.
    if r.abs() < 1e-5 { b * (1.0 + r / 2.0 - r * r / 12.0) } else { (a - b) / (a / b).ln() }
}

/// Change of a weighted geometric mean by the logarithmic mean Divisia index: `L(y1, y0) w ln(x1/x0)` (Ang,
/// Energy Policy 33 (2005) 867-871). `None` for slices of different length, wrong weights, or a value that is
/// not above 0: a zero has no logarithm, and its effect is for the Shapley values to divide.
pub fn geometric(x0: &[f64], x1: &[f64], w: &[f64]) -> Option<Vec<f64>> {
    let sound = x0.iter().chain(x1).all(|x| *x > 0.0 && x.is_finite());
    if !sound || [x1.len(), w.len()] != [x0.len(); 2] {
        return None;
    }
    let w = shares(w)?;
    let mean = |x: &[f64]| total(w.iter().zip(x).map(|(w, x)| w * x.ln())).exp();
    let level = logarithmic_mean(mean(x1), mean(x0));
    Some((0..x0.len()).map(|i| level * w[i] * (x1[i] / x0[i]).ln()).collect())
}

/// One practice at two times: list size and score, `None` where it was not there (or not scored).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    pub before: Option<(f64, f64)>,
    pub after: Option<(f64, f64)>,
}

/// Why an area's weighted mean changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaChange {
    pub start: f64,
    pub end: f64,
    /// Practices that stayed changed their scores: `sum (s0 + s1)/2 (x1 - x0)`, s their shares of the list.
    pub within: f64,
    /// Practices that stayed grew or shrank: `sum ((x0 + x1)/2 - (M0 + M1)/2)(s1 - s0)`.
    pub mix: f64,
    /// Practices came: the area's score less that of those that stayed.
    pub entry: f64,
    /// Practices left: the score of those that stayed less the area's.
    pub exit: f64,
}

/// The division of an area's change over its practices, in any order; merged practices are to be joined
/// first, or they show as exit and entry. `None` when no practice with a list stayed, or a list is not 0 or
/// more or a number not finite.
pub fn area_change(practices: &[Passage]) -> Option<AreaChange> {
    let all = || practices.iter().flat_map(|p| [p.before, p.after]).flatten();
    if all().any(|(w, x)| w.is_nan() || w < 0.0 || !w.is_finite() || !x.is_finite()) {
        return None;
    }
    let here = |p: &Option<(f64, f64)>| p.filter(|(w, _)| *w > 0.0);
    let mean = |of: &[(f64, f64)]| {
        let weight = total(of.iter().map(|o| o.0));
        (total(of.iter().map(|(w, x)| w * x)) / weight, weight)
    };
    let side = |pick: fn(&Passage) -> Option<(f64, f64)>| -> Vec<(f64, f64)> {
        practices.iter().filter_map(|p| here(&pick(p))).collect()
    };
    let stayed: Vec<((f64, f64), (f64, f64))> =
        practices.iter().filter_map(|p| here(&p.before).zip(here(&p.after))).collect();
    if stayed.is_empty() {
        return None;
    }
    let (start, _) = mean(&side(|p| p.before));
    let (end, _) = mean(&side(|p| p.after));
    let (m0, list0) = mean(&stayed.iter().map(|s| s.0).collect::<Vec<_>>());
    let (m1, list1) = mean(&stayed.iter().map(|s| s.1).collect::<Vec<_>>());
    let over = |f: &dyn Fn(f64, f64, f64, f64) -> f64| {
        total(stayed.iter().map(|((w0, x0), (w1, x1))| f(w0 / list0, *x0, w1 / list1, *x1)))
    };
    Some(AreaChange {
        start,
        end,
        within: over(&|s0, x0, s1, x1| 0.5 * (s0 + s1) * (x1 - x0)),
        mix: over(&|s0, x0, s1, x1| (0.5 * (x0 + x1) - 0.5 * (m0 + m1)) * (s1 - s0)),
        entry: end - m1,
        exit: m0 - start,
    })
}

/// A change between two estimates, with limits of `sqrt(v0 + v1 - 2 cov)`: the covariance of samples that
/// overlap narrows them. Pairs of value and variance. `None` for a variance below 0, a covariance that the
/// two cannot have, a number that is not finite, or a level outside 0 to 1.
pub fn paired_difference(
    before: (f64, f64),
    after: (f64, f64),
    covariance: f64,
    confidence: f64,
) -> Option<(f64, Interval)> {
    let (v0, v1) = (before.1, after.1);
    let possible = v0 >= 0.0 && v1 >= 0.0 && covariance.abs() <= (v0 * v1).sqrt() * (1.0 + 1e-12);
    let half = deviate(confidence)? * (v0 + v1 - 2.0 * covariance).max(0.0).sqrt();
    let change = after.0 - before.0;
    (possible && half.is_finite() && change.is_finite())
        .then(|| (change, Interval::new(change - half, change + half)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_changed_is_nobodys_doing() {
        let x = [30.0, 60.0];
        assert_eq!(arithmetic(&x, &x, &[1.0, 2.0], &[2.0, 4.0]), Some((vec![0.0, 0.0], 0.0)));
        assert_eq!(geometric(&x, &x, &[1.0, 2.0]), Some(vec![0.0, 0.0]));
    }

    #[test]
    fn a_zero_or_missing_weights_are_not_divided() {
        assert_eq!(geometric(&[0.0, 1.0], &[1.0, 1.0], &[1.0, 1.0]), None);
        assert_eq!(arithmetic(&[1.0], &[1.0], &[0.0], &[1.0]), None);
        assert_eq!(arithmetic(&[1.0], &[1.0, 2.0], &[1.0], &[1.0]), None);
        let gone = Passage { before: Some((5.0, 1.0)), after: None };
        let empty = Passage { before: Some((5.0, 1.0)), after: Some((0.0, 1.0)) };
        assert_eq!((area_change(&[gone]), area_change(&[empty]), area_change(&[])), (None, None, None));
    }

    #[test]
    fn the_same_people_asked_twice_make_a_change_surer() {
        let width = |cov| {
            let (d, i) = paired_difference((50.0, 4.0), (53.0, 9.0), cov, 0.95).expect("sound");
            assert_eq!(d, 3.0);
            i.high - i.low
        };
        assert!((width(0.0) / width(4.5) - (13.0f64 / 4.0).sqrt()).abs() < 1e-12);
        assert_eq!(paired_difference((50.0, 4.0), (53.0, 9.0), 6.5, 0.95), None, "more than they can share");
        assert_eq!(paired_difference((50.0, -4.0), (53.0, 9.0), 0.0, 0.95), None);
        assert_eq!(paired_difference((50.0, 4.0), (f64::NAN, 9.0), 0.0, 0.95), None);
    }

    #[test]
    fn the_logarithmic_mean_is_smooth_where_both_are_equal() {
        for b in [1.0 + 1e-5, 1.0 + 9e-6, 1.0 - 1e-4, 1.0] {
            let want = (1.0 + b) / 2.0 - (1.0 - b) * (1.0 - b) / 12.0;
            assert!((logarithmic_mean(b, 1.0) - want).abs() < 1e-11, "{b}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_change(
            raw in prop::collection::vec((1.0..99.0f64, 1.0..99.0f64, 0.1..5.0f64, 0.1..5.0f64), 1..9)
        ) {
            let column = |f: fn(&(f64, f64, f64, f64)) -> f64| raw.iter().map(f).collect::<Vec<_>>();
            let (x0, x1, w0, w1) = (column(|r| r.0), column(|r| r.1), column(|r| r.2), column(|r| r.3));
            let mean = |x: &[f64], w: &[f64], f: fn(f64) -> f64| {
                x.iter().zip(w).map(|(x, w)| w * f(*x)).sum::<f64>() / w.iter().sum::<f64>()
            };
            let (parts, weights) = arithmetic(&x0, &x1, &w0, &w1).expect("sound");
            let change = mean(&x1, &w1, |x| x) - mean(&x0, &w0, |x| x);
            prop_assert!((parts.iter().sum::<f64>() + weights - change).abs() < 1e-11);
            let parts = geometric(&x0, &x1, &w0).expect("sound");
            let change = mean(&x1, &w0, f64::ln).exp() - mean(&x0, &w0, f64::ln).exp();
            prop_assert!((parts.iter().sum::<f64>() - change).abs() < 1e-11);
        }

        #[test]
        fn within_mix_entry_and_exit_sum_to_the_change(
            raw in prop::collection::vec(
                (prop::option::of((1.0..9e3f64, 0.0..100.0f64)), prop::option::of((1.0..9e3f64, 0.0..100.0f64))),
                1..12
            )
        ) {
            let practices: Vec<Passage> =
                raw.iter().map(|(before, after)| Passage { before: *before, after: *after }).collect();
            let Some(c) = area_change(&practices) else {
                prop_assert!(raw.iter().all(|(a, b)| a.is_none() || b.is_none()));
                return Ok(());
            };
            prop_assert!((c.within + c.mix + c.entry + c.exit - (c.end - c.start)).abs() < 1e-9);
        }
    }
}
