//! Ranks with a rule for ties, and the range of ranks that missing answers leave open.

/// Scores closer than this are one score: a last bit must not decide a place.
const GRAIN: f64 = 1e-9;

fn key(score: f64) -> i64 {
    (score / GRAIN).round() as i64
}

/// Competition ranks, best first ("1224": equal scores share the better rank and the next one is skipped).
/// `None` for a score that is not there.
pub fn competition(scores: &[Option<f64>]) -> Vec<Option<u32>> {
    let mut sorted: Vec<i64> = scores.iter().flatten().map(|s| key(*s)).collect();
    sorted.sort_unstable();
    scores.iter().map(|s| s.map(|s| 1 + above(&sorted, key(s)))).collect()
}

/// Ranks of values on any scale, largest first, where equal values share the mean of their places; equal
/// means equal to the last bit. `None` for a value that is not there or not a number.
pub fn fractional(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let there = |x: &Option<f64>| x.filter(|x| !x.is_nan());
    let mut sorted: Vec<f64> = values.iter().filter_map(there).collect();
    sorted.sort_by(f64::total_cmp);
    let place = |x: f64| {
        let below = sorted.partition_point(|y| *y < x);
        let up_to = sorted.partition_point(|y| *y <= x);
        (sorted.len() - up_to) as f64 + 0.5 * (up_to - below + 1) as f64
    };
    values.iter().map(|x| there(x).map(place)).collect()
}

/// How many of the ascending keys are larger.
fn above(sorted: &[i64], key: i64) -> u32 {
    (sorted.len() - sorted.partition_point(|k| *k <= key)) as u32
}

/// The best and the worst rank that missing answers leave possible, as `(low, high)`: a unit at its own
/// ceiling with all others at their floors, and at its own floor with all others at their ceilings. Own
/// method; it carries absence only, neither sampling error nor the choice of method. `None` where floor or
/// ceiling is not there.
pub fn rank_range(floors: &[Option<f64>], ceilings: &[Option<f64>]) -> Vec<Option<(u32, u32)>> {
    let both = |i: usize| Some((key(floors[i]?), key(ceilings[i]?)));
    let pairs: Vec<Option<(i64, i64)>> = (0..floors.len()).map(both).collect();
    let ascending = |pick: fn(&(i64, i64)) -> i64| {
        let mut keys: Vec<i64> = pairs.iter().flatten().map(pick).collect();
        keys.sort_unstable();
        keys
    };
    let (low, high) = (ascending(|p| p.0), ascending(|p| p.1));
    let range = |&(floor, ceiling): &(i64, i64)| {
        // A unit is not above itself at its ceiling; at its floor its own ceiling may be, and does not count.
        let best = 1 + above(&low, ceiling);
        let worst = 1 + above(&high, floor) - u32::from(ceiling > floor);
        (best, worst)
    };
    pairs.iter().map(|p| p.as_ref().map(range)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_scores_share_the_better_rank() {
        let s = [Some(50.0), None, Some(70.0), Some(50.0 + 1e-13), Some(20.0)];
        assert_eq!(competition(&s), [Some(2), None, Some(1), Some(2), Some(4)]);
    }

    #[test]
    fn equal_values_share_the_mean_of_their_places_on_any_scale() {
        let tiny = [Some(5e-12), Some(9e-12), None, Some(5e-12), Some(f64::NAN)];
        assert_eq!(fractional(&tiny), [Some(2.5), Some(1.0), None, Some(2.5), None]);
        assert_eq!(fractional(&[Some(4e18), Some(3e18)]), [Some(1.0), Some(2.0)]);
    }

    #[test]
    fn a_unit_that_said_nothing_may_hold_any_rank() {
        let (floor, ceiling) = ([Some(80.0), Some(0.0), Some(60.0)], [Some(80.0), Some(100.0), Some(60.0)]);
        assert_eq!(rank_range(&floor, &ceiling), [Some((1, 2)), Some((1, 3)), Some((2, 3))]);
    }

    proptest! {
        #[test]
        fn ranks_agree_with_counting_who_is_better(
            raw in prop::collection::vec((0u8..20, 0u8..10), 1..40)
        ) {
            let floor: Vec<_> = raw.iter().map(|(f, _)| Some(f64::from(*f))).collect();
            let ceiling: Vec<_> = raw.iter().map(|(f, d)| Some(f64::from(*f + *d))).collect();
            let (rank, range) = (competition(&floor), rank_range(&floor, &ceiling));
            for i in 0..raw.len() {
                let others = || (0..raw.len()).filter(move |j| *j != i);
                let count = |x: &dyn Fn(usize) -> bool| 1 + others().filter(|j| x(*j)).count() as u32;
                let want = count(&|j| raw[j].0 > raw[i].0);
                let best = count(&|j| raw[j].0 > raw[i].0 + raw[i].1);
                let worst = count(&|j| raw[j].0 + raw[j].1 > raw[i].0);
                prop_assert_eq!(rank[i], Some(want));
                prop_assert_eq!(range[i], Some((best, worst)));
                prop_assert!(best <= want && want <= worst);
            }
        }
    }
}
