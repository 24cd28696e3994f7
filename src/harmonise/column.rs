//! Columns of the stored frames as slices of optional values, with an error that names the dataset.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use polars::prelude::*;

/// What the stage cannot go on with: a frame that is not what its contract promises, or an input that would
/// make a wrong series.
#[derive(Debug, thiserror::Error)]
pub enum HarmoniseError {
    #[error("{dataset}: there is no column `{column}`")]
    NoColumn { dataset: String, column: String },
    #[error("{dataset}: column `{column}` is {found}, not {wanted}")]
    WrongType { dataset: String, column: String, found: String, wanted: &'static str },
    #[error(
        "weighted lists of `{first}` and of `{other}` follow different formulas: they cannot stand in one series"
    )]
    MixedWeights { first: String, other: String },
    #[error(transparent)]
    Polars(#[from] PolarsError),
}

/// A stored frame with the dataset that it belongs to and the last day of its period.
#[derive(Clone, Copy, Debug)]
pub struct DatedFrame<'a> {
    pub dataset: &'a str,
    pub date: Date,
    pub frame: &'a DataFrame,
}

impl<'a> DatedFrame<'a> {
    /// `ods_practices 2018-05-31`, as it is printed beside what was taken from it.
    pub(super) fn label(&self) -> String {
        format!("{} {}", self.dataset, self.date)
    }

    pub(super) fn day(&self) -> i32 {
        to_days(self.date)
    }

    fn column(&self, name: &str) -> Result<&'a Column, HarmoniseError> {
        self.frame.column(name).map_err(|_| HarmoniseError::NoColumn {
            dataset: self.dataset.to_owned(),
            column: name.to_owned(),
        })
    }

    fn wrong(&self, name: &str, found: &Column, wanted: &'static str) -> HarmoniseError {
        HarmoniseError::WrongType {
            dataset: self.dataset.to_owned(),
            column: name.to_owned(),
            found: found.dtype().to_string(),
            wanted,
        }
    }

    /// Text; an empty cell counts as absent.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<Option<&'a str>>, HarmoniseError> {
        let column = self.column(name)?;
        let texts = column.str().map_err(|_| self.wrong(name, column, "text"))?;
        Ok(texts.iter().map(|t| t.filter(|t| !t.is_empty())).collect())
    }

    /// Days since 1970-01-01.
    pub(super) fn days(&self, name: &str) -> Result<Vec<Option<i32>>, HarmoniseError> {
        let column = self.column(name)?;
        let dates = column.date().map_err(|_| self.wrong(name, column, "a date"))?;
        Ok(dates.physical().iter().collect())
    }

    /// Whole numbers or decimals, as decimals.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, HarmoniseError> {
        let column = self.column(name)?;
        if !column.dtype().is_primitive_numeric() {
            return Err(self.wrong(name, column, "a number"));
        }
        let decimals = column.cast(&DataType::Float64)?;
        Ok(decimals.f64()?.iter().collect())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.frame.column(name).is_ok()
    }
}

const EPOCH: Date = date(1970, 1, 1);

/// Days since 1970-01-01, as polars stores a date.
pub(super) fn to_days(day: Date) -> i32 {
    (day - EPOCH).get_days()
}

pub(super) fn from_days(days: i32) -> Date {
    EPOCH.saturating_add(days.days())
}
