//! One indicator as written: what it asks, of whom, and how its value becomes points.

use super::measure::Measure;
use super::normalisation::Normalising;
use super::steps::{DividedBy, Imputation, Treatment};
use super::written::Weight;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorTable {
    pub id: String,
    /// Dimension that it belongs to; the index itself when absent.
    pub dimension: Option<String>,
    /// Edition of the operating model, or of the source, that asks for it.
    pub edition: String,
    /// What is measured, as a reader would say it.
    pub wording: String,
    pub kind: IndicatorKind,
    /// Tier in its edition (such as core_mandated, enhanced, none).
    pub tier: String,
    /// Who is measured.
    pub unit: UnitKind,
    /// Where the value comes from; absent when values are given as a table.
    pub value: Option<Measure>,
    /// Fixed goalposts; absent when `value` has points of its own.
    pub goalposts: Option<Goalposts>,
    /// What the value is divided by.
    pub denominator: Option<DividedBy>,
    pub imputation: Option<Imputation>,
    pub treatment: Option<Treatment>,
    pub normalisation: Option<Normalising>,
    pub direction: Direction,
    /// What a missing value means.
    pub absence: AbsencePolicy,
    pub weight: Weight,
    /// Gates of levels at which it stands as an item.
    #[serde(default)]
    pub gates: Vec<super::levels::Gate>,
    /// How the answer is known, and which independent traces speak about it.
    pub evidence: Option<super::evidence::EvidenceTable>,
}

/// IT in use and the outcomes that it enables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    Have,
    Use,
    Benefit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    Practice,
    /// Answered by the CCG itself; joins the score at CCG level.
    Ccg,
    /// Whatever a row of a table of values is (`dpcmi score`).
    Row,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    HigherIsBetter,
    LowerIsBetter,
}

/// What a missing value means. Whatever the policy, a missing answer counts as not met in the floor: silence never
/// pays; and an answer that could have been given counts as met in the ceiling, or the truth might lie above it. An answer that its publisher marks as not applicable, and a ratio of nothing to nothing, leave the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AbsencePolicy {
    /// A mandatory return: not met in floor and estimate, met in the ceiling.
    NotMet,
    /// Nothing can be concluded: not met in the floor, met in the ceiling, left out of the estimate.
    Bounded,
    /// It probably did not concern the unit: not met in the floor, left out of ceiling and estimate.
    NotApplicable,
}

/// The two ends of the scale, in the units of the value. Fixed, so that periods can be compared.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Goalposts {
    pub low: f64,
    pub high: f64,
    #[serde(default)]
    pub scale: Scale,
    /// Why these two.
    pub reason: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    #[default]
    Linear,
    /// Logarithms of value and goalposts; for incomes and other quantities that multiply.
    Log,
}
