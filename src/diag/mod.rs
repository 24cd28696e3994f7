//! What the data or a definition got wrong, as values.
//!
//! A stage returns its best value and its [`Diagnostic`]s. They are collected in one pass, folded ("and 412 more
//! like this"), written to `quality/issues` and shown as snippets. A code is stable, has one row in
//! [`codes::TABLE`], and an `explain`. What the machine got wrong (disk full, file gone) is not here: that is an
//! `Error` of the stage.

pub mod codes;
mod fold;
mod place;
mod snippet;

pub use codes::{Code, Scope, Severity};
pub use fold::{Folded, fold};
pub use place::Place;
pub use snippet::{grouped, render};

/// One fault, with its place and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub code: &'static Code,
    /// Normally that of the code; a contract may be stricter.
    pub severity: Severity,
    /// Id of the dataset, when a contract had claimed the file.
    pub dataset: Option<String>,
    pub place: Place,
    /// The offending text, at most 60 characters, control characters escaped.
    pub found: Option<String>,
    /// What is wrong here, in one sentence without the place.
    pub message: String,
    /// What to do, when this place knows better than the code's general remedy.
    pub hint: Option<String>,
    /// How many cells, rows or files this stands for.
    pub count: u64,
}

impl Diagnostic {
    /// `name` is a row of [`codes::TABLE`]; an unknown name is a bug and panics in tests.
    pub fn new(name: &str, place: Place, message: impl Into<String>) -> Diagnostic {
        let code = codes::by_name(name);
        Diagnostic {
            code,
            severity: code.severity,
            dataset: None,
            place,
            found: None,
            message: message.into(),
            hint: None,
            count: 1,
        }
    }

    #[must_use]
    pub fn found(mut self, text: &str) -> Diagnostic {
        self.found = Some(excerpt(text));
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn dataset(mut self, id: &str) -> Diagnostic {
        self.dataset = Some(id.to_owned());
        self
    }

    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Diagnostic {
        self.severity = severity;
        self
    }

    #[must_use]
    pub fn times(mut self, count: u64) -> Diagnostic {
        self.count = count;
        self
    }

    /// The hint, or else the remedy of the code.
    pub fn remedy(&self) -> &str {
        self.hint.as_deref().unwrap_or(self.code.remedy)
    }
}

/// At most 60 characters, with control and invisible characters escaped so that they cannot act on a terminal.
pub fn excerpt(text: &str) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == 60 {
            out.push('…');
            break;
        }
        let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{061c}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
        if c.is_control() || invisible { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}
