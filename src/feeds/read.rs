//! One source of one fact: stored rows -> what each practice is known to be.

use crate::define::feeds::{FactKind, FactSource};
use crate::frames::Columns;
use crate::model::Absence;
use polars::prelude::*;
use std::collections::BTreeMap;

/// What is known of one practice and fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    NotAsked,
    Unknown,
    No,
    Yes,
    /// A number of people, or of uses; `of` so many where it is a share.
    People {
        people: i64,
        of: Option<i64>,
    },
}

impl Known {
    /// Whether it is an answer, and not a silence.
    pub fn says(self) -> bool {
        !matches!(self, Known::NotAsked | Known::Unknown)
    }

    /// A number that only counts where a service is on: 0 where it is off, not known where that is not known.
    pub fn only_if(self, state: Known) -> Known {
        match (self, state) {
            (Known::People { of, .. }, Known::No) => Known::People { people: 0, of },
            (Known::People { .. }, Known::Unknown | Known::NotAsked) => Known::Unknown,
            _ => self,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Known::NotAsked => "not_asked",
            Known::Unknown => "not_known",
            Known::No => "no",
            Known::Yes => "yes",
            Known::People { .. } => "counted",
        }
    }

    /// Why there is no number.
    pub fn absence(self) -> Option<Absence> {
        match self {
            Known::NotAsked => Some(Absence::NotAsked),
            Known::Unknown => Some(Absence::NotReturned),
            Known::No | Known::Yes => Some(Absence::NotApplicable),
            Known::People { .. } => None,
        }
    }

    /// Of two rows of one practice (two systems in a month, a branch): yes stands, the larger number counts. The same people
    /// may be in both rows, so nothing is added.
    fn with(self, other: Known) -> Known {
        match (self, other) {
            (Known::People { people: a, of: x }, Known::People { people: b, of: y }) => {
                Known::People { people: a.max(b), of: x.max(y) }
            }
            (Known::People { .. }, _) => self,
            (_, Known::People { .. }) => other,
            _ if self.order() >= other.order() => self,
            _ => other,
        }
    }

    fn order(self) -> u8 {
        match self {
            Known::NotAsked => 0,
            Known::Unknown => 1,
            Known::No => 2,
            Known::Yes | Known::People { .. } => 3,
        }
    }
}

/// By practice. A practice without a row is not in the map.
pub(super) fn values<'a>(
    kind: FactKind,
    source: &FactSource,
    frame: &'a DataFrame,
) -> PolarsResult<BTreeMap<&'a str, Known>> {
    let codes = Columns(frame).texts("practice_code")?;
    let cells = Cells::read(frame, &source.column)?;
    let mut out: BTreeMap<&str, Known> = BTreeMap::new();
    for row in chosen(frame, &source.rows)? {
        let Some(code) = codes[row] else { continue };
        let known = match kind {
            FactKind::State => cells.state(row, source),
            FactKind::Share | FactKind::Count => cells.number(row),
        };
        out.entry(code).and_modify(|k| *k = k.with(known)).or_insert(known);
    }
    if kind == FactKind::Share {
        let mut all: BTreeMap<&str, i64> = BTreeMap::new();
        for row in chosen(frame, &source.of)? {
            if let (Some(code), Known::People { people, .. }) = (codes[row], cells.number(row)) {
                let entry = all.entry(code).or_default();
                *entry = people.max(*entry);
            }
        }
        for (code, known) in &mut out {
            if let Known::People { people, .. } = *known {
                // a share of nobody, or of nobody knows how many, is not known
                *known = match all.get(code) {
                    Some(of) if *of > 0 => Known::People { people, of: Some(*of) },
                    _ => Known::Unknown,
                };
            }
        }
    }
    Ok(out)
}

/// Row numbers.
fn chosen(frame: &DataFrame, rows: &BTreeMap<String, String>) -> PolarsResult<Vec<usize>> {
    let mut keep: Vec<usize> = (0..frame.height()).collect();
    for (column, wanted) in rows {
        let cells = frame.column(column)?.cast(&DataType::String)?;
        let cells = cells.str()?;
        keep.retain(|row| cells.get(*row) == Some(wanted.as_str()));
    }
    Ok(keep)
}

/// A column as words, with the status beside it.
struct Cells {
    words: StringChunked,
    status: Option<StringChunked>,
}

impl Cells {
    fn read(frame: &DataFrame, column: &str) -> PolarsResult<Cells> {
        let words = frame.column(column)?.cast(&DataType::String)?.str()?.clone();
        let status = match frame.column(&format!("{column}_status")) {
            Ok(status) => Some(status.str()?.clone()),
            Err(_) => None,
        };
        Ok(Cells { words, status })
    }

    /// The word, or the silence that the row itself states.
    fn word(&self, row: usize) -> Result<&str, Known> {
        match self.status.as_ref().and_then(|s| s.get(row)) {
            Some("not_available" | "not_applicable") => Err(Known::NotAsked),
            Some(_) => Err(Known::Unknown),
            None => self.words.get(row).ok_or(Known::Unknown),
        }
    }

    fn state(&self, row: usize, source: &FactSource) -> Known {
        match self.word(row) {
            Err(silence) => silence,
            Ok(word) if source.yes.iter().any(|y| y == word) => Known::Yes,
            Ok(word) if source.no.iter().any(|n| n == word) => Known::No,
            Ok(_) => Known::Unknown,
        }
    }

    fn number(&self, row: usize) -> Known {
        match self.word(row).map(str::parse) {
            Err(silence) => silence,
            Ok(Ok(people)) if people >= 0 => Known::People { people, of: None },
            Ok(_) => Known::Unknown,
        }
    }
}
