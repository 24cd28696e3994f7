//! Whole pence divided among units so that nothing is lost and nothing is made up.

/// `pot` divided in proportion to `weights` by largest remainder (Hamilton, 1792; Balinski and Young, Fair
/// Representation, 1982): each unit gets its quota `pot w/sum w` rounded down, and the pence left over go one each to
/// the largest fractions; of equal fractions to the earlier unit. Quotas are exact integers, so the parts sum to the
/// pot whatever its size.
///
/// A unit whose own weight grows, the others staying, never gets less: its fraction only falls when its whole part
/// rises, and every other quota falls.
///
/// `None` for a negative pot or weight, or where no weight is above 0: then nobody can be given anything.
pub fn largest_remainder(pot: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if pot < 0 || total == 0 || weights.iter().any(|w| *w < 0) {
        return None;
    }
    let quota = |w: &i64| i128::from(pot) * i128::from(*w);
    // a quota is at most the pot
    let mut parts: Vec<i64> = weights.iter().map(|w| (quota(w) / total) as i64).collect();
    let left = pot - parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(quota(&weights[*i]) % total), *i));
    order.iter().take(left as usize).for_each(|i| parts[*i] += 1);
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_pence_left_over_go_to_the_largest_fractions_and_of_equals_to_the_first() {
        assert_eq!(largest_remainder(10, &[1, 1, 1]), Some(vec![4, 3, 3]));
        assert_eq!(largest_remainder(100, &[47, 16, 15_000, 4_937]), Some(vec![0, 0, 75, 25]));
        assert_eq!(largest_remainder(0, &[3, 1]), Some(vec![0, 0]));
        assert_eq!(largest_remainder(7, &[0, 2]), Some(vec![0, 7]));
    }

    #[test]
    fn nobody_to_give_to_and_negative_money_are_no_division() {
        assert_eq!(largest_remainder(10, &[]), None);
        assert_eq!(largest_remainder(10, &[0, 0]), None);
        assert_eq!(largest_remainder(-1, &[1]), None);
        assert_eq!(largest_remainder(10, &[2, -1]), None);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_pot_and_lie_within_a_penny_of_their_quota(
            pot in 0..50_000_000_000_i64,
            weights in prop::collection::vec(0..70_000_000_000_000_i64, 1..220),
        ) {
            let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            prop_assume!(total > 0);
            let parts = largest_remainder(pot, &weights).expect("somebody");
            prop_assert_eq!(parts.iter().sum::<i64>(), pot);
            for (part, w) in parts.iter().zip(&weights) {
                let floor = (i128::from(pot) * i128::from(*w) / total) as i64;
                prop_assert!(*part == floor || (*part == floor + 1 && *w > 0));
            }
        }

        #[test]
        fn more_weight_never_means_less(
            pot in 0..1_000_i64,
            mut weights in prop::collection::vec(0..40_i64, 2..7),
            more in 1..10_i64,
        ) {
            prop_assume!(weights.iter().any(|w| *w > 0));
            let before = largest_remainder(pot, &weights).expect("somebody");
            weights[0] += more;
            let after = largest_remainder(pot, &weights).expect("somebody");
            prop_assert!(after[0] >= before[0], "{before:?} {after:?}");
            prop_assert!(after[1..].iter().zip(&before[1..]).all(|(a, b)| *a <= b + 1));
        }
    }
}
