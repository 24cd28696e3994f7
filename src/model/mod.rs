//! The nouns of the field, as plain values: codes of organisations, periods, absence, provenance.
//!
//! No polars, no files, no clap. Every other module may use these; this one uses none of them.

mod absence;
mod codes;
mod evidence;
mod money;
mod period;
mod provenance;

pub use absence::Absence;
pub use codes::{CcgCode, CodeFault, PracticeCode, is_ccg_code, is_practice_code};
pub use evidence::EvidenceGrade;
pub use money::pounds;
pub use period::{Grain, Period, financial_year};
pub use provenance::{MembershipBasis, Provenance};
