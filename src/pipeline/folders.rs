//! Whether the folders of a run fit together: asked before the first of them is touched.

use super::{PipelineError, Result};
use crate::snapshot;
use crate::store;
use std::path::Path;

/// Inputs hold a file; no output lies in the inputs or around them, or in another output; all can be written.
pub fn check(inputs: &Path, store: &Path, release: Option<&Path>) -> Result<()> {
    let refuse = |what: String| Err(PipelineError::Unknown { what });
    if snapshot::walk(inputs)?.is_empty() {
        return refuse(format!("the inputs folder {} holds no file", inputs.display()));
    }
    let outputs = [("store", Some(store)), ("release", release)];
    for (name, path) in outputs.iter().filter_map(|(name, path)| Some((name, (*path)?))) {
        if store::nested(inputs, path)? {
            return refuse(format!(
                "the {name} {} and the inputs {} may not lie in one another: choose another folder",
                path.display(),
                inputs.display()
            ));
        }
        store::writable(path)?;
    }
    if let Some(release) = release
        && store::nested(store, release)?
    {
        return refuse(format!(
            "the store {} and the release {} may not lie in one another: choose another folder",
            store.display(),
            release.display()
        ));
    }
    Ok(())
}

/// A trial does not go onto, into or around the release that it is held against.
pub fn apart(release: &Path, out: &Path) -> Result<()> {
    if store::nested(release, out)? {
        let what = format!(
            "the trial {} and the release {} may not lie in one another: choose another folder",
            out.display(),
            release.display()
        );
        return Err(PipelineError::Unknown { what });
    }
    store::writable(out)?;
    Ok(())
}
