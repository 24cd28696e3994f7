//! What typing has to say: faults of cells with their places, counts of what is absent, rows that are notes.

use super::account::Account;
use super::column::ColumnPart;
use super::header::Claim;
use super::listed::Listed;
use super::typing::Typed;
use crate::define::contract::FieldType;
use crate::define::{Contract, Era, Field};
use crate::diag::{Diagnostic, Place};
use crate::read::lexer::Chunk;
use crate::read::table::{Origin, Table};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

/// A column that the era does not name, typed as `rest` says; `-` and blanks are no value, as in the payments
/// files.
pub fn rest_field(name: &str, rest: Option<FieldType>) -> Field {
    let marks = ["-", "N/A", "NULL"].into_iter().map(|m| (m.to_owned(), "missing")).collect();
    Field {
        name: name.to_owned(),
        kind: rest.unwrap_or(FieldType::Text),
        title: name.replace('_', " "),
        required: false,
        status: false,
        min: None,
        max: None,
        values: BTreeSet::new(),
        map: BTreeMap::new(),
        marks,
        empty: "missing",
        formats: Vec::new(),
        pattern: None,
        strip: None,
        keep_branches: None,
    }
}

/// Variables that only the file's name tells.
pub fn variables(era: &Era, label: &str) -> Vec<(String, String)> {
    era.from_name
        .iter()
        .map(|v| {
            let value = v.cases.iter().find(|(p, _)| p.is_match(label)).map_or(&v.otherwise, |(_, x)| x);
            (v.variable.clone(), value.clone())
        })
        .collect()
}

/// Fields in the contract's order, each with its status, then the rest, then lineage.
pub fn in_order(contract: &Contract, frame: &DataFrame) -> Vec<String> {
    let present: Vec<String> = frame.get_column_names_owned().iter().map(ToString::to_string).collect();
    let mut out: Vec<String> = Vec::new();
    let mut push = |name: String| {
        if present.contains(&name) && !out.contains(&name) {
            out.push(name);
        }
    };
    push("period".into());
    for name in &contract.order {
        push(name.clone());
        push(format!("{name}_status"));
    }
    let (lineage, rest): (Vec<_>, Vec<_>) = present.iter().cloned().partition(|n| n.starts_with('_'));
    for name in rest.into_iter().chain(lineage) {
        push(name);
    }
    out
}

/// Every code that hit a row, by row.
pub fn codes_by_row(columns: &[ColumnPart]) -> BTreeMap<u32, BTreeSet<&'static str>> {
    let mut out: BTreeMap<u32, BTreeSet<&'static str>> = BTreeMap::new();
    for fault in columns.iter().flat_map(|c| &c.faults) {
        out.entry(fault.row).or_default().insert(fault.code);
    }
    out
}

/// The fault of a row with bytes that are no text, at the first cell that holds some.
pub fn not_text(table: &Table, chunk: &Chunk, row: usize) -> Diagnostic {
    let lost = |c: &usize| table.cell(chunk, *c, row).contains('\u{FFFD}');
    let at = (0..chunk.columns.len()).find(lost);
    let place = match at {
        Some(c) => table.cell_place(chunk.places[row], c, None),
        None => table.row_place(chunk.places[row]),
    };
    let found = at.map_or("", |c| table.cell(chunk, c, row));
    Diagnostic::new("ENC_MIXED", place, "bytes that are no text in the encoding of the file").found(found)
}

/// Diagnostics of cells: faults with their places, warnings and absences counted.
pub fn cells<'a>(
    claim: &Claim<'_>,
    table: &Table,
    columns: impl Iterator<Item = (usize, &'a Field)>,
    parts: &[&[ColumnPart]],
    skipped: &dyn Fn(usize, u32) -> bool,
    out: &mut Typed,
) {
    let id = &claim.contract.id;
    for (n, (at, field)) in columns.enumerate() {
        let mut listed = Listed::default();
        let mut absent: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut warned: BTreeMap<&'static str, (u64, Place, String)> = BTreeMap::new();
        for (c, (chunk, part)) in table.chunks.iter().zip(parts).enumerate() {
            let part = &part[n];
            for fault in part.faults.iter().filter(|f| !skipped(c, f.row)) {
                if listed.room(fault.code) {
                    let place = table.cell_place(chunk.places[fault.row as usize], at, Some(&field.name));
                    let mut d = Diagnostic::new(fault.code, place, fault.message.clone());
                    if field.required && fault.code != "REQUIRED_MISSING" {
                        d = d.hint(format!(
                            "without its {} the whole row is set aside, and its figures are missing from every total: \
                             correct this cell at the source",
                            field.title.to_lowercase()
                        ));
                    }
                    out.diagnostics.push(d.dataset(id).found(&fault.found));
                }
            }
            for (_, status) in part.status.iter().filter(|(row, s)| **s != "invalid" && !skipped(c, **row)) {
                *absent.entry(status).or_insert(0) += 1;
            }
            for (code, (count, row, text)) in part.warnings.iter().filter(|(_, w)| !skipped(c, w.1)) {
                let place = || table.cell_place(chunk.places[*row as usize], at, Some(&field.name));
                warned.entry(code).or_insert_with(|| (0, place(), text.clone())).0 += count;
            }
        }
        out.diagnostics.extend(listed.rest(&table.label, id, &field.name));
        for (status, count) in absent {
            let code = match status {
                "suppressed" => "SUPPRESSED",
                "not_applicable" => "NOT_APPLICABLE",
                "not_available" => "NOT_AVAILABLE",
                _ => "MISSING",
            };
            let text =
                format!("{count} cells of {} hold no value ({})", field.name, status.replace('_', " "));
            out.diagnostics
                .push(Diagnostic::new(code, Place::file(&table.label), text).dataset(id).times(count));
        }
        for (code, (count, place, text)) in warned {
            let d = Diagnostic::new(code, place, format!("{count} cells of {}", field.name));
            out.diagnostics.push(d.dataset(id).found(&text).times(count));
        }
    }
}

fn filled(table: &Table, chunk: &Chunk, row: usize) -> usize {
    (0..chunk.columns.len()).filter(|c| !table.cell(chunk, *c, row).trim().is_empty()).count()
}

/// A row of a wide sheet that holds one cell only: a note, if that cell is not what its column should hold. (The
/// online consultation tables of 2025 have a line of copyright in the midst of their rows.)
pub fn stray(table: &Table, chunk: &Chunk, row: usize) -> bool {
    matches!(table.origin, Origin::Sheet { .. }) && chunk.columns.len() > 6 && filled(table, chunk, row) == 1
}

/// Full rows at the end of the table that hold one cell (in a wide table two: `Notes:` and the first note): notes
/// below the data, with the empty rows before and between them.
pub fn footnotes(table: &Table, mark: &mut dyn FnMut(usize, usize)) {
    let mut notes = false;
    for (c, chunk) in table.chunks.iter().enumerate().rev() {
        let width = chunk.columns.len();
        if width < 3 {
            return;
        }
        for row in (0..chunk.places.len()).rev() {
            match filled(table, chunk, row) {
                0 if notes => mark(c, row),
                0 => {}
                n if n == 1 || (n == 2 && width > 6) => {
                    notes = true;
                    mark(c, row);
                }
                _ => return,
            }
        }
    }
}

/// Ragged rows after the last whole one that hold at most two cells: notes below the data. Chunk and index.
pub fn trailing_bad(table: &Table, delimiter: char) -> BTreeSet<(usize, usize)> {
    let mut out = BTreeSet::new();
    let wide = table.columns.len() > 3;
    for (c, chunk) in table.chunks.iter().enumerate().rev() {
        let last_row = (0..chunk.places.len()).rev().find(|r| filled(table, chunk, *r) > 1);
        let last_line = last_row.map_or(0, |r| chunk.places[r].line);
        for (i, bad) in chunk.bad.iter().enumerate() {
            let cells = table.raw_line(bad.place);
            let few = cells.split(delimiter).filter(|c| !c.trim().is_empty()).count() <= 2
                || cells.starts_with("Note");
            if wide && bad.place.line > last_line && few && bad.code == "CSV_FIELD_COUNT" {
                out.insert((c, i));
            }
        }
        if last_row.is_some() {
            break;
        }
    }
    out
}

/// The code of a set-aside row, and whether it is a note that is skipped.
pub fn bad_row(
    table: &Table,
    c: usize,
    i: usize,
    trailing: &BTreeSet<(usize, usize)>,
) -> (&'static str, bool) {
    let chunk = &table.chunks[c];
    let bad = &chunk.bad[i];
    let note = trailing.contains(&(c, i));
    // a last line without its end is a cut record, unless it stands among notes
    let apart = chunk.blank.last().is_some_and(|b| b.line + 1 == bad.place.line);
    let among = note && (apart || (i > 0 && trailing.contains(&(c, i - 1))));
    if bad.code == "CSV_FIELD_COUNT" && table.ends_inside(bad.place) && !among {
        return ("TRUNCATED_TAIL", false);
    }
    if note { ("FOOTNOTES_SKIPPED", true) } else { (bad.code, false) }
}

/// The identity holds by counting each row once; a second count of the source must agree.
pub fn check_rows(claim: &Claim<'_>, table: &Table, account: &Account) {
    let source: usize = table.chunks.iter().map(|c| c.places.len() + c.bad.len() + c.blank.len()).sum();
    debug_assert_eq!(account.rows_read, source as u64 + u64::from(claim.preamble));
}
