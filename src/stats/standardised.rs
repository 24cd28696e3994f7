//! Directly and indirectly standardised rates with limits.
//!
//! Direct: what the events would be in a standard population (Dobson et al., Stat. Med. 10 (1991) 457-462).
//! Indirect: events against those expected at a reference's rates. `None` for no strata, a count or
//! population below 0 or not finite, a stratum without people, no standard population, or a level outside 0
//! to 1. A count that is not known is not 0: the caller decides.

use super::count::{Method, byar, limits};
use super::interval::Interval;
use super::sum::Sum;

/// Fewest events for which a directly standardised rate is given (Public Health England's rule).
pub const FEWEST_EVENTS: f64 = 10.0;

/// One age band, or other stratum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    pub events: f64,
    pub population: f64,
    pub standard: f64,
}

/// A directly standardised rate per person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direct {
    pub events: f64,
    pub rate: f64,
    pub variance: f64,
    pub limits: Interval,
}

/// What became of a direct standardisation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    Rate(Direct),
    /// Fewer than [`FEWEST_EVENTS`] events: no rate is given.
    TooFew {
        events: f64,
    },
}

fn total(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().value()
}

fn count(x: f64) -> bool {
    x >= 0.0 && x.is_finite()
}

/// `sum W x/n / sum W`, with limits `rate + sqrt(Var/O)(Byar(O) - O)` and `Var = sum W^2 x/n^2 / (sum W)^2`.
pub fn direct(strata: &[Stratum], confidence: f64) -> Option<Outcome> {
    repeated(&[(1.0, strata)], confidence)
}

/// Where one person may have several events, they are not independent: strata are given for the people with f
/// events, each counted once, and `Var = sum f^2 Var_f`. The population and the standard of a stratum stand
/// in every group.
pub fn repeated(by_frequency: &[(f64, &[Stratum])], confidence: f64) -> Option<Outcome> {
    let (_, first) = by_frequency.first()?;
    let sound = |(f, strata): &(f64, &[Stratum])| {
        let whole = |s: &Stratum| {
            count(s.events) && s.population > 0.0 && s.population.is_finite() && count(s.standard)
        };
        count(*f) && strata.len() == first.len() && strata.iter().all(whole)
    };
    let weight = total(first.iter().map(|s| s.standard));
    if !by_frequency.iter().all(sound) || weight <= 0.0 {
        return None;
    }
    let over = |f: &dyn Fn(f64, &Stratum) -> f64| {
        total(by_frequency.iter().flat_map(|(times, strata)| strata.iter().map(move |s| f(*times, s))))
    };
    let events = over(&|f, s| f * s.events);
    let rate = over(&|f, s| s.standard * f * s.events / s.population) / weight;
    let variance = over(&|f, s| f * f * s.events * (s.standard / s.population).powi(2)) / (weight * weight);
    let (low, high) = byar(events, confidence)?;
    if events < FEWEST_EVENTS {
        return Some(Outcome::TooFew { events });
    }
    let scale = (variance / events).sqrt();
    let limits = Interval::new(rate + scale * (low? - events), rate + scale * (high - events));
    Some(Outcome::Rate(Direct { events, rate, variance, limits }))
}

/// Events expected at a reference's rates: `sum n x_ref/n_ref`, from a stratum's population, and the
/// reference's events and population.
pub fn expected(strata: &[(f64, f64, f64)]) -> Option<f64> {
    let sound = |(n, x, m): &(f64, f64, f64)| count(*n) && count(*x) && *m > 0.0 && m.is_finite();
    (!strata.is_empty() && strata.iter().all(sound)).then(|| total(strata.iter().map(|(n, x, m)| n * x / m)))
}

/// Observed over expected, with the limits of the observed count over the expected one. Times a reference's
/// crude rate it is the indirectly standardised rate. `None` also when nothing is expected.
pub fn ratio(observed: f64, expected: f64, confidence: f64, method: Method) -> Option<(f64, Interval)> {
    let around = limits(observed, confidence, method)?;
    let sound = expected > 0.0 && expected.is_finite();
    sound.then(|| (observed / expected, around.times(1.0 / expected)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(events: f64, population: f64, standard: f64) -> Stratum {
        Stratum { events, population, standard }
    }

    #[test]
    fn the_own_population_as_standard_gives_the_crude_rate_and_its_limits() {
        let strata = [band(20.0, 1000.0, 1000.0), band(44.0, 3000.0, 3000.0)];
        let Some(Outcome::Rate(d)) = direct(&strata, 0.95) else { panic!("64 events") };
        let (low, high) = byar(64.0, 0.95).expect("count");
        assert!((d.rate - 0.016).abs() < 1e-15);
        assert!((d.limits.low - low.expect("64") / 4000.0).abs() < 1e-14);
        assert!((d.limits.high - high / 4000.0).abs() < 1e-14);
    }

    #[test]
    fn nine_events_give_no_rate_and_ten_do() {
        assert_eq!(direct(&[band(9.0, 100.0, 1.0)], 0.95), Some(Outcome::TooFew { events: 9.0 }));
        assert!(matches!(direct(&[band(10.0, 100.0, 1.0)], 0.95), Some(Outcome::Rate(_))));
    }

    #[test]
    fn people_with_two_events_widen_the_limits_by_the_root_of_two() {
        let once = direct(&[band(40.0, 1000.0, 1.0)], 0.95);
        let twice = repeated(&[(2.0, &[band(20.0, 1000.0, 1.0)])], 0.95);
        let (Some(Outcome::Rate(a)), Some(Outcome::Rate(b))) = (once, twice) else { panic!("40 events") };
        assert!(a.rate == b.rate && a.events == b.events);
        let width = |d: Direct| d.limits.high - d.limits.low;
        assert!((width(b) / width(a) - 2f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn nobody_there_or_nothing_expected_is_missing() {
        assert_eq!(direct(&[], 0.95), None);
        for bad in [band(1.0, 0.0, 1.0), band(-1.0, 5.0, 1.0), band(1.0, 5.0, 0.0), band(f64::NAN, 5.0, 1.0)]
        {
            assert_eq!(direct(&[bad], 0.95), None, "{bad:?}");
        }
        assert_eq!((expected(&[]), expected(&[(5.0, 1.0, 0.0)])), (None, None));
        assert_eq!(ratio(5.0, 0.0, 0.95, Method::Phe), None);
    }
}
