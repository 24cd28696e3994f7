//! A release that stands: its manifest, its tables, and whether every file is what the manifest says.

use super::{FORMAT, ReleaseManifest};
use crate::store::digest::Digest;
use crate::store::error::{Result, StoreError};
use crate::store::meta::ReleaseMeta;
use crate::store::parquet;
use crate::store::verify::Report;
use crate::store::{names, walk};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A release to read.
#[derive(Clone, Debug)]
pub struct Release {
    root: PathBuf,
    manifest: ReleaseManifest,
}

impl Release {
    /// Reads the manifest and checks that it is whole; no other file is read.
    ///
    /// # Errors
    /// [`StoreError::Io`] when there is none, [`StoreError::Damaged`] when it was changed.
    pub fn open(root: &Path) -> Result<Release> {
        let path = root.join(names::MANIFEST);
        let bytes = std::fs::read(&path).map_err(StoreError::io("read", &path))?;
        let manifest: ReleaseManifest =
            serde_json::from_slice(&bytes).map_err(|e| StoreError::damaged(&path, e.to_string()))?;
        if manifest.format != FORMAT {
            let what =
                format!("format {} is not known to this program, which knows {FORMAT}", manifest.format);
            return Err(StoreError::damaged(&path, what));
        }
        if manifest.own_id() != manifest.id || manifest.to_bytes() != bytes {
            return Err(StoreError::damaged(&path, "its content does not give its id"));
        }
        if let Some(bad) = manifest.files.iter().find(|f| names::check_path(&f.path).is_err()) {
            return Err(StoreError::damaged(&path, format!("it names {:?}", bad.path)));
        }
        Ok(Release { root: root.to_owned(), manifest })
    }

    pub fn manifest(&self) -> &ReleaseManifest {
        &self.manifest
    }

    /// Whether a run that asks for `meta` would write this release again. Looks at the manifest and at the lengths
    /// of the files, not into them: `verify` does that. What is in confidential files, no manifest tells.
    pub fn answers(&self, meta: &ReleaseMeta) -> bool {
        meta.confidential.is_empty()
            && self.manifest.meta.confidential.is_empty()
            && self.manifest.request == meta.request()
            && self
                .manifest
                .files
                .iter()
                .all(|f| std::fs::metadata(self.root.join(&f.path)).is_ok_and(|m| m.len() == f.digest.bytes))
    }

    /// The bytes of a published file, checked.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        let file = self.manifest.files.iter().find(|f| f.path == path);
        let file = file.ok_or_else(|| StoreError::Unknown { what: path.to_owned() })?;
        file.digest.read(&self.root.join(path))
    }

    /// A published table, from `tables/<name>.parquet`.
    pub fn table(&self, name: &str, columns: Option<&[&str]>) -> Result<DataFrame> {
        parquet::decode(self.bytes(&format!("tables/{name}.parquet"))?, columns)
    }

    /// A table by its path without extension, such as `quality/issues`.
    pub fn frame(&self, path: &str) -> Result<DataFrame> {
        parquet::decode(self.bytes(&format!("{path}.parquet"))?, None)
    }
}

/// Checks a release: its manifest, the sums, each file's length, hashes and rows, tables in two forms with the same
/// number of rows, and no file that the manifest does not name.
///
/// # Errors
/// Only when the folder itself cannot be listed; damage is in the report.
pub fn verify(root: &Path) -> Result<Report> {
    let mut report = Report { versions: 1, ..Report::default() };
    let there = walk::files(root)?;
    let release = match Release::open(root) {
        Ok(release) => release,
        Err(error) => {
            report.versions = 0;
            report.damaged(names::MANIFEST, error.to_string());
            return Ok(report);
        }
    };
    let manifest = release.manifest();
    let sums = manifest.sums(&Digest::of(&manifest.to_bytes()));
    match std::fs::read(root.join(names::SUMS)) {
        Ok(found) if found == sums.as_bytes() => {}
        Ok(_) => report.damaged(names::SUMS, "it does not agree with the manifest"),
        Err(e) => report.damaged(names::SUMS, e.to_string()),
    }
    let files: Vec<_> = manifest.files.iter().map(|f| (f.path.as_str(), &f.digest, f.rows)).collect();
    report.check_files(root, &files);

    let rows: BTreeMap<&str, Option<u64>> =
        manifest.files.iter().map(|f| (f.path.as_str(), f.rows)).collect();
    for (path, stated) in &rows {
        let Some(stem) = path.strip_suffix(".csv") else { continue };
        if let Some(twin) = rows.get(format!("{stem}.parquet").as_str()).filter(|twin| *twin != stated) {
            report.damaged(path, format!("{stated:?} rows, and {twin:?} in the Parquet file of that name"));
        }
    }
    for path in there.iter().filter(|p| !rows.contains_key(p.as_str())) {
        if path != names::MANIFEST && path != names::SUMS {
            report.damaged(path, "a file that the manifest does not name");
        }
    }
    Ok(report)
}
