//! Every table of a release from the tables of the store.

use super::bodies;
use super::places::Held;
use super::publish::Choices;
use super::spending::{Spending, spending};
use super::{Definitions, PipelineError, Progress, Result, about, feeding, population};
use crate::compare::{control_charts, funnels, league_table};
use crate::contract::{accepted, set_aside};
use crate::define::Contract;
use crate::define::framework::{Framework, Time};
use crate::diag::Diagnostic;
use crate::disclose::{People, door};
use crate::frames::Columns;
use crate::improve::{Given, improve};
use crate::index::{self, Source};
use crate::model::{Period, Provenance};
use crate::providers::assign;
use crate::report;
use crate::store::Version;
use crate::value::value;
use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The tables of the store that the pipeline reads, the latest release of each dataset and period, with counts of people
/// rounded: whatever is published is computed from these.
pub fn sources(definitions: &Definitions, version: &Version) -> Result<Vec<Source>> {
    let rule = people(definitions)?;
    stored(definitions, version, |contract, frame| door::round(rule, &contract.people, frame))
}

/// The same with counts as they were sent, for what is shown to nobody but who sent them.
pub fn exact(definitions: &Definitions, version: &Version) -> Result<Vec<Source>> {
    stored(definitions, version, |_, _| Ok(()))
}

/// The rule for counts of people.
pub(super) fn people(definitions: &Definitions) -> Result<&People> {
    definitions.reports.policy.people.as_ref().ok_or_else(|| PipelineError::Unknown {
        what: "reports/disclosure.toml has no `[people]`, which contracts with `[[people]]` need".to_owned(),
    })
}

fn stored(
    definitions: &Definitions,
    version: &Version,
    door: impl Fn(&Contract, &mut DataFrame) -> PolarsResult<()> + Sync,
) -> Result<Vec<Source>> {
    let wanted: BTreeSet<&str> = definitions.framework.inputs.iter().map(|i| i.dataset.as_str()).collect();
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
            if let Some(contract) = definitions.contracts.iter().find(|c| c.id == entry.dataset) {
                door(contract, &mut frame)?;
            }
            Ok(Source {
                dataset: entry.dataset.clone(),
                period: entry.period,
                frame: accepted(&frame)?,
                aside: set_aside(&frame)?,
                provenance: Provenance::of(Some(&entry.provenance)),
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
    diagnostics.extend(ahead(definitions, sources, (&quarters, choices.seed), &mut tables)?);
    let league = league(&tables, &per_head)?;
    tables.insert("league_table".to_owned(), league);
    bodies::standards(&held, &mut tables)?;
    bodies::providers(&held, &sightings, &mut tables)?;
    let feeds = &definitions.reports.feeds;
    if let Some((facts, notes)) = feeding::facts(feeds, &held, &tables["practices"], choices.reply_by)? {
        diagnostics.extend(notes);
        tables.insert("patient_facts".to_owned(), facts);
    }
    let provenance = sources.iter().map(|s| s.provenance).fold(Provenance::Published, Provenance::worst);
    Ok(Tables { tables, quarters, provenance, diagnostics })
}

/// Peers, and what is worth doing first, of the quarter that the page puts in front.
fn ahead(
    definitions: &Definitions,
    sources: &[Source],
    (quarters, seed): (&[Period], u64),
    tables: &mut BTreeMap<String, DataFrame>,
) -> Result<Vec<Diagnostic>> {
    let Some((day, _)) = report::front_quarter(&tables["ccg_scores"]) else { return Ok(Vec::new()) };
    let counting = definitions.framework.indicators.iter().filter(|x| about::counts_people(definitions, x));
    let multiple = people(definitions)?.round_to;
    let given = Given {
        framework: &definitions.framework,
        readings: &readings(&Held { framework: &definitions.framework, sources }, quarters),
        rounded: &counting.map(|x| (x.id.clone(), multiple)).collect(),
        practices: &tables["practices"],
        practice_scores: &tables["practice_scores"],
        ccg_scores: &tables["ccg_scores"],
        indicator_values: &tables["indicator_values"],
        evidence: tables.get("evidence"),
        sources,
        seed,
    };
    let found = improve(given, day)?;
    tables.extend(found.tables.into_iter().map(|(name, table)| (name.to_owned(), table)));
    Ok(found.diagnostics)
}

/// Which snapshot speaks for each quarter, of indicators that rest on one.
fn readings(held: &Held<'_>, quarters: &[Period]) -> BTreeMap<(String, Date), Date> {
    let mut out = BTreeMap::new();
    for x in &held.framework.indicators {
        let dataset = x.measure.as_ref().and_then(|m| m.datasets().first().copied());
        let Some(input) = dataset.and_then(|d| held.framework.input(d)) else { continue };
        for quarter in quarters.iter().filter(|_| input.time == Time::Snapshot) {
            let near = held.near(&input.dataset, quarter.end(), input.window_months);
            out.extend(near.first().map(|s| ((x.id.clone(), quarter.end()), s.period.end())));
        }
    }
    out
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
