//! What each CCG can do first: the indicators whose gap is worth most to its score, with the practices that make most of it.
//!
//! The gap of a practice is what it lacks of a target: full points for an answer in words; for a counted share what the
//! stated part of all practices stays under, or what a level asks for where that is more. The practices named are the
//! fewest that make the stated share of their CCG's gap, patients counted. An action of the CCG itself has no practices.

use super::change::{Change, Work};
use super::compare::Comparison;
use super::history::{Climb, History};
use super::panel::Panel;
use super::similar::Way;
use crate::define::framework::{Indicator, Measure, StepsSection, UnitKind};
use crate::index::{Rescore, Whole};
use crate::stats::quantile;
use rayon::prelude::*;

/// One action of one CCG.
pub(super) struct Action {
    pub ccg: usize,
    pub indicator: usize,
    /// The practices named, the largest part of the gap first, each with its change; the CCG's own change where it answers.
    pub changes: Vec<(usize, Change)>,
    /// Units with any gap.
    pub short: usize,
    /// Mean points of the CCG on the indicator, now and then.
    pub value: f64,
    pub value_then: f64,
    /// Points of the CCG's score.
    pub gain: f64,
    /// Practices that reach a higher level by this alone.
    pub risen: Vec<usize>,
    /// The two peers with most practices that made this step and kept it.
    pub exemplars: Vec<(usize, Climb)>,
}

/// What every action is measured against.
pub(super) struct Ground<'a> {
    pub section: &'a StepsSection,
    pub panel: &'a Panel<'a>,
    pub method: &'a Rescore<'a>,
    pub compared: Option<&'a Comparison<'a>>,
    pub ways: &'a [Way],
    pub history: &'a History,
}

/// Scores of practices as parts of their CCGs, and of what CCGs answer themselves.
struct Floors {
    columns: Vec<Vec<f64>>,
    practices: Vec<f64>,
    ccgs: Vec<f64>,
    /// Per CCG: patients behind its practices' mean, and the share of its own answers.
    patients: Vec<f64>,
    own: Vec<f64>,
}

/// The actions of every CCG, those called below their peers first, then by gain.
pub(super) fn actions(g: &Ground<'_>) -> Vec<Vec<Action>> {
    let floors = floors(g);
    let found: Vec<Vec<Action>> =
        (0..g.panel.framework.indicators.len()).into_par_iter().map(|i| of(g, &floors, i)).collect();
    let mut by_ccg: Vec<Vec<Action>> = g.panel.ccgs.iter().map(|_| Vec::new()).collect();
    found.into_iter().flatten().for_each(|a| by_ccg[a.ccg].push(a));
    by_ccg.par_iter_mut().for_each(|all| {
        let below = |a: &Action| stand(g, a).is_some_and(|s| s == "below");
        let id = |a: &Action| &g.panel.framework.indicators[a.indicator].id;
        all.sort_by(|a, b| {
            below(b).cmp(&below(a)).then(b.gain.total_cmp(&a.gain)).then_with(|| id(a).cmp(id(b)))
        });
        all.truncate(g.section.actions);
    });
    by_ccg
}

/// What the CCG is called on the indicator beside its peers.
pub(super) fn stand(g: &Ground<'_>, a: &Action) -> Option<&'static str> {
    let id = &g.panel.framework.indicators[a.indicator].id;
    Some(g.compared?.stand(id, a.ccg)?.called())
}

fn floors(g: &Ground<'_>) -> Floors {
    let panel = g.panel;
    let columns = panel.floors();
    let refs: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let practices = g.method.floors(UnitKind::Practice, Whole::PartOfCcg, panel.practices.len(), &refs);
    let ccgs = g.method.floors(UnitKind::Ccg, Whole::PartOfCcg, panel.ccgs.len(), &refs);
    // a list that nobody published is as large as assumed, and scores nothing
    let assumed = panel.framework.population.as_ref().map_or(0.0, |p| f64::from(p.assumed_list_size));
    let patients = |members: &Vec<usize>| {
        let of = members.iter().filter(|u| !practices[**u].is_nan()).map(|u| &panel.practices[*u]);
        of.map(|p| if p.list.is_none() { assumed } else { p.weight() }).sum::<f64>()
    };
    let patients: Vec<f64> = panel.members.iter().map(patients).collect();
    let own = |(c, patients): (usize, &f64)| match (ccgs[c].is_nan(), *patients > 0.0) {
        (true, _) => 0.0,
        (false, true) => g.method.ccg_share(),
        (false, false) => 1.0,
    };
    let own = patients.iter().enumerate().map(own).collect();
    Floors { columns, practices, ccgs, patients, own }
}

/// The points that an indicator is worth asking for.
fn target(g: &Ground<'_>, i: usize, x: &Indicator) -> Option<f64> {
    match x.measure.as_ref()? {
        Measure::Presence { .. } => Some(100.0),
        Measure::State { points, .. } => points.values().copied().max_by(f64::total_cmp),
        Measure::Ratio { .. } => {
            let mut known: Vec<f64> =
                g.panel.cells[i].iter().filter(|c| c.is_whole()).map(|c| c.low()).collect();
            known.sort_by(f64::total_cmp);
            let asked = g.method.items().filter(|(of, ..)| *of == i).map(|(_, from, _)| from);
            asked.chain(quantile(&known, g.section.reach)).max_by(f64::total_cmp)
        }
    }
}

/// The action on one indicator of every CCG with a gap.
fn of(g: &Ground<'_>, floors: &Floors, i: usize) -> Vec<Action> {
    let panel = g.panel;
    let x = &panel.framework.indicators[i];
    let Some(target) = target(g, i, x).filter(|_| panel.collected[i] && x.unit != UnitKind::Row) else {
        return Vec::new();
    };
    let change = |cell| Change::to(i, panel.indicator(i), cell, target).filter(|c| c.work != Work::Withheld);
    let changes: Vec<Option<Change>> = panel.cells[i].iter().map(change).collect();
    let then: Vec<f64> = changes
        .iter()
        .zip(&floors.columns[i])
        .map(|(c, low)| c.as_ref().map_or(*low, |c| c.points_then))
        .collect();
    let mut columns: Vec<&[f64]> = floors.columns.iter().map(Vec::as_slice).collect();
    columns[i] = &then;
    let scored = g.method.floors(x.unit, Whole::PartOfCcg, then.len(), &columns);
    let climbs = climbs(g, i, target);
    (0..panel.ccgs.len())
        .filter_map(|c| match x.unit {
            UnitKind::Ccg => own_action(floors, (c, i), &changes, &scored),
            _ => practice_action(g, floors, (c, i), &changes, &scored),
        })
        .filter(|a| a.gain > 1e-9)
        .map(|a| Action { exemplars: exemplars(g, a.ccg, &climbs), ..a })
        .collect()
}

/// Per CCG, its practices (or the CCG itself) that reached the target and kept it.
fn climbs(g: &Ground<'_>, i: usize, target: f64) -> Vec<Option<Climb>> {
    let climb = |u: usize| g.history.climb(i, u, target, g.section.stay);
    let join = |sum: Option<Climb>, moved| Some(sum.map_or(Climb { units: 1, moved }, |c| c.join(moved)));
    let of = |c: usize| match g.panel.framework.indicators[i].unit {
        UnitKind::Ccg => climb(c).map(|moved| Climb { units: 1, moved }),
        _ => g.panel.members[c].iter().filter_map(|u| climb(*u)).fold(None, join),
    };
    (0..g.panel.ccgs.len()).map(of).collect()
}

/// The two peers with most units that made the step; of as many the nearer.
fn exemplars(g: &Ground<'_>, ccg: usize, climbs: &[Option<Climb>]) -> Vec<(usize, Climb)> {
    let Some(way) = g.ways.first() else { return Vec::new() };
    let mut found: Vec<(usize, Climb)> =
        way.peers[ccg].iter().filter_map(|p| Some((p.ccg, climbs[p.ccg]?))).collect();
    // a stable sort: peers stand nearest first
    found.sort_by_key(|(_, climb)| std::cmp::Reverse(climb.units));
    found.truncate(2);
    found
}

/// What the CCG answers itself.
fn own_action(
    floors: &Floors,
    (ccg, indicator): (usize, usize),
    changes: &[Option<Change>],
    scored: &[f64],
) -> Option<Action> {
    let change = changes[ccg].clone()?;
    Some(Action {
        ccg,
        indicator,
        short: 1,
        value: change.points,
        value_then: change.points_then,
        gain: floors.own[ccg] * (scored[ccg] - floors.ccgs[ccg]),
        changes: vec![(ccg, change)],
        risen: Vec::new(),
        exemplars: Vec::new(),
    })
}

fn practice_action(
    g: &Ground<'_>,
    floors: &Floors,
    (ccg, indicator): (usize, usize),
    changes: &[Option<Change>],
    scored: &[f64],
) -> Option<Action> {
    let panel = g.panel;
    let weight = |u: usize| panel.practices[u].weight();
    let low = &floors.columns[indicator];
    let mut gaps: Vec<(f64, usize)> = panel.members[ccg]
        .iter()
        .filter_map(|u| Some((weight(*u) * (changes[*u].as_ref()?.points_then - low[*u]), *u)))
        .filter(|(gap, _)| *gap > 0.0)
        .collect();
    gaps.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let total: f64 = gaps.iter().map(|x| x.0).sum();
    let concerned = panel.members[ccg].iter().filter(|u| !low[**u].is_nan());
    let patients: f64 = concerned.clone().map(|u| weight(*u)).sum();
    if total <= 0.0 || patients <= 0.0 || floors.patients[ccg] <= 0.0 {
        return None;
    }
    let short = gaps.len();
    let mut made = 0.0;
    let enough = g.section.share_of_gap * total * (1.0 - 1e-12);
    let named = gaps.iter().take_while(|(gap, _)| {
        let open = made < enough;
        made += gap;
        open
    });
    let named: Vec<usize> = named.map(|(_, u)| *u).collect();
    let lifted: f64 = named.iter().map(|u| weight(*u) * (scored[*u] - floors.practices[*u])).sum();
    let climbed: f64 =
        named.iter().filter_map(|u| Some(weight(*u) * (changes[*u].as_ref()?.points_then - low[*u]))).sum();
    let value = concerned.map(|u| weight(*u) * low[*u]).sum::<f64>() / patients;
    Some(Action {
        ccg,
        indicator,
        short,
        value,
        value_then: value + climbed / patients,
        gain: (1.0 - floors.own[ccg]) * lifted / floors.patients[ccg],
        risen: named.iter().copied().filter(|u| rises(g, *u, changes[*u].as_ref())).collect(),
        changes: named.iter().filter_map(|u| Some((*u, changes[*u].clone()?))).collect(),
        exemplars: Vec::new(),
    })
}

/// Whether the change alone lifts the practice's level.
fn rises(g: &Ground<'_>, u: usize, change: Option<&Change>) -> bool {
    let level = |change: Option<&Change>| {
        let answers = g.method.answers(&|i| {
            let points = g.panel.cells[i][u].points?;
            let own = change.filter(|c| c.indicator == i);
            Some(own.map_or(points, |c| (c.points_then, points.1.max(c.points_then))))
        });
        g.method.standing(&answers).map(|s| s.low)
    };
    change.is_some() && level(change) > level(None)
}
