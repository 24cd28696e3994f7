//! The page that lists every CCG and practice with its page: what a search by name or code looks through.

use super::grid::{Cell, Grid};
use super::practice_page::has_page;
use super::scene::{Scene, practice_cell};
use super::words;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize)]
pub struct FindPage {
    pub synthetic: bool,
    pub period: String,
    pub areas: &'static str,
    /// CCGs, practices and indicators: what it is, code, name, where it belongs.
    pub all: Grid,
}

pub fn page(scene: &Scene) -> FindPage {
    let (one, many) = scene.area_words();
    let names: BTreeMap<&str, &str> = scene.with_page().map(|a| (a.code.as_str(), a.name.as_str())).collect();
    let mut all = Grid::new(
        "all",
        format!("{}, practices and indicators", words::capital(many)),
        &["Name", "Code", "What", "Belongs to"],
    );
    for area in scene.with_page() {
        all.rows.push(vec![
            Cell::name(&area.name).link(Some(format!("ccg/{}.html", area.code))),
            Cell::words(area.code.clone()),
            Cell::words(words::capital(one)),
            Cell::words("England"),
        ]);
    }
    for p in scene.practices.iter().filter(|p| has_page(&p.code)) {
        let name = Cell { small: None, ..practice_cell(p) };
        all.rows.push(vec![
            name.link(Some(format!("practice/{}.html", p.code))),
            Cell::words(p.code.clone()),
            Cell::words("Practice"),
            Cell::name(names.get(p.ccg.as_str()).copied().unwrap_or("No CCG known")),
        ]);
    }
    for i in &scene.about.framework.indicators {
        all.rows.push(vec![
            Cell::name(&i.wording)
                .link(Some(format!("indicator/{}.html", super::indicator_page::slug(&i.id)))),
            Cell::name(&i.id),
            Cell::words("Indicator"),
            Cell::name(&i.dimension),
        ]);
    }
    FindPage { synthetic: scene.about.synthetic(), period: scene.period_words(), areas: many, all }
}
