//! See the crate documentation; filled in slice by slice.
