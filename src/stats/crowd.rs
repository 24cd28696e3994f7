//! How much ordinary units differ, whatever a few do that are not ordinary.
//!
//! Own method, for funnel limits whose rate of false flags is the one they state. The moments of
//! [`super::dispersion`] are winsorised deviations in standard errors of chance alone; where units of very different size
//! differ by much more than chance, the largest ones are the furthest out in these errors and are brought in most, so that
//! the variance comes out too small and too many are flagged. Here each deviation is measured in its whole error.

use super::dispersion::{Robust, Scaled, robust, winsorised_under_chance};
use super::shrinkage::bisect;
use super::sum::Sum;

/// A unit further out than this in its whole error, one in five hundred by chance, is not ordinary.
const ORDINARY: f64 = 3.090_232;
/// Most rounds of leaving out; it settles after two or three.
const ROUNDS: usize = 8;

/// The variance between units on their scale at which the mean of the squares of `(y - target)/sqrt(error^2 + tau2)`,
/// winsorised at this share of both ends, is what it is of a normal deviate (0.67865 at a tenth); 0 where chance alone
/// gives as much. Units beyond the limits of 99.8 % are then left out and it is found again, until nobody else leaves. Of
/// the kind of Paule and Mandel (J. Res. Natl. Bur. Stand. 87 (1982) 377-385). `None` for fewer than two units or a share
/// outside 0 to below 1/2.
pub fn usual_variance(units: &[Scaled], target: f64, share: f64) -> Option<f64> {
    let mut tau2 = variance(units, target, share)?;
    let mut kept = units.len();
    for _ in 0..ROUNDS {
        let whole = |u: &&Scaled| (u.y - target).abs() <= ORDINARY * (u.error * u.error + tau2).sqrt();
        let ordinary: Vec<Scaled> = units.iter().filter(whole).copied().collect();
        if ordinary.len() == kept || ordinary.len() < 2 {
            break;
        }
        kept = ordinary.len();
        tau2 = variance(&ordinary, target, share)?;
    }
    Some(tau2)
}

fn variance(units: &[Scaled], target: f64, share: f64) -> Option<f64> {
    let under_chance = winsorised_under_chance(share)?;
    if units.len() < 2 {
        return None;
    }
    let excess = |tau2: f64| {
        let z: Vec<f64> = units.iter().map(|u| (u.y - target) / (u.error * u.error + tau2).sqrt()).collect();
        let treated = robust(&z, Robust::Winsorise(share)).unwrap_or_default();
        let squares = treated.iter().flatten().map(|z| z * z).collect::<Sum>().value();
        squares / units.len() as f64 > under_chance
    };
    if !excess(0.0) {
        return Some(0.0);
    }
    let mut high = units.iter().map(|u| (u.y - target).powi(2)).fold(f64::MIN_POSITIVE, f64::max);
    while excess(high) {
        high *= 2.0;
    }
    Some(bisect(0.0, high, excess))
}

#[cfg(test)]
mod tests {
    use super::super::distribution::normal_quantile;
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Units of widely different size that differ by `tau`, a few of them by far more.
    fn world(tau: f64, odd: usize, seed: u64) -> Vec<Scaled> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut normal = || normal_quantile(((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64);
        (0..4_000)
            .map(|i| {
                let error = 0.006 * (0.4 * normal()).exp();
                let far = if i < odd { 0.5 } else { 0.0 };
                Scaled { y: 0.5 + far + tau * normal() + error * normal(), error }
            })
            .collect()
    }

    #[test]
    fn the_variance_of_ordinary_units_is_found_and_outliers_do_not_set_it() {
        for (odd, within) in [(0, 0.06), (100, 0.12)] {
            let tau2 = usual_variance(&world(0.09, odd, 5), 0.5, 0.1).expect("units");
            assert!((tau2 / 0.0081 - 1.0).abs() < within, "{odd}: {tau2}");
        }
        assert!(usual_variance(&world(0.0, 0, 6), 0.5, 0.1).expect("units") < 4e-6);
    }

    #[test]
    fn too_few_units_have_none() {
        assert_eq!(usual_variance(&[Scaled { y: 0.5, error: 0.1 }], 0.5, 0.1), None);
        assert_eq!(usual_variance(&world(0.1, 0, 1), 0.5, 0.5), None);
    }
}
