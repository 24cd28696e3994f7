//! The rules for workbooks that anybody can read ("Releasing statistics in spreadsheets", Analysis Function, 2021), as a
//! checker of a finished file.

use super::workbook_reader::{Book, Cell, Page};
use std::collections::BTreeSet;

pub const MARKS: [&str; 3] = ["[x]", "[z]", "[c]"];
/// Sheets that say what stands in the book.
pub const LISTINGS: [&str; 3] = ["Contents", "Notes", "Columns"];
const ONE_TABLE: &str = "This worksheet contains one table.";

/// Everything that the book does against the rules; none for a good one.
pub fn faults(book: &Book) -> Vec<String> {
    let mut out: Vec<String> = book.markup.iter().map(|m| format!("markup {m}")).collect();
    let names: Vec<&str> = book.pages.iter().map(|p| p.name.as_str()).collect();
    if names.len() < 5 || names[0] != "Cover" || names[1..4] != LISTINGS {
        out.push(format!("sheets {names:?}"));
    }
    let distinct: BTreeSet<String> = names.iter().map(|n| n.to_lowercase()).collect();
    if distinct.len() < names.len() {
        out.push("two sheets of one name".to_owned());
    }
    for name in &names {
        let lawful = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.len() > 31 || !name.chars().all(lawful) {
            out.push(format!("sheet name {name:?}"));
        }
    }
    let tables: Vec<&str> = book.pages.iter().flat_map(|p| &p.tables).map(|t| t.name.as_str()).collect();
    if tables.iter().collect::<BTreeSet<_>>().len() < tables.len() {
        out.push("two tables of one name".to_owned());
    }
    for page in &book.pages {
        out.extend(page_faults(page).into_iter().map(|f| format!("{}: {f}", page.name)));
    }
    out.extend(across(book));
    for property in ["title", "creator", "language", "subject"] {
        let known = book.properties.iter().any(|(k, v)| k == property && !v.is_empty());
        let custom = property == "language" && book.properties.values().any(|v| v == "en-GB");
        if !known && !custom {
            out.push(format!("no {property} in the properties"));
        }
    }
    out
}

/// Notes and contents against the sheets.
fn across(book: &Book) -> Vec<String> {
    let mut out = Vec::new();
    let numbers = |text: &str| -> Vec<String> {
        let parts = text.split("[note ").skip(1);
        parts.map(|p| format!("note {}", p.split(']').next().unwrap_or_default())).collect()
    };
    let named: BTreeSet<String> =
        book.pages.iter().flat_map(|p| p.headings().into_iter().flat_map(numbers)).collect();
    let texts = |sheet: &str| -> Vec<String> {
        let Some(page) = book.pages.iter().find(|p| p.name == sheet && !p.tables.is_empty()) else {
            return Vec::new();
        };
        let text = |c: &Cell| if let Cell::Text(t) = c { t.clone() } else { String::new() };
        page.column(0).into_iter().map(text).collect()
    };
    let told: BTreeSet<String> = texts("Notes").into_iter().filter(|t| t != "none").collect();
    if named != told {
        out.push(format!("notes {named:?} are referred to, {told:?} exist"));
    }
    let listed = texts("Contents");
    let expected: Vec<&str> =
        book.pages.iter().map(|p| p.name.as_str()).filter(|n| !["Cover", "Contents"].contains(n)).collect();
    if listed != expected {
        out.push(format!("the contents list {listed:?}"));
    }
    let wanted: BTreeSet<String> =
        book.pages.iter().map(|p| p.name.clone()).filter(|n| n != "Cover").collect();
    if book.links != wanted {
        out.push(format!("links lead to {:?}", book.links));
    }
    out
}

fn page_faults(page: &Page) -> Vec<String> {
    let mut out = Vec::new();
    if page.text(0, 0).is_empty() {
        out.push("no title in A1".to_owned());
    }
    let expected = usize::from(page.name != "Cover");
    if page.tables.len() != expected {
        out.push(format!("{} tables", page.tables.len()));
        return out;
    }
    let above = page.tables.first().map_or(page.cells.len(), |t| t.first.0);
    for (row, cells) in page.cells[..above].iter().enumerate() {
        if page.text(row, 0).is_empty() || cells[1..].iter().any(|c| *c != Cell::Empty) {
            out.push(format!("row {} above the table is blank or not in column A alone", row + 1));
        }
    }
    let Some(table) = page.tables.first() else { return out };
    let width = page.cells.iter().map(Vec::len).max().unwrap_or_default();
    if table.first.1 != 0 || table.last.1 + 1 != width || table.last.0 + 1 != page.cells.len() {
        out.push("the table does not fill the sheet from column A to its last row and column".to_owned());
        return out;
    }
    let headings = page.headings();
    let distinct: BTreeSet<String> = headings.iter().map(|h| h.to_lowercase()).collect();
    if distinct.len() < headings.len() || headings.iter().any(|h| h.is_empty()) {
        out.push("headings are blank or alike".to_owned());
    }
    let plain: Vec<&str> = headings.iter().filter_map(|h| h.split(" [note").next()).collect();
    if let Some(at) = plain.iter().position(|h| *h == "Rank")
        && !plain[at..].starts_with(&["Rank", "Rank, first", "Rank, last", "Ranked among"])
    {
        out.push("a rank without its range and number beside it".to_owned());
    }
    out.extend(column_faults(page, &headings));
    if LISTINGS.contains(&page.name.as_str()) {
        if page.text(1, 0) != ONE_TABLE {
            out.push("does not say that it holds one table".to_owned());
        }
        return out;
    }
    out.extend(order_faults(page, above, headings.iter().any(|h| h.contains("[note "))));
    out
}

/// Title, subtitle, one table, notes, shorthand, source: each line where it belongs, none without need.
fn order_faults(page: &Page, above: usize, noted: bool) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 2;
    let mut next = |wanted: bool, what: &str, holds: &dyn Fn(&str) -> bool| {
        let there = at < above && holds(page.text(at, 0));
        if there != wanted {
            out.push(format!(
                "row {}: {what} {}",
                at + 1,
                if wanted { "is missing" } else { "without need" }
            ));
        }
        at += usize::from(there);
    };
    let used: BTreeSet<&str> = page.cells[above + 1..]
        .iter()
        .flatten()
        .filter_map(|c| if let Cell::Text(t) = c { MARKS.iter().find(|m| *m == t).copied() } else { None })
        .collect();
    next(true, "the number of tables", &|t| t == ONE_TABLE);
    next(noted, "the word on notes", &|t| t.contains("notes"));
    next(!used.is_empty(), "the word on shorthand", &|t| {
        t.contains("shorthand") && MARKS.iter().all(|m| t.contains(m) == used.contains(m))
    });
    next(true, "the source", &|t| t.starts_with("Source: "));
    if at != above {
        out.push(format!("{} lines above the table, {at} expected", above));
    }
    out
}

/// One type a column, and shorthand where there is no value.
fn column_faults(page: &Page, headings: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let (mut numbers, mut dates, mut words) = (0, 0, 0);
        for cell in page.column(at) {
            match cell {
                Cell::Empty => out.push(format!("a blank cell under {heading:?}")),
                Cell::Number(_) => numbers += 1,
                Cell::Date(_) => dates += 1,
                Cell::Text(t) if MARKS.contains(&t.as_str()) => {}
                Cell::Text(t) if t.is_empty() => out.push(format!("a blank text under {heading:?}")),
                Cell::Text(_) => words += 1,
            }
        }
        if [numbers, dates, words].iter().filter(|n| **n > 0).count() > 1 {
            out.push(format!("{numbers} numbers, {dates} dates and {words} words under {heading:?}"));
        }
        // A unit stands in brackets behind the title of a figure.
        if heading.contains(" (") && words > 0 {
            out.push(format!("words under {heading:?}"));
        }
    }
    out
}
