//! The standard normal distribution; its tail by Cody's rational approximations (Math. Comp. 23 (1969)
//! 631-637).

use statrs::function::erf;
use std::f64::consts::{PI, SQRT_2};

/// Numerator and denominator of Cody's three approximations, highest power last but for the leading terms
/// that the loop in [`ratio`] takes first.
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
