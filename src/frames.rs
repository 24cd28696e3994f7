//! Frames built column by column, with one type a column, and columns of frames as plain cells.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use polars::prelude::*;

/// The date of a day number of polars, counted from 1970-01-01.
pub(crate) fn day_of(days: i32) -> Date {
    date(1970, 1, 1).saturating_add(i64::from(days).days())
}

/// Days since 1970-01-01.
pub(crate) fn days_of(day: Date) -> i32 {
    day.since(date(1970, 1, 1)).map_or(0, |s| s.get_days())
}

/// A frame read by columns: a column that is missing or of another type is an error that names it.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a>(pub &'a DataFrame);

impl<'a> Columns<'a> {
    /// Texts with their outer blanks off; an empty one counts as absent.
    pub(crate) fn texts(self, name: &str) -> PolarsResult<Vec<Option<&'a str>>> {
        let texts = self.0.column(name)?.str()?;
        Ok(texts.iter().map(|t| t.map(str::trim).filter(|t| !t.is_empty())).collect())
    }

    /// The same of a column that need not be there.
    pub(crate) fn texts_if_any(self, name: &str) -> PolarsResult<Vec<Option<&'a str>>> {
        if self.0.column(name).is_ok() { self.texts(name) } else { Ok(vec![None; self.0.height()]) }
    }

    pub(crate) fn wholes(self, name: &str) -> PolarsResult<Vec<Option<i64>>> {
        Ok(self.0.column(name)?.i64()?.iter().collect())
    }

    pub(crate) fn numbers(self, name: &str) -> PolarsResult<Vec<Option<f64>>> {
        Ok(self.0.column(name)?.f64()?.iter().map(|x| x.filter(|x| x.is_finite())).collect())
    }

    pub(crate) fn flags(self, name: &str) -> PolarsResult<Vec<Option<bool>>> {
        Ok(self.0.column(name)?.bool()?.iter().collect())
    }

    pub(crate) fn dates(self, name: &str) -> PolarsResult<Vec<Option<Date>>> {
        Ok(self.0.column(name)?.date()?.physical().iter().map(|d| d.map(day_of)).collect())
    }
}

/// The rows of a frame whose `period` ends on the day.
pub(crate) fn of_day(frame: &DataFrame, day: Date) -> PolarsResult<DataFrame> {
    let days = frame.column("period")?.date()?;
    let mask: BooleanChunked = days.physical().iter().map(|d| d == Some(days_of(day))).collect();
    frame.filter(&mask)
}

/// A frame that grows by whole columns, a quarter at a time.
#[derive(Default)]
pub(crate) struct Grown<'a> {
    columns: Vec<(String, Cells<'a>)>,
}

enum Cells<'a> {
    Day(Vec<i32>),
    Date(Vec<Option<i32>>),
    Text(Vec<Option<&'a str>>),
    Owned(Vec<Option<String>>),
    Whole(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
}

macro_rules! grow {
    ($name:ident, $kind:ident, $item:ty) => {
        pub(crate) fn $name(&mut self, name: &str, cells: impl IntoIterator<Item = $item>) {
            match self.columns.iter_mut().find(|(n, _)| n == name) {
                Some((_, Cells::$kind(v))) => v.extend(cells),
                Some(_) => unreachable!("column {name} has one type"),
                None => self.columns.push((name.to_owned(), Cells::$kind(cells.into_iter().collect()))),
            }
        }
    };
}

impl<'a> Grown<'a> {
    grow!(days, Day, i32);
    grow!(dates, Date, Option<i32>);
    grow!(texts, Text, Option<&'a str>);
    grow!(owned, Owned, Option<String>);
    grow!(wholes, Whole, Option<i64>);
    grow!(numbers, Number, Option<f64>);

    pub(crate) fn finish(self) -> PolarsResult<DataFrame> {
        let column = |(name, cells): (String, Cells<'a>)| {
            let name = PlSmallStr::from(name);
            match cells {
                Cells::Day(v) => Int32Chunked::from_vec(name, v).into_date().into_series().into_column(),
                Cells::Date(v) => Int32Chunked::from_iter_options(name, v.into_iter())
                    .into_date()
                    .into_series()
                    .into_column(),
                Cells::Text(v) => Column::new(name, v),
                Cells::Owned(v) => Column::new(name, v),
                Cells::Whole(v) => Column::new(name, v),
                Cells::Number(v) => Column::new(name, v),
            }
        };
        DataFrame::new_infer_height(self.columns.into_iter().map(column).collect())
    }
}
