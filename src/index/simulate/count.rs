//! Replicates counted as they come: histograms of score and rank per unit, so that memory does not grow.

use crate::stats::shrinkage::{self, Between};
use rayon::prelude::*;

/// Bins of score: a tenth of a point each.
const SCORES: usize = 1_001;
/// Most bins of rank; more units share bins, and an interval is then widened to the bin's ends.
const MOST_RANKS: usize = 1_024;

/// What the replicates say about one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// 2.5 % and 97.5 % of the scores, to a tenth of a point outwards.
    pub score_low: f64,
    pub score_high: f64,
    /// The same of the ranks.
    pub rank_low: u32,
    pub rank_high: u32,
    /// Share of replicates in the best and in the worst tenth.
    pub top_tenth: f64,
    pub bottom_tenth: f64,
    pub mean: f64,
    /// Variance of the score less the mean of all units in the same replicate: a shift of all moves no rank.
    pub variance: f64,
}

pub(super) struct Counts {
    units: usize,
    /// Ranks in a bin.
    width: usize,
    bins: usize,
    each: Vec<Unit>,
    replicates: u32,
}

#[derive(Clone)]
struct Unit {
    scores: Vec<u32>,
    ranks: Vec<u32>,
    top: u32,
    bottom: u32,
    sum: f64,
    centred: f64,
    squares: f64,
}

impl Counts {
    pub(super) fn new(units: usize) -> Counts {
        let width = units.div_ceil(MOST_RANKS).max(1);
        let bins = units.div_ceil(width);
        let unit = Unit {
            scores: vec![0; SCORES],
            ranks: vec![0; bins],
            top: 0,
            bottom: 0,
            sum: 0.0,
            centred: 0.0,
            squares: 0.0,
        };
        Counts { units, width, bins, each: vec![unit; units], replicates: 0 }
    }

    /// Adds replicates: `scores` and `ranks` hold one row of all units for each.
    pub(super) fn add(&mut self, scores: &[f32], ranks: &[u16]) {
        let n = self.units;
        if n == 0 {
            return;
        }
        let means: Vec<f64> = scores
            .par_chunks(n)
            .map(|row| row.iter().map(|x| f64::from(*x)).sum::<f64>() / n as f64)
            .collect();
        let width = self.width;
        self.each.par_iter_mut().enumerate().for_each(|(u, unit)| {
            for (r, mean) in means.iter().enumerate() {
                let (x, rank) = (f64::from(scores[r * n + u]), usize::from(ranks[r * n + u]));
                unit.scores[((x * 10.0) as usize).min(SCORES - 1)] += 1;
                unit.ranks[(rank - 1) / width] += 1;
                unit.top += u32::from(rank * 10 <= n);
                unit.bottom += u32::from((n - rank) * 10 < n);
                unit.sum += x;
                unit.centred += x - mean;
                unit.squares += (x - mean).powi(2);
            }
        });
        self.replicates += means.len() as u32;
    }

    pub(super) fn spreads(&self) -> Vec<Spread> {
        let m = f64::from(self.replicates);
        let spread = |unit: &Unit| {
            let (score_low, score_high) = limits(&unit.scores, self.replicates);
            let (rank_low, rank_high) = limits(&unit.ranks, self.replicates);
            Spread {
                score_low: score_low as f64 / 10.0,
                score_high: ((score_high + 1) as f64 / 10.0).min(100.0),
                rank_low: (rank_low * self.width) as u32 + 1,
                rank_high: ((rank_high + 1) * self.width).min(self.units) as u32,
                top_tenth: f64::from(unit.top) / m,
                bottom_tenth: f64::from(unit.bottom) / m,
                mean: unit.sum / m,
                variance: ((unit.squares - unit.centred.powi(2) / m) / (m - 1.0)).max(0.0),
            }
        };
        debug_assert!(self.each.iter().all(|u| u.ranks.len() == self.bins));
        self.each.iter().map(spread).collect()
    }
}

/// The bins that hold the 2.5 % and the 97.5 % of the replicates.
fn limits(bins: &[u32], replicates: u32) -> (usize, usize) {
    let at = |share: f64| {
        let wanted = (f64::from(replicates) * share).ceil().max(1.0) as u32;
        let mut seen = 0;
        bins.iter()
            .position(|b| {
                seen += b;
                seen >= wanted
            })
            .unwrap_or(bins.len().saturating_sub(1))
    };
    (at(0.025), at(0.975))
}

/// How well a table can be ranked: the share of the differences between units that is no noise. `None` for fewer than
/// three units.
pub(crate) fn rankability(spreads: &[Spread]) -> Option<f64> {
    let (means, variances): (Vec<f64>, Vec<f64>) = spreads.iter().map(|s| (s.mean, s.variance)).unzip();
    share_that_is_real(&means, &variances)
}

/// Rankability of estimates with their error variances, the variance between units by plain moments: a variance may
/// be 0 here.
pub(super) fn share_that_is_real(y: &[f64], v: &[f64]) -> Option<f64> {
    let tau2 = shrinkage::between_variance(y, v, Between::Hedges).filter(|_| y.len() >= 3)?;
    shrinkage::rankability(v, tau2)
}
