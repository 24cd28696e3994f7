//! `value` and `value_curve` as frames.

use super::place::{CANNOT_TELL, Stand, Year};
use super::read::Area;
use crate::define::framework::ValueSection;
use crate::frames::{Grown, days_of};
use crate::model::Provenance;
use crate::stats::Interval;
use polars::prelude::{DataFrame, PolarsResult};

pub(super) fn ccgs(section: &ValueSection, years: &[Year<'_>]) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    for year in years {
        let rows = || year.of.areas.iter().zip(&year.stands);
        let number = |t: &mut Grown<'_>, name: &str, of: &dyn Fn(&Area<'_>, &Stand) -> Option<f64>| {
            t.numbers(name, rows().map(|(a, s)| of(a, s)));
        };
        let verdict =
            |s: &Stand| s.placed.map(|p| if p.is_below() { "below what others reach" } else { CANNOT_TELL });
        t.days("period", rows().map(|_| days_of(year.of.end)));
        t.dates("score_period", rows().map(|_| year.of.scored.map(days_of)));
        t.owned("ccg_code", rows().map(|(a, _)| Some(a.code.to_owned())));
        t.owned("ccg_name", rows().map(|(a, _)| a.name.map(str::to_owned)));
        t.owned("scope", rows().map(|_| Some(section.scope.clone())));
        number(&mut t, "per_head", &|a, _| a.per_head);
        number(&mut t, "per_head_low", &|a, _| a.spend.map(|i| i.low));
        number(&mut t, "per_head_high", &|a, _| a.spend.map(|i| i.high));
        number(&mut t, "score", &|a, _| a.score.map(|i| 0.5 * (i.low + i.high)));
        number(&mut t, "interval_low", &|a, _| a.score.map(|i| i.low));
        number(&mut t, "interval_high", &|a, _| a.score.map(|i| i.high));
        t.texts("quadrant", rows().map(|(_, s)| s.quadrant));
        number(&mut t, "frontier", &|_, s| s.placed.map(|p| p.frontier));
        number(&mut t, "frontier_low", &|_, s| s.placed.map(|p| p.limits.low));
        number(&mut t, "frontier_high", &|_, s| s.placed.map(|p| p.limits.high));
        t.wholes(
            "comparators",
            rows().map(|(_, s)| s.placed.and_then(|p| i64::try_from(p.comparators).ok())),
        );
        t.texts("verdict", rows().map(|(_, s)| verdict(s)));
        number(&mut t, "expected", &|_, s| s.expected.map(|e| e.mean));
        number(&mut t, "expected_low", &|_, s| s.expected.map(|e| e.prediction.low));
        number(&mut t, "expected_high", &|_, s| s.expected.map(|e| e.prediction.high));
        t.owned("why", rows().map(|(_, s)| s.why.clone()));
        t.texts("provenance", rows().map(|(a, _)| Some(a.provenance.as_str())));
    }
    t.finish()
}

pub(super) fn curve(section: &ValueSection, years: &[Year<'_>]) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    for (year, line) in years.iter().filter_map(|y| Some((y, y.line?))) {
        let worst = year.of.areas.iter().map(|a| a.provenance).fold(Provenance::Published, Provenance::worst);
        let at: Vec<_> = year.steps.iter().map(|pence| (*pence, line.at(pence.ln()))).collect();
        let doubling = std::f64::consts::LN_2;
        let slope = Interval::new(line.slope_limits.low * doubling, line.slope_limits.high * doubling);
        let every = |x: f64| at.iter().map(move |_| Some(x));
        t.days("period", at.iter().map(|_| days_of(year.of.end)));
        t.owned("scope", at.iter().map(|_| Some(section.scope.clone())));
        t.numbers("at_per_head", at.iter().map(|(pence, _)| Some(*pence)));
        t.numbers("expected", at.iter().map(|(_, e)| Some(e.mean)));
        t.numbers("mean_low", at.iter().map(|(_, e)| Some(e.mean_limits.low)));
        t.numbers("mean_high", at.iter().map(|(_, e)| Some(e.mean_limits.high)));
        t.numbers("prediction_low", at.iter().map(|(_, e)| Some(e.prediction.low)));
        t.numbers("prediction_high", at.iter().map(|(_, e)| Some(e.prediction.high)));
        t.numbers("slope_per_doubling", every(line.slope * doubling));
        t.numbers("slope_low", every(slope.low));
        t.numbers("slope_high", every(slope.high));
        t.wholes("ccgs", at.iter().map(|_| i64::try_from(line.units).ok()));
        t.texts("provenance", at.iter().map(|_| Some(worst.as_str())));
    }
    t.finish()
}
