//! Spend per head for every year of spend lines that is held.

use super::Result;
use super::places::Held;
use crate::diag::Diagnostic;
use crate::model::Provenance;
use crate::spend::{Patients, SpendInputs, SpendLines, WeightedLists, spend_per_head};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

pub struct Spending {
    pub table: DataFrame,
    pub lines: DataFrame,
    pub diagnostics: Vec<Diagnostic>,
}

/// `None` when the pipeline asks for no spend, or no lines are held, or nothing to divide them by.
pub fn spending(held: &Held<'_>) -> Result<Option<Spending>> {
    let Some(section) = &held.framework.spend else { return Ok(None) };
    let mut out: Option<Spending> = None;
    for lines in held.of(&section.lines) {
        let end = lines.period.end();
        let patients = held.near(&section.patients.dataset, end, Some(section.patients.window_months));
        let Some(patients) = patients.first() else {
            let place = crate::diag::Place::Key { dataset: section.lines.clone(), key: lines.period.label() };
            let d = Diagnostic::new(
                "NO_POPULATION",
                place,
                "no registered patients are held near the year of spend",
            );
            out.get_or_insert_with(Spending::empty).diagnostics.push(d);
            continue;
        };
        let weighted = section.weighted.as_ref().and_then(|w| {
            let found = held.near(&w.dataset, end, Some(w.window_months)).into_iter().next()?;
            Some(WeightedLists {
                dataset: &w.dataset,
                year: found.period,
                frame: &found.frame,
                registered: &w.registered,
                weighted: &w.weighted,
            })
        });
        let latest = |dataset: &str| held.of(dataset).max_by_key(|s| s.period.end()).map(|s| &s.frame);
        let months = section.months.as_deref();
        let months = months.and_then(|d| held.of(d).find(|s| s.period.end() == end)).map(|s| &s.frame);
        let all = held.sources.iter().filter(|s| {
            [section.lines.as_str(), section.patients.dataset.as_str()].contains(&s.dataset.as_str())
        });
        let inputs = SpendInputs {
            lines: SpendLines {
                dataset: &section.lines,
                year: lines.period,
                frame: &lines.frame,
                months_held: months,
            },
            patients: Patients {
                dataset: &section.patients.dataset,
                date: patients.period.end(),
                frame: &patients.frame,
                column: &section.patients.column,
            },
            weighted,
            ccgs: section.ccgs.as_deref().and_then(latest),
            provenance: all.map(|s| s.provenance).max().unwrap_or(Provenance::Published),
        };
        let spend = spend_per_head(&section.rules, &inputs)?;
        match &mut out {
            Some(all) if all.table.height() > 0 => {
                all.table.vstack_mut_owned(spend.table)?;
                all.lines.vstack_mut_owned(spend.lines)?;
                all.diagnostics.extend(spend.diagnostics);
            }
            _ => {
                let mut diagnostics = out.map(|s| s.diagnostics).unwrap_or_default();
                diagnostics.extend(spend.diagnostics);
                out = Some(Spending { table: spend.table, lines: spend.lines, diagnostics });
            }
        }
    }
    Ok(out)
}

impl Spending {
    fn empty() -> Spending {
        Spending { table: DataFrame::empty(), lines: DataFrame::empty(), diagnostics: Vec::new() }
    }

    /// £ per registered patient by CCG, for a league table of this day: only spend of a year that holds the day.
    pub fn per_head_on(&self, day: Date, scope: &str) -> Result<BTreeMap<String, f64>> {
        let mut out = BTreeMap::new();
        if self.table.height() == 0 {
            return Ok(out);
        }
        let years = self.table.column("period")?.cast(&DataType::Int32)?;
        let (codes, scopes) = (self.table.column("ccg_code")?.str()?, self.table.column("scope")?.str()?);
        let heads = self.table.column("per_head_registered")?.f64()?;
        for row in 0..self.table.height() {
            let year = years.i32()?.get(row).map(crate::contract::cells::day_of);
            let in_year = year.is_some_and(|end| {
                crate::model::Period::containing(crate::model::Grain::FinancialYear, end).contains(day)
            });
            if let (true, Some(code), Some(pence)) =
                (in_year && scopes.get(row) == Some(scope), codes.get(row), heads.get(row))
            {
                out.insert(code.to_owned(), pence / 100.0);
            }
        }
        Ok(out)
    }
}
