//! One binary of integration tests: a module each.

mod store;
mod store_parquet;
mod store_support;
