//! Statistics as pure functions of numbers, each with its reference.
//!
//! Sums run in the order given, so the same rows give the same digits on any number of threads. No polars, no
//! files, no definitions. What cannot be computed is `None`, never NaN or infinity in an output, and never 0.

pub mod apportion;
pub mod change;
pub mod clustered;
pub mod components;
pub mod control_chart;
pub mod correlation;
pub mod count;
pub mod crowd;
pub mod dispersion;
pub mod distribution;
pub mod frontier;
pub mod funnel;
pub mod gate;
pub mod growth;
pub mod inequality;
pub mod interval;
mod mean;
pub mod meta_regression;
pub mod minimise;
pub mod neighbours;
pub mod outranking;
pub mod proportion;
mod quantile;
mod quantile_group;
pub mod rank;
pub mod rank_uncertainty;
pub mod roll_up;
pub mod sensitivity;
pub mod shapley;
pub mod shrinkage;
pub mod slope_index;
pub mod standardised;
mod sum;

pub use interval::Interval;
pub use mean::{arithmetic, geometric, harmonic};
pub use quantile::quantile;
pub use quantile_group::{percentile_ranks, quantile_groups};
pub use rank::{competition, rank_range};
pub use sum::{Sum, weighted_mean};
