//! Every error of a run as an exit code and a line for people. The one place where that is decided.

use crate::diag::{Diagnostic, Severity};
use crate::pipeline::PipelineError;
use crate::report::ReportError;
use crate::store::StoreError;

pub const CLEAN: u8 = 0;
pub const WARNINGS: u8 = 1;
pub const USAGE: u8 = 2;
pub const DEFINITIONS: u8 = 10;
pub const REFUSED: u8 = 11;
pub const RECONCILIATION: u8 = 12;
pub const DISCLOSURE: u8 = 13;
pub const FILES: u8 = 20;
pub const BUG: u8 = 70;
pub const LOCKED: u8 = 75;

/// The code of an error.
pub fn code(error: &PipelineError) -> u8 {
    match error {
        // a file that is not there is no fault of a definition
        PipelineError::Definitions(faults) if faults.iter().all(|f| f.code.name == "UNREADABLE") => FILES,
        PipelineError::Definitions(_) => DEFINITIONS,
        PipelineError::Reconciliation { .. } => RECONCILIATION,
        PipelineError::Values(_) | PipelineError::Refused { .. } => REFUSED,
        PipelineError::Synth(_)
        | PipelineError::Template(_)
        | PipelineError::EmptyStore(_)
        | PipelineError::Unknown { .. } => USAGE,
        PipelineError::Store(StoreError::Locked { .. }) => LOCKED,
        PipelineError::Store(_) | PipelineError::Snapshot(_) => FILES,
        PipelineError::Disclose(_) | PipelineError::Report(ReportError::NotAllowed { .. }) => DISCLOSURE,
        PipelineError::Polars(_)
        | PipelineError::Harmonise(_)
        | PipelineError::Index(_)
        | PipelineError::Spend(_)
        | PipelineError::Report(_)
        | PipelineError::Render(_) => BUG,
    }
}

/// The code of a run that came to its end: refused files count more than warnings, notes count nothing.
pub fn of_diagnostics(all: &[Diagnostic]) -> u8 {
    match all.iter().map(|d| d.severity).max() {
        Some(Severity::Fatal) => REFUSED,
        Some(Severity::Error | Severity::Warning) => WARNINGS,
        _ => CLEAN,
    }
}

/// The code of a demonstration, whose faults are planted: warnings are by design.
pub fn of_planted(all: &[Diagnostic]) -> u8 {
    match of_diagnostics(all) {
        WARNINGS => CLEAN,
        code => code,
    }
}
