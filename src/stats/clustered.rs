//! The difference between one group of units and all others, adjusted for what else differs between them, when
//! units of one cluster are alike.
//!
//! Least squares of the outcome y on membership d (1 or 0) and on adjusters x. By Frisch and Waugh (Econometrica 1
//! (1933) 387-401) the coefficient of d is `b = sum(r y) / sum(r r)`, where r is what x leaves of d. With
//! [`Level::WithinClusters`] y, d and x are first taken off their cluster means: each cluster has a level of its
//! own, and only clusters that hold both kinds say anything. With [`Level::Common`] there is one constant, and
//! differences between clusters count too.
//!
//! Its error is the delete-one-cluster jackknife `(G-1)/G sum (b_(-g) - b)^2` ("CV3": Bell and McCaffrey, Survey
//! Methodology 28 (2002) 169-181; MacKinnon, Nielsen and Webb, J. Applied Econometrics 38 (2023) 671-694), which
//! allows any dependence within a cluster. The interval is Student's with `G* - 1` degrees of freedom, where
//! `G* = (sum w_g)^2 / sum w_g^2` is the effective number of clusters (in the manner of Carter, Schnepel and
//! Steigerwald, Rev. Economics and Statistics 99 (2017) 698-709): a group that lives in three clusters has two
//! degrees of freedom, however many clusters it is compared with. `w_g` is the sum of r^2 over the cluster, and with a
//! common constant also the square of the sum of r, whichever leaves fewer.

use super::distribution::{beta_cdf, student_quantile};
use super::interval::{Interval, deviate};

/// Whether each cluster has a level of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    WithinClusters,
    Common,
}

/// One unit: its outcome, whether it is of the group, its adjusters, its cluster.
#[derive(Clone, Debug)]
pub struct Unit {
    pub outcome: f64,
    pub member: bool,
    pub adjusters: Vec<f64>,
    pub cluster: usize,
}

/// The group against all others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjusted {
    pub difference: f64,
    pub error: f64,
    /// Effective number of clusters that the difference rests on.
    pub clusters: f64,
}

impl Adjusted {
    fn degrees(&self) -> f64 {
        (self.clusters - 1.0).max(1.0)
    }

    /// `None` for a level outside 0 to 1.
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        deviate(confidence)?;
        let half = -student_quantile(0.5 * (1.0 - confidence), self.degrees()) * self.error;
        Some(Interval::new(self.difference - half, self.difference + half))
    }

    /// Two-sided probability of so large a difference where there is none.
    pub fn p_value(&self) -> f64 {
        let t2 = (self.difference / self.error).powi(2);
        beta_cdf(self.degrees() / (self.degrees() + t2), 0.5 * self.degrees(), 0.5)
    }
}

/// What is left of a sum of squares below this share of it is rounding.
const ROUNDING: f64 = 1e-9;

/// `None` when the adjusters leave nothing of membership (no cluster holds both kinds, say), when it hangs on one cluster
/// alone, when the outcome does not vary, or when rows differ in length or hold a value that is not finite.
pub fn adjusted_difference(units: &[Unit], level: Level) -> Option<Adjusted> {
    let columns = units.first()?.adjusters.len();
    let sound = |u: &Unit| {
        u.adjusters.len() == columns && u.outcome.is_finite() && u.adjusters.iter().all(|x| x.is_finite())
    };
    if !units.iter().all(sound) {
        return None;
    }
    let clusters = 1 + units.iter().map(|u| u.cluster).max()?;
    let rows = rows(units, level, clusters);
    // cross products of [adjusters.., member, outcome], by cluster and over all
    let size = rows.first()?.len();
    let mut by_cluster = vec![Vec::new(); clusters];
    let mut all = vec![0.0; size * size];
    for (unit, row) in units.iter().zip(&rows) {
        let own: &mut Vec<f64> = &mut by_cluster[unit.cluster];
        own.resize(size * size, 0.0);
        for (i, a) in row.iter().enumerate() {
            for (j, b) in row.iter().enumerate() {
                own[i * size + j] += a * b;
                all[i * size + j] += a * b;
            }
        }
    }
    let scale: Vec<f64> = (0..size).map(|i| all[i * size + i]).collect();
    if scale[size - 1] <= 0.0 {
        return None;
    }
    let difference = coefficient(all.clone(), &scale)?;
    let mut squares = 0.0;
    let held: Vec<&Vec<f64>> = by_cluster.iter().filter(|c| !c.is_empty()).collect();
    for own in &held {
        let left = all.iter().zip(own.iter()).map(|(a, b)| a - b).collect();
        squares += (coefficient(left, &scale)? - difference).powi(2);
    }
    let groups = held.len() as f64;
    let error = ((groups - 1.0) / groups * squares).sqrt();
    let clusters = effective_clusters(units, &rows, &all, level, clusters)?;
    (error > 0.0).then_some(Adjusted { difference, error, clusters })
}

/// Each unit as [adjusters.., member, outcome], off the means of its cluster or behind a constant.
fn rows(units: &[Unit], level: Level, clusters: usize) -> Vec<Vec<f64>> {
    let flat = |u: &Unit| {
        let last = [f64::from(u8::from(u.member)), u.outcome];
        u.adjusters.iter().copied().chain(last).collect::<Vec<f64>>()
    };
    let mut rows: Vec<Vec<f64>> = units.iter().map(flat).collect();
    if level == Level::Common {
        rows.iter_mut().for_each(|r| r.insert(0, 1.0));
        return rows;
    }
    let size = rows[0].len();
    let (mut sums, mut counts) = (vec![vec![0.0; size]; clusters], vec![0.0; clusters]);
    for (unit, row) in units.iter().zip(&rows) {
        counts[unit.cluster] += 1.0;
        sums[unit.cluster].iter_mut().zip(row).for_each(|(s, x)| *s += x);
    }
    for (unit, row) in units.iter().zip(&mut rows) {
        let (sum, n) = (&sums[unit.cluster], counts[unit.cluster]);
        row.iter_mut().zip(sum).for_each(|(x, s)| *x -= s / n);
    }
    rows
}

/// Sweeps the adjusters out of the cross products, those that repeat others left aside, and divides.
fn coefficient(mut m: Vec<f64>, scale: &[f64]) -> Option<f64> {
    let size = scale.len();
    let (member, outcome) = (size - 2, size - 1);
    for k in 0..member {
        let pivot = m[k * size + k];
        if pivot <= ROUNDING * scale[k] {
            continue;
        }
        for i in k + 1..size {
            let factor = m[i * size + k] / pivot;
            for j in k + 1..size {
                m[i * size + j] -= factor * m[k * size + j];
            }
        }
    }
    let left = m[member * size + member];
    (left > ROUNDING * scale[member]).then(|| m[member * size + outcome] / left)
}

/// `(sum w)^2 / sum w^2` over the clusters, w from what the adjusters leave of membership.
fn effective_clusters(
    units: &[Unit],
    rows: &[Vec<f64>],
    all: &[f64],
    level: Level,
    clusters: usize,
) -> Option<f64> {
    let size = rows.first()?.len();
    let slopes = slopes(all.to_vec(), size);
    let (mut squares, mut sums) = (vec![0.0; clusters], vec![0.0; clusters]);
    for (unit, row) in units.iter().zip(rows) {
        let fitted: f64 = row.iter().zip(&slopes).map(|(x, b)| x * b).sum();
        let rest = row[size - 2] - fitted;
        squares[unit.cluster] += rest * rest;
        sums[unit.cluster] += rest;
    }
    let kish = |w: &[f64]| {
        let (sum, of_squares): (f64, f64) = w.iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
        (of_squares > 0.0).then(|| sum * sum / of_squares)
    };
    let own = kish(&squares)?;
    if level == Level::WithinClusters {
        return Some(own);
    }
    let common: Vec<f64> = sums.iter().map(|s| s * s).collect();
    Some(kish(&common).map_or(own, |c| c.min(own)))
}

/// Coefficients of membership on the adjusters, 0 for one that repeats others.
fn slopes(mut m: Vec<f64>, size: usize) -> Vec<f64> {
    let member = size - 2;
    let scale: Vec<f64> = (0..size).map(|i| m[i * size + i]).collect();
    let mut kept = Vec::new();
    for k in 0..member {
        let pivot = m[k * size + k];
        if pivot <= ROUNDING * scale[k] {
            continue;
        }
        kept.push(k);
        for i in (0..size).filter(|i| *i != k) {
            let factor = m[i * size + k] / pivot;
            for j in k..size {
                m[i * size + j] -= factor * m[k * size + j];
            }
        }
    }
    let mut out = vec![0.0; member];
    for k in kept {
        out[k] = m[k * size + member] / m[k * size + k];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(outcome: f64, member: bool, cluster: usize) -> Unit {
        Unit { outcome, member, adjusters: Vec::new(), cluster }
    }

    #[test]
    fn a_difference_between_clusters_is_no_difference_within_them() {
        // Members live where everything is higher; beside their neighbours they are 1 higher, give or take.
        let mut units = Vec::new();
        for c in 0..6 {
            let base = if c < 3 { 10.0 } else { 0.0 };
            for i in 0..6 {
                let member = if c < 3 { i < 5 } else { i < 1 };
                let noise = 0.1 * f64::from((i * 7 + c * 3) % 5) - 0.2;
                units.push(unit(base + noise + if member { 1.0 } else { 0.0 }, member, c as usize));
            }
        }
        let within = adjusted_difference(&units, Level::WithinClusters).expect("mixed clusters");
        let across = adjusted_difference(&units, Level::Common).expect("both kinds");
        assert!((within.difference - 1.0).abs() < 0.2, "{within:?}");
        assert!(across.difference > 6.0, "{across:?}");
    }

    #[test]
    fn without_adjusters_it_is_the_difference_of_means() {
        let units: Vec<Unit> =
            (0..20).map(|i| unit(f64::from(i % 7) + f64::from(i % 2), i % 2 == 0, i as usize % 5)).collect();
        let mean = |member: bool| {
            let of: Vec<f64> = units.iter().filter(|u| u.member == member).map(|u| u.outcome).collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        let got = adjusted_difference(&units, Level::Common).expect("both kinds");
        assert!((got.difference - (mean(true) - mean(false))).abs() < 1e-12);
    }

    #[test]
    fn an_adjuster_twice_changes_nothing_and_one_that_is_membership_leaves_nothing() {
        let with = |copies: usize, as_member: bool| {
            let of = |i: i32| {
                let x = if as_member { f64::from(i % 2) } else { f64::from(i % 3) };
                let y = f64::from(i % 7) + x;
                Unit { adjusters: vec![x; copies], ..unit(y, i % 2 == 1, (i / 6) as usize) }
            };
            adjusted_difference(&(0..36).map(of).collect::<Vec<_>>(), Level::Common)
        };
        let (once, twice) = (with(1, false).expect("varies"), with(2, false).expect("varies"));
        assert!((once.difference - twice.difference).abs() < 1e-9 && (once.error - twice.error).abs() < 1e-9);
        assert!((once.clusters - twice.clusters).abs() < 1e-9);
        assert_eq!(with(1, true), None);
    }

    #[test]
    fn a_group_of_one_cluster_says_nothing() {
        let units: Vec<Unit> =
            (0..30).map(|i| unit(f64::from(i % 4), i < 5 && i % 2 == 0, i as usize / 5)).collect();
        assert_eq!(adjusted_difference(&units, Level::WithinClusters), None);
    }

    #[test]
    fn the_probability_and_the_interval_agree() {
        let a = Adjusted { difference: 2.0, error: 1.0, clusters: 5.0 };
        let edge = a.interval(1.0 - a.p_value()).expect("a level");
        assert!(edge.low.abs() < 1e-9, "{edge:?}");
    }
}
