//! Computed tables as plain typed columns, described by the data dictionary: what `render` writes as CSV and CSVW.

use super::ReportError;
use super::dictionary::Dictionary;
use super::frame::from_days;
use crate::model::Absence;
use jiff::civil::Date;
use polars::prelude::{Column, DataFrame, DataType};

/// A published table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name and path under `tables/`, such as `practice_scores`; `quality/...` stands beside `tables/`.
    pub name: String,
    pub title: String,
    pub about: String,
    pub key: Vec<String>,
    pub columns: Vec<TableColumn>,
    pub rows: usize,
}

#[derive(Clone, Debug)]
pub struct TableColumn {
    pub name: String,
    pub title: String,
    pub about: String,
    pub unit: Option<String>,
    /// What an empty cell means where `absence` has no word for it.
    pub empty: Absence,
    /// Per row, for columns with a companion that says why a value is missing.
    pub absence: Option<Vec<Option<Absence>>>,
    pub values: Values,
}

/// One column's values; `None` is an absent value.
#[derive(Clone, Debug)]
pub enum Values {
    Text(Texts),
    Int(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Date(Vec<Option<Date>>),
    Bool(Vec<Option<bool>>),
}

/// Text cells in one buffer: a national table has millions, and a `String` each would cost more than the text.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    buffer: String,
    ends: Vec<usize>,
    null: Vec<bool>,
}

impl Texts {
    pub fn push(&mut self, text: Option<&str>) {
        self.buffer.push_str(text.unwrap_or_default());
        self.ends.push(self.buffer.len());
        self.null.push(text.is_none());
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        (!self.null[row]).then(|| &self.buffer[start..self.ends[row]])
    }
}

impl<'a> FromIterator<Option<&'a str>> for Texts {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(cells: I) -> Texts {
        let mut texts = Texts::default();
        cells.into_iter().for_each(|cell| texts.push(cell));
        texts
    }
}

impl Table {
    /// Folder and name without extension, inside the release.
    pub fn path(&self) -> String {
        if self.name.contains('/') { self.name.clone() } else { format!("tables/{}", self.name) }
    }

    pub fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|c| c.name == name)
    }

    pub(super) fn new(name: &str, frame: &DataFrame, dictionary: &Dictionary) -> Result<Table, ReportError> {
        let entry = dictionary.table(name);
        let mut columns = Vec::with_capacity(frame.width());
        for column in frame.columns() {
            let own = column.name().as_str();
            // The reason of a companion column stands as shorthand in the cell that it explains.
            if own.strip_suffix("_absence").is_some_and(|of| frame.get_column_index(of).is_some()) {
                continue;
            }
            columns.push(read(name, column, frame, dictionary)?);
        }
        Ok(Table {
            name: name.to_owned(),
            title: entry.map_or_else(|| name.to_owned(), |e| e.title.clone()),
            about: entry.map(|e| e.about.clone()).unwrap_or_default(),
            key: entry.map(|e| e.key.clone()).unwrap_or_default(),
            columns,
            rows: frame.height(),
        })
    }
}

fn read(
    table: &str,
    column: &Column,
    frame: &DataFrame,
    dictionary: &Dictionary,
) -> Result<TableColumn, ReportError> {
    let name = column.name().as_str();
    let fail = |source| ReportError::Table { table: table.to_owned(), column: name.to_owned(), source };
    let entry = dictionary.column(table, name);
    let values = match column.dtype() {
        DataType::String => Values::Text(column.str().map_err(fail)?.iter().collect()),
        DataType::Boolean => Values::Bool(column.bool().map_err(fail)?.iter().collect()),
        DataType::Date => {
            let days = column.cast(&DataType::Int32).map_err(fail)?;
            Values::Date(days.i32().map_err(fail)?.iter().map(|v| v.and_then(from_days)).collect())
        }
        t if t.is_integer() => {
            let ints = column.cast(&DataType::Int64).map_err(fail)?;
            Values::Int(ints.i64().map_err(fail)?.iter().collect())
        }
        t if t.is_float() => {
            let floats = column.cast(&DataType::Float64).map_err(fail)?;
            let finite = |v: Option<f64>| v.filter(|x| x.is_finite());
            Values::Float(floats.f64().map_err(fail)?.iter().map(finite).collect())
        }
        other => {
            return Err(ReportError::Type {
                table: table.to_owned(),
                column: name.to_owned(),
                found: other.to_string(),
            });
        }
    };
    let own_reason = format!("{name}_absence");
    let shared = matches!(values, Values::Int(_) | Values::Float(_)).then_some("absence");
    let reason = [Some(own_reason.as_str()), shared].into_iter().flatten().find_map(|c| frame.column(c).ok());
    let absence = match reason {
        Some(words) => {
            let words = words.str().map_err(fail)?;
            Some(words.iter().map(|w| w.and_then(Absence::parse)).collect())
        }
        None => None,
    };
    Ok(TableColumn {
        name: name.to_owned(),
        title: entry.map_or_else(|| name.to_owned(), |e| e.title.clone()),
        about: entry.map(|e| e.about.clone()).unwrap_or_default(),
        unit: entry.and_then(|e| e.unit.clone()),
        empty: entry.map_or(Absence::NotReturned, super::dictionary::Entry::empty),
        absence,
        values,
    })
}

impl TableColumn {
    /// The cells of these rows; where there is no row there is no value.
    pub(super) fn pick(&self, rows: &[Option<usize>]) -> TableColumn {
        fn of<T: Copy>(cells: &[Option<T>], rows: &[Option<usize>]) -> Vec<Option<T>> {
            rows.iter().map(|row| row.and_then(|r| cells[r])).collect()
        }
        let values = match &self.values {
            Values::Text(v) => Values::Text(rows.iter().map(|row| row.and_then(|r| v.get(r))).collect()),
            Values::Int(v) => Values::Int(of(v, rows)),
            Values::Float(v) => Values::Float(of(v, rows)),
            Values::Date(v) => Values::Date(of(v, rows)),
            Values::Bool(v) => Values::Bool(of(v, rows)),
        };
        TableColumn {
            name: self.name.clone(),
            title: self.title.clone(),
            about: self.about.clone(),
            unit: self.unit.clone(),
            empty: self.empty,
            absence: self.absence.as_ref().map(|a| of(a, rows)),
            values,
        }
    }

    /// Whether some cell has no value.
    pub fn has_gaps(&self) -> bool {
        match &self.values {
            Values::Text(v) => v.null.iter().any(|n| *n),
            Values::Int(v) => v.iter().any(Option::is_none),
            Values::Float(v) => v.iter().any(Option::is_none),
            Values::Date(v) => v.iter().any(Option::is_none),
            Values::Bool(v) => v.iter().any(Option::is_none),
        }
    }
}
