//! The fingerprints of a file: blake3, which the store goes by, and sha256, which people check with `sha256sum`.

use super::error::{Result, StoreError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::Path;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Digest {
    pub bytes: u64,
    /// 64 hexadecimal digits.
    pub blake3: String,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

impl Digest {
    pub fn of(bytes: &[u8]) -> Digest {
        let (blake3, sha256) =
            rayon::join(|| blake3::hash(bytes).to_hex().to_string(), || Sha256::digest(bytes));
        let sha256 = sha256.iter().map(|b| format!("{b:02x}")).collect();
        Digest { bytes: bytes.len() as u64, blake3, sha256 }
    }

    /// What is wrong with these bytes, if anything. blake3 decides.
    pub(super) fn fault(&self, bytes: &[u8]) -> Option<String> {
        if bytes.len() as u64 != self.bytes {
            return Some(format!("{} bytes long, {} were committed", bytes.len(), self.bytes));
        }
        let found = blake3::hash(bytes).to_hex();
        (found.as_str() != self.blake3)
            .then(|| format!("its blake3 is {}, {} was committed", &found[..16], head(&self.blake3)))
    }

    /// As [`Digest::fault`], with sha256 too.
    pub(super) fn fault_in_full(&self, bytes: &[u8]) -> Option<String> {
        self.fault(bytes).or_else(|| {
            let found = Digest::of(bytes).sha256;
            (found != self.sha256)
                .then(|| format!("its sha256 is {}, {} was committed", &found[..16], head(&self.sha256)))
        })
    }

    /// Reads a file whose bytes must be the committed ones.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let bytes = std::fs::read(path).map_err(StoreError::io("read", path))?;
        match self.fault(&bytes) {
            Some(what) => Err(StoreError::damaged(path, what)),
            None => Ok(bytes),
        }
    }
}

fn head(hex: &str) -> &str {
    hex.get(..16).unwrap_or(hex)
}

/// The lines of a `SHA256SUMS` file, sorted by path, for `sha256sum --check` in the folder that holds the paths.
pub(super) fn sha256sums<'a>(files: impl IntoIterator<Item = (&'a str, &'a Digest)>) -> String {
    let mut lines: Vec<(&str, &str)> = files.into_iter().map(|(p, d)| (p, d.sha256.as_str())).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.iter().map(|(path, sum)| format!("{sum}  {path}\n")).collect()
}
