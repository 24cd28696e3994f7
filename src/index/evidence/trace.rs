//! One trace over the units of a quarter: does it support what is claimed, or contradict it, or say nothing?

use super::super::IndexError;
use super::super::Source;
use super::super::column::Known;
use super::super::grid::{Grid, Reader, Wants};
use super::super::units::{Quarter, Units};
use crate::define::framework::{At, Count, Framework, Silence, Trace, TraceTest, UnitKind};
use std::collections::BTreeMap;

/// What a trace says about one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Supports,
    /// Between the two limits.
    Near,
    Contradicts,
    /// Collected from others, not from this unit, and its silence counts.
    Silent,
    /// Not collected from anybody, held, or its silence says nothing.
    Nothing,
}

/// The grids of one trace.
pub(super) enum Grids {
    Answer(Grid),
    Count(Grid),
    Share(Grid, Grid),
}

/// Millionths of a point in the grid of a state or a presence.
const SUPPORTS: i64 = 3_000_000;
const CONTRADICTS: i64 = 1_000_000;

fn wants(framework: &Framework) -> Wants {
    let mut all = Wants::default();
    for trace in framework.indicators.iter().filter_map(|x| x.evidence.as_ref()).flat_map(|e| &e.trace) {
        match &trace.test {
            TraceTest::State { dataset, filter, column, .. } => {
                all.words(trace.unit, dataset, filter, Some(column));
            }
            TraceTest::Presence { dataset, filter } => all.words(trace.unit, dataset, filter, None),
            TraceTest::Count { count, .. } => all.count(trace.unit, count),
            TraceTest::Share { numerator, denominator, .. } => {
                all.count(trace.unit, numerator);
                all.count(trace.unit, denominator);
            }
        }
    }
    all
}

/// Reads the frames that the traces name.
pub(super) fn reader<'a>(
    framework: &'a Framework,
    sources: &'a [Source],
    units: &'a Units,
) -> Result<Reader<'a>, IndexError> {
    Reader::new(framework, sources, units, &wants(framework))
}

/// The grids of a trace; `None` when the store holds nothing of it.
pub(super) fn grids(trace: &Trace, reader: &Reader<'_>) -> Option<Grids> {
    let count = |c: &Count| reader.count(trace.unit, &c.dataset, &c.filter, c.column.list(), c.gate.as_ref());
    Some(match &trace.test {
        TraceTest::State { dataset, filter, column, supports, contradicts } => {
            let key = |words: &[String], millionths: i64| {
                words.iter().map(|w| (w.clone(), millionths as f64 / 1e6)).collect::<Vec<_>>()
            };
            let points: BTreeMap<String, f64> =
                key(contradicts, CONTRADICTS).into_iter().chain(key(supports, SUPPORTS)).collect();
            Grids::Answer(reader.state(trace.unit, dataset, filter, column, &points)?)
        }
        TraceTest::Presence { dataset, filter } => {
            Grids::Answer(reader.presence(trace.unit, dataset, filter)?)
        }
        TraceTest::Count { count: c, .. } => Grids::Count(count(c)?),
        TraceTest::Share { numerator, denominator, .. } => {
            Grids::Share(count(numerator)?, count(denominator)?)
        }
    })
}

/// What the trace says about each unit of the indicator: practices in the order of the quarter, or all CCGs.
/// `None` where it was collected from nobody.
pub(super) fn verdicts(
    trace: &Trace,
    grids: &Grids,
    of: UnitKind,
    quarter: &Quarter,
    ccgs: usize,
) -> Option<Vec<Verdict>> {
    let silent = match trace.silence {
        Silence::CountsAgainst => Verdict::Silent,
        Silence::SaysNothing => Verdict::Nothing,
    };
    let judge = judge(trace, grids, quarter)?;
    let rows = if of == UnitKind::Practice { quarter.unit.len() } else { ccgs };
    Some((0..rows).map(|row| place(trace, of, quarter, row).and_then(&judge).unwrap_or(silent)).collect())
}

/// The place of a unit in the grid: a practice may be traced in what its CCG returns.
fn place(trace: &Trace, of: UnitKind, quarter: &Quarter, row: usize) -> Option<usize> {
    match (of, trace.unit) {
        (UnitKind::Practice, UnitKind::Ccg) => quarter.ccg[row].map(|c| c as usize),
        (UnitKind::Practice, _) => Some(quarter.unit[row] as usize),
        _ => Some(row),
    }
}

/// What the trace holds of one unit in words, so that a reader can judge for himself: a count with its months, a share
/// with its parts, or the words on the side of the answer. `None` where it holds nothing.
pub(super) fn value(
    trace: &Trace,
    grids: &Grids,
    of: UnitKind,
    quarter: &Quarter,
    row: usize,
) -> Option<String> {
    let unit = place(trace, of, quarter, row)?;
    let last = |grid: &Grid| {
        let slot = *grid.slots_of(quarter.period).last()?;
        match grid.cell(slot, unit) {
            (x, Known::Value) => Some(x),
            _ => None,
        }
    };
    match (grids, &trace.test) {
        (Grids::Answer(grid), TraceTest::State { supports, contradicts, .. }) => {
            let words = if last(grid)? == CONTRADICTS { contradicts } else { supports };
            Some(words.join(" or "))
        }
        (Grids::Answer(grid), _) => last(grid).map(|_| "listed".to_owned()),
        (Grids::Count(grid), TraceTest::Count { at, .. }) => {
            let slots = grid.slots_of(quarter.period);
            let from = if *at == At::LastMonth { slots.len().saturating_sub(1) } else { 0 };
            let cells = slots[from..].iter().map(|s| grid.cell(*s, unit));
            let known: Vec<i64> = cells.filter(|c| c.1 == Known::Value).map(|c| c.0).collect();
            let months = if known.len() == 1 { "month" } else { "months" };
            (!known.is_empty()).then(|| format!("{} in {} {months}", known.iter().sum::<i64>(), known.len()))
        }
        (Grids::Share(top, below), _) => Some(format!("{} of {}", last(top)?, last(below)?)),
        _ => None,
    }
}

/// The counted shares of a quarter; nothing for a trace of another kind.
pub(super) fn shares(grids: &Grids, quarter: &Quarter) -> Vec<f64> {
    let Grids::Share(top, below) = grids else { return Vec::new() };
    let (Some(&t), Some(&b)) = (top.slots_of(quarter.period).last(), below.slots_of(quarter.period).last())
    else {
        return Vec::new();
    };
    let share = |u: &u32| match (top.cell(t, *u as usize), below.cell(b, *u as usize)) {
        ((n, Known::Value), (d, Known::Value)) if d > 0 => Some(n as f64 / d as f64),
        _ => None,
    };
    quarter.unit.iter().filter_map(share).collect()
}

type Judge<'g> = Box<dyn Fn(usize) -> Option<Verdict> + 'g>;

/// The rule of the trace as a function of the unit's place; `None` from it means silent.
fn judge<'g>(trace: &'g Trace, grids: &'g Grids, quarter: &Quarter) -> Option<Judge<'g>> {
    let period = quarter.period;
    Some(match (grids, &trace.test) {
        (Grids::Answer(grid), _) => {
            let slot = *grid.slots_of(period).last()?;
            Box::new(move |u| match grid.cell(slot, u) {
                (CONTRADICTS, Known::Value) => Some(Verdict::Contradicts),
                (_, Known::Value) => Some(Verdict::Supports),
                _ => None,
            })
        }
        (Grids::Count(grid), TraceTest::Count { at, supports_from, contradicts_to, .. }) => {
            let mut slots = grid.slots_of(period);
            if *at == At::LastMonth {
                slots.drain(..slots.len().saturating_sub(1));
            }
            if slots.is_empty() {
                return None;
            }
            Box::new(move |u| {
                let known = slots.iter().map(|s| grid.cell(*s, u)).filter(|c| c.1 == Known::Value);
                let (months, sum) = known.fold((0, 0i64), |(n, sum), c| (n + 1, sum.saturating_add(c.0)));
                let whole = months == slots.len();
                if months > 0 && sum >= *supports_from {
                    Some(Verdict::Supports)
                } else if whole && contradicts_to.is_some_and(|c| sum <= c) {
                    Some(Verdict::Contradicts)
                } else {
                    // what is missing could have reached the limit: no more is known than if nothing had come
                    None
                }
            })
        }
        (Grids::Share(top, below), TraceTest::Share { supports_from, contradicts_below, .. }) => {
            let (t, b) = (*top.slots_of(period).last()?, *below.slots_of(period).last()?);
            Box::new(move |u| match (top.cell(t, u), below.cell(b, u)) {
                ((n, Known::Value), (d, Known::Value)) if d > 0 && n >= 0 => {
                    let share = n as f64 / d as f64;
                    Some(if share >= *supports_from {
                        Verdict::Supports
                    } else if share < *contradicts_below {
                        Verdict::Contradicts
                    } else {
                        Verdict::Near
                    })
                }
                _ => None,
            })
        }
        _ => return None,
    })
}
