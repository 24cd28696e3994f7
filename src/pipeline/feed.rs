//! `dpcmi feed`: the feeds of a release with what changed since a former one.
//!
//! A practice whose facts are the same keeps the time at which it was last updated. One that is new or whose facts are others
//! takes the day of its data; where that is no later than the former feed (a correction, a late return), one second after it.
//! So does the feed itself when anything changed or is gone (RFC 4287, 4.2.15; RFC 6721, 3): a reader who asks for what is newer
//! than the feed that it holds gets all of it. No clock is read.

use super::successors::{self, Successors};
use super::{PipelineError, Result, feeding};
use crate::diag::Diagnostic;
use crate::frames::of_day;
use crate::model::Provenance;
use crate::render::feeds::{self, Gone, METRICS};
use crate::report;
use crate::report::feeds::{Feed, PracticeEntry, quarter};
use crate::store::{Release, ReleaseWriter};
use jiff::ToSpan;
use jiff::civil::DateTime;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is asked for.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub release: &'a Path,
    /// The release, or the output of this command, that readers hold.
    pub previous: Option<&'a Path>,
    /// The address under which the files will lie, in place of that of the definition.
    pub base: Option<&'a str>,
    /// The ODS file of successors: old code, new code, reason, date, indicator.
    pub successors: Option<&'a Path>,
    pub out: &'a Path,
}

/// What came out.
#[derive(Debug)]
pub struct Fed {
    pub id: String,
    pub practices: usize,
    /// New or with other facts; all of them where no former release is named.
    pub changed: usize,
    pub removed: usize,
    pub files: usize,
    /// What the feeds could not tell as it is, and rows of the list of successors that were set aside.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes all feeds to `out`, and below `feeds/changes/` what changed.
pub fn feed(reports: &report::Definitions, wanted: &Wanted<'_>) -> Result<Fed> {
    let release = Release::open(wanted.release)?;
    let (mut feed, mut diagnostics) = read(reports, &release, wanted.base)?;
    let mut meta = release.manifest().meta.clone();
    meta.options.insert("feeds-of".to_owned(), release.manifest().id.clone());
    let mut files = Vec::new();
    let (mut changed, mut removed) = (feed.practices.len(), 0);
    if let Some(previous) = wanted.previous {
        let former = Release::open(previous)?;
        let synthetic =
            |r: &Release| Provenance::of(Some(&r.manifest().meta.provenance)) == Provenance::Synthetic;
        if synthetic(&release) != synthetic(&former) {
            let what =
                "one of the two releases is synthetic and the other is not: no feed follows from such a pair"
                    .to_owned();
            return Err(PipelineError::Unknown { what });
        }
        meta.options.insert("previous".to_owned(), former.manifest().id.clone());
        let listed = wanted.successors.map(|path| successors::read(&feed.definition.successors, path));
        let listed = listed.transpose()?;
        meta.options.extend(listed.as_ref().map(|l| ("successors".to_owned(), l.hash.clone())));
        let listed = listed.unwrap_or_default();
        diagnostics.extend(listed.diagnostics);
        let (others, gone) = since(&mut feed, &former.bytes(METRICS)?, &listed.successors)?;
        (changed, removed) = (others.len(), gone.len());
        files.extend(feeds::changes(&feed, &others, &gone)?);
    }
    if let Some(base) = wanted.base {
        meta.options.insert("base".to_owned(), base.to_owned());
    }
    files.extend(feeds::files(&feed)?);
    let count = files.len();
    let writer = ReleaseWriter::create(wanted.out)?;
    files.into_par_iter().try_for_each(|(path, bytes)| writer.put(&path, bytes, None))?;
    let id = writer.finish(meta)?;
    Ok(Fed { id, practices: feed.practices.len(), changed, removed, files: count, diagnostics })
}

/// The feeds of a release, from its published table.
fn read(
    reports: &report::Definitions,
    release: &Release,
    base: Option<&str>,
) -> Result<(Feed, Vec<Diagnostic>)> {
    let mut definition = reports.feeds.clone();
    if let Some(base) = base {
        if !base.starts_with("https://") || !base.ends_with('/') {
            let what = format!("`{base}` is no base: write an absolute https address that ends in a slash");
            return Err(PipelineError::Unknown { what });
        }
        base.clone_into(&mut definition.base);
    }
    let facts = release.table("patient_facts", None)?;
    let (Some(day), Some(rule)) = (quarter(&facts), &reports.policy.people) else {
        return Err(PipelineError::Unknown { what: "the release holds no facts for patients".to_owned() });
    };
    let feed = Feed::of(&definition, rule, &facts, day)?;
    Ok((feed, feeding::names(&of_day(&facts, day)?)?))
}

/// The feed as readers hold it.
struct Former {
    updated: DateTime,
    /// When each practice was updated, and all else that is said of it.
    practices: BTreeMap<String, (DateTime, Value)>,
}

impl Former {
    fn read(bytes: &[u8]) -> Result<Former> {
        let odd = || PipelineError::Unknown {
            what: format!("{METRICS} of the former release is not as this program writes it"),
        };
        let document: Value = serde_json::from_slice(bytes).map_err(|_| odd())?;
        let instant = |at: &Value| -> Result<DateTime> {
            at.as_str().and_then(|at| at.trim_end_matches('Z').parse().ok()).ok_or_else(odd)
        };
        let practices = document["Organisations"].as_array().ok_or_else(odd)?.iter().map(|practice| {
            let code = practice["ODSCode"].as_str().ok_or_else(odd)?.to_owned();
            let at = instant(&practice["LastUpdatedDates"]["Metrics"])?;
            Ok((code, (at, without_time(practice.clone()))))
        });
        Ok(Former { updated: instant(&document["Updated"])?, practices: practices.collect::<Result<_>>()? })
    }
}

fn without_time(mut practice: Value) -> Value {
    if let Some(practice) = practice.as_object_mut() {
        practice.remove("LastUpdatedDates");
    }
    practice
}

/// The practices that changed since the JSON metrics that readers hold, and those that are gone with their listed
/// successors. Gives all others, and a feed of which nothing changed, their former times.
pub fn since(
    feed: &mut Feed,
    former: &[u8],
    successors: &Successors,
) -> Result<(Vec<PracticeEntry>, Vec<Gone>)> {
    let Former { updated, practices: former } = Former::read(former)?;
    let next = updated.saturating_add(1.second());
    let own =
        |feed: &Feed, p: &PracticeEntry| serde_json::to_value(feeds::organisation(feed, p)).map(without_time);
    let same: Vec<bool> = feed
        .practices
        .par_iter()
        .map(|p| former.get(&p.code).is_some_and(|(_, old)| own(feed, p).is_ok_and(|new| new == *old)))
        .collect();
    let mut changed = Vec::new();
    for (practice, same) in feed.practices.iter_mut().zip(same) {
        match former.get(&practice.code) {
            Some((at, _)) if same => practice.updated = *at,
            _ => {
                practice.updated = practice.updated.max(next);
                changed.push(practice.clone());
            }
        }
    }
    let listed = |code: &str| feed.practices.binary_search_by(|p| p.code.as_str().cmp(code)).is_ok();
    let gone = former
        .keys()
        .filter(|code| !listed(code))
        .map(|code| Gone { code: code.clone(), successors: followed(code, successors, &listed) });
    let gone: Vec<Gone> = gone.collect();
    feed.updated = if changed.is_empty() && gone.is_empty() { updated } else { feed.updated.max(next) };
    Ok((changed, gone))
}

/// Follows successors to the first practices that are listed; a practice whose patients were parted has several.
fn followed(code: &str, successors: &Successors, listed: &dyn Fn(&str) -> bool) -> Vec<String> {
    let (mut open, mut seen, mut found) = (vec![code], BTreeSet::from([code]), BTreeSet::new());
    while let Some(at) = open.pop() {
        for to in successors.get(at).into_iter().flatten() {
            if listed(to) {
                found.insert(to.clone());
            } else if seen.insert(to) {
                open.push(to);
            }
        }
    }
    found.into_iter().collect()
}
