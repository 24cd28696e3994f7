//! A line through estimates that have errors of their own (random-effects meta-regression; Thompson and Higgins, Stat.
//! Med. 21 (2002) 1559-1573).
//!
//! `y = a + b x + u + e`, with e of known variance v and u of variance tau2, which solves generalised Q = k - 2
//! (Paule and Mandel; DerSimonian and Kacker, Contemp. Clin. Trials 28 (2007) 105-114). Limits use Student's t on
//! k - 2 degrees and the factor of Knapp and Hartung (Stat. Med. 22 (2003) 2693-2710), at least 1.

use super::Interval;
use super::distribution::student_quantile;
use super::shrinkage::bisect;
use super::sum::Sum;

/// A fitted line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regression {
    pub slope: f64,
    pub slope_limits: Interval,
    /// Variance of true values about the line.
    pub tau2: f64,
    pub units: usize,
    centre: (f64, f64),
    /// Variances of the level at the centre and of the slope.
    errors: (f64, f64),
    t: f64,
}

/// What the line says at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    pub mean: f64,
    pub mean_limits: Interval,
    /// Of the true value of one more unit.
    pub prediction: Interval,
}

#[derive(Clone, Copy)]
struct Fit {
    centre: (f64, f64),
    slope: f64,
    weight: f64,
    xx: f64,
    q: f64,
}

fn total(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().value()
}

fn fit(units: &[(f64, f64, f64)], tau2: f64) -> Fit {
    let w = |v: f64| 1.0 / (v + tau2);
    let weight = total(units.iter().map(|u| w(u.2)));
    let mx = total(units.iter().map(|u| w(u.2) * u.0)) / weight;
    let my = total(units.iter().map(|u| w(u.2) * u.1)) / weight;
    let xx = total(units.iter().map(|u| w(u.2) * (u.0 - mx).powi(2)));
    let slope = total(units.iter().map(|u| w(u.2) * (u.0 - mx) * (u.1 - my))) / xx;
    let q = total(units.iter().map(|u| w(u.2) * (u.1 - my - slope * (u.0 - mx)).powi(2)));
    Fit { centre: (mx, my), slope, weight, xx, q }
}

/// The line through triples of x, y and v. `None` for fewer than four units, an x that does not vary, a number that is
/// not finite, a v not above 0, or a level of confidence outside 0 to 1.
pub fn meta_regression(units: &[(f64, f64, f64)], confidence: f64) -> Option<Regression> {
    let sound = |u: &(f64, f64, f64)| u.0.is_finite() && u.1.is_finite() && u.2.is_finite() && u.2 > 0.0;
    let level = confidence > 0.0 && confidence < 1.0;
    if units.len() < 4 || !units.iter().all(sound) || !level || units.iter().all(|u| u.0 == units[0].0) {
        return None;
    }
    let free = (units.len() - 2) as f64;
    let tau2 = if fit(units, 0.0).q <= free {
        0.0
    } else {
        let mut high = 1.0;
        while fit(units, high).q > free {
            high *= 2.0;
        }
        bisect(0.0, high, |t| fit(units, t).q > free)
    };
    let line = fit(units, tau2);
    let scale = (line.q / free).max(1.0);
    let t = -student_quantile(0.5 * (1.0 - confidence), free);
    let errors = (scale / line.weight, scale / line.xx);
    let half = t * errors.1.sqrt();
    Some(Regression {
        slope: line.slope,
        slope_limits: Interval::new(line.slope - half, line.slope + half),
        tau2,
        units: units.len(),
        centre: line.centre,
        errors,
        t,
    })
}

impl Regression {
    pub fn at(&self, x: f64) -> Expected {
        let off = x - self.centre.0;
        let mean = self.centre.1 + self.slope * off;
        let variance = self.errors.0 + self.errors.1 * off * off;
        let limits = |v: f64| Interval::new(mean - self.t * v.sqrt(), mean + self.t * v.sqrt());
        Expected { mean, mean_limits: limits(variance), prediction: limits(variance + self.tau2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::distribution::normal_quantile;
    use crate::stats::sensitivity::below;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn without_error_between_it_is_the_weighted_line() {
        let units = [(0.0, 1.0, 1.0), (1.0, 3.2, 2.0), (2.0, 4.9, 1.0), (3.0, 7.0, 4.0)];
        let line = meta_regression(&units, 0.95).expect("sound");
        let weighted: Vec<(f64, f64, f64)> = units.iter().map(|u| (1.0 / u.2, u.0, u.1)).collect();
        let plain = crate::stats::correlation::weighted_line(&weighted).expect("sound");
        assert!(line.tau2 == 0.0 && (line.slope - plain.slope).abs() < 1e-12);
        assert!((line.at(0.0).mean - plain.intercept).abs() < 1e-12);
    }

    #[test]
    fn slope_and_next_unit_lie_in_their_limits_95_times_in_100() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut normal = || normal_quantile((below(&mut rng, 1_000_000) as f64 + 0.5) / 1e6);
        let (mut slopes, mut next) = (0, 0);
        let worlds = 1_000;
        for _ in 0..worlds {
            let mut one = |i: i32| {
                let (x, v) = (f64::from(i % 10), 0.5 + f64::from(i % 3));
                let truth = 10.0 + 2.0 * x + 1.5 * normal();
                (x, truth + v.sqrt() * normal(), v, truth)
            };
            let all: Vec<_> = (0..41).map(&mut one).collect();
            let known: Vec<_> = all[..40].iter().map(|u| (u.0, u.1, u.2)).collect();
            let line = meta_regression(&known, 0.95).expect("sound");
            slopes += u32::from(line.slope_limits.contains(2.0));
            next += u32::from(line.at(all[40].0).prediction.contains(all[40].3));
        }
        for found in [slopes, next] {
            assert!((930..=975).contains(&found), "{slopes} {next} of {worlds}");
        }
    }

    #[test]
    fn no_line_without_enough_units_or_with_one_x() {
        assert_eq!(meta_regression(&[(1.0, 1.0, 1.0); 3], 0.95), None);
        assert_eq!(meta_regression(&[(1.0, 1.0, 1.0); 9], 0.95), None);
        let mut units = vec![(1.0, 1.0, 1.0), (2.0, 1.0, 1.0), (3.0, 1.0, 1.0), (4.0, 1.0, 1.0)];
        assert!(meta_regression(&units, 0.95).is_some() && meta_regression(&units, 1.0).is_none());
        units[0].2 = 0.0;
        assert_eq!(meta_regression(&units, 0.95), None);
    }
}
