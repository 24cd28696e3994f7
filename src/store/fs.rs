//! The file operations of the commit protocol, one method each, so that a test can make any of them fail or stop
//! the world after any of them. Reading is not here: a reader takes no lock and changes nothing.

use super::error::{Result, StoreError};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::process::{Resource, getrlimit};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// What the commit protocol asks of a file system.
pub trait Fs: Send + Sync {
    /// Creates one folder; its parent exists.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Creates a file that does not exist, writes it whole and syncs it, all through one descriptor: a failed
    /// write-back is reported to that descriptor, and perhaps to no other.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Renames; fails with `AlreadyExists` when the target exists, and with `InvalidInput` (EINVAL) where the file
    /// system cannot do that in one step.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// A second name for a file; fails with `AlreadyExists` when the name exists.
    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Renames a file over another.
    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Exchanges two folders in one step.
    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()>;
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder and all in it.
    fn remove_tree(&self, path: &Path) -> io::Result<()>;
}

/// The real one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Fs for Disk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        within_limit(bytes.len())?;
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// A file over the process's size limit (`ulimit -f`) is refused before it is written: the kernel answers such a
/// write with SIGXFSZ, which kills, and to ignore a signal takes unsafe code.
pub(super) fn within_limit(bytes: usize) -> io::Result<()> {
    match getrlimit(Resource::Fsize).current {
        Some(most) if bytes as u64 > most => Err(rustix::io::Errno::FBIG.into()),
        _ => Ok(()),
    }
}

/// Gives a finished file its final name, never over another: `rename` that refuses to replace, or a hard link
/// where the file system does not know it. Returns `false` when the name exists already.
pub(super) fn place_file(fs: &dyn Fs, from: &Path, to: &Path) -> Result<bool> {
    let done = match fs.rename_new(from, to) {
        Err(e) if cannot_refuse(&e) => fs.hard_link(from, to).and_then(|()| fs.remove_file(from)),
        other => other,
    };
    match done {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(StoreError::io("give its final name to", to)(e)),
    }
}

/// The file system does not know `RENAME_NOREPLACE` or `RENAME_EXCHANGE` (NFS, some FUSE, ZFS before 2.2).
pub(super) fn cannot_refuse(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::INVAL.raw_os_error())
        || error.kind() == io::ErrorKind::Unsupported
}

/// Creates the folders from `root` (which exists) down to `root/relative`, and makes each new name durable.
pub(super) fn create_dirs(fs: &dyn Fs, root: &Path, relative: &Path) -> Result<()> {
    let mut parent = root.to_owned();
    for part in relative.components() {
        let dir = parent.join(part);
        if !dir.is_dir() {
            match fs.create_dir(&dir) {
                // Two first runs at once.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => {}
                other => other.map_err(StoreError::io("create", &dir))?,
            }
            fs.sync_dir(&parent).map_err(StoreError::io("sync", &parent))?;
        }
        parent = dir;
    }
    Ok(())
}

/// Creates a folder and those above it that do not exist.
pub(super) fn create_dirs_to(fs: &dyn Fs, dir: &Path) -> Result<()> {
    let here = Path::new(".");
    let there = dir.ancestors().find(|a| a.is_dir()).unwrap_or(here);
    let missing = dir.strip_prefix(there).unwrap_or(dir);
    create_dirs(fs, there, missing)
}

/// Removes what may be there.
pub(super) fn remove_tree_if_there(fs: &dyn Fs, path: &Path) -> Result<()> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    fs.remove_tree(path).map_err(StoreError::io("remove", path))
}
