//! Each CCG beside the mean of its peers, with the interval of the mean and the one in which a CCG like them is expected.
//!
//! A CCG's figure is a list-weighted mean over practices, so chance is which practices it happens to have: its variance
//! is the variance between practices of one CCG, pooled over the CCG and its peers, times the sum of squared weights. A
//! CCG is called above or below only outside the interval in which one like its peers is expected
//! (`stats::neighbours::like_peers`): in a world without differences at most one in twenty is.

use super::groups::Group;
use super::panel::{Panel, by_code};
use super::similar::Way;
use crate::define::framework::{PeersSection, UnitKind};
use crate::diag::{Diagnostic, Place};
use crate::frames::{Columns, Grown, days_of};
use crate::stats::interval::{CONFIDENCE, deviate};
use crate::stats::neighbours::{like_peers, peer_mean};
use crate::stats::shrinkage::{Between, between_variance};
use crate::stats::{Interval, weighted_mean};
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// One measure over the CCGs.
struct Measure<'a> {
    name: &'a str,
    /// Per CCG: floor, and ceiling.
    values: Vec<Option<(f64, f64)>>,
    chance: Chance,
}

/// What goes into the variance of a CCG's mean.
struct Chance {
    /// Per CCG, sum of squared shares of weight.
    concentration: Vec<f64>,
    /// Per CCG, sum of squares about its plain mean, and practices less one.
    within: Vec<(f64, f64)>,
}

impl Chance {
    /// `values`: weight and points of each practice of a CCG, by CCG.
    fn of(values: &[Vec<(f64, f64)>]) -> Chance {
        let concentration = |of: &Vec<(f64, f64)>| {
            let total: f64 = of.iter().map(|x| x.0).sum();
            of.iter().map(|x| (x.0 / total) * (x.0 / total)).sum()
        };
        let within = |of: &Vec<(f64, f64)>| {
            let n = of.len() as f64;
            let mean = of.iter().map(|x| x.1).sum::<f64>() / n.max(1.0);
            (of.iter().map(|x| (x.1 - mean) * (x.1 - mean)).sum(), (n - 1.0).max(0.0))
        };
        Chance {
            concentration: values.iter().map(concentration).collect(),
            within: values.iter().map(within).collect(),
        }
    }

    /// Variance between practices of one CCG, pooled over some.
    fn pooled(&self, ccgs: impl Iterator<Item = usize>) -> Option<f64> {
        let (squares, free) = ccgs.map(|c| self.within[c]).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        (free > 0.0).then(|| squares / free)
    }
}

/// A CCG beside its peers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stand {
    pub value: f64,
    /// With what is missing as met.
    pub ceiling: f64,
    pub peers: usize,
    pub mean: f64,
    pub mean_limits: Interval,
    /// Where one like its peers is expected.
    pub expected: Interval,
}

impl Stand {
    /// Beyond what is expected of one like its peers: below only where its ceiling is, since silence is no low figure.
    pub fn called(&self) -> &'static str {
        if self.ceiling < self.expected.low {
            "below"
        } else if self.value > self.expected.high {
            "above"
        } else {
            "cannot tell"
        }
    }
}

/// Every comparison: by way, by measure (`score`, or the id of an indicator), by CCG.
pub(super) struct Comparison<'a> {
    measures: Vec<&'a str>,
    ways: Vec<Vec<Vec<Option<Stand>>>>,
}

impl Comparison<'_> {
    /// Of the first way.
    pub(super) fn stand(&self, measure: &str, ccg: usize) -> Option<Stand> {
        let m = self.measures.iter().position(|name| *name == measure)?;
        self.ways.first()?[m][ccg]
    }
}

pub(super) fn compare<'a>(
    section: &PeersSection,
    panel: &Panel<'a>,
    scores: &DataFrame,
    ccg_scores: &DataFrame,
    ways: &[Way],
) -> PolarsResult<Comparison<'a>> {
    let mut measures = vec![score(panel, scores, ccg_scores)?];
    for (i, x) in panel.framework.indicators.iter().enumerate() {
        if x.unit == UnitKind::Practice && panel.collected[i] {
            let of = |pick: fn((f64, f64)) -> f64| parts(panel, &|u| panel.cells[i][u].points.map(pick));
            // what leaves the ceiling adds nothing to the floor
            let (parts, met) = (of(|p| p.0), of(|p| if p.1.is_nan() { p.0 } else { p.1 }));
            let mean = |p: &Vec<(f64, f64)>| weighted_mean(p.iter().copied());
            let values = parts.iter().zip(&met).map(|(low, high)| mean(low).zip(mean(high))).collect();
            measures.push(Measure { name: &x.id, values, chance: Chance::of(&parts) });
        }
    }
    let one = |way: &Way, m: &Measure<'_>| -> Vec<Option<Stand>> {
        (0..panel.ccgs.len())
            .map(|c| stand(section, m, c, way.peers[c].iter().map(|p| p.ccg).collect()))
            .collect()
    };
    let found = ways.iter().map(|w| measures.par_iter().map(|m| one(w, m)).collect()).collect();
    Ok(Comparison { measures: measures.iter().map(|m| m.name).collect(), ways: found })
}

/// Weight and figure of the practices of each CCG that have both.
fn parts(panel: &Panel<'_>, of: &dyn Fn(usize) -> Option<f64>) -> Vec<Vec<(f64, f64)>> {
    let part = |u: &usize| Some((panel.practices[*u].weight(), of(*u)?)).filter(|(w, _)| *w > 0.0);
    panel.members.iter().map(|all| all.iter().filter_map(part).collect()).collect()
}

/// The floor as `ccg_scores` has it; chance is that of the practices.
fn score<'a>(panel: &Panel<'_>, scores: &DataFrame, ccg_scores: &DataFrame) -> PolarsResult<Measure<'a>> {
    let of = by_code(scores, "practice_code", "score")?;
    let own = by_code(ccg_scores, "ccg_code", "score")?;
    let parts = parts(panel, &|u| of.get(panel.practices[u].code).copied());
    let ceilings = by_code(ccg_scores, "ccg_code", "score_high")?;
    let both = |c: &&str| own.get(c).map(|low| (*low, ceilings.get(c).copied().unwrap_or(*low)));
    let values = panel.ccgs.iter().map(both).collect();
    Ok(Measure { name: "score", values, chance: Chance::of(&parts) })
}

fn stand(section: &PeersSection, m: &Measure<'_>, ccg: usize, peers: Vec<usize>) -> Option<Stand> {
    let value = m.values[ccg]?;
    let peers: Vec<usize> = peers.into_iter().filter(|p| m.values[*p].is_some()).collect();
    let between = m.chance.pooled(peers.iter().copied().chain([ccg]))?;
    let variance = |c: usize| between * m.chance.concentration[c];
    let others: Vec<(f64, f64)> =
        peers.iter().filter_map(|p| Some((m.values[*p]?.0, variance(*p)))).collect();
    beside(section, value, variance(ccg), &others)
}

/// A figure and its variance beside those of its peers; `None` for too few of them.
fn beside(
    section: &PeersSection,
    (value, ceiling): (f64, f64),
    variance: f64,
    peers: &[(f64, f64)],
) -> Option<Stand> {
    if peers.len() < section.least {
        return None;
    }
    let (y, v): (Vec<f64>, Vec<f64>) = peers.iter().copied().unzip();
    // what has no error at all leaves none to divide by
    let by = if v.iter().all(|v| *v > 0.0) { Between::DerSimonianLaird } else { Between::Hedges };
    let tau2 = between_variance(&y, &v, by)?;
    let parts: Vec<(f64, f64, f64)> = peers.iter().map(|(y, v)| (1.0, *y, *v)).collect();
    let mean = peer_mean(&parts, tau2)?;
    // points lie between 0 and 100, and so does what is expected
    let on_scale = |i: Interval| Interval { low: i.low.clamp(0.0, 100.0), high: i.high.clamp(0.0, 100.0) };
    let mean_limits = on_scale(like_peers(mean, 0.0, 0.0, peers.len(), CONFIDENCE)?);
    let expected = on_scale(like_peers(mean, tau2, variance, peers.len(), CONFIDENCE)?);
    Some(Stand { value, ceiling, peers: peers.len(), mean: mean.0, mean_limits, expected })
}

/// The table `group_comparison`: the floor of each practice beside the other members of its group, each with the error that
/// the joint simulation gives it.
pub(super) fn practices(
    section: &PeersSection,
    panel: &Panel<'_>,
    scores: &DataFrame,
    groups: &[Group],
    diagnostics: &mut Vec<Diagnostic>,
) -> PolarsResult<DataFrame> {
    let t = Columns(scores);
    let z = deviate(CONFIDENCE).unwrap_or(f64::INFINITY);
    let limits = t.numbers("interval_low")?.into_iter().zip(t.numbers("interval_high")?);
    let figures = t.texts("practice_code")?.into_iter().zip(t.numbers("score")?).zip(limits);
    let known: BTreeMap<&str, ((f64, f64), f64)> = figures
        .zip(t.numbers("score_high")?)
        .filter_map(|(((code, score), (low, high)), ceiling)| {
            let error = (high? - low?) / (2.0 * z);
            Some((code?, ((score?, ceiling.unwrap_or(score?)), error * error)))
        })
        .collect();
    let mut rows: Vec<(&str, &Group, Stand)> = Vec::new();
    for group in groups {
        let members: Vec<(&str, ((f64, f64), f64))> = group
            .units
            .iter()
            .filter_map(|u| known.get_key_value(u.as_str()))
            .map(|(c, x)| (*c, *x))
            .collect();
        if (1..=section.least).contains(&members.len()) {
            let place = Place::Key { dataset: group.way.clone(), key: group.name.clone() };
            let message = format!(
                "{} practices with a score, and a practice is set beside {} others or more: no comparison",
                members.len(),
                section.least
            );
            diagnostics.push(Diagnostic::new("GROUP_SMALL", place, message));
        }
        for (code, own) in &members {
            let others: Vec<(f64, f64)> =
                members.iter().filter(|(c, _)| c != code).map(|m| (m.1.0.0, m.1.1)).collect();
            rows.extend(beside(section, own.0, own.1, &others).map(|stand| (*code, group, stand)));
        }
    }
    rows.sort_by(|a, b| (a.0, &a.1.way, &a.1.name).cmp(&(b.0, &b.1.way, &b.1.name)));
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|_| days_of(panel.day)));
    t.owned("practice_code", rows.iter().map(|r| Some(r.0.to_owned())));
    t.owned("way", rows.iter().map(|r| Some(r.1.way.clone())));
    t.owned("group_name", rows.iter().map(|r| Some(r.1.name.clone())));
    stand_columns(&mut t, &rows.iter().map(|r| r.2).collect::<Vec<_>>());
    t.texts("provenance", rows.iter().map(|_| Some(panel.provenance.as_str())));
    t.finish()
}

fn stand_columns(t: &mut Grown<'_>, stands: &[Stand]) {
    let mut number = |name: &str, of: &dyn Fn(&Stand) -> f64| {
        t.numbers(name, stands.iter().map(|s| Some(of(s))));
    };
    number("value", &|s| s.value);
    number("mean", &|s| s.mean);
    number("mean_low", &|s| s.mean_limits.low);
    number("mean_high", &|s| s.mean_limits.high);
    number("low", &|s| s.expected.low);
    number("high", &|s| s.expected.high);
    t.wholes("peers", stands.iter().map(|s| i64::try_from(s.peers).ok()));
    t.texts("called", stands.iter().map(|s| Some(s.called())));
}

/// The table `peer_comparison`, sorted by CCG, way and measure.
pub(super) fn table(panel: &Panel<'_>, ways: &[Way], found: &Comparison<'_>) -> PolarsResult<DataFrame> {
    let mut order: Vec<usize> = (0..found.measures.len()).collect();
    order.sort_by_key(|m| found.measures[*m]);
    let mut rows: Vec<(usize, &str, &str, Stand)> = Vec::new();
    for c in 0..panel.ccgs.len() {
        for (w, way) in ways.iter().enumerate() {
            let stands = order.iter().filter_map(|m| Some((found.measures[*m], found.ways[w][*m][c]?)));
            rows.extend(stands.map(|(measure, stand)| (c, way.name.as_str(), measure, stand)));
        }
    }
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|_| days_of(panel.day)));
    t.owned("ccg_code", rows.iter().map(|r| Some(panel.ccgs[r.0].to_owned())));
    t.owned("way", rows.iter().map(|r| Some(r.1.to_owned())));
    t.owned("measure", rows.iter().map(|r| Some(r.2.to_owned())));
    stand_columns(&mut t, &rows.iter().map(|r| r.3).collect::<Vec<_>>());
    t.texts("provenance", rows.iter().map(|_| Some(panel.provenance.as_str())));
    t.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_not_called_below() {
        let stand = |value, ceiling| Stand {
            value,
            ceiling,
            peers: 6,
            mean: 60.0,
            mean_limits: Interval { low: 55.0, high: 65.0 },
            expected: Interval { low: 40.0, high: 80.0 },
        };
        let called = [stand(30.0, 30.0), stand(30.0, 90.0), stand(90.0, 90.0)].map(|s| s.called());
        assert_eq!(called, ["below", "cannot tell", "above"]);
    }
}
