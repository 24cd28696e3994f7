//! The plausibility gate: what a figure of spend per head may be before it is asked about instead of compared.

use super::fault;
use crate::define::fault::{Source, parse};
use crate::diag::Diagnostic;
use schemars::JsonSchema;
use serde::Deserialize;

/// The whole file. Bounds are ratios of a figure to what it is held against.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub id: String,
    pub title: String,
    pub about: String,
    pub owner: String,
    /// Fewer whole-year figures than this have no centre of their own: a `[[reference]]` of the year stands in.
    pub least_peers: usize,
    /// How many CCGs nearest in registered patients are the peers of one.
    pub nearest: usize,
    /// Against the median of all CCGs of the year.
    pub size: Bounds,
    /// Against the CCG's own figure of the year before.
    pub history: Bounds,
    /// Against the CCGs nearest in size.
    pub peers: Outlier,
    /// Line by line, against the same thing at other CCGs.
    pub price: Price,
    /// Months that a return must cover.
    pub least_months: u8,
    pub least_months_reason: String,
    /// From this share of its own figure, payments of other CCGs that a host's return does not set apart.
    pub host_share: f64,
    pub host_share_reason: String,
    /// How far the population that a return states may be from the published one, as a share of it.
    pub population_within: f64,
    pub population_within_reason: String,
    /// A suspect is named where the ratio lies within this factor of its own.
    pub suspect_within: f64,
    pub suspect: Vec<Suspect>,
    #[serde(default)]
    pub reference: Vec<Reference>,
}

/// From `low` to `high` passes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    pub low: f64,
    pub high: f64,
    pub reason: String,
}

/// Modified z score of the logarithm of the ratio, by the median absolute deviation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outlier {
    pub z: f64,
    /// The smallest scale of logarithms, so that peers who are all alike flag nobody for little.
    pub least_scale: f64,
    pub reason: String,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A line's pounds per head so many times above, or below, the median of its description.
    pub factor: f64,
    /// Share of a figure from which such lines refuse it.
    pub share: f64,
    pub reason: String,
}

/// A cause that a ratio is typical of.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspect {
    pub id: String,
    /// Typical ratio to what was expected.
    pub factor: f64,
    /// Named also where the ratio lies between `factor` and this.
    pub upto: Option<f64>,
    pub question: String,
}

/// A published figure per head, for a year with too few returns.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// First year of the financial year.
    pub year: i16,
    pub per_head_pence: f64,
    pub source: String,
}

impl Gate {
    /// Reads and checks a gate.
    ///
    /// # Errors
    /// Every fault of the file: what cannot be read, bounds that hold nothing, a threshold without its reason.
    pub fn load(source: &Source) -> Result<Gate, Vec<Diagnostic>> {
        let gate: Gate = parse(source).map_err(|d| vec![*d])?;
        let mut faults = Vec::new();
        for (name, b) in [("[size]", &gate.size), ("[history]", &gate.history)] {
            if !(b.low > 0.0 && b.low < 1.0 && b.high > 1.0) {
                faults.push(fault(source, "CONFIG_VALUE", name, "bounds lie on both sides of 1"));
            }
        }
        let reasons = [&gate.size.reason, &gate.history.reason, &gate.peers.reason, &gate.price.reason];
        let more =
            [&gate.least_months_reason, &gate.host_share_reason, &gate.population_within_reason, &gate.owner];
        if reasons.into_iter().chain(more).any(|r| r.trim().is_empty()) {
            faults.push(fault(
                source,
                "CONFIG_VALUE",
                "reason",
                "every threshold has a reason, the file an owner",
            ));
        }
        let above_nought =
            [gate.peers.z, gate.peers.least_scale, gate.price.share, gate.host_share, gate.population_within];
        if above_nought.iter().any(|x| *x <= 0.0) || gate.price.factor <= 1.0 || gate.suspect_within <= 1.0 {
            faults.push(fault(source, "CONFIG_VALUE", "z =", "thresholds are above 0, factors above 1"));
        }
        for s in gate.suspect.iter().filter(|s| s.factor <= 0.0 || s.upto.is_some_and(|u| u <= s.factor)) {
            faults.push(fault(source, "CONFIG_VALUE", &s.id, "a factor is above 0, and `upto` above it"));
        }
        if faults.is_empty() { Ok(gate) } else { Err(faults) }
    }

    /// The published figure of a year.
    pub fn reference(&self, first_year: i16) -> Option<&Reference> {
        self.reference.iter().find(|r| r.year == first_year)
    }

    /// Causes that a ratio is typical of, the nearest first.
    pub fn suspects(&self, ratio: f64) -> Vec<&Suspect> {
        if ratio <= 0.0 || !ratio.is_finite() {
            return Vec::new();
        }
        let away = |s: &Suspect| {
            let (low, high) = (s.factor.ln(), s.upto.unwrap_or(s.factor).ln());
            (low - ratio.ln()).max(ratio.ln() - high).max(0.0)
        };
        let mut near: Vec<&Suspect> =
            self.suspect.iter().filter(|s| away(s) <= self.suspect_within.ln()).collect();
        near.sort_by(|a, b| away(a).total_cmp(&away(b)));
        near
    }
}
