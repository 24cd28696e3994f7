//! Tiers: areas whose floors lie within a fixed margin of the best of their tier stand together.
//!
//! Own method. The highest floor opens tier 1; every area within the margin of it is in tier 1; the next one opens tier
//! 2, and so on. The margin is a definition and not a figure of the data, so an area that lets an answer go sinks among
//! the others and can join no better tier: the tiers above it do not move.

/// Tier of each score, from 1; `None` for a score that is not there.
pub(super) fn tiers(floors: &[Option<f64>], margin: f64) -> Vec<Option<u32>> {
    let mut order: Vec<(usize, f64)> =
        floors.iter().enumerate().filter_map(|(i, x)| Some((i, (*x)?))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut out = vec![None; floors.len()];
    let (mut tier, mut best) = (0, f64::INFINITY);
    for (i, x) in order {
        if tier == 0 || best - x > margin {
            tier += 1;
            best = x;
        }
        out[i] = Some(tier);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn who_lies_within_the_margin_of_the_best_is_in_its_tier() {
        let floors = [Some(70.0), Some(66.5), Some(65.9), None, Some(62.0), Some(61.8)];
        assert_eq!(tiers(&floors, 4.0), [Some(1), Some(1), Some(2), None, Some(2), Some(3)]);
    }

    proptest! {
        #[test]
        fn no_area_reaches_a_better_tier_by_a_lower_floor(
            floors in prop::collection::vec(0.0_f64..100.0, 1..40), at in any::<prop::sample::Index>(), less in 0.0_f64..60.0
        ) {
            let i = at.index(floors.len());
            let before: Vec<_> = floors.iter().copied().map(Some).collect();
            let mut after = before.clone();
            after[i] = Some((floors[i] - less).max(0.0));
            prop_assert!(tiers(&after, 4.0)[i] >= tiers(&before, 4.0)[i]);
        }
    }
}
