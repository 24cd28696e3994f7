//! What is known about a rank when scores carry error (Goldstein and Spiegelhalter, J. R. Stat. Soc. A 159
//! (1996) 385-443).
//!
//! Rank 1 is the largest value; turn the sign for scales where small is good. True values are independent and
//! normal with the means and variances given, one position per unit; the caller chooses whether these are the
//! units' own or shrunken ones. `None` for slices of different length, no units, or a value that is not
//! finite or a variance below 0. A unit without a score is left out by the caller: it has no rank, not the
//! last one.

use super::distribution::{normal_cdf, normal_quantile};
use super::sum::Sum;

fn sound(mean: &[f64], variance: &[f64]) -> Option<()> {
    let finite = mean.iter().all(|x| x.is_finite()) && variance.iter().all(|v| v.is_finite() && *v >= 0.0);
    (mean.len() == variance.len() && !mean.is_empty() && finite).then_some(())
}

/// P(i above j); one half for two equal values without error.
fn above(gap: f64, variance: f64) -> f64 {
    if variance > 0.0 {
        normal_cdf(gap / variance.sqrt())
    } else if gap == 0.0 {
        0.5
    } else {
        f64::from(u8::from(gap > 0.0))
    }
}

/// Expected rank of each unit, exactly: `1 + sum over j of P(j above i)` (Laird and Louis, J. Educ. Stat. 14
/// (1989) 29-46). They sum to n(n+1)/2. One normal probability for each pair of units.
pub fn expected_ranks(mean: &[f64], variance: &[f64]) -> Option<Vec<f64>> {
    sound(mean, variance)?;
    let mut ranks = vec![1.0; mean.len()];
    for i in 0..mean.len() {
        let mut own = 0.0;
        for j in i + 1..mean.len() {
            let p = above(mean[j] - mean[i], variance[i] + variance[j]);
            own += p;
            ranks[j] += 1.0 - p;
        }
        ranks[i] += own;
    }
    Some(ranks)
}

/// Percentile based on expected rank, `100 (ER - 1/2)/n`: the chance in 100 that the unit is worse than one
/// drawn at random, itself included half (Lingsma et al., BMC Med. Res. Methodol. 9 (2009) 53).
pub fn percentile_of_expected_rank(expected: f64, units: usize) -> f64 {
    100.0 * (expected - 0.5) / units as f64
}

/// The distribution of the number of successes in independent trials with these probabilities
/// (Poisson-binomial), by the recursion over trials: `d[k] <- d[k](1-p) + d[k-1] p`. One entry more than
/// trials.
pub fn poisson_binomial(probabilities: &[f64]) -> Vec<f64> {
    let mut d = vec![0.0; probabilities.len() + 1];
    d[0] = 1.0;
    for (done, p) in probabilities.iter().enumerate() {
        for k in (1..=done + 1).rev() {
            d[k] = d[k] * (1.0 - p) + d[k - 1] * p;
        }
        d[0] *= 1.0 - p;
    }
    d
}

/// The distribution of every unit's rank, for any independent true values: given that unit i is at its
/// quantile q(i, u), each other unit j lies above it with probability `exceeds(j, x)`, and the number above
/// is Poisson-binomial; the mean over u is taken at `points` midpoints s of u = s^2(3 - 2s), which crowd
/// towards both tails. Row i holds P(rank 1), P(rank 2) and so on. Cost: points x units^3; for more than some
/// hundred units draw ranks instead. `None` for no units or no points.
pub fn rank_distribution(
    units: usize,
    points: usize,
    quantile: impl Fn(usize, f64) -> f64,
    exceeds: impl Fn(usize, f64) -> f64,
) -> Option<Vec<Vec<f64>>> {
    if units == 0 || points == 0 {
        return None;
    }
    let row = |i: usize| {
        let (mut sums, mut weights) = (vec![Sum::default(); units], Sum::default());
        for k in 0..points {
            let s = (k as f64 + 0.5) / points as f64;
            let (x, weight) = (quantile(i, s * s * (3.0 - 2.0 * s)), s * (1.0 - s));
            let others: Vec<f64> = (0..units).filter(|j| *j != i).map(|j| exceeds(j, x)).collect();
            for (sum, p) in sums.iter_mut().zip(poisson_binomial(&others)) {
                sum.add(weight * p);
            }
            weights.add(weight);
        }
        sums.into_iter().map(|s| s.value() / weights.value()).collect()
    };
    Some((0..units).map(row).collect())
}

/// [`rank_distribution`] of normal true values. A unit without error is a step.
pub fn normal_rank_distribution(mean: &[f64], variance: &[f64], points: usize) -> Option<Vec<Vec<f64>>> {
    sound(mean, variance)?;
    rank_distribution(
        mean.len(),
        points,
        |i, u| mean[i] + variance[i].sqrt() * normal_quantile(u),
        |j, x| above(mean[j] - x, variance[j]),
    )
}

/// The smallest rank whose cumulative probability reaches p. `None` for an empty distribution or p outside 0
/// to 1.
pub fn rank_quantile(distribution: &[f64], p: f64) -> Option<usize> {
    if distribution.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let mut reached = 0.0;
    // Rounding in the sum must not push a bound out by a rank.
    let at = distribution.iter().position(|d| {
        reached += d;
        reached >= p - 1e-12
    });
    Some(at.unwrap_or(distribution.len() - 1) + 1)
}

/// Which statements a set of ranks must hold for at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// Each unit's set holds its rank with the confidence asked, taken by itself (comparisons with p - 1
    /// others).
    OneUnit,
    /// All sets hold all ranks at once (comparisons of all pairs).
    AllUnits,
}

/// Confidence sets for ranks from pairwise differences (Mogstad, Romano, Shaikh and Wilhelm, Rev. Econ. Stud.
/// 91 (2024) 476-518), with normal quantiles under Bonferroni in place of the bootstrap: valid whatever the
/// correlation of the comparisons, a few per cent wider when errors are independent. Best and worst rank;
/// `None` also for a confidence outside 0 to 1.
pub fn rank_sets(
    mean: &[f64],
    variance: &[f64],
    confidence: f64,
    together: Together,
) -> Option<Vec<(usize, usize)>> {
    sound(mean, variance)?;
    if !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let n = mean.len();
    let comparisons = match together {
        Together::OneUnit => n - 1,
        Together::AllUnits => n * (n - 1) / 2,
    };
    let c = -normal_quantile((1.0 - confidence) / (2.0 * comparisons.max(1) as f64));
    let set = |i: usize| {
        let (mut better, mut worse) = (0, 0);
        for j in 0..n {
            let (gap, far) = (mean[j] - mean[i], c * (variance[i] + variance[j]).sqrt());
            better += usize::from(gap > far);
            worse += usize::from(-gap > far);
        }
        (1 + better, n - worse)
    };
    Some((0..n).map(set).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_error_the_expected_rank_is_the_rank_with_ties_shared() {
        let got = expected_ranks(&[5.0, 9.0, 5.0, 1.0], &[0.0; 4]).expect("sound");
        assert_eq!(got, [2.5, 1.0, 2.5, 4.0]);
        let sets = rank_sets(&[5.0, 9.0, 5.0, 1.0], &[0.0; 4], 0.95, Together::AllUnits).expect("sound");
        assert_eq!(sets, [(2, 3), (1, 1), (2, 3), (4, 4)]);
        let d = normal_rank_distribution(&[5.0, 9.0, 1.0], &[0.0; 3], 7).expect("sound");
        assert!((d[1][0] - 1.0).abs() < 1e-15 && (d[2][2] - 1.0).abs() < 1e-15);
    }

    #[test]
    fn units_that_cannot_be_told_apart_may_hold_any_rank() {
        let sets = rank_sets(&[1.0, 1.1, 0.9], &[1.0; 3], 0.95, Together::OneUnit).expect("sound");
        assert_eq!(sets, [(1, 3); 3]);
        assert_eq!(expected_ranks(&[1.0], &[f64::NAN]), None);
        assert_eq!(expected_ranks(&[], &[]), None);
        assert_eq!(rank_sets(&[1.0, 2.0], &[1.0, 1.0], 1.0, Together::OneUnit), None);
        assert_eq!((rank_quantile(&[], 0.5), rank_quantile(&[0.5, 0.5], 0.5)), (None, Some(1)));
    }

    #[test]
    fn two_fair_trials_are_a_quarter_a_half_a_quarter() {
        assert_eq!(poisson_binomial(&[0.5, 0.5]), [0.25, 0.5, 0.25]);
        assert_eq!(poisson_binomial(&[]), [1.0]);
    }

    proptest! {
        #[test]
        fn expected_ranks_sum_to_the_sum_of_all_ranks(
            units in prop::collection::vec((-3.0..3.0f64, 0.0..4.0f64), 1..40)
        ) {
            let (m, v): (Vec<f64>, Vec<f64>) = units.into_iter().unzip();
            let n = m.len() as f64;
            let er = expected_ranks(&m, &v).expect("sound");
            prop_assert!((er.iter().sum::<f64>() - n * (n + 1.0) / 2.0).abs() < 1e-9);
            for i in 0..m.len() {
                let slow = (0..m.len()).filter(|j| *j != i).map(|j| above(m[j] - m[i], v[i] + v[j])).sum::<f64>();
                prop_assert!((er[i] - 1.0 - slow).abs() < 1e-10);
            }
            let one = rank_sets(&m, &v, 0.9, Together::OneUnit).expect("sound");
            let all = rank_sets(&m, &v, 0.9, Together::AllUnits).expect("sound");
            for (a, b) in all.iter().zip(&one) {
                prop_assert!(a.0 <= b.0 && b.1 <= a.1, "{a:?} is narrower than {b:?}");
            }
        }

        #[test]
        fn the_exact_rank_distribution_has_the_exact_expected_rank(
            units in prop::collection::vec((-3.0..3.0f64, 0.2..2.0f64), 2..6)
        ) {
            let (m, v): (Vec<f64>, Vec<f64>) = units.into_iter().unzip();
            let er = expected_ranks(&m, &v).expect("sound");
            let d = normal_rank_distribution(&m, &v, 2000).expect("sound");
            for (row, er) in d.iter().zip(er) {
                let mean: f64 = row.iter().enumerate().map(|(k, p)| (k + 1) as f64 * p).sum();
                prop_assert!((mean - er).abs() < 2e-4 && (row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
    }
}
