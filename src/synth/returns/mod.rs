//! The returns of the full model: practice declarations each quarter, a CCG survey each year, the CCGs' lists of
//! agreements, the security toolkit's register, a list of similar CCGs and the practices' own groups.
//!
//! Layouts are those of this project's templates (`datasets/practice_declaration.toml` and its like), which are
//! assumptions. Planted and written to the truth file: false claims in about one return of ten, returns carried
//! forward unread, returns that truly did not change and were confirmed, practices and CCGs that do not return. The
//! register and the lists are what a false claim can be held against; about one list entry in a hundred is out of date,
//! so that an honest practice can be contradicted too.

mod answers;
mod declaration;
mod groups;
mod others;
pub(super) mod spending;

use super::Job;
use super::world::World;

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    let mut jobs = declaration::jobs(world);
    jobs.extend(others::jobs(world));
    jobs.extend(groups::jobs(world));
    jobs.extend(spending::jobs(world));
    jobs
}

/// Last month of a quarter of the set.
fn last_month(quarter: usize) -> usize {
    3 * quarter + 2
}

/// `2018-06-30`.
fn as_at(world: &World, quarter: usize) -> String {
    world.months[last_month(quarter)].last_of_month().to_string()
}
