//! One published number back to where it comes from: score to indicators to stored values to files and rows.

use super::{PipelineError, Result};
use crate::model::{is_ccg_code, is_practice_code};
use crate::store::Release;
use polars::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

/// The explanation for people and for programs.
pub struct Explained {
    pub text: String,
    pub json: Value,
}

/// Explains a measure of a practice or CCG in the latest quarter of the release that has it.
pub fn number(release: &Path, code: &str, measure: &str) -> Result<Explained> {
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
        "\nRelease {} of pipeline {}, basis {}, {} input, from store version {}\nInputs:\n",
        &release.manifest().id[..12],
        meta.pipeline,
        meta.basis,
        meta.provenance,
        meta.store.as_deref().map_or("-", |s| &s[..12.min(s.len())])
    ));
    let accepted = release.frame("quality/reconciliation")?;
    for row in 0..accepted.height() {
        if !cell(&accepted, "dataset", row).is_empty() && cell(&accepted, "rows_accepted", row) != "0" {
            out.push_str(&format!(
                "  {:24} {}\n",
                cell(&accepted, "dataset", row),
                cell(&accepted, "file", row)
            ));
        }
    }
    let json = json!({ "code": code, "measure": measure, "value": value, "period": period, "indicators": list,
                       "release": release.manifest().id, "pipeline": meta.pipeline, "basis": meta.basis,
                       "provenance": meta.provenance, "store": meta.store });
    Ok(Explained { text: out, json })
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
