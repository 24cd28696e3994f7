//! The table `patient_facts`.

use super::read::Known;
use super::reply::Decided;
use super::{Answers, FactQuarter, Open, Told};
use crate::define::feeds::Feeds;
use crate::frames::{Grown, days_of};
use crate::model::Provenance;
use polars::prelude::*;

pub(super) fn facts<'a>(
    feeds: &'a Feeds,
    quarter: &FactQuarter<'a>,
    practices: &[Open<'a>],
    answers: &Answers<'a>,
    decided: &Decided<'a>,
) -> PolarsResult<DataFrame> {
    let all = || practices.iter().flat_map(|p| (0..feeds.facts.len()).map(move |f| (p, f)));
    let told = |p: &Open<'_>, f: usize| answers[f].get(p.code);
    let heard = |p: &Open<'a>, f: usize| decided.get(&(p.code, feeds.facts[f].id.as_str()));
    let own = |t: &str| Some(t.to_owned());
    let people = |t: Option<&Told<'_>>| match t.map(|t| t.known) {
        Some(Known::People { people, of }) => Some((people, of)),
        _ => None,
    };
    let mut t = Grown::default();
    t.days("period", all().map(|_| days_of(quarter.period.end())));
    t.owned("practice_code", all().map(|(p, _)| own(p.code)));
    t.owned("practice_name", all().map(|(p, _)| p.name.map(str::to_owned)));
    t.owned("ccg_code", all().map(|(p, _)| p.ccg_code.map(str::to_owned)));
    t.owned("ccg_name", all().map(|(p, _)| p.ccg_name.map(str::to_owned)));
    t.owned("fact", all().map(|(_, f)| own(&feeds.facts[f].id)));
    t.owned("answer", all().map(|(p, f)| own(told(p, f).map_or(Known::NotAsked, |t| t.known).as_str())));
    t.wholes("people", all().map(|(p, f)| people(told(p, f)).map(|x| x.0)));
    t.wholes("of_people", all().map(|(p, f)| people(told(p, f)).and_then(|x| x.1)));
    // worked out after rounding, by the gate
    t.numbers("percent", all().map(|_| None));
    let absence = |p: &Open<'_>, f: usize| told(p, f).map_or(Known::NotAsked, |t| t.known).absence();
    t.owned("absence", all().map(|(p, f)| absence(p, f).map(|a| a.as_str().to_owned())));
    t.dates("data_date", all().map(|(p, f)| told(p, f).and_then(|t| t.from).map(|x| days_of(x.0))));
    t.owned("dataset", all().map(|(p, f)| told(p, f).and_then(|t| t.from).map(|x| x.1.to_owned())));
    t.owned(
        "known_by",
        all().map(|(p, f)| told(p, f).filter(|t| t.known.says()).and_then(|t| own(t.known_by?))),
    );
    let decision = |p: &Open<'a>, f: usize| heard(p, f).map(|h| h.decision).unwrap_or_default();
    t.owned("reply", all().map(|(p, f)| own(decision(p, f).as_str())));
    t.dates("reply_date", all().map(|(p, f)| heard(p, f).and_then(|h| h.on).map(days_of)));
    // of the answer that was corrected the word, and never a number
    t.owned("as_published", all().map(|(p, f)| heard(p, f).and_then(|h| own(h.instead_of?.as_str()))));
    t.owned("supplier", all().map(|(p, _)| p.supplier.map(str::to_owned)));
    // of a fact that nobody was asked: that of the quarter, so that what is synthetic says so on every row
    let quarter = all()
        .filter_map(|(p, f)| Some(told(p, f)?.provenance))
        .fold(Provenance::Published, Provenance::worst);
    let provenance = |p: &Open<'_>, f: usize| told(p, f).map_or(quarter, |t| t.provenance);
    t.owned("provenance", all().map(|(p, f)| Some(provenance(p, f).as_str().to_owned())));
    t.finish()
}
