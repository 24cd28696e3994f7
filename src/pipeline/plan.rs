//! What a run would do, and why, before it does it.

use super::ingest::{batch, changed};
use super::publish::{Choices, meta};
use super::{Definitions, Result};
use crate::read::Limits;
use crate::snapshot;
use crate::store::{Release, Store};
use std::path::Path;

/// One thing that would be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// A stage's name.
    pub stage: &'static str,
    /// What it would work on.
    pub what: String,
    /// Why it would run, or why not.
    pub why: String,
    pub runs: bool,
}

/// The steps of a run in order.
pub fn plan(
    definitions: &Definitions,
    inputs: &Path,
    store: &Store,
    out: Option<&Path>,
    choices: Choices,
    limits: &Limits,
) -> Result<Vec<Step>> {
    let found = snapshot::walk(inputs)?;
    let batch = batch(&found, definitions, limits);
    let base = store.current()?;
    let mut steps = Vec::new();
    let held = base.as_ref().map(|v| &v.manifest().batch);
    let reason = match held {
        None => Some("the store is empty"),
        Some(b) if b.definitions != batch.definitions => Some("the contracts changed"),
        Some(b) if b.program != batch.program => Some("the program changed"),
        Some(_) => None,
    };
    let todo = changed(&batch, base.as_ref());
    for input in &batch.inputs {
        let known = held.and_then(|b| b.inputs.iter().find(|i| i.label == input.label));
        let why = match (todo.contains(input), reason, known) {
            (false, ..) => "its content is as before".to_owned(),
            (true, Some(reason), _) => reason.to_owned(),
            (true, None, Some(_)) => "its content changed".to_owned(),
            (true, None, None) => "a new file".to_owned(),
        };
        steps.push(Step { stage: "read", what: input.label.clone(), why, runs: todo.contains(input) });
    }
    let ingests = base.as_ref().is_none_or(|v| !v.is_of(&batch));
    let why =
        if ingests { "the inputs or definitions changed" } else { "nothing changed since the last version" };
    steps.push(Step {
        stage: "store",
        what: store.root().display().to_string(),
        why: why.to_owned(),
        runs: ingests,
    });
    if let Some(out) = out {
        let current =
            base.as_ref().filter(|_| !ingests).map(|v| meta(definitions, v, choices)).transpose()?;
        let (runs, why) = match (Release::open(out).ok(), current) {
            (None, _) => (true, "there is no release yet"),
            (Some(_), None) => (true, "the store would change"),
            (Some(r), Some(meta)) if r.answers(&meta) => {
                (false, "the release was made of this very store, pipeline and choices")
            }
            (Some(_), Some(meta)) if !meta.confidential.is_empty() => {
                (true, "of confidential files, no release says what was in them")
            }
            (Some(_), Some(_)) => (true, "the pipeline or a choice of the run changed"),
        };
        steps.push(Step { stage: "release", what: out.display().to_string(), why: why.to_owned(), runs });
    }
    Ok(steps)
}
