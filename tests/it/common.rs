//! What several test files need: where the real files are.

use std::path::PathBuf;

/// A path below the real data, which lies beside the repository (or one folder higher, beside a worktree). `None`,
/// with a message, where it is absent.
pub fn real(path: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared/data", "../../shared/data"]
        .map(|d| root.join(d).join(path))
        .into_iter()
        .find(|p| p.exists());
    if found.is_none() {
        eprintln!("real file {path} is not here: not compared");
    }
    found
}
