//! A frame to Parquet and back: nothing lost, same bytes, plain types.

use dpcmi::store::{Metadata, StoreError, decode, encode};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{FileReader, SerializedFileReader};
use polars::prelude::*;
use proptest::prelude::*;

fn every_type() -> DataFrame {
    df!(
        "practice_code" => [Some("A81001"), None, Some("Y02622"), Some("")],
        "name" => [Some("The Limes Medical Centre, Ramsgate — Ŵ"), Some("short"), None, None],
        "patients" => [Some(4_008_i64), None, Some(i64::MIN), Some(-1)],
        "weighted" => [Some(0.1), Some(f64::MAX), None, Some(-0.0)],
        "enabled" => [Some(true), Some(false), None, None],
        "day" => [Some(17_800_i32), None, Some(-1), Some(0)],
        "_line" => [2_u32, 3, 4, u32::MAX],
    )
    .unwrap()
    .lazy()
    .with_column(col("day").cast(DataType::Date))
    .collect()
    .unwrap()
}

#[test]
fn a_table_comes_back_as_it_went_in_null_for_null() {
    let frame = every_type();
    let back = decode(encode(&frame, &Metadata::new()).unwrap(), None).unwrap();
    assert_eq!(back.schema(), frame.schema());
    assert!(back.equals_missing(&frame), "{back}");
}

#[test]
fn a_table_without_rows_keeps_its_columns() {
    let frame = every_type().head(Some(0));
    let back = decode(encode(&frame, &Metadata::new()).unwrap(), None).unwrap();
    assert_eq!((back.height(), back.schema()), (0, frame.schema()));
}

#[test]
fn columns_are_read_in_the_order_asked_for_and_an_unknown_one_is_named() {
    let bytes = encode(&every_type(), &Metadata::new()).unwrap();
    let back = decode(bytes.clone(), Some(&["_line", "name"])).unwrap();
    assert_eq!(back.get_column_names(), ["_line", "name"]);
    assert_eq!(back.column("name").unwrap(), every_type().column("name").unwrap());
    let error = decode(bytes, Some(&["nmae"])).unwrap_err();
    assert!(matches!(&error, StoreError::Unknown { what } if what.contains("nmae")), "{error}");
}

/// More rows than a row group (131,072) has, values that repeat and values that do not.
fn national(rows: u32) -> DataFrame {
    let codes: Vec<String> = (0..rows).map(|i| format!("A{:05}", i % 8_000)).collect();
    let names: Vec<Option<String>> = (0..rows)
        .map(|i| (i % 7 != 0).then(|| format!("A name that is longer than twelve bytes {i}")))
        .collect();
    let values: Vec<Option<i64>> = (0..rows).map(|i| (i % 5 != 0).then_some(i64::from(i) * 7)).collect();
    let lines: Vec<u32> = (0..rows).map(|i| i + 2).collect();
    df!("practice_code" => codes, "name" => names, "value" => values, "_line" => lines).unwrap()
}

#[test]
fn row_groups_have_a_fixed_size_and_a_column_is_read_whole_over_them() {
    let frame = national(300_000);
    let bytes = encode(&frame, &Metadata::new()).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
    let groups: Vec<i64> = reader.metadata().row_groups().iter().map(|g| g.num_rows()).collect();
    assert_eq!(groups, [131_072, 131_072, 37_856]);
    let back = decode(bytes, None).unwrap();
    assert!(back.equals_missing(&frame));
    assert_eq!(back.first_col_n_chunks(), 1);
}

#[test]
fn chunks_slices_and_threads_do_not_change_a_byte() {
    let whole = national(140_000);
    let expected = encode(&whole, &Metadata::new()).unwrap();
    let mut pieces = whole.slice(0, 99_999);
    pieces.vstack_mut(&whole.slice(99_999, 40_001)).unwrap();
    assert!(encode(&pieces, &Metadata::new()).unwrap() == expected, "chunks");
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(|| encode(&whole, &Metadata::new()).unwrap()) == expected, "{threads} threads");
    }
}

#[test]
fn any_reader_sees_plain_types_and_sorted_metadata() {
    let metadata = Metadata::from([
        ("dpcmi.source".to_owned(), "POMI.csv".to_owned()),
        ("dpcmi.dataset".to_owned(), "pomi".to_owned()),
    ]);
    let bytes = bytes::Bytes::from(encode(&every_type(), &metadata).unwrap());
    let reader = SerializedFileReader::new(bytes.clone()).unwrap();
    let file = reader.metadata().file_metadata();
    assert_eq!(file.created_by(), Some("dpcmi version 1"));
    let keys: Vec<&str> = file.key_value_metadata().unwrap().iter().map(|kv| kv.key.as_str()).collect();
    assert_eq!(keys, ["dpcmi.dataset", "dpcmi.source"], "and no ARROW:schema");
    assert!(reader.metadata().row_group(0).column(0).column_index_offset().is_some(), "page index");

    use arrow::datatypes::DataType as A;
    let schema = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().schema().clone();
    let types: Vec<A> = schema.fields().iter().map(|f| f.data_type().clone()).collect();
    assert_eq!(types, [A::Utf8, A::Utf8, A::Int64, A::Float64, A::Boolean, A::Date32, A::UInt32]);
    assert!(schema.fields().iter().all(|f| f.is_nullable()));
}

#[test]
fn a_type_that_readers_disagree_about_is_refused_by_name() {
    let frame =
        df!("ages" => [1_i64, 2]).unwrap().lazy().select([col("ages").implode(true)]).collect().unwrap();
    let error = encode(&frame, &Metadata::new()).unwrap_err();
    assert!(matches!(&error, StoreError::ColumnType { column, .. } if column == "ages"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn whatever_the_values_writing_then_reading_is_identity(
        rows in prop::collection::vec((prop::option::of("\\PC{0,40}"), prop::option::of(any::<i64>()), any::<Option<bool>>()), 0..200),
    ) {
        let text: Vec<Option<String>> = rows.iter().map(|r| r.0.clone()).collect();
        let whole: Vec<Option<i64>> = rows.iter().map(|r| r.1).collect();
        let truth: Vec<Option<bool>> = rows.iter().map(|r| r.2).collect();
        let frame = df!("t" => text, "w" => whole, "b" => truth).unwrap();
        let back = decode(encode(&frame, &Metadata::new()).unwrap(), None).unwrap();
        prop_assert!(back.equals_missing(&frame));
    }
}
