//! Distribution functions and their inverses (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, chapters
//! 6, 7 and 26; the normal tail by Cody's rational approximations, Math. Comp. 23 (1969) 631-637; the continued fraction
//! of the incomplete beta function by Lentz, Appl. Opt. 15 (1976) 668-671).
//!
//! Probabilities run from 0 to 1. Every inverse is found on the smaller tail and on a logarithmic scale, where the
//! functions are concave, so that a tail of 1e-10 is as good as a quarter. Parameters out of their range give NaN, as a
//! logarithm of a negative number does: the callers in this module check theirs first and answer `None`.

use statrs::function::{erf, gamma};
use std::f64::consts::{PI, SQRT_2};

/// Numerator and denominator of Cody's three approximations, highest power last but for the leading terms that the loop
/// in [`ratio`] takes first.
const CENTRE: ([f64; 5], [f64; 4]) = (
    [2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356, 0.06568233791820745],
    [47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673],
);
const SHOULDER: ([f64; 9], [f64; 8]) = (
    [
        0.39894151208813466,
        8.883149794388377,
        93.50665613217785,
        597.2702763948002,
        2494.5375852903726,
        6848.190450536283,
        11602.65143764735,
        9842.714838383978,
        1.0765576773720192e-8,
    ],
    [
        22.266688044328117,
        235.387901782625,
        1519.3775994075547,
        6485.558298266761,
        18615.571640885097,
        34900.95272114598,
        38912.00328609327,
        19685.429676859992,
    ],
);
const TAIL: ([f64; 6], [f64; 5]) = (
    [
        0.215898534057957,
        0.12740116116024736,
        0.022235277870649807,
        0.0014216191932278934,
        2.9112874951168793e-5,
        0.023073441764940174,
    ],
    [1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 7.297515550839662e-5],
);

/// The quotient of two polynomials in u, by Horner's rule.
fn ratio(top: &[f64], bottom: &[f64], u: f64) -> f64 {
    let last = bottom.len() - 1;
    let (mut over, mut under) = (top[last + 1] * u, u);
    for i in 0..last {
        over = (over + top[i]) * u;
        under = (under + bottom[i]) * u;
    }
    (over + top[last]) / (under + bottom[last])
}

/// P(Z <= x) of the standard normal, to the last digits also far out on the left.
pub fn normal_cdf(x: f64) -> f64 {
    let y = x.abs();
    if y <= 0.67448975 {
        return 0.5 + x * ratio(&CENTRE.0, &CENTRE.1, x * x);
    }
    // exp(-y^2/2) in two factors, the first of them with an exact exponent.
    let whole = (y * 16.0).trunc() / 16.0;
    let bell = || (-0.5 * whole * whole).exp() * (-0.5 * (y - whole) * (y + whole)).exp();
    let tail = if y <= 32f64.sqrt() {
        bell() * ratio(&SHOULDER.0, &SHOULDER.1, y)
    } else if y < 40.0 {
        let u = 1.0 / (y * y);
        bell() * (1.0 / (2.0 * PI).sqrt() - u * ratio(&TAIL.0, &TAIL.1, u)) / y
    } else if x.is_nan() {
        return x;
    } else {
        0.0
    };
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// exp(-x^2/2)/sqrt(2 pi).
pub fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// The x with P(Z <= x) = p; infinite at 0 and 1.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p > 0.5 {
        // 1 - p is exact here.
        return -normal_quantile(1.0 - p);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if p == 0.5 {
        return 0.0;
    }
    let x = -SQRT_2 * erf::erfc_inv(2.0 * p);
    // One step of Halley takes out what is left of the rational approximation.
    let step = (normal_cdf(x) - p) / normal_density(x);
    if step.is_finite() { x - step / (1.0 + 0.5 * x * step) } else { x }
}

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

/// The x whose lower tail is `p`, given the lower and the upper tail of the distribution as functions of t, with x =
/// value(t) rising; `slope` is the derivative of the lower tail by t. Newton on the logarithm of the smaller tail, held in
/// a bracket.
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

/// P(B <= x) and P(B > x) of the beta distribution, from x and 1 - x as the caller knows them.
fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 || x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let front = gamma::ln_gamma(a + b) - gamma::ln_gamma(a) - gamma::ln_gamma(b) + a * x.ln() + b * y.ln();
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
    beta_tails(a, b, x, 1.0 - x).0
}

/// x^(a-1) (1-x)^(b-1) / B(a, b), inside 0 to 1.
pub fn beta_density(x: f64, a: f64, b: f64) -> f64 {
    let ln_beta = gamma::ln_gamma(a) + gamma::ln_gamma(b) - gamma::ln_gamma(a + b);
    ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - ln_beta).exp()
}

/// x and 1 - x from the log odds.
fn odds(t: f64) -> (f64, f64) {
    let x = if t < 0.0 { t.exp() / (1.0 + t.exp()) } else { 1.0 / (1.0 + (-t).exp()) };
    let y = if t < 0.0 { 1.0 / (1.0 + t.exp()) } else { (-t).exp() / (1.0 + (-t).exp()) };
    (x, y)
}

/// The x with P(B <= x) = p.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    odds(beta_log_odds(p, 1.0 - p, a, b)).0
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
    let ln_beta = gamma::ln_gamma(a) + gamma::ln_gamma(b) - gamma::ln_gamma(a + b);
    let slope = |t: f64| {
        let (x, y) = odds(t);
        (a * x.ln() + b * y.ln() - ln_beta).exp()
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
    let choose = gamma::ln_gamma(n + 1.0) - gamma::ln_gamma(k + 1.0) - gamma::ln_gamma(n - k + 1.0);
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
    beta_tails(n - k, k + 1.0, 1.0 - p, p).0
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

/// P(X <= k) of a Poisson count with the mean given.
pub fn poisson_cdf(k: u64, mean: f64) -> f64 {
    if mean == 0.0 {
        return 1.0;
    }
    gamma_upper(k as f64 + 1.0, mean)
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
