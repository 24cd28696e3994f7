//! `dpcmi preview`: before anything is released, each practice gets what would be told of it, in a file of its own that it
//! sends back. The file holds the practice's own counts, not rounded, and nobody else's.

use super::compute::exact;
use super::places::Held;
use super::{Definitions, PipelineError, Result, feeding};
use crate::feeds::{Preview, previews};
use crate::index;
use crate::model::{MembershipBasis, Period};
use crate::store::{Store, folder};
use jiff::civil::Date;
use std::collections::BTreeMap;
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

const HEADER: [&str; 12] = [
    "as_at",
    "reply_by",
    "practice_code",
    "practice_name",
    "fact",
    "question",
    "published",
    "data_date",
    "known_by",
    "decision",
    "corrected",
    "replied_on",
];

/// Writes `CCG/PRACTICE.csv` for each open practice.
pub fn preview(definitions: &Definitions, wanted: &Wanted<'_>) -> Result<Made> {
    let store = Store::open(wanted.store)?;
    let version =
        store.current()?.ok_or_else(|| PipelineError::EmptyStore(store.root().display().to_string()))?;
    let sources = exact(definitions, &version)?;
    let held = Held { framework: &definitions.framework, sources: &sources };
    let feeds = feeding::definition()?;
    let quarters = index::quarters(held.framework, held.sources)?;
    let period = feeding::latest(&held, &feeds, &quarters).ok_or_else(|| PipelineError::Unknown {
        what: "the store holds no month of anything that patients are told".to_owned(),
    })?;
    let Some((directory, _)) = held.directory()? else {
        return Err(PipelineError::Unknown {
            what: "the pipeline names no directory of practices".to_owned(),
        });
    };
    let mut practices = held.practices(&directory, period, wanted.basis)?.frame;
    practices.rechunk_mut();
    let rows = previews(&feeds, &feeding::quarter(&held, &feeds, period, &practices))?;
    let mut files: BTreeMap<String, Vec<&Preview>> = BTreeMap::new();
    for row in rows.iter().filter(|r| wanted.ccg.is_none_or(|c| r.ccg == c)) {
        files.entry(format!("{}/{}.csv", row.ccg, row.practice)).or_default().push(row);
    }
    let (count, facts) = (files.len(), files.values().map(Vec::len).sum());
    let files = files.into_iter().map(|(path, rows)| (path, sheet(period, wanted.reply_by, &rows))).collect();
    // no marker: a folder with anything in it is somebody's
    folder::replace(wanted.out, ".", files)?;
    Ok(Made { period, practices: count, facts })
}

fn sheet(period: Period, reply_by: Option<Date>, rows: &[&Preview]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // writing to memory cannot fail
    let _ = writer.write_record(HEADER);
    let day = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    for row in rows {
        let _ = writer.write_record([
            period.to_string().as_str(),
            &day(reply_by),
            &row.practice,
            &row.name,
            &row.fact,
            &row.question,
            &row.published,
            &day(row.data_date),
            &row.known_by,
            "",
            "",
            "",
        ]);
    }
    writer.into_inner().unwrap_or_default()
}
