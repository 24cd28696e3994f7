//! Published tables as CSV: UTF-8 without a byte order mark, RFC 4180, CRLF, one header row.
//!
//! Absent values stand as bracketed shorthand. Escaping is by type: a text cell that a spreadsheet would run as a
//! formula gets a leading apostrophe, a number never does. [`unescape`] undoes it, so nothing is lost.
//!
//! [`sheet`] writes the small files that go to people and come back (previews, forms): guarded alike, and read back as they were
//! by contracts that are `guarded`.

use crate::read::formula::{guarded, runs};
use crate::report::{Table, TableColumn, Values};
use rayon::prelude::*;
use std::fmt::Write;
use std::ops::Range;

/// Rows a thread writes at a time.
const BLOCK: usize = 4 * 1024;
/// Blocks written at a time.
const WAVE: usize = 16;

pub fn write(table: &Table) -> Vec<u8> {
    let mut out = String::new();
    for (i, column) in table.columns.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        quoted(&column.name, &mut out);
    }
    out.push_str("\r\n");
    let mut bytes = out.into_bytes();
    let blocks: Vec<Range<usize>> = (0..table.rows.div_ceil(BLOCK))
        .map(|block| block * BLOCK..((block + 1) * BLOCK).min(table.rows))
        .collect();
    // A few blocks at a time, so that the text is never there twice.
    for wave in blocks.chunks(WAVE) {
        let texts: Vec<String> = wave.par_iter().map(|block| rows(table, block.clone())).collect();
        texts.into_iter().for_each(|text| bytes.extend_from_slice(text.as_bytes()));
    }
    bytes
}

/// A file of texts for people, who open it in a spreadsheet and fill it in: rows with their header, an empty cell left empty.
pub fn sheet<'t, R>(rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = &'t str>,
{
    let mut out = String::new();
    for row in rows {
        for (i, cell) in row.into_iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            if !cell.is_empty() {
                quoted(&guarded(cell), &mut out);
            }
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn rows(table: &Table, range: Range<usize>) -> String {
    let mut out = String::with_capacity(range.len() * table.columns.len() * 8);
    for row in range {
        for (i, column) in table.columns.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            if !cell(column, row, &mut out) {
                let why = column.absence.as_ref().and_then(|a| a[row]).unwrap_or(column.empty);
                out.push_str(why.shorthand());
            }
        }
        out.push_str("\r\n");
    }
    out
}

/// Writes the value; false if there is none.
fn cell(column: &TableColumn, row: usize, out: &mut String) -> bool {
    // Writing to a String cannot fail.
    match &column.values {
        Values::Text(texts) => match texts.get(row) {
            Some(text) => {
                if acts_as_formula(text) {
                    quoted(&format!("'{text}"), out);
                } else {
                    quoted(text, out);
                }
                true
            }
            None => false,
        },
        Values::Int(v) => v[row].map(|n| _ = write!(out, "{n}")).is_some(),
        // The shortest digits that read back as the same number.
        Values::Float(v) => v[row].map(|x| _ = write!(out, "{}", if x == 0.0 { 0.0 } else { x })).is_some(),
        Values::Date(v) => v[row].map(|d| _ = write!(out, "{d}")).is_some(),
        Values::Bool(v) => v[row].map(|b| out.push_str(if b { "true" } else { "false" })).is_some(),
    }
}

/// Quotes where RFC 4180 asks for it, and empty text, which would otherwise look like nothing.
fn quoted(text: &str, out: &mut String) {
    let plain = !text.is_empty()
        && !text.contains(['"', ',', '\r', '\n'])
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace);
    if plain {
        out.push_str(text);
        return;
    }
    out.push('"');
    for part in text.split_inclusive('"') {
        out.push_str(part);
        if part.ends_with('"') {
            out.push('"');
        }
    }
    out.push('"');
}

/// Text that a spreadsheet could run, text that looks like a shorthand of ours, and text that would read as already escaped.
fn acts_as_formula(text: &str) -> bool {
    runs(text) || matches!(text.trim_start_matches('\''), "[x]" | "[z]" | "[c]")
}

/// The text as it was before [`write`] made it harmless.
pub fn unescape(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if acts_as_formula(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaping_by_type_can_be_undone_for_any_text() {
        for text in [
            "=1+1",
            "+44 20",
            "-5",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\nx",
            "  =x",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "\0=",
            "[x]",
            "'=1",
            "''=1",
            "'quoted'",
            "O'Brien",
            "",
            "Dr Smith & Partners",
            "'",
            "12",
            "\u{3000}@x",
        ] {
            let written = if acts_as_formula(text) { format!("'{text}") } else { text.to_owned() };
            assert_eq!(unescape(&written), text, "{text:?}");
            let first = written.trim_start_matches(' ').chars().next();
            assert!(!matches!(
                first,
                Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
            ));
        }
        assert!(!acts_as_formula("'quoted'") && !acts_as_formula("O'Brien"));
    }

    #[test]
    fn a_sheet_for_people_runs_nothing_and_leaves_empty_cells_to_fill_in() {
        let written =
            sheet([["practice_name", "corrected"], ["=HYPERLINK(\"a\",\"b\")", ""], ["O'Brien", "12"]]);
        let expected = "practice_name,corrected\r\n\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\",\r\nO'Brien,12\r\n";
        assert_eq!(String::from_utf8_lossy(&written), expected);
    }

    #[test]
    fn quoting_follows_rfc_4180() {
        let check = |text: &str, expected: &str| {
            let mut out = String::new();
            quoted(text, &mut out);
            assert_eq!(out, expected);
        };
        check("plain", "plain");
        check("a,b", "\"a,b\"");
        check("say \"ah\"", "\"say \"\"ah\"\"\"");
        check("two\r\nlines", "\"two\r\nlines\"");
        check("", "\"\"");
    }
}
