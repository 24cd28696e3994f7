//! Folding: one line for many faults of a kind.

use super::{Diagnostic, Place, Severity};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The first few of a kind (same code, file and field) and how many there are.
#[derive(Clone, Debug)]
pub struct Folded<'a> {
    pub shown: Vec<&'a Diagnostic>,
    pub total: u64,
}

/// Groups errors by code, file and field, warnings and notes by code and dataset, keeps the first `keep` of each in
/// the order of the input; worst severity first. Faults of a definition are few and each another: they stand alone, in
/// the order of the file.
pub fn fold(all: &[Diagnostic], keep: usize) -> Vec<Folded<'_>> {
    let mut groups: BTreeMap<_, Folded<'_>> = BTreeMap::new();
    for d in all {
        let field = match &d.place {
            Place::Line { field, .. } | Place::Cell { field, .. } => field.as_deref(),
            _ => None,
        };
        let by_file = d.severity >= Severity::Error;
        let within = if by_file { (d.place.file_name(), field) } else { (d.dataset.as_deref(), None) };
        let alone = match &d.place {
            Place::Definition { line, column, .. } => Some((*line, *column, d.message.as_str())),
            _ => None,
        };
        let file = alone.and_then(|_| d.place.file_name());
        let group = groups
            .entry((Reverse(d.severity), file, alone, d.code.id, within))
            .or_insert(Folded { shown: Vec::new(), total: 0 });
        if group.shown.len() < keep {
            group.shown.push(d);
        }
        group.total += d.count;
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_two_files_is_told_twice_and_a_warning_once() {
        let of = |name: &str, file: &str| Diagnostic::new(name, Place::file(file), "x").dataset("pomi");
        let all = [
            of("ENCODING", "a.csv"),
            of("ENCODING", "b.csv"),
            of("CSV_STRAY_QUOTE", "a.csv"),
            of("CSV_STRAY_QUOTE", "b.csv").times(7),
        ];
        let told: Vec<(&str, u64)> = fold(&all, 1).iter().map(|g| (g.shown[0].code.name, g.total)).collect();
        assert_eq!(told, [("CSV_STRAY_QUOTE", 1), ("CSV_STRAY_QUOTE", 7), ("ENCODING", 2)]);
    }
}
