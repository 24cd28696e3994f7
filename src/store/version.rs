//! The store as a reader sees it: a version, resolved once, whose files are checked before they are decoded.
//!
//! Readers take no lock. A version is never rewritten, so that one that was resolved stays whole while the next is
//! being committed.

use super::digest::Digest;
use super::error::{Result, StoreError};
use super::fs::{Disk, Fs};
use super::manifest::{Batch, Manifest, TableEntry};
use super::txn::Txn;
use super::{names, parquet, walk};
use polars::prelude::DataFrame;
use rayon::prelude::*;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `CURRENT` says before the first commit.
pub(super) const NO_VERSION: &str = "empty\n";

/// A store on disk.
#[derive(Clone)]
pub struct Store {
    pub(super) root: PathBuf,
    pub(super) fs: Arc<dyn Fs>,
}

impl Store {
    /// Opens a store; the folder may be empty or not exist yet, and nothing is written to it.
    ///
    /// # Errors
    /// [`StoreError::NotAStore`] when the folder holds other things.
    pub fn open(root: &Path) -> Result<Store> {
        Store::open_on(root, Arc::new(Disk))
    }

    /// As [`Store::open`], with other file operations under the commit protocol.
    pub fn open_on(root: &Path, fs: Arc<dyn Fs>) -> Result<Store> {
        let ours = [names::CURRENT, names::LOCK, names::VERSIONS];
        if !walk::is_empty_or_absent(root)? && !ours.iter().any(|name| root.join(name).exists()) {
            return Err(StoreError::NotAStore { path: root.to_owned() });
        }
        Ok(Store { root: root.to_owned(), fs })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The visible version; `None` before the first commit. Reads the pointer and the manifest, no data file.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the pointer or the manifest is not what was committed. There is no falling back
    /// to an older version: that would publish old figures as new.
    pub fn current(&self) -> Result<Option<Version>> {
        match self.pointer()? {
            None => Ok(None),
            Some(id) if !self.root.join(names::version(&id)).is_dir() => {
                let what = format!("it names version {id}, which does not exist");
                Err(StoreError::damaged(&self.root.join(names::CURRENT), what))
            }
            Some(id) => self.version(&id).map(Some),
        }
    }

    /// The id that `CURRENT` names, whether or not there is such a version.
    pub(super) fn pointer(&self) -> Result<Option<String>> {
        let path = self.root.join(names::CURRENT);
        let pointer = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                let versions = self.root.join(names::VERSIONS);
                // The pointer is written before the first version.
                return if walk::is_empty_or_absent(&versions)? {
                    Ok(None)
                } else {
                    Err(StoreError::damaged(&path, "it is missing"))
                };
            }
            Err(e) => return Err(StoreError::io("read", &path)(e)),
        };
        if pointer == NO_VERSION.as_bytes() {
            return Ok(None);
        }
        let id = std::str::from_utf8(&pointer)
            .ok()
            .and_then(|p| p.strip_suffix('\n'))
            .filter(|id| names::is_id(id));
        match id {
            Some(id) => Ok(Some(id.to_owned())),
            None => Err(StoreError::damaged(&path, "it does not name a version")),
        }
    }

    /// A version by its id, such as an earlier one.
    pub fn version(&self, id: &str) -> Result<Version> {
        let manifest = Manifest::load(&self.root, id)?;
        Ok(Version { root: self.root.clone(), id: id.to_owned(), manifest })
    }

    /// Takes the lock, clears away what killed runs left, and begins to write a new version.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another run is writing; [`StoreError::Damaged`] when the visible version does not
    /// resolve.
    pub fn begin(&self) -> Result<Txn> {
        Txn::begin(self)
    }

    /// The latest release of each period of a dataset, in the order of the periods; nothing from an empty store.
    pub fn read(&self, dataset: &str) -> Result<Vec<StoredTable>> {
        match self.current()? {
            Some(version) => version.read(dataset, Releases::Latest, None),
            None => Ok(Vec::new()),
        }
    }
}

/// Which releases of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Releases {
    Latest,
    /// All of them, the latest of each period last.
    All,
}

/// A table with all that the manifest knows about it.
#[derive(Clone, Debug)]
pub struct StoredTable {
    pub entry: TableEntry,
    pub frame: DataFrame,
}

/// One committed state.
#[derive(Clone, Debug)]
pub struct Version {
    root: PathBuf,
    id: String,
    manifest: Manifest,
}

impl Version {
    /// blake3 of the manifest.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether this version was made from the same inputs by the same definitions and code.
    pub fn is_of(&self, batch: &Batch) -> bool {
        self.manifest.batch_id == batch.id()
    }

    /// The tables of a dataset, in the order of their periods, read in parallel; `columns` picks some, in the order
    /// given. Each file's hash is checked before it is decoded.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for a file that is not what was committed; [`StoreError::Unknown`] for a column that
    /// a table does not have. A dataset that is not held is no error: it has no tables.
    pub fn read(
        &self,
        dataset: &str,
        releases: Releases,
        columns: Option<&[&str]>,
    ) -> Result<Vec<StoredTable>> {
        let wanted: Vec<&TableEntry> =
            self.manifest.tables_of(dataset).filter(|t| releases == Releases::All || t.latest).collect();
        wanted.into_par_iter().map(|entry| self.read_table(entry, columns)).collect()
    }

    /// One table.
    pub fn read_table(&self, entry: &TableEntry, columns: Option<&[&str]>) -> Result<StoredTable> {
        let frame = parquet::decode(self.bytes(&entry.path, &entry.digest)?, columns)?;
        Ok(StoredTable { entry: entry.clone(), frame })
    }

    /// A table about the intake.
    pub fn quality(&self, name: &str) -> Result<DataFrame> {
        let entry = self.manifest.quality.iter().find(|q| q.name == name);
        let entry = entry.ok_or_else(|| StoreError::Unknown { what: format!("quality table `{name}`") })?;
        parquet::decode(self.bytes(&entry.path, &entry.digest)?, None)
    }

    /// The bytes of a raw file.
    pub fn snapshot(&self, blake3: &str) -> Result<Vec<u8>> {
        let entry = self.manifest.snapshots.iter().find(|s| s.digest.blake3 == blake3);
        let entry = entry.ok_or_else(|| StoreError::Unknown { what: format!("snapshot {blake3}") })?;
        self.bytes(&entry.path, &entry.digest)
    }

    fn bytes(&self, path: &str, digest: &Digest) -> Result<Vec<u8>> {
        digest.read(&self.root.join(path))
    }
}
