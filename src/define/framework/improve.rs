//! The `[peers]` and `[steps]` sections of a pipeline: who is like whom, and what is worth doing first.

use super::written::Weight;
use crate::stats::neighbours::Transform;
use schemars::JsonSchema;
use serde::Deserialize;

/// Peers of CCGs, three ways: computed, from a list, and own groups.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeersSection {
    /// Computed peers of each CCG.
    pub number: usize,
    /// Draws of the weights, for stability.
    pub draws: usize,
    /// Fewest peers with a figure for it to be compared with.
    pub least: usize,
    /// Why these.
    pub reason: String,
    pub owner: String,
    /// By what CCGs are alike.
    #[serde(default)]
    pub variable: Vec<PeerVariable>,
    /// A list that somebody else made.
    pub fixed: Option<PeerList>,
    /// Groups that CCGs or practices belong to by their own account.
    #[serde(default)]
    pub group: Vec<PeerGroup>,
}

/// One variable, computed from the practices of a CCG.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerVariable {
    pub id: String,
    pub name: String,
    /// What is computed.
    pub of: PeerMeasure,
    /// Sizes are compared as ratios.
    #[serde(default)]
    pub scale: PeerScale,
    pub weight: Weight,
}

/// A figure of a CCG from columns of `practices`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum PeerMeasure {
    /// Sum of a column.
    Sum { column: String },
    /// Plain mean over the practices that have the figure.
    Mean { column: String },
    /// Sum of one column over sum of another, of practices that have both.
    Ratio { numerator: String, denominator: String },
    /// Share of registered patients at practices with this word, of those at practices with any.
    Share { column: String, is: String },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeerScale {
    #[default]
    Plain,
    Log,
}

impl From<PeerScale> for Transform {
    fn from(scale: PeerScale) -> Transform {
        match scale {
            PeerScale::Plain => Transform::Plain,
            PeerScale::Log => Transform::Log,
        }
    }
}

/// A dataset of pairs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerList {
    pub dataset: String,
    pub ccg: String,
    pub peer: String,
}

/// Units that belong together: by a column of `practices`, or by a dataset with a row for each unit.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerGroup {
    /// What they are called in the tables.
    pub id: String,
    /// A column of `practices` in which the practices of one CCG agree.
    pub column: Option<String>,
    /// A dataset with a row for each member.
    pub dataset: Option<String>,
    /// Codes of CCGs, or of practices.
    #[serde(default = "unit_code")]
    pub unit: String,
    #[serde(default = "group_name")]
    pub group: String,
    /// The column with the kind of each group, where the dataset holds several: each kind is a way of its own.
    pub kind: Option<String>,
}

fn unit_code() -> String {
    "unit_code".to_owned()
}

fn group_name() -> String {
    "group_name".to_owned()
}

impl PeersSection {
    /// What is wrong with it, by key.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if self.least < 3 || self.number < self.least {
            out.push(("number", "`least` is at least 3, and `number` at least `least`".to_owned()));
        }
        if !(100..=100_000).contains(&self.draws) {
            out.push(("draws", "100 to 100,000 draws".to_owned()));
        }
        if self.variable.iter().any(|v| v.weight.value <= 0.0 || !v.weight.value.is_finite()) {
            out.push(("variable", "a weight is above 0: leave the variable out instead".to_owned()));
        }
        let mut names: Vec<&str> = self.variable.iter().map(|v| v.id.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|w| w[0] == w[1]) {
            out.push(("variable", "two variables have one id".to_owned()));
        }
        if self.group.iter().any(|g| g.column.is_some() == g.dataset.is_some()) {
            out.push(("group", "a group is told by a `column` or by a `dataset`, one of the two".to_owned()));
        }
        out
    }

    /// Datasets that it reads.
    pub fn datasets(&self) -> impl Iterator<Item = &String> {
        self.fixed.iter().map(|f| &f.dataset).chain(self.group.iter().filter_map(|g| g.dataset.as_ref()))
    }
}

/// The smallest steps, the first actions, and who has done it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepsSection {
    /// Actions named for each CCG.
    pub actions: usize,
    /// Share of the gap that the named practices make, above 0 to 1.
    pub share_of_gap: f64,
    /// What a counted share is asked to reach where no level asks for more: the points that this share of the practices
    /// stays under, 0 to 1. An answer in words is asked for full points.
    pub reach: f64,
    /// Quarters after a move for which it must have lasted.
    pub stay: usize,
    /// Exemplars named for each practice. For an action of a CCG two peers are named, in columns of their own.
    pub exemplars: usize,
    /// Largest ratio of list sizes that are alike, above 1.
    pub similar_list: f64,
    /// The column of `practices` with the system supplier.
    pub supplier: String,
    pub reason: String,
    pub owner: String,
}

impl StepsSection {
    /// What is wrong with it, by key.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let mut check = |sound: bool, key, what: &str| {
            if !sound {
                out.push((key, what.to_owned()));
            }
        };
        check(self.actions > 0, "actions", "at least one action");
        check(self.share_of_gap > 0.0 && self.share_of_gap <= 1.0, "share_of_gap", "above 0 to 1");
        check((0.0..=1.0).contains(&self.reach), "reach", "a share lies between 0 and 1");
        check(self.stay > 0, "stay", "what lasted no quarter did not last");
        check(self.exemplars > 0, "exemplars", "at least one exemplar");
        check(self.similar_list >= 1.0 && self.similar_list.is_finite(), "similar_list", "a ratio from 1 up");
        out
    }
}
