//! One binary of integration tests: a module each.

mod store;
mod store_faults;
mod store_parquet;
mod store_release;
mod store_support;
mod store_verify;
