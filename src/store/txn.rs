//! Writing a version: gather under the lock, then commit in one step that readers see whole or not at all.
//!
//! Files are written and synced in `.unfinished`, then given their final names (never over another file), then the
//! manifest that names them, and last the pointer `CURRENT` is replaced. Whatever stops the run before that last
//! rename, readers keep the version they had; the next writer clears the rest away. No failed sync is tried again.

mod table;

pub use table::{NewTable, Placed, TableKey, TableMeta};
use table::{metadata, position_of};

use super::digest::Digest;
use super::error::{Result, StoreError};
use super::fs::{self, Fs};
use super::lock::Lock;
use super::manifest::{Batch, Manifest, QualityEntry, SnapshotEntry, TableEntry};
use super::parquet::{self, Encoded, Metadata};
use super::version::{NO_VERSION, Store, Version};
use super::writers::Writers;
use super::{names, recover};
use polars::prelude::DataFrame;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A version in the making. Dropped without [`Txn::commit`], it leaves the store as it was.
pub struct Txn {
    store: Store,
    base: Option<Version>,
    unfinished: PathBuf,
    written: usize,
    /// Temporary file, final path, fingerprint.
    waiting: Vec<(PathBuf, String, Digest)>,
    snapshots: BTreeMap<String, SnapshotEntry>,
    tables: BTreeMap<TableKey, Vec<TableEntry>>,
    quality: BTreeMap<String, QualityEntry>,
    writers: Option<Writers>,
    /// Given back last.
    _lock: Lock,
}

impl Txn {
    pub(super) fn begin(store: &Store) -> Result<Txn> {
        let fs = store.fs.as_ref();
        fs::create_dirs_to(fs, &store.root)?;
        let lock = Lock::take(&store.root.join(names::LOCK))?;
        let base = store.current()?;
        recover::sweep(fs, &store.root, base.as_ref().map(Version::id))?;
        let unfinished = store.root.join(names::UNFINISHED);
        fs.create_dir(&unfinished).map_err(StoreError::io("create", &unfinished))?;
        let mut txn = Txn {
            store: store.clone(),
            unfinished,
            written: 0,
            waiting: Vec::new(),
            snapshots: BTreeMap::new(),
            tables: BTreeMap::new(),
            quality: BTreeMap::new(),
            writers: Some(Writers::start(&store.fs)),
            base,
            _lock: lock,
        };
        if !store.root.join(names::CURRENT).exists() {
            txn.point_to(NO_VERSION)?;
        }
        if let Some(base) = &txn.base {
            let held = base.manifest();
            txn.snapshots = held.snapshots.iter().map(|s| (s.digest.blake3.clone(), s.clone())).collect();
            txn.quality = held.quality.iter().map(|q| (q.name.clone(), q.clone())).collect();
            for table in &held.tables {
                let key = TableKey { dataset: table.dataset.clone(), period: table.period };
                txn.tables.entry(key).or_default().push(table.clone());
            }
        }
        Ok(txn)
    }

    /// The version that this one follows.
    pub fn base(&self) -> Option<&Version> {
        self.base.as_ref()
    }

    /// Keeps a raw file. One file may feed several datasets and periods, so it lies under its own hash. Returns its
    /// fingerprint; content that is held already is not written again.
    pub fn put_snapshot(&mut self, label: &str, bytes: impl AsRef<[u8]> + Send + 'static) -> Digest {
        let digest = Digest::of(bytes.as_ref());
        if !self.snapshots.contains_key(&digest.blake3) {
            let path = names::snapshot(&digest.blake3);
            let from = self.temporary(self.written);
            self.written += 1;
            self.write(from.clone(), bytes);
            self.waiting.push((from, path.clone(), digest.clone()));
            let entry = SnapshotEntry { path, label: label.to_owned(), digest: digest.clone() };
            self.snapshots.insert(digest.blake3.clone(), entry);
        }
        digest
    }

    /// Stores one table; see [`Txn::put_tables`].
    pub fn put_table(&mut self, key: TableKey, frame: DataFrame, meta: TableMeta) -> Result<Placed> {
        let mut placed = self.put_tables(vec![NewTable { key, frame, meta }])?;
        placed.pop().ok_or_else(|| unreachable!("one table in, one answer out"))
    }

    /// Stores tables, encoded in parallel; the answers are in their order.
    ///
    /// A table becomes a new release of its period unless its values are those of a release already held. Held
    /// values are written again only when the same raw file now gives other lineage (a corrected line number), so
    /// that every row still leads back to its place. The table put last is the latest of its period, even when it
    /// was held already: a store that is given the same files in the same order answers the same, whatever it held
    /// before.
    ///
    /// # Errors
    /// [`StoreError::Name`] for a dataset that is not `[a-z0-9_-]{1,64}`; [`StoreError::ColumnType`].
    pub fn put_tables(&mut self, tables: Vec<NewTable>) -> Result<Vec<Placed>> {
        for table in &tables {
            names::check_id(&table.key.dataset, "a dataset")?;
        }
        let first = self.written;
        self.written += tables.len();
        let this = &*self;
        let encoded: Vec<(NewTable, Encoded, Digest)> = tables
            .into_par_iter()
            .enumerate()
            .map(|(i, mut table)| {
                let encoded = parquet::encode_hashed(&table.frame, &metadata(&table))?;
                table.frame = DataFrame::empty();
                let digest = Digest::of(&encoded.bytes);
                let held = this.tables.get(&table.key).map_or(&[][..], Vec::as_slice);
                let mut encoded = encoded;
                if position_of(held, &table.meta, &encoded.hash).is_none() {
                    this.write(this.temporary(first + i), std::mem::take(&mut encoded.bytes));
                }
                Ok((table, encoded, digest))
            })
            .collect::<Result<_>>()?;
        let placed = encoded.into_iter().enumerate().map(|(i, (table, encoded, digest))| {
            let from = self.temporary(first + i);
            self.enter(table, &encoded, digest, from)
        });
        Ok(placed.collect())
    }

    fn enter(&mut self, table: NewTable, encoded: &Encoded, digest: Digest, from: PathBuf) -> Placed {
        let NewTable { key, meta, .. } = table;
        let held = self.tables.get(&key).map_or(&[][..], Vec::as_slice);
        if let Some(at) = position_of(held, &meta, &encoded.hash) {
            let list = self.tables.entry(key).or_default();
            let entry = list.remove(at);
            let release = entry.release.clone();
            list.push(entry);
            return Placed { release, new: false, releases: list.len() };
        }
        let content = encoded.hash.content.to_hex().to_string();
        // Two grains may end on one day and share a folder.
        let same_day = |k: &&TableKey| k.dataset == key.dataset && k.period.end() == key.period.end();
        let mut sequence =
            1 + self.tables.keys().filter(same_day).map(|k| self.tables[k].len() as u32).sum::<u32>();
        let (release, path) = loop {
            let release = names::release(sequence, &content);
            let path = names::table(&key.dataset, key.period, &release);
            let there = self.store.root.join(&path);
            // A version that was never pointed to may hold the name for the same values with other metadata.
            if !there.exists() || digest.read(&there).is_ok() {
                break (release, path);
            }
            sequence += 1;
        };
        self.waiting.push((from, path.clone(), digest.clone()));
        let entry = TableEntry {
            dataset: key.dataset.clone(),
            period: key.period,
            release: release.clone(),
            latest: true,
            path,
            rows: encoded.rows,
            digest,
            content,
            lineage: encoded.hash.lineage.to_hex().to_string(),
            source: meta.source,
            snapshot: meta.snapshot,
            also: meta.also,
            definition: meta.definition,
            provenance: meta.provenance.to_string(),
            columns: encoded.columns.clone(),
        };
        let list = self.tables.entry(key).or_default();
        list.push(entry);
        Placed { release, new: true, releases: list.len() }
    }

    /// Stores a table about the intake (reconciliation, issues, quarantine). It takes the place of the one of that
    /// name; earlier versions keep theirs.
    pub fn put_quality(&mut self, name: &str, frame: &DataFrame) -> Result<()> {
        names::check_id(name, "a quality table")?;
        let metadata = Metadata::from([("dpcmi.quality".to_owned(), name.to_owned())]);
        let encoded = parquet::encode_hashed(frame, &metadata)?;
        let digest = Digest::of(&encoded.bytes);
        let path = names::quality(name, &digest.blake3);
        if self.quality.get(name).is_none_or(|held| held.path != path) {
            let from = self.temporary(self.written);
            self.written += 1;
            self.write(from.clone(), encoded.bytes);
            self.waiting.push((from, path.clone(), digest.clone()));
        }
        let entry = QualityEntry {
            name: name.to_owned(),
            path,
            rows: encoded.rows,
            digest,
            columns: encoded.columns,
        };
        self.quality.insert(name.to_owned(), entry);
        Ok(())
    }

    /// Makes the version visible and durable, and returns its id. When nothing differs from the version before,
    /// that one stays and nothing is written.
    ///
    /// # Errors
    /// Any failure of the disk. `CURRENT` is then as it was, but for one case: when the last sync fails, the new
    /// version is visible and whole, and whether it outlives a power cut is unknown.
    pub fn commit(mut self, batch: Batch) -> Result<String> {
        if let Some(writers) = self.writers.take() {
            writers.finish()?;
        }
        let manifest = self.manifest(batch);
        if let Some(base) = &self.base {
            let unchanged = Manifest { parent: base.manifest().parent.clone(), ..manifest.clone() };
            if unchanged == *base.manifest() {
                return Ok(base.id().to_owned());
            }
        }
        self.place_files()?;
        let id = self.place_version(&manifest)?;
        self.point_to(&format!("{id}\n"))?;
        Ok(id)
    }

    fn manifest(&self, mut batch: Batch) -> Manifest {
        batch.inputs.sort_unstable_by(|a, b| (&a.digest, &a.label).cmp(&(&b.digest, &b.label)));
        let mut manifest = Manifest::new(self.base.as_ref().map(|b| b.id().to_owned()), batch);
        manifest.snapshots = self.snapshots.values().cloned().collect();
        manifest.quality = self.quality.values().cloned().collect();
        for list in self.tables.values() {
            let last = list.len() - 1;
            let entries = list.iter().enumerate();
            manifest.tables.extend(entries.map(|(i, t)| TableEntry { latest: i == last, ..t.clone() }));
        }
        manifest
    }

    /// Gives every waiting file its final name and makes the names durable.
    fn place_files(&mut self) -> Result<()> {
        let (fs, root) = (self.store.fs.clone(), self.store.root.clone());
        sync(fs.as_ref(), &self.unfinished)?;
        let mut folders = BTreeSet::new();
        for (from, path, digest) in std::mem::take(&mut self.waiting) {
            let to = root.join(&path);
            let folder = Path::new(&path).parent().unwrap_or(Path::new(""));
            if folders.insert(folder.to_owned()) {
                fs::create_dirs(fs.as_ref(), &root, folder)?;
            }
            if !fs::place_file(fs.as_ref(), &from, &to)? {
                // Left by a version that was never pointed to, or put twice.
                digest.read(&to)?;
            }
        }
        folders.iter().try_for_each(|folder| sync(fs.as_ref(), &root.join(folder)))
    }

    /// Writes `versions/<id>`, never over another.
    fn place_version(&self, manifest: &Manifest) -> Result<String> {
        let (fs, root) = (self.store.fs.as_ref(), &self.store.root);
        let (bytes, id) = manifest.to_bytes();
        let (from, to) = (self.unfinished.join("version"), root.join(names::version(&id)));
        fs.create_dir(&from).map_err(StoreError::io("create", &from))?;
        for (name, content) in [(names::SUMS, manifest.sums().as_bytes()), (names::MANIFEST, &bytes)] {
            let path = from.join(name);
            fs.write_new(&path, content).map_err(StoreError::io("write", &path))?;
        }
        sync(fs, &from)?;
        fs::create_dirs(fs, root, Path::new(names::VERSIONS))?;
        match fs.rename_new(&from, &to) {
            Ok(()) => {}
            // A folder has no hard link: there, and where a killed run left the folder, the manifest is the file
            // that must not exist yet, and it comes last.
            Err(e)
                if fs::cannot_refuse(&e)
                    || matches!(e.kind(), ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty) =>
            {
                fs::create_dirs(fs, root, Path::new(&names::version(&id)))?;
                for name in [names::SUMS, names::MANIFEST] {
                    fs::place_file(fs, &from.join(name), &to.join(name))?;
                }
                sync(fs, &to)?;
                Manifest::load(root, &id)?;
            }
            Err(e) => return Err(StoreError::io("give its final name to", &to)(e)),
        }
        sync(fs, &root.join(names::VERSIONS))?;
        Ok(id)
    }

    /// Replaces `CURRENT` in one step.
    fn point_to(&self, line: &str) -> Result<()> {
        let (fs, root) = (self.store.fs.as_ref(), &self.store.root);
        let (from, to) = (self.unfinished.join(names::CURRENT), root.join(names::CURRENT));
        fs.write_new(&from, line.as_bytes()).map_err(StoreError::io("write", &from))?;
        fs.rename_over(&from, &to).map_err(StoreError::io("replace", &to))?;
        sync(fs, root)
    }

    fn temporary(&self, number: usize) -> PathBuf {
        self.unfinished.join(format!("{number:06}"))
    }

    fn write(&self, path: PathBuf, bytes: impl AsRef<[u8]> + Send + 'static) {
        if let Some(writers) = &self.writers {
            writers.write(path, Box::new(bytes));
        }
    }
}

impl Drop for Txn {
    fn drop(&mut self) {
        drop(self.writers.take());
        // Best effort: what stays is cleared away by the next writer.
        let _ = self.store.fs.remove_tree(&self.unfinished);
    }
}

fn sync(fs: &dyn Fs, dir: &Path) -> Result<()> {
    fs.sync_dir(dir).map_err(StoreError::io("sync", dir))
}
