//! Scores of practices rolled up to an area, with what is missing said beside them.
//!
//! The weight is the list size: an area's score is that of its patients, not of its practices. A practice
//! counts when it has a score and a list above 0; the others lower the coverage and open the bounds. Sums run
//! in the order given.

use super::quantile::quantile;
use super::sum::Sum;

/// One practice as the area sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// List size, 0 or more.
    pub weight: f64,
    pub score: Option<f64>,
}

/// An area's score and how far it can be trusted. What needs more scored practices than there are is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RollUp {
    pub members: usize,
    pub scored: usize,
    pub weight: f64,
    pub weight_scored: f64,
    /// Share of the weight that is scored.
    pub coverage: Option<f64>,
    /// `sum W s / sum W` over the scored.
    pub mean: Option<f64>,
    /// The mean if every missing score were the lowest, and if it were the highest.
    pub bounds: Option<(f64, f64)>,
    pub unweighted_mean: Option<f64>,
    pub unweighted_median: Option<f64>,
    /// Spread over patients: `sqrt(sum W (s - mean)^2 / sum W)`.
    pub sd: Option<f64>,
    /// Kish's `(sum W)^2 / sum W^2`: how many practices of one size would say as much.
    pub effective: Option<f64>,
    /// Linearised standard error `sqrt(n/(n-1) sum (w (s - mean))^2)`, w = W/sum W (Cochran, Sampling
    /// Techniques, 1977): practices as a sample of what they might have been. All were asked, so it is
    /// a measure of spread only.
    pub standard_error: Option<f64>,
}

/// Rolls up one area; the members of several areas together roll up their parent. `range` is the lowest and
/// the highest score there is. `None` when a weight is below 0 or a number is not finite: bad input is for
/// the contract to refuse, not to be averaged.
pub fn roll_up(members: &[Member], range: (f64, f64)) -> Option<RollUp> {
    let finite = |m: &Member| m.weight >= 0.0 && m.weight.is_finite() && m.score.is_none_or(f64::is_finite);
    if !members.iter().all(finite) || !range.0.is_finite() || !range.1.is_finite() || range.0 > range.1 {
        return None;
    }
    let scored: Vec<(f64, f64)> =
        members.iter().filter(|m| m.weight > 0.0).filter_map(|m| Some((m.weight, m.score?))).collect();
    let total = |f: &dyn Fn(f64, f64) -> f64| scored.iter().map(|(w, s)| f(*w, *s)).collect::<Sum>().value();
    let weight = members.iter().map(|m| m.weight).collect::<Sum>().value();
    let (heavy, top) = (total(&|w, _| w), total(&|w, s| w * s));
    let mean = (heavy > 0.0).then(|| top / heavy);
    let n = scored.len() as f64;
    let about = |f: &dyn Fn(f64, f64) -> f64| mean.map(|m| total(&|w, s| f(w, s - m)));
    let mut sorted: Vec<f64> = scored.iter().map(|s| s.1).collect();
    sorted.sort_by(f64::total_cmp);
    let missing = weight - heavy;
    Some(RollUp {
        members: members.len(),
        scored: scored.len(),
        weight,
        weight_scored: heavy,
        coverage: (weight > 0.0).then(|| heavy / weight),
        mean,
        bounds: (weight > 0.0)
            .then(|| ((top + missing * range.0) / weight, (top + missing * range.1) / weight)),
        unweighted_mean: mean.map(|_| total(&|_, s| s) / n),
        unweighted_median: quantile(&sorted, 0.5),
        sd: about(&|w, gap| w * gap * gap).map(|v| (v / heavy).sqrt()),
        effective: mean.map(|_| heavy * heavy / total(&|w, _| w * w)),
        standard_error: (scored.len() > 1)
            .then(|| about(&|w, gap| (w / heavy * gap).powi(2)))
            .flatten()
            .map(|v| (n / (n - 1.0) * v).sqrt()),
    })
}

/// Standard error of a weighted mean from the variances of its parts, `sqrt(sum (W/sum W)^2 v)`: what the
/// practices' own errors leave open. Pairs of weight and variance; `None` when no weight is above 0 or a
/// variance is below 0.
pub fn model_error(parts: &[(f64, f64)]) -> Option<f64> {
    let weight = parts.iter().map(|p| p.0).collect::<Sum>().value();
    let sound = parts.iter().all(|(w, v)| *w >= 0.0 && *v >= 0.0 && w.is_finite() && v.is_finite());
    let sum = parts.iter().map(|(w, v)| w * w * v).collect::<Sum>().value();
    (sound && weight > 0.0).then(|| sum.sqrt() / weight)
}

/// Share of the weight of those with a level at each level, from 0 to `top`; a level above `top` counts as
/// `top`. `None` when no weight has a level, or a weight is below 0 or not finite.
pub fn shares_at_level(members: &[(f64, Option<usize>)], top: usize) -> Option<Vec<f64>> {
    if members.iter().any(|(w, _)| !w.is_finite() || *w < 0.0) {
        return None;
    }
    let mut at = vec![Sum::default(); top + 1];
    for (weight, level) in members {
        if let Some(level) = level {
            at[(*level).min(top)].add(*weight);
        }
    }
    let all = at.iter().map(|s| s.value()).sum::<f64>();
    (all > 0.0).then(|| at.iter().map(|s| s.value() / all).collect())
}

/// Sum of amounts over sum of weights, over the members that have both: the ratio of an area is not the mean
/// of its members' ratios. A weight of 0 leaves a member out. `None` when nobody has both, a weight is below
/// 0, or a number is not finite.
pub fn ratio_of_sums(members: &[(f64, Option<f64>)]) -> Option<f64> {
    let sound = |(w, x): &(f64, Option<f64>)| *w >= 0.0 && w.is_finite() && x.is_none_or(f64::is_finite);
    if !members.iter().all(sound) {
        return None;
    }
    let both = || members.iter().filter(|(w, _)| *w > 0.0).filter_map(|(w, x)| Some((*w, (*x)?)));
    let weight = both().map(|b| b.0).collect::<Sum>().value();
    (weight > 0.0).then(|| both().map(|b| b.1).collect::<Sum>().value() / weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn member(weight: f64, score: Option<f64>) -> Member {
        Member { weight, score }
    }

    #[test]
    fn an_area_without_scores_has_bounds_and_no_mean() {
        let r = roll_up(&[member(100.0, None), member(0.0, Some(50.0))], (0.0, 100.0)).expect("sound");
        assert_eq!((r.mean, r.sd, r.effective, r.unweighted_median), (None, None, None, None));
        assert_eq!((r.coverage, r.bounds, r.scored), (Some(0.0), Some((0.0, 100.0)), 0));
        let r = roll_up(&[], (0.0, 100.0)).expect("sound");
        assert_eq!((r.coverage, r.bounds), (None, None));
    }

    #[test]
    fn one_practice_has_a_mean_and_no_standard_error() {
        let r = roll_up(&[member(10.0, Some(40.0))], (0.0, 100.0)).expect("sound");
        assert_eq!((r.mean, r.standard_error, r.effective), (Some(40.0), None, Some(1.0)));
    }

    #[test]
    fn a_negative_list_or_a_score_that_is_no_number_is_not_averaged() {
        assert_eq!(roll_up(&[member(-1.0, Some(40.0))], (0.0, 100.0)), None);
        assert_eq!(roll_up(&[member(1.0, Some(f64::NAN))], (0.0, 100.0)), None);
        assert_eq!((model_error(&[(1.0, -1.0)]), model_error(&[])), (None, None));
        assert_eq!(
            (ratio_of_sums(&[(5.0, Some(1.0)), (-5.0, Some(1.0))]), shares_at_level(&[(-1.0, Some(0))], 1)),
            (None, None)
        );
        assert_eq!((ratio_of_sums(&[(5.0, None)]), shares_at_level(&[(5.0, None)], 4)), (None, None));
    }

    #[test]
    fn the_ratio_of_an_area_is_not_the_mean_of_ratios() {
        let spend = [(1000.0, Some(1000.0)), (9000.0, Some(27_000.0)), (500.0, None), (0.0, Some(5.0))];
        assert_eq!(ratio_of_sums(&spend), Some(2.8));
    }

    #[test]
    fn equal_errors_shrink_with_the_root_of_the_number() {
        let e = model_error(&[(2.0, 9.0); 4]).expect("sound");
        assert!((e - 1.5).abs() < 1e-15);
        assert_eq!(
            shares_at_level(&[(1.0, Some(0)), (3.0, Some(2)), (9.0, None)], 2),
            Some(vec![0.25, 0.0, 0.75])
        );
    }

    proptest! {
        #[test]
        fn the_parent_is_the_weighted_mean_of_its_children(
            raw in prop::collection::vec((0.0..30_000.0f64, prop::option::of(0.0..100.0f64), 0usize..4), 1..60)
        ) {
            let all: Vec<Member> = raw.iter().map(|(w, s, _)| member(*w, *s)).collect();
            let parent = roll_up(&all, (0.0, 100.0)).expect("sound");
            let children: Vec<RollUp> = (0..4)
                .map(|k| {
                    let own: Vec<Member> =
                        raw.iter().filter(|r| r.2 == k).map(|(w, s, _)| member(*w, *s)).collect();
                    roll_up(&own, (0.0, 100.0)).expect("sound")
                })
                .collect();
            let sum = |f: &dyn Fn(&RollUp) -> f64| children.iter().map(f).sum::<f64>();
            prop_assert!((sum(&|c| c.weight_scored) - parent.weight_scored).abs() < 1e-8);
            let mean = sum(&|c| c.mean.unwrap_or(0.0) * c.weight_scored) / parent.weight_scored;
            prop_assert!(parent.mean.is_none_or(|m| ((m - mean) / m.max(1e-9)).abs() < 1e-12));
            if let (Some(m), Some((low, high))) = (parent.mean, parent.bounds) {
                prop_assert!(low <= m + 1e-9 && m <= high + 1e-9);
                let bound = sum(&|c| c.bounds.map_or(0.0, |b| b.0 * c.weight)) / parent.weight;
                prop_assert!((bound - low).abs() < 1e-9);
            }
        }
    }
}
