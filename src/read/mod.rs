//! Bytes -> text with positions. Everything here handles untrusted bytes: every size is capped, nothing is
//! extracted to disk, no name found inside a file becomes a path.
//!
//! Before: `snapshot` (whose bytes, hashed). After: `contract` (which layout it is, and typing).

pub mod archive;
pub mod child;
pub mod encoding;
pub mod formula;
pub mod lexer;
mod limits;
mod offsets;
pub mod sheet;
pub mod table;
pub mod workbook;

pub use limits::Limits;
pub use sheet::{CellKind, Sheet, SheetCell};
pub use table::Table;
