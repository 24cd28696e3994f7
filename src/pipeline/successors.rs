//! The list of successors that `dpcmi feed` is given: read by its contract like any input, so that another file in its place is
//! refused and not taken for a list of nobody.

use super::{PipelineError, Result, intake};
use crate::define::{Contract, Library};
use crate::diag::{Diagnostic, Place};
use crate::read::{Limits, child};
use crate::snapshot::{self, Found};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Old code to new ones: a practice whose patients were parted has several.
pub type Successors = BTreeMap<String, BTreeSet<String>>;

/// A list as it was read.
#[derive(Debug, Default)]
pub struct Listed {
    pub successors: Successors,
    /// blake3 of the file.
    pub hash: String,
    /// Rows that were set aside, with their lines.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a list by the shipped contract of this dataset.
///
/// # Errors
/// [`PipelineError::Refused`] for a file that is no such list, or of which no row can be used.
pub fn read(dataset: &str, path: &Path) -> Result<Listed> {
    let (contracts, faults) = Library::shipped().contracts();
    if !faults.is_empty() {
        return Err(PipelineError::Definitions(faults));
    }
    let own: Vec<Contract> = contracts.into_iter().filter(|c| c.id == dataset).collect();
    let label = path.display().to_string();
    let refused = |diagnostics| PipelineError::Refused { file: label.clone(), diagnostics };
    let limits = Limits::default();
    let found = Found { label: label.clone(), path: path.to_owned() };
    let file = snapshot::read(&found, limits.file).map_err(|d| refused(vec![*d]))?;
    let reader = child::Reader { program: None };
    let intake = intake::file(&own, &label, &file.bytes, &limits, &reader)?;
    let mut listed = Listed { hash: file.blake3, diagnostics: intake.diagnostics, ..Listed::default() };
    for (_, typed) in intake.tables {
        // of which day the list is, matters to a store and not here
        listed.diagnostics.extend(typed.diagnostics.into_iter().filter(|d| d.code.name != "PERIOD_INFERRED"));
        for (_, frame) in typed.parts {
            let (old, new) = (frame.column("old_code")?.str()?, frame.column("new_code")?.str()?);
            for (old, new) in old.iter().zip(new.iter()) {
                if let (Some(old), Some(new)) = (old, new) {
                    listed.successors.entry(old.to_owned()).or_default().insert(new.to_owned());
                }
            }
        }
    }
    if listed.successors.is_empty() {
        let message = "no row of it names a code and its successor";
        listed.diagnostics.push(Diagnostic::new("FEED_SUCCESSORS", Place::file(&label), message));
        return Err(refused(listed.diagnostics));
    }
    Ok(listed)
}
