//! Folding: one line for many faults of a kind.

use super::Diagnostic;
use std::collections::BTreeMap;

/// The first few of a kind (same code, file and field) and how many there are.
#[derive(Clone, Debug)]
pub struct Folded<'a> {
    pub shown: Vec<&'a Diagnostic>,
    pub total: u64,
}

/// Groups by code, file and field, keeps the first `keep` of each in the order of the input, worst severity
/// first.
pub fn fold(all: &[Diagnostic], keep: usize) -> Vec<Folded<'_>> {
    let mut groups: BTreeMap<_, Folded<'_>> = BTreeMap::new();
    for d in all {
        let field = match &d.place {
            super::Place::Line { field, .. } | super::Place::Cell { field, .. } => field.as_deref(),
            _ => None,
        };
        let key = (std::cmp::Reverse(d.severity), d.code.id, d.place.file_name(), field);
        let group = groups.entry(key).or_insert(Folded { shown: Vec::new(), total: 0 });
        if group.shown.len() < keep {
            group.shown.push(d);
        }
        group.total += d.count;
    }
    groups.into_values().collect()
}
