//! The security toolkit: of each year its own standard, and how the practices stand by it.

use crate::define::framework::ToolkitRegister;
use crate::frames::{Columns, Grown, days_of};
use crate::model::{Grain, Period, Provenance};
use polars::prelude::*;
use std::collections::BTreeMap;

/// A register of one quarter.
#[derive(Clone, Copy)]
pub struct Register<'a> {
    pub period: Period,
    /// The rows of `practices` of the quarter.
    pub practices: &'a DataFrame,
    pub frame: &'a DataFrame,
    pub provenance: Provenance,
}

/// The table `security_toolkit`, of the last register of each financial year: one row for each year, CCG (and England)
/// and status. `registers` stand in the order of their quarters. Practices that are expected and not in the register have
/// the status that the rules give them.
pub fn security_toolkit(rules: &ToolkitRegister, registers: &[Register<'_>]) -> PolarsResult<DataFrame> {
    let mut of_years: BTreeMap<Period, &Register<'_>> = BTreeMap::new();
    for register in registers {
        of_years.insert(Period::containing(Grain::FinancialYear, register.period.end()), register);
    }
    let mut t = Grown::default();
    for (year, register) in of_years {
        let Some(edition) = rules.edition_on(register.period.end()) else { continue };
        let mut counts: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
        let mut all: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        let statuses = statuses(rules, register.frame)?;
        let table = Columns(register.practices);
        let (code, ccg) = (table.texts("practice_code")?, table.texts("ccg_code")?);
        let expected = table.flags("expected")?;
        for i in (0..code.len()).filter(|i| expected[*i] == Some(true)) {
            let Some(code) = code[i] else { continue };
            let status = statuses.get(code).copied().unwrap_or(&rules.absent);
            for (kind, unit) in
                [ccg[i].map(|c| ("ccg", c)), Some(("england", "england"))].into_iter().flatten()
            {
                *counts.entry((kind, unit, status)).or_default() += 1;
                *all.entry((kind, unit)).or_default() += 1;
            }
        }
        let n = counts.len();
        t.owned("year", std::iter::repeat_n(Some(year.label()), n));
        t.owned("standard", std::iter::repeat_n(Some(edition), n));
        t.days("register_date", std::iter::repeat_n(days_of(register.period.end()), n));
        t.owned("unit_type", counts.keys().map(|k| Some(k.0.to_owned())));
        t.owned("unit_code", counts.keys().map(|k| Some(k.1.to_owned())));
        t.owned("status", counts.keys().map(|k| Some(k.2.to_owned())));
        t.wholes("met", counts.keys().map(|k| Some(i64::from(rules.met.iter().any(|m| m == k.2)))));
        t.wholes("practices", counts.values().map(|n| Some(*n)));
        t.numbers("share", counts.iter().map(|(k, n)| Some(*n as f64 / all[&(k.0, k.1)] as f64)));
        let provenance = register.provenance.as_str();
        t.owned("provenance", std::iter::repeat_n(Some(provenance.to_owned()), n));
    }
    t.finish()
}

/// Status by practice.
fn statuses<'a>(
    rules: &ToolkitRegister,
    register: &'a DataFrame,
) -> PolarsResult<BTreeMap<&'a str, &'a str>> {
    let table = Columns(register);
    let pairs = table.texts("practice_code")?.into_iter().zip(table.texts(&rules.column)?);
    Ok(pairs.filter_map(|(code, status)| code.zip(status)).collect())
}
