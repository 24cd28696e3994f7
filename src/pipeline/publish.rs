//! The store -> a release: every table computed, disclosure, report, files.

use super::compute::{Tables, compute, sources};
use super::places::Held;
use super::spending::unread_returns;
use super::what_if::Trial;
use super::{Definitions, PROGRAM, PipelineError, Progress, Result, about, lineage, quality};
use crate::diag::Diagnostic;
use crate::disclose::door;
use crate::model::{MembershipBasis, Period, Provenance};
use crate::render::{self, Pictures};
use crate::report::{self, ReleaseInput};
use crate::store::{Input, Metadata, Release, ReleaseMeta, ReleaseWriter, Store, Version};
use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a person can choose about a release.
#[derive(Clone, Copy, Debug)]
pub struct Choices {
    pub basis: MembershipBasis,
    pub seed: u64,
    /// The last day for replies to the preview.
    pub reply_by: Option<Date>,
}

/// Name of [`Choices::reply_by`] among the options of a release.
pub(super) const REPLY_BY: &str = "reply-by";

/// What a release says of one quarter.
#[derive(Clone, Debug)]
pub struct Front {
    pub label: String,
    pub practices: usize,
    /// With at least one answer.
    pub practices_scored: usize,
    pub ccgs: usize,
}

/// What was published.
#[derive(Debug)]
pub struct Published {
    pub unchanged: bool,
    pub id: String,
    pub files: usize,
    pub quarters: Vec<Period>,
    /// The quarter that the page puts in front.
    pub front: Option<Front>,
    pub provenance: Provenance,
    pub diagnostics: Vec<Diagnostic>,
}

/// Makes the release of a pipeline from the visible version of the store, unless it is there already.
pub fn publish(
    definitions: &Definitions,
    store: &Store,
    out: &Path,
    choices: Choices,
    progress: &dyn Progress,
) -> Result<Published> {
    publish_with(definitions, store, out, choices, None, progress)
}

/// The same, of tables that a trial has changed.
pub fn publish_with(
    definitions: &Definitions,
    store: &Store,
    out: &Path,
    choices: Choices,
    trial: Option<&Trial>,
    progress: &dyn Progress,
) -> Result<Published> {
    let version =
        store.current()?.ok_or_else(|| PipelineError::EmptyStore(store.root().display().to_string()))?;
    let mut meta = meta(definitions, &version, choices)?;
    if let Some(trial) = trial {
        meta.options.insert("what-if".to_owned(), trial.hash.clone());
    }
    if let Ok(release) = Release::open(out)
        && release.answers(&meta)
    {
        let files = release.manifest().files.len();
        let id = release.manifest().id.clone();
        let provenance = Provenance::of(Some(&meta.provenance));
        return Ok(Published {
            unchanged: true,
            id,
            files,
            quarters: Vec::new(),
            front: None,
            provenance,
            diagnostics: Vec::new(),
        });
    }
    progress.stage("load", 0);
    let mut sources = sources(definitions, &version)?;
    if let Some(trial) = trial {
        trial.apply(&definitions.contracts, &mut sources)?;
    }
    let mut computed = compute(definitions, &sources, choices, progress)?;
    let unread = unread_returns(definitions, &sources, &version.quality("issues")?)?;
    computed.diagnostics.extend(unread);
    add_quality(definitions, &version, &mut computed)?;
    let held = Held { framework: &definitions.framework, sources: &sources };
    let sources_table = lineage::indicator_sources(&held, &version, &computed.quarters)?;
    computed.tables.insert("indicator_sources".to_owned(), sources_table);
    computed.tables.insert("indicators".to_owned(), about::indicators(&definitions.framework)?);
    let mut about = about::about(definitions, &version, choices, computed.provenance);
    if let Some(trial) = trial {
        about.title = format!("WHAT IF: {}", about.title);
        about.notes.push(format!(
            "A trial, not a release: some figures were changed to see what would follow. {}",
            trial.changes.about
        ));
    }
    let reports = &definitions.reports;
    if let Some(trial) = trial {
        // as published, so that what the release withholds does not show in the difference
        let input = ReleaseInput { about: about.clone(), tables: computed.tables.clone() };
        let effect = trial.effect(reports, &report::publish(input, &reports.policy)?.get().tables)?;
        computed.tables.insert("what_if".to_owned(), effect);
    }
    let input = ReleaseInput { about, tables: computed.tables.clone() };
    progress.stage("render", 0);
    let published = report::publish(input, &reports.policy)?;
    let views = report::lay_out(&published, reports)?;
    let files = render::files(&views, Pictures::default())?;
    progress.stage("publish", 0);
    let writer = ReleaseWriter::create(out)?;
    let count = files.len();
    files.into_par_iter().try_for_each(|(path, bytes)| {
        let name = path.strip_suffix(".csv").map(|p| p.strip_prefix("tables/").unwrap_or(p));
        let rows = name.and_then(|n| published.get().tables.get(n)).map(|t| t.height() as u64);
        writer.put(&path, bytes, rows)
    })?;
    published.get().tables.par_iter().try_for_each(|(name, frame)| {
        let mut metadata = Metadata::from([
            ("dpcmi.table".to_owned(), name.clone()),
            ("dpcmi.pipeline".to_owned(), definitions.framework.id.clone()),
            ("dpcmi.basis".to_owned(), choices.basis.to_string()),
            ("dpcmi.provenance".to_owned(), computed.provenance.to_string()),
        ]);
        metadata.extend(meta.store.iter().map(|id| ("dpcmi.store".to_owned(), id.clone())));
        let folder = if name.contains('/') { "" } else { "tables/" };
        writer.put_frame(&format!("{folder}{name}.parquet"), frame, &metadata)
    })?;
    computed.provenance.as_str().clone_into(&mut meta.provenance);
    let tables = published.get().tables.len();
    let id = writer.finish(meta)?;
    Ok(Published {
        unchanged: false,
        id,
        files: count + tables,
        front: front(&computed.tables)?,
        quarters: computed.quarters,
        provenance: computed.provenance,
        diagnostics: computed.diagnostics,
    })
}

/// The quarter that the page puts in front, counted.
fn front(tables: &BTreeMap<String, DataFrame>) -> Result<Option<Front>> {
    let (Some(practices), Some(ccgs)) = (tables.get("practice_scores"), tables.get("ccg_scores")) else {
        return Ok(None);
    };
    let Some((day, label)) = report::front_quarter(ccgs) else { return Ok(None) };
    let of_quarter = |frame: &DataFrame| -> Result<DataFrame> {
        let number = crate::contract::cells::day_number(day);
        let days = frame.column("period")?.date()?;
        let mask: BooleanChunked = days.phys.iter().map(|d| d == Some(number)).collect();
        Ok(frame.filter(&mask)?)
    };
    let practices = of_quarter(practices)?;
    let answered = practices.column("coverage")?.f64()?.iter().flatten().filter(|c| *c > 0.0).count();
    let ccgs = of_quarter(ccgs)?.height();
    Ok(Some(Front { label, practices: practices.height(), practices_scored: answered, ccgs }))
}

/// The tables about the intake, with the faults that only showed when the release was made.
fn add_quality(definitions: &Definitions, version: &Version, computed: &mut Tables) -> Result<()> {
    let (people, confidential) = (counting(definitions), confidential(definitions));
    let mut issues = door::issues(version.quality("issues")?, &people)?;
    // what the release itself found, it found in rounded counts
    let later = quality::issues(computed.diagnostics.iter().map(|d| ("", d)))?;
    issues.vstack_mut_owned(later)?;
    issues.rechunk_mut();
    computed.tables.insert("quality/issues".to_owned(), issues);
    let quarantine = door::quarantine(version.quality("quarantine")?, &people)?;
    computed.tables.insert("quality/quarantine".to_owned(), quarantine);
    let reconciliation = door::reconciliation(version.quality("reconciliation")?, &confidential)?;
    computed.tables.insert("quality/reconciliation".to_owned(), reconciliation);
    Ok(())
}

/// Datasets with counts of people.
fn counting(definitions: &Definitions) -> Vec<&str> {
    definitions.contracts.iter().filter(|c| !c.people.is_empty()).map(|c| c.id.as_str()).collect()
}

/// Datasets whose files are sent in confidence.
fn confidential(definitions: &Definitions) -> Vec<&str> {
    definitions.contracts.iter().filter(|c| c.confidential).map(|c| c.id.as_str()).collect()
}

/// What the release is asked to be; its provenance is that of the tables that the pipeline reads.
pub fn meta(definitions: &Definitions, version: &Version, choices: Choices) -> Result<ReleaseMeta> {
    let wanted: BTreeSet<&str> = definitions.framework.inputs.iter().map(|i| i.dataset.as_str()).collect();
    let provenance = version
        .manifest()
        .tables
        .iter()
        .filter(|t| t.latest && wanted.contains(t.dataset.as_str()))
        .map(|t| Provenance::of(Some(&t.provenance)))
        .fold(Provenance::Published, Provenance::worst);
    let files = version.quality("reconciliation")?;
    let of = files.column("dataset")?.str()?.iter().zip(files.column("input")?.str()?.iter());
    let secret = confidential(definitions);
    let secret: BTreeSet<&str> =
        of.filter(|(d, _)| d.is_some_and(|d| secret.contains(&d))).filter_map(|(_, input)| input).collect();
    let (mut named, mut inputs): (Vec<Input>, Vec<Input>) =
        version.manifest().batch.inputs.iter().cloned().partition(|i| secret.contains(i.label.as_str()));
    inputs.sort();
    named.sort_by(|a, b| a.label.cmp(&b.label));
    Ok(ReleaseMeta {
        pipeline: definitions.framework.id.clone(),
        method: definitions.framework.method.clone(),
        basis: choices.basis.to_string(),
        seed: choices.seed,
        provenance: provenance.to_string(),
        // the id of a version depends on every file
        store: named.is_empty().then(|| version.id().to_owned()),
        options: choices.reply_by.map(|day| (REPLY_BY.to_owned(), day.to_string())).into_iter().collect(),
        inputs,
        confidential: named.into_iter().map(|i| i.label).collect(),
        definitions: definitions.hash.clone(),
        program: PROGRAM.to_owned(),
    })
}
