//! The tables on agreements, with the names and the order of the release.

use super::standing::{Dated, Stage, Standing, State};
use crate::define::framework::{AgreementEdition, AtRisk};
use crate::frames::{Grown, days_of};
use crate::model::Provenance;
use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

fn whole(n: usize) -> Option<i64> {
    i64::try_from(n).ok()
}

/// What the pence at risk stand on, or why there are none.
fn basis(edition: &AgreementEdition) -> String {
    match &edition.at_risk {
        AtRisk::PerPatient { pence, basis } => format!("{pence} pence a registered patient: {basis}"),
        AtRisk::NoBasis { reason } => format!("no figure: {reason}"),
    }
}

/// The columns that each table on single practices begins with.
fn head<'a>(t: &mut Grown<'a>, stage: &Stage<'a>, rows: &[&Standing<'a>]) {
    t.days("period", rows.iter().map(|_| days_of(stage.quarter.period.end())));
    t.texts("practice_code", rows.iter().map(|s| Some(s.code)));
    t.texts("practice_name", rows.iter().map(|s| s.name));
    t.texts("ccg_code", rows.iter().map(|s| s.ccg));
    t.texts("edition", rows.iter().map(|_| Some(stage.edition.id.as_str())));
    t.texts("state", rows.iter().map(|s| Some(s.state.as_str())));
    t.dates("date", rows.iter().map(|s| s.on.map(days_of)));
    t.texts("dated", rows.iter().map(|s| s.dated.map(Dated::as_str)));
    t.dates("deadline", rows.iter().map(|s| s.deadline.map(days_of)));
    t.days("day", rows.iter().map(|_| days_of(stage.day)));
    let left = |d: Date| i64::from((d - stage.day).get_days());
    t.wholes("days_left", rows.iter().map(|s| s.deadline.map(left)));
    t.wholes("list_size", rows.iter().map(|s| s.patients));
    t.wholes("at_risk", rows.iter().map(|s| s.at_risk().map(i64::from)));
    t.wholes("at_risk_pence", rows.iter().map(|s| s.pence(stage.edition)));
    t.owned("at_risk_basis", rows.iter().map(|_| Some(basis(stage.edition))));
}

fn tail(t: &mut Grown<'_>, provenance: Provenance, rows: usize) {
    t.texts("provenance", std::iter::repeat_n(Some(provenance.as_str()), rows));
}

pub(super) fn agreements(stage: &Stage<'_>, practices: &[Standing<'_>]) -> PolarsResult<DataFrame> {
    let rows: Vec<&Standing<'_>> = practices.iter().collect();
    let mut t = Grown::default();
    head(&mut t, stage, &rows);
    t.wholes("it_lead", rows.iter().map(|s| s.lead.map(i64::from)));
    t.dates("review_due", rows.iter().map(|s| s.review.map(|r| days_of(r.0))));
    t.texts("review_basis", rows.iter().map(|s| s.review.map(|r| r.1)));
    tail(&mut t, stage.quarter.provenance, rows.len());
    t.finish()
}

/// Who is to be chased for what, by CCG.
pub(super) fn chase_list(stage: &Stage<'_>, practices: &[Standing<'_>]) -> PolarsResult<DataFrame> {
    let mut rows: Vec<&Standing<'_>> = practices.iter().filter(|s| s.action().is_some()).collect();
    rows.sort_by_key(|s| (s.ccg, s.code));
    let mut t = Grown::default();
    head(&mut t, stage, &rows);
    t.texts("action", rows.iter().map(|s| s.action()));
    t.numbers(
        "person_days",
        rows.iter().map(|s| Some(if s.to_do() { stage.rules.days_a_practice } else { 0.0 })),
    );
    t.wholes("it_lead", rows.iter().map(|s| s.lead.map(i64::from)));
    tail(&mut t, stage.quarter.provenance, rows.len());
    t.finish()
}

/// Reviews by the month in which they are due.
pub(super) fn review_calendar(stage: &Stage<'_>, practices: &[Standing<'_>]) -> PolarsResult<DataFrame> {
    let mut months: BTreeMap<(&str, Date), [i64; 2]> = BTreeMap::new();
    for s in practices {
        let (Some(ccg), Some((due, how))) = (s.ccg, s.review) else { continue };
        let cell = months.entry((ccg, due.last_of_month())).or_default();
        cell[usize::from(how != "returned")] += 1;
    }
    let mut t = Grown::default();
    t.texts("ccg_code", months.keys().map(|(ccg, _)| Some(*ccg)));
    t.days("month", months.keys().map(|(_, m)| days_of(*m)));
    t.days("day", months.keys().map(|_| days_of(stage.day)));
    t.wholes("reviews", months.values().map(|n| Some(n[0] + n[1])));
    t.wholes("returned", months.values().map(|n| Some(n[0])));
    t.wholes("overdue", months.iter().map(|((_, m), n)| Some(if *m < stage.day { n[0] } else { 0 })));
    tail(&mut t, stage.quarter.provenance, months.len());
    t.finish()
}

/// Counts of one CCG or of England.
#[derive(Default)]
struct Counts {
    practices: usize,
    signed: usize,
    signed_on_time: usize,
    escalated: usize,
    escalated_on_time: usize,
    neither: usize,
    unknown: usize,
    to_do: usize,
    leads: usize,
    leads_asked: usize,
    patients_at_risk: i64,
    pence: i64,
    unknown_patients: i64,
    overdue: usize,
    coming: usize,
}

impl Counts {
    fn add(&mut self, stage: &Stage<'_>, s: &Standing<'_>) {
        let one = usize::from;
        let in_time = s.dated == Some(Dated::OnTime);
        self.practices += 1;
        self.signed += one(s.state == State::Signed);
        self.signed_on_time += one(s.state == State::Signed && in_time);
        self.escalated += one(s.state == State::Escalated);
        self.escalated_on_time += one(s.state == State::Escalated && in_time);
        self.neither += one(s.state == State::Neither);
        self.to_do += one(s.to_do());
        self.leads += one(s.lead == Some(true));
        self.leads_asked += one(s.lead.is_some());
        let patients = s.patients.unwrap_or(0);
        match s.at_risk() {
            None => {
                (self.unknown, self.unknown_patients) = (self.unknown + 1, self.unknown_patients + patients)
            }
            Some(true) => self.patients_at_risk += patients,
            Some(false) => {}
        }
        self.pence += s.pence(stage.edition).unwrap_or(0);
        if let Some((due, how)) = s.review {
            let ahead = stage.day.saturating_add(i64::from(stage.rules.review_ahead_days).days());
            self.overdue += one(due < stage.day && how == "returned");
            self.coming += one(due >= stage.day && due <= ahead);
        }
    }
}

/// The table `agreement_summary`, quarter by quarter.
#[derive(Default)]
pub(super) struct Summary<'a>(Grown<'a>);

impl Summary<'_> {
    pub(super) fn push(&mut self, stage: &Stage<'_>, practices: &[Standing<'_>]) {
        let mut england = Counts::default();
        let mut ccgs: BTreeMap<&str, Counts> = BTreeMap::new();
        for s in practices {
            england.add(stage, s);
            if let Some(ccg) = s.ccg {
                ccgs.entry(ccg).or_default().add(stage, s);
            }
        }
        let rows: Vec<(&str, &str, &Counts)> = ccgs
            .iter()
            .map(|(code, c)| ("ccg", *code, c))
            .chain([("england", "england", &england)])
            .collect();
        let t = &mut self.0;
        let priced = matches!(stage.edition.at_risk, AtRisk::PerPatient { .. });
        t.days("period", rows.iter().map(|_| days_of(stage.quarter.period.end())));
        t.owned("period_label", rows.iter().map(|_| Some(stage.quarter.period.label())));
        t.owned("unit_type", rows.iter().map(|r| Some(r.0.to_owned())));
        t.owned("unit_code", rows.iter().map(|r| Some(r.1.to_owned())));
        t.owned("edition", rows.iter().map(|_| Some(stage.edition.id.clone())));
        t.days("day", rows.iter().map(|_| days_of(stage.day)));
        let counts: [(&str, fn(&Counts) -> usize); 10] = [
            ("practices", |c| c.practices),
            ("signed", |c| c.signed),
            ("signed_on_time", |c| c.signed_on_time),
            ("escalated", |c| c.escalated),
            ("escalated_on_time", |c| c.escalated_on_time),
            ("neither", |c| c.neither),
            ("unknown", |c| c.unknown),
            ("it_lead_named", |c| c.leads),
            ("it_lead_answered", |c| c.leads_asked),
            ("reviews_overdue", |c| c.overdue),
        ];
        for (name, of) in counts {
            t.wholes(name, rows.iter().map(|r| whole(of(r.2))));
        }
        t.wholes("reviews_coming", rows.iter().map(|r| whole(r.2.coming)));
        t.wholes("patients_at_risk", rows.iter().map(|r| Some(r.2.patients_at_risk)));
        t.wholes("patients_unknown", rows.iter().map(|r| Some(r.2.unknown_patients)));
        t.wholes("at_risk_pence", rows.iter().map(|r| priced.then_some(r.2.pence)));
        t.owned("at_risk_basis", rows.iter().map(|_| Some(basis(stage.edition))));
        let days = |n: usize| Some(n as f64 * stage.rules.days_a_practice);
        t.numbers("person_days", rows.iter().map(|r| days(r.2.to_do)));
        t.numbers("person_days_high", rows.iter().map(|r| days(r.2.to_do + r.2.unknown)));
        let provenance = stage.quarter.provenance.as_str();
        t.owned("provenance", rows.iter().map(|_| Some(provenance.to_owned())));
    }

    pub(super) fn finish(self) -> PolarsResult<DataFrame> {
        self.0.finish()
    }
}
