//! A worksheet as sparse cells with their text: what a workbook reader yields.

/// How the workbook stored the cell; the text is what a contract types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Text,
    /// Text is the shortest decimal form that gives the same double.
    Number,
    /// Text is ISO 8601 (`2025-04-01`, with a time only if it is not midnight).
    Date,
    Bool,
    /// Text is the spreadsheet's error value (`#N/A`).
    Error,
    /// A formula without a stored result; no text.
    UncachedFormula,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetCell {
    /// Counts from 0.
    pub row: u32,
    /// Counts from 0.
    pub column: u32,
    pub kind: CellKind,
    offset: u32,
    length: u32,
}

/// Cells sorted by row, then column; empty cells are not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    pub cells: Vec<SheetCell>,
    arena: String,
}

impl Sheet {
    pub fn new(name: &str, hidden: bool) -> Sheet {
        Sheet { name: name.to_owned(), hidden, ..Sheet::default() }
    }

    /// Adds a cell; the caller keeps the order of rows and columns.
    pub fn push(&mut self, row: u32, column: u32, kind: CellKind, text: &str) {
        let offset = u32::try_from(self.arena.len()).unwrap_or(u32::MAX);
        self.arena.push_str(text);
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.cells.push(SheetCell { row, column, kind, offset, length });
    }

    pub fn text(&self, cell: &SheetCell) -> &str {
        let from = cell.offset as usize;
        self.arena.get(from..from + cell.length as usize).unwrap_or("")
    }

    /// `A1` style name of a place that counts from 0.
    pub fn a1(row: u32, column: u32) -> String {
        let mut letters = Vec::new();
        let mut c = column + 1;
        while c > 0 {
            letters.push(b'A' + u8::try_from((c - 1) % 26).unwrap_or(0));
            c = (c - 1) / 26;
        }
        letters.reverse();
        format!("{}{}", String::from_utf8_lossy(&letters), row + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_names_follow_the_spreadsheet() {
        for (r, c, name) in [(0, 0, "A1"), (11, 25, "Z12"), (0, 26, "AA1"), (1_048_575, 16_383, "XFD1048576")]
        {
            assert_eq!(Sheet::a1(r, c), name);
        }
    }
}
