//! Slope and relative index of inequality over quantiles of deprivation (Pamuk, Popul. Stud. 39 (1985) 17-31;
//! Public Health England's technical guide).
//!
//! Quantiles stand from the most deprived to the least; a is a quantile's share of the population and b the
//! middle of its place in the cumulative share. The line y = b0 + b1 b is fitted with weights a. The slope
//! index is the fitted difference from one end of the population to the other, the relative index their
//! ratio.
//!
//! The fit is linear in y, so its variance follows from those of the quantiles without simulation: two runs
//! give the same limits. On a transformed scale the limits of the slope index are by the delta method, and
//! those of the relative index on the logarithm of the ratio; on the plain scale the relative index has
//! Fieller's limits.

use super::interval::{Interval, deviate};
use super::sum::Sum;

/// One quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    pub population: f64,
    pub value: f64,
    /// Standard error on the scale of the fit: see [`standard_error`].
    pub error: f64,
}

/// The scale on which the line is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Plain,
    /// For rates.
    Log,
    /// For proportions.
    Logit,
}

impl Scale {
    fn to(self, y: f64) -> f64 {
        match self {
            Scale::Plain => y,
            Scale::Log => y.ln(),
            Scale::Logit => (y / (1.0 - y)).ln(),
        }
    }

    fn from(self, t: f64) -> f64 {
        match self {
            Scale::Plain => t,
            Scale::Log => t.exp(),
            Scale::Logit => 1.0 / (1.0 + (-t).exp()),
        }
    }

    /// Derivative of the value by the scale, at a value.
    fn slope(self, y: f64) -> f64 {
        match self {
            Scale::Plain => 1.0,
            Scale::Log => y,
            Scale::Logit => y * (1.0 - y),
        }
    }
}

/// The standard error that 95 % limits on the value's own scale stand for on the scale of the fit: a quarter,
/// nearly, of their distance there. `None` when a limit has no place on the scale or they are out of order.
pub fn standard_error(limits: Interval, scale: Scale) -> Option<f64> {
    let width = scale.to(limits.high) - scale.to(limits.low);
    (width.is_finite() && width >= 0.0).then(|| width / (2.0 * 1.959963984540054))
}

/// Both indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopeIndex {
    pub sii: f64,
    pub sii_limits: Interval,
    /// The fitted value at the most deprived end.
    pub intercept: f64,
    /// `None` when a fitted end is not above 0: such values have no ratio.
    pub rii: Option<f64>,
    /// `None` also when the most deprived end cannot be told from 0: the limits have no bound.
    pub rii_limits: Option<Interval>,
}

/// The indices. `multiplier` scales the slope index; a negative one turns its sign and inverts the ratio, for
/// indicators where much is bad.
///
/// `None` for fewer than two quantiles, a population not above 0, an error below 0, a value that is not
/// finite or has no place on the scale, a multiplier of 0, or a level outside 0 to 1.
pub fn slope_index(
    quantiles: &[Quantile],
    scale: Scale,
    multiplier: f64,
    confidence: f64,
) -> Option<SlopeIndex> {
    let z = deviate(confidence)?;
    let sound = |q: &Quantile| {
        q.population > 0.0 && q.population.is_finite() && q.error >= 0.0 && q.error.is_finite()
    };
    let y: Vec<f64> = quantiles.iter().map(|q| scale.to(q.value)).collect();
    let finite = y.iter().all(|y| y.is_finite()) && multiplier.is_finite() && multiplier != 0.0;
    if quantiles.len() < 2 || !quantiles.iter().all(sound) || !finite {
        return None;
    }
    let all = quantiles.iter().map(|q| q.population).collect::<Sum>().value();
    let a: Vec<f64> = quantiles.iter().map(|q| q.population / all).collect();
    let mut below = Sum::default();
    let b: Vec<f64> = a
        .iter()
        .map(|a| {
            let middle = below.value() + 0.5 * a;
            below.add(*a);
            middle
        })
        .collect();
    let over = |f: &dyn Fn(usize) -> f64| (0..a.len()).map(f).collect::<Sum>().value();
    let centre = over(&|q| a[q] * b[q]);
    let spread = over(&|q| a[q] * (b[q] - centre).powi(2));
    // What each y adds to the slope and to the intercept.
    let c1: Vec<f64> = (0..a.len()).map(|q| a[q] * (b[q] - centre) / spread).collect();
    let c0: Vec<f64> = (0..a.len()).map(|q| a[q] - centre * c1[q]).collect();
    let (b0, b1) = (over(&|q| c0[q] * y[q]), over(&|q| c1[q] * y[q]));
    let variance = |of: &dyn Fn(usize) -> f64| over(&|q| (of(q) * quantiles[q].error).powi(2));
    let (y0, y1) = (scale.from(b0), scale.from(b0 + b1));
    let (s0, s1) = (scale.slope(y0), scale.slope(y1));
    let gap = if scale == Scale::Plain { b1 } else { y1 - y0 };
    let half = z * variance(&|q| s1 * (c0[q] + c1[q]) - s0 * c0[q]).sqrt();
    let positive = y0 > 0.0 && y1 > 0.0;
    let (rii, rii_limits) = if !positive {
        (None, None)
    } else if scale == Scale::Plain {
        let covariance = over(&|q| (c0[q] + c1[q]) * c0[q] * quantiles[q].error.powi(2));
        let top = (y1, variance(&|q| c0[q] + c1[q]));
        (Some(y1 / y0), fieller(top, (y0, variance(&|q| c0[q])), covariance, z))
    } else {
        let log = (y1 / y0).ln();
        let half = z * variance(&|q| s1 / y1 * (c0[q] + c1[q]) - s0 / y0 * c0[q]).sqrt();
        (Some(y1 / y0), Some(Interval::new((log - half).exp(), (log + half).exp())))
    };
    let turned = multiplier < 0.0;
    Some(SlopeIndex {
        sii: gap * multiplier,
        sii_limits: Interval::new(gap - half, gap + half).times(multiplier),
        intercept: y0,
        rii: rii.map(|r| if turned { 1.0 / r } else { r }),
        rii_limits: rii_limits
            .filter(|l| l.low > 0.0 || !turned)
            .map(|l| if turned { Interval::new(1.0 / l.high, 1.0 / l.low) } else { l }),
    })
}

/// Fieller's limits of a ratio of two normal numbers, each with its variance (Q. J. Pharm. 17 (1944)
/// 117-123). `None` when the lower number cannot be told from 0.
fn fieller(top: (f64, f64), bottom: (f64, f64), covariance: f64, z: f64) -> Option<Interval> {
    let (z2, a) = (z * z, bottom.0 * bottom.0 - z * z * bottom.1);
    let b = top.0 * bottom.0 - z2 * covariance;
    let c = top.0 * top.0 - z2 * top.1;
    let root = (b * b - a * c).max(0.0).sqrt();
    (a > 0.0).then(|| Interval::new((b - root) / a, (b + root) / a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fifths(values: [f64; 5]) -> Vec<Quantile> {
        values.iter().map(|v| Quantile { population: 1000.0, value: *v, error: 0.02 * v }).collect()
    }

    #[test]
    fn a_straight_line_has_its_own_slope_and_ends() {
        // Middles at 0.1, 0.3 and so on: y = 10 + 5 b.
        let s = slope_index(&fifths([10.5, 11.5, 12.5, 13.5, 14.5]), Scale::Plain, 1.0, 0.95).expect("sound");
        assert!((s.sii - 5.0).abs() < 1e-12 && (s.intercept - 10.0).abs() < 1e-12);
        assert!((s.rii.expect("positive") - 1.5).abs() < 1e-12);
        assert!(s.sii_limits.contains(5.0) && s.rii_limits.expect("bounded").contains(1.5));
    }

    #[test]
    fn limits_are_in_order_for_any_multiplier_and_the_same_twice() {
        for scale in [Scale::Plain, Scale::Log, Scale::Logit] {
            for multiplier in [0.5, 1.0, 100.0, -0.5, -1.0] {
                let run = || {
                    let values = [0.30, 0.25, 0.22, 0.2, 0.1];
                    slope_index(&fifths(values), scale, multiplier, 0.95).expect("sound")
                };
                let s = run();
                assert!(
                    s.sii_limits.low < s.sii && s.sii < s.sii_limits.high,
                    "{scale:?} {multiplier} {s:?}"
                );
                let (r, l) = (s.rii.expect("positive"), s.rii_limits.expect("bounded"));
                assert!(
                    l.low < r && r < l.high && (r > 1.0) == (multiplier < 0.0),
                    "{scale:?} {multiplier} {s:?}"
                );
                assert_eq!(s, run());
            }
        }
    }

    #[test]
    fn no_inequality_is_a_slope_of_nought_and_a_ratio_of_one() {
        for scale in [Scale::Plain, Scale::Log, Scale::Logit] {
            let s = slope_index(&fifths([0.3; 5]), scale, 1.0, 0.95).expect("sound");
            assert!(s.sii.abs() < 1e-14 && (s.rii.expect("positive") - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn the_limits_are_those_of_each_quantile_moved_by_its_error() {
        let q = fifths([10.0, 12.0, 11.0, 15.0, 14.0]);
        let base = slope_index(&q, Scale::Plain, 1.0, 0.95).expect("sound");
        let moved = |i: usize| {
            let mut q = q.clone();
            q[i].value += q[i].error;
            slope_index(&q, Scale::Plain, 1.0, 0.95).expect("sound").sii - base.sii
        };
        let se = (0..5).map(|i| moved(i).powi(2)).sum::<f64>().sqrt();
        assert!((base.sii_limits.high - base.sii - 1.959963984540054 * se).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_fitted_is_missing() {
        let good = fifths([0.1, 0.2, 0.3, 0.4, 0.5]);
        let with = |f: fn(&mut Quantile)| {
            let mut q = good.clone();
            f(&mut q[2]);
            slope_index(&q, Scale::Logit, 1.0, 0.95)
        };
        assert!(with(|_| ()).is_some());
        assert_eq!(with(|q| q.value = 1.0), None);
        assert_eq!(with(|q| q.value = f64::NAN), None);
        assert_eq!(with(|q| q.population = 0.0), None);
        assert_eq!(with(|q| q.error = -1.0), None);
        assert_eq!(slope_index(&good[..1], Scale::Plain, 1.0, 0.95), None);
        assert_eq!(slope_index(&good, Scale::Plain, 0.0, 0.95), None);
        let at = |value| Quantile { population: 1.0, value, error: 0.1 };
        let through = [-2.0, -1.0, 0.0, 1.0, 2.0].map(at);
        let s = slope_index(&through, Scale::Plain, 1.0, 0.95).expect("sound");
        assert_eq!((s.rii, s.rii_limits), (None, None), "values about 0 have no ratio");
        assert_eq!(standard_error(Interval::new(0.0, 0.5), Scale::Log), None);
    }
}
