//! How columns move together (Kendall, Rank Correlation Methods, 1948; Cronbach, Psychometrika 16 (1951)
//! 297-334).
//!
//! Two columns are compared on the rows where both have a value. A correlation is `None` when fewer than two
//! rows are shared or a column does not vary on them: a constant has no direction.

use super::interval::{Interval, deviate};
use super::rank::fractional;
use super::sum::Sum;

/// Correlations with the parent above this make a part redundant.
pub const REDUNDANT: f64 = 0.92;

fn total(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().value()
}

fn pairs(x: &[Option<f64>], y: &[Option<f64>]) -> Vec<(f64, f64)> {
    let finite = |v: &Option<f64>| v.filter(|v| v.is_finite());
    x.iter().zip(y).filter_map(|(x, y)| finite(x).zip(finite(y))).collect()
}

fn product_moment(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let (mx, my) = (total(pairs.iter().map(|p| p.0)) / n, total(pairs.iter().map(|p| p.1)) / n);
    let sum = |f: &dyn Fn(f64, f64) -> f64| total(pairs.iter().map(|(x, y)| f(x - mx, y - my)));
    let (xx, yy) = (sum(&|x, _| x * x), sum(&|_, y| y * y));
    (pairs.len() > 1 && xx > 0.0 && yy > 0.0)
        .then(|| (sum(&|x, y| x * y) / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0))
}

/// Pearson's product-moment correlation.
pub fn pearson(x: &[Option<f64>], y: &[Option<f64>]) -> Option<f64> {
    product_moment(&pairs(x, y))
}

/// Spearman's: Pearson's of the ranks on the shared rows, equal values at the mean of their places.
pub fn spearman(x: &[Option<f64>], y: &[Option<f64>]) -> Option<f64> {
    let pairs = pairs(x, y);
    let ranks = |f: fn(&(f64, f64)) -> f64| fractional(&pairs.iter().map(|p| Some(f(p))).collect::<Vec<_>>());
    let (a, b) = (ranks(|p| p.0), ranks(|p| p.1));
    product_moment(&a.into_iter().flatten().zip(b.into_iter().flatten()).collect::<Vec<_>>())
}

/// Kendall's tau-b, `(concordant - discordant)/sqrt((n0 - ties in x)(n0 - ties in y))`, in n log n steps
/// (Knight, J. Am. Stat. Assoc. 61 (1966) 436-439).
pub fn kendall(x: &[Option<f64>], y: &[Option<f64>]) -> Option<f64> {
    let mut p = pairs(x, y);
    p.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let two = |n: usize| (n as u64) * (n as u64).saturating_sub(1) / 2;
    let ties = |same: &dyn Fn(&(f64, f64), &(f64, f64)) -> bool, p: &[(f64, f64)]| {
        p.chunk_by(same).map(|c| two(c.len())).sum::<u64>()
    };
    let (all, x_ties) = (two(p.len()), ties(&|a, b| a.0 == b.0, &p));
    let both = ties(&|a, b| a == b, &p);
    let mut ys: Vec<f64> = p.iter().map(|p| p.1).collect();
    // Sorting y in the order of x, every exchange past a larger one is a discordant pair.
    let discordant = exchanges(&mut ys);
    let y_ties = ys.chunk_by(|a, b| a == b).map(|c| two(c.len())).sum::<u64>();
    let (a, b) = ((all - x_ties) as f64, (all - y_ties) as f64);
    let net = all as f64 - x_ties as f64 - y_ties as f64 + both as f64 - 2.0 * discordant as f64;
    (p.len() > 1 && a > 0.0 && b > 0.0).then(|| (net / (a.sqrt() * b.sqrt())).clamp(-1.0, 1.0))
}

/// Sorts, and counts the pairs that stood in falling order.
fn exchanges(v: &mut [f64]) -> u64 {
    if v.len() < 2 {
        return 0;
    }
    let (left, right) = v.split_at_mut(v.len() / 2);
    let mut count = exchanges(left) + exchanges(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if right[j] < left[i] {
            count += (left.len() - i) as u64;
            merged.push(right[j]);
            j += 1;
        } else {
            merged.push(left[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    v.copy_from_slice(&merged);
    count
}

/// Fisher's limits of Pearson's correlation from n rows, `tanh(atanh r -/+ z/sqrt(n-3))` (Metron 1 (1921)
/// 3-32). `None` for fewer than four rows, an r outside -1 to 1, or a level outside 0 to 1.
pub fn fisher(r: f64, n: usize, confidence: f64) -> Option<Interval> {
    if n < 4 || !(-1.0..=1.0).contains(&r) {
        return None;
    }
    let half = deviate(confidence)? / ((n - 3) as f64).sqrt();
    Some(Interval::new((r.atanh() - half).tanh(), (r.atanh() + half).tanh()))
}

/// Cronbach's alpha of the columns of a scale, `k^2 (mean covariance)/(sum of covariances)`, on the rows
/// where every column has a value. May be below 0. `None` for fewer than two columns or rows, columns of
/// different length, or a sum that does not vary.
pub fn cronbach(columns: &[Vec<Option<f64>>]) -> Option<f64> {
    let k = columns.len();
    let rows = complete_rows(columns)?;
    if k < 2 || rows.len() < 2 {
        return None;
    }
    let covariance = covariances(&rows);
    let sum = total(covariance.iter().flatten().copied());
    let own = total((0..k).map(|i| covariance[i][i]));
    let kf = k as f64;
    (sum > 0.0).then(|| kf * kf * ((sum - own) / (kf * (kf - 1.0))) / sum)
}

/// The rows in which every column has a finite value. `None` for no columns or columns of different length.
pub(super) fn complete_rows(columns: &[Vec<Option<f64>>]) -> Option<Vec<Vec<f64>>> {
    let n = columns.first()?.len();
    if columns.iter().any(|c| c.len() != n) {
        return None;
    }
    let row = |r: usize| columns.iter().map(|c| c[r].filter(|x| x.is_finite())).collect::<Option<Vec<f64>>>();
    Some((0..n).filter_map(row).collect())
}

/// Sample covariances of rows, two of them at the least.
pub(super) fn covariances(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let (n, k) = (rows.len() as f64, rows.first().map_or(0, Vec::len));
    let means: Vec<f64> = (0..k).map(|i| total(rows.iter().map(|r| r[i])) / n).collect();
    let one =
        |i: usize, j: usize| total(rows.iter().map(|r| (r[i] - means[i]) * (r[j] - means[j]))) / (n - 1.0);
    (0..k).map(|i| (0..k).map(|j| one(i.min(j), i.max(j))).collect()).collect()
}

/// What parts really weigh in a composite: their shares of the squared correlations with it (after Becker et
/// al., Ecol. Indic. 80 (2017) 12-22), beside which the stated weights are to be read. A part without a
/// correlation has no share. `None` when no part has one.
pub fn importance(parts: &[Vec<Option<f64>>], composite: &[Option<f64>]) -> Option<Vec<Option<f64>>> {
    let squares: Vec<Option<f64>> = parts.iter().map(|p| pearson(p, composite).map(|r| r * r)).collect();
    let sum = total(squares.iter().flatten().copied());
    (sum > 0.0).then(|| squares.iter().map(|s| s.map(|s| s / sum)).collect())
}

/// A line through weighted points and their weighted correlation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub intercept: f64,
    pub slope: f64,
    pub correlation: Option<f64>,
}

/// Weighted least squares of y on x over triples of weight, x and y. `None` for a weight below 0, a number
/// that is not finite, or an x that does not vary; the correlation also when y does not.
pub fn weighted_line(points: &[(f64, f64, f64)]) -> Option<Line> {
    let sound = |(w, x, y): &(f64, f64, f64)| *w >= 0.0 && w.is_finite() && x.is_finite() && y.is_finite();
    let weight = total(points.iter().map(|p| p.0));
    if !points.iter().all(sound) || weight <= 0.0 {
        return None;
    }
    let mean = |f: &dyn Fn(f64, f64) -> f64| total(points.iter().map(|(w, x, y)| w * f(*x, *y))) / weight;
    let (mx, my) = (mean(&|x, _| x), mean(&|_, y| y));
    let (xx, yy) = (mean(&|x, _| (x - mx).powi(2)), mean(&|_, y| (y - my).powi(2)));
    let xy = mean(&|x, y| (x - mx) * (y - my));
    (xx > 0.0).then(|| Line {
        intercept: my - xy / xx * mx,
        slope: xy / xx,
        correlation: (yy > 0.0).then(|| (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some(x: &[f64]) -> Vec<Option<f64>> {
        x.iter().map(|x| Some(*x)).collect()
    }

    #[test]
    fn a_constant_or_a_single_row_has_no_correlation() {
        let (x, flat) = (some(&[1.0, 2.0, 3.0]), some(&[5.0; 3]));
        for f in [pearson, spearman, kendall] {
            assert_eq!(f(&x, &flat), None);
            assert_eq!(f(&[Some(1.0), None], &[Some(2.0), Some(3.0)]), None);
            assert_eq!(f(&[], &[]), None);
            assert!(f(&x, &x).is_some_and(|r| (r - 1.0).abs() < 1e-15));
        }
    }

    #[test]
    fn only_shared_rows_count() {
        let x = [Some(1.0), Some(2.0), None, Some(3.0)];
        let y = [Some(2.0), Some(4.0), Some(-99.0), Some(6.0)];
        // The rank of a shared row is among shared rows.
        for f in [pearson, spearman, kendall] {
            assert!(f(&x, &y).is_some_and(|r| (r - 1.0).abs() < 1e-15));
        }
    }

    #[test]
    fn limits_of_a_correlation_hold_it_and_need_four_rows() {
        let i = fisher(0.5, 28, 0.95).expect("rows");
        let half = 1.959963984540054 / 5.0;
        assert!((i.high.atanh() - 0.5f64.atanh() - half).abs() < 1e-12 && i.contains(0.5));
        assert_eq!((fisher(0.5, 3, 0.95), fisher(1.5, 9, 0.95)), (None, None));
        assert_eq!(fisher(1.0, 9, 0.95), Some(Interval::new(1.0, 1.0)));
    }

    #[test]
    fn parallel_columns_have_an_alpha_of_one_and_opposite_ones_none() {
        let x = some(&[1.0, 2.0, 4.0]);
        assert!((cronbach(&[x.clone(), x.clone()]).expect("rows") - 1.0).abs() < 1e-12);
        let against = some(&[-1.0, -2.0, -4.0]);
        assert_eq!(cronbach(&[x.clone(), against]), None, "the sum is constant");
        assert_eq!((cronbach(std::slice::from_ref(&x)), cronbach(&[])), (None, None));
    }

    #[test]
    fn equal_weights_are_not_equal_importance() {
        let (a, b) = (some(&[0.0, 10.0, 20.0, 30.0]), some(&[1.0, 0.0, 1.0, 0.0]));
        let index: Vec<Option<f64>> = a.iter().zip(&b).map(|(a, b)| Some((*a)? + (*b)?)).collect();
        let got = importance(&[a, b, some(&[7.0; 4])], &index).expect("parts");
        assert!(got[0].expect("a") > 0.7 && got[2].is_none(), "{got:?}");
        assert!((got[0].expect("a") + got[1].expect("b") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_line_through_three_weighted_points() {
        let line = weighted_line(&[(1.0, 0.0, 1.0), (5.0, 1.0, 3.0), (2.0, 2.0, 5.0)]).expect("varies");
        assert!((line.slope - 2.0).abs() < 1e-14 && (line.intercept - 1.0).abs() < 1e-14);
        assert!((line.correlation.expect("varies") - 1.0).abs() < 1e-14);
        assert_eq!(weighted_line(&[(1.0, 2.0, 1.0), (1.0, 2.0, 3.0)]), None);
        assert_eq!(weighted_line(&[(-1.0, 2.0, 1.0), (5.0, 3.0, 3.0)]), None);
    }

    proptest! {
        #[test]
        fn kendall_agrees_with_counting_every_pair(raw in prop::collection::vec((0u8..6, 0u8..6), 2..40)) {
            let (x, y): (Vec<f64>, Vec<f64>) =
                raw.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
            let (mut net, mut xs, mut ys) = (0.0, 0.0, 0.0);
            for i in 0..x.len() {
                for j in 0..i {
                    let s = |v: &[f64]| if v[i] == v[j] { 0.0 } else { (v[i] - v[j]).signum() };
                    net += s(&x) * s(&y);
                    xs += s(&x).abs();
                    ys += s(&y).abs();
                }
            }
            match kendall(&some(&x), &some(&y)) {
                Some(tau) => prop_assert!((tau - net / (xs * ys).sqrt()).abs() < 1e-12),
                None => prop_assert!(xs * ys == 0.0),
            }
        }
    }
}
