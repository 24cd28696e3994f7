//! A synthetic England on disk, for `synth` and `demo`.

use super::Result;
use crate::store::folder;
use crate::synth::{self, Era, MARKER, Spec};
use std::path::Path;

/// The pipeline of the demonstration: the full model, so that it answers every question that a real quarter would.
pub const DEMO_PIPELINE: &str = "dpcma-2018";
pub const DEMO_ERA: Era = Era::Dpcma;

/// Generates and writes the set; a folder that holds an earlier set is replaced, any other must be empty. Answers
/// the number of files and bytes.
pub fn write(spec: &Spec, out: &Path) -> Result<(usize, u64)> {
    let files: Vec<(String, Vec<u8>)> =
        synth::generate(spec)?.into_iter().map(|f| (f.path, f.bytes)).collect();
    let bytes = files.iter().map(|(_, b)| b.len() as u64).sum();
    let count = files.len();
    folder::write(out, Some(MARKER), files)?;
    Ok((count, bytes))
}
