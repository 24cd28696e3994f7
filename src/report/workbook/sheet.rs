//! One sheet: the chosen columns and rows of a published table as typed cells, with the words above them.

use super::definition::{Definition, Rows, SheetDefinition};
use super::{CellFormat, Line, LineStyle, MOST_DECIMALS, Sheet, SheetCell, SheetColumn, SheetTable};
use crate::report::table::{Table, TableColumn, Values};
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Widths in characters, and the length from which a cell gets the wide one.
const NARROW: u8 = 16;
const WIDE: u8 = 32;
const LONG: usize = 50;
/// Longest heading that a table of XLSX can hold.
const HEADING: usize = 255;

/// What the sheets of a book have in common.
pub struct Setting<'a> {
    pub definition: &'a Definition,
    /// The quarter on show.
    pub day: Option<Date>,
    /// Whose book it is.
    pub of: &'a str,
    pub source: &'a str,
    pub synthetic: bool,
    /// Notes of the definition that the book refers to, in their order: the first has the number 1.
    pub notes: &'a [usize],
}

/// Notes that the sheet refers to.
pub fn notes_of(definition: &Definition, sheet: &SheetDefinition, table: &Table) -> BTreeSet<usize> {
    let columns = sheet.choose(table);
    columns.iter().flat_map(|c| definition.notes_on(&table.name, &table.columns[c.at].name)).collect()
}

/// Rows of the table that belong on the sheet in the whole of England.
pub fn rows(sheet: &SheetDefinition, table: &Table, shown: Option<Date>) -> Vec<usize> {
    let all = 0..table.rows;
    let Some(days) = table.column("period").map(|c| &c.values) else { return all.collect() };
    let Values::Date(days) = days else { return all.collect() };
    let day = match sheet.rows {
        Rows::All => return all.collect(),
        Rows::Shown => shown,
        Rows::Latest => days.iter().flatten().max().copied(),
    };
    all.filter(|r| day.is_some() && days[*r] == day).collect()
}

/// The sheet of these rows; there must be one at least.
pub fn sheet(setting: &Setting, sheet: &SheetDefinition, table: &Table, rows: &[usize]) -> Sheet {
    let mut columns: Vec<SheetColumn> = Vec::new();
    for chosen in sheet.choose(table) {
        let column = &table.columns[chosen.at];
        let notes = setting.definition.notes_on(&table.name, &column.name);
        let numbers = notes.filter_map(|n| setting.notes.iter().position(|own| *own == n));
        let notes: String = numbers.map(|n| format!("[note {}]", n + 1)).collect();
        let (unit, scale) = unit(column);
        let mut heading = column.title.clone();
        if chosen.ceiling && !heading.ends_with("ceiling") {
            heading.push_str(", ceiling");
        }
        heading.extend(chosen.part.map(|p| format!(": {}", p.replace('_', " "))));
        // "Registered patients (patients)" says it twice.
        let said = |unit: &String| heading.to_lowercase().ends_with(&unit.to_lowercase());
        let unit = unit.filter(|u| !said(u));
        heading.extend(unit.map(|u| format!(" ({u})")));
        // Two figures of one title, where a dictionary does not part them, are told apart by their names.
        if columns.iter().any(|c| plain(&c.heading).eq_ignore_ascii_case(&heading)) {
            heading.push_str(&format!(", {}", column.name));
        }
        if !notes.is_empty() {
            heading.push_str(&format!(" {notes}"));
        }
        heading.truncate(heading.floor_char_boundary(HEADING));
        let cells: Vec<SheetCell> = rows.iter().map(|r| cell(column, *r, scale)).collect();
        let long = |c: &SheetCell| matches!(c, SheetCell::Text(t) if t.len() > LONG);
        let width = if cells.iter().any(long) || heading.len() > LONG { WIDE } else { NARROW };
        columns.push(SheetColumn { heading, format: format(column), width, cells });
    }
    let lines = lines(setting, sheet, table, &columns);
    let table =
        SheetTable { name: format!("table_{}", sheet.name.to_lowercase()), columns, rows: rows.len() };
    Sheet { name: sheet.name.clone(), lines, table: Some(table) }
}

/// A heading without its notes.
fn plain(heading: &str) -> &str {
    heading.split(" [note ").next().unwrap_or(heading)
}

/// The words above a table, in the order that the rules ask for.
fn lines(setting: &Setting, sheet: &SheetDefinition, table: &Table, columns: &[SheetColumn]) -> Vec<Line> {
    let dated = match (sheet.rows, setting.day) {
        (Rows::Shown, Some(day)) => format!(", {}", words::day(day)),
        _ => String::new(),
    };
    let title = match table.title.ends_with(setting.of) {
        true => table.title.clone(),
        false => format!("{}: {}", table.title, setting.of),
    };
    let synthetic =
        if setting.synthetic { "Synthetic data: no real organisation is described. " } else { "" };
    let mut lines = vec![
        Line::new(LineStyle::Title, format!("{title}{dated}")),
        Line::new(LineStyle::Heading, format!("{synthetic}{}", table.about)),
        Line::body("This worksheet contains one table."),
    ];
    if columns.iter().any(|c| c.heading.contains("[note ")) {
        lines.push(Line {
            to: Some(super::cover::NOTES.to_owned()),
            ..Line::body("Some column headings refer to notes, which stand on the sheet Notes.")
        });
    }
    let used: BTreeSet<&str> = columns
        .iter()
        .flat_map(|c| &c.cells)
        .filter_map(|c| if let SheetCell::Absent(mark) = c { Some(*mark) } else { None })
        .collect();
    if !used.is_empty() {
        let meaning = |mark: &&str| match *mark {
            "[c]" => "[c] withheld (disclosure control)",
            "[z]" => "[z] not applicable",
            _ => "[x] not available",
        };
        let list: Vec<&str> = used.iter().map(meaning).collect();
        lines.push(Line::body(format!(
            "Some cells hold shorthand for a value that is absent: {}.",
            list.join(", ")
        )));
    }
    lines.push(Line::body(setting.source));
    lines
}

/// Unit as shown, and what values are divided by for it: pence are shown as pounds.
fn unit(column: &TableColumn) -> (Option<String>, f64) {
    let numeric = matches!(column.values, Values::Int(_) | Values::Float(_));
    match column.unit.as_deref().filter(|_| numeric) {
        Some(unit) => match unit.strip_prefix("pence") {
            Some(rest) => (Some(format!("£{rest}")), 100.0),
            None => (Some(unit.to_owned()), 1.0),
        },
        None => (None, 1.0),
    }
}

fn format(column: &TableColumn) -> CellFormat {
    let unit = column.unit.as_deref().unwrap_or_default();
    match column.values {
        Values::Text(_) | Values::Bool(_) => CellFormat::Text,
        Values::Date(_) => CellFormat::Date,
        _ if unit.starts_with("pence") => CellFormat::Number(2),
        Values::Int(_) => CellFormat::Number(0),
        Values::Float(_) if unit.starts_with("points") => CellFormat::Number(1),
        Values::Float(_) if unit.ends_with("patients") || unit == "people" || unit == "days" => {
            CellFormat::Number(0)
        }
        Values::Float(_) => CellFormat::Number(MOST_DECIMALS),
    }
}

fn cell(column: &TableColumn, row: usize, scale: f64) -> SheetCell {
    let found = match &column.values {
        Values::Text(texts) => {
            texts.get(row).map(words::clean_long).filter(|t| !t.is_empty()).map(SheetCell::Text)
        }
        // Counts and pence lie far below 2^53.
        #[allow(clippy::cast_precision_loss)]
        Values::Int(v) => v[row].map(|n| SheetCell::Number(n as f64 / scale)),
        Values::Float(v) => v[row].map(|x| SheetCell::Number(if x == 0.0 { 0.0 } else { x / scale })),
        Values::Date(v) => v[row].map(SheetCell::Date),
        Values::Bool(v) => v[row].map(|b| SheetCell::Text(if b { "yes" } else { "no" }.to_owned())),
    };
    found.unwrap_or_else(|| {
        let why = column.absence.as_ref().and_then(|a| a[row]).unwrap_or(column.empty);
        SheetCell::Absent(why.shorthand())
    })
}
