//! What can be said of lines only side by side: which source speaks for a CCG, repeats, shares of one bill, categories.

use super::aside::SetAside;
use super::line::{Line, Origin};
use crate::define::spend::{LineTexts, ScopeMap};
use crate::model::Period;
use std::collections::{BTreeMap, BTreeSet};

/// How far shares of one bill may be from 1: they are written with a few decimals.
const SHARES_WITHIN: f64 = 0.005;

/// Puts all lines of a year in order, so that the order in which they came does not matter, and marks each.
pub(super) fn classify(
    mut lines: Vec<Line>,
    aside: &SetAside,
    map: Option<&ScopeMap>,
    year: Period,
) -> Vec<Line> {
    let order = |l: &Line| {
        let place = (l.ccg.clone(), l.origin, l.file.clone(), l.row, l.month);
        (place, l.transaction.clone(), l.description.clone(), l.pence)
    };
    lines.sort_by_cached_key(order);
    choose(&mut lines);
    mark_repeats(&mut lines);
    mark_shares(&mut lines, aside);
    if let Some(map) = map {
        let edition = map.edition(year.start()).map_or("", |e| e.id.as_str());
        for line in lines.iter_mut().filter(|l| l.in_scope) {
            let texts = LineTexts {
                expense_type: line.expense_type.as_deref(),
                supplier: line.supplier.as_deref(),
                description: line.description.as_deref(),
                stated: line.stated.as_deref(),
            };
            line.category = map.category(edition, texts).map(|(category, _)| category);
            line.unmapped = line.category.is_none();
        }
    }
    lines
}

/// A CCG's own return speaks for it; without one, the published lines do.
fn choose(lines: &mut [Line]) {
    let returned: BTreeSet<String> =
        lines.iter().filter(|l| l.origin == Origin::Return).map(|l| l.ccg.clone()).collect();
    for line in lines {
        line.counted = line.origin == Origin::Return || !returned.contains(&line.ccg);
    }
}

/// A published line is a repeat when an earlier one has the same CCG, transaction, type, supplier and amount, in
/// whatever month; without a transaction number month and date must agree too. A line of a return is one when all
/// but its number is the same. All are kept: any may be genuine.
fn mark_repeats(lines: &mut [Line]) {
    let mut seen = BTreeSet::new();
    for line in lines {
        let published = line.origin == Origin::Published;
        let when = line.transaction.is_none().then(|| (line.month, line.date.clone()));
        let number = line.transaction.clone().filter(|_| published);
        let what = (line.expense_type.clone(), line.supplier.clone(), line.pence);
        let more = (line.description.clone(), line.covers, line.for_other.clone(), line.bill.clone());
        line.repeated = !seen.insert((line.ccg.clone(), line.origin, number, what, when, more));
    }
}

/// The lines of one bill, of whichever CCGs, have shares that add up to 1. A bill that is short of that is left alone
/// where a line that was set aside may hold the rest.
fn mark_shares(lines: &mut [Line], aside: &SetAside) {
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for line in lines.iter() {
        if let (Some(bill), Some(share)) = (&line.bill, line.share) {
            *sums.entry(bill.clone()).or_default() += share;
        }
    }
    for line in lines {
        let Some(bill) = line.bill.as_ref().filter(|_| line.share.is_some()) else { continue };
        let excess = sums.get(bill).map_or(0.0, |sum| sum - 1.0);
        let cut = aside.any_bill || aside.bills.contains(bill);
        line.shares_wrong = excess > SHARES_WITHIN || (excess < -SHARES_WITHIN && !cut);
    }
}
