//! A file of changes for `dpcmi what-if`: answers, spend, populations, weights that are not so.

use super::fault::{Source, parse};
use crate::diag::Diagnostic;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole file. Without any change the release comes out as it is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// What is tried, and by whom: it stands on the release that comes out.
    #[serde(default)]
    pub about: String,
    #[serde(default)]
    pub set: Vec<Set>,
    #[serde(default)]
    pub add: Vec<Add>,
    #[serde(default)]
    pub weight: Vec<Reweigh>,
}

/// One cell, or the same cell of several rows: an answer, a list, a line of spend.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Set {
    pub dataset: String,
    /// A day in the period of the rows; without it, every period that is held.
    pub as_at: Option<String>,
    /// Columns and the values that name the rows: `{ practice_code = "A81001" }`.
    pub rows: BTreeMap<String, String>,
    pub column: String,
    /// The new value as a return would write it in the store: `yes`, `8000`, `123_00` pence.
    pub value: String,
}

/// A row that nobody sent: the answers of a practice that returned nothing.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Add {
    pub dataset: String,
    /// A day in the period of the row, of which a table must be held.
    pub as_at: String,
    /// Columns and values as a return would write them in the store; what is left out was not returned.
    pub cells: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reweigh {
    /// Id of an indicator or a dimension.
    pub of: String,
    pub value: f64,
}

impl Changes {
    pub fn read(source: &Source) -> Result<Changes, Vec<Diagnostic>> {
        let changes: Changes = parse(source).map_err(|fault| vec![*fault])?;
        let mut faults = Vec::new();
        let mut say = |code: &str, near: &str, message: String| {
            faults.push(Diagnostic::new(code, source.place_of(near), message));
        };
        for set in &changes.set {
            if set.rows.is_empty() {
                say("CONFIG_VALUE", &set.column, format!("`rows` names no row of {}", set.dataset));
            }
        }
        let days =
            changes.set.iter().filter_map(|s| s.as_at.as_ref()).chain(changes.add.iter().map(|a| &a.as_at));
        for day in days.filter(|d| d.parse::<jiff::civil::Date>().is_err()) {
            say("CONFIG_VALUE", day, format!("`{day}` is no day such as 2018-09-30"));
        }
        for weight in changes.weight.iter().filter(|w| !w.value.is_finite() || w.value < 0.0) {
            say("CONFIG_WEIGHTS", &weight.of, format!("{} cannot weigh {}", weight.of, weight.value));
        }
        if faults.is_empty() { Ok(changes) } else { Err(faults) }
    }

    /// How many changes it holds.
    pub fn len(&self) -> usize {
        self.set.len() + self.add.len() + self.weight.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
