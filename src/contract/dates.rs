//! Whether the dates of a column have the day first or the month first.
//!
//! Where a contract lists both forms, the dates that fit only one of them decide for the whole file: one program wrote
//! it. Where they say nothing, or both, the smallest unit that answers for itself decides: of a dataset that is
//! collected in parts (a return of each CCG) each part by its own dates, and only a part whose dates can be told
//! neither way is refused; of any other dataset the file is. No date is guessed.

use super::cells::{Cell, by_format, parse};
use super::column::{ColumnPart, Values};
use super::header::Claim;
use crate::define::Field;
use crate::diag::Diagnostic;
use crate::read::lexer::Chunk;
use crate::read::table::Table;
use std::collections::BTreeMap;

const DAY_FIRST: &str = "%d/%m/%Y";
const MONTH_FIRST: &str = "%m/%d/%Y";

/// How a part of a file writes its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    DayFirst,
    MonthFirst,
    /// By this code, for the date on this line.
    Refused(&'static str, u32),
}

/// How the dates of a column are read.
#[derive(Debug, Default)]
pub struct Order {
    /// The forms to try, in order.
    pub formats: Vec<String>,
    /// Where the file as a whole does not say: by part.
    by_part: BTreeMap<String, Reading>,
}

/// The column that says of which part a row is: index into the table's columns, and the field.
pub type PartColumn<'a> = Option<(usize, &'a Field)>;

/// Cells of one reading: how many, and the chunk and row of the first.
#[derive(Clone, Copy, Default)]
struct Seen {
    count: usize,
    first: (usize, usize),
}

impl Seen {
    fn add(&mut self, chunk: usize, row: usize) {
        if self.count == 0 {
            self.first = (chunk, row);
        }
        self.count += 1;
    }

    fn dates(&self) -> String {
        if self.count == 1 { "1 date".to_owned() } else { format!("{} dates", self.count) }
    }
}

#[derive(Clone, Copy, Default)]
struct Tally {
    day: Seen,
    month: Seen,
    either: Seen,
}

impl Tally {
    fn add(&mut self, kind: Kind, chunk: usize, row: usize) {
        match kind {
            Kind::Day => &mut self.day,
            Kind::Month => &mut self.month,
            Kind::Either => &mut self.either,
        }
        .add(chunk, row);
    }

    /// `None` where no date needs an order.
    fn reading(&self, table: &Table) -> Option<Reading> {
        let refused = |code, (chunk, row): (usize, usize)| {
            Some(Reading::Refused(code, table.chunks[chunk].places[row].line))
        };
        match (self.day.count, self.month.count) {
            (0, 0) if self.either.count > 0 => refused("DATE_AMBIGUOUS", self.cause()),
            (0, 0) => None,
            (_, 0) => Some(Reading::DayFirst),
            (0, _) => Some(Reading::MonthFirst),
            _ => refused("DATE_MIXED_ORDER", self.cause()),
        }
    }

    /// The cell that shows what is wrong: of mixed dates the first of the rarer kind.
    fn cause(&self) -> (usize, usize) {
        match (self.day.count, self.month.count) {
            (0, 0) => self.either.first,
            (day, month) if day < month => self.day.first,
            _ => self.month.first,
        }
    }

    fn fault(&self, field: &str) -> String {
        let (day, month) = (self.day, self.month);
        if day.count + month.count == 0 {
            return format!("{} in {field} can be read day first or month first", self.either.dates());
        }
        format!("{} in {field} with the day first, {} with the month", day.dates(), month.dates())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Day,
    Month,
    Either,
}

/// What one cell tells; nothing, when it is no date of these forms or the same day by both.
fn kind(text: &str) -> Option<Kind> {
    match (by_format(DAY_FIRST, text), by_format(MONTH_FIRST, text)) {
        (Some(a), Some(b)) if a == b => None,
        (Some(_), Some(_)) => Some(Kind::Either),
        (Some(_), None) => Some(Kind::Day),
        (None, Some(_)) => Some(Kind::Month),
        (None, None) => None,
    }
}

/// The part that a row is of; `None` where that cannot be read.
fn part_of(part: PartColumn<'_>, table: &Table, chunk: &Chunk, row: usize) -> Option<String> {
    let (at, field) = part?;
    match parse(field, &[], None, table.cell(chunk, at, row)).cell {
        Cell::Text(word) => Some(word),
        _ => None,
    }
}

/// The order of a column, with what there is to say of the parts that are refused.
///
/// # Errors
/// A file without parts that does not tell.
pub fn order(
    field: &Field,
    table: &Table,
    at: usize,
    claim: &Claim<'_>,
    part: PartColumn<'_>,
) -> Result<(Order, Vec<Diagnostic>), Box<Diagnostic>> {
    let has = |form: &str| field.formats.iter().any(|x| x == form);
    let plain = |formats: Vec<String>| Ok((Order { formats, by_part: BTreeMap::new() }, Vec::new()));
    if !has(DAY_FIRST) || !has(MONTH_FIRST) {
        return plain(field.formats.clone());
    }
    let mut file = Tally::default();
    let mut parts: BTreeMap<String, Tally> = BTreeMap::new();
    for (c, chunk) in table.chunks.iter().enumerate() {
        for row in 0..chunk.places.len() {
            let Some(kind) = kind(table.cell(chunk, at, row).trim()) else { continue };
            file.add(kind, c, row);
            if let Some(word) = part_of(part, table, chunk, row) {
                parts.entry(word).or_default().add(kind, c, row);
            }
        }
    }
    let without = |form: &str| field.formats.iter().filter(|f| *f != form).cloned().collect();
    let code = match file.reading(table) {
        Some(Reading::Refused(code, _)) => code,
        Some(Reading::MonthFirst) => return plain(without(DAY_FIRST)),
        _ => return plain(without(MONTH_FIRST)),
    };
    let say = |code: &'static str, message: String, (c, row): (usize, usize)| {
        let chunk = &table.chunks[c];
        let place = table.cell_place(chunk.places[row], at, Some(&field.name));
        let found = table.cell(chunk, at, row);
        Diagnostic::new(code, place, message).dataset(&claim.contract.id).found(found)
    };
    let Some((_, owner)) = part else {
        return Err(Box::new(say(code, file.fault(&field.name), file.cause())));
    };
    let mut by_part = BTreeMap::new();
    let mut refused = Vec::new();
    for (word, tally) in parts {
        let Some(reading) = tally.reading(table) else { continue };
        if let Reading::Refused(code, _) = reading {
            let what = tally.fault(&field.name);
            let message = format!(
                "{what}: the return of {} {word} is refused, the others of the file stand",
                owner.name
            );
            refused.push(say(code, message, tally.cause()));
        }
        by_part.insert(word, reading);
    }
    Ok((Order { formats: field.formats.clone(), by_part }, refused))
}

impl Order {
    /// Reads again the dates of a typed column that the file alone could not tell; those of a refused part are absent.
    pub fn settle(
        &self,
        column: &mut ColumnPart,
        table: &Table,
        chunk: &Chunk,
        at: usize,
        part: PartColumn<'_>,
    ) {
        let Values::Date(days) = &mut column.values else { return };
        if self.by_part.is_empty() {
            return;
        }
        for (row, day) in days.iter_mut().enumerate() {
            let text = table.cell(chunk, at, row).trim();
            if kind(text) != Some(Kind::Either) {
                continue;
            }
            let reading = part_of(part, table, chunk, row).and_then(|word| self.by_part.get(&word).copied());
            let form = match reading {
                Some(Reading::DayFirst) => DAY_FIRST,
                Some(Reading::MonthFirst) => MONTH_FIRST,
                Some(Reading::Refused(..)) | None => {
                    *day = None;
                    continue;
                }
            };
            *day = by_format(form, text).map(super::cells::day_number);
        }
    }

    /// The parts that are refused, with the code and the line of the date.
    pub fn refused(&self) -> impl Iterator<Item = (&str, (&'static str, u32))> {
        self.by_part.iter().filter_map(|(word, reading)| match reading {
            Reading::Refused(code, line) => Some((word.as_str(), (*code, *line))),
            _ => None,
        })
    }
}
