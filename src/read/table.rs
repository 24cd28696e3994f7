//! A table of text: records of a text file or rows of a worksheet, column by column, each with its place.

use super::Limits;
use super::encoding::Decoded;
use super::lexer::{CHUNK, Chunk, Dialect, OpenQuote, RowPlace, Span, lex};
use super::sheet::{CellKind, Sheet};
use crate::diag::Place;

/// What a reader leaves where a formula had no stored result; no spreadsheet shows this text.
pub const UNCACHED: &str = "#UNCACHED!";

/// The first rows of a table, for finding its header.
#[derive(Clone, Debug)]
pub struct PeekRow {
    /// Line or sheet row, from 1.
    pub line: u32,
    /// Byte at which the row starts and at which the next one does (text only).
    pub start: usize,
    pub next: usize,
    pub cells: Vec<String>,
}

/// Where a table's cells come from.
#[derive(Debug)]
pub enum Origin {
    Text(Decoded),
    Sheet { name: String },
}

#[derive(Debug)]
pub struct Table {
    pub label: String,
    pub origin: Origin,
    /// Position of each wanted column in the source, from 0.
    pub columns: Vec<u32>,
    pub chunks: Vec<Chunk>,
}

impl Table {
    /// The rest of the text from a byte and the line that it is, as a table of `width` columns.
    ///
    /// # Errors
    /// A quotation mark that never closes.
    pub fn of_text(
        label: &str,
        decoded: Decoded,
        from: (usize, u32),
        width: usize,
        dialect: Dialect,
        limits: &Limits,
    ) -> Result<Table, (Decoded, OpenQuote)> {
        match lex(&decoded.text, from, width, dialect, limits, CHUNK) {
            Ok(chunks) => {
                let columns = (0..width as u32).collect();
                Ok(Table { label: label.to_owned(), origin: Origin::Text(decoded), columns, chunks })
            }
            Err(open) => Err((decoded, open)),
        }
    }

    /// The rows of a sheet from row `from` (counting from 0) with the given columns.
    pub fn of_sheet(label: &str, sheet: &Sheet, from: u32, columns: Vec<u32>) -> Table {
        let mut chunk = Chunk::of_width(columns.len());
        let mut cells = sheet.cells.iter().skip_while(|c| c.row < from).peekable();
        let empty = Span::side(0, 0);
        while let Some(first) = cells.peek() {
            let row = first.row;
            let mut filled = false;
            let mut spans = vec![empty; columns.len()];
            while let Some(cell) = cells.next_if(|c| c.row == row) {
                let Ok(i) = columns.binary_search(&cell.column) else { continue };
                let text = if cell.kind == CellKind::UncachedFormula { UNCACHED } else { sheet.text(cell) };
                let at = chunk.side.len();
                chunk.side.push_str(text);
                spans[i] = Span::side(at, chunk.side.len());
                filled |= !text.trim().is_empty();
            }
            let place = RowPlace { line: row + 1, start: 0, end: 0 };
            if filled {
                chunk.columns.iter_mut().zip(spans).for_each(|(c, s)| c.push(s));
                chunk.places.push(place);
            } else {
                chunk.blank.push(place);
            }
        }
        let origin = Origin::Sheet { name: sheet.name.clone() };
        Table { label: label.to_owned(), origin, columns, chunks: vec![chunk] }
    }

    fn text(&self) -> &str {
        match &self.origin {
            Origin::Text(d) => &d.text,
            Origin::Sheet { .. } => "",
        }
    }

    /// The cell's text.
    pub fn cell<'a>(&'a self, chunk: &'a Chunk, column: usize, row: usize) -> &'a str {
        chunk.field(self.text(), chunk.columns[column][row])
    }

    /// The raw record, or for a sheet its wanted cells with tabs between them.
    pub fn raw(&self, chunk: &Chunk, row: usize) -> String {
        match &self.origin {
            Origin::Text(_) => self.raw_line(chunk.places[row]),
            Origin::Sheet { .. } => {
                let cells: Vec<&str> = (0..chunk.columns.len()).map(|c| self.cell(chunk, c, row)).collect();
                cells.join("\t")
            }
        }
    }

    pub fn raw_line(&self, place: RowPlace) -> String {
        self.text().get(place.start as usize..place.end as usize).unwrap_or("").to_owned()
    }

    /// The cells of a record that does not have the header's number of them; of a sheet there is no such record.
    pub fn bad_cells(&self, place: RowPlace, dialect: Dialect) -> Vec<String> {
        split_line(self.raw_line(place).as_bytes(), dialect, usize::MAX)
    }

    /// The record is the last of a text that has no line end after it.
    pub fn ends_inside(&self, place: RowPlace) -> bool {
        matches!(&self.origin, Origin::Text(d) if place.end as usize >= d.text.len())
    }

    /// The place of a whole record.
    pub fn row_place(&self, place: RowPlace) -> Place {
        match &self.origin {
            Origin::Text(d) => Place::Line {
                file: self.label.clone(),
                line: u64::from(place.line),
                byte: d.original_offset(place.start as usize),
                column: None,
                field: None,
                text: self.raw_line(place).chars().take(200).collect(),
            },
            Origin::Sheet { name } => Place::Cell {
                file: self.label.clone(),
                sheet: name.clone(),
                cell: format!("{}:{}", place.line, place.line),
                field: None,
            },
        }
    }

    /// The place of one cell.
    pub fn cell_place(&self, place: RowPlace, column: usize, field: Option<&str>) -> Place {
        match self.row_place(place) {
            Place::Line { file, line, byte, text, .. } => Place::Line {
                file,
                line,
                byte,
                column: Some(self.columns[column] + 1),
                field: field.map(str::to_owned),
                text,
            },
            Place::Cell { file, sheet, .. } => Place::Cell {
                file,
                sheet,
                cell: Sheet::a1(place.line - 1, self.columns[column]),
                field: field.map(str::to_owned),
            },
            other => other,
        }
    }

    /// Records, good and bad, without the blank ones.
    pub fn records(&self) -> usize {
        self.chunks.iter().map(|c| c.places.len() + c.bad.len()).sum()
    }
}

/// The first rows of a text under a dialect. Lines are read one by one, so a header that spans lines is not
/// found; none is known in a text file.
pub fn peek_text(decoded: &Decoded, dialect: Dialect, rows: usize, limits: &Limits) -> Vec<PeekRow> {
    let text = decoded.text.as_bytes();
    let eol = super::lexer::end_of_line(text);
    let mut out = Vec::new();
    let mut at = 0;
    while out.len() < rows && at < text.len() {
        let end = memchr::memchr(eol, &text[at..]).map_or(text.len(), |i| at + i);
        let line = &text[at..end];
        let next = (end + 1).min(text.len());
        let line_no = out.len() as u32 + 1;
        out.push(PeekRow {
            line: line_no,
            start: at,
            next,
            cells: split_line(line, dialect, limits.columns),
        });
        at = end + 1;
    }
    out
}

fn split_line(line: &[u8], dialect: Dialect, columns: usize) -> Vec<String> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = String::from_utf8_lossy(line);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut inside = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if dialect.quoted && inside && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if dialect.quoted => inside = !inside,
            c if c == dialect.delimiter && !inside => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
        if cells.len() > columns {
            break;
        }
    }
    cells.push(cell);
    cells
}

/// The first rows of a sheet, dense from column A.
pub fn peek_sheet(sheet: &Sheet, rows: usize) -> Vec<PeekRow> {
    let mut out: Vec<PeekRow> = Vec::new();
    for cell in sheet.cells.iter().take_while(|c| (c.row as usize) < rows) {
        while out.len() <= cell.row as usize {
            out.push(PeekRow { line: out.len() as u32 + 1, start: 0, next: 0, cells: Vec::new() });
        }
        let Some(row) = out.last_mut() else { continue };
        if cell.column as usize >= 2_048 {
            continue;
        }
        row.cells.resize((cell.column as usize + 1).max(row.cells.len()), String::new());
        row.cells[cell.column as usize] = sheet.text(cell).to_owned();
    }
    out
}
