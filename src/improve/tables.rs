//! `ccg_actions`, `action_practices` and `exemplars` as frames.

use super::actions::{Action, Ground, stand};
use super::change::{Change, Work};
use super::history::Riser;
use super::next::change_columns;
use super::panel::{Panel, Practice, by_code};
use crate::define::framework::{StepsSection, UnitKind};
use crate::frames::{Columns, Grown, days_of};
use polars::prelude::*;
use std::collections::BTreeMap;

fn whole(n: usize) -> Option<i64> {
    i64::try_from(n).ok()
}

/// The table `ccg_actions`; `scores` is the floor of each CCG.
pub(super) fn actions(
    g: &Ground<'_>,
    found: &[Vec<Action>],
    ccg_scores: &DataFrame,
) -> PolarsResult<DataFrame> {
    let panel = g.panel;
    let scores = by_code(ccg_scores, "ccg_code", "score")?;
    let rows: Vec<(usize, &Action)> = found.iter().flat_map(|all| all.iter().enumerate()).collect();
    let by_ccg = |a: &Action| panel.framework.indicators[a.indicator].unit == UnitKind::Ccg;
    let practices = |a: &Action| -> Option<Vec<&Practice<'_>>> {
        (!by_ccg(a)).then(|| a.changes.iter().map(|(u, _)| &panel.practices[*u]).collect())
    };
    let score = |a: &Action| scores.get(panel.ccgs[a.ccg]).copied();
    let patients = |of: &[usize]| of.iter().map(|u| panel.practices[*u].list.unwrap_or(0)).sum::<i64>();
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|_| days_of(panel.day)));
    t.owned("ccg_code", rows.iter().map(|(_, a)| Some(panel.ccgs[a.ccg].to_owned())));
    t.wholes("place", rows.iter().map(|(k, _)| whole(k + 1)));
    t.owned(
        "indicator_id",
        rows.iter().map(|(_, a)| Some(panel.framework.indicators[a.indicator].id.clone())),
    );
    t.texts("who", rows.iter().map(|(_, a)| Some(if by_ccg(a) { "ccg" } else { "practices" })));
    t.texts("called", rows.iter().map(|(_, a)| stand(g, a)));
    t.numbers("value", rows.iter().map(|(_, a)| Some(a.value)));
    t.numbers("value_then", rows.iter().map(|(_, a)| Some(a.value_then)));
    t.wholes("practices_short", rows.iter().map(|(_, a)| (!by_ccg(a)).then(|| whole(a.short)).flatten()));
    t.wholes("practices", rows.iter().map(|(_, a)| practices(a).and_then(|p| whole(p.len()))));
    t.owned(
        "practice_codes",
        rows.iter().map(|(_, a)| Some(practices(a)?.iter().map(|p| p.code).collect::<Vec<_>>().join(" "))),
    );
    t.wholes(
        "patients",
        rows.iter().map(|(_, a)| practices(a).map(|p| p.iter().filter_map(|p| p.list).sum())),
    );
    for (name, work) in [("unanswered", Work::Answer), ("to_confirm", Work::Confirm)] {
        let of = |a: &Action| a.changes.iter().filter(|(_, change)| change.work == work).count();
        t.wholes(name, rows.iter().map(|(_, a)| whole(of(a))));
    }
    t.numbers("score", rows.iter().map(|(_, a)| score(a)));
    t.numbers("score_then", rows.iter().map(|(_, a)| Some(score(a)? + a.gain)));
    t.numbers("gain", rows.iter().map(|(_, a)| Some(a.gain)));
    t.wholes("practices_risen", rows.iter().map(|(_, a)| whole(a.risen.len())));
    t.wholes("patients_risen", rows.iter().map(|(_, a)| Some(patients(&a.risen))));
    for (k, name) in ["exemplar_1", "exemplar_2"].into_iter().enumerate() {
        let of = |a: &Action| a.exemplars.get(k).copied();
        t.owned(name, rows.iter().map(|(_, a)| of(a).map(|(c, _)| panel.ccgs[c].to_owned())));
        let moved = |a: &Action| of(a).map(|(_, climb)| climb.moved);
        t.wholes(&format!("{name}_units"), rows.iter().map(|(_, a)| of(a).and_then(|(_, c)| whole(c.units))));
        t.dates(&format!("{name}_from"), rows.iter().map(|(_, a)| moved(a).map(|m| days_of(m.from))));
        t.dates(&format!("{name}_by"), rows.iter().map(|(_, a)| moved(a).map(|m| days_of(m.by))));
        t.wholes(&format!("{name}_kept"), rows.iter().map(|(_, a)| moved(a).and_then(|m| whole(m.kept))));
    }
    t.texts("provenance", rows.iter().map(|_| Some(panel.provenance.as_str())));
    t.finish()
}

/// The table `action_practices`: the practices that each action names, the largest part of the gap first.
pub(super) fn practices(panel: &Panel<'_>, found: &[Vec<Action>]) -> PolarsResult<DataFrame> {
    let named =
        found.iter().flatten().filter(|a| panel.framework.indicators[a.indicator].unit == UnitKind::Practice);
    let rows: Vec<(&Action, usize, usize, &Change)> =
        named.flat_map(|a| a.changes.iter().enumerate().map(move |(k, (u, c))| (a, k, *u, c))).collect();
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|_| days_of(panel.day)));
    t.owned("ccg_code", rows.iter().map(|r| Some(panel.ccgs[r.0.ccg].to_owned())));
    t.owned("practice_code", rows.iter().map(|r| Some(panel.practices[r.2].code.to_owned())));
    t.wholes("place", rows.iter().map(|r| whole(r.1 + 1)));
    t.wholes("list_size", rows.iter().map(|r| panel.practices[r.2].list));
    let changes: Vec<&Change> = rows.iter().map(|r| r.3).collect();
    change_columns(&mut t, panel, &changes);
    t.wholes("rises", rows.iter().map(|r| Some(i64::from(r.0.risen.contains(&r.2)))));
    t.texts("provenance", rows.iter().map(|_| Some(panel.provenance.as_str())));
    t.finish()
}

/// A practice that others may learn from.
struct Exemplar {
    /// Natural logarithm of the list.
    size: f64,
    riser: Riser,
}

/// The table `exemplars`: for each practice below the top the practices of the same system and a similar list that left
/// its level and stayed above, nearest in size first. `steps` is `next_steps`.
pub(super) fn exemplars(
    section: &StepsSection,
    panel: &Panel<'_>,
    practices: &DataFrame,
    steps: &DataFrame,
    risers: &[Riser],
) -> PolarsResult<DataFrame> {
    let t = Columns(practices);
    let suppliers: BTreeMap<&str, &str> = t
        .texts("practice_code")?
        .into_iter()
        .zip(t.texts_if_any(&section.supplier)?)
        .filter_map(|(c, s)| Some((c?, s?)))
        .collect();
    let supplier = |u: usize| suppliers.get(panel.practices[u].code).copied();
    let size = |u: usize| panel.practices[u].list.filter(|l| *l > 0).map(|l| (l as f64).ln());
    let mut by_kind: BTreeMap<(i64, &str), Vec<Exemplar>> = BTreeMap::new();
    for r in risers {
        if let (Some(s), Some(size)) = (supplier(r.practice), size(r.practice)) {
            by_kind.entry((r.level, s)).or_default().push(Exemplar { size, riser: *r });
        }
    }
    for all in by_kind.values_mut() {
        all.sort_by(|a, b| a.size.total_cmp(&b.size).then(a.riser.practice.cmp(&b.riser.practice)));
    }
    let t = Columns(steps);
    let mut rows: Vec<(usize, usize, &str, Riser)> = Vec::new();
    for (code, level) in t.texts("practice_code")?.into_iter().zip(t.wholes("level")?) {
        let unit = code.and_then(|c| panel.practices.binary_search_by(|p| p.code.cmp(c)).ok());
        let (Some(u), Some(level)) = (unit, level) else { continue };
        let (Some(supplier), Some(own)) = (supplier(u), size(u)) else { continue };
        let Some(all) = by_kind.get(&(level, supplier)) else { continue };
        let found = alike(all, own, section.similar_list.ln(), section.exemplars);
        rows.extend(found.into_iter().enumerate().map(|(k, r)| (u, k, supplier, r)));
    }
    let practice = |u: usize| &panel.practices[u];
    let ccg = |u: usize| practice(u).ccg.map(|c| panel.ccgs[c].to_owned());
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|_| days_of(panel.day)));
    t.owned("practice_code", rows.iter().map(|r| Some(practice(r.0).code.to_owned())));
    t.wholes("place", rows.iter().map(|r| whole(r.1 + 1)));
    t.owned("exemplar_code", rows.iter().map(|r| Some(practice(r.3.practice).code.to_owned())));
    t.owned("exemplar_ccg", rows.iter().map(|r| ccg(r.3.practice)));
    t.wholes("level", rows.iter().map(|r| Some(r.3.level)));
    t.wholes("exemplar_level", rows.iter().map(|r| Some(r.3.level_now)));
    t.dates("moved_from", rows.iter().map(|r| Some(days_of(r.3.moved.from))));
    t.dates("moved_by", rows.iter().map(|r| Some(days_of(r.3.moved.by))));
    t.wholes("kept", rows.iter().map(|r| whole(r.3.moved.kept)));
    t.wholes("list_size", rows.iter().map(|r| practice(r.0).list));
    t.wholes("exemplar_list_size", rows.iter().map(|r| practice(r.3.practice).list));
    t.owned("supplier", rows.iter().map(|r| Some(r.2.to_owned())));
    t.texts("provenance", rows.iter().map(|_| Some(panel.provenance.as_str())));
    t.finish()
}

/// The nearest in size, no further than `most`; of equally near ones the smaller first.
fn alike(all: &[Exemplar], own: f64, most: f64, number: usize) -> Vec<Riser> {
    let mut after = all.partition_point(|e| e.size < own);
    let mut before = after;
    let mut out = Vec::with_capacity(number);
    while out.len() < number {
        let down = before.checked_sub(1).map(|k| own - all[k].size);
        let up = all.get(after).map(|e| e.size - own);
        let next = match (down, up) {
            (Some(d), Some(u)) if d <= u => (d, true),
            (Some(d), None) => (d, true),
            (_, Some(u)) => (u, false),
            (None, None) => break,
        };
        if next.0 > most + 1e-12 {
            break;
        }
        if next.1 {
            before -= 1;
            out.push(all[before].riser);
        } else {
            out.push(all[after].riser);
            after += 1;
        }
    }
    out
}
