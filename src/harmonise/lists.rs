//! The list of each practice, held against the list that it counts itself.
//!
//! A list comes from registration statistics and never from the return that is scored. But a list of nobody, published for a
//! practice that returns patients, is no list: payments files write 0 for practices whose lists they do not have. It is taken as
//! not known, and the practice weighs what a practice without a list weighs (own method).

use super::column::HarmoniseError;
use super::figures::{Found, first_found};
use super::practices::QuarterInputs;
use crate::diag::{Diagnostic, Place, grouped};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Lists by practice. Says which lists of nobody are not believed, and how many are far from those that are returned.
pub(super) fn known(
    codes: &[&str],
    end: Date,
    inputs: &QuarterInputs<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<String, Found>, HarmoniseError> {
    let mut lists = first_found(&inputs.lists)?;
    let own = first_found(&inputs.compared)?;
    let (mut both, mut apart) = (0, Vec::new());
    for code in codes {
        let (Some(list), Some(counted)) = (lists.get(*code), own.get(*code).filter(|f| f.whole() > 0)) else {
            continue;
        };
        both += 1;
        if list.whole() == 0 {
            let message =
                format!("{}: 0 patients, where {} counts patients: not known", list.source, counted.source);
            let place = Place::Key { dataset: list.source.clone(), key: (*code).to_owned() };
            diagnostics.push(Diagnostic::new("LIST_OF_NOBODY", place, message));
            lists.remove(*code);
        } else if inputs.apart.is_some_and(|share| far(list, counted, share)) {
            apart.push(*code);
        }
    }
    if let Some(share) = inputs.apart.filter(|_| !apart.is_empty()) {
        let message = format!(
            "{} of {} published lists are more than {:.0} % from the one that the practice returned: {}",
            grouped(apart.len() as u64),
            grouped(both),
            share * 100.0,
            apart.join(" ")
        );
        let place = Place::Key { dataset: "practices".to_owned(), key: end.to_string() };
        diagnostics.push(Diagnostic::new("LISTS_APART", place, message));
    }
    Ok(lists)
}

fn far(one: &Found, other: &Found, share: f64) -> bool {
    let (a, b) = (one.decimal(), other.decimal());
    (a - b).abs() > share * a.max(b)
}
