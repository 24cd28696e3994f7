//! Small tables and a batch for the tests of the store.

use dpcmi::model::{Grain, Period, Provenance};
use dpcmi::store::{Batch, Digest, Input, NewTable, ReleaseMeta, Store, TableKey, TableMeta};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

pub fn month(day: &str) -> Period {
    Period::containing(Grain::Month, day.parse::<Date>().unwrap())
}

pub fn key(dataset: &str, day: &str) -> TableKey {
    TableKey { dataset: dataset.into(), period: month(day) }
}

pub fn meta(source: &str) -> TableMeta {
    TableMeta {
        source: source.into(),
        snapshot: Some(blake3::hash(source.as_bytes()).to_hex().to_string()),
        also: Vec::new(),
        definition: "contract-1".into(),
        provenance: Provenance::Published,
    }
}

/// Practices with their list sizes, and the lineage columns of intake.
pub fn lists(sizes: &[i64], source: &str) -> DataFrame {
    let codes: Vec<String> = (0..sizes.len()).map(|i| format!("A{i:05}")).collect();
    let lines: Vec<u32> = (0..sizes.len()).map(|i| i as u32 + 2).collect();
    df!(
        "practice_code" => codes,
        "patients" => sizes.to_vec(),
        "_line" => lines,
        "_source" => vec![source; sizes.len()],
    )
    .unwrap()
}

pub fn table(dataset: &str, day: &str, sizes: &[i64], source: &str) -> NewTable {
    NewTable { key: key(dataset, day), frame: lists(sizes, source), meta: meta(source) }
}

pub fn batch(inputs: &[&str]) -> Batch {
    let input = |label: &&str| Input { label: (*label).to_owned(), digest: Digest::of(label.as_bytes()) };
    Batch {
        inputs: inputs.iter().map(input).collect(),
        definitions: "definitions-1".into(),
        program: "0.1.0".into(),
    }
}

/// A month for each of two datasets, a raw file and a table about the intake.
pub fn commit_a_month(store: &Store, day: &str, sizes: &[i64]) -> dpcmi::store::Result<String> {
    let source = format!("lists-{day}.csv");
    let mut txn = store.begin()?;
    txn.put_snapshot(&source, format!("raw bytes of {day}: {sizes:?}").into_bytes());
    txn.put_tables(vec![
        table("list_sizes", day, sizes, &source),
        table("gpsoc", day, &sizes[..1], &source),
    ])?;
    txn.put_quality(
        "reconciliation",
        &df!("file" => [source.as_str()], "rows" => [sizes.len() as i64]).unwrap(),
    )?;
    txn.commit(batch(&[&source]))
}

pub fn release_meta(seed: u64) -> ReleaseMeta {
    let Batch { inputs, definitions, program } = batch(&["lists.csv"]);
    ReleaseMeta {
        method: "A test's".into(),
        pipeline: "open-2018-19".into(),
        basis: "as-returned".into(),
        seed,
        provenance: "published".into(),
        store: None,
        options: BTreeMap::new(),
        inputs,
        confidential: Vec::new(),
        definitions,
        program,
    }
}

pub fn sizes_of(frame: &DataFrame) -> Vec<i64> {
    frame.column("patients").unwrap().i64().unwrap().into_no_null_iter().collect()
}

/// Every file below a folder with its bytes; empty folders do not count.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}
