//! What the feeds tell patients, laid out once for all of them: the practices of the quarter, their facts as
//! value and sentence, and the quarter of practices that a printed percentage falls into.
//!
//! The source file holds all facts; the other feeds those with a metric number.

mod band;
mod listing;
mod read;
mod sentence;

pub use band::Band;

use super::ReportError;
use super::frame::Frame;
use crate::define::feeds::{FactKind, Feeds, unwritable};
use crate::disclose::People;
use crate::feeds::Decision;
use jiff::civil::{Date, DateTime};
use polars::prelude::DataFrame;

/// All feeds of one release.
#[derive(Clone, Debug)]
pub struct Feed {
    pub definition: Feeds,
    /// Last day of the quarter.
    pub day: Date,
    /// No earlier than any practice: the last day that any fact speaks of, or later where readers hold a former feed.
    pub updated: DateTime,
    pub synthetic: bool,
    /// Sorted by code.
    pub practices: Vec<PracticeEntry>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PracticeEntry {
    pub code: String,
    pub name: String,
    /// Code and name.
    pub ccg: Option<(String, String)>,
    pub supplier: Option<String>,
    /// Midnight of the latest day that a fact or reply of it speaks of, and of any practice where none does; UTC.
    pub updated: DateTime,
    /// In the order of the definition.
    pub facts: Vec<FactEntry>,
}

/// The four answers; a number is an answer like yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Yes,
    No,
    Counted,
    NotKnown,
    NotAsked,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FactEntry {
    pub id: String,
    /// `None` for what only the source file holds.
    pub metric: Option<u32>,
    pub name: String,
    pub question: String,
    pub kind: FactKind,
    pub answer: Answer,
    /// Rounded; `None` where there is none or it is withheld.
    pub people: Option<i64>,
    pub of_people: Option<i64>,
    /// The percentage as it is printed.
    pub percent: Option<String>,
    /// There is a number and it may not be shown.
    pub withheld: bool,
    pub band: Option<Band>,
    /// What the feeds say of it.
    pub text: String,
    pub date: Option<Date>,
    pub known_by: Option<String>,
    pub reply: Decision,
}

impl FactEntry {
    /// `yes`, `no`, `counted`, `withheld`, `not_known` or `not_asked`.
    pub fn state(&self) -> &'static str {
        match self.answer {
            _ if self.withheld => "withheld",
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Counted => "counted",
            Answer::NotKnown => "not_known",
            Answer::NotAsked => "not_asked",
        }
    }

    /// The value of the nine-column file: 1 or 0 for yes and no, a percentage; nothing where there is none.
    pub fn number(&self) -> Option<&str> {
        match self.answer {
            Answer::Yes => Some("1"),
            Answer::No => Some("0"),
            Answer::Counted => self.percent.as_deref(),
            Answer::NotKnown | Answer::NotAsked => None,
        }
    }
}

impl PracticeEntry {
    /// The facts of the feeds, without those of the source file.
    pub fn public(&self) -> impl Iterator<Item = (u32, &FactEntry)> {
        self.facts.iter().filter_map(|f| Some((f.metric?, f)))
    }

    /// Its name in the nine-column file: where that cannot hold the name, the code stands for it, as where no name is known.
    pub fn indicator_name(&self) -> &str {
        if unwritable(&self.name).is_none() { &self.name } else { &self.code }
    }

    pub fn fact(&self, id: &str) -> Option<&FactEntry> {
        self.facts.iter().find(|f| f.id == id)
    }
}

/// Last day of the quarter that the table `patient_facts` speaks of.
pub fn quarter(facts: &DataFrame) -> Option<Date> {
    Frame::new(Some(facts)).date("period").into_iter().flatten().max()
}

impl Feed {
    /// The feeds of one quarter of the published table `patient_facts`, under the rule that its counts have passed.
    ///
    /// # Errors
    /// [`ReportError::NotAllowed`] when the table has a column or a fact that the allow-list does not hold.
    pub fn of(definition: &Feeds, rule: &People, facts: &DataFrame, day: Date) -> Result<Feed, ReportError> {
        let mut feed = read::feed(definition, rule, facts, day)?;
        band::band(definition, &mut feed.practices);
        for practice in &mut feed.practices {
            for fact in &mut practice.facts {
                fact.text = sentence::sentence(definition, fact);
            }
        }
        Ok(feed)
    }

    /// The title, which says so where the data are synthetic.
    pub fn title(&self) -> String {
        let title = &self.definition.title;
        if self.synthetic { format!("Synthetic data, no real practice: {title}") } else { title.clone() }
    }

    /// The month of the source file: the latest day of its data.
    pub fn source_day(&self) -> Date {
        let used = |id: &String| self.definition.source_file.services.iter().any(|s| s.state == *id);
        let days =
            self.practices.iter().flat_map(|p| &p.facts).filter(|f| used(&f.id)).filter_map(|f| f.date);
        days.filter(|d| *d <= self.day).max().unwrap_or(self.day)
    }
}
