//! The one integration binary; each module is one part of the line.

mod organisations;
mod spend;
