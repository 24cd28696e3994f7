//! Evidence as frames: the table `evidence`, and the columns that stand beside the claimed score.

use super::super::area::{AreaScore, Areas};
use super::super::column::days_of;
use super::super::score::QuarterScores;
use super::super::units::Quarter;
use super::{Bunched, Evidence, Graded, Reason};
use crate::define::framework::{Framework, KnownBy, Measure, UnitKind};
use crate::frames::Grown;
use crate::model::EvidenceGrade;
use polars::prelude::*;

/// Grows by a quarter at a time, in the order of the tables of scores.
#[derive(Default)]
pub(in crate::index) struct EvidenceTables<'a> {
    rows: Grown<'a>,
    practices: Grown<'a>,
    ccgs: Grown<'a>,
    areas: Grown<'a>,
    bunching: Grown<'a>,
}

/// Shares of the weight asked of one unit: by grade, and without an answer.
#[derive(Clone, Copy, Default)]
struct Shares([f64; 4], f64);

impl<'a> EvidenceTables<'a> {
    /// Adds the `at`th quarter. `evidenced` and `areas` are of the answers as evidence leaves them, `proven` of those
    /// alone that a trace supports.
    pub(in crate::index) fn push(
        &mut self,
        evidence: &Evidence<'a>,
        at: usize,
        graded: &Graded,
        (evidenced, areas): (&QuarterScores, &Areas<'_>),
        proven: (&QuarterScores, &Areas<'_>),
    ) {
        let (framework, quarter) = (evidence.framework, &evidence.units.quarters[at]);
        let n = quarter.unit.len();
        let index = evidenced.practices.nodes[0].as_ref();
        let of = |f: &dyn Fn(usize) -> f64| -> Vec<Option<f64>> {
            (0..n).map(|u| index.filter(|p| p.applies[u]).map(|_| f(u)).filter(|x| x.is_finite())).collect()
        };
        let low = of(&|u| index.map_or(f64::NAN, |p| p.low[u]));
        let high = of(&|u| index.map_or(f64::NAN, |p| p.ceiling(u)));
        self.practices.numbers("score_evidenced", low);
        self.practices.numbers("score_evidenced_high", high);
        let index = proven.0.practices.nodes[0].as_ref();
        let low = (0..n).map(|u| index.filter(|p| p.applies[u]).map(|p| p.low[u]));
        self.practices.numbers("score_proven", low);
        let shares: Vec<Shares> = (0..n).map(|u| shares(framework, graded, UnitKind::Practice, u)).collect();
        push_shares(&mut self.practices, &shares);
        let ccgs: Vec<(&u32, &AreaScore)> = areas.ccgs.iter().collect();
        let own = |c: u32| shares_of_area(framework, graded, quarter, c);
        push_area(&mut self.ccgs, &ccgs.iter().map(|(_, a)| *a).collect::<Vec<_>>());
        self.ccgs.numbers("score_proven", proven.1.ccgs.values().map(|a| a.score.low.value()));
        push_shares(&mut self.ccgs, &ccgs.iter().map(|(c, _)| own(**c)).collect::<Vec<_>>());
        let larger: Vec<&AreaScore> = std::iter::once(&areas.england).chain(areas.regions.values()).collect();
        push_area(&mut self.areas, &larger);
        let larger = std::iter::once(&proven.1.england).chain(proven.1.regions.values());
        self.areas.numbers("score_proven", larger.map(|a| a.score.low.value()));
        self.push_rows(evidence, at, graded, areas);
    }

    /// The answers of units to what they report of themselves, sorted by unit type, unit and indicator.
    fn push_rows(&mut self, evidence: &Evidence<'a>, at: usize, graded: &Graded, areas: &Areas<'_>) {
        let (framework, units) = (evidence.framework, evidence.units);
        let quarter = &units.quarters[at];
        let mut order: Vec<usize> = (0..framework.indicators.len()).collect();
        order.sort_by(|a, b| framework.indicators[*a].id.cmp(&framework.indicators[*b].id));
        let ccgs =
            areas.ccgs.keys().map(|c| (UnitKind::Ccg, "ccg", *c as usize, units.ccgs[*c as usize].as_str()));
        let practices = quarter.unit.iter().enumerate();
        let practices = practices
            .map(|(u, p)| (UnitKind::Practice, "practice", u, units.practices[*p as usize].as_str()));
        let (mut types, mut codes, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        let (mut claimed, mut traces, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (mut grades, mut reasons, mut points, mut counted) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut sources = Vec::new();
        let worst = quarter.worst_provenance();
        for (kind, unit_type, u, code) in ccgs.chain(practices) {
            for &i in &order {
                let x = &framework.indicators[i];
                let rules = x.evidence.as_ref().filter(|e| e.known_by == KnownBy::SelfReport);
                let (Some(rules), Some(marks)) = (rules.filter(|_| x.unit == kind), &graded.marks[i]) else {
                    continue;
                };
                let Some(after) = &graded.seen[i] else { continue };
                let (grade, reason, decided) = match marks[u] {
                    Some(m) => (Some(m.grade.as_str()), m.reason, m.traces),
                    None if graded.shown[i][u] != 0 => (None, Reason::Unanswered, graded.shown[i][u]),
                    None => continue,
                };
                types.push(Some(unit_type));
                codes.push(Some(code));
                ids.push(Some(x.id.as_str()));
                let said = after.value[u] * 100.0;
                claimed.push(grade.and_then(|_| answer(x.measure.as_ref(), said)));
                let named = rules.trace.iter().enumerate().filter(|(t, _)| decided >> t & 1 == 1);
                let named: Vec<&str> = named.map(|(_, t)| t.id.as_str()).collect();
                traces.push((!named.is_empty()).then(|| named.join(" ")));
                values.push(evidence.values(at, i, u, decided));
                grades.push(grade);
                reasons.push(Some(reason.as_str()));
                points.push(grade.map(|_| said));
                counted.push(grade.map(|_| after.points.low[u]));
                let used = if kind == UnitKind::Practice { quarter.provenance[u] } else { worst };
                sources.push(Some(after.provenance.worst(used).as_str()));
            }
        }
        let t = &mut self.rows;
        t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), codes.len()));
        t.texts("unit_type", types);
        t.texts("unit_code", codes);
        t.texts("indicator_id", ids);
        t.texts("claimed", claimed);
        t.owned("trace", traces);
        t.owned("trace_value", values);
        t.texts("grade", grades);
        t.texts("reason", reasons);
        t.numbers("points_claimed", points);
        t.numbers("points_evidenced", counted);
        t.texts("provenance", sources);
    }

    /// The lines of a quarter.
    pub(in crate::index) fn push_lines(&mut self, quarter: &Quarter, lines: &[Bunched<'a>]) {
        let t = &mut self.bunching;
        t.days("period", std::iter::repeat_n(days_of(quarter.period.end()), lines.len()));
        t.texts("indicator_id", lines.iter().map(|l| Some(l.indicator)));
        t.texts("trace", lines.iter().map(|l| Some(l.trace)));
        t.numbers("threshold", lines.iter().map(|l| Some(l.threshold)));
        t.wholes("just_below", lines.iter().map(|l| Some(i64::from(l.line.below))));
        t.wholes("just_above", lines.iter().map(|l| Some(i64::from(l.line.above))));
        t.numbers("expected_difference", lines.iter().map(|l| Some(l.line.expected)));
        t.numbers("z", lines.iter().map(|l| l.line.z));
        t.wholes("bunched", lines.iter().map(|l| Some(i64::from(l.found))));
        let worst = quarter.worst_provenance();
        t.texts("provenance", lines.iter().map(|_| Some(worst.as_str())));
    }

    /// Sets the columns beside the tables of scores; answers the tables `evidence` and `bunching`.
    pub(in crate::index) fn finish(
        self,
        practices: &mut DataFrame,
        ccgs: &mut DataFrame,
        areas: &mut DataFrame,
    ) -> PolarsResult<(DataFrame, DataFrame)> {
        for (table, more) in [(practices, self.practices), (ccgs, self.ccgs), (areas, self.areas)] {
            let more = more.finish()?;
            *table = table.hstack(more.columns())?;
        }
        Ok((self.rows.finish()?, self.bunching.finish()?))
    }
}

/// The word of the key that has these points: the one word where several have them is the first.
fn answer(measure: Option<&Measure>, points: f64) -> Option<&str> {
    let Some(Measure::State { points: key, .. }) = measure else { return None };
    key.iter().find(|(_, p)| (**p - points).abs() < 1e-6).map(|(word, _)| word.as_str())
}

fn push_area(t: &mut Grown<'_>, areas: &[&AreaScore]) {
    t.numbers("score_evidenced", areas.iter().map(|a| a.score.low.value()));
    t.numbers("score_evidenced_high", areas.iter().map(|a| a.score.high.value()));
}

fn push_shares(t: &mut Grown<'_>, shares: &[Shares]) {
    for grade in EvidenceGrade::ALL {
        let name = format!("evidence_{}", grade.as_str().to_ascii_lowercase());
        t.numbers(&name, shares.iter().map(|s| Some(s.0[grade as usize])));
    }
    t.numbers("evidence_none", shares.iter().map(|s| Some(s.1)));
}

/// What a unit was asked, by weight, split by how it is known. Sums to 1 where anything was asked.
fn shares(framework: &Framework, graded: &Graded, kind: UnitKind, unit: usize) -> Shares {
    let mut out = Shares::default();
    let mut all = 0.0;
    for ((x, w), (marks, cells)) in framework
        .indicators
        .iter()
        .zip(framework.effective_weights())
        .zip(graded.marks.iter().zip(&graded.seen))
    {
        let Some(cells) = cells.as_ref().filter(|c| x.unit == kind && c.points.applies[unit]) else {
            continue;
        };
        all += w;
        match marks.as_ref().and_then(|m| m[unit]) {
            Some(mark) => out.0[mark.grade as usize] += w,
            None if cells.absence[unit].is_some() => out.1 += w,
            None => {}
        }
    }
    if all > 0.0 {
        out.0.iter_mut().chain([&mut out.1]).for_each(|x| *x /= all);
    }
    out
}

/// A CCG: its practices by their lists, and what it says itself, each by its part of the weight asked.
fn shares_of_area(framework: &Framework, graded: &Graded, quarter: &Quarter, ccg: u32) -> Shares {
    let mut sum = Shares::default();
    let mut patients = 0.0;
    for u in (0..quarter.unit.len()).filter(|u| quarter.ccg[*u] == Some(ccg)) {
        let list = quarter.list[u].unwrap_or(0).max(0) as f64;
        let own = shares(framework, graded, UnitKind::Practice, u);
        sum.0.iter_mut().zip(own.0).for_each(|(to, x)| *to += list * x);
        sum.1 += list * own.1;
        patients += list;
    }
    let weight = |kind: UnitKind| -> f64 {
        let asked = framework.indicators.iter().zip(framework.effective_weights()).zip(&graded.seen);
        asked.filter(|((x, _), s)| x.unit == kind && s.is_some()).map(|((_, w), _)| w).sum()
    };
    let (theirs, own) = (weight(UnitKind::Practice), weight(UnitKind::Ccg));
    let said = shares(framework, graded, UnitKind::Ccg, ccg as usize);
    let part = if theirs + own > 0.0 { own / (theirs + own) } else { 0.0 };
    let mix = |practices: f64, ccg: f64| {
        let mean = if patients > 0.0 { practices / patients } else { 0.0 };
        (1.0 - part) * mean + part * ccg
    };
    let mut out = Shares::default();
    out.0.iter_mut().zip(sum.0).zip(said.0).for_each(|((to, a), b)| *to = mix(a, b));
    out.1 = mix(sum.1, said.1);
    out
}
