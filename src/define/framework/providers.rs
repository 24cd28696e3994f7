//! The `[providers]` section of a pipeline: where it says which supplier and which delivery partner a practice has, how
//! they are compared, and when a step of one supplier is a fault of the data.

use super::indicators::UnitKind;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Suppliers of systems and partners who deliver GP IT, compared with allowance for the practices that they have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvidersSection {
    /// A provider with fewer practices is not compared and not named.
    pub minimum_practices: u32,
    /// A difference that rests on fewer CCGs (effective number) is not given.
    pub minimum_ccgs: f64,
    /// Share of a provider's practices that must have a figure: the few who report are not like those who do not.
    pub minimum_coverage: f64,
    /// Lower ends of the bands of list size, from the second.
    pub size_bands: Vec<i64>,
    /// Why these.
    pub reason: String,
    pub kind: Vec<ProviderKind>,
    pub steps: Option<StepRule>,
}

/// One kind of provider.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderKind {
    /// As it stands in the column `kind`.
    pub id: String,
    pub name: String,
    /// What a practice is compared with.
    pub within: Within,
    /// Kinds whose providers are allowed for as well.
    #[serde(default)]
    pub adjust_for: Vec<String>,
    /// Where the provider is named, best first.
    pub source: Vec<ProviderSource>,
    /// Regular expression of what is taken off a name.
    pub strip: Option<String>,
    /// Names that mean another.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// Practices of the same CCG: whatever a CCG does for all its practices cannot pass for its suppliers' work.
    Ccg,
    /// Practices of the same region: for providers that a whole CCG has.
    Region,
}

/// A dataset whose rows name a provider.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderSource {
    pub dataset: String,
    pub column: String,
    /// Whether rows are of practices or of CCGs, all of whose practices have the provider.
    #[serde(default = "practice")]
    pub unit: UnitKind,
}

fn practice() -> UnitKind {
    UnitKind::Practice
}

/// The column of `practices` that holds a kind's provider.
pub fn provider_column(kind: &str) -> String {
    format!("provider_{kind}")
}

/// When a step of one supplier is held.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepRule {
    /// Kind of provider that is looked at.
    pub kind: String,
    /// A supplier with fewer practices in both quarters is not looked at.
    pub minimum_practices: u32,
    /// Mean change from the quarter before, in points, from which it is a step.
    pub step: f64,
    /// Largest such change among the practices of all others, in points; more is a step of the country.
    pub elsewhere: f64,
    /// Standard errors by which the two must differ.
    pub z: f64,
    /// Quarters in a row after which what was held is taken for how it is.
    pub quarters: u32,
    /// Why these.
    pub reason: String,
}

impl ProvidersSection {
    /// What is wrong with it, by key.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if !self.size_bands.is_sorted_by(|a, b| a < b) || self.size_bands.iter().any(|b| *b <= 0) {
            out.push(("size_bands", "bands of list size rise, from above zero".to_owned()));
        }
        if !(0.0..=1.0).contains(&self.minimum_coverage) {
            out.push(("minimum_coverage", "a share lies between 0 and 1".to_owned()));
        }
        let known = |id: &String| self.kind.iter().any(|k| k.id == *id);
        for k in &self.kind {
            if let Some(pattern) = &k.strip
                && regex::Regex::new(pattern).is_err()
            {
                out.push(("kind", format!("`{pattern}` is no regular expression")));
            }
            for other in k.adjust_for.iter().filter(|o| !known(o) || **o == k.id) {
                out.push(("kind", format!("`{}` allows for `{other}`, which is no other kind", k.id)));
            }
        }
        if let Some(s) = &self.steps {
            if !known(&s.kind) {
                out.push(("steps", format!("there is no kind `{}`", s.kind)));
            }
            if !(0.0 <= s.elsewhere && s.elsewhere < s.step && s.step <= 100.0 && s.z > 0.0) {
                out.push(("steps", "0 <= `elsewhere` < `step` <= 100 and `z` > 0 must hold".to_owned()));
            }
        }
        out
    }
}
