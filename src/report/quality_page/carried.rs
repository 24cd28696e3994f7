//! Answers that stand as in the return before, and figures held as a fault of one supplier's data.

use crate::report::bodies::held_steps;
use crate::report::frame::Frame;
use crate::report::front::carried_words;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use std::collections::BTreeMap;

const STATUSES: [&str; 3] = ["confirmed", "unchanged", "suspect"];

pub(super) fn section(scene: &Scene) -> Section {
    let mut section = Section::new("carried-forward", "Carried forward, and held");
    let Some((day, label)) = &scene.period else { return section };
    let table = Frame::new(scene.release.tables.get("carried_forward")).of_period(*day);
    let t = Frame::new(table.as_ref());
    let names = block_names(scene);
    let mut by: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
    for ((dataset, block), status) in t.text("dataset").into_iter().zip(t.text("block")).zip(t.text("status"))
    {
        let (Some(dataset), Some(block)) = (dataset, block) else { continue };
        if let Some(k) = STATUSES.iter().position(|s| status.as_deref() == Some(s)) {
            by.entry((dataset, block)).or_default()[k] += 1;
        }
    }
    let columns = ["Return", "Block", "#Confirmed", "#Unchanged, seldom changes", "#Suspect"];
    let mut grid = Grid::new(
        "carried",
        format!("Blocks of answers that stand as in the return before, {label}"),
        &columns,
    );
    for ((dataset, block), counts) in by {
        let name = names.get(&(dataset.as_str(), block.as_str())).copied().unwrap_or(&block);
        let mut row = vec![Cell::name(&dataset), Cell::name(name).small(words::clean(&block).0)];
        row.extend(counts.map(|n| Cell::count(Some(n))));
        grid.rows.push(row);
    }
    section = section.says(carried_words(scene, *day).unwrap_or_else(|| {
        "No return of the quarter stands as the one before, or none opens with earlier answers.".to_owned()
    }));
    section.list = held_steps(scene);
    if section.list.is_empty() {
        section = section.says("No figure is held as a fault of one supplier's data.");
    }
    section.grid(grid).with_tables_of(scene, &["carried_forward", "supplier_steps"])
}

/// Names of the blocks of the returns that open with earlier answers.
fn block_names<'a>(scene: &'a Scene) -> BTreeMap<(&'a str, &'a str), &'a str> {
    let evidence = scene.about.rules.as_ref().and_then(|r| r.framework.evidence.as_ref());
    let returns = evidence.into_iter().flat_map(|e| &e.prefilled);
    returns
        .flat_map(|p| p.block.iter().map(|b| ((p.dataset.as_str(), b.id.as_str()), b.name.as_str())))
        .collect()
}
