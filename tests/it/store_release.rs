//! The published folder: whole or not there, checked to the last file, the same bytes each time.

use crate::store_support::{lists, release_meta, sizes_of, tree};
use dpcmi::store::{Disk, Fs, Metadata, Release, ReleaseWriter, StoreError, release};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::tempdir;

const CSV: &str = "practice_code,patients\r\nA00000,4008\r\nA00001,9120\r\n";

fn publish(out: &Path, seed: u64) -> dpcmi::store::Result<String> {
    fill(ReleaseWriter::create(out)?, seed)
}

fn fill(writer: ReleaseWriter, seed: u64) -> dpcmi::store::Result<String> {
    writer.put("index.html", format!("<p>seed {seed}</p>"), None)?;
    writer.put("tables/practices.csv", CSV, Some(2))?;
    writer.put_frame("tables/practices.parquet", &lists(&[4008, 9120], "l.csv"), &Metadata::new())?;
    writer.put("site/practice/A00000.html", "<p>A00000</p>", None)?;
    writer.finish(release_meta(seed))
}

#[test]
fn a_release_is_verified_and_read_back() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    let id = publish(&out, 1).unwrap();
    let report = release::verify(&out).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert_eq!((report.files, report.rows), (4, 4));
    let read = Release::open(&out).unwrap();
    assert_eq!(read.manifest().id, id);
    assert_eq!(read.manifest().meta.basis, "as-returned");
    assert_eq!(sizes_of(&read.table("practices", Some(&["patients"])).unwrap()), [4008, 9120]);
    assert!(matches!(read.table("nothing", None), Err(StoreError::Unknown { .. })));
    let names: Vec<String> = tree(dir.path()).into_keys().collect();
    assert!(names.iter().all(|n| n.starts_with("release/")), "{names:?}");
}

#[test]
fn sums_are_in_the_form_that_sha256sum_checks() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    publish(&out, 1).unwrap();
    let sums = std::fs::read_to_string(out.join("SHA256SUMS")).unwrap();
    // printf '<p>A00000</p>' | sha256sum
    let line = "bef3552c42963661cdd50e74d75e65ff75a1b34e8cd4b1c1b5a37dd15d8fc809  site/practice/A00000.html";
    assert!(sums.lines().any(|l| l == line), "{sums}");
    let paths: Vec<&str> = sums.lines().map(|l| &l[66..]).collect();
    let expected = [
        "index.html",
        "manifest.json",
        "site/practice/A00000.html",
        "tables/practices.csv",
        "tables/practices.parquet",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn the_same_run_gives_the_same_bytes_in_another_folder_with_files_put_in_another_order() {
    let dir = tempdir().unwrap();
    publish(&dir.path().join("a"), 1).unwrap();
    let other = ReleaseWriter::create(&dir.path().join("elsewhere/b")).unwrap();
    std::thread::scope(|s| {
        s.spawn(|| other.put("site/practice/A00000.html", "<p>A00000</p>", None).unwrap());
        s.spawn(|| other.put("tables/practices.csv", CSV, Some(2)).unwrap());
    });
    other.put_frame("tables/practices.parquet", &lists(&[4008, 9120], "l.csv"), &Metadata::new()).unwrap();
    other.put("index.html", "<p>seed 1</p>", None).unwrap();
    other.finish(release_meta(1)).unwrap();
    assert_eq!(tree(&dir.path().join("a")), tree(&dir.path().join("elsewhere/b")));
}

#[test]
fn a_release_answers_only_the_run_that_made_it() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    publish(&out, 1).unwrap();
    let read = Release::open(&out).unwrap();
    let mut renamed = release_meta(1);
    renamed.inputs[0].label = "the same file under another name".into();
    assert!(read.answers(&release_meta(1)) && read.answers(&renamed));
    assert!(!read.answers(&release_meta(2)));
    let mut other = release_meta(1);
    other.store = Some("another version".into());
    assert!(!read.answers(&other));
    std::fs::remove_file(out.join("index.html")).unwrap();
    assert!(!read.answers(&release_meta(1)));
}

#[test]
fn a_new_release_takes_the_place_of_the_former_and_leaves_nothing_beside_it() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    publish(&out, 1).unwrap();
    publish(&out, 2).unwrap();
    assert_eq!(Release::open(&out).unwrap().manifest().meta.seed, 2);
    assert!(release::verify(&out).unwrap().faults.is_empty());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_that_is_no_release_is_never_replaced() {
    let dir = tempdir().unwrap();
    let (home, file, empty) = (dir.path().join("home"), dir.path().join("file"), dir.path().join("empty"));
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join("thesis.docx"), "x").unwrap();
    std::fs::write(&file, "x").unwrap();
    std::fs::create_dir(&empty).unwrap();
    for bad in [&home, &file] {
        assert!(
            matches!(ReleaseWriter::create(bad), Err(StoreError::NotARelease { .. })),
            "{}",
            bad.display()
        );
    }
    assert!(publish(&empty, 1).is_ok());

    // Put there while the release was being built.
    let late = dir.path().join("late");
    let writer = ReleaseWriter::create(&late).unwrap();
    std::fs::create_dir(&late).unwrap();
    std::fs::write(late.join("thesis.docx"), "x").unwrap();
    assert!(matches!(fill(writer, 1), Err(StoreError::NotARelease { .. })));
    assert_eq!(std::fs::read_to_string(late.join("thesis.docx")).unwrap(), "x");
}

#[test]
fn a_former_release_that_a_killed_run_had_moved_aside_is_put_back() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    publish(&out, 1).unwrap();
    std::fs::rename(&out, dir.path().join(".release.dpcmi-unfinished-former")).unwrap();
    drop(ReleaseWriter::create(&out).unwrap());
    assert_eq!(Release::open(&out).unwrap().manifest().meta.seed, 1);
    assert!(release::verify(&out).unwrap().faults.is_empty());
}

#[test]
fn two_runs_do_not_write_to_one_place_at_once() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    let first = ReleaseWriter::create(&out).unwrap();
    assert!(matches!(ReleaseWriter::create(&out), Err(StoreError::Locked { .. })));
    assert!(ReleaseWriter::create(&dir.path().join("another")).is_ok());
    drop(first);
    assert!(publish(&out, 1).is_ok());
}

#[test]
fn paths_that_escape_hide_or_repeat_and_counts_that_lie_are_refused() {
    let dir = tempdir().unwrap();
    let writer = ReleaseWriter::create(&dir.path().join("release")).unwrap();
    for bad in ["../x", "/etc/passwd", "a/../../x", ".htaccess", "a b", "", "manifest.json", "SHA256SUMS"] {
        assert!(matches!(writer.put(bad, "x", None), Err(StoreError::Name { .. })), "{bad}");
    }
    writer.put("a.json", "{}", None).unwrap();
    assert!(matches!(writer.put("a.json", "{}", None), Err(StoreError::Name { .. })));
    assert!(matches!(writer.put("b.csv", CSV, Some(3)), Err(StoreError::Damaged { .. })));
}

#[test]
fn every_kind_of_damage_to_a_release_is_found_and_named() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    publish(&out, 1).unwrap();
    for (name, bytes) in tree(&out) {
        let path = out.join(&name);
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        let cut = bytes[..bytes.len() - 1].to_vec();
        for damage in [None, Some(flipped), Some(cut), Some(Vec::new())] {
            match damage {
                Some(bytes) => std::fs::write(&path, bytes).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let report = release::verify(&out).unwrap();
            assert!(
                report.faults.iter().any(|d| d.place.file_name() == Some(&name)),
                "{name}: {:?}",
                report.faults
            );
            std::fs::write(&path, &bytes).unwrap();
        }
    }
    std::fs::write(out.join("extra.html"), "x").unwrap();
    assert!(!release::verify(&out).unwrap().is_whole());
}

#[test]
fn a_table_whose_two_forms_differ_in_length_is_found() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("release");
    let writer = ReleaseWriter::create(&out).unwrap();
    writer.put("tables/practices.csv", CSV, Some(2)).unwrap();
    writer.put_frame("tables/practices.parquet", &lists(&[4008], "l.csv"), &Metadata::new()).unwrap();
    writer.finish(release_meta(1)).unwrap();
    let report = release::verify(&out).unwrap();
    assert_eq!(
        report.faults.iter().filter_map(|d| d.place.file_name()).collect::<Vec<_>>(),
        ["tables/practices.csv"]
    );
}

/// Fails the n-th operation; `old` answers EINVAL to an exchange, as a file system without it does.
struct Failing {
    at: usize,
    old: bool,
    done: AtomicUsize,
}

impl Failing {
    fn new(at: usize, old: bool) -> Arc<Failing> {
        Arc::new(Failing { at, old, done: AtomicUsize::new(0) })
    }

    fn next(&self) -> io::Result<()> {
        let n = self.done.fetch_add(1, Ordering::SeqCst);
        if n == self.at { Err(io::Error::from_raw_os_error(28)) } else { Ok(()) }
    }
}

impl Fs for Failing {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.next().and_then(|()| Disk.create_dir(path))
    }
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.next().and_then(|()| Disk.write_new(path, bytes))
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.next().and_then(|()| Disk.sync_dir(path))
    }
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.next().and_then(|()| Disk.rename_new(from, to))
    }
    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.next().and_then(|()| Disk.hard_link(from, to))
    }
    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.next().and_then(|()| Disk.rename_over(from, to))
    }
    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()> {
        self.next()?;
        if self.old { Err(io::Error::from_raw_os_error(22)) } else { Disk.exchange(a, b) }
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.next().and_then(|()| Disk.remove_file(path))
    }
    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        self.next().and_then(|()| Disk.remove_tree(path))
    }
}

#[test]
fn whichever_operation_fails_a_whole_release_stands_at_the_place() {
    for old in [false, true] {
        let (mut at, mut failures) = (0, 0);
        loop {
            let dir = tempdir().unwrap();
            let out = dir.path().join("release");
            publish(&out, 1).unwrap();
            let fs = Failing::new(at, old);
            let outcome = ReleaseWriter::create_on(&out, fs.clone()).and_then(|w| fill(w, 2));
            assert!(release::verify(&out).unwrap().faults.is_empty(), "operation {at}");
            let seed = Release::open(&out).unwrap().manifest().meta.seed;
            if outcome.is_ok() {
                assert_eq!(seed, 2, "operation {at}");
            } else {
                failures += 1;
            }
            // And the next run is not hindered by what was left.
            publish(&out, 3).unwrap();
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "operation {at}");
            at += 1;
            if fs.done.load(Ordering::SeqCst) < at {
                break;
            }
        }
        assert!(failures > 8, "{failures}");
    }
}
