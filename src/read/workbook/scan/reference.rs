//! References of cells, `B12`, inside the grid of a worksheet.

use super::GRID;
use crate::read::workbook::xml::{Fault, damaged};

pub(super) fn outside(what: &str) -> Fault {
    ("XLSX_OUT_OF_GRID", format!("{} is outside the grid", crate::diag::excerpt(what)))
}

/// `12` -> 11.
pub(super) fn row_number(r: &str) -> Result<u32, Fault> {
    if r.is_empty() || !r.bytes().all(|b| b.is_ascii_digit()) {
        return Err(damaged(format!("a row with the number {:?}", crate::diag::excerpt(r))));
    }
    match r.parse::<u32>() {
        Ok(n) if (1..=GRID.0).contains(&n) => Ok(n - 1),
        _ => Err(outside(&format!("row {r}"))),
    }
}

/// `B12` -> (11, 1).
pub(super) fn reference(a1: &str) -> Result<(u32, u32), Fault> {
    let letters = a1.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = a1.split_at(letters);
    if column.is_empty() {
        return Err(damaged(format!("a cell with the reference {:?}", crate::diag::excerpt(a1))));
    }
    let number = column
        .bytes()
        .fold(0u32, |n, b| n.saturating_mul(26).saturating_add(u32::from(b.to_ascii_uppercase() - b'A') + 1));
    if number > GRID.1 {
        return Err(outside(&format!("cell {a1}")));
    }
    Ok((row_number(row)?, number - 1))
}

/// The range of a shared formula. calamine subtracts its corners without looking which is first.
pub(super) fn area(range: &str) -> Result<(), Fault> {
    let (from, to) = range.split_once(':').unwrap_or((range, range));
    let ((top, left), (bottom, right)) = (reference(from)?, reference(to)?);
    if top > bottom || left > right {
        return Err(damaged(format!("a formula for the range {:?}", crate::diag::excerpt(range))));
    }
    Ok(())
}
