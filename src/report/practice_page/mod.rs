//! A page for each practice, one side of A4: its level and what is missing for the next, each answer with how it is known,
//! what changed since the quarter before, and the quarters so far.

mod answers;
mod changed;
mod history;

use super::about::IndicatorInfo;
use super::ccg_page::{same_cell, stand_cells};
use super::grid::{Cell, Fact, Grid};
use super::scene::{
    GroupStand, Practice, Reply, Scene, Step, level_words, missing_words, practice_cell, way_words,
};
use super::words;
use answers::Beside;
use history::{Histories, Quarter};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize)]
pub struct PracticePage {
    /// A valid practice code: it is the name of the file.
    pub code: String,
    pub name: String,
    pub period: String,
    pub synthetic: bool,
    /// Code and name of its CCG.
    pub ccg: Option<(String, String)>,
    /// What its CCG is called: `CCG`.
    pub area: &'static str,
    pub lede: String,
    pub facts: Vec<Fact>,
    /// Wordings of what stands before the next level: the smallest set of steps where it was looked for.
    pub missing: Vec<String>,
    /// Where the smallest set leads.
    pub then: Option<String>,
    /// Who has done it and kept it.
    pub done_by: Vec<Exemplar>,
    pub answers: Option<Grid>,
    /// Whether an answer speaks for a part of the quarter: a range stands beside its points.
    pub partial: bool,
    /// Whether answers of the release are graded by how they are known.
    pub graded: bool,
    /// What it replied to what patients are told of it, where it did.
    pub reply: Option<String>,
    /// What is another answer than in the quarter before, in words.
    pub changed: Vec<String>,
    pub before: Option<String>,
    pub quarters: Option<Grid>,
    /// Where the questions changed, and which quarters are missing.
    pub quarter_notes: Vec<String>,
    /// Beside the others of its own groups, where some were sent in.
    pub groups: Option<Grid>,
    pub small_list: bool,
}

/// A practice that made the same step and kept it.
#[derive(Clone, Debug, Serialize)]
pub struct Exemplar {
    pub code: String,
    pub name: String,
    /// The name of its CCG.
    pub ccg: Option<String>,
    /// Month and year of the quarter by which it was made.
    pub by: Option<String>,
    /// Whether it has a page.
    pub linked: bool,
}

/// Practices with a valid code, in the order of codes.
pub fn pages(scene: &Scene) -> Vec<PracticePage> {
    use rayon::prelude::*;
    let names: BTreeMap<&str, &str> = scene.ccgs.iter().map(|a| (a.code.as_str(), a.name.as_str())).collect();
    let (histories, beside) = (Histories::read(scene), Beside::read(scene));
    let indicators: Vec<&IndicatorInfo> =
        scene.about.framework.indicators.iter().filter(|i| scene.asked.contains(&i.id)).collect();
    let sound: Vec<&Practice> = scene.practices.iter().filter(|p| has_page(&p.code)).collect();
    sound.par_iter().map(|p| page(scene, p, &names, (&histories, &beside), &indicators)).collect()
}

/// Whether a code can be the name of a file: letters and digits only.
pub fn has_page(code: &str) -> bool {
    (3..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn page(
    scene: &Scene,
    p: &Practice,
    names: &BTreeMap<&str, &str>,
    (histories, beside): (&Histories, &Beside),
    indicators: &[&IndicatorInfo],
) -> PracticePage {
    let quarters = histories.quarters(&p.code);
    let own = scene.answers.get(&p.code);
    let ccg = names.get(p.ccg.as_str()).map(|name| (p.ccg.clone(), (*name).to_owned()));
    let step = scene.ahead.steps.get(&p.code).filter(|_| !p.withheld);
    PracticePage {
        code: p.code.clone(),
        name: practice_cell(p).text,
        period: scene.period_words(),
        synthetic: scene.about.synthetic(),
        lede: lede(scene, p, ccg.is_some()),
        ccg,
        area: scene.area_words().0,
        facts: facts(scene, p),
        missing: scene.steps_words(p),
        then: step.map(then),
        done_by: step.map_or_else(Vec::new, |s| done_by(scene, names, s)),
        answers: own.map(|own| answers::answers(scene, beside, p, indicators, own)),
        partial: own.is_some_and(|own| own.values().any(|a| a.partial().is_some())),
        graded: beside.graded,
        reply: scene.replies.get(&p.code).map(Reply::words),
        changed: own
            .map_or_else(Vec::new, |own| changed::changed(scene, histories, &p.code, indicators, own)),
        before: histories.before.as_ref().map(|(_, label)| label.clone()),
        quarters: (quarters.len() > 1).then(|| past(scene, quarters)),
        quarter_notes: quarter_notes(scene, quarters),
        groups: scene.ahead.groups.get(&p.code).map(|all| groups(p, all)),
        small_list: p.small_list,
    }
}

/// The floor beside the others of each of its own groups.
fn groups(p: &Practice, all: &[GroupStand]) -> Grid {
    let columns = [
        "Own group",
        "Kind",
        "#Here",
        "#Others with a score",
        "#Mean of the others",
        "#95% interval of the mean",
        "#Expected of one like them",
        "Here, beside them",
    ];
    let mut grid = Grid::new("groups", "The floor beside the others of its own groups", &columns);
    for g in all {
        let first =
            [Cell::name(&g.group), Cell::words(way_words(&g.way)), Cell::score(p.interval.low, p.withheld)];
        grid.rows.push([first.to_vec(), stand_cells(Some(&g.beside), 0)].concat());
    }
    grid
}

/// Where the smallest set of steps leads.
fn then(step: &Step) -> String {
    let level = step.level_then.map_or_else(String::new, |l| format!(" to level {l}"));
    let gain = step
        .gain
        .filter(|g| *g > 0.0)
        .map_or_else(String::new, |g| format!(", {} points more", words::gain(g).trim_start_matches('+')));
    format!("No smaller set leads{level}{gain}.")
}

/// Who did it and kept it, where it is more than an answer.
fn done_by(scene: &Scene, names: &BTreeMap<&str, &str>, step: &Step) -> Vec<Exemplar> {
    let one = |(code, by): &(String, Option<Date>)| {
        let known = scene.practice(code);
        Exemplar {
            code: code.clone(),
            name: known.map_or_else(|| code.clone(), |p| practice_cell(p).text),
            ccg: known.and_then(|p| names.get(p.ccg.as_str())).map(|name| (*name).to_owned()),
            by: by.map(|day| day.strftime("%B %Y").to_string()),
            linked: known.is_some() && has_page(code),
        }
    };
    step.done_by.iter().filter(|_| step.has_deeds()).map(one).collect()
}

fn lede(scene: &Scene, p: &Practice, placed: bool) -> String {
    let label = scene.period_label();
    if p.withheld {
        return format!("The figures of {label} are withheld (disclosure control).");
    }
    let Some(level) = level_words(p) else {
        return if placed {
            format!("No level can be told for {label}.")
        } else {
            format!("No level can be told for {label}, and no CCG is known.")
        };
    };
    match scene.before_next(p).len() {
        _ if p.level_high > p.level => {
            format!("In {label} the level is {level}: answers that are missing leave that open.")
        }
        0 => format!("In {label} the level is {level}, the highest."),
        1 => format!("In {label} the level is {level}, one step short of the next."),
        n => format!("In {label} the level is {level}; the fewest steps to the next are {n}."),
    }
}

fn facts(scene: &Scene, p: &Practice) -> Vec<Fact> {
    let show = |x: Option<f64>| match x {
        _ if p.withheld => "Withheld [c]".to_owned(),
        Some(x) => words::score(x),
        None => words::NO_DATA.to_owned(),
    };
    let mut out = Vec::new();
    if let Some(level) = level_words(p) {
        out.push(Fact::new("Level", level, "each needs all lower ones"));
    }
    let high = p.interval.high.filter(|_| !p.withheld).map(words::score);
    let ceiling = high.map_or_else(String::new, |h| format!("at most {h} with every missing answer as met"));
    out.push(Fact::new("Score, floor", show(p.interval.low), ceiling));
    if let Some(evidenced) = scene.known.get(&p.code).and_then(|k| k.evidenced) {
        let note = "without what a trace contradicts or does not show";
        out.push(Fact::new("Floor as evidenced", show(Some(evidenced)), note));
    }
    if let Some(coverage) = p.coverage {
        out.push(Fact::new("Answered", words::percent(coverage), "of what was asked, by weight"));
    }
    let day = p.list_day.map_or_else(String::new, |d| format!("as at {}", words::day(d)));
    out.push(match p.list_size {
        Some(patients) => Fact::new("Registered patients", words::count(patients), day),
        None => Fact::new(
            "Registered patients",
            "not known".to_owned(),
            "no list is held, so it weighs nothing in averages",
        ),
    });
    out
}

/// A column a quarter: a practice has few figures and many quarters.
fn past(scene: &Scene, quarters: &[Quarter]) -> Grid {
    let mut grid = Grid::new("quarters", "Points out of 100, and level", &["Quarter"]);
    quarters.iter().for_each(|q| grid.column(&q.label, true));
    let row = |label: &str, cell: &dyn Fn(&Quarter) -> Cell| {
        let cells = quarters.iter().map(cell);
        std::iter::once(Cell::words(label)).chain(cells).collect::<Vec<Cell>>()
    };
    grid.rows.push(row("Floor", &|q| Cell::score(q.low, q.withheld)));
    grid.rows.push(row("Ceiling", &|q| Cell::score(q.high, q.withheld)));
    if quarters.iter().any(|q| q.level.is_some()) {
        grid.rows.push(row("Level", &|q| Cell::figure(q.level.clone(), q.withheld)));
    }
    if quarters.windows(2).any(|pair| scene.asked_the_same(pair[0].day, pair[1].day) == Some(false)) {
        let before = std::iter::once(None).chain(quarters.iter().map(|q| Some(q.day)));
        let same =
            before.zip(quarters).map(|(before, q)| Cell { number: true, ..same_cell(scene, before, q.day) });
        grid.rows.push(std::iter::once(Cell::words("Asked the same as before")).chain(same).collect());
    }
    grid
}

/// Where the questions changed, with a few of them: the page of the CCG names all.
fn quarter_notes(scene: &Scene, quarters: &[Quarter]) -> Vec<String> {
    const NAMED: usize = 2;
    let missing = missing_words(quarters.iter().map(|q| q.day));
    let shown = |day| quarters.last().is_some_and(|q| day <= q.day);
    let breaks = scene.breaks().into_iter().filter(|b| shown(b.day)).map(|b| b.words(scene, NAMED));
    breaks.chain(missing).collect()
}
