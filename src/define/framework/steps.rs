//! The steps from a table of values to points (OECD/JRC Handbook 2008, steps 3 to 5), as written: denominators,
//! screening, imputation, treatment of outliers, normalisation. All but fixed goalposts look at the other units, so
//! only frameworks of rows (`unit = "row"`) may use them.
//!
//! The order is fixed: divide, screen, impute, treat, turn and normalise, aggregate. Imputed and treated values take
//! part in what follows. Where the data set the scale, floor and ceiling are its ends: what the worst and the best
//! value among the rows get.

use schemars::JsonSchema;
use serde::Deserialize;

/// A column of the table of values that indicators are divided by.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DenominatorColumn {
    /// Name of the column.
    pub id: String,
    /// What it counts, as a reader would say it.
    pub wording: String,
}

/// What an indicator's value is divided by, before anything else.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DividedBy {
    /// Id of a `[[denominator]]`, or of another indicator (its value as given).
    pub column: String,
    /// Units of the denominator in one unit of the value (1000: per thousand).
    #[serde(default = "one")]
    pub per: f64,
}

pub(super) fn one() -> f64 {
    1.0
}

/// Which units have enough to be scored at all.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// Share of the indicators that must be present, 0 to 1.
    pub minimum_present: f64,
    /// What counts as present.
    #[serde(default)]
    pub present: Present,
    /// Share of the present values that must not be zero, 0 to 1.
    #[serde(default)]
    pub minimum_non_zero: f64,
    /// Units that stay whatever they have.
    #[serde(default)]
    pub keep: Vec<String>,
    /// Units that leave whatever they have.
    #[serde(default)]
    pub leave: Vec<String>,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Present {
    /// What the table holds.
    #[default]
    Answered,
    /// What the table holds and what was imputed; then imputation looks at all units.
    Imputed,
}

/// What stands in for a missing value in the estimate. Floor and ceiling keep it open, and it answers nothing:
/// coverage does not count it. A value that does not apply to its unit is never imputed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Imputation {
    pub by: ImputeBy,
    /// Only from units of the same `group`.
    #[serde(default)]
    pub within_group: bool,
    /// From the units of the same period, or of all periods.
    #[serde(default)]
    pub over: Over,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImputeBy {
    /// Nothing.
    None,
    /// Mean of the indicator over the units.
    Mean,
    /// Median of the indicator over the units.
    Median,
    /// Mean of the unit's other indicators under the same dimension, each as min-max 0 to 1 in its direction, scaled
    /// back.
    RowMean,
    /// The unit's last value before.
    Latest,
    /// On the line between the unit's values before and after; outside them the nearest one. Periods are numbers or
    /// ISO dates.
    Linear,
    /// The unit's last value before, or where there is none its first one.
    Constant,
}

/// The set of rows that a step looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Each period by itself: scores of two periods do not compare.
    #[default]
    Period,
    /// All periods together.
    All,
}

/// Treatment of outliers in an indicator that fails the test |skewness| < limit or kurtosis < limit (sample
/// coefficients G1 and G2). Not for yes/no items and shares.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    #[serde(default = "two")]
    pub maximum_skewness: f64,
    #[serde(default = "three_and_a_half")]
    pub maximum_kurtosis: f64,
    /// Bring in the most extreme values, one at a time, until the test passes or so many have been moved (equal ones
    /// move together).
    #[serde(default)]
    pub winsorise: u32,
    /// What happens to an indicator that still fails.
    #[serde(default)]
    pub transform: Transform,
    /// Exponent of `box_cox`.
    pub lambda: Option<f64>,
    /// Transform the winsorised values instead of the untreated ones.
    #[serde(default)]
    pub combine: bool,
    #[serde(default)]
    pub over: Over,
    pub reason: String,
}

fn two() -> f64 {
    2.0
}

fn three_and_a_half() -> f64 {
    3.5
}

/// A transformation that keeps the order of the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// Winsorised at most.
    #[default]
    None,
    /// ln(x - min + 0.01 (max - min)).
    LogCt,
    /// The same, mirrored where the skewness is negative.
    LogCtPlus,
    /// ln(x - min + 1).
    LogCtOrig,
    /// ln((max - 1)(x - min) / (max - min) + 1), mirrored where the skewness is negative (Global Innovation Index);
    /// needs a maximum above 1.
    LogGii,
    /// (y^lambda - 1) / lambda of y = x - min + 1; ln y where lambda is 0.
    BoxCox,
}

impl Transform {
    pub fn name(self) -> &'static str {
        match self {
            Transform::None => "none",
            Transform::LogCt => "log_ct",
            Transform::LogCtPlus => "log_ct_plus",
            Transform::LogCtOrig => "log_ct_orig",
            Transform::LogGii => "log_gii",
            Transform::BoxCox => "box_cox",
        }
    }
}

/// When a node has an estimate although children are missing.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// Share of the children's weight that must be present, 0 to 1; else the node itself is missing in the estimate
    /// and gives its weight to its siblings.
    pub minimum_weight: f64,
    pub reason: String,
}

/// Which weights siblings have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weighting {
    pub by: WeightBy,
    /// Ids of the dimensions or indicators whose weights the data decide.
    #[serde(default)]
    pub of: Vec<String>,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeightBy {
    /// Those that are written.
    Given,
    /// The same for all siblings whose written weight is above zero.
    Equal,
    /// So that each of `of` correlates alike with the index: a weight is not an importance. Rows only.
    EqualImportance,
    /// So that those of `of` correlate with the index as much as they can together. Rows only.
    MostInformative,
}

impl WeightBy {
    pub fn looks_at_data(self) -> bool {
        matches!(self, WeightBy::EqualImportance | WeightBy::MostInformative)
    }
}
