//! Whether a folder can become what a run writes: asked before anything is changed.

use super::error::{Result, StoreError};
use rustix::fs::{Access, access};
use std::fs;
use std::path::{Path, PathBuf};

/// The path without links and dots, its part that is not there yet included; and the part that is there.
fn resolved(path: &Path) -> Result<(PathBuf, PathBuf)> {
    let absolute = std::path::absolute(path).map_err(StoreError::io("resolve", path))?;
    for there in absolute.ancestors() {
        if let Ok(real) = fs::canonicalize(there) {
            let rest = absolute.strip_prefix(there).unwrap_or(Path::new(""));
            return Ok((real.join(rest), real));
        }
    }
    Ok((absolute.clone(), absolute))
}

/// Whether one of the two folders lies in the other, or both are one.
pub fn nested(a: &Path, b: &Path) -> Result<bool> {
    let (a, b) = (resolved(a)?.0, resolved(b)?.0);
    Ok(a.starts_with(&b) || b.starts_with(&a))
}

/// That the folder, or the nearest one above it that exists, may be written to.
pub fn writable(path: &Path) -> Result<()> {
    let (_, there) = resolved(path)?;
    if !there.is_dir() {
        let source = std::io::Error::from(std::io::ErrorKind::NotADirectory);
        return Err(StoreError::Io { action: "write below", path: there, source });
    }
    // a release is exchanged in its parent folder, so that has to be writable too
    let parent = there.parent().filter(|_| resolved(path).is_ok_and(|(real, _)| real == there));
    for folder in [Some(there.as_path()), parent].into_iter().flatten() {
        access(folder, Access::WRITE_OK | Access::EXEC_OK)
            .map_err(|e| StoreError::io("write to", folder)(e.into()))?;
    }
    Ok(())
}
