//! The joint simulation of a period of rows: the whole tree over prepared columns, once per replicate.
//!
//! The steps of rows look at the other units and their means need not be power means, so each replicate is a walk up the
//! tree (`score::nodes`) with drawn weights, a drawn mean at the top, and columns of a drawn version of the steps. What
//! is counted, the streams of the draws and the split by cause are those of the quarters of practices (`simulate`). All
//! periods take the same draws of method. Scores are 64-bit. Rows carry no counts, so there is no sampling error.

use super::Simulation;
use super::tables::placed;
use super::version::Version;
use crate::define::framework::{Framework, Mean, Missing, RankBy, Uncertainty};
use crate::index::cells::Points;
use crate::index::score::{Method, Tree, nodes};
use crate::index::simulate::{Cause, Counts, Draws, Rows, STATED, Spread, rankability, split};
use crate::stats::sensitivity::Sensitivity;
use rayon::prelude::*;
use std::ops::Range;

/// Replicates that are held at once.
const BLOCK: u32 = 32;

/// What the simulation says of a period.
pub(super) struct Replicated {
    pub replicates: u32,
    /// By row of the period; none for a unit that is not scored.
    pub spreads: Vec<Option<Spread>>,
    pub rankability: Option<f64>,
    /// What is drawn at all, and its shares of the shifts of rank; `None` when no rank moves, or nothing is drawn.
    pub causes: Vec<Cause>,
    pub split: Option<Sensitivity>,
}

/// The choices of one replicate.
struct Choice {
    method: Method,
    version: usize,
    /// Per indicator.
    widths: Vec<usize>,
    missing: Missing,
    /// Per row, where between floor and ceiling the truth lies.
    answers: Vec<f64>,
}

struct World<'a> {
    framework: &'a Framework,
    uncertainty: &'a Uncertainty,
    simulation: &'a Simulation,
    stated: Method,
    /// By version, width of scale and indicator.
    leaves: Vec<Vec<Vec<Option<Points>>>>,
    /// Composites of the top, the stated one first.
    means: Vec<Mean>,
    rows: usize,
    /// The rows that are scored.
    units: Vec<usize>,
}

/// `None` for a framework that states no uncertainty, or a period in which no unit has a score.
pub(super) fn replicates(
    framework: &Framework,
    versions: &[Version],
    here: Range<usize>,
    scored: &Tree,
    simulation: &Simulation,
) -> Option<Replicated> {
    let uncertainty = framework.uncertainty.as_ref()?;
    let top = scored.nodes[0].as_ref()?;
    let by = by(framework, top);
    let units: Vec<usize> = (0..here.len()).filter(|u| top.applies[*u] && !by[*u].is_nan()).collect();
    if units.is_empty() {
        return None;
    }
    let powers = uncertainty.powers.iter().map(|p| Mean::Power { p: *p });
    let others = powers.chain(uncertainty.means.iter().copied());
    let world = World {
        framework,
        uncertainty,
        simulation,
        stated: Method::stated(framework),
        leaves: versions.iter().map(|v| v.points(framework, &here)).collect(),
        means: std::iter::once(framework.nodes[0].mean).chain(others).collect(),
        rows: here.len(),
        units,
    };
    let stated = world.ranks(&world.units.iter().map(|u| by[*u]).collect::<Vec<_>>());
    let replicates = match &simulation.design {
        Some(design) => u32::try_from(design.values().next()?.len()).ok()?,
        None => simulation.replicates.unwrap_or(uncertainty.replicates),
    };
    let mut counts = Counts::between(world.units.len(), world.scale());
    let mut row = 0;
    while row < replicates {
        let end = replicates.min(row + BLOCK);
        let block: Vec<(Vec<f64>, Vec<u32>)> =
            (row..end).into_par_iter().map(|r| world.run(&world.choice(r))).collect();
        let (scores, ranks): (Vec<_>, Vec<_>) = block.into_iter().unzip();
        counts.add(&scores.concat(), &ranks.concat());
        row = end;
    }
    let known = counts.spreads();
    let mut spreads = vec![None; world.rows];
    world.units.iter().zip(&known).for_each(|(u, s)| spreads[*u] = Some(*s));
    let causes = world.causes(top);
    let shares = || {
        let run = |(): &mut (), rows: Rows| {
            let ranks = world.run(&world.drawn(rows)).1;
            let shift: u64 = ranks.iter().zip(&stated).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            Some(shift as f64 / ranks.len() as f64)
        };
        split(&causes, simulation.seed, replicates, || (), run)
    };
    let split = if causes.is_empty() || simulation.design.is_some() { None } else { shares() };
    Some(Replicated { replicates, spreads, rankability: rankability(&known), causes, split })
}

/// What the framework ranks by.
fn by<'p>(framework: &Framework, top: &'p Points) -> &'p [f64] {
    if framework.ranking.by == RankBy::Estimate { &top.estimate } else { &top.low }
}

impl World<'_> {
    fn choice(&self, replicate: u32) -> Choice {
        match &self.simulation.design {
            None => self.drawn(Rows::all(u64::from(replicate))),
            Some(design) => {
                let of = |id: &str| design.get(id).map_or(0.5, |u| u[replicate as usize]);
                let nodes = self.framework.nodes.iter().map(|n| of(&n.id));
                let u: Vec<f64> = nodes.chain(self.framework.indicators.iter().map(|x| of(&x.id))).collect();
                let by_estimate = self.framework.ranking.by == RankBy::Estimate;
                Choice {
                    method: self.weighed(&u),
                    version: 0,
                    widths: vec![self.stated_width(); self.framework.indicators.len()],
                    missing: if by_estimate { Missing::Estimate } else { Missing::NotMet },
                    answers: Vec::new(),
                }
            }
        }
    }

    fn drawn(&self, rows: Rows) -> Choice {
        let u = self.uncertainty;
        let draws = Draws::new(self.simulation.seed, u);
        let weights = self.stated.nodes.len() + self.stated.indicators.len();
        let mut method = self.weighed(&draws.evenly(Cause::Weights, rows, weights));
        method.means[0] = self.means[draws.alternative(Cause::Mean, rows, self.means.len())];
        let normalisations = u.normalisations.len() + 1;
        let filling = draws.alternative(Cause::Filling, rows, u.imputations.len() + 1);
        let missing = u.missing[draws.alternative(Cause::Imputation, rows, u.missing.len())];
        let open = if missing == Missing::Bounds { self.rows } else { 0 };
        Choice {
            method,
            version: filling * normalisations + draws.alternative(Cause::Normalisation, rows, normalisations),
            widths: draws.widths(rows, self.framework.indicators.len(), self.leaves[0].len()),
            missing,
            answers: draws.evenly(Cause::Answers, rows, open),
        }
    }

    /// The stated weights times 1 + (2 u - 1) times the framework's share; nodes first, then indicators.
    fn weighed(&self, u: &[f64]) -> Method {
        let share = self.uncertainty.weights;
        let mut method = self.stated.clone();
        let weights = method.nodes.iter_mut().chain(&mut method.indicators);
        weights.zip(u).for_each(|(w, u)| *w *= 1.0 + (2.0 * u - 1.0) * share);
        method
    }

    fn stated_width(&self) -> usize {
        if self.leaves[0].len() > 1 { STATED } else { 0 }
    }

    /// Scores and ranks of the scored units.
    fn run(&self, choice: &Choice) -> (Vec<f64>, Vec<u32>) {
        let of = &self.leaves[choice.version];
        let leaves: Vec<Option<&Points>> =
            choice.widths.iter().enumerate().map(|(i, width)| of[*width][i].as_ref()).collect();
        let tree = nodes(self.framework, &choice.method, &leaves, self.rows);
        let score = |u: &usize| {
            let Some(p) = &tree[0] else { return 0.0 };
            let (low, high, estimate) = (p.low[*u], p.ceiling(*u), p.estimate[*u]);
            let read = match choice.missing {
                Missing::NotMet => low,
                Missing::Estimate => estimate,
                Missing::Bounds => low + choice.answers[*u] * (high - low),
            };
            // A composite without a floor has its estimate alone; a unit without an estimate, the middle of what is open.
            let others = [estimate, low + (high - low) / 2.0, low, p.ends.0];
            std::iter::once(read).chain(others).find(|x| x.is_finite()).unwrap_or(0.0)
        };
        let scores: Vec<f64> = self.units.iter().map(score).collect();
        let ranks = self.ranks(&scores);
        (scores, ranks)
    }

    fn ranks(&self, scores: &[f64]) -> Vec<u32> {
        let scores: Vec<Option<f64>> = scores.iter().map(|x| Some(*x)).collect();
        placed(&scores, self.framework.ranking.ties).into_iter().map(|r| r.unwrap_or(1)).collect()
    }

    /// The ends between which scores are counted: those of every version under every mean, and half as far again
    /// where a mean can leave the ends of its children.
    fn scale(&self) -> (f64, f64) {
        let mut ends = (f64::INFINITY, f64::NEG_INFINITY);
        let mut within = self.framework.nodes.iter().all(|n| n.mean.is_internal());
        for mean in &self.means {
            within &= mean.is_internal();
            let mut method = self.stated.clone();
            method.means[0] = *mean;
            for set in self.leaves.iter().flatten() {
                let leaves: Vec<Option<&Points>> = set.iter().map(Option::as_ref).collect();
                if let Some(top) = &nodes(self.framework, &method, &leaves, self.rows)[0] {
                    ends = (ends.0.min(top.ends.0), ends.1.max(top.ends.1));
                }
            }
        }
        let wide = if within { 0.0 } else { (ends.1 - ends.0) / 2.0 };
        let (low, high) = (ends.0 - wide, ends.1 + wide);
        if low < high && (high - low).is_finite() { (low, high) } else { (ends.0 - 0.5, ends.0 + 0.5) }
    }

    /// The causes that can differ between two replicates.
    fn causes(&self, top: &Points) -> Vec<Cause> {
        let u = self.uncertainty;
        let gaps = self.units.iter().any(|u| top.low[*u] != top.ceiling(*u));
        let varies = [
            (Cause::Weights, u.weights > 0.0),
            (Cause::Goalposts, self.leaves[0].len() > 1),
            (Cause::Mean, self.means.len() > 1),
            (Cause::Imputation, gaps && u.missing.len() > 1),
            (Cause::Answers, gaps && u.missing.contains(&Missing::Bounds)),
            (Cause::Normalisation, !u.normalisations.is_empty()),
            (Cause::Filling, !u.imputations.is_empty()),
        ];
        varies.into_iter().filter(|(_, on)| *on).map(|(cause, _)| cause).collect()
    }
}

impl Version {
    /// The points of the rows of one period, by width and indicator.
    fn points(&self, framework: &Framework, here: &Range<usize>) -> Vec<Vec<Option<Points>>> {
        let of = |columns: &Vec<Option<super::Column>>| {
            let pairs = columns.iter().zip(&framework.indicators);
            pairs.map(|(c, x)| Some(c.as_ref()?.cells(here.clone(), x.absence)?.points)).collect()
        };
        self.widths.iter().map(of).collect()
    }
}
