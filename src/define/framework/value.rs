//! The `[value]` section of a pipeline: how spend is set against the score.

use schemars::JsonSchema;
use serde::Deserialize;

/// Spend against score, with doubt on both sides.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueSection {
    /// The scope of `spend_per_head` that is set against the score.
    pub scope: String,
    /// Statuses of figures that may be compared; all others are listed with their reason.
    pub comparable: Vec<String>,
    /// CCGs whose expected best is the frontier: the fewer, the nearer to what is usual.
    pub order: u32,
    /// Fewest CCGs that spend no more, for a frontier to be told; and for anything to be told at all.
    pub least: usize,
    /// Bootstrap samples.
    pub draws: u32,
    /// Why these.
    pub reason: String,
    pub owner: String,
}

impl ValueSection {
    /// What is wrong with it, by key.
    pub(super) fn faults(&self, scopes: &[&str]) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if !scopes.contains(&self.scope.as_str()) {
            out.push(("scope", format!("`{}` is no scope of [spend.rules]", self.scope)));
        }
        if self.order == 0 || self.least < 4 || !(50..=100_000).contains(&self.draws) {
            let what = "`order` is at least 1, `least` at least 4, `draws` 50 to 100,000";
            out.push(("order", what.to_owned()));
        }
        out
    }
}
