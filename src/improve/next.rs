//! The smallest set of steps that brings each practice to its next level, and what it gains.

use super::change::Change;
use super::panel::{Panel, Practice};
use crate::define::framework::UnitKind;
use crate::frames::{Grown, days_of};
use crate::index::{Rescore, Whole};
use crate::stats::gate::{Answer, Item, smallest_set};
use polars::prelude::{DataFrame, PolarsResult};
use rayon::prelude::*;

/// The steps of one practice.
struct Steps {
    /// Place in the panel.
    practice: usize,
    level: usize,
    level_then: usize,
    changes: Vec<Change>,
}

/// `next_steps` and `step_items`; `None` where the quarter tells no level.
pub(super) fn next(panel: &Panel<'_>, method: &Rescore<'_>) -> PolarsResult<Option<(DataFrame, DataFrame)>> {
    let asks: Vec<(usize, f64, Item)> = method.items().collect();
    if asks.is_empty() {
        return Ok(None);
    }
    let found: Vec<Steps> =
        (0..panel.practices.len()).into_par_iter().filter_map(|u| of(panel, method, &asks, u)).collect();
    // all practices at once: each with its own changes
    let before = panel.floors();
    let mut after = before.clone();
    for s in &found {
        for c in &s.changes {
            let cell = &mut after[c.indicator][s.practice];
            *cell = cell.max(c.points_then);
        }
    }
    let floors = |columns: &[Vec<f64>]| {
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        method.floors(UnitKind::Practice, Whole::Itself, panel.practices.len(), &columns)
    };
    let (now, then) = (floors(&before), floors(&after));
    Ok(Some((table(panel, &found, &now, &then)?, items(panel, &found)?)))
}

/// `None` at the highest level, where no item concerns the practice, or where no answers open the next level.
fn of(panel: &Panel<'_>, method: &Rescore<'_>, asks: &[(usize, f64, Item)], u: usize) -> Option<Steps> {
    let answers = method.answers(&|i| panel.cells[i][u].points);
    let standing = method.standing(&answers)?;
    let changes: Vec<Option<Change>> = asks
        .iter()
        .zip(&answers)
        .map(|((i, from, _), answer)| {
            let open = !matches!(answer, Answer::Yes | Answer::NotApplicable);
            open.then(|| Change::to(*i, panel.indicator(*i), &panel.cells[*i][u], *from)).flatten()
        })
        .collect();
    let items: Vec<Item> = asks.iter().map(|(_, _, item)| *item).collect();
    let effort: Vec<Option<f64>> = changes.iter().map(|c| c.as_ref().map(Change::effort)).collect();
    let set = smallest_set(&items, &answers, method.thresholds(), &effort)?;
    let mut chosen: Vec<Change> = Vec::with_capacity(set.len());
    for change in set.iter().filter_map(|i| changes[*i].clone()) {
        match chosen.iter_mut().find(|c| c.indicator == change.indicator) {
            // two items of one level on one indicator: the further one holds both
            Some(held) if held.points_then >= change.points_then => {}
            Some(held) => *held = change,
            None => chosen.push(change),
        }
    }
    let then = method.answers(&|i| {
        let points = panel.cells[i][u].points?;
        let change = chosen.iter().find(|c| c.indicator == i);
        Some(change.map_or(points, |c| (c.points_then, points.1.max(c.points_then))))
    });
    let level_then = method.standing(&then)?.low;
    Some(Steps { practice: u, level: standing.low, level_then, changes: chosen })
}

fn table(panel: &Panel<'_>, found: &[Steps], now: &[f64], then: &[f64]) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    let practice = |s: &Steps| -> &Practice<'_> { &panel.practices[s.practice] };
    let ids = |s: &Steps| {
        let ids: Vec<&str> =
            s.changes.iter().map(|c| panel.framework.indicators[c.indicator].id.as_str()).collect();
        ids.join(" ")
    };
    let score = |of: &[f64], s: &Steps| Some(of[s.practice]).filter(|x| x.is_finite());
    let whole = |n: usize| i64::try_from(n).ok();
    t.days("period", found.iter().map(|_| days_of(panel.day)));
    t.owned("practice_code", found.iter().map(|s| Some(practice(s).code.to_owned())));
    t.owned("ccg_code", found.iter().map(|s| practice(s).ccg.map(|c| panel.ccgs[c].to_owned())));
    t.wholes("list_size", found.iter().map(|s| practice(s).list));
    t.wholes("level", found.iter().map(|s| whole(s.level)));
    t.wholes("level_then", found.iter().map(|s| whole(s.level_then)));
    t.wholes("steps", found.iter().map(|s| whole(s.changes.len())));
    t.owned("smallest_set", found.iter().map(|s| Some(ids(s))));
    t.numbers("score", found.iter().map(|s| score(now, s)));
    t.numbers("score_then", found.iter().map(|s| score(then, s)));
    t.numbers("gain", found.iter().map(|s| Some(score(then, s)? - score(now, s)?)));
    t.texts(
        "provenance",
        found.iter().map(|s| Some(practice(s).provenance.worst(panel.provenance).as_str())),
    );
    t.finish()
}

fn items(panel: &Panel<'_>, found: &[Steps]) -> PolarsResult<DataFrame> {
    let rows: Vec<(&Practice<'_>, &Change)> =
        found.iter().flat_map(|s| s.changes.iter().map(|c| (&panel.practices[s.practice], c))).collect();
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|_| days_of(panel.day)));
    t.owned("practice_code", rows.iter().map(|(p, _)| Some(p.code.to_owned())));
    let changes: Vec<&Change> = rows.iter().map(|(_, c)| *c).collect();
    change_columns(&mut t, panel, &changes);
    t.texts("provenance", rows.iter().map(|(p, _)| Some(p.provenance.worst(panel.provenance).as_str())));
    t.finish()
}

/// From what to what.
pub(super) fn change_columns(t: &mut Grown<'_>, panel: &Panel<'_>, changes: &[&Change]) {
    let id = |c: &&Change| Some(panel.framework.indicators[c.indicator].id.clone());
    t.owned("indicator_id", changes.iter().map(id));
    t.texts("work", changes.iter().map(|c| Some(c.work.as_str())));
    t.numbers("points", changes.iter().map(|c| Some(c.points)));
    t.numbers("points_then", changes.iter().map(|c| Some(c.points_then)));
    t.wholes("numerator", changes.iter().map(|c| c.numerator));
    t.wholes("numerator_then", changes.iter().map(|c| c.numerator_then));
    t.wholes("denominator", changes.iter().map(|c| c.denominator));
    t.owned("answer_then", changes.iter().map(|c| c.answer_then.clone()));
}
