//! Charts at national size, each from numbers to SVG on one thread. `cargo bench --bench main -- charts`.
//!
//! The yardstick is matplotlib's 0.14 CPU-seconds for a chart of 195 rows: a hundredth of it is 1.4 ms.

use criterion::Criterion;
use dpcmi::model::{Grain, Period};
use dpcmi::render::chart::draw;
use dpcmi::report::{
    Caterpillar, Cell, Chart, DecileQuarter, Deciles, Funnel, FunnelLimits, Good, Group, Interval, Plot,
    Process, ProcessPoint, Quadrant, QuadrantPoint, Shade, Spine, SpineRow, SpineUnit, Standing, Tile, Tiles,
};
use jiff::ToSpan;
use std::hint::black_box;

const CCGS: usize = 195;

/// A figure between `low` and `high`, scattered but the same each time.
fn scattered(i: usize, (low, high): (f64, f64)) -> f64 {
    low + (high - low) * ((i * 7_919 % 1_009) as f64 / 1_009.0)
}

fn chart(id: &str, plot: Plot) -> Chart {
    Chart {
        id: id.to_owned(),
        title: "Scores of CCGs run from 38.3 to 86.7; intervals are up to 9.4 points wide".to_owned(),
        subtitle: "Maturity score by CCG, points out of 100, 2018/19 Q2, in order of the floor".to_owned(),
        description: "A description of usual length. ".repeat(12),
        footer: vec![
            "Source: a publisher of usual length. Period: 2018/19 Q2. Basis: as returned.".to_owned();
            2
        ],
        synthetic: true,
        table: "league_table".to_owned(),
        own_page: false,
        plot,
    }
}

fn name(i: usize) -> String {
    format!("Kingsmoor and Rural Wykeham {i:03}")
}

fn caterpillar() -> Plot {
    let row = |i: usize| {
        let low = scattered(i, (40.0, 80.0));
        let bounds = Interval { low: Some(low), estimate: Some(low + 2.0), high: Some(low + 6.0) };
        (name(i), Standing { bounds, spread: Some((low - 3.0, low + 3.0)), rank_range: Some((1, 30)) })
    };
    let groups = vec![Group { label: None, rows: (0..CCGS).map(row).collect() }];
    Plot::Caterpillar(Caterpillar { groups, england: Some(61.0) })
}

/// So many quarters after the first of 2015/16.
fn quarter_after(q: usize) -> Period {
    let first = jiff::civil::date(2015, 4, 1);
    Period::containing(Grain::Quarter, first + i64::try_from(q).expect("few").months() * 3)
}

fn deciles() -> Plot {
    let quarter = |q: usize| DecileQuarter {
        day: quarter_after(q).end(),
        label: quarter_after(q).label(),
        tenths: Some([50.0, 53.0, 55.0, 58.0, 60.0, 62.0, 66.0, 69.0, 75.0].map(|x| x + q as f64 / 4.0)),
        areas: CCGS,
        value: Some(scattered(q, (55.0, 65.0))),
        joined: q > 0,
    };
    Plot::Deciles(Deciles { quarters: (0..12).map(quarter).collect(), name: name(1) })
}

fn process() -> Plot {
    let point = |q: usize| ProcessPoint {
        day: quarter_after(q).end(),
        label: quarter_after(q).label(),
        value: scattered(q, (55.0, 65.0)),
        limits: Some([60.0, 52.0, 68.0]),
        signal: None,
        joined: q > 0,
    };
    Plot::Process(Process { points: (0..24).map(point).collect(), name: name(1) })
}

fn spine() -> Plot {
    let row = |i: usize| SpineRow {
        name: format!("Share of registered patients enabled to see their detailed coded record online {i}"),
        good: Good::High,
        areas: CCGS,
        spread: [0.1, 0.3, 0.5, 0.9],
        england: 0.42,
        value: Some(scattered(i, (0.1, 0.9))),
        unit: SpineUnit::Share,
    };
    Plot::Spine(Spine { rows: (0..36).map(row).collect(), name: name(1) })
}

fn tiles() -> Plot {
    let tile = |i: usize| Tile {
        code: format!("{i:03}"),
        name: name(i),
        text: format!("{:.1}", scattered(i, (30.0, 90.0))),
        shade: Shade::Class(i % 5),
    };
    let region = |r: usize| (format!("Region {r}"), (r * 28..(r + 1) * 28).map(tile).collect());
    let classes = (0..5).map(|k| format!("{} to under {}", k * 20, k * 20 + 20)).collect();
    Plot::Tiles(Tiles { regions: (0..7).map(region).collect(), classes, width: "20".to_owned() })
}

fn funnel() -> Plot {
    let cell = |i: usize| {
        let (n, share) = (scattered(i, (2_000.0, 30_000.0)), scattered(i * 3, (0.05, 0.6)));
        Cell { patients: (n, n * 1.06), score: (share, share + 0.02), practices: 1 + (i % 12) as u32 }
    };
    let limit = |k: u32| FunnelLimits {
        size: 1_000.0 * 1.06f64.powf(f64::from(k)),
        outer: (0.02, 0.75),
        inner: (0.08, 0.6),
        chance: (0.28, 0.33),
    };
    let (cells, limits) = ((0..900).map(cell).collect(), (0..60).map(limit).collect());
    let (flagged, units) = (Vec::new(), "practices".to_owned());
    Plot::Funnel(Funnel { limits, cells, flagged, start: 1_000.0, largest: 31_000.0, target: 0.3, units })
}

fn quadrant() -> Plot {
    let point = |i: usize| {
        let (spend, score) = (scattered(i, (1.5, 6.0)), scattered(i * 5, (40.0, 85.0)));
        QuadrantPoint {
            name: name(i),
            spend: [spend * 0.95, spend, spend * 1.1],
            score: [score - 4.0, score, score + 4.0],
            quadrant: None,
            frontier: Some([75.0, 79.0, 82.0]),
            below: i.is_multiple_of(20),
        }
    };
    Plot::Quadrant(Quadrant { points: (0..CCGS).map(point).collect(), medians: (3.0, 60.0) })
}

pub fn charts(c: &mut Criterion) {
    let mut group = c.benchmark_group("charts");
    let all = [
        ("caterpillar, 195 rows", caterpillar()),
        ("deciles, 12 quarters", deciles()),
        ("process, 24 quarters", process()),
        ("spine, 36 rows", spine()),
        ("tiles, 196", tiles()),
        ("funnel, 900 cells", funnel()),
        ("quadrant, 195 crosses", quadrant()),
    ];
    for (name, plot) in all {
        let chart = chart("chart", plot);
        group.bench_function(name, |b| b.iter(|| black_box(draw(&chart).expect("a chart"))));
    }
    group.finish();
}
