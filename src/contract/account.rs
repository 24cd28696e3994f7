//! The accounting identity of a file: nothing is dropped in silence.
//!
//! Rows read = accepted + quarantined + declared skipped; bytes read = bytes accounted for. Rows are records of
//! the source (before a wide record becomes several long rows); header rows are not counted.

use crate::read::table::{Origin, Table};

/// One line of `quality/reconciliation`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub rows_read: u64,
    pub rows_accepted: u64,
    pub rows_quarantined: u64,
    /// Blank, total, footnote and pseudo rows, exact copies.
    pub rows_skipped: u64,
    pub bytes_read: u64,
    pub bytes_accounted: u64,
}

impl Account {
    pub fn balances(&self) -> bool {
        self.rows_read == self.rows_accepted + self.rows_quarantined + self.rows_skipped
            && self.bytes_read == self.bytes_accounted
    }

    #[must_use]
    pub fn plus(&self, other: &Account) -> Account {
        Account {
            rows_read: self.rows_read + other.rows_read,
            rows_accepted: self.rows_accepted + other.rows_accepted,
            rows_quarantined: self.rows_quarantined + other.rows_quarantined,
            rows_skipped: self.rows_skipped + other.rows_skipped,
            bytes_read: self.bytes_read + other.bytes_read,
            bytes_accounted: self.bytes_accounted + other.bytes_accounted,
        }
    }
}

/// Bytes of the text from `data_start` that belong to a record, a set-aside row or a blank line, line ends
/// included, walked record by record: a gap or an overlap shows as a difference from the text's length.
pub fn bytes_of_rows(table: &Table, data_start: usize) -> usize {
    let Origin::Text(decoded) = &table.origin else { return 0 };
    let text = &decoded.text;
    let mut at = data_start;
    for chunk in &table.chunks {
        let mut places: Vec<(u32, u32)> = chunk
            .places
            .iter()
            .chain(&chunk.blank)
            .chain(chunk.bad.iter().map(|b| &b.place))
            .map(|p| (p.start, p.end))
            .collect();
        places.sort_unstable();
        for (start, end) in places {
            if start as usize != at {
                return at;
            }
            at = end as usize;
            if text.get(at) == Some(&b'\r') {
                at += 1;
            }
            if text.get(at) == Some(&b'\n') {
                at += 1;
            }
        }
    }
    at
}
