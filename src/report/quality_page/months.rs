//! Months and quarters that no file speaks of.

use crate::model::{Grain, Period};
use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Of the sources of indicators that come by the month: the months of each scored quarter that are not held; and the
/// indicators that nobody was asked.
pub(super) fn section(scene: &Scene) -> Section {
    let columns = ["Source", "Quarter", "Months held", "Months not held"];
    let mut grid = Grid::new("months", "Months of scored quarters", &columns);
    let held = held(scene);
    let labels: BTreeMap<Date, &str> = scene.periods.iter().map(|(d, l)| (*d, l.as_str())).collect();
    for source in scene.about.sources.iter().filter(|s| s.grain == Grain::Month) {
        for (quarter, days) in held.get(source.dataset.as_str()).into_iter().flatten() {
            let Some(label) = labels.get(quarter) else { continue };
            let start = Period::containing(Grain::Quarter, *quarter).start();
            let all: Vec<Date> = (0..3).map(|m| start.saturating_add(m.months()).last_of_month()).collect();
            let names = |of: &dyn Fn(&Date) -> bool| {
                let list: Vec<String> =
                    all.iter().filter(|d| of(d)).map(|d| d.strftime("%B %Y").to_string()).collect();
                if list.is_empty() { "none".to_owned() } else { list.join(", ") }
            };
            let missing = all.iter().filter(|d| !days.contains(d)).count();
            if missing == 0 || missing == all.len() {
                continue;
            }
            grid.rows.push(vec![
                Cell::name(&source.title).small(words::clean(&source.dataset).0),
                Cell::words((*label).to_owned()),
                Cell::words(names(&|d| days.contains(d))),
                Cell::words(names(&|d| !days.contains(d))),
            ]);
        }
    }
    let mut section = Section::new("missing", "Months and questions that are missing");
    let months = if grid.rows.is_empty() {
        "Of every monthly source, each quarter that has a file has all its months."
    } else {
        "A state is read at the last month that is there; what is counted is summed over the months that are there, people and \
         transactions alike."
    };
    section = section.says(months).grid(grid);
    let unasked: Vec<String> = scene
        .about
        .framework
        .indicators
        .iter()
        .filter(|i| {
            scene.england_now().is_some_and(|e| !e.indicators.is_empty() && !e.indicators.contains(&i.id))
        })
        .map(|i| words::clean(&i.wording).0)
        .collect();
    if !unasked.is_empty() {
        section = section.says(format!(
            "Nobody was asked in {}, since no file of the quarter holds an answer:",
            scene.period_label()
        ));
        section.list = unasked;
    }
    section.with_tables_of(scene, &["indicator_sources"])
}

/// Days of the periods held, by dataset and quarter.
fn held(scene: &Scene) -> BTreeMap<String, BTreeMap<Date, BTreeSet<Date>>> {
    let t = Frame::new(scene.release.tables.get("indicator_sources"));
    let (dataset, quarter, day) = (t.text("dataset"), t.date("period"), t.date("source_period"));
    let mut out: BTreeMap<String, BTreeMap<Date, BTreeSet<Date>>> = BTreeMap::new();
    for ((dataset, quarter), day) in dataset.into_iter().zip(quarter).zip(day) {
        if let (Some(dataset), Some(quarter), Some(day)) = (dataset, quarter, day) {
            out.entry(dataset).or_default().entry(quarter).or_default().insert(day);
        }
    }
    out
}
