//! Rows that nobody sent: what a practice or a CCG that returned nothing might have answered.

use super::apply::{self, fault, value};
use crate::define::changes::Add;
use crate::define::did_you_mean;
use crate::define::{Contract, PeriodSource};
use crate::diag::{Diagnostic, Place};
use crate::index::Source;
use crate::pipeline::{PipelineError, Result};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Adds the rows; one that cannot be is refused, with all others that cannot.
pub fn rows(added: &[Add], contracts: &[Contract], sources: &mut [Source]) -> Result<()> {
    let mut faults = Vec::new();
    for add in added {
        match one(add, contracts, sources)? {
            Ok(()) => {}
            Err(fault) => faults.push(*fault),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(PipelineError::Values(faults)) }
}

type Refusal = std::result::Result<(), Box<Diagnostic>>;

fn one(add: &Add, contracts: &[Contract], sources: &mut [Source]) -> PolarsResult<Refusal> {
    let refuse = |message: String, near: Option<&str>| {
        let cells: Vec<String> = add.cells.iter().map(|(k, v)| format!("{k} = {v}")).collect();
        let place = Place::Key { dataset: add.dataset.clone(), key: cells.join(", ") };
        Ok(Err(Box::new(fault(place, message, near))))
    };
    let known: Vec<&str> = sources.iter().map(|s| s.dataset.as_str()).collect();
    let Some(contract) = contracts.iter().find(|c| c.id == add.dataset && known.contains(&c.id.as_str()))
    else {
        let near = did_you_mean(&add.dataset, &known);
        return refuse(format!("the pipeline reads no table of `{}`", add.dataset), near);
    };
    let day: Option<Date> = add.as_at.parse().ok();
    let mut own = sources.iter_mut().filter(|s| s.dataset == add.dataset);
    let Some(source) = own.find(|s| day.is_some_and(|d| s.period.contains(d))) else {
        return refuse(format!("no table is held of {}", add.as_at), None);
    };
    let columns: Vec<&str> = contract.order.iter().map(String::as_str).collect();
    if let Some(wrong) = add.cells.keys().find(|c| !columns.contains(&c.as_str())) {
        return refuse(format!("there is no column `{wrong}`"), did_you_mean(wrong, &columns));
    }
    // the day need not be written twice
    let mut cells = add.cells.clone();
    for period in contract.eras.iter().flat_map(|e| &e.period) {
        if let PeriodSource::Column(column) = period {
            cells.entry(column.clone()).or_insert_with(|| source.period.end().to_string());
        }
    }
    let needed = contract.fields.values().filter(|f| f.required).map(|f| &f.name).chain(&contract.key);
    if let Some(lacking) = needed.into_iter().find(|name| !cells.contains_key(*name)) {
        return refuse(format!("a row of `{}` needs `{lacking}`", add.dataset), None);
    }
    let mut row: Vec<Column> = Vec::with_capacity(source.frame.width());
    for column in source.frame.columns() {
        let name = column.name().as_str();
        let cell = match (cells.get(name), unsaid(contract, &cells, name)) {
            (Some(text), _) => value(name, column.dtype(), text)?,
            (None, Some(word)) => Series::new(name.into(), [word]),
            (None, None) => Series::full_null(name.into(), 1, column.dtype()),
        };
        if cell.null_count() > 0 && cells.contains_key(name) {
            return refuse(format!("`{}` is no value of `{name}`", cells[name]), None);
        }
        row.push(cell.into_column());
    }
    let row = DataFrame::new(1, row)?;
    if there_already(&contract.key, &source.frame, &row)? {
        return refuse("such a row is held: `[[set]]` changes it".to_owned(), None);
    }
    source.frame.vstack_mut_owned(row)?;
    source.frame.rechunk_mut();
    Ok(Ok(()))
}

/// The word beside a cell that the new row leaves open.
fn unsaid(contract: &Contract, cells: &BTreeMap<String, String>, column: &str) -> Option<&'static str> {
    let field = contract.fields.get(column.strip_suffix("_status")?)?;
    (field.status && !cells.contains_key(&field.name)).then_some(field.empty)
}

/// Whether a row with the same key is there; a key has no empty cell.
fn there_already(key: &[String], frame: &DataFrame, row: &DataFrame) -> PolarsResult<bool> {
    let mut cells = Vec::new();
    for column in key {
        let cell = row.column(column)?.cast(&DataType::String)?;
        cells.push((column.as_str(), cell.str()?.get(0).unwrap_or_default().to_owned()));
    }
    Ok(apply::rows(frame, cells.iter().map(|(column, word)| (*column, word.as_str())))?.any())
}
