//! How unevenly something is spread over people (Cowell, Measuring Inequality, 3rd edition, 2011; Theil,
//! Economics and Information Theory, 1967; Atkinson, J. Econ. Theory 2 (1970) 244-263).
//!
//! Units are pairs of weight (people) and value (pounds a head): a measure is that of people who each have
//! their unit's value. Weights need not sum to 1. A value of zero counts: leaving zeros out before the mean
//! is taken makes a place where some get nothing look more equal than it is. What is infinite in theory is
//! `None` here.

use super::sum::Sum;

/// People and what each of them has, sorted by value, with shares of people that sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Share of people and value, ascending.
    units: Vec<(f64, f64)>,
    mean: f64,
}

/// One group's part of a division.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupPart {
    pub people_share: f64,
    pub value_share: f64,
    pub mean: f64,
    /// The group's own measure, and what it and the gap of its mean add to the whole.
    pub measure: f64,
    pub within: f64,
    pub between: f64,
}

fn total(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().value()
}

/// x ln x, 0 at 0.
fn entropy(x: f64) -> f64 {
    if x > 0.0 { x * x.ln() } else { 0.0 }
}

impl Distribution {
    /// `None` when no weight is above 0, a weight or a value is below 0 or not finite, or all values are 0. A
    /// unit of no weight is left out.
    pub fn new(units: &[(f64, f64)]) -> Option<Distribution> {
        let sound = |(w, x): &(f64, f64)| *w >= 0.0 && *x >= 0.0 && w.is_finite() && x.is_finite();
        if !units.iter().all(sound) {
            return None;
        }
        let weight = total(units.iter().map(|u| u.0));
        let mut units: Vec<(f64, f64)> =
            units.iter().filter(|u| u.0 > 0.0).map(|(w, x)| (w / weight, *x)).collect();
        units.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mean = total(units.iter().map(|(w, x)| w * x));
        (mean > 0.0 && mean.is_finite()).then_some(Distribution { units, mean })
    }

    /// Every unit once.
    pub fn unweighted(values: &[f64]) -> Option<Distribution> {
        Distribution::new(&values.iter().map(|x| (1.0, *x)).collect::<Vec<_>>())
    }

    pub fn mean(&self) -> f64 {
        self.mean
    }

    fn sum(&self, f: impl Fn(f64, f64) -> f64) -> f64 {
        total(self.units.iter().map(|(w, x)| f(*w, *x)))
    }

    /// `sum w x (2p - w)/mu - 1`, p the share of people up to and with the unit: 0 when all have the same,
    /// near 1 when one has all.
    pub fn gini(&self) -> f64 {
        let mut before = Sum::default();
        let area = self
            .units
            .iter()
            .map(|(w, x)| {
                let twice = 2.0 * before.value() + w;
                before.add(*w);
                w * x * twice
            })
            .collect::<Sum>()
            .value();
        (area / self.mean - 1.0).max(0.0)
    }

    /// The Gini of n units of equal weight, times n/(n - 1): then one who has all gives 1. `None` for one
    /// unit.
    pub fn gini_unbiased(&self) -> Option<f64> {
        let n = self.units.len() as f64;
        (n > 1.0).then(|| self.gini() * n / (n - 1.0))
    }

    /// Points of the Lorenz curve, from (0, 0) to (1, 1): share of people, share of value.
    pub fn lorenz(&self) -> Vec<(f64, f64)> {
        let (mut p, mut l) = (Sum::default(), Sum::default());
        let mut points = vec![(0.0, 0.0)];
        for (w, x) in &self.units {
            p.add(*w);
            l.add(w * x / self.mean);
            points.push((p.value(), l.value()));
        }
        points
    }

    /// Theil's T, `sum w (x/mu) ln(x/mu)`: the share that would have to say where the money is, 0 for all
    /// alike.
    pub fn theil(&self) -> f64 {
        self.sum(|w, x| w * entropy(x / self.mean)).max(0.0)
    }

    /// Mean logarithmic deviation (Theil's L), `-sum w ln(x/mu)`. `None` when a value is 0.
    pub fn mean_log_deviation(&self) -> Option<f64> {
        self.all_positive().then(|| (-self.sum(|w, x| w * (x / self.mean).ln())).max(0.0))
    }

    fn all_positive(&self) -> bool {
        self.units.iter().all(|u| u.1 > 0.0)
    }

    /// Atkinson's share of the mean that could be given up for equality, with aversion e > 0. 1 when somebody
    /// has nothing and e is 1 or more. `None` unless e is above 0 and finite.
    pub fn atkinson(&self, e: f64) -> Option<f64> {
        if !(e > 0.0 && e.is_finite()) {
            return None;
        }
        let index = if e >= 1.0 && !self.all_positive() {
            1.0
        } else if e == 1.0 {
            1.0 - self.sum(|w, x| w * (x / self.mean).ln()).exp()
        } else {
            1.0 - self.sum(|w, x| w * (x / self.mean).powf(1.0 - e)).powf(1.0 / (1.0 - e))
        };
        Some(index.max(0.0))
    }

    /// Standard deviation over the mean, with n.
    pub fn coefficient_of_variation(&self) -> f64 {
        self.sum(|w, x| w * (x - self.mean).powi(2)).sqrt() / self.mean
    }

    /// Generalised entropy of order 2, half the squared coefficient of variation.
    pub fn generalised_entropy_2(&self) -> f64 {
        0.5 * self.coefficient_of_variation().powi(2)
    }

    /// Ricci-Schutz (Hoover, Robin Hood): the share that would have to move, `sum w |x - mu|/(2 mu)`.
    pub fn ricci_schutz(&self) -> f64 {
        self.sum(|w, x| w * (x - self.mean).abs()) / (2.0 * self.mean)
    }

    /// Theil's T of the whole as the sum of groups: `T = sum s_g T_g + sum s_g ln(mu_g/mu)`, s the share of
    /// value. `group[i]` is the group, from 0, of unit i as given; a group without people or without value is
    /// not in the result. `None` as for [`Distribution::new`], or for slices of different length.
    pub fn theil_by_group(units: &[(f64, f64)], group: &[usize]) -> Option<Vec<(usize, GroupPart)>> {
        Self::by_group(
            units,
            group,
            |d| Some(d.theil()),
            |p, part| {
                let between = part.value_share * (part.mean / p).ln();
                (part.value_share * part.measure, between)
            },
        )
    }

    /// The mean logarithmic deviation as the sum of groups: `sum f_g L_g + sum f_g ln(mu/mu_g)`, f the share
    /// of people. `None` also when a value is 0.
    pub fn log_deviation_by_group(units: &[(f64, f64)], group: &[usize]) -> Option<Vec<(usize, GroupPart)>> {
        Self::new(units)?.mean_log_deviation()?;
        Self::by_group(units, group, Distribution::mean_log_deviation, |p, part| {
            let between = part.people_share * (p / part.mean).ln();
            (part.people_share * part.measure, between)
        })
    }

    fn by_group(
        units: &[(f64, f64)],
        group: &[usize],
        measure: impl Fn(&Distribution) -> Option<f64>,
        parts: impl Fn(f64, &GroupPart) -> (f64, f64),
    ) -> Option<Vec<(usize, GroupPart)>> {
        if units.len() != group.len() {
            return None;
        }
        let whole = Distribution::new(units)?;
        let people = total(units.iter().map(|u| u.0));
        let count = group.iter().max().map_or(0, |g| g + 1);
        let of = |g: usize| {
            let own: Vec<(f64, f64)> =
                units.iter().zip(group).filter(|(_, h)| **h == g).map(|(u, _)| *u).collect();
            let d = Distribution::new(&own)?;
            let people_share = total(own.iter().map(|u| u.0)) / people;
            let mut part = GroupPart {
                people_share,
                value_share: people_share * d.mean / whole.mean,
                mean: d.mean,
                measure: measure(&d)?,
                within: 0.0,
                between: 0.0,
            };
            (part.within, part.between) = parts(whole.mean, &part);
            Some((g, part))
        };
        Some((0..count).filter_map(of).collect())
    }
}

/// Systematic component of variation between areas beyond chance, from observed and expected counts: `100/k
/// (sum (O - E)^2/E^2 - sum 1/E)` (McPherson et al., N. Engl. J. Med. 307 (1982) 1310-1314). At least 0;
/// `None` for no areas, an expected count not above 0, or a number that is not finite.
pub fn systematic_variation(areas: &[(f64, f64)]) -> Option<f64> {
    let sound = areas.iter().all(|(o, e)| *o >= 0.0 && o.is_finite() && *e > 0.0 && e.is_finite());
    if areas.is_empty() || !sound {
        return None;
    }
    let gap = total(areas.iter().map(|(o, e)| ((o - e) / e).powi(2) - 1.0 / e));
    Some((100.0 * gap / areas.len() as f64).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_place_where_one_has_all_is_as_uneven_as_can_be() {
        let d = Distribution::unweighted(&[0.0, 0.0, 0.0, 8.0]).expect("value");
        assert_eq!((d.gini(), d.gini_unbiased(), d.ricci_schutz()), (0.75, Some(1.0), 0.75));
        assert!((d.theil() - 4f64.ln()).abs() < 1e-15);
        assert_eq!((d.mean_log_deviation(), d.atkinson(1.0), d.atkinson(2.0)), (None, Some(1.0), Some(1.0)));
    }

    #[test]
    fn zeros_are_kept_before_the_mean_is_taken() {
        let with = Distribution::unweighted(&[0.0, 1.0, 2.0, 3.0, 10.0, 0.0]).expect("value");
        let without = Distribution::unweighted(&[1.0, 2.0, 3.0, 10.0]).expect("value");
        assert!((with.theil() - 0.7509196318048161).abs() < 1e-14, "{}", with.theil());
        assert!(without.theil() < 0.5);
    }

    #[test]
    fn alike_is_no_inequality_by_any_measure() {
        let d = Distribution::unweighted(&[5.0; 7]).expect("value");
        let all = [d.gini(), d.theil(), d.mean_log_deviation().expect("positive"), d.ricci_schutz()];
        assert!(all.iter().chain(&d.atkinson(0.5)).all(|x| *x < 1e-14), "{all:?}");
        assert!(d.coefficient_of_variation() < 1e-14);
    }

    #[test]
    fn nobody_nothing_and_less_than_nothing_have_no_measure() {
        for bad in [&[][..], &[(0.0, 1.0)], &[(1.0, 0.0)], &[(1.0, -1.0), (1.0, 3.0)], &[(1.0, f64::NAN)]] {
            assert_eq!(Distribution::new(bad), None, "{bad:?}");
        }
        assert_eq!(Distribution::unweighted(&[1.0, 2.0]).expect("value").atkinson(0.0), None);
        assert_eq!((systematic_variation(&[]), systematic_variation(&[(1.0, 0.0)])), (None, None));
    }

    #[test]
    fn counts_that_are_just_as_expected_vary_by_nothing_systematic() {
        assert_eq!(systematic_variation(&[(10.0, 10.0), (20.0, 20.0)]), Some(0.0));
        // (30-20)^2/20^2 twice less 2/20, times 50.
        let got = systematic_variation(&[(30.0, 20.0), (10.0, 20.0)]).expect("sound");
        assert!((got - 20.0).abs() < 1e-12, "{got}");
    }

    proptest! {
        #[test]
        fn people_counted_one_by_one_give_the_same_measures(
            raw in prop::collection::vec((1u8..6, 0.5..50.0f64), 2..10)
        ) {
            let weighted: Vec<(f64, f64)> = raw.iter().map(|(w, x)| (f64::from(*w), *x)).collect();
            let each: Vec<f64> = raw.iter().flat_map(|(w, x)| vec![*x; usize::from(*w)]).collect();
            let (a, b) = (Distribution::new(&weighted), Distribution::unweighted(&each));
            let (a, b) = (a.expect("value"), b.expect("value"));
            let all = |d: &Distribution| {
                [d.gini(), d.theil(), d.ricci_schutz(), d.coefficient_of_variation(), d.mean()]
            };
            for (x, y) in all(&a).iter().zip(all(&b)) {
                prop_assert!((x - y).abs() < 1e-10, "{x} {y}");
            }
            prop_assert!(a.gini() >= 0.0 && a.gini() < 1.0);
            let group: Vec<usize> = (0..raw.len()).map(|i| i % 3).collect();
            let sum = |parts: Vec<(usize, GroupPart)>| {
                parts.iter().map(|(_, p)| p.within + p.between).sum::<f64>()
            };
            let theil = Distribution::theil_by_group(&weighted, &group).expect("value");
            prop_assert!((sum(theil) - a.theil()).abs() < 1e-10);
            let mld = Distribution::log_deviation_by_group(&weighted, &group).expect("positive");
            prop_assert!((sum(mld) - a.mean_log_deviation().expect("positive")).abs() < 1e-10);
        }
    }
}
