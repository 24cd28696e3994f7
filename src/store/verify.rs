//! Is everything that was committed still there, and nothing else? Every damaged file is named.

use super::digest::Digest;
use super::error::{Result, StoreError};
use super::recover::{SWEPT, Versions};
use super::version::Store;
use super::{names, parquet, walk};
use crate::diag::{Diagnostic, Place, Severity};
use rayon::prelude::*;
use std::fs;
use std::path::Path;

/// What `verify` looked at and what it found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub files: u64,
    pub bytes: u64,
    /// Rows of the tables.
    pub rows: u64,
    /// Versions of a store; 1 for a release.
    pub versions: u64,
    /// `STORE_DAMAGED` for each file that is not as committed, `STORE_LITTER` for what a killed run left.
    pub faults: Vec<Diagnostic>,
}

impl Report {
    /// Nothing is damaged; litter does no harm.
    pub fn is_whole(&self) -> bool {
        self.faults.iter().all(|d| d.severity < Severity::Error)
    }

    pub(super) fn damaged(&mut self, file: &str, what: impl Into<String>) {
        self.faults.push(Diagnostic::new("STORE_DAMAGED", Place::file(file), what));
    }

    fn litter(&mut self, file: &str, what: &str) {
        self.faults.push(Diagnostic::new("STORE_LITTER", Place::file(file), what));
    }

    /// Checks files under `root` in parallel; the faults come in the order of the files.
    pub(super) fn check_files(&mut self, root: &Path, files: &[(&str, &Digest, Option<u64>)]) {
        let faults: Vec<Option<String>> = files
            .par_iter()
            .map(|(path, digest, rows)| fault(&root.join(path), path, digest, *rows))
            .collect();
        for ((path, digest, rows), fault) in files.iter().zip(faults) {
            self.files += 1;
            self.bytes += digest.bytes;
            self.rows += rows.unwrap_or(0);
            if let Some(what) = fault {
                self.damaged(path, what);
            }
        }
    }
}

/// Checks a store: the pointer, each version's manifest and sums, each file's length, hashes and rows.
///
/// # Errors
/// Only when the folder itself cannot be listed; damage is in the report.
pub fn store(root: &Path) -> Result<Report> {
    let store = Store::open(root)?;
    let mut report = Report::default();
    let current = match store.pointer() {
        Ok(id) => id,
        Err(StoreError::Damaged { path, what }) => {
            report.damaged(&relative(root, &path), what);
            None
        }
        Err(other) => return Err(other),
    };
    // Listed before the manifests are read: a commit in between names files that are not in the list, and not the
    // other way round.
    let there = walk::files(root)?;
    let versions = Versions::load(root)?;
    report.versions = versions.readable.len() as u64;
    if let Some(id) = current.as_deref().filter(|id| !root.join(names::version(id)).is_dir()) {
        report.damaged(names::CURRENT, format!("it names version {id}, which does not exist"));
    }
    let mut all_read = true;
    for (id, error) in &versions.unreadable {
        let file = format!("{}/{}", names::version(id), names::MANIFEST);
        if versions.is_half_made(root, current.as_deref(), id) {
            report.litter(&file, "a version that was never finished");
        } else {
            all_read = false;
            report.damaged(&file, error_text(error));
        }
    }
    for (id, manifest) in &versions.readable {
        if let Some(parent) = manifest.parent.as_deref().filter(|p| !root.join(names::version(p)).is_dir()) {
            report.damaged(&names::version(parent), format!("version {id} follows it, and it is missing"));
        }
        let file = format!("{}/{}", names::version(id), names::SUMS);
        match fs::read(root.join(&file)) {
            Ok(sums) if sums == manifest.sums().as_bytes() => {}
            Ok(_) => report.damaged(&file, "it does not agree with the manifest"),
            Err(e) => report.damaged(&file, e.to_string()),
        }
    }
    let named = versions.named();
    let files: Vec<_> = named.iter().map(|(path, (digest, rows))| (*path, *digest, *rows)).collect();
    report.check_files(root, &files);

    let known = |path: &str| {
        let version_file =
            path.strip_prefix(names::VERSIONS).and_then(|p| p.strip_prefix('/')).is_some_and(|p| {
                p.split_once('/').is_some_and(|(_, file)| file == names::MANIFEST || file == names::SUMS)
            });
        path == names::CURRENT || path == names::LOCK || version_file || named.contains_key(path)
    };
    for path in there.iter().filter(|p| !known(p)) {
        let top = path.split('/').next().unwrap_or(path);
        if top == names::UNFINISHED || SWEPT.contains(&top) {
            // A version that cannot be read may name it.
            if all_read || top == names::UNFINISHED {
                report.litter(path, "no version names this file");
            }
        } else {
            report.damaged(path, "a file that does not belong to the store");
        }
    }
    Ok(report)
}

fn fault(file: &Path, path: &str, digest: &Digest, rows: Option<u64>) -> Option<String> {
    if file.symlink_metadata().is_ok_and(|m| !m.is_file()) {
        return Some("it is not a regular file".to_owned());
    }
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(e) => return Some(e.to_string()),
    };
    digest.fault_in_full(&bytes).or_else(|| {
        let found = count_rows(path, bytes)?;
        match (found, rows?) {
            (Ok(found), stated) if found == stated => None,
            (Ok(found), stated) => Some(format!("it holds {found} rows, {stated} were committed")),
            (Err(e), _) => Some(e),
        }
    })
}

/// The rows of a file of a kind that has rows.
fn count_rows(path: &str, bytes: Vec<u8>) -> Option<Result<u64, String>> {
    if path.ends_with(".parquet") {
        Some(parquet::row_count(bytes).map_err(|e| e.to_string()))
    } else if path.ends_with(".csv") {
        Some(csv_rows(&bytes))
    } else {
        None
    }
}

/// Records below the header.
pub(super) fn csv_rows(bytes: &[u8]) -> Result<u64, String> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record).map_err(|e| e.to_string())? {
        rows += 1;
    }
    Ok(rows)
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

/// Without the path, which the place of the diagnostic has.
fn error_text(error: &StoreError) -> String {
    match error {
        StoreError::Damaged { what, .. } => what.clone(),
        StoreError::Io { action, source, .. } => format!("cannot {action} it: {source}"),
        other => other.to_string(),
    }
}
