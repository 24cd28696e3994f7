//! The `[agreements]` section of a pipeline: who tracks the agreements between CCGs and practices, by which day each
//! edition asks for them, and what is at risk without one.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

/// Agreements between CCGs and practices.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementsSection {
    /// Dataset of the CCGs' lists: `practice_code`, `ccg_code`, `state`, `state_on`, `deadline`, `review_due`.
    pub list: String,
    /// Who says that a practice has named its lead for IT. The name itself is of a person and is not asked.
    pub it_lead: Option<LeadSource>,
    /// The day from which days left are counted: `2015-11-30`. The last day of the newest quarter with a list when
    /// absent; never the day of the run.
    pub day: Option<String>,
    /// Days of work that one agreement takes.
    pub days_a_practice: f64,
    /// Where that figure is from.
    pub days_source: String,
    /// Days ahead that a review counts as coming up.
    pub review_ahead_days: u32,
    /// Editions of the agreement, oldest first.
    pub edition: Vec<AgreementEdition>,
}

/// A dataset of practices with a column of answers, and the answer that means yes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadSource {
    pub dataset: String,
    pub column: String,
    pub yes: String,
    pub no: String,
}

/// One edition of the agreement.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementEdition {
    pub id: String,
    pub name: String,
    /// From which day it holds: `2015-01-01`.
    pub from: String,
    /// The day by which a practice signs or escalates, if the edition names one. A day in the CCG's list wins.
    pub deadline: Option<String>,
    /// Months after a signature, and after each review, by which the next review is due.
    pub review_months: u32,
    pub at_risk: AtRisk,
    /// Where deadline and review are stated.
    pub source: String,
}

/// What a practice may lose that neither signs nor escalates in time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum AtRisk {
    /// So many pence for each registered patient.
    PerPatient {
        pence: u32,
        /// Where the figure is from, and what it stands for.
        basis: String,
    },
    /// No figure can be given.
    NoBasis { reason: String },
}

impl AgreementEdition {
    pub fn deadline(&self) -> Option<Date> {
        self.deadline.as_ref()?.parse().ok()
    }

    fn from(&self) -> Option<Date> {
        self.from.parse().ok()
    }
}

impl AgreementsSection {
    pub fn day(&self) -> Option<Date> {
        self.day.as_ref()?.parse().ok()
    }

    /// The edition that holds on a day: the latest that has begun.
    pub fn edition_on(&self, day: Date) -> Option<&AgreementEdition> {
        self.edition.iter().rev().find(|e| e.from().is_some_and(|from| from <= day))
    }

    /// What is wrong with it, by key.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let days = self.edition.iter().flat_map(|e| [Some(&e.from), e.deadline.as_ref()]);
        for day in days.chain([self.day.as_ref()]).flatten() {
            if day.parse::<Date>().is_err() {
                out.push(("edition", format!("`{day}` is no day such as 2015-12-31")));
            }
        }
        if self.edition.is_empty() {
            out.push(("edition", "an agreement has at least one edition".to_owned()));
        }
        if !self.edition.is_sorted_by(|a, b| a.from() < b.from()) {
            out.push(("edition", "editions stand in the order of their days, each from its own".to_owned()));
        }
        if self.days_a_practice < 0.0 {
            out.push(("days_a_practice", "days of work are not negative".to_owned()));
        }
        if self.edition.iter().any(|e| e.source.trim().is_empty()) || self.days_source.trim().is_empty() {
            out.push(("edition", "a deadline, a review and days of work have a source".to_owned()));
        }
        out
    }
}
