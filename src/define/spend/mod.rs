//! What makes spend comparable, as data: the scope map of the operating model's editions, and the plausibility gate.
//!
//! Both are files of `pipelines/spend/`, named in the `[spend]` table of a pipeline, so that several pipelines share one.

mod gate;
mod scope_map;

pub use gate::{Bounds, Gate, Outlier, Price, Reference, Suspect};
pub use scope_map::{Edition, LineTexts, On, Rule, ScopeMap};

use crate::diag::Diagnostic;
use schemars::JsonSchema;
use serde::Deserialize;

/// What a line of spend is, in the words of the operating model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Core and mandated GP IT: every CCG has to provide it.
    CoreMandated,
    /// Local, where it can be afforded.
    Enhanced,
    /// Paid centrally (GPSoC and its successors).
    Central,
    /// The business of the practice itself.
    PracticeFunded,
    /// Capital, approved apart from revenue.
    Capital,
    /// No GP IT at all.
    OutOfScope,
}

impl Category {
    /// The word used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::CoreMandated => "core_mandated",
            Category::Enhanced => "enhanced",
            Category::Central => "central",
            Category::PracticeFunded => "practice_funded",
            Category::Capital => "capital",
            Category::OutOfScope => "out_of_scope",
        }
    }
}

/// The files that a pipeline names; each is optional.
#[derive(Clone, Debug, Default)]
pub struct SpendDefinitions {
    pub scope_map: Option<ScopeMap>,
    pub gate: Option<Gate>,
}

/// A fault at the first line of the file that holds `needle`.
fn fault(source: &super::Source, code: &str, needle: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, source.place_of(needle), message)
}
