//! What may leave and in which words: `reports/*.toml`, read once a run.

use super::dictionary::Dictionary;
use super::{spend, workbook};
use crate::define::feeds::Feeds;
use crate::define::{ReportSources, parse};
use crate::diag::Diagnostic;
use crate::disclose::Policy;
use std::collections::BTreeMap;

/// The definitions of a release's outputs, checked.
#[derive(Clone, Debug)]
pub struct Definitions {
    pub policy: Policy,
    pub feeds: Feeds,
    pub(super) dictionary: Dictionary,
    pub(super) wording: spend::Wording,
    pub(super) sheets: workbook::Definition,
}

impl Definitions {
    /// Those that the program ships with.
    ///
    /// # Errors
    /// As [`Definitions::load`].
    pub fn shipped() -> Result<Definitions, Vec<Diagnostic>> {
        Definitions::load(&ReportSources::shipped())
    }

    /// Reads and checks all files.
    ///
    /// # Errors
    /// The faults of all of them together, with their places.
    pub fn load(sources: &ReportSources) -> Result<Definitions, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let policy = Policy::load(&sources.disclosure).map_err(|more| faults.extend(more)).ok();
        let feeds = Feeds::load(&sources.feeds).map_err(|more| faults.extend(more)).ok();
        let dictionary = parse(&sources.dictionary).map_err(|one| faults.push(*one)).ok();
        let wording = parse(&sources.spend).map_err(|one| faults.push(*one)).ok();
        let sheets = parse(&sources.workbook).map_err(|one| faults.push(*one)).ok();
        match (policy, feeds, dictionary, wording, sheets) {
            (Some(policy), Some(feeds), Some(dictionary), Some(wording), Some(sheets)) => {
                Ok(Definitions { policy, feeds, dictionary, wording, sheets })
            }
            _ => Err(faults),
        }
    }

    /// The columns that name a row, of every table that a release may hold.
    pub fn row_keys(&self) -> BTreeMap<String, Vec<String>> {
        self.dictionary.keys()
    }
}
