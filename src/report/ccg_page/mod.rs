//! A page for each CCG: five questions answered, then what stands behind each answer; its practices with floor, estimate and
//! ceiling, and what each has and uses.

mod ahead;
mod groups;
mod known;
mod months;
mod past;
mod practices;
mod questions;
mod spend;

pub use ahead::stand_cells;
pub use past::same_cell;
pub use questions::Question;
pub use spend::SpendPart;

use super::bodies;
use super::chart::Chart;
use super::charts::{self, OwnCharts};
use super::front::{Figure, figure};
use super::grid::{Fact, Grid};
use super::league::Area;
use super::scene::{BreakNote, Practice, Scene};
use super::section::Section;
use super::words;
use super::workbook::Workbook;
use jiff::civil::Date;
use months::Months;
use past::Past;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Serialize)]
pub struct CcgPage {
    /// A valid CCG code: it is the name of the file.
    pub code: String,
    pub name: String,
    pub period: String,
    /// What the areas are called: one, and several.
    pub area: &'static str,
    pub areas: &'static str,
    pub synthetic: bool,
    pub lede: String,
    /// Path of its workbook, without extension.
    pub workbook: Option<String>,
    pub questions: Vec<Question>,
    /// Its tier, and what a tier is.
    pub tier: Option<String>,
    /// Shares of patients by level.
    pub by_level: Option<String>,
    /// Wordings of the indicators that cost the floor most.
    pub limits: Vec<String>,
    pub facts: Vec<Fact>,
    /// The CCG among all others, indicator by indicator.
    pub standing: Vec<Figure>,
    pub quarters: Option<Grid>,
    /// Where the questions changed.
    pub breaks: Vec<BreakNote>,
    /// Which quarters are missing.
    pub missing: Option<String>,
    /// Over time, and against its own noise.
    pub over_time: Vec<Figure>,
    #[serde(skip)]
    pub charts: Vec<Chart>,
    pub peer_figures: Vec<Figure>,
    /// Every way of choosing peers, side by side.
    pub peer_ways: Option<Grid>,
    pub peers: Vec<Grid>,
    pub actions: Option<Grid>,
    pub practices: Option<Grid>,
    /// Level and next step of each practice.
    pub levels: Option<Grid>,
    /// Grades of each practice's answers, and blocks carried forward.
    pub known: Option<Grid>,
    pub answers: Option<Grid>,
    pub spend: Option<SpendPart>,
    /// Agreements, standards, providers.
    pub bodies: Vec<Section>,
    pub basis: String,
    pub framework: String,
    pub small_list: Option<String>,
    pub tables: Behind,
}

/// Names of the tables behind each part of the page.
#[derive(Clone, Debug, Serialize)]
pub struct Behind {
    pub over_time: Vec<&'static str>,
    pub spend: Vec<&'static str>,
    pub peers: Vec<&'static str>,
    pub actions: Vec<&'static str>,
}

/// What the pages of all CCGs share.
struct Shared<'a> {
    scene: &'a Scene<'a>,
    own: &'a charts::Own,
    months: Months,
    past: Past,
    books: BTreeSet<&'a str>,
}

/// Of every CCG that the release names, those without a practice in the quarter on show too.
pub fn pages(scene: &Scene, own: &charts::Own, books: &[Workbook]) -> Vec<CcgPage> {
    let books = books.iter().map(|b| b.path.as_str()).collect();
    let shared = Shared { scene, own, months: Months::read(scene), past: Past::read(scene), books };
    let mut bodies = bodies::by_ccg(scene);
    let mut by_ccg: BTreeMap<&str, Vec<&Practice>> = BTreeMap::new();
    for practice in &scene.practices {
        by_ccg.entry(practice.ccg.as_str()).or_default().push(practice);
    }
    scene
        .with_page()
        .map(|area| {
            let practices = by_ccg.get(area.code.as_str()).map_or(&[][..], Vec::as_slice);
            page(&shared, area, practices, bodies.remove(&area.code).unwrap_or_default())
        })
        .collect()
}

fn page(shared: &Shared, area: &Area, members: &[&Practice], bodies: Vec<Section>) -> CcgPage {
    let scene = shared.scene;
    let label = scene.period_label();
    let framework = &scene.about.framework;
    let small = members.iter().any(|p| p.small_list);
    let OwnCharts { standing, over_time, peers } = shared.own.of(scene, area);
    let figures = |charts: &[Chart]| charts.iter().map(|c| figure(scene, c)).collect();
    let workbook = format!("workbook/ccg/{}", area.code);
    let actions = scene.ahead.actions.get(&area.code);
    CcgPage {
        code: area.code.clone(),
        name: area.name.clone(),
        period: scene.period_words(),
        area: scene.area_words().0,
        areas: scene.area_words().1,
        synthetic: scene.about.synthetic(),
        lede: lede(scene, area),
        workbook: shared.books.contains(workbook.as_str()).then_some(workbook),
        questions: questions::questions(scene, &shared.past, area),
        tier: scene.tier_note(area),
        by_level: levels(area),
        limits: area.limits.iter().map(|id| scene.wording(id)).collect(),
        facts: facts(scene, area, members),
        standing: figures(&standing),
        quarters: shared.past.grid(scene, &area.code),
        breaks: scene.breaks().iter().map(|b| b.note(scene)).collect(),
        missing: shared.past.missing(&area.code),
        over_time: figures(&over_time),
        peer_figures: figures(&peers),
        charts: [standing, over_time, peers].concat(),
        peer_ways: ahead::ways(scene, area),
        peers: ahead::peers(scene, &area.code, label),
        actions: actions.map(|all| ahead::actions(scene, all, label)),
        practices: (!members.is_empty()).then(|| practices::scores(label, members)),
        levels: practices::levels(scene, label, members),
        known: known::known(scene, label, members),
        answers: (!members.is_empty() && !framework.indicators.is_empty() && !scene.answers.is_empty())
            .then(|| practices::answers(scene, label, members)),
        spend: spend::spend(scene, &shared.months, &area.code),
        bodies: groups::section(scene, members).into_iter().chain(bodies).collect(),
        basis: scene.about.basis_words(),
        framework: words::clean(&format!("{} {}", framework.name, framework.version)).0,
        tables: Behind {
            over_time: scene.held(&["ccg_scores", "control_charts"]),
            spend: scene.held(&["spend_per_head", "spend_lines", "spend_checks"]),
            peers: scene.held(&["peers", "peer_comparison"]),
            actions: scene.held(&["ccg_actions", "action_practices"]),
        },
        small_list: small.then(|| {
            format!(
                "Small list: under {} registered patients; a few patients move the rates. {}",
                words::count(scene.release.policy.small_list.flag_below),
                scene.release.policy.small_list.reason
            )
        }),
    }
}

/// What the CCG is, in a sentence.
fn lede(scene: &Scene, area: &Area) -> String {
    let (one, _) = scene.area_words();
    let label = scene.period_label();
    match (area.practices.filter(|n| *n > 0), area.list_size) {
        (Some(n), Some(patients)) => {
            let region = scene.region_of.get(&area.code).map_or_else(String::new, |r| format!(", in {r}"));
            format!(
                "{} with {} registered patients{region}.",
                words::of(n, "practice", "practices"),
                words::count(patients)
            )
        }
        (Some(n), None) => format!("{}.", words::of(n, "practice", "practices")),
        (None, _) => format!(
            "No practice is counted under this {one} in {label}. This page says what is known of it all the same, and what is not."
        ),
    }
}

fn facts(scene: &Scene, area: &Area, members: &[&Practice]) -> Vec<Fact> {
    if area.interval.low.is_none() && area.coverage.is_none() {
        return Vec::new();
    }
    let show = |x: Option<f64>| x.map_or_else(|| words::NO_DATA.to_owned(), words::score);
    let england = scene.england_now();
    let beside = |x: Option<f64>| x.map_or_else(String::new, |x| format!("England {}", words::score(x)));
    let mut facts = vec![
        Fact::new("Floor", show(area.interval.low), beside(england.and_then(|e| e.interval.low))),
        Fact::new(
            "Estimate",
            show(area.interval.estimate),
            beside(england.and_then(|e| e.interval.estimate)),
        ),
        Fact::new("Ceiling", show(area.interval.high), beside(england.and_then(|e| e.interval.high))),
    ];
    if let Some(coverage) = area.coverage {
        let note = england
            .and_then(|e| e.coverage)
            .map_or_else(String::new, |c| format!("England {}", words::percent(c)));
        facts.push(Fact::new("Coverage", words::percent(coverage), note));
    }
    if let Some((low, high)) = area.spread {
        let rank = area.rank_range.map(|(best, worst)| format!("rank {best} to {worst}"));
        let tier = area.tier.as_ref().map(|t| format!("tier {t}"));
        let note = [rank, tier].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let value = format!("{} to {}", words::score(low), words::score(high));
        facts.push(Fact::new("95% interval", value, note));
    }
    if let Some(patients) = area.list_size {
        let mut note = area
            .practices
            .map_or_else(String::new, |n| format!("at {}", words::of(n, "practice", "practices")));
        let days: BTreeSet<Date> = members.iter().filter_map(|p| p.list_day).collect();
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            let until = if first == last { String::new() } else { format!(" to {}", words::day(*last)) };
            note.push_str(&format!(", lists of {}{until}", words::day(*first)));
        }
        facts.push(Fact::new("Registered patients", words::count(patients), note));
    }
    facts
}

/// Shares of patients by the level of their practice; `None` where the quarter tells no level.
fn levels(area: &Area) -> Option<String> {
    let share = |(k, share): (usize, &f64)| format!("{} at level {k}", words::percent(*share));
    let shares: Vec<String> = area.levels.iter().enumerate().map(share).collect();
    (!shares.is_empty()).then(|| {
        format!(
            "Of the patients, by the level of their practice and with missing answers as not met: {}.",
            shares.join(", ")
        )
    })
}
