//! How the score is made: indicators, weights, reasons.

use crate::report::grid::{Cell, Grid};
use crate::report::indicator_page::slug;
use crate::report::scene::Scene;
use crate::report::words;
use serde::Serialize;

/// How the score is made.
#[derive(Clone, Debug, Serialize)]
pub struct Score {
    pub framework: String,
    pub description: String,
    pub indicators: Grid,
    pub indicator_count: usize,
}

pub fn score(scene: &Scene) -> Score {
    let framework = &scene.about.framework;
    let columns =
        ["Indicator", "Dimension", "Kind", "#Weight", "#Share of the score", "Why this weight", "Owner"];
    let caption = format!("Indicators and weights of {} {}", framework.name, framework.version);
    let mut grid = Grid::new("framework", caption, &columns);
    for i in &framework.indicators {
        grid.rows.push(vec![
            Cell::name(&i.wording)
                .small(words::clean(&i.id).0)
                .link(Some(format!("site/indicator/{}.html", slug(&i.id)))),
            Cell::name(&i.dimension),
            Cell::words(i.kind.as_str()),
            Cell::figure(Some(format!("{}", i.weight)), false),
            Cell::figure(Some(format!("{:.1}%", i.effective_share * 100.0)), false),
            Cell { text: words::clean_long(&i.reason), name: true, ..Cell::default() },
            Cell::name(&i.owner),
        ]);
    }
    Score {
        framework: words::clean(&format!("{} {}", framework.name, framework.version)).0,
        description: words::clean_long(&framework.description),
        indicator_count: framework.indicators.len(),
        indicators: grid,
    }
}
