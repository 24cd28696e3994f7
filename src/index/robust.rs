//! What a reader who distrusts the method can look up: causes of rank shifts, importance of indicators, and every score
//! under every other choice.

use super::column::days_of;
use super::observe::Seen;
use super::score::QuarterScores;
use super::simulate::{CAUSES, Cause, Simulated, Variant};
use super::units::{Quarter, Units};
use crate::define::framework::{Framework, UnitKind};
use crate::frames::Grown;
use crate::stats::correlation::pearson;
use crate::stats::sensitivity::{Estimate, Sensitivity};
use polars::prelude::*;

pub(super) struct Robust<'a> {
    framework: &'a Framework,
    units: &'a Units,
    sensitivity: Grown<'a>,
    importance: Grown<'a>,
    alternatives: Grown<'a>,
}

impl<'a> Robust<'a> {
    pub(super) fn new(framework: &'a Framework, units: &'a Units) -> Robust<'a> {
        let (sensitivity, importance, alternatives) = (Grown::default(), Grown::default(), Grown::default());
        Robust { framework, units, sensitivity, importance, alternatives }
    }

    /// Adds a ranked quarter. Quarters come in order of time: the alternatives of the newest replace the others.
    pub(super) fn push(&mut self, quarter: &'a Quarter, seen: &Seen, scored: &QuarterScores, s: &Simulated) {
        self.push_sensitivity(quarter, s);
        self.push_importance(quarter, seen, scored, s);
        self.alternatives = Grown::default();
        self.push_alternatives(quarter, s);
    }

    pub(super) fn finish(self) -> PolarsResult<(DataFrame, DataFrame, DataFrame)> {
        Ok((self.sensitivity.finish()?, self.importance.finish()?, self.alternatives.finish()?))
    }

    fn push_sensitivity(&mut self, quarter: &Quarter, s: &Simulated) {
        let Some(found) = &s.causes else { return };
        let n = CAUSES.len();
        let t = &mut self.sensitivity;
        t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), n));
        t.owned("period_label", std::iter::repeat_n(Some(quarter.period.label()), n));
        t.texts("unit_type", std::iter::repeat_n(Some("ccg"), n));
        t.texts("measure", std::iter::repeat_n(Some("mean shift of rank"), n));
        split_columns(t, &CAUSES, found);
    }

    fn push_importance(&mut self, quarter: &Quarter, seen: &Seen, scored: &QuarterScores, s: &Simulated) {
        let f = self.framework;
        let index = scored.practices.nodes[0].as_ref();
        let mut order: Vec<usize> = (0..f.indicators.len()).filter(|i| seen[*i].is_some()).collect();
        order.sort_by(|a, b| f.indicators[*a].id.cmp(&f.indicators[*b].id));
        let share = f.effective_weights();
        let asked: f64 = order.iter().map(|i| share[*i]).sum();
        let correlation = |i: &usize| -> Option<f64> {
            let cells = seen[*i].as_ref().filter(|_| f.indicators[*i].unit == UnitKind::Practice)?;
            let known =
                |column: &[f64]| column.iter().map(|x| x.is_finite().then_some(*x)).collect::<Vec<_>>();
            pearson(&known(&cells.points.estimate), &known(&index?.estimate))
        };
        let r: Vec<Option<f64>> = order.iter().map(correlation).collect();
        let squares: f64 = r.iter().flatten().map(|r| r * r).sum();
        // of what those with a correlation weigh: one base for what was stated and what came of it
        let weighed: f64 = order.iter().zip(&r).filter(|(_, r)| r.is_some()).map(|(i, _)| share[*i]).sum();
        let importance = |r: &Option<f64>| {
            r.filter(|_| squares > 0.0 && asked > 0.0).map(|r| r * r / squares * weighed / asked)
        };
        let stated = &s.variants[0];
        let shift = |i: &usize, ranks: fn(&Variant) -> &[u16]| {
            let left_out = s.variants.iter().find(|v| v.without == Some(*i))?;
            let pairs = ranks(left_out).iter().zip(ranks(stated));
            let sum: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
            Some(sum / ranks(stated).len().max(1) as f64)
        };
        let n = order.len();
        let t = &mut self.importance;
        t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), n));
        t.owned("period_label", std::iter::repeat_n(Some(quarter.period.label()), n));
        t.owned("indicator_id", order.iter().map(|i| Some(f.indicators[*i].id.clone())));
        t.numbers("weight_share", order.iter().map(|i| (asked > 0.0).then(|| share[*i] / asked)));
        t.numbers("importance_share", r.iter().map(importance));
        t.numbers("correlation", r.iter().copied());
        t.numbers("reliability", order.iter().map(|i| s.reliability[*i]));
        t.numbers("ccg_rank_shift_without", order.iter().map(|i| shift(i, |v| &v.area_ranks)));
        t.numbers("practice_rank_shift_without", order.iter().map(|i| shift(i, |v| &v.practice_ranks)));
        let moved = |i: &usize| scored.levels.as_ref()?.moved_without(seen, *i).map(|n| n as i64);
        t.wholes("levels_moved_without", order.iter().map(moved));
    }

    fn push_alternatives(&mut self, quarter: &'a Quarter, s: &Simulated) {
        let mut practices: Vec<(usize, &'a str)> = s
            .order
            .iter()
            .enumerate()
            .map(|(at, u)| (at, self.units.practices[quarter.unit[*u as usize] as usize].as_str()))
            .collect();
        practices.sort_by_key(|p| p.1);
        let ccgs: Vec<(usize, &'a str)> =
            s.areas.iter().enumerate().map(|(at, c)| (at, self.units.ccgs[*c as usize].as_str())).collect();
        let (day, label) = (days_of(quarter.period.end()), quarter.period.label());
        let t = &mut self.alternatives;
        type Columns = (fn(&Variant) -> &[f32], fn(&Variant) -> &[u16]);
        let kinds: [(&str, &[(usize, &'a str)], Columns); 2] = [
            ("ccg", &ccgs, (|v| &v.areas, |v| &v.area_ranks)),
            ("practice", &practices, (|v| &v.practices, |v| &v.practice_ranks)),
        ];
        for (unit, rows, (scores, ranks)) in kinds {
            let n = rows.len() * s.variants.len();
            let each = || rows.iter().flat_map(|r| s.variants.iter().map(move |v| (r, v)));
            t.days("period", std::iter::repeat_n(day, n));
            t.owned("period_label", std::iter::repeat_n(Some(label.clone()), n));
            t.texts(
                "unit_type",
                std::iter::repeat_n(Some(if unit == "ccg" { "ccg" } else { "practice" }), n),
            );
            t.texts("unit_code", each().map(|((_, code), _)| Some(*code)));
            t.owned("alternative", each().map(|(_, v)| Some(v.name.clone())));
            // computed in 32 bits: more digits would be noise
            t.numbers(
                "score",
                each().map(|((at, _), v)| Some((f64::from(scores(v)[*at]) * 1e4).round() / 1e4)),
            );
            t.wholes("rank_among", each().map(|((at, _), v)| Some(i64::from(ranks(v)[*at]))));
        }
    }
}

/// One row per cause: its first-order and total shares, with the limits of their bootstrap.
pub(super) fn split_columns(t: &mut Grown<'_>, causes: &[Cause], found: &Sensitivity) {
    let rows: Vec<_> = causes.iter().zip(&found.inputs).collect();
    t.texts("cause", rows.iter().map(|(c, _)| Some(c.name())));
    let mut estimate = |name: &str, of: Vec<Estimate>| {
        t.numbers(name, of.iter().map(|e| Some(e.value)));
        t.numbers(&format!("{name}_low"), of.iter().map(|e| Some(e.limits.low)));
        t.numbers(&format!("{name}_high"), of.iter().map(|e| Some(e.limits.high)));
    };
    estimate("first_order", rows.iter().map(|(_, x)| x.first()).collect());
    estimate("total", rows.iter().map(|(_, x)| x.total).collect());
    t.wholes("first_above_total", rows.iter().map(|(_, x)| Some(i64::from(x.first_above_total))));
    t.wholes("base_points", rows.iter().map(|_| i64::try_from(found.used).ok()));
    t.numbers("mean_shift", rows.iter().map(|_| Some(found.mean)));
}
