//! Who answered: by indicator and by area.

use crate::model::is_ccg_code;
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use std::collections::BTreeMap;

/// Answers to one indicator, or of one area.
#[derive(Clone, Copy, Default)]
struct Answers {
    given: usize,
    not_returned: usize,
    not_applicable: usize,
    not_asked: usize,
    withheld: usize,
}

impl Answers {
    fn add(&mut self, value: bool, absence: Option<&str>) {
        let kind = match absence {
            _ if value => &mut self.given,
            Some("not_applicable") => &mut self.not_applicable,
            Some("not_asked") => &mut self.not_asked,
            Some("withheld") => &mut self.withheld,
            _ => &mut self.not_returned,
        };
        *kind += 1;
    }

    fn cells(self) -> Vec<Cell> {
        let wanted = self.given + self.not_returned + self.withheld;
        let share = (wanted > 0).then(|| (self.given + self.withheld) as f64 / wanted as f64);
        let mut cells = vec![Cell::percent(share, false)];
        let counts = [self.given, self.not_returned, self.not_applicable, self.not_asked, self.withheld];
        cells.extend(counts.map(|n| Cell::count(Some(words::size(n)))));
        cells
    }
}

const HEADS: [&str; 6] =
    ["#Answered", "#Answers", "#Not returned", "#Not applicable", "#Not asked", "#Withheld"];

/// The units' own answers of the quarter on show: kind and code of the unit, indicator, whether there is a value, why not.
fn rows(scene: &Scene, mut each: impl FnMut(&str, &str, &str, bool, Option<&str>)) {
    let Some((day, _)) = &scene.period else { return };
    let table = Frame::new(scene.release.tables.get("indicator_values")).of_period(*day);
    let t = Frame::new(table.as_ref());
    let (kind, unit, id) = (t.text("unit_type"), t.text("unit_code"), t.text("indicator_id"));
    let (value, absence) = (t.float("value"), t.text("absence"));
    for i in 0..t.rows() {
        if let (Some(kind), Some(unit), Some(id)) = (&kind[i], &unit[i], &id[i]) {
            each(kind, unit, id, value[i].is_some(), absence[i].as_deref());
        }
    }
}

/// By indicator: practices, or CCGs where they are asked themselves.
pub(super) fn indicators(scene: &Scene) -> Section {
    let mut by: BTreeMap<(String, bool), Answers> = BTreeMap::new();
    rows(scene, |kind, _, id, value, absence| {
        let own = match kind {
            "practice" => true,
            "ccg" => !scene.asked.contains(id),
            _ => false,
        };
        if own {
            by.entry((id.to_owned(), kind == "ccg")).or_default().add(value, absence);
        }
    });
    let columns = [&["Indicator", "Who is asked"][..], &HEADS[..]].concat();
    let caption = format!("Answers by indicator, {}", scene.period_label());
    let mut grid = Grid::new("answers-by-indicator", caption, &columns);
    let (one, _) = scene.area_words();
    for i in &scene.about.framework.indicators {
        for by_ccg in [false, true] {
            let Some(answers) = by.get(&(i.id.clone(), by_ccg)) else { continue };
            let who = if by_ccg { one } else { "practice" };
            let mut row = vec![Cell::name(&i.wording).small(words::clean(&i.id).0), Cell::words(who)];
            row.extend(answers.cells());
            grid.rows.push(row);
        }
    }
    Section::new("answers", "Answers by indicator")
        .says("Answered: answers, those withheld too, over what was wanted, each unit counted once. What does not apply and what was not asked is not wanted.")
        .grid(grid)
        .with_tables_of(scene, &["indicator_values"])
}

/// By area: its practices' answers, and how many practices gave none.
pub(super) fn areas(scene: &Scene) -> Section {
    let ccg_of: BTreeMap<&str, &str> =
        scene.practices.iter().map(|p| (p.code.as_str(), p.ccg.as_str())).collect();
    let mut by: BTreeMap<String, Answers> = BTreeMap::new();
    rows(scene, |kind, unit, _, value, absence| {
        if let ("practice", Some(ccg)) = (kind, ccg_of.get(unit)) {
            by.entry((*ccg).to_owned()).or_default().add(value, absence);
        }
    });
    let (one, many) = scene.area_words();
    let first = words::capital(one);
    let columns =
        [&[first.as_str(), "#Practices", "#Without any answer", "#Coverage, by weight"][..], &HEADS[..]]
            .concat();
    let caption = format!(
        "{} in the order of their codes, answers of their practices, {}",
        words::capital(many),
        scene.period_label()
    );
    let mut grid = Grid::new("answers-by-area", caption, &columns);
    let mut areas: Vec<_> = scene.ccgs.iter().collect();
    areas.sort_by(|a, b| a.code.cmp(&b.code));
    for a in areas {
        let silent = a.practices.zip(a.practices_scored).map(|(all, scored)| all - scored);
        let page = is_ccg_code(&a.code).then(|| format!("ccg/{}.html", a.code));
        let mut row = vec![
            Cell::name(&a.name).small(words::clean(&a.code).0).link(page),
            Cell::count(a.practices),
            Cell::count(silent),
            Cell::percent(a.coverage, a.withheld),
        ];
        row.extend(by.get(&a.code).copied().unwrap_or_default().cells());
        grid.rows.push(row);
    }
    let section = Section::new("areas", &format!("Answers by {one}"));
    let section = if scene.practices.is_empty() { section } else { section.says(scene.counted().words()) };
    section.grid(grid).with_tables_of(scene, &["ccg_scores", "indicator_values"])
}
