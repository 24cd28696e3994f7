//! Return templates on disk, filled in with what a release already knows of the units.

use super::definitions::library;
use super::{PipelineError, Result};
use crate::define::Contract;
use crate::store::{Release, folder};
use crate::template;
use jiff::civil::Date;
use std::path::Path;

/// What the forms are for.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub datasets: &'a [String],
    /// Only the units of this CCG.
    pub ccg: Option<&'a str>,
    /// The day that the answers will speak of.
    pub as_at: Option<Date>,
    /// A release whose practices the forms are made out to.
    pub release: Option<&'a Path>,
}

type Row = Vec<(String, String)>;

/// Writes the forms to a new or empty folder: a folder with forms in it is never replaced, since somebody may have
/// filled them in. Answers their paths and the rows made out.
pub fn write(definitions: Option<&Path>, wanted: &Wanted<'_>, out: &Path) -> Result<(Vec<String>, usize)> {
    let (contracts, faults) = library(definitions)?.contracts();
    if !faults.is_empty() {
        return Err(PipelineError::Definitions(faults));
    }
    let mut files = Vec::new();
    let mut made = 0;
    for dataset in wanted.datasets {
        let contract = find(&contracts, dataset)?;
        let rows = rows(contract, wanted)?;
        made += rows.len();
        files.extend(template::files(contract, &rows)?);
    }
    let names = files.iter().map(|(name, _)| name.clone()).collect();
    folder::write(out, None, files)?;
    Ok((names, made))
}

fn find<'c>(contracts: &'c [Contract], dataset: &str) -> Result<&'c Contract> {
    contracts.iter().find(|c| c.id == dataset).ok_or_else(|| {
        let names: Vec<&str> = contracts.iter().map(|c| c.id.as_str()).collect();
        let near = crate::define::did_you_mean(dataset, &names).map(|n| format!(" Did you mean `{n}`?"));
        PipelineError::Unknown {
            what: format!("no contract has the id `{dataset}`.{}", near.unwrap_or_default()),
        }
    })
}

/// A row for each practice, or each CCG, of the last period of the release; none without a release.
fn rows(contract: &Contract, wanted: &Wanted<'_>) -> Result<Vec<Row>> {
    let fields = ["ccg_code", "ccg_name", "practice_code", "practice_name"];
    let fields: Vec<&str> = fields.into_iter().filter(|f| contract.fields.contains_key(*f)).collect();
    let mut out: Vec<Row> = Vec::new();
    if let Some(release) = wanted.release {
        let frame = Release::open(release)?.table("practices", None)?;
        let days = frame.column("period")?.date()?.physical().clone();
        let last = days.iter().flatten().max();
        let ccgs = frame.column("ccg_code")?.str()?;
        let columns = fields.iter().map(|f| Ok((*f, frame.column(f)?.str()?))).collect::<Result<Vec<_>>>()?;
        for row in (0..frame.height()).filter(|r| days.get(*r) == last) {
            let of = |(field, column): &(&str, &polars::prelude::StringChunked)| {
                Some(((*field).to_owned(), column.get(row)?.to_owned()))
            };
            let made: Row = columns.iter().filter_map(of).collect();
            if wanted.ccg.is_none_or(|c| ccgs.get(row) == Some(c)) {
                out.push(made);
            }
        }
        out.sort();
        out.dedup();
        if let Some(ccg) = wanted.ccg.filter(|_| out.is_empty()) {
            let what = format!("the release counts no practice under `{ccg}` in its last quarter");
            return Err(PipelineError::Unknown { what });
        }
    } else if let Some(ccg) = wanted.ccg.filter(|_| !contract.fields.contains_key("practice_code")) {
        out.push(vec![("ccg_code".to_owned(), ccg.to_owned())]);
    }
    if let Some(day) = wanted.as_at.filter(|_| contract.fields.contains_key("as_at")) {
        out.iter_mut().for_each(|row| row.push(("as_at".to_owned(), day.to_string())));
    }
    Ok(out)
}
