//! Which cause moves the ranks: first-order and total shares of the variance of the mean shift of rank.
//!
//! The design is that of Sobol' with groups: two independent rows of every stream, A and B, and for each cause the row A
//! with that one cause from B. The result of a run is the mean over units (CCGs, or rows of a table) of how far the rank
//! lies from the one that the stated choices give.

use super::draw::{CAUSES, Cause, Rows};
use super::run::{Outcome, World};
use super::variant::Variant;
use crate::stats::sensitivity::{Runs, Sensitivity, sensitivity};
use rayon::prelude::*;

/// Bootstrap samples of the base points.
const BOOTSTRAP: usize = 1_000;
/// Streams of the design begin here, far from those of the plain replicates.
const FIRST: u64 = 1 << 40;

/// `None` when ranks do not move at all.
pub(super) fn causes(world: &World<'_>, stated: &Variant, seed: u64, replicates: u32) -> Option<Sensitivity> {
    let (n, k) = (world.practices.units(), world.areas.len());
    split(
        &CAUSES,
        seed,
        replicates,
        || (world.buffers(), vec![0.0; n], vec![0; n], vec![0.0; k], vec![0; k]),
        |(buffers, practices, practice_ranks, areas, area_ranks), rows| {
            let mut out = Outcome { practices, practice_ranks, areas, area_ranks };
            world.replicate(seed, rows, buffers, &mut out);
            let shift = |(a, b): (&u16, &u16)| f64::from(a.abs_diff(*b));
            (k > 0).then(|| out.area_ranks.iter().zip(&stated.area_ranks).map(shift).sum::<f64>() / k as f64)
        },
    )
}

/// The split over any causes: as many runs as there are replicates, up to one base point. `run` gives the result of
/// one run, with buffers of its thread.
pub(crate) fn split<B>(
    causes: &[Cause],
    seed: u64,
    replicates: u32,
    buffers: impl Fn() -> B + Sync + Send,
    run: impl Fn(&mut B, Rows) -> Option<f64> + Sync + Send,
) -> Option<Sensitivity> {
    let points = u64::from(replicates) / (causes.len() as u64 + 2);
    let mut designs: Vec<Rows> = Vec::new();
    for p in 0..points {
        let (a, b) = (FIRST + 2 * p, FIRST + 2 * p + 1);
        designs.extend([Rows::all(a), Rows::all(b)]);
        designs.extend(causes.iter().map(|cause| Rows::all(a).with(*cause, b)));
    }
    let shifts: Vec<Option<f64>> = designs.par_iter().map_init(buffers, |b, rows| run(b, *rows)).collect();
    let step = causes.len() + 2;
    let column = |at: usize| shifts.iter().skip(at).step_by(step).copied().collect::<Vec<_>>();
    let runs = Runs { a: column(0), b: column(1), ab: (2..step).map(column).collect() };
    sensitivity(&runs, 0.95, BOOTSTRAP, seed)
}
