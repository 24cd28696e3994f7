//! Limits of confidence, and the normal deviate that belongs to a level.

use super::distribution::{normal_quantile, student_quantile};
use super::sum::Sum;

/// Lower and upper limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// From the lower and the upper limit.
    pub fn new(low: f64, high: f64) -> Interval {
        Interval { low, high }
    }

    /// Both limits times a number; a negative one changes their places.
    pub fn times(self, by: f64) -> Interval {
        let (a, b) = (self.low * by, self.high * by);
        if by < 0.0 { Interval::new(b, a) } else { Interval::new(a, b) }
    }

    /// Whether a number lies between the limits or on one.
    pub fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }
}

/// The confidence of every interval that a release prints: its words say 95 %, and so do its column names.
pub const CONFIDENCE: f64 = 0.95;

/// The two-sided normal deviate of a confidence level: 1.96 at 0.95, 3.09 at 0.998. `None` unless the level
/// lies strictly between 0 and 1.
pub fn deviate(confidence: f64) -> Option<f64> {
    (confidence > 0.0 && confidence < 1.0).then(|| -normal_quantile(0.5 * (1.0 - confidence)))
}

/// Mean and limits `m -/+ t(n-1) s/sqrt n` of a sample from a normal distribution (Student, Biometrika 6
/// (1908) 1-25). `None` for fewer than two values, a value that is not finite, or a level outside 0 to 1.
pub fn student(values: &[f64], confidence: f64) -> Option<(f64, Interval)> {
    deviate(confidence)?;
    let (mean, variance) = moments(values)?;
    let n = values.len() as f64;
    let half = -student_quantile(0.5 * (1.0 - confidence), n - 1.0) * (variance / n).sqrt();
    Some((mean, Interval::new(mean - half, mean + half)))
}

/// Mean and sample variance (n - 1), in two passes. `None` for fewer than two values or one that is not
/// finite.
pub fn moments(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 || values.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().copied().collect::<Sum>().value() / n;
    let squares: Sum = values.iter().map(|x| (x - mean) * (x - mean)).collect();
    Some((mean, squares.value() / (n - 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_levels_have_their_usual_deviates() {
        assert!((deviate(0.95).expect("level") - 1.959963984540054).abs() < 1e-14);
        assert!((deviate(0.998).expect("level") - 3.090232306167813).abs() < 1e-14);
        assert_eq!((deviate(0.0), deviate(1.0), deviate(f64::NAN)), (None, None, None));
    }

    #[test]
    fn one_value_says_nothing_about_its_spread() {
        assert_eq!(student(&[3.0], 0.95), None);
        assert_eq!(student(&[3.0, f64::NAN], 0.95), None);
        let (mean, limits) = student(&[1.0, 3.0], 0.5).expect("two values");
        // t with one degree of freedom at three quarters is 1, and s/sqrt n is 1.
        assert!((mean - 2.0).abs() < 1e-15 && (limits.low - 1.0).abs() < 1e-12, "{limits:?}");
        assert_eq!(limits.times(-2.0), Interval::new(-2.0 * limits.high, -2.0 * limits.low));
        assert!(limits.contains(2.0) && !limits.contains(0.9));
    }
}
