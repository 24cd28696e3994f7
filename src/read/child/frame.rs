//! The bytes between parent and child: a request of limits and a file, an answer of sheets and diagnostics.
//!
//! Own format, little-endian, every text with its length before it. The parent believes nothing: each length is
//! compared with what is left, cells must be in the grid and in order, codes must be in the table, and the whole
//! must end where it says.

use crate::diag::{Diagnostic, Place, Severity, codes};
use crate::read::{CellKind, Limits, Sheet};

const REQUEST: &[u8; 8] = b"DPREAD01";
const ANSWER: &[u8; 8] = b"DPCELL01";
const END: &[u8; 8] = b"DPENDED.";

/// Bytes of a request before the file.
pub const HEADER: usize = 8 + 15 * 8;

/// The head of a request; the bytes of the file follow it up to the end of input.
pub fn header(limits: &Limits) -> Vec<u8> {
    let mut out = REQUEST.to_vec();
    for value in numbers(limits) {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out
}

/// Taken apart by name, so that a limit that is added must be sent too.
fn numbers(limits: &Limits) -> [u64; 15] {
    let Limits {
        file,
        inflated,
        ratio,
        entries,
        field,
        sheet_text,
        record,
        columns,
        rows,
        cells,
        sheets,
        xml_depth,
        xml_attributes,
        seconds,
        memory,
    } = *limits;
    let [entries, field, sheet_text, record] = [entries, field, sheet_text, record].map(|n| n as u64);
    let [columns, rows, cells, sheets] = [columns, rows, cells, sheets].map(|n| n as u64);
    let [xml_depth, xml_attributes] = [xml_depth, xml_attributes].map(|n| n as u64);
    [
        file,
        inflated,
        ratio,
        entries,
        field,
        sheet_text,
        record,
        columns,
        rows,
        cells,
        sheets,
        xml_depth,
        xml_attributes,
        seconds,
        memory,
    ]
}

/// The limits of a request's head.
pub fn limits(header: &[u8; HEADER]) -> Option<Limits> {
    let mut input = Input(header.strip_prefix(REQUEST)?);
    let mut number = || input.u64();
    let size = |n: u64| usize::try_from(n).ok();
    Some(Limits {
        file: number()?,
        inflated: number()?,
        ratio: number()?,
        entries: size(number()?)?,
        field: size(number()?)?,
        sheet_text: size(number()?)?,
        record: size(number()?)?,
        columns: size(number()?)?,
        rows: size(number()?)?,
        cells: size(number()?)?,
        sheets: size(number()?)?,
        xml_depth: size(number()?)?,
        xml_attributes: size(number()?)?,
        seconds: number()?,
        memory: number()?,
    })
}

/// An answer as bytes.
pub fn encode(sheets: &[Sheet], diagnostics: &[Diagnostic]) -> Vec<u8> {
    let mut out = ANSWER.to_vec();
    put_size(&mut out, sheets.len());
    for sheet in sheets {
        put_text(&mut out, &sheet.name);
        out.push(u8::from(sheet.hidden));
        put_size(&mut out, sheet.cells.len());
        for cell in &sheet.cells {
            out.extend_from_slice(&cell.row.to_le_bytes());
            out.extend_from_slice(&cell.column.to_le_bytes());
            out.push(cell.kind as u8);
            put_text(&mut out, sheet.text(cell));
        }
    }
    put_size(&mut out, diagnostics.len());
    for d in diagnostics {
        put_text(&mut out, d.code.name);
        out.push(d.severity as u8);
        match &d.place {
            Place::Cell { sheet, cell, .. } => {
                out.push(1);
                put_text(&mut out, sheet);
                put_text(&mut out, cell);
            }
            _ => out.push(0),
        }
        put_text(&mut out, &d.message);
        for optional in [&d.found, &d.hint] {
            out.push(u8::from(optional.is_some()));
            put_text(&mut out, optional.as_deref().unwrap_or(""));
        }
        out.extend_from_slice(&d.count.to_le_bytes());
    }
    out.extend_from_slice(END);
    out
}

/// Whether the bytes end as a whole answer does.
pub fn ended(answer: &[u8]) -> bool {
    answer.ends_with(END)
}

/// An answer, or `None` when it is not one. `label` becomes the file of each place: the child does not know it.
pub fn decode(label: &str, answer: &[u8], limits: &Limits) -> Option<(Vec<Sheet>, Vec<Diagnostic>)> {
    let mut input = Input(answer.strip_prefix(ANSWER)?.strip_suffix(END)?);
    let (mut sheets, mut cells) = (Vec::new(), 0usize);
    for _ in 0..input.size()? {
        let sheet = sheet(&mut input)?;
        cells = cells.checked_add(sheet.cells.len())?;
        sheets.push(sheet);
        if sheets.len() > limits.sheets || cells > limits.cells {
            return None;
        }
    }
    let mut diagnostics = Vec::new();
    for _ in 0..input.size()? {
        diagnostics.push(diagnostic(label, &mut input)?);
    }
    input.0.is_empty().then_some((sheets, diagnostics))
}

fn sheet(input: &mut Input<'_>) -> Option<Sheet> {
    let name = input.text()?;
    let mut sheet = Sheet::new(name, input.bool()?);
    let mut last = None;
    for _ in 0..input.size()? {
        let (row, column) = (input.u32()?, input.u32()?);
        let kind = match input.u8()? {
            k if k == CellKind::Text as u8 => CellKind::Text,
            k if k == CellKind::Number as u8 => CellKind::Number,
            k if k == CellKind::Date as u8 => CellKind::Date,
            k if k == CellKind::Bool as u8 => CellKind::Bool,
            k if k == CellKind::Error as u8 => CellKind::Error,
            k if k == CellKind::UncachedFormula as u8 => CellKind::UncachedFormula,
            _ => return None,
        };
        let place = Some((row, column));
        if row >= 1_048_576 || column >= 16_384 || last >= place {
            return None;
        }
        last = place;
        sheet.push(row, column, kind, input.text()?);
    }
    Some(sheet)
}

fn diagnostic(label: &str, input: &mut Input<'_>) -> Option<Diagnostic> {
    let code = input.text()?;
    let code = codes::TABLE.iter().find(|c| c.name == code)?;
    let severity = match input.u8()? {
        s if s == Severity::Note as u8 => Severity::Note,
        s if s == Severity::Warning as u8 => Severity::Warning,
        s if s == Severity::Error as u8 => Severity::Error,
        s if s == Severity::Fatal as u8 => Severity::Fatal,
        _ => return None,
    };
    let place = match input.u8()? {
        0 => Place::file(label),
        1 => {
            let (sheet, cell) = (input.text()?.to_owned(), input.text()?.to_owned());
            Place::Cell { file: label.to_owned(), sheet, cell, field: None }
        }
        _ => return None,
    };
    let message = input.text()?.to_owned();
    let mut optional = || {
        let (is, text) = (input.bool()?, input.text()?);
        Some(is.then(|| text.to_owned()))
    };
    let (found, hint) = (optional()?, optional()?);
    Some(Diagnostic { code, severity, dataset: None, place, found, message, hint, count: input.u64()? })
}

fn put_size(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_size(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// What is left of an answer.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take::<1>().map(|[b]| b)
    }

    fn bool(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    /// A number of things, each of at least one byte.
    fn size(&mut self) -> Option<usize> {
        let n = usize::try_from(self.u32()?).ok()?;
        (n <= self.0.len()).then_some(n)
    }

    fn text(&mut self) -> Option<&'a str> {
        let n = self.size()?;
        let (text, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn example() -> (Vec<Sheet>, Vec<Diagnostic>) {
        let mut sheet = Sheet::new("Table 2", true);
        sheet.push(0, 0, CellKind::Text, "É");
        sheet.push(0, 2, CellKind::Number, "6210");
        sheet.push(9, 0, CellKind::UncachedFormula, "");
        let cell = Place::Cell { file: "a.xlsx".into(), sheet: "T".into(), cell: "A10".into(), field: None };
        let fault = Diagnostic::new("XLSX_FORMULA_UNCACHED", cell, "m").found("f").times(7);
        let note =
            Diagnostic::new("XLSX_EXTENT", Place::file("a.xlsx"), "m").severity(Severity::Fatal).hint("h");
        (vec![sheet, Sheet::new("", false)], vec![fault, note])
    }

    #[test]
    fn an_answer_comes_back_as_it_was() {
        let (sheets, diagnostics) = example();
        let bytes = encode(&sheets, &diagnostics);
        assert_eq!(decode("a.xlsx", &bytes, &Limits::default()), Some((sheets, diagnostics)));
    }

    #[test]
    fn limits_come_back_as_they_were() {
        let limits = Limits { entries: 7, memory: 9, ..Limits::default() };
        let header: [u8; HEADER] = header(&limits).try_into().expect("length");
        assert_eq!(super::limits(&header), Some(limits));
    }

    #[test]
    fn an_answer_cut_short_is_none() {
        let (sheets, diagnostics) = example();
        let bytes = encode(&sheets, &diagnostics);
        for n in 0..bytes.len() {
            assert_eq!(decode("a.xlsx", &bytes[..n], &Limits::default()), None);
        }
    }

    proptest! {
        #[test]
        fn a_changed_answer_never_panics(at in 0usize..400, value: u8) {
            let (sheets, diagnostics) = example();
            let mut bytes = encode(&sheets, &diagnostics);
            let n = bytes.len();
            bytes[at % n] = value;
            let _ = decode("a.xlsx", &bytes, &Limits::default());
        }

        #[test]
        fn random_bytes_are_no_answer(mut bytes: Vec<u8>) {
            prop_assert_eq!(decode("a.xlsx", &bytes, &Limits::default()), None);
            bytes.splice(0..0, ANSWER.iter().copied());
            bytes.extend_from_slice(END);
            let _ = decode("a.xlsx", &bytes, &Limits::default());
        }
    }
}
