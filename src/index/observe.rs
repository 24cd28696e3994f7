//! Stored frames -> cells: what each unit answered to each indicator in each quarter.

use super::cells::{Cells, Tally};
use super::column::Known;
use super::grid::{Grid, Reader, Wants};
use super::units::{Quarter, Units};
use super::{IndexError, Source};
use crate::define::framework::{At, Count, Denominator, Framework, Indicator, Measure, Time, UnitKind};
use crate::diag::{Diagnostic, Place};
use crate::model::{Absence, Provenance};
use rayon::prelude::*;

/// Per indicator: its cells, or `None` where nobody was asked. Practices in the order of the quarter, CCGs in the
/// order of [`Units::ccgs`].
pub(super) type Seen = Vec<Option<Cells>>;

/// The grids of one indicator.
enum Grids {
    Answer(Grid),
    Ratio { numerator: Grid, denominator: Option<Grid> },
}

/// One [`Seen`] per quarter of `units`.
pub(super) fn observe(
    framework: &Framework,
    sources: &[Source],
    units: &Units,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Seen>, IndexError> {
    let reader = Reader::new(framework, sources, units, &wants(framework))?;
    let per_indicator: Vec<(Vec<Option<Cells>>, Vec<Diagnostic>)> =
        framework.indicators.par_iter().map(|x| one_indicator(x, &reader, units)).collect();
    let mut seen: Vec<Seen> = units.quarters.iter().map(|_| Vec::new()).collect();
    for (cells, own) in per_indicator {
        diagnostics.extend(own);
        for (quarter, c) in seen.iter_mut().zip(cells) {
            quarter.push(c);
        }
    }
    Ok(seen)
}

fn wants(framework: &Framework) -> Wants {
    let mut all = Wants::default();
    for x in &framework.indicators {
        match x.measure.as_ref() {
            None => {}
            Some(Measure::State { dataset, filter, column, .. }) => {
                all.words(x.unit, dataset, filter, Some(column));
            }
            Some(Measure::Presence { dataset, filter }) => all.words(x.unit, dataset, filter, None),
            Some(Measure::Ratio { numerator, denominator, .. }) => {
                all.count(x.unit, numerator);
                if let Denominator::Count(c) = denominator {
                    all.count(x.unit, c);
                }
            }
        }
    }
    all
}

fn one_indicator(x: &Indicator, reader: &Reader<'_>, units: &Units) -> (Vec<Option<Cells>>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let grids = x.measure.as_ref().and_then(|m| grids(x, m, reader, &mut diagnostics));
    let cells = units
        .quarters
        .iter()
        .map(|q| {
            let cells = grids.as_ref().and_then(|g| cells(x, g, q, units, &mut diagnostics));
            if cells.is_none() {
                let dataset =
                    x.measure.as_ref().and_then(|m| m.datasets().first().copied()).unwrap_or_default();
                let message = format!("`{}` was not collected in {}", x.id, q.period.label());
                let key = format!("{} {}", q.period, x.id);
                let place = Place::Key { dataset: dataset.to_owned(), key };
                diagnostics.push(Diagnostic::new("NOT_COLLECTED", place, message));
            }
            cells
        })
        .collect();
    (cells, diagnostics)
}

fn grids(x: &Indicator, measure: &Measure, reader: &Reader<'_>, out: &mut Vec<Diagnostic>) -> Option<Grids> {
    let count = |c: &Count| reader.count(x.unit, &c.dataset, &c.filter, c.column.list(), c.gate.as_ref());
    let grids = match measure {
        Measure::State { dataset, filter, column, points, unknown } => {
            let named: Vec<&str> = points.keys().chain(unknown).map(String::as_str).collect();
            for (word, rows) in reader.strangers(dataset, filter, column, &named) {
                let place = Place::Key { dataset: dataset.clone(), key: column.clone() };
                let message = format!("`{}` has no points for this answer", x.id);
                out.push(Diagnostic::new("UNKNOWN_ANSWER", place, message).found(&word).times(rows));
            }
            Grids::Answer(reader.state(x.unit, dataset, filter, column, points)?)
        }
        Measure::Presence { dataset, filter } => Grids::Answer(reader.presence(x.unit, dataset, filter)?),
        Measure::Ratio { numerator, denominator, .. } => {
            let denominator = match denominator {
                Denominator::List(_) => None,
                Denominator::Count(c) => Some(count(c)?),
            };
            Grids::Ratio { numerator: count(numerator)?, denominator }
        }
    };
    let (Grids::Answer(g) | Grids::Ratio { numerator: g, .. }) = &grids;
    if !g.doubled.is_empty() {
        let dataset = measure.datasets()[0].to_owned();
        let message = format!("several rows of one unit and month for `{}`: combined, not added twice", x.id);
        let place = Place::Key { dataset, key: x.id.clone() };
        out.push(Diagnostic::new("SUPPLIER_OVERLAP", place, message).times(g.doubled.len() as u64));
    }
    Some(grids)
}

/// The slots of numerator and denominator that belong together in a quarter.
fn pairs(
    numerator: &Grid,
    denominator: Option<&Grid>,
    quarter: &Quarter,
    at: At,
) -> Vec<(usize, Option<usize>)> {
    let top = numerator.slots_of(quarter.period);
    let mut pairs: Vec<(usize, Option<usize>)> = match denominator {
        None => top.into_iter().map(|s| (s, None)).collect(),
        Some(d) => {
            let below = d.slots_of(quarter.period);
            if numerator.time == Time::Month && d.time == Time::Month {
                let same =
                    |s: usize| below.iter().copied().find(|b| d.slots[*b].month == numerator.slots[s].month);
                top.into_iter().filter_map(|s| Some((s, Some(same(s)?)))).collect()
            } else {
                // A snapshot beside a month: each speaks for the quarter by itself.
                top.last().zip(below.last()).map(|(t, b)| (*t, Some(*b))).into_iter().collect()
            }
        }
    };
    if at == At::LastMonth && pairs.len() > 1 {
        pairs.drain(..pairs.len() - 1);
    }
    pairs
}

fn cells(
    x: &Indicator,
    grids: &Grids,
    quarter: &Quarter,
    units: &Units,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Cells> {
    let of_ccgs: Vec<u32> = (0..units.ccgs.len() as u32).collect();
    let of: &[u32] = if x.unit == UnitKind::Practice { &quarter.unit } else { &of_ccgs };
    match (grids, &x.measure) {
        (Grids::Answer(grid), _) => {
            // A state: the last month of the quarter, or the snapshot.
            let slot = *grid.slots_of(quarter.period).last()?;
            let mut cells = Cells::with_capacity(of.len(), 1, grid.slots[slot].provenance);
            for &u in of {
                match grid.cell(slot, u as usize) {
                    (millionths, Known::Value) => {
                        let points = millionths as f64 / 1e6;
                        cells.answer(points / 100.0, points);
                    }
                    (_, Known::NotApplicable) => cells.absent(Absence::NotApplicable, x.absence),
                    (_, Known::Withheld) => cells.absent(Absence::Withheld, x.absence),
                    (_, Known::NotAsked) => cells.said_not_asked(x.absence),
                    (_, Known::Missing | Known::NoRow) => cells.absent(Absence::NotReturned, x.absence),
                }
            }
            Some(cells)
        }
        (Grids::Ratio { numerator, denominator }, Some(Measure::Ratio { at, per, cap, .. })) => {
            let goalposts = x.goalposts.as_ref()?;
            let pairs = pairs(numerator, denominator.as_ref(), quarter, *at);
            if pairs.is_empty() {
                return None;
            }
            let below =
                |s: usize| denominator.as_ref().map_or(Provenance::Published, |d| d.slots[s].provenance);
            let provenance = pairs
                .iter()
                .map(|(t, b)| numerator.slots[*t].provenance.worst(b.map_or(Provenance::Published, below)))
                .fold(Provenance::Published, Provenance::worst);
            let mut cells = Cells::with_capacity(of.len(), pairs.len() as u8, provenance);
            let (mut above, mut impossible, mut nothing) = (0, 0, 0);
            for (row, &u) in of.iter().enumerate() {
                let mut tally = Tally::default();
                for &(top, bottom) in &pairs {
                    let d = match (denominator, bottom) {
                        (Some(d), Some(slot)) => d.cell(slot, u as usize),
                        _ => match quarter.list[row] {
                            Some(list) => (list, Known::Value),
                            None => (0, Known::Missing),
                        },
                    };
                    tally.add(numerator.cell(top, u as usize), d);
                }
                above += u64::from(cap.is_some_and(|c| exceeds(&tally, *per, c)));
                impossible += u64::from(!cells.ratio(x, goalposts, &tally, *per, *cap));
                nothing += u64::from(cells.absence[row] == Some(Absence::NotApplicable));
            }
            let mut tell = |code: &str, count: u64, message: String| {
                if count > 0 {
                    let dataset = x.measure.as_ref().map_or("", |m| m.datasets()[0]).to_owned();
                    let place = Place::Key { dataset, key: format!("{} {}", quarter.period, x.id) };
                    diagnostics.push(Diagnostic::new(code, place, message).times(count));
                }
            };
            let label = quarter.period.label();
            tell("RULE_ABOVE_DENOMINATOR", above, format!("`{}` above its cap in {label}: capped", x.id));
            tell("DIVISION_BY_ZERO", nothing, format!("`{}` has nothing to divide by in {label}", x.id));
            let message =
                format!("`{}` counts something over nothing, or below zero, in {label}: no value", x.id);
            tell("RULE_FAILED", impossible, message);
            Some(cells)
        }
        (Grids::Ratio { .. }, _) => None,
    }
}

fn exceeds(t: &Tally, per: f64, cap: f64) -> bool {
    t.denominator > 0 && t.numerator as f64 / t.denominator as f64 * per > cap
}
