//! What the indicators of a framework want of each dataset, so that each column is prepared once.

use crate::define::framework::{Count, Filter, UnitKind};
use std::collections::{BTreeMap, BTreeSet};

/// What indicators or traces read, by dataset.
#[derive(Default)]
pub(in crate::index) struct Wants(BTreeMap<String, Wanted>);

/// What is read from one dataset.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) words: BTreeSet<String>,
    pub(super) counts: BTreeSet<String>,
    pub(super) practice: bool,
    pub(super) ccg: bool,
}

impl Wants {
    /// What is read from `dataset`, if anything is.
    pub(super) fn of(&self, dataset: &str) -> Option<&Wanted> {
        self.0.get(dataset)
    }

    /// Answers in words, of units of this kind.
    pub(in crate::index) fn words(
        &mut self,
        unit: UnitKind,
        dataset: &str,
        filter: &Filter,
        column: Option<&String>,
    ) {
        let w = self.0.entry(dataset.to_owned()).or_default();
        w.words.extend(filter.keys().chain(column).cloned());
        w.practice |= unit == UnitKind::Practice;
        w.ccg |= unit == UnitKind::Ccg;
    }

    /// A count, with the words that decide which rows it is of.
    pub(in crate::index) fn count(&mut self, unit: UnitKind, count: &Count) {
        self.words(unit, &count.dataset, &count.filter, None);
        if let Some(gate) = &count.gate {
            self.words(unit, &count.dataset, &gate.filter, Some(&gate.column));
        }
        let columns = &mut self.0.entry(count.dataset.clone()).or_default().counts;
        columns.extend(count.column.list().iter().cloned());
    }
}
