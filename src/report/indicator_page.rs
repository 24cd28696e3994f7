//! A page for each indicator: what it asks, what it weighs and why, England by quarter, and each CCG.

use super::about::IndicatorInfo;
use super::frame::Frame;
use super::grid::{Cell, Fact, Grid};
use super::scene::{Answer, Scene};
use super::words;
use crate::disclose::is_withheld;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize)]
pub struct IndicatorPage {
    /// The id as the name of a file.
    pub slug: String,
    pub id: String,
    pub wording: String,
    pub period: String,
    pub synthetic: bool,
    /// Which way is good, in words.
    pub direction: String,
    pub facts: Vec<Fact>,
    pub reason: String,
    pub owner: String,
    pub quarters: Option<Grid>,
    pub areas: Option<Grid>,
}

/// An indicator's id as the name of a file.
pub fn slug(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' }).collect()
}

/// A unit's figure in one quarter.
struct Figure {
    answer: Answer,
    practices: Option<i64>,
    withheld: bool,
}

/// Figures of England by quarter, and of the areas in the quarter on show, by indicator.
#[derive(Default)]
struct Figures {
    england: Vec<(Date, String, Figure)>,
    areas: Vec<(String, Figure)>,
}

pub fn pages(scene: &Scene) -> Vec<IndicatorPage> {
    let mut figures = read(scene);
    let indicators = scene.about.framework.indicators.iter();
    indicators.map(|i| page(scene, i, &figures.remove(&i.id).unwrap_or_default())).collect()
}

fn read(scene: &Scene) -> BTreeMap<String, Figures> {
    let mut out: BTreeMap<String, Figures> = BTreeMap::new();
    let Some((now, _)) = &scene.period else { return out };
    let labels: BTreeMap<_, _> = scene.periods.iter().cloned().collect();
    let table = Frame::new(scene.release.tables.get("indicator_values"));
    for kind in ["england", "ccg"] {
        let rows = table.rows_with("unit_type", kind);
        let rows = Frame::new(rows.as_ref());
        let (period, unit, id) = (rows.date("period"), rows.text("unit_code"), rows.text("indicator_id"));
        let (value, practices) = (rows.float("value"), rows.int("practices"));
        let (numerator, denominator) = (rows.float("numerator"), rows.float("denominator"));
        let (absence, points) = (rows.text("absence"), rows.float("points"));
        for r in 0..rows.rows() {
            let (Some(day), Some(unit), Some(id)) = (period[r], &unit[r], &id[r]) else { continue };
            let figure = || Figure {
                withheld: is_withheld(absence[r].as_deref()),
                answer: Answer {
                    value: value[r],
                    numerator: numerator[r],
                    denominator: denominator[r],
                    months: None,
                    absence: absence[r].clone(),
                    evidence: None,
                    points: points[r],
                    bounds: (None, None),
                },
                practices: practices[r],
            };
            match (kind, labels.get(&day)) {
                ("england", Some(label)) if day <= *now => {
                    out.entry(id.clone()).or_default().england.push((day, label.clone(), figure()));
                }
                ("ccg", _) if day == *now => {
                    out.entry(id.clone()).or_default().areas.push((unit.clone(), figure()));
                }
                _ => {}
            }
        }
    }
    out
}

fn page(scene: &Scene, i: &IndicatorInfo, figures: &Figures) -> IndicatorPage {
    let share = words::percent(i.effective_share);
    let mut facts = vec![
        Fact::new("Weight", format!("{}", i.weight), format!("{share} of the whole score")),
        Fact::new("Dimension", words::capital(&words::clean(&i.dimension).0), ""),
        Fact::new("Measures what a practice", measures(i).to_owned(), ""),
    ];
    if let Some((_, label, last)) = figures.england.last() {
        let value = scene.answer_cell(Some(&last.answer), i).text;
        let now = scene.period.as_ref().map(|p| p.0);
        let told = [now.and_then(|now| scene.standard_of(now, &i.id)), scene.day_apart(&i.id)];
        let note = told.into_iter().flatten().filter(|_| last.answer.value.is_some());
        let note = note.collect::<Vec<_>>().join(", ");
        facts.insert(0, Fact::new(&format!("England, {label}"), value, note));
    }
    IndicatorPage {
        slug: slug(&i.id),
        id: words::clean(&i.id).0,
        wording: words::clean(&i.wording).0,
        period: scene.period_words(),
        synthetic: scene.about.synthetic(),
        direction: direction(scene, i),
        facts,
        reason: words::sentence(&i.reason),
        owner: words::clean(&i.owner).0,
        quarters: (figures.england.len() > 1).then(|| quarters(scene, i, figures)),
        areas: (!figures.areas.is_empty()).then(|| areas(scene, i, figures)),
    }
}

fn direction(scene: &Scene, i: &IndicatorInfo) -> String {
    let way = if i.more_is_better { "More is better" } else { "Less is better" };
    match &i.goalposts {
        None => {
            let key = scene.options.key(&i.id).map_or_else(String::new, |key| format!(": {key}"));
            format!("{way}: each answer has points of its own{key}. What is missing earns none.")
        }
        Some((low, high, why)) => {
            let (none, all) = if i.more_is_better { (low, high) } else { (high, low) };
            format!(
                "{way}: {none} earns no points and {all} earns all 100. {} What is missing earns none.",
                words::sentence(why)
            )
        }
    }
}

fn measures(i: &IndicatorInfo) -> &'static str {
    match i.kind {
        super::about::Kind::Have => "has",
        super::about::Kind::Use => "uses",
        super::about::Kind::Benefit => "gains",
    }
}

/// Headings and cells of a figure; points have a column only where some row has any.
struct Columns {
    points: bool,
}

impl Columns {
    fn of<'f>(mut figures: impl Iterator<Item = &'f Figure>) -> Columns {
        Columns { points: figures.any(|f| f.answer.points.is_some() || f.withheld) }
    }

    fn heads<'s>(&self, first: &[&'s str]) -> Vec<&'s str> {
        let points = self.points.then_some("#Points of 100");
        first.iter().copied().chain(points).chain(["#Practices with an answer"]).collect()
    }

    fn cells(&self, scene: &Scene, i: &IndicatorInfo, f: &Figure) -> Vec<Cell> {
        let points = self.points.then(|| Cell::score(f.answer.points, f.withheld));
        let answer = std::iter::once(scene.answer_cell(Some(&f.answer), i));
        answer.chain(points).chain([Cell::count(f.practices)]).collect()
    }
}

/// A row a quarter. What stands in for several quarters is one reading and says so: it is no run of readings.
fn quarters(scene: &Scene, i: &IndicatorInfo, figures: &Figures) -> Grid {
    let columns = Columns::of(figures.england.iter().map(|f| &f.2));
    let heads = columns.heads(&["Quarter", "#England"]);
    let mut grid = Grid::new("quarters", "England, quarter by quarter", &heads);
    let dated = figures.england.iter().any(|f| scene.days.of(f.0, &i.id).is_some());
    if dated {
        grid.column("Day of the answers", false);
    }
    let mut above = None;
    for (quarter, label, f) in &figures.england {
        let mut row = [vec![Cell::words(label.clone())], columns.cells(scene, i, f)].concat();
        let reading = scene.days.of(*quarter, &i.id).filter(|_| f.answer.value.is_some());
        let standard = scene.standard_of(*quarter, &i.id);
        if dated {
            row.push(day_cell(reading, standard.as_deref(), above.as_ref()));
        }
        above = reading.map(|day| (day, standard)).or(above);
        grid.rows.push(row);
    }
    grid
}

/// The day of a reading beside the reading above it: a day and the standard that it was measured by.
fn day_cell(day: Option<Date>, standard: Option<&str>, above: Option<&(Date, Option<String>)>) -> Cell {
    let Some(day) = day else { return Cell { absent: true, ..Cell::words(words::NO_DATA) } };
    let mut parts: Vec<String> = standard.map(|s| words::clean(s).0).into_iter().collect();
    if let Some((before, by)) = above {
        if *before == day {
            parts.push("the same reading as in the row above, not a new one".to_owned());
        } else if by.as_deref() != standard {
            parts.push("another standard than in the row above: not to be compared".to_owned());
        } else if standard.is_some() {
            parts.push("the year's one assessment, read again".to_owned());
        }
    }
    let cell = Cell::day(day);
    if parts.is_empty() { cell } else { cell.small(parts.join("; ")) }
}

fn areas(scene: &Scene, i: &IndicatorInfo, figures: &Figures) -> Grid {
    let (one, many) = scene.area_words();
    let names: BTreeMap<&str, &str> = scene.ccgs.iter().map(|a| (a.code.as_str(), a.name.as_str())).collect();
    let day = scene.day_apart(&i.id).map_or_else(String::new, |day| format!(", {day}"));
    let caption = format!("All {many} in the order of their codes, {}{day}", scene.period_label());
    let columns = Columns::of(figures.areas.iter().map(|f| &f.1));
    let first = words::capital(one);
    let mut grid = Grid::new("areas", caption, &columns.heads(&[&first, "#Answer"]));
    for (code, f) in &figures.areas {
        let name = names.get(code.as_str()).copied().unwrap_or(code.as_str());
        let page = names.contains_key(code.as_str()).then(|| format!("../ccg/{code}.html"));
        let first = Cell::name(name).small(code.clone()).link(page);
        grid.rows.push([vec![first], columns.cells(scene, i, f)].concat());
    }
    grid
}
