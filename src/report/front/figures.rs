//! The charts on the front page, each with its numbers as a table.

use super::size;
use crate::report::chart::{Chart, Plot};
use crate::report::charts::band_words;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::spend::Scope;
use crate::report::words;
use serde::Serialize;

/// A chart with its numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub id: String,
    pub title: String,
    pub description: String,
    pub synthetic: bool,
    /// Path of the published table with its numbers.
    pub table: String,
    pub numbers: Option<Grid>,
}

pub fn figure(scene: &Scene, chart: &Chart) -> Figure {
    Figure {
        id: chart.id.clone(),
        title: chart.title.clone(),
        description: chart.description.clone(),
        synthetic: chart.synthetic,
        table: format!("tables/{}.csv", chart.table),
        numbers: numbers(scene, chart),
    }
}

fn numbers(scene: &Scene, chart: &Chart) -> Option<Grid> {
    let id = format!("{}-numbers", chart.id);
    let mut grid = match &chart.plot {
        Plot::Caterpillar(plot) => {
            let (one, _) = scene.area_words();
            let columns = [&words::capital(one), "#Floor", "#Estimate", "#Ceiling"];
            let mut grid = Grid::new(&id, &chart.subtitle, &columns);
            for (name, i) in &plot.rows {
                let mut row = vec![Cell::name(name)];
                row.extend([i.low, i.estimate, i.high].map(|x| Cell::score(x, false)));
                grid.rows.push(row);
            }
            grid
        }
        Plot::Distribution(plot) => {
            let mut grid = Grid::new(&id, &chart.subtitle, &["Floor of the score", "#Practices"]);
            for (from, n) in &plot.bins {
                let last = from + plot.width >= 100.0;
                let text = if last {
                    format!("{from} to 100")
                } else {
                    format!("{from} to under {}", from + plot.width)
                };
                grid.rows.push(vec![Cell::words(text), Cell::count(Some(i64::from(*n)))]);
            }
            grid
        }
        Plot::ListSize(plot) => {
            let columns =
                ["Registered patients", "#Practices", "#Lower quartile", "#Median", "#Upper quartile"];
            let mut grid = Grid::new(&id, &chart.subtitle, &columns);
            for band in &plot.bands {
                let quartile = |k: usize| Cell::score(band.quartiles.map(|q| q[k]), false);
                let mut row = vec![Cell::words(band_words(band)), Cell::count(Some(size(band.practices)))];
                row.extend((0..3).map(quartile));
                grid.rows.push(row);
            }
            grid
        }
        Plot::Spend(_) => {
            let scope = scene.spend.iter().find(|s| chart.id == format!("spend-per-head-{}", s.slug))?;
            spend_grid(&id, scope)
        }
        // The table of quarters stands on the page.
        Plot::Trend(_) => return None,
    };
    if chart.synthetic {
        grid.caption.push_str(" (synthetic data)");
    }
    Some(grid)
}

fn spend_grid(id: &str, scope: &Scope) -> Grid {
    let columns = [
        &words::capital(words::area_kind(scope.day).0),
        "#£ per registered patient",
        "#£ per weighted patient",
        "#Spend",
        "#Registered",
        "#Weighted",
        "Remarks",
    ];
    let caption = format!("GP IT spend per head, {}, {}", words::lower_first(&scope.label), scope.year);
    let mut grid = Grid::new(id, caption, &columns);
    for line in &scope.rows {
        let spend = line.spend_pence.map(words::whole_pounds);
        let people = |n: Option<f64>| Cell::figure(n.map(words::whole), false);
        let remarks: Vec<&str> =
            [line.bar.caveat.as_deref(), line.question.as_deref()].into_iter().flatten().collect();
        let mut remark = Cell::name(&remarks.join(". "));
        if remarks.is_empty() {
            remark = Cell::words("Comparable");
        }
        grid.rows.push(vec![
            Cell::name(&line.bar.name).small(words::clean(&line.bar.code).0),
            Cell::figure(line.bar.registered.map(words::pounds), false),
            Cell::figure(line.bar.weighted.map(words::pounds), false),
            Cell::figure(spend, false),
            people(line.registered),
            people(line.weighted),
            remark,
        ]);
    }
    grid
}
