//! Typed parts -> polars frames, and frames -> one frame a period.

use super::cells::day_of;
use super::column::{ColumnPart, Values};
use crate::model::{Grain, Period};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A column of the kept rows of a chunk.
pub fn series(name: &str, part: &ColumnPart, kept: Option<&[u32]>) -> PolarsResult<Column> {
    Ok(match &part.values {
        Values::Text { rows, words } => {
            let words = StringChunked::from_iter_options(name.into(), words.iter().map(Option::as_deref));
            let ids: Vec<IdxSize> = match kept {
                Some(kept) => kept.iter().map(|r| rows[*r as usize]).collect(),
                None => rows.clone(),
            };
            words.into_series().into_column().take_slice(&ids)?
        }
        Values::Integer(v) => pick(name, v, kept),
        Values::Number(v) => pick(name, v, kept),
        Values::Date(v) => pick(name, v, kept).cast(&DataType::Date)?,
        Values::Flag(v) => match kept {
            Some(kept) => Column::new(name.into(), kept.iter().map(|r| v[*r as usize]).collect::<Vec<_>>()),
            None => Column::new(name.into(), v),
        },
    })
}

fn pick<T: Copy>(name: &str, values: &[Option<T>], kept: Option<&[u32]>) -> Column
where
    Series: NamedFrom<Vec<Option<T>>, [Option<T>]>,
{
    let out: Vec<Option<T>> = match kept {
        Some(kept) => kept.iter().map(|r| values[*r as usize]).collect(),
        None => values.to_vec(),
    };
    Column::new(name.into(), out)
}

/// `<name>_status`: the word for each absent value, null beside a value.
pub fn status(name: &str, part: &ColumnPart, kept: Option<&[u32]>, rows: usize) -> Column {
    let words: StringChunked = if part.status.is_empty() {
        StringChunked::full_null(name.into(), kept.map_or(rows, <[u32]>::len))
    } else {
        let of = |row: u32| part.status.get(&row).copied();
        match kept {
            Some(kept) => kept.iter().map(|r| of(*r)).collect(),
            None => (0..rows as u32).map(of).collect(),
        }
    };
    words.with_name(format!("{name}_status").into()).into_series().into_column()
}

/// Splits a frame by the period that holds each row's date; the date column becomes the last day of the period.
pub fn by_period(frame: DataFrame, column: &str, grain: Grain) -> PolarsResult<Vec<(Period, DataFrame)>> {
    let dates = frame.column(column)?.cast(&DataType::Int32)?;
    let dates = dates.i32()?;
    let days: BTreeSet<i32> = dates.iter().flatten().collect();
    let ends: BTreeMap<i32, Period> =
        days.into_iter().map(|d| (d, Period::containing(grain, day_of(d)))).collect();
    let periods: BTreeSet<Period> = ends.values().copied().collect();
    let mut out = Vec::new();
    for period in periods {
        let mask: BooleanChunked =
            dates.iter().map(|d| d.and_then(|d| ends.get(&d)).is_some_and(|p| *p == period)).collect();
        let mut part = if mask.all() { frame.clone() } else { frame.filter(&mask)? };
        stamp(&mut part, column, period)?;
        out.push((period, part));
    }
    Ok(out)
}

/// Sets a column to the last day of the period on every row.
pub fn stamp(frame: &mut DataFrame, column: &str, period: Period) -> PolarsResult<()> {
    let end = super::cells::day_number(period.end());
    let dates = Int32Chunked::full(column.into(), end, frame.height()).into_series().cast(&DataType::Date)?;
    frame.with_column(dates.into_column())?;
    Ok(())
}
