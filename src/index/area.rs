//! Practices -> CCG -> region -> England: list-weighted and plain means, with what is known of their bounds.

use super::cells::Points;
use super::observe::Seen;
use super::score::QuarterScores;
use super::units::Quarter;
use crate::define::framework::{Framework, UnitKind};
use crate::stats::Sum;
use std::collections::BTreeMap;

/// A weighted mean on its way up: a parent is the weighted mean of its children's means.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    top: Sum,
    weight: Sum,
}

impl Mean {
    fn add(&mut self, weight: f64, x: f64) {
        self.top.add(weight * x);
        self.weight.add(weight);
    }

    /// Moves the mean, leaving its weight.
    fn set(&mut self, x: f64) {
        self.top = Sum::default();
        self.top.add(x * self.weight.value());
    }

    fn join(&mut self, child: Mean) {
        if let Some(x) = child.value() {
            self.add(child.weight.value(), x);
        }
    }

    pub(super) fn value(self) -> Option<f64> {
        (self.weight.value() > 0.0).then(|| (self.top.value() / self.weight.value()).clamp(0.0, 100.0))
    }
}

/// Floor and ceiling side by side.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub low: Mean,
    pub high: Mean,
}

/// One area in one quarter.
#[derive(Clone, Debug, Default)]
pub(super) struct AreaScore {
    pub practices: u32,
    /// With at least one answer.
    pub practices_scored: u32,
    pub practices_without_list: u32,
    pub list_size: i64,
    /// Assumed in floor and ceiling for practices without a list.
    pub list_assumed: i64,
    pub score: Bounds,
    /// Weighted by the lists of the practices with an estimate.
    pub estimate: Mean,
    /// Plain mean of the practices' floors.
    pub unweighted: Mean,
    pub coverage: Mean,
    pub kinds: [Bounds; 3],
    /// Per node of the framework; the first is the index again.
    pub nodes: Vec<Bounds>,
    /// Registered patients at each level from 0, with missing answers as not met and as met.
    pub at_level: Vec<i64>,
    pub at_level_high: Vec<i64>,
    /// Per indicator, the floor.
    pub indicators: Vec<Mean>,
    /// Ratio of sums and counts of answers, per indicator.
    pub sums: Vec<Tally>,
}

/// What the answers of an area's units to one indicator add up to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub numerator: i128,
    pub denominator: i128,
    /// Units with a value.
    pub answered: u32,
    /// Of those, with full points.
    pub full: u32,
    /// Units that it concerns.
    pub asked: u32,
}

impl AreaScore {
    fn new(framework: &Framework) -> AreaScore {
        AreaScore {
            nodes: vec![Bounds::default(); framework.nodes.len()],
            indicators: vec![Mean::default(); framework.indicators.len()],
            sums: vec![Tally::default(); framework.indicators.len()],
            at_level: vec![0; framework.levels.len() + 1],
            at_level_high: vec![0; framework.levels.len() + 1],
            ..AreaScore::default()
        }
    }

    fn join(&mut self, child: &AreaScore) {
        self.practices += child.practices;
        self.practices_scored += child.practices_scored;
        self.practices_without_list += child.practices_without_list;
        self.list_size += child.list_size;
        self.list_assumed += child.list_assumed;
        self.estimate.join(child.estimate);
        self.unweighted.join(child.unweighted);
        self.coverage.join(child.coverage);
        let bounds = |to: &mut Bounds, from: &Bounds| {
            to.low.join(from.low);
            to.high.join(from.high);
        };
        bounds(&mut self.score, &child.score);
        self.kinds.iter_mut().zip(&child.kinds).for_each(|(to, from)| bounds(to, from));
        self.nodes.iter_mut().zip(&child.nodes).for_each(|(to, from)| bounds(to, from));
        self.indicators.iter_mut().zip(&child.indicators).for_each(|(to, from)| to.join(*from));
        self.at_level.iter_mut().zip(&child.at_level).for_each(|(to, from)| *to += from);
        self.at_level_high.iter_mut().zip(&child.at_level_high).for_each(|(to, from)| *to += from);
        for (to, from) in self.sums.iter_mut().zip(&child.sums) {
            to.numerator += from.numerator;
            to.denominator += from.denominator;
            to.answered += from.answered;
            to.full += from.full;
            to.asked += from.asked;
        }
    }
}

/// All areas of a quarter.
pub(super) struct Areas<'q> {
    /// By index of the CCG.
    pub ccgs: BTreeMap<u32, AreaScore>,
    /// By region code; CCGs without one are in England alone.
    pub regions: BTreeMap<&'q str, AreaScore>,
    pub england: AreaScore,
}

pub(super) fn roll_up<'q>(
    framework: &Framework,
    quarter: &'q Quarter,
    seen: &Seen,
    scored: &QuarterScores,
    ccgs: usize,
) -> Areas<'q> {
    let assumed = framework.population.as_ref().map_or(0, |p| i64::from(p.assumed_list_size));
    // Practices that no CCG is known for make one group of their own, below England.
    let mut groups: BTreeMap<Option<u32>, AreaScore> = BTreeMap::new();
    for u in 0..quarter.unit.len() {
        let area = groups.entry(quarter.ccg[u]).or_insert_with(|| AreaScore::new(framework));
        practice(area, framework, quarter, seen, scored, assumed, u);
        if let Some(standing) = scored.levels.as_ref().and_then(|l| l.standings[u].as_ref()) {
            let list = quarter.list[u].unwrap_or(0).max(0);
            area.at_level[standing.low] += list;
            area.at_level_high[standing.high] += list;
        }
    }
    for (ccg, area) in &mut groups {
        if let Some(c) = ccg.map(|c| c as usize).filter(|c| *c < ccgs) {
            own_answers(area, framework, seen, scored, c);
        }
    }
    let mut england = AreaScore::new(framework);
    let mut regions: BTreeMap<&str, AreaScore> = BTreeMap::new();
    for (ccg, area) in &groups {
        england.join(area);
        let region = ccg.and_then(|c| quarter.areas.get(&c)?.region_code.as_deref());
        if let Some(code) = region {
            regions.entry(code).or_insert_with(|| AreaScore::new(framework)).join(area);
        }
    }
    let ccgs = groups.into_iter().filter_map(|(c, a)| Some((c?, a))).collect();
    Areas { ccgs, regions, england }
}

/// Adds one practice to its CCG.
fn practice(
    area: &mut AreaScore,
    framework: &Framework,
    quarter: &Quarter,
    seen: &Seen,
    scored: &QuarterScores,
    assumed: i64,
    u: usize,
) {
    area.practices += 1;
    let list = quarter.list[u].filter(|l| *l > 0).unwrap_or(0);
    let unknown = quarter.list[u].is_none();
    area.practices_without_list += u32::from(list == 0);
    area.list_size += list;
    // Nothing below, everything above: a list that nobody published may be as large as assumed.
    let (weight, doubt) = (list as f64, if unknown { assumed as f64 } else { 0.0 });
    area.list_assumed += if unknown { assumed } else { 0 };
    let add = |bounds: &mut Bounds, points: Option<&Points>| {
        if let Some(p) = points.filter(|p| p.applies[u]) {
            bounds.low.add(weight, p.low[u]);
            bounds.low.add(doubt, 0.0);
            bounds.high.add(weight, p.ceiling(u));
            bounds.high.add(doubt, 100.0);
        }
    };
    let parts = &scored.practice_parts;
    add(&mut area.score, parts[0].as_ref());
    for (to, from) in area.nodes.iter_mut().zip(parts) {
        add(to, from.as_ref());
    }
    for (to, from) in area.kinds.iter_mut().zip(&scored.practices.kinds) {
        add(to, from.as_ref());
    }
    if let Some(p) = parts[0].as_ref().filter(|p| p.applies[u]) {
        area.unweighted.add(1.0, p.low[u]);
        area.coverage.add(weight, p.answered[u]);
        area.coverage.add(doubt, 0.0);
        area.practices_scored += u32::from(p.answered[u] > 0.0);
        if !p.estimate[u].is_nan() {
            area.estimate.add(weight, p.estimate[u]);
        }
    }
    for (i, cells) in seen.iter().enumerate() {
        if framework.indicators[i].unit != UnitKind::Practice {
            continue;
        }
        let Some(c) = cells.as_ref().filter(|c| c.points.applies[u]) else { continue };
        area.indicators[i].add(weight, c.points.low[u]);
        area.indicators[i].add(doubt, 0.0);
        tally(&mut area.sums[i], c, u);
    }
}

fn tally(sum: &mut Tally, c: &super::cells::Cells, u: usize) {
    sum.asked += 1;
    if c.value[u].is_nan() {
        return;
    }
    sum.answered += 1;
    sum.full += u32::from(c.points.estimate[u] >= 100.0);
    sum.numerator += i128::from(c.numerator[u].unwrap_or(0));
    sum.denominator += i128::from(c.denominator[u].unwrap_or(0));
}

/// What a CCG answers itself joins its practices' scores, node by node, by its share of the weight asked there. Both sides
/// weigh each dimension by their part of it, so that under arithmetic means the score is the weighted mean of the
/// dimensions as they are printed.
fn own_answers(area: &mut AreaScore, framework: &Framework, seen: &Seen, scored: &QuarterScores, c: usize) {
    let weight = (area.list_size + area.list_assumed) as f64;
    for (i, cells) in seen.iter().enumerate() {
        let own = cells.as_ref().filter(|_| framework.indicators[i].unit == UnitKind::Ccg);
        if let Some(cells) = own.filter(|x| x.points.applies[c]) {
            area.indicators[i].add(weight, cells.points.low[c]);
            tally(&mut area.sums[i], cells, c);
        }
    }
    let mix = |mean: &mut Mean, x: f64, share: f64| match mean.value() {
        Some(practices) => mean.set((1.0 - share) * practices + share * x),
        None => mean.add(weight, x),
    };
    let both = |bounds: &mut Bounds, own: Option<&Points>, share: f64| {
        if let Some(own) = own.filter(|p| p.applies[c]) {
            mix(&mut bounds.low, own.low[c], share);
            mix(&mut bounds.high, own.ceiling(c), share);
        }
    };
    let shares = &scored.ccg_share;
    for (n, node) in area.nodes.iter_mut().enumerate() {
        both(node, scored.ccgs.nodes[n].as_ref(), shares.nodes[n]);
    }
    for (k, kind) in area.kinds.iter_mut().enumerate() {
        both(kind, scored.ccgs.kinds[k].as_ref(), shares.kinds[k]);
    }
    area.score = area.nodes[0];
    if let Some(own) = scored.ccgs.nodes[0].as_ref().filter(|p| p.applies[c]) {
        mix(&mut area.coverage, own.answered[c], shares.nodes[0]);
        mix(&mut area.unweighted, own.low[c], shares.nodes[0]);
        if !own.estimate[c].is_nan() {
            mix(&mut area.estimate, own.estimate[c], shares.nodes[0]);
        }
    }
}
