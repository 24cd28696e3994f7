//! The tree of the index: dimensions and indicators with their weights and why.

use crate::define::framework::{Framework, UnitKind};
use crate::report::grid::{Cell, Grid};
use crate::report::indicator_page::slug;
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;

pub(super) fn section(scene: &Scene) -> Section {
    let mut section = Section::new("weights", "The index tree and its weights").says(
        "A weight is relative to its siblings. The share is what an indicator or a dimension carries of the whole score. No weight \
         was ever published: all are this project's own.",
    );
    let framework = scene.about.rules.as_ref().map(|r| &r.framework);
    if let Some(f) = framework {
        section = section.grid(dimensions(f));
    }
    section.grid(indicators(scene, framework))
}

fn dimensions(f: &Framework) -> Grid {
    let columns = [
        "Dimension",
        "Part of",
        "Joins its parts by",
        "#Weight",
        "#Share of the score",
        "Why this weight",
        "Who answers for it",
    ];
    let mut grid = Grid::new("dimensions", "Dimensions", &columns);
    for (node, share) in f.nodes.iter().zip(f.node_weights()).skip(1) {
        let parent = node.parent.filter(|p| *p > 0).map_or("the index", |p| f.nodes[p].name.as_str());
        grid.rows.push(vec![
            Cell::name(&node.name),
            Cell::name(parent),
            Cell::words(format!("{} mean", node.mean.name().replace('_', " "))),
            Cell::figure(Some(node.weight.value.to_string()), false),
            Cell::figure(Some(share_words(share)), false),
            Cell::long(&node.weight.reason),
            Cell::name(&node.weight.owner),
        ]);
    }
    grid
}

fn indicators(scene: &Scene, framework: Option<&Framework>) -> Grid {
    let about = &scene.about.framework;
    let columns = [
        "Indicator",
        "Dimension",
        "Kind",
        "Who is asked",
        "#Weight",
        "#Share of the score",
        "Why this weight",
        "Who answers for it",
    ];
    let caption = format!("Indicators and weights of {} {}", about.name, about.version);
    let mut grid = Grid::new("framework", words::clean_long(&caption), &columns);
    for i in &about.indicators {
        let unit = framework.and_then(|f| f.indicators.iter().find(|x| x.id == i.id)).map(|x| x.unit);
        grid.rows.push(vec![
            Cell::name(&i.wording)
                .small(words::clean(&i.id).0)
                .link(Some(format!("indicator/{}.html", slug(&i.id)))),
            Cell::name(&i.dimension),
            Cell::words(i.kind.as_str()),
            Cell::words(match unit {
                Some(UnitKind::Ccg) => "CCG",
                Some(UnitKind::Row) => "row",
                Some(UnitKind::Practice) | None => "practice",
            }),
            Cell::figure(Some(i.weight.to_string()), false),
            Cell::figure(Some(share_words(i.effective_share)), false),
            Cell::long(&i.reason),
            Cell::name(&i.owner),
        ]);
    }
    grid
}

fn share_words(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}
