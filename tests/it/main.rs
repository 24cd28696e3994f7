//! The one integration binary; each module is one part of the line.

mod common;
mod hostile_binary;
mod hostile_text;
mod index_england;
mod index_frameworks;
mod index_golden;
mod index_laws;
mod index_naive;
mod organisations;
mod render_charts;
mod render_disclosure;
mod render_fake;
mod render_look;
mod render_site;
mod render_tables;
mod return_support;
mod spend;
mod store;
mod store_faults;
mod store_parquet;
mod store_release;
mod store_support;
mod store_verify;
mod synth;
