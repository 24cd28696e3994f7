//! What an intake publishes about itself: `reconciliation`, `issues`, `quarantine`, one row a file, fault, record.

use super::intake::Intake;
use crate::contract::Account;
use crate::diag::{Diagnostic, Place, excerpt};
use polars::prelude::*;
use std::collections::BTreeSet;

/// A file of a batch and what became of it.
pub struct Outcome {
    pub intake: Intake,
    pub sha256: String,
    pub bytes: u64,
}

/// The three tables, in the order of the files.
pub struct Quality {
    pub reconciliation: DataFrame,
    pub issues: DataFrame,
    pub quarantine: DataFrame,
}

impl Quality {
    pub fn of(outcomes: &[Outcome]) -> PolarsResult<Quality> {
        Ok(Quality {
            reconciliation: reconciliation(outcomes)?,
            issues: issues(outcomes.iter().flat_map(|o| {
                let tables = o.intake.tables.iter().flat_map(|(_, t)| &t.diagnostics);
                o.intake.diagnostics.iter().chain(tables).map(|d| (o.intake.label.as_str(), d))
            }))?,
            quarantine: quarantine(outcomes)?,
        })
    }

    /// These tables with the rows of the files that this batch did not read again.
    pub fn after(self, held: [DataFrame; 3], unread: &BTreeSet<&str>) -> PolarsResult<Quality> {
        if unread.is_empty() {
            return Ok(self);
        }
        let join = |old: DataFrame, new: DataFrame| -> PolarsResult<DataFrame> {
            let files = old.column("input")?.str()?;
            let mask: BooleanChunked = files.iter().map(|f| f.is_some_and(|f| unread.contains(f))).collect();
            let mut all = old.filter(&mask)?;
            all.vstack_mut_owned(new)?;
            all.sort(["input"], SortMultipleOptions::default().with_maintain_order(true))
        };
        let [a, b, c] = held;
        Ok(Quality {
            reconciliation: join(a, self.reconciliation)?,
            issues: join(b, self.issues)?,
            quarantine: join(c, self.quarantine)?,
        })
    }
}

fn text<'a>(name: &str, values: impl Iterator<Item = Option<&'a str>>) -> Column {
    values.collect::<StringChunked>().with_name(name.into()).into_series().into_column()
}

fn reconciliation(outcomes: &[Outcome]) -> PolarsResult<DataFrame> {
    struct Row<'a> {
        input: &'a str,
        dataset: Option<&'a str>,
        file: &'a str,
        state: &'static str,
        sha256: &'a str,
        account: Account,
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for o in outcomes {
        let whole = Account { bytes_read: o.bytes, bytes_accounted: o.bytes, ..Account::default() };
        let input = o.intake.label.as_str();
        let row =
            |dataset, file, state, account| Row { input, dataset, file, state, sha256: &o.sha256, account };
        if o.intake.tables.is_empty() {
            let state = match (o.intake.refused, o.intake.unclaimed) {
                (true, _) => "refused",
                (_, true) => "unclaimed",
                // the marker and the answers of a synthetic set
                (false, false) => "no_data",
            };
            rows.push(row(None, input, state, whole));
        }
        for (label, typed) in &o.intake.tables {
            let aside = typed.account.rows_quarantined + typed.account.rows_refused;
            let state = match (typed.account.rows_accepted, aside) {
                (0, _) => "refused",
                (_, 0) => "accepted",
                (_, _) => "accepted_in_part",
            };
            rows.push(row(Some(typed.dataset.as_str()), label, state, typed.account.clone()));
        }
    }
    let number = |name: &str, get: fn(&Account) -> u64| {
        #[expect(clippy::cast_possible_wrap, reason = "no file has 2^63 rows or bytes")]
        Column::new(name.into(), rows.iter().map(|r| get(&r.account) as i64).collect::<Vec<_>>())
    };
    DataFrame::new(
        rows.len(),
        vec![
            text("dataset", rows.iter().map(|r| r.dataset)),
            text("file", rows.iter().map(|r| Some(r.file))),
            text("state", rows.iter().map(|r| Some(r.state))),
            text("sha256", rows.iter().map(|r| Some(r.sha256))),
            number("rows_read", |a| a.rows_read),
            number("rows_accepted", |a| a.rows_accepted),
            number("rows_quarantined", |a| a.rows_quarantined),
            number("rows_skipped", |a| a.rows_skipped),
            number("rows_refused", |a| a.rows_refused),
            number("rows_unplaced", |a| a.rows_unplaced),
            number("bytes_read", |a| a.bytes_read),
            number("bytes_accounted", |a| a.bytes_accounted),
            text("input", rows.iter().map(|r| Some(r.input))),
        ],
    )
}

/// Diagnostics as a table; the first of each pair is the input file that it belongs to.
pub fn issues<'a>(all: impl Iterator<Item = (&'a str, &'a Diagnostic)>) -> PolarsResult<DataFrame> {
    let all: Vec<(&str, &Diagnostic)> = all.collect();
    let owned = |name: &str, get: &dyn Fn(&Diagnostic) -> Option<String>| {
        let values: Vec<Option<String>> = all.iter().map(|(_, d)| get(d)).collect();
        Column::new(name.into(), values)
    };
    let number = |name: &str, get: &dyn Fn(&Diagnostic) -> Option<i64>| {
        Column::new(name.into(), all.iter().map(|(_, d)| get(d)).collect::<Vec<_>>())
    };
    #[expect(clippy::cast_possible_wrap, reason = "lines and counts are far below 2^63")]
    let columns = vec![
        text("code", all.iter().map(|(_, d)| Some(d.code.id))),
        text("name", all.iter().map(|(_, d)| Some(d.code.name))),
        text("severity", all.iter().map(|(_, d)| Some(d.severity.as_str()))),
        text("dataset", all.iter().map(|(_, d)| d.dataset.as_deref())),
        owned("file", &|d| d.place.file_name().map(str::to_owned)),
        owned("sheet", &|d| match &d.place {
            Place::Cell { sheet, .. } => Some(sheet.clone()),
            Place::Row { sheet, .. } => sheet.clone(),
            _ => None,
        }),
        number("line", &|d| match &d.place {
            Place::Line { line, .. } | Place::Definition { line, .. } => Some(*line as i64),
            Place::Row { line, .. } => line.map(|line| line as i64),
            _ => None,
        }),
        number("byte", &|d| match &d.place {
            Place::Line { byte, .. } => Some(*byte as i64),
            _ => None,
        }),
        number("column", &|d| match &d.place {
            Place::Line { column, .. } => column.map(i64::from),
            Place::Definition { column, .. } => Some(*column as i64),
            _ => None,
        }),
        owned("cell", &|d| match &d.place {
            Place::Cell { cell, .. } => Some(cell.clone()),
            _ => None,
        }),
        owned("field", &|d| match &d.place {
            Place::Line { field, .. } | Place::Cell { field, .. } => field.clone(),
            _ => None,
        }),
        owned("key", &|d| match &d.place {
            Place::Key { dataset, key } | Place::Row { dataset, key, .. } => Some(format!("{dataset} {key}")),
            _ => None,
        }),
        owned("found", &|d| d.found.clone()),
        text("message", all.iter().map(|(_, d)| Some(d.message.as_str()))),
        text("remedy", all.iter().map(|(_, d)| Some(d.remedy()))),
        number("count", &|d| Some(d.count as i64)),
        text("place", Vec::<Option<&str>>::new().into_iter()),
        text("input", all.iter().map(|(input, _)| Some(*input))),
    ];
    let mut columns = columns;
    let places: Vec<String> = all.iter().map(|(_, d)| d.place.to_string()).collect();
    columns[16] = Column::new("place".into(), places);
    DataFrame::new(all.len(), columns)
}

fn quarantine(outcomes: &[Outcome]) -> PolarsResult<DataFrame> {
    let mut inputs = Vec::new();
    let mut datasets = Vec::new();
    let mut files = Vec::new();
    let mut lines: Vec<i64> = Vec::new();
    let mut raw = Vec::new();
    let mut codes = Vec::new();
    for o in outcomes {
        for (label, typed) in &o.intake.tables {
            for q in &typed.quarantine {
                inputs.push(o.intake.label.as_str());
                datasets.push(typed.dataset.as_str());
                files.push(label.as_str());
                lines.push(i64::from(q.line));
                // the whole record is in the snapshot; here it is made harmless to look at
                raw.push(q.raw.chars().take(2_000).collect::<String>());
                codes.push(q.codes.join(" "));
            }
        }
    }
    DataFrame::new(
        lines.len(),
        vec![
            Column::new("dataset".into(), datasets),
            Column::new("file".into(), files),
            Column::new("line".into(), lines),
            Column::new("codes".into(), codes),
            Column::new("excerpt".into(), raw.iter().map(|r| excerpt(r)).collect::<Vec<_>>()),
            Column::new("raw".into(), raw),
            Column::new("input".into(), inputs),
        ],
    )
}
