//! The framework file as written: one struct per kind of table, with the texts that an editor shows.
//!
//! Not checked beyond its form: references, cycles, weights and goalposts are [`super::check`]'s.

use super::indicators::IndicatorTable;
use super::inputs::{Input, Population};
use super::mean::Mean;
use super::normalisation::Normalising;
use super::steps::{Availability, DenominatorColumn, Imputation, Screening, Treatment, Weighting};
use super::units::Units;
use schemars::JsonSchema;
use serde::Deserialize;

/// A framework: a tree of index, dimensions and indicators, and where the values come from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "dpcmi framework or pipeline")]
#[expect(dead_code, reason = "the whole file is checked by its schema; its tables are read one by one")]
pub struct FrameworkFile {
    /// The name used in tables and on the command line.
    id: String,
    /// One line for people.
    title: String,
    /// Edition of the operating model, or of the published index, that this follows.
    edition: String,
    /// Whose method this is. No official score exists: every output repeats this sentence.
    method: String,
    /// How the top node combines its children.
    index: IndexTable,
    /// When a quarter is too thin to rank.
    ranking: Option<Ranking>,
    /// Datasets that the pipeline reads.
    #[serde(default)]
    input: Vec<Input>,
    /// Which practices are expected, and where they belong.
    units: Option<Units>,
    /// Where a practice's list size comes from.
    population: Option<Population>,
    /// What the joint simulation may vary; without it no intervals are given.
    uncertainty: Option<super::uncertainty::Uncertainty>,
    /// Levels, from the lowest.
    #[serde(default)]
    level: Vec<super::levels::Level>,
    /// Spend per head.
    spend: Option<super::spend::SpendSection>,
    /// Spend against score.
    value: Option<super::value::ValueSection>,
    /// Who is like whom.
    peers: Option<super::improve::PeersSection>,
    /// What is worth doing first.
    steps: Option<super::improve::StepsSection>,
    /// What is drawn, where that is a choice.
    charts: Option<super::charts::ChartsSection>,
    /// Agreements between CCGs and practices.
    agreements: Option<super::agreements::AgreementsSection>,
    /// Requirements of the operating model and the security toolkit.
    standards: Option<super::standards::StandardsSection>,
    /// System suppliers and delivery partners.
    providers: Option<super::providers::ProvidersSection>,
    /// Columns of a table of values that indicators are divided by.
    #[serde(default)]
    denominator: Vec<DenominatorColumn>,
    /// Which units have enough to be scored; all when absent.
    screening: Option<Screening>,
    /// What stands in for missing values, unless an indicator says otherwise; nothing when absent.
    imputation: Option<Imputation>,
    /// Treatment of outliers, unless an indicator says otherwise; none when absent.
    treatment: Option<Treatment>,
    /// How values become points, unless an indicator says otherwise; by its goalposts when absent.
    normalisation: Option<Normalising>,
    /// Which weights siblings have; those that are written when absent.
    weighting: Option<Weighting>,
    /// When a node has an estimate although children are missing; whenever any is there when absent.
    availability: Option<Availability>,
    /// How self-reported answers are compared with independent traces.
    evidence: Option<super::evidence::EvidenceSection>,
    #[serde(default)]
    dimension: Vec<DimensionTable>,
    indicator: Vec<IndicatorTable>,
}

/// How the top of the tree combines its children.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexTable {
    pub mean: Mean,
    /// Why this mean.
    pub reason: String,
}

/// When a quarter is ranked.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Share of the framework's weight that must have been asked of anyone in the quarter, 0 to 1.
    pub minimum_weight_asked: f64,
    /// A unit under this coverage keeps its place (by its floor, so that silence cannot gain) and is marked thin.
    pub minimum_coverage: f64,
    /// What units are ordered by. Only rows may be ordered by anything but the floor.
    #[serde(default)]
    pub by: RankBy,
    /// What equal scores share.
    #[serde(default)]
    pub ties: RankTies,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RankBy {
    /// The score with missing answers as not met: silence never pays.
    #[default]
    Floor,
    /// The score over what is there, imputed values with it.
    Estimate,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RankTies {
    /// The better rank ("1224").
    #[default]
    Min,
    /// The worse rank ("1334").
    Max,
}

/// A node between the index and the indicators.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DimensionTable {
    pub id: String,
    pub name: String,
    /// Another dimension; the index when absent.
    pub parent: Option<String>,
    /// How it combines its children.
    pub mean: Mean,
    pub weight: Weight,
}

/// A number with the one who answers for it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// Relative to the siblings; not negative.
    pub value: f64,
    pub reason: String,
    pub owner: String,
}
