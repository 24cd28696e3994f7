//! Groups of columns that several tables share: areas, levels, intervals, ranks.

use crate::define::framework::Framework;
use crate::frames::Grown;
use crate::index::area::{AreaScore, Mean};
use crate::index::level::Levels;
use crate::index::score::{KINDS, QuarterScores};
use crate::index::simulate::Spread;
use crate::stats;

use super::kind_name;

/// The columns that CCGs, regions and England share.
pub(in crate::index) fn area_columns(
    t: &mut Grown<'_>,
    framework: &Framework,
    scored: &QuarterScores,
    of: &[&AreaScore],
) {
    let n = of.len();
    let count = |f: fn(&AreaScore) -> i64| of.iter().map(|a| Some(f(a))).collect::<Vec<_>>();
    let mean = |f: &dyn Fn(&AreaScore) -> Mean| of.iter().map(|a| f(a).value()).collect::<Vec<_>>();
    t.owned("framework", std::iter::repeat_n(Some(framework.id.clone()), n));
    t.wholes("practices", count(|a| i64::from(a.practices)));
    t.wholes("practices_scored", count(|a| i64::from(a.practices_scored)));
    t.wholes("practices_without_list", count(|a| i64::from(a.practices_without_list)));
    t.wholes("list_size", count(|a| a.list_size));
    t.wholes("list_assumed", count(|a| a.list_assumed));
    t.numbers("score", mean(&|a| a.score.low));
    t.numbers("score_high", mean(&|a| a.score.high));
    t.numbers("estimate", mean(&|a| a.estimate));
    t.numbers("score_unweighted", mean(&|a| a.unweighted));
    t.numbers("coverage", mean(&|a| a.coverage));
    t.numbers("weight_asked", std::iter::repeat_n(Some(scored.weight_asked), n));
    // shares of registered patients: an area's mean hides who is at level 0
    let told = scored.levels.as_ref().map_or(0, |l| l.gates.highest() + 1);
    let share = |all: &[i64], k: usize| {
        let patients: i64 = all.iter().sum();
        (k < told && patients > 0).then(|| all[k] as f64 / patients as f64)
    };
    if !framework.levels.is_empty() {
        for k in 0..=framework.levels.len() {
            t.numbers(&format!("share_level_{k}"), of.iter().map(|a| share(&a.at_level, k)));
        }
        for k in 0..=framework.levels.len() {
            t.numbers(&format!("share_level_{k}_high"), of.iter().map(|a| share(&a.at_level_high, k)));
        }
    }
    for (k, kind) in KINDS.iter().enumerate() {
        t.numbers(kind_name(*kind), mean(&|a| a.kinds[k].low));
        t.numbers(&format!("{}_high", kind_name(*kind)), mean(&|a| a.kinds[k].high));
    }
    for (i, d) in framework.nodes.iter().enumerate().skip(1) {
        t.numbers(&format!("dimension_{}", d.id), mean(&|a| a.nodes[i].low));
        t.numbers(&format!("dimension_{}_high", d.id), mean(&|a| a.nodes[i].high));
    }
}

/// Where each unit stands on the levels; nothing where they cannot be told.
pub(in crate::index) fn level_columns(
    t: &mut Grown<'_>,
    framework: &Framework,
    n: usize,
    levels: Option<&Levels>,
    applies: impl Fn(usize) -> bool,
) {
    let standing = |u: usize| {
        let levels = levels.filter(|_| applies(u))?;
        Some((&levels.gates, levels.standings[u].as_ref()?))
    };
    t.wholes("level", (0..n).map(|u| standing(u).map(|(_, s)| s.low as i64)));
    t.wholes("level_high", (0..n).map(|u| standing(u).map(|(_, s)| s.high as i64)));
    t.wholes("levels_met", (0..n).map(|u| standing(u).map(|(_, s)| s.ungated as i64)));
    t.numbers("progress", (0..n).map(|u| standing(u).and_then(|(_, s)| s.progress)));
    let blocking = |u: usize| {
        let (gates, s) = standing(u)?;
        let ids: Vec<&str> = gates.blocking(s).map(|i| framework.indicators[i].id.as_str()).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    };
    t.owned("blocking", (0..n).map(blocking));
}

/// What the joint simulation makes of the score: 2.5 % and 97.5 % of its replicates.
pub(in crate::index) fn intervals(t: &mut Grown<'_>, spreads: &[Option<Spread>]) {
    t.numbers("interval_low", spreads.iter().map(|s| s.map(|s| s.score_low)));
    t.numbers("interval_high", spreads.iter().map(|s| s.map(|s| s.score_high)));
}

/// The rank by the floor and its range: what the joint simulation says (95 of 100 replicates, and the place itself), or
/// what missing answers leave where nothing was simulated; and among how many. Nothing when the table is not ranked: a
/// rank without a range is not told.
pub(in crate::index) fn ranks(
    t: &mut Grown<'_>,
    (low, high): (&[Option<f64>], &[Option<f64>]),
    ranked: bool,
    spreads: &[Option<Spread>],
) {
    let (rank, mut range) = if ranked {
        (stats::competition(low), stats::rank_range(low, high))
    } else {
        (vec![None; low.len()], vec![None; low.len()])
    };
    for ((range, rank), spread) in range.iter_mut().zip(&rank).zip(spreads) {
        if let (Some(rank), Some(s)) = (rank, spread) {
            *range = Some((s.rank_low.min(*rank), s.rank_high.max(*rank)));
        }
    }
    let told = || rank.iter().zip(&range).map(|(rank, range)| rank.zip(*range));
    let among = i64::try_from(told().flatten().count()).ok();
    t.wholes("rank_low", told().map(|r| r.map(|(_, range)| i64::from(range.0))));
    t.wholes("rank", told().map(|r| r.map(|(rank, _)| i64::from(rank))));
    t.wholes("rank_high", told().map(|r| r.map(|(_, range)| i64::from(range.1))));
    t.wholes("ranked_among", told().map(|r| among.filter(|_| r.is_some())));
}
