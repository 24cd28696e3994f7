//! Which contract claims a table. The best fit wins: the era that names the most columns.

use super::header::{Claim, Near, claim};
use crate::define::{Container, Contract, Era};
use crate::diag::{Diagnostic, Place};
use crate::read::Limits;
use crate::read::encoding::Decoded;
use crate::read::lexer::Dialect;
use crate::read::sheet::Sheet;
use crate::read::table::{PeekRow, peek_sheet, peek_text};
use std::collections::BTreeMap;

/// Rows looked at: enough for a title page above the header and for the patterns of headerless files.
const PEEK: usize = 200;

/// Nobody claims it, or somebody nearly does and says what is missing.
pub type Unclaimed = Option<Diagnostic>;

/// The dialect of an era.
pub fn dialect(era: &Era) -> Dialect {
    Dialect { delimiter: era.delimiter, quoted: era.quoted }
}

/// Finds the contract of a text file.
pub fn text<'a>(
    contracts: &'a [Contract],
    label: &str,
    decoded: &Decoded,
    limits: &Limits,
) -> Result<Claim<'a>, Unclaimed> {
    let mut peeks: BTreeMap<(char, bool), Vec<PeekRow>> = BTreeMap::new();
    best(contracts, label, |era| {
        (era.container == Container::Text).then(|| {
            let d = dialect(era);
            peeks
                .entry((d.delimiter, d.quoted))
                .or_insert_with(|| peek_text(decoded, d, PEEK, limits))
                .clone()
        })
    })
}

/// Finds the contract of a worksheet.
pub fn sheet<'a>(contracts: &'a [Contract], label: &str, sheet: &Sheet) -> Result<Claim<'a>, Unclaimed> {
    let rows = peek_sheet(sheet, PEEK);
    best(contracts, label, |era| {
        let named = era.sheet.as_ref().is_none_or(|p| p.is_match(&sheet.name));
        (era.container == Container::Workbook && named).then(|| rows.clone())
    })
}

fn best<'a>(
    contracts: &'a [Contract],
    label: &str,
    mut rows_for: impl FnMut(&Era) -> Option<Vec<PeekRow>>,
) -> Result<Claim<'a>, Unclaimed> {
    let mut winner: Option<Claim<'a>> = None;
    let mut tie: Option<&str> = None;
    let mut nearest: Option<Near> = None;
    for contract in contracts {
        for era in &contract.eras {
            let Some(rows) = rows_for(era) else { continue };
            match claim(contract, era, label, &rows) {
                Ok(found) => {
                    let rank = |c: &Claim<'_>| (c.columns.len(), c.era.looks.len());
                    match winner.as_ref().map(|w| rank(w).cmp(&rank(&found))) {
                        None | Some(std::cmp::Ordering::Less) => {
                            winner = Some(found);
                            tie = None;
                        }
                        Some(std::cmp::Ordering::Equal) => tie = Some(&contract.id),
                        Some(std::cmp::Ordering::Greater) => {}
                    }
                }
                Err(Some(near)) if nearest.as_ref().is_none_or(|n| n.share < near.share) => {
                    nearest = Some(near)
                }
                Err(_) => {}
            }
        }
    }
    match (winner, tie) {
        (Some(w), Some(other)) if other != w.contract.id => Err(Some(Diagnostic::new(
            "CONFIG_VALUE",
            Place::file(label),
            format!("both {} and {other} claim this file: make one of them more particular", w.contract.id),
        ))),
        (Some(w), _) => Ok(w),
        (None, _) => Err(nearest.map(|n| n.diagnostic)),
    }
}
