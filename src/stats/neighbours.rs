//! Peers of an area: the k nearest by stated variables and weights.
//!
//! A variable is standardised over all areas with a value (mean, sample deviation); sizes and densities are
//! compared as ratios, on their logarithm. The distance is `sqrt(sum w (zi - zj)^2)` over the variables that
//! both areas have, times total weight over shared weight under the root; sharing less than half the weight,
//! two areas have no distance. Own composition of the usual parts; the mean of the peers has an interval of
//! its own, which published comparator groups lack (Dropkin 2017, doi 10.1093/pubmed/fdx136).

use super::distribution::student_quantile;
use super::interval::{Interval, deviate, moments};
use super::sum::Sum;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How a variable is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    Plain,
    /// Natural logarithm: a value not above 0 counts as missing.
    Log,
}

/// One variable over all areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub values: Vec<Option<f64>>,
    pub weight: f64,
    pub transform: Transform,
}

/// A peer.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Position of the area.
    pub area: usize,
    pub distance: f64,
    /// Share of each variable in the squared distance; 0 for one that is missing on a side. All 0 for a twin.
    pub shares: Vec<f64>,
}

/// Areas with their variables standardised.
#[derive(Clone, Debug)]
pub struct Space {
    /// By area, then by variable.
    z: Vec<Vec<Option<f64>>>,
    weights: Vec<f64>,
}

impl Space {
    /// `None` when there are no variables, they differ in length, a weight is not above 0 or a value not
    /// finite. A variable on which all areas agree tells nothing and counts as missing everywhere.
    pub fn new(variables: &[Variable]) -> Option<Space> {
        let areas = variables.first()?.values.len();
        let mut z = vec![Vec::with_capacity(variables.len()); areas];
        for v in variables {
            let finite = v.values.iter().flatten().all(|x| x.is_finite());
            if v.values.len() != areas || !finite || !v.weight.is_finite() || v.weight <= 0.0 {
                return None;
            }
            let scaled = |x: &Option<f64>| match v.transform {
                Transform::Plain => *x,
                Transform::Log => x.filter(|x| *x > 0.0).map(f64::ln),
            };
            let values: Vec<Option<f64>> = v.values.iter().map(scaled).collect();
            let there: Vec<f64> = values.iter().flatten().copied().collect();
            let spread = moments(&there).filter(|(_, variance)| *variance > 0.0);
            for (row, x) in z.iter_mut().zip(values) {
                row.push(spread.and_then(|(mean, variance)| Some((x? - mean) / variance.sqrt())));
            }
        }
        Some(Space { z, weights: variables.iter().map(|v| v.weight).collect() })
    }

    /// Squared distance by variable, rescaled for what is missing.
    fn parts(&self, i: usize, j: usize) -> Option<Vec<f64>> {
        let weights = &self.weights;
        let gap = |k: usize| Some(self.z[i][k]? - self.z[j][k]?);
        let total: f64 = weights.iter().sum();
        let shared: f64 = (0..weights.len()).filter(|k| gap(*k).is_some()).map(|k| weights[k]).sum();
        let part = |k: usize| gap(k).map_or(0.0, |g| weights[k] * g * g * total / shared);
        (shared > 0.0 && shared >= 0.5 * total).then(|| (0..weights.len()).map(part).collect())
    }

    /// The distance of two areas; `None` when they share too little, or a position is not there.
    pub fn distance(&self, i: usize, j: usize) -> Option<f64> {
        (i < self.z.len() && j < self.z.len())
            .then(|| self.parts(i, j))?
            .map(|p| p.iter().sum::<f64>().sqrt())
    }

    /// The k nearest others for which `may` holds (the same region may be barred), nearest first; equal
    /// distances stand in the order of the areas, which the caller gives in the order of their codes.
    pub fn nearest(&self, area: usize, k: usize, may: impl Fn(usize) -> bool) -> Vec<Neighbour> {
        if area >= self.z.len() {
            return Vec::new();
        }
        let one = |j: usize| {
            let parts = self.parts(area, j)?;
            let all: f64 = parts.iter().sum();
            let shares = parts.iter().map(|p| if all > 0.0 { p / all } else { 0.0 }).collect();
            Some(Neighbour { area: j, distance: all.sqrt(), shares })
        };
        let others = (0..self.z.len()).filter(|j| *j != area && may(*j));
        let mut found: Vec<Neighbour> = others.filter_map(one).collect();
        found.sort_by(|a, b| a.distance.total_cmp(&b.distance).then(a.area.cmp(&b.area)));
        found.truncate(k);
        found
    }

    /// For each of the k nearest, in how many of `draws` it stays among them when every weight is multiplied
    /// by its own exponential draw, which makes the shares of equal weights uniform over all divisions of 1
    /// (Dirichlet).
    pub fn stability(
        &self,
        area: usize,
        k: usize,
        draws: usize,
        seed: u64,
        may: impl Fn(usize) -> bool,
    ) -> Vec<(usize, usize)> {
        let mut stays: Vec<(usize, usize)> =
            self.nearest(area, k, &may).iter().map(|n| (n.area, 0)).collect();
        if stays.is_empty() {
            return stays;
        }
        // Squared gaps do not change with the weights.
        let square = |j: usize| {
            let gap = |(a, b): (&Option<f64>, &Option<f64>)| Some((a.as_ref()? - b.as_ref()?).powi(2));
            self.z[area].iter().zip(&self.z[j]).map(gap).collect::<Vec<_>>()
        };
        let others = (0..self.z.len()).filter(|j| *j != area && may(*j));
        let gaps: Vec<(usize, Vec<Option<f64>>)> = others.map(|j| (j, square(j))).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut unit = || ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        let mut found: Vec<(f64, usize)> = Vec::with_capacity(gaps.len());
        for _ in 0..draws {
            let weights: Vec<f64> = self.weights.iter().map(|w| -w * unit().ln()).collect();
            let total: f64 = weights.iter().sum();
            found.clear();
            for (j, gaps) in &gaps {
                let (mut sum, mut shared) = (0.0, 0.0);
                for (w, gap) in weights.iter().zip(gaps) {
                    if let Some(gap) = gap {
                        sum += w * gap;
                        shared += w;
                    }
                }
                if shared > 0.0 && shared >= 0.5 * total {
                    found.push((sum * total / shared, *j));
                }
            }
            if found.len() > k {
                found.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                found.truncate(k);
            }
            for (peer, count) in &mut stays {
                *count += usize::from(found.iter().any(|f| f.1 == *peer));
            }
        }
        stays
    }
}

/// The weighted mean of peers, and its variance as an estimate of what such areas are like:
/// `sum w^2 v + tau2/k`, with w shares of weight and tau2 the variance between peers. Triples of weight,
/// value and variance. `None` for no peers, no weight, or a number below 0 or not finite where it must not
/// be.
pub fn peer_mean(peers: &[(f64, f64, f64)], tau2: f64) -> Option<(f64, f64)> {
    let sound = |(w, x, v): &(f64, f64, f64)| {
        *w >= 0.0 && w.is_finite() && x.is_finite() && *v >= 0.0 && v.is_finite()
    };
    let total: f64 = peers.iter().map(|p| p.0).sum();
    if !peers.iter().all(sound) || total <= 0.0 || !tau2.is_finite() || tau2 < 0.0 {
        return None;
    }
    let sum = |f: &dyn Fn(f64, f64, f64) -> f64| {
        peers.iter().map(|(w, x, v)| f(w / total, *x, *v)).collect::<Sum>().value()
    };
    Some((sum(&|w, x, _| w * x), sum(&|w, _, v| w * w * v) + tau2 / peers.len() as f64))
}

/// An area's difference from its peers, with limits that carry the errors of both. Pairs of value and
/// variance. `None` for variances that sum to less than 0, a number that is not finite, or a level outside 0
/// to 1.
pub fn difference_from_peers(own: (f64, f64), peers: (f64, f64), confidence: f64) -> Option<(f64, Interval)> {
    let half = deviate(confidence)? * (own.1 + peers.1).sqrt();
    let gap = own.0 - peers.0;
    (half.is_finite() && gap.is_finite()).then(|| (gap, Interval::new(gap - half, gap + half)))
}

/// Where an area like its peers is expected: the prediction interval of a random-effects mean,
/// `m -/+ t(k-2) sqrt(tau2 + Var(m) + v)`, with the area's own error v under the root (Higgins, Thompson and
/// Spiegelhalter, J. R. Statist. Soc. A 172 (2009) 137-159). `mean` is the value and variance of [`peer_mean`].
/// Only an area outside it differs by more than peers differ among themselves. `None` for fewer than three peers, a
/// variance below 0 or not finite, or a level outside 0 to 1.
pub fn like_peers(mean: (f64, f64), tau2: f64, own: f64, peers: usize, confidence: f64) -> Option<Interval> {
    deviate(confidence)?;
    let variance = tau2 + mean.1 + own;
    let sound = peers >= 3 && [tau2, mean.1, own].iter().all(|v| *v >= 0.0) && variance.is_finite();
    let half = || -student_quantile(0.5 * (1.0 - confidence), peers as f64 - 2.0) * variance.sqrt();
    (sound && mean.0.is_finite()).then(half).map(|h| Interval::new(mean.0 - h, mean.0 + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_like_its_peers_is_expected_as_wide_as_they_differ() {
        // t(8) at 0.975 is 2.306004
        let i = like_peers((50.0, 1.0), 4.0, 4.0, 10, 0.95).expect("sound");
        assert!((i.high - 50.0 - 2.306_004_135_204_166 * 3.0).abs() < 1e-9, "{i:?}");
        assert_eq!(like_peers((50.0, 1.0), 4.0, 4.0, 2, 0.95), None);
        assert_eq!(like_peers((50.0, 1.0), -4.0, 4.0, 9, 0.95), None);
    }

    fn variable(values: &[Option<f64>]) -> Variable {
        Variable { values: values.to_vec(), weight: 1.0, transform: Transform::Plain }
    }

    fn all(values: &[f64]) -> Variable {
        variable(&values.iter().map(|x| Some(*x)).collect::<Vec<_>>())
    }

    #[test]
    fn a_unit_of_measure_does_not_matter_and_a_size_is_compared_as_a_ratio() {
        let metres = Space::new(&[all(&[1.0, 2.0, 4.0]), all(&[5.0, 1.0, 2.0])]).expect("sound");
        let miles = Space::new(&[all(&[1609.0, 3218.0, 6436.0]), all(&[5.0, 1.0, 2.0])]).expect("sound");
        let d = |s: &Space| s.distance(0, 2).expect("shared");
        assert!((d(&metres) - d(&miles)).abs() < 1e-12);
        let mut size = all(&[10.0, 100.0, 1000.0]);
        size.transform = Transform::Log;
        let s = Space::new(&[size]).expect("sound");
        let gap = |i, j| s.distance(i, j).expect("shared");
        assert!((gap(0, 1) - gap(1, 2)).abs() < 1e-12);
    }

    #[test]
    fn sharing_less_than_half_the_weight_is_no_distance() {
        let some = |a: &[Option<f64>]| Variable { weight: 2.0, ..variable(a) };
        let x = some(&[None, Some(1.0), Some(2.0), Some(9.0)]);
        let y = all(&[3.0, 5.0, 1.0, 4.0]);
        let s = Space::new(&[x, y]).expect("sound");
        assert_eq!(s.distance(0, 1), None, "one third is shared");
        assert!(s.distance(1, 2).is_some());
        assert!(s.nearest(0, 3, |_| true).is_empty());
        assert!(s.nearest(1, 3, |_| true).iter().all(|n| n.area != 0));
    }

    #[test]
    fn ties_stand_in_the_order_of_codes_and_a_barred_area_is_no_peer() {
        let s = Space::new(&[all(&[0.0, 1.0, -1.0, 5.0])]).expect("sound");
        let names = |n: Vec<Neighbour>| n.iter().map(|n| n.area).collect::<Vec<_>>();
        assert_eq!(names(s.nearest(0, 2, |_| true)), [1, 2]);
        assert_eq!(names(s.nearest(0, 2, |j| j != 1)), [2, 3]);
        assert_eq!(s.nearest(9, 2, |_| true), []);
    }

    #[test]
    fn a_constant_variable_says_nothing_and_a_wrong_one_is_refused() {
        let s = Space::new(&[all(&[1.0, 1.0, 1.0]), all(&[1.0, 2.0, 3.0])]).expect("sound");
        let n = s.nearest(0, 1, |_| true);
        assert_eq!((n[0].area, n[0].shares.clone()), (1, vec![0.0, 1.0]));
        assert!(Space::new(&[all(&[1.0, f64::NAN])]).is_none());
        assert!(Space::new(&[]).is_none());
        assert!(Space::new(&[Variable { weight: 0.0, ..all(&[1.0, 2.0]) }]).is_none());
    }

    #[test]
    fn a_peer_by_every_variable_stays_whatever_the_weights() {
        let s =
            Space::new(&[all(&[0.0, 0.1, 3.0, 5.0, 4.0]), all(&[0.0, 0.1, 4.0, 3.0, 9.0])]).expect("sound");
        let stays = s.stability(0, 2, 500, 1, |_| true);
        assert_eq!(stays[0], (1, 500));
        assert!(stays[1].1 > 0 && stays[1].1 < 500, "{stays:?}");
        assert_eq!(stays, s.stability(0, 2, 500, 1, |_| true));
    }

    #[test]
    fn a_division_of_the_weight_between_two_variables_is_as_likely_as_any_other() {
        // One peer differs in the first variable only and one in the second: the first is nearer while the
        // first variable's share of the weight is below a bound, and the share is uniform.
        let x = all(&[0.0, 1.0, 0.0, 10.0, -10.0]);
        let s = Space::new(&[x, all(&[0.0, 0.0, 2.0, 10.0, -10.0])]).expect("sound");
        let square = |j| s.distance(0, j).expect("shared").powi(2);
        let bound = square(2) / (square(1) + square(2));
        let stays = s.stability(0, 1, 4000, 1, |_| true);
        let share = stays[0].1 as f64 / 4000.0;
        assert!(stays[0].0 == 1 && (share - bound).abs() < 0.025, "{share} {bound}");
    }

    #[test]
    fn the_mean_of_peers_carries_their_errors_and_their_differences() {
        let (mean, variance) = peer_mean(&[(1.0, 10.0, 4.0), (1.0, 20.0, 4.0)], 6.0).expect("sound");
        assert_eq!((mean, variance), (15.0, 5.0));
        let (gap, i) = difference_from_peers((18.0, 4.0), (mean, variance), 0.95).expect("sound");
        assert!(gap == 3.0 && (i.high - 3.0 - 1.959963984540054 * 3.0).abs() < 1e-12);
        assert_eq!((peer_mean(&[], 0.0), peer_mean(&[(0.0, 1.0, 1.0)], 0.0)), (None, None));
    }
}
