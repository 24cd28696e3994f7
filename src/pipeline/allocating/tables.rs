//! Tables that need more than the scenario: what moved between CCGs, and the score that goes with the money.

use super::Done;
use crate::allocate::Moved;
use crate::frames::Grown;
use crate::pipeline::Result;
use crate::store::Release;
use crate::value::{Asked, expected_scores};
use polars::prelude::{DataFrame, PolarsResult};
use std::path::Path;

/// `scenario from_ccg into_ccg practices patients running_cost_pence`.
pub(super) fn succession(done: &[Done]) -> PolarsResult<DataFrame> {
    let rows = || done.iter().flat_map(|d| d.moved.iter().map(|m| (d.scenario.id.as_str(), m)));
    #[expect(clippy::cast_precision_loss, reason = "patients of one CCG in millionths are below 2^53")]
    let patients = |m: &Moved| Some((m.patients as f64 / 1e6).round());
    let mut t = Grown::default();
    t.texts("scenario", rows().map(|(id, _)| Some(id)));
    t.texts("from_ccg", rows().map(|(_, m)| Some(m.from.as_str())));
    t.texts("into_ccg", rows().map(|(_, m)| Some(m.into.as_str())));
    t.wholes("practices", rows().map(|(_, m)| i64::try_from(m.practices).ok()));
    t.numbers("patients", rows().map(|(_, m)| patients(m)));
    t.wholes("running_cost_pence", rows().map(|(_, m)| Some(m.pence)));
    t.finish()
}

/// The score that goes with each CCG's money of the last year; nothing without a release that set spend against score.
pub(super) fn expected(done: &[Done], release: Option<&Path>) -> Result<Option<DataFrame>> {
    let Some(release) = release.map(Release::open).transpose()? else { return Ok(None) };
    if !release.manifest().files.iter().any(|f| f.path == "tables/value_curve.parquet") {
        return Ok(None);
    }
    let curve = release.table("value_curve", None)?;
    let all = done.iter().flat_map(|d| d.tables.last.iter().map(move |t| (d, t)));
    #[expect(clippy::cast_precision_loss, reason = "pence of one CCG are below 2^53")]
    let asked: Vec<Asked> = all
        .map(|(d, total)| Asked {
            scenario: d.scenario.id.clone(),
            ccg_code: total.code.clone(),
            ccg_name: total.name.clone(),
            per_head: total.registered.filter(|n| *n > 0.0).map(|n| total.pence as f64 / n),
        })
        .collect();
    Ok(Some(expected_scores(&curve, &asked)?))
}
