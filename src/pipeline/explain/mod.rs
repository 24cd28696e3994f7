//! One published number back to where it comes from: score to indicators to stored values to files and rows.

mod doubt;
mod evidence;
mod frame;
mod standing;

use super::{PipelineError, Result};
use crate::model::{is_ccg_code, is_practice_code};
use crate::report;
use crate::store::{Release, ReleaseMeta, Store, Version};
use frame::{cell, distinct, rows_of};
use polars::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The explanation for people and for programs.
pub struct Explained {
    pub text: String,
    pub json: Value,
}

/// The unit of one quarter that a part speaks of.
struct Unit<'a> {
    release: &'a Release,
    /// Last day of the quarter.
    day: &'a str,
    code: &'a str,
    /// Its row in the table of scores.
    row: &'a DataFrame,
}

impl Unit<'_> {
    /// The rows of a table of the quarter; `None` where the release has no such table or nothing in it.
    fn of_quarter(&self, table: &str) -> Result<Option<DataFrame>> {
        let path = format!("tables/{table}.parquet");
        if !self.release.manifest().files.iter().any(|f| f.path == path) {
            return Ok(None);
        }
        let frame = self.release.table(table, None)?;
        Ok(if frame.height() == 0 { None } else { Some(rows_of(&frame, "period", self.day)?) })
    }

    /// Those that speak of the unit.
    fn rows(&self, table: &str, column: &str) -> Result<Option<DataFrame>> {
        self.of_quarter(table)?.map(|t| rows_of(&t, column, self.code)).transpose()
    }

    fn practice(&self) -> bool {
        is_practice_code(self.code)
    }

    /// A cell of the row of scores; empty where it is absent.
    fn said(&self, column: &str) -> String {
        cell(self.row, column, 0)
    }

    fn figure(&self, column: &str) -> Option<f64> {
        frame::figure(self.row, column, 0)
    }
}

/// One part of an explanation.
#[derive(Default)]
struct Part {
    text: String,
    json: Value,
}

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// A practice or a CCG.
    pub code: &'a str,
    /// A column of the score tables, or an indicator.
    pub measure: &'a str,
    /// The last day of a quarter or its label; the quarter that the page puts in front unless said.
    pub period: Option<&'a str>,
}

/// Explains a measure of a practice or CCG in one quarter of the release.
///
/// With the store, the rows of each source that name the practice, by file, month and line.
pub fn number(release: &Path, store: Option<&Path>, asked: Asked<'_>) -> Result<Explained> {
    let release = Release::open(release)?;
    let code = asked.code.trim().to_ascii_uppercase();
    let (table, column) = if is_practice_code(&code) {
        ("practice_scores", "practice_code")
    } else if is_ccg_code(&code) {
        ("ccg_scores", "ccg_code")
    } else {
        return Err(unknown(format!("`{code}` is neither a practice code (A81001) nor a CCG code (00K)")));
    };
    let scores = release.table(table, None)?;
    let (day, label) = quarter(&release, &scores, asked.period)?;
    let all = rows_of(&scores, "period", &day)?;
    let row = rows_of(&all, column, &code)?;
    if row.height() == 0 {
        let held = rows_of(&scores, column, &code)?;
        let quarters = distinct(&held, "period_label").join(", ");
        let has = if quarters.is_empty() {
            "in no quarter of it".to_owned()
        } else {
            format!("in {quarters}: add --period")
        };
        return Err(unknown(format!("{code} is not in {table} of this release in {label}; it is {has}")));
    }
    let values = rows_of(&release.table("indicator_values", None)?, "unit_code", &code)?;
    let mut mine = rows_of(&values, "period", &day)?;
    let one = distinct(&mine, "indicator_id").contains(&asked.measure.to_owned());
    let (held, name) = if one {
        mine = rows_of(&mine, "indicator_id", asked.measure)?;
        (&mine, "value")
    } else {
        (&row, asked.measure)
    };
    if held.column(name).is_err() {
        let mut names = distinct(&values, "indicator_id");
        names.extend(scores.get_column_names().iter().map(ToString::to_string));
        let near: Vec<&str> = names.iter().map(String::as_str).collect();
        let hint = crate::define::did_you_mean(asked.measure, &near)
            .map_or_else(String::new, |n| format!(" Did you mean `{n}`?"));
        let what = format!(
            "`{}` is neither a column of {table} nor an indicator of {code}.{hint} There are {}",
            asked.measure,
            names.join(", ")
        );
        return Err(unknown(what));
    }
    let value = cell(held, name, 0);
    let ranked = (0..all.height()).any(|r| !cell(&all, "rank", r).is_empty());
    let shown = if value.is_empty() { "no value" } else { value.as_str() };
    let mut out = format!("{code} {} = {shown} in {label}, to {day}\n", asked.measure);
    if !ranked {
        out.push_str("  This quarter is not ranked: too little of the framework was collected in it.\n");
    }
    let beside = ["score", "estimate", "score_high", "coverage", "weight_asked", "list_size"];
    let high = format!("{}_high", asked.measure);
    let own = (!beside.contains(&high.as_str())).then_some(high.as_str());
    for name in own.into_iter().chain(beside).filter(|n| row.column(n).is_ok()) {
        out.push_str(&format!("  {name:12} {}\n", cell(&row, name, 0)));
    }
    out.push_str("\nIndicators (numerator / denominator, or the value -> points of 100):\n");
    let mut list = Vec::new();
    for row in 0..mine.height() {
        let get = |name: &str| cell(&mine, name, row);
        let how = answer(&mine, row);
        out.push_str(&format!("  {:24} {how}\n", get("indicator_id")));
        list.push(json!({ "indicator": get("indicator_id"), "numerator": get("numerator"),
                          "denominator": get("denominator"), "value": get("value"), "absence": get("absence"),
                          "points": get("points"), "points_low": get("points_low") }));
    }
    let unit = Unit { release: &release, day: &day, code: &code, row: &row };
    let mut parts = vec![("evidence", evidence::known(&unit, one.then_some(asked.measure))?)];
    if !one {
        parts.insert(0, ("standing", standing::told(&unit, ranked)?));
        parts.push(("carried_forward", evidence::carried(&unit)?));
        parts.push(("if_not_believed", doubt::bounds(&unit)));
        parts.push(("alternatives", doubt::alternatives(&unit)?));
    }
    for (_, part) in &parts {
        out.push_str(&part.text);
    }
    let meta = &release.manifest().meta;
    out.push_str(&format!(
        "\n{}.\nRelease {} of pipeline {}, basis {}, {} input, from store version {}\nSources:\n",
        meta.method,
        &release.manifest().id[..12],
        meta.pipeline,
        meta.basis,
        meta.provenance,
        meta.store.as_deref().map_or("not told, for it holds confidential files", |s| &s[..12.min(s.len())])
    ));
    let sources = used(&release, &day, one.then_some(asked.measure))?;
    let version = match store {
        Some(path) => Some(made_of(meta, &Store::open(path)?)?),
        None => None,
    };
    if version.is_some() {
        out.push_str(
            "  Rows as they were sent, which are not published: the release rounds counts of people.\n",
        );
    }
    for (file, months) in &sources {
        let mut said = String::new();
        for (period, path) in months {
            let rows = version.as_ref().map_or(Ok(Some(String::new())), |v| lines(v, (path, file), &code))?;
            if let Some(rows) = rows {
                said.push_str(&format!("    {period}\n{rows}"));
            }
        }
        if !said.is_empty() {
            out.push_str(&format!("  {file}\n{said}"));
        }
    }
    let files: Vec<_> = sources
        .iter()
        .map(|(file, months)| json!({ "file": file, "periods": months.iter().map(|m| &m.0).collect::<Vec<_>>() }))
        .collect();
    let mut json = json!({ "code": code, "measure": asked.measure, "value": value, "period": day, "period_label": label,
                       "ranked": ranked, "weight_asked": cell(&row, "weight_asked", 0), "indicators": list,
                       "files": files, "method": meta.method,
                       "release": release.manifest().id, "pipeline": meta.pipeline, "basis": meta.basis,
                       "provenance": meta.provenance, "store": meta.store });
    if let Value::Object(all) = &mut json {
        all.extend(parts.into_iter().map(|(name, part)| (name.to_owned(), part.json)));
    }
    Ok(Explained { text: out, json })
}

/// The version of the store that the release was made of.
fn made_of(meta: &ReleaseMeta, store: &Store) -> Result<Version> {
    if let Some(id) = &meta.store {
        return Ok(store.version(id)?);
    }
    let current = store.current()?.filter(|v| meta.is_of(v));
    current.ok_or_else(|| unknown("the release was made of another version of the store".to_owned()))
}

fn unknown(what: String) -> PipelineError {
    PipelineError::Unknown { what }
}

/// Last day and label of the quarter asked about.
fn quarter(release: &Release, scores: &DataFrame, asked: Option<&str>) -> Result<(String, String)> {
    let Some(asked) = asked else {
        let front = report::front_quarter(&release.table("ccg_scores", None)?);
        let front = front.map(|(day, label)| (day.to_string(), label));
        return front.ok_or_else(|| unknown("no quarter of this release could be scored".to_owned()));
    };
    let plain = |s: &str| s.trim().to_ascii_lowercase();
    let found = (0..scores.height()).map(|r| (cell(scores, "period", r), cell(scores, "period_label", r)));
    let found = found.into_iter().find(|(day, label)| day == asked.trim() || plain(label) == plain(asked));
    found.ok_or_else(|| {
        let quarters = distinct(scores, "period_label").join(", ");
        unknown(format!("`{asked}` is no quarter of this release; it has {quarters}"))
    })
}

/// What one indicator says of the unit, and the points that it gave.
fn answer(values: &DataFrame, row: usize) -> String {
    let get = |name: &str| cell(values, name, row);
    let (top, bottom, absence) = (get("numerator"), get("denominator"), get("absence"));
    match (absence.as_str(), get("points")) {
        ("", _) => {}
        ("withheld", points) if !points.is_empty() => return format!("few people, withheld -> {points}"),
        _ => return format!("no value: {absence}"),
    }
    let value = if top.is_empty() && bottom.is_empty() { get("value") } else { format!("{top} / {bottom}") };
    match (get("points"), get("points_low")) {
        // an area has no points of its own: its floor is the mean of its practices
        (points, low) if points.is_empty() && low.is_empty() => value,
        (points, low) if points.is_empty() => {
            format!("{value} -> {low} (mean of its practices, missing as not met)")
        }
        (points, _) => format!("{value} -> {points}"),
    }
}

/// By file, the periods of it that the quarter's indicators read, each with its stored table.
fn used(
    release: &Release,
    day: &str,
    indicator: Option<&str>,
) -> Result<BTreeMap<String, BTreeSet<(String, String)>>> {
    let mut table = rows_of(&release.table("indicator_sources", None)?, "period", day)?;
    if let Some(id) = indicator {
        table = rows_of(&table, "indicator_id", id)?;
    }
    let mut out: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for r in 0..table.height() {
        let get = |name: &str| cell(&table, name, r);
        out.entry(get("file")).or_default().insert((get("source_period"), get("stored_as")));
    }
    Ok(out)
}

/// The rows of a stored table that name the practice and are of the file, as `line 17: value ...`; `None` for one of
/// several files of the table that says nothing of the practice.
fn lines(version: &Version, (path, file): (&str, &str), code: &str) -> Result<Option<String>> {
    let mut out = String::new();
    let Some(entry) = version.manifest().tables.iter().find(|t| t.path == path) else { return Ok(Some(out)) };
    let frame = version.read_table(entry, None)?.frame;
    if frame.column("practice_code").is_err() || !is_practice_code(code) {
        return Ok(Some(out));
    }
    let mut mine = rows_of(&frame, "practice_code", code)?;
    if !entry.also.is_empty() {
        mine = rows_of(&mine, "_source", file)?;
        if mine.height() == 0 {
            return Ok(None);
        }
    }
    let hidden =
        |n: &str| n.starts_with('_') || n.ends_with("_name") || n.ends_with("_code") || n == "period";
    for row in 0..mine.height() {
        let cells: Vec<String> = mine
            .get_column_names()
            .iter()
            .filter(|n| !hidden(n.as_str()))
            .map(|n| (n.to_string(), cell(&mine, n, row)))
            .filter(|(_, v)| !v.is_empty())
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        out.push_str(&format!("      line {}: {}\n", cell(&mine, "_line", row), cells.join(" ")));
    }
    Ok(Some(out))
}
