//! Every area as one tile under its region: the score, and £ per head.

use super::chart;
use crate::report::chart::{Chart, Plot, Tile, Tiles};
use crate::report::scene::Scene;
use crate::report::spend::Scope;
use crate::report::words;
use std::collections::BTreeMap;

/// Most classes that shades keep apart.
const CLASSES: usize = 5;

/// Floors by region; `None` without a scored area or a known region.
pub fn scores(scene: &Scene) -> Option<Chart> {
    let figures: BTreeMap<&str, f64> =
        scene.ccgs.iter().filter_map(|a| Some((a.code.as_str(), a.interval.low?))).collect();
    let (plot, low, high) = tiles(scene, &figures, &figures, words::score, edge)?;
    let (one, many) = scene.area_words();
    let title = format!("Scores of {many} by region, {} to {}", words::score(low), words::score(high));
    let subtitle =
        format!("Floor of the maturity score by {one}, points out of 100, {}", scene.period_label());
    let mut chart = chart(scene, "ccg-tiles", title, subtitle, description(scene, &plot), Plot::Tiles(plot));
    chart.description.push_str(" A darker shade is a higher floor; more points are more maturity.");
    chart.table = "league_table".to_owned();
    Some(chart)
}

fn edge(x: f64) -> String {
    if x.fract() == 0.0 { format!("{x:.0}") } else { words::score(x) }
}

/// £ per registered patient by region, figures that cannot be compared without a shade.
pub fn spend(scene: &Scene, scope: &Scope) -> Option<Chart> {
    let all = scope.rows.iter().filter(|r| !r.bar.refused);
    let figures: BTreeMap<&str, f64> =
        all.filter_map(|r| Some((r.bar.code.as_str(), r.bar.registered?))).collect();
    let fair = scope.rows.iter().filter(|r| r.bar.caveat.is_none());
    let shaded: BTreeMap<&str, f64> =
        fair.filter_map(|r| Some((r.bar.code.as_str(), r.bar.registered?))).collect();
    let (plot, low, high) = tiles(scene, &figures, &shaded, words::pounds, words::pounds)?;
    let (one, many) = words::area_kind(scope.day);
    let title = format!(
        "Comparable spend of {many} by region, {} to {} a head",
        words::pounds(low),
        words::pounds(high)
    );
    let subtitle = format!(
        "GP IT spend per registered patient by {one}, {}, {}",
        words::lower_first(&scope.label),
        scope.year
    );
    let id = format!("spend-tiles-{}", scope.slug);
    let mut chart = chart(scene, &id, title, subtitle, description(scene, &plot), Plot::Tiles(plot));
    chart.description.push_str(
        " A darker shade is more money; more is neither better nor worse. A figure that cannot be compared has no shade.",
    );
    chart.footer = scene.footer(&scope.year, &scene.sources());
    chart.footer.pop();
    chart.footer.push(format!("Divided by: {}.", scope.denominators));
    chart.table = "spend_per_head".to_owned();
    Some(chart)
}

fn description(scene: &Scene, plot: &Tiles) -> String {
    let (one, many) = scene.area_words();
    format!(
        "A tile of the same size for each {one}, by NHS region and in it in the order of the codes, with the code and the \
         figure printed on it: {}. No map is drawn, since on a map the fewest people have the largest shapes. The names of \
         the {many} are in the table.",
        plot.regions
            .iter()
            .map(|(name, tiles)| format!("{name} {}", tiles.len()))
            .collect::<Vec<_>>()
            .join(", ")
    )
}

/// The tiles with the lowest and the highest figure that is shaded.
fn tiles(
    scene: &Scene,
    figures: &BTreeMap<&str, f64>,
    shaded: &BTreeMap<&str, f64>,
    text: impl Fn(f64) -> String,
    edge: impl Fn(f64) -> String,
) -> Option<(Tiles, f64, f64)> {
    let low = shaded.values().copied().min_by(f64::total_cmp)?;
    let high = shaded.values().copied().max_by(f64::total_cmp)?;
    let edges = edges(low, high);
    let class = |x: f64| edges.iter().skip(1).filter(|e| x >= **e).count().min(edges.len() - 2);
    let mut regions: BTreeMap<&str, Vec<Tile>> = BTreeMap::new();
    for area in &scene.ccgs {
        let Some(region) = scene.region_of.get(&area.code) else { continue };
        let code = area.code.as_str();
        regions.entry(region).or_default().push(Tile {
            code: area.code.clone(),
            name: area.name.clone(),
            text: figures.get(code).map_or_else(|| words::NO_DATA.to_owned(), |x| text(*x)),
            class: shaded.get(code).map(|x| class(*x)),
        });
    }
    if regions.is_empty() {
        return None;
    }
    for tiles in regions.values_mut() {
        tiles.sort_by(|a, b| a.code.cmp(&b.code));
    }
    let regions = regions.into_iter().map(|(name, tiles)| (name.to_owned(), tiles)).collect();
    let classes = edges.windows(2).map(|e| format!("{} to under {}", edge(e[0]), edge(e[1]))).collect();
    Some((Tiles { regions, classes }, low, high))
}

/// Round edges of at most five classes of one width: they say how much, not who is ahead.
fn edges(low: f64, high: f64) -> Vec<f64> {
    let mut power = 10f64.powf(((high - low).max(0.01) / 10.0).log10().floor());
    loop {
        for step in [1.0, 2.0, 5.0].map(|k| k * power) {
            let (first, last) = ((low / step).floor(), (high / step).floor() + 1.0);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            if last - first <= CLASSES as f64 {
                return (0..=(last - first) as usize).map(|k| (first + k as f64) * step).collect();
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_round_few_and_hold_every_figure() {
        assert_eq!(edges(41.2, 68.9), [40.0, 50.0, 60.0, 70.0]);
        assert_eq!(edges(0.5, 10.1), [0.0, 5.0, 10.0, 15.0]);
        for (low, high) in [(3.0, 3.0), (0.0, 100.0), (19.99, 20.0), (-2.0, 7.0)] {
            let e = edges(low, high);
            assert!(e.len() <= CLASSES + 1 && e[0] <= low && high < e[e.len() - 1], "{low} {high}: {e:?}");
        }
    }
}
