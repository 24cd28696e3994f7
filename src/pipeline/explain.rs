//! One published number back to where it comes from: score to indicators to stored values to files and rows.

use super::{PipelineError, Result};
use crate::model::{is_ccg_code, is_practice_code};
use crate::store::{Release, Store, Version};
use polars::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The explanation for people and for programs.
pub struct Explained {
    pub text: String,
    pub json: Value,
}

/// Explains a measure of a practice or CCG in the latest quarter of the release that has it.
///
/// With the store, the rows of each source that name the practice, by file and line.
pub fn number(release: &Path, store: Option<&Path>, code: &str, measure: &str) -> Result<Explained> {
    let release = Release::open(release)?;
    let (table, column) = if is_practice_code(code) {
        ("practice_scores", "practice_code")
    } else if is_ccg_code(code) {
        ("ccg_scores", "ccg_code")
    } else {
        let what = format!("`{code}` is neither a practice code (A81001) nor a CCG code (00K)");
        return Err(PipelineError::Unknown { what });
    };
    let scores = release.table(table, None)?;
    let rows = rows_of(&scores, column, code)?;
    let Some(last) = (rows.height() > 0).then(|| rows.tail(Some(1))) else {
        let what = format!("{code} is not in {table} of this release");
        return Err(PipelineError::Unknown { what });
    };
    let Ok(value) = last.column(measure) else {
        let names: Vec<String> = scores.get_column_names().iter().map(ToString::to_string).collect();
        let what = format!("{table} has no column `{measure}`; it has {}", names.join(", "));
        return Err(PipelineError::Unknown { what });
    };
    let period = cell(&last, "period", 0);
    let value = text(&value.get(0)?);
    let mut out = format!("{code} {measure} = {value} in the quarter that ended on {period}\n");
    for name in ["score", "estimate", "score_high", "coverage", "list_size"] {
        out.push_str(&format!("  {name:12} {}\n", cell(&last, name, 0)));
    }
    let values = release.table("indicator_values", None)?;
    let mine = rows_of(&values, "unit_code", code)?;
    let days = mine.column("period")?.as_materialized_series().clone();
    let wanted = last.column("period")?.get(0)?.into_static();
    let mask: BooleanChunked = (0..mine.height()).map(|i| days.get(i).is_ok_and(|d| d == wanted)).collect();
    let mine = mine.filter(&mask)?;
    out.push_str("\nIndicators (numerator / denominator -> points of 100):\n");
    let mut list = Vec::new();
    for row in 0..mine.height() {
        let get = |name: &str| cell(&mine, name, row);
        let (n, d, absence) = (get("numerator"), get("denominator"), get("absence"));
        let points = get("points");
        let how = if absence.is_empty() {
            format!("{n} / {d} -> {points}")
        } else {
            format!("no value: {absence}")
        };
        out.push_str(&format!("  {:24} {how}\n", get("indicator_id")));
        list.push(json!({ "indicator": get("indicator_id"), "numerator": n, "denominator": d,
                          "absence": absence, "points": points }));
    }
    let meta = &release.manifest().meta;
    out.push_str(&format!(
        "\nRelease {} of pipeline {}, basis {}, {} input, from store version {}\nSources:\n",
        &release.manifest().id[..12],
        meta.pipeline,
        meta.basis,
        meta.provenance,
        meta.store.as_deref().map_or("-", |s| &s[..12.min(s.len())])
    ));
    let sources = used(&release, &period)?;
    let version = match store {
        Some(path) => Some(Store::open(path)?.version(meta.store.as_deref().unwrap_or_default())?),
        None => None,
    };
    for (file, path) in &sources {
        out.push_str(&format!("  {file}\n"));
        if let Some(version) = &version {
            out.push_str(&lines(version, path, code)?);
        }
    }
    let files: Vec<&String> = sources.keys().collect();
    let json = json!({ "code": code, "measure": measure, "value": value, "period": period, "indicators": list, "files": files,
                       "release": release.manifest().id, "pipeline": meta.pipeline, "basis": meta.basis,
                       "provenance": meta.provenance, "store": meta.store });
    Ok(Explained { text: out, json })
}

/// File and stored table of every source of the quarter's indicators.
fn used(release: &Release, period: &str) -> Result<BTreeMap<String, String>> {
    let table = release.table("indicator_sources", None)?;
    let rows = (0..table.height()).filter(|r| cell(&table, "period", *r) == period);
    Ok(rows.map(|r| (cell(&table, "file", r), cell(&table, "stored_as", r))).collect())
}

/// The rows of a stored table that name the practice, as `line 17: value ...`.
fn lines(version: &Version, path: &str, code: &str) -> Result<String> {
    let mut out = String::new();
    let Some(entry) = version.manifest().tables.iter().find(|t| t.path == path) else { return Ok(out) };
    let frame = version.read_table(entry, None)?.frame;
    if frame.column("practice_code").is_err() {
        return Ok(out);
    }
    let mine = rows_of(&frame, "practice_code", code)?;
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
        out.push_str(&format!("    line {}: {}\n", cell(&mine, "_line", row), cells.join(" ")));
    }
    Ok(out)
}

fn rows_of(frame: &DataFrame, column: &str, code: &str) -> Result<DataFrame> {
    let codes = frame.column(column)?.str()?;
    let mask: BooleanChunked = codes.iter().map(|c| c == Some(code)).collect();
    Ok(frame.filter(&mask)?)
}

fn cell(frame: &DataFrame, column: &str, row: usize) -> String {
    frame.column(column).ok().and_then(|c| c.get(row).ok().map(|v| text(&v))).unwrap_or_default()
}

fn text(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(s) => (*s).to_owned(),
        AnyValue::Date(d) => crate::contract::cells::day_of(*d).to_string(),
        AnyValue::Float64(x) => format!("{x:.4}"),
        other => other.to_string(),
    }
}
