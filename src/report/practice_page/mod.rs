//! A page for each practice, one side of A4: its level and what is missing for the next, each answer with how it is known,
//! what changed since the quarter before, and the quarters so far.

mod answers;
mod history;

use super::about::IndicatorInfo;
use super::ccg_page::{same_cell, stand_cells};
use super::grid::{Cell, Fact, Grid};
use super::scene::{
    Answer, GroupStand, Practice, Scene, Step, level_words, missing_words, practice_cell, way_words,
};
use super::words;
use answers::Beside;
use history::{Histories, Quarter};
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
    /// Where the smallest set leads, and who has done it.
    pub then: Option<String>,
    pub answers: Option<Grid>,
    /// Whether answers of the release are graded by how they are known.
    pub graded: bool,
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
        then: scene.ahead.steps.get(&p.code).filter(|_| !p.withheld).map(then),
        answers: own.map(|own| answers::answers(scene, beside, p, indicators, own)),
        graded: beside.graded,
        changed: own.map_or_else(Vec::new, |own| changed(scene, histories, &p.code, indicators, own)),
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
    let done: Vec<String> = step
        .done_by
        .iter()
        .filter(|_| step.has_deeds())
        .map(|(code, by)| {
            by.map_or_else(|| code.clone(), |day| format!("{code} by {}", day.strftime("%B %Y")))
        })
        .collect();
    let done =
        if done.is_empty() { String::new() } else { format!(" Done and kept by {}.", done.join(", ")) };
    format!("No smaller set leads{level}{gain}.{done}")
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

/// Answers that are not the same as in the quarter before, that went and that came; what was not asked in one of the two is no
/// change.
fn changed(
    scene: &Scene,
    histories: &Histories,
    code: &str,
    indicators: &[&IndicatorInfo],
    own: &BTreeMap<String, Answer>,
) -> Vec<String> {
    // questions that a line about answers that came or went names
    const NAMED: usize = 3;
    let Some(before) = histories.answers.get(code) else { return Vec::new() };
    let (mut out, mut went, mut came) = (Vec::new(), Vec::new(), Vec::new());
    for i in indicators {
        let (Some(then), Some(now)) = (before.get(&i.id), own.get(&i.id)) else { continue };
        // each year has its own standard: what it asked before is another question
        let standards = [&histories.before, &scene.period].map(|q| scene.standard_of(q.as_ref()?.0, &i.id));
        let wording = words::clean(&i.wording).0;
        match (then.value, now.value) {
            (Some(x), Some(y)) => {
                let (was, is) = (scene.answer_cell(Some(then), i).text, scene.answer_cell(Some(now), i).text);
                if (x - y).abs() > 1e-9 && was != is && standards[0] == standards[1] {
                    out.push(format!("{wording}: {was} before, {is} now"));
                }
            }
            (Some(_), None) if now.silent() => went.push(wording),
            (None, Some(_)) if then.silent() => came.push(wording),
            _ => {}
        }
    }
    let line = |lead: &str, of: &[String]| {
        let more = if of.len() > NAMED { format!("; and {} more", of.len() - NAMED) } else { String::new() };
        format!("{lead}: {}{more}", of[..of.len().min(NAMED)].join("; "))
    };
    let lines = [("Answered before, no answer now", &went), ("No answer before, answered now", &came)];
    out.extend(lines.into_iter().filter(|(_, of)| !of.is_empty()).map(|(lead, of)| line(lead, of)));
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
