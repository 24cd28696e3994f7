//! What several integration tests need: where the shared files are, when they are.

use std::path::{Path, PathBuf};

/// A file or folder of the shared samples, which lie beside the repository (or one folder higher, beside a
/// worktree); `None` with a printed line when it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared", "../../shared"].iter().map(|p| here.join(p).join(path)).find(|p| p.exists());
    if found.is_none() {
        println!("skipped: shared/{path} is not beside the project");
    }
    found
}

/// A path below the real data.
pub fn real(path: &str) -> Option<PathBuf> {
    shared(&format!("data/{path}"))
}

/// All files below a folder, sorted by path.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
