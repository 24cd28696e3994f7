//! The disclosure policy as it is written (`reports/disclosure.toml`) and read.
//!
//! The policy shipped rounds counts of people, withholds few, and flags small lists. A threshold in the file makes it withhold
//! these too.

use crate::define::{ReportSources, Source, parse};
use crate::diag::Diagnostic;
use serde::Deserialize;

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
    /// Whether a figure is of several practices that no total of a CCG bounds (a mean of neighbours, a step from one quarter
    /// to the next): then every row goes as soon as any practice is withheld.
    #[serde(default)]
    pub mixed: bool,
    /// What is withheld, the leading figure first. A name that ends in `*` stands for all columns with that beginning.
    pub columns: Vec<String>,
    /// Column that carries the reason of a missing value for the whole row, when the table has one.
    #[serde(default)]
    pub absence: Option<String>,
}

impl Policy {
    /// The policy that the program ships with.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn shipped() -> Result<Policy, Vec<Diagnostic>> {
        Policy::load(&ReportSources::shipped().disclosure)
    }

    /// Reads and checks.
    ///
    /// # Errors
    /// Every number that cannot hold, with its place; or the first fault of form.
    pub fn load(source: &Source) -> Result<Policy, Vec<Diagnostic>> {
        let policy: Policy = parse(source).map_err(|fault| vec![*fault])?;
        let mut faults = Vec::new();
        let mut fault = |needle: &str, what: String| {
            faults.push(Diagnostic::new("CONFIG_VALUE", source.place_of(needle), what));
        };
        for (key, n) in [
            ("flag_below", policy.small_list.flag_below),
            ("withhold_below", policy.small_list.withhold_below),
            ("suppress_up_to", policy.people.as_ref().map_or(0, |p| p.suppress_up_to)),
        ] {
            if n < 0 {
                fault(key, format!("`{key}` counts people: {n} is below zero"));
            }
        }
        if let Some(people) = &policy.people {
            if people.round_to < 1 {
                let what =
                    format!("counts are rounded to a whole number of 1 or more: {} is none", people.round_to);
                fault("round_to", what);
            } else if people.suppress_up_to > 0 && people.counted(1) > people.suppress_up_to {
                let few = people.counted(1);
                let what = format!("few people would count as {few}, which is shown: it must reach that far");
                fault("suppress_up_to", what);
            }
        }
        for rule in policy.rules.iter().filter(|r| r.unit_type.is_none() && r.level.is_none()) {
            let what = format!("the rule for table `{}` states neither `unit_type` nor `level`", rule.table);
            fault(&format!("table = \"{}\"", rule.table), what);
        }
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }
}
