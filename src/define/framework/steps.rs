//! The steps from a table of values to points (OECD/JRC Handbook 2008, steps 3 to 5), as written: denominators,
//! screening, imputation, treatment of outliers, normalisation. All but fixed goalposts look at the other units, so
//! only frameworks of rows (`unit = "row"`) may use them.
//!
//! The order is fixed: divide, screen, impute, treat, turn and normalise, aggregate.

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

fn one() -> f64 {
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

/// How values become points, where not by fixed goalposts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Normalising {
    pub by: Normalisation,
    #[serde(default)]
    pub over: Over,
    pub reason: String,
}

/// One way to normalise. x is the value, turned (times -1) where lower is better.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Normalisation {
    /// Between the indicator's own fixed goalposts, clipped, 0 to 100: the one to use over time.
    Goalposts {},
    /// (x - min) / (max - min) (high - low) + low.
    MinMax {
        #[serde(default)]
        low: f64,
        #[serde(default = "hundred")]
        high: f64,
    },
    /// Linear between two fixed values, not clipped: `from` low to high becomes `to` low to high.
    Scaled { from: Ends, to: Ends },
    /// (x - mean) / sd, sd over n - 1, times `sd` plus `mean`.
    ZScore {
        #[serde(default)]
        mean: f64,
        #[serde(default = "one")]
        sd: f64,
    },
    /// 1 - (max - x) / (max - min).
    DistanceToMaximum {},
    /// 1 - (ref - x) / (ref - min), where ref is the value of a stated unit; 1 at most if capped.
    DistanceToReference {
        unit: String,
        #[serde(default)]
        cap: bool,
    },
    /// (x - min) / (target - min); where lower is better (max - x) / (max - target); 1 at most if capped.
    DistanceToTarget {
        target: f64,
        #[serde(default)]
        cap: bool,
    },
    /// x / max; only where higher is better.
    FractionOfMaximum {},
    /// (rank - 1) / (n - 1), the worst first, ties sharing the lower rank.
    PercentileRank {},
    /// The rank, 1 for the worst.
    Rank {
        #[serde(default)]
        ties: Ties,
    },
    /// The rank less 1.
    Borda {
        #[serde(default)]
        ties: Ties,
    },
    /// -s ln(1 - R (1 - exp(-100 / s))) of R = rank / largest rank: 0 to 100, as in the Indices of Deprivation.
    Exponential {
        #[serde(default = "twenty_three")]
        s: f64,
        #[serde(default)]
        ties: Ties,
    },
    /// Linear, so that a reference value comes half-way between `low` and `high`, which lie half the range of the
    /// data below and above it (AMPI).
    ReferenceRange {
        reference: f64,
        #[serde(default = "seventy")]
        low: f64,
        #[serde(default = "hundred_thirty")]
        high: f64,
    },
    /// The value as it is; only where higher is better.
    None {},
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ends {
    pub low: f64,
    pub high: f64,
}

/// What equal values share when values are ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The smallest of their ranks.
    #[default]
    Min,
    /// The largest.
    Max,
    /// Their mean.
    Average,
}

fn hundred() -> f64 {
    100.0
}

fn twenty_three() -> f64 {
    23.0
}

fn seventy() -> f64 {
    70.0
}

fn hundred_thirty() -> f64 {
    130.0
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

impl Normalisation {
    /// The word of the file, for messages and tables.
    pub fn name(&self) -> &'static str {
        match self {
            Normalisation::Goalposts {} => "goalposts",
            Normalisation::MinMax { .. } => "min_max",
            Normalisation::Scaled { .. } => "scaled",
            Normalisation::ZScore { .. } => "z_score",
            Normalisation::DistanceToMaximum {} => "distance_to_maximum",
            Normalisation::DistanceToReference { .. } => "distance_to_reference",
            Normalisation::DistanceToTarget { .. } => "distance_to_target",
            Normalisation::FractionOfMaximum {} => "fraction_of_maximum",
            Normalisation::PercentileRank {} => "percentile_rank",
            Normalisation::Rank { .. } => "rank",
            Normalisation::Borda { .. } => "borda",
            Normalisation::Exponential { .. } => "exponential",
            Normalisation::ReferenceRange { .. } => "reference_range",
            Normalisation::None {} => "none",
        }
    }

    /// The two ends of its scale that hold for any data; `None` where the data decide.
    pub fn fixed_ends(&self) -> Option<(f64, f64)> {
        match self {
            Normalisation::Goalposts {} | Normalisation::Exponential { .. } => Some((0.0, 100.0)),
            Normalisation::MinMax { low, high } => Some((*low, *high)),
            Normalisation::DistanceToMaximum {} | Normalisation::PercentileRank {} => Some((0.0, 1.0)),
            Normalisation::DistanceToReference { cap: true, .. }
            | Normalisation::DistanceToTarget { cap: true, .. } => Some((0.0, 1.0)),
            _ => None,
        }
    }

    /// Whether some data can bring it below zero.
    pub fn may_be_negative(&self) -> bool {
        match self {
            Normalisation::MinMax { low, .. } => *low < 0.0,
            Normalisation::ZScore { .. } => true,
            _ => false,
        }
    }
}
