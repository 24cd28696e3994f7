//! Workbooks as files: ODS, which official statistics prefer, and XLSX, which most people's programs open first.
//!
//! Both writers show one view ([`crate::report::Workbook`]), take their dates from it and nothing from the clock, so
//! that the same figures are the same bytes.

mod ods;
mod xlsx;

use super::{File, RenderError};
use crate::report::{LineStyle, Sheet, Workbook};

/// Fonts and sizes of the Analysis Function's tools, in points.
const FONT: &str = "Arial";
const BODY: u8 = 12;

const fn size(style: LineStyle) -> u8 {
    match style {
        LineStyle::Title => 16,
        LineStyle::Heading => 14,
        LineStyle::Body => BODY,
    }
}

/// Width of column A in characters on a sheet without a table, whose lines are wrapped.
const PAGE_WIDTH: u8 = 90;

/// Row of the table's headings, from 0: lines, then the table, with no blank row between.
fn header_row(sheet: &Sheet) -> usize {
    sheet.lines.len()
}

pub(super) fn files(book: &Workbook) -> Result<[File; 2], RenderError> {
    Ok([(format!("{}.ods", book.path), ods(book)?), (format!("{}.xlsx", book.path), xlsx(book)?)])
}

/// OpenDocument.
pub fn ods(book: &Workbook) -> Result<Vec<u8>, RenderError> {
    ods::write(book).map_err(|e| failed(book, e.to_string()))
}

/// Office Open XML.
pub fn xlsx(book: &Workbook) -> Result<Vec<u8>, RenderError> {
    xlsx::write(book).map_err(|e| failed(book, e.to_string()))
}

fn failed(book: &Workbook, why: String) -> RenderError {
    RenderError::Workbook { path: book.path.clone(), why }
}
