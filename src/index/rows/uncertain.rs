//! What the joint simulation says, as frames: how well each period can be ranked, each unit's spread, and what moves
//! the ranks.

use super::Simulation;
use super::column::Row;
use super::replicate::Replicated;
use crate::define::framework::Framework;
use crate::frames::Grown;
use crate::index::robust::split_columns;
use crate::index::simulate::{RANKABLE, Spread, standard_error};
use polars::prelude::{DataFrame, PolarsResult};

pub(super) struct Uncertain<'a> {
    framework: &'a Framework,
    /// `None` where nothing is drawn: a stored design.
    seed: Option<i64>,
    periods: Grown<'a>,
    units: Grown<'a>,
    causes: Grown<'a>,
}

impl<'a> Uncertain<'a> {
    pub(super) fn new(framework: &'a Framework, simulation: &Simulation) -> Uncertain<'a> {
        let seed = i64::try_from(simulation.seed).ok().filter(|_| simulation.design.is_none());
        let [periods, units, causes] = std::array::from_fn(|_| Grown::default());
        Uncertain { framework, seed, periods, units, causes }
    }

    pub(super) fn push(&mut self, rows: &'a [Row<'a>], found: &Replicated, ranked: bool) {
        let period = rows.first().map(|r| r.period);
        let known: Vec<Spread> = found.spreads.iter().flatten().copied().collect();
        let shown =
            if ranked && found.rankability.is_some_and(|r| r >= RANKABLE) { "ranked" } else { "not ranked" };
        let t = &mut self.periods;
        t.texts("period", [period]);
        t.texts("framework", [Some(self.framework.id.as_str())]);
        t.wholes("units", [i64::try_from(known.len()).ok()]);
        t.wholes("replicates", [Some(i64::from(found.replicates))]);
        t.wholes("seed", [self.seed]);
        t.numbers("rankability", [found.rankability]);
        t.texts("shown_as", [Some(shown)]);
        t.numbers("standard_error", [standard_error(&known)]);

        let of = |f: fn(&Spread) -> f64| found.spreads.iter().map(|s| s.as_ref().map(f)).collect::<Vec<_>>();
        let t = &mut self.units;
        t.texts("period", rows.iter().map(|r| Some(r.period)));
        t.texts("unit", rows.iter().map(|r| Some(r.unit)));
        t.numbers("score_mean", of(|s| s.mean));
        t.numbers("score_sd", of(|s| s.deviation));
        t.numbers("rank_mean", of(|s| s.rank_mean));
        t.numbers("rank_median", of(|s| s.rank_median));
        t.numbers("rank_sd", of(|s| s.rank_deviation));

        if let Some(split) = &found.split {
            let n = found.causes.len();
            let t = &mut self.causes;
            t.texts("period", std::iter::repeat_n(period, n));
            t.texts("measure", std::iter::repeat_n(Some("mean shift of rank"), n));
            split_columns(t, &found.causes, split);
        }
    }

    /// uncertainty, unit_uncertainty, sensitivity.
    pub(super) fn finish(self) -> PolarsResult<(DataFrame, DataFrame, DataFrame)> {
        Ok((self.periods.finish()?, self.units.finish()?, self.causes.finish()?))
    }
}
