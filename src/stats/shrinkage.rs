//! How far units differ beyond their own errors, and estimates drawn towards the mean by that much.
//!
//! Units have estimates y and known error variances v; the true values have mean mu and variance tau2.
//! Numbers of one unit stand at one position of both slices. Every function is `None` for slices of different
//! length, fewer than two units (James and Stein: four), or a value that is not finite or a variance that is
//! not above 0: a unit without an answer has no estimate and is left out by the caller, it is not an estimate
//! of 0.

use super::quantile::quantile;
use super::sum::Sum;

/// The share of all variation beyond chance, and the estimate of a common mean without it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heterogeneity {
    /// Cochran's Q: `sum (y - mu)^2 / v` about the fixed-effect mean (Biometrics 10 (1954) 101-129).
    pub q: f64,
    /// `(Q - (k-1))/Q`, at least 0, as a share (Higgins and Thompson, Stat. Med. 21 (2002) 1539-1558).
    pub i2: f64,
    /// Mean with weights 1/v.
    pub mean: f64,
}

/// How the variance between units is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Moments without weights: the variance of y less the mean of v (Hedges, Psychol. Bull. 93 (1983) 388-395).
    /// The one estimate that stands when some v are 0.
    Hedges,
    /// Moments: `(Q - (k-1))/(sum w - sum w^2/sum w)` (DerSimonian and Laird, Control. Clin. Trials 7 (1986)
    /// 177-188).
    DerSimonianLaird,
    /// The root of `sum (y - mu)^2/(v + tau2) = k - 1` (Paule and Mandel, J. Res. Natl. Bur. Stand. 87 (1982)
    /// 377-385).
    PauleMandel,
    /// Restricted maximum likelihood (Harville, J. Am. Stat. Assoc. 72 (1977) 320-338).
    Reml,
}

/// One unit under the model of random effects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shrunk {
    /// `B mu + (1 - B) y`.
    pub mean: f64,
    /// `(1 - B) v`.
    pub variance: f64,
    /// `tau2/(tau2 + v) = 1 - B`: the share of the unit's variation that is real.
    pub reliability: f64,
}

fn sound(y: &[f64], v: &[f64]) -> Option<()> {
    let finite = y.iter().all(|x| x.is_finite()) && v.iter().all(|x| x.is_finite() && *x > 0.0);
    (y.len() == v.len() && y.len() >= 2 && finite).then_some(())
}

fn total(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().value()
}

/// Mean with weights 1/(v + t), and the sum of the weights.
fn mean_under(y: &[f64], v: &[f64], t: f64) -> (f64, f64) {
    let weight = total(v.iter().map(|v| 1.0 / (v + t)));
    (total(y.iter().zip(v).map(|(y, v)| y / (v + t))) / weight, weight)
}

/// Sum of (y - mu)^2/(v + t) about the mean under t; it falls as t rises.
fn generalised_q(y: &[f64], v: &[f64], t: f64) -> f64 {
    let (mean, _) = mean_under(y, v, t);
    total(y.iter().zip(v).map(|(y, v)| (y - mean) * (y - mean) / (v + t)))
}

/// How much more than chance the units differ.
pub fn heterogeneity(y: &[f64], v: &[f64]) -> Option<Heterogeneity> {
    sound(y, v)?;
    let q = generalised_q(y, v, 0.0);
    let i2 = if q > 0.0 { ((q - (y.len() - 1) as f64) / q).max(0.0) } else { 0.0 };
    Some(Heterogeneity { q, i2, mean: mean_under(y, v, 0.0).0 })
}

/// The variance between units, 0 when they differ by no more than chance.
pub fn between_variance(y: &[f64], v: &[f64], by: Between) -> Option<f64> {
    if by == Between::Hedges {
        let finite = y.iter().all(|x| x.is_finite()) && v.iter().all(|x| x.is_finite() && *x >= 0.0);
        let noise = total(v.iter().copied()) / v.len() as f64;
        return (y.len() == v.len() && y.len() >= 2 && finite).then(|| (spread(y) - noise).max(0.0));
    }
    sound(y, v)?;
    let free = (y.len() - 1) as f64;
    if by == Between::Reml {
        return Some(reml(y, v));
    }
    let excess = generalised_q(y, v, 0.0) - free;
    if excess <= 0.0 {
        return Some(0.0);
    }
    if by == Between::DerSimonianLaird {
        let (w, w2) = (total(v.iter().map(|v| 1.0 / v)), total(v.iter().map(|v| 1.0 / (v * v))));
        return Some(excess / (w - w2 / w));
    }
    let mut high = spread(y).max(f64::MIN_POSITIVE);
    while generalised_q(y, v, high) > free {
        high *= 2.0;
    }
    Some(bisect(0.0, high, |t| generalised_q(y, v, t) > free))
}

/// Sum of squares about the plain mean over k - 1.
fn spread(y: &[f64]) -> f64 {
    let mean = total(y.iter().copied()) / y.len() as f64;
    total(y.iter().map(|y| (y - mean) * (y - mean))) / (y.len() - 1) as f64
}

/// The place where `below` turns false, to the last bits.
pub(super) fn bisect(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// `-1/2 sum ln(v + t) - 1/2 ln sum 1/(v + t) - 1/2 sum (y - mu)^2/(v + t)`.
fn restricted_likelihood(y: &[f64], v: &[f64], t: f64) -> f64 {
    let (_, weight) = mean_under(y, v, t);
    -0.5 * (total(v.iter().map(|v| (v + t).ln())) + weight.ln() + generalised_q(y, v, t))
}

/// Twice the derivative of the restricted likelihood by t.
fn score(y: &[f64], v: &[f64], t: f64) -> f64 {
    let (mean, weight) = mean_under(y, v, t);
    let w2 = total(v.iter().map(|v| (v + t).powi(-2)));
    let squares = total(y.iter().zip(v).map(|(y, v)| ((y - mean) / (v + t)).powi(2)));
    squares - weight + w2 / weight
}

/// The likelihood may have more than one hill: the highest of a grid is refined by the root of the slope
/// beside it.
fn reml(y: &[f64], v: &[f64]) -> f64 {
    const STEPS: usize = 200;
    let top = 4.0 * spread(y).max(f64::MIN_POSITIVE) + v.iter().fold(f64::INFINITY, |a, b| a.min(*b));
    // Squares of even steps: the hill near 0 is the narrow one.
    let at = |i: usize| top * (i as f64 / STEPS as f64).powi(2);
    let best = (0..=STEPS)
        .map(|i| (i, restricted_likelihood(y, v, at(i))))
        .fold((0, f64::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a })
        .0;
    let (low, high) = (at(best.saturating_sub(1)), at(best + 1));
    if best == 0 && score(y, v, 0.0) <= 0.0 {
        return 0.0;
    }
    bisect(low, high, |t| score(y, v, t) > 0.0)
}

/// Mean of the random effects, its standard error, and every unit drawn towards it by its own unreliability
/// (Efron and Morris, J. Am. Stat. Assoc. 70 (1975) 311-319). With tau2 = 0 all units are at the mean with no
/// variance left.
pub fn shrink(y: &[f64], v: &[f64], tau2: f64) -> Option<(f64, f64, Vec<Shrunk>)> {
    sound(y, v)?;
    if !(tau2 >= 0.0 && tau2.is_finite()) {
        return None;
    }
    let (mean, weight) = mean_under(y, v, tau2);
    let one = |(y, v): (&f64, &f64)| {
        let reliability = tau2 / (tau2 + v);
        Shrunk { mean: mean + reliability * (y - mean), variance: reliability * v, reliability }
    };
    Some((mean, weight.sqrt().recip(), y.iter().zip(v).map(one).collect()))
}

/// `tau2/(tau2 + median v)`: how much of a league table is real (van Dishoeck et al., BMJ Qual. Saf. 20
/// (2011) 869-874; below 0.5 ranks should not be shown, below 0.75 they are moderate). `None` where there is neither
/// difference nor noise.
pub fn rankability(v: &[f64], tau2: f64) -> Option<f64> {
    let mut sorted = v.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = quantile(&sorted, 0.5)?;
    (median >= 0.0 && tau2 >= 0.0 && (tau2 + median).is_finite() && tau2 + median > 0.0)
        .then(|| tau2 / (tau2 + median))
}

/// Answers that a unit needs for the reliability asked, when one answer has variance `sigma2`: `r/(1-r)
/// sigma2/tau2`. `None` when units do not differ (no number is enough) or the reliability is not strictly
/// between 0 and 1.
pub fn answers_needed(reliability: f64, sigma2: f64, tau2: f64) -> Option<f64> {
    let sound = reliability > 0.0 && reliability < 1.0 && sigma2 >= 0.0 && tau2 > 0.0;
    (sound && sigma2.is_finite()).then(|| reliability / (1.0 - reliability) * sigma2 / tau2)
}

/// James and Stein's estimates of k means with one error variance, about the grand mean: `mu + (1 - (k-3)
/// v/sum (y - mu)^2)(y - mu)`, the factor at least 0 (Proc. 4th Berkeley Symp. 1 (1961) 361-379; the positive
/// part by Baranchik). Also the factor.
pub fn james_stein(y: &[f64], v: f64) -> Option<(f64, Vec<f64>)> {
    if y.len() < 4 || y.iter().any(|x| !x.is_finite()) || !v.is_finite() || v <= 0.0 {
        return None;
    }
    let mean = total(y.iter().copied()) / y.len() as f64;
    let squares = total(y.iter().map(|y| (y - mean) * (y - mean)));
    let factor = if squares > 0.0 { (1.0 - (y.len() - 3) as f64 * v / squares).max(0.0) } else { 0.0 };
    Some((factor, y.iter().map(|y| mean + factor * (y - mean)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Between; 4] =
        [Between::Hedges, Between::DerSimonianLaird, Between::PauleMandel, Between::Reml];

    #[test]
    fn units_that_do_not_differ_have_no_variance_between_them() {
        for by in ALL {
            assert_eq!(between_variance(&[5.0; 6], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], by), Some(0.0), "{by:?}");
        }
        let (mean, _, units) = shrink(&[1.0, 3.0], &[1.0, 1.0], 0.0).expect("sound");
        assert!(units.iter().all(|u| u.mean == mean && u.variance == 0.0 && u.reliability == 0.0));
    }

    #[test]
    fn a_table_without_noise_is_all_real_and_one_without_anything_has_no_answer() {
        let without = between_variance(&[1.0, 2.0, 3.0], &[0.0; 3], Between::Hedges);
        assert_eq!((without, rankability(&[0.0; 3], 1.0)), (Some(1.0), Some(1.0)));
        assert_eq!((between_variance(&[1.0, 2.0, 3.0], &[4.0; 3], Between::Hedges)), Some(0.0));
        assert_eq!(rankability(&[0.0; 3], 0.0), None);
    }

    #[test]
    fn equal_errors_give_one_answer_by_all_methods() {
        // Sample variance of y is 10, so tau2 = 10 - v.
        let y = [-4.0, -2.0, 0.0, 2.0, 4.0];
        for by in ALL {
            let got = between_variance(&y, &[1.5; 5], by).expect("sound");
            assert!((got - 8.5).abs() < 1e-8, "{by:?} {got}");
        }
    }

    #[test]
    fn one_unit_an_infinite_error_or_no_answer_gives_nothing() {
        assert_eq!(heterogeneity(&[1.0], &[1.0]), None);
        assert_eq!(heterogeneity(&[1.0, 2.0], &[1.0]), None);
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(between_variance(&[1.0, 2.0], &[1.0, bad], Between::Reml), None);
        }
        assert_eq!((james_stein(&[1.0, 2.0, 3.0], 1.0), rankability(&[], 1.0)), (None, None));
        assert_eq!((answers_needed(0.7, 1.0, 0.0), answers_needed(1.0, 1.0, 1.0)), (None, None));
        assert_eq!(james_stein(&[2.0; 5], 1.0), Some((0.0, vec![2.0; 5])));
    }

    proptest! {
        #[test]
        fn the_estimates_solve_what_they_claim_to_solve(
            units in prop::collection::vec((-5.0..5.0f64, 0.05..3.0f64), 3..30)
        ) {
            let (y, v): (Vec<f64>, Vec<f64>) = units.into_iter().unzip();
            let free = (y.len() - 1) as f64;
            let pm = between_variance(&y, &v, Between::PauleMandel).expect("sound");
            prop_assert!(pm == 0.0 || (generalised_q(&y, &v, pm) - free).abs() < 1e-8);
            let reml = between_variance(&y, &v, Between::Reml).expect("sound");
            let best = restricted_likelihood(&y, &v, reml);
            for i in 0..400 {
                let t = f64::from(i) * 0.1;
                prop_assert!(restricted_likelihood(&y, &v, t) <= best + 1e-9, "{} over {}", t, reml);
            }
            let (mean, _, drawn) = shrink(&y, &v, pm).expect("sound");
            for (d, (y, v)) in drawn.iter().zip(y.iter().zip(&v)) {
                prop_assert!((d.mean - mean).abs() <= (y - mean).abs() + 1e-12 && d.variance <= *v);
            }
        }
    }
}
