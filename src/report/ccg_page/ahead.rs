//! Whom to ring, three ways of being peers, and what to do first.

use crate::report::grid::{Cell, Grid};
use crate::report::league::Area;
use crate::report::scene::{Action, Beside, DoneBy, NEAREST, Peers, Scene, way_words};
use crate::report::words;

/// Codes of practices that a cell names; all are in the tables.
const NAMED: usize = 6;

/// Every way in which the CCG has peers, side by side: who they are, the mean of their floors with its interval, and where
/// the CCG stands to them. `None` without any.
pub(super) fn ways(scene: &Scene, area: &Area) -> Option<Grid> {
    let ways = scene.ahead.peers.get(&area.code)?;
    let (_, many) = scene.area_words();
    let columns = [
        "How they were chosen",
        "Who they are",
        "#How many have a score",
        "#Mean of their floors",
        "#95% interval of the mean",
        "#Expected of one like them",
        "Here, beside them",
    ];
    let caption = format!("Peers of {}, three ways, {}", area.name, scene.period_label());
    let mut grid = Grid::new("peer-ways", caption, &columns);
    for w in ways {
        let names: Vec<String> = w.peers.iter().map(|p| name(scene, &p.code)).collect();
        let mut way = Cell::words(way_words(&w.way));
        if w.way == NEAREST && scene.all_others(w) {
            way = way.small(format!("all the others: there are so few {many}"));
        }
        let mut row = vec![way, Cell::long(&names.join(", "))];
        row.extend(stand_cells(w.beside.as_ref(), scored(scene, w)));
        grid.rows.push(row);
    }
    for (way, absent) in [("fixed", "No list was sent in."), ("own:", "No own group of CCGs was sent in.")] {
        if !ways.iter().any(|w| w.way.starts_with(way)) {
            let none = || Cell { number: true, absent: true, ..Cell::words("Not applicable") };
            let label = if way == "fixed" { way_words(way) } else { "Own group".to_owned() };
            let absent = Cell { absent: true, ..Cell::words(absent) };
            let first = vec![Cell::words(label), absent, none(), none(), none(), none()];
            grid.rows.push([first, vec![Cell { number: false, ..none() }]].concat());
        }
    }
    grid.caption.push_str(&format!("; floors of {many}, more points are better"));
    Some(grid)
}

/// How many of the peers have a score.
fn scored(scene: &Scene, w: &Peers) -> usize {
    let has = |code: &str| scene.ccgs.iter().any(|a| a.code == code && a.interval.low.is_some());
    w.peers.iter().filter(|p| has(&p.code)).count()
}

/// Number of peers, mean with interval, what is expected of one like them, and the verdict.
pub fn stand_cells(beside: Option<&Beside>, peers: usize) -> Vec<Cell> {
    let range = |(low, high): (f64, f64)| {
        Some(format!("{} to {}", words::score(low.max(0.0)), words::score(high.min(100.0))))
    };
    let few = || Cell { number: true, absent: true, ..Cell::words("Too few for a mean") };
    let count = beside.map_or(words::size(peers), |b| b.peers);
    let mut cells = vec![Cell::count(Some(count))];
    match beside {
        Some(b) => cells.extend([
            Cell::score(Some(b.mean), false),
            Cell::figure(range(b.mean_limits), false),
            Cell::figure(range(b.expected), false),
            Cell::words(called_words(&b.called)),
        ]),
        None => cells.extend([few(), few(), few(), Cell { number: false, ..few() }]),
    }
    cells
}

fn called_words(called: &str) -> &'static str {
    match called {
        "below" => "Below what is expected of one like them",
        "above" => "Above what is expected of one like them",
        _ => "Cannot be told apart from them",
    }
}

pub(super) fn actions(scene: &Scene, all: &[Action], label: &str) -> Grid {
    let columns = [
        "What",
        "Practices that make half the gap",
        "#Their patients",
        "#Points gained",
        "#Practices that rise a level",
        "Peers who did it and kept it",
    ];
    let mut grid = Grid::new("actions", format!("What to do first, {label}"), &columns);
    for a in all {
        let mut what = Cell::words(scene.wording(&a.indicator));
        if let Some(day) = scene.check_first(&a.indicator) {
            what = what.small(day);
        }
        if a.called.as_deref() == Some("below") {
            what = what.small("below peers");
        }
        let practices = match a.practices {
            Some((named, short)) => {
                let mut listed = a.codes.iter().take(NAMED).cloned().collect::<Vec<_>>().join(" ");
                if a.codes.len() > NAMED {
                    listed = format!("{listed} and {} more", a.codes.len() - NAMED);
                }
                let cell = Cell::words(format!("{named} of {short}: {listed}"));
                let silent = (a.unanswered > 0).then(|| format!("{} without an answer", a.unanswered));
                let shown =
                    (a.to_confirm > 0).then(|| format!("{} to check: a trace shows it", a.to_confirm));
                let notes: Vec<String> = silent.into_iter().chain(shown).collect();
                if notes.is_empty() { cell } else { cell.small(notes.join("; ")) }
            }
            None => {
                let cell = Cell::words(format!("The {} itself", scene.area_words().0));
                match (a.unanswered, a.to_confirm) {
                    (1.., _) => cell.small("no answer sent"),
                    (_, 1..) => cell.small("to check: a trace shows it"),
                    _ => cell,
                }
            }
        };
        let done = a.done_by.iter().map(|d| done_by(scene, d, a.practices.is_some())).collect::<Vec<_>>();
        let done = if done.is_empty() { "None yet".to_owned() } else { done.join("; ") };
        grid.rows.push(vec![
            what,
            practices,
            match a.practices {
                Some(_) => Cell::count(a.patients),
                None => Cell { number: true, absent: true, ..Cell::words("Not applicable") },
            },
            Cell::figure(a.gain.map(words::gain), false),
            Cell::count(Some(a.risen)),
            Cell::words(done),
        ]);
    }
    grid
}

/// The name of a CCG that has a page, else its code.
pub(super) fn name(scene: &Scene, code: &str) -> String {
    let found = scene.with_page().find(|a| a.code == code);
    found.map_or_else(|| code.to_owned(), |a| words::area_name(&a.name))
}

fn done_by(scene: &Scene, d: &DoneBy, of_practices: bool) -> String {
    let by = d.by.map(|day| day.strftime("by %b %Y").to_string());
    let units = of_practices.then(|| words::of(d.units, "practice", "practices"));
    let known: Vec<String> = units.into_iter().chain(by).collect();
    format!("{} ({})", name(scene, &d.ccg), known.join(", "))
}

/// A table of the peers of each way, the computed ones with their distance.
pub(super) fn peers(scene: &Scene, code: &str, label: &str) -> Vec<Grid> {
    let ways = scene.ahead.peers.get(code).into_iter().flatten();
    ways.enumerate().map(|(k, w)| peers_of(scene, code, label, (k, w))).collect()
}

fn peers_of(scene: &Scene, code: &str, label: &str, (k, w): (usize, &Peers)) -> Grid {
    let actions = scene.ahead.actions.get(code).map_or(&[][..], Vec::as_slice);
    let computed = w.way == NEAREST;
    let columns: &[&str] = if computed {
        &["Whom to ring", "#Floor", "Ring about", "#Distance", "#Stays a peer"]
    } else {
        &["Whom to ring", "#Floor", "Ring about", "#Distance"]
    };
    let caption = format!("{}, the nearest first, {label}", way_words(&w.way));
    let mut grid = Grid::new(&format!("peers-{k}"), caption, columns);
    for p in &w.peers {
        let area = scene.ccgs.iter().find(|a| a.code == p.code);
        let about = actions.iter().filter(|a| a.done_by.iter().any(|d| d.ccg == p.code));
        let about: Vec<String> = about.map(|a| scene.wording(&a.indicator)).collect();
        let link = area.is_some().then(|| format!("{}.html", p.code));
        let none = Cell { absent: true, ..Cell::words("No move of theirs that lasted is known") };
        let mut row = vec![
            Cell::name(&name(scene, &p.code)).small(p.code.clone()).link(link),
            Cell::score(area.and_then(|a| a.interval.low), area.is_some_and(|a| a.withheld)),
            if about.is_empty() { none } else { Cell::words(about.join("; ")) },
            Cell::figure(p.distance.map(|d| format!("{d:.2}")), false),
        ];
        if computed {
            row.push(Cell::percent(p.stability, false));
        }
        grid.rows.push(row);
    }
    grid
}
