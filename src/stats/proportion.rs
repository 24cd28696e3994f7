//! Proportions: x of n, with limits.
//!
//! Wilson's score limits (J. Am. Stat. Assoc. 22 (1927) 209-212) are those of every proportion here: they
//! never leave 0 to 1 and are right for none and for all of a small n. Numbers of people answering a survey
//! may be weighted, so x and n need not be whole. Every function is `None` when n is 0 or less, x lies
//! outside 0 to n, a number is not finite, or the level lies outside 0 to 1: a proportion of nothing is
//! missing, not 0.

use super::distribution::beta_quantile;
use super::interval::{Interval, deviate};

fn sound(x: f64, n: f64) -> Option<()> {
    (n > 0.0 && n.is_finite() && (0.0..=n).contains(&x)).then_some(())
}

/// `(2x + z^2 -/+ z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2))`. The lower limit of none is exactly 0 and the
/// upper limit of all exactly 1.
pub fn wilson(x: f64, n: f64, confidence: f64) -> Option<Interval> {
    sound(x, n)?;
    Some(score_limits(x, n, deviate(confidence)?))
}

fn score_limits(x: f64, n: f64, z: f64) -> Interval {
    let root = z * (z * z + 4.0 * x * (1.0 - x / n)).sqrt();
    let (middle, below) = (2.0 * x + z * z, 2.0 * (n + z * z));
    let low = if x <= 0.0 { 0.0 } else { ((middle - root) / below).max(0.0) };
    let high = if x >= n { 1.0 } else { ((middle + root) / below).min(1.0) };
    Interval::new(low, high)
}

/// Wilson's limits when n of a finite number of people were asked: the variance shrinks by 1 - n/N, which is
/// the same as asking n/(1 - n/N) of an endless number (O'Neill 2021). Everybody asked leaves
/// no doubt. `None` also when fewer are there than were asked.
pub fn wilson_finite(x: f64, n: f64, population: f64, confidence: f64) -> Option<Interval> {
    sound(x, n)?;
    let z = deviate(confidence)?;
    if !population.is_finite() || population < n {
        return None;
    }
    let (p, left) = (x / n, 1.0 - n / population);
    if left == 0.0 {
        return Some(Interval::new(p, p));
    }
    Some(score_limits(x / left, n / left, z))
}

/// Kish's effective number of answers under weights: `(sum w)^2 / sum w^2` (Survey Sampling, 1965),
/// divided by a further design effect such as that of clustering. `None` when no weight is above 0, one is
/// below 0 or not finite, or the effect is not above 0.
pub fn effective_size(weights: &[f64], design_effect: f64) -> Option<f64> {
    let sound = weights.iter().all(|w| *w >= 0.0 && w.is_finite()) && design_effect > 0.0;
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
    (sound && squares > 0.0 && design_effect.is_finite()).then(|| sum * sum / squares / design_effect)
}

/// The share of answers that are yes under weights, with Wilson's limits on their effective number. Pairs of
/// weight and answer. `None` as for [`effective_size`].
pub fn wilson_weighted(
    answers: &[(f64, bool)],
    design_effect: f64,
    confidence: f64,
) -> Option<(f64, Interval)> {
    let n = effective_size(&answers.iter().map(|a| a.0).collect::<Vec<_>>(), design_effect)?;
    let (yes, no) =
        answers.iter().fold((0.0, 0.0), |(y, n), (w, a)| if *a { (y + w, n) } else { (y, n + w) });
    let p = yes / (yes + no);
    Some((p, wilson(p * n, n, confidence)?))
}

/// Clopper and Pearson's exact limits (Biometrika 26 (1934) 404-413), which hold their level at the least and
/// are wider than Wilson's.
pub fn clopper_pearson(x: f64, n: f64, confidence: f64) -> Option<Interval> {
    sound(x, n)?;
    deviate(confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    let low = if x <= 0.0 { 0.0 } else { beta_quantile(tail, x, n - x + 1.0) };
    let high = if x >= n { 1.0 } else { beta_quantile(1.0 - tail, x + 1.0, n - x) };
    Some(Interval::new(low, high))
}

/// Equal-tailed limits of the posterior Beta(a + x, b + n - x) under a prior Beta(a, b); (0.5, 0.5) is
/// Jeffreys' and (1, 1) the uniform one. As usual with Jeffreys' prior, none has the lower limit 0 and all
/// the upper limit 1 (Brown, Cai and DasGupta, Stat. Sci. 16 (2001) 101-133). `None` also when the prior is
/// not above 0.
pub fn posterior(x: f64, n: f64, prior: (f64, f64), confidence: f64) -> Option<Interval> {
    sound(x, n)?;
    deviate(confidence)?;
    if !(prior.0 > 0.0 && prior.1 > 0.0) {
        return None;
    }
    let tail = 0.5 * (1.0 - confidence);
    let (a, b) = (x + prior.0, n - x + prior.1);
    let low = if x <= 0.0 { 0.0 } else { beta_quantile(tail, a, b) };
    let high = if x >= n { 1.0 } else { beta_quantile(1.0 - tail, a, b) };
    Some(Interval::new(low, high))
}

/// The difference p1 - p2 of two independent proportions, with limits from Wilson's of each: Newcombe's
/// method 10 (Stat. Med. 17 (1998) 873-890).
pub fn difference(first: (f64, f64), second: (f64, f64), confidence: f64) -> Option<(f64, Interval)> {
    let (one, two) = (wilson(first.0, first.1, confidence)?, wilson(second.0, second.1, confidence)?);
    let (p, q) = (first.0 / first.1, second.0 / second.1);
    let low = p - q - (p - one.low).hypot(two.high - q);
    let high = p - q + (one.high - p).hypot(q - two.low);
    Some((p - q, Interval::new(low.max(-1.0), high.min(1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_proportion_of_nothing_is_missing() {
        for (x, n) in [(0.0, 0.0), (1.0, 0.0), (5.0, 4.0), (-1.0, 4.0), (f64::NAN, 4.0), (1.0, f64::INFINITY)]
        {
            assert_eq!(wilson(x, n, 0.95), None, "{x} of {n}");
            assert_eq!(difference((x, n), (1.0, 2.0), 0.95), None, "{x} of {n}");
        }
        assert_eq!((wilson(1.0, 2.0, 1.0), effective_size(&[], 1.0)), (None, None));
    }

    #[test]
    fn none_starts_at_nought_and_all_ends_at_one_exactly() {
        for n in [1.0, 7.0, 29.0, 1e6] {
            let (none, all) = (wilson(0.0, n, 0.998).expect("n"), wilson(n, n, 0.998).expect("n"));
            assert_eq!((none.low, all.high), (0.0, 1.0));
            assert!(none.high > 0.0 && all.low < 1.0);
        }
    }

    #[test]
    fn everybody_asked_leaves_no_doubt_and_hardly_anybody_the_whole() {
        assert_eq!(wilson_finite(30.0, 40.0, 40.0, 0.95), Some(Interval::new(0.75, 0.75)));
        assert_eq!(wilson_finite(30.0, 40.0, 39.0, 0.95), None);
        let (part, whole) = (wilson_finite(30.0, 40.0, 1e9, 0.95), wilson(30.0, 40.0, 0.95));
        assert!((part.expect("part").low - whole.expect("whole").low).abs() < 1e-7);
        let half = wilson_finite(30.0, 40.0, 80.0, 0.95).expect("half");
        // Half of all asked is as good as twice the number of an endless population.
        assert_eq!(Some(half), wilson(60.0, 80.0, 0.95));
    }

    #[test]
    fn unequal_weights_make_answers_count_for_less() {
        assert_eq!(effective_size(&[2.0, 2.0, 2.0], 1.0), Some(3.0));
        let n = effective_size(&[1.0, 1.0, 4.0], 1.0).expect("weights");
        assert!((n - 2.0).abs() < 1e-15 && effective_size(&[1.0, 1.0, 4.0], 2.0) == Some(1.0), "{n}");
        assert_eq!(effective_size(&[1.0, -1.0], 1.0), None);
        let answers = [(0.1, true), (0.2, true), (0.7, false), (0.3, true)];
        let (p, i) = wilson_weighted(&answers, 1.0, 0.95).expect("weights");
        assert!((p - 0.6 / 1.3).abs() < 1e-15 && i.contains(p));
        let plain = wilson(1.0, 4.0, 0.95).expect("n");
        let (_, same) =
            wilson_weighted(&[true, false, false, false].map(|a| (0.3, a)), 1.0, 0.95).expect("n");
        assert!((same.low - plain.low).abs() < 1e-12 && (same.high - plain.high).abs() < 1e-12);
        let (all, top) = wilson_weighted(&[(0.1, true), (0.2, true)], 1.0, 0.95).expect("n");
        assert_eq!((all, top.high), (1.0, 1.0));
    }

    proptest! {
        #[test]
        fn limits_hold_the_proportion_and_mirror(n in 1u32..3000, share in 0.0..=1.0f64, level in 0.5..0.999) {
            let n = f64::from(n);
            let x = (n * share).round();
            let (w, m) = (wilson(x, n, level).expect("w"), wilson(n - x, n, level).expect("m"));
            prop_assert!(0.0 <= w.low && w.low <= x / n && x / n <= w.high && w.high <= 1.0);
            prop_assert!((w.low - (1.0 - m.high)).abs() < 1e-12);
            let (d, i) = difference((x, n), (n - x, n), level).expect("d");
            prop_assert!(i.low <= d && d <= i.high);
            let exact = clopper_pearson(x, n, level).expect("exact");
            prop_assert!(exact.contains(x / n));
        }
    }
}
