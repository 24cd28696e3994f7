//! Distribution functions and their inverses (Abramowitz and Stegun, Handbook of Mathematical Functions,
//! 1964).
//!
//! Probabilities run from 0 to 1. Every inverse is found on the smaller tail and on a logarithmic scale,
//! where the functions are concave, so that a tail of 1e-10 is as good as a quarter: ten digits and more, and
//! fewer only where a quantile itself has none. Parameters out of their range give NaN, as a logarithm of a
//! negative number does: the callers in this module check theirs first and answer `None`.

mod beta;
mod gamma;
mod normal;

pub use beta::{
    beta_cdf, beta_density, beta_quantile, binomial_cdf, binomial_probability, binomial_quantile,
    student_quantile,
};
pub use gamma::{chi_squared_quantile, chi_squared_upper, gamma_cdf, gamma_upper, poisson_cdf};
pub use normal::{normal_cdf, normal_density, normal_quantile};

/// The x whose lower tail is `p`, given the lower and the upper tail of the distribution as functions of t,
/// with x = value(t) rising; `slope` is the derivative of the lower tail by t. Newton on the logarithm of the
/// smaller tail, held in a bracket.
fn invert(tails: impl Fn(f64) -> (f64, f64), slope: impl Fn(f64) -> f64, p: (f64, f64), start: f64) -> f64 {
    let lower = p.0 <= p.1;
    let goal = if lower { p.0.ln() } else { p.1.ln() };
    let miss = |t: f64| {
        let (below, above) = tails(t);
        if lower { (below.ln() - goal, below) } else { (goal - above.ln(), above) }
    };
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut t = start;
    for _ in 0..400 {
        let (off, tail) = miss(t);
        if off == 0.0 || off.is_nan() {
            break;
        }
        if off < 0.0 {
            low = t
        } else {
            high = t
        }
        let mut next = t - off * tail / slope(t);
        let inside = next > low && next < high && next.is_finite();
        if !inside {
            next = match (low.is_finite(), high.is_finite()) {
                (true, true) => 0.5 * (low + high),
                (true, false) => low + 1.0 + low.abs(),
                (false, _) => high - 1.0 - high.abs(),
            };
        }
        if (next - t).abs() <= 1e-15 * t.abs().max(1e-3) {
            return next;
        }
        t = next;
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_parameter_out_of_range_is_not_a_number() {
        let wrong = [
            normal_quantile(1.5),
            chi_squared_quantile(0.5, -1.0),
            chi_squared_quantile(-0.1, 3.0),
            beta_quantile(0.5, 0.0, 1.0),
            student_quantile(0.9, 0.0),
            binomial_cdf(1, 2, 1.1),
            gamma_cdf(-1.0, 1.0),
        ];
        assert!(wrong.iter().all(|x| x.is_nan()), "{wrong:?}");
    }

    #[test]
    fn a_million_trials_have_a_median_at_their_mean() {
        assert_eq!(binomial_quantile(0.5, 1_000_000, 0.3), 300_000);
        let sum: f64 = (0..=40).map(|k| binomial_probability(k, 40, 0.37)).sum();
        assert!((sum - 1.0).abs() < 1e-13, "{sum}");
        assert_eq!((binomial_cdf(3, 3, 0.2), binomial_probability(1, 5, 0.0)), (1.0, 0.0));
    }

    #[test]
    fn a_million_degrees_of_freedom_are_nearly_normal() {
        // The first two terms of Fisher's expansion in 1/df.
        let z: f64 = 1.959963984540054;
        let want = z + (z.powi(3) + z) / 4e6;
        assert!(
            (student_quantile(0.975, 1e6) - want).abs() < 1e-10,
            "{:e}",
            student_quantile(0.975, 1e6) - want
        );
    }

    #[test]
    fn the_normal_tail_is_that_of_the_incomplete_gamma_function() {
        for i in 1..=700 {
            let x = f64::from(i) * 0.01;
            let want = 0.5 * gamma_upper(0.5, 0.5 * x * x);
            assert!((normal_cdf(-x) / want - 1.0).abs() < 1e-13, "{x}: {} {want}", normal_cdf(-x));
            assert!((normal_cdf(x) + normal_cdf(-x) - 1.0).abs() < 2e-16, "{x}");
        }
    }

    proptest! {
        #[test]
        fn an_inverse_leads_back(p in 1e-9..(1.0 - 1e-9), a in 0.2..2000.0, b in 0.2..2000.0) {
            let close = |got: f64| ((got - p) / f64::min(p, 1.0 - p)).abs() < 1e-9;
            prop_assert!(close(normal_cdf(normal_quantile(p))));
            prop_assert!(close(gamma_cdf(0.5 * a, 0.5 * chi_squared_quantile(p, a))));
            let x = beta_quantile(p, a, b);
            // A quantile that close to 1 has no digits left to lead back with.
            prop_assert!(!(1e-290..1.0 - 1e-6).contains(&x) || close(beta_cdf(x, a, b)), "{} {}", x, beta_cdf(x, a, b));
            let below = (1.0 - p) - gamma_upper(a, chi_squared_quantile(p, 2.0 * a) / 2.0);
            prop_assert!(below.abs() < 1e-11);
        }
    }
}
