//! A long table laid out wide: a row for each unit, a column for each code.

use super::definition::{SheetDefinition, SpreadDefinition};
use super::lookup::Lookups;
use crate::report::table::{Table, TableColumn, Values};
use std::collections::{BTreeMap, BTreeSet};

/// The chosen rows of the table, wide: the sheet's columns as they stand in the first row of each unit, then a column for
/// each code in the order of the codes. `None` where the table lacks a column that this needs.
pub fn spread(
    sheet: &SheetDefinition,
    spread: &SpreadDefinition,
    table: &Table,
    rows: &[usize],
    lookups: &Lookups,
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
    columns.extend(across.into_iter().map(|code| {
        let of: Vec<Option<usize>> = order.iter().map(|unit| cells.get(&(unit, code)).copied()).collect();
        let said = |id: &str| lookups.get(id).and_then(|l| l.of(code));
        let title = said(&spread.words).map_or_else(|| code.to_owned(), |words| format!("{code}: {words}"));
        let unit = said(&spread.unit).map(str::to_owned);
        TableColumn { name: code.to_owned(), title, unit, ..value.pick(&of) }
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
