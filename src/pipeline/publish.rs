//! The store -> a release: organisations, index, spend, league table, disclosure, report, files.

use super::bodies;
use super::places::Held;
use super::spending::{Spending, spending, unread_returns};
use super::what_if::Trial;
use super::{
    Definitions, PROGRAM, PipelineError, Progress, Result, about, feeding, lineage, population, quality,
};
use crate::compare::{control_charts, funnels, league_table};
use crate::contract::{accepted, set_aside};
use crate::define::framework::Framework;
use crate::diag::Diagnostic;
use crate::disclose::{Policy, door};
use crate::frames::Columns;
use crate::improve::{Given, improve};
use crate::index::{self, Source};
use crate::model::{MembershipBasis, Period, Provenance};
use crate::providers::assign;
use crate::render::{self, Pictures};
use crate::report::{self, ReleaseInput};
use crate::store::{Input, Metadata, Release, ReleaseMeta, ReleaseWriter, Store, Version};
use crate::value::value;
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
}

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

/// The tables of the store that the pipeline reads: the latest release of each dataset and period.
pub fn sources(definitions: &Definitions, version: &Version) -> Result<Vec<Source>> {
    let wanted: BTreeSet<&str> = definitions.framework.inputs.iter().map(|i| i.dataset.as_str()).collect();
    let policy = Policy::shipped()?;
    let entries: Vec<_> = version
        .manifest()
        .tables
        .iter()
        .filter(|t| t.latest && wanted.contains(t.dataset.as_str()))
        .collect();
    entries
        .par_iter()
        .map(|entry| {
            let mut frame = version.read_table(entry, None)?.frame;
            if let Some(contract) = definitions.contracts.iter().find(|c| c.id == entry.dataset)
                && !contract.people.is_empty()
            {
                let rule = policy.people.as_ref().ok_or_else(|| PipelineError::Unknown {
                    what:
                        "reports/disclosure.toml has no `[people]`, which a contract with `[[people]]` needs"
                            .to_owned(),
                })?;
                door::round(rule, &contract.people, &mut frame)?;
            }
            Ok(Source {
                dataset: entry.dataset.clone(),
                period: entry.period,
                frame: accepted(&frame)?,
                aside: set_aside(&frame)?,
                provenance: Provenance::parse(&entry.provenance).unwrap_or(Provenance::Published),
            })
        })
        .collect()
}

/// All tables of a release, by name.
pub struct Tables {
    pub tables: BTreeMap<String, DataFrame>,
    pub quarters: Vec<Period>,
    pub provenance: Provenance,
    pub diagnostics: Vec<Diagnostic>,
}

/// Computes every table of the release from the sources.
pub fn compute(
    definitions: &Definitions,
    sources: &[Source],
    choices: Choices,
    progress: &dyn Progress,
) -> Result<Tables> {
    let framework = &definitions.framework;
    let held = Held { framework, sources };
    progress.stage("organisations", 0);
    let quarters = index::quarters(framework, sources)?;
    let mut diagnostics = Vec::new();
    let mut practices: Option<DataFrame> = None;
    if let Some((directory, notes)) = held.directory()? {
        diagnostics.extend(notes);
        let found: Vec<_> = quarters
            .par_iter()
            .map(|quarter| held.practices(&directory, *quarter, choices.basis))
            .collect::<Result<_>>()?;
        for p in found {
            diagnostics.extend(p.diagnostics);
            match &mut practices {
                None => practices = Some(p.frame),
                Some(all) => {
                    all.vstack_mut_owned(p.frame)?;
                }
            }
        }
    }
    let Some(mut practices) = practices else {
        return Err(PipelineError::Unknown {
            what: format!(
                "{}: the store holds no month of any dataset that the framework scores; it needs {}",
                framework.id,
                framework.inputs.iter().map(|i| i.dataset.as_str()).collect::<Vec<_>>().join(", ")
            ),
        });
    };
    practices.rechunk_mut();
    diagnostics.extend(population::thin(&practices)?);
    let sightings = bodies::sightings(&held)?;
    assign(&sightings, &mut practices)?;
    progress.stage("index", 0);
    let scored = index::score(framework, sources, &practices, choices.seed)?;
    diagnostics.extend(scored.diagnostics);
    progress.stage("spend", 0);
    let spend = spending(&held, &definitions.spend, &practices)?;
    let worth = match (&framework.value, spend.as_ref().and_then(|s| s.tables.get("spend_per_head"))) {
        (Some(section), Some(table)) => Some(value(section, &scored.ccg_scores, table, choices.seed)?),
        _ => None,
    };
    let control = control_charts(&scored.ccg_scores, &scored.area_scores, &scored.indicator_values)?;
    let choice = framework.charts.as_ref().and_then(|c| c.funnel.as_ref());
    let funnels = choice.map(|c| funnels(c, &scored.indicator_values)).transpose()?;
    let mut tables = BTreeMap::from([
        ("control_charts".to_owned(), control),
        ("practices".to_owned(), practices),
        ("indicator_values".to_owned(), scored.indicator_values),
        ("practice_scores".to_owned(), scored.practice_scores),
        ("ccg_scores".to_owned(), scored.ccg_scores),
        ("area_scores".to_owned(), scored.area_scores),
        ("uncertainty".to_owned(), scored.uncertainty),
        ("sensitivity".to_owned(), scored.sensitivity),
        ("importance".to_owned(), scored.importance),
        ("alternatives".to_owned(), scored.alternatives),
    ]);
    for (name, table) in [
        ("supplier_steps", scored.supplier_steps),
        ("evidence", scored.evidence),
        ("carried_forward", scored.carried_forward),
        ("bunching", scored.bunching),
    ] {
        tables.extend(table.map(|t| (name.to_owned(), t)));
    }
    if let Some(f) = funnels.filter(|f| f.summary.height() > 0) {
        let all = [("funnels", f.summary), ("funnel_limits", f.limits), ("funnel_signals", f.signals)];
        tables.extend(all.into_iter().map(|(n, t)| (n.to_owned(), t)));
    }
    if let Some(worth) = worth {
        let both = [("value", worth.ccgs), ("value_curve", worth.curve)];
        tables.extend(both.into_iter().filter(|(_, t)| t.height() > 0).map(|(n, t)| (n.to_owned(), t)));
    }
    let per_head = per_head(framework, spend.as_ref(), &quarters)?;
    if let Some(spend) = spend {
        diagnostics.extend(spend.diagnostics);
        tables.extend(spend.tables.into_iter().map(|(name, table)| (name.to_owned(), table)));
    }
    diagnostics.extend(bodies::agreements(&held, &mut tables)?);
    diagnostics.extend(ahead(framework, sources, choices.seed, &mut tables)?);
    let league = league(&tables, &per_head)?;
    tables.insert("league_table".to_owned(), league);
    bodies::standards(&held, &mut tables)?;
    bodies::providers(&held, &sightings, &mut tables)?;
    if let Some((facts, notes)) = feeding::facts(&held, &tables["practices"])? {
        diagnostics.extend(notes);
        tables.insert("patient_facts".to_owned(), facts);
    }
    let provenance = sources.iter().map(|s| s.provenance).fold(Provenance::Published, Provenance::worst);
    Ok(Tables { tables, quarters, provenance, diagnostics })
}

/// Peers, and what is worth doing first, of the quarter that the page puts in front.
fn ahead(
    framework: &Framework,
    sources: &[Source],
    seed: u64,
    tables: &mut BTreeMap<String, DataFrame>,
) -> Result<Vec<Diagnostic>> {
    let Some((day, _)) = report::front_quarter(&tables["ccg_scores"]) else { return Ok(Vec::new()) };
    let given = Given {
        framework,
        practices: &tables["practices"],
        practice_scores: &tables["practice_scores"],
        ccg_scores: &tables["ccg_scores"],
        indicator_values: &tables["indicator_values"],
        sources,
        seed,
    };
    let found = improve(given, day)?;
    tables.extend(found.tables.into_iter().map(|(name, table)| (name.to_owned(), table)));
    Ok(found.diagnostics)
}

/// £ per registered patient in the last quarter, by CCG.
fn per_head(
    framework: &Framework,
    spend: Option<&Spending>,
    quarters: &[Period],
) -> Result<BTreeMap<String, f64>> {
    let scope = framework.spend.as_ref().and_then(|s| s.rules.scopes.first()).map_or("", |s| s.id.as_str());
    match (spend, quarters.last()) {
        (Some(spend), Some(last)) => Ok(spend.per_head_on(last.end(), scope)?),
        _ => Ok(BTreeMap::new()),
    }
}

/// The league table, with the computed peers of the quarter that has some.
fn league(tables: &BTreeMap<String, DataFrame>, per_head: &BTreeMap<String, f64>) -> Result<DataFrame> {
    let mut peers: BTreeMap<(Date, String), String> = BTreeMap::new();
    if let Some(table) = tables.get("peers") {
        let t = Columns(table);
        let (days, codes, ways) = (t.dates("period")?, t.texts("ccg_code")?, t.texts("way")?);
        for (i, peer) in
            t.texts("peer_code")?.into_iter().enumerate().filter(|(i, _)| ways[*i] == Some("nearest"))
        {
            if let (Some(day), Some(ccg), Some(peer)) = (days[i], codes[i], peer) {
                let named = peers.entry((day, ccg.to_owned())).or_default();
                named.push_str(if named.is_empty() { "" } else { " " });
                named.push_str(peer);
            }
        }
    }
    Ok(league_table(&tables["ccg_scores"], per_head, &peers)?)
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
    let mut meta = meta(definitions, &version, choices);
    if let Some(trial) = trial {
        meta.options.insert("what-if".to_owned(), trial.hash.clone());
    }
    if let Ok(release) = Release::open(out)
        && release.manifest().request == meta.request()
    {
        let files = release.manifest().files.len();
        let id = release.manifest().id.clone();
        let provenance = Provenance::parse(&meta.provenance).unwrap_or(Provenance::Published);
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
        trial.apply(&mut sources)?;
    }
    let mut computed = compute(definitions, &sources, choices, progress)?;
    let unread = unread_returns(definitions, &sources, &version.quality("issues")?)?;
    computed.diagnostics.extend(unread);
    add_quality(definitions, &version, &mut computed)?;
    let held = Held { framework: &definitions.framework, sources: &sources };
    let sources_table = lineage::indicator_sources(&held, &version, &computed.quarters)?;
    computed.tables.insert("indicator_sources".to_owned(), sources_table);
    let mut about = about::about(definitions, &version, choices, computed.provenance);
    if let Some(trial) = trial {
        about.title = format!("WHAT IF: {}", about.title);
        about.notes.push(format!(
            "A trial, not a release: some figures were changed to see what would follow. {}",
            trial.changes.about
        ));
    }
    let policy = Policy::shipped()?;
    if let Some(trial) = trial {
        // as published, so that what the release withholds does not show in the difference
        let input = ReleaseInput { about: about.clone(), tables: computed.tables.clone() };
        let effect = trial.effect(&report::publish(input, &policy)?.get().tables)?;
        computed.tables.insert("what_if".to_owned(), effect);
    }
    let input = ReleaseInput { about, tables: computed.tables.clone() };
    progress.stage("render", 0);
    let published = report::publish(input, &policy)?;
    let views = report::lay_out(&published)?;
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
        let metadata = Metadata::from([
            ("dpcmi.table".to_owned(), name.clone()),
            ("dpcmi.pipeline".to_owned(), definitions.framework.id.clone()),
            ("dpcmi.basis".to_owned(), choices.basis.to_string()),
            ("dpcmi.provenance".to_owned(), computed.provenance.to_string()),
            ("dpcmi.store".to_owned(), version.id().to_owned()),
        ]);
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
    // a practice's own counts stand in its replies
    let replies = feeding::definition()?.reply.dataset;
    let with_people = definitions.contracts.iter().filter(|c| !c.people.is_empty());
    let people: Vec<&str> = with_people.map(|c| c.id.as_str()).collect();
    let hidden: Vec<&str> = people.iter().copied().chain([replies.as_str()]).collect();
    let mut issues = version.quality("issues")?;
    let later = quality::issues(computed.diagnostics.iter().map(|d| ("", d)))?;
    issues.vstack_mut_owned(later)?;
    issues.rechunk_mut();
    door::hide_texts(&mut issues, &hidden, &["found"])?;
    door::hide_texts(&mut issues, &people, &["message", "byte"])?;
    computed.tables.insert("quality/issues".to_owned(), issues);
    let mut quarantine = version.quality("quarantine")?;
    door::hide_texts(&mut quarantine, &hidden, &["excerpt", "raw"])?;
    computed.tables.insert("quality/quarantine".to_owned(), quarantine);
    computed.tables.insert("quality/reconciliation".to_owned(), version.quality("reconciliation")?);
    Ok(())
}

/// What the release is asked to be; its provenance is that of the tables that the pipeline reads.
pub fn meta(definitions: &Definitions, version: &Version, choices: Choices) -> ReleaseMeta {
    let wanted: BTreeSet<&str> = definitions.framework.inputs.iter().map(|i| i.dataset.as_str()).collect();
    let provenance = version
        .manifest()
        .tables
        .iter()
        .filter(|t| t.latest && wanted.contains(t.dataset.as_str()))
        .filter_map(|t| Provenance::parse(&t.provenance))
        .fold(Provenance::Published, Provenance::worst);
    let mut inputs: Vec<Input> = version.manifest().batch.inputs.clone();
    inputs.sort();
    ReleaseMeta {
        pipeline: definitions.framework.id.clone(),
        method: definitions.framework.method.clone(),
        basis: choices.basis.to_string(),
        seed: choices.seed,
        provenance: provenance.to_string(),
        store: Some(version.id().to_owned()),
        options: BTreeMap::new(),
        inputs,
        definitions: definitions.hash.clone(),
        program: PROGRAM.to_owned(),
    }
}
