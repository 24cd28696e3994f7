//! One cell: text -> value, absence with its reason, or a fault with its code. Nothing is guessed.
//!
//! Numbers are parsed as integers or exact minor units with checked arithmetic; a double is used only where the
//! contract says `number`.

use crate::define::Field;
use crate::define::contract::FieldType;
use crate::model::{is_ccg_code, is_practice_code};
use crate::read::table::UNCACHED;
use jiff::civil::{Date, date};
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

/// A number's digits after the signs, spaces and separators that people type have been dealt with.
struct Digits {
    negative: bool,
    whole: i128,
    /// Digits after the decimal point.
    fraction: String,
    warning: Option<&'static str>,
}

fn digits(text: &str) -> Result<Digits, Parsed> {
    let mut warning = None;
    let mut s: Cow<'_, str> = Cow::Borrowed(text);
    if s.contains(NO_BREAK) {
        s = Cow::Owned(spaced(&s));
        warning = Some("NUM_NBSP");
    }
    if s.contains('\u{2212}') {
        s = Cow::Owned(s.replace('\u{2212}', "-"));
        warning = Some("NUM_UNICODE_MINUS");
    }
    let lower = s.to_ascii_lowercase();
    if matches!(lower.trim_start_matches(['+', '-']), "inf" | "infinity" | "nan" | "1.#inf" | "∞") {
        return Err(bad("NUM_NOT_FINITE", "not a finite number"));
    }
    if s.starts_with('(') && s.ends_with(')') {
        return Err(bad("NUM_PAREN_NEGATIVE", "a number in brackets"));
    }
    if s.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()) {
        return Err(bad("NUM_NON_ASCII_DIGITS", "digits of another script"));
    }
    let negative = s.starts_with('-');
    let mut body = s.trim_start_matches(['-', '+']).trim_start().to_owned();
    if let Some(flagged) = body.strip_suffix(['r', 'p', 'e'])
        && flagged.ends_with(|c: char| c.is_ascii_digit())
    {
        body = flagged.to_owned();
        warning = Some("NUM_FLAGGED");
    }
    if let Some((mantissa, exponent)) = body.split_once(['e', 'E']) {
        body = expand(mantissa, exponent)?;
        warning = Some("NUM_SCIENTIFIC");
    }
    let (whole, fraction) = body.split_once('.').unwrap_or((&body, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        let comma = fraction.split_once(',').is_some_and(|(a, b)| a.len() == 3 && b.len() <= 2);
        return Err(if comma {
            bad("NUM_DECIMAL_COMMA", "a decimal comma")
        } else {
            bad("NUM_SYNTAX", "not a number")
        });
    }
    let whole = match whole.split_once(',') {
        None => whole.to_owned(),
        Some(_) => {
            let mut groups = whole.split(',');
            let head = groups.next().unwrap_or("");
            if !(1..=3).contains(&head.len()) || !groups.clone().all(|g| g.len() == 3) {
                return Err(bad("NUM_DECIMAL_COMMA", "a comma that does not separate thousands"));
            }
            whole.replace(',', "")
        }
    };
    if (whole.is_empty() && fraction.is_empty()) || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad("NUM_SYNTAX", "not a number"));
    }
    if whole.len() > 30 {
        return Err(bad("NUM_RANGE", "a number too large to hold"));
    }
    let whole = whole.parse().unwrap_or(0);
    Ok(Digits { negative, whole, fraction: fraction.to_owned(), warning })
}

/// Spaces that a typesetter puts between thousands.
const NO_BREAK: [char; 3] = ['\u{a0}', '\u{202f}', '\u{2009}'];

/// A number with such spaces: between digits they separate thousands as a comma does, elsewhere they mean nothing.
fn spaced(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.chars() {
        if c == ' ' || NO_BREAK.contains(&c) {
            gap = true;
            continue;
        }
        if gap && c.is_ascii_digit() && out.ends_with(|last: char| last.is_ascii_digit()) {
            out.push(',');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// `1.5`, `3` -> `1500`.
fn expand(mantissa: &str, exponent: &str) -> Result<String, Parsed> {
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let power = exponent.trim_start_matches(['+', '-']);
    if whole.is_empty() || power.is_empty() || !digits(whole) || !digits(fraction) || !digits(power) {
        return Err(bad("NUM_SYNTAX", "not a number"));
    }
    let shift = match exponent.parse::<i32>() {
        Ok(shift @ -30..=30) => shift,
        // no double holds 1e309, so a spreadsheet cannot have meant a number by it
        Ok(309..) | Err(_) if !exponent.starts_with('-') => {
            return Err(bad("NUM_NOT_FINITE", "not a finite number"));
        }
        _ => return Err(bad("NUM_RANGE", "a number too large or too small to hold")),
    };
    let all = format!("{whole}{fraction}");
    let point = whole.len() as i32 + shift;
    Ok(if point <= 0 {
        format!("0.{}{all}", "0".repeat(point.unsigned_abs() as usize))
    } else if point as usize >= all.len() {
        format!("{all}{}", "0".repeat(point as usize - all.len()))
    } else {
        format!("{}.{}", &all[..point as usize], &all[point as usize..])
    })
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

fn day(field: &Field, formats: &[String], text: &str) -> Parsed {
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

fn flag(text: &str) -> Parsed {
    match text.to_ascii_lowercase().as_str() {
        "true" | "y" | "yes" | "1" => Cell::Flag(true).into(),
        "false" | "n" | "no" | "0" => Cell::Flag(false).into(),
        _ => bad("ENUM_UNKNOWN", "neither yes nor no"),
    }
}
