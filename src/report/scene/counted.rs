//! Who is counted: one place for the numbers of practices and patients, so that every page means the same by them.

use super::Scene;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Practices and patients of the quarter on show.
pub struct Counted {
    /// Every practice with a row.
    pub all: usize,
    /// Open on the last day and expected to answer.
    expected: usize,
    /// With at least one answer.
    pub answering: usize,
    /// With a published list size.
    listed: usize,
    pub patients: i64,
    /// The day of the lists that hold most of the patients, and practices with a list of another day or of one that nobody states;
    /// `None` where no day is stated.
    lists_of: Option<(Date, usize)>,
}

impl Scene<'_> {
    pub fn counted(&self) -> Counted {
        let of =
            |wanted: &dyn Fn(&super::Practice) -> bool| self.practices.iter().filter(|p| wanted(p)).count();
        Counted {
            all: self.practices.len(),
            expected: of(&|p| p.expected),
            answering: of(&|p| p.coverage.is_some_and(|c| c > 0.0)),
            listed: of(&|p| p.list_size.is_some()),
            patients: self.practices.iter().filter_map(|p| p.list_size).sum(),
            lists_of: self.lists_of(),
        }
    }

    fn lists_of(&self) -> Option<(Date, usize)> {
        let mut by_day: BTreeMap<Option<Date>, (i64, usize)> = BTreeMap::new();
        for (day, patients) in self.practices.iter().filter_map(|p| Some((p.list_day, p.list_size?))) {
            let of_day = by_day.entry(day).or_default();
            *of_day = (of_day.0 + patients, of_day.1 + 1);
        }
        let stated = by_day.iter().filter_map(|(day, (patients, _))| Some((patients, (*day)?)));
        let (_, most) = stated.max()?;
        let others =
            by_day.iter().filter(|(day, _)| **day != Some(most)).map(|(_, (_, practices))| practices);
        Some((most, others.sum()))
    }
}

impl Counted {
    /// Which practices all of them are.
    pub fn practices(&self) -> String {
        let expected = format!("{} open and expected in the quarter", practices(self.expected));
        match self.all - self.expected {
            0 => expected,
            others => {
                format!("{expected} and {} that answered all the same", words::count(words::size(others)))
            }
        }
    }

    /// The same beside a number of them.
    pub fn of_all(&self) -> String {
        match self.all - self.expected {
            0 => format!("of {}", self.practices()),
            _ => format!("of {}: {}", practices(self.all), self.practices()),
        }
    }

    /// Which practices the patients are registered with, and of which day their lists are.
    pub fn lists(&self) -> String {
        let at = if self.listed == self.all {
            format!("at all {}", practices(self.all))
        } else {
            format!("at the {} whose list size is published", practices(self.listed))
        };
        match self.lists_of {
            None => at,
            Some((day, 0)) => format!("{at}, lists of {}", words::day(day)),
            Some((day, others)) => {
                let those = if others == 1 { "that" } else { "those" };
                let are = if others == 1 { "is" } else { "are" };
                let of = practices(others);
                format!("{at}, lists of {}; {those} of {of} {are} of another day", words::day(day))
            }
        }
    }

    /// All counts in two sentences.
    pub fn words(&self) -> String {
        format!(
            "Practices counted: {}. Of these {} gave at least one answer and {} none, which leaves their floor at 0; {} registered \
             patients are {}.",
            self.practices(),
            words::count(words::size(self.answering)),
            words::count(words::size(self.all - self.answering)),
            words::count(self.patients),
            self.lists()
        )
    }
}

fn practices(n: usize) -> String {
    words::of(words::size(n), "practice", "practices")
}
