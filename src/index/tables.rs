//! Scores as frames, with the names and the order of the release.

mod columns;
mod values;

use columns::{area_columns, ranks};
pub(super) use columns::{intervals, level_columns};

use super::area::{AreaScore, Areas, Bounds, Mean};
use super::cells::Points;
use super::column::days_of;
use super::evidence::Graded;
use super::observe::Seen;
use super::score::{KINDS, QuarterScores};
use super::simulate::{RANKABLE, Simulated, Spread, standard_error};
use super::units::{Quarter, Units};
use super::{Scored, tier};
use crate::define::framework::{Framework, IndicatorKind};
use crate::frames::Grown;
use crate::model::Provenance;
use polars::prelude::*;

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

pub(super) fn kind_name(kind: IndicatorKind) -> &'static str {
    match kind {
        IndicatorKind::Have => "have",
        IndicatorKind::Use => "use",
        IndicatorKind::Benefit => "benefit",
    }
}

pub(super) struct Tables<'a> {
    framework: &'a Framework,
    units: &'a Units,
    /// Indicators in the order of their ids.
    order: Vec<usize>,
    share: Vec<f64>,
    values: Grown<'a>,
    practices: Grown<'a>,
    ccgs: Grown<'a>,
    areas: Grown<'a>,
    uncertainty: Grown<'a>,
    seed: u64,
}

impl<'a> Tables<'a> {
    pub(super) fn new(framework: &'a Framework, units: &'a Units, seed: u64) -> Tables<'a> {
        let mut order: Vec<usize> = (0..framework.indicators.len()).collect();
        order.sort_by(|a, b| framework.indicators[*a].id.cmp(&framework.indicators[*b].id));
        let share = framework.effective_weights();
        let (values, practices) = (Grown::default(), Grown::default());
        let (ccgs, areas) = (Grown::default(), Grown::default());
        let uncertainty = Grown::default();
        Tables { framework, units, order, share, values, practices, ccgs, areas, uncertainty, seed }
    }

    pub(super) fn push(
        &mut self,
        quarter: &'a Quarter,
        seen: &Seen,
        scored: &QuarterScores,
        areas: &Areas<'a>,
        simulated: Option<&Simulated>,
        graded: Option<&Graded>,
    ) {
        let ranked = scored.weight_asked >= self.framework.ranking.minimum_weight_asked;
        let used = seen.iter().flatten().map(|c| c.provenance).fold(Provenance::Published, Provenance::worst);
        let used = quarter.provenance.iter().fold(used, |a, b| a.worst(*b));
        self.push_values(quarter, seen, areas, graded);
        let able = |rho: fn(&Simulated) -> Option<f64>| {
            simulated.is_none_or(|s| rho(s).is_some_and(|r| r >= RANKABLE))
        };
        let (of_practices, of_ccgs) = (able(|s| s.rankability_practices), able(|s| s.rankability_ccgs));
        self.push_practices(quarter, seen, scored, ranked && of_practices, simulated);
        self.push_ccgs(quarter, scored, areas, (ranked, ranked && of_ccgs), used, simulated);
        if let Some(s) = simulated {
            self.push_uncertainty(quarter, s, ranked, used);
        }
        self.push_areas(quarter, scored, areas, used);
    }

    pub(super) fn finish(self) -> PolarsResult<Scored> {
        Ok(Scored {
            indicator_values: self.values.finish()?,
            practice_scores: self.practices.finish()?,
            ccg_scores: self.ccgs.finish()?,
            area_scores: self.areas.finish()?,
            uncertainty: self.uncertainty.finish()?,
            sensitivity: DataFrame::empty(),
            importance: DataFrame::empty(),
            alternatives: DataFrame::empty(),
            supplier_steps: None,
            evidence: None,
            carried_forward: None,
            bunching: None,
            diagnostics: Vec::new(),
        })
    }

    /// How well each table of the quarter can be ranked, and what the simulation would make the margin of a tier.
    fn push_uncertainty(&mut self, quarter: &Quarter, s: &Simulated, ranked: bool, used: Provenance) {
        let practices: Vec<&Spread> = s.practices.iter().flatten().collect();
        let ccgs: Vec<&Spread> = s.ccgs.values().collect();
        let rows = [("ccg", &ccgs, s.rankability_ccgs), ("practice", &practices, s.rankability_practices)];
        let errors: Vec<Option<f64>> = rows.iter().map(|r| standard_error(r.1.iter().copied())).collect();
        let shown = |unit: &str, rho: Option<f64>| match (ranked, rho) {
            (false, _) => "not ranked",
            (true, Some(r)) if r >= RANKABLE => "ranked",
            (true, _) if unit == "ccg" => "tiers",
            (true, _) => "not ranked",
        };
        let margin = self.framework.uncertainty.as_ref().map(|u| u.tier_margin);
        let seed = i64::try_from(self.seed).ok();
        let t = &mut self.uncertainty;
        t.days("period", [days_of(quarter.period.end()); 2]);
        t.owned("period_label", rows.iter().map(|_| Some(quarter.period.label())));
        t.texts("unit_type", rows.iter().map(|r| Some(r.0)));
        t.owned("framework", rows.iter().map(|_| Some(self.framework.id.clone())));
        t.wholes("units", rows.iter().map(|r| i64::try_from(r.1.len()).ok()));
        t.wholes("replicates", rows.iter().map(|_| Some(i64::from(s.replicates))));
        t.wholes("seed", rows.iter().map(|_| seed));
        t.numbers("rankability", rows.iter().map(|r| r.2));
        t.texts("shown_as", rows.iter().map(|r| Some(shown(r.0, r.2))));
        t.numbers("standard_error", errors.iter().copied());
        t.numbers("tier_margin", rows.iter().map(|r| margin.filter(|_| r.0 == "ccg")));
        // two independent scores differ by chance by more than this once in twenty
        let chance = |e: Option<f64>| e.map(|e| 1.959_963_984_540_054 * std::f64::consts::SQRT_2 * e);
        t.numbers(
            "tier_margin_simulated",
            rows.iter().zip(&errors).map(|(r, e)| chance(*e).filter(|_| r.0 == "ccg")),
        );
        t.texts("provenance", rows.iter().map(|_| Some(used.as_str())));
    }

    fn push_practices(
        &mut self,
        quarter: &'a Quarter,
        seen: &Seen,
        scored: &QuarterScores,
        ranked: bool,
        simulated: Option<&Simulated>,
    ) {
        let (framework, units) = (self.framework, self.units);
        let n = quarter.unit.len();
        let nothing = Points::default();
        let index = scored.practices.nodes[0].as_ref();
        let p = index.unwrap_or(&nothing);
        let applies = |u: usize| index.is_some() && p.applies[u];
        let of = |f: &dyn Fn(usize) -> f64| -> Vec<Option<f64>> {
            (0..n).map(|u| applies(u).then(|| f(u)).and_then(finite)).collect()
        };
        let (low, high) = (of(&|u| p.low[u]), of(&|u| p.ceiling(u)));
        let t = &mut self.practices;
        t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), n));
        t.owned("period_label", std::iter::repeat_n(Some(quarter.period.label()), n));
        t.texts("practice_code", quarter.unit.iter().map(|u| Some(units.practices[*u as usize].as_str())));
        t.texts("practice_name", quarter.name.iter().map(Option::as_deref));
        t.texts("ccg_code", quarter.ccg.iter().map(|c| c.map(|c| units.ccgs[c as usize].as_str())));
        t.texts("basis", std::iter::repeat_n(Some(quarter.basis.as_str()), n));
        t.texts("framework", std::iter::repeat_n(Some(framework.id.as_str()), n));
        t.wholes("list_size", quarter.list.iter().copied());
        t.numbers("score", low.iter().copied());
        t.numbers("score_high", high.iter().copied());
        t.numbers("estimate", of(&|u| p.estimate[u]));
        t.numbers("coverage", of(&|u| p.answered[u]));
        t.numbers("weight_asked", std::iter::repeat_n(Some(scored.weight_asked), n));
        level_columns(t, framework, n, scored.levels.as_ref(), applies);
        let mut node = |name: String, points: Option<&Points>| {
            let column = |f: &dyn Fn(&Points, usize) -> f64| -> Vec<Option<f64>> {
                let one = |u: usize| points.filter(|p| p.applies[u]).map(|p| f(p, u));
                (0..n).map(one).collect()
            };
            t.numbers(&name, column(&|p, u| p.low[u]));
            t.numbers(&format!("{name}_high"), column(&|p, u| p.ceiling(u)));
        };
        for (kind, points) in KINDS.iter().zip(&scored.practices.kinds) {
            node(kind_name(*kind).to_owned(), points.as_ref());
        }
        for (d, points) in framework.nodes.iter().zip(&scored.practices.nodes).skip(1) {
            node(format!("dimension_{}", d.id), points.as_ref());
        }
        let spreads: Vec<Option<Spread>> = match simulated {
            Some(s) => s.practices.clone(),
            None => vec![None; n],
        };
        intervals(t, &spreads);
        ranks(t, (&low, &high), ranked, &spreads);
        let chance = |f: fn(&Spread) -> f64| {
            spreads.iter().map(|s| s.as_ref().filter(|_| ranked).map(f)).collect::<Vec<_>>()
        };
        t.numbers("p_top_tenth", chance(|s| s.top_tenth));
        t.numbers("p_bottom_tenth", chance(|s| s.bottom_tenth));
        let used = seen.iter().flatten().map(|c| c.provenance).fold(Provenance::Published, Provenance::worst);
        t.texts("provenance", quarter.provenance.iter().map(|p| Some(p.worst(used).as_str())));
    }

    fn push_ccgs(
        &mut self,
        quarter: &'a Quarter,
        scored: &QuarterScores,
        areas: &Areas<'a>,
        (told, ranked): (bool, bool),
        used: Provenance,
        simulated: Option<&Simulated>,
    ) {
        let rows: Vec<(&u32, &AreaScore)> = areas.ccgs.iter().collect();
        let n = rows.len();
        let area = |c: &u32| quarter.areas.get(c);
        let limits: Vec<Option<String>> = rows.iter().map(|(_, a)| self.limits(a)).collect();
        let thin =
            |a: &AreaScore| a.coverage.value().is_none_or(|c| c < self.framework.ranking.minimum_coverage);
        let thin: Vec<Option<i64>> = rows.iter().map(|(_, a)| Some(i64::from(thin(a)))).collect();
        let units = self.units;
        let t = &mut self.ccgs;
        t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), n));
        t.owned("period_label", std::iter::repeat_n(Some(quarter.period.label()), n));
        t.texts("ccg_code", rows.iter().map(|(c, _)| Some(units.ccgs[**c as usize].as_str())));
        t.texts("ccg_name", rows.iter().map(|(c, _)| area(c)?.name.as_deref()));
        t.texts("region_code", rows.iter().map(|(c, _)| area(c)?.region_code.as_deref()));
        t.texts("region_name", rows.iter().map(|(c, _)| area(c)?.region_name.as_deref()));
        t.texts("basis", std::iter::repeat_n(Some(quarter.basis.as_str()), n));
        let of: Vec<&AreaScore> = rows.iter().map(|(_, a)| *a).collect();
        area_columns(t, self.framework, scored, &of);
        let bound = |f: fn(&Bounds) -> Mean| of.iter().map(|a| f(&a.score).value()).collect::<Vec<_>>();
        let spreads: Vec<Option<Spread>> =
            rows.iter().map(|(c, _)| simulated.and_then(|s| s.ccgs.get(c)).copied()).collect();
        intervals(t, &spreads);
        ranks(t, (&bound(|b| b.low), &bound(|b| b.high)), ranked, &spreads);
        let margin = self.framework.uncertainty.as_ref().map(|u| u.tier_margin).filter(|_| told);
        let tiers = margin.map_or_else(|| vec![None; n], |m| tier::tiers(&bound(|b| b.low), m));
        t.wholes("tier", tiers.iter().map(|t| t.map(i64::from)));
        let chance = |f: fn(&Spread) -> f64| {
            spreads.iter().map(|s| s.as_ref().filter(|_| ranked).map(f)).collect::<Vec<_>>()
        };
        t.numbers("p_top_tenth", chance(|s| s.top_tenth));
        t.numbers("p_bottom_tenth", chance(|s| s.bottom_tenth));
        t.wholes("thin", thin);
        t.owned("limits", limits);
        t.texts("provenance", std::iter::repeat_n(Some(used.as_str()), n));
    }

    fn push_areas(
        &mut self,
        quarter: &'a Quarter,
        scored: &QuarterScores,
        areas: &Areas<'a>,
        used: Provenance,
    ) {
        let name_of = |code: &str| {
            quarter.areas.values().find(|a| a.region_code.as_deref() == Some(code))?.region_name.as_deref()
        };
        let mut rows: Vec<(&'a str, &'a str, Option<&'a str>, &AreaScore)> =
            vec![("england", "england", Some("England"), &areas.england)];
        rows.extend(areas.regions.iter().map(|(code, a)| ("region", *code, name_of(code), a)));
        let n = rows.len();
        let t = &mut self.areas;
        t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), n));
        t.owned("period_label", std::iter::repeat_n(Some(quarter.period.label()), n));
        t.texts("unit_type", rows.iter().map(|r| Some(r.0)));
        t.texts("unit_code", rows.iter().map(|r| Some(r.1)));
        t.texts("unit_name", rows.iter().map(|r| r.2));
        t.texts("basis", std::iter::repeat_n(Some(quarter.basis.as_str()), n));
        let of: Vec<&AreaScore> = rows.iter().map(|r| r.3).collect();
        area_columns(t, self.framework, scored, &of);
        t.texts("provenance", std::iter::repeat_n(Some(used.as_str()), n));
    }

    /// The three indicators that cost the floor most, by what they would add if they were full.
    fn limits(&self, area: &AreaScore) -> Option<String> {
        let mut losses: Vec<(f64, &str)> = self
            .order
            .iter()
            .filter_map(|&i| {
                let loss = self.share[i] * (100.0 - area.indicators[i].value()?);
                (loss > 1e-9).then_some((loss, self.framework.indicators[i].id.as_str()))
            })
            .collect();
        losses.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let worst: Vec<&str> = losses.iter().take(3).map(|(_, id)| *id).collect();
        (!worst.is_empty()).then(|| worst.join(" "))
    }
}
