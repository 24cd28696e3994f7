//! How values become points, as written (OECD/JRC Handbook 2008, step 5).

use super::steps::{Over, one};
use schemars::JsonSchema;
use serde::Deserialize;

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
