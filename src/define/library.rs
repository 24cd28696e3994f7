//! The definitions that the program ships with, so that it runs anywhere; a folder given by the user replaces
//! them, file kinds by folder name: `datasets` and `pipelines` whole, `reports` file by file.

use super::contract::ContractFile;
use super::fault::{Source, parse};
use super::resolved::Contract;
use crate::diag::{Diagnostic, Place};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static DATASETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/datasets");
static PIPELINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/pipelines");

/// The texts of `reports/`: what may leave and in which words. Each is always there.
#[derive(Clone, Debug)]
pub struct ReportSources {
    pub dictionary: Source,
    pub disclosure: Source,
    pub feeds: Source,
    pub spend: Source,
    pub workbook: Source,
}

impl ReportSources {
    pub fn shipped() -> ReportSources {
        let source = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned() };
        ReportSources {
            dictionary: source("reports/dictionary.toml", include_str!("../../reports/dictionary.toml")),
            disclosure: source("reports/disclosure.toml", include_str!("../../reports/disclosure.toml")),
            feeds: source("reports/feeds.toml", include_str!("../../reports/feeds.toml")),
            spend: source("reports/spend.toml", include_str!("../../reports/spend.toml")),
            workbook: source("reports/workbook.toml", include_str!("../../reports/workbook.toml")),
        }
    }

    pub fn all(&self) -> [&Source; 5] {
        [&self.dictionary, &self.disclosure, &self.feeds, &self.spend, &self.workbook]
    }

    /// Puts a file in place of the one of its name.
    ///
    /// # Errors
    /// When none has its name.
    pub fn replace(&mut self, source: Source) -> Result<(), Box<Diagnostic>> {
        let ReportSources { dictionary, disclosure, feeds, spend, workbook } = self;
        let mut all = [dictionary, disclosure, feeds, spend, workbook];
        if let Some(same) = all.iter_mut().find(|s| s.name == source.name) {
            **same = source;
            return Ok(());
        }
        let known: Vec<&str> = all.iter().map(|s| s.name.as_str()).collect();
        let message = format!("no definition of what leaves has this name: they are {}", known.join(", "));
        Err(Box::new(Diagnostic::new("CONFIG_REFERENCE", Place::file(&source.name), message)))
    }
}

/// Definition texts by kind, each sorted by name.
#[derive(Clone, Debug)]
pub struct Library {
    pub datasets: Vec<Source>,
    pub pipelines: Vec<Source>,
    /// Allocation scenarios: `pipelines/scenarios/`.
    pub scenarios: Vec<Source>,
    /// Scope maps and plausibility gates: `pipelines/spend/`.
    pub spend: Vec<Source>,
    pub reports: ReportSources,
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
            reports: ReportSources::shipped(),
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
