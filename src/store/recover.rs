//! Clearing away what killed runs left. Runs under the lock, and may itself be killed at any point.

use super::digest::Digest;
use super::error::{Result, StoreError};
use super::fs::{self, Fs};
use super::manifest::Manifest;
use super::{names, walk};
use std::collections::BTreeMap;
use std::path::Path;

/// Folders in which a file that no manifest names is litter.
pub(super) const SWEPT: [&str; 3] = [names::SNAPSHOTS, names::CLEAN, names::QUALITY];

/// Removes the unfinished transaction, half-made versions, and the files that no version names. When a manifest
/// cannot be read, no file is removed: what it named may still be wanted.
pub(super) fn sweep(fs: &dyn Fs, root: &Path, current: Option<&str>) -> Result<()> {
    fs::remove_tree_if_there(fs, &root.join(names::UNFINISHED))?;
    let versions = Versions::load(root)?;
    for id in versions.half_made(root, current) {
        fs::remove_tree_if_there(fs, &root.join(names::version(id)))?;
    }
    if versions.unreadable.iter().any(|(id, _)| !versions.is_half_made(root, current, id)) {
        return Ok(());
    }
    let named = versions.named();
    for folder in SWEPT {
        for file in walk::files(&root.join(folder))? {
            let path = format!("{folder}/{file}");
            if !named.contains_key(path.as_str()) {
                let path = root.join(path);
                fs.remove_file(&path).map_err(StoreError::io("remove", &path))?;
            }
        }
    }
    Ok(())
}

/// All versions of a store, whether or not the pointer leads to them.
pub(super) struct Versions {
    pub readable: BTreeMap<String, Manifest>,
    pub unreadable: Vec<(String, StoreError)>,
}

impl Versions {
    pub(super) fn load(root: &Path) -> Result<Versions> {
        let mut versions = Versions { readable: BTreeMap::new(), unreadable: Vec::new() };
        for id in version_ids(root)? {
            match Manifest::load(root, &id) {
                Ok(manifest) => drop(versions.readable.insert(id, manifest)),
                Err(error) => versions.unreadable.push((id, error)),
            }
        }
        Ok(versions)
    }

    /// Every file that a version names, with its fingerprint and rows.
    pub(super) fn named(&self) -> BTreeMap<&str, (&Digest, Option<u64>)> {
        self.readable.values().flat_map(Manifest::files).collect()
    }

    /// A folder without a manifest that nothing refers to. Where folders cannot be renamed in one step (see
    /// `place_version`) a killed run may leave one.
    pub(super) fn is_half_made(&self, root: &Path, current: Option<&str>, id: &str) -> bool {
        let referred = current == Some(id) || self.readable.values().any(|m| m.parent.as_deref() == Some(id));
        !referred && !root.join(names::version(id)).join(names::MANIFEST).exists()
    }

    fn half_made(&self, root: &Path, current: Option<&str>) -> impl Iterator<Item = &str> {
        let ids = self.unreadable.iter().map(|(id, _)| id.as_str());
        ids.filter(move |id| self.is_half_made(root, current, id))
    }
}

/// The names of the folders in `versions`, sorted.
fn version_ids(root: &Path) -> Result<Vec<String>> {
    let dir = root.join(names::VERSIONS);
    let entries = match std::fs::read_dir(&dir) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(StoreError::io("list", &dir))?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry.map_err(StoreError::io("list", &dir))?;
        if entry.file_type().map_err(StoreError::io("list", &dir))?.is_dir() {
            ids.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    ids.sort_unstable();
    Ok(ids)
}
