//! Each answer of a practice with its points, beside the figure of its CCG and of England, and how it is known.

use crate::report::about::{IndicatorInfo, Kind};
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::indicator_page::slug;
use crate::report::scene::{Answer, Practice, Scene, answers_of};
use crate::report::words;
use std::collections::BTreeMap;

type Answers = BTreeMap<String, Answer>;

/// What stands beside the answers of every practice.
#[derive(Default)]
pub(super) struct Beside {
    england: Answers,
    /// Whether any answer of the quarter was graded: without a grade there is nothing to say about how answers are known.
    pub graded: bool,
}

impl Beside {
    pub fn read(scene: &Scene) -> Beside {
        let Some((day, _)) = &scene.period else { return Beside::default() };
        let values = Frame::new(scene.release.tables.get("indicator_values"));
        let england = values.rows_with("unit_type", "england");
        let england = answers_of(Frame::new(england.as_ref()), "england", *day);
        Beside {
            england: england.into_values().next().unwrap_or_default(),
            graded: scene.answers.values().flat_map(BTreeMap::values).any(|a| known(a).is_some()),
        }
    }
}

pub(super) fn answers(
    scene: &Scene,
    beside: &Beside,
    p: &Practice,
    indicators: &[&IndicatorInfo],
    own: &Answers,
) -> Grid {
    let graded = if beside.graded { ", and how it is known" } else { "" };
    let caption = format!("Each answer of {}{graded}", scene.period_label());
    let mut grid = Grid::new("answers", caption, &["What was asked", "The practice", "#Answer"]);
    let area = scene.ccg_answers.get(&p.ccg);
    if area.is_some() {
        grid.column(scene.area_words().0, true);
    }
    if !beside.england.is_empty() {
        grid.column("England", true);
    }
    if beside.graded {
        grid.column("How it is known", false);
    }
    grid.column("Points of 100", true);
    for i in indicators {
        let answer = own.get(&i.id);
        let measures = match i.kind {
            Kind::Have => "has",
            Kind::Use => "uses",
            Kind::Benefit => "brings",
        };
        let page = format!("../indicator/{}.html", slug(&i.id));
        let mut row = vec![
            Cell::words(words::clean(&i.wording).0).link(Some(page)),
            Cell::words(measures),
            dated(scene, answer, i),
        ];
        row.extend(area.map(|all| figure(scene, all.get(&i.id), i)));
        if !beside.england.is_empty() {
            row.push(figure(scene, beside.england.get(&i.id), i));
        }
        if beside.graded {
            row.push(
                answer
                    .and_then(known)
                    .map_or_else(|| Cell { absent: true, ..Cell::words(words::NO_DATA) }, Cell::words),
            );
        }
        let points = Cell::score(answer.and_then(|a| a.points), false);
        row.push(match answer.and_then(Answer::partial) {
            Some((low, high)) => points.small(format!("{} to {}", words::score(low), words::score(high))),
            None => points,
        });
        grid.rows.push(row);
    }
    grid
}

/// An answer with its day where that is not the quarter's.
fn dated(scene: &Scene, answer: Option<&Answer>, i: &IndicatorInfo) -> Cell {
    let cell = scene.answer_cell(answer, i);
    match scene.day_apart(&i.id).filter(|_| !cell.absent) {
        Some(day) => cell.small(day),
        None => cell,
    }
}

/// An area's figure without the counts behind it, which its own page has.
fn figure(scene: &Scene, answer: Option<&Answer>, i: &IndicatorInfo) -> Cell {
    let cell = scene.answer_cell(answer, i);
    let full = (scene.options.worded(&i.id) && !cell.absent).then(|| "in full".to_owned());
    Cell { small: full, ..cell }
}

/// How an answer is known, in words.
fn known(answer: &Answer) -> Option<&'static str> {
    answer.value?;
    Some(match answer.evidence.as_deref()? {
        "A" => "Evidenced",
        "B" => "Consistent",
        "C" => "Self-report only",
        "D" => "A trace shows otherwise",
        _ => return None,
    })
}
