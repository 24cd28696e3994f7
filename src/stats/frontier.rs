//! What others reach at no more cost: a partial frontier, and who lies below it beyond doubt.
//!
//! The frontier of order m at a cost x is the expected best of m units drawn from those that cost no more than x
//! (Cazals, Florens and Simar, J. Econometrics 106 (2002) 1-25): unlike an envelope it does not hang on one unit.
//! Scores are measured with error, and the best of many noisy scores is high by noise alone; so the frontier is of
//! scores drawn together until they vary by no more than the true ones do (Louis, J. Am. Stat. Assoc. 79 (1984)
//! 393-398: `mu + sqrt(tau2/(tau2 + v)) (y - mu)`), and its limits come from a bootstrap of the units.
//!
//! Own method in the last step: a unit is called only when the whole interval of its own score, as measured, lies
//! below the whole interval of the frontier. Where nobody differs at most one in twenty is called; where some are far
//! behind, the noise among the best is drawn together too little, and of those who do reach the frontier up to one in
//! ten may be called.

use super::Interval;
use super::interval::deviate;
use super::quantile::quantile;
use super::sensitivity::below;
use super::shrinkage::{Between, between_variance, shrink};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// One unit: what it costs, its score, and the error variance of the score, above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    pub cost: f64,
    pub score: f64,
    pub variance: f64,
}

/// How a frontier is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Units whose expected best is the frontier.
    pub order: u32,
    /// Fewest units that cost no more, the unit itself among them, for a frontier to be told.
    pub least: usize,
    pub confidence: f64,
    /// Bootstrap samples.
    pub draws: u32,
    pub seed: u64,
}

/// Where a unit stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    pub frontier: f64,
    pub limits: Interval,
    /// Of the unit's own score.
    pub own: Interval,
    /// Units that cost no more.
    pub comparators: usize,
}

impl Placed {
    /// Whether it is below the frontier beyond doubt. Otherwise nothing can be told.
    pub fn is_below(&self) -> bool {
        self.own.high < self.limits.low
    }
}

/// Expected best of m drawn with replacement: `sum y_(k) ((k/n)^m - ((k-1)/n)^m)`. `sorted` ascends; `None` for no
/// values or no draws.
pub fn order_m(sorted: &[f64], m: u32) -> Option<f64> {
    if sorted.is_empty() || m == 0 {
        return None;
    }
    let n = sorted.len() as f64;
    let power = |k: usize| (k as f64 / n).powi(i32::try_from(m).unwrap_or(i32::MAX));
    Some(sorted.iter().enumerate().map(|(k, y)| y * (power(k + 1) - power(k))).sum())
}

/// Scores with the spread of the true ones.
fn drawn_together(units: &[Unit]) -> Option<Vec<f64>> {
    let (y, v): (Vec<f64>, Vec<f64>) = units.iter().map(|u| (u.score, u.variance)).unzip();
    let tau2 = between_variance(&y, &v, Between::PauleMandel)?;
    let (mean, _, _) = shrink(&y, &v, tau2)?;
    Some(y.iter().zip(&v).map(|(y, v)| mean + (tau2 / (tau2 + v)).sqrt() * (y - mean)).collect())
}

/// The frontier at each of the costs, of units given by cost and score; NaN where nobody costs so little.
fn at(costs: &[f64], order: &[usize], mut units: Vec<(f64, f64)>, m: u32) -> Vec<f64> {
    units.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out = vec![f64::NAN; costs.len()];
    let mut reached: Vec<f64> = Vec::with_capacity(units.len());
    let mut next = 0;
    for &i in order {
        while let Some((_, score)) = units.get(next).filter(|u| u.0 <= costs[i]) {
            let place = reached.partition_point(|y| y < score);
            reached.insert(place, *score);
            next += 1;
        }
        out[i] = order_m(&reached, m).unwrap_or(f64::NAN);
    }
    out
}

/// The frontier for each unit; `None` where too few cost no more. The whole is `None` for fewer than `least` units, a
/// number that is not finite or a variance that is not above 0.
pub fn frontier(units: &[Unit], rule: Rule) -> Option<Vec<Option<Placed>>> {
    let z = deviate(rule.confidence)?;
    if units.len() < rule.least.max(2) || units.iter().any(|u| !u.cost.is_finite()) {
        return None;
    }
    let costs: Vec<f64> = units.iter().map(|u| u.cost).collect();
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by(|a, b| costs[*a].total_cmp(&costs[*b]));
    let of = |sample: &[Unit]| {
        let scores = drawn_together(sample)?;
        Some(at(&costs, &order, sample.iter().map(|u| u.cost).zip(scores).collect(), rule.order))
    };
    let found = of(units)?;
    let mut rng = ChaCha8Rng::seed_from_u64(rule.seed);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(rule.draws as usize); units.len()];
    for _ in 0..rule.draws {
        let sample: Vec<Unit> = (0..units.len()).map(|_| units[below(&mut rng, units.len())]).collect();
        for (values, x) in drawn.iter_mut().zip(of(&sample)?) {
            values.extend(x.is_finite().then_some(x));
        }
    }
    let tail = 0.5 * (1.0 - rule.confidence);
    let placed = |i: usize| {
        let comparators = costs.iter().filter(|c| **c <= costs[i]).count();
        if comparators < rule.least {
            return None;
        }
        let mut values = drawn[i].clone();
        values.sort_by(f64::total_cmp);
        let limits = Interval::new(quantile(&values, tail)?, quantile(&values, 1.0 - tail)?);
        let half = z * units[i].variance.sqrt();
        let own = Interval::new(units[i].score - half, units[i].score + half);
        Some(Placed { frontier: found[i], limits, own, comparators })
    };
    Some((0..units.len()).map(placed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::distribution::normal_quantile;

    const RULE: Rule = Rule { order: 10, least: 10, confidence: 0.95, draws: 100, seed: 1 };

    fn normal(rng: &mut ChaCha8Rng) -> f64 {
        normal_quantile((below(rng, 1_000_000) as f64 + 0.5) / 1e6)
    }

    #[test]
    fn the_expected_best_of_one_is_the_mean_and_of_many_the_best() {
        let y = [1.0, 2.0, 6.0];
        assert_eq!(order_m(&y, 1), Some(3.0));
        assert!(order_m(&y, 500).is_some_and(|x| (x - 6.0).abs() < 1e-9));
        // of two, by hand: 1/9 of 1, 3/9 of 2, 5/9 of 6
        assert!(order_m(&y, 2).is_some_and(|x| (x - 37.0 / 9.0).abs() < 1e-12));
        assert_eq!((order_m(&[], 3), order_m(&y, 0)), (None, None));
    }

    #[test]
    fn in_a_world_without_differences_at_most_one_in_twenty_is_called() {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let (mut called, mut all) = (0, 0);
        for seed in 0..60 {
            let units: Vec<Unit> = (0..120)
                .map(|i| {
                    let variance = 1.0 + f64::from(i % 7);
                    let score = 60.0 + variance.sqrt() * normal(&mut rng);
                    Unit { cost: (1.0 + 0.5 * normal(&mut rng)).exp(), score, variance }
                })
                .collect();
            let placed = frontier(&units, Rule { seed, ..RULE }).expect("sound");
            called += placed.iter().flatten().filter(|p| p.is_below()).count();
            all += placed.iter().flatten().count();
        }
        let share = f64::from(called as u32) / f64::from(all as u32);
        assert!(share <= 0.05, "{share}");
    }

    #[test]
    fn who_is_far_below_what_others_reach_at_less_cost_is_called_and_the_frontier_is_near_the_true_one() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        // true best 70; half of all reach it, half are 20 below
        let units: Vec<Unit> = (0..200)
            .map(|i| Unit {
                cost: 2.0 + 0.01 * f64::from(i),
                score: if i % 2 == 0 { 70.0 } else { 50.0 } + normal(&mut rng),
                variance: 1.0,
            })
            .collect();
        let placed = frontier(&units, RULE).expect("sound");
        let told: Vec<(usize, Placed)> =
            placed.iter().enumerate().filter_map(|(i, p)| Some((i, (*p)?))).collect();
        assert_eq!(told.len(), 191, "the nine cheapest have too few to be compared with");
        assert!(told.iter().filter(|(i, _)| i % 2 == 1).all(|(_, p)| p.is_below()));
        // noise among the best lifts their best: a few of them are called too
        let wrong = told.iter().filter(|(i, p)| i % 2 == 0 && p.is_below()).count();
        assert!(wrong <= 9, "{wrong} of 96 who do reach it");
        assert!(told.iter().all(|(_, p)| (p.frontier - 70.0).abs() < 2.5 && p.limits.contains(p.frontier)));
    }

    #[test]
    fn too_few_units_or_a_number_that_is_none_give_nothing() {
        let unit = Unit { cost: 1.0, score: 50.0, variance: 1.0 };
        assert_eq!(frontier(&[unit; 9], RULE), None);
        let mut units = vec![unit; 12];
        units[3].variance = 0.0;
        assert_eq!(frontier(&units, RULE), None);
        units[3] = Unit { cost: f64::NAN, ..unit };
        assert_eq!(frontier(&units, RULE), None);
    }
}
