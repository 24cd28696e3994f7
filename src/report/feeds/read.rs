//! The published table `patient_facts` -> practices and facts. A column or a fact that nobody allowed is refused.

use super::{Answer, FactEntry, Feed, PracticeEntry};
use crate::define::feeds::{FactKind, Feeds};
use crate::disclose::{People, is_withheld};
use crate::feeds::{COLUMNS, Decision};
use crate::model::{Provenance, is_practice_code};
use crate::report::ReportError;
use crate::report::frame::Frame;
use crate::report::words;
use jiff::civil::{Date, Time};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

pub(super) fn feed(
    definition: &Feeds,
    people_rule: &People,
    facts: &DataFrame,
    day: Date,
) -> Result<Feed, ReportError> {
    let stranger = facts.get_column_names().into_iter().find(|c| !COLUMNS.contains(&c.as_str()));
    if let Some(column) = stranger {
        return Err(ReportError::NotAllowed { what: format!("column `{column}`") });
    }
    let of_day = Frame::new(Some(facts)).of_period(day);
    let rows = Rows::read(Frame::new(of_day.as_ref()));
    let latest = rows.latest();
    // who is told of without any day is as new as the rest
    let of_feed = latest.values().max().copied().unwrap_or(day);
    let mut practices: BTreeMap<&str, PracticeEntry> = BTreeMap::new();
    let mut synthetic = false;
    for row in 0..rows.code.len() {
        let (Some(code), Some(id)) = (rows.code[row].as_deref(), rows.fact[row].as_deref()) else { continue };
        if !is_practice_code(code) {
            return Err(ReportError::NotAllowed { what: format!("`{code}`, which is no practice") });
        }
        let Some(fact) = definition.fact(id) else {
            return Err(ReportError::NotAllowed { what: format!("fact `{id}`") });
        };
        synthetic |= rows.provenance[row].as_deref() == Some(Provenance::Synthetic.as_str());
        let entry = practices.entry(code).or_insert_with(|| PracticeEntry {
            code: code.to_owned(),
            name: words::clean(rows.name[row].as_deref().unwrap_or(code)).0,
            ccg: rows.ccg[row].as_deref().map(|c| {
                let name = rows.ccg_name[row].as_deref().unwrap_or(c);
                (c.to_owned(), words::clean(name).0)
            }),
            supplier: rows.supplier[row].clone(),
            updated: latest.get(code).unwrap_or(&of_feed).to_datetime(Time::midnight()),
            facts: Vec::new(),
        });
        let (people, of_people) = (rows.people[row], rows.of[row]);
        let decimals = of_people.map_or(0, |of| people_rule.decimals(of));
        entry.facts.push(FactEntry {
            id: id.to_owned(),
            metric: fact.metric,
            name: fact.name.clone(),
            question: fact.question.clone(),
            kind: fact.kind,
            answer: answer(rows.answer[row].as_deref(), fact.kind),
            people,
            of_people,
            percent: rows.percent[row].map(|p| format!("{p:.decimals$}")),
            withheld: is_withheld(rows.absence[row].as_deref()),
            band: None,
            text: String::new(),
            date: rows.date[row],
            known_by: rows.known_by[row].clone(),
            reply: rows.reply[row].as_deref().and_then(Decision::parse).unwrap_or_default(),
        });
    }
    let mut practices: Vec<PracticeEntry> = practices.into_values().collect();
    for practice in &mut practices {
        practice.facts.sort_by_key(|f| definition.place(&f.id));
    }
    let updated = of_feed.to_datetime(Time::midnight());
    Ok(Feed { definition: definition.clone(), day, updated, synthetic, practices })
}

/// A word that is none of ours is no answer.
fn answer(word: Option<&str>, kind: FactKind) -> Answer {
    match (word, kind) {
        (Some("yes"), FactKind::State) => Answer::Yes,
        (Some("no"), FactKind::State) => Answer::No,
        (Some("counted"), FactKind::Share | FactKind::Count) => Answer::Counted,
        (Some("not_asked"), _) => Answer::NotAsked,
        _ => Answer::NotKnown,
    }
}

/// The columns of the table.
struct Rows {
    code: Vec<Option<String>>,
    name: Vec<Option<String>>,
    ccg: Vec<Option<String>>,
    ccg_name: Vec<Option<String>>,
    supplier: Vec<Option<String>>,
    fact: Vec<Option<String>>,
    answer: Vec<Option<String>>,
    people: Vec<Option<i64>>,
    of: Vec<Option<i64>>,
    percent: Vec<Option<f64>>,
    absence: Vec<Option<String>>,
    date: Vec<Option<Date>>,
    known_by: Vec<Option<String>>,
    reply: Vec<Option<String>>,
    reply_date: Vec<Option<Date>>,
    provenance: Vec<Option<String>>,
}

impl Rows {
    fn read(t: Frame) -> Rows {
        Rows {
            code: t.text("practice_code"),
            name: t.text("practice_name"),
            ccg: t.text("ccg_code"),
            ccg_name: t.text("ccg_name"),
            supplier: t.text("supplier"),
            fact: t.text("fact"),
            answer: t.text("answer"),
            people: t.int("people"),
            of: t.int("of_people"),
            percent: t.float("percent"),
            absence: t.text("absence"),
            date: t.date("data_date"),
            known_by: t.text("known_by"),
            reply: t.text("reply"),
            reply_date: t.date("reply_date"),
            provenance: t.text("provenance"),
        }
    }

    /// The last day that a fact or a reply of each practice speaks of; a practice without any is not in the map.
    fn latest(&self) -> BTreeMap<&str, Date> {
        let mut latest: BTreeMap<&str, Date> = BTreeMap::new();
        for (row, code) in self.code.iter().enumerate() {
            let days = [self.date[row], self.reply_date[row]].into_iter().flatten();
            if let (Some(code), Some(day)) = (code.as_deref(), days.max()) {
                latest.entry(code).and_modify(|d| *d = day.max(*d)).or_insert(day);
            }
        }
        latest
    }
}
