//! The digits of a number, after the signs, spaces and separators that people type have been dealt with.

use super::{Parsed, bad};
use std::borrow::Cow;

/// A number's digits after the signs, spaces and separators that people type have been dealt with.
pub(super) struct Digits {
    pub(super) negative: bool,
    pub(super) whole: i128,
    /// Digits after the decimal point.
    pub(super) fraction: String,
    pub(super) warning: Option<&'static str>,
}

pub(super) fn digits(text: &str) -> Result<Digits, Parsed> {
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
pub(super) const NO_BREAK: [char; 3] = ['\u{a0}', '\u{202f}', '\u{2009}'];

/// A number with such spaces: between digits they separate thousands as a comma does, elsewhere they mean nothing.
pub(super) fn spaced(text: &str) -> String {
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
pub(super) fn expand(mantissa: &str, exponent: &str) -> Result<String, Parsed> {
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
