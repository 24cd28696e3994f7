//! The published total against the rows: a table that states its own total checks itself.
//!
//! Practices, pseudo units (`Unassigned`) and rows that were set aside all count, for the publisher counted them.
//! Only whole numbers are compared: shares and averages do not add up.

use super::chunk::{Fate, Part};
use super::column::Values;
use super::header::Claim;
use super::typing::Bound;
use crate::diag::Diagnostic;
use crate::read::table::Table;

const TOTAL: Fate = Fate::Skip("TOTAL_ROW_SKIPPED");
const PSEUDO: Fate = Fate::Skip("PSEUDO_UNIT");

/// One warning for each column whose rows do not add up to the one total row of the table. A table with several
/// total rows (of months, of areas) is left alone.
pub fn totals(claim: &Claim<'_>, table: &Table, bound: &[Bound<'_>], parts: &[Part]) -> Vec<Diagnostic> {
    let rows = || parts.iter().enumerate().flat_map(|(c, p)| (0..p.fates.len()).map(move |r| (c, r)));
    let mut totals = rows().filter(|(c, r)| parts[*c].fates[*r] == TOTAL);
    let (Some((chunk, row)), None) = (totals.next(), totals.next()) else { return Vec::new() };
    let place = table.chunks[chunk].places[row];
    let mut out = Vec::new();
    for (n, b) in bound.iter().enumerate() {
        let value = |c: usize, r: usize| match &parts[c].columns[n].values {
            Values::Integer(values) => values[r],
            _ => None,
        };
        let Some(published) = value(chunk, row) else { continue };
        let counted = rows().filter(|(c, r)| {
            let fate = parts[*c].fates[*r];
            fate == PSEUDO || !matches!(fate, Fate::Skip(_))
        });
        let sum: i64 = counted.filter_map(|(c, r)| value(c, r)).sum();
        if sum != published {
            let message = format!("the rows add up to {sum}, the published total is {published}");
            let place = table.cell_place(place, b.at, Some(&b.field.name));
            out.push(Diagnostic::new("RECON_TOTAL", place, message).dataset(&claim.contract.id));
        }
    }
    out
}
