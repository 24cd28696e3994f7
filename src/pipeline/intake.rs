//! One input file -> typed tables: unpack, decode, recognise, type. A bad file never stops the good ones.

use crate::contract::{Account, Claim, Typed, recognise, type_table};
use crate::define::Contract;
use crate::diag::{Diagnostic, Place, Severity};
use crate::read::encoding::decode;
use crate::read::table::Table;
use crate::read::{Limits, Sheet, archive, child};
use polars::prelude::PolarsResult;
use rayon::prelude::*;

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
    bytes: Vec<u8>,
    limits: &Limits,
    reader: &child::Reader,
) -> PolarsResult<Intake> {
    let mut out = Intake { label: label.to_owned(), ..Intake::default() };
    if let Some(fault) = archive::mismatch(label, &bytes) {
        out.diagnostics.push(fault);
        out.refused = true;
        return Ok(out);
    }
    if archive::is_workbook(&bytes) {
        book(contracts, label, &bytes, limits, reader, &mut out)?;
    } else if archive::is_zip(&bytes) {
        let (entries, notes) = archive::entries(label, &bytes, limits);
        out.diagnostics.extend(notes);
        drop(bytes);
        for entry in entries {
            let inner = format!("{label}!{}", entry.name);
            if archive::is_workbook(&entry.bytes) {
                book(contracts, &inner, &entry.bytes, limits, reader, &mut out)?;
            } else {
                text(contracts, &inner, entry.bytes, limits, &mut out)?;
            }
        }
    } else {
        text(contracts, label, bytes, limits, &mut out)?;
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

fn text(
    contracts: &[Contract],
    label: &str,
    bytes: Vec<u8>,
    limits: &Limits,
    out: &mut Intake,
) -> PolarsResult<()> {
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
    if crate::read::lexer::mixed_ends(&decoded.text) {
        notes.push(Diagnostic::new("CSV_MIXED_EOL", file(), "line ends of more than one kind").dataset(id));
    }
    let length = decoded.original_offset(decoded.text.len());
    let dialect = recognise::dialect(claim.era);
    match Table::of_text(label, decoded, claim.data, claim.width, dialect, limits) {
        Ok(table) => {
            let mut typed = type_table(&claim, &table)?;
            typed.diagnostics.splice(0..0, notes);
            out.tables.push((label.to_owned(), typed));
        }
        Err((decoded, line)) => {
            let raw = decoded.text.split(|b| *b == b'\n').nth(line as usize - 1).unwrap_or(&[]);
            let place = Place::Line {
                file: label.to_owned(),
                line: u64::from(line),
                byte: 0,
                column: None,
                field: None,
                text: String::from_utf8_lossy(raw).chars().take(200).collect(),
            };
            let message = "a quotation mark opens here and never closes";
            let mut typed = refused(&claim, length);
            typed.diagnostics = notes;
            typed.diagnostics.push(Diagnostic::new("CSV_UNCLOSED_QUOTE", place, message).dataset(id));
            out.tables.push((label.to_owned(), typed));
        }
    }
    Ok(())
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
    type_table(&claim, &table).map(Ok)
}
