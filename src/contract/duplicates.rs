//! Rows of one key: exact copies are skipped, rows that differ are all set aside.

use super::chunk::{Fate, Part};
use super::header::Claim;
use super::listed::Listed;
use crate::diag::Diagnostic;
use crate::read::table::Table;
use rayon::prelude::*;

/// Exact copies are skipped; rows with one key and different values are all set aside.
pub fn duplicates(claim: &Claim<'_>, table: &Table, parts: &mut [Part]) -> Vec<Diagnostic> {
    if claim.contract.key.is_empty() {
        return Vec::new();
    }
    let mut all: Vec<(u64, u32, u32)> = Vec::new();
    for (c, part) in parts.iter().enumerate() {
        let kept = part.fates.iter().enumerate().filter(|(_, f)| **f == Fate::Keep);
        all.extend(kept.map(|(r, _)| (part.key[r], c as u32, r as u32)));
    }
    all.par_sort_unstable();
    let mut out = Vec::new();
    let mut listed = Listed::default();
    for run in all.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        let (_, c0, r0) = run[0];
        let first = parts[c0 as usize].whole[r0 as usize];
        let copies = run.iter().all(|(_, c, r)| parts[*c as usize].whole[*r as usize] == first);
        let first_place = table.chunks[c0 as usize].places[r0 as usize];
        for (i, (_, c, r)) in run.iter().enumerate() {
            if copies && i == 0 {
                continue;
            }
            let (c, r) = (*c as usize, *r as usize);
            let (code, fate) = if copies {
                ("DUPLICATE_ROW", Fate::Skip("DUPLICATE_ROW"))
            } else {
                ("DUPLICATE_KEY", Fate::Quarantine)
            };
            parts[c].fates[r] = fate;
            if !listed.room(code) {
                continue;
            }
            let place = table.row_place(table.chunks[c].places[r]);
            let d = if copies {
                Diagnostic::new("DUPLICATE_ROW", place, format!("an exact copy of line {}", first_place.line))
            } else {
                let other = if i == 0 {
                    table.chunks[run[1].1 as usize].places[run[1].2 as usize]
                } else {
                    first_place
                };
                Diagnostic::new(
                    "DUPLICATE_KEY",
                    place,
                    format!(
                        "the same {} as line {} with other values",
                        claim.contract.key.join(", "),
                        other.line
                    ),
                )
            };
            out.push(d.dataset(&claim.contract.id));
        }
    }
    out.extend(listed.rest(&table.label, &claim.contract.id, "the file"));
    out
}
