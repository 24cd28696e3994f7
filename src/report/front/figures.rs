//! Charts on pages, each with its numbers as a table.

use super::compared;
use crate::report::chart::{Chart, Group, Place, Plot, Standing, Unit};
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
    /// Where in the picture its own mark stands, in per cent of the width, in steps of 5: a narrow screen begins there.
    pub mark: Option<u8>,
    /// Path of the pictures, without extension.
    pub picture: String,
    /// Whether there is a picture of pixels too.
    pub png: bool,
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
        mark: mark(&chart.plot),
        picture: chart.path(),
        png: !chart.own_page,
        table: format!("tables/{}.csv", chart.table),
        numbers: numbers(scene, chart),
    }
}

/// Of an area among all others; other charts begin at their left end.
fn mark(plot: &Plot) -> Option<u8> {
    /// Steps of 5 % that a style sheet has a rule for.
    const STEPS: f64 = 20.0;
    let Plot::Place(plot) = plot else { return None };
    let share = (plot.shown as f64 + 0.5) / plot.rows.len() as f64;
    Some((share * STEPS).round() as u8 * 5)
}

fn numbers(scene: &Scene, chart: &Chart) -> Option<Grid> {
    let id = format!("{}-numbers", chart.id);
    let mut grid = match &chart.plot {
        Plot::Caterpillar(plot) => by_area(scene, &id, chart, &plot.groups, &SCORE, score_cells),
        Plot::Levels(plot) => {
            let deep = plot.groups.iter().flat_map(|g| &g.rows).map(|r| r.1.len()).max().unwrap_or(0);
            let heads: Vec<String> = (0..deep).map(|k| format!("#% at level {k}")).collect();
            let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
            by_area(scene, &id, chart, &plot.groups, &heads, |shares: &Vec<f64>| {
                shares.iter().map(|s| Cell::percent(Some(*s), false)).collect()
            })
        }
        Plot::Dots(plot) => {
            let cell = |x: &Option<f64>| match plot.unit {
                Unit::Points => Cell::score(*x, false),
                Unit::Share => Cell::percent(*x, false),
            };
            let heads: Vec<String> = plot.marks.iter().map(|m| format!("#{}", words::capital(m))).collect();
            let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
            by_area(scene, &id, chart, &plot.groups, &heads, |row: &Vec<Option<f64>>| {
                row.iter().map(cell).collect()
            })
        }
        // laid out with the page of its scenarios
        Plot::Gains(_) => return None,
        Plot::Place(plot) => place_grid(scene, &id, chart, plot),
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
                let mut row =
                    vec![Cell::words(band_words(band)), Cell::count(Some(words::size(band.practices)))];
                row.extend((0..3).map(quartile));
                grid.rows.push(row);
            }
            grid
        }
        Plot::Spend(_) => {
            let scope = scene.spend.iter().find(|s| chart.id == format!("spend-per-head-{}", s.slug))?;
            spend_grid(scene, &id, scope)
        }
        // The table of quarters stands on the page.
        Plot::Trend(_) => return None,
        _ => compared::numbers(scene, &id, chart)?,
    };
    if chart.synthetic {
        grid.caption.push_str(" (synthetic data)");
    }
    Some(grid)
}

const SCORE: [&str; 5] = ["#Floor", "#Estimate", "#Ceiling", "#95% interval", "#Rank range"];

fn score_cells(s: &Standing) -> Vec<Cell> {
    let i = &s.bounds;
    let mut row = [i.low, i.estimate, i.high].map(|x| Cell::score(x, false)).to_vec();
    row.push(Cell::figure(
        s.spread.map(|(low, high)| format!("{} to {}", words::score(low), words::score(high))),
        false,
    ));
    row.push(Cell::figure(s.rank_range.map(|(best, worst)| format!("{best} to {worst}")), false));
    row
}

/// A row for each of the groups' rows; where there are groups, each row says its own.
fn by_area<T>(
    scene: &Scene,
    id: &str,
    chart: &Chart,
    groups: &[Group<T>],
    heads: &[&str],
    cells: impl Fn(&T) -> Vec<Cell>,
) -> Grid {
    let first = if chart.table == "importance" { "Indicator" } else { scene.area_words().0 };
    let first = words::capital(first);
    let mut grid = Grid::new(id, &chart.subtitle, &[&[first.as_str()], heads].concat());
    let told = groups.iter().any(|g| g.label.is_some());
    if told {
        grid.column("Group", false);
    }
    for group in groups {
        for (name, row) in &group.rows {
            let mut row = [vec![Cell::name(name)], cells(row)].concat();
            if told {
                row.push(Cell::words(group.label.clone().unwrap_or_default()));
            }
            grid.rows.push(row);
        }
    }
    grid
}

/// The area itself between the first and the last of its chart.
fn place_grid(scene: &Scene, id: &str, chart: &Chart, plot: &Place) -> Grid {
    let (one, _) = scene.area_words();
    let first = words::capital(one);
    let mut grid = Grid::new(id, &chart.subtitle, &[&[first.as_str()], &SCORE[..]].concat());
    let ends = [
        ("First of the chart", plot.rows.first()),
        (plot.name.as_str(), plot.rows.get(plot.shown)),
        ("Last of the chart", plot.rows.last()),
    ];
    for (name, row) in ends {
        if let Some(row) = row {
            grid.rows.push([vec![Cell::name(name)], score_cells(row)].concat());
        }
    }
    grid
}

fn spend_grid(scene: &Scene, id: &str, scope: &Scope) -> Grid {
    let columns = [
        &words::capital(words::area_kind(scope.day).0),
        "#£ per registered patient",
        "#£ per weighted patient",
        "#£ per resident",
        "#Spend",
        "#Registered",
        "#Weighted",
        "#Residents",
        "Remarks",
    ];
    let caption = format!("GP IT spend per head, {}, {}", words::lower_first(&scope.label), scope.year);
    let mut grid = Grid::new(id, caption, &columns);
    for line in &scope.rows {
        let spend = line.spend_pence.map(words::whole_pounds);
        let page = scene.with_page().any(|a| a.code == line.bar.code);
        let page = page.then(|| format!("site/ccg/{}.html", line.bar.code));
        let people = |n: Option<f64>| Cell::figure(n.map(words::whole), false);
        let remarks: Vec<&str> =
            [line.bar.caveat.as_deref(), line.question.as_deref()].into_iter().flatten().collect();
        let mut remark = Cell::long(&remarks.join(". "));
        if remarks.is_empty() {
            remark = Cell::words("Comparable");
        }
        grid.rows.push(vec![
            Cell::name(&line.bar.name).small(words::clean(&line.bar.code).0).link(page),
            Cell::figure(line.bar.registered.map(words::pounds), false),
            Cell::figure(line.bar.weighted.map(words::pounds), false),
            Cell::figure(line.per_resident.map(words::pounds), false),
            Cell::figure(spend, false),
            people(line.registered),
            people(line.weighted),
            people(line.resident),
            remark,
        ]);
    }
    grid
}
