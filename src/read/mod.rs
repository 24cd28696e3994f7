//! Bytes -> text with positions. Everything here handles untrusted bytes: every size is capped, nothing is
//! extracted to disk, no name found inside a file becomes a path.
//!
//! Before: `snapshot` (whose bytes, hashed). After: `contract` (which layout it is, and typing).

mod limits;
pub mod sheet;

pub use limits::Limits;
pub use sheet::{CellKind, Sheet, SheetCell};
