//! Faults of rows: the first of each kind one by one with their places, the rest as a count, so that a file of
//! nothing but faults costs no more to report than to read.

use crate::diag::{Diagnostic, Place};
use std::collections::BTreeMap;

/// Faults of one kind (in one column, where they have one) that are listed one by one.
pub const LISTED: u64 = 1_000;

#[derive(Debug, Default)]
pub struct Listed {
    seen: BTreeMap<&'static str, u64>,
}

impl Listed {
    /// Counts one more of a kind; true while it is to be listed.
    pub fn room(&mut self, code: &'static str) -> bool {
        let seen = self.seen.entry(code).or_insert(0);
        *seen += 1;
        *seen <= LISTED
    }

    /// One line for each kind of which there were more; `of` says of what.
    pub fn rest<'a>(
        &'a self,
        file: &'a str,
        dataset: &'a str,
        of: &'a str,
    ) -> impl Iterator<Item = Diagnostic> + 'a {
        self.seen.iter().filter(|(_, seen)| **seen > LISTED).map(move |(code, seen)| {
            let more = seen - LISTED;
            let message = format!("and {more} more of the same in {of}");
            Diagnostic::new(code, Place::file(file), message).dataset(dataset).times(more)
        })
    }
}
