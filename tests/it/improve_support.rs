//! A synthetic England with its tables in memory, and changes to its sources: what tests of steps and peers share.

use crate::line::{answer, dpcmi, folder, run};
use dpcmi::define::framework::{Filter, Indicator, Measure};
use dpcmi::index::{self, Scored, Source};
use dpcmi::model::MembershipBasis;
use dpcmi::pipeline::compute::{self, Tables};
use dpcmi::pipeline::publish::Choices;
use dpcmi::pipeline::{Definitions, Quiet};
use dpcmi::store::Store;
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A country on disk, what the pipeline reads of it, and every table of its release.
pub struct England {
    pub root: PathBuf,
    pub definitions: Definitions,
    pub sources: Vec<Source>,
    pub tables: Tables,
}

/// Large enough for peers, long enough for a move that lasted.
pub fn england() -> &'static England {
    static MADE: OnceLock<England> = OnceLock::new();
    MADE.get_or_init(|| make("improve", "500", "5"))
}

pub fn make(name: &str, practices: &str, quarters: &str) -> England {
    let root = folder(name);
    let (inputs, store, release) = (root.join("in"), root.join("store"), root.join("release"));
    let synth = ["synth", "--era", "dpcma", "--practices", practices, "--quarters", quarters, "--seed", "11"];
    answer(dpcmi(&synth).arg("--out").arg(&inputs));
    run("dpcma-2018", &inputs, &store, &release, &[]);
    let definitions = Definitions::load(None, "dpcma-2018").unwrap();
    let version = Store::open(&store).unwrap().current().unwrap().unwrap();
    let sources = compute::sources(&definitions, &version).unwrap();
    let choices = Choices { basis: MembershipBasis::AsReturned, seed: 1, reply_by: None };
    let tables = compute::compute(&definitions, &sources, choices, &Quiet).unwrap();
    England { root, definitions, sources, tables }
}

impl England {
    pub fn table(&self, name: &str) -> Rows {
        Rows::of(&self.tables.tables[name])
    }

    pub fn indicator(&self, id: &str) -> &Indicator {
        self.definitions.framework.indicators.iter().find(|x| x.id == id).unwrap()
    }

    /// The quarter on show: its last day.
    pub fn day(&self) -> Date {
        self.table("next_steps").date(0, "period")
    }

    /// Scores of changed sources; nothing is simulated.
    pub fn score(&self, sources: &[Source]) -> Scored {
        let mut framework = self.definitions.framework.clone();
        framework.uncertainty = None;
        index::score(&framework, sources, &self.tables.tables["practices"], 1).unwrap()
    }
}

/// Whether the number above the line is of patients, who are counted in fives.
pub fn counts_patients(x: &Indicator) -> bool {
    matches!(&x.measure, Some(Measure::Ratio { numerator, .. }) if numerator.dataset == "pomi")
}

/// A frame read row by row.
pub struct Rows {
    frame: DataFrame,
}

impl Rows {
    pub fn of(frame: &DataFrame) -> Rows {
        Rows { frame: frame.clone() }
    }

    pub fn len(&self) -> usize {
        self.frame.height()
    }

    pub fn text(&self, row: usize, column: &str) -> String {
        self.maybe_text(row, column).unwrap_or_default()
    }

    pub fn maybe_text(&self, row: usize, column: &str) -> Option<String> {
        self.frame.column(column).unwrap().str().unwrap().get(row).map(str::to_owned)
    }

    pub fn int(&self, row: usize, column: &str) -> Option<i64> {
        self.frame.column(column).unwrap().i64().unwrap().get(row)
    }

    pub fn float(&self, row: usize, column: &str) -> Option<f64> {
        self.frame.column(column).unwrap().f64().unwrap().get(row)
    }

    pub fn date(&self, row: usize, column: &str) -> Date {
        self.maybe_date(row, column).unwrap()
    }

    pub fn maybe_date(&self, row: usize, column: &str) -> Option<Date> {
        let day = self.frame.column(column).unwrap().date().unwrap().physical().get(row)?;
        Some(date(1970, 1, 1) + jiff::Span::new().days(day))
    }

    /// Rows by the words of a column.
    pub fn by(&self, column: &str) -> BTreeMap<String, Vec<usize>> {
        let mut out: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        (0..self.len()).for_each(|i| out.entry(self.text(i, column)).or_default().push(i));
        out
    }
}

/// The row of a practice that holds an answer or a count in the last month of the quarter: source and place. `None`
/// where it has none, or more than one.
fn place(
    sources: &[Source],
    day: Date,
    dataset: &str,
    filter: &Filter,
    code: &str,
    key: &str,
) -> Option<(usize, usize)> {
    let mut found = Vec::new();
    for (s, source) in
        sources.iter().enumerate().filter(|(_, s)| s.dataset == dataset && s.period.end() == day)
    {
        let words = |column: &str| source.frame.column(column).unwrap().str().unwrap();
        let codes = words(key);
        let rows = codes.iter().enumerate().filter(|(_, c)| *c == Some(code)).map(|(i, _)| i);
        found.extend(
            rows.filter(|i| {
                filter.iter().all(|(c, w)| words(c).get(*i).is_some_and(|x| w.list().iter().any(|w| w == x)))
            })
            .map(|i| (s, i)),
        );
    }
    (found.len() == 1).then(|| found[0])
}

/// A step or an action as its table has it, on one unit.
pub struct Step<'a> {
    pub indicator: &'a Indicator,
    pub unit: &'a str,
    /// `practice_code` or `ccg_code`.
    pub key: &'a str,
    pub answer: Option<String>,
    pub more: Option<i64>,
}

/// Makes the answers what the step says; `false`, and nothing changed, where the sources have no one place for it.
pub fn apply(sources: &mut [Source], day: Date, step: &Step<'_>) -> bool {
    match step.indicator.measure.as_ref().unwrap() {
        Measure::State { dataset, filter, column, .. } => {
            let Some(answer) = &step.answer else { return false };
            // the survey of CCGs speaks for the quarters around it
            let near = sources
                .iter()
                .filter(|s| s.dataset == *dataset)
                .min_by_key(|s| (s.period.end().since(day).unwrap().get_days().abs(), s.period.end()));
            let Some(near) = near.map(|s| s.period.end()) else { return false };
            let Some((s, row)) = place(sources, near, dataset, filter, step.unit, step.key) else {
                return false;
            };
            let word = answer.split(" or ").next().unwrap();
            let frame = &mut sources[s].frame;
            set(frame, column, row, &|_: Option<&str>| Some(word.to_owned()));
            let status = format!("{column}_status");
            if frame.column(&status).is_ok() {
                set(frame, &status, row, &|_: Option<&str>| None);
            }
            true
        }
        Measure::Ratio { numerator, .. } => {
            let Some(more) = step.more else { return false };
            let Some((s, row)) =
                place(sources, day, &numerator.dataset, &numerator.filter, step.unit, step.key)
            else {
                return false;
            };
            // where the service is off a count does not count: that is a switch to be thrown before
            if let Some(gate) = &numerator.gate {
                let at = place(sources, day, &numerator.dataset, &gate.filter, step.unit, step.key);
                let word = |(s, row): (usize, usize)| {
                    let cells =
                        sources[s].frame.column(&gate.column).unwrap().cast(&DataType::String).unwrap();
                    cells.str().unwrap().get(row).map(str::to_owned)
                };
                if !at.and_then(word).is_some_and(|w| gate.is.list().contains(&w)) {
                    return false;
                }
            }
            let column = &numerator.column.list()[0];
            let frame = &mut sources[s].frame;
            let old = frame.column(column).unwrap().cast(&DataType::Int64).unwrap();
            let kind = frame.column(column).unwrap().dtype().clone();
            let new: Vec<Option<i64>> = old
                .i64()
                .unwrap()
                .iter()
                .enumerate()
                .map(|(i, x)| if i == row { x.map(|x| x + more) } else { x })
                .collect();
            let there = new[row].is_some();
            let new = Column::new(column.as_str().into(), new).cast(&kind).unwrap();
            frame.with_column(new).unwrap();
            there
        }
        Measure::Presence { .. } => false,
    }
}

fn set(frame: &mut DataFrame, column: &str, row: usize, to: &dyn Fn(Option<&str>) -> Option<String>) {
    let old = frame.column(column).unwrap().str().unwrap();
    let new: Vec<Option<String>> =
        old.iter().enumerate().map(|(i, x)| if i == row { to(x) } else { x.map(str::to_owned) }).collect();
    frame.with_column(Column::new(column.into(), new)).unwrap();
}
