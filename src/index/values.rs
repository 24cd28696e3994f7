//! The engine on any units: a table of values, one row a unit, one column an indicator, scored by any framework.
//!
//! Not here: quarters, practices and areas of the NHS. What is shared with them is the tree, the treatment of
//! absence and the ranks.

use super::IndexError;
use super::cells::{Cells, Points, points_of};
use super::score::{KINDS, Tree, tree};
use super::tables::{Grown, kind_name, ranks};
use crate::define::did_you_mean;
use crate::define::framework::{Framework, Indicator, Measure};
use crate::diag::{Diagnostic, Place};
use crate::model::{Absence, Provenance};
use crate::stats;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

/// Columns of a table of values that are not indicators.
const RESERVED: [&str; 5] = ["unit", "unit_name", "period", "group", "weight"];

/// A table of values as text: header and records as a CSV reader gives them. `unit` is required; `unit_name`,
/// `period`, `group` and `weight` are optional; every other column is an indicator by its id.
#[derive(Clone, Debug)]
pub struct Values {
    /// Name of the file, for messages.
    pub file: String,
    pub header: Vec<String>,
    pub records: Vec<Vec<String>>,
}

/// The scores of any units. Sorted by period and unit (or group).
#[derive(Clone, Debug)]
pub struct ScoredUnits {
    /// period, unit, unit_name, group, framework, score, score_high, estimate, coverage, the sub-scores, rank_low,
    /// rank, rank_high.
    pub scores: DataFrame,
    /// period, unit, indicator_id, value, absence, points.
    pub indicator_values: DataFrame,
    /// period, group, units, weight, score, score_unweighted, estimate, coverage.
    pub group_scores: DataFrame,
    pub diagnostics: Vec<Diagnostic>,
}

/// Scores every period of the table. Without a `period` column all rows are one period with an empty name; without
/// `weight` all units weigh 1; without `group` there are no groups.
///
/// # Errors
/// A table that cannot be read as values; every fault is among the diagnostics.
pub fn score_units(framework: &Framework, values: &Values) -> Result<ScoredUnits, ValuesFault> {
    let mut read = Reading::new(framework, values);
    let rows = read.rows();
    if read.diagnostics.iter().any(|d| d.severity >= crate::diag::Severity::Error) {
        return Err(ValuesFault::Refused(read.diagnostics));
    }
    let share = framework.effective_weights();
    let (mut scores, mut points) = (Grown::default(), Grown::default());
    let mut groups = Grown::default();
    for of in rows.chunk_by(|a, b| a.period == b.period) {
        let cells: Vec<Option<Cells>> = (0..framework.indicators.len()).map(|i| read.cells(i, of)).collect();
        let leaves: Vec<Option<&Points>> = cells.iter().map(|c| c.as_ref().map(|c| &c.points)).collect();
        let scored = tree(framework, &leaves, &share, of.len());
        push_scores(&mut scores, framework, of, &scored);
        push_values(&mut points, framework, of, &cells);
        push_groups(&mut groups, of, &scored);
    }
    let done = |t: Grown<'_>| t.finish().map_err(|e| ValuesFault::Index(e.into()));
    Ok(ScoredUnits {
        scores: done(scores)?,
        indicator_values: done(points)?,
        group_scores: done(groups)?,
        diagnostics: read.diagnostics,
    })
}

#[derive(Debug, thiserror::Error)]
pub enum ValuesFault {
    #[error("the table of values was refused")]
    Refused(Vec<Diagnostic>),
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// One unit in one period.
struct Row<'v> {
    period: &'v str,
    unit: &'v str,
    name: Option<&'v str>,
    group: Option<&'v str>,
    weight: f64,
    record: usize,
}

struct Reading<'f, 'v> {
    framework: &'f Framework,
    values: &'v Values,
    column: BTreeMap<&'v str, usize>,
    diagnostics: Vec<Diagnostic>,
}

impl<'f, 'v> Reading<'f, 'v> {
    fn new(framework: &'f Framework, values: &'v Values) -> Self {
        let mut column = BTreeMap::new();
        let mut diagnostics = Vec::new();
        let ids: Vec<&str> = framework.indicators.iter().map(|x| x.id.as_str()).collect();
        for (i, name) in values.header.iter().map(|n| n.trim()).enumerate() {
            let place = line(values, 0, i);
            if column.insert(name, i).is_some() {
                let message = format!("two columns are named `{name}`");
                diagnostics.push(Diagnostic::new("HEADER_DUPLICATE", place, message));
            } else if !ids.contains(&name) && !RESERVED.contains(&name) {
                let mut d =
                    Diagnostic::new("HEADER_UNKNOWN", place, format!("`{name}` is no indicator: not used"));
                d.hint = did_you_mean(name, &ids).map(|w| format!("did you mean `{w}`?"));
                diagnostics.push(d);
            }
        }
        for id in ids.iter().filter(|id| !column.contains_key(*id)) {
            let message = format!("no column `{id}`: nobody was asked");
            diagnostics.push(Diagnostic::new("NOT_COLLECTED", Place::file(&values.file), message));
        }
        if !column.contains_key("unit") {
            let message = "a table of values needs a column `unit`";
            diagnostics.push(Diagnostic::new("HEADER_MISSING", Place::file(&values.file), message));
        }
        Reading { framework, values, column, diagnostics }
    }

    fn text(&self, record: usize, name: &str) -> Option<&'v str> {
        let at = *self.column.get(name)?;
        let cell = self.values.records[record].get(at)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    fn fault(&mut self, code: &str, record: usize, column: &str, found: &str, message: String) {
        let at = self.column.get(column).copied().unwrap_or_default();
        let place = line(self.values, record + 1, at);
        self.diagnostics.push(Diagnostic::new(code, place, message).found(found));
    }

    /// The units, by period and code.
    fn rows(&mut self) -> Vec<Row<'v>> {
        let mut rows: Vec<Row<'v>> = Vec::with_capacity(self.values.records.len());
        for record in 0..self.values.records.len() {
            let Some(unit) = self.text(record, "unit") else {
                self.fault("VALUES_CELL", record, "unit", "", "a row without a unit".to_owned());
                continue;
            };
            let weight = match self.text(record, "weight") {
                None => 1.0,
                Some(w) => match w.parse::<f64>() {
                    Ok(x) if x.is_finite() && x >= 0.0 => x,
                    _ => {
                        self.fault(
                            "VALUES_CELL",
                            record,
                            "weight",
                            w,
                            "a weight is a finite number of 0 or more".to_owned(),
                        );
                        continue;
                    }
                },
            };
            rows.push(Row {
                period: self.text(record, "period").unwrap_or_default(),
                unit,
                name: self.text(record, "unit_name"),
                group: self.text(record, "group"),
                weight,
                record,
            });
        }
        rows.sort_by_key(|r| (r.period, r.unit));
        let twice: Vec<(usize, &str)> = rows
            .windows(2)
            .filter(|w| (w[0].period, w[0].unit) == (w[1].period, w[1].unit))
            .map(|w| (w[1].record, w[1].unit))
            .collect();
        for (record, unit) in twice {
            self.fault(
                "DUPLICATE_KEY",
                record,
                "unit",
                unit,
                "the unit stands twice in its period".to_owned(),
            );
        }
        for i in 0..self.framework.indicators.len() {
            for record in 0..self.values.records.len() {
                let x = &self.framework.indicators[i];
                if let Some(text) = self.text(record, &x.id)
                    && let Cell::Wrong(why) = cell(x, text)
                {
                    self.fault("VALUES_CELL", record, &x.id, text, format!("`{}` {why}", x.id));
                }
            }
        }
        rows
    }

    /// One indicator over the rows of a period; `None` when the table has no such column.
    fn cells(&self, i: usize, rows: &[Row<'v>]) -> Option<Cells> {
        let x = &self.framework.indicators[i];
        self.column.get(x.id.as_str())?;
        let mut cells = Cells::with_capacity(rows.len(), 1, Provenance::Returned);
        for row in rows {
            match self.text(row.record, &x.id).map_or(Cell::Absent(Absence::NotReturned), |t| cell(x, t)) {
                Cell::Answer { value, points } => cells.answer(value, points),
                Cell::Absent(reason) => cells.absent(reason, x.absence),
                Cell::Wrong(_) => cells.absent(Absence::NotReturned, x.absence),
            }
        }
        Some(cells)
    }
}

/// Record 0 is the header.
fn line(values: &Values, record: usize, column: usize) -> Place {
    Place::Line {
        file: values.file.clone(),
        line: record as u64 + 1,
        byte: 0,
        column: u32::try_from(column + 1).ok(),
        field: values.header.get(column).cloned(),
        text: String::new(),
    }
}

enum Cell {
    Answer { value: f64, points: f64 },
    Absent(Absence),
    Wrong(&'static str),
}

/// A number between goalposts, an answer of the key, or a reason for absence (`[x] [z] [c]`, `NA`).
fn cell(x: &Indicator, text: &str) -> Cell {
    match text {
        "NA" | "[x]" => return Cell::Absent(Absence::NotReturned),
        "[z]" => return Cell::Absent(Absence::NotApplicable),
        "[c]" => return Cell::Absent(Absence::Withheld),
        _ => {}
    }
    if let Some(Measure::State { points, unknown, .. }) = &x.measure {
        return match points.get(text) {
            Some(&points) => Cell::Answer { value: points / 100.0, points },
            None if unknown.iter().any(|u| u == text) => Cell::Absent(Absence::NotReturned),
            None => Cell::Wrong("has no points for this answer"),
        };
    }
    match (text.parse::<f64>(), &x.goalposts) {
        (Ok(value), Some(g)) if value.is_finite() => {
            Cell::Answer { value, points: points_of(value, g, x.direction) }
        }
        (Ok(value), None) if value.is_finite() => {
            let points = value.clamp(0.0, 1.0) * 100.0;
            Cell::Answer { value, points }
        }
        _ => Cell::Wrong("is not a finite number"),
    }
}

fn push_scores<'a>(t: &mut Grown<'a>, framework: &'a Framework, rows: &[Row<'a>], scored: &Tree) {
    let n = rows.len();
    let column = |points: Option<&Points>, f: &dyn Fn(&Points, usize) -> f64| -> Vec<Option<f64>> {
        let one = |u: usize| points.filter(|p| p.applies[u]).map(|p| f(p, u)).filter(|x| x.is_finite());
        (0..n).map(one).collect()
    };
    t.texts("period", rows.iter().map(|r| Some(r.period)));
    t.texts("unit", rows.iter().map(|r| Some(r.unit)));
    t.texts("unit_name", rows.iter().map(|r| r.name));
    t.texts("group", rows.iter().map(|r| r.group));
    t.texts("framework", std::iter::repeat_n(Some(framework.id.as_str()), n));
    let index = scored.nodes[0].as_ref();
    let (low, high) = (column(index, &|p, u| p.low[u]), column(index, &Points::ceiling));
    t.numbers("score", low.iter().copied());
    t.numbers("score_high", high.iter().copied());
    t.numbers("estimate", column(index, &|p, u| p.estimate[u]));
    t.numbers("coverage", column(index, &|p, u| p.answered[u]));
    for (kind, points) in KINDS.iter().zip(&scored.kinds) {
        t.numbers(kind_name(*kind), column(points.as_ref(), &|p, u| p.low[u]));
    }
    for (d, points) in framework.nodes.iter().zip(&scored.nodes).skip(1) {
        t.numbers(&format!("dimension_{}", d.id), column(points.as_ref(), &|p, u| p.low[u]));
        t.numbers(&format!("dimension_{}_high", d.id), column(points.as_ref(), &Points::ceiling));
    }
    ranks(t, (&low, &high), true, &[]);
}

fn push_values<'a>(t: &mut Grown<'a>, framework: &'a Framework, rows: &[Row<'a>], cells: &[Option<Cells>]) {
    let mut order: Vec<usize> = (0..cells.len()).filter(|i| cells[*i].is_some()).collect();
    order.sort_by(|a, b| framework.indicators[*a].id.cmp(&framework.indicators[*b].id));
    let each = || (0..rows.len()).flat_map(|u| order.iter().map(move |i| (u, *i)));
    let of = |i: usize| cells[i].as_ref();
    let known = |x: f64| Some(x).filter(|x| x.is_finite());
    t.texts("period", each().map(|(u, _)| Some(rows[u].period)));
    t.texts("unit", each().map(|(u, _)| Some(rows[u].unit)));
    t.texts("indicator_id", each().map(|(_, i)| Some(framework.indicators[i].id.as_str())));
    t.numbers("value", each().map(|(u, i)| known(of(i)?.value[u])));
    t.texts("absence", each().map(|(u, i)| of(i)?.absence[u].map(Absence::as_str)));
    t.numbers("points", each().map(|(u, i)| known(of(i)?.points.estimate[u])));
}

fn push_groups<'a>(t: &mut Grown<'a>, rows: &[Row<'a>], scored: &Tree) {
    let Some(index) = scored.nodes[0].as_ref() else { return };
    let mut groups: BTreeMap<&'a str, Vec<usize>> = BTreeMap::new();
    for (u, row) in rows.iter().enumerate().filter(|(u, _)| index.applies[*u]) {
        if let Some(group) = row.group {
            groups.entry(group).or_default().push(u);
        }
    }
    let period = rows.first().map(|r| r.period);
    let mean = |of: &[usize], x: &[f64], weigh: bool| {
        let known = of.iter().filter(|u| !x[**u].is_nan());
        stats::weighted_mean(known.map(|u| (if weigh { rows[*u].weight } else { 1.0 }, x[*u])))
    };
    t.texts("period", groups.keys().map(|_| period));
    t.texts("group", groups.keys().map(|g| Some(*g)));
    t.wholes("units", groups.values().map(|of| Some(of.len() as i64)));
    let weight = |of: &[usize]| of.iter().map(|u| rows[*u].weight).collect::<stats::Sum>().value();
    t.numbers("weight", groups.values().map(|of| Some(weight(of))));
    t.numbers("score", groups.values().map(|of| mean(of, &index.low, true)));
    t.numbers("score_unweighted", groups.values().map(|of| mean(of, &index.low, false)));
    t.numbers("estimate", groups.values().map(|of| mean(of, &index.estimate, true)));
    t.numbers("coverage", groups.values().map(|of| mean(of, &index.answered, true)));
}
