//! A long table laid out wide: a row for each unit, a column for each code.

use super::definition::{SheetDefinition, SpreadDefinition};
use super::lookup::Lookups;
use crate::report::scene::Options;
use crate::report::table::{Table, TableColumn, Values};
use std::collections::{BTreeMap, BTreeSet};

/// The chosen rows of the table, wide: the sheet's columns as they stand in the first row of each unit, then a column for
/// each code in the order of the codes, and beside the figures of a code whose answers are words a column of these. `None` where the table lacks a column that this needs.
pub fn spread(
    sheet: &SheetDefinition,
    spread: &SpreadDefinition,
    table: &Table,
    rows: &[usize],
    lookups: &Lookups,
    options: &Options,
) -> Option<Table> {
    let texts = |name: &str| match table.column(name).map(|c| &c.values) {
        Some(Values::Text(texts)) => Some(texts),
        _ => None,
    };
    let (units, codes) = (texts(sheet.columns.first()?)?, texts(&spread.across)?);
    let value = table.column(&spread.value)?;
    let mut cells: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut first: Vec<Option<usize>> = Vec::new();
    let mut order: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        let (Some(unit), Some(code)) = (units.get(*row), codes.get(*row)) else { continue };
        cells.insert((unit, code), *row);
        if seen.insert(unit) {
            order.push(unit);
            first.push(Some(*row));
        }
    }
    let across: BTreeSet<&str> = cells.keys().map(|(_, code)| *code).collect();
    let mut columns: Vec<TableColumn> =
        sheet.choose(table).into_iter().map(|c| table.columns[c.at].pick(&first)).collect();
    columns.extend(across.into_iter().flat_map(|code| {
        let of: Vec<Option<usize>> = order.iter().map(|unit| cells.get(&(unit, code)).copied()).collect();
        let said = |id: &str| lookups.get(id).and_then(|l| l.of(code));
        let title = said(&spread.words).map_or_else(|| code.to_owned(), |words| format!("{code}: {words}"));
        let unit = said(&spread.unit).map(str::to_owned);
        let figures = TableColumn { name: code.to_owned(), title, unit, ..value.pick(&of) };
        let words = options.worded(code).then(|| in_words(&figures, options, order.len()));
        std::iter::once(figures).chain(words)
    }));
    Some(Table {
        name: table.name.clone(),
        title: table.title.clone(),
        about: table.about.clone(),
        key: Vec::new(),
        columns,
        rows: order.len(),
    })
}

/// The words of answers, beside what they are worth.
fn in_words(worth: &TableColumn, options: &Options, rows: usize) -> TableColumn {
    let words: Vec<Option<String>> = match &worth.values {
        Values::Float(figures) => figures.iter().map(|v| options.of(&worth.name, (*v)?)).collect(),
        // what is no figure has no words of its own
        _ => vec![None; rows],
    };
    TableColumn {
        name: format!("{}_words", worth.name),
        title: format!("{}, in words", worth.title),
        unit: None,
        values: Values::Text(words.iter().map(Option::as_deref).collect()),
        ..worth.clone()
    }
}
