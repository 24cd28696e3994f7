//! The disclosure policy as it is written (`reports/disclosure.toml`) and read.
//!
//! The policy shipped withholds nothing, because every input is already public at practice level; it flags small
//! lists. A threshold in the file makes it withhold.

use serde::Deserialize;

/// The policy that is compiled in; a pipeline may give another text to [`Policy::parse`].
const SHIPPED: &str = include_str!("../../reports/disclosure.toml");

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What the policy does and why, printed on the page.
    pub statement: String,
    pub small_list: SmallList,
    /// Which columns hold rates or scores of single practices.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallList {
    /// Practices with fewer registered patients are shown and marked `small list`.
    pub flag_below: i64,
    /// Practices with fewer registered patients have their rates and scores withheld; 0 withholds nothing.
    pub withhold_below: i64,
    /// Where the numbers come from.
    pub reason: String,
}

/// One table that holds rates of practices, or totals of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub table: String,
    /// Column with the code of the unit.
    pub unit: String,
    /// Column that says of what type the unit is (`practice`, `ccg`, `region`, `england`); without it every row is
    /// a unit of `level`.
    #[serde(default)]
    pub unit_type: Option<String>,
    /// Type of the unit where no column says it.
    #[serde(default)]
    pub level: Option<String>,
    /// Further key of a cell, such as the indicator.
    #[serde(default)]
    pub within: Option<String>,
    /// What is withheld, the leading figure first. A name that ends in `*` stands for all columns with that beginning.
    pub columns: Vec<String>,
    /// Column that carries the reason of a missing value for the whole row, when the table has one.
    #[serde(default)]
    pub absence: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("thresholds are counts of patients: {0} is below zero")]
    Negative(i64),
    #[error("the rule for table `{0}` states neither `unit_type` nor `level`")]
    NoLevel(String),
}

impl Policy {
    pub fn shipped() -> Result<Policy, PolicyError> {
        Policy::parse(SHIPPED)
    }

    pub fn parse(text: &str) -> Result<Policy, PolicyError> {
        let policy: Policy = toml::from_str(text)?;
        for n in [policy.small_list.flag_below, policy.small_list.withhold_below] {
            if n < 0 {
                return Err(PolicyError::Negative(n));
            }
        }
        for rule in &policy.rules {
            if rule.unit_type.is_none() && rule.level.is_none() {
                return Err(PolicyError::NoLevel(rule.table.clone()));
            }
        }
        Ok(policy)
    }
}
