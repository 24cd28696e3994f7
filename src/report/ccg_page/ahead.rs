//! Whom to ring, and what to do first.

use crate::report::grid::{Cell, Grid};
use crate::report::scene::{Action, Beside, DoneBy, Scene};
use crate::report::words;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct AheadPart {
    /// The floor beside the peers', in a sentence.
    pub beside: Option<String>,
    pub actions: Option<Grid>,
    pub peers: Option<Grid>,
    /// Where every number is.
    pub tables: Vec<&'static str>,
}

/// Codes of practices that a cell names; all are in the tables.
const NAMED: usize = 6;

/// `None` where the pipeline looks for neither peers nor steps.
pub(super) fn ahead(scene: &Scene, code: &str, label: &str) -> Option<AheadPart> {
    let actions = scene.ahead.actions.get(code).map(|all| actions(scene, all, label));
    let peers = peers(scene, code, label);
    let beside = scene.ahead.beside.get(code).map(|b| sentence(scene, b));
    let tables = [
        ("ccg_actions", actions.is_some()),
        ("peers", peers.is_some()),
        ("peer_comparison", beside.is_some()),
    ];
    let tables = tables.into_iter().filter(|t| t.1).map(|t| t.0).collect();
    (actions.is_some() || peers.is_some()).then_some(AheadPart { beside, actions, peers, tables })
}

fn sentence(scene: &Scene, b: &Beside) -> String {
    let (one, many) = scene.area_words();
    let verdict = match b.called.as_str() {
        "below" => format!("This {one} is below what is expected of one like them."),
        "above" => format!("This {one} is above what is expected of one like them."),
        _ => format!("This {one} cannot be told apart from them."),
    };
    format!(
        "The {} {many} most like it have a mean floor of {} (95% interval {} to {}), and one like them is expected between \
         {} and {}. {verdict}",
        b.peers,
        words::score(b.mean),
        words::score(b.mean_limits.0),
        words::score(b.mean_limits.1),
        words::score(b.expected.0.max(0.0)),
        words::score(b.expected.1.min(100.0)),
    )
}

fn actions(scene: &Scene, all: &[Action], label: &str) -> Grid {
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
        if a.called.as_deref() == Some("below") {
            what = what.small("below peers");
        }
        let practices = match a.practices {
            Some((named, short)) => {
                let mut listed = a.codes.iter().take(NAMED).cloned().collect::<Vec<_>>().join(" ");
                if a.codes.len() > NAMED {
                    listed = format!("{listed} and {} more", a.codes.len() - NAMED);
                }
                Cell::words(format!("{named} of {short}: {listed}"))
            }
            None => Cell::words(format!("The {} itself", scene.area_words().0)),
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
            Cell::figure(a.gain.map(|g| format!("+{}", words::score(g))), false),
            Cell::count(Some(a.risen)),
            Cell::words(done),
        ]);
    }
    grid
}

fn name(scene: &Scene, code: &str) -> String {
    scene.ccgs.iter().find(|a| a.code == code).map_or_else(|| code.to_owned(), |a| words::area_name(&a.name))
}

fn done_by(scene: &Scene, d: &DoneBy, of_practices: bool) -> String {
    let by = d.by.map(|day| day.strftime("by %b %Y").to_string());
    let units = of_practices.then(|| words::of(d.units, "practice", "practices"));
    let known: Vec<String> = units.into_iter().chain(by).collect();
    format!("{} ({})", name(scene, &d.ccg), known.join(", "))
}

/// `None` without computed peers.
fn peers(scene: &Scene, code: &str, label: &str) -> Option<Grid> {
    let all = scene.ahead.peers.get(code)?;
    let actions = scene.ahead.actions.get(code).map_or(&[][..], Vec::as_slice);
    let columns = ["Whom to ring", "#Distance", "#Stays a peer", "#Floor", "Ring about"];
    let mut grid = Grid::new("peers", format!("The most similar, nearest first, {label}"), &columns);
    for p in all {
        let area = scene.ccgs.iter().find(|a| a.code == p.code);
        let about = actions.iter().filter(|a| a.done_by.iter().any(|d| d.ccg == p.code));
        let about: Vec<String> = about.map(|a| scene.wording(&a.indicator)).collect();
        let link = area.is_some().then(|| format!("{}.html", p.code));
        grid.rows.push(vec![
            Cell::name(&name(scene, &p.code)).small(p.code.clone()).link(link),
            Cell::figure(p.distance.map(|d| format!("{d:.2}")), false),
            Cell::percent(p.stability, false),
            Cell::score(area.and_then(|a| a.interval.low), area.is_some_and(|a| a.withheld)),
            Cell::words(about.join("; ")),
        ]);
    }
    Some(grid)
}
