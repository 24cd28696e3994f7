//! The types that a stored column may have, under names that a reader of the manifest understands.

use super::error::{Result, StoreError};
use polars::prelude::{DataFrame, DataType};
use serde::{Deserialize, Serialize};

/// One column of a stored table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSpec {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ColumnKind,
}

/// The type of a column, with what it is in the Parquet file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// `BYTE_ARRAY`, UTF-8.
    Text,
    /// `INT64`; also the smaller and the unsigned kinds of polars, each in its own Parquet type.
    Integer,
    /// `DOUBLE`.
    Number,
    /// `INT32`, `DATE`.
    Date,
    Boolean,
}

/// The columns of a frame in order.
///
/// # Errors
/// [`StoreError::ColumnType`] for any other type: a list, a time stamp or a category does not open the same in
/// DuckDB, pandas and R.
pub(super) fn specs(frame: &DataFrame) -> Result<Vec<ColumnSpec>> {
    frame
        .columns()
        .iter()
        .map(|column| {
            let kind = match column.dtype() {
                DataType::String => ColumnKind::Text,
                DataType::Int64 | DataType::Int32 | DataType::UInt32 => ColumnKind::Integer,
                DataType::Float64 => ColumnKind::Number,
                DataType::Date => ColumnKind::Date,
                DataType::Boolean => ColumnKind::Boolean,
                other => {
                    return Err(StoreError::ColumnType {
                        column: column.name().to_string(),
                        dtype: other.to_string(),
                    });
                }
            };
            Ok(ColumnSpec { name: column.name().to_string(), kind })
        })
        .collect()
}
