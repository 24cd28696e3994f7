//! The disclosure policy as it is written (`reports/disclosure.toml`) and read.
//!
//! The policy shipped rounds counts of people, withholds few, and flags small lists. A threshold in the file makes it withhold
//! these too.

use serde::Deserialize;

/// The policy that is compiled in; a pipeline may give another text to [`Policy::parse`].
const SHIPPED: &str = include_str!("../../reports/disclosure.toml");

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What the policy does and why, printed on the page.
    pub statement: String,
    pub small_list: SmallList,
    /// How counts of people leave; without it they leave as they are.
    #[serde(default)]
    pub people: Option<People>,
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

/// The rule for counts of people below the national level.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// 1 to so many people are withheld; 0 is shown.
    pub suppress_up_to: i64,
    /// Other counts are rounded to the nearest multiple.
    pub round_to: i64,
    /// Percentages of so many people or more have one decimal, others none.
    pub one_decimal_from: i64,
    pub reason: String,
    pub counts: Vec<Counts>,
    /// Tables of figures by indicator, for indicators that count people.
    #[serde(default)]
    pub few: Vec<Few>,
}

/// A table in which counts of people by indicator stand, rounded before.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Few {
    pub table: String,
    /// Column with the id of the indicator.
    pub within: String,
    /// Columns of whole numbers; where one is of few, the row's `columns` are withheld.
    pub counts: Vec<String>,
    /// A name that ends in `*` stands for all columns with that beginning.
    pub columns: Vec<String>,
    /// Column that carries the reason of a missing value for the whole row, when the table has one.
    #[serde(default)]
    pub absence: Option<String>,
}

/// A table with counts of people.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    pub table: String,
    /// Column of whole numbers.
    pub people: String,
    /// Column with the number of all people, for a percentage.
    pub of: String,
    /// Column that the percentage is written to.
    pub percent: String,
    /// Column with the reason of a missing figure.
    pub absence: String,
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
    #[error("counts of people are rounded to a whole number of 1 or more: {0} is none")]
    Rounding(i64),
    #[error("few people would count as {0}, which is shown: `suppress_up_to` must reach that far")]
    Few(i64),
    #[error("the rule for table `{0}` states neither `unit_type` nor `level`")]
    NoLevel(String),
}

impl Policy {
    pub fn shipped() -> Result<Policy, PolicyError> {
        Policy::parse(SHIPPED)
    }

    pub fn parse(text: &str) -> Result<Policy, PolicyError> {
        let policy: Policy = toml::from_str(text)?;
        let suppressed = policy.people.as_ref().map_or(0, |p| p.suppress_up_to);
        if let Some(rounding) = policy.people.as_ref().map(|p| p.round_to).filter(|n| *n < 1) {
            return Err(PolicyError::Rounding(rounding));
        }
        let few = policy.people.as_ref().filter(|p| p.suppress_up_to > 0).map(|p| p.counted(1));
        if let Some(few) = few.filter(|few| *few > suppressed) {
            return Err(PolicyError::Few(few));
        }
        for n in [policy.small_list.flag_below, policy.small_list.withhold_below, suppressed] {
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
