//! Bytes in: which files a folder holds, their content and their hashes. Names are labels, never decisions.
//!
//! A file is opened once, without following a link at its end, and must be a regular file; the bytes that are
//! hashed are the bytes that are parsed. After: `read`.

use crate::diag::{Diagnostic, Place};
use rayon::prelude::*;
use rustix::fs::{Mode, OFlags};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The inputs folder itself cannot be read.
#[derive(Debug, Error)]
pub enum SnapshotError {
    #[error("the inputs folder {path} cannot be read: {cause}")]
    Folder { path: PathBuf, cause: io::Error },
}

/// A file of the inputs, by its name relative to the folder, with `/` between parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub label: String,
    pub path: PathBuf,
}

/// The content of a file as it was hashed.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub label: String,
    pub bytes: Vec<u8>,
    pub blake3: String,
}

/// A file's name and content hash: enough to know whether anything changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    pub label: String,
    pub blake3: String,
    pub sha256: String,
    pub bytes: u64,
}

/// All files below the folder, sorted by label, so that the order of the disk changes nothing. Hidden files are
/// left out. A single file may be given in place of a folder. A folder below that cannot be listed is named as a
/// file would be, and refused when it is read: it does not stop the others.
pub fn walk(root: &Path) -> Result<Vec<Found>, SnapshotError> {
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |cause| SnapshotError::Folder { path, cause }
    };
    let mut out = Vec::new();
    if root.is_file() {
        let label = root.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        return Ok(vec![Found { label, path: root.to_owned() }]);
    }
    let mut open = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(_) if folder != root => {
                let label = prefix.trim_end_matches('/').to_owned();
                out.push(Found { label, path: folder });
                continue;
            }
            Err(cause) => return Err(fault(&folder)(cause)),
        };
        for entry in entries {
            let entry = entry.map_err(fault(&folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let label = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(fault(&folder))?;
            if kind.is_dir() {
                open.push((entry.path(), format!("{label}/")));
            } else {
                out.push(Found { label, path: entry.path() });
            }
        }
    }
    out.sort();
    Ok(out)
}

/// Reads a file whole, or says why not.
pub fn read(found: &Found, limit: u64) -> Result<Snapshot, Box<Diagnostic>> {
    let refuse = |code: &str, why: String| Box::new(Diagnostic::new(code, Place::file(&found.label), why));
    let mut file = open(&found.path).map_err(|e| match e {
        rustix::io::Errno::LOOP => refuse("NOT_A_REGULAR_FILE", "a link".into()),
        e => refuse("UNREADABLE", io::Error::from(e).to_string()),
    })?;
    let meta = file.metadata().map_err(|e| refuse("UNREADABLE", e.to_string()))?;
    if !meta.is_file() {
        return Err(refuse("NOT_A_REGULAR_FILE", "not a regular file".into()));
    }
    if meta.len() > limit {
        return Err(refuse("LIMIT_FILE_BYTES", format!("{} bytes, the limit is {limit}", meta.len())));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    file.by_ref().take(limit + 1).read_to_end(&mut bytes).map_err(|e| refuse("UNREADABLE", e.to_string()))?;
    let after = file.metadata().map_err(|e| refuse("UNREADABLE", e.to_string()))?;
    if bytes.len() as u64 != meta.len()
        || after.len() != meta.len()
        || after.modified().ok() != meta.modified().ok()
    {
        return Err(refuse("INPUT_CHANGED", "the file changed while it was read".into()));
    }
    let blake3 = blake3::hash(&bytes).to_hex().to_string();
    Ok(Snapshot { label: found.label.clone(), bytes, blake3 })
}

fn open(path: &Path) -> rustix::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map(File::from)
}

/// Hashes every file without keeping its bytes; files that cannot be read have the hash of their fault.
pub fn fingerprints(found: &[Found], limit: u64) -> Vec<Fingerprint> {
    found
        .par_iter()
        .map(|f| match read(f, limit) {
            Ok(s) => Fingerprint {
                label: s.label,
                blake3: s.blake3,
                sha256: sha256(&s.bytes),
                bytes: s.bytes.len() as u64,
            },
            Err(d) => {
                let blake3 = blake3::hash(d.code.name.as_bytes()).to_hex().to_string();
                Fingerprint {
                    label: f.label.clone(),
                    blake3,
                    sha256: sha256(d.code.name.as_bytes()),
                    bytes: 0,
                }
            }
        })
        .collect()
}

/// SHA-256 in hexadecimal: what publishers and auditors compare.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut s, b| {
        use std::fmt::Write;
        let _ = write!(s, "{b:02x}");
        s
    })
}
