//! Dates: by the forms that a contract states, and as the serial numbers of spreadsheets.

use super::{Cell, Parsed, bad};
use crate::define::Field;
use jiff::civil::{Date, date};

/// Days since 1970.
pub fn day_number(day: Date) -> i32 {
    day.since(date(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// The date of a day number.
pub fn day_of(number: i32) -> Date {
    use jiff::ToSpan;
    date(1970, 1, 1).saturating_add(i64::from(number).days())
}

/// Reads `text` by one form; a form without a day means the first of the month.
pub fn by_format(format: &str, text: &str) -> Option<Date> {
    if format.contains("%d") || format.contains("%e") {
        Date::strptime(format, text).ok()
    } else {
        Date::strptime(format!("{format} %d"), format!("{text} 01")).ok()
    }
}

pub(super) fn day(field: &Field, formats: &[String], text: &str) -> Parsed {
    let found = formats.iter().find_map(|f| by_format(f, text).map(|d| (d, f)));
    let (d, warning) = match found {
        Some((d, f)) => (d, f.contains("%y").then_some("DATE_TWO_DIGIT_YEAR")),
        // day 60 of a spreadsheet is 29 February 1900, which does not exist: only later numbers are taken
        None => match text.parse::<i64>() {
            Ok(serial @ 20_000..=80_000) => {
                use jiff::ToSpan;
                (date(1899, 12, 30).saturating_add(serial.days()), Some("DATE_SERIAL"))
            }
            _ => {
                return bad("DATE_INVALID", format!("not a date in any of the forms {}", formats.join(", ")));
            }
        },
    };
    let (low, high) = (field.min.unwrap_or(1900.0), field.max.unwrap_or(2100.0));
    let year = f64::from(d.year());
    if year < low || year > high {
        return bad("DATE_RANGE", format!("a year outside {low} to {high}"));
    }
    Parsed { cell: Cell::Date(day_number(d)), warning }
}
