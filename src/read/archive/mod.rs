//! Zip files in memory: entries as labelled bytes, and what kind of package the bytes are. Never extracts.
//!
//! An archive is taken whole or not at all: one fatal fault and no entry of it is used. Before: `snapshot`;
//! after: `read::text` or `read::child` for each entry.

mod directory;
mod inflate;

pub use directory::{Record, fault, names, read as directory};
pub use inflate::inflate;

use crate::diag::{Diagnostic, Place};
use crate::read::Limits;
use rayon::prelude::*;

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As written in the archive, with `/` between folders; a label, not a path.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// All files of an archive in the order of its directory, or none of them and why.
pub fn entries(label: &str, bytes: &[u8], limits: &Limits) -> (Vec<Entry>, Vec<Diagnostic>) {
    let (records, mut diagnostics) = match directory::read(label, bytes, limits) {
        Ok(read) => read,
        Err(faults) => return (Vec::new(), faults),
    };
    // Collected whole before looking at it, so that the fault named does not depend on the threads.
    let contents: Vec<_> = records.par_iter().map(|r| checked(r, bytes)).collect();
    let mut entries = Vec::with_capacity(records.len());
    let mut faults = Vec::new();
    for (record, content) in records.into_iter().zip(contents) {
        match content {
            Ok(content) => entries.push(Entry { name: record.name, bytes: content }),
            Err((code, why)) => faults.push(fault(label, code, &record.name, record.header as u64, &why)),
        }
    }
    if !faults.is_empty() {
        diagnostics.append(&mut faults);
        return (Vec::new(), diagnostics);
    }
    (entries, diagnostics)
}

fn checked(record: &Record, bytes: &[u8]) -> Result<Vec<u8>, inflate::Fault> {
    let content = inflate(record, bytes)?;
    if is_zip(&content) && !is_document(&content) {
        return Err(("ZIP_NESTED_DEPTH", "it is an archive itself".into()));
    }
    Ok(content)
}

/// Whether the bytes begin as a zip file does.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether the bytes are an Office Open XML workbook. Says nothing about its health.
pub fn is_workbook(bytes: &[u8]) -> bool {
    let is = |names: &[_], wanted: &str| {
        names
            .iter()
            .any(|n: &std::borrow::Cow<'_, str>| n.trim_start_matches('/').eq_ignore_ascii_case(wanted))
    };
    is_zip(bytes) && names(bytes).is_some_and(|n| is(&n, "[Content_Types].xml") && is(&n, "xl/workbook.xml"))
}

/// Whether a zip file is a document package (Office Open XML or OpenDocument) and not an archive of files.
fn is_document(bytes: &[u8]) -> bool {
    names(bytes).is_some_and(|n| {
        n.iter().any(|n| n == "[Content_Types].xml") || n.first().is_some_and(|n| n == "mimetype")
    })
}

/// `MAGIC_MISMATCH` when the file's name promises another kind than its first bytes show.
pub fn mismatch(label: &str, bytes: &[u8]) -> Option<Diagnostic> {
    const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    let extension = label.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase())?;
    let message = match extension.as_str() {
        "xlsx" | "xlsm" if bytes.starts_with(COMPOUND) => {
            "the name says workbook (xlsx), the bytes are an old or password-protected one"
        }
        "xlsx" | "xlsm" if !is_zip(bytes) => "the name says workbook (xlsx), the bytes are something else",
        "xlsx" | "xlsm" if names(bytes).is_some() && !is_workbook(bytes) => {
            "the name says workbook (xlsx), the bytes are an archive without one"
        }
        "zip" if !is_zip(bytes) => "the name says archive (zip), the bytes are something else",
        "csv" | "txt" | "tsv" if is_zip(bytes) => "the name says text, the bytes are an archive or workbook",
        "csv" | "txt" | "tsv" if bytes.starts_with(COMPOUND) => {
            "the name says text, the bytes are an old workbook"
        }
        _ => return None,
    };
    Some(Diagnostic::new("MAGIC_MISMATCH", Place::file(label), message))
}
