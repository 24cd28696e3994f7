//! `dpcmi what-if`: the release as it would be if some answers, lists, spend or weights were others.
//!
//! The same pipeline on the same version of the store, with cells of the stored tables changed, and rows added, before anything is
//! computed: there is no second way to a score. Without a change the bytes are those of the release.

mod add;
mod apply;
mod effect;
mod rows;

pub use effect::{Moved, Value};

use super::definitions::source;
use super::publish::{Choices, Published, REPLY_BY, publish_with};
use super::{Definitions, PipelineError, Progress, Result};
use crate::define::Contract;
use crate::define::changes::Changes;
use crate::index::Source;
use crate::model::MembershipBasis;
use crate::report;
use crate::store::{Release, Store};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::path::Path;

/// The changes, and the release that they are held against.
pub struct Trial {
    pub changes: Changes,
    /// blake3 of the file.
    pub hash: String,
    release: Release,
}

impl Trial {
    pub(super) fn apply(&self, contracts: &[Contract], sources: &mut [Source]) -> Result<()> {
        add::rows(&self.changes.add, contracts, sources)?;
        apply::sets(&self.changes, sources)
    }

    /// What moved in the published tables, as a table of the release that comes out.
    pub(super) fn effect(
        &self,
        reports: &report::Definitions,
        published: &BTreeMap<String, DataFrame>,
    ) -> Result<DataFrame> {
        effect::table(&effect::moved(&reports.row_keys(), &self.release, published)?)
    }
}

/// What came out.
pub struct Tried {
    pub changes: usize,
    pub published: Published,
    /// Every cell that is another one.
    pub moved: Vec<Moved>,
}

/// Publishes the release with the changes to `out`.
pub fn what_if(
    definitions: Option<&Path>,
    changes: &Path,
    release: &Path,
    store: &Path,
    out: &Path,
    progress: &dyn Progress,
) -> Result<Tried> {
    let name = changes.display().to_string();
    let text = source(changes, &name).map_err(|d| PipelineError::Definitions(vec![*d]))?;
    let changes = Changes::read(&text).map_err(PipelineError::Definitions)?;
    let base = Release::open(release)?;
    let meta = base.manifest().meta.clone();
    let mut definitions = Definitions::load(definitions, &meta.pipeline)?;
    let unlike = |what: &str| PipelineError::Unknown {
        what: format!(
            "the release was made of {what}: run `dpcmi run` again, or name the one it was made of"
        ),
    };
    if definitions.hash != meta.definitions {
        return Err(unlike("other definitions, or by another version of the program"));
    }
    let store = Store::open(store)?;
    if !store.current()?.is_some_and(|v| meta.is_of(&v)) {
        return Err(unlike("another version of the store"));
    }
    let basis: MembershipBasis =
        meta.basis.parse().map_err(|_| unlike("a basis that this version does not know"))?;
    apply::weights(&changes, &mut definitions.framework)?;
    let reply_by = meta.options.get(REPLY_BY).map(|day| day.parse());
    let reply_by = reply_by.transpose().map_err(|_| unlike("a last day for replies that is no date"))?;
    let choices = Choices { basis, seed: meta.seed, reply_by };
    let trial =
        Trial { hash: blake3::hash(text.text.as_bytes()).to_hex().to_string(), changes, release: base };
    let count = trial.changes.len();
    let asked = (!trial.changes.is_empty()).then_some(&trial);
    let published = publish_with(&definitions, &store, out, choices, asked, progress)?;
    let moved =
        if count == 0 { Vec::new() } else { effect::read(&Release::open(out)?.table("what_if", None)?)? };
    Ok(Tried { changes: count, published, moved })
}
