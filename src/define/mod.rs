//! Definitions: TOML as written -> resolved. Definitions are data; algorithms are code.
//!
//! The written form knows spans and refuses unknown fields; only the resolved form is used by stages. All faults
//! of a definition are reported in one pass, with line, column and a hint.

pub mod changes;
pub mod contract;
mod fault;
pub mod feeds;
pub mod framework;
pub mod library;
mod resolve;
mod resolved;
pub mod scenario;
pub mod schema;
pub mod spend;

pub use contract::ContractFile;
pub use fault::{Source, did_you_mean, nearest, parse};
pub use library::{Library, ReportSources};
pub use resolved::{Container, Contract, Era, Field, Look, LookAt, Lookup, PeriodSource, Skip, Unpivot};
