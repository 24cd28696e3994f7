//! The definitions of a run: every contract, and the framework of a pipeline by name or file.

use super::{PROGRAM, PipelineError, Result};
use crate::define::framework::{self, Framework};
use crate::define::spend::{Gate, ScopeMap, SpendDefinitions};
use crate::define::{Contract, Library, ReportSources, Source};
use crate::diag::{Diagnostic, Place};
use crate::report;
use crate::snapshot;
use std::path::Path;

#[derive(Clone, Debug)]
pub struct Definitions {
    pub contracts: Vec<Contract>,
    pub framework: Framework,
    /// What the pipeline's `[spend]` names.
    pub spend: SpendDefinitions,
    /// What may leave and in which words.
    pub reports: report::Definitions,
    /// blake3 of all contracts.
    pub contracts_hash: String,
    /// blake3 of the pipeline's file, of what its `[spend]` names, of all contracts and of what is said in `reports/`.
    pub hash: String,
}

/// The shipped library, or the one in `folder`: with `datasets/` and `pipelines/` below it, and in `reports/` the files that
/// are other ones than those shipped.
pub fn library(folder: Option<&Path>) -> Result<Library> {
    let Some(folder) = folder else { return Ok(Library::shipped()) };
    let mut faults = Vec::new();
    let mut read = |kind: &str| -> Result<Vec<Source>> {
        let mut sources = Vec::new();
        for found in snapshot::walk(&folder.join(kind))? {
            if !found.label.ends_with(".toml") {
                continue;
            }
            match source(&found.path, &format!("{kind}/{}", found.label)) {
                Ok(s) => sources.push(s),
                Err(fault) => faults.push(*fault),
            }
        }
        Ok(sources)
    };
    let datasets = read("datasets")?;
    let mut reports = ReportSources::shipped();
    let others = if folder.join("reports").is_dir() { read("reports")? } else { Vec::new() };
    let unknown: Vec<_> = others.into_iter().filter_map(|s| reports.replace(s).err()).collect();
    let below = |s: &Source, dir: &str| s.name.starts_with(&format!("pipelines/{dir}/"));
    let (scenarios, others): (Vec<_>, Vec<_>) =
        read("pipelines")?.into_iter().partition(|s| below(s, "scenarios"));
    let (spend, pipelines) = others.into_iter().partition(|s| below(s, "spend"));
    faults.extend(unknown.into_iter().map(|d| *d));
    let library = Library { datasets, pipelines, scenarios, spend, reports };
    if faults.is_empty() { Ok(library) } else { Err(PipelineError::Definitions(faults)) }
}

/// What may leave and in which words, where no pipeline is asked for.
pub fn reports(folder: Option<&Path>) -> Result<report::Definitions> {
    report::Definitions::load(&library(folder)?.reports).map_err(PipelineError::Definitions)
}

/// A definition file as text.
pub fn source(path: &Path, name: &str) -> std::result::Result<Source, Box<Diagnostic>> {
    let found = snapshot::Found { label: name.to_owned(), path: path.to_owned() };
    let bytes = snapshot::read(&found, 16 << 20)?.bytes;
    let text = String::from_utf8(bytes)
        .map_err(|_| Box::new(Diagnostic::new("CONFIG_PARSE", Place::file(name), "the file is not UTF-8")))?;
    Ok(Source { name: name.to_owned(), text })
}

/// The pipeline's text: a name in the library, else a file.
pub fn pipeline_source(library: &Library, pipeline: &str) -> Result<Source> {
    named("pipeline", pipeline, library.pipeline(pipeline), &library.pipeline_names())
}

/// A scenario's text: a name in the library, else a file.
pub fn scenario_source(library: &Library, scenario: &str) -> Result<Source> {
    named("scenario", scenario, library.scenario(scenario), &library.scenario_names())
}

fn named(kind: &str, name: &str, shipped: Option<&Source>, names: &[&str]) -> Result<Source> {
    if let Some(source) = shipped {
        return Ok(source.clone());
    }
    let path = Path::new(name);
    if path.extension().is_some_and(|e| e == "toml") {
        return source(path, name).map_err(|d| PipelineError::Definitions(vec![*d]));
    }
    let near = crate::define::did_you_mean(name, names).map(|n| format!(" Did you mean `{n}`?"));
    Err(PipelineError::Unknown {
        what: format!(
            "there is no {kind} `{name}`: write one of {} or the path of a .toml file.{}",
            names.join(", "),
            near.unwrap_or_default()
        ),
    })
}

impl Definitions {
    /// Everything that a pipeline needs, checked; all faults together.
    pub fn load(folder: Option<&Path>, pipeline: &str) -> Result<Definitions> {
        let library = library(folder)?;
        let source = pipeline_source(&library, pipeline)?;
        let (contracts, mut faults) = library.contracts();
        let framework = match framework::load(&source) {
            Ok(framework) => Some(framework),
            Err(more) => {
                faults.extend(more);
                None
            }
        };
        if let Some(framework) = &framework {
            let known: Vec<&str> = contracts.iter().map(|c| c.id.as_str()).collect();
            for input in framework.inputs.iter().filter(|i| !known.contains(&i.dataset.as_str())) {
                let place = source.place_of(&format!("\"{}\"", input.dataset));
                let message = format!("no contract has the id `{}`", input.dataset);
                let mut d = Diagnostic::new("CONFIG_REFERENCE", place, message);
                if let Some(near) = crate::define::did_you_mean(&input.dataset, &known) {
                    d = d.hint(format!("did you mean `{near}`?"));
                }
                faults.push(d);
            }
        }
        let mut spend = SpendDefinitions::default();
        let mut texts = vec![source.text.as_str()];
        if let Some(section) = framework.as_ref().and_then(|f| f.spend.as_ref()) {
            let mut named = |name: &Option<String>| {
                let name = name.as_ref()?;
                let found = library.spend(name);
                match found {
                    Some(found) => texts.push(&found.text),
                    None => {
                        let message = format!("`pipelines/spend/` holds no `{name}.toml`");
                        let place = source.place_of(&format!("\"{name}\""));
                        faults.push(Diagnostic::new("CONFIG_REFERENCE", place, message));
                    }
                }
                found
            };
            let (map, gate) = (named(&section.scope_map), named(&section.plausibility));
            match map.map(ScopeMap::load).transpose() {
                Ok(map) => spend.scope_map = map,
                Err(more) => faults.extend(more),
            }
            match gate.map(Gate::load).transpose() {
                Ok(gate) => spend.gate = gate,
                Err(more) => faults.extend(more),
            }
        }
        let reports = report::Definitions::load(&library.reports).map_err(|more| faults.extend(more)).ok();
        let (Some(framework), Some(reports), true) = (framework, reports, faults.is_empty()) else {
            return Err(PipelineError::Definitions(faults));
        };
        texts.extend(library.reports.all().map(|s| s.text.as_str()));
        let contracts_hash = hash(contracts.iter().map(|c| c.hash.as_str()));
        let own: Vec<_> = texts.iter().map(|t| blake3::hash(t.as_bytes()).to_hex()).collect();
        let hash = hash(own.iter().map(|h| h.as_str()).chain([contracts_hash.as_str(), PROGRAM]));
        Ok(Definitions { contracts, framework, spend, reports, contracts_hash, hash })
    }
}

fn hash<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().to_string()
}
