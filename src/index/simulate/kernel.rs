//! The score of every unit in one replicate: the tree over tiles of units, columns in cache.

use super::draw::Choice;
use super::plan::{Leaf, Part, Plan};
use crate::define::framework::Missing;

/// Units at a time: the tile of every node stays in the first-level cache.
const TILE: usize = 256;

/// Buffers of one thread.
pub(super) struct Scratch {
    nodes: Vec<Tile>,
    /// Ceilings of a tile, and those of its units as parts.
    high: [Vec<f32>; 2],
    pub answers: Vec<f32>,
    pub noise: Vec<f32>,
}

struct Tile {
    sum: [f32; TILE],
    /// Weight that applies, where not all children do.
    weight: [f32; TILE],
}

impl Scratch {
    pub(super) fn of(plan: &Plan) -> Scratch {
        let tile = || Tile { sum: [0.0; TILE], weight: [0.0; TILE] };
        Scratch {
            nodes: plan.nodes.iter().map(|_| tile()).collect(),
            high: [vec![0.0; TILE], vec![0.0; TILE]],
            answers: vec![0.0; plan.units() - plan.whole],
            noise: vec![0.0; plan.units()],
        }
    }
}

/// How a mean adds its parts up: x^p, summed, and back.
#[derive(Clone, Copy)]
enum Form {
    Linear,
    Root,
    Log,
    Inverse,
    Power(f32),
}

impl Form {
    fn of(exponent: f32) -> Form {
        let is = |p: f32| (exponent - p).abs() < 1e-6;
        match exponent {
            _ if is(1.0) => Form::Linear,
            _ if is(0.5) => Form::Root,
            _ if is(0.0) => Form::Log,
            _ if is(-1.0) => Form::Inverse,
            p => Form::Power(p),
        }
    }

    /// A part of nothing is nothing by limit under a geometric or harmonic mean.
    fn forth(self, x: f32) -> f32 {
        match self {
            Form::Linear => x,
            Form::Root => x.max(0.0).sqrt(),
            Form::Log => x.max(1e-30).ln(),
            Form::Inverse => 1.0 / x.max(1e-30),
            Form::Power(p) => x.max(if p < 0.0 { 1e-30 } else { 0.0 }).powf(p),
        }
    }

    fn back(self, x: f32) -> f32 {
        match self {
            Form::Linear => x,
            Form::Root => x * x,
            Form::Log => x.exp(),
            Form::Inverse => 1.0 / x.max(1e-30),
            Form::Power(p) => x.max(0.0).powf(1.0 / p),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Low,
    High,
}

/// The same units as parts of an area: weights of the tree's inner nodes by their part, and where the scores go.
pub(super) struct AsParts<'a> {
    pub weights: &'a [Vec<f32>],
    pub out: &'a mut [f32],
}

/// Scores by position into `out`, and as parts of areas where that is asked. `estimate` says for each unit with a gap
/// where its estimate lies between floor and ceiling. `scratch` holds the draws of answers and noise.
pub(super) fn scores(
    plan: &Plan,
    choice: &Choice,
    estimate: &[f32],
    scratch: &mut Scratch,
    out: &mut [f32],
    mut parts: Option<AsParts<'_>>,
) {
    let n = plan.units();
    let shares = shares(plan, choice);
    let mut from = 0;
    while from < n {
        // a tile has gaps or has none
        let end = (from + TILE).min(if from < plan.whole { plan.whole } else { n });
        let mut variance = [0.0_f32; TILE];
        for (leaf, share) in plan.leaves.iter().zip(&shares) {
            let Some(v) = &leaf.variance else { continue };
            let square = share * share;
            for (sum, v) in variance.iter_mut().zip(&v[from..end]) {
                *sum += square * v;
            }
        }
        let gaps = from.saturating_sub(plan.whole)..end.saturating_sub(plan.whole);
        let at = match choice.missing {
            Missing::Estimate if from >= plan.whole => Some(&estimate[gaps]),
            Missing::Bounds if from >= plan.whole => Some(&scratch.answers[gaps]),
            _ => None,
        };
        let noise = &scratch.noise[from..end];
        let settle = |tile: &mut [f32], high: &[f32]| {
            if let Some(at) = at {
                for ((x, high), at) in tile.iter_mut().zip(high).zip(at) {
                    *x += at * (high - *x).max(0.0);
                }
            }
            for ((x, v), z) in tile.iter_mut().zip(&variance).zip(noise) {
                *x = (*x + z * v.sqrt()).clamp(0.0, 100.0);
            }
        };
        let tile = &mut out[from..end];
        let [high, part_high] = scratch.high.each_mut().map(|h| &mut h[..end - from]);
        tree(plan, choice, Side::Low, from, &mut scratch.nodes, tile);
        if let Some(p) = &mut parts {
            inner(plan, choice, p.weights, Side::Low, from, &mut scratch.nodes, &mut p.out[from..end]);
        }
        if at.is_some() {
            tree(plan, choice, Side::High, from, &mut scratch.nodes, high);
            if let Some(p) = &parts {
                inner(plan, choice, p.weights, Side::High, from, &mut scratch.nodes, part_high);
            }
        }
        settle(tile, high);
        if let Some(p) = &mut parts {
            settle(&mut p.out[from..end], part_high);
        }
        from = end;
    }
}

/// The share of the whole that each leaf carries under the drawn weights.
fn shares(plan: &Plan, choice: &Choice) -> Vec<f32> {
    let mut node = vec![1.0_f32; plan.nodes.len()];
    let mut leaf = vec![0.0_f32; plan.leaves.len()];
    for (n, branch) in plan.nodes.iter().enumerate() {
        let total: f32 = choice.weights[n].iter().sum();
        for (stem, w) in branch.children.iter().zip(&choice.weights[n]) {
            let share = if total > 0.0 { node[n] * w / total } else { 0.0 };
            match stem.of {
                Part::Node(c) => node[c] = share,
                Part::Leaf(l) => leaf[l] = share,
            }
        }
    }
    leaf
}

fn tree(plan: &Plan, choice: &Choice, side: Side, from: usize, tiles: &mut [Tile], out: &mut [f32]) {
    for n in (0..plan.nodes.len()).rev() {
        node(plan, choice, n, &choice.weights[n], side, from, tiles, out.len());
    }
    out.copy_from_slice(&tiles[0].sum[..out.len()]);
}

/// The nodes above nodes again, after [`tree`], with other weights: what stands on leaves alone stays.
fn inner(
    plan: &Plan,
    choice: &Choice,
    weights: &[Vec<f32>],
    side: Side,
    from: usize,
    tiles: &mut [Tile],
    out: &mut [f32],
) {
    let above = |n: &usize| plan.nodes[*n].children.iter().any(|c| matches!(c.of, Part::Node(_)));
    for n in (0..plan.nodes.len()).rev().filter(above) {
        node(plan, choice, n, &weights[n], side, from, tiles, out.len());
    }
    out.copy_from_slice(&tiles[0].sum[..out.len()]);
}

#[expect(clippy::too_many_arguments, reason = "the inner loop: what it needs and nothing built for it")]
fn node(
    plan: &Plan,
    choice: &Choice,
    n: usize,
    weights: &[f32],
    side: Side,
    from: usize,
    tiles: &mut [Tile],
    size: usize,
) {
    let branch = &plan.nodes[n];
    let form = Form::of(choice.power.filter(|_| n == 0).unwrap_or(branch.exponent));
    let (here, below) = tiles.split_at_mut(n + 1);
    let Tile { sum, weight } = &mut here[n];
    let (sum, weight) = (&mut sum[..size], &mut weight[..size]);
    sum.fill(0.0);
    weight.fill(0.0);
    let mut common = 0.0;
    for (stem, w) in branch.children.iter().zip(weights) {
        match stem.of {
            Part::Node(c) => {
                // children stand after their parents; a child that concerns nobody has weight 0
                let child = &below[c - n - 1];
                add(form, *w, &child.sum[..size], Some(&child.weight[..size]), sum, weight, &mut common);
            }
            Part::Leaf(l) => {
                let leaf = &plan.leaves[l];
                let column = column(plan, leaf, choice.widths[l], side, from, size);
                let applies = leaf.applies.as_ref().map(|a| &a[from..from + size]);
                add(form, *w, column, applies, sum, weight, &mut common);
            }
        }
    }
    for (x, w) in sum.iter_mut().zip(weight.iter_mut()) {
        *w += common;
        *x = form.back(*x / w.max(f32::MIN_POSITIVE));
        *w = f32::from(u8::from(*w > 0.0));
    }
}

fn column<'a>(plan: &Plan, leaf: &'a Leaf, width: usize, side: Side, from: usize, size: usize) -> &'a [f32] {
    match side {
        Side::Low => &leaf.low[width][from..from + size],
        Side::High => &leaf.high[width][from - plan.whole..from - plan.whole + size],
    }
}

fn add(
    form: Form,
    w: f32,
    x: &[f32],
    applies: Option<&[f32]>,
    sum: &mut [f32],
    weight: &mut [f32],
    common: &mut f32,
) {
    let whole = applies.is_none_or(|a| a.iter().all(|a| *a >= 1.0));
    match (applies, form) {
        (_, Form::Linear) if whole => {
            *common += w;
            sum.iter_mut().zip(x).for_each(|(s, x)| *s += w * x);
        }
        (_, Form::Root) if whole => {
            *common += w;
            sum.iter_mut().zip(x).for_each(|(s, x)| *s += w * x.max(0.0).sqrt());
        }
        (Some(applies), form) if !whole => {
            for (((s, t), x), a) in sum.iter_mut().zip(weight).zip(x).zip(applies) {
                *s += w * a * form.forth(*x);
                *t += w * a;
            }
        }
        (_, form) => {
            *common += w;
            sum.iter_mut().zip(x).for_each(|(s, x)| *s += w * form.forth(*x));
        }
    }
}
