//! The tree: points of indicators -> scores of nodes, as columns over the units.

use super::aggregate::combine;
use super::cells::Points;
use super::level::Levels;
use super::observe::Seen;
use super::units::Quarter;
use crate::define::framework::{Child, Framework, IndicatorKind, Mean, UnitKind};

/// A quarter's scores of practices, and of what CCGs answer themselves.
pub(super) struct QuarterScores {
    /// Share of the framework's weight that anyone was asked.
    pub weight_asked: f64,
    /// Share of the asked weight that CCGs answer themselves.
    pub ccg_share: Shares,
    pub practices: Tree,
    /// The nodes as parts of a CCG's: each child weighs as much as practices were asked of it, so that with what the
    /// CCG answers itself every dimension has the weight that is stated.
    pub practice_parts: Vec<Option<Points>>,
    /// Over all CCGs of the run; only what is measured on CCGs, weighed likewise.
    pub ccgs: Tree,
    /// Of each practice; none where the quarter cannot tell the first level.
    pub levels: Option<Levels>,
}

/// A share per node of the framework and per kind.
pub(super) struct Shares {
    pub nodes: Vec<f64>,
    pub kinds: [f64; 3],
}

/// Scores of every node, the index first, with the sub-scores by kind.
pub(super) struct Tree {
    /// Per node of the framework; `None` where nothing under it was asked.
    pub nodes: Vec<Option<Points>>,
    /// Have, use, benefit.
    pub kinds: [Option<Points>; 3],
}

pub(super) const KINDS: [IndicatorKind; 3] =
    [IndicatorKind::Have, IndicatorKind::Use, IndicatorKind::Benefit];

pub(super) fn quarter(framework: &Framework, quarter: &Quarter, seen: &Seen) -> QuarterScores {
    let share = framework.effective_weights();
    let asked: f64 = share.iter().zip(seen).filter(|(_, s)| s.is_some()).map(|(w, _)| w).sum();
    let leaves = |unit: UnitKind| -> Vec<Option<&Points>> {
        let of = framework.indicators.iter().zip(seen);
        of.map(|(x, s)| s.as_ref().filter(|_| x.unit == unit).map(|c| &c.points)).collect()
    };
    let own = leaves(UnitKind::Ccg);
    let ccgs = own.iter().flatten().next().map_or(0, |p| p.low.len());
    let ccg_share = Shares::of(framework, &|i| seen[i].is_some(), &share);
    let practice_leaves = leaves(UnitKind::Practice);
    let part = Method::part(framework, |n| 1.0 - ccg_share.nodes[n]);
    let own_part = Method::part(framework, |n| ccg_share.nodes[n]);
    QuarterScores {
        levels: Levels::of(framework, seen, quarter.unit.len()),
        // an empty sum is -0.0, and a sum of shares of one whole ends in dust
        weight_asked: ((asked * 1e12).round() / 1e12).clamp(0.0, 1.0) + 0.0,
        practices: tree(framework, &practice_leaves, &share, quarter.unit.len()),
        practice_parts: nodes(framework, &part, &practice_leaves, quarter.unit.len()),
        ccgs: Tree { nodes: nodes(framework, &own_part, &own, ccgs), ..tree(framework, &own, &share, ccgs) },
        ccg_share,
    }
}

impl Shares {
    /// What CCGs answer themselves of what was collected. `share` is the weight of each indicator in the whole.
    pub(super) fn of(framework: &Framework, collected: &dyn Fn(usize) -> bool, share: &[f64]) -> Shares {
        let mut nodes = vec![(0.0, 0.0); framework.nodes.len()];
        let mut kinds = [(0.0, 0.0); 3];
        let all = framework.indicators.iter().zip(share).enumerate();
        for (_, (x, w)) in all.filter(|(i, _)| collected(*i)) {
            let own = if x.unit == UnitKind::Ccg { *w } else { 0.0 };
            let add = |to: &mut (f64, f64)| *to = (to.0 + own, to.1 + w);
            let mut at = Some(x.parent);
            while let Some(n) = at {
                add(&mut nodes[n]);
                at = framework.nodes[n].parent;
            }
            KINDS.iter().zip(&mut kinds).filter(|(k, _)| **k == x.kind).for_each(|(_, to)| add(to));
        }
        let ratio = |(own, all): (f64, f64)| if all > 0.0 { own / all } else { 0.0 };
        Shares { nodes: nodes.into_iter().map(ratio).collect(), kinds: kinds.map(ratio) }
    }
}

/// The weights and the means of one walk up the tree: those of the framework, or drawn ones.
#[derive(Clone)]
pub(super) struct Method {
    pub nodes: Vec<f64>,
    pub indicators: Vec<f64>,
    pub means: Vec<Mean>,
}

impl Method {
    pub(super) fn stated(framework: &Framework) -> Method {
        Method {
            nodes: framework.nodes.iter().map(|n| n.weight.value).collect(),
            indicators: framework.indicators.iter().map(|x| x.weight.value).collect(),
            means: framework.nodes.iter().map(|n| n.mean).collect(),
        }
    }

    /// The stated method, with each node at a share of its weight.
    pub(super) fn part(framework: &Framework, share: impl Fn(usize) -> f64) -> Method {
        let mut method = Method::stated(framework);
        method.nodes.iter_mut().enumerate().for_each(|(n, w)| *w *= share(n));
        method
    }

    fn weight_of(&self, child: Child) -> f64 {
        match child {
            Child::Node(n) => self.nodes[n],
            Child::Indicator(i) => self.indicators[i],
        }
    }
}

/// Combines the leaves up the tree for `n` units: every node of the framework, `None` where nothing under it was asked.
pub(super) fn nodes(
    framework: &Framework,
    method: &Method,
    leaves: &[Option<&Points>],
    n: usize,
) -> Vec<Option<Points>> {
    let minimum = framework.availability.as_ref().map_or(0.0, |a| a.minimum_weight);
    let mut nodes: Vec<Option<Points>> = framework.nodes.iter().map(|_| None).collect();
    for at in (0..framework.nodes.len()).rev() {
        let children: Vec<(f64, &Points)> = framework.nodes[at]
            .children
            .iter()
            .filter_map(|c| {
                let points = match *c {
                    Child::Node(i) => nodes[i].as_ref(),
                    Child::Indicator(i) => leaves[i],
                };
                Some((method.weight_of(*c), points?)).filter(|(w, _)| *w > 0.0)
            })
            .collect();
        let combined = (!children.is_empty()).then(|| combine(method.means[at], &children, n, minimum));
        nodes[at] = combined;
    }
    nodes
}

/// The whole tree by the stated method, with the sub-scores by kind.
pub(super) fn tree(framework: &Framework, leaves: &[Option<&Points>], share: &[f64], n: usize) -> Tree {
    let nodes = nodes(framework, &Method::stated(framework), leaves, n);
    let kinds = KINDS.map(|kind| {
        let of = framework.indicators.iter().zip(leaves).zip(share);
        let parts: Vec<(f64, &Points)> = of
            .filter(|((x, _), w)| x.kind == kind && **w > 0.0)
            .filter_map(|((_, leaf), w)| Some((*w, (*leaf)?)))
            .collect();
        (!parts.is_empty()).then(|| combine(Mean::Arithmetic, &parts, n, 0.0))
    });
    Tree { nodes, kinds }
}

impl Points {
    /// The ceiling; where nothing is left in it, the floor.
    pub(super) fn ceiling(&self, u: usize) -> f64 {
        if self.high[u].is_nan() { self.low[u] } else { self.high[u].max(self.low[u]) }
    }
}
