//! A measure as a dense grid of months (or snapshots) and units, filled from long frames in one pass.

mod wants;

pub(super) use wants::Wants;

use super::column::{self, Counts, Known, NONE, Words};
use super::units::Units;
use super::{IndexError, Source};
use crate::define::framework::{Combine, Filter, Framework, Gate, Input, Rows, Time, UnitKind};
use crate::model::{Period, Provenance};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One picture in time: a month, or a snapshot at its date.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// Months since year 0.
    pub month: i32,
    pub period: Period,
    pub provenance: Provenance,
    /// Whether any row of any unit is here: if not, nobody was asked.
    pub asked: bool,
}

/// Values of one measure: `slots` rows of `units` cells.
pub(super) struct Grid {
    pub time: Time,
    pub window_months: u32,
    pub slots: Vec<Slot>,
    pub units: usize,
    value: Vec<i64>,
    known: Vec<Known>,
    /// Units with more rows than one in a slot, where one was expected.
    pub doubled: BTreeSet<(usize, u32)>,
}

impl Grid {
    pub(super) fn cell(&self, slot: usize, unit: usize) -> (i64, Known) {
        let i = slot * self.units + unit;
        (self.value[i], self.known[i])
    }

    fn put(&mut self, slot: usize, unit: u32, value: i64, known: Known, input: &Input) {
        let i = slot * self.units + unit as usize;
        let here = (self.value[i], self.known[i]);
        if here.1 == Known::NoRow {
            (self.value[i], self.known[i]) = (value, known);
            return;
        }
        if input.rows == Rows::One {
            self.doubled.insert((slot, unit));
        }
        (self.value[i], self.known[i]) = match (here.1, known, input.combine) {
            (Known::Value, Known::Value, Combine::Max) => (here.0.max(value), Known::Value),
            (Known::Value, Known::Value, Combine::Sum) => (here.0.saturating_add(value), Known::Value),
            // The largest of what is known; but a sum with an unknown part is unknown.
            (a, b, Combine::Max) => {
                if a >= b {
                    here
                } else {
                    (value, b)
                }
            }
            (a, b, Combine::Sum) => {
                if a <= b {
                    here
                } else {
                    (value, b)
                }
            }
        };
    }

    /// Closes the gate: where the service is off, zero; where that is not known, missing.
    fn gated_by(&mut self, gate: &Grid) {
        for i in 0..self.value.len() {
            match (self.known[i], gate.known[i], gate.value[i]) {
                (Known::NoRow, _, _) | (_, Known::Value, 1) => {}
                (_, Known::Value, _) => (self.value[i], self.known[i]) = (0, Known::Value),
                (_, other, _) => self.known[i] = other.max(Known::Missing).min(Known::Withheld),
            }
        }
    }

    /// The slots that speak for a quarter: its months, or the nearest snapshot within the window (the earlier of two
    /// equally near ones).
    pub(super) fn slots_of(&self, quarter: Period) -> Vec<usize> {
        let end = column::month_of(quarter.end());
        let asked = self.slots.iter().enumerate().filter(|(_, s)| s.asked);
        match self.time {
            Time::Month => {
                asked.filter(|(_, s)| s.month <= end && end - s.month < 3).map(|(i, _)| i).collect()
            }
            Time::Snapshot => {
                let far = |s: &Slot| s.month.abs_diff(end);
                let near = asked.filter(|(_, s)| far(s) <= self.window_months);
                near.min_by_key(|(_, s)| (far(s), s.period.end())).map(|(i, _)| i).into_iter().collect()
            }
        }
    }
}

/// A source with its rows as numbers.
struct Prepared<'a> {
    source: &'a Source,
    /// Place of each row's unit, by kind of unit.
    practice: Vec<u32>,
    ccg: Vec<u32>,
    /// Slot of each row.
    slot: Vec<u32>,
    words: BTreeMap<String, Option<Words>>,
    counts: BTreeMap<String, Option<Counts>>,
}

/// The sources of one dataset.
struct Dataset<'a> {
    input: &'a Input,
    slots: Vec<Slot>,
    sources: Vec<Prepared<'a>>,
}

/// All sources that the framework's indicators read, prepared once.
pub(super) struct Reader<'a> {
    units: &'a Units,
    datasets: BTreeMap<&'a str, Dataset<'a>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        framework: &'a Framework,
        sources: &'a [Source],
        units: &'a Units,
        wants: &Wants,
    ) -> Result<Reader<'a>, IndexError> {
        let mut datasets = BTreeMap::new();
        for input in &framework.inputs {
            let Some(want) = wants.of(&input.dataset) else { continue };
            let mut own: Vec<&Source> = sources.iter().filter(|s| s.dataset == input.dataset).collect();
            own.sort_by_key(|s| s.period);
            let rows: Vec<(Vec<i32>, Vec<i32>)> = match input.time {
                Time::Month => own.iter().map(|s| column::months(s)).collect::<Result<_, _>>()?,
                Time::Snapshot => own.iter().map(|_| (Vec::new(), Vec::new())).collect(),
            };
            let months: BTreeSet<i32> = rows.iter().flat_map(|r| r.1.iter().copied()).collect();
            let months: Vec<i32> = months.into_iter().collect();
            let place = |m: i32| months.binary_search(&m).unwrap_or_default();
            let slots = match input.time {
                Time::Month => {
                    let worst = |m: i32| {
                        let of = own.iter().zip(&rows).filter(|(_, r)| r.1.binary_search(&m).is_ok());
                        of.map(|(s, _)| s.provenance).fold(Provenance::Published, Provenance::worst)
                    };
                    let slot = |&month: &i32| Slot {
                        month,
                        period: column::month_end(month),
                        provenance: worst(month),
                        asked: false,
                    };
                    months.iter().map(slot).collect()
                }
                Time::Snapshot => own
                    .iter()
                    .map(|s| Slot {
                        month: column::month_of(s.period.end()),
                        period: s.period,
                        provenance: s.provenance,
                        asked: false,
                    })
                    .collect::<Vec<_>>(),
            };
            let prepared = own.par_iter().zip(rows).enumerate().map(|(i, (source, (row_months, _)))| {
                let slot = match input.time {
                    Time::Month => row_months.iter().map(|m| place(*m) as u32).collect(),
                    Time::Snapshot => vec![i as u32; source.frame.height()],
                };
                let places = |needed: bool, column: &str, codes: &[String]| {
                    if needed { column::places(source, column, codes) } else { Ok(Vec::new()) }
                };
                let words = want.words.iter().map(|c| Ok((c.clone(), column::words(source, c)?)));
                let counts = want.counts.iter().map(|c| Ok((c.clone(), column::counts(source, c)?)));
                Ok::<_, IndexError>(Prepared {
                    source,
                    practice: places(want.practice, &input.practice, &units.practices)?,
                    ccg: places(want.ccg, &input.ccg, &units.ccgs)?,
                    slot,
                    words: words.collect::<Result<_, IndexError>>()?,
                    counts: counts.collect::<Result<_, IndexError>>()?,
                })
            });
            let sources = prepared.collect::<Result<_, _>>()?;
            datasets.insert(input.dataset.as_str(), Dataset { input, slots, sources });
        }
        Ok(Reader { units, datasets })
    }

    /// Fills a grid from the rows that pass the filter; `row` gives the value of a row of a source, or `None` for a
    /// source that lacks the column.
    fn fill<'s, F, R>(&'s self, dataset: &str, unit: UnitKind, filter: &Filter, row: F) -> Option<Grid>
    where
        F: Fn(&'s Prepared<'a>) -> Option<R>,
        R: Fn(usize) -> (i64, Known),
    {
        let set = self.datasets.get(dataset)?;
        let units = match unit {
            UnitKind::Practice => self.units.practices.len(),
            UnitKind::Ccg => self.units.ccgs.len(),
            UnitKind::Row => return None,
        };
        let cells = units * set.slots.len();
        let mut grid = Grid {
            time: set.input.time,
            window_months: set.input.window_months.unwrap_or_default(),
            slots: set.slots.clone(),
            units,
            value: vec![0; cells],
            known: vec![Known::NoRow; cells],
            doubled: BTreeSet::new(),
        };
        for source in &set.sources {
            let (Some(row), Some(keep)) = (row(source), source.keep(filter)) else { continue };
            let place = match unit {
                UnitKind::Ccg => &source.ccg,
                UnitKind::Practice | UnitKind::Row => &source.practice,
            };
            for r in 0..source.source.frame.height() {
                if keep.iter().all(|(codes, allowed)| codes[r] != NONE && allowed[codes[r] as usize]) {
                    let slot = source.slot[r] as usize;
                    grid.slots[slot].asked = true;
                    if place[r] != NONE {
                        let (value, known) = row(r);
                        grid.put(slot, place[r], value, known, set.input);
                    }
                }
            }
        }
        Some(grid)
    }

    /// Whole numbers, added over the columns; behind a gate if there is one.
    pub(super) fn count(
        &self,
        unit: UnitKind,
        dataset: &str,
        filter: &Filter,
        columns: &[String],
        gate: Option<&Gate>,
    ) -> Option<Grid> {
        let mut grid = self.fill(dataset, unit, filter, |s| {
            let columns: Vec<_> = columns.iter().map(|c| s.counts[c].as_ref()).collect::<Option<_>>()?;
            Some(move |r: usize| {
                let sum = columns.iter().fold(0i64, |sum, c| sum.saturating_add(c.numbers[r]));
                let known = columns.iter().map(|c| c.known[r]).fold(Known::Value, Ord::min);
                (sum, known)
            })
        })?;
        if let Some(gate) = gate {
            let open = gate.is.list();
            let gates = self.fill(dataset, unit, &gate.filter, |s| {
                let words = s.words[&gate.column].as_ref()?;
                let opens: Vec<bool> = words.list.iter().map(|w| open.contains(w)).collect();
                Some(move |r: usize| {
                    let code = words.codes[r];
                    (i64::from(code != NONE && opens[code as usize]), words.known[r])
                })
            })?;
            grid.gated_by(&gates);
        }
        Some(grid)
    }

    /// Answers as millionths of a point; an answer without points is missing. Also the answers that no key names.
    pub(super) fn state(
        &self,
        unit: UnitKind,
        dataset: &str,
        filter: &Filter,
        column: &str,
        points: &BTreeMap<String, f64>,
    ) -> Option<Grid> {
        self.fill(dataset, unit, filter, |s| {
            let words = s.words[column].as_ref()?;
            let of = |w: &String| points.get(w).map(|p| (p * 1e6).round() as i64);
            let millionths: Vec<Option<i64>> = words.list.iter().map(of).collect();
            Some(move |r: usize| match (words.codes[r], words.known[r]) {
                (code, Known::Value) if code != NONE => {
                    millionths[code as usize].map_or((0, Known::Missing), |m| (m, Known::Value))
                }
                (_, known) => (0, known),
            })
        })
    }

    /// Full points for every unit with a row.
    pub(super) fn presence(&self, unit: UnitKind, dataset: &str, filter: &Filter) -> Option<Grid> {
        self.fill(dataset, unit, filter, |_| Some(|_: usize| (100_000_000, Known::Value)))
    }

    /// Answers in a column that neither the key nor the list of unknowns names, with their number of rows.
    pub(super) fn strangers(
        &self,
        dataset: &str,
        filter: &Filter,
        column: &str,
        named: &[&str],
    ) -> BTreeMap<String, u64> {
        let mut found = BTreeMap::new();
        for source in self.datasets.get(dataset).iter().flat_map(|d| &d.sources) {
            let (Some(words), Some(keep)) = (source.words[column].as_ref(), source.keep(filter)) else {
                continue;
            };
            let strange: Vec<bool> = words.list.iter().map(|w| !named.contains(&w.as_str())).collect();
            if !strange.contains(&true) {
                continue;
            }
            for (r, &code) in words.codes.iter().enumerate() {
                let kept = keep.iter().all(|(codes, allowed)| codes[r] != NONE && allowed[codes[r] as usize]);
                if kept && code != NONE && strange[code as usize] && words.known[r] == Known::Value {
                    *found.entry(words.list[code as usize].clone()).or_default() += 1;
                }
            }
        }
        found
    }
}

impl Prepared<'_> {
    /// Per filter column: the code of each row and which codes are wanted. `None` when a column is not there.
    fn keep(&self, filter: &Filter) -> Option<Vec<(&[u32], Vec<bool>)>> {
        let one = |(column, wanted): (&String, &crate::define::framework::Words)| {
            let words = self.words[column].as_ref()?;
            let wanted = wanted.list();
            Some((words.codes.as_slice(), words.list.iter().map(|w| wanted.contains(w)).collect()))
        };
        filter.iter().map(one).collect()
    }
}
