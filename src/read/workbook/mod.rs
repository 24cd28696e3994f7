//! Office Open XML workbooks -> [`Sheet`]s with text and kind of every filled cell.
//!
//! Two passes. The first is ours, over the raw XML, and refuses or flags what a spreadsheet library hides; it
//! writes a small package of checked parts. The second is calamine's stream of cells over that package, for the
//! shared strings, rich text and number formats. Which row is the header is not decided here (`contract` does).
//! `read::child` runs all this in a process of its own.

mod cells;
mod package;
mod scan;
mod xml;

pub use cells::SET_ASIDE;

use crate::diag::{Diagnostic, Place};
use crate::read::{Limits, Sheet, archive};

/// What is wrong or remarkable about the raw parts of a workbook; no cell is decoded.
pub fn prescan(label: &str, bytes: &[u8], limits: &Limits) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    check(label, bytes, limits, &mut found);
    found
}

/// All worksheets in the workbook's order, hidden ones too, or none and why.
pub fn read(label: &str, bytes: &[u8], limits: &Limits) -> (Vec<Sheet>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let Some(checked) = check(label, bytes, limits, &mut found) else { return (Vec::new(), found) };
    match cells::read(label, checked, limits, &mut found) {
        Ok(sheets) => (sheets, found),
        Err(fault) => {
            found.push(*fault);
            (Vec::new(), found)
        }
    }
}

fn check(
    label: &str,
    bytes: &[u8],
    limits: &Limits,
    found: &mut Vec<Diagnostic>,
) -> Option<package::Checked> {
    if !archive::is_zip(bytes) {
        let mismatch = archive::mismatch(label, bytes);
        let other =
            || Diagnostic::new("MAGIC_MISMATCH", Place::file(label), "the bytes are not a workbook (xlsx)");
        found.push(mismatch.unwrap_or_else(other));
        return None;
    }
    package::check(label, bytes, limits, found)
}
