//! The `practices` frame of one quarter on one basis.

use super::column::{DatedFrame, HarmoniseError, to_days};
use super::directory::Directory;
use super::figures::{Figure, Found, first_found, suppliers};
use super::history::Status;
use super::lists;
use super::returned::{Returned, read};
use crate::diag::{Diagnostic, Place};
use crate::model::{MembershipBasis, Period, Provenance, is_ccg_code, is_practice_code};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a quarter brings. The pipeline chooses the frames: here no dataset has a meaning of its own.
#[derive(Clone, Debug)]
pub struct QuarterInputs<'a> {
    /// The quarter's own files, in order of preference: a practice in any of them has returned. Column
    /// `practice_code`, and where they have them `practice_name ccg_code ccg_name region_code region_name`.
    pub returned: Vec<DatedFrame<'a>>,
    /// List sizes, in order of preference.
    pub lists: Vec<Figure<'a>>,
    /// Weighted lists, in order of preference, all of one dataset: another formula is another series.
    pub weighted: Vec<Figure<'a>>,
    /// Lists as the practices count them, in order of preference: see [`super::lists`].
    pub compared: Vec<Figure<'a>>,
    /// How far apart two lists may be before they are named, a share of the larger one.
    pub apart: Option<f64>,
    /// Frames and their columns of system suppliers, in order of preference.
    pub suppliers: Vec<(DatedFrame<'a>, &'a str)>,
    /// The weakest of all inputs.
    pub provenance: Provenance,
}

/// One quarter's practices.
#[derive(Clone, Debug)]
pub struct Practices {
    /// Sorted by `practice_code`, one row each: the practices that the ODS expects at the end of the quarter and
    /// those that returned. Columns: `period` (Date, last day of the quarter), `practice_code`, `practice_name`,
    /// `ccg_code`, `ccg_name`, `region_code`, `region_name`, `basis`, `membership_source`, `list_size` (Int64,
    /// patients), `list_source`, `weighted_list` (Float64, patients), `weighted_source`, `system_supplier`,
    /// `status`, `expected` and `returned` (Boolean), `provenance`.
    pub frame: DataFrame,
    pub diagnostics: Vec<Diagnostic>,
}

/// One row before it is laid out in columns.
struct Row<'a> {
    code: &'a str,
    name: Option<&'a str>,
    ccg: Option<&'a str>,
    region: Option<&'a str>,
    source: Option<String>,
    status: Status,
    expected: bool,
    returned: Option<&'a Returned>,
}

/// Lays out one quarter. Which practices there are, their list sizes and their status do not depend on the basis;
/// only the CCG and the region do, so every national total is the same on all bases.
pub fn practices(
    directory: &Directory,
    quarter: Period,
    basis: MembershipBasis,
    inputs: &QuarterInputs<'_>,
) -> Result<Practices, HarmoniseError> {
    if let Some(other) = inputs.weighted.iter().find(|f| f.from.dataset != inputs.weighted[0].from.dataset) {
        return Err(HarmoniseError::MixedWeights {
            first: inputs.weighted[0].from.dataset.to_owned(),
            other: other.from.dataset.to_owned(),
        });
    }
    let returned = read(&inputs.returned)?;
    let end = quarter.end();
    let mut diagnostics = file_age(directory, end);
    let mut rows = Vec::new();
    let codes: BTreeSet<&str> =
        directory.expected(end).into_iter().chain(returned.keys().map(String::as_str)).collect();
    for code in codes {
        let own = returned.get(code);
        if let Some(own) = own
            && !admitted(directory, code, own, quarter, &mut diagnostics)
        {
            continue;
        }
        rows.push(row(directory, code, own, end, basis, &mut diagnostics));
    }
    let names = ccg_names(directory, &rows, basis_date(directory, basis, end), basis);
    let regions = regions(directory, &rows);
    let codes: Vec<&str> = rows.iter().map(|r| r.code).collect();
    let lists = lists::known(&codes, end, inputs, &mut diagnostics)?;
    let frame = layout(&rows, &names, &regions, end, basis, (inputs, &lists))?;
    Ok(Practices { frame, diagnostics })
}

/// The date whose memberships a basis asks for; as returned, gaps are filled as at the end of the quarter.
fn basis_date(directory: &Directory, basis: MembershipBasis, end: Date) -> Date {
    match basis {
        MembershipBasis::AsReturned => end,
        MembershipBasis::AsAt(date) => date,
        MembershipBasis::Current => directory.latest().unwrap_or(end),
    }
}

/// H006, where the practice file used is after the end of the quarter or too old: it cannot know what opened or
/// closed in between.
fn file_age(directory: &Directory, end: Date) -> Vec<Diagnostic> {
    let say = |message: String| vec![Diagnostic::new("ODS_NOT_OF_DATE", Place::Run, message)];
    match directory.nearest_file(end) {
        None => say(format!("no ODS practice file is held: which practices were active on {end} is unknown")),
        Some(file) if file > end => {
            say(format!("the earliest ODS practice file is of {file}, after {end}: it was used"))
        }
        Some(file) if to_days(end) - to_days(file) > directory.rules().oldest_days.cast_signed() => {
            say(format!("the latest ODS practice file at or before {end} is of {file}"))
        }
        Some(_) => Vec::new(),
    }
}

/// Whether a returned code belongs in the table, with what is odd about it.
fn admitted(
    directory: &Directory,
    code: &str,
    own: &Returned,
    quarter: Period,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let place = || Place::Key { dataset: own.source.clone(), key: code.to_owned() };
    let mut note = |name: &str, message: String| diagnostics.push(Diagnostic::new(name, place(), message));
    if !is_practice_code(code) {
        note("ODS_UNKNOWN", format!("`{code}` is not the code of a practice: left out"));
        return false;
    }
    match directory.history(code) {
        // without any practice file every code would be unknown: H006 says so once
        None if directory.nearest_file(quarter.end()).is_none() => {}
        None => note("ODS_UNKNOWN", format!("{code} is in no ODS file held")),
        Some(history) => {
            if history.nearest(to_days(quarter.end())).is_some_and(|row| row.foreign) {
                note(
                    "NOT_IN_SCOPE",
                    format!("{code} is outside the scope of the membership rules: left out"),
                );
                return false;
            }
            if let Some(closed) = history.closed_on().filter(|day| *day < to_days(quarter.start())) {
                let closed = super::column::from_days(closed);
                note("ODS_CLOSED", format!("{code} closed on {closed}, before {}", quarter.label()));
            }
        }
    }
    if !own.also.is_empty() {
        let used = own.ccg_code.as_deref().unwrap_or("none");
        note(
            "TWO_MEMBERSHIPS",
            format!("{code} is under {used} and {}: the first is used", own.also.join(", ")),
        );
    }
    true
}

fn row<'a>(
    directory: &'a Directory,
    code: &'a str,
    own: Option<&'a Returned>,
    end: Date,
    basis: MembershipBasis,
    diagnostics: &mut Vec<Diagnostic>,
) -> Row<'a> {
    let place = |dataset: &str| Place::Key { dataset: dataset.to_owned(), key: code.to_owned() };
    let named = own.and_then(|o| Some((o.ccg_code.as_deref().filter(|c| is_ccg_code(c))?, o)));
    let at_end = directory.membership(code, end);
    if let (Some((ccg, o)), Some(ods)) = (named, &at_end)
        && ods.ccg_code != ccg
    {
        let message =
            format!("{code} is under {ccg} in its own row, under {} by the ODS on {end}", ods.ccg_code);
        diagnostics.push(Diagnostic::new("MEMBERSHIP_DISAGREES", place(&o.source), message));
    }
    if let Some((history, snapshot)) = directory.disagreement(code, end) {
        let message =
            format!("{code} is under {history} in the membership history, {snapshot} in its own record");
        diagnostics.push(Diagnostic::new("MEMBERSHIP_DISAGREES", place("ods"), message));
    }
    let ods = directory.membership(code, basis_date(directory, basis, end));
    let by_ods = ods.as_ref().map(|m| (m.ccg_code, directory.source_of(m)));
    let by_row = named.map(|(ccg, o)| (ccg, o.source.clone()));
    let (found, fell_back) = match basis {
        MembershipBasis::AsReturned => (by_row.or(by_ods), false),
        _ if by_ods.is_some() => (by_ods, false),
        _ => (by_row.map(|(ccg, source)| (ccg, format!("{source} (its own row)"))), true),
    };
    if found.is_none() || fell_back {
        let instead = if fell_back && found.is_some() { ": its own row was used" } else { "" };
        let message = format!("no CCG is known for {code} on the basis {basis}{instead}");
        diagnostics.push(Diagnostic::new("NO_MEMBERSHIP", place("ods"), message));
    }
    let record = directory.history(code).and_then(|h| h.nearest(to_days(end)));
    // A row's region goes with the row's CCG; any other CCG takes the region of the ODS record.
    let from_row = found.as_ref().is_some_and(|(ccg, _)| named.is_some_and(|(c, _)| c == *ccg));
    let group = record_group(directory, code, basis_date(directory, basis, end));
    let region = own.and_then(|o| o.region_code.as_deref()).filter(|_| from_row).or(group);
    Row {
        code,
        name: record.and_then(|r| r.name.as_deref()).or(own.and_then(|o| o.practice_name.as_deref())),
        ccg: found.as_ref().map(|(ccg, _)| *ccg),
        region,
        source: found.map(|(_, source)| source),
        status: directory.status(code, end),
        expected: directory.is_expected(code, end),
        returned: own,
    }
}

fn record_group<'a>(directory: &'a Directory, code: &str, on: Date) -> Option<&'a str> {
    directory.history(code)?.nearest(to_days(on))?.group.as_deref()
}

/// Votes per key: the value that most rows carry, ties by the smallest.
#[derive(Default)]
struct Votes<'a>(BTreeMap<&'a str, BTreeMap<&'a str, usize>>);

impl<'a> Votes<'a> {
    fn add(&mut self, key: Option<&'a str>, value: Option<&'a str>) {
        if let (Some(key), Some(value)) = (key, value) {
            *self.0.entry(key).or_default().entry(value).or_insert(0) += 1;
        }
    }

    fn winner(&self, key: &str) -> Option<&'a str> {
        let values = self.0.get(key)?;
        values.iter().max_by_key(|(value, n)| (**n, std::cmp::Reverse(**value))).map(|(value, _)| *value)
    }
}

/// One name per CCG: on the basis as returned the one that most source rows give; else that of the latest eccg
/// at or before the date, then the source rows', then that of a later eccg (names change while codes stay).
fn ccg_names<'a>(
    directory: &'a Directory,
    rows: &[Row<'a>],
    on: Date,
    basis: MembershipBasis,
) -> BTreeMap<&'a str, &'a str> {
    let mut votes = Votes::default();
    for own in rows.iter().filter_map(|r| r.returned) {
        votes.add(own.ccg_code.as_deref(), own.ccg_name.as_deref());
    }
    let codes: BTreeSet<&str> = rows.iter().filter_map(|r| r.ccg).collect();
    let name = |ccg: &'a str| {
        let (before, rows) = (directory.ccg_name_by(ccg, on), votes.winner(ccg));
        let first = if basis == MembershipBasis::AsReturned { rows.or(before) } else { before.or(rows) };
        Some((ccg, first.or_else(|| directory.ccg_name_after(ccg, on))?))
    };
    codes.into_iter().filter_map(name).collect()
}

/// One region per CCG (code, name): a CCG lies in one region, so regions are sums of CCGs.
fn regions<'a>(directory: &'a Directory, rows: &[Row<'a>]) -> BTreeMap<&'a str, (&'a str, Option<&'a str>)> {
    let (mut codes, mut names) = (Votes::default(), Votes::default());
    for row in rows {
        codes.add(row.ccg, row.region);
        if let Some(own) = row.returned {
            names.add(own.region_code.as_deref(), own.region_name.as_deref());
        }
    }
    let written = &directory.rules().region_names;
    let of = |ccg: &&'a str| {
        let region = codes.winner(ccg)?;
        let name = names.winner(region).or_else(|| written.get(region).map(String::as_str));
        Some((*ccg, (region, name)))
    };
    codes.0.keys().filter_map(of).collect()
}

fn layout(
    rows: &[Row<'_>],
    names: &BTreeMap<&str, &str>,
    regions: &BTreeMap<&str, (&str, Option<&str>)>,
    end: Date,
    basis: MembershipBasis,
    (inputs, lists): (&QuarterInputs<'_>, &BTreeMap<String, Found>),
) -> Result<DataFrame, HarmoniseError> {
    let weighted = first_found(&inputs.weighted)?;
    let supplier = suppliers(&inputs.suppliers)?;
    let text = |name: &str, of: &dyn Fn(&Row<'_>) -> Option<String>| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<Option<String>>>())
    };
    let flag = |name: &str, of: &dyn Fn(&Row<'_>) -> bool| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<bool>>())
    };
    let own = |t: &str| t.to_owned();
    let region = |r: &Row<'_>| r.ccg.and_then(|c| regions.get(c)).copied();
    let source =
        |figures: &BTreeMap<String, Found>, r: &Row<'_>| figures.get(r.code).map(|f| f.source.clone());
    let sizes: Vec<Option<i64>> = rows.iter().map(|r| lists.get(r.code).map(Found::whole)).collect();
    let weights: Vec<Option<f64>> = rows.iter().map(|r| weighted.get(r.code).map(Found::decimal)).collect();
    let days = Column::new("period".into(), vec![to_days(end); rows.len()]);
    Ok(DataFrame::new(
        rows.len(),
        vec![
            days.cast(&DataType::Date)?,
            text("practice_code", &|r| Some(own(r.code))),
            text("practice_name", &|r| r.name.map(own)),
            text("ccg_code", &|r| r.ccg.map(own)),
            text("ccg_name", &|r| r.ccg.and_then(|c| names.get(c)).copied().map(own)),
            text("region_code", &|r| region(r).map(|(code, _)| own(code))),
            text("region_name", &|r| region(r).and_then(|(_, name)| name).map(own)),
            text("basis", &|_| Some(basis.to_string())),
            text("membership_source", &|r| r.source.clone()),
            Column::new("list_size".into(), sizes),
            text("list_source", &|r| source(lists, r)),
            Column::new("weighted_list".into(), weights),
            text("weighted_source", &|r| source(&weighted, r)),
            text("system_supplier", &|r| supplier.get(r.code).cloned()),
            text("status", &|r| Some(own(r.status.as_str()))),
            flag("expected", &|r| r.expected),
            flag("returned", &|r| r.returned.is_some()),
            text("provenance", &|_| Some(own(inputs.provenance.as_str()))),
        ],
    )?)
}
