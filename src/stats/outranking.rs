//! Who stands ahead of whom on most of the weight: outranking shares and net wins (Copeland 1951; OECD/JRC Handbook
//! 2008, 6.3). A pair is compared on what both have, with the weights of that: who stands first in the table has no
//! say. NaN is a missing value.

/// A share this close to a half is a draw: the last bit of a sum of weights decides no contest.
const DRAW: f64 = 1e-12;

/// Share of the shared weight on which `a` is above `b`, equal values counting half. `None` when no value is shared.
pub fn outranking_share(weights: &[f64], a: &[f64], b: &[f64]) -> Option<f64> {
    let (mut ahead, mut shared) = (0.0, 0.0);
    for ((w, a), b) in weights.iter().zip(a).zip(b).filter(|((_, a), b)| !a.is_nan() && !b.is_nan()) {
        shared += w;
        ahead += if a > b {
            *w
        } else if a == b {
            0.5 * w
        } else {
            0.0
        };
    }
    (shared > 0.0).then(|| ahead / shared)
}

/// Net wins of each row: the rows over which it outranks by weight, less those that outrank it.
pub fn net_wins(weights: &[f64], rows: &[Vec<f64>]) -> Vec<i64> {
    let mut wins = vec![0; rows.len()];
    for i in 0..rows.len() {
        for j in i + 1..rows.len() {
            let lead = outranking_share(weights, &rows[i], &rows[j]).map_or(0.0, |share| share - 0.5);
            if lead.abs() > DRAW {
                let won = if lead > 0.0 { 1 } else { -1 };
                wins[i] += won;
                wins[j] -= won;
            }
        }
    }
    wins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_with_a_missing_value_is_compared_on_the_rest_whoever_stands_first() {
        let rows = [vec![1.0, f64::NAN], vec![2.0, 0.0]];
        assert_eq!(net_wins(&[1.0, 9.0], &rows), [-1, 1]);
        let swapped = [rows[1].clone(), rows[0].clone()];
        assert_eq!(net_wins(&[1.0, 9.0], &swapped), [1, -1]);
        let nothing_shared = [vec![1.0, f64::NAN], vec![f64::NAN, 0.0]];
        assert_eq!(net_wins(&[1.0, 9.0], &nothing_shared), [0, 0]);
        assert_eq!(outranking_share(&[1.0, 9.0], &nothing_shared[0], &nothing_shared[1]), None);
    }

    #[test]
    fn equal_values_count_half_for_each() {
        assert_eq!(outranking_share(&[1.0, 3.0], &[2.0, 1.0], &[2.0, 5.0]), Some(0.125));
    }
}
