//! Columns of a computed table as plain vectors. A table or column that is absent reads as nulls: what it means is
//! said by the views.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use polars::prelude::{BooleanChunked, DataFrame, DataType};

#[derive(Clone, Copy)]
pub struct Frame<'a>(Option<&'a DataFrame>);

impl<'a> Frame<'a> {
    pub fn new(frame: Option<&'a DataFrame>) -> Frame<'a> {
        Frame(frame)
    }

    pub fn rows(self) -> usize {
        self.0.map_or(0, DataFrame::height)
    }

    pub fn text(self, column: &str) -> Vec<Option<String>> {
        let strings = self.cast(column, &DataType::String);
        match strings.as_ref().and_then(|c| c.str().ok()) {
            Some(c) => c.iter().map(|v| v.map(str::to_owned)).collect(),
            None => vec![None; self.rows()],
        }
    }

    /// Finite values only.
    pub fn float(self, column: &str) -> Vec<Option<f64>> {
        let floats = self.cast(column, &DataType::Float64);
        match floats.as_ref().and_then(|c| c.f64().ok()) {
            Some(c) => c.iter().map(|v| v.filter(|x| x.is_finite())).collect(),
            None => vec![None; self.rows()],
        }
    }

    pub fn int(self, column: &str) -> Vec<Option<i64>> {
        let ints = self.cast(column, &DataType::Int64);
        match ints.as_ref().and_then(|c| c.i64().ok()) {
            Some(c) => c.iter().collect(),
            None => vec![None; self.rows()],
        }
    }

    /// Dates, or ISO dates as text.
    pub fn date(self, column: &str) -> Vec<Option<Date>> {
        match self.0.and_then(|f| f.column(column).ok()).map(polars::prelude::Column::dtype) {
            Some(DataType::Date) => self.cast(column, &DataType::Int32).map_or_else(
                || vec![None; self.rows()],
                |c| c.i32().map(|d| d.iter().map(|v| v.and_then(from_days)).collect()).unwrap_or_default(),
            ),
            _ => self.text(column).into_iter().map(|t| t.and_then(|t| t.parse().ok())).collect(),
        }
    }

    /// The rows of one period, as a table of its own.
    pub fn of_period(self, period: Date) -> Option<DataFrame> {
        let frame = self.0?;
        let days = (period - date(1970, 1, 1)).get_days();
        let column = frame.column("period").ok()?;
        let mask: BooleanChunked = if column.dtype() == &DataType::Date {
            column.cast(&DataType::Int32).ok()?.i32().ok()?.iter().map(|d| d == Some(days)).collect()
        } else {
            let iso = period.to_string();
            column.str().ok()?.iter().map(|d| d == Some(iso.as_str())).collect()
        };
        frame.filter(&mask).ok()
    }

    /// The rows whose text in `column` is `value`, as a table of its own.
    pub fn rows_with(self, column: &str, value: &str) -> Option<DataFrame> {
        let frame = self.0?;
        let mask: BooleanChunked =
            frame.column(column).ok()?.str().ok()?.iter().map(|text| text == Some(value)).collect();
        frame.filter(&mask).ok()
    }

    fn cast(self, column: &str, to: &DataType) -> Option<polars::prelude::Column> {
        self.0?.column(column).ok()?.cast(to).ok()
    }
}

/// The date that many days after 1 January 1970.
pub fn from_days(days: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(days.days()).ok()
}
