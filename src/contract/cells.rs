//! One cell: text -> value, absence with its reason, or a fault with its code. Nothing is guessed.
//!
//! Numbers are parsed as integers or exact minor units with checked arithmetic; a double is used only where the
//! contract says `number`.

mod days;
mod digits;

use days::day;
pub use days::{by_format, day_number, day_of};
use digits::digits;

use crate::define::Field;
use crate::define::contract::FieldType;
use crate::model::{is_ccg_code, is_practice_code};
use crate::read::table::UNCACHED;
use std::borrow::Cow;

/// What a cell turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Integer(i64),
    Number(f64),
    /// Days since 1 January 1970.
    Date(i32),
    Flag(bool),
    /// The status word.
    Absent(&'static str),
    /// Code and what is wrong.
    Bad(&'static str, Cow<'static, str>),
}

/// A cell and, if it was accepted with a reservation, the code of that.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub cell: Cell,
    pub warning: Option<&'static str>,
}

impl From<Cell> for Parsed {
    fn from(cell: Cell) -> Parsed {
        Parsed { cell, warning: None }
    }
}

fn bad(code: &'static str, message: impl Into<Cow<'static, str>>) -> Parsed {
    Cell::Bad(code, message.into()).into()
}

/// Errors that a spreadsheet leaves in a cell.
const SHEET_ERRORS: [&str; 8] =
    ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"];

/// Types one cell by its field. `formats` are the date forms to try (those of the field, or the ones left after
/// the order of day and month was inferred for the file).
pub fn parse(field: &Field, formats: &[String], prepend: Option<&str>, raw: &str) -> Parsed {
    let trimmed = raw.trim();
    let mapped = field.map.get(trimmed).map_or(trimmed, String::as_str);
    if mapped.is_empty() {
        return Cell::Absent(field.empty).into();
    }
    if let Some(status) = field.marks.get(mapped) {
        return Cell::Absent(status).into();
    }
    if mapped.len() > 1 && mapped.bytes().all(|b| b == b'#') {
        return bad("SOURCE_COLUMN_TOO_NARROW", "the value was lost in a column too narrow to show it");
    }
    if mapped == UNCACHED {
        return bad("XLSX_FORMULA_UNCACHED", "a formula without a stored result");
    }
    if SHEET_ERRORS.contains(&mapped) {
        return bad("EXCEL_ERROR_VALUE", "a spreadsheet's error value");
    }
    let stripped = match &field.strip {
        Some(pattern) => pattern.replace(mapped, ""),
        None => Cow::Borrowed(mapped),
    };
    let text = match prepend {
        Some(prefix) => Cow::Owned(format!("{prefix}{stripped}")),
        None => stripped,
    };
    let mut parsed = match field.kind {
        FieldType::Text => words(field, &text),
        FieldType::Practice | FieldType::Ccg | FieldType::Org => code(field, raw, &text),
        FieldType::Integer => integer(field, &text),
        FieldType::Number => number(field, &text),
        FieldType::Pence => pence(field, &text),
        FieldType::Date => day(field, formats, &text),
        FieldType::Flag => flag(&text),
    };
    if field.map.contains_key(trimmed) && !matches!(parsed.cell, Cell::Bad(..)) {
        parsed.warning = parsed.warning.or(Some("VALUE_MAPPED"));
    }
    parsed
}

fn words(field: &Field, text: &str) -> Parsed {
    if !field.values.is_empty() && !field.values.contains(text) {
        return bad("ENUM_UNKNOWN", "a word that the field does not know");
    }
    if field.pattern.as_ref().is_some_and(|p| !p.is_match(text)) {
        return bad("PATTERN", "not in the form of the field");
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        let c1 = text.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c));
        return if c1 {
            bad("ENC_C1_CONTROL", "a byte that the encoding leaves undefined")
        } else {
            bad("CTRL_CHAR", "a control character")
        };
    }
    if text.len() > 1_000 {
        return bad("NAME_TOO_LONG", "longer than 1,000 bytes");
    }
    let warning = text.chars().find_map(|c| match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            Some("BIDI_CONTROL")
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => Some("ZERO_WIDTH"),
        _ => None,
    });
    Parsed { cell: Cell::Text(text.to_owned()), warning }
}

fn code(field: &Field, raw: &str, text: &str) -> Parsed {
    let upper = text.to_ascii_uppercase();
    let right = match field.kind {
        FieldType::Practice => is_practice_code(&upper),
        FieldType::Ccg => is_ccg_code(&upper),
        _ => {
            (3..=9).contains(&upper.len())
                && upper.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        }
    };
    let right = right && field.pattern.as_ref().is_none_or(|p| p.is_match(&upper));
    let warning = (raw.len() != text.len() || upper != *text)
        .then_some("ODS_NORMALISED")
        .filter(|_| field.strip.is_none() && !field.map.contains_key(raw.trim()));
    if right {
        return Parsed { cell: Cell::Text(upper), warning };
    }
    if let Some(keep) = field.keep_branches
        && upper.len() == 9
        && upper.get(..6).is_some_and(is_practice_code)
        && upper.bytes().skip(6).all(|b| b.is_ascii_digit())
    {
        return if keep {
            Parsed { cell: Cell::Text(upper), warning: Some("BRANCH_CODE") }
        } else {
            bad("BRANCH_CODE", "a branch of a practice")
        };
    }
    let number_like = upper.len() <= 12 && upper.starts_with(|c: char| c.is_ascii_digit());
    if number_like && upper.contains('E') && upper.contains(['+', '.']) {
        return bad("CODE_SCIENTIFIC_MANGLED", "a spreadsheet has made a number of the code");
    }
    if !upper.is_ascii() {
        return bad("ODS_CONFUSABLE", "a letter of another script in a code");
    }
    let as_digits = upper.replace('O', "0").replace('I', "1");
    if field.kind == FieldType::Practice && is_practice_code(&as_digits) {
        return bad("ODS_CONFUSABLE", format!("a letter where a digit belongs: `{as_digits}`?"));
    }
    let expected = if field.kind == FieldType::Practice { 5..=7 } else { 2..=6 };
    if expected.contains(&upper.len()) && upper.bytes().all(|b| b.is_ascii_alphanumeric()) && upper.len() != 6
    {
        return bad("CODE_LENGTH", "a code of the wrong length");
    }
    bad("ODS_SYNTAX", "not an ODS code of this kind")
}

/// The number, or why it cannot be in this field; what was odd about its digits is said either way.
fn ranged(field: &Field, value: f64, cell: Cell, warning: Option<&'static str>) -> Parsed {
    let low = field.min.is_some_and(|m| value < m);
    let high = field.max.is_some_and(|m| value > m);
    let cell = if field.min == Some(0.0) && value < 0.0 {
        Cell::Bad("NUM_NEGATIVE", "a negative number where none can be".into())
    } else if low || high {
        let ends = match (field.min, field.max) {
            (Some(low), Some(high)) => format!("a number outside {low} to {high}"),
            (Some(low), None) => format!("a number below {low}"),
            (_, high) => format!("a number above {}", high.unwrap_or_default()),
        };
        Cell::Bad("NUM_RANGE", ends.into())
    } else {
        cell
    };
    Parsed { cell, warning }
}

fn integer(field: &Field, text: &str) -> Parsed {
    let d = match digits(text) {
        Ok(d) => d,
        Err(fault) => return fault,
    };
    if d.fraction.bytes().any(|b| b != b'0') {
        return bad("NUM_NOT_INTEGER", "a whole number was expected");
    }
    let signed = if d.negative { -d.whole } else { d.whole };
    match i64::try_from(signed) {
        Ok(n) => ranged(field, n as f64, Cell::Integer(n), d.warning),
        Err(_) => bad("NUM_RANGE", "a number too large to hold"),
    }
}

fn number(field: &Field, text: &str) -> Parsed {
    let d = match digits(text) {
        Ok(d) => d,
        Err(fault) => return fault,
    };
    let plain = format!("{}{}.{}", if d.negative { "-" } else { "" }, d.whole, d.fraction);
    match plain.parse::<f64>() {
        // the scientific form is how spreadsheets write small and large doubles: only a whole number is odd in it
        Ok(n) if n.is_finite() => {
            ranged(field, n, Cell::Number(n), d.warning.filter(|w| *w != "NUM_SCIENTIFIC"))
        }
        _ => bad("NUM_NOT_FINITE", "not a finite number"),
    }
}

fn pence(field: &Field, text: &str) -> Parsed {
    if text.contains(['$', '€', '¥']) {
        return bad("NUM_CURRENCY", "another currency than pounds");
    }
    let bare = text.replacen('£', "", 1);
    let d = match digits(bare.trim()) {
        Ok(d) => d,
        Err(fault) => return fault,
    };
    let (shown, rest) = d.fraction.split_at(d.fraction.len().min(2));
    if rest.bytes().any(|b| b != b'0') {
        return bad("NUM_SYNTAX", "an amount with parts of a penny");
    }
    let cents: i128 = format!("{shown:0<2}").parse().unwrap_or(0);
    let Some(amount) = d.whole.checked_mul(100).and_then(|p| p.checked_add(cents)) else {
        return bad("NUM_RANGE", "an amount too large to hold");
    };
    match i64::try_from(if d.negative { -amount } else { amount }) {
        Ok(p) => ranged(field, p as f64, Cell::Integer(p), d.warning),
        Err(_) => bad("NUM_RANGE", "an amount too large to hold"),
    }
}

/// Yes or no in the words that returns use, whatever their case.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "y" | "yes" | "1" => Some(true),
        "false" | "n" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn flag(text: &str) -> Parsed {
    yes_or_no(text).map_or_else(|| bad("ENUM_UNKNOWN", "neither yes nor no"), |yes| Cell::Flag(yes).into())
}
