//! Workbooks for people who work in spreadsheets: England and each CCG, chosen sheet by sheet in `reports/workbook.toml`.
//!
//! Laid out by the rules of the Analysis Function, "Releasing statistics in spreadsheets" (2021): a cover, contents,
//! notes and what columns mean; one table a sheet with all words above it in column A; words beside codes; typed numbers;
//! bracketed shorthand for what is absent; nothing merged, hidden or told by colour alone. `tests/it/workbooks.rs` holds the finished files against these rules.

mod book;
mod cover;
mod definition;
mod lookup;
mod sheet;
mod source;
mod spread;

pub use book::{books, england_path};
pub use definition::Definition;

use jiff::civil::Date;

/// A workbook as it is written, whatever the format.
#[derive(Clone, Debug)]
pub struct Workbook {
    /// Path inside the release, without extension.
    pub path: String,
    pub title: String,
    pub subject: String,
    pub organisation: String,
    pub keywords: Vec<String>,
    /// The day that the figures speak of: also the date of the file, so that the same figures are the same bytes.
    pub day: Date,
    /// Cover first.
    pub sheets: Vec<Sheet>,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    /// Letters, digits and underscores, at most 31.
    pub name: String,
    /// Column A above the table, the title first.
    pub lines: Vec<Line>,
    pub table: Option<SheetTable>,
}

/// A cell of column A above the table.
#[derive(Clone, Debug)]
pub struct Line {
    pub style: LineStyle,
    pub text: String,
    /// Sheet that the text leads to.
    pub to: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStyle {
    Title,
    Heading,
    Body,
}

/// The one table of a sheet: a header row and at least one row.
#[derive(Clone, Debug)]
pub struct SheetTable {
    /// Name of the table in the workbook, as its sheet with `table_` before it.
    pub name: String,
    pub columns: Vec<SheetColumn>,
    pub rows: usize,
}

#[derive(Clone, Debug)]
pub struct SheetColumn {
    /// With the unit in brackets and the numbers of its notes.
    pub heading: String,
    pub format: CellFormat,
    /// In characters.
    pub width: u8,
    pub cells: Vec<SheetCell>,
}

/// How a column's values are shown; the value itself is always whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellFormat {
    Text,
    Date,
    /// Decimals; thousands have commas.
    Number(u8),
}

#[derive(Clone, Debug, PartialEq)]
pub enum SheetCell {
    Text(String),
    Number(f64),
    Date(Date),
    /// Bracketed shorthand.
    Absent(&'static str),
    /// Text that leads to a sheet.
    Link {
        text: String,
        sheet: String,
    },
}

/// Decimals of the most precise number that is shown.
pub const MOST_DECIMALS: u8 = 3;

impl Line {
    pub fn new(style: LineStyle, text: impl Into<String>) -> Line {
        Line { style, text: text.into(), to: None }
    }

    pub fn body(text: impl Into<String>) -> Line {
        Line::new(LineStyle::Body, text)
    }
}
