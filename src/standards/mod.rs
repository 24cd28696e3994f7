//! Standards: which requirements of the operating model each CCG meets, and the security toolkit year by year.
//!
//! In: the `[standards]` rules, the framework's indicators, the tables `practices` and `indicator_values`, and the
//! registers of the toolkit. Out: the tables `standards`, `standards_summary` and `security_toolkit`. Stage before: index;
//! after: report.
//!
//! **A requirement** is an indicator answered in words in one of the datasets that the rules name; an answer with full
//! points meets it. Of what a CCG answers itself
//! the state is its answer; of what practices answer it is met where every practice of the CCG has answered and meets it, not
//! met where none of those that answered does, else partly met, with the share of practices. An absence stays the word
//! that it is.
//!
//! **Years of the toolkit are never one series.** The standard changes each year (and changed its name in April 2018): a
//! share that falls may mean a harder standard. Each year stands with the standard of its own; nothing here subtracts one
//! from another.

mod requirements;
mod toolkit;

pub use requirements::{Requirement, requirements};
pub use toolkit::{Register, security_toolkit};
