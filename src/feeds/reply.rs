//! The right to reply: what practices answered to the preview. A correction changes the fact of one practice; silence is
//! recorded as silence. A confirmed value is held to what the practice says of the service just as a corrected one: two words
//! of one practice that contradict each other are asked back, and neither is published of the number.

use super::read::Known;
use super::{Answers, Open, Told, deadline};
use crate::define::feeds::{Fact, FactKind, Feeds};
use crate::diag::{Diagnostic, Place};
use crate::frames::Columns;
use crate::model::{Period, Provenance};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// What a practice said of one fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    Confirmed,
    Corrected,
    /// Nothing that counts: no reply, or one that could not be applied.
    #[default]
    Silent,
}

impl Decision {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Confirmed => "confirmed",
            Decision::Corrected => "corrected",
            Decision::Silent => "not_confirmed",
        }
    }

    /// The decision of a word in tables and replies.
    pub fn parse(word: &str) -> Option<Decision> {
        [Decision::Confirmed, Decision::Corrected, Decision::Silent].into_iter().find(|d| d.as_str() == word)
    }
}

/// A row of the correction file.
#[derive(Clone, Debug)]
pub(super) struct Reply<'a> {
    pub code: &'a str,
    fact: &'a str,
    published: Option<&'a str>,
    corrected: Option<&'a str>,
    pub decision: Decision,
    pub on: Option<Date>,
    /// The last day for replies, as the returned file has it.
    pub by: Option<Date>,
}

pub(super) fn read(frame: Option<&DataFrame>) -> PolarsResult<Vec<Reply<'_>>> {
    let Some(frame) = frame else { return Ok(Vec::new()) };
    let table = Columns(frame);
    let (codes, facts) = (table.texts("practice_code")?, table.texts("fact")?);
    let (published, corrected) = (table.texts("published")?, table.texts("corrected")?);
    let decision = table.texts("decision")?;
    let (on, by) = (table.dates("replied_on")?, table.dates("reply_by")?);
    Ok((0..codes.len())
        .filter_map(|i| {
            Some(Reply {
                code: codes[i]?,
                fact: facts[i]?,
                published: published[i],
                corrected: corrected[i],
                decision: decision[i].and_then(Decision::parse).unwrap_or_default(),
                on: on[i],
                by: by[i],
            })
        })
        .collect())
}

/// What a practice has said of a fact, where it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub decision: Decision,
    pub on: Option<Date>,
    /// What would have been published, where it was corrected.
    pub instead_of: Option<Known>,
}

/// By practice and fact.
pub(super) type Decided<'a> = BTreeMap<(&'a str, &'a str), Heard>;

/// Applies the replies to the answers of a period; `last` is the last day for replies. No count stands in a diagnostic, since those are published.
pub(super) fn apply<'a>(
    feeds: &'a Feeds,
    (period, last): (Period, Option<Date>),
    practices: &[Open<'a>],
    replies: &[Reply<'a>],
    answers: &mut Answers<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Decided<'a> {
    let mut decided = Decided::new();
    // what the practice was shown, whatever another line of its reply has changed since
    let at_first = answers.clone();
    let is_state = |r: &&Reply<'_>| feeds.facts.iter().any(|f| f.id == r.fact && f.kind == FactKind::State);
    let (states, numbers): (Vec<_>, Vec<_>) = replies.iter().partition(is_state);
    for reply in states.into_iter().chain(numbers) {
        let mut say = |code: &str, message: String| {
            let key = format!("{period} {} {}", reply.code, reply.fact);
            let place = Place::Key { dataset: feeds.reply.dataset.clone(), key };
            diagnostics.push(Diagnostic::new(code, place, message));
        };
        let decision = reply.decision;
        if decision == Decision::Silent {
            continue;
        }
        let at = feeds.place(reply.fact);
        let open = practices.binary_search_by(|p| p.code.cmp(reply.code)).is_ok();
        let Some((at, true)) = at.map(|at| (at, open)) else {
            say("REPLY_UNKNOWN", format!("no feed holds `{}` of {}", reply.fact, reply.code));
            continue;
        };
        if let Some(message) = deadline::late(reply, last) {
            say("REPLY_LATE", message);
            continue;
        }
        let fact = &feeds.facts[at];
        let shown_to_it = at_first[at].get(reply.code);
        let before = shown_to_it.map_or(Known::NotAsked, |t| t.known);
        if reply.published != Some(shown(before).as_str()) {
            say("REPLY_STALE", format!("{} replied to another value of `{}`", reply.code, fact.id));
            continue;
        }
        let known = match decision {
            Decision::Corrected => corrected(reply, fact, before),
            _ => Some(before),
        };
        let Some(known) = known else {
            say("REPLY_VALUE", format!("{} gave no usable answer to `{}`", reply.code, fact.id));
            continue;
        };
        if let (Known::People { people: 1.., .. }, Some(Known::No)) =
            (known, gate(feeds, fact, reply.code, answers))
        {
            let message = format!(
                "{} says that the service is off and that people use it (`{}`): ask which holds",
                reply.code, fact.id
            );
            say("REPLY_VALUE", message);
            if let Some(told) = answers[at].get_mut(reply.code) {
                told.known = Known::Unknown;
            }
            continue;
        }
        if decision == Decision::Corrected {
            let was = shown_to_it.map_or(Provenance::Returned, |t| t.provenance);
            let told = Told {
                known,
                from: reply.on.or(Some(period.end())).map(|day| (day, feeds.reply.dataset.as_str())),
                known_by: Some(&feeds.reply.corrected),
                provenance: was.worst(Provenance::Returned),
            };
            follow(feeds, fact, reply.code, &told, before, answers);
            answers[at].insert(reply.code, told);
        } else if let Some(told) = shown_to_it {
            // it stands as it was shown, also where a corrected service would have put it in doubt
            answers[at].insert(reply.code, told.clone());
        }
        let instead_of = (decision == Decision::Corrected).then_some(before);
        decided.insert((reply.code, fact.id.as_str()), Heard { decision, on: reply.on, instead_of });
    }
    decided
}

/// What is known of the service that a number counts for.
fn gate(feeds: &Feeds, number: &Fact, code: &str, answers: &Answers<'_>) -> Option<Known> {
    let at = feeds.place(number.only_if.as_deref()?)?;
    answers[at].get(code).map(|told| told.known)
}

/// Numbers that only count where a corrected service is on: 0 where it is off; not known where it is on after all, since the
/// source counted for a service that was off. They follow from the correction, and nobody said them: neither the source nor the
/// practice.
fn follow<'a>(
    feeds: &'a Feeds,
    state: &Fact,
    code: &str,
    now: &Told<'a>,
    before: Known,
    answers: &mut Answers<'a>,
) {
    for (fact, told) in feeds.facts.iter().zip(answers) {
        if fact.only_if.as_deref() == Some(state.id.as_str())
            && now.known != before
            && let Some(told) = told.get_mut(code)
        {
            let known = told.known.only_if(if now.known == Known::Yes { Known::Unknown } else { now.known });
            let provenance = told.provenance.worst(now.provenance);
            *told = Told { known, known_by: Some(&feeds.reply.follows), provenance, ..*now };
        }
    }
}

/// What the preview shows the practice of its own figure: to nobody else, so it is exact.
pub(super) fn shown(known: Known) -> String {
    match known {
        Known::People { people, .. } => people.to_string(),
        other => other.as_str().to_owned(),
    }
}

fn corrected(reply: &Reply<'_>, fact: &Fact, before: Known) -> Option<Known> {
    let word = reply.corrected?.to_lowercase();
    match fact.kind {
        FactKind::State => match word.as_str() {
            "yes" => Some(Known::Yes),
            "no" => Some(Known::No),
            _ => None,
        },
        FactKind::Share | FactKind::Count => {
            let people: i64 = word.parse().ok().filter(|n| *n >= 0)?;
            // a practice corrects its own count; the number of registered patients comes from elsewhere
            let Known::People { of, .. } = before else { return None };
            of.is_none_or(|of| people <= of).then_some(Known::People { people, of })
        }
    }
}
