//! The one integration binary; each module is one part of the line.

mod common;
mod organisations;
mod spend;
mod synth;
