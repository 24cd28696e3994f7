//! The straight line on one screen: what runs, in which order, and why.
//!
//! [`ingest`](ingest::ingest) takes input files as far as the store; [`publish`](publish::publish) makes a release
//! of what the store holds. [`plan`] says beforehand what would run and why; [`explain`] leads a published number
//! back to its files. Nothing here prints, reads the clock or the environment.

mod about;
pub mod allocating;
mod assemble;
mod bodies;
pub mod compute;
pub mod definitions;
pub mod detection;
mod detection_spend;
pub mod explain;
pub mod feed;
mod feeding;
pub mod folders;
pub mod ingest;
pub mod intake;
mod lineage;
mod marker;
mod places;
pub mod plan;
mod population;
pub mod preview;
pub mod publish;
mod quality;
mod rivals;
pub mod scoring;
pub mod spending;
pub mod status;
pub mod successors;
pub mod synthetic;
pub mod templates;
pub mod what_if;

pub use definitions::Definitions;

use crate::diag::Diagnostic;
use crate::snapshot::SnapshotError;
use crate::store::StoreError;
use thiserror::Error;

/// The program's version: another one may give other bytes.
pub const PROGRAM: &str = concat!("dpcmi ", env!("CARGO_PKG_VERSION"));

/// What stopped a run: never the data's fault.
#[derive(Debug, Error)]
pub enum PipelineError {
    #[error("the definitions have faults")]
    Definitions(Vec<Diagnostic>),
    #[error(
        "RECONCILIATION_FAILED: rows or bytes of {file} are unaccounted for; nothing was stored. Please report it"
    )]
    Reconciliation { file: String },
    #[error("the store {0} holds nothing yet: run `dpcmi ingest` or `dpcmi run` first")]
    EmptyStore(String),
    #[error("{what}")]
    Unknown { what: String },
    #[error("{file} was refused, and nothing was written")]
    Refused { file: String, diagnostics: Vec<Diagnostic> },
    #[error("the values cannot be scored")]
    Values(Vec<Diagnostic>),
    #[error(transparent)]
    Synth(#[from] crate::synth::SynthError),
    #[error(transparent)]
    Template(#[from] crate::template::TemplateError),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("frames: {0}")]
    Polars(#[from] polars::error::PolarsError),
    #[error(transparent)]
    Harmonise(#[from] crate::harmonise::HarmoniseError),
    #[error(transparent)]
    Index(#[from] crate::index::IndexError),
    #[error(transparent)]
    Spend(#[from] crate::spend::SpendError),
    #[error(transparent)]
    Report(#[from] crate::report::ReportError),
    #[error(transparent)]
    Disclose(#[from] crate::disclose::DiscloseError),
    #[error(transparent)]
    Render(#[from] crate::render::RenderError),
}

pub type Result<T> = std::result::Result<T, PipelineError>;

/// Hears how far a run is. All methods may be called from several threads.
pub trait Progress: Sync {
    /// A stage begins; `steps` is 0 when its length is not known.
    fn stage(&self, name: &'static str, steps: usize);
    /// One step of the stage is done.
    fn step(&self);
}

/// Nobody listens.
pub struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &'static str, _: usize) {}
    fn step(&self) {}
}
