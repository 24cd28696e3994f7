//! Against means, dummies of clusters and clusters left out one by one.

use super::*;

const MEMBER: usize = 0;

fn unit(outcome: f64, member: bool, cluster: usize) -> Unit<'static> {
    Unit { outcome, group: usize::from(!member), adjusters: &[], cluster }
}

/// Members against the rest.
fn adjusted_difference(units: &[Unit<'_>], level: Level) -> Option<Adjusted> {
    adjusted_differences(units, 2, level)[MEMBER]
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
        let of: Vec<f64> =
            units.iter().filter(|u| (u.group == MEMBER) == member).map(|u| u.outcome).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    let got = adjusted_difference(&units, Level::Common).expect("both kinds");
    assert!((got.difference - (mean(true) - mean(false))).abs() < 1e-12);
}

#[test]
fn an_adjuster_twice_changes_nothing_and_one_that_is_membership_leaves_nothing() {
    let with = |copies: usize, as_member: bool| {
        let x = |i: i32| if as_member { f64::from(i % 2) } else { f64::from(i % 3) };
        let rows: Vec<Vec<f64>> = (0..36).map(|i| vec![x(i); copies]).collect();
        let of = |i: i32| {
            let y = f64::from(i % 7) + x(i);
            Unit { adjusters: &rows[i as usize], ..unit(y, i % 2 == 1, (i / 6) as usize) }
        };
        adjusted_difference(&(0..36).map(of).collect::<Vec<_>>(), Level::Common)
    };
    let (once, twice) = (with(1, false).expect("varies"), with(2, false).expect("varies"));
    assert!((once.difference - twice.difference).abs() < 1e-9 && (once.error - twice.error).abs() < 1e-9);
    assert!((once.clusters - twice.clusters).abs() < 1e-9);
    assert_eq!(with(1, true), None);
}

#[test]
fn every_group_at_once_is_each_group_alone() {
    let rows: Vec<Vec<f64>> =
        (0..90).map(|i| vec![f64::from(i % 5), f64::from(u8::from(i % 4 == 1))]).collect();
    for level in [Level::WithinClusters, Level::Common] {
        let of = |i: usize, group: usize| {
            let outcome = 1e4 + (i * i % 23) as f64 + 2.0 * (i % 3) as f64;
            Unit { outcome, group, adjusters: &rows[i], cluster: i / 9 }
        };
        let together: Vec<Unit<'_>> = (0..90).map(|i| of(i, i % 3)).collect();
        let found = adjusted_differences(&together, 3, level);
        for (group, one) in found.into_iter().enumerate() {
            let alone: Vec<Unit<'_>> = (0..90).map(|i| of(i, usize::from(i % 3 != group))).collect();
            let (one, other) = (one.expect("varies"), naive(&alone, level));
            assert!((one.difference - other.difference).abs() < 1e-9, "{one:?} {other:?}");
            assert!((one.error - other.error).abs() < 1e-9, "{one:?} {other:?}");
        }
    }
}

/// Least squares by normal equations over dummies of clusters, once for every cluster left out.
fn naive(units: &[Unit<'_>], level: Level) -> Adjusted {
    let clusters = 1 + units.iter().map(|u| u.cluster).max().expect("units");
    let fit = |without: Option<usize>| {
        let kept: Vec<&Unit<'_>> = units.iter().filter(|u| Some(u.cluster) != without).collect();
        let row = |u: &Unit<'_>| {
            let mut x = vec![f64::from(u8::from(u.group == MEMBER))];
            x.extend(u.adjusters);
            let own = (0..clusters).filter(|c| Some(*c) != without);
            match level {
                Level::Common => x.push(1.0),
                Level::WithinClusters => x.extend(own.map(|c| f64::from(u8::from(u.cluster == c)))),
            }
            x
        };
        let k = row(kept[0]).len();
        let mut m = vec![vec![0.0; k + 1]; k];
        for u in kept {
            let x = row(u);
            for i in 0..k {
                (0..k).for_each(|j| m[i][j] += x[i] * x[j]);
                m[i][k] += x[i] * u.outcome;
            }
        }
        for c in 0..k {
            let pivot = m[c].clone();
            for (i, row) in m.iter_mut().enumerate().filter(|(i, _)| *i != c) {
                let factor = row[c] / pivot[c];
                assert!(factor.is_finite(), "{i}");
                row.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= factor * y);
            }
        }
        m[0][k] / m[0][0]
    };
    let difference = fit(None);
    let squares: f64 = (0..clusters).map(|c| (fit(Some(c)) - difference).powi(2)).sum();
    let error = ((clusters as f64 - 1.0) / clusters as f64 * squares).sqrt();
    Adjusted { difference, error, clusters: f64::NAN }
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
