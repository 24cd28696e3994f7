//! The practice return of the tests: its contract, files of it, and what an intake says about one.

use dpcmi::define::{Contract, ContractFile, Source, parse};
use dpcmi::diag::{Diagnostic, Scope, Severity};
use dpcmi::pipeline::intake::{self, Intake};
use dpcmi::read::Limits;
use dpcmi::read::child::Reader;
use polars::prelude::DataFrame;
use std::io::{Cursor, Write};
use std::sync::LazyLock;
use zip::write::SimpleFileOptions;

pub const HEADER: &str = "ods_code,practice_name,ccg_code,return_date,list_size,spend_gbp\n";

static CONTRACTS: LazyLock<Vec<Contract>> = LazyLock::new(|| {
    let text = include_str!("../fixtures/datasets/practice_return.toml");
    vec![contract("datasets/practice_return.toml", text)]
});

pub fn contract(name: &str, text: &str) -> Contract {
    let source = Source { name: name.into(), text: text.into() };
    Contract::resolve(parse::<ContractFile>(&source).expect("TOML"), &source).expect("a sound contract")
}

/// Reads a file by the contract of the return.
pub fn read(label: &str, bytes: &[u8]) -> Intake {
    read_by(&CONTRACTS, label, bytes)
}

pub fn read_by(contracts: &[Contract], label: &str, bytes: &[u8]) -> Intake {
    intake::file(contracts, label, bytes, &Limits::default(), &Reader::default()).expect("no fault of polars")
}

/// A good row; practices are told apart by their number.
pub fn row(practice: usize) -> String {
    format!("F{practice:05},WILLOW HOUSE SURGERY,07X,2015-04-30,3541,120345.67\n")
}

/// A header and good rows.
pub fn rows(count: usize) -> String {
    HEADER.to_owned() + &(0..count).map(row).collect::<String>()
}

/// What one cell of the return may hold, and the row that holds it.
pub fn with_cell(column: usize, cell: &str) -> Vec<u8> {
    let mut cells = ["F85036", "WILLOW HOUSE SURGERY", "07X", "2015-04-30", "3541", "1.00"];
    cells[column] = cell;
    let quoted = cells.map(|c| format!("\"{}\"", c.replace('"', "\"\"")));
    format!("{HEADER}{}\n", quoted.join(",")).into_bytes()
}

pub fn pack(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a name");
        zip.write_all(content).expect("room");
    }
    zip.finish().expect("an archive").into_inner()
}

pub fn diagnostics(intake: &Intake) -> Vec<&Diagnostic> {
    let tables = intake.tables.iter().flat_map(|(_, t)| &t.diagnostics);
    intake.diagnostics.iter().chain(tables).collect()
}

pub fn codes(intake: &Intake) -> Vec<&'static str> {
    diagnostics(intake).iter().map(|d| d.code.name).collect()
}

pub fn has(intake: &Intake, code: &str) -> bool {
    codes(intake).contains(&code)
}

/// The one diagnostic with this code.
pub fn only<'a>(intake: &'a Intake, code: &str) -> &'a Diagnostic {
    let found: Vec<_> = diagnostics(intake).into_iter().filter(|d| d.code.name == code).collect();
    assert_eq!(found.len(), 1, "{code} in {:?}", codes(intake));
    found[0]
}

/// Rows accepted, quarantined, skipped.
pub fn counts(intake: &Intake) -> (u64, u64, u64) {
    intake.tables.iter().fold((0, 0, 0), |(a, q, s), (_, t)| {
        let n = &t.account;
        (a + n.rows_accepted, q + n.rows_quarantined, s + n.rows_skipped)
    })
}

/// The frames that were accepted.
pub fn frames(intake: &Intake) -> Vec<&DataFrame> {
    intake.tables.iter().flat_map(|(_, t)| t.parts.iter().map(|(_, f)| f)).collect()
}

/// In the words of the catalogue: the severest thing that befell the file.
pub fn outcome(intake: &Intake) -> &'static str {
    let all = diagnostics(intake);
    let cell = |d: &&Diagnostic| d.severity == Severity::Error && d.code.scope == Scope::Cell;
    if all.iter().any(|d| d.severity == Severity::Fatal) {
        "reject-file"
    } else if counts(intake).1 > 0 {
        "quarantine-rows"
    } else if all.iter().any(cell) {
        "quarantine-cell"
    } else if all.iter().any(|d| d.severity == Severity::Warning && d.code.name != "PERIOD_INFERRED") {
        // the return itself never says its period: that is no fault of the file at hand
        "accept-warn"
    } else {
        "accept"
    }
}

/// Nothing is dropped in silence: rows and bytes add up, each accepted row stands in a frame, each row set aside in
/// the quarantine; the rows of a refused file are counted as refused and kept by the snapshot.
pub fn assert_accounted(what: &str, intake: &Intake, bytes: usize) {
    for (label, t) in &intake.tables {
        assert!(t.account.balances(), "{what}: {label}: {:?}", t.account);
        let framed: usize = t.parts.iter().map(|(_, f)| f.height()).sum();
        assert_eq!(framed as u64, t.account.rows_accepted, "{what}: rows in frames");
        assert_eq!(t.quarantine.len() as u64, t.account.rows_quarantined, "{what}: rows set aside");
    }
    let read: u64 = intake.tables.iter().map(|(_, t)| t.account.bytes_read).sum();
    if !intake.tables.is_empty() {
        assert_eq!(read, bytes as u64, "{what}: bytes read");
    }
}
