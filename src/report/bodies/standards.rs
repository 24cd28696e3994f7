//! Standards on pages: requirements with their state, the security toolkit year by year.

use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use std::collections::BTreeMap;

const TABLES: [&str; 3] = ["standards", "standards_summary", "security_toolkit"];

const ABOUT: &str = "Requirements as the framework words them, in the states that CCGs and practices return; of practices met \
                     means that every one has answered and meets it. What nobody returned is not called unmet.";
const YEARS: &str = "The standard of the security toolkit changes each year: the years below are measured against different \
                     standards, must not be compared, and make no trend.";

fn section(scene: &Scene, grids: Vec<Grid>, toolkit: bool) -> Option<Section> {
    let paragraphs = [Some(ABOUT), toolkit.then_some(YEARS)].into_iter().flatten().map(str::to_owned);
    let named = ("standards", "Standards");
    (!grids.is_empty()).then(|| super::section(scene, named, paragraphs.collect(), grids, &TABLES))
}

fn state_words(state: &str) -> &'static str {
    match state {
        "met" => "Met",
        "partly_met" => "Partly met",
        "not_met" => "Not met",
        "withheld" => "Withheld",
        "not_asked" => "Not asked",
        "not_applicable" => "Not applicable",
        _ => words::NO_DATA,
    }
}

pub(super) fn england(scene: &Scene) -> Option<Section> {
    let day = scene.period.as_ref()?.0;
    let table = Frame::new(scene.release.tables.get("standards_summary")).of_period(day);
    let t = Frame::new(table.as_ref());
    let id = t.text("requirement");
    let states = ["ccgs_met", "ccgs_partly_met", "ccgs_not_met", "ccgs_unknown"].map(|c| t.int(c));
    let share = t.float("share");
    let columns = [
        "Requirement",
        "#CCGs that meet it",
        "#Partly",
        "#Not",
        "#Unknown",
        "#Practices that meet it, of those that answered",
    ];
    let caption = format!("Requirements in England, {}", scene.period_label());
    let mut grid = Grid::new("requirements", caption, &columns);
    for i in 0..t.rows() {
        let Some(id) = &id[i] else { continue };
        let mut name = Cell::name(&scene.wording(id)).small(words::clean(id).0);
        if let Some(day) = scene.day_apart(id) {
            name = name.small(day);
        }
        let mut row = vec![name];
        row.extend(states.iter().map(|s| Cell::count(s[i])));
        row.push(match share[i] {
            Some(p) => Cell::percent(Some(p), false),
            None => Cell { number: true, absent: true, ..Cell::words("Asked of CCGs") },
        });
        grid.rows.push(row);
    }
    let toolkit = toolkits(scene).remove("england");
    let years = toolkit.is_some();
    let grids = [(!grid.rows.is_empty()).then_some(grid), toolkit].into_iter().flatten().collect();
    section(scene, grids, years)
}

pub(super) fn by_ccg(scene: &Scene) -> Vec<(String, Section)> {
    let Some((day, label)) = &scene.period else { return Vec::new() };
    let table = Frame::new(scene.release.tables.get("standards")).of_period(*day);
    let t = Frame::new(table.as_ref());
    let (ccg, id, state) = (t.text("ccg_code"), t.text("requirement"), t.text("state"));
    let (met, answered, all) = (t.int("practices_met"), t.int("practices_answered"), t.int("practices"));
    let mut grids: BTreeMap<String, Vec<Grid>> = BTreeMap::new();
    let mut own: BTreeMap<&str, Grid> = BTreeMap::new();
    for i in 0..t.rows() {
        let (Some(ccg), Some(id), Some(state)) = (&ccg[i], &id[i], &state[i]) else { continue };
        let columns = ["Requirement", "State", "#Practices that meet it"];
        let grid = own
            .entry(ccg.as_str())
            .or_insert_with(|| Grid::new("requirements", format!("Requirements, {label}"), &columns));
        let practices = match (met[i], answered[i], all[i]) {
            (Some(met), Some(answered), Some(all)) => {
                let text = format!("{} of {} that answered", words::count(met), words::count(answered));
                let silent = all - answered;
                let cell = Cell { number: true, ..Cell::words(text) };
                if silent > 0 { cell.small(format!("{} did not", words::count(silent))) } else { cell }
            }
            _ => Cell { number: true, absent: true, ..Cell::words("Asked of the CCG") },
        };
        let known = ["met", "partly_met", "not_met"].contains(&state.as_str());
        let state = Cell { absent: !known, ..Cell::words(state_words(state)) };
        let state = match scene.day_apart(id).filter(|_| known) {
            Some(day) => state.small(day),
            None => state,
        };
        grid.rows.push(vec![Cell::name(&scene.wording(id)).small(words::clean(id).0), state, practices]);
    }
    for (ccg, grid) in own {
        grids.entry(ccg.to_owned()).or_default().push(grid);
    }
    let toolkits = toolkits(scene);
    let years = !toolkits.is_empty();
    for (unit, grid) in toolkits.into_iter().filter(|(unit, _)| unit != "england") {
        grids.entry(unit).or_default().push(grid);
    }
    grids.into_iter().filter_map(|(ccg, grids)| Some((ccg, section(scene, grids, years)?))).collect()
}

/// By unit: each year with its own standard, newest first.
fn toolkits(scene: &Scene) -> BTreeMap<String, Grid> {
    let t = Frame::new(scene.release.tables.get("security_toolkit"));
    let (unit, standard, day) = (t.text("unit_code"), t.text("standard"), t.date("register_date"));
    let (met, practices) = (t.int("met"), t.int("practices"));
    // by unit and register: practices that meet the standard, and all
    let mut counts: BTreeMap<(&str, std::cmp::Reverse<Option<jiff::civil::Date>>, &str), [i64; 2]> =
        BTreeMap::new();
    for i in 0..t.rows() {
        let (Some(unit), Some(standard)) = (&unit[i], &standard[i]) else { continue };
        let cell = counts.entry((unit, std::cmp::Reverse(day[i]), standard)).or_default();
        let n = practices[i].unwrap_or(0);
        cell[0] += if met[i] == Some(1) { n } else { 0 };
        cell[1] += n;
    }
    let mut out: BTreeMap<String, Grid> = BTreeMap::new();
    for ((unit, day, standard), [met, all]) in counts {
        let columns = ["Standard of the year", "Register of", "#Practices that meet it", "#Share"];
        let grid = out.entry(unit.to_owned()).or_insert_with(|| {
            Grid::new("toolkit", "Security toolkit: each year by its own standard", &columns)
        });
        grid.rows.push(vec![
            Cell::name(standard),
            Cell::words(day.0.map_or_else(String::new, words::day)),
            Cell::figure(Some(format!("{} of {}", words::count(met), words::count(all))), false),
            Cell::percent((all > 0).then(|| met as f64 / all as f64), false),
        ]);
    }
    out
}
