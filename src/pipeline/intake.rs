//! One input file -> typed tables: unpack, decode, recognise, type. A bad file never stops the good ones.

use crate::contract::{Account, Claim, Typed, recognise, type_table};
use crate::define::Contract;
use crate::diag::{Diagnostic, Place, Severity};
use crate::read::encoding::{Decoded, decode};
use crate::read::lexer::{OpenQuote, end_of_line, mixed_ends};
use crate::read::table::Table;
use crate::read::{Limits, Sheet, archive, child};
use polars::prelude::PolarsResult;
use rayon::prelude::*;
use std::borrow::Cow;

/// What became of one file.
#[derive(Debug, Default)]
pub struct Intake {
    pub label: String,
    pub tables: Vec<(String, Typed)>,
    /// Faults of the file as a whole.
    pub diagnostics: Vec<Diagnostic>,
    /// No contract claims anything in it.
    pub unclaimed: bool,
    /// It was refused as a whole.
    pub refused: bool,
}

/// Reads one file by the contracts.
pub fn file(
    contracts: &[Contract],
    label: &str,
    bytes: &[u8],
    limits: &Limits,
    reader: &child::Reader,
) -> PolarsResult<Intake> {
    let mut out = Intake { label: label.to_owned(), ..Intake::default() };
    if archive::is_zip(bytes) && !archive::is_workbook(bytes) && archive::mismatch(label, bytes).is_none() {
        let (entries, notes) = archive::entries(label, bytes, limits);
        out.diagnostics.extend(notes);
        for entry in entries {
            let inner = format!("{label}!{}", entry.name);
            single(contracts, &inner, Cow::Owned(entry.bytes), limits, reader, &mut out)?;
        }
    } else {
        single(contracts, label, Cow::Borrowed(bytes), limits, reader, &mut out)?;
    }
    out.refused = out.tables.is_empty() && out.diagnostics.iter().any(|d| d.severity == Severity::Fatal);
    let marker = label.rsplit('/').next() == Some(crate::synth::MARKER);
    out.unclaimed = out.tables.is_empty() && !out.refused && !marker;
    if out.unclaimed {
        let d = Diagnostic::new("UNCLAIMED_FILE", Place::file(label), "no contract claims this file");
        out.diagnostics.push(d);
    }
    Ok(out)
}

/// A file that is no archive: a workbook or a text.
fn single(
    contracts: &[Contract],
    label: &str,
    bytes: Cow<'_, [u8]>,
    limits: &Limits,
    reader: &child::Reader,
    out: &mut Intake,
) -> PolarsResult<()> {
    if let Some(fault) = archive::mismatch(label, &bytes) {
        out.diagnostics.push(fault);
        Ok(())
    } else if archive::is_zip(&bytes) {
        book(contracts, label, &bytes, limits, reader, out)
    } else {
        text(contracts, label, bytes.into_owned(), limits, out)
    }
}

fn text(
    contracts: &[Contract],
    label: &str,
    bytes: Vec<u8>,
    limits: &Limits,
    out: &mut Intake,
) -> PolarsResult<()> {
    // an entry of an archive may be larger than a file of its own
    if bytes.len() as u64 > limits.file {
        let message = format!("{} bytes, the limit is {}", bytes.len(), limits.file);
        out.diagnostics.push(Diagnostic::new("LIMIT_FILE_BYTES", Place::file(label), message));
        return Ok(());
    }
    let (decoded, mut notes) = decode(label, bytes);
    let Some(decoded) = decoded else {
        out.diagnostics.extend(notes);
        return Ok(());
    };
    let claim = match recognise::text(contracts, label, &decoded, limits) {
        Ok(claim) => claim,
        Err(near) => {
            out.diagnostics.extend(near);
            return Ok(());
        }
    };
    let id = &claim.contract.id;
    let file = || Place::file(label);
    notes.iter_mut().for_each(|d| d.dataset = Some(id.clone()));
    if claim.era.delimiter != ',' {
        let d = Diagnostic::new(
            "DELIMITER",
            file(),
            format!("fields are separated by `{}`", claim.era.delimiter),
        );
        notes.push(d.dataset(id));
    }
    if mixed_ends(decoded.text.as_bytes()) {
        notes.push(Diagnostic::new("CSV_MIXED_EOL", file(), "line ends of more than one kind").dataset(id));
    }
    if !decoded.text.ends_with(['\n', '\r']) {
        notes.push(Diagnostic::new("NO_FINAL_EOL", file(), "the last line has no line end").dataset(id));
    }
    let length = decoded.original_offset(decoded.text.len());
    let over = |code: &str, found: usize, limit: usize| {
        let message = format!("{found}, the limit is {limit}");
        let mut typed = refused(&claim, length);
        typed.diagnostics.push(Diagnostic::new(code, file(), message).dataset(id));
        (label.to_owned(), typed)
    };
    if claim.width > limits.columns {
        out.tables.push(over("LIMIT_COLUMNS", claim.width, limits.columns));
        return Ok(());
    }
    let dialect = recognise::dialect(claim.era);
    match Table::of_text(label, decoded, claim.data, claim.width, dialect, limits) {
        Ok(table) if table.records() > limits.rows => {
            out.tables.push(over("LIMIT_ROWS", table.records(), limits.rows));
        }
        Ok(table) => {
            let mut typed = type_table(&claim, table)?;
            typed.diagnostics.splice(0..0, notes);
            out.tables.push((label.to_owned(), typed));
        }
        Err((decoded, open)) => {
            let mut typed = refused(&claim, length);
            typed.diagnostics = notes;
            typed.diagnostics.push(unclosed(label, &decoded, open).dataset(id));
            out.tables.push((label.to_owned(), typed));
        }
    }
    Ok(())
}

/// The place of the mark itself: its line, its byte, and the text from it on.
fn unclosed(label: &str, decoded: &Decoded, open: OpenQuote) -> Diagnostic {
    let end_of_line = end_of_line(decoded.text.as_bytes());
    let (before, rest) = decoded.text.as_bytes().split_at(open.at);
    let start = before.iter().rposition(|b| *b == end_of_line).map_or(0, |i| i + 1);
    let end = rest.iter().position(|b| *b == end_of_line).map_or(decoded.text.len(), |i| open.at + i);
    let shown = |from: usize, most: usize| -> String {
        decoded.text[from..end].trim_end().chars().take(most).collect()
    };
    let place = Place::Line {
        file: label.to_owned(),
        line: u64::from(open.line),
        byte: decoded.original_offset(open.at),
        column: None,
        field: None,
        text: shown(start, 200),
    };
    Diagnostic::new("CSV_UNCLOSED_QUOTE", place, "a quotation mark opens here and never closes")
        .found(&shown(open.at, 60))
}

/// A claimed file that cannot be split into records: its bytes are read, none of its rows is known.
fn refused(claim: &Claim<'_>, bytes: u64) -> Typed {
    let account = Account { bytes_read: bytes, bytes_accounted: bytes, ..Account::default() };
    Typed { dataset: claim.contract.id.clone(), era: claim.era.id.clone(), account, ..Typed::default() }
}

fn book(
    contracts: &[Contract],
    label: &str,
    bytes: &[u8],
    limits: &Limits,
    reader: &child::Reader,
    out: &mut Intake,
) -> PolarsResult<()> {
    let (sheets, notes) = reader.workbook(label, bytes, limits);
    out.diagnostics.extend(notes);
    let results: Vec<PolarsResult<Result<Typed, Option<Diagnostic>>>> =
        sheets.par_iter().map(|s| sheet(contracts, label, s)).collect();
    let mut near = Vec::new();
    for (sheet, result) in sheets.iter().zip(results) {
        match result? {
            Ok(typed) => out.tables.push((format!("{label} [{}]", sheet.name), typed)),
            Err(fault) => near.extend(fault),
        }
    }
    if out.tables.is_empty() {
        out.diagnostics.extend(near);
    }
    if let Some((_, first)) = out.tables.first_mut() {
        // a workbook's bytes are read once, whichever of its sheets are claimed
        first.account.bytes_read += bytes.len() as u64;
        first.account.bytes_accounted += bytes.len() as u64;
    }
    Ok(())
}

fn sheet(
    contracts: &[Contract],
    label: &str,
    sheet: &Sheet,
) -> PolarsResult<Result<Typed, Option<Diagnostic>>> {
    let claim = match recognise::sheet(contracts, label, sheet) {
        Ok(claim) => claim,
        Err(near) => return Ok(Err(near)),
    };
    let columns: Vec<u32> = claim.columns.iter().map(|c| c.0 as u32).collect();
    let table = Table::of_sheet(label, sheet, claim.data.1 - 1, columns);
    type_table(&claim, table).map(Ok)
}
