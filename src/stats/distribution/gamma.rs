//! The gamma, chi-squared and Poisson distributions (Abramowitz and Stegun 6.5, 26.4).

use super::invert;
use super::normal::normal_quantile;
use statrs::function::gamma;

/// P(G <= x) of the gamma distribution with shape a and scale 1.
pub fn gamma_cdf(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return if a > 0.0 { 0.0 } else { f64::NAN };
    }
    gamma::checked_gamma_lr(a, x).unwrap_or(if x.is_infinite() && a > 0.0 { 1.0 } else { f64::NAN })
}

/// P(G > x), exact where the cumulative function has come to 1.
pub fn gamma_upper(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return if a > 0.0 { 1.0 } else { f64::NAN };
    }
    gamma::checked_gamma_ur(a, x).unwrap_or(if x.is_infinite() && a > 0.0 { 0.0 } else { f64::NAN })
}

/// The x with P(G <= x) = p, from both tails: `p` and `1 - p` as the caller knows them.
fn gamma_quantile_tails(a: f64, p: f64, q: f64) -> f64 {
    if a.is_nan() || a <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if q == 0.0 {
        return f64::INFINITY;
    }
    // Wilson and Hilferty (1931); below its reach the first term of the series, x^a = p a Gamma(a).
    let z = if p <= q { normal_quantile(p) } else { -normal_quantile(q) };
    let cube = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
    let guess = a * cube * cube * cube;
    let start = if cube > 0.1 { guess.ln() } else { (p.ln() + gamma::ln_gamma(a + 1.0)) / a };
    let density = |t: f64| (a * t - t.exp() - gamma::ln_gamma(a)).exp();
    invert(|t| (gamma_cdf(a, t.exp()), gamma_upper(a, t.exp())), density, (p, q), start).exp()
}

/// The x with P(chi-squared <= x) = p, for `df` > 0 degrees of freedom.
pub fn chi_squared_quantile(p: f64, df: f64) -> f64 {
    2.0 * gamma_quantile_tails(0.5 * df, p, 1.0 - p)
}

/// P(chi-squared > x).
pub fn chi_squared_upper(x: f64, df: f64) -> f64 {
    gamma_upper(0.5 * df, 0.5 * x)
}

/// P(X <= k) of a Poisson count with the mean given.
pub fn poisson_cdf(k: u64, mean: f64) -> f64 {
    if mean == 0.0 {
        return 1.0;
    }
    gamma_upper(k as f64 + 1.0, mean)
}
