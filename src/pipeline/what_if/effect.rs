//! What a trial moves: every cell of every table, before and after.

use super::rows::{Pairs, Side};
use crate::frames::{Columns, Grown};
use crate::pipeline::Result;
use crate::store::Release;
use polars::prelude::*;
use std::collections::BTreeMap;

/// One cell that is another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub table: String,
    /// practice, ccg, region, england, or none where the row is of no unit.
    pub unit_type: Option<String>,
    pub code: Option<String>,
    pub period: Option<String>,
    /// What else names the row: the other columns of its key.
    pub row: Option<String>,
    pub measure: String,
    pub before: Value,
    pub after: Value,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Number(f64),
    Text(String),
}

impl Value {
    pub fn number(&self) -> Option<f64> {
        if let Value::Number(x) = self { Some(*x) } else { None }
    }

    pub fn text(&self) -> Option<&str> {
        if let Value::Text(t) = self { Some(t) } else { None }
    }
}

/// The tables of a release against those of a trial, both as published; `keys` has the columns that name a row of each
/// table. Tables of one of them alone count row by row as well.
pub fn moved(
    keys: &BTreeMap<String, Vec<String>>,
    before: &Release,
    after: &BTreeMap<String, DataFrame>,
) -> Result<Vec<Moved>> {
    let mut out = Vec::new();
    let nothing = DataFrame::empty();
    for (table, key) in keys.iter().filter(|(name, _)| name.as_str() != "what_if") {
        let path = if table.contains('/') { table.clone() } else { format!("tables/{table}") };
        let file = format!("{path}.parquet");
        let known = before.manifest().files.iter().any(|f| f.path == file);
        let old = known.then(|| before.frame(&path)).transpose()?;
        let new = after.get(table);
        if old.is_none() && new.is_none() {
            continue;
        }
        let (old, new) = (old.as_ref().unwrap_or(&nothing), new.unwrap_or(&nothing));
        let pairs = Pairs::of(Side::new(old, key)?, Side::new(new, key)?);
        let columns = old.get_column_names().into_iter().chain(new.get_column_names());
        let columns: std::collections::BTreeSet<&str> = columns.map(|c| c.as_str()).collect();
        for column in columns.into_iter().filter(|c| !key.iter().any(|k| k == c)) {
            let (was, is) = (old.column(column).ok(), new.column(column).ok());
            if let (Some(was), Some(is), true) = (was, is, pairs.alike())
                && was.equals_missing(is)
            {
                continue;
            }
            let (was, is) = (cells(was)?, cells(is)?);
            for (i, j) in pairs.iter() {
                let (x, y) = (was.at(i), is.at(j));
                if x != y {
                    let name = pairs.name(i, j);
                    out.push(Moved {
                        table: table.clone(),
                        unit_type: name.unit_type,
                        code: name.code,
                        period: name.period,
                        row: name.rest,
                        measure: column.to_owned(),
                        before: x,
                        after: y,
                    });
                }
            }
        }
    }
    Ok(out)
}

/// A column that may not be there, as numbers where it has them, else as text.
enum Cells {
    None,
    Numbers(Float64Chunked),
    Texts(StringChunked),
}

impl Cells {
    fn at(&self, row: Option<usize>) -> Value {
        let Some(row) = row else { return Value::Nothing };
        match self {
            Cells::None => Value::Nothing,
            Cells::Numbers(x) => x.get(row).map_or(Value::Nothing, Value::Number),
            Cells::Texts(t) => t.get(row).map_or(Value::Nothing, |t| Value::Text(t.to_owned())),
        }
    }
}

fn cells(column: Option<&Column>) -> PolarsResult<Cells> {
    let Some(column) = column else { return Ok(Cells::None) };
    if column.dtype().is_primitive_numeric() {
        return Ok(Cells::Numbers(column.cast(&DataType::Float64)?.f64()?.clone()));
    }
    Ok(Cells::Texts(column.cast(&DataType::String)?.str()?.clone()))
}

/// The table `what_if`.
pub fn table(moved: &[Moved]) -> Result<DataFrame> {
    let mut t = Grown::default();
    t.texts("table", moved.iter().map(|m| Some(m.table.as_str())));
    t.texts("unit_type", moved.iter().map(|m| m.unit_type.as_deref()));
    t.texts("unit_code", moved.iter().map(|m| m.code.as_deref()));
    t.texts("period_label", moved.iter().map(|m| m.period.as_deref()));
    t.texts("row", moved.iter().map(|m| m.row.as_deref()));
    t.texts("measure", moved.iter().map(|m| Some(m.measure.as_str())));
    t.numbers("before", moved.iter().map(|m| m.before.number()));
    t.numbers("after", moved.iter().map(|m| m.after.number()));
    t.numbers("difference", moved.iter().map(|m| Some(m.after.number()? - m.before.number()?)));
    t.texts("text_before", moved.iter().map(|m| m.before.text()));
    t.texts("text_after", moved.iter().map(|m| m.after.text()));
    Ok(t.finish()?)
}

/// The table `what_if` read back.
pub fn read(frame: &DataFrame) -> Result<Vec<Moved>> {
    let t = Columns(frame);
    let texts = |name| -> Result<Vec<Option<String>>> {
        Ok(t.texts(name)?.into_iter().map(|x| x.map(str::to_owned)).collect())
    };
    let values = |numbers: &str, words: &str| -> Result<Vec<Value>> {
        let both = t.numbers(numbers)?.into_iter().zip(t.texts(words)?);
        Ok(both
            .map(|(x, w)| match (x, w) {
                (Some(x), _) => Value::Number(x),
                (None, Some(w)) => Value::Text(w.to_owned()),
                (None, None) => Value::Nothing,
            })
            .collect())
    };
    let (tables, measures) = (texts("table")?, texts("measure")?);
    let (units, codes, periods, rows) =
        (texts("unit_type")?, texts("unit_code")?, texts("period_label")?, texts("row")?);
    let (before, after) = (values("before", "text_before")?, values("after", "text_after")?);
    let moved = (0..frame.height()).map(|i| Moved {
        table: tables[i].clone().unwrap_or_default(),
        unit_type: units[i].clone(),
        code: codes[i].clone(),
        period: periods[i].clone(),
        row: rows[i].clone(),
        measure: measures[i].clone().unwrap_or_default(),
        before: before[i].clone(),
        after: after[i].clone(),
    });
    Ok(moved.collect())
}
