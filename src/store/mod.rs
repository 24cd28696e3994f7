//! Stored data: the only module that names arrow and parquet, and that writes data files.
//!
//! Before it, `rules` leaves checked frames; after it, everything reads from here. It knows no dataset and computes
//! nothing.
//!
//! # A store
//! ```text
//! CURRENT                                   id of the visible version (`empty` before the first)
//! versions/<id>/manifest.json, SHA256SUMS   one committed state in full; id = blake3 of the manifest
//! snapshots/<blake3>                        a raw file, under the hash of its content
//! clean/<dataset>/<period>/<release>.parquet   a table; period = last day, release = r001-<content>
//! quality/<name>/<blake3>.parquet           a table about the intake
//! .lock   .unfinished/                      one writer at a time, and its work
//! ```
//! Raw files lie under their hash alone, and not under a dataset and a period as was first planned: one archive or
//! wide table feeds many of both. The manifest says which tables came from which.
//!
//! Every file is written once. A later release of a month is another file; content that is held already is not
//! written again. What no manifest names is litter, cleared away by the next writer. DuckDB, pandas and R open the
//! Parquet files as they are; `sha256sum --check versions/<id>/SHA256SUMS` in the store's folder checks them.
//!
//! # Promises
//! A reader sees the version before or the one after, whole (one rename of `CURRENT`). A version that
//! [`Txn::commit`] has returned is durable. A second writer is refused ([`StoreError::Locked`]). Stored bytes are
//! compared with their hash before they are decoded. A full disk or a file-size limit is an error that names the
//! file; for the limit the program must ignore SIGXFSZ, which `main` does.
//!
//! # Use
//! ```text
//! let store = Store::open(path)?;
//! if store.current()?.is_some_and(|v| v.is_of(&batch)) { /* nothing changed */ }
//! let mut txn = store.begin()?;
//! let raw = txn.put_snapshot(label, bytes);
//! txn.put_tables(vec![NewTable { key, frame, meta }])?;
//! txn.put_quality("reconciliation", &frame)?;
//! txn.commit(batch)?;
//! for table in store.read("pomi")? { table.entry.period; table.frame; }
//! ```
//! [`ReleaseWriter`] publishes a folder in the same manner; [`Release`] reads one back.

mod bridge;
mod columns;
mod content;
mod digest;
mod error;
pub mod folder;
mod fs;
mod lock;
mod manifest;
mod meta;
mod names;
mod parquet;
mod recover;
pub mod release;
mod target;
mod txn;
pub mod verify;
mod version;
mod walk;
mod writers;

pub use columns::{ColumnKind, ColumnSpec};
pub use digest::Digest;
pub use error::{Result, StoreError};
pub use fs::{Disk, Fs};
pub use manifest::{Batch, Input, Manifest, Origin, QualityEntry, SnapshotEntry, TableEntry};
pub use meta::ReleaseMeta;
pub use parquet::{Metadata, decode, encode};
pub use release::{Release, ReleaseFile, ReleaseManifest, ReleaseWriter};
pub use target::{nested, writable};
pub use txn::{NewTable, Placed, TableKey, TableMeta, Txn};
pub use verify::Report;
pub use version::{Releases, Store, StoredTable, Version};
