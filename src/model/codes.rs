//! Organisation Data Service (ODS) codes.
//!
//! A practice has six characters (`A81001`, `Y02622`). A CCG has `[0-9][0-9][A-Z]`, or from 1 April 2020
//! `[A-Z][0-9][A-Z][0-9][A-Z]` (standard DCB0090). Branches of a practice carry its code and three digits.

use std::fmt;

/// Why a code was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// Not the characters of such a code.
    Syntax,
    /// A letter of another script that looks right.
    Confusable,
    /// A spreadsheet has turned the code into a number such as `5.00E+01`.
    ScientificMangled,
    /// Right characters, wrong length.
    Length,
}

/// `[A-Z][0-9]{5}`; ODS issues `Y` codes and location codes in the same form.
pub fn is_practice_code(code: &str) -> bool {
    let b = code.as_bytes();
    b.len() == 6 && b[0].is_ascii_uppercase() && b[1..].iter().all(u8::is_ascii_digit)
}

/// The three-character form, or the five-character form of DCB0090.
pub fn is_ccg_code(code: &str) -> bool {
    let d = |c: u8| c.is_ascii_digit();
    let u = |c: u8| c.is_ascii_uppercase();
    match code.as_bytes() {
        [a, b, c] => d(*a) && d(*b) && u(*c),
        [a, b, c, e, f] => u(*a) && d(*b) && u(*c) && d(*e) && u(*f),
        _ => false,
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn parse(code: &str) -> Option<$name> {
                $check(code).then(|| $name(code.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code!(
    /// A GP practice.
    PracticeCode, is_practice_code
);
code!(
    /// A clinical commissioning group, or the sub-ICB location that took over its code in July 2022.
    CcgCode, is_ccg_code
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_of_ccg_codes_are_codes_and_old_pct_codes_are_not() {
        for good in ["00C", "13T", "93C", "D4U1Y", "A3A8R"] {
            assert!(is_ccg_code(good), "{good}");
        }
        for bad in ["5P2", "07L00", "QHM", "Y54", "00c", "", "D4U1", "ÀÀ"] {
            assert!(!is_ccg_code(bad), "{bad}");
        }
    }

    #[test]
    fn a_branch_is_not_a_practice() {
        assert!(is_practice_code("A81001"));
        assert!(!is_practice_code("A81001001"));
        assert!(!is_practice_code("a81001"));
        assert!(!is_practice_code("A8100O"));
    }
}
