//! One area among all others, for its own page.

use super::{areas, chart, england_floor};
use crate::report::chart::{Chart, Place, Plot};
use crate::report::league::Area;
use crate::report::scene::Scene;
use crate::report::words;

/// `None` for an area without a score.
pub fn place(scene: &Scene, area: &Area) -> Option<Chart> {
    let order = areas::ordered(scene);
    let shown = order.iter().position(|a| a.code == area.code)?;
    let score = area.interval.low?;
    let (one, many) = scene.area_words();
    let mut tiers: Vec<(String, usize)> = Vec::new();
    for tier in order.iter().filter_map(|a| a.tier.as_ref()) {
        match tiers.last_mut() {
            Some((last, n)) if last == tier => *n += 1,
            _ => tiers.push((tier.clone(), 1)),
        }
    }
    let sure = match area.spread {
        Some((from, to)) => {
            format!(
                "{}; with an interval from {} to {}",
                words::score(score),
                words::score(from),
                words::score(to)
            )
        }
        None => words::score(score),
    };
    let mut parts = vec![format!(
        "All {} from left to right, {}: the line of steps is their floors, an upright line each the 95% interval or, where \
         there is none, the way from floor to ceiling. {} is drawn thick, with a ring: {sure}.",
        scene.areas(order.len()),
        if scene.ranked() { "highest floor first" } else { "in the order of the table" },
        area.name,
    )];
    parts.extend(scene.no_interval());
    parts.push(match (scene.no_rank(), area.rank_range) {
        (Some(why), _) => why,
        (None, Some((best, worst))) => {
            format!("Its place is {best} to {worst} of {}: 95 of 100 draws put it there.", order.len())
        }
        (None, None) => format!("This {one} has no range of places."),
    });
    if let Some(tier) = &area.tier {
        let n = tiers.iter().find(|t| t.0 == *tier).map_or(0, |t| t.1);
        parts.push(format!("It is in tier {tier} of {}, one of {} there.", tiers.len(), scene.areas(n)));
        parts.push(scene.tier_words());
    }
    let title = match area.rank_range.filter(|_| scene.ranked()) {
        Some((best, worst)) => format!(
            "{}: score {}, place {best} to {worst} of {}",
            area.name,
            words::score(score),
            order.len()
        ),
        None => format!("{}: score {}", area.name, words::score(score)),
    };
    let subtitle = format!("Maturity score among all {many}, points out of 100, {}", scene.period_label());
    let rows = order.iter().map(|a| areas::standing(a)).collect();
    let plot =
        Plot::Place(Place { rows, shown, name: area.name.clone(), tiers, england: england_floor(scene) });
    let mut chart = chart(scene, &format!("ccg-{}", area.code), title, subtitle, parts.join(" "), plot);
    chart.own_page = true;
    chart.table = "league_table".to_owned();
    Some(chart)
}
