//! What a store holds: datasets, periods, releases, who has not returned.

use super::ingest::holdings;
use super::{PipelineError, Result};
use crate::model::Period;
use crate::store::Store;
use std::collections::BTreeSet;

/// One dataset of a store.
#[derive(Clone, Debug)]
pub struct Holding {
    pub dataset: String,
    pub periods: Vec<Period>,
    /// Periods between the first and the last that are not held.
    pub missing: Vec<Period>,
    /// Releases held beyond one for each period.
    pub restated: usize,
    pub rows: u64,
    pub provenance: String,
}

/// The datasets of the visible version, by name.
pub fn status(store: &Store) -> Result<(String, Vec<Holding>)> {
    let version =
        store.current()?.ok_or_else(|| PipelineError::EmptyStore(store.root().display().to_string()))?;
    let tables = &version.manifest().tables;
    let out = holdings(&version)
        .into_iter()
        .map(|(dataset, periods)| {
            let all: Vec<_> = tables.iter().filter(|t| t.dataset == dataset).collect();
            let latest = all.iter().filter(|t| t.latest);
            let provenance: BTreeSet<&str> = latest.clone().map(|t| t.provenance.as_str()).collect();
            Holding {
                missing: missing(&periods),
                restated: all.len() - periods.len(),
                rows: latest.map(|t| t.rows).sum(),
                provenance: provenance.into_iter().collect::<Vec<_>>().join(", "),
                dataset,
                periods,
            }
        })
        .collect();
    Ok((version.id().to_owned(), out))
}

/// Months or years without a table inside a run of them; snapshots at a point have no gaps.
fn missing(periods: &[Period]) -> Vec<Period> {
    use crate::model::Grain;
    use jiff::ToSpan;
    let mut out = Vec::new();
    for pair in periods.windows(2) {
        let (grain, end) = (pair[0].grain(), pair[1].end());
        let same = pair[1].grain() == grain && matches!(grain, Grain::Month | Grain::FinancialYear);
        if !same {
            continue;
        }
        let mut next = Period::containing(grain, pair[0].end().saturating_add(1.day()));
        let mut gap = Vec::new();
        while next.end() < end {
            gap.push(next);
            next = Period::containing(grain, next.end().saturating_add(1.day()));
        }
        // a gap of more than a year is two collections, not a series with a hole
        if gap.len() <= 12 {
            out.extend(gap);
        }
    }
    out
}
