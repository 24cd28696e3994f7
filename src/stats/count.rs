//! Limits of a count, and of a rate or ratio made from it (APHO, Technical Briefing 3, 2008; Public Health
//! England, Technical Guide: Confidence Intervals, 2018).
//!
//! A count x is Poisson. Every function is `None` for a count below 0 or not finite, or a level outside 0 to
//! 1. Divide by the denominator and multiply as the rate asks: the denominator carries no error here.

use super::distribution::chi_squared_quantile;
use super::interval::{Interval, deviate};

/// Which limits a count has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Exact below ten, Byar's approximation from ten: the rule of Public Health England, for figures that
    /// must agree.
    Phe,
    Exact,
}

fn sound(x: f64) -> Option<f64> {
    (x >= 0.0 && x.is_finite()).then_some(x)
}

/// Exact limits from chi-squared: `q((1-c)/2; 2x)/2` and `q((1+c)/2; 2x + 2)/2` (Garwood, Biometrika 28
/// (1936) 437-442). The lower limit of none is 0.
pub fn exact(x: f64, confidence: f64) -> Option<Interval> {
    let x = sound(x)?;
    deviate(confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    let low = if x == 0.0 { 0.0 } else { 0.5 * chi_squared_quantile(tail, 2.0 * x) };
    Some(Interval::new(low, 0.5 * chi_squared_quantile(1.0 - tail, 2.0 * x + 2.0)))
}

/// Byar's limits: `x(1 - 1/(9x) - z/(3 sqrt x))^3` and `y(1 - 1/(9y) + z/(3 sqrt y))^3` with y = x + 1
/// (Breslow and Day, Statistical Methods in Cancer Research II, 1987). The lower limit is missing where
/// the formula has none: at 0, and where it falls below 0 at small counts.
pub fn byar(x: f64, confidence: f64) -> Option<(Option<f64>, f64)> {
    let (x, z) = (sound(x)?, deviate(confidence)?);
    let cube = |x: f64, z: f64| x * (1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt())).powi(3);
    Some((Some(cube(x, -z)).filter(|l| *l >= 0.0), cube(x + 1.0, z)))
}

/// Limits of a count by either method.
pub fn limits(x: f64, confidence: f64, method: Method) -> Option<Interval> {
    let x = sound(x)?;
    if method == Method::Exact || x < 10.0 {
        return exact(x, confidence);
    }
    match byar(x, confidence)? {
        (Some(low), high) => Some(Interval::new(low, high)),
        // Only at levels far beyond 99.99 %.
        (None, _) => exact(x, confidence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn none_counted_has_a_lower_limit_of_nought_and_an_upper_one_above() {
        let got = exact(0.0, 0.95).expect("count");
        assert!(got.low == 0.0 && (got.high + 0.025f64.ln()).abs() < 1e-12, "{got:?}");
        assert_eq!(byar(0.0, 0.95).expect("count").0, None);
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!((exact(bad, 0.95), limits(bad, 0.95, Method::Phe)), (None, None));
        }
        assert_eq!(limits(12.0, 1.0, Method::Phe), None);
    }

    #[test]
    fn the_rule_changes_its_method_at_ten() {
        assert_eq!(limits(9.0, 0.95, Method::Phe), exact(9.0, 0.95));
        assert_ne!(limits(10.0, 0.95, Method::Phe), exact(10.0, 0.95));
        assert_eq!(limits(10.0, 0.95, Method::Exact), exact(10.0, 0.95));
    }

    proptest! {
        #[test]
        fn byar_is_near_the_exact_limits_from_ten(x in 10u32..5000, level in 0.8..0.998) {
            let x = f64::from(x);
            let (a, b) = (limits(x, level, Method::Phe).expect("a"), exact(x, level).expect("b"));
            prop_assert!(a.contains(x) && b.contains(x));
            prop_assert!((a.low / b.low - 1.0).abs() < 0.01 && (a.high / b.high - 1.0).abs() < 0.01);
        }
    }
}
