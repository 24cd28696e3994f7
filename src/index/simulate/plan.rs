//! The cells of a quarter laid out for speed: one column of 32-bit points per indicator and width of its scale, units
//! without gaps first.

use super::count::share_that_is_real;
use super::draw::Choice;
use crate::define::framework::{
    Child, Denominator, Framework, Goalposts, Indicator, Measure, Scale, UnitKind,
};
use crate::index::cells::{Cells, points_of};
use crate::index::observe::Seen;
use crate::stats::proportion::wilson;

/// Widths of a scale: narrower, as stated, wider.
pub(crate) const WIDTHS: usize = 3;
pub(crate) const STATED: usize = 1;

/// The widths of a scale, as shares of the stated one.
pub(crate) fn widths(by: f64) -> [f64; WIDTHS] {
    [1.0 - by, 1.0, 1.0 + by]
}

/// The goalposts of a scale of another width: the worst end stays.
pub(crate) fn scale_of_width(g: &Goalposts, width: f64) -> Goalposts {
    let mut drawn = g.clone();
    drawn.high = match g.scale {
        Scale::Linear => g.low + (g.high - g.low) * width,
        Scale::Log => g.low * (g.high / g.low).powf(width),
    };
    drawn
}

pub(super) struct Plan {
    /// Position -> unit. Units that are not scored are not in it.
    pub order: Vec<u32>,
    /// Positions before this have no gap: floor and ceiling are one.
    pub whole: usize,
    /// Parents before children; node 0 is the top.
    pub nodes: Vec<Branch>,
    pub leaves: Vec<Leaf>,
}

/// A node with children that somebody was asked about.
pub(super) struct Branch {
    /// Of its power mean.
    pub exponent: f32,
    pub children: Vec<Stem>,
}

pub(super) struct Stem {
    pub of: Part,
    pub weight: f32,
    /// Of that weight, the share that is asked of units of this kind.
    pub share: f32,
}

#[derive(Clone, Copy)]
pub(super) enum Part {
    Node(usize),
    Leaf(usize),
}

/// One indicator; columns by position.
pub(super) struct Leaf {
    pub indicator: usize,
    pub low: [Vec<f32>; WIDTHS],
    /// From position `whole` on.
    pub high: [Vec<f32>; WIDTHS],
    /// 1 where it concerns the unit, 0 where not; absent when it concerns all.
    pub applies: Option<Vec<f32>>,
    /// Sampling variance in points squared; absent for answers that are no count.
    pub variance: Option<Vec<f32>>,
}

impl Plan {
    /// `None` when nothing was asked of units of this kind.
    pub(super) fn of(
        framework: &Framework,
        seen: &Seen,
        kind: UnitKind,
        units: usize,
        goalposts: f64,
        share: &dyn Fn(usize) -> f64,
    ) -> Option<Plan> {
        let asked: Vec<(usize, &Cells)> = framework
            .indicators
            .iter()
            .enumerate()
            .filter(|(_, x)| x.unit == kind && x.weight.value > 0.0)
            .filter_map(|(i, _)| Some((i, seen[i].as_ref()?)))
            .collect();
        let concerns = |u: usize| asked.iter().any(|(_, c)| c.points.applies[u]);
        let gap = |u: usize| {
            asked.iter().any(|(_, c)| {
                c.points.applies[u] && (c.points.high[u].is_nan() || c.points.high[u] > c.points.low[u])
            })
        };
        let (gaps, full): (Vec<u32>, Vec<u32>) =
            (0..units as u32).filter(|u| concerns(*u as usize)).partition(|u| gap(*u as usize));
        let whole = full.len();
        let order: Vec<u32> = full.into_iter().chain(gaps).collect();
        let leaves: Vec<Leaf> = asked
            .iter()
            .map(|(i, c)| leaf(*i, &framework.indicators[*i], c, &order, whole, goalposts))
            .collect();
        let nodes = branches(framework, &leaves, share)?;
        Some(Plan { order, whole, nodes, leaves })
    }

    /// Share of the differences in an indicator's points between the practices that it concerns that is no noise.
    pub(super) fn reliability(&self, indicator: usize) -> Option<f64> {
        let leaf = self.leaves.iter().find(|l| l.indicator == indicator)?;
        let variance = leaf.variance.as_ref()?;
        let concerned = |p: &usize| leaf.applies.as_ref().is_none_or(|a| a[*p] > 0.0);
        // a gap has no points of its own
        let (points, variances): (Vec<f64>, Vec<f64>) = (0..self.whole)
            .filter(concerned)
            .map(|p| (f64::from(leaf.low[STATED][p]), f64::from(variance[p])))
            .unzip();
        share_that_is_real(&points, &variances)
    }

    /// Weights of a choice, each with the share of it that is asked of units of this kind.
    pub(super) fn parts(&self, choice: &Choice) -> Vec<Vec<f32>> {
        let of = |(node, weights): (&Branch, &Vec<f32>)| {
            node.children.iter().zip(weights).map(|(stem, w)| w * stem.share).collect()
        };
        self.nodes.iter().zip(&choice.weights).map(of).collect()
    }

    pub(super) fn units(&self) -> usize {
        self.order.len()
    }
}

/// The tree without the parts that nobody was asked about; `None` for a mean that is no power mean.
fn branches(framework: &Framework, leaves: &[Leaf], share: &dyn Fn(usize) -> f64) -> Option<Vec<Branch>> {
    let mut place: Vec<Option<usize>> = vec![None; framework.nodes.len()];
    let mut kept: Vec<(usize, Branch)> = Vec::new();
    // children stand after their parents, so they are known first from the end
    for at in (0..framework.nodes.len()).rev() {
        let node = &framework.nodes[at];
        let part = |c: &Child| match *c {
            Child::Node(n) => place[n].map(Part::Node),
            Child::Indicator(i) => leaves.iter().position(|l| l.indicator == i).map(Part::Leaf),
        };
        let children: Vec<Stem> = node
            .children
            .iter()
            .filter_map(|c| {
                let share = if let Child::Node(n) = *c { share(n) as f32 } else { 1.0 };
                Some(Stem { of: part(c)?, weight: framework.weight_of(*c) as f32, share })
            })
            .filter(|s| s.weight > 0.0)
            .collect();
        if !children.is_empty() {
            place[at] = Some(kept.len());
            kept.push((at, Branch { exponent: node.mean.exponent()? as f32, children }));
        }
    }
    // turned round, so that the top is first
    let last = kept.len().checked_sub(1)?;
    let mut nodes: Vec<Branch> = kept.into_iter().rev().map(|(_, b)| b).collect();
    for stem in nodes.iter_mut().flat_map(|n| &mut n.children) {
        if let Part::Node(n) = &mut stem.of {
            *n = last - *n;
        }
    }
    Some(nodes)
}

fn leaf(indicator: usize, x: &Indicator, cells: &Cells, order: &[u32], whole: usize, goalposts: f64) -> Leaf {
    let p = &cells.points;
    let at = |u: &u32| *u as usize;
    let widths = widths(goalposts);
    let low =
        |width: f64| order.iter().map(at).map(|u| rescaled(x, cells, u, p.low[u], width) as f32).collect();
    let high = |width: f64| {
        let units = order[whole..].iter().map(at);
        units.map(|u| rescaled(x, cells, u, p.ceiling(u), width) as f32).collect()
    };
    let all = order.iter().map(at).all(|u| p.applies[u]);
    let applies = (!all).then(|| order.iter().map(at).map(|u| f32::from(u8::from(p.applies[u]))).collect());
    let variance: Option<Vec<f32>> = sampled(x)
        .then(|| order.iter().map(at).map(|u| variance(x, cells, u) as f32).collect::<Vec<f32>>())
        .filter(|v| v.iter().any(|v| *v > 0.0));
    Leaf { indicator, low: widths.map(low), high: widths.map(high), applies, variance }
}

/// Points on a scale of another width. What is missing or partly missing keeps its points.
fn rescaled(x: &Indicator, cells: &Cells, u: usize, points: f64, width: f64) -> f64 {
    let complete = cells.points.answered[u] >= 1.0 && !cells.value[u].is_nan();
    match &x.goalposts {
        Some(g) if complete && (width - 1.0).abs() > 1e-12 => {
            points_of(cells.value[u], &scale_of_width(g, width), x.direction)
        }
        _ => points,
    }
}

/// Counts of people and events have a sampling error; switches and answers have none.
fn sampled(x: &Indicator) -> bool {
    matches!(x.measure, Some(Measure::Ratio { .. })) && x.goalposts.is_some()
}

/// Half the distance of the points at one standard error below and above, squared. A share of a whole is binomial
/// (Wilson), a rate is Poisson (Anscombe's root scale); a finite practice is taken as a sample of what it could have
/// been.
fn variance(x: &Indicator, cells: &Cells, u: usize) -> f64 {
    let (Some(Measure::Ratio { per, cap, denominator, .. }), Some(posts)) = (&x.measure, &x.goalposts) else {
        return 0.0;
    };
    let (Some(n), Some(d)) = (cells.numerator[u], cells.denominator[u]) else { return 0.0 };
    if d <= 0 || !cells.points.applies[u] {
        return 0.0;
    }
    let (top, bottom) = (n.max(0) as f64, d as f64);
    let share =
        *cap == Some(1.0) && (*per - 1.0).abs() < 1e-12 && matches!(denominator, Denominator::Count(_));
    let (low, high) = if share {
        // a confidence of 0.6827 is one standard error either way
        match wilson(top.min(bottom), bottom, 0.682_689_492_137_086) {
            Some(i) => (i.low, i.high),
            None => return 0.0,
        }
    } else {
        let root = (top + 0.375).sqrt();
        let back = |r: f64| (r.max(0.0).powi(2) - 0.375).max(0.0) / bottom * per;
        (back(root - 0.5), back(root + 0.5))
    };
    let points = |v: f64| points_of(cap.map_or(v, |c| v.min(c)), posts, x.direction);
    ((points(high) - points(low)) / 2.0).powi(2)
}
