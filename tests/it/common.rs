//! What several integration tests need: where the shared samples are, when they are.

use std::path::{Path, PathBuf};

/// The folder with the real and hostile samples beside the project, or `None` with a printed line.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared", "../../shared"].iter().map(|p| here.join(p).join(folder)).find(|p| p.is_dir());
    if found.is_none() {
        println!("skipped: the folder shared/{folder} is not beside the project");
    }
    found
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
