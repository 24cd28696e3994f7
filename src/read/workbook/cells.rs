//! A checked package through calamine's stream of cells to [`Sheet`]s: typed values become text.
//!
//! Never `worksheet_range`, which makes room for the whole rectangle (calamine issue 693).

use super::package::{Checked, CheckedSheet};
use crate::diag::{Diagnostic, Place, excerpt};
use crate::read::{CellKind, Limits, Sheet};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use std::fmt::Write;
use std::io::Cursor;

/// Text of a cell whose content was set aside: longer than the limit, or with control characters.
pub const SET_ASIDE: &str = "#LIMIT!";

/// Faults shown one by one for each sheet and code; the others are one diagnostic with their number.
const SHOWN: u64 = 20;

/// Reads all sheets.
///
/// # Errors
/// The fatal fault, when calamine refuses the workbook or the texts pass the limit.
pub fn read(
    label: &str,
    checked: Checked,
    limits: &Limits,
    found: &mut Vec<Diagnostic>,
) -> Result<Vec<Sheet>, Box<Diagnostic>> {
    let damaged = |e: &XlsxError| {
        Box::new(Diagnostic::new("XLSX_DAMAGED", Place::file(label), format!("the workbook: {e}")))
    };
    let mut book = Xlsx::new(Cursor::new(checked.package)).map_err(|e| damaged(&e))?;
    let mut room = limits.inflated;
    let mut sheets = Vec::with_capacity(checked.sheets.len());
    for (n, CheckedSheet { name, hidden, unordered }) in checked.sheets.into_iter().enumerate() {
        let mut sheet = Sheet::new(&name, hidden);
        let mut faults = Faults::new(label, &name);
        let mut cells = book.worksheet_cells_reader(&(n + 1).to_string()).map_err(|e| damaged(&e))?;
        let mut text = String::new();
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|e| damaged(&e))? {
            let (row, column) = cell.pos;
            text.clear();
            let mut kind = put(&cell.value, &mut text);
            if cell.formula.is_some() {
                if cell.value == DataRef::Empty {
                    kind = Some(CellKind::UncachedFormula);
                    faults.add("XLSX_FORMULA_UNCACHED", row, column, "");
                } else {
                    faults.formulas(row, column);
                }
            }
            let Some(mut kind) = kind else { continue };
            let shared = if let DataRef::SharedString(s) = cell.value { s } else { &text };
            let mut shown = shared;
            if kind == CellKind::Text {
                if shared.is_empty() {
                    continue;
                }
                if shared.len() > limits.sheet_text && shared.chars().count() > limits.sheet_text {
                    faults.add("LIMIT_FIELD_BYTES", row, column, shared);
                    (kind, shown) = (CellKind::Error, SET_ASIDE);
                } else if shared.chars().any(is_control) {
                    faults.add("CTRL_CHAR", row, column, shared);
                    (kind, shown) = (CellKind::Error, SET_ASIDE);
                }
            }
            // One long text may stand in many cells: what they take together is counted.
            room = room.checked_sub(shown.len() as u64).ok_or_else(|| {
                let message = format!("the texts of the cells pass {} bytes", limits.inflated);
                Box::new(Diagnostic::new("LIMIT_UNCOMPRESSED", Place::file(label), message))
            })?;
            sheet.push(row, column, kind, shown);
        }
        if unordered {
            sheet.cells.sort_by_key(|c| (c.row, c.column));
        }
        found.extend(faults.finish());
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Line ends and tabs are usual inside a cell.
fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\x7F')
}

/// The text of a value in `out` (shared strings are left where they are) and its kind; `None` for an empty cell.
fn put(value: &DataRef<'_>, out: &mut String) -> Option<CellKind> {
    match value {
        DataRef::Empty => return None,
        DataRef::SharedString(_) => return Some(CellKind::Text),
        DataRef::String(s) | DataRef::DurationIso(s) => {
            out.push_str(s);
            return Some(CellKind::Text);
        }
        DataRef::Bool(b) => {
            out.push_str(if *b { "TRUE" } else { "FALSE" });
            return Some(CellKind::Bool);
        }
        DataRef::Error(e) => {
            let _ = write!(out, "{e}");
            return Some(CellKind::Error);
        }
        DataRef::DateTimeIso(s) => {
            return Some(match s.parse::<jiff::civil::DateTime>() {
                Ok(t) => {
                    let time =
                        [t.hour().into(), t.minute().into(), t.second().into(), i32::from(t.millisecond())];
                    let _ = write!(out, "{}", t.date());
                    put_time(time.map(i32::unsigned_abs), out);
                    CellKind::Date
                }
                Err(_) => {
                    out.push_str(s);
                    CellKind::Text
                }
            });
        }
        DataRef::Int(n) => {
            let _ = write!(out, "{n}");
        }
        DataRef::Float(f) => number(*f, out),
        DataRef::DateTime(d) => return Some(date(*d, out)),
    }
    Some(CellKind::Number)
}

/// Shortest decimal form without exponent that gives the same double; `-0` is `0`.
fn number(f: f64, out: &mut String) {
    let _ = write!(out, "{}", if f == 0.0 { 0.0 } else { f });
}

/// A serial date as ISO text. A time of day alone (serial below 1) has no date. Durations, and serials outside the
/// calendar that calamine would move to its ends, stay numbers.
fn date(d: ExcelDateTime, out: &mut String) -> CellKind {
    let serial = d.as_f64();
    // 9999-12-31 in the calendar that counts from 1900; in that from 1904 the same day has a lower serial.
    if d.is_duration() || !(0.0..2_958_466.0).contains(&serial) {
        number(serial, out);
        return CellKind::Number;
    }
    let (year, month, day, hour, minute, second, milli) = d.to_ymd_hms_milli();
    let time = [hour.into(), minute.into(), second.into(), milli.into()];
    if serial >= 1.0 {
        let _ = write!(out, "{year:04}-{month:02}-{day:02}");
        put_time(time, out);
    } else {
        put_clock(time, out);
    }
    CellKind::Date
}

/// `T12:00:00`, or nothing at midnight.
fn put_time([hour, minute, second, milli]: [u32; 4], out: &mut String) {
    if [hour, minute, second, milli] != [0; 4] {
        out.push('T');
        put_clock([hour, minute, second, milli], out);
    }
}

fn put_clock([hour, minute, second, milli]: [u32; 4], out: &mut String) {
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}");
    if milli > 0 {
        let _ = write!(out, ".{milli:03}");
    }
}

/// Faults of cells of one sheet, the first few of each code one by one.
struct Faults<'a> {
    label: &'a str,
    sheet: &'a str,
    shown: Vec<Diagnostic>,
    /// Code, number, and one that was not shown.
    more: Vec<(&'static str, u64, Option<Diagnostic>)>,
    /// Formulas with a stored result.
    cached: Option<Diagnostic>,
}

impl<'a> Faults<'a> {
    fn new(label: &'a str, sheet: &'a str) -> Faults<'a> {
        Faults { label, sheet, shown: Vec::new(), more: Vec::new(), cached: None }
    }

    fn at(&self, code: &str, row: u32, column: u32, message: &str) -> Diagnostic {
        let place = Place::Cell {
            file: self.label.to_owned(),
            sheet: self.sheet.to_owned(),
            cell: Sheet::a1(row, column),
            field: None,
        };
        Diagnostic::new(code, place, message)
    }

    fn add(&mut self, code: &'static str, row: u32, column: u32, text: &str) {
        let slot = match self.more.iter().position(|(c, ..)| *c == code) {
            Some(slot) => slot,
            None => {
                self.more.push((code, 0, None));
                self.more.len() - 1
            }
        };
        let before = self.more[slot].1;
        self.more[slot].1 += 1;
        if before > SHOWN {
            return;
        }
        let message = match code {
            "LIMIT_FIELD_BYTES" => format!("a text of {} bytes, set aside", text.len()),
            "CTRL_CHAR" => "control characters in a text, set aside".to_owned(),
            _ => "a formula without a stored result".to_owned(),
        };
        let mut d = self.at(code, row, column, &message);
        if !text.is_empty() {
            d.found = Some(excerpt(text));
        }
        if before < SHOWN { self.shown.push(d) } else { self.more[slot].2 = Some(d) }
    }

    fn formulas(&mut self, row: u32, column: u32) {
        match &mut self.cached {
            Some(d) => d.count += 1,
            None => {
                self.cached = Some(self.at(
                    "XLSX_FORMULA_CELL",
                    row,
                    column,
                    "formulas; their stored results were used",
                ))
            }
        }
    }

    fn finish(self) -> impl Iterator<Item = Diagnostic> {
        let more = self.more.into_iter().filter_map(|(_, n, d)| Some(d?.times(n - SHOWN)));
        self.shown.into_iter().chain(more).chain(self.cached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn check(value: &DataRef<'_>, kind: CellKind, text: &str) {
        let mut out = String::new();
        assert_eq!((put(value, &mut out), out.as_str()), (Some(kind), text));
    }

    #[test]
    fn numbers_are_written_as_the_shortest_text_of_the_same_double() {
        for (f, text) in [
            (6210.0, "6210"),
            (0.1 + 0.2, "0.30000000000000004"),
            (-0.0, "0"),
            (1e21, "1000000000000000000000"),
            (2.5e-7, "0.00000025"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
        ] {
            check(&DataRef::Float(f), CellKind::Number, text);
        }
    }

    #[test]
    fn dates_are_iso_and_those_outside_the_calendar_stay_numbers() {
        let serial = |f, kind, era| DataRef::DateTime(ExcelDateTime::new(f, kind, era));
        let of = |f| serial(f, ExcelDateTimeType::DateTime, false);
        check(&of(45_748.0), CellKind::Date, "2025-04-01");
        check(&of(45_748.5), CellKind::Date, "2025-04-01T12:00:00");
        check(&of(0.75), CellKind::Date, "18:00:00");
        check(&of(60.0), CellKind::Date, "1900-02-29");
        check(&of(-1.0), CellKind::Number, "-1");
        check(&of(1e9), CellKind::Number, "1000000000");
        check(&serial(44_286.0, ExcelDateTimeType::DateTime, true), CellKind::Date, "2025-04-01");
        check(&serial(1.5, ExcelDateTimeType::TimeDelta, false), CellKind::Number, "1.5");
        check(&DataRef::DateTimeIso("2025-04-01T00:00:00".into()), CellKind::Date, "2025-04-01");
        check(&DataRef::DateTimeIso("soon".into()), CellKind::Text, "soon");
    }
}
