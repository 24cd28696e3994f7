//! A frame to Parquet bytes and back.
//!
//! The bytes depend on the frame and on the metadata alone: fixed row groups, one compressor at one level, sorted
//! metadata, no clock. Columns of all row groups are encoded in parallel and put together in order.
//!
//! The Arrow schema that writers usually tuck into the metadata is left out. With it, pyarrow would hand out the
//! in-memory types of polars (`string_view`), which older readers refuse; without it every reader sees the plain
//! logical types of the Parquet standard: UTF8, INT64, DOUBLE, DATE, BOOLEAN. Every column is optional, so that
//! null is null everywhere.

use super::bridge;
use super::columns::{self, ColumnSpec};
use super::content::{self, ContentHash};
use super::error::{Result, StoreError};
use arrow::array::{Array, ArrayRef, RecordBatch, new_empty_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::arrow::{ArrowSchemaConverter, ProjectionMask};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use polars::prelude::DataFrame;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of a row group; a national month of POMI (90,000 rows) is one of them.
const ROW_GROUP_ROWS: usize = 131_072;
/// `1` is the version of this layout of files, not of the program: a new program writes the same bytes.
const CREATED_BY: &str = "dpcmi version 1";

/// Key and value pairs of the file's footer, written in the order of their keys.
pub type Metadata = BTreeMap<String, String>;

/// A frame as a Parquet file in memory.
pub(super) struct Encoded {
    pub bytes: Vec<u8>,
    pub rows: u64,
    pub columns: Vec<ColumnSpec>,
    pub hash: ContentHash,
}

/// Encodes a frame as a Parquet file in memory. Same frame and metadata, same bytes.
///
/// # Errors
/// [`StoreError::ColumnType`] for a type that the store does not keep, [`StoreError::Parquet`] when encoding fails.
pub fn encode(frame: &DataFrame, metadata: &Metadata) -> Result<Vec<u8>> {
    columns::specs(frame)?;
    write(&bridge::to_arrow(frame)?, metadata).map_err(StoreError::parquet("encode"))
}

/// As [`encode`], with the hash of the content beside it.
pub(super) fn encode_hashed(frame: &DataFrame, metadata: &Metadata) -> Result<Encoded> {
    let columns = columns::specs(frame)?;
    let batch = bridge::to_arrow(frame)?;
    let (bytes, hash) = rayon::join(|| write(&batch, metadata), || content::hash(&batch));
    let bytes = bytes.map_err(StoreError::parquet("encode"))?;
    Ok(Encoded { bytes, rows: batch.num_rows() as u64, columns, hash })
}

fn write(batch: &RecordBatch, metadata: &Metadata) -> Result<Vec<u8>, ParquetError> {
    let schema = batch.schema();
    let properties = Arc::new(properties(&schema, metadata)?);
    let parquet_schema = ArrowSchemaConverter::new().schema_root("table").convert(&schema)?;
    let mut file = SerializedFileWriter::new(Vec::new(), parquet_schema.root_schema_ptr(), properties)?;
    let factory = ArrowRowGroupWriterFactory::new(&file, schema.clone());

    let starts = (0..batch.num_rows()).step_by(ROW_GROUP_ROWS);
    let mut tasks: Vec<(ArrowColumnWriter, &Field, ArrayRef)> = Vec::new();
    for (group, start) in starts.enumerate() {
        let rows = ROW_GROUP_ROWS.min(batch.num_rows() - start);
        let writers = factory.create_column_writers(group)?;
        for ((writer, field), array) in writers.into_iter().zip(schema.fields()).zip(batch.columns()) {
            tasks.push((writer, field, array.slice(start, rows)));
        }
    }
    let chunks: Vec<ArrowColumnChunk> = tasks
        .into_par_iter()
        .map(|(mut writer, field, array)| {
            for leaf in compute_leaves(field, &array)? {
                writer.write(&leaf)?;
            }
            writer.close()
        })
        .collect::<Result<_, ParquetError>>()?;

    let mut chunks = chunks.into_iter();
    let width = schema.fields().len();
    while chunks.len() > 0 {
        let mut group = file.next_row_group()?;
        for chunk in chunks.by_ref().take(width) {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
    }
    file.into_inner()
}

fn properties(schema: &Schema, metadata: &Metadata) -> Result<WriterProperties, ParquetError> {
    let pairs = metadata.iter().map(|(k, v)| KeyValue::new(k.clone(), v.clone())).collect();
    let mut builder = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_key_value_metadata(Some(pairs));
    for field in schema.fields() {
        // Line numbers rise and never repeat: differences are small, a dictionary would be as long as the column.
        if field.data_type() == &DataType::UInt32 {
            let path = ColumnPath::from(field.name().as_str());
            builder = builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    Ok(builder.build())
}

/// The number of rows that the footer of a Parquet file states.
pub(super) fn row_count(bytes: Vec<u8>) -> Result<u64> {
    let footer = ParquetMetaDataReader::new()
        .parse_and_finish(&Bytes::from(bytes))
        .map_err(StoreError::parquet("read the footer of"))?;
    Ok(u64::try_from(footer.file_metadata().num_rows()).unwrap_or(0))
}

/// Decodes a Parquet file that this module wrote: all columns, or those named, in the order named. Each column is
/// one chunk.
///
/// Only for bytes whose hash was checked: a Parquet reader notices a minority of flipped bits and may panic.
///
/// # Errors
/// [`StoreError::Unknown`] for a column that the file does not have, [`StoreError::Parquet`] when decoding fails.
pub fn decode(bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<DataFrame> {
    let file = Bytes::from(bytes);
    let failed = StoreError::parquet;
    let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::load(&file, options()).map_err(failed("open"))?;
    let views = Arc::new(Schema::new(plain.schema().fields().iter().map(|f| as_view(f)).collect::<Vec<_>>()));
    let metadata =
        ArrowReaderMetadata::try_new(plain.metadata().clone(), options().with_schema(views.clone()))
            .map_err(failed("open"))?;

    let wanted: Vec<usize> = match columns {
        None => (0..views.fields().len()).collect(),
        Some(names) => names
            .iter()
            .map(|n| views.index_of(n).map_err(|_| StoreError::Unknown { what: format!("column `{n}`") }))
            .collect::<Result<_>>()?,
    };
    let rows = usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    let arrays: Vec<ArrayRef> = wanted
        .par_iter()
        .map(|&leaf| column(&file, &metadata, leaf, rows))
        .collect::<Result<_, ParquetError>>()
        .map_err(failed("decode"))?;
    let schema: SchemaRef =
        Arc::new(Schema::new(wanted.iter().map(|&i| views.field(i).clone()).collect::<Vec<_>>()));
    DataFrame::new(rows, bridge::to_polars(&schema, arrays)?).map_err(StoreError::bridge)
}

/// polars holds text as views into shared buffers; the same type here saves a copy of every string.
fn as_view(field: &Field) -> Field {
    match field.data_type() {
        DataType::Utf8 => field.clone().with_data_type(DataType::Utf8View),
        _ => field.clone(),
    }
}

/// A whole column as one array.
fn column(
    file: &Bytes,
    metadata: &ArrowReaderMetadata,
    leaf: usize,
    rows: usize,
) -> Result<ArrayRef, ParquetError> {
    let mask = ProjectionMask::leaves(metadata.parquet_schema(), [leaf]);
    let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), metadata.clone())
        .with_projection(mask)
        .with_batch_size(rows.max(1))
        .build()?
        .collect::<Result<Vec<_>, _>>()?;
    let parts: Vec<&dyn Array> = batches.iter().map(|b| b.column(0).as_ref()).collect();
    match parts.as_slice() {
        [] => Ok(new_empty_array(metadata.schema().field(leaf).data_type())),
        [_] => Ok(batches[0].column(0).clone()),
        several => Ok(arrow::compute::concat(several)?),
    }
}
