//! The numbers beside charts that set a unit against others, against chance or against its own past.

use crate::report::chart::{
    Chart, Deciles, Funnel, Good, PeerRow, Peers, Plot, Process, Quadrant, QuadrantPoint, Shade, Spine, Tile,
    Tiles,
};
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::words;
use crate::value::{CANNOT_TELL, Corner};

/// `None` for charts of another kind.
pub(super) fn numbers(scene: &Scene, id: &str, chart: &Chart) -> Option<Grid> {
    let area = words::capital(scene.area_words().0);
    Some(match &chart.plot {
        Plot::Deciles(plot) => deciles(id, chart, plot),
        Plot::Process(plot) => process(id, chart, plot),
        Plot::Spine(plot) => spine(id, chart, plot),
        Plot::Quadrant(plot) => quadrant(id, chart, plot, &area),
        Plot::Tiles(plot) => tiles(id, chart, plot, &area),
        Plot::Funnel(plot) => funnel(id, chart, plot),
        Plot::Peers(plot) => peers(id, chart, plot, &area),
        _ => return None,
    })
}

fn deciles(id: &str, chart: &Chart, plot: &Deciles) -> Grid {
    let heads: Vec<String> = (1..10).map(|k| format!("#{k}0th")).collect();
    let own = format!("#{}", plot.name);
    let mut columns = vec!["Quarter", own.as_str()];
    columns.extend(heads.iter().map(String::as_str));
    columns.push("#Areas");
    let mut grid = Grid::new(id, &chart.subtitle, &columns);
    for q in &plot.quarters {
        let mut row = vec![Cell::words(q.label.clone()), Cell::score(q.value, false)];
        row.extend((0..9).map(|k| Cell::score(q.tenths.map(|t| t[k]), false)));
        row.push(Cell::count(Some(words::size(q.areas))));
        grid.rows.push(row);
    }
    grid
}

fn process(id: &str, chart: &Chart, plot: &Process) -> Grid {
    let columns = ["Quarter", "#Floor", "#Lower limit", "#Mean", "#Upper limit", "Signal"];
    let mut grid = Grid::new(id, &chart.subtitle, &columns);
    for p in &plot.points {
        let limit = |k: usize| Cell::score(p.limits.map(|l| l[k]), false);
        let rule = p.signal.as_ref().map_or_else(|| "usual noise".to_owned(), |s| words::capital(&s.rule));
        let rule = if p.limits.is_some() { rule } else { "too few quarters".to_owned() };
        let first = [Cell::words(p.label.clone()), Cell::score(Some(p.value), false)];
        grid.rows.push([&first[..], &[limit(1), limit(0), limit(2), Cell::words(rule)]].concat());
    }
    grid
}

fn spine(id: &str, chart: &Chart, plot: &Spine) -> Grid {
    let columns = [
        "Indicator",
        "#Here",
        "#England",
        "#Lowest",
        "#Lower quartile",
        "#Upper quartile",
        "#Highest",
        "#Areas",
        "More is",
    ];
    let mut grid = Grid::new(id, &chart.subtitle, &columns);
    for r in &plot.rows {
        let figure = |x: Option<f64>| Cell::figure(x.map(|x| r.unit.words(x)), false);
        let mut row = vec![Cell::name(&r.name), figure(r.value), figure(Some(r.england))];
        row.extend(r.spread.map(|x| figure(Some(x))));
        row.push(Cell::count(Some(words::size(r.areas))));
        row.push(Cell::words(match r.good {
            Good::High => "more points",
            Good::Low => "fewer points",
            Good::Neither => "neither better nor worse",
        }));
        grid.rows.push(row);
    }
    grid
}

fn quadrant(id: &str, chart: &Chart, plot: &Quadrant, area: &str) -> Grid {
    let columns = [
        area,
        "#£ per registered patient",
        "#Score",
        "#Interval",
        "Quadrant",
        "#Frontier",
        "Below the frontier",
    ];
    let mut grid = Grid::new(id, &chart.subtitle, &columns);
    for p in &plot.points {
        let between = |[low, _, high]: [f64; 3]| format!("{} to {}", words::score(low), words::score(high));
        let QuadrantPoint { name, spend, score, quadrant, frontier, below } = p;
        grid.rows.push(vec![
            Cell::name(name),
            Cell::figure(Some(words::pounds(spend[1])), false),
            Cell::score(Some(score[1]), false),
            Cell::figure(Some(between(*score)), false),
            Cell::words(quadrant.map_or(CANNOT_TELL, Corner::words)),
            Cell::figure(frontier.map(between), false),
            Cell::words(match (below, frontier) {
                (true, _) => "yes",
                (false, Some(_)) => "cannot tell",
                (false, None) => "too few spend no more",
            }),
        ]);
    }
    grid
}

fn tiles(id: &str, chart: &Chart, plot: &Tiles, area: &str) -> Grid {
    let mut grid = Grid::new(id, &chart.subtitle, &["Code", area, "Region", "#Figure", "Class"]);
    for (region, Tile { code, name, text, shade }) in
        plot.regions.iter().flat_map(|(region, tiles)| tiles.iter().map(move |t| (region, t)))
    {
        let class = match shade {
            Shade::Class(k) => plot.classes[*k].clone(),
            Shade::NotCompared => words::NOT_COMPARED.to_owned(),
            Shade::NoData => words::NO_DATA.to_owned(),
        };
        let figure = Some(text.clone()).filter(|_| *shade != Shade::NoData);
        grid.rows.push(vec![
            Cell::name(code),
            Cell::name(name),
            Cell::name(region),
            Cell::figure(figure, false),
            Cell::words(class),
        ]);
    }
    grid
}

/// Limits at a few sizes, then who lies beyond them.
fn funnel(id: &str, chart: &Chart, plot: &Funnel) -> Grid {
    let columns = [
        "Unit",
        "#Registered patients",
        "#Share",
        "#Lower 99.8%",
        "#Lower 95%",
        "#Upper 95%",
        "#Upper 99.8%",
    ];
    let mut grid = Grid::new(id, &chart.subtitle, &columns);
    let share = |x: f64| Cell::percent(Some(x), false);
    let people = |x: f64| Cell::figure(Some(words::whole(x)), false);
    for flag in &plot.flagged {
        let mut row = vec![Cell::name(&flag.name), people(flag.size), share(flag.value)];
        let beyond = if flag.value > plot.target { "above it" } else { "below it" };
        row.extend((0..4).map(|_| Cell::words(beyond)));
        grid.rows.push(row);
    }
    for l in plot.limits.iter().step_by((plot.limits.len() / 8).max(1)) {
        let mut row = vec![Cell::words("Limits at this size"), people(l.size), share(plot.target)];
        row.extend([l.outer.0, l.inner.0, l.inner.1, l.outer.1].map(share));
        grid.rows.push(row);
    }
    grid
}

fn peers(id: &str, chart: &Chart, plot: &Peers, area: &str) -> Grid {
    let mut grid = Grid::new(id, &chart.subtitle, &[area, "#Floor", "#Lower end", "#Upper end", "Group"]);
    for group in &plot.groups {
        for (name, PeerRow { value, interval, .. }) in &group.rows {
            grid.rows.push(vec![
                Cell::name(name),
                Cell::score(*value, false),
                Cell::score(interval.map(|i| i.0), false),
                Cell::score(interval.map(|i| i.1), false),
                Cell::words(group.label.clone().unwrap_or_default()),
            ]);
        }
    }
    grid
}
