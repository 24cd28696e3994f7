//! Harmonise: codes become organisations as at a date.
//!
//! In: the Organisation Data Service (ODS) frames that the store holds, the practices that a quarter's own files
//! name, and list sizes. Out: the `practices` frame of each quarter: which practices there were, in which CCG and
//! region, with how many patients, and which of them returned. [`Directory`] answers for any date;
//! [`practices`] lays one quarter out on one [`MembershipBasis`](crate::model::MembershipBasis).
//!
//! It is not validation of the source rows (that is `contract` and `rules`) and not aggregation to areas (that is
//! `index` and `spend`). It reads no files. Stage before: `contract`; stage after: `index` and `spend`.
//!
//! **How a CCG is found for a date** (own method, checked against the CCG that NHS Digital printed beside each
//! practice in January 2021: every practice that two ODS files bracket comes out right):
//! 1. the membership history (`epcmem`) where it was written on or after the date;
//! 2. the earliest practice file (`epraccur`) written on or after the date whose own joining date is not later
//!    than the date: a later file that proves the earlier state;
//! 3. the latest file before the date;
//! 4. the nearest thing known, said to be so in `membership_source`;
//! 5. the quarter's own row, said to be so.
//!
//! A parent that is not CCG-shaped (`5E1`, a primary care trust until 2013) or that the rules exclude
//! (commissioning hubs are CCG-shaped) is no CCG.
//!
//! **Not here yet: succession.** CCGs that merged keep the code that they had at the date asked for; a practice
//! that closed before a merger stays under the old CCG. Carrying values along the graph of successors between
//! any two dates (`Succession`) is a step between [`Directory`] and [`practices`], to come with full time travel.

mod column;
mod directory;
mod figures;
mod history;
mod lists;
mod practices;
mod returned;

pub use column::{DatedFrame, HarmoniseError};
pub use directory::{Directory, OdsFrames};
pub use figures::Figure;
pub use history::{Known, Membership, Status};
pub use practices::{Practices, QuarterInputs, practices};
