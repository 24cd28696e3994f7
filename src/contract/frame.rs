//! Typed chunks -> one polars frame a period, each column built once and whole.

use super::cells::day_of;
use super::chunk::{Fate, Part};
use super::column::{ColumnPart, Values, column};
use super::header::{Claim, Role};
use super::notes;
use super::typing::Bound;
use crate::model::{Grain, Period};
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Rows of a chunk that belong to one frame, with their lines.
pub struct Piece<'a> {
    pub columns: &'a [ColumnPart],
    pub rows: Vec<u32>,
    pub lines: Vec<u32>,
}

/// The kept rows of all chunks. `lines` are the lines of every row, by chunk.
pub fn kept<'a>(parts: &'a [Part], lines: &[Vec<u32>]) -> Vec<Piece<'a>> {
    let of = |(part, lines): (&'a Part, &Vec<u32>)| {
        let keep = part.fates.iter().zip(0_u32..).filter(|(fate, _)| **fate == Fate::Keep);
        let rows: Vec<u32> = keep.map(|(_, row)| row).collect();
        let lines = rows.iter().map(|row| lines[*row as usize]).collect();
        Piece { columns: &part.columns, rows, lines }
    };
    parts.iter().zip(lines).map(of).filter(|piece| !piece.rows.is_empty()).collect()
}

/// The latest date of a column.
pub fn latest(pieces: &[Piece<'_>], column: usize) -> Option<i32> {
    let dates = |piece: &Piece<'_>| match &piece.columns[column].values {
        Values::Date(days) => piece.rows.iter().filter_map(|row| days[*row as usize]).max(),
        _ => None,
    };
    pieces.iter().filter_map(dates).max()
}

/// Parts the rows by the period that holds the date in a column. A row without a date is in none: a column that
/// tells the period is required, so no such row was kept.
pub fn by_period<'a>(
    pieces: Vec<Piece<'a>>,
    column: usize,
    grain: Grain,
) -> BTreeMap<Period, Vec<Piece<'a>>> {
    let mut periods: BTreeMap<i32, Period> = BTreeMap::new();
    let mut out: BTreeMap<Period, Vec<Piece<'a>>> = BTreeMap::new();
    for piece in pieces {
        let Values::Date(days) = &piece.columns[column].values else { continue };
        let mut here: BTreeMap<Period, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        let mut from = 0;
        // the rows of a file mostly come month by month
        for run in piece.rows.chunk_by(|a, b| days[*a as usize] == days[*b as usize]) {
            let run_lines = &piece.lines[from..from + run.len()];
            from += run.len();
            let Some(day) = days[run[0] as usize] else { continue };
            let period = *periods.entry(day).or_insert_with(|| Period::containing(grain, day_of(day)));
            let (rows, lines) = here.entry(period).or_default();
            rows.extend_from_slice(run);
            lines.extend_from_slice(run_lines);
        }
        for (period, (rows, lines)) in here {
            out.entry(period).or_default().push(Piece { columns: piece.columns, rows, lines });
        }
    }
    out
}

/// The frame of one period. `dated` is the column that becomes the last day of the period on every row.
pub fn build(
    claim: &Claim<'_>,
    bound: &[Bound<'_>],
    pieces: &[Piece<'_>],
    (period, dated): (Period, &str),
    (label, source): (&str, &str),
) -> PolarsResult<DataFrame> {
    let height = pieces.iter().map(|p| p.rows.len()).sum();
    let mut columns: Vec<Column> = bound
        .par_iter()
        .enumerate()
        .map(|(at, b)| named(at, b, pieces))
        .collect::<PolarsResult<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    for (name, text) in &claim.era.constants {
        let field = &claim.contract.fields[name];
        let one = column(field, &field.formats, None, std::iter::once(text.as_str()), |_, _| {});
        columns.push(series(name, [(&one, &vec![0; height][..])].into_iter())?);
    }
    let lines: Vec<u32> = pieces.iter().flat_map(|p| p.lines.iter().copied()).collect();
    columns.push(Column::new("_line".into(), lines));
    let wide = DataFrame::new(height, columns)?;
    let mut frame = unpivot(claim, wide, label)?;
    let sources = StringChunked::full("_source".into(), source, frame.height());
    frame.with_column(sources.into_series().into_column())?;
    let end = super::cells::day_number(period.end());
    let dates = Int32Chunked::full(dated.into(), end, frame.height()).into_series().cast(&DataType::Date)?;
    frame.with_column(dates.into_column())?;
    let mut frame = frame.select(notes::in_order(claim.contract, &frame))?;
    frame.rechunk_mut();
    Ok(frame)
}

/// A bound column of the frame, with its status or its branch flag beside it.
fn named(at: usize, bound: &Bound<'_>, pieces: &[Piece<'_>]) -> PolarsResult<Vec<Column>> {
    let name = match bound.role {
        Role::Field(name) | Role::Rest(name) => name.clone(),
        Role::Unpivot(i) => format!("__{i}"),
    };
    let parts = || pieces.iter().map(|p| (&p.columns[at], &p.rows[..]));
    if bound.field.keep_branches == Some(true) {
        return Ok(branches(&name, &series(&name, parts())?)?.into());
    }
    let mut out = vec![series(&name, parts())?];
    if bound.field.status {
        out.push(status(&name, parts()));
    }
    Ok(out)
}

/// The rows' values of one column, chunk after chunk.
fn series<'a>(
    name: &str,
    parts: impl Iterator<Item = (&'a ColumnPart, &'a [u32])> + Clone,
) -> PolarsResult<Column> {
    let Some((first, _)) = parts.clone().next() else {
        return Ok(Column::new_empty(name.into(), &DataType::Null));
    };
    macro_rules! values {
        ($kind:path) => {{
            let mut out = Vec::with_capacity(parts.clone().map(|(_, rows)| rows.len()).sum());
            for (part, rows) in parts {
                if let $kind(values) = &part.values {
                    out.extend(rows.iter().map(|row| values[*row as usize]));
                }
            }
            Column::new(name.into(), out)
        }};
    }
    Ok(match &first.values {
        Values::Text { .. } => {
            let mut all: Vec<Option<&str>> = Vec::new();
            let mut ids: Vec<IdxSize> = Vec::with_capacity(parts.clone().map(|(_, rows)| rows.len()).sum());
            for (part, kept) in parts {
                if let Values::Text { rows, words } = &part.values {
                    let before = all.len() as IdxSize;
                    all.extend(words.iter().map(Option::as_deref));
                    ids.extend(kept.iter().map(|row| before + rows[*row as usize]));
                }
            }
            let all = StringChunked::from_iter_options(name.into(), all.into_iter());
            all.into_series().into_column().take_slice(&ids)?
        }
        Values::Integer(_) => values!(Values::Integer),
        Values::Number(_) => values!(Values::Number),
        Values::Date(_) => values!(Values::Date).cast(&DataType::Date)?,
        Values::Flag(_) => values!(Values::Flag),
    })
}

/// `<name>_status`: the word for each absent value, null beside a value.
fn status<'a>(name: &str, parts: impl Iterator<Item = (&'a ColumnPart, &'a [u32])>) -> Column {
    let mut words: Vec<Option<&str>> = Vec::new();
    for (part, rows) in parts {
        let from = words.len();
        words.resize(from + rows.len(), None);
        for (row, word) in &part.status {
            if let Ok(i) = rows.binary_search(row) {
                words[from + i] = Some(word);
            }
        }
    }
    let words = StringChunked::from_iter_options(format!("{name}_status").into(), words.into_iter());
    words.into_series().into_column()
}

/// The practice's own code and whether the row is a branch's.
fn branches(name: &str, codes: &Column) -> PolarsResult<[Column; 2]> {
    let codes = codes.str()?;
    let own: StringChunked = codes.iter().map(|w| w.and_then(|w| w.get(..6))).collect();
    let flags: BooleanChunked = codes.iter().map(|w| w.is_some_and(|w| w.len() > 6)).collect();
    Ok([
        own.with_name(name.into()).into_series().into_column(),
        flags.with_name("is_branch".into()).into_series().into_column(),
    ])
}

/// Wide -> long, by blocks of one source column each.
fn unpivot(claim: &Claim<'_>, wide: DataFrame, label: &str) -> PolarsResult<DataFrame> {
    let Some(unpivot) = &claim.era.unpivot else { return Ok(wide) };
    let variables = notes::variables(claim.era, label);
    let status = claim.contract.fields[&unpivot.value].status;
    let mut long: Option<DataFrame> = None;
    for (i, (_, words)) in unpivot.columns.iter().enumerate() {
        let mut block = wide.clone();
        let mut value = wide.column(&format!("__{i}"))?.clone();
        let state = wide.column(&format!("__{i}_status")).ok().cloned();
        for k in 0..unpivot.columns.len() {
            let _ = block.drop_in_place(&format!("__{k}"));
            let _ = block.drop_in_place(&format!("__{k}_status"));
        }
        for (name, word) in unpivot.names.iter().zip(words) {
            let word = variables.iter().fold(word.clone(), |w, (v, x)| w.replace(&format!("{{{v}}}"), x));
            let constant = StringChunked::full(name.as_str().into(), &word, wide.height());
            block.with_column(constant.into_series().into_column())?;
        }
        value.rename(unpivot.value.as_str().into());
        block.with_column(value)?;
        if let (true, Some(mut state)) = (status, state) {
            state.rename(format!("{}_status", unpivot.value).into());
            block.with_column(state)?;
        }
        match &mut long {
            None => long = Some(block),
            Some(l) => {
                l.vstack_mut_owned(block)?;
            }
        }
    }
    Ok(long.unwrap_or(wide))
}
