//! Quantile groups of areas (fifths, tenths) and the percentile of a rank.

use super::rank::fractional;

/// The group of each value, 1 for the lowest: `1 + floor((r - 1) k/n)`, r the rank with equal values at the
/// lower place, in whole numbers, so that no group is lost to a rounded division. For 1 as the highest give
/// the values with the sign turned. Values that are not there, or not numbers, have no group and do not count
/// in n; with fewer values than groups nobody has one.
pub fn quantile_groups(values: &[Option<f64>], groups: usize) -> Vec<Option<usize>> {
    let there = |x: &Option<f64>| x.filter(|x| !x.is_nan());
    let mut sorted: Vec<f64> = values.iter().filter_map(there).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    if groups == 0 || n < groups {
        return vec![None; values.len()];
    }
    let group = |x: f64| 1 + sorted.partition_point(|y| *y < x) * groups / n;
    values.iter().map(|x| there(x).map(group)).collect()
}

/// The percentile of each value among those that are there, in the middle of its place: `(r - 1/2)/n`, r
/// ascending with equal values at the mean of their places. Half of all are below the median, and a value
/// that everybody shares is at a half, not at the top.
pub fn percentile_ranks(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let n = values.iter().flatten().filter(|x| !x.is_nan()).count() as f64;
    fractional(values).into_iter().map(|r| r.map(|r| (n + 0.5 - r) / n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eighth_of_twenty_eight_areas_is_in_the_sixth_twentieth() {
        let values: Vec<Option<f64>> = (1..=28).map(|i| Some(f64::from(i))).collect();
        assert_eq!(quantile_groups(&values, 20)[7], Some(6));
    }

    #[test]
    fn groups_are_those_of_exact_arithmetic_and_as_even_as_can_be() {
        for n in 1..300usize {
            let values: Vec<Option<f64>> = (0..n).map(|i| Some(i as f64)).collect();
            for k in [2, 3, 4, 5, 7, 10, 20] {
                let got = quantile_groups(&values, k);
                if n < k {
                    assert!(got.iter().all(Option::is_none));
                    continue;
                }
                let size = |g: usize| got.iter().filter(|x| **x == Some(g)).count();
                assert!((1..=k).all(|g| size(g) == n / k || size(g) == n.div_ceil(k)), "{n} {k}");
            }
        }
    }

    #[test]
    fn a_missing_value_has_no_group_and_does_not_count() {
        for gap in [None, Some(f64::NAN)] {
            assert_eq!(quantile_groups(&[Some(3.0), gap, Some(1.0)], 2), [Some(2), None, Some(1)]);
            assert_eq!(percentile_ranks(&[Some(3.0), gap, Some(1.0)]), [Some(0.75), None, Some(0.25)]);
        }
        assert_eq!(quantile_groups(&[Some(3.0), None, None], 2), [None; 3]);
        assert_eq!(quantile_groups(&[Some(3.0)], 0), [None]);
    }

    #[test]
    fn all_at_a_hundred_per_cent_are_in_the_middle_and_not_at_the_top() {
        assert_eq!(percentile_ranks(&[Some(100.0); 40]), [Some(0.5); 40]);
        let got = percentile_ranks(&[Some(1.0), None, Some(2.0)]);
        assert_eq!(got, [Some(0.25), None, Some(0.75)]);
    }
}
