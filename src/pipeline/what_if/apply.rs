//! Changes to stored tables and to weights.

use crate::contract::cells::yes_or_no;
use crate::define::changes::{Changes, Set};
use crate::define::did_you_mean;
use crate::define::framework::Framework;
use crate::diag::{Diagnostic, Place};
use crate::frames::days_of;
use crate::index::Source;
use crate::pipeline::{PipelineError, Result};
use jiff::civil::Date;
use polars::prelude::*;

/// Sets the cells; a change that meets no row is refused, with all others that do not.
pub fn sets(changes: &Changes, sources: &mut [Source]) -> Result<()> {
    let mut faults = Vec::new();
    for set in &changes.set {
        match one(set, sources) {
            Ok(0) => faults.push(of_set(set, "no row of the store is so".to_owned(), None)),
            Ok(_) => {}
            Err(SetFault::Said(d)) => faults.push(*d),
            Err(SetFault::Frames(e)) => return Err(e.into()),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(PipelineError::Values(faults)) }
}

enum SetFault {
    Said(Box<Diagnostic>),
    Frames(PolarsError),
}

impl From<PolarsError> for SetFault {
    fn from(e: PolarsError) -> SetFault {
        SetFault::Frames(e)
    }
}

/// A change that cannot be, with the name that may have been meant.
pub(super) fn fault(place: Place, message: String, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::new("WHAT_IF", place, message);
    match near {
        Some(near) => d.hint(format!("did you mean `{near}`?")),
        None => d,
    }
}

fn of_set(set: &Set, message: String, near: Option<&str>) -> Diagnostic {
    let rows: Vec<String> = set.rows.iter().map(|(k, v)| format!("{k} = {v}")).collect();
    fault(Place::Key { dataset: set.dataset.clone(), key: rows.join(", ") }, message, near)
}

/// A cell as a return would write it, one row long; null where it is no value of the type. `123_00` are pence.
pub(super) fn value(name: &str, dtype: &DataType, text: &str) -> PolarsResult<Series> {
    match dtype {
        DataType::String => Ok(Series::new(name.into(), [text])),
        // polars casts no text to yes or no
        DataType::Boolean => Ok(Series::new(name.into(), [yes_or_no(text)])),
        DataType::Date => {
            let day: Option<Date> = text.parse().ok();
            let mut days = Int32Chunked::from_slice_options(name.into(), &[day.map(days_of)]);
            days.rename(name.into());
            days.into_series().cast(dtype)
        }
        _ => Series::new(name.into(), [text.replace('_', "")]).cast(dtype),
    }
}

/// Rows that it meets.
fn one(set: &Set, sources: &mut [Source]) -> std::result::Result<usize, SetFault> {
    let day: Option<Date> = set.as_at.as_deref().and_then(|d| d.parse().ok());
    let said = |d: Diagnostic| SetFault::Said(Box::new(d));
    if !sources.iter().any(|s| s.dataset == set.dataset) {
        let known: Vec<&str> = sources.iter().map(|s| s.dataset.as_str()).collect();
        let near = did_you_mean(&set.dataset, &known);
        return Err(said(of_set(set, format!("the pipeline reads no table of `{}`", set.dataset), near)));
    }
    let mut met = 0;
    let own = sources.iter_mut().filter(|s| s.dataset == set.dataset);
    for source in own.filter(|s| day.is_none_or(|d| s.period.contains(d))) {
        let names: Vec<String> = source.frame.get_column_names().iter().map(|n| n.to_string()).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(wrong) = set.rows.keys().chain([&set.column]).find(|c| !names.contains(c)) {
            let near = did_you_mean(wrong, &known);
            return Err(said(of_set(set, format!("there is no column `{wrong}`"), near)));
        }
        let named = set.rows.iter().map(|(column, value)| (column.as_str(), value.as_str()));
        let mask = rows(&source.frame, named)?;
        let count = mask.sum().unwrap_or(0) as usize;
        if count > 0 {
            let column = source.frame.column(&set.column)?;
            let value = value(&set.column, column.dtype(), &set.value)?;
            if value.null_count() > 0 {
                let message = format!("`{}` is no value of `{}`", set.value, set.column);
                return Err(said(of_set(set, message, None)));
            }
            let new = column
                .as_materialized_series()
                .zip_with(&!&mask, &value.new_from_index(0, source.frame.height()))?;
            source.frame.with_column(new.into_column())?;
            unmark(set, &mut source.frame, &mask)?;
        }
        met += count;
    }
    Ok(met)
}

/// Rows in which every named column holds the value named.
pub(super) fn rows<'a>(
    frame: &DataFrame,
    named: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> PolarsResult<BooleanChunked> {
    let mut mask = BooleanChunked::full("rows".into(), true, frame.height());
    for (column, value) in named {
        let words = frame.column(column)?.cast(&DataType::String)?;
        let own: BooleanChunked = words.str()?.iter().map(|w| Some(w == Some(value))).collect();
        mask = mask & own;
    }
    Ok(mask)
}

/// A value that is there has no reason to be absent.
fn unmark(set: &Set, frame: &mut DataFrame, mask: &BooleanChunked) -> PolarsResult<()> {
    let name = format!("{}_status", set.column);
    if let Ok(status) = frame.column(&name) {
        let none = Series::full_null(name.as_str().into(), frame.height(), status.dtype());
        let new = status.as_materialized_series().zip_with(&!mask, &none)?;
        frame.with_column(new.into_column())?;
    }
    Ok(())
}

/// Sets weights of indicators and dimensions.
pub fn weights(changes: &Changes, framework: &mut Framework) -> Result<()> {
    let mut faults = Vec::new();
    for change in &changes.weight {
        let nodes = framework.nodes.iter_mut().skip(1).map(|n| (&n.id, &mut n.weight));
        let indicators = framework.indicators.iter_mut().map(|x| (&x.id, &mut x.weight));
        match nodes.chain(indicators).find(|(id, _)| **id == change.of) {
            Some((_, weight)) => weight.value = change.value,
            None => {
                let place = Place::Key { dataset: framework.id.clone(), key: change.of.clone() };
                let message = format!("no indicator or dimension has the id `{}`", change.of);
                faults.push(Diagnostic::new("WHAT_IF", place, message));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(PipelineError::Definitions(faults)) }
}
