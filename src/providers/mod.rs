//! Who supplies and supports each practice, and whether one supplier's practices differ from others like them.
//!
//! In: the `[providers]` rules, the frames that name providers, and the tables `practices`, `indicator_values` and
//! `practice_scores`. Out: each practice's providers by quarter, the practices that changed, and the comparison of
//! providers. Stage before: index; after: report. A step of one supplier in one quarter is found and held earlier,
//! in `index::steps`, so that no comparison rests on it.
//!
//! **Like with like** (own method). Raw shares compare the practices that a supplier happens to have. The adjusted
//! difference is that between its practices and all others of the same CCG (for a partner that a whole CCG has: of the
//! same region), with bands of list size and, where the rules say so, other providers allowed for; by least squares
//! with an error that lets practices of one CCG be alike ([`crate::stats::clustered`]). Each practice counts once.
//! Deprivation is not among what is held by practice and is not allowed for. It says what differs, not why.
//!
//! **Called** is a difference only if its q value (Benjamini and Hochberg, J. Royal Statistical Society B 57 (1995)
//! 289-300, over all comparisons of the kind in the quarter) is at most 0.05: of a country without differences, at
//! most one in twenty has any called. A provider with too few practices is neither compared nor named on pages.

mod assign;
mod compare;
mod measure;
mod sighting;
mod switch;

pub use assign::assign;
pub use compare::provider_comparison;
pub use measure::{Measure, measures};
pub use sighting::{ProviderFrame, Sightings};
pub use switch::supplier_switches;

/// Two-sided level of every interval and call.
const CONFIDENCE: f64 = 0.95;
