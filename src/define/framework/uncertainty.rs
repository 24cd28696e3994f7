//! What the joint simulation may vary: choices that could have been made otherwise, each with how far.

use super::mean::Mean;
use super::normalisation::Normalisation;
use super::steps::ImputeBy;
use schemars::JsonSchema;
use serde::Deserialize;

/// The choices of method that are drawn in every replicate, beside sampling error and missing answers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uncertainty {
    /// Each weight is drawn evenly from this share below to this share above what is stated.
    pub weights: f64,
    /// The width of each scale between goalposts is drawn from: narrower by this share, as stated, wider by it.
    pub goalposts: f64,
    /// Exponents of the mean that combines the dimensions, drawn evenly: 1 is arithmetic (a low dimension can be made
    /// good), 0.5 makes good in part, 0 is geometric. The stated mean is always among them.
    #[serde(default)]
    pub powers: Vec<f64>,
    /// Other composites for the top of the tree, drawn evenly with the stated one and the `powers`. Rows only.
    #[serde(default)]
    pub means: Vec<Mean>,
    /// Other ways to normalise, for all indicators that have no fixed goalposts, drawn evenly with the stated one. Rows
    /// only.
    #[serde(default)]
    pub normalisations: Vec<Normalisation>,
    /// Other ways to impute, for all indicators that are imputed, drawn evenly with the stated one. Rows only.
    #[serde(default)]
    pub imputations: Vec<ImputeBy>,
    /// What a missing answer stands for, drawn evenly.
    pub missing: Vec<Missing>,
    /// Replicates of the simulation, unless the command line says otherwise.
    pub replicates: u32,
    /// Areas whose scores lie closer than this many points to the best of a tier stand in one tier. Fixed like a
    /// goalpost, so that no unit's silence can move it; the release prints what the simulation would make it. Rows have
    /// no areas and leave it out.
    #[serde(default)]
    pub tier_margin: f64,
    /// Why these.
    pub reason: String,
    pub owner: String,
}

/// What a missing answer stands for in one replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Anything between not met and met, alike for all missing answers of a unit: the widest reading.
    Bounds,
    /// As the unit's other answers.
    Estimate,
    /// Not met.
    NotMet,
}
