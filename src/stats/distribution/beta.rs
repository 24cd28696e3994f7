//! The beta, Student and binomial distributions (Abramowitz and Stegun 6.6, 26.5, 26.7; the continued
//! fraction by Lentz, Appl. Opt. 15 (1976) 668-671).

use super::invert;
use statrs::function::gamma;
use std::f64::consts::PI;

/// What Stirling's formula lacks of ln Gamma(x), from 10 on: the series of Abramowitz and Stegun 6.1.41.
fn stirling_rest(x: f64) -> f64 {
    let u = 1.0 / (x * x);
    let series = [1.0 / 156.0, -691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0];
    series.iter().fold(0.0, |sum, c| (sum + c) * u) / x + 1.0 / (12.0 * x)
}

/// ln B(a, b), without taking large logarithms of gamma from each other.
fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 10.0 {
        return gamma::ln_gamma(small) + gamma::ln_gamma(large) - gamma::ln_gamma(small + large);
    }
    let rest = stirling_rest(large) - stirling_rest(small + large);
    let ln_large = (-small / (small + large)).ln_1p();
    if small < 10.0 {
        let ends = gamma::ln_gamma(small) + small - small * (small + large).ln();
        return ends + rest + (large - 0.5) * ln_large;
    }
    let ln_small = (small / (small + large)).ln();
    let ends = 0.5 * (2.0 * PI).ln() - 0.5 * large.ln() + (small - 0.5) * ln_small;
    ends + stirling_rest(small) + rest + large * ln_large
}

/// The continued fraction of the incomplete beta function, for x below the mean.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let tiny = 1e-300;
    let kept = |v: f64| if v.abs() < tiny { tiny } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..20_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        d = 1.0 / kept(1.0 + even * d);
        c = kept(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        d = 1.0 / kept(1.0 + odd * d);
        c = kept(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// P(B <= x) and P(B > x) of the beta distribution, from x and 1 - x and their logarithms as the caller knows
/// them.
fn beta_tails(a: f64, b: f64, (x, ln_x): (f64, f64), (y, ln_y): (f64, f64)) -> (f64, f64) {
    if a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 || x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let front = a * ln_x + b * ln_y - ln_beta(a, b);
    if x < (a + 1.0) / (a + b + 2.0) {
        let below = (front.exp() * beta_fraction(a, b, x) / a).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (front.exp() * beta_fraction(b, a, y) / b).min(1.0);
        (1.0 - above, above)
    }
}

/// P(B <= x) of the beta distribution.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    beta_tails(a, b, (x, x.ln()), (1.0 - x, (-x).ln_1p())).0
}

/// x^(a-1) (1-x)^(b-1) / B(a, b), inside 0 to 1.
pub fn beta_density(x: f64, a: f64, b: f64) -> f64 {
    ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - ln_beta(a, b)).exp()
}

/// x and 1 - x from the log odds, each with its logarithm.
fn odds(t: f64) -> ((f64, f64), (f64, f64)) {
    let side = |t: f64| {
        let ln = if t < 0.0 { t - t.exp().ln_1p() } else { -(-t).exp().ln_1p() };
        (if t < 0.0 { t.exp() / (1.0 + t.exp()) } else { 1.0 / (1.0 + (-t).exp()) }, ln)
    };
    (side(t), side(-t))
}

/// The x with P(B <= x) = p.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    odds(beta_log_odds(p, 1.0 - p, a, b)).0.0
}

/// The log odds of the beta quantile, which keep what x near 1 has lost.
fn beta_log_odds(p: f64, q: f64, a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if q == 0.0 {
        return f64::INFINITY;
    }
    let slope = |t: f64| {
        let ((_, ln_x), (_, ln_y)) = odds(t);
        (a * ln_x + b * ln_y - ln_beta(a, b)).exp()
    };
    let tails = |t: f64| {
        let (x, y) = odds(t);
        beta_tails(a, b, x, y)
    };
    invert(tails, slope, (p, q), (a / b).ln())
}

/// The t with P(T <= t) = p of Student's distribution with `df` > 0 degrees of freedom.
pub fn student_quantile(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let tail = p.min(1.0 - p);
    if tail == 0.5 {
        return 0.0;
    }
    // T^2/(df + T^2) is beta(1/2, df/2); its log odds are ln(T^2/df).
    let size = (df * beta_log_odds(1.0 - 2.0 * tail, 2.0 * tail, 0.5, 0.5 * df).exp()).sqrt();
    if p < 0.5 { -size } else { size }
}

/// P(X = k) of n trials with probability p.
pub fn binomial_probability(k: u64, n: u64, p: f64) -> f64 {
    if k > n || !(0.0..=1.0).contains(&p) {
        return if (0.0..=1.0).contains(&p) { 0.0 } else { f64::NAN };
    }
    let (k, n) = (k as f64, n as f64);
    let choose = -ln_beta(k + 1.0, n - k + 1.0) - (n + 1.0).ln();
    let part = |count: f64, ln: f64| if count == 0.0 { 0.0 } else { count * ln };
    (choose + part(k, p.ln()) + part(n - k, (-p).ln_1p())).exp()
}

/// P(X <= k) of n trials with probability p.
pub fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if k >= n {
        return 1.0;
    }
    let (k, n) = (k as f64, n as f64);
    beta_tails(n - k, k + 1.0, (1.0 - p, (-p).ln_1p()), (p, p.ln())).0
}

/// The smallest k with P(X <= k) >= p.
pub fn binomial_quantile(p: f64, n: u64, prob: f64) -> u64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        // A probability that meets p to its last digits is met: rounding must not add a whole case.
        if binomial_cdf(middle, n, prob) >= p * (1.0 - 64.0 * f64::EPSILON) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beta_function_is_that_of_factorials() {
        // B(a, b) = (a-1)! (b-1)!/(a+b-1)!, as a product of ratios.
        for (a, b) in [(2u32, 3u32), (9, 12), (40, 25), (11, 300)] {
            let product: f64 = (1..a).map(|i| f64::from(i) / f64::from(b + i - 1)).product();
            let want = product / f64::from(a + b - 1);
            let got = ln_beta(f64::from(a), f64::from(b)).exp();
            assert!((got / want - 1.0).abs() < 1e-13, "{a} {b} {got} {want}");
        }
    }
}
