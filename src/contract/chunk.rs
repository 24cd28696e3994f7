//! One chunk of rows: its cells typed column by column, and what happens to each row.

use super::column::{ColumnPart, Values, column};
use super::dates::PartColumn;
use super::header::Claim;
use super::notes;
use super::typing::Bound;
use crate::diag::{Scope, codes};
use crate::read::formula;
use crate::read::lexer::Chunk;
use crate::read::table::{Origin, Table};
use std::collections::BTreeMap;

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Keep,
    Skip(&'static str),
    Quarantine,
    /// Refused with the part of the file that it is of, or with the file, by this code; the line is that of the cause.
    Refuse(&'static str, u32),
}

/// A typed chunk.
pub struct Part {
    pub columns: Vec<ColumnPart>,
    pub fates: Vec<Fate>,
    /// Hash of the key and of the whole, by row.
    pub key: Vec<u64>,
    pub whole: Vec<u64>,
    /// Rows with bytes that are no text.
    pub lost: Vec<u32>,
}

pub fn type_chunk(claim: &Claim<'_>, table: &Table, chunk: &Chunk, bound: &[Bound<'_>]) -> Part {
    let rows = chunk.places.len();
    let mut key = vec![0_u64; rows];
    let mut whole = vec![0_u64; rows];
    let mut fates = vec![Fate::Keep; rows];
    let mut filled = vec![false; rows];
    let mut columns = Vec::with_capacity(bound.len());
    for (n, b) in bound.iter().enumerate() {
        let prepend = claim.era.prepend.get(&b.field.name).map(String::as_str);
        let guarded = claim.contract.guarded;
        let as_it_was = |cell| if guarded { formula::plain(cell) } else { cell };
        let cells = (0..rows).map(|row| as_it_was(table.cell(chunk, b.at, row)));
        let mut part = column(&b.field, &b.dates.formats, prepend, cells, |row, hash| {
            let mixed = hash.wrapping_add(n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            whole[row] = (whole[row] ^ mixed).rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            if b.in_key {
                key[row] = (key[row] ^ mixed).rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            }
        });
        b.dates.settle(&mut part, table, chunk, b.at, part_column(bound, claim));
        // a field that every record needs is as bad unreadable (a copyright line in place of the month) as empty
        for fault in &part.faults {
            let row = fault.row as usize;
            if fault.code != "REQUIRED_MISSING" && notes::stray(table, chunk, row) {
                fates[row] = Fate::Skip("FOOTNOTES_SKIPPED");
            } else if (b.field.required || codes::by_name(fault.code).scope == Scope::Record)
                && fates[row] == Fate::Keep
            {
                fates[row] = Fate::Quarantine;
            }
        }
        columns.push(part);
    }
    for (n, b) in bound.iter().enumerate() {
        if columns[n].faults.iter().all(|f| f.code != "REQUIRED_MISSING") && columns[n].status.is_empty() {
            filled.iter_mut().for_each(|f| *f = true);
            break;
        }
        for (row, f) in filled.iter_mut().enumerate() {
            *f |= !table.cell(chunk, b.at, row).trim().is_empty();
        }
    }
    skips(claim, table, chunk, bound, &mut fates);
    refuse_parts(claim, bound, &columns, &mut fates);
    let mut lost = Vec::new();
    if let Some(decoded) = text_with_losses(table) {
        for (row, place) in chunk.places.iter().enumerate() {
            let line = &decoded[place.start as usize..place.end as usize];
            if line.contains('\u{FFFD}') {
                fates[row] = Fate::Quarantine;
                lost.push(row as u32);
            }
        }
    }
    for (row, f) in filled.iter().enumerate() {
        if !f {
            fates[row] = Fate::Skip("BLANK_ROW");
        }
    }
    Part { columns, fates, key, whole, lost }
}

/// The column that says of which part a row is, where the dataset is collected in parts.
fn part_column<'a>(bound: &'a [Bound<'_>], claim: &Claim<'_>) -> PartColumn<'a> {
    let part = claim.contract.part.as_ref()?;
    bound.iter().find(|b| b.field.name == *part).map(|b| (b.at, &b.field))
}

/// The rows of a part of which a date can be told neither way.
fn refuse_parts(claim: &Claim<'_>, bound: &[Bound<'_>], columns: &[ColumnPart], fates: &mut [Fate]) {
    let refused: BTreeMap<&str, (&'static str, u32)> = bound.iter().flat_map(|b| b.dates.refused()).collect();
    let at = claim.contract.part.as_ref().and_then(|p| bound.iter().position(|b| b.field.name == *p));
    let Some(Values::Text { rows, words }) = at.map(|at| &columns[at].values) else { return };
    for (fate, word) in fates.iter_mut().zip(rows).filter(|(fate, _)| **fate == Fate::Keep) {
        let word = words[*word as usize].as_deref();
        if let Some((code, line)) = word.and_then(|w| refused.get(w)) {
            *fate = Fate::Refuse(code, *line);
        }
    }
}

fn text_with_losses(table: &Table) -> Option<&str> {
    match &table.origin {
        Origin::Text(d) if d.mixed => Some(&d.text),
        _ => None,
    }
}

/// Total rows and pseudo units, by the contract's patterns.
fn skips(claim: &Claim<'_>, table: &Table, chunk: &Chunk, bound: &[Bound<'_>], fates: &mut [Fate]) {
    for skip in &claim.contract.skips {
        let Some(b) = bound.iter().find(|b| b.field.name == skip.field) else { continue };
        let mut last: Option<(&str, bool)> = None;
        for (row, fate) in fates.iter_mut().enumerate() {
            let text = table.cell(chunk, b.at, row).trim();
            let hit = match last {
                Some((t, hit)) if t == text => hit,
                _ => skip.pattern.is_match(text),
            };
            last = Some((text, hit));
            // the first pattern names the row: `Total`, `National` is a total, not a pseudo unit
            if hit && !matches!(fate, Fate::Skip(_)) {
                *fate = Fate::Skip(skip.code.name);
            }
        }
    }
}
