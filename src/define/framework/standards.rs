//! The `[standards]` section of a pipeline: which indicators are requirements of the operating model, and which standard
//! of the security toolkit held in which years.

use crate::model::{Grain, Period};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

/// Requirements and their state by CCG, and the security toolkit by year.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardsSection {
    /// An indicator answered in words in one of these datasets is a requirement, and met by an answer with full points.
    pub datasets: Vec<String>,
    /// Why these.
    pub reason: String,
    pub toolkit: Option<ToolkitRegister>,
}

/// The register of the security toolkit.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolkitRegister {
    pub dataset: String,
    /// Column with the status.
    pub column: String,
    /// Statuses that meet the standard of their year.
    pub met: Vec<String>,
    /// Status of a practice that is not in the register.
    pub absent: String,
    /// Standards, oldest first. Each year has a standard of its own; levels of two years are never one series.
    pub standard: Vec<ToolkitStandard>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolkitStandard {
    pub name: String,
    /// From which day it holds: `2018-04-01`.
    pub from: String,
    pub source: String,
}

impl ToolkitRegister {
    /// The standard that holds on a day with its financial year: each year has a standard of its own.
    pub fn edition_on(&self, day: Date) -> Option<String> {
        let year = Period::containing(Grain::FinancialYear, day);
        Some(format!("{} {}", self.standard_on(day)?.name, year.label()))
    }

    /// The standard that holds on a day.
    pub fn standard_on(&self, day: Date) -> Option<&ToolkitStandard> {
        self.standard.iter().rev().find(|s| s.from.parse::<Date>().is_ok_and(|from| from <= day))
    }
}

impl StandardsSection {
    /// What is wrong with it, by key.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if self.reason.trim().is_empty() {
            out.push(("reason", "what counts as a requirement has a reason".to_owned()));
        }
        for s in self.toolkit.iter().flat_map(|t| &t.standard) {
            if s.from.parse::<Date>().is_err() {
                out.push(("toolkit", format!("`{}` is no day such as 2018-04-01", s.from)));
            }
        }
        out
    }
}
