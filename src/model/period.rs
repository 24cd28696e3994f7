//! Periods: months, financial quarters and years, and points in time.
//!
//! In files `period` is the last day of the period as an ISO date (`2018-09-30`) and `period_label` is for
//! people (`2018/19 Q2`). The NHS financial year runs from 1 April to 31 March.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A state at one date.
    Point,
    Month,
    Quarter,
    /// April to March.
    FinancialYear,
}

impl Grain {
    pub fn parse(word: &str) -> Option<Grain> {
        Some(match word {
            "point" => Grain::Point,
            "month" => Grain::Month,
            "quarter" => Grain::Quarter,
            "financial_year" => Grain::FinancialYear,
            _ => return None,
        })
    }
}

/// `2018/19`, the financial year that begins in April of `first`.
pub fn financial_year(first: i16) -> String {
    format!("{first}/{:02}", (first + 1).rem_euclid(100))
}

/// A period of one grain, named by its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    end: Date,
    grain: Grain,
}

impl Period {
    /// The period of this grain that holds `day`.
    pub fn containing(grain: Grain, day: Date) -> Period {
        let end = match grain {
            Grain::Point => day,
            Grain::Month => day.last_of_month(),
            Grain::Quarter => {
                let last_month = (day.month() - 1) / 3 * 3 + 3;
                date(day.year(), last_month, 1).last_of_month()
            }
            Grain::FinancialYear => date(day.year() + i16::from(day.month() > 3), 3, 31),
        };
        Period { end, grain }
    }

    pub fn end(self) -> Date {
        self.end
    }

    pub fn grain(self) -> Grain {
        self.grain
    }

    pub fn start(self) -> Date {
        match self.grain {
            Grain::Point => self.end,
            Grain::Month => self.end.first_of_month(),
            Grain::Quarter => self.end.first_of_month().saturating_sub(2.months()),
            Grain::FinancialYear => date(self.end.year() - 1, 4, 1),
        }
    }

    pub fn contains(self, day: Date) -> bool {
        self.start() <= day && day <= self.end
    }

    /// The financial quarter in which this period ends.
    pub fn quarter(self) -> Period {
        Period::containing(Grain::Quarter, self.end)
    }

    /// `2018/19`, the financial year in which the period ends.
    pub fn financial_year_label(self) -> String {
        financial_year(self.end.year() - i16::from(self.end.month() <= 3))
    }

    /// For people: `2018/19 Q2`, `September 2018`, `2018/19`, `30 September 2018`.
    pub fn label(self) -> String {
        match self.grain {
            Grain::Quarter => {
                let q = (self.end.month() + 8) % 12 / 3 + 1;
                format!("{} Q{q}", self.financial_year_label())
            }
            Grain::FinancialYear => self.financial_year_label(),
            Grain::Month => self.end.strftime("%B %Y").to_string(),
            Grain::Point => self.end.strftime("%-d %B %Y").to_string(),
        }
    }
}

/// The ISO date of the last day.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_financial_year_starts_in_april() {
        let check = |day, label: &str, end| {
            let q = Period::containing(Grain::Quarter, day);
            assert_eq!((q.label().as_str(), q.end()), (label, end));
            assert!(q.contains(day) && q.contains(q.start()) && q.contains(q.end()));
        };
        check(date(2018, 9, 1), "2018/19 Q2", date(2018, 9, 30));
        check(date(2018, 4, 1), "2018/19 Q1", date(2018, 6, 30));
        check(date(2019, 3, 31), "2018/19 Q4", date(2019, 3, 31));
        check(date(2020, 2, 29), "2019/20 Q4", date(2020, 3, 31));
        check(date(2099, 12, 1), "2099/00 Q3", date(2099, 12, 31));
    }

    #[test]
    fn a_financial_year_is_named_by_its_last_day() {
        let y = Period::containing(Grain::FinancialYear, date(2014, 12, 25));
        assert_eq!((y.to_string().as_str(), y.label().as_str()), ("2015-03-31", "2014/15"));
        assert_eq!(y.start(), date(2014, 4, 1));
    }
}
