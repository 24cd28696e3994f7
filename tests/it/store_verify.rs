//! Damage is always found, by name, and never decoded.

use crate::store_support::{commit_a_month, tree};
use dpcmi::store::{Store, StoreError, verify};
use std::path::Path;
use tempfile::tempdir;

fn two_months(root: &Path) {
    let store = Store::open(root).unwrap();
    commit_a_month(&store, "2018-08-31", &[3, 1]).unwrap();
    commit_a_month(&store, "2018-09-30", &[4008, 9120]).unwrap();
}

#[test]
fn a_whole_store_is_found_whole_and_counted() {
    let dir = tempdir().unwrap();
    two_months(dir.path());
    let report = verify::store(dir.path()).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    // 2 raw files, 2 x 2 tables, 2 reconciliations; (2 + 1) x 2 rows of tables and 2 of reconciliation.
    assert_eq!((report.files, report.versions, report.rows), (8, 2, 8));
}

#[test]
fn every_kind_of_damage_to_every_file_is_found_and_named() {
    let dir = tempdir().unwrap();
    two_months(dir.path());
    let files = tree(dir.path());
    let data = |name: &str| name != ".lock";
    let mut tried = 0;
    for (name, bytes) in files.iter().filter(|(n, _)| data(n)) {
        let path = dir.path().join(name);
        let middle = bytes.len() / 2;
        let mut damages: Vec<(&str, Option<Vec<u8>>)> = vec![
            ("deleted", None),
            ("emptied", Some(Vec::new())),
            ("cut", Some(bytes[..bytes.len() - 1].to_vec())),
            ("lengthened", Some([bytes.as_slice(), b"\n"].concat())),
        ];
        for at in [0, middle, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            damages.push(("flipped", Some(flipped)));
        }
        for (kind, damage) in damages {
            match damage {
                Some(bytes) => std::fs::write(&path, bytes).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let report = verify::store(dir.path()).unwrap();
            assert!(!report.is_whole(), "{name} {kind} and not found");
            let named =
                report.faults.iter().any(|d| d.place.file_name() == Some(name) && d.code.id == "T001");
            assert!(named, "{name} {kind}: {:?}", report.faults);
            std::fs::write(&path, bytes).unwrap();
            tried += 1;
        }
    }
    assert!(tried >= 80, "{tried}");
    assert!(verify::store(dir.path()).unwrap().faults.is_empty());
}

#[test]
fn two_files_exchanged_are_both_named() {
    let dir = tempdir().unwrap();
    two_months(dir.path());
    let files = tree(dir.path());
    let parquet: Vec<&String> = files.keys().filter(|n| n.ends_with(".parquet")).collect();
    for pair in parquet.windows(2) {
        let [a, b] = pair else { unreachable!() };
        std::fs::write(dir.path().join(a), &files[*b]).unwrap();
        std::fs::write(dir.path().join(b), &files[*a]).unwrap();
        let report = verify::store(dir.path()).unwrap();
        let named: Vec<_> = report.faults.iter().filter_map(|d| d.place.file_name()).collect();
        assert_eq!(named, [a.as_str(), b.as_str()]);
        std::fs::write(dir.path().join(a), &files[*a]).unwrap();
        std::fs::write(dir.path().join(b), &files[*b]).unwrap();
    }
}

#[test]
fn a_pointer_that_names_no_version_is_damage_and_never_an_older_version_or_an_empty_store() {
    let dir = tempdir().unwrap();
    two_months(dir.path());
    let pointer = dir.path().join("CURRENT");
    let good = std::fs::read_to_string(&pointer).unwrap();
    let id = good.trim_end();
    let elsewhere = format!("{}\n", "0".repeat(64));
    let path_trick = "../../etc/passwd\n".to_owned();
    let crlf = format!("{id}\r\n");
    let bad = [
        String::new(),
        "\n".into(),
        id.to_owned(),
        crlf,
        format!("{good}{good}"),
        id.to_uppercase(),
        elsewhere,
        path_trick,
    ];
    for text in bad {
        std::fs::write(&pointer, &text).unwrap();
        let store = Store::open(dir.path()).unwrap();
        assert!(matches!(store.current(), Err(StoreError::Damaged { .. })), "{text:?}");
        assert!(matches!(store.begin(), Err(StoreError::Damaged { .. })), "{text:?}");
        assert!(!verify::store(dir.path()).unwrap().is_whole(), "{text:?}");
    }
    std::fs::remove_file(&pointer).unwrap();
    assert!(matches!(Store::open(dir.path()).unwrap().current(), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_damaged_table_is_refused_before_it_is_decoded() {
    let dir = tempdir().unwrap();
    two_months(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let path = dir.path().join(&store.read("gpsoc").unwrap()[0].entry.path);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[40] ^= 4;
    std::fs::write(&path, bytes).unwrap();
    let error = store.read("gpsoc").unwrap_err();
    assert!(matches!(&error, StoreError::Damaged { path: p, .. } if *p == path), "{error}");
    assert!(store.read("list_sizes").is_ok());
}

#[test]
fn what_a_killed_run_left_is_litter_and_what_somebody_else_left_is_not_ours() {
    let dir = tempdir().unwrap();
    two_months(dir.path());
    let litter = dir.path().join("clean/pomi/2018-09-30/r001-00000000.parquet");
    std::fs::create_dir_all(litter.parent().unwrap()).unwrap();
    std::fs::write(&litter, "half").unwrap();
    let report = verify::store(dir.path()).unwrap();
    assert!(report.is_whole());
    assert_eq!(report.faults.iter().map(|d| d.code.name).collect::<Vec<_>>(), ["STORE_LITTER"]);
    drop(Store::open(dir.path()).unwrap().begin().unwrap());
    assert!(!litter.exists());

    std::fs::write(dir.path().join("notes.txt"), "x").unwrap();
    assert!(!verify::store(dir.path()).unwrap().is_whole());
}

#[test]
fn while_a_manifest_is_damaged_nothing_is_swept_away() {
    let dir = tempdir().unwrap();
    two_months(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let parent = store.current().unwrap().unwrap().manifest().parent.clone().unwrap();
    let manifest = dir.path().join(format!("versions/{parent}/manifest.json"));
    let good = std::fs::read(&manifest).unwrap();
    for damage in [Some(b"{}".to_vec()), None] {
        match damage {
            Some(bytes) => std::fs::write(&manifest, bytes).unwrap(),
            None => std::fs::remove_file(&manifest).unwrap(),
        }
        let before = tree(dir.path());
        drop(store.begin().unwrap());
        assert_eq!(tree(dir.path()), before);
        std::fs::write(&manifest, &good).unwrap();
    }
}
