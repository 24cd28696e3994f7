//! Why a value is not there. Four absences stay apart from file to feed.

use std::fmt;

/// The reason of an absent answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Absence {
    /// It was asked of this unit and no usable answer came.
    NotReturned,
    /// The question does not apply to this unit.
    NotApplicable,
    /// Nobody was asked in this period or edition.
    NotAsked,
    /// An answer exists and its publisher withheld it (disclosure control).
    Withheld,
}

impl Absence {
    pub const ALL: [Absence; 4] =
        [Absence::NotReturned, Absence::NotApplicable, Absence::NotAsked, Absence::Withheld];

    /// The word used in tables (`indicator_values.absence`).
    pub fn as_str(self) -> &'static str {
        match self {
            Absence::NotReturned => "not_returned",
            Absence::NotApplicable => "not_applicable",
            Absence::NotAsked => "not_asked",
            Absence::Withheld => "withheld",
        }
    }

    pub fn parse(word: &str) -> Option<Absence> {
        Absence::ALL.into_iter().find(|a| a.as_str() == word)
    }

    /// The Analysis Function's bracketed shorthand, used in published CSV and on pages:
    /// `[x]` not available, `[z]` not applicable, `[c]` confidential.
    pub fn shorthand(self) -> &'static str {
        match self {
            Absence::NotReturned | Absence::NotAsked => "[x]",
            Absence::NotApplicable => "[z]",
            Absence::Withheld => "[c]",
        }
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
