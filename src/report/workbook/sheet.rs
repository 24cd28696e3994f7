//! One sheet: the chosen columns and rows of a published table as typed cells, with the words above them.

use super::definition::{Chosen, Definition, Rows, SheetDefinition};
use super::lookup::{Lookup, Lookups};
use super::{CellFormat, Line, LineStyle, MOST_DECIMALS, Sheet, SheetCell, SheetColumn, SheetTable};
use crate::report::table::{Table, TableColumn, Values};
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Widths in characters, and the length from which a cell gets the wide one. Words for codes get the widest, so that rows
/// stay low.
const NARROW: u8 = 16;
const WIDE: u8 = 32;
const WORDS: u8 = 60;
const LONG: usize = 50;
/// Longest heading that a table of XLSX can hold.
const HEADING: usize = 255;

/// What the sheets of a book have in common.
pub struct Setting<'a> {
    pub definition: &'a Definition,
    pub lookups: &'a Lookups<'a>,
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
    let mut rows: Vec<usize> = (0..table.rows).collect();
    for (column, wanted) in &sheet.only {
        match table.column(column).map(|c| &c.values) {
            Some(Values::Text(texts)) => rows.retain(|r| texts.get(*r) == Some(wanted)),
            _ => rows.clear(),
        }
    }
    let Some(Values::Date(days)) = table.column("period").map(|c| &c.values) else { return rows };
    let day = match sheet.rows {
        Rows::All => return rows,
        Rows::Shown => shown,
        Rows::Latest => days.iter().flatten().max().copied(),
    };
    rows.retain(|r| day.is_some() && days[*r] == day);
    rows
}

/// The sheet of these rows; there must be one at least.
pub fn sheet(setting: &Setting, sheet: &SheetDefinition, table: &Table, rows: &[usize]) -> Sheet {
    let mut columns: Vec<SheetColumn> = Vec::new();
    for chosen in sheet.shown(table) {
        let column = &table.columns[chosen.at];
        let notes = setting.definition.notes_on(&table.name, &column.name);
        let numbers = notes.filter_map(|n| setting.notes.iter().position(|own| *own == n));
        let notes: String = numbers.map(|n| format!("[note {}]", n + 1)).collect();
        let mut heading = heading(sheet, column, &chosen);
        // Two figures of one title, where a dictionary does not part them, are told apart by their names.
        if columns.iter().any(|c| plain(&c.heading).eq_ignore_ascii_case(&heading)) {
            heading.push_str(&format!(", {}", column.name));
        }
        if !notes.is_empty() {
            heading.push_str(&format!(" {notes}"));
        }
        heading.truncate(heading.floor_char_boundary(HEADING));
        let said = |cell: SheetCell| said(sheet, &column.name, cell);
        let cells: Vec<SheetCell> = rows.iter().map(|r| said(cell(column, *r, unit(column).1))).collect();
        let long = |c: &SheetCell| matches!(c, SheetCell::Text(t) if t.len() > LONG);
        let width = if cells.iter().any(long) || heading.len() > LONG { WIDE } else { NARROW };
        let words = sheet.beside.get(&column.name).and_then(|id| setting.lookups.get(id));
        let words = words.map(|lookup| beside(lookup, &title(sheet, column), &cells));
        columns.push(SheetColumn { heading, format: format(column, rows), width, cells });
        columns.extend(words);
    }
    let lines = lines(setting, sheet, table, &columns);
    let table =
        SheetTable { name: format!("table_{}", sheet.name.to_lowercase()), columns, rows: rows.len() };
    Sheet { name: sheet.name.clone(), lines, table: Some(table) }
}

/// A cell whose text stands for something, in the words of the definition.
fn said(sheet: &SheetDefinition, column: &str, cell: SheetCell) -> SheetCell {
    match (sheet.say.get(column), cell) {
        (Some(words), SheetCell::Text(text)) => SheetCell::Text(words.get(&text).cloned().unwrap_or(text)),
        (_, cell) => cell,
    }
}

/// The words for a column of codes.
fn beside(lookup: &Lookup, title: &str, codes: &[SheetCell]) -> SheetColumn {
    let words = |code: &SheetCell| match code {
        SheetCell::Text(codes) => SheetCell::Text(lookup.words(codes)),
        other => other.clone(),
    };
    let cells: Vec<SheetCell> = codes.iter().map(words).collect();
    let long = |c: &SheetCell| matches!(c, SheetCell::Text(t) if t.len() > LONG);
    let width = if cells.iter().any(long) { WORDS } else { WIDE };
    let heading = format!("{}, {}", title.strip_suffix(" code").unwrap_or(title), lookup.heading);
    SheetColumn { heading, format: CellFormat::Text, width, cells }
}

/// What each column of the sheet means, its heading first; columns of one pattern have one meaning.
pub fn meanings(definition: &Definition, sheet: &SheetDefinition, table: &Table) -> Vec<(String, String)> {
    let mut columns = sheet.choose(table);
    columns.dedup_by_key(|c| c.pattern);
    let meaning = |c: Chosen| {
        let column = &table.columns[c.at];
        (
            heading(sheet, column, &Chosen { part: None, ..c }),
            in_words(definition, sheet, table, &column.about),
        )
    };
    columns.into_iter().map(meaning).collect()
}

/// A text of the dictionary for a reader who has no files: columns by their titles, tables by their sheets, codes in words.
fn in_words(definition: &Definition, sheet: &SheetDefinition, table: &Table, about: &str) -> String {
    words::plain_but(about, &|code| {
        let column = table.column(code).map(|c| title(sheet, c));
        column.or_else(|| definition.sheets.iter().find(|s| s.table == code).map(|s| s.name.clone()))
    })
}

fn title(sheet: &SheetDefinition, column: &TableColumn) -> String {
    sheet.headings.get(&column.name).unwrap_or(&column.title).clone()
}

/// The heading of a column with its unit.
fn heading(sheet: &SheetDefinition, column: &TableColumn, chosen: &Chosen) -> String {
    let mut heading = title(sheet, column);
    if chosen.ceiling && !heading.ends_with("ceiling") {
        heading.push_str(", ceiling");
    }
    heading.extend(chosen.part.map(|p| format!(": {}", p.replace('_', " "))));
    // "Registered patients (patients)" says it twice.
    let said = |unit: &String| heading.to_lowercase().ends_with(&unit.to_lowercase());
    let unit = unit(column).0.filter(|u| !said(u));
    heading.extend(unit.map(|u| format!(" ({u})")));
    heading
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
    let title = sheet.title.as_ref().unwrap_or(&table.title);
    let title = match title.ends_with(setting.of) {
        true => title.clone(),
        false => format!("{title}: {}", setting.of),
    };
    let about = sheet.about.as_ref().unwrap_or(&table.about);
    let about = in_words(setting.definition, sheet, table, about);
    let synthetic =
        if setting.synthetic { "Synthetic data: no real organisation is described. " } else { "" };
    let mut lines = vec![
        Line::new(LineStyle::Title, format!("{title}{dated}")),
        Line::new(LineStyle::Heading, format!("{synthetic}{about}")),
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

/// Answers that are all 1 or 0 need no decimals.
fn format(column: &TableColumn, rows: &[usize]) -> CellFormat {
    let unit = column.unit.as_deref().unwrap_or_default();
    match &column.values {
        Values::Text(_) | Values::Bool(_) => CellFormat::Text,
        Values::Date(_) => CellFormat::Date,
        _ if unit.starts_with("pence") => CellFormat::Number(2),
        Values::Int(_) => CellFormat::Number(0),
        Values::Float(_) if unit.starts_with("points") => CellFormat::Number(1),
        Values::Float(_) if unit.ends_with("patients") || unit == "people" || unit == "days" => {
            CellFormat::Number(0)
        }
        Values::Float(v) if rows.iter().all(|r| v[*r].is_none_or(|x| x.fract() == 0.0)) => {
            CellFormat::Number(0)
        }
        Values::Float(_) => CellFormat::Number(MOST_DECIMALS),
    }
}

fn cell(column: &TableColumn, row: usize, scale: f64) -> SheetCell {
    let found = match &column.values {
        Values::Text(texts) => {
            let said = texts.get(row).map(|t| words::plain(&words::clean_long(t)));
            said.filter(|t| !t.is_empty()).map(SheetCell::Text)
        }
        // Counts and pence lie far below 2^53.
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
