//! Areas in tables: the league table as it is published, the regions, England by quarter.

use crate::model::is_ccg_code;
use crate::report::grid::{Cell, Grid};
use crate::report::league::Area;
use crate::report::scene::Scene;
use crate::report::words;

/// What the order of the table is, and what it leaves open.
pub fn league_note(scene: &Scene) -> String {
    let (one, many) = scene.area_words();
    let tiers = if scene.tiered() { format!(" {}", scene.tier_words()) } else { String::new() };
    if scene.ranked() {
        format!(
            "The order is that of the floor: the score if every missing answer counts as not met. So no {one} gains by \
             staying silent. Equal floors are marked as tied and stand in the order of their codes. A place is given only \
             as a range: what 95 of 100 draws of weights, scales, means, missing answers and sampling error leave open.{tiers}"
        )
    } else {
        format!(
            "{} The {many} stand in the order of their codes.{tiers}",
            scene.no_rank().unwrap_or_default()
        )
    }
}

/// The rows of `league_table` of the quarter on show, in its order.
pub fn league(scene: &Scene) -> Grid {
    let tiered = scene.ccgs.iter().any(|a| a.tier.is_some());
    let (one, many) = scene.area_words();
    let order =
        if scene.ranked() { "in order of the floor of their score" } else { "in the order of their codes" };
    let caption = format!("{} {order}, {}", words::capital(many), scene.period_words());
    let mut grid = Grid::new("league", caption, &columns(&words::capital(one)));
    let spread = scene.ccgs.iter().any(|a| a.spread.is_some());
    let levels = scene.ccgs.iter().map(|a| a.levels.len()).max().unwrap_or(0);
    if spread {
        grid.column("95% interval", true);
    }
    if scene.ranked() {
        grid.column("Rank range", true);
    }
    if tiered {
        grid.column("Tier", false);
    }
    if levels > 0 {
        let names: Vec<String> = (0..levels).map(|k| k.to_string()).collect();
        grid.column(&format!("% of patients at level {}", names.join(" · ")), true);
    }
    let of = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).count();
    for area in &scene.ccgs {
        let mut row =
            area_cells(area, is_ccg_code(&area.code).then(|| format!("site/ccg/{}.html", area.code)));
        if spread {
            let text =
                area.spread.map(|(low, high)| format!("{} to {}", words::score(low), words::score(high)));
            row.push(Cell::figure(text, area.withheld));
        }
        if scene.ranked() {
            let text = area.rank_range.map(|(best, worst)| format!("{best} to {worst} of {of}"));
            row.push(Cell::figure(text, area.withheld));
        }
        if tiered {
            row.push(Cell::words(area.tier.clone().unwrap_or_else(|| words::NO_DATA.to_owned())));
        }
        if levels > 0 {
            let shares: Vec<String> = area.levels.iter().map(|s| format!("{:.0}", 100.0 * s)).collect();
            row.push(Cell::figure((!shares.is_empty()).then(|| shares.join(" · ")), area.withheld));
        }
        grid.rows.push(row);
    }
    grid
}

fn columns(first: &str) -> [&str; 7] {
    [
        first,
        "#Floor",
        "#Estimate",
        "#Ceiling",
        "#Coverage",
        "#Practices with an answer",
        "#Registered patients",
    ]
}

/// Name, floor, estimate, ceiling, coverage, practices, patients.
fn area_cells(area: &Area, href: Option<String>) -> Vec<Cell> {
    let mut name = Cell::name(&area.name).link(href);
    // The name of a sub-ICB location ends in its code.
    if !area.name.ends_with(&area.code) {
        name = name.small(words::clean(&area.code).0);
    }
    let mut floor = Cell::score(area.interval.low, area.withheld);
    if area.tied {
        floor = floor.small("tied");
    }
    let mut coverage = Cell::percent(area.coverage, area.withheld);
    if area.thin {
        coverage = coverage.small("thin");
    }
    let practices = match (area.practices_scored, area.practices) {
        (Some(scored), Some(all)) => Some(format!("{} of {}", words::count(scored), words::count(all))),
        (one, other) => one.or(other).map(words::count),
    };
    vec![
        name,
        floor,
        Cell::score(area.interval.estimate, area.withheld),
        Cell::score(area.interval.high, area.withheld),
        coverage,
        Cell::figure(practices, false),
        Cell::count(area.list_size),
    ]
}

pub fn regions(scene: &Scene) -> Grid {
    let mut caption = format!("NHS regions in order of the floor of their score, {}", scene.period_words());
    let placed: i64 = scene.regions.iter().filter_map(|a| a.practices).sum();
    let all = words::size(scene.practices.len());
    if scene.regions.iter().all(|a| a.practices.is_some()) && placed < all {
        // else nobody could add the regions up to England
        let rest = words::of(all - placed, "practice", "practices");
        caption.push_str(&format!("; {rest} of no known CCG or region count in England alone"));
    }
    let mut grid = Grid::new("regions", caption, &columns("Region"));
    grid.rows = scene.regions.iter().map(|a| area_cells(a, None)).collect();
    grid
}

pub fn quarters(scene: &Scene) -> Grid {
    let columns = [
        "Quarter",
        "#Floor",
        "#Estimate",
        "#Ceiling",
        "#Collected, of the framework",
        "#Answered, of what was collected",
    ];
    let mut grid = Grid::new("quarters", "England by quarter", &columns);
    for england in &scene.england {
        grid.rows.push(vec![
            Cell::words(england.label.clone()).small(format!("to {}", words::day(england.day))),
            Cell::score(england.interval.low, false),
            Cell::score(england.interval.estimate, false),
            Cell::score(england.interval.high, false),
            Cell::percent(Some(england.asked), false),
            Cell::percent(england.coverage, false),
        ]);
    }
    grid
}
