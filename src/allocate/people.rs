//! The people that money is divided by.

use crate::define::scenario::Denominator;

/// One CCG. Counts are millionths of a person; `None` is not known, which is not nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    pub code: String,
    pub name: Option<String>,
    pub registered: Option<i64>,
    pub weighted: Option<i64>,
    pub resident: Option<i64>,
}

impl Unit {
    pub fn heads(&self, denominator: Denominator) -> Option<i64> {
        match denominator {
            Denominator::Registered => self.registered,
            Denominator::Weighted => self.weighted,
            Denominator::Resident => self.resident,
        }
    }
}

/// A practice, its CCG and its registered patients in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub practice: String,
    pub ccg: String,
    pub patients: i64,
}

/// All CCGs of one year, sorted by code, and where their people were counted.
#[derive(Clone, Debug, Default)]
pub struct People {
    pub units: Vec<Unit>,
    /// Their practices, where the source counts by practice: what tells where a CCG that has ended went.
    pub members: Vec<Member>,
    /// As the tables have it: dataset and period.
    pub source: String,
    /// The same for people: title of the source, and of when.
    pub counted: String,
}

impl People {
    /// People of the country, in millionths.
    pub fn heads(&self, denominator: Denominator) -> i64 {
        self.units.iter().filter_map(|u| u.heads(denominator)).sum()
    }
}

/// Millionths as people.
#[expect(clippy::cast_precision_loss, reason = "60 million people in millionths are 6e13, below 2^53")]
pub(super) fn persons(millionths: i64) -> f64 {
    millionths as f64 / 1e6
}
