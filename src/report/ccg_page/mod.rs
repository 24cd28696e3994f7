//! A page for each CCG: its practices with floor, estimate and ceiling, and what each has and uses.

mod ahead;
mod known;
mod spend;

use super::about::Kind;
use super::bodies;
use super::chart::Chart;
use super::charts;
use super::front::{Figure, figure};
use super::grid::{Cell, Fact, Grid};
use super::league::Area;
use super::practice_page::has_page;
use super::scene::{Practice, Scene, answer_cell, level_words, practice_cell};
use super::section::Section;
use super::words;
use crate::model::is_ccg_code;
pub use ahead::AheadPart;
use serde::Serialize;
pub use spend::SpendPart;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize)]
pub struct CcgPage {
    /// A valid CCG code: it is the name of the file.
    pub code: String,
    pub name: String,
    pub period: String,
    /// What the areas are called: several.
    pub areas: &'static str,
    pub synthetic: bool,
    pub lede: String,
    /// Wordings of the indicators that cost the floor most.
    pub limits: Vec<String>,
    pub facts: Vec<Fact>,
    /// The CCG among all others, over time, against itself, indicator by indicator.
    pub figures: Vec<Figure>,
    #[serde(skip)]
    pub charts: Vec<Chart>,
    /// Whom to ring, and what to do first.
    pub ahead: Option<AheadPart>,
    pub practices: Grid,
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
}

/// An estimate from less than this share of the answers says little about the rest: the page does not print it, the
/// tables hold it.
const COVERAGE_FOR_ESTIMATE: f64 = 0.5;

pub fn pages(scene: &Scene, own: &charts::Own) -> Vec<CcgPage> {
    let mut bodies = bodies::by_ccg(scene);
    let mut by_ccg: BTreeMap<&str, Vec<&Practice>> = BTreeMap::new();
    for practice in &scene.practices {
        by_ccg.entry(practice.ccg.as_str()).or_default().push(practice);
    }
    scene
        .ccgs
        .iter()
        .filter(|a| is_ccg_code(&a.code))
        .map(|area| {
            let practices = by_ccg.get(area.code.as_str()).map_or(&[][..], Vec::as_slice);
            let charts = own.of(scene, area);
            page(scene, area, practices, bodies.remove(&area.code).unwrap_or_default(), charts)
        })
        .collect()
}

fn page(
    scene: &Scene,
    area: &Area,
    practices: &[&Practice],
    bodies: Vec<Section>,
    charts: Vec<Chart>,
) -> CcgPage {
    let label = scene.period_label();
    let framework = &scene.about.framework;
    let small = practices.iter().any(|p| p.small_list);
    CcgPage {
        code: area.code.clone(),
        name: area.name.clone(),
        period: scene.period_words(),
        areas: scene.area_words().1,
        synthetic: scene.about.synthetic(),
        lede: lede(area, label),
        limits: limits(scene, area),
        facts: facts(scene, area),
        figures: charts.iter().map(|c| figure(scene, c)).collect(),
        charts,
        ahead: ahead::ahead(scene, &area.code, label),
        practices: scores(label, practices),
        levels: levels(scene, label, practices),
        known: known::known(scene, label, practices),
        answers: (!framework.indicators.is_empty() && !scene.answers.is_empty())
            .then(|| answers(scene, label, practices)),
        spend: spend::spend(scene, &area.code),
        bodies,
        basis: scene.about.basis_words(),
        framework: words::clean(&format!("{} {}", framework.name, framework.version)).0,
        small_list: small.then(|| {
            format!(
                "Small list: under {} registered patients; a few patients move the rates. {}",
                words::count(scene.release.policy.small_list.flag_below),
                scene.release.policy.small_list.reason
            )
        }),
    }
}

fn lede(area: &Area, label: &str) -> String {
    match (area.interval.low, area.interval.high) {
        (Some(low), Some(high)) => format!(
            "In {label} the score lies between {} and {} out of 100, depending on the answers that are missing.",
            words::score(low),
            words::score(high)
        ),
        _ if area.withheld => format!("The score of {label} is withheld (disclosure control)."),
        _ => format!("There is no score for {label}."),
    }
}

fn limits(scene: &Scene, area: &Area) -> Vec<String> {
    area.limits.iter().map(|id| scene.wording(id)).collect()
}

fn facts(scene: &Scene, area: &Area) -> Vec<Fact> {
    let show = |x: Option<f64>| x.map_or_else(|| words::NO_DATA.to_owned(), words::score);
    let england = scene.england_now();
    let beside = |x: Option<f64>| x.map_or_else(String::new, |x| format!("England {}", words::score(x)));
    let mut facts = vec![
        Fact {
            label: "Floor".to_owned(),
            value: show(area.interval.low),
            note: beside(england.and_then(|e| e.interval.low)),
        },
        Fact {
            label: "Estimate".to_owned(),
            value: show(area.interval.estimate),
            note: beside(england.and_then(|e| e.interval.estimate)),
        },
        Fact {
            label: "Ceiling".to_owned(),
            value: show(area.interval.high),
            note: beside(england.and_then(|e| e.interval.high)),
        },
    ];
    if let Some(coverage) = area.coverage {
        let note = england
            .and_then(|e| e.coverage)
            .map_or_else(String::new, |c| format!("England {}", words::percent(c)));
        facts.push(Fact { label: "Coverage".to_owned(), value: words::percent(coverage), note });
    }
    if let Some((low, high)) = area.spread {
        let rank = area.rank_range.map(|(best, worst)| format!("rank {best} to {worst}"));
        let tier = area.tier.as_ref().map(|t| format!("tier {t}"));
        let note = [rank, tier].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let value = format!("{} to {}", words::score(low), words::score(high));
        facts.push(Fact { label: "95% interval".to_owned(), value, note });
    }
    if let Some(patients) = area.list_size {
        let note = area
            .practices
            .map_or_else(String::new, |n| format!("at {}", words::of(n, "practice", "practices")));
        facts.push(Fact { label: "Registered patients".to_owned(), value: words::count(patients), note });
    }
    facts
}

/// The level, as a range where answers are missing.
fn level_cell(p: &Practice) -> Cell {
    Cell::figure(level_words(p), p.withheld)
}

/// What stands before the next level: the smallest set of steps where it was looked for, else all that is missing.
fn step_cell(scene: &Scene, p: &Practice) -> Cell {
    let set = scene.ahead.steps.get(&p.code).map(|s| &s.items);
    let items: Vec<String> = set.unwrap_or(&p.blocking).iter().map(|id| scene.wording(id)).collect();
    if p.level.is_some() && items.is_empty() {
        return Cell::words("Highest level");
    }
    let cell = Cell::words(items.join("; "));
    if items.len() == 1 { cell.small("one item short") } else { cell }
}

/// Each practice's level and what it lacks for the next; `None` where the quarter tells no level.
fn levels(scene: &Scene, label: &str, practices: &[&Practice]) -> Option<Grid> {
    let steps = practices.iter().any(|p| scene.ahead.steps.contains_key(&p.code));
    let columns: &[&str] = if steps {
        &[
            "Practice",
            "#Level",
            "Fewest steps to the next",
            "#Level then",
            "#Points gained",
            "Who has done it",
        ]
    } else {
        &["Practice", "#Level", "Missing for the next level"]
    };
    let what = if steps { "the fewest steps to the next" } else { "what is missing for the next" };
    let caption = format!("Level of each practice, and {what}, {label}");
    let mut grid = Grid::new("levels", caption, columns);
    for p in practices.iter().filter(|p| p.level.is_some()) {
        let mut row = vec![practice_cell(p), level_cell(p), step_cell(scene, p)];
        if steps {
            let step = scene.ahead.steps.get(&p.code);
            let done = step.iter().flat_map(|s| &s.done_by);
            let done: Vec<String> = done
                .map(|(code, by)| match by {
                    Some(day) => format!("{code}, by {}", day.strftime("%b %Y")),
                    None => code.clone(),
                })
                .collect();
            let figure = |text: Option<String>| match step {
                Some(_) => Cell::figure(text, p.withheld),
                None => Cell { number: true, ..Cell::default() },
            };
            row.push(figure(step.and_then(|s| s.level_then).map(|l| l.to_string())));
            row.push(figure(step.and_then(|s| s.gain).map(|g| format!("+{}", words::score(g)))));
            row.push(Cell::words(done.join("; ")));
        }
        grid.rows.push(row);
    }
    (!grid.rows.is_empty()).then_some(grid)
}

fn scores(label: &str, practices: &[&Practice]) -> Grid {
    let kinds = [Kind::Have, Kind::Use, Kind::Benefit];
    let with: Vec<usize> = (0..3).filter(|k| practices.iter().any(|p| p.kinds[*k].is_some())).collect();
    let columns = ["Practice", "#Registered patients", "#Floor", "#Estimate", "#Ceiling", "#Coverage"];
    let caption = format!("Practices in the order of their codes, {label}");
    let mut grid = Grid::new("practices", caption, &columns);
    for k in &with {
        let mut name = kinds[*k].as_str().to_owned();
        name[..1].make_ascii_uppercase();
        grid.column(&name, true);
    }
    if practices.iter().any(|p| p.supplier.is_some()) {
        grid.column("System supplier", false);
    }
    let supplied = practices.iter().any(|p| p.supplier.is_some());
    for p in practices {
        let mut row = vec![practice_cell(p).link(page_of(p)), Cell::count(p.list_size)];
        row.push(Cell::score(p.interval.low, p.withheld));
        row.push(if p.coverage.is_some_and(|c| c < COVERAGE_FOR_ESTIMATE) {
            Cell { text: "Too few answers".to_owned(), number: true, absent: true, ..Cell::default() }
        } else {
            Cell::score(p.interval.estimate, p.withheld)
        });
        row.push(Cell::score(p.interval.high, p.withheld));
        row.push(Cell::percent(p.coverage, p.withheld));
        row.extend(with.iter().map(|k| Cell::score(p.kinds[*k], p.withheld)));
        if supplied {
            row.push(match &p.supplier {
                Some(name) => Cell::name(name),
                None => Cell { absent: true, ..Cell::words(words::NO_DATA) },
            });
        }
        grid.rows.push(row);
    }
    grid
}

/// The practice's own page.
fn page_of(p: &Practice) -> Option<String> {
    has_page(&p.code).then(|| format!("../practice/{}.html", p.code))
}

fn answers(scene: &Scene, label: &str, practices: &[&Practice]) -> Grid {
    let caption = format!("What each practice has and uses, {label}");
    let mut grid = Grid::new("answers", caption, &["Practice"]);
    // Only what practices are asked; what CCGs answer themselves has no column here.
    let indicators: Vec<_> =
        scene.about.framework.indicators.iter().filter(|i| scene.asked.contains(&i.id)).collect();
    for i in &indicators {
        grid.column(&format!("{} ({})", words::clean(&i.wording).0, i.kind.as_str()), true);
    }
    for p in practices {
        let own = scene.answers.get(&p.code);
        let mut row = vec![practice_cell(p)];
        row.extend(indicators.iter().map(|i| answer_cell(own.and_then(|o| o.get(&i.id)), i.kind)));
        grid.rows.push(row);
    }
    grid
}
