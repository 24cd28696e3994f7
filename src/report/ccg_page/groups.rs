//! Federations, localities and hubs that practices belong to by their own account.

use crate::report::grid::{Cell, Grid};
use crate::report::scene::{GroupStand, Practice, Scene, way_words};
use crate::report::section::Section;
use crate::report::words;
use std::collections::BTreeMap;

/// A practice with its place in one of its groups.
type Member<'s> = (&'s Practice, &'s GroupStand);

/// The groups of the CCG's practices, and who stands apart in each; `None` where no group was compared.
pub(super) fn section(scene: &Scene, practices: &[&Practice]) -> Option<Section> {
    let mut groups: BTreeMap<(&str, &str), Vec<Member<'_>>> = BTreeMap::new();
    for p in practices {
        for stand in scene.ahead.groups.get(&p.code).into_iter().flatten() {
            groups.entry((&stand.way, &stand.group)).or_default().push((p, stand));
        }
    }
    if groups.is_empty() {
        return None;
    }
    let (area, _) = scene.area_words();
    let columns = [
        "Own group",
        "Kind",
        &format!("#Practices of this {area}"),
        "#Mean of their floors",
        "Above what the others lead one to expect",
        "Below it",
    ];
    let caption = format!("Own groups of its practices, {}; more points are better", scene.period_label());
    let mut grid = Grid::new("groups", caption, &columns);
    for ((way, group), members) in &groups {
        let floors: Vec<f64> = members.iter().filter_map(|(p, _)| p.interval.low).collect();
        let mean = (!floors.is_empty()).then(|| floors.iter().sum::<f64>() / floors.len() as f64);
        let called = |word: &str| {
            let codes: Vec<&str> = members
                .iter()
                .filter(|(_, s)| s.beside.called == word)
                .map(|(p, _)| p.code.as_str())
                .collect();
            Cell::words(if codes.is_empty() { "None".to_owned() } else { codes.join(", ") })
        };
        grid.rows.push(vec![
            Cell::name(group),
            Cell::words(way_words(way)),
            Cell::count(Some(words::size(members.len()))),
            Cell::score(mean, false),
            called("above"),
            called("below"),
        ]);
    }
    let said = "As they were sent in. Each practice is set beside the other members of its group: it is called above or below only \
                where its floor lies beyond the interval in which one like them is expected. Own method.";
    Some(
        Section::new("own-groups", "Own groups of the practices")
            .says(said)
            .grid(grid)
            .with_tables_of(scene, &["group_comparison"]),
    )
}
