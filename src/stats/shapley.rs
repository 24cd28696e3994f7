//! Whose doing a change is: Shapley values (Contributions to the Theory of Games II, 1953, 307-317;
//! Shorrocks, J. Econ. Inequal. 11 (2013) 99-126, for the division of any index).
//!
//! The players are what may have changed (an indicator, the weights, the goalposts). `value(new)` is the
//! score with those players at their new state whose place in the slice is true, the others at their old one.
//! The values sum to `value(all) - value(none)`, a player who changes nothing gets 0, and players who do the
//! same get the same.

use super::sum::Sum;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Most players for whom every set is tried: 2^12 values.
pub const ENUMERABLE: usize = 12;

/// Exact values by trying every set of players. `None` for more than [`ENUMERABLE`] players, or when a value
/// is not finite.
pub fn exact(players: usize, value: impl Fn(&[bool]) -> f64) -> Option<Vec<f64>> {
    if players > ENUMERABLE {
        return None;
    }
    let member = |set: usize, i: usize| set >> i & 1 == 1;
    let values: Vec<f64> = (0..1usize << players)
        .map(|set| value(&(0..players).map(|i| member(set, i)).collect::<Vec<_>>()))
        .collect();
    if values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    // The chance that just this set of others stands before i in a random order: s! (n-s-1)! / n!.
    let mut chance = vec![0.0; players];
    for (size, c) in chance.iter_mut().enumerate() {
        *c = (1..=size).fold(1.0 / players as f64, |c, k| c * k as f64 / (players - k) as f64);
    }
    let of = |i: usize| {
        let others = (0..values.len()).filter(|set| !member(*set, i));
        others
            .map(|set| chance[set.count_ones() as usize] * (values[set | 1 << i] - values[set]))
            .collect::<Sum>()
            .value()
    };
    Some((0..players).map(of).collect())
}

/// Values from random orders, each with its reverse (antithetic pairs; Mitchell et al., J. Mach. Learn. Res.
/// 23 (2022) 43), and the standard error of each. The sum is exact whatever the number of orders. `None` for
/// fewer than two pairs or a value that is not finite.
pub fn sampled(
    players: usize,
    pairs: usize,
    seed: u64,
    value: impl Fn(&[bool]) -> f64,
) -> Option<(Vec<f64>, Vec<f64>)> {
    if pairs < 2 {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..players).collect();
    let (mut sums, mut squares) = (vec![Sum::default(); players], vec![Sum::default(); players]);
    for _ in 0..pairs {
        for i in (1..players).rev() {
            let j = ((u128::from(rng.next_u64()) * (i as u128 + 1)) >> 64) as usize;
            order.swap(i, j);
        }
        let mut share = vec![0.0; players];
        for backwards in [false, true] {
            let mut set = vec![false; players];
            let mut before = value(&set);
            for k in 0..players {
                let i = order[if backwards { players - 1 - k } else { k }];
                set[i] = true;
                let now = value(&set);
                if !now.is_finite() || !before.is_finite() {
                    return None;
                }
                share[i] += 0.5 * (now - before);
                before = now;
            }
        }
        for i in 0..players {
            sums[i].add(share[i]);
            squares[i].add(share[i] * share[i]);
        }
    }
    let n = pairs as f64;
    let mean: Vec<f64> = sums.iter().map(|s| s.value() / n).collect();
    let error = |(q, m): (&Sum, &f64)| ((q.value() / n - m * m).max(0.0) / (n - 1.0)).sqrt();
    let errors = squares.iter().zip(&mean).map(error).collect();
    Some((mean, errors))
}

/// Owen values: the groups are players among each other, and the members of one group among themselves, with
/// every other group wholly old or wholly new (Owen, in Mathematical Economics and Game Theory, 1977, 76-88).
/// `groups[i]` is the group of player i, from 0. A group's members sum to the group's own value. `None` for
/// more than [`ENUMERABLE`] groups, or more members in one.
pub fn owen(groups: &[usize], value: impl Fn(&[bool]) -> f64) -> Option<Vec<f64>> {
    let count = groups.iter().max().map_or(0, |g| g + 1);
    let mut result = vec![0.0; groups.len()];
    for own in 0..count {
        let members: Vec<usize> = (0..groups.len()).filter(|i| groups[*i] == own).collect();
        // The other groups first, then the members: the coalitions of the quotient with each part of the own
        // group.
        let others: Vec<usize> = (0..count).filter(|g| *g != own).collect();
        if members.len() > ENUMERABLE || count > ENUMERABLE {
            return None;
        }
        let worth = |part: &[bool]| {
            let gain = |outside: &[bool]| {
                let mut set: Vec<bool> = groups
                    .iter()
                    .map(|g| others.iter().position(|o| o == g).is_some_and(|k| outside[k]))
                    .collect();
                let without = value(&set);
                for (k, i) in members.iter().enumerate() {
                    set[*i] = part[k];
                }
                value(&set) - without
            };
            // The group's Shapley value in the game of groups, were it only this part of itself.
            expected_gain(others.len(), gain)
        };
        for (i, v) in members.iter().zip(exact(members.len(), worth)?) {
            result[*i] = v;
        }
    }
    Some(result)
}

/// The mean of a gain over the sets of others that stand before one newcomer in a random order.
fn expected_gain(others: usize, gain: impl Fn(&[bool]) -> f64) -> f64 {
    let players = others + 1;
    let chance =
        |size: usize| (1..=size).fold(1.0 / players as f64, |c, k| c * k as f64 / (players - k) as f64);
    (0..1usize << others)
        .map(|set| {
            let outside: Vec<bool> = (0..others).map(|i| set >> i & 1 == 1).collect();
            chance(set.count_ones() as usize) * gain(&outside)
        })
        .collect::<Sum>()
        .value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A score with every kind of interaction: a product of two and the third by itself.
    fn game(x: &[bool]) -> f64 {
        let at = |i: usize| f64::from(u8::from(x[i]));
        (1.0 + 2.0 * at(0)) * (1.0 + 3.0 * at(1)) + 5.0 * at(2)
    }

    #[test]
    fn a_product_is_shared_by_its_factors() {
        // From 1 to 12 + 5; the first factor adds 2 alone and 8 after the second.
        let got = exact(3, game).expect("few");
        assert!(got.iter().zip([5.0, 6.0, 5.0]).all(|(a, b)| (a - b).abs() < 1e-14), "{got:?}");
    }

    #[test]
    fn sampling_sums_exactly_and_comes_near() {
        let (got, error) = sampled(3, 1000, 1, game).expect("pairs");
        assert!((got.iter().sum::<f64>() - 16.0).abs() < 1e-11);
        for ((g, want), e) in got.iter().zip([5.0, 6.0, 5.0]).zip(error) {
            assert!((g - want).abs() <= 4.0 * e + 1e-12, "{g} {want} {e}");
        }
        assert_eq!(sampled(3, 9, 4, game), sampled(3, 9, 4, game));
        assert_eq!(sampled(3, 1, 4, game), None);
    }

    #[test]
    fn too_many_players_or_no_number_gives_no_values() {
        assert_eq!(exact(ENUMERABLE + 1, |_| 0.0), None);
        assert_eq!(exact(2, |x| if x[0] && x[1] { f64::NAN } else { 0.0 }), None);
        assert_eq!(exact(0, |_| 3.0), Some(vec![]));
    }

    #[test]
    fn groups_of_one_and_one_group_of_all_have_shapley_values() {
        let want = exact(3, game).expect("few");
        for groups in [[0, 1, 2], [0, 0, 0]] {
            let got = owen(&groups, game).expect("few");
            assert!(got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-13), "{got:?}");
        }
    }

    proptest! {
        #[test]
        fn values_sum_to_the_change_and_idle_players_get_nothing(v in prop::collection::vec(-5.0..5.0f64, 16)) {
            // The fifth of five players is idle.
            let f = |x: &[bool]| v[x[..4].iter().enumerate().map(|(i, b)| usize::from(*b) << i).sum::<usize>()];
            let got = exact(5, f).expect("few");
            prop_assert!((got.iter().sum::<f64>() - (v[15] - v[0])).abs() < 1e-12);
            prop_assert_eq!(got[4], 0.0);
            let nested = owen(&[0, 0, 1, 1, 2], f).expect("few");
            prop_assert!((nested.iter().sum::<f64>() - (v[15] - v[0])).abs() < 1e-12);
            let pillar = exact(3, |p: &[bool]| f(&[p[0], p[0], p[1], p[1], p[2]])).expect("few");
            prop_assert!((nested[0] + nested[1] - pillar[0]).abs() < 1e-12);
        }
    }
}
