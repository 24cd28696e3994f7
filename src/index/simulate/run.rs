//! The replicates of a quarter, a block at a time.

use super::causes::causes;
use super::count::{Counts, Spread, rankability};
use super::draw::{Choice, Draws, Rows};
use super::kernel::{AsParts, Scratch, scores};
use super::plan::Plan;
use super::rank::Sorter;
use super::variant::{Variant, stated, variant, variants};
use crate::define::framework::{Framework, Uncertainty, UnitKind};
use crate::index::cells::Points;
use crate::index::observe::Seen;
use crate::index::score::QuarterScores;
use crate::index::units::Quarter;
use crate::stats::sensitivity::Sensitivity;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Replicates that are held at once.
const BLOCK: usize = 32;

/// What the simulation says of a quarter.
pub(crate) struct Simulated {
    pub replicates: u32,
    /// By practice of the quarter.
    pub practices: Vec<Option<Spread>>,
    /// By index of the CCG.
    pub ccgs: BTreeMap<u32, Spread>,
    pub rankability_practices: Option<f64>,
    pub rankability_ccgs: Option<f64>,
    /// Which cause moves the ranks of CCGs; `None` when nothing does.
    pub causes: Option<Sensitivity>,
    /// Every other choice one at a time, the stated ones first.
    pub variants: Vec<Variant>,
    /// Per indicator of the framework, how much of the differences between practices is no sampling error; `None` for
    /// answers that are no count.
    pub reliability: Vec<Option<f64>>,
    /// The practices (by their place in the quarter) and the CCGs of the variants.
    pub order: Vec<u32>,
    pub areas: Vec<u32>,
}

/// Practices, CCGs, and how the ones become the others.
pub(super) struct World<'a> {
    pub uncertainty: &'a Uncertainty,
    pub practices: Plan,
    /// Per practice with a gap: where its estimate lies between floor and ceiling.
    estimate: Vec<f32>,
    /// Per position: the area among `areas`, and the list size.
    area: Vec<Option<u32>>,
    list: Vec<f32>,
    /// Indices of the CCGs that have a practice with patients.
    pub areas: Vec<u32>,
    own: Option<Own>,
}

/// What CCGs answer themselves.
struct Own {
    plan: Plan,
    estimate: Vec<f32>,
    /// Position of each area, and its share of the weight.
    position: Vec<Option<usize>>,
    share: f32,
}

/// Scores and ranks of one replicate.
pub(super) struct Outcome<'b> {
    pub practices: &'b mut [f32],
    pub practice_ranks: &'b mut [u16],
    pub areas: &'b mut [f32],
    pub area_ranks: &'b mut [u16],
}

/// Buffers of one thread.
pub(super) struct Buffers {
    practices: Scratch,
    own: Option<(Scratch, Vec<f32>)>,
    /// Scores of practices as parts of their areas, where areas answer something themselves.
    parts: Vec<f32>,
    sorter: Sorter,
}

impl Own {
    /// Scores of what CCGs answer, each dimension at their part of it.
    fn scores(&self, choice: Choice, scratch: &mut Scratch, out: &mut [f32]) {
        let choice = Choice { weights: self.plan.parts(&choice), ..choice };
        scores(&self.plan, &choice, &self.estimate, scratch, out, None);
    }
}

impl<'a> World<'a> {
    pub(super) fn of(
        framework: &'a Framework,
        quarter: &Quarter,
        seen: &Seen,
        scored: &QuarterScores,
        ccgs: usize,
    ) -> Option<World<'a>> {
        let uncertainty = framework.uncertainty.as_ref()?;
        let posts = uncertainty.goalposts;
        let practices = Plan::of(framework, seen, UnitKind::Practice, quarter.unit.len(), posts, &|n| {
            1.0 - scored.ccg_share.nodes[n]
        })?;
        let estimate = estimates(&practices, scored.practices.nodes[0].as_ref());
        let mut areas: Vec<u32> = Vec::new();
        for u in &practices.order {
            let u = *u as usize;
            if quarter.list[u].is_some_and(|l| l > 0) {
                areas.extend(quarter.ccg[u]);
            }
        }
        areas.sort_unstable();
        areas.dedup();
        let place =
            |u: &u32| quarter.ccg[*u as usize].and_then(|c| areas.binary_search(&c).ok()).map(|a| a as u32);
        let area = practices.order.iter().map(place).collect();
        let list =
            practices.order.iter().map(|u| quarter.list[*u as usize].unwrap_or(0).max(0) as f32).collect();
        let share = |n: usize| scored.ccg_share.nodes[n];
        let own = Plan::of(framework, seen, UnitKind::Ccg, ccgs, posts, &share).map(|plan| Own {
            estimate: estimates(&plan, scored.ccgs.nodes[0].as_ref()),
            position: areas.iter().map(|c| plan.order.iter().position(|u| u == c)).collect(),
            share: scored.ccg_share.nodes[0] as f32,
            plan,
        });
        Some(World { uncertainty, practices, estimate, area, list, areas, own })
    }

    pub(super) fn buffers(&self) -> Buffers {
        Buffers {
            practices: Scratch::of(&self.practices),
            own: self.own.as_ref().map(|o| (Scratch::of(&o.plan), vec![0.0; o.plan.units()])),
            parts: vec![0.0; if self.own.is_some() { self.practices.units() } else { 0 }],
            sorter: Sorter::default(),
        }
    }

    /// One replicate; `rows` says which draw of each cause it takes.
    pub(super) fn replicate(&self, seed: u64, rows: Rows, buffers: &mut Buffers, out: &mut Outcome<'_>) {
        let draws = Draws::new(seed, self.uncertainty);
        let choice = draws.choice(&self.practices, rows);
        draws.answers(rows, &mut buffers.practices.answers);
        draws.noise(rows, &mut buffers.practices.noise);
        if let (Some(own), Some((scratch, scores))) = (&self.own, &mut buffers.own) {
            // what CCGs answer is drawn apart from what their practices do
            let apart = Draws::new(!seed, self.uncertainty);
            let choice = Choice { missing: choice.missing, ..apart.choice(&own.plan, rows) };
            apart.answers(rows, &mut scratch.answers);
            apart.noise(rows, &mut scratch.noise);
            own.scores(choice, scratch, scores);
        }
        self.finish(&choice, buffers, out);
    }

    /// Nothing drawn: the choices that `choose` makes of each plan, and no noise.
    pub(super) fn chosen(
        &self,
        choose: &dyn Fn(&Plan) -> Choice,
        buffers: &mut Buffers,
        out: &mut Outcome<'_>,
    ) {
        buffers.practices.noise.fill(0.0);
        if let (Some(own), Some((scratch, scores))) = (&self.own, &mut buffers.own) {
            scratch.noise.fill(0.0);
            own.scores(choose(&own.plan), scratch, scores);
        }
        self.finish(&choose(&self.practices), buffers, out);
    }

    fn finish(&self, choice: &Choice, buffers: &mut Buffers, out: &mut Outcome<'_>) {
        let weights = self.practices.parts(choice);
        let Buffers { practices: scratch, parts, sorter, .. } = buffers;
        let as_parts = self.own.as_ref().map(|_| AsParts { weights: &weights, out: parts });
        scores(&self.practices, choice, &self.estimate, scratch, out.practices, as_parts);
        sorter.ranks(out.practices, out.practice_ranks);
        let of_areas: &[f32] = if self.own.is_some() { parts } else { out.practices };
        let mut sums = vec![(0.0_f64, 0.0_f64); self.areas.len()];
        for ((x, area), list) in of_areas.iter().zip(&self.area).zip(&self.list) {
            if let Some(a) = area {
                let sum = &mut sums[*a as usize];
                sum.0 += f64::from(list * x);
                sum.1 += f64::from(*list);
            }
        }
        for (a, (to, (top, bottom))) in out.areas.iter_mut().zip(sums).enumerate() {
            let mut x = (top / bottom.max(1.0)) as f32;
            if let (Some(own), Some((_, scores))) = (&self.own, &buffers.own)
                && let Some(p) = own.position[a]
            {
                x = (1.0 - own.share) * x + own.share * scores[p];
            }
            *to = x;
        }
        buffers.sorter.ranks(out.areas, out.area_ranks);
    }
}

/// Where the estimate lies between floor and ceiling, for units with a gap; half-way where nothing is known.
fn estimates(plan: &Plan, points: Option<&Points>) -> Vec<f32> {
    let at = |u: &u32| {
        let u = *u as usize;
        let Some(p) = points else { return 0.5 };
        let (low, high, x) = (p.low[u], p.ceiling(u), p.estimate[u]);
        if x.is_nan() || high <= low { 0.5 } else { (((x - low) / (high - low)) as f32).clamp(0.0, 1.0) }
    };
    plan.order[plan.whole..].iter().map(at).collect()
}

/// Simulates a quarter; `None` when the framework states no uncertainty or nothing was asked.
pub(crate) fn quarter(
    framework: &Framework,
    quarter: &Quarter,
    seen: &Seen,
    scored: &QuarterScores,
    ccgs: usize,
    (seed, replicates): (u64, Option<u32>),
) -> Option<Simulated> {
    let world = World::of(framework, quarter, seen, scored, ccgs)?;
    let stated = variant(&world, &stated);
    let replicates = replicates.unwrap_or(world.uncertainty.replicates);
    let (n, a) = (world.practices.units(), world.areas.len());
    let (mut of_practices, mut of_areas) = (Counts::new(n), Counts::new(a));
    // A column even for nobody: chunks of nothing would end the replicates of the others.
    let (rows, columns) = (BLOCK * n.max(1), BLOCK * a.max(1));
    let mut scores = (vec![0.0; rows], vec![0.0; columns]);
    let mut ranks = (vec![0; rows], vec![0; columns]);
    let mut row = 0;
    while row < replicates {
        let size = BLOCK.min((replicates - row) as usize);
        let practices = scores.0.par_chunks_mut(n.max(1)).zip(ranks.0.par_chunks_mut(n.max(1)));
        let areas = scores.1.par_chunks_mut(a.max(1)).zip(ranks.1.par_chunks_mut(a.max(1)));
        practices.zip(areas).take(size).enumerate().for_each_init(
            || world.buffers(),
            |buffers, (i, ((practices, practice_ranks), (areas, area_ranks)))| {
                let rows = Rows::all(u64::from(row) + i as u64);
                let mut out = Outcome { practices, practice_ranks, areas, area_ranks };
                world.replicate(seed, rows, buffers, &mut out);
            },
        );
        of_practices.add::<f32, u16>(&scores.0[..size * n], &ranks.0[..size * n]);
        of_areas.add::<f32, u16>(&scores.1[..size * a], &ranks.1[..size * a]);
        row += size as u32;
    }
    let (practices, areas) = (of_practices.spreads(), of_areas.spreads());
    let mut by_unit = vec![None; quarter.unit.len()];
    for (u, spread) in world.practices.order.iter().zip(&practices) {
        by_unit[*u as usize] = Some(*spread);
    }
    Some(Simulated {
        causes: causes(&world, &stated, seed, replicates),
        variants: variants(&world, framework, stated),
        reliability: (0..framework.indicators.len()).map(|i| world.practices.reliability(i)).collect(),
        order: world.practices.order.clone(),
        areas: world.areas.clone(),
        replicates,
        rankability_practices: rankability(&practices),
        rankability_ccgs: rankability(&areas),
        practices: by_unit,
        ccgs: world.areas.iter().copied().zip(areas).collect(),
    })
}
