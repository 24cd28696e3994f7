//! Bunching: more units just above a line that counts, and fewer just below it, than a smooth country would have.
//!
//! Own method. Four bins lie on each side of the line. If the density is smooth, the difference of the two bins at the
//! line is what its slope makes it, and the six outer bins tell the slope: for a line it is 1/15 of their difference,
//! and a curvature cancels by symmetry. What is left, over its Poisson spread, is z. It is a question about a count, not
//! about any practice. Not here: anything on a score.

use crate::define::framework::Bunching;

/// Bins on each side.
const BINS: usize = 4;

/// What stands at one line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AtLine {
    pub below: u32,
    pub above: u32,
    /// Difference of the two that the slope of the neighbourhood would make.
    pub expected: f64,
    /// `None` with too few units near the line.
    pub z: Option<f64>,
}

/// Counts the values around `line`.
pub(super) fn at_line(rule: &Bunching, line: f64, values: impl Iterator<Item = f64>) -> AtLine {
    let mut above = [0u32; BINS];
    let mut below = [0u32; BINS];
    for x in values {
        let far = (x - line) / rule.width;
        // the line itself is above it
        let (side, bin) =
            if far >= 0.0 { (&mut above, far.floor()) } else { (&mut below, (-far).ceil() - 1.0) };
        if bin < BINS as f64 {
            side[bin as usize] += 1;
        }
    }
    let outer = |side: &[u32; BINS]| f64::from(side[1..].iter().sum::<u32>());
    let (a, b) = (f64::from(above[0]), f64::from(below[0]));
    let expected = (outer(&above) - outer(&below)) / 15.0;
    let spread = (a + b + (outer(&above) + outer(&below)) / 225.0).sqrt();
    let enough = above[0] + below[0] >= rule.minimum_near;
    AtLine { below: below[0], above: above[0], expected, z: enough.then(|| (a - b - expected) / spread) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Bunching = Bunching { width: 0.01, minimum_near: 30, z: 2.33, reason: String::new() };

    /// A smooth country: shares on (0, 1) from a sum of uniform draws, cubed towards nothing as enablement is.
    fn country(seed: u64, moved: f64) -> Vec<f64> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut unit = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut all = Vec::new();
        for _ in 0..7_000 {
            let x = (unit() + unit() + unit()) / 3.0;
            let x = x * x;
            // some of those just below the line say that they are just above it
            all.push(if (0.28..0.30).contains(&x) && unit() < moved { 0.30 + 0.005 * unit() } else { x });
        }
        all
    }

    fn found(values: &[f64]) -> bool {
        at_line(&RULE, 0.30, values.iter().copied()).z.is_some_and(|z| z > RULE.z)
    }

    #[test]
    fn planted_bunching_is_found_and_a_smooth_country_is_left_alone() {
        let smooth = (1..=300).filter(|s| found(&country(*s, 0.0))).count();
        assert!(smooth <= 15, "{smooth} of 300 smooth countries");
        let planted = (1..=40).filter(|s| found(&country(*s, 0.35))).count();
        assert!(planted >= 38, "{planted} of 40 with a third of those below moved up");
    }

    #[test]
    fn a_slope_is_no_bunching_and_few_units_say_nothing() {
        let ramp = (0..2_000).map(|i| 0.26 + 0.08 * (f64::from(i) / 2_000.0).sqrt());
        let at = at_line(&RULE, 0.30, ramp);
        assert!(at.above > at.below && at.z.is_some_and(|z| z.abs() < 1.0), "{at:?}");
        assert_eq!(at_line(&RULE, 0.30, [0.30, 0.301].into_iter()).z, None);
    }
}
