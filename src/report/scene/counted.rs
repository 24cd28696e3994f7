//! Who is counted: one place for the numbers of practices and patients, so that every page means the same by them.

use super::Scene;
use crate::report::words;

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
        }
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

    /// Which practices the patients are registered with.
    pub fn lists(&self) -> String {
        if self.listed == self.all {
            format!("at all {}", practices(self.all))
        } else {
            format!("at the {} whose list size is published", practices(self.listed))
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
