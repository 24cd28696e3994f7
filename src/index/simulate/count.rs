//! Replicates counted as they come: histograms of score and rank per unit, so that memory does not grow.

use crate::stats::quantile;
use crate::stats::shrinkage::{self, Between};
use rayon::prelude::*;

/// Bins of score: a thousandth of the scale each, which is a tenth of a point from 0 to 100.
const SCORES: usize = 1_001;
/// Most bins of rank; more units share bins, and an interval is then widened to the bin's ends.
const MOST_RANKS: usize = 1_024;

/// Under this share of signal a table is not ranked (van Dishoeck et al., BMJ Qual. Saf. 20 (2011) 869: poor under 0.5).
pub(crate) const RANKABLE: f64 = 0.5;

/// What the replicates say about one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// 2.5 % and 97.5 % of the scores, to a thousandth of the scale outwards.
    pub score_low: f64,
    pub score_high: f64,
    /// The same of the ranks.
    pub rank_low: u32,
    pub rank_high: u32,
    /// Share of replicates in the best and in the worst tenth.
    pub top_tenth: f64,
    pub bottom_tenth: f64,
    pub mean: f64,
    /// Standard deviation of the scores.
    pub deviation: f64,
    pub rank_mean: f64,
    /// The middle rank, or half-way between the middle two; to the width of a bin where units share bins.
    pub rank_median: f64,
    pub rank_deviation: f64,
    /// Variance of the score less the mean of all units in the same replicate: a shift of all moves no rank.
    pub variance: f64,
}

pub(crate) struct Counts {
    units: usize,
    /// Ends of the scale of scores; what lies outside counts at the end.
    low: f64,
    high: f64,
    /// Bins of score in a unit of it.
    per: f64,
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
    /// Sums of scores less the first one, and of ranks.
    first: f64,
    shifted: f64,
    shifted_squares: f64,
    rank_sum: u64,
    rank_squares: u64,
}

impl Counts {
    /// Scores from 0 to 100.
    pub(super) fn new(units: usize) -> Counts {
        Counts::between(units, (0.0, 100.0))
    }

    /// Scores on any scale that has a width.
    pub(crate) fn between(units: usize, (low, high): (f64, f64)) -> Counts {
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
            first: 0.0,
            shifted: 0.0,
            shifted_squares: 0.0,
            rank_sum: 0,
            rank_squares: 0,
        };
        let per = (SCORES - 1) as f64 / (high - low);
        Counts { units, low, high, per, width, bins, each: vec![unit; units], replicates: 0 }
    }

    /// Adds replicates: `scores` and `ranks` hold one row of all units for each.
    pub(crate) fn add<S, R>(&mut self, scores: &[S], ranks: &[R])
    where
        S: Copy + Into<f64> + Sync,
        R: Copy + Into<u32> + Sync,
    {
        let n = self.units;
        if n == 0 {
            return;
        }
        let means: Vec<f64> =
            scores.par_chunks(n).map(|row| row.iter().map(|x| (*x).into()).sum::<f64>() / n as f64).collect();
        let (width, low, per) = (self.width, self.low, self.per);
        let begun = self.replicates > 0;
        self.each.par_iter_mut().enumerate().for_each(|(u, unit)| {
            for (r, mean) in means.iter().enumerate() {
                let (x, place): (f64, u32) = (scores[r * n + u].into(), ranks[r * n + u].into());
                let rank = place as usize;
                unit.scores[(((x - low) * per) as usize).min(SCORES - 1)] += 1;
                unit.ranks[(rank - 1) / width] += 1;
                unit.top += u32::from((rank - 1) * 10 < n);
                unit.bottom += u32::from((n - rank) * 10 < n);
                unit.sum += x;
                unit.centred += x - mean;
                unit.squares += (x - mean).powi(2);
                if !begun && r == 0 {
                    unit.first = x;
                }
                unit.shifted += x - unit.first;
                unit.shifted_squares += (x - unit.first).powi(2);
                unit.rank_sum += u64::from(place);
                unit.rank_squares += u64::from(place).pow(2);
            }
        });
        self.replicates += means.len() as u32;
    }

    pub(crate) fn spreads(&self) -> Vec<Spread> {
        let m = f64::from(self.replicates);
        let over = |squares: f64, sum: f64| ((squares - sum.powi(2) / m) / (m - 1.0)).max(0.0);
        let spread = |unit: &Unit| {
            let (score_low, score_high) = limits(&unit.scores, self.replicates);
            let (rank_low, rank_high) = limits(&unit.ranks, self.replicates);
            Spread {
                score_low: self.low + score_low as f64 / self.per,
                score_high: (self.low + (score_high + 1) as f64 / self.per).min(self.high),
                rank_low: (rank_low * self.width) as u32 + 1,
                rank_high: ((rank_high + 1) * self.width).min(self.units) as u32,
                top_tenth: f64::from(unit.top) / m,
                bottom_tenth: f64::from(unit.bottom) / m,
                mean: unit.sum / m,
                deviation: over(unit.shifted_squares, unit.shifted).sqrt(),
                rank_mean: unit.rank_sum as f64 / m,
                rank_median: self.median(&unit.ranks),
                rank_deviation: over(unit.rank_squares as f64, unit.rank_sum as f64).sqrt(),
                variance: over(unit.squares, unit.centred),
            }
        };
        debug_assert!(self.each.iter().all(|u| u.ranks.len() == self.bins));
        self.each.iter().map(spread).collect()
    }
}

impl Counts {
    fn median(&self, ranks: &[u32]) -> f64 {
        let at = |place: u32| {
            let mut seen = 0;
            let bin = ranks.iter().position(|b| {
                seen += b;
                seen >= place
            });
            (bin.unwrap_or_default() * self.width + 1) as f64
        };
        (at(self.replicates.div_ceil(2)) + at(self.replicates / 2 + 1)) / 2.0
    }
}

/// The bins that hold the 2.5 % and the 97.5 % of the replicates: the ends of [`crate::stats::interval::CONFIDENCE`], written out, since
/// `(1 - 0.95) / 2` is not 0.025 in a double.
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

/// The middle one of the standard errors of the scores, less what moves all alike.
pub(crate) fn standard_error<'s>(spreads: impl IntoIterator<Item = &'s Spread>) -> Option<f64> {
    let mut v: Vec<f64> = spreads.into_iter().map(|s| s.variance.sqrt()).collect();
    v.sort_by(f64::total_cmp);
    quantile(&v, 0.5)
}
