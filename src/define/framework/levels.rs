//! Levels with gates: a level is reached only when all lower ones are. Which items stand at which gate is the
//! framework's; how a level follows from them is `index`'s.

use schemars::JsonSchema;
use serde::Deserialize;

/// A level of the framework.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// 1, 2, 3 and so on, without gaps. Level 0 is where the first gate is not passed.
    pub number: u8,
    /// What a practice at this level is, in a word or two.
    pub name: String,
    /// Share of the level's items that must be met, 0 to 1; all of them unless said. Must-have items always.
    #[serde(default = "all")]
    pub share: f64,
    /// Why these items, and why this share.
    pub reason: String,
    pub owner: String,
}

fn all() -> f64 {
    1.0
}

/// The gate of a level at which an indicator stands as an item.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub level: u8,
    /// Points, 0 to 100, from which the item is met; full points unless said.
    #[serde(default = "full")]
    pub met_from: f64,
    /// Caps the level however many of the other items are met.
    #[serde(default)]
    pub must: bool,
    /// Why this item and this threshold.
    pub reason: String,
}

fn full() -> f64 {
    100.0
}
