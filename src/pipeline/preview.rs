//! `dpcmi preview`: before anything is released, each practice gets what would be told of it, in a file of its own that it
//! sends back. The file holds the practice's own counts, not rounded, and nobody else's; and beside each what patients would
//! read of it, word by word, since the same table passes the same gate into the same feed as in a release.

use super::compute::{exact, sources};
use super::places::Held;
use super::{Definitions, PipelineError, Result, feeding};
use crate::disclose::{self};
use crate::feeds::{FactQuarter, Preview, patient_facts, previews};
use crate::index;
use crate::model::{MembershipBasis, Period};
use crate::render::csv;
use crate::report::{
    self,
    feeds::{FactEntry, Feed},
};
use crate::store::{Store, folder};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is asked for.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub store: &'a Path,
    pub basis: MembershipBasis,
    pub reply_by: Option<Date>,
    pub ccg: Option<&'a str>,
    pub out: &'a Path,
}

/// What was written.
#[derive(Debug)]
pub struct Made {
    pub period: Period,
    pub practices: usize,
    pub facts: usize,
}

/// The seventh is the practice's own, exact: its name says what it is not for, since files travel.
const HEADER: [&str; 17] = [
    "as_at",
    "reply_by",
    "practice_code",
    "practice_name",
    "fact",
    "question",
    "on_record_not_for_publication",
    "data_date",
    "known_by",
    "people",
    "of_people",
    "percent",
    "band",
    "patients_read",
    "decision",
    "corrected",
    "replied_on",
];

/// Writes `CCG/PRACTICE.csv` for each open practice.
pub fn preview(definitions: &Definitions, wanted: &Wanted<'_>) -> Result<Made> {
    let store = Store::open(wanted.store)?;
    let version =
        store.current()?.ok_or_else(|| PipelineError::EmptyStore(store.root().display().to_string()))?;
    let (exact, rounded) = (exact(definitions, &version)?, sources(definitions, &version)?);
    let held = Held { framework: &definitions.framework, sources: &exact };
    let feeds = &definitions.reports.feeds;
    let quarters = index::quarters(held.framework, held.sources)?;
    let period = feeding::latest(&held, feeds, &quarters).ok_or_else(|| PipelineError::Unknown {
        what: "the store holds no month of anything that patients are told".to_owned(),
    })?;
    let Some((directory, _)) = held.directory()? else {
        return Err(PipelineError::Unknown {
            what: "the pipeline names no directory of practices".to_owned(),
        });
    };
    let mut practices = held.practices(&directory, period, wanted.basis)?.frame;
    practices.rechunk_mut();
    let rows = previews(feeds, &feeding::quarter(&held, feeds, period, &practices))?;
    // what is released is computed of rounded counts
    let held = Held { framework: &definitions.framework, sources: &rounded };
    let told = told(&definitions.reports, feeding::quarter(&held, feeds, period, &practices))?;
    let mut files: BTreeMap<String, Vec<&Preview>> = BTreeMap::new();
    for row in rows.iter().filter(|r| wanted.ccg.is_none_or(|c| r.ccg == c)) {
        files.entry(format!("{}/{}.csv", row.ccg, row.practice)).or_default().push(row);
    }
    if let Some(ccg) = wanted.ccg.filter(|_| files.is_empty()) {
        let what = format!("no open practice is counted under `{ccg}` in {}", period.label());
        return Err(PipelineError::Unknown { what });
    }
    let (count, facts) = (files.len(), files.values().map(Vec::len).sum());
    let files =
        files.into_iter().map(|(path, rows)| (path, sheet(period, wanted.reply_by, &rows, &told))).collect();
    folder::write(wanted.out, None, files)?;
    Ok(Made { period, practices: count, facts })
}

/// The feed as it would be if no practice replied.
fn told(reports: &report::Definitions, quarter: FactQuarter<'_>) -> Result<Option<Feed>> {
    let (facts, _) = patient_facts(&reports.feeds, &FactQuarter { replies: None, ..quarter })?;
    let tables = BTreeMap::from([("patient_facts".to_owned(), facts)]);
    let published = disclose::release(&reports.policy, &BTreeSet::new(), tables, ())?;
    Ok(report::feed(published.get(), &reports.feeds)?)
}

fn sheet(period: Period, reply_by: Option<Date>, rows: &[&Preview], told: &Option<Feed>) -> Vec<u8> {
    let day = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    let made = |row: &&Preview| -> [String; 17] {
        let fact = told.as_ref().and_then(|feed| {
            let at = feed.practices.binary_search_by(|p| p.code.cmp(&row.practice)).ok()?;
            feed.practices[at].fact(&row.fact)
        });
        let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
        let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
        [
            period.to_string(),
            day(reply_by),
            row.practice.clone(),
            row.name.clone(),
            row.fact.clone(),
            row.question.clone(),
            row.published.clone(),
            day(row.data_date),
            row.known_by.clone(),
            number(fact.and_then(|f| f.people)),
            number(fact.and_then(|f| f.of_people)),
            text(fact.and_then(|f| f.percent.as_deref())),
            text(fact.and_then(|f| Some(f.band?.as_str()))),
            told.as_ref().zip(fact).map_or_else(String::new, |(feed, fact)| read(feed, fact)),
            String::new(),
            String::new(),
            String::new(),
        ]
    };
    let rows: Vec<[String; 17]> = rows.iter().map(made).collect();
    csv::sheet(std::iter::once(HEADER).chain(rows.iter().map(|row| row.each_ref().map(String::as_str))))
}

/// What patients would read of a fact.
fn read(feed: &Feed, fact: &FactEntry) -> String {
    if fact.metric.is_some() { fact.text.clone() } else { feed.definition.reply.unread.clone() }
}
