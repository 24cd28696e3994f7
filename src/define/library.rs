//! The definitions that the program ships with, so that it runs anywhere; a folder given by the user replaces
//! them whole, file kinds by folder name (`datasets`, `pipelines`).

use super::contract::ContractFile;
use super::fault::{Source, parse};
use super::resolved::Contract;
use crate::diag::{Diagnostic, Place};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static DATASETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/datasets");
static PIPELINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/pipelines");

/// Definition texts by kind, each sorted by name.
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub datasets: Vec<Source>,
    pub pipelines: Vec<Source>,
    /// Allocation scenarios: `pipelines/scenarios/`.
    pub scenarios: Vec<Source>,
    /// Scope maps and plausibility gates: `pipelines/spend/`.
    pub spend: Vec<Source>,
}

impl Library {
    /// The shipped definitions.
    pub fn shipped() -> Library {
        let below = |dir| PIPELINES.get_dir(dir).map(|d| sources(d, "pipelines")).unwrap_or_default();
        Library {
            datasets: sources(&DATASETS, "datasets"),
            pipelines: sources(&PIPELINES, "pipelines"),
            scenarios: below("scenarios"),
            spend: below("spend"),
        }
    }

    /// The pipeline of this name (its file name without `.toml`).
    pub fn pipeline(&self, name: &str) -> Option<&Source> {
        self.pipelines.iter().find(|s| stem(&s.name) == name)
    }

    /// Names of the pipelines.
    pub fn pipeline_names(&self) -> Vec<&str> {
        self.pipelines.iter().map(|s| stem(&s.name)).collect()
    }

    /// The scenario of this name.
    pub fn scenario(&self, name: &str) -> Option<&Source> {
        self.scenarios.iter().find(|s| stem(&s.name) == name)
    }

    pub fn scenario_names(&self) -> Vec<&str> {
        self.scenarios.iter().map(|s| stem(&s.name)).collect()
    }

    /// The scope map or plausibility gate of this name.
    pub fn spend(&self, name: &str) -> Option<&Source> {
        self.spend.iter().find(|s| stem(&s.name) == name)
    }

    /// Resolves every contract; the faults of all of them together.
    pub fn contracts(&self) -> (Vec<Contract>, Vec<Diagnostic>) {
        let mut good: Vec<Contract> = Vec::new();
        let mut faults = Vec::new();
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        for source in &self.datasets {
            match parse::<ContractFile>(source) {
                Err(fault) => faults.push(*fault),
                Ok(written) => match Contract::resolve(written, source) {
                    Err(more) => faults.extend(more),
                    Ok(c) => match ids.insert(c.id.clone(), source.name.clone()) {
                        None => good.push(c),
                        Some(other) => faults.push(Diagnostic::new(
                            "CONFIG_DUPLICATE_ID",
                            Place::file(&source.name),
                            format!("the id `{}` is taken by {other}", c.id),
                        )),
                    },
                },
            }
        }
        (good, faults)
    }
}

fn stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.strip_suffix(".toml").unwrap_or(file)
}

fn sources(dir: &Dir<'_>, folder: &str) -> Vec<Source> {
    let mut out: Vec<Source> = dir
        .files()
        .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
        .filter_map(|f| {
            let name = format!("{folder}/{}", f.path().display());
            f.contents_utf8().map(|text| Source { name, text: text.to_owned() })
        })
        .collect();
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}
