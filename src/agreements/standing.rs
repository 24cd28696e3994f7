//! How each practice stands with its agreement on the day.

use super::AgreementQuarter;
use crate::define::framework::{AgreementEdition, AgreementsSection, AtRisk};
use crate::diag::{Diagnostic, Place};
use crate::frames::Columns;
use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One quarter under its edition, on its day.
pub(super) struct Stage<'a> {
    pub rules: &'a AgreementsSection,
    pub edition: &'a AgreementEdition,
    pub day: Date,
    pub quarter: &'a AgreementQuarter<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Signed,
    Escalated,
    Neither,
    /// Why it is not known: a word of the four absences.
    Unknown(&'static str),
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            State::Signed => "signed",
            State::Escalated => "escalated",
            State::Neither => "neither",
            State::Unknown(why) => why,
        }
    }
}

/// Whether a signature or an escalation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    OnTime,
    Late,
    /// Nobody says when.
    Undated,
    /// After the day that the list speaks of.
    Ahead,
}

impl Dated {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Dated::OnTime => "on_time",
            Dated::Late => "late",
            Dated::Undated => "undated",
            Dated::Ahead => "ahead",
        }
    }
}

/// One practice on the day.
pub(super) struct Standing<'a> {
    pub code: &'a str,
    pub name: Option<&'a str>,
    pub ccg: Option<&'a str>,
    pub patients: Option<i64>,
    pub state: State,
    pub on: Option<Date>,
    /// `None` where there is nothing to date.
    pub dated: Option<Dated>,
    pub deadline: Option<Date>,
    /// When the next review is due, and how that is known.
    pub review: Option<(Date, &'static str)>,
    /// Whether the practice says that it has named its lead for IT.
    pub lead: Option<bool>,
}

impl Standing<'_> {
    /// `None` where the state is not known.
    pub(super) fn at_risk(&self) -> Option<bool> {
        match self.state {
            State::Unknown(_) => None,
            State::Neither => Some(true),
            State::Signed | State::Escalated => Some(self.dated != Some(Dated::OnTime)),
        }
    }

    /// Pence at risk; nothing where the edition has no figure, the list no patients, or the state is not known.
    pub(super) fn pence(&self, edition: &AgreementEdition) -> Option<i64> {
        let AtRisk::PerPatient { pence, .. } = &edition.at_risk else { return None };
        let risk = self.at_risk()?;
        if risk { Some(self.patients? * i64::from(*pence)) } else { Some(0) }
    }

    /// What is to be done for it; nothing where it is signed, or escalated in time.
    pub(super) fn action(&self) -> Option<&'static str> {
        match (self.state, self.dated) {
            (State::Unknown(_), _) => Some("find_out"),
            (State::Neither, _) => Some("sign_or_escalate"),
            (State::Escalated, Some(Dated::Late)) => Some("sign"),
            (_, Some(Dated::Undated | Dated::Ahead)) => Some("date"),
            _ => None,
        }
    }

    /// Whether the work of putting the agreement in place is still ahead.
    pub(super) fn to_do(&self) -> bool {
        matches!(self.action(), Some("sign_or_escalate" | "sign"))
    }
}

/// What the CCG's list has of one practice.
struct Entry<'a> {
    ccg: Option<&'a str>,
    state: State,
    on: Option<Date>,
    deadline: Option<Date>,
    review: Option<Date>,
}

/// Every practice that is expected or listed, in the order of codes.
pub(super) fn practices<'a>(
    stage: &Stage<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> PolarsResult<Vec<Standing<'a>>> {
    let listed = entries(stage.quarter.list)?;
    let leads = leads(stage)?;
    let table = Columns(stage.quarter.practices);
    let (code, name) = (table.texts("practice_code")?, table.texts("practice_name")?);
    let (ccg, expected) = (table.texts("ccg_code")?, table.flags("expected")?);
    let patients = table.wholes("list_size")?;
    let mut out = Vec::new();
    let mut known = BTreeSet::new();
    for row in 0..code.len() {
        let Some(code) = code[row] else { continue };
        known.insert(code);
        let entry = listed.get(code);
        let owes = expected[row] == Some(true) && patients[row].is_some_and(|n| n > 0);
        if entry.is_none() && !owes {
            continue;
        }
        let state = entry.map_or(State::Unknown("not_returned"), |e| e.state);
        let on = entry.and_then(|e| e.on);
        let deadline = entry.and_then(|e| e.deadline).or_else(|| stage.edition.deadline());
        let dated = matches!(state, State::Signed | State::Escalated).then(|| dated(on, deadline, stage.day));
        let returned = entry.and_then(|e| e.review).map(|day| (day, "returned"));
        let signed = on.filter(|_| state == State::Signed && dated != Some(Dated::Ahead));
        let review = returned.or_else(|| Some((next_review(stage, signed?), "from_signature")));
        let (name, ccg, patients) = (name[row], ccg[row], patients[row]);
        let lead = leads.get(code).copied();
        out.push(Standing { code, name, ccg, patients, state, on, dated, deadline, review, lead });
    }
    out.sort_by_key(|s| s.code);
    tell(stage, &out, diagnostics);
    let strangers = listed.iter().filter(|(code, _)| !known.contains(*code));
    diagnostics.extend(strangers.map(|(code, entry)| {
        let message = format!(
            "the list of {} names {code}, which is no practice of the quarter: in no figure",
            entry.ccg.unwrap_or("a CCG")
        );
        Diagnostic::new("AGREEMENT_STRANGER", place(stage, code), message)
    }));
    Ok(out)
}

fn place(stage: &Stage<'_>, key: &str) -> Place {
    Place::Key { dataset: stage.rules.list.clone(), key: format!("{} {key}", stage.quarter.period) }
}

fn dated(on: Option<Date>, deadline: Option<Date>, day: Date) -> Dated {
    match on {
        None => Dated::Undated,
        Some(on) if on > day => Dated::Ahead,
        Some(on) if deadline.is_some_and(|d| on > d) => Dated::Late,
        Some(_) => Dated::OnTime,
    }
}

/// The first day after the stage's day that is a whole number of review periods from the signature. Which reviews
/// were held nobody returns, so none is called overdue by this.
fn next_review(stage: &Stage<'_>, signed: Date) -> Date {
    let every = i64::from(stage.edition.review_months.max(1));
    let due = |n: i64| signed.saturating_add((n * every).months());
    (1..).map(due).find(|d| *d > stage.day || *d == Date::MAX).unwrap_or(Date::MAX)
}

fn entries(list: &DataFrame) -> PolarsResult<BTreeMap<&str, Entry<'_>>> {
    let table = Columns(list);
    let (code, ccg) = (table.texts("practice_code")?, table.texts("ccg_code")?);
    let (state, status) = (table.texts("state")?, table.texts_if_any("state_status")?);
    let (on, deadline) = (table.dates("state_on")?, table.dates("deadline")?);
    let review = table.dates("review_due")?;
    let mut out = BTreeMap::new();
    for row in 0..code.len() {
        let Some(code) = code[row] else { continue };
        let state = match (state[row], status[row]) {
            (Some("signed"), None) => State::Signed,
            (Some("escalated"), None) => State::Escalated,
            (Some("neither"), None) => State::Neither,
            (_, Some("suppressed")) => State::Unknown("withheld"),
            (_, Some("not_available")) => State::Unknown("not_asked"),
            _ => State::Unknown("not_returned"),
        };
        let entry = Entry { ccg: ccg[row], state, on: on[row], deadline: deadline[row], review: review[row] };
        out.insert(code, entry);
    }
    Ok(out)
}

/// Whether a practice says that its lead for IT is named; silence is no answer.
fn leads<'a>(stage: &Stage<'a>) -> PolarsResult<BTreeMap<&'a str, bool>> {
    let (Some(source), Some(frame)) = (&stage.rules.it_lead, stage.quarter.lead) else {
        return Ok(BTreeMap::new());
    };
    let (code, answer) = (Columns(frame).texts("practice_code")?, Columns(frame).texts(&source.column)?);
    let status = Columns(frame).texts_if_any(&format!("{}_status", source.column))?;
    let answers = code.into_iter().zip(answer).zip(status).filter(|(_, status)| status.is_none());
    Ok(answers
        .filter_map(|((code, answer), _)| match answer? {
            yes if yes == source.yes => Some((code?, true)),
            no if no == source.no => Some((code?, false)),
            _ => None,
        })
        .collect())
}

/// One line for each kind of trouble, with how often.
fn tell(stage: &Stage<'_>, practices: &[Standing<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let kinds = [
        (Dated::Undated, "AGREEMENT_UNDATED", "signed or escalated without a day: does not count as in time"),
        (
            Dated::Ahead,
            "AGREEMENT_AHEAD",
            "signed or escalated after the day that the list speaks of: not counted",
        ),
    ];
    for (kind, code, message) in kinds {
        let mut of = practices.iter().filter(|s| s.dated == Some(kind));
        let Some(first) = of.next() else { continue };
        let message = format!("{message} (first: {})", first.code);
        diagnostics
            .push(Diagnostic::new(code, place(stage, first.code), message).times(1 + of.count() as u64));
    }
    let mut silent: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for s in practices {
        let (unknown, all) = silent.entry(s.ccg.unwrap_or("no CCG")).or_default();
        *all += 1;
        *unknown += u64::from(matches!(s.state, State::Unknown(_)));
    }
    for (ccg, (unknown, _)) in silent.into_iter().filter(|(_, (unknown, all))| unknown == all) {
        let message = format!("no agreement of {ccg} is known in {}", stage.quarter.period.label());
        diagnostics.push(Diagnostic::new("AGREEMENT_NO_LIST", place(stage, ccg), message).times(unknown));
    }
}
