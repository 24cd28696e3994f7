//! Cover, contents, notes and meanings of a book.

use super::definition::Definition;
use super::{CellFormat, Line, LineStyle, Sheet, SheetCell, SheetColumn, SheetTable};
use crate::report::about::About;
use crate::report::words;
use jiff::civil::Date;

pub const COVER: &str = "Cover";
pub const CONTENTS: &str = "Contents";
pub const NOTES: &str = "Notes";
const COLUMNS: &str = "Columns";

/// What the cover says.
pub struct Front<'a> {
    pub title: &'a str,
    pub summary: &'a str,
    pub day: Date,
    pub about: &'a About,
    pub definition: &'a Definition,
}

/// The cover leads to the contents, and the contents to each sheet.
pub fn cover(front: &Front) -> Sheet {
    let (about, definition) = (front.about, front.definition);
    let framework = &about.framework;
    let heading = |text: &str| Line::new(LineStyle::Heading, text);
    let mut lines = vec![Line::new(LineStyle::Title, front.title)];
    if about.synthetic() {
        lines.push(heading("Synthetic data: no real organisation is described."));
    }
    lines.extend([
        heading("Summary"),
        Line::body(front.summary),
        Line { to: Some(CONTENTS.to_owned()), ..Line::body("Contents: a list of the worksheets with links") },
        Line { to: Some(NOTES.to_owned()), ..Line::body("Notes: what the note numbers refer to") },
        heading("Method"),
        Line::body(definition.method.as_str()),
        Line::body(format!("Membership of CCGs: {}.", about.basis_words())),
        heading("Dates and version"),
        Line::body(format!("Date of the data: {}", words::day(front.day))),
        Line::body(format!("Next update: {}", definition.next_update)),
        Line::body(format!(
            "Version: pipeline {}, framework {} {}",
            words::clean(&about.pipeline).0,
            words::clean(&framework.name).0,
            words::clean(&framework.version).0
        )),
        heading("Who publishes this"),
        Line::body(definition.organisation.as_str()),
        Line::body(definition.contact.as_str()),
    ]);
    Sheet { name: COVER.to_owned(), lines, table: None }
}

fn text_column(heading: &str, width: u8, cells: Vec<SheetCell>) -> SheetColumn {
    SheetColumn { heading: heading.to_owned(), format: CellFormat::Text, width, cells }
}

fn listing(name: &str, title: &str, columns: Vec<SheetColumn>) -> Sheet {
    let rows = columns.first().map_or(0, |c| c.cells.len());
    Sheet {
        name: name.to_owned(),
        lines: vec![Line::new(LineStyle::Title, title), Line::body("This worksheet contains one table.")],
        table: Some(SheetTable { name: format!("table_{}", name.to_lowercase()), columns, rows }),
    }
}

/// Notes, columns and every table, with a link each and the title that stands on the sheet.
pub fn contents(of: &str, sheets: &[Sheet]) -> Sheet {
    let mut entries = vec![
        (NOTES, "Notes".to_owned(), "What the note numbers in the headings refer to".to_owned()),
        (COLUMNS, "Columns".to_owned(), "What each column means, and the words in its cells".to_owned()),
    ];
    entries.extend(sheets.iter().map(|s| {
        let line = |at: usize| s.lines.get(at).map_or_else(String::new, |l| l.text.clone());
        (s.name.as_str(), line(0), line(1))
    }));
    let links = entries
        .iter()
        .map(|(name, ..)| SheetCell::Link { text: (*name).to_owned(), sheet: (*name).to_owned() });
    let columns = vec![
        text_column("Worksheet", 24, links.collect()),
        text_column("Title", 60, entries.iter().map(|e| SheetCell::Text(e.1.clone())).collect()),
        text_column("What it holds", 80, entries.iter().map(|e| SheetCell::Text(e.2.clone())).collect()),
    ];
    listing(CONTENTS, &format!("Contents: {of}"), columns)
}

/// The notes that the sheets refer to, numbered in this order; a book without any says so in its one row.
pub fn notes(of: &str, definition: &Definition, used: &[usize]) -> Sheet {
    let (mut numbers, mut texts) = (Vec::new(), Vec::new());
    for (i, note) in used.iter().enumerate() {
        numbers.push(SheetCell::Text(format!("note {}", i + 1)));
        texts.push(SheetCell::Text(definition.notes[*note].text.clone()));
    }
    if used.is_empty() {
        numbers.push(SheetCell::Text("none".to_owned()));
        texts.push(SheetCell::Text("No heading of this workbook refers to a note.".to_owned()));
    }
    let columns = vec![text_column("Note", 16, numbers), text_column("Text", 100, texts)];
    listing(NOTES, &format!("Notes: {of}"), columns)
}

/// What each column means: worksheet, heading, meaning.
pub fn columns(of: &str, meanings: impl Iterator<Item = [String; 3]>) -> Sheet {
    let mut columns = [("Worksheet", 24), ("Column", 48), ("Meaning", 100)]
        .map(|(heading, width)| text_column(heading, width, Vec::new()));
    for row in meanings {
        columns.iter_mut().zip(row).for_each(|(column, text)| column.cells.push(SheetCell::Text(text)));
    }
    listing(COLUMNS, &format!("Columns: {of}"), columns.into())
}
