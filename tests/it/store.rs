//! What a store holds after commits: releases, order, identity, one writer.

use crate::store_support::{batch, commit_a_month, key, lists, meta, sizes_of, table, tree};
use dpcmi::model::{Grain, Period};
use dpcmi::store::{Digest, NewTable, Releases, Store, StoreError, TableKey, verify};
use polars::prelude::*;
use tempfile::tempdir;

#[test]
fn a_new_store_is_empty_and_reading_it_creates_nothing() {
    let dir = tempdir().unwrap();
    let root = dir.path().join("store");
    let store = Store::open(&root).unwrap();
    assert!(store.current().unwrap().is_none());
    assert!(store.read("pomi").unwrap().is_empty());
    assert!(!root.exists());
}

#[test]
fn a_committed_month_is_read_back_with_its_origin() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let id = commit_a_month(&store, "2018-09-30", &[4008, 9120]).unwrap();

    let version = store.current().unwrap().unwrap();
    assert_eq!(version.id(), id);
    assert!(version.is_of(&batch(&["lists-2018-09-30.csv"])));
    let tables = store.read("list_sizes").unwrap();
    let [stored] = tables.as_slice() else { panic!("{} tables", tables.len()) };
    assert!(stored.frame.equals_missing(&lists(&[4008, 9120], "lists-2018-09-30.csv")));
    assert_eq!(stored.entry.period.label(), "September 2018");
    assert_eq!((stored.entry.rows, stored.entry.source.as_str()), (2, "lists-2018-09-30.csv"));
    let path = &stored.entry.path;
    assert!(path.starts_with("clean/list_sizes/2018-09-30/r001-") && path.ends_with(".parquet"), "{path}");

    let raw = &version.manifest().snapshots[0];
    assert_eq!(raw.path, format!("snapshots/{}", raw.digest.blake3));
    assert_eq!(version.snapshot(&raw.digest.blake3).unwrap(), b"raw bytes of 2018-09-30: [4008, 9120]");
    assert_eq!(version.quality("reconciliation").unwrap().height(), 1);
}

#[test]
fn a_resubmitted_month_is_another_file_and_the_latest_counts() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    commit_a_month(&store, "2018-09-30", &[4008]).unwrap();
    let before = tree(dir.path());
    commit_a_month(&store, "2018-09-30", &[4010]).unwrap();

    let after = tree(dir.path());
    for (path, bytes) in before.iter().filter(|(p, _)| *p != "CURRENT") {
        assert_eq!(after.get(path), Some(bytes), "{path} was rewritten");
    }
    let latest = store.read("list_sizes").unwrap();
    assert_eq!(latest.len(), 1);
    assert_eq!(sizes_of(&latest[0].frame), [4010]);
    let version = store.current().unwrap().unwrap();
    let all = version.read("list_sizes", Releases::All, Some(&["patients"])).unwrap();
    let seen: Vec<_> =
        all.iter().map(|t| (t.entry.release[..4].to_owned(), t.entry.latest, sizes_of(&t.frame))).collect();
    assert_eq!(seen, [("r001".into(), false, vec![4008]), ("r002".into(), true, vec![4010])]);
}

#[test]
fn values_that_are_held_are_not_stored_again_whatever_file_brings_them() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut txn = store.begin().unwrap();
    let first = txn.put_tables(vec![table("pomi", "2018-09-30", &[1, 2], "a.zip")]).unwrap();
    let copy = txn.put_tables(vec![table("pomi", "2018-09-30", &[1, 2], "copy of a.csv")]).unwrap();
    assert!(first[0].new && !copy[0].new);
    assert_eq!(first[0].release, copy[0].release);
    txn.commit(batch(&["a.zip", "copy of a.csv"])).unwrap();
    assert_eq!(store.current().unwrap().unwrap().manifest().tables.len(), 1);
    assert!(verify::store(dir.path()).unwrap().faults.is_empty());
}

#[test]
fn a_corrected_line_number_of_the_same_file_is_stored_so_that_rows_lead_back_to_their_place() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut txn = store.begin().unwrap();
    txn.put_table(key("pomi", "2018-09-30"), lists(&[1, 2], "a.csv"), meta("a.csv")).unwrap();
    let moved = lists(&[1, 2], "a.csv").lazy().with_column(col("_line") + lit(1_u32)).collect().unwrap();
    let placed = txn.put_table(key("pomi", "2018-09-30"), moved, meta("a.csv")).unwrap();
    assert!(placed.new);
    assert!(placed.release.starts_with("r002-"), "{}", placed.release);
}

/// A folder of inputs says which release counts; what the store held before does not.
#[test]
fn the_release_put_last_counts_even_when_it_was_held_already() {
    let fresh_and_old = |old: bool| {
        let dir = tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        if old {
            commit_a_month(&store, "2018-09-30", &[2]).unwrap();
            commit_a_month(&store, "2018-09-30", &[1]).unwrap();
        }
        let mut txn = store.begin().unwrap();
        txn.put_tables(vec![
            table("list_sizes", "2018-09-30", &[1], "lists-2018-09-30.csv"),
            table("list_sizes", "2018-09-30", &[2], "lists-2018-09-30.csv"),
        ])
        .unwrap();
        txn.commit(batch(&["both"])).unwrap();
        store.read("list_sizes").unwrap().iter().map(|t| sizes_of(&t.frame)).collect::<Vec<_>>()
    };
    assert_eq!(fresh_and_old(false), [[2]]);
    assert_eq!(fresh_and_old(true), [[2]]);
}

#[test]
fn a_month_and_a_quarter_that_end_on_one_day_are_two_periods() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let quarter = TableKey {
        dataset: "list_sizes".into(),
        period: Period::containing(Grain::Quarter, "2015-09-01".parse().unwrap()),
    };
    let mut txn = store.begin().unwrap();
    txn.put_table(key("list_sizes", "2015-09-30"), lists(&[1], "m.csv"), meta("m.csv")).unwrap();
    let placed = txn.put_table(quarter, lists(&[1], "q.csv"), meta("q.csv")).unwrap();
    assert_eq!((&placed.release[..4], placed.releases), ("r002", 1));
    txn.commit(batch(&["m.csv", "q.csv"])).unwrap();
    let grains: Vec<_> = store.read("list_sizes").unwrap().iter().map(|t| t.entry.period.grain()).collect();
    assert_eq!(grains, [Grain::Month, Grain::Quarter]);
}

#[test]
fn the_same_batches_give_the_same_bytes_whatever_the_threads() {
    let run = |threads| {
        let dir = tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let store = Store::open(dir.path()).unwrap();
            commit_a_month(&store, "2018-08-31", &[3, 1]).unwrap();
            commit_a_month(&store, "2018-09-30", &[4008, 9120]).unwrap();
        });
        tree(dir.path())
    };
    let reference = run(1);
    assert!(reference.len() > 8);
    assert_eq!(run(1), reference);
    assert_eq!(run(8), reference);
}

#[test]
fn a_batch_is_known_by_its_content_and_committing_it_again_changes_nothing() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let id = commit_a_month(&store, "2018-09-30", &[4008]).unwrap();
    let before = tree(dir.path());
    assert_eq!(commit_a_month(&store, "2018-09-30", &[4008]).unwrap(), id);
    assert_eq!(tree(dir.path()), before);

    let one = batch(&["a", "b"]);
    let mut renamed = batch(&["b", "a"]);
    renamed.inputs[0].label = "another name".into();
    assert_eq!(one.id(), renamed.id());
    let mut redefined = one.clone();
    redefined.definitions = "definitions-2".into();
    assert_ne!(one.id(), redefined.id());
    assert_ne!(one.id(), batch(&["a", "c"]).id());
}

#[test]
fn tables_of_a_raw_file_under_a_contract_are_found_without_reading_it_again() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    commit_a_month(&store, "2018-09-30", &[4008]).unwrap();
    let version = store.current().unwrap().unwrap();
    let raw = Digest::of(b"lists-2018-09-30.csv").blake3;
    assert_eq!(version.manifest().tables_from(&raw, "contract-1").count(), 2);
    assert_eq!(version.manifest().tables_from(&raw, "contract-2").count(), 0);
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    commit_a_month(&store, "2018-09-30", &[4008]).unwrap();
    let txn = store.begin().unwrap();
    assert!(matches!(store.begin(), Err(StoreError::Locked { .. })));
    assert_eq!(store.read("list_sizes").unwrap().len(), 1);
    drop(txn);
    assert!(store.begin().is_ok());
}

#[test]
fn an_abandoned_transaction_leaves_nothing() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    commit_a_month(&store, "2018-09-30", &[4008]).unwrap();
    let before = tree(dir.path());
    let mut txn = store.begin().unwrap();
    txn.put_snapshot("x", vec![1, 2, 3]);
    txn.put_tables(vec![table("pomi", "2018-10-31", &[5], "x.csv")]).unwrap();
    drop(txn);
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn a_folder_with_other_things_in_it_is_no_store() {
    let dir = tempdir().unwrap();
    std::fs::write(dir.path().join("thesis.docx"), "x").unwrap();
    assert!(matches!(Store::open(dir.path()), Err(StoreError::NotAStore { .. })));
}

#[test]
fn a_dataset_is_named_by_a_plain_id() {
    let dir = tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut txn = store.begin().unwrap();
    for bad in ["", "../etc", "Pomi", "a/b", &"x".repeat(65)] {
        let table = NewTable { key: key(bad, "2018-09-30"), frame: lists(&[1], "s"), meta: meta("s") };
        assert!(matches!(txn.put_tables(vec![table]), Err(StoreError::Name { .. })), "{bad}");
    }
}
