//! What a figure lacks: records that were set aside or refused, kept with what can be read of them.
//!
//! Only where the contract names an `owner`: whose figure a record is a part of. The stored frame then has the column
//! [`ASIDE`]: null on a row that was accepted, else the codes for which it was not. So the mark stands and falls with
//! the file that the owner's rows are of, and [`CAUSE`] is the line that is to blame: its own, or that for which the
//! return was refused. Who reads such a frame takes its [`accepted`] rows.
//!
//! Rows of one owner stand together. A record of which it cannot be read whose it is (own method) is held to be that of
//! the rows beside it, where these are of one owner; between two owners it is nobody's. Either is said.

use super::cells::{Cell, day_of, parse};
use super::chunk::{Fate, Part};
use super::column::Values;
use super::frame::{Piece, build};
use super::header::Claim;
use super::period::Found;
use super::recognise::dialect;
use super::typing::{Bound, Quarantined};
use crate::define::PeriodSource;
use crate::diag::{Diagnostic, Place};
use crate::model::Period;
use crate::read::table::Table;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The column of the codes for which a row was set aside.
pub const ASIDE: &str = "_aside";
/// The column of the line that is the cause.
pub const CAUSE: &str = "_cause";

/// The rows that were accepted, without the columns.
pub fn accepted(frame: &DataFrame) -> PolarsResult<DataFrame> {
    match frame.column(ASIDE) {
        Ok(codes) => Ok(frame.filter(&codes.is_null())?.drop_many([ASIDE, CAUSE])),
        Err(_) => Ok(frame.clone()),
    }
}

/// The rows that were not, with what could be read of each; `None` where there are none.
pub fn set_aside(frame: &DataFrame) -> PolarsResult<Option<DataFrame>> {
    let Ok(codes) = frame.column(ASIDE) else { return Ok(None) };
    Ok(Some(frame.filter(&codes.is_not_null())?).filter(|f| f.height() > 0))
}

/// How many rows were accepted.
pub fn accepted_rows(frame: &DataFrame) -> usize {
    frame.column(ASIDE).map_or(frame.height(), Column::null_count)
}

/// A record that was not accepted: where it stands, and what can be read of whose and of when it is.
pub(super) struct Lost {
    line: u32,
    cause: u32,
    codes: String,
    owner: Option<String>,
    /// Of the column that tells the period.
    day: Option<i32>,
    /// Chunk and row of one that was split into cells.
    typed: Option<(usize, u32)>,
}

/// A frame of each period.
pub(super) struct Kept {
    pub frames: Vec<(Period, DataFrame)>,
    /// How many records have an owner and no period that can be read, and what is said of them.
    pub undated: u64,
    pub said: Option<Diagnostic>,
}

/// The records of a table that were not accepted, in the order of their lines, and what there is to say of those of
/// which it cannot be read whose they are.
pub(super) fn lost(
    claim: &Claim<'_>,
    table: &Table,
    bound: &[Bound<'_>],
    parts: &[Part],
    quarantine: &[Quarantined],
) -> (Vec<Lost>, Vec<Diagnostic>) {
    let Some(owner) = &claim.contract.owner else { return (Vec::new(), Vec::new()) };
    let codes: BTreeMap<u32, String> = quarantine.iter().map(|q| (q.line, q.codes.join(" "))).collect();
    let at = |name: &str| bound.iter().position(|b| b.field.name == name);
    let (owner, dated) = (at(owner), period_column(claim).and_then(at));
    let mut owners: BTreeMap<u32, String> = BTreeMap::new();
    let mut out = Vec::new();
    let mut places: BTreeMap<u32, Place> = BTreeMap::new();
    for (c, (chunk, part)) in table.chunks.iter().zip(parts).enumerate() {
        for (row, fate) in part.fates.iter().enumerate() {
            let word = owner.and_then(|at| word(&part.columns[at].values, row));
            let line = chunk.places[row].line;
            owners.extend(word.clone().filter(|_| !matches!(fate, Fate::Skip(_))).map(|w| (line, w)));
            let (codes, cause) = match fate {
                Fate::Keep | Fate::Skip(_) => continue,
                Fate::Quarantine => (codes.get(&line).cloned().unwrap_or_default(), line),
                Fate::Refuse(code, cause) => ((*code).to_owned(), *cause),
            };
            if word.is_none() {
                places.insert(line, table.row_place(chunk.places[row]));
            }
            let day = dated.and_then(|at| match &part.columns[at].values {
                Values::Date(days) => days[row],
                _ => None,
            });
            out.push(Lost { line, cause, codes, owner: word, day, typed: Some((c, row as u32)) });
        }
        for bad in &chunk.bad {
            let Some(codes) = codes.get(&bad.place.line).cloned() else { continue };
            // its cells may be shifted: only a code in the place of a code is one
            let cells = table.bad_cells(bad.place, dialect(claim.era));
            let cell = |at: usize| {
                let b = &bound[at];
                Some(parse(&b.field, &b.dates.formats, None, cells.get(b.at)?).cell)
            };
            let owner = owner.and_then(cell).and_then(|c| if let Cell::Text(t) = c { Some(t) } else { None });
            let day = dated.and_then(cell).and_then(|c| if let Cell::Date(d) = c { Some(d) } else { None });
            let line = bad.place.line;
            match &owner {
                Some(word) => _ = owners.insert(line, word.clone()),
                None => _ = places.insert(line, table.row_place(bad.place)),
            }
            out.push(Lost { line, cause: line, codes, owner, day, typed: None });
        }
    }
    out.sort_by_key(|l| l.line);
    let said =
        out.iter_mut().filter_map(|l| Some(given(l, places.remove(&l.line)?, &owners, claim))).collect();
    (out, said)
}

/// Gives a record to the owner of the rows beside it, if they are of one, and says what was made of it.
fn given(lost: &mut Lost, place: Place, owners: &BTreeMap<u32, String>, claim: &Claim<'_>) -> Diagnostic {
    let field = claim.contract.owner.as_deref().unwrap_or_default();
    let before = owners.range(..lost.line).next_back().map(|(_, word)| word);
    let after = owners.range(lost.line..).next().map(|(_, word)| word);
    let (message, owner) = match (before, after) {
        (Some(a), Some(b)) if a != b => {
            (format!("it stands between rows of {a} and {b}: one of them lacks it"), None)
        }
        (Some(word), _) | (_, Some(word)) => {
            (format!("it is held to be of {word}, whose rows stand beside it"), Some(word.clone()))
        }
        (None, None) => ("no row of the file says whose it is".to_owned(), None),
    };
    lost.owner = owner;
    let message = format!("a row was set aside whose {field} cannot be read; {message}");
    Diagnostic::new("OWNER_UNREADABLE", place, message).dataset(&claim.contract.id)
}

fn period_column<'a>(claim: &'a Claim<'_>) -> Option<&'a str> {
    claim.era.period.iter().find_map(|p| match p {
        PeriodSource::Column(name) => Some(name.as_str()),
        _ => None,
    })
}

fn word(values: &Values, row: usize) -> Option<String> {
    match values {
        Values::Text { rows, words } => words[rows[row] as usize].clone(),
        _ => None,
    }
}

/// Puts the records beside the accepted rows of their period. `held` are the frames of those.
pub(super) fn keep(
    claim: &Claim<'_>,
    bound: &[Bound<'_>],
    parts: &[Part],
    (found, held): (&Found, Vec<(Period, DataFrame)>),
    lost: Vec<Lost>,
    names: (&str, &str),
) -> PolarsResult<Kept> {
    let grain = claim.era.grain;
    let told = |l: &Lost| match found {
        Found::Whole(period, _) => Some(*period),
        Found::Column(_) => l.day.map(|day| Period::containing(grain, day_of(day))),
    };
    let mut known: BTreeSet<Period> = held.iter().map(|(period, _)| *period).collect();
    known.extend(lost.iter().filter_map(told));
    let only = known.first().copied().filter(|_| known.len() == 1);
    let mut frames: BTreeMap<Period, DataFrame> = BTreeMap::new();
    for (period, mut frame) in held {
        let height = frame.height();
        frame.with_column(Column::full_null(ASIDE.into(), height, &DataType::String))?;
        frame.with_column(Column::full_null(CAUSE.into(), height, &DataType::UInt32))?;
        frames.insert(period, frame);
    }
    let mut undated: Vec<u32> = Vec::new();
    let mut placed: BTreeMap<Period, Vec<Lost>> = BTreeMap::new();
    for l in lost.into_iter().filter(|l| l.owner.is_some()) {
        match told(&l).or(only) {
            Some(period) => placed.entry(period).or_default().push(l),
            None => undated.push(l.line),
        }
    }
    for (period, lost) in placed {
        let dated = match found {
            Found::Whole(..) => "period",
            Found::Column(at) => &bound[*at].field.name,
        };
        let rows = rows(claim, bound, parts, (period, dated), &lost, names)?;
        match frames.get_mut(&period) {
            Some(frame) => {
                frame.vstack_mut_owned(rows)?;
                frame.rechunk_mut();
            }
            None => _ = frames.insert(period, rows),
        }
    }
    let said = undated.first().map(|line| {
        let (n, rows) = (undated.len(), if undated.len() == 1 { "row was" } else { "rows were" });
        let message = format!(
            "{n} {rows} set aside whose period cannot be read, first on line {line}: some figure lacks it"
        );
        let d =
            Diagnostic::new("OWNER_UNREADABLE", Place::file(names.0), message).dataset(&claim.contract.id);
        d.times(n as u64)
    });
    Ok(Kept { frames: frames.into_iter().collect(), undated: undated.len() as u64, said })
}

/// The records of one period as rows of its frame: what was typed, then what could not be split, of which only the
/// owner is known.
fn rows(
    claim: &Claim<'_>,
    bound: &[Bound<'_>],
    parts: &[Part],
    dated: (Period, &str),
    lost: &[Lost],
    names: (&str, &str),
) -> PolarsResult<DataFrame> {
    let (typed, ragged): (Vec<&Lost>, Vec<&Lost>) = lost.iter().partition(|l| l.typed.is_some());
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for run in typed.chunk_by(|a, b| a.typed.map(|t| t.0) == b.typed.map(|t| t.0)) {
        let Some((chunk, _)) = run[0].typed else { continue };
        let rows = run.iter().filter_map(|l| Some(l.typed?.1)).collect();
        pieces.push(Piece {
            columns: &parts[chunk].columns,
            rows,
            lines: run.iter().map(|l| l.line).collect(),
        });
    }
    if pieces.is_empty() {
        let columns = parts.first().map_or(&[][..], |p| &p.columns);
        pieces.push(Piece { columns, rows: Vec::new(), lines: Vec::new() });
    }
    let mut frame = build(claim, bound, &pieces, dated, names)?;
    if !ragged.is_empty() {
        let mut more = DataFrame::full_null(frame.schema(), ragged.len());
        more.with_column(Column::new("_line".into(), ragged.iter().map(|l| l.line).collect::<Vec<u32>>()))?;
        let source = StringChunked::full("_source".into(), names.1, ragged.len());
        more.with_column(source.into_series().into_column())?;
        let end = super::cells::day_number(dated.0.end());
        let days = Int32Chunked::full(dated.1.into(), end, ragged.len()).into_series();
        more.with_column(days.cast(&DataType::Date)?.into_column())?;
        frame.vstack_mut_owned(more)?;
    }
    let all = || typed.iter().chain(&ragged);
    let owner = claim.contract.owner.as_deref().unwrap_or_default();
    let owners: StringChunked = all().map(|l| l.owner.as_deref()).collect();
    frame.with_column(owners.with_name(owner.into()).into_series().into_column())?;
    let codes: StringChunked = all().map(|l| Some(l.codes.as_str())).collect();
    frame.with_column(codes.with_name(ASIDE.into()).into_series().into_column())?;
    frame.with_column(Column::new(CAUSE.into(), all().map(|l| l.cause).collect::<Vec<u32>>()))?;
    frame.rechunk_mut();
    Ok(frame)
}
