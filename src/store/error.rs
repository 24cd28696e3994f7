//! What the machine, or the caller, got wrong. Damage found by `verify` is not here: that is a list of
//! diagnostics.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Another run holds the lock (exit code 75). It dies with its holder: there is nothing to clean up.
    #[error("another run is writing to {}", path.display())]
    Locked { path: PathBuf },
    /// A stored file is not what was committed. Nothing is decoded from it.
    #[error("{} is damaged: {what}", path.display())]
    Damaged { path: PathBuf, what: String },
    #[error("{} is neither empty nor a store of dpcmi; choose another folder", path.display())]
    NotAStore { path: PathBuf },
    #[error("{} is neither empty nor a release of dpcmi; choose another folder", path.display())]
    NotARelease { path: PathBuf },
    /// A name that would not be safe as a file name, or would hide another file.
    #[error("`{name}` cannot be the name of {what}")]
    Name { name: String, what: &'static str },
    #[error("{what} is not held by this version")]
    Unknown { what: String },
    #[error(
        "column `{column}` has the type {dtype}; the store keeps text, whole numbers, numbers, dates and booleans"
    )]
    ColumnType { column: String, dtype: String },
    #[error("cannot {action} Parquet: {source}")]
    Parquet {
        action: &'static str,
        #[source]
        source: parquet::errors::ParquetError,
    },
    #[error("cannot pass a table between polars and Arrow: {what}")]
    Bridge { what: String },
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        move |source| StoreError::Io { action, path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> StoreError {
        StoreError::Damaged { path: path.to_owned(), what: what.into() }
    }

    pub(super) fn parquet(action: &'static str) -> impl FnOnce(parquet::errors::ParquetError) -> StoreError {
        move |source| StoreError::Parquet { action, source }
    }

    pub(super) fn bridge(cause: impl std::fmt::Display) -> StoreError {
        StoreError::Bridge { what: cause.to_string() }
    }
}
