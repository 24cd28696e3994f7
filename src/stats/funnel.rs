//! Funnel limits: how far a unit of its size may lie from the target by chance alone (Spiegelhalter, Stat.
//! Med. 24 (2005) 1185-1202). Where units differ by more, see [`super::dispersion`].
//!
//! Limits are `None` for a target outside its range, a size not above 0, a number that is not finite, or a
//! level outside 0 to 1.

use super::count;
use super::distribution::{binomial_cdf, binomial_probability, binomial_quantile, chi_squared_quantile};
use super::interval::{Interval, deviate};

fn share(target: f64, n: f64) -> Option<()> {
    ((0.0..=1.0).contains(&target) && n > 0.0 && n.is_finite()).then_some(())
}

/// Limits of a proportion of n by the score test: `t -/+ z sqrt(t(1-t)/n)`, within 0 to 1.
pub fn proportion(target: f64, n: f64, confidence: f64) -> Option<Interval> {
    share(target, n)?;
    let half = deviate(confidence)? * (target * (1.0 - target) / n).sqrt();
    Some(Interval::new((target - half).max(0.0), (target + half).min(1.0)))
}

/// Exact binomial limits of a proportion of n, interpolated between whole counts so that they do not jump
/// (Spiegelhalter 2005, appendix). With the tail p, below: r is the quantile at p, a = `(F(r) - p)/f(r)`, and
/// the limit `(r - a)/n`. Above: r is the quantile at q, the complement of p, a = `(F(r) - q)/f(r)`, and the
/// limit `(r + 1 - a)/n`. Within 0 to 1.
pub fn proportion_exact(target: f64, n: u64, confidence: f64) -> Option<Interval> {
    share(target, n as f64)?;
    deviate(confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    let part = |p: f64| {
        let r = binomial_quantile(p, n, target);
        (r as f64, (binomial_cdf(r, n, target) - p) / binomial_probability(r, n, target))
    };
    let ((low, a), (high, b)) = (part(tail), part(1.0 - tail));
    let n = n as f64;
    Some(Interval::new(((low - a) / n).max(0.0), ((high + 1.0 - b) / n).min(1.0)))
}

/// Exact Poisson limits of the ratio of observed to expected events at an expected number, around 1.
pub fn ratio(expected: f64, confidence: f64) -> Option<Interval> {
    (expected > 0.0).then(|| count::exact(expected, confidence))?.map(|i| i.times(1.0 / expected))
}

/// Limits of the ratio drawn against the observed number: the expected number at which just so many events
/// lie on the limit, in closed form (Dover and Schopflocher, Popul. Health Metr. 9 (2011) 58). The funnel of
/// rates is the same, times the target. The upper limit needs an event; 0 gives `None`.
pub fn ratio_by_observed(observed: f64, confidence: f64) -> Option<Interval> {
    deviate(confidence)?;
    if !(observed > 0.0 && observed.is_finite()) {
        return None;
    }
    let tail = 0.5 * (1.0 - confidence);
    let most = 0.5 * chi_squared_quantile(1.0 - tail, 2.0 * observed + 2.0);
    let least = 0.5 * chi_squared_quantile(tail, 2.0 * observed);
    Some(Interval::new(observed / most, observed / least))
}

/// Where a figure lies against two pairs of limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Below the outer lower limit, commonly 99.8 %.
    FarBelow,
    /// Below the inner lower limit, commonly 95 %.
    Below,
    Within,
    Above,
    FarAbove,
}

/// A figure on a limit is within it.
pub fn signal(figure: f64, inner: Interval, outer: Interval) -> Signal {
    if figure < outer.low {
        Signal::FarBelow
    } else if figure > outer.high {
        Signal::FarAbove
    } else if figure < inner.low {
        Signal::Below
    } else if figure > inner.high {
        Signal::Above
    } else {
        Signal::Within
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_unit_without_size_or_a_target_out_of_range_has_no_limits() {
        assert_eq!((proportion(0.5, 0.0, 0.95), proportion(1.2, 9.0, 0.95)), (None, None));
        assert_eq!((ratio(0.0, 0.95), ratio_by_observed(0.0, 0.95), ratio(5.0, 1.0)), (None, None, None));
    }

    #[test]
    fn a_figure_on_a_limit_is_within_it() {
        let (inner, outer) = (Interval::new(0.4, 0.6), Interval::new(0.3, 0.7));
        let got = [0.29, 0.3, 0.4, 0.6, 0.65, 0.71].map(|x| signal(x, inner, outer));
        use Signal::{Above, Below, FarAbove, FarBelow, Within};
        assert_eq!(got, [FarBelow, Below, Within, Within, Above, FarAbove]);
    }

    proptest! {
        #[test]
        fn the_funnel_narrows_as_units_grow(target in 0.02..0.98f64, n in 1u64..3000, level in 0.8..0.998) {
            let width = |i: Interval| i.high - i.low;
            let at = |n: u64| proportion(target, n as f64, level).expect("sound");
            prop_assert!(width(at(n + 1)) <= width(at(n)) && at(n).contains(target));
            let exact = proportion_exact(target, n, level).expect("sound");
            let mirror = proportion_exact(1.0 - target, n, level).expect("sound");
            prop_assert!((exact.low - (1.0 - mirror.high)).abs() < 1e-7, "{exact:?} {mirror:?}");
            prop_assert!(exact.low <= target + 1.0 / n as f64 && target <= exact.high + 1.0 / n as f64);
            let r = ratio(n as f64, level).expect("sound");
            prop_assert!(width(ratio(n as f64 + 1.0, level).expect("sound")) < width(r) && r.contains(1.0));
        }

        #[test]
        fn a_ratio_against_observed_lies_outside_just_when_its_count_does(o in 1u32..400, e in 0.5..400.0f64) {
            let o = f64::from(o);
            let by = ratio_by_observed(o, 0.95).expect("events");
            let own = count::exact(o, 0.95).expect("count");
            prop_assert_eq!(o / e < by.low, own.high < e);
            prop_assert_eq!(o / e > by.high, own.low > e);
        }
    }
}
