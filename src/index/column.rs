//! Columns of stored frames as plain slices.

use super::{IndexError, Source};
pub(super) use crate::frames::{day_of, days_of};
use crate::model::{Grain, Period};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::BTreeMap;

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Known {
    /// No row for the unit.
    NoRow,
    NotApplicable,
    Missing,
    /// The return itself says that it was not asked.
    NotAsked,
    Withheld,
    Value,
}

/// The status words of the store, beside a cell without a value.
fn known(has_value: bool, status: Option<&str>) -> Known {
    match (has_value, status) {
        (true, None) => Known::Value,
        (_, Some("suppressed")) => Known::Withheld,
        (_, Some("not_applicable")) => Known::NotApplicable,
        (_, Some("not_available")) => Known::NotAsked,
        (true, Some(_)) | (false, _) => Known::Missing,
    }
}

/// A text column with each distinct text once.
pub(super) struct Words {
    /// Index into `list`, or [`NONE`].
    pub codes: Vec<u32>,
    pub list: Vec<String>,
    pub known: Vec<Known>,
}

pub(super) const NONE: u32 = u32::MAX;

pub(super) fn wrong(table: &str, column: &str, wanted: &'static str) -> IndexError {
    IndexError::Column { table: table.to_owned(), column: column.to_owned(), wanted }
}

/// A text, whole-number or true/false column as words; `None` when the frame has no such column (an older layout).
pub(super) fn words(source: &Source, name: &str) -> Result<Option<Words>, IndexError> {
    let Ok(column) = source.frame.column(name) else { return Ok(None) };
    let mut list = Vec::new();
    let codes = match column.dtype() {
        DataType::String => intern(column.str()?.iter(), &mut list, str::to_owned),
        DataType::Int64 => intern(column.i64()?.iter(), &mut list, |n: i64| n.to_string()),
        DataType::Boolean => intern(column.bool()?.iter(), &mut list, |b: bool| b.to_string()),
        _ => return Err(wrong(&source.dataset, name, "texts, whole numbers or true/false")),
    };
    let known = statuses(source, name, codes.iter().map(|c| *c != NONE))?;
    Ok(Some(Words { codes, list, known }))
}

fn intern<T: Copy + Ord>(
    cells: impl Iterator<Item = Option<T>>,
    list: &mut Vec<String>,
    text: impl Fn(T) -> String,
) -> Vec<u32> {
    let mut number: BTreeMap<T, u32> = BTreeMap::new();
    let mut last: Option<(T, u32)> = None;
    cells
        .map(|cell| {
            let Some(value) = cell else { return NONE };
            if let Some((_, code)) = last.filter(|(v, _)| *v == value) {
                return code;
            }
            let code = *number.entry(value).or_insert_with(|| {
                list.push(text(value));
                (list.len() - 1) as u32
            });
            last = Some((value, code));
            code
        })
        .collect()
}

/// A column of whole numbers with what is known of each.
pub(super) struct Counts {
    pub numbers: Vec<i64>,
    pub known: Vec<Known>,
}

/// Whole numbers; `None` when the frame has no such column.
pub(super) fn counts(source: &Source, name: &str) -> Result<Option<Counts>, IndexError> {
    let Ok(column) = source.frame.column(name) else { return Ok(None) };
    let numbers = column.i64().map_err(|_| wrong(&source.dataset, name, "whole numbers"))?;
    let known = statuses(source, name, numbers.iter().map(|n| n.is_some()))?;
    Ok(Some(Counts { numbers: numbers.iter().map(Option::unwrap_or_default).collect(), known }))
}

fn statuses(source: &Source, name: &str, has: impl Iterator<Item = bool>) -> Result<Vec<Known>, IndexError> {
    let companion = format!("{name}_status");
    match source.frame.column(&companion) {
        Ok(c) => {
            let words = c.str().map_err(|_| wrong(&source.dataset, &companion, "texts"))?;
            Ok(has.zip(words.iter()).map(|(v, s)| known(v, s)).collect())
        }
        Err(_) => Ok(has.map(|v| known(v, None)).collect()),
    }
}

/// The place of each code in the sorted `codes`, or [`NONE`].
pub(super) fn places(source: &Source, name: &str, codes: &[String]) -> Result<Vec<u32>, IndexError> {
    let column = source.frame.column(name).map_err(|_| wrong(&source.dataset, name, "texts"))?;
    let texts = column.str().map_err(|_| wrong(&source.dataset, name, "texts"))?;
    let mut last = (None, NONE);
    Ok(texts
        .iter()
        .map(|text| {
            if text != last.0 {
                let found = text.and_then(|t| codes.binary_search_by(|c| c.as_str().cmp(t)).ok());
                last = (text, found.map_or(NONE, |f| f as u32));
            }
            last.1
        })
        .collect())
}

/// The month of each row, as months since year 0, and the distinct ones in order.
pub(super) fn months(source: &Source) -> Result<(Vec<i32>, Vec<i32>), IndexError> {
    let rows: Vec<i32> = match source.frame.column("period") {
        Err(_) => vec![month_of(source.period.end()); source.frame.height()],
        Ok(column) => {
            let days = column.date().map_err(|_| wrong(&source.dataset, "period", "dates"))?;
            let own = month_of(source.period.end());
            let mut last = (None, own);
            days.physical()
                .iter()
                .map(|day| {
                    if day != last.0 {
                        last = (day, day.map_or(own, |d| month_of(day_of(d))));
                    }
                    last.1
                })
                .collect()
        }
    };
    let mut distinct = rows.clone();
    distinct.sort_unstable();
    distinct.dedup();
    Ok((rows, distinct))
}

pub(super) fn month_of(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

pub(super) fn month_end(month: i32) -> Period {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
    Period::containing(Grain::Month, date(year, (month.rem_euclid(12) + 1) as i8, 1))
}
