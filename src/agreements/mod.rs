//! Agreements between CCGs and practices: who has signed or escalated in time, what is at risk, what to do next.
//!
//! In: the `[agreements]` rules, and of each quarter its practices, the CCGs' lists and what practices say of their
//! lead for IT. Out: [`AgreementTables`]. Stage before: the store and harmonise; after: report. Not here: whether a
//! practice's own claim to have signed is believed (`index::evidence`).
//!
//! **States.** Signed, escalated, neither; and what nobody has told: that is unknown and stays so, it is never
//! `neither` in silence. A practice that no list names is unknown, whoever it belongs to. A unit with nobody
//! registered signs nothing and is left out unless a list names it.
//!
//! **In time.** A signature or an escalation counts if its day is at most the deadline (that of the CCG's list, else
//! of the edition) and at most the day of the list. One without a day counts for nothing until somebody dates it. Where an
//! edition has no deadline any dated signature counts.
//!
//! **At risk** is who is known to have neither in time: so many pence a registered patient, or no figure and the
//! reason. What is unknown is at risk by an unknown sum and is shown apart, not as nothing.
//!
//! **No today.** Days left are counted from the day that the release states.

mod standing;
mod tables;

use crate::define::framework::AgreementsSection;
use crate::diag::Diagnostic;
use crate::model::{Period, Provenance};
use jiff::civil::Date;
use polars::prelude::*;

/// What is held of one quarter.
#[derive(Clone, Copy)]
pub struct AgreementQuarter<'a> {
    pub period: Period,
    /// The rows of `practices` of the quarter.
    pub practices: &'a DataFrame,
    /// The CCGs' lists.
    pub list: &'a DataFrame,
    /// Rows of practices with an answer on their lead for IT.
    pub lead: Option<&'a DataFrame>,
    pub provenance: Provenance,
}

/// The tables of the release, named as there; all but the summary speak of the newest quarter.
pub struct AgreementTables {
    pub agreements: DataFrame,
    pub agreement_summary: DataFrame,
    pub chase_list: DataFrame,
    pub review_calendar: DataFrame,
    pub diagnostics: Vec<Diagnostic>,
}

/// Works out the tables; `None` without a quarter that has a list and an edition.
///
/// # Errors
/// A frame without a column that is named in [`AgreementQuarter`]'s contract.
pub fn agreements(
    rules: &AgreementsSection,
    quarters: &[AgreementQuarter<'_>],
) -> PolarsResult<Option<AgreementTables>> {
    let mut diagnostics = Vec::new();
    let mut summary = tables::Summary::default();
    let mut last = None;
    for (at, quarter) in quarters.iter().enumerate() {
        let newest = at + 1 == quarters.len();
        let day: Date = rules.day().filter(|_| newest).unwrap_or_else(|| quarter.period.end());
        let Some(edition) = rules.edition_on(day) else { continue };
        let stage = standing::Stage { rules, edition, day, quarter };
        let practices = standing::practices(&stage, &mut diagnostics)?;
        summary.push(&stage, &practices);
        if newest {
            last = Some((
                tables::agreements(&stage, &practices)?,
                tables::chase_list(&stage, &practices)?,
                tables::review_calendar(&stage, &practices)?,
            ));
        }
    }
    let Some((agreements, chase_list, review_calendar)) = last else { return Ok(None) };
    let agreement_summary = summary.finish()?;
    Ok(Some(AgreementTables { agreements, agreement_summary, chase_list, review_calendar, diagnostics }))
}
