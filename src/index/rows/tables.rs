//! The scores of rows as frames: sorted by key, one call of [`Tables::push`] per period.

use super::column::{Column, Row};
use super::method;
use super::present;
use super::replicate::Replicated;
use super::screen::Screened;
use super::treat::Tested;
use crate::define::framework::{Framework, RankBy, RankTies};
use crate::frames::Grown;
use crate::index::cells::Points;
use crate::index::level::Levels;
use crate::index::score::{KINDS, Tree};
use crate::index::simulate::Spread;
use crate::index::tables::{intervals, kind_name, level_columns};
use crate::model::Absence;
use crate::stats;
use polars::prelude::{DataFrame, PolarsResult};
use std::collections::BTreeMap;
use std::ops::Range;

pub(super) struct Tables<'a> {
    framework: &'a Framework,
    rows: &'a [Row<'a>],
    scores: Grown<'a>,
    nodes: Grown<'a>,
    values: Grown<'a>,
    groups: Grown<'a>,
}

/// Numbers of one node over the units of a period.
struct Shown {
    low: Vec<Option<f64>>,
    high: Vec<Option<f64>>,
    estimate: Vec<Option<f64>>,
    coverage: Vec<Option<f64>>,
}

impl<'a> Tables<'a> {
    pub(super) fn new(framework: &'a Framework, rows: &'a [Row<'a>]) -> Tables<'a> {
        let [scores, nodes, values, groups] = std::array::from_fn(|_| Grown::default());
        Tables { framework, rows, scores, nodes, values, groups }
    }

    pub(super) fn push(
        &mut self,
        rows: &'a [Row<'a>],
        here: Range<usize>,
        columns: &[Option<Column>],
        scored: &Tree,
        (levels, replicated, ranked): (Option<&Levels>, Option<&Replicated>, bool),
    ) {
        self.push_scores(rows, scored, (levels, replicated, ranked));
        self.push_nodes(rows, scored, ranked);
        self.push_values(here, columns);
        push_groups(&mut self.groups, rows, scored);
    }

    /// scores, node_scores, indicator_values, group_scores, weights, treatment, screening.
    pub(super) fn finish(
        self,
        columns: &[Option<Column>],
        treated: &'a [Tested],
        screened: Option<&'a Screened>,
    ) -> PolarsResult<[DataFrame; 7]> {
        let weights = method::weights(self.framework, self.rows, columns);
        let treatment = method::treatment(self.framework, treated);
        let screening = screened.map(method::screening).unwrap_or_default();
        Ok([
            self.scores.finish()?,
            self.nodes.finish()?,
            self.values.finish()?,
            self.groups.finish()?,
            weights.finish()?,
            treatment.finish()?,
            screening.finish()?,
        ])
    }

    fn push_scores(
        &mut self,
        rows: &'a [Row<'a>],
        scored: &Tree,
        (levels, replicated, ranked): (Option<&Levels>, Option<&Replicated>, bool),
    ) {
        let framework = self.framework;
        let t = &mut self.scores;
        let n = rows.len();
        t.texts("period", rows.iter().map(|r| Some(r.period)));
        t.texts("unit", rows.iter().map(|r| Some(r.unit)));
        t.texts("unit_name", rows.iter().map(|r| r.name));
        t.texts("group", rows.iter().map(|r| r.group));
        t.texts("framework", std::iter::repeat_n(Some(framework.id.as_str()), n));
        let index = shown(scored.nodes[0].as_ref(), n);
        t.numbers("score", index.low.iter().copied());
        t.numbers("score_high", index.high.iter().copied());
        t.numbers("estimate", index.estimate.iter().copied());
        t.numbers("coverage", index.coverage.iter().copied());
        let least = framework.ranking.minimum_coverage;
        t.wholes("thin", index.coverage.iter().map(|c| c.map(|c| i64::from(c < least))));
        for (kind, points) in KINDS.iter().zip(&scored.kinds) {
            t.numbers(kind_name(*kind), shown(points.as_ref(), n).low);
        }
        for (d, points) in framework.nodes.iter().zip(&scored.nodes).skip(1) {
            let of = shown(points.as_ref(), n);
            t.numbers(&format!("dimension_{}", d.id), of.low);
            t.numbers(&format!("dimension_{}_high", d.id), of.high);
        }
        if !framework.levels.is_empty() {
            let asked = |u: usize| scored.nodes[0].as_ref().is_some_and(|p| p.applies[u]);
            level_columns(t, framework, n, levels, asked);
        }
        let spreads: Option<&[Option<Spread>]> = replicated.map(|r| r.spreads.as_slice());
        if let Some(spreads) = spreads {
            intervals(t, spreads);
        }
        let mut range = if ranked { stats::rank_range(&index.low, &index.high) } else { vec![None; n] };
        let (rank, within) = ranks(framework, rows, &index, ranked);
        for ((range, rank), spread) in range.iter_mut().zip(&rank).zip(spreads.unwrap_or_default()) {
            if let (Some(rank), Some(s)) = (rank.and_then(|r| u32::try_from(r).ok()), spread) {
                *range = Some((s.rank_low.min(rank), s.rank_high.max(rank)));
            }
        }
        t.wholes("rank_low", range.iter().map(|r| r.map(|r| i64::from(r.0))));
        t.wholes("rank", rank);
        t.wholes("rank_high", range.iter().map(|r| r.map(|r| i64::from(r.1))));
        t.wholes("rank_in_group", within);
        if let Some(spreads) = spreads {
            let chance = |f: fn(&Spread) -> f64| {
                spreads.iter().map(|s| s.as_ref().filter(|_| ranked).map(f)).collect::<Vec<_>>()
            };
            t.numbers("p_top_tenth", chance(|s| s.top_tenth));
            t.numbers("p_bottom_tenth", chance(|s| s.bottom_tenth));
        }
    }

    fn push_nodes(&mut self, rows: &'a [Row<'a>], scored: &Tree, ranked: bool) {
        let framework = self.framework;
        let of: Vec<Shown> = scored.nodes.iter().map(|p| shown(p.as_ref(), rows.len())).collect();
        let (rank, within): (Vec<_>, Vec<_>) = of.iter().map(|s| ranks(framework, rows, s, ranked)).unzip();
        let each = || (0..rows.len()).flat_map(|u| (0..framework.nodes.len()).map(move |k| (u, k)));
        let t = &mut self.nodes;
        t.texts("period", each().map(|(u, _)| Some(rows[u].period)));
        t.texts("unit", each().map(|(u, _)| Some(rows[u].unit)));
        t.texts("node_id", each().map(|(_, k)| Some(framework.nodes[k].id.as_str())));
        t.numbers("score", each().map(|(u, k)| of[k].low[u]));
        t.numbers("score_high", each().map(|(u, k)| of[k].high[u]));
        t.numbers("estimate", each().map(|(u, k)| of[k].estimate[u]));
        t.numbers("coverage", each().map(|(u, k)| of[k].coverage[u]));
        t.wholes("rank", each().map(|(u, k)| rank[k][u]));
        t.wholes("rank_in_group", each().map(|(u, k)| within[k][u]));
    }

    fn push_values(&mut self, here: Range<usize>, columns: &[Option<Column>]) {
        let framework = self.framework;
        let rows = self.rows;
        let mut order: Vec<(usize, &Column)> = present(columns).collect();
        order.sort_by(|a, b| framework.indicators[a.0].id.cmp(&framework.indicators[b.0].id));
        let each = || here.clone().flat_map(|u| order.iter().map(move |(i, c)| (u, *i, *c)));
        let known = |x: f64| Some(x).filter(|x| x.is_finite());
        // A rank a column, where the unit stands best and worst: its strengths and weaknesses.
        let ties = framework.ranking.ties;
        let points = |c: &Column| c.points[here.clone()].iter().map(|x| known(*x)).collect::<Vec<_>>();
        let ranks: Vec<Vec<Option<u32>>> = order.iter().map(|(_, c)| placed(&points(c), ties)).collect();
        let t = &mut self.values;
        t.texts("period", each().map(|(u, ..)| Some(rows[u].period)));
        t.texts("unit", each().map(|(u, ..)| Some(rows[u].unit)));
        t.texts("indicator_id", each().map(|(_, i, _)| Some(framework.indicators[i].id.as_str())));
        t.numbers("value", each().map(|(u, _, c)| known(c.value[u])));
        t.texts("absence", each().map(|(u, _, c)| c.absence[u].map(Absence::as_str)));
        t.texts("origin", each().map(|(u, _, c)| Some(c.origin[u].as_str())));
        t.numbers("treated", each().map(|(u, _, c)| known(c.treated[u])));
        t.texts("treatment", each().map(|(u, _, c)| c.treatment[u]));
        t.numbers("points", each().map(|(u, _, c)| known(c.points[u])));
        let places = (0..here.len()).flat_map(|u| ranks.iter().map(move |r| r[u].map(i64::from)));
        t.wholes("rank", places);
    }
}

fn shown(points: Option<&Points>, n: usize) -> Shown {
    let of = |f: &dyn Fn(&Points, usize) -> f64| -> Vec<Option<f64>> {
        let one = |u: usize| points.filter(|p| p.applies[u]).map(|p| f(p, u)).filter(|x| x.is_finite());
        (0..n).map(one).collect()
    };
    Shown {
        low: of(&|p, u| p.low[u]),
        high: of(&Points::ceiling),
        estimate: of(&|p, u| p.estimate[u]),
        coverage: of(&|p, u| p.answered[u]),
    }
}

/// Ranks from 1 for the highest; equal scores share what the framework says.
pub(super) fn placed(scores: &[Option<f64>], ties: RankTies) -> Vec<Option<u32>> {
    match ties {
        RankTies::Min => stats::competition(scores),
        // The worse rank of equals: as many as are not below them.
        RankTies::Max => {
            let n = scores.iter().flatten().count() as u32;
            let turned: Vec<Option<f64>> = scores.iter().map(|s| s.map(|s| -s)).collect();
            stats::competition(&turned).into_iter().map(|r| r.map(|r| n + 1 - r)).collect()
        }
    }
}

/// Ranks among all units and within the unit's group, by what the framework orders by.
fn ranks(
    framework: &Framework,
    rows: &[Row<'_>],
    of: &Shown,
    ranked: bool,
) -> (Vec<Option<i64>>, Vec<Option<i64>>) {
    if !ranked {
        return (vec![None; rows.len()], vec![None; rows.len()]);
    }
    let by = if framework.ranking.by == RankBy::Estimate { &of.estimate } else { &of.low };
    let one = |scores: &[Option<f64>]| -> Vec<Option<i64>> {
        placed(scores, framework.ranking.ties).into_iter().map(|r| r.map(i64::from)).collect()
    };
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (u, group) in rows.iter().enumerate().filter_map(|(u, r)| Some((u, r.group?))) {
        groups.entry(group).or_default().push(u);
    }
    let mut within = vec![None; rows.len()];
    for units in groups.into_values() {
        let scores: Vec<Option<f64>> = units.iter().map(|u| by[*u]).collect();
        units.iter().zip(one(&scores)).for_each(|(u, rank)| within[*u] = rank);
    }
    (one(by), within)
}

fn push_groups<'a>(t: &mut Grown<'a>, rows: &'a [Row<'a>], scored: &Tree) {
    let Some(index) = scored.nodes[0].as_ref() else { return };
    let mut groups: BTreeMap<&'a str, Vec<usize>> = BTreeMap::new();
    for (u, row) in rows.iter().enumerate().filter(|(u, _)| index.applies[*u]) {
        if let Some(group) = row.group {
            groups.entry(group).or_default().push(u);
        }
    }
    let period = rows.first().map(|r| r.period);
    let mean = |of: &[usize], x: &[f64], weigh: bool| {
        let known = of.iter().filter(|u| !x[**u].is_nan());
        stats::weighted_mean(known.map(|u| (if weigh { rows[*u].weight } else { 1.0 }, x[*u])))
    };
    // A floor of some units alone would be no floor of the group.
    let floor = |of: &[usize], weigh: bool| {
        let whole = of.iter().all(|u| !index.low[*u].is_nan());
        whole.then(|| mean(of, &index.low, weigh)).flatten()
    };
    t.texts("period", groups.keys().map(|_| period));
    t.texts("group", groups.keys().map(|g| Some(*g)));
    t.wholes("units", groups.values().map(|of| Some(of.len() as i64)));
    let weight = |of: &[usize]| of.iter().map(|u| rows[*u].weight).collect::<stats::Sum>().value();
    t.numbers("weight", groups.values().map(|of| Some(weight(of))));
    t.numbers("score", groups.values().map(|of| floor(of, true)));
    t.numbers("score_unweighted", groups.values().map(|of| floor(of, false)));
    t.numbers("estimate", groups.values().map(|of| mean(of, &index.estimate, true)));
    t.numbers("coverage", groups.values().map(|of| mean(of, &index.answered, true)));
}
