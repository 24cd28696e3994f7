//! A plain folder of files that the program made and may make again: the synthetic inputs of a demonstration.

use super::error::{Result, StoreError};
use super::fs::within_limit;
use super::walk;
use std::fs;
use std::path::{Component, Path};

/// Writes the files to `out`. A folder that is not empty is replaced only when it holds `marker`, the sign that this
/// program wrote it, and never without one. The new folder is complete before the old one steps aside, so that a run that is
/// killed leaves the one or the other whole.
///
/// # Errors
/// [`StoreError::Name`] for a path that leaves the folder; [`StoreError::NotARelease`] for a folder of somebody
/// else's; any failure of the disk.
pub fn write(out: &Path, marker: Option<&str>, files: Vec<(String, Vec<u8>)>) -> Result<()> {
    let ours = marker.is_some_and(|m| out.join(m).is_file());
    if !ours && !walk::is_empty_or_absent(out)? {
        return Err(StoreError::NotARelease { path: out.to_owned() });
    }
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(StoreError::io("create", parent))?;
    let building = tempfile::Builder::new()
        .prefix(".dpcmi-")
        .tempdir_in(parent)
        .map_err(StoreError::io("create a folder in", parent))?;
    for (path, bytes) in files {
        let inside = Path::new(&path).components().all(|c| matches!(c, Component::Normal(_)));
        if !inside {
            return Err(StoreError::Name { name: path, what: "a file inside the folder" });
        }
        let place = building.path().join(&path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        }
        within_limit(bytes.len())
            .and_then(|()| fs::write(&place, &bytes))
            .map_err(StoreError::io("write", &place))?;
    }
    let former = tempfile::Builder::new()
        .prefix(".dpcmi-")
        .tempdir_in(parent)
        .map_err(StoreError::io("create a folder in", parent))?;
    if out.exists() {
        fs::rename(out, former.path().join("former")).map_err(StoreError::io("replace", out))?;
    }
    fs::rename(building.keep(), out).map_err(StoreError::io("move into place", out))
}
