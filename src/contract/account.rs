//! The accounting identity of a file: nothing is dropped in silence.
//!
//! Rows read = accepted + quarantined + declared skipped + refused; bytes read = bytes accounted for. Rows are records of
//! the source (before a wide record becomes several long rows); header rows are not counted.

use super::chunk::{Fate, Part};
use super::column::ColumnPart;
use super::header::Claim;
use super::listed::Listed;
use super::notes;
use super::typing::{Bound, Quarantined, Typed};
use crate::diag::{Diagnostic, Place};
use crate::read::table::{Origin, Table};
use std::collections::{BTreeMap, BTreeSet};

/// One line of `quality/reconciliation`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub rows_read: u64,
    pub rows_accepted: u64,
    /// Set aside one by one: each stands in the quarantine.
    pub rows_quarantined: u64,
    /// Blank, total, footnote and pseudo rows, exact copies.
    pub rows_skipped: u64,
    /// Refused with their file, sheet, part or period as a whole: they stand in the snapshot, not in the quarantine.
    pub rows_refused: u64,
    /// Of the rows quarantined or refused, those of which it cannot be read whose figure, or that of when, lacks them.
    pub rows_unplaced: u64,
    pub bytes_read: u64,
    pub bytes_accounted: u64,
}

impl Account {
    /// The accepted rows are refused after all, with the file.
    pub fn refuse(&mut self) {
        self.refuse_some(self.rows_accepted);
    }

    /// So many of the accepted rows are refused after all, with their period.
    pub fn refuse_some(&mut self, rows: u64) {
        self.rows_accepted -= rows;
        self.rows_refused += rows;
    }

    pub fn balances(&self) -> bool {
        self.rows_read == self.rows_accepted + self.rows_quarantined + self.rows_skipped + self.rows_refused
            && self.bytes_read == self.bytes_accounted
    }

    #[must_use]
    pub fn plus(&self, other: &Account) -> Account {
        Account {
            rows_read: self.rows_read + other.rows_read,
            rows_accepted: self.rows_accepted + other.rows_accepted,
            rows_quarantined: self.rows_quarantined + other.rows_quarantined,
            rows_skipped: self.rows_skipped + other.rows_skipped,
            rows_refused: self.rows_refused + other.rows_refused,
            rows_unplaced: self.rows_unplaced + other.rows_unplaced,
            bytes_read: self.bytes_read + other.bytes_read,
            bytes_accounted: self.bytes_accounted + other.bytes_accounted,
        }
    }
}

/// Bytes of the text from `data_start` that belong to a record, a set-aside row or a blank line, line ends
/// included, walked record by record: a gap or an overlap shows as a difference from the text's length.
fn bytes_of_rows(table: &Table, data_start: usize) -> usize {
    let Origin::Text(decoded) = &table.origin else { return 0 };
    let text = decoded.text.as_bytes();
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

/// The bytes of a text, counted from its records.
pub fn bytes(claim: &Claim<'_>, table: &Table, account: &mut Account) {
    if let Origin::Text(decoded) = &table.origin {
        account.bytes_read = decoded.original_offset(decoded.text.len());
        account.bytes_accounted = decoded.original_offset(bytes_of_rows(table, claim.data.0));
    }
}

/// Diagnostics, quarantine and account from the parts.
pub fn collect(
    claim: &Claim<'_>,
    table: &Table,
    bound: &[Bound<'_>],
    parts: &[Part],
    trailing: &BTreeSet<(usize, usize)>,
    out: &mut Typed,
) {
    let skipped_row = |c: usize, row: u32| matches!(parts[c].fates[row as usize], Fate::Skip(_));
    let columns: Vec<&[ColumnPart]> = parts.iter().map(|p| &p.columns[..]).collect();
    notes::cells(claim, table, bound.iter().map(|b| (b.at, &b.field)), &columns, &skipped_row, out);
    let mut skipped: BTreeMap<&'static str, (u64, u32)> = BTreeMap::new();
    let mut skip = |code: &'static str, line: u32, n: u64| {
        let entry = skipped.entry(code).or_insert((0, line));
        entry.0 += n;
        entry.1 = entry.1.min(line);
    };
    let mut listed = Listed::default();
    for (c, (chunk, part)) in table.chunks.iter().zip(parts).enumerate() {
        let mut codes = notes::codes_by_row(&part.columns);
        for row in &part.lost {
            codes.entry(*row).or_default().insert("ENC_MIXED");
            if listed.room("ENC_MIXED") {
                let d = notes::not_text(table, chunk, *row as usize);
                out.diagnostics.push(d.dataset(&claim.contract.id));
            }
        }
        for (row, fate) in part.fates.iter().enumerate() {
            let line = chunk.places[row].line;
            match fate {
                Fate::Keep => out.account.rows_accepted += 1,
                Fate::Skip("DUPLICATE_ROW") => out.account.rows_skipped += 1,
                Fate::Skip(code) => {
                    out.account.rows_skipped += 1;
                    skip(code, line, 1);
                }
                Fate::Refuse(..) => out.account.rows_refused += 1,
                Fate::Quarantine => {
                    out.account.rows_quarantined += 1;
                    // without a fault of its own: a record whose key another one has
                    let codes = codes.remove(&(row as u32)).unwrap_or_else(|| ["DUPLICATE_KEY"].into());
                    let codes = codes.into_iter().collect();
                    out.quarantine.push(Quarantined { line, raw: table.raw(chunk, row), codes });
                }
            }
        }
        for (i, bad) in chunk.bad.iter().enumerate() {
            let (code, note) = notes::bad_row(table, c, i, trailing);
            if note {
                out.account.rows_skipped += 1;
                skip(code, bad.place.line, 1);
                continue;
            }
            out.account.rows_quarantined += 1;
            let raw = table.raw_line(bad.place);
            if listed.room(code) {
                let d = Diagnostic::new(code, table.row_place(bad.place), bad.message.clone());
                out.diagnostics.push(d.dataset(&claim.contract.id).found(&raw));
            }
            out.quarantine.push(Quarantined { line: bad.place.line, raw, codes: vec![code] });
        }
        for blank in &chunk.blank {
            out.account.rows_skipped += 1;
            skip("BLANK_ROW", blank.line, 1);
        }
    }
    if claim.preamble > 0 {
        out.account.rows_skipped += u64::from(claim.preamble);
        skip("PREAMBLE_SKIPPED", 1, u64::from(claim.preamble));
    }
    let a = &mut out.account;
    a.rows_read = a.rows_accepted + a.rows_quarantined + a.rows_skipped + a.rows_refused;
    notes::check_rows(claim, table, &out.account);
    out.diagnostics.extend(listed.rest(&table.label, &claim.contract.id, "the file"));
    for (code, (n, line)) in skipped {
        let text = match n {
            1 => format!("one row, line {line}"),
            n => format!("{n} rows, the first on line {line}"),
        };
        let d = Diagnostic::new(code, Place::file(&table.label), text).times(n);
        out.diagnostics.push(d.dataset(&claim.contract.id));
    }
    bytes(claim, table, &mut out.account);
}
