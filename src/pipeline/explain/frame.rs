//! Cells of published tables as words.

use crate::contract::cells::{day_number, day_of};
use crate::pipeline::Result;
use polars::prelude::*;

/// The texts of a column, each once, in their order.
pub(super) fn distinct(frame: &DataFrame, column: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for row in 0..frame.height() {
        let text = cell(frame, column, row);
        if out.last() != Some(&text) && !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

/// Rows whose cell reads so.
pub(super) fn rows_of(frame: &DataFrame, column: &str, word: &str) -> Result<DataFrame> {
    let mask: BooleanChunked = match frame.column(column)?.str() {
        Ok(codes) => codes.iter().map(|c| c == Some(word)).collect(),
        Err(_) => {
            let day = word.parse().map(day_number).ok();
            let days = frame.column(column)?.date()?;
            days.phys.iter().map(|d| d.is_some() && d == day).collect()
        }
    };
    Ok(frame.filter(&mask)?)
}

pub(super) fn cell(frame: &DataFrame, column: &str, row: usize) -> String {
    frame.column(column).ok().and_then(|c| c.get(row).ok().map(|v| text(&v))).unwrap_or_default()
}

fn text(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(s) => (*s).to_owned(),
        AnyValue::StringOwned(s) => s.to_string(),
        AnyValue::Date(d) => day_of(*d).to_string(),
        AnyValue::Float64(x) => format!("{x:.4}"),
        other => other.to_string(),
    }
}

/// A figure of the row; `None` where it is absent.
pub(super) fn figure(frame: &DataFrame, column: &str, row: usize) -> Option<f64> {
    let value = frame.column(column).ok()?.get(row).ok()?;
    value.extract::<f64>().filter(|x| x.is_finite())
}
