//! Columns of the stored frames as optional values, with an error that names the dataset.

use crate::frames::day_of;
use jiff::civil::Date;
use polars::prelude::*;

/// What the stage cannot go on with.
#[derive(Debug, thiserror::Error)]
pub enum SpendError {
    #[error("{dataset}: column `{column}` is missing or is not {wanted}")]
    Column { dataset: String, column: String, wanted: &'static str },
    #[error("recharge supplier `{pattern}` is not a regular expression with a group `name`: {why}")]
    Pattern { pattern: String, why: String },
    #[error(transparent)]
    Polars(#[from] PolarsError),
}

/// A frame and the dataset that it is of.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    pub dataset: &'a str,
    pub frame: &'a DataFrame,
}

impl<'a> Table<'a> {
    fn column(&self, name: &str, wanted: &'static str) -> Result<&'a Column, SpendError> {
        self.frame.column(name).map_err(|_| self.wrong(name, wanted))
    }

    fn wrong(&self, name: &str, wanted: &'static str) -> SpendError {
        SpendError::Column { dataset: self.dataset.to_owned(), column: name.to_owned(), wanted }
    }

    /// Text with its outer blanks off; an empty cell counts as absent.
    pub fn texts(&self, name: &str) -> Result<Vec<Option<&'a str>>, SpendError> {
        let texts = self.column(name, "text")?.str().map_err(|_| self.wrong(name, "text"))?;
        Ok(texts.iter().map(|t| t.map(str::trim).filter(|t| !t.is_empty())).collect())
    }

    /// Any column as text, absent where there is no such column.
    pub fn words(&self, name: &str) -> Result<Vec<Option<String>>, SpendError> {
        let Ok(column) = self.frame.column(name) else { return Ok(vec![None; self.frame.height()]) };
        let words = column.cast(&DataType::String)?;
        Ok(words.str()?.iter().map(|w| w.map(|w| w.trim().to_owned()).filter(|w| !w.is_empty())).collect())
    }

    pub fn whole(&self, name: &str) -> Result<Vec<Option<i64>>, SpendError> {
        let whole =
            self.column(name, "whole numbers")?.i64().map_err(|_| self.wrong(name, "whole numbers"))?;
        Ok(whole.iter().collect())
    }

    /// Dates, absent where there is no such column.
    pub fn days(&self, name: &str) -> Result<Vec<Option<Date>>, SpendError> {
        if self.frame.column(name).is_err() {
            return Ok(vec![None; self.frame.height()]);
        }
        let days = self.column(name, "dates")?.date().map_err(|_| self.wrong(name, "dates"))?;
        Ok(days.physical().iter().map(|d| d.map(day_of)).collect())
    }

    /// Decimal numbers, absent where there is no such column.
    pub fn decimals(&self, name: &str) -> Result<Vec<Option<f64>>, SpendError> {
        let Ok(column) = self.frame.column(name) else { return Ok(vec![None; self.frame.height()]) };
        Ok(column.cast(&DataType::Float64)?.f64()?.iter().collect())
    }

    /// Numbers in millionths, rounded half away from zero: sums of them are the same in any order. Payments files
    /// give averages with up to eight decimals.
    pub fn millionths(&self, name: &str) -> Result<Vec<Option<i64>>, SpendError> {
        let column = self.column(name, "numbers")?;
        if !column.dtype().is_primitive_numeric() {
            return Err(self.wrong(name, "numbers"));
        }
        let decimals = column.cast(&DataType::Float64)?;
        #[expect(clippy::cast_possible_truncation, reason = "a list has fewer than 9e12 patients")]
        let scale = |v: f64| v.is_finite().then_some((v * 1e6).round() as i64);
        Ok(decimals.f64()?.iter().map(|v| v.and_then(scale)).collect())
    }
}
