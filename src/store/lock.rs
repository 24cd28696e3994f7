//! One writer at a time: a lock on a file, which the kernel gives back when its holder dies.

use super::error::{Result, StoreError};
use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// # Errors
    /// [`StoreError::Locked`] at once when another process holds it: waiting is for the caller to decide.
    pub(super) fn take(path: &Path) -> Result<Lock> {
        loop {
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)
                .map_err(StoreError::io("open", path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: path.to_owned() }),
                Err(TryLockError::Error(e)) => return Err(StoreError::io("lock", path)(e)),
            }
            // A holder may have removed the name between our opening and our locking.
            let ours = file.metadata().map_err(StoreError::io("read", path))?;
            if fs::metadata(path).is_ok_and(|named| (named.dev(), named.ino()) == (ours.dev(), ours.ino())) {
                return Ok(Lock { path: path.to_owned(), _file: file });
            }
        }
    }

    /// Gives the lock back and leaves no file behind.
    pub(super) fn remove(self) {
        // Best effort: a lock file that stays is harmless.
        let _ = fs::remove_file(&self.path);
    }
}
