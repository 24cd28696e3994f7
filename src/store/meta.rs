//! What a release was made from and how, as its manifest tells it.

use super::manifest::{Batch, Input};
use super::version::Version;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a release was made from and how: everything on which its content depends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseMeta {
    /// Id of the pipeline.
    pub pipeline: String,
    /// Whose method the figures are of; no official score exists.
    #[serde(default)]
    pub method: String,
    /// `as-returned`, `current` or a date.
    pub basis: String,
    pub seed: u64,
    /// `published`, `returned` or `synthetic`.
    pub provenance: String,
    /// The version of the store that was read; not told beside confidential files, which its id depends on.
    pub store: Option<String>,
    /// Other choices of the run, by name.
    pub options: BTreeMap<String, String>,
    pub inputs: Vec<Input>,
    /// Names of the files that were sent in confidence. Their lengths and hashes are not told: whoever knows all of a
    /// short file but a few counts could try those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confidential: Vec<String>,
    /// Hash of the resolved definitions.
    pub definitions: String,
    /// Version of the code.
    pub program: String,
}

impl ReleaseMeta {
    /// blake3 of all that can change a release, but not of confidential files; the labels of the inputs do not.
    pub fn request(&self) -> String {
        let batch = Batch {
            inputs: self.inputs.clone(),
            definitions: self.definitions.clone(),
            program: self.program.clone(),
        };
        let asked = (
            batch.id(),
            (&self.pipeline, &self.basis, self.seed, &self.provenance, &self.store, &self.options),
        );
        let text = serde_json::to_vec(&asked).unwrap_or_else(|e| unreachable!("strings are JSON: {e}"));
        blake3::hash(&text).to_hex().to_string()
    }

    /// Whether the release was made of this version of the store. Beside confidential files, of which only names are
    /// told, all others are compared.
    pub fn is_of(&self, version: &Version) -> bool {
        let held = &version.manifest().batch.inputs;
        match &self.store {
            Some(id) => id == version.id(),
            None => {
                held.len() == self.inputs.len() + self.confidential.len()
                    && held.iter().all(|i| self.inputs.contains(i) || self.confidential.contains(&i.label))
            }
        }
    }
}
