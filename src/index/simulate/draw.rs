//! What a replicate draws, each cause from a stream of its own.

use super::plan::Plan;
use crate::define::framework::{Missing, Uncertainty};
use crate::stats::distribution::normal_quantile;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::OnceLock;

/// Why two replicates differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Weights,
    Goalposts,
    Mean,
    /// What a missing answer stands for.
    Imputation,
    /// Where between floor and ceiling the truth lies.
    Answers,
    Sampling,
    /// How values become points, where not by fixed goalposts; of rows.
    Normalisation,
    /// What is put in the place of a missing value; of rows.
    Filling,
}

const KINDS: usize = Cause::Filling as usize + 1;

/// The causes of a quarter of practices.
pub(crate) const CAUSES: [Cause; 6] =
    [Cause::Weights, Cause::Goalposts, Cause::Mean, Cause::Imputation, Cause::Answers, Cause::Sampling];

impl Cause {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Cause::Weights => "weights",
            Cause::Goalposts => "goalposts",
            Cause::Mean => "mean of dimensions",
            Cause::Imputation => "reading of missing answers",
            Cause::Answers => "missing answers",
            Cause::Sampling => "sampling error",
            Cause::Normalisation => "normalisation",
            Cause::Filling => "imputation",
        }
    }
}

/// The row of each cause's stream that a replicate takes. A plain replicate takes one row of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows([u64; KINDS]);

impl Rows {
    pub(crate) fn all(row: u64) -> Rows {
        Rows([row; KINDS])
    }

    /// The same with one cause from another row.
    pub(super) fn with(mut self, cause: Cause, row: u64) -> Rows {
        self.0[cause as usize] = row;
        self
    }
}

/// The choices of method of one replicate.
pub(super) struct Choice {
    /// Per node of the plan, per child: what its weight is multiplied by, already in it.
    pub weights: Vec<Vec<f32>>,
    /// Per leaf: which of the widths of its scale.
    pub widths: Vec<usize>,
    /// Exponent at the top; `None` is the stated mean.
    pub power: Option<f32>,
    pub missing: Missing,
}

pub(crate) struct Draws<'a> {
    seed: u64,
    uncertainty: &'a Uncertainty,
}

impl<'a> Draws<'a> {
    pub(crate) fn new(seed: u64, uncertainty: &'a Uncertainty) -> Draws<'a> {
        Draws { seed, uncertainty }
    }

    fn stream(&self, cause: Cause, rows: Rows) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(((cause as u64) << 48) | rows.0[cause as usize]);
        rng
    }

    pub(super) fn choice(&self, plan: &Plan, rows: Rows) -> Choice {
        let u = self.uncertainty;
        let spread = u.weights as f32;
        let mut rng = self.stream(Cause::Weights, rows);
        let weights = plan
            .nodes
            .iter()
            .map(|n| {
                n.children.iter().map(|c| c.weight * (1.0 + spread * (2.0 * unit(&mut rng) - 1.0))).collect()
            })
            .collect();
        let mut rng = self.stream(Cause::Goalposts, rows);
        let widths = plan.leaves.iter().map(|_| pick(&mut rng, 3)).collect();
        let mut rng = self.stream(Cause::Mean, rows);
        // the stated mean is the first of the alternatives
        let power = match pick(&mut rng, u.powers.len() + 1) {
            0 => None,
            k => Some(u.powers[k - 1] as f32),
        };
        let mut rng = self.stream(Cause::Imputation, rows);
        let missing = u.missing[pick(&mut rng, u.missing.len())];
        Choice { weights, widths, power, missing }
    }

    /// Which of so many alternatives.
    pub(crate) fn alternative(&self, cause: Cause, rows: Rows, of: usize) -> usize {
        pick(&mut self.stream(cause, rows), of)
    }

    /// For each of `n` scales, which of its widths.
    pub(crate) fn widths(&self, rows: Rows, n: usize, of: usize) -> Vec<usize> {
        let mut rng = self.stream(Cause::Goalposts, rows);
        (0..n).map(|_| pick(&mut rng, of)).collect()
    }

    /// `n` numbers from 0 to 1.
    pub(crate) fn evenly(&self, cause: Cause, rows: Rows, n: usize) -> Vec<f64> {
        let mut rng = self.stream(cause, rows);
        (0..n).map(|_| f64::from(unit(&mut rng))).collect()
    }

    /// For each unit with a gap, a number from 0 to 1.
    pub(super) fn answers(&self, rows: Rows, out: &mut [f32]) {
        let mut rng = self.stream(Cause::Answers, rows);
        out.iter_mut().for_each(|x| *x = unit(&mut rng));
    }

    /// For each unit a standard normal deviate.
    pub(super) fn noise(&self, rows: Rows, out: &mut [f32]) {
        let table = deviates();
        let mut rng = self.stream(Cause::Sampling, rows);
        for pair in out.chunks_mut(2) {
            let bits = rng.next_u32();
            pair[0] = table[(bits & 0xFFFF) as usize];
            if let Some(second) = pair.get_mut(1) {
                *second = table[(bits >> 16) as usize];
            }
        }
    }
}

/// 24 bits as a number from 0 to under 1.
fn unit(rng: &mut ChaCha8Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 / (1 << 24) as f32
}

/// `floor(u K)` of K alternatives, evenly.
fn pick(rng: &mut ChaCha8Rng, alternatives: usize) -> usize {
    ((unit(rng) * alternatives as f32) as usize).min(alternatives - 1)
}

/// The normal quantiles at 65,536 equal steps of probability, scaled to variance 1: a deviate costs one look.
fn deviates() -> &'static [f32] {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let n = 1_u32 << 16;
        let at = |i: u32| normal_quantile((f64::from(i) + 0.5) / f64::from(n));
        let raw: Vec<f64> = (0..n).map(at).collect();
        let scale = (raw.iter().map(|z| z * z).sum::<f64>() / f64::from(n)).sqrt();
        raw.into_iter().map(|z| (z / scale) as f32).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviates_are_symmetric_with_mean_0_and_variance_1() {
        let t = deviates();
        let mean = t.iter().map(|z| f64::from(*z)).sum::<f64>() / t.len() as f64;
        let variance = t.iter().map(|z| f64::from(*z).powi(2)).sum::<f64>() / t.len() as f64;
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-6, "{mean} {variance}");
        assert!((f64::from(t[(0.975 * 65_536.0) as usize]) - 1.96).abs() < 1e-3);
    }
}
