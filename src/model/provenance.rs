//! Where figures come from and under which geography they are counted.

use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// Follows the data to every table, chart and page that it reaches. The weakest word wins when figures mix:
/// anything that rests on synthetic input is synthetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    Published,
    Returned,
    Synthetic,
}

impl Provenance {
    pub fn as_str(self) -> &'static str {
        match self {
            Provenance::Published => "published",
            Provenance::Returned => "returned",
            Provenance::Synthetic => "synthetic",
        }
    }

    pub fn parse(word: &str) -> Option<Provenance> {
        [Provenance::Published, Provenance::Returned, Provenance::Synthetic]
            .into_iter()
            .find(|p| p.as_str() == word)
    }

    /// What a table says of itself; what is not known counts as the least trustworthy.
    pub fn of(word: Option<&str>) -> Provenance {
        word.and_then(Provenance::parse).unwrap_or(Provenance::Synthetic)
    }

    #[must_use]
    pub fn worst(self, other: Provenance) -> Provenance {
        self.max(other)
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which CCG a practice counts under. Printed on every table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembershipBasis {
    /// The CCG that the source row itself names.
    AsReturned,
    /// The CCG that the Organisation Data Service gave for this date.
    AsAt(Date),
    /// As at the latest date that the Organisation Data Service files held.
    Current,
}

impl fmt::Display for MembershipBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MembershipBasis::AsReturned => f.write_str("as-returned"),
            MembershipBasis::Current => f.write_str("current"),
            MembershipBasis::AsAt(d) => write!(f, "{d}"),
        }
    }
}

impl FromStr for MembershipBasis {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        match s {
            "as-returned" => Ok(MembershipBasis::AsReturned),
            "current" => Ok(MembershipBasis::Current),
            _ => s.parse().map(MembershipBasis::AsAt).map_err(|_| {
                format!("`{s}` is not a basis: write as-returned, current or a date such as 2018-09-30")
            }),
        }
    }
}
