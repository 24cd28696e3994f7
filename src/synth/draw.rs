//! Random draws: one ChaCha stream per entity, and the few distributions that the generator needs.
//!
//! Not a statistics library: shapes are good enough for a demonstration (Poisson counts above 60 are rounded
//! normals).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// What a stream belongs to. The number is part of the seed: never reuse one, never renumber.
#[derive(Clone, Copy)]
pub enum Kind {
    Country = 1,
    Ccg = 2,
    Practice = 3,
    PomiMonth = 4,
    Payments = 5,
    Requests = 6,
    Sent = 7,
    Choices = 8,
    Spend = 9,
    Weighted = 10,
    Consultations = 11,
    Telephony = 12,
    CostCentre = 13,
    Pseudo = 14,
    Declaration = 15,
    Survey = 16,
    Toolkit = 17,
    Agreement = 18,
    SpendReturn = 30,
    Residents = 31,
}

/// A stream of random numbers that belongs to one entity.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of entity `id` of a kind; `part` tells its months, years or branches apart (below 65,536).
    pub fn new(seed: u64, kind: Kind, id: usize, part: usize) -> Draw {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((kind as u64) << 56 | (id as u64) << 16 | part as u64);
        Draw(rng)
    }

    /// Uniform on [0, 1), 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Uniform on 0..n. The bias of a modulus over 64 bits is far below anything visible here.
    pub fn below(&mut self, n: usize) -> usize {
        (self.0.next_u64() % n.max(1) as u64) as usize
    }

    /// Standard normal (Box and Muller 1958, one of the pair).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    /// A factor with median 1.
    pub fn factor(&mut self, sd_of_log: f64) -> f64 {
        (sd_of_log * self.normal()).exp()
    }

    /// A count with this mean.
    pub fn poisson(&mut self, mean: f64) -> i64 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 60.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as i64;
        }
        let floor = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// How many of `n` succeed with probability `p`; never more than `n`.
    pub fn binomial(&mut self, n: i64, p: f64) -> i64 {
        if n < 40 {
            return (0..n).filter(|_| self.chance(p)).count() as i64;
        }
        let mean = n as f64 * p;
        let sd = (mean * (1.0 - p)).max(0.0).sqrt();
        ((mean + sd * self.normal()).round() as i64).clamp(0, n)
    }

    /// Picks an index by weight.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        let mut left = self.unit() * total;
        for (i, w) in weights.iter().enumerate() {
            left -= w;
            if left < 0.0 {
                return i;
            }
        }
        weights.len() - 1
    }

    /// 0..n in random order (Fisher and Yates).
    pub fn order(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

/// The share whose log odds are `x`.
pub fn share(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_two_entities_differ_and_repeat() {
        let take = |id| {
            let mut d = Draw::new(7, Kind::Practice, id, 0);
            [d.unit(), d.unit(), d.normal()]
        };
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
    }

    #[test]
    fn counts_have_the_mean_that_was_asked_for_on_both_sides_of_the_switch() {
        for mean in [0.3, 5.0, 59.0, 61.0, 900.0] {
            let mut d = Draw::new(11, Kind::Country, 0, 0);
            let n = 4_000;
            let got = (0..n).map(|_| d.poisson(mean)).sum::<i64>() as f64 / n as f64;
            assert!((got - mean).abs() < 4.0 * (mean / n as f64).sqrt(), "{mean}: {got}");
            let hits = (0..n).map(|_| d.binomial(100, 0.3)).sum::<i64>() as f64 / n as f64;
            assert!((hits - 30.0).abs() < 0.5, "{hits}");
        }
    }

    #[test]
    fn an_order_holds_every_index_once() {
        let mut order = Draw::new(3, Kind::Country, 0, 1).order(257);
        assert_ne!(order, (0..257).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..257).collect::<Vec<_>>());
    }
}
