//! Sample skewness and kurtosis, as the test before the treatment of outliers uses them.

use crate::stats::Sum;

/// Sample skewness G1 and excess kurtosis G2 (Joanes and Gill, The Statistician 47 (1998) 183-189):
/// `G1 = sqrt(n(n-1))/(n-2) m3/m2^1.5`, `G2 = (n-1)/((n-2)(n-3)) ((n+1)(m4/m2^2 - 3) + 6)`, m over n. `None` for fewer
/// than four values and for a constant, which has neither.
pub(super) fn skewness_and_kurtosis(x: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64)> {
    let n = x.clone().count() as f64;
    if n < 4.0 {
        return None;
    }
    let mean = x.clone().collect::<Sum>().value() / n;
    let moment = |k: i32| x.clone().map(|v| (v - mean).powi(k)).collect::<Sum>().value() / n;
    let (m2, m3, m4) = (moment(2), moment(3), moment(4));
    if m2 <= 0.0 || m2.sqrt() <= f64::EPSILON * mean.abs() {
        return None;
    }
    let g1 = (n * (n - 1.0)).sqrt() / (n - 2.0) * m3 / m2.powf(1.5);
    let g2 = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (m4 / (m2 * m2) - 3.0) + 6.0);
    Some((g1, g2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_numbers_and_a_large_one() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 100.0];
        let (g1, g2) = skewness_and_kurtosis(x.into_iter()).expect("some");
        assert!((g1 - 3.25563818406051).abs() < 1e-13 && (g2 - 10.706673906422).abs() < 1e-11, "{g1} {g2}");
        assert!(skewness_and_kurtosis([0.1; 9].into_iter()).is_none(), "a constant has no shape");
    }
}
