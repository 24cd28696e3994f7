//! A table of values as text -> rows in order, and indicators as columns of numbers divided by their denominators.

use super::Values;
use super::column::{Column, Origin, Row};
use crate::define::did_you_mean;
use crate::define::framework::{Framework, Indicator, Measure};
use crate::diag::{Diagnostic, Place, Severity};
use crate::model::Absence;
use std::collections::BTreeMap;

/// Columns of a table of values that are neither indicators nor denominators.
const RESERVED: [&str; 5] = ["unit", "unit_name", "period", "group", "weight"];

/// Rows by period and unit, a column per indicator (`None` where the table has none), and every fault.
pub(super) fn read<'v>(
    framework: &Framework,
    values: &'v Values,
) -> (Vec<Row<'v>>, Vec<Option<Column>>, Vec<Diagnostic>) {
    let mut reading = Reading::new(framework, values);
    let rows = reading.rows();
    let columns = framework.indicators.iter().map(|x| reading.column(x, &rows)).collect();
    (rows, columns, reading.diagnostics)
}

struct Reading<'v> {
    values: &'v Values,
    column: BTreeMap<&'v str, usize>,
    diagnostics: Vec<Diagnostic>,
}

impl<'v> Reading<'v> {
    fn new(framework: &Framework, values: &'v Values) -> Self {
        let mut column = BTreeMap::new();
        let mut diagnostics = Vec::new();
        let mut unused: Vec<&str> = Vec::new();
        let ids: Vec<&str> = framework.indicators.iter().map(|x| x.id.as_str()).collect();
        let divisors: Vec<&str> = framework.denominators.iter().map(|d| d.id.as_str()).collect();
        for (i, name) in values.header.iter().map(|n| n.trim()).enumerate() {
            let place = line(values, 0, i);
            if column.insert(name, i).is_some() {
                let message = format!("two columns are named `{name}`");
                diagnostics.push(Diagnostic::new("HEADER_DUPLICATE", place, message));
            } else if !ids.contains(&name) && !divisors.contains(&name) && !RESERVED.contains(&name) {
                let message = format!("`{name}` is no indicator of the framework: the column is not used");
                let known: Vec<&str> = ids.iter().chain(&divisors).chain(&RESERVED).copied().collect();
                let hint = did_you_mean(name, &known).map_or_else(
                    || "take the column out, or give it the id of what it holds".to_owned(),
                    |w| format!("did you mean `{w}`?"),
                );
                let d = Diagnostic::new("HEADER_UNKNOWN", place, message).found(name).hint(hint);
                diagnostics.push(d.severity(Severity::Warning));
                unused.push(name);
            }
        }
        for id in ids.iter().filter(|id| !column.contains_key(*id)) {
            let message = format!("no column `{id}`: nobody is scored on it");
            let hint = did_you_mean(id, &unused).map_or_else(
                || "add the column, or read the scores as those of the rest of the framework".to_owned(),
                |w| format!("did you mean it by the column `{w}`?"),
            );
            let d = Diagnostic::new("NOT_COLLECTED", Place::file(&values.file), message).hint(hint);
            diagnostics.push(d.severity(Severity::Warning));
        }
        if !ids.iter().any(|id| column.contains_key(id)) {
            let message = format!("no column is an indicator of the framework, which has {}", ids.join(", "));
            diagnostics.push(Diagnostic::new("HEADER_MISSING", Place::file(&values.file), message));
        }
        let divided = framework.indicators.iter().filter(|x| column.contains_key(x.id.as_str()));
        let mut needed: Vec<&str> =
            divided.filter_map(|x| Some(x.steps.denominator.as_ref()?.column.as_str())).collect();
        needed.sort_unstable();
        needed.dedup();
        for id in std::iter::once("unit").chain(needed).filter(|id| !column.contains_key(id)) {
            let what = if id == "unit" { "" } else { ", which indicators are divided by" };
            let message = format!("a table of values needs a column `{id}`{what}");
            diagnostics.push(Diagnostic::new("HEADER_MISSING", Place::file(&values.file), message));
        }
        Reading { values, column, diagnostics }
    }

    fn text(&self, record: usize, name: &str) -> Option<&'v str> {
        let at = *self.column.get(name)?;
        let cell = self.values.records[record].get(at)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    fn fault(&mut self, code: &str, record: usize, column: &str, found: &str, message: impl Into<String>) {
        let at = self.column.get(column).copied().unwrap_or_default();
        let place = line(self.values, record + 1, at);
        self.diagnostics.push(Diagnostic::new(code, place, message).found(found));
    }

    /// The units, by period and code.
    fn rows(&mut self) -> Vec<Row<'v>> {
        let mut rows: Vec<Row<'v>> = Vec::with_capacity(self.values.records.len());
        for record in 0..self.values.records.len() {
            let Some(unit) = self.text(record, "unit") else {
                self.fault("VALUES_CELL", record, "unit", "", "a row without a unit");
                continue;
            };
            let weight = match self.text(record, "weight") {
                None => 1.0,
                Some(w) => match w.parse::<f64>() {
                    Ok(x) if x.is_finite() && x >= 0.0 => x,
                    _ => {
                        let message = "a weight is a finite number of 0 or more";
                        self.fault("VALUES_CELL", record, "weight", w, message);
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
            self.fault("DUPLICATE_KEY", record, "unit", unit, "the unit stands twice in its period");
        }
        rows
    }

    /// One indicator over the rows; `None` when the table has no such column.
    fn column(&mut self, x: &Indicator, rows: &[Row<'v>]) -> Option<Column> {
        self.column.get(x.id.as_str())?;
        let n = rows.len();
        let mut out = Column {
            value: vec![f64::NAN; n],
            absence: vec![None; n],
            origin: vec![Origin::Missing; n],
            treated: vec![f64::NAN; n],
            treatment: vec![None; n],
            points: vec![f64::NAN; n],
            ends: vec![(f64::NAN, f64::NAN); n],
            keyed: matches!(x.measure, Some(Measure::State { .. })),
        };
        let by = x.steps.denominator.as_ref();
        // Faults in the order of the file.
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|u| rows[*u].record);
        for u in order {
            let record = rows[u].record;
            match self.text(record, &x.id).map_or(Cell::Absent(Absence::NotReturned), |t| cell(x, t)) {
                Cell::Absent(reason) => out.absence[u] = Some(reason),
                Cell::Answer { value, points } => {
                    (out.value[u], out.origin[u]) = (value, Origin::Answered);
                    out.points[u] = points;
                }
                Cell::Wrong(why) => {
                    let text = self.text(record, &x.id).unwrap_or_default();
                    self.fault(
                        "VALUES_CELL",
                        record,
                        &x.id,
                        text,
                        format!("`{text}` in column `{}` {why}", x.id),
                    );
                }
            }
            if let Some(by) = by.filter(|_| out.origin[u] == Origin::Answered) {
                match self.divided(record, x, out.value[u], &by.column, by.per) {
                    Ok(ratio) => (out.value[u], out.origin[u]) = (ratio, Origin::Derived),
                    Err(reason) => {
                        (out.value[u], out.origin[u]) = (f64::NAN, Origin::Missing);
                        out.absence[u] = Some(reason);
                    }
                }
            }
        }
        Some(out)
    }

    /// A value over its denominator, per so many. Nothing over nothing does not apply.
    fn divided(
        &mut self,
        record: usize,
        x: &Indicator,
        value: f64,
        by: &str,
        per: f64,
    ) -> Result<f64, Absence> {
        let text = match self.text(record, by) {
            None | Some("NA" | "[x]") => return Err(Absence::NotReturned),
            Some("[z]") => return Err(Absence::NotApplicable),
            Some("[c]") => return Err(Absence::Withheld),
            Some(text) => text,
        };
        match text.parse::<f64>() {
            Ok(d) if d.is_finite() && d != 0.0 => Ok(value / d * per),
            Ok(0.0) if value == 0.0 => Err(Absence::NotApplicable),
            Ok(0.0) => {
                let message = format!("`{}` is divided by a zero `{by}`: no value", x.id);
                self.fault("DIVISION_BY_ZERO", record, by, text, message);
                Err(Absence::NotReturned)
            }
            _ => {
                self.fault(
                    "VALUES_CELL",
                    record,
                    by,
                    text,
                    format!("`{text}` in column `{by}` is not a finite number"),
                );
                Err(Absence::NotReturned)
            }
        }
    }
}

/// Record 0 is the header. The text is the record with its cells trimmed; of a long one, the cell.
fn line(values: &Values, record: usize, column: usize) -> Place {
    const LONGEST: usize = 200;
    let cells = record.checked_sub(1).map_or(&values.header, |r| &values.records[r]);
    let mut text = cells.join(",");
    if text.chars().count() > LONGEST {
        let cell: String = cells.get(column).iter().flat_map(|c| c.chars()).take(LONGEST - 4).collect();
        text = format!("…,{cell},…");
    }
    let given = record.checked_sub(1).and_then(|r| values.lines.get(r)).copied();
    Place::Line {
        file: values.file.clone(),
        line: given.unwrap_or(record as u64 + 1),
        byte: 0,
        column: u32::try_from(column + 1).ok(),
        field: values.header.get(column).cloned(),
        text,
    }
}

enum Cell {
    /// Points are those of a key of answers; NaN for a number.
    Answer {
        value: f64,
        points: f64,
    },
    Absent(Absence),
    Wrong(&'static str),
}

/// A number, an answer of the key, or a reason for absence (`[x] [z] [c]`, `NA`).
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
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Cell::Answer { value, points: f64::NAN },
        _ => Cell::Wrong("is not a finite number"),
    }
}
