//! Text that a spreadsheet would run as a formula: made harmless with an apostrophe before it where a file is for people, and read
//! back as it was. What `render` and `template` write and `contract` reads goes through here, so that the two cannot part.

use std::borrow::Cow;

/// Whether a spreadsheet could run the text (OWASP's list with NUL and the full-width forms, also after spaces), or would once
/// its apostrophes are off.
pub fn runs(text: &str) -> bool {
    let first = text.trim_start_matches('\'').trim_start_matches([' ', '\u{a0}', '\u{3000}']).chars().next();
    matches!(
        first,
        Some(
            '=' | '+'
                | '-'
                | '@'
                | '\t'
                | '\r'
                | '\n'
                | '\0'
                | '\u{ff1d}'
                | '\u{ff0b}'
                | '\u{ff0d}'
                | '\u{ff20}'
        )
    )
}

/// The text as it stands in a file for people.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if runs(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text as it was before [`guarded`] made it harmless.
pub fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if runs(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guarded_runs_nowhere_and_reads_back_as_it_was() {
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
            "'=1",
            "''=1",
            "'quoted'",
            "O'Brien",
            "",
            "Dr Smith & Partners",
            "'",
            "12",
            "\u{3000}@x",
            "[x]",
        ] {
            assert_eq!(plain(&guarded(text)), text, "{text:?}");
            let first = guarded(text).trim_start_matches([' ', '\u{3000}']).chars().next();
            assert!(!first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c)), "{text:?}");
        }
        assert!(!runs("'quoted'") && !runs("O'Brien"));
    }
}
