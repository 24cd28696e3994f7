//! Text -> typed frame. A contract claims a table by its header or content, types every cell or reports it, and
//! accounts for every row. Before: `read`. After: `harmonise` and `rules`. No files.

mod account;
mod aside;
pub mod cells;
mod chunk;
mod column;
mod dates;
mod duplicates;
mod frame;
pub mod header;
mod listed;
mod notes;
mod period;
pub mod recognise;
mod totals;
mod typing;

pub use account::Account;
pub use aside::{ASIDE, accepted, accepted_rows, set_aside};
pub use header::Claim;
pub use typing::{Quarantined, Typed, type_table};
