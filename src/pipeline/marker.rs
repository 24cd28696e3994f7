//! The marker of a synthetic set (`SYNTHETIC.json`): what it declares, and what of the set is no input.

use super::quality::Outcome;
use crate::store::Digest;
use std::collections::BTreeSet;

/// What is read of a marker file.
#[derive(serde::Deserialize)]
struct Marker {
    synthetic: bool,
    files: Vec<Marked>,
}

#[derive(serde::Deserialize)]
struct Marked {
    blake3: String,
}

/// Hashes that a marker file (`SYNTHETIC.json`) among the inputs declares to be synthetic.
pub fn declared(results: &[(Outcome, Option<Vec<u8>>)]) -> BTreeSet<String> {
    results
        .iter()
        .filter(|(o, _)| o.intake.label.rsplit('/').next() == Some(crate::synth::MARKER))
        .filter_map(|(_, bytes)| serde_json::from_slice::<Marker>(bytes.as_deref()?).ok())
        .filter(|m| m.synthetic)
        .flat_map(|m| m.files.into_iter().map(|f| f.blake3))
        .collect()
}

/// The answers of a synthetic set (`truth/`) are no input: `dpcmi detection` reads them. Only files that the set's own marker
/// declares are left without a word.
pub fn leave_answers(results: &mut [(Outcome, Option<Vec<u8>>)], declared: &BTreeSet<String>) {
    for (outcome, bytes) in results.iter_mut().filter(|(o, _)| o.intake.unclaimed) {
        let own = bytes.as_deref().is_some_and(|b| declared.contains(&Digest::of(b).blake3));
        if own && outcome.intake.label.split('/').any(|part| part == crate::synth::TRUTH) {
            outcome.intake.unclaimed = false;
            outcome.intake.diagnostics.retain(|d| d.code.name != "UNCLAIMED_FILE");
        }
    }
}
