//! Over-dispersion: units that differ by more than chance, and funnel limits that allow for it
//! (Spiegelhalter, Qual. Saf. Health Care 14 (2005) 347-351), with the rate of false discoveries among those
//! beyond.
//!
//! Dispersion is estimated and applied on a scale where the variance is steady, and limits are always brought
//! back to the scale of the figures before they are compared with them.

use super::distribution::{chi_squared_upper, normal_cdf, normal_density, normal_quantile};
use super::interval::{Interval, deviate};
use super::quantile::quantile;
use super::sum::Sum;

/// A scale on which the variance of a figure does not depend on the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Ratios, `ln`.
    Log,
    /// Ratios, square root, for counts that may be 0.
    Root,
    /// Proportions, arcsine of the square root.
    Arcsine,
}

impl Scale {
    /// A ratio or proportion on the scale.
    pub fn to(self, x: f64) -> f64 {
        match self {
            Scale::Log => x.ln(),
            Scale::Root => x.sqrt(),
            Scale::Arcsine => x.sqrt().asin(),
        }
    }

    /// Back to ratios or proportions; below the lowest value of the scale lies the lowest figure, not its
    /// mirror image.
    pub fn from(self, y: f64) -> f64 {
        match self {
            Scale::Log => y.exp(),
            Scale::Root => y.max(0.0).powi(2),
            Scale::Arcsine => y.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
        }
    }
}

/// A unit's figure and its standard error on a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled {
    pub y: f64,
    pub error: f64,
}

fn finite(y: f64, error: f64) -> Option<Scaled> {
    (y.is_finite() && error.is_finite() && error > 0.0).then_some(Scaled { y, error })
}

/// Observed over expected: `ln(O/E)` with `1/sqrt E`, or its root with `1/(2 sqrt E)`. `None` for no events
/// on the logarithm, and for the arcsine.
pub fn scaled_ratio(observed: f64, expected: f64, scale: Scale) -> Option<Scaled> {
    match scale {
        Scale::Log => finite((observed / expected).ln(), 1.0 / expected.sqrt()),
        Scale::Root => finite((observed / expected).sqrt(), 0.5 / expected.sqrt()),
        Scale::Arcsine => None,
    }
}

/// x of n: arcsine of the root with `1/(2 sqrt n)`.
pub fn scaled_proportion(x: f64, n: f64) -> Option<Scaled> {
    if !(n > 0.0 && (0.0..=n).contains(&x)) {
        return None;
    }
    finite((x / n).sqrt().asin(), 0.5 / n.sqrt())
}

/// One count over another: `ln((a + 1/2)/(b + 1/2))` with `sqrt(a/(a + 1/2)^2 + b/(b + 1/2)^2)`. `None` for
/// two zeros.
pub fn scaled_counts(a: f64, b: f64) -> Option<Scaled> {
    let part = |x: f64| x / (x + 0.5).powi(2);
    (a >= 0.0 && b >= 0.0).then(|| finite(((a + 0.5) / (b + 0.5)).ln(), (part(a) + part(b)).sqrt()))?
}

/// How the largest deviations are kept from deciding how much units differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Robust {
    /// Deviations beyond the quantiles at this share and its complement are set to them (type 7).
    Winsorise(f64),
    /// Units in the lowest and the highest tenth, or other share, by rank are left out: unit i is kept when
    /// `floor(rank/(share (n + 1)))` is neither the first nor the last group.
    Truncate(f64),
    All,
}

/// How much more units differ than chance allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispersion {
    /// Mean of squared deviations in standard errors; about 1 (with [`Robust::All`]) when there is only
    /// chance.
    pub phi: f64,
    /// The same divided by what winsorising alone makes of it under chance, [`winsorised_under_chance`].
    pub phi_unbiased: f64,
    /// Variance between units on the scale: `max(0, (I phi - (I-1))/(sum w - sum w^2/sum w))`, w = 1/error^2.
    /// Where errors differ widely the precise units lie furthest out in standard errors, and winsorising them
    /// makes it too small.
    pub tau2: f64,
    /// The same from `phi_unbiased`.
    pub tau2_unbiased: f64,
    /// P(chi-squared over I) of the untreated squares: small when units differ by more than chance.
    pub p: f64,
}

/// What a share winsorised at each end leaves of the squares of a normal deviate: `(1-2a) - 2q f(q) + 2a q^2`
/// with q the deviate at 1 - a and f the normal density; 0.67865 at a tenth. 1 at 0; `None` unless the share
/// lies in 0 to below 1/2.
pub fn winsorised_under_chance(share: f64) -> Option<f64> {
    if !(0.0..0.5).contains(&share) {
        return None;
    }
    if share == 0.0 {
        return Some(1.0);
    }
    let q = -normal_quantile(share);
    Some((1.0 - 2.0 * share) - 2.0 * q * normal_density(q) + 2.0 * share * q * q)
}

/// Deviations from a target in standard errors.
pub fn deviations(units: &[Scaled], target: f64) -> Vec<f64> {
    units.iter().map(|u| (u.y - target) / u.error).collect()
}

/// Deviations as treated: a unit left out is `None`. `None` for no units, or a share outside 0 to below 1/2.
pub fn robust(z: &[f64], by: Robust) -> Option<Vec<Option<f64>>> {
    let share = match by {
        Robust::Winsorise(share) | Robust::Truncate(share) => share,
        Robust::All => 0.0,
    };
    if z.is_empty() || !(0.0..0.5).contains(&share) {
        return None;
    }
    let mut sorted = z.to_vec();
    sorted.sort_by(f64::total_cmp);
    let keep = |z: f64| match by {
        Robust::All => Some(z),
        _ if share == 0.0 => Some(z),
        Robust::Winsorise(_) => {
            let (low, high) = (quantile(&sorted, share)?, quantile(&sorted, 1.0 - share)?);
            Some(z.clamp(low, high))
        }
        Robust::Truncate(_) => {
            let (below, up_to) = (sorted.partition_point(|y| *y < z), sorted.partition_point(|y| *y <= z));
            let rank = 0.5 * (below + 1 + up_to) as f64;
            let groups = 1.0 / share;
            let group = (rank * groups / (sorted.len() as f64 + 1.0)).floor();
            (group > 0.0 && group < groups - 1.0).then_some(z)
        }
    };
    Some(z.iter().map(|z| keep(*z)).collect())
}

/// The dispersion of units about a target on their scale. `None` for fewer than two units left after
/// treatment.
pub fn dispersion(units: &[Scaled], target: f64, by: Robust) -> Option<Dispersion> {
    let z = deviations(units, target);
    let treated = robust(&z, by)?;
    let kept: Vec<(f64, f64)> =
        treated.iter().zip(units).filter_map(|(z, u)| Some(((*z)?, u.error))).collect();
    if kept.len() < 2 {
        return None;
    }
    let total = |f: &dyn Fn(f64, f64) -> f64| kept.iter().map(|(z, e)| f(*z, *e)).collect::<Sum>().value();
    let n = kept.len() as f64;
    let phi = total(&|z, _| z * z) / n;
    let (w, w2) = (total(&|_, e| e.powi(-2)), total(&|_, e| e.powi(-4)));
    let tau2 = |phi: f64| ((n * phi - (n - 1.0)) / (w - w2 / w)).max(0.0);
    let shrunk = match by {
        Robust::Winsorise(share) => winsorised_under_chance(share)?,
        Robust::Truncate(_) | Robust::All => 1.0,
    };
    let all = z.iter().map(|z| z * z).collect::<Sum>().value();
    let phi_unbiased = phi / shrunk;
    Some(Dispersion {
        phi,
        phi_unbiased,
        tau2: tau2(phi),
        tau2_unbiased: tau2(phi_unbiased),
        p: chi_squared_upper(all, z.len() as f64),
    })
}

/// How over-dispersion widens limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Widening {
    /// `z s`: chance only.
    None,
    /// `z sqrt(s^2 + tau2)`: units truly differ.
    Additive(f64),
    /// `z s sqrt(max(1, phi))`: the errors are larger than thought.
    Multiplicative(f64),
}

impl Widening {
    /// The standard error of the difference from the target on the scale.
    fn error(self, error: f64) -> f64 {
        match self {
            Widening::None => error,
            Widening::Additive(tau2) => (error * error + tau2).sqrt(),
            Widening::Multiplicative(phi) => error * phi.max(1.0).sqrt(),
        }
    }
}

/// Limits for a unit with this standard error, as ratios or proportions; `target` is on the scale. `None` for
/// a number that is not finite, or a level outside 0 to 1.
pub fn widened(target: f64, error: f64, by: Widening, scale: Scale, confidence: f64) -> Option<Interval> {
    let half = deviate(confidence)? * by.error(error);
    (half.is_finite() && target.is_finite())
        .then(|| Interval::new(scale.from(target - half), scale.from(target + half)))
}

/// Two-sided probability of a deviation at least this large by chance and the widening.
pub fn p_value(unit: Scaled, target: f64, by: Widening) -> f64 {
    2.0 * normal_cdf(-((unit.y - target) / by.error(unit.error)).abs())
}

/// The false discovery rate at which each would be flagged: `min over j >= i of p(j) m/j` over ascending p
/// (Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300). In the order given; NaN counts as 1.
pub fn q_values(p: &[f64]) -> Vec<f64> {
    let clean = |i: usize| if p[i].is_nan() { 1.0 } else { p[i] };
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| clean(*a).total_cmp(&clean(*b)));
    let mut q = vec![1.0; p.len()];
    let mut least = 1.0f64;
    for (rank, i) in order.into_iter().enumerate().rev() {
        least = least.min(clean(i) * p.len() as f64 / (rank + 1) as f64);
        q[i] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn a_unit_without_size_has_no_place_on_a_scale() {
        assert_eq!((scaled_ratio(0.0, 5.0, Scale::Log), scaled_counts(0.0, 0.0)), (None, None));
        assert_eq!(scaled_ratio(0.0, 4.0, Scale::Root), Some(Scaled { y: 0.0, error: 0.25 }));
        assert_eq!((dispersion(&[], 0.0, Robust::All), winsorised_under_chance(0.5)), (None, None));
        assert_eq!((scaled_proportion(5.0, 4.0), scaled_proportion(0.0, 0.0)), (None, None));
    }

    #[test]
    fn limits_go_back_to_the_scale_of_the_figures() {
        for (scale, figure) in [(Scale::Log, 1.3), (Scale::Root, 1.3), (Scale::Arcsine, 0.3)] {
            assert!((scale.from(scale.to(figure)) - figure).abs() < 1e-14);
            let wide = widened(scale.to(figure), 0.05, Widening::Additive(0.01), scale, 0.95).expect("level");
            let own = widened(scale.to(figure), 0.05, Widening::None, scale, 0.95).expect("level");
            assert!(wide.low < own.low && own.low < figure && figure < own.high && own.high < wide.high);
        }
        assert_eq!(
            (Scale::Root.from(-0.4), Scale::Arcsine.from(-0.1), Scale::Arcsine.from(2.0)),
            (0.0, 0.0, 1.0)
        );
    }

    #[test]
    fn over_dispersion_below_chance_does_not_narrow_limits() {
        let at = |by| widened(0.0, 0.1, by, Scale::Log, 0.95);
        assert_eq!(at(Widening::Multiplicative(0.4)), at(Widening::None));
        assert_eq!(at(Widening::Additive(0.0)), at(Widening::None));
    }

    #[test]
    fn where_there_is_only_chance_the_dispersion_is_about_one_winsorised_or_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut unit = || ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        let units: Vec<Scaled> =
            (0..20_000).map(|_| Scaled { y: 0.3 * normal_quantile(unit()), error: 0.3 }).collect();
        let plain = dispersion(&units, 0.0, Robust::All).expect("units");
        let tenth = dispersion(&units, 0.0, Robust::Winsorise(0.1)).expect("units");
        assert!((plain.phi - 1.0).abs() < 0.04 && plain.p > 0.001, "{plain:?}");
        assert!((tenth.phi - 0.67865).abs() < 0.02 && (tenth.phi_unbiased - 1.0).abs() < 0.03, "{tenth:?}");
        assert!((winsorised_under_chance(0.1).expect("share") - 0.67865).abs() < 5e-6);
    }

    #[test]
    fn discovery_rates_by_hand() {
        let got = q_values(&[0.01, 0.04, 0.03, 0.005, f64::NAN]);
        let want = [0.025, 0.05, 0.05, 0.025, 1.0];
        assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-15), "{got:?}");
        assert_eq!(q_values(&[]), Vec::<f64>::new());
    }

    proptest! {
        #[test]
        fn limits_of_proportions_narrow_as_units_grow(target in 0.02..0.98f64, n in 1u64..3000, level in 0.8..0.998) {
            // On the arcsine scale, too, where small units reach its ends.
            let at = |n: u64| {
                let error = 0.5 / (n as f64).sqrt();
                widened(Scale::Arcsine.to(target), error, Widening::None, Scale::Arcsine, level).expect("level")
            };
            prop_assert!(at(n).low <= at(n + 1).low && at(n + 1).high <= at(n).high);
        }
    }
}
