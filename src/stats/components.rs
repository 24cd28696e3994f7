//! Principal components of columns, on their correlations (Hotelling, J. Educ. Psychol. 24 (1933) 417-441),
//! by Jacobi's rotations (Golub and Van Loan, Matrix Computations).

use super::correlation::{complete_rows, covariances};

/// One component.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Variance along it; all sum to the number of columns.
    pub variance: f64,
    /// Its share of the whole.
    pub share: f64,
    /// Loading of each column, of length 1 in all. The sign is arbitrary; here the largest loading is
    /// positive.
    pub loadings: Vec<f64>,
}

/// The components of the columns, largest first, on the rows where every column has a value. `None` for no
/// columns, columns of different length, fewer than two complete rows, or a column that does not vary on
/// them.
pub fn principal_components(columns: &[Vec<Option<f64>>]) -> Option<Vec<Component>> {
    let rows = complete_rows(columns)?;
    if rows.len() < 2 {
        return None;
    }
    let covariance = covariances(&rows);
    let k = columns.len();
    if (0..k).any(|i| covariance[i][i] <= 0.0 || covariance[i][i].is_nan()) {
        return None;
    }
    let deviation: Vec<f64> = (0..k).map(|i| covariance[i][i].sqrt()).collect();
    let correlation = |i: usize, j: usize| {
        if i == j { 1.0 } else { covariance[i][j] / (deviation[i] * deviation[j]) }
    };
    let matrix: Vec<Vec<f64>> = (0..k).map(|i| (0..k).map(|j| correlation(i, j)).collect()).collect();
    let (values, vectors) = eigen(matrix);
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let component = |c: usize| {
        let mut loadings: Vec<f64> = vectors.iter().map(|row| row[c]).collect();
        let largest = loadings.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
        if largest < 0.0 {
            loadings.iter_mut().for_each(|l| *l = -*l);
        }
        // A correlation matrix has no variance below 0 but for rounding.
        let variance = values[c].max(0.0);
        Component { variance, share: variance / k as f64, loadings }
    };
    Some(order.into_iter().map(component).collect())
}

/// Eigenvalues and eigenvectors (by column) of a symmetric matrix.
fn eigen(mut a: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = a.len();
    let mut v: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..100 {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        if off < 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q] == 0.0 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in a.iter_mut().chain(v.iter_mut()) {
                    let (x, y) = (row[p], row[q]);
                    row[p] = c * x - s * y;
                    row[q] = s * x + c * y;
                }
                let (above, below) = a.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(below[0].iter_mut()) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some(x: &[f64]) -> Vec<Option<f64>> {
        x.iter().map(|x| Some(*x)).collect()
    }

    #[test]
    fn two_columns_have_the_sum_and_the_difference() {
        let (x, y) = (some(&[1.0, 2.0, 3.0, 5.0]), some(&[2.0, 1.0, 4.0, 6.0]));
        let r = super::super::correlation::pearson(&x, &y).expect("varies");
        let got = principal_components(&[x, y]).expect("varies");
        assert!((got[0].variance - (1.0 + r)).abs() < 1e-14 && (got[1].variance - (1.0 - r)).abs() < 1e-14);
        assert!(got[0].loadings.iter().all(|l| (l - 0.5f64.sqrt()).abs() < 1e-14), "{got:?}");
    }

    #[test]
    fn a_constant_column_has_no_components_and_a_missing_row_is_left_out() {
        let x = some(&[1.0, 2.0, 4.0]);
        assert_eq!(principal_components(&[x.clone(), some(&[7.0; 3])]), None);
        assert_eq!(principal_components(&[]), None);
        assert_eq!(principal_components(&[some(&[1.0]), some(&[2.0])]), None);
        let gap = [Some(1.0), None, Some(3.0), Some(5.0)];
        let full = [Some(2.0), Some(99.0), Some(1.0), Some(4.0)];
        let short = |c: &[Option<f64>]| vec![c[0], c[2], c[3]];
        assert_eq!(
            principal_components(&[gap.to_vec(), full.to_vec()]),
            principal_components(&[short(&gap), short(&full)])
        );
    }

    proptest! {
        #[test]
        fn components_put_the_correlations_together_again(
            raw in prop::collection::vec(prop::collection::vec(-9.0..9.0f64, 12), 2..7)
        ) {
            let columns: Vec<_> = raw.iter().map(|c| some(c)).collect();
            let Some(got) = principal_components(&columns) else { return Ok(()) };
            for i in 0..raw.len() {
                for j in 0..raw.len() {
                    let want = super::super::correlation::pearson(&columns[i], &columns[j]).expect("varies");
                    let sum: f64 = got.iter().map(|c| c.variance * c.loadings[i] * c.loadings[j]).sum();
                    prop_assert!((sum - want).abs() < 1e-11, "{} {}", sum, want);
                }
            }
            prop_assert!((got.iter().map(|c| c.share).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}
