//! Units with too few values, or too many zeros, are not scored.

use super::column::{Column, Origin, Row};
use super::present;
use crate::define::framework::Screening;
use crate::diag::{Diagnostic, Place};

pub(super) struct Screened {
    /// Per row before screening: period, unit.
    pub keys: Vec<(String, String)>,
    /// Share of the indicators that are there; of those, the share that is not zero.
    pub present: Vec<f64>,
    pub non_zero: Vec<Option<f64>>,
    pub included: Vec<bool>,
    pub why: Vec<&'static str>,
}

pub(super) fn screen(by: &Screening, rows: &[Row<'_>], columns: &[Option<Column>]) -> Screened {
    let mut out = Screened {
        keys: rows.iter().map(|r| (r.period.to_owned(), r.unit.to_owned())).collect(),
        present: Vec::new(),
        non_zero: Vec::new(),
        included: Vec::new(),
        why: Vec::new(),
    };
    for (u, row) in rows.iter().enumerate() {
        let asked = present(columns).count() as f64;
        let there = present(columns).filter(|(_, c)| c.origin[u] != Origin::Missing);
        let there: Vec<f64> = there.map(|(_, c)| c.value[u]).collect();
        let zeros = there.iter().filter(|x| **x == 0.0).count() as f64;
        let share = if asked > 0.0 { there.len() as f64 / asked } else { 0.0 };
        let non_zero = (!there.is_empty()).then(|| 1.0 - zeros / there.len() as f64);
        let named = |list: &[String]| list.iter().any(|n| n == row.unit);
        let (included, why) = if named(&by.leave) {
            (false, "named to leave")
        } else if named(&by.keep) {
            (true, "named to stay")
        } else if share < by.minimum_present {
            (false, "too few values")
        } else if non_zero.unwrap_or(0.0) < by.minimum_non_zero {
            (false, "too many zeros")
        } else {
            (true, "enough")
        };
        out.present.push(share);
        out.non_zero.push(non_zero);
        out.included.push(included);
        out.why.push(why);
    }
    out
}

impl Screened {
    pub(super) fn diagnostics(&self, rows: &[Row<'_>], file: &str) -> Vec<Diagnostic> {
        let out = (0..rows.len()).filter(|u| !self.included[*u]);
        out.map(|u| {
            let key = format!("{} {}", rows[u].period, rows[u].unit);
            let place = Place::Key { dataset: file.to_owned(), key: key.trim().to_owned() };
            Diagnostic::new("SCREENED_OUT", place, format!("not scored: {}", self.why[u]))
        })
        .collect()
    }
}
