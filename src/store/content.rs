//! What a table says, as one hash: of its values, not of the file that holds them.
//!
//! Another compressor, another page size or other metadata give another file with the same content. The content
//! decides whether an arriving table is a new release. Columns whose name starts with `_` (line, source file) are
//! lineage and hashed apart. The order of rows and columns counts.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray, RecordBatch, StringViewArray,
    types::ArrowPrimitiveType,
};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type, Int64Type, UInt32Type};
use rayon::prelude::*;

pub(super) struct ContentHash {
    pub content: blake3::Hash,
    pub lineage: blake3::Hash,
}

pub(super) fn hash(batch: &RecordBatch) -> ContentHash {
    let names: Vec<&str> = batch.schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
    let columns: Vec<blake3::Hash> =
        names.par_iter().zip(batch.columns()).map(|(name, array)| column(name, array)).collect();
    let join = |lineage: bool| {
        let mut all = blake3::Hasher::new();
        all.update(&(batch.num_rows() as u64).to_le_bytes());
        for (_, hash) in names.iter().zip(&columns).filter(|(n, _)| n.starts_with('_') == lineage) {
            all.update(hash.as_bytes());
        }
        all.finalize()
    };
    ContentHash { content: join(false), lineage: join(true) }
}

fn column(name: &str, array: &ArrayRef) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(name.len() as u64).to_le_bytes());
    hasher.update(name.as_bytes());
    hasher.update(format!("{:?}", array.data_type()).as_bytes());
    match array.data_type() {
        DataType::Utf8View => text(&mut hasher, array.as_string_view()),
        DataType::Boolean => boolean(&mut hasher, array.as_boolean()),
        DataType::Int64 => primitive::<Int64Type>(&mut hasher, array.as_primitive()),
        DataType::Int32 => primitive::<Int32Type>(&mut hasher, array.as_primitive()),
        DataType::UInt32 => primitive::<UInt32Type>(&mut hasher, array.as_primitive()),
        DataType::Date32 => primitive::<Date32Type>(&mut hasher, array.as_primitive()),
        DataType::Float64 => primitive::<Float64Type>(&mut hasher, array.as_primitive()),
        other => unreachable!("columns::specs admits no {other}"),
    }
    hasher.finalize()
}

/// Length and bytes of each value; a null is a length that no value has.
fn text(hasher: &mut blake3::Hasher, array: &StringViewArray) {
    const BLOCK: usize = 64 * 1024;
    let mut block = Vec::with_capacity(BLOCK + 4096);
    for value in array {
        match value {
            Some(value) => {
                block.extend_from_slice(&(value.len() as u32).to_le_bytes());
                block.extend_from_slice(value.as_bytes());
            }
            None => block.extend_from_slice(&u32::MAX.to_le_bytes()),
        }
        if block.len() >= BLOCK {
            hasher.update(&block);
            block.clear();
        }
    }
    hasher.update(&block);
}

fn boolean(hasher: &mut blake3::Hasher, array: &BooleanArray) {
    let bytes: Vec<u8> = array.iter().map(|v| v.map_or(2, u8::from)).collect();
    hasher.update(&bytes);
}

/// The values as they lie in memory (nulls as zero), then which of them are null.
fn primitive<T: ArrowPrimitiveType>(hasher: &mut blake3::Hasher, array: &PrimitiveArray<T>) {
    if array.null_count() == 0 {
        hasher.update(array.values().inner().as_slice());
        return;
    }
    let values: Vec<T::Native> = array.iter().map(Option::unwrap_or_default).collect();
    hasher.update(arrow::buffer::Buffer::from_vec(values).as_slice());
    let nulls: Vec<u8> = array.iter().map(|v| u8::from(v.is_none())).collect();
    hasher.update(&nulls);
}
