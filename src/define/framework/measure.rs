//! Where the value of an indicator comes from, as written: an answer, a presence, or a count over another.

use super::inputs::{Filter, Words};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where the value of an indicator comes from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a framework holds some dozens")]
pub enum Measure {
    /// An answer with a key to points, read at the last month.
    State {
        dataset: String,
        #[serde(default, rename = "where")]
        filter: Filter,
        column: String,
        /// Answer to points, 0 to 100.
        points: BTreeMap<String, f64>,
        /// Answers that say nothing (such as `9`, not known): missing.
        #[serde(default)]
        unknown: Vec<String>,
    },
    /// Being in the dataset at all, read at the last month; whoever is not there is missing, not zero.
    Presence {
        dataset: String,
        #[serde(default, rename = "where")]
        filter: Filter,
    },
    /// A numerator over a denominator.
    Ratio {
        numerator: Count,
        denominator: Denominator,
        /// What the denominator counts, for people.
        population: String,
        at: At,
        /// Units of the denominator in one unit of the value (1000: per thousand).
        #[serde(default = "one")]
        per: f64,
        /// A part larger than its whole is shown as published, flagged (K001) and its value capped here.
        cap: Option<f64>,
    },
}

fn one() -> f64 {
    1.0
}

impl Measure {
    /// Whether it is counted rather than answered: an answer has points of its own.
    pub fn is_count(&self) -> bool {
        matches!(self, Measure::Ratio { .. })
    }

    /// The datasets that it answers from, with the rows that it keeps of each.
    pub fn filters(&self) -> Vec<(&str, &Filter)> {
        match self {
            Measure::State { dataset, filter, .. } | Measure::Presence { dataset, filter } => {
                vec![(dataset, filter)]
            }
            Measure::Ratio { numerator, .. } => vec![(&numerator.dataset, &numerator.filter)],
        }
    }

    /// The datasets that it reads.
    pub fn datasets(&self) -> Vec<&str> {
        match self {
            Measure::State { dataset, .. } | Measure::Presence { dataset, .. } => vec![dataset],
            Measure::Ratio { numerator, denominator, .. } => {
                let mut out = vec![numerator.dataset.as_str()];
                if let Denominator::Count(c) = denominator {
                    out.push(&c.dataset);
                }
                out
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// A stock: the last month that the quarter holds.
    LastMonth,
    /// A flow: summed over the months, numerator and denominator over the same months, so a denominator of people
    /// counts person-months.
    Sum,
}

/// Whole numbers in one column, or in several that are added.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    pub dataset: String,
    #[serde(default, rename = "where")]
    pub filter: Filter,
    /// Column or columns.
    pub column: Columns,
    /// Where the service is off, the count is zero whatever the cell says.
    pub gate: Option<Gate>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Columns {
    One(String),
    Sum(Vec<String>),
}

impl Columns {
    pub fn list(&self) -> &[String] {
        match self {
            Columns::One(c) => std::slice::from_ref(c),
            Columns::Sum(cs) => cs,
        }
    }
}

/// A state in the same dataset that must hold, month by month, for a count to count.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    #[serde(default, rename = "where")]
    pub filter: Filter,
    pub column: String,
    /// The answers that open the gate. A missing answer leaves the count missing.
    pub is: Words,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Denominator {
    /// A count, from the same return as the numerator or another.
    Count(Count),
    /// The practice's registered list, from `population`, once for every month asked.
    List(ListSize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListSize {
    ListSize,
}
