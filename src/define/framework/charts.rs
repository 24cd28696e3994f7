//! The `[charts]` section of a pipeline: what is drawn, where that is a choice.

use schemars::JsonSchema;
use serde::Deserialize;

/// Choices of charts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartsSection {
    /// The funnel plots of practices and CCGs.
    pub funnel: Option<FunnelChoice>,
}

/// A proportion by the size of its unit, with limits that allow for usual differences.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FunnelChoice {
    /// The indicator whose numerator and denominator are people.
    pub indicator: String,
    /// Share of the deviations at each end that do not set how much units usually differ.
    pub winsorised: f64,
    /// Why these.
    pub reason: String,
    pub owner: String,
}

impl ChartsSection {
    /// What is wrong with it, by key.
    pub(super) fn faults(&self, indicators: &[&str]) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let Some(funnel) = &self.funnel else { return out };
        if !indicators.contains(&funnel.indicator.as_str()) {
            out.push(("indicator", format!("`{}` is no indicator that is a ratio", funnel.indicator)));
        }
        if !(0.0..0.5).contains(&funnel.winsorised) {
            out.push(("winsorised", format!("{} lies not in 0 to below 1/2", funnel.winsorised)));
        }
        out
    }
}
