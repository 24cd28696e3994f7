//! The straight line on one screen: what runs, in which order, and why.

pub mod intake;
