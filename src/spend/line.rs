//! One line of spend, read and classified, wherever it comes from.

use super::day::Day;
use super::stated::Stated;
use crate::define::spend::Category;
use jiff::civil::Date;

/// Where a line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Published spend over a threshold.
    #[default]
    Published,
    /// The CCG's own return.
    Return,
}

impl Origin {
    /// The word of the column `source`.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Published => "published_lines",
            Origin::Return => "return",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub origin: Origin,
    /// False for published lines of a CCG that has made a return.
    pub counted: bool,
    pub ccg: String,
    pub ccg_name: Option<String>,
    /// Month of the financial year: 1 is April.
    pub month: Option<u8>,
    pub date: Option<String>,
    /// The day of a published line.
    pub day: Day,
    pub description: Option<String>,
    /// Category as the CCG states it.
    pub stated: Option<String>,
    pub expense_type: Option<String>,
    pub expense_area: Option<String>,
    pub supplier: Option<String>,
    pub transaction: Option<String>,
    pub pence: i64,
    /// Not a whole number of pence in its unit: counts in nothing.
    pub odd_unit: bool,
    pub in_scope: bool,
    pub swapped: bool,
    pub repeated: bool,
    /// Many times dearer or cheaper per head than elsewhere.
    pub odd_price: bool,
    pub covers: Option<(Date, Date)>,
    pub covers_unclear: bool,
    pub recharge: Option<Payee>,
    /// Another CCG, for which this was bought.
    pub for_other: Option<String>,
    pub bill: Option<String>,
    pub share: Option<f64>,
    pub shares_wrong: bool,
    /// The population that the CCG says it divides by.
    pub population: Option<Stated>,
    pub category: Option<Category>,
    /// The scope map was asked and has no rule that fits.
    pub unmapped: bool,
    pub file: Option<String>,
    pub row: Option<i64>,
}

/// The CCG that a recharge goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Payee {
    /// As the line writes it.
    pub name: String,
    /// Where a CCG of that name is known.
    pub code: Option<String>,
}

impl Line {
    /// Whether its money is in any figure.
    pub fn counts(&self) -> bool {
        self.counted && self.in_scope && !self.odd_unit
    }

    /// The codes of what is odd about it, in order.
    pub fn flags(&self) -> Vec<&'static str> {
        let all = [
            (self.recharge.is_some(), "M001"),
            (self.swapped, "M003"),
            (self.pence < 0, "M004"),
            (!self.in_scope, "M005"),
            (self.repeated, "M006"),
            (self.unmapped, "M030"),
            (self.shares_wrong, "M032"),
            (self.odd_price, "M034"),
            (self.odd_unit, "M035"),
            (self.covers_unclear, "M036"),
            (matches!(self.day, Day::Invalid(_)), "M040"),
            (matches!(self.day, Day::Ambiguous(..)), "M041"),
        ];
        all.into_iter().filter(|(is, _)| *is).map(|(_, code)| code).collect()
    }
}
