//! A folder of good files with hostile ones among them, through the whole program: each hostile one is refused or
//! set aside with its place, each good one is stored as if it were alone.

use crate::return_support::pack;
use dpcmi::store::Store;
use dpcmi::synth::{Era, Spec};
use polars::prelude::DataFrame;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::tempdir;

pub const LISTS: &str = "list-sizes/gp-reg-pat-prac-all-apr2018.csv";

pub fn dpcmi() -> Command {
    Command::new(env!("CARGO_BIN_EXE_dpcmi"))
}

pub fn ingest(mut program: Command, inputs: &Path, store: &Path) -> Output {
    let arguments = ["ingest", "open-2018-19", "--quiet", "--format", "json", "--inputs"];
    program.args(arguments).arg(inputs).arg("--store").arg(store).output().expect("the program")
}

pub fn good(folder: &Path) {
    let spec = Spec { practices: 40, quarters: 1, era: Era::Open2018, ..Spec::default() };
    dpcmi::pipeline::synthetic::write(&spec, folder).expect("a synthetic folder");
}

/// Rows of each dataset and period, latest release.
pub fn held(store: &Path) -> BTreeMap<(String, String), u64> {
    let version = Store::open(store).expect("a store").current().expect("readable").expect("a version");
    let latest = version.manifest().tables.iter().filter(|t| t.latest);
    latest.map(|t| ((t.dataset.clone(), t.period.to_string()), t.rows)).collect()
}

pub fn quality(store: &Path, table: &str) -> DataFrame {
    let version = Store::open(store).expect("a store").current().expect("readable").expect("a version");
    version.quality(table).expect("a table about the intake")
}

/// Input -> names of its issues, with line and text where they have one.
pub fn issues(store: &Path) -> BTreeMap<String, Vec<(String, Option<i64>, String)>> {
    let frame = quality(store, "issues");
    let text = |name: &str| frame.column(name).unwrap().str().unwrap().clone();
    let (input, name, found, remedy) = (text("input"), text("name"), text("found"), text("remedy"));
    let line = frame.column("line").unwrap().i64().unwrap().clone();
    let mut out: BTreeMap<String, Vec<(String, Option<i64>, String)>> = BTreeMap::new();
    for i in 0..frame.height() {
        let shown = format!("{} {}", found.get(i).unwrap_or(""), remedy.get(i).unwrap_or(""));
        let issue = (name.get(i).unwrap().to_owned(), line.get(i), shown);
        out.entry(input.get(i).unwrap().to_owned()).or_default().push(issue);
    }
    out
}

/// File -> rows set aside, by the account or by the quarantine itself; files without any are left out.
fn set_aside(store: &Path, table: &str) -> BTreeMap<String, i64> {
    let frame = quality(store, table);
    let files = frame.column("file").unwrap().str().unwrap().clone();
    let counts = frame.column("rows_quarantined").ok().map(|c| c.i64().unwrap().clone());
    let mut out = BTreeMap::new();
    for (i, file) in files.iter().enumerate() {
        let rows = counts.as_ref().map_or(Some(1), |c| c.get(i)).unwrap();
        *out.entry(file.unwrap().to_owned()).or_insert(0) += rows;
    }
    out.retain(|_, rows| *rows > 0);
    out
}

#[test]
fn hostile_files_are_named_and_the_good_ones_beside_them_are_stored() {
    let dir = tempdir().unwrap();
    let [clean, inputs, alone, store] = ["clean", "inputs", "alone", "store"].map(|n| dir.path().join(n));
    good(&clean);
    good(&inputs);
    assert_eq!(ingest(dpcmi(), &clean, &alone).status.code(), Some(1), "planted faults are warnings");

    // other months than the good ones, so that nothing is a second release
    let may = |text: &str| text.replace("01APR2018", "01OCT2018").replace("2018-04-01", "2018-10-01");
    let lists = may(&fs::read_to_string(clean.join(LISTS)).unwrap());
    let lines: Vec<&str> = lists.lines().collect();
    let bad = inputs.join("hostile");
    fs::create_dir(&bad).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(bad.join(name), bytes).unwrap();
    put("cut.csv", &lists.as_bytes()[..lists.len() - 20]);
    put("renamed.csv", lists.replacen("NUMBER_OF_PATIENTS", "NUMBER_OF_PATIENT", 1).as_bytes());
    put("unclosed.csv", lists.replacen(lines[2], &format!("\"{}", lines[2]), 1).as_bytes());
    put("empty.csv", b"");
    put("text.xlsx", lists.as_bytes());
    let zip = pack(&[("lists.csv", lists.as_bytes())]);
    let mut flipped = zip.clone();
    flipped[100] ^= 0x10;
    put("flipped.zip", &flipped);
    put("cut.zip", &zip[..zip.len() - 30]);
    put("trick.zip", &pack(&[("../../lists.csv", lists.as_bytes())]));
    let book = fs::read(inputs.join("gpsoc/GPSoC Marketshare - Apr 2018.xlsx")).unwrap();
    put("cut.xlsx", &book[..book.len() / 2]);
    symlink(clean.join(LISTS), bad.join("link.csv")).unwrap();
    symlink(&clean, bad.join("folder_link")).unwrap();
    mknodat(CWD, bad.join("pipe.csv"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();

    let done = ingest(dpcmi(), &inputs, &store);
    assert_eq!(done.status.code(), Some(11), "{}", String::from_utf8_lossy(&done.stderr));
    let found = issues(&store);
    for (name, code) in [
        ("renamed.csv", "HEADER_MISSING"),
        ("unclosed.csv", "CSV_UNCLOSED_QUOTE"),
        ("empty.csv", "EMPTY_FILE"),
        ("text.xlsx", "MAGIC_MISMATCH"),
        ("cut.zip", "ZIP_TRUNCATED"),
        ("trick.zip", "ZIP_UNSAFE_PATH"),
        ("cut.xlsx", "ZIP_TRUNCATED"),
        ("link.csv", "NOT_A_REGULAR_FILE"),
        ("folder_link", "NOT_A_REGULAR_FILE"),
        ("pipe.csv", "NOT_A_REGULAR_FILE"),
        ("cut.csv", "TRUNCATED_TAIL"),
    ] {
        let of = found.get(&format!("hostile/{name}")).unwrap_or_else(|| panic!("{name} in {found:?}"));
        assert!(of.iter().any(|i| i.0 == code), "{name}: {of:?}");
    }
    let flipped = &found["hostile/flipped.zip"];
    assert!(flipped.iter().any(|i| i.0 == "ZIP_CRC" || i.0 == "ZIP_SIZE_MISMATCH"), "{flipped:?}");
    let of = |name: &str, code: &str| {
        found[&format!("hostile/{name}")].iter().find(|i| i.0 == code).unwrap().clone()
    };
    assert_eq!(of("unclosed.csv", "CSV_UNCLOSED_QUOTE").1, Some(3));
    assert_eq!(of("cut.csv", "TRUNCATED_TAIL").1, Some(lines.len() as i64));
    let renamed = of("renamed.csv", "HEADER_MISSING");
    assert!(renamed.1 == Some(1) && renamed.2.contains("`NUMBER_OF_PATIENT`"), "{renamed:?}");

    let (with, without) = (held(&store), held(&alone));
    for (key, rows) in &without {
        assert_eq!(with.get(key), Some(rows), "{key:?}");
    }
    let more: Vec<_> = with.keys().filter(|k| !without.contains_key(*k)).collect();
    assert!(more.is_empty(), "of the hostile files none has rows that can be used: {more:?}");
    let account = quality(&store, "reconciliation");
    let sum = |name: &str| account.column(name).unwrap().i64().unwrap().iter().flatten().sum::<i64>();
    let parts = ["rows_accepted", "rows_quarantined", "rows_skipped", "rows_refused"];
    assert_eq!(sum("rows_read"), parts.iter().map(|p| sum(p)).sum::<i64>());
    assert_eq!(set_aside(&store, "reconciliation"), set_aside(&store, "quarantine"));
    assert_eq!(sum("bytes_read"), sum("bytes_accounted"));

    let again = ingest(dpcmi(), &inputs, &store);
    assert!(again.status.code() == Some(0), "nothing changed: {}", String::from_utf8_lossy(&again.stdout));
}

#[test]
fn what_may_not_be_read_is_refused_and_the_rest_is_stored() {
    let dir = tempdir().unwrap();
    let [inputs, store] = ["inputs", "store"].map(|n| dir.path().join(n));
    good(&inputs);
    fs::write(inputs.join("secret.csv"), "a,b\n").unwrap();
    fs::create_dir(inputs.join("closed")).unwrap();
    for name in ["secret.csv", "closed"] {
        fs::set_permissions(inputs.join(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let mut program = dpcmi();
    if fs::read(inputs.join("secret.csv")).is_ok() {
        // the superuser may read everything: somebody else has to try
        program = Command::new("setpriv");
        program.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_dpcmi")]);
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
        if Command::new("setpriv").arg("--version").output().is_err() {
            println!("skipped: the tests run as the superuser and there is no setpriv");
            return;
        }
    }
    let done = ingest(program, &inputs, &store);
    assert_eq!(done.status.code(), Some(11), "{}", String::from_utf8_lossy(&done.stderr));
    let found = issues(&store);
    for name in ["secret.csv", "closed"] {
        assert_eq!(found[name][0].0, "UNREADABLE", "{name}");
    }
    assert!(held(&store).len() > 10);
}

#[test]
fn a_copy_of_an_input_is_named_and_counted_once() {
    let dir = tempdir().unwrap();
    let [inputs, other, store] = ["inputs", "other", "store"].map(|n| dir.path().join(n));
    good(&inputs);
    ingest(dpcmi(), &inputs, &other);
    fs::copy(inputs.join(LISTS), inputs.join("a copy.csv")).unwrap();
    let again = ingest(dpcmi(), &inputs, &other);
    assert!(String::from_utf8_lossy(&again.stdout).contains("\"unchanged\": true"), "a copy is no new input");
    ingest(dpcmi(), &inputs, &store);
    assert_eq!(held(&store), held(&other));
    let copies: Vec<String> = issues(&store)
        .into_iter()
        .filter(|(_, all)| all.iter().any(|issue| issue.0 == "DUPLICATE_CONTENT"))
        .map(|(input, _)| input)
        .collect();
    assert_eq!(copies, [LISTS], "the second of the two by name");
}

#[test]
fn folders_that_do_not_fit_are_refused_before_anything_is_written() {
    let dir = tempdir().unwrap();
    let [inputs, empty, store, out] = ["inputs", "empty", "store", "out"].map(|n| dir.path().join(n));
    good(&inputs);
    fs::create_dir(&empty).unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let before = crate::line::tree(dir.path());
    let run = |inputs: &Path, store: &Path, out: &Path| {
        let mut program = dpcmi();
        program
            .args(["run", "open-2018-19", "--inputs"])
            .arg(inputs)
            .arg("--store")
            .arg(store)
            .arg("--out")
            .arg(out);
        let done = program.output().unwrap();
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    for (inputs, store, out, code, told) in [
        (&empty, &store, &out, 2, "holds no file"),
        (&inputs, &inputs.join("store"), &out, 2, "may not lie in one another"),
        (&inputs, &store, &inputs.join("deep/out"), 2, "may not lie in one another"),
        (&inputs, &dir.path().to_owned(), &out, 2, "may not lie in one another"),
        (&inputs, &store, &store.join("out"), 2, "may not lie in one another"),
        (&inputs, &store, &dir.path().join("file/out"), 20, "cannot write below"),
    ] {
        let (found, said) = run(inputs, store, out);
        assert!(found == Some(code) && said.contains(told), "{found:?} {said}");
    }
    assert_eq!(crate::line::tree(dir.path()), before);
    assert!(!store.exists() && !out.exists());
}
