//! What lies in a folder.

use super::error::{Result, StoreError};
use std::fs;
use std::path::Path;

/// Relative paths, with `/`, of all that is not a folder (links are not followed), sorted. Nothing when there is no
/// such folder.
pub(super) fn files(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(prefix) = open.pop() {
        let dir = root.join(&prefix);
        let entries = match fs::read_dir(&dir) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            other => other.map_err(StoreError::io("list", &dir))?,
        };
        for entry in entries {
            let entry = entry.map_err(StoreError::io("list", &dir))?;
            let name = entry.file_name();
            let path = if prefix.is_empty() {
                name.to_string_lossy().into_owned()
            } else {
                format!("{prefix}/{}", name.to_string_lossy())
            };
            let kind = entry.file_type().map_err(StoreError::io("list", &dir))?;
            if kind.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort_unstable();
    Ok(found)
}

pub(super) fn is_empty_or_absent(dir: &Path) -> Result<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(e) => Err(StoreError::io("list", dir)(e)),
    }
}
