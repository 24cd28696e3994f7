//! Columns between polars and Arrow without copying a string, over the Arrow C stream interface.
//!
//! polars has its own fork of the Arrow library; the two meet in one C struct that both define after the Arrow
//! specification. Text travels as `Utf8View`, which is how polars holds it. This is the only unsafe code of the
//! program.
//! <https://arrow.apache.org/docs/format/CStreamInterface.html>

use super::error::{Result, StoreError};
use arrow::array::{ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use polars::prelude::{Column, CompatLevel, DataFrame, IntoColumn, Series};
use polars_arrow::array::{Array as PolarsArray, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field as PolarsField};
use polars_arrow::ffi::{ArrowArrayStream, ArrowArrayStreamReader as PolarsStreamReader, export_iterator};

const _: () = assert!(
    size_of::<ArrowArrayStream>() == size_of::<FFI_ArrowArrayStream>()
        && align_of::<ArrowArrayStream>() == align_of::<FFI_ArrowArrayStream>()
);

/// The whole frame as one batch. Columns in several chunks are joined first.
pub(super) fn to_arrow(frame: &DataFrame) -> Result<RecordBatch> {
    let level = CompatLevel::newest();
    let columns: Vec<(PolarsField, Box<dyn PolarsArray>)> = frame
        .columns()
        .iter()
        .map(|column| {
            let series = column.as_materialized_series().rechunk();
            (series.field().to_arrow(level), series.to_arrow(0, level))
        })
        .collect();
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let dtype = ArrowDataType::Struct(fields);
    let rows = StructArray::new(dtype.clone(), frame.height(), arrays, None);
    let stream = export_iterator(
        Box::new(std::iter::once(Ok(Box::new(rows) as Box<dyn PolarsArray>))),
        PolarsField::new("".into(), dtype, false),
    );
    let mut reader = ArrowArrayStreamReader::try_new(hand_over(stream)).map_err(StoreError::bridge)?;
    reader.next().ok_or_else(|| StoreError::bridge("the stream is empty"))?.map_err(StoreError::bridge)
}

/// Arrow columns, all of one length, as polars columns, one chunk each.
pub(super) fn to_polars(schema: &SchemaRef, columns: Vec<ArrayRef>) -> Result<Vec<Column>> {
    let batch = RecordBatch::try_new(schema.clone(), columns).map_err(StoreError::bridge)?;
    let reader: Box<dyn RecordBatchReader + Send> =
        Box::new(RecordBatchIterator::new([Ok(batch)], schema.clone()));
    let rows = take_over(FFI_ArrowArrayStream::new(reader))?;
    let rows = rows
        .as_any()
        .downcast_ref::<StructArray>()
        .ok_or_else(|| StoreError::bridge("the stream holds no rows"))?;
    rows.fields()
        .iter()
        .zip(rows.values())
        .map(|(field, array)| {
            Series::try_from((field, array.clone())).map(IntoColumn::into_column).map_err(StoreError::bridge)
        })
        .collect()
}

#[allow(unsafe_code)]
fn hand_over(stream: ArrowArrayStream) -> FFI_ArrowArrayStream {
    // SAFETY: both are the `struct ArrowArrayStream` of the specification, `repr(C)`: four callbacks and a pointer
    // to private data (size and alignment asserted above). The value is moved, so that exactly one of them calls
    // `release`. polars made the stream and the arrays in it, so they are valid.
    unsafe { std::mem::transmute::<ArrowArrayStream, FFI_ArrowArrayStream>(stream) }
}

#[allow(unsafe_code)]
fn take_over(stream: FFI_ArrowArrayStream) -> Result<Box<dyn PolarsArray>> {
    // SAFETY: as above, the other way round; `try_new` and `next` ask for a valid stream of valid arrays, and
    // arrow made both from a checked record batch.
    unsafe {
        let stream = std::mem::transmute::<FFI_ArrowArrayStream, ArrowArrayStream>(stream);
        let mut reader = PolarsStreamReader::try_new(Box::new(stream)).map_err(StoreError::bridge)?;
        reader.next().ok_or_else(|| StoreError::bridge("the stream is empty"))?.map_err(StoreError::bridge)
    }
}
