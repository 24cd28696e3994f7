//! The framework file as written: one struct per kind of table, with the texts that an editor shows.
//!
//! Not checked beyond its form: references, cycles, weights and goalposts are [`super::check`]'s.

use super::mean::Mean;
use super::normalisation::Normalising;
use super::steps::{Availability, DenominatorColumn, DividedBy, Imputation, Screening, Treatment, Weighting};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

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

/// A dataset that the pipeline reads, and how its rows become one answer per unit.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Id of a dataset contract.
    pub dataset: String,
    /// Why it is here, for the reader.
    pub purpose: String,
    /// Monthly rows, or a picture at one date that may serve the quarters near it.
    pub time: Time,
    /// For a snapshot: how many months it may lie before or after the end of a quarter.
    pub window_months: Option<u32>,
    /// One row a unit (and month and field) is expected, or several belong together (branches of a practice).
    #[serde(default)]
    pub rows: Rows,
    /// What several rows of one unit become. Two systems of one practice must not be added.
    #[serde(default)]
    pub combine: Combine,
    /// Column with the practice's code.
    #[serde(default = "practice_code")]
    pub practice: String,
    /// Column with the CCG's code, for indicators that a CCG answers.
    #[serde(default = "ccg_code")]
    pub ccg: String,
}

fn practice_code() -> String {
    "practice_code".to_owned()
}

fn ccg_code() -> String {
    "ccg_code".to_owned()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Time {
    /// Rows of months; states are read at the last month of the quarter, flows are summed over its months.
    Month,
    /// A picture at one date.
    Snapshot,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// A second row for a unit, month and field is reported (K005) and combined.
    #[default]
    One,
    /// Several rows are normal.
    Many,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// The largest of the values.
    #[default]
    Max,
    /// Their sum.
    Sum,
}

/// Which practices there are in a quarter, and where they belong. Read by the harmonise stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// The Organisation Data Service files that say which practices are expected, and under which CCG.
    pub ods: Option<OdsDatasets>,
    /// Datasets whose rows name practices, and the CCG that each puts them in, best first. Whoever is in one of
    /// them exists, expected or not.
    pub returned: Vec<String>,
    /// Columns with the clinical system or its supplier, best first.
    #[serde(default)]
    pub systems: Vec<SystemColumn>,
    /// What counts as a practice and as a CCG.
    pub membership: MembershipRules,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OdsDatasets {
    /// Laid out as epraccur.
    pub practices: String,
    /// Laid out as eccg.
    pub ccgs: Option<String>,
    /// Laid out as epcmem.
    pub membership: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SystemColumn {
    pub dataset: String,
    pub column: String,
}

/// What counts as a practice and as a CCG. No value of the ODS is a literal in Rust.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipRules {
    /// Values of the prescribing setting (epraccur column 26) that make an organisation a GP practice.
    pub prescribing_settings: Vec<String>,
    /// What the status letters (epraccur column 13) mean.
    pub statuses: StatusCodes,
    /// National groups (column 3) that are left out, such as Wales (`W00`).
    #[serde(default)]
    pub excluded_groups: Vec<String>,
    /// Whether a practice without a national group is left out too: the Isle of Man and the Channel Islands have
    /// none, and appear in supplier and list files beside England's practices.
    #[serde(default)]
    pub exclude_without_group: bool,
    /// High-level geographies (column 4) that are left out.
    #[serde(default)]
    pub excluded_geographies: Vec<String>,
    /// Sub-types of eccg (column 14) that are CCG-shaped and no CCG, such as commissioning hubs.
    #[serde(default)]
    pub excluded_subtypes: Vec<String>,
    /// Endings of names in eccg that are CCG-shaped and no CCG; later files leave the sub-type of a closed hub
    /// empty.
    #[serde(default)]
    pub excluded_name_endings: Vec<String>,
    /// The column of the practice file that names the commissioner.
    pub commissioner_column: String,
    /// A second column that should name the same one; a difference is counted (H004), the first one is used.
    #[serde(default)]
    pub check_column: Option<String>,
    /// A practice file older than this many days at the end of a quarter is reported as out of date (H006).
    pub oldest_days: u32,
    /// Names of regions, for the bases on which no source row names them.
    #[serde(default)]
    pub region_names: BTreeMap<String, String>,
}

/// Letters of the ODS per meaning.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusCodes {
    pub active: Vec<String>,
    #[serde(default)]
    pub dormant: Vec<String>,
    #[serde(default)]
    pub closed: Vec<String>,
    #[serde(default)]
    pub proposed: Vec<String>,
}

/// Where the list size of a practice comes from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Best first. Registration statistics come before anything that the practice itself returns: a practice must
    /// not be able to take its own weight away.
    pub source: Vec<PopulationSource>,
    /// Weighted lists, for spend per weighted patient.
    #[serde(default)]
    pub weighted: Vec<PopulationSource>,
    /// Lists that the practices count themselves. They are never used as a figure, but a published list of nobody is not known
    /// where one of these counts people, and lists that are far from these are counted and named.
    #[serde(default)]
    pub compared: Vec<PopulationSource>,
    /// How far apart two lists of a practice may be before they are named: a share of the larger one, above 0.
    pub apart: Option<f64>,
    /// List size that the floor and the ceiling of an area assume for a practice whose list nobody published. With a
    /// number not below its true list, silence about a list can never raise a floor.
    pub assumed_list_size: u32,
    /// Why that number.
    pub reason: String,
}

/// A column with one figure per practice (column `practice_code`).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PopulationSource {
    pub dataset: String,
    pub column: String,
    /// What several rows of one practice are.
    pub repeats: Repeats,
    /// How many months it may lie before or after the end of a quarter; any distance when absent.
    pub window_months: Option<u32>,
    /// Rows to keep.
    #[serde(default, rename = "where")]
    pub filter: Filter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    /// Parts of the figure, such as sex and age bands: they are added.
    Parts,
    /// The figure again, such as one row per supplier: the largest is taken.
    Copies,
}

/// Column and the value, or values, to keep. Numbers and true or false are compared as they are written.
pub type Filter = BTreeMap<String, Words>;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Words {
    One(Word),
    Any(Vec<Word>),
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Word {
    Flag(bool),
    Number(i64),
    Text(String),
}

impl Words {
    /// Every word in the form in which a cell is compared.
    pub fn list(&self) -> Vec<String> {
        let text = |w: &Word| match w {
            Word::Flag(b) => b.to_string(),
            Word::Number(n) => n.to_string(),
            Word::Text(t) => t.clone(),
        };
        match self {
            Words::One(w) => vec![text(w)],
            Words::Any(ws) => ws.iter().map(text).collect(),
        }
    }
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
