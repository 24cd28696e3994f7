//! The built binary run on a folder, and the tables that it leaves, read with the csv crate.

use crate::common::files;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The binary, with arguments.
pub fn dpcmi(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dpcmi"));
    command.args(arguments).args(["--quiet", "--format", "json"]);
    command
}

/// Exit code and what it said. Warnings (1) and refused files (11) are answers, not failures.
pub fn answer(command: &mut Command) -> (i32, Value) {
    let out = command.output().expect("the binary starts");
    let code = out.status.code().expect("an exit code");
    let said = String::from_utf8_lossy(&out.stdout);
    let told = String::from_utf8_lossy(&out.stderr);
    assert!([0, 1, 11].contains(&code), "exit code {code}\n{said}\n{told}");
    (code, serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}\n{told}")))
}

pub fn run(pipeline: &str, inputs: &Path, store: &Path, out: &Path, more: &[&str]) -> Value {
    let mut command = dpcmi(&["run", pipeline]);
    command.arg("--inputs").arg(inputs).arg("--store").arg(store).arg("--out").arg(out).args(more);
    answer(&mut command).1
}

/// A folder of its own below the target folder, emptied.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).expect("an old folder can be removed");
    }
    std::fs::create_dir_all(&path).expect("a folder can be made");
    path
}

/// Path to bytes, of every file below.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |p: &Path| p.strip_prefix(root).unwrap().to_string_lossy().into_owned();
    files(root).iter().map(|p| (name(p), std::fs::read(p).unwrap())).collect()
}

/// A CSV with a header.
pub struct Csv {
    columns: BTreeMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Csv {
    pub fn open(path: &Path) -> Csv {
        let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Csv::of(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes))
    }

    pub fn of(bytes: &[u8]) -> Csv {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let header = reader.headers().unwrap().clone();
        let columns = header.iter().enumerate().map(|(i, c)| (c.trim().to_owned(), i)).collect();
        Csv { columns, rows: reader.records().map(Result::unwrap).collect() }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { columns: &self.columns, cells })
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

#[derive(Clone, Copy)]
pub struct Row<'a> {
    columns: &'a BTreeMap<String, usize>,
    cells: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// The cell; empty cells and the marks of an absent value are `None`.
    pub fn get(self, column: &str) -> Option<&'a str> {
        let at =
            *self.columns.get(column).unwrap_or_else(|| panic!("no column {column} in {:?}", self.columns));
        let cell = self.cells.get(at).unwrap_or("").trim();
        (!matches!(cell, "" | "[x]" | "[z]" | "[c]")).then_some(cell)
    }

    pub fn text(self, column: &str) -> &'a str {
        self.get(column).unwrap_or_default()
    }

    pub fn int(self, column: &str) -> Option<i64> {
        self.get(column).map(|c| c.parse().unwrap_or_else(|_| panic!("{column}: {c} is not a whole number")))
    }

    pub fn float(self, column: &str) -> Option<f64> {
        self.get(column).and_then(|c| c.parse().ok())
    }
}
