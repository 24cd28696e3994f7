//! What a pipeline reads, which of its rows count, and where list sizes come from, as written.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

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
