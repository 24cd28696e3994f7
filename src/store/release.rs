//! The published folder: files, then `SHA256SUMS` and `manifest.json`, made visible by one rename.
//!
//! A release is built in a hidden folder beside its place. Where a release stands already, the two are exchanged in
//! one step and the former is removed, so that a web server never sees half of one. No file holds a clock, a host
//! or a path of this machine.

mod opened;

pub use opened::{Release, verify};

use super::digest::{Digest, sha256sums};
use super::error::{Result, StoreError};
use super::fs::{self, Disk, Fs};
use super::lock::Lock;
use super::meta::ReleaseMeta;
use super::parquet::{self, Metadata};
use super::verify::csv_rows;
use super::writers::Writers;
use super::{names, walk};
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const FORMAT: u32 = 1;

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseFile {
    pub path: String,
    /// Of a table.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rows: Option<u64>,
    #[serde(flatten)]
    pub digest: Digest,
}

/// `manifest.json` of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseManifest {
    /// blake3 of this manifest with an empty id.
    pub id: String,
    pub format: u32,
    /// [`ReleaseMeta::request`].
    pub request: String,
    #[serde(flatten)]
    pub meta: ReleaseMeta,
    /// Sorted by path.
    pub files: Vec<ReleaseFile>,
}

impl ReleaseManifest {
    fn new(mut meta: ReleaseMeta, files: Vec<ReleaseFile>) -> ReleaseManifest {
        meta.inputs.sort_unstable_by(|a, b| (&a.digest, &a.label).cmp(&(&b.digest, &b.label)));
        let request = meta.request();
        let mut manifest = ReleaseManifest { id: String::new(), format: FORMAT, request, meta, files };
        manifest.id = manifest.own_id();
        manifest
    }

    fn own_id(&self) -> String {
        let bare = ReleaseManifest { id: String::new(), ..self.clone() };
        blake3::hash(&bare.to_bytes()).to_hex().to_string()
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes =
            serde_json::to_vec_pretty(self).unwrap_or_else(|e| unreachable!("a manifest is JSON: {e}"));
        bytes.push(b'\n');
        bytes
    }

    /// Of every file but itself.
    fn sums(&self, manifest: &Digest) -> String {
        let files = self.files.iter().map(|f| (f.path.as_str(), &f.digest));
        sha256sums(files.chain([(names::MANIFEST, manifest)]))
    }
}

/// Builds a release. Files may be put from several threads; their order changes nothing. Dropped without
/// [`ReleaseWriter::finish`], it leaves what stood at its place.
pub struct ReleaseWriter {
    fs: Arc<dyn Fs>,
    out: PathBuf,
    building: PathBuf,
    state: Mutex<State>,
    writers: Option<Writers>,
    lock: Option<Lock>,
}

#[derive(Default)]
struct State {
    folders: BTreeSet<PathBuf>,
    files: BTreeMap<String, ReleaseFile>,
}

impl ReleaseWriter {
    /// # Errors
    /// [`StoreError::NotARelease`] when `out` holds anything but a release; [`StoreError::Locked`] when another run
    /// is writing to it.
    pub fn create(out: &Path) -> Result<ReleaseWriter> {
        ReleaseWriter::create_on(out, Arc::new(Disk))
    }

    /// As [`ReleaseWriter::create`], with other file operations.
    pub fn create_on(out: &Path, fs: Arc<dyn Fs>) -> Result<ReleaseWriter> {
        refuse_unless_ours(out)?;
        let name = out.file_name().and_then(|n| n.to_str());
        let name =
            name.ok_or_else(|| StoreError::Name { name: out.display().to_string(), what: "a release" })?;
        let parent = match out.parent() {
            Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dirs_to(fs.as_ref(), &parent)?;
        let lock = Lock::take(&parent.join(format!(".{name}.dpcmi-lock")))?;
        let building = parent.join(format!(".{name}.dpcmi-unfinished"));
        let former = former_of(&building);
        if out.symlink_metadata().is_err() && former.is_dir() {
            // A run was killed between the two steps of `swap_in_two_steps`.
            fs.rename_over(&former, out).map_err(StoreError::io("restore", out))?;
        }
        for litter in [&building, &former] {
            fs::remove_tree_if_there(fs.as_ref(), litter)?;
        }
        fs.create_dir(&building).map_err(StoreError::io("create", &building))?;
        Ok(ReleaseWriter {
            writers: Some(Writers::start(&fs)),
            fs,
            out: out.to_owned(),
            building,
            state: Mutex::new(State::default()),
            lock: Some(lock),
        })
    }

    /// Adds a file; `rows` for a table. A CSV must have as many records below its header.
    ///
    /// # Errors
    /// [`StoreError::Name`] for a path that leaves the folder, hides, or was put before; [`StoreError::Damaged`] for
    /// a CSV with another number of records than stated.
    pub fn put(&self, path: &str, bytes: impl AsRef<[u8]> + Send + 'static, rows: Option<u64>) -> Result<()> {
        names::check_path(path)?;
        let refused = |what| Err(StoreError::Name { name: path.to_owned(), what });
        if path == names::MANIFEST || path == names::SUMS {
            return refused("a published file: the release writes it itself");
        }
        if path.ends_with(".csv")
            && let Some(stated) = rows
        {
            let found = csv_rows(bytes.as_ref()).map_err(|e| StoreError::damaged(Path::new(path), e))?;
            if found != stated {
                let what = format!("it holds {found} records and should hold {stated}");
                return Err(StoreError::damaged(Path::new(path), what));
            }
        }
        let digest = Digest::of(bytes.as_ref());
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let file = ReleaseFile { path: path.to_owned(), rows, digest };
            if state.files.insert(path.to_owned(), file).is_some() {
                return refused("two published files");
            }
            // Synced folder by folder in `finish`.
            for folder in Path::new(path).ancestors().skip(1).collect::<Vec<_>>().into_iter().rev() {
                if !folder.as_os_str().is_empty() && state.folders.insert(folder.to_owned()) {
                    let dir = self.building.join(folder);
                    self.fs.create_dir(&dir).map_err(StoreError::io("create", &dir))?;
                }
            }
        }
        if let Some(writers) = &self.writers {
            writers.write(self.building.join(path), Box::new(bytes));
        }
        Ok(())
    }

    /// Adds a table as Parquet.
    pub fn put_frame(&self, path: &str, frame: &DataFrame, metadata: &Metadata) -> Result<()> {
        self.put(path, parquet::encode(frame, metadata)?, Some(frame.height() as u64))
    }

    /// Writes the sums and the manifest, and makes the release visible. Returns its id.
    ///
    /// # Errors
    /// Any failure of the disk; what stood at the place stands there still.
    pub fn finish(mut self, meta: ReleaseMeta) -> Result<String> {
        if let Some(writers) = self.writers.take() {
            writers.finish()?;
        }
        let state = std::mem::take(self.state.get_mut().unwrap_or_else(PoisonError::into_inner));
        let manifest = ReleaseManifest::new(meta, state.files.into_values().collect());
        let bytes = manifest.to_bytes();
        let sums = manifest.sums(&Digest::of(&bytes));
        for (name, content) in [(names::SUMS, sums.as_bytes()), (names::MANIFEST, &bytes)] {
            let path = self.building.join(name);
            self.fs.write_new(&path, content).map_err(StoreError::io("write", &path))?;
        }
        for folder in state.folders.iter().map(|f| self.building.join(f)).chain([self.building.clone()]) {
            self.fs.sync_dir(&folder).map_err(StoreError::io("sync", &folder))?;
        }
        self.publish()?;
        Ok(manifest.id)
    }

    fn publish(&self) -> Result<()> {
        // Somebody may have put something there meanwhile.
        refuse_unless_ours(&self.out)?;
        let fs = self.fs.as_ref();
        let place = StoreError::io("publish", &self.out);
        if walk::is_empty_or_absent(&self.out)? {
            // An empty folder gives way to a rename; anything else does not.
            fs.rename_over(&self.building, &self.out).map_err(place)?;
        } else {
            match fs.exchange(&self.building, &self.out) {
                Ok(()) => {}
                Err(e) if fs::cannot_refuse(&e) => self.swap_in_two_steps()?,
                Err(e) => return Err(place(e)),
            }
        }
        let parent = self.building.parent().unwrap_or(Path::new("."));
        fs.sync_dir(parent).map_err(StoreError::io("sync", parent))
        // The former release, if any, now lies in `building`; `drop` removes it.
    }

    /// For a file system that cannot exchange two folders: for an instant nothing stands at the place, never half a
    /// release.
    fn swap_in_two_steps(&self) -> Result<()> {
        let fs = self.fs.as_ref();
        let former = former_of(&self.building);
        fs.rename_over(&self.out, &former).map_err(StoreError::io("move aside", &self.out))?;
        if let Err(e) = fs.rename_over(&self.building, &self.out) {
            // Put the former release back; the first error is the one to report.
            let _ = fs.rename_over(&former, &self.out);
            return Err(StoreError::io("publish", &self.out)(e));
        }
        // Best effort, as in `drop`: the release stands.
        let _ = fs::remove_tree_if_there(fs, &former);
        Ok(())
    }
}

impl Drop for ReleaseWriter {
    fn drop(&mut self) {
        drop(self.writers.take());
        // Best effort: the next writer clears it away.
        let _ = fs::remove_tree_if_there(self.fs.as_ref(), &self.building);
        if let Some(lock) = self.lock.take() {
            lock.remove();
        }
    }
}

/// Where a former release waits while its place changes hands.
fn former_of(building: &Path) -> PathBuf {
    let mut name = building.to_owned().into_os_string();
    name.push("-former");
    PathBuf::from(name)
}

fn refuse_unless_ours(out: &Path) -> Result<()> {
    let refused = || StoreError::NotARelease { path: out.to_owned() };
    match out.symlink_metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(StoreError::io("read", out)(e)),
        Ok(kind) if !kind.is_dir() => Err(refused()),
        Ok(_) if walk::is_empty_or_absent(out)? => Ok(()),
        // Damaged or of a later format, it is still a release that may be replaced; a store or a home folder is not.
        Ok(_) if out.join(names::MANIFEST).is_file() && out.join(names::SUMS).is_file() => Ok(()),
        Ok(_) => Err(refused()),
    }
}
