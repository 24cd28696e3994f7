//! Levels and the gates before them.

use crate::define::framework::Framework;
use crate::report::grid::{Cell, Grid};
use crate::report::section::Section;
use crate::report::words;

pub(super) fn section(f: &Framework) -> Section {
    let mut section = Section::new("levels", "Levels and gates");
    if f.levels.is_empty() {
        return section.says("This framework states no levels.");
    }
    section = section.says(
        "A level stands beside the score and never in it, so that nothing jumps where a line is passed. A level is reached only if \
         all lower ones are; level 0 is where the first gate is not passed. A missing answer reaches no level: where it leaves two \
         open, both are named. Own method.",
    );
    let columns =
        ["Level", "Name", "#Share of its items", "Why these items and this share", "Who answers for it"];
    let mut grid = Grid::new("levels-of-the-framework", "Levels", &columns);
    for level in &f.levels {
        grid.rows.push(vec![
            Cell::words(level.number.to_string()),
            Cell::name(&level.name),
            Cell::figure(Some(words::percent(level.share)), false),
            Cell::long(&level.reason),
            Cell::name(&level.owner),
        ]);
    }
    let mut gates = Grid::new(
        "gates",
        "Items at the gates",
        &["Item", "Gate of level", "#Met from, points", "Must have", "Why"],
    );
    let items = f.indicators.iter().flat_map(|i| i.gates.iter().map(move |g| (g, i)));
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|(g, _)| g.level);
    for (gate, i) in items {
        gates.rows.push(vec![
            Cell::name(&i.wording).small(words::clean(&i.id).0),
            Cell::words(gate.level.to_string()),
            Cell::figure(Some(gate.met_from.to_string()), false),
            Cell::words(if gate.must { "yes: caps the level" } else { "no" }),
            Cell::long(&gate.reason),
        ]);
    }
    section.grid(grid).grid(gates)
}
