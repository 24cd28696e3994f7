//! Statistics as pure functions of numbers, each with its reference.
//!
//! Sums run in the order given, so the same rows give the same digits on any number of threads. No polars, no
//! files, no definitions.

mod mean;
mod quantile;
mod rank;
mod sum;

pub use mean::{arithmetic, geometric, harmonic};
pub use quantile::quantile;
pub use rank::{competition, rank_range};
pub use sum::{Sum, weighted_mean};
