//! Own groups: units that belong together by their own account, practices or CCGs.

use super::panel::Panel;
use crate::define::framework::PeersSection;
use crate::diag::{Diagnostic, Place};
use crate::frames::Columns;
use crate::index::Source;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A group with the codes of its members.
pub(super) struct Group {
    /// `own:` and the id of the section, or the kind that the rows name.
    pub way: String,
    pub name: String,
    pub units: BTreeSet<String>,
}

/// The latest table of a dataset that does not begin after the day.
pub(super) fn latest<'a>(sources: &'a [Source], dataset: &str, panel: &Panel<'_>) -> Option<&'a Source> {
    let held = sources.iter().filter(|s| s.dataset == dataset && s.period.start() <= panel.day);
    held.max_by_key(|s| s.period.end())
}

/// What is to be said of codes that the quarter does not have, as one line a dataset.
pub(super) fn unknown<'c>(
    panel: &Panel<'_>,
    dataset: &str,
    codes: impl Iterator<Item = &'c str>,
) -> Option<Diagnostic> {
    let known = |c: &str| {
        panel.ccgs.binary_search(&c).is_ok() || panel.practices.binary_search_by(|p| p.code.cmp(c)).is_ok()
    };
    let strange: BTreeSet<&str> = codes.filter(|c| !known(c)).collect();
    let first = strange.first()?;
    let place = Place::Key { dataset: dataset.to_owned(), key: panel.day.to_string() };
    let message = format!("`{dataset}` names codes that the quarter does not have: these rows are left out");
    Some(Diagnostic::new("PEER_UNKNOWN", place, message).found(first).times(strange.len() as u64))
}

/// Every group that the section names and the tables hold, by way and name.
pub(super) fn groups(
    section: &PeersSection,
    panel: &Panel<'_>,
    practices: &DataFrame,
    sources: &[Source],
    diagnostics: &mut Vec<Diagnostic>,
) -> PolarsResult<Vec<Group>> {
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for group in &section.group {
        let (frame, unit, column) = match (&group.column, &group.dataset) {
            (Some(column), _) => (practices, "ccg_code", column.as_str()),
            (None, Some(dataset)) => match latest(sources, dataset, panel) {
                Some(source) => (&source.frame, group.unit.as_str(), group.group.as_str()),
                None => continue,
            },
            (None, None) => continue,
        };
        let t = Columns(frame);
        let kinds = match &group.kind {
            Some(column) => t.texts(column)?,
            None => vec![Some(group.id.as_str()); frame.height()],
        };
        if let Some(dataset) = &group.dataset {
            diagnostics.extend(unknown(panel, dataset, t.texts(unit)?.into_iter().flatten()));
        }
        for ((unit, name), kind) in t.texts(unit)?.into_iter().zip(t.texts_if_any(column)?).zip(kinds) {
            if let (Some(unit), Some(name), Some(kind)) = (unit, name, kind) {
                let key = (format!("own:{}", kind.to_lowercase()), name.to_owned());
                found.entry(key).or_default().insert(unit.to_owned());
            }
        }
    }
    Ok(found.into_iter().map(|((way, name), units)| Group { way, name, units }).collect())
}
