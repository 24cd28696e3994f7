//! The population that a CCG says it divides by, beside the published one that this project divides by.

use super::population::{Population, Resident, ratio};

/// A population as lines of a return state it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stated {
    /// `registered`, `weighted` or `resident`; a return may leave it open.
    pub of: Option<String>,
    pub people: i64,
}

/// The published population nearest to a stated one, of the kind that it states.
pub(super) struct Beside {
    pub kind: &'static str,
    pub people: f64,
    /// Stated over published, less 1.
    pub excess: f64,
}

impl Stated {
    /// `None` where no such population of the CCG is published.
    #[expect(clippy::cast_precision_loss, reason = "people of a CCG are far below 2^53")]
    pub fn beside(&self, people: Option<&Population>, resident: Option<&Resident>) -> Option<Beside> {
        let published = [
            ("registered", people.map(|p| ratio(p.registered, 1))),
            ("weighted", people.and_then(|p| p.weighted)),
            ("resident", resident.map(|r| ratio(r.people, 1))),
        ];
        let wanted = |kind: &str| self.of.as_deref().is_none_or(|of| of == kind);
        let beside = |(kind, people): (&'static str, Option<f64>)| {
            let people = people.filter(|p| *p > 0.0 && wanted(kind))?;
            Some(Beside { kind, people, excess: self.people as f64 / people - 1.0 })
        };
        published.into_iter().filter_map(beside).min_by(|a, b| a.excess.abs().total_cmp(&b.excess.abs()))
    }
}
