//! Every area as one tile under its region: the score, and £ per head.

use super::chart;
use crate::report::chart::{Chart, Plot, Shade, Tile, Tiles};
use crate::report::scene::Scene;
use crate::report::spend::Scope;
use crate::report::words;
use std::collections::BTreeMap;

/// Most classes that shades keep apart.
const CLASSES: usize = 6;
/// The share of areas that lie between the outer edges: the few beyond would make the classes so wide that nearly all areas
/// share one, and belong to the first or last class, which then says that it is open.
const INSIDE: f64 = 0.9;
/// Round widths of a class, times a power of ten. None is much more than twice the one before it: if six classes of one are
/// too few, three or more of the next are needed.
const WIDTHS: [f64; 4] = [1.0, 2.0, 2.5, 5.0];

/// How a figure is printed: as text, and the number that a reader finds in it.
struct Print {
    text: fn(f64) -> String,
    number: fn(f64) -> f64,
    /// The edge of a class, and its width.
    edge: fn(f64) -> String,
    /// The last digit that is printed: no class is narrower, and each is a multiple of it.
    digit: f64,
}

/// Floors by region; `None` without a scored area or a known region.
pub fn scores(scene: &Scene) -> Option<Chart> {
    let figures: BTreeMap<&str, f64> =
        scene.ccgs.iter().filter_map(|a| Some((a.code.as_str(), a.interval.low?))).collect();
    let print = Print { text: words::score, number: words::printed, edge, digit: 0.1 };
    let (plot, low, high) = tiles(scene, &figures, &figures, &print)?;
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

/// £ per registered patient by region; figures that cannot be compared, the refused too, are printed without a shade.
pub fn spend(scene: &Scene, scope: &Scope) -> Option<Chart> {
    let figures: BTreeMap<&str, f64> =
        scope.rows.iter().filter_map(|r| Some((r.bar.code.as_str(), r.bar.registered?))).collect();
    let fair = scope.rows.iter().filter(|r| r.bar.caveat.is_none());
    let shaded: BTreeMap<&str, f64> =
        fair.filter_map(|r| Some((r.bar.code.as_str(), r.bar.registered?))).collect();
    let print =
        Print { text: words::pounds, number: words::printed_pounds, edge: words::pounds, digit: 0.01 };
    let (plot, low, high) = tiles(scene, &figures, &shaded, &print)?;
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
        " A darker shade is more money; more is neither better nor worse. A figure that is not compared has no \
         shade; the chart and table of £ per head say why.",
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
         figure printed on it: {}. A class of shade is {} wide, however many lie in it. No map is drawn, since on a map the fewest people have the largest shapes. The names of \
         the {many} are in the table.",
        plot.regions
            .iter()
            .map(|(name, tiles)| format!("{name} {}", tiles.len()))
            .collect::<Vec<_>>()
            .join(", "),
        plot.width,
    )
}

/// The tiles with the lowest and the highest figure that is shaded. A class holds figures as they are printed: £1.996 is
/// printed as £2.00, and belongs to the class that begins there.
fn tiles(
    scene: &Scene,
    figures: &BTreeMap<&str, f64>,
    shaded: &BTreeMap<&str, f64>,
    print: &Print,
) -> Option<(Tiles, f64, f64)> {
    let mut printed: Vec<f64> = shaded.values().map(|x| (print.number)(*x)).collect();
    printed.sort_by(f64::total_cmp);
    let (low, high) = (*printed.first()?, *printed.last()?);
    let edges = edges(&printed, print.digit);
    let shade = |code: &str| match (shaded.get(code), figures.get(code)) {
        (Some(x), _) => Shade::Class(class(&edges, (print.number)(*x))),
        (None, Some(_)) => Shade::NotCompared,
        (None, None) => Shade::NoData,
    };
    let mut regions: BTreeMap<&str, Vec<Tile>> = BTreeMap::new();
    for area in &scene.ccgs {
        let Some(region) = scene.region_of.get(&area.code) else { continue };
        let code = area.code.as_str();
        regions.entry(region).or_default().push(Tile {
            code: area.code.clone(),
            name: area.name.clone(),
            text: figures.get(code).map_or_else(|| words::NO_DATA.to_owned(), |x| (print.text)(*x)),
            shade: shade(code),
        });
    }
    if regions.is_empty() {
        return None;
    }
    for tiles in regions.values_mut() {
        tiles.sort_by(|a, b| a.code.cmp(&b.code));
    }
    let regions = regions.into_iter().map(|(name, tiles)| (name.to_owned(), tiles)).collect();
    let (classes, width) = classes(&edges, (low, high), print.edge);
    Some((Tiles { regions, classes, width }, low, high))
}

/// Far below a penny or a tenth of a point, far above the error of a multiple of the width.
const NEAR: f64 = 1e-9;

/// The class of a printed figure, which may lie on an edge.
fn class(edges: &[f64], x: f64) -> usize {
    edges.iter().skip(1).filter(|e| x >= **e - NEAR).count().min(edges.len() - 2)
}

/// Each class in words, and how wide they are.
fn classes(edges: &[f64], (low, high): (f64, f64), edge: fn(f64) -> String) -> (Vec<String>, String) {
    let last = edges.len() - 2;
    let open = [low < edges[0] - NEAR, high >= edges[last + 1] - NEAR];
    let words = edges.windows(2).enumerate().map(|(k, e)| {
        if k == 0 && open[0] {
            format!("under {}", edge(e[1]))
        } else if k == last && open[1] {
            format!("{} or more", edge(e[0]))
        } else {
            format!("{} to under {}", edge(e[0]), edge(e[1]))
        }
    });
    let but = match open {
        [false, false] => " wide",
        [true, true] => " wide, both ends open",
        _ => " wide, one end open",
    };
    (words.collect(), format!("{}{but}", edge(edges[1] - edges[0])))
}

/// Edges of classes of one round width, the narrowest of which [`CLASSES`] hold nearly all of the sorted figures: they say how
/// much, not who is ahead.
fn edges(sorted: &[f64], digit: f64) -> Vec<f64> {
    let mut power = digit;
    loop {
        for width in WIDTHS.map(|k| k * power) {
            let digits = width / digit;
            if (digits - digits.round()).abs() > NEAR {
                continue;
            }
            let places: Vec<f64> = sorted.iter().map(|x| (x / width + NEAR).floor()).collect();
            let held = |from: f64| {
                let inside = places.iter().filter(|k| (from..from + CLASSES as f64).contains(*k));
                (inside.clone().count(), inside.copied().fold(from, f64::max))
            };
            // the first of those that hold most
            let most = places.iter().rev().map(|from| (*from, held(*from))).max_by_key(|(_, held)| held.0);
            let Some((first, (inside, last))) = most else { return vec![0.0, width] };
            if inside as f64 >= INSIDE * sorted.len() as f64 {
                return (0..=(last - first) as usize + 1).map(|k| (first + k as f64) * width).collect();
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_printed_as_an_edge_belongs_to_the_class_that_begins_there() {
        let edges = [1.0, 2.0, 3.0, 4.0];
        for (x, expected) in [(1.9951, 1), (2.9999, 2), (1.9949, 0), (4.0, 2)] {
            assert_eq!(class(&edges, words::printed_pounds(x)), expected, "{}", words::pounds(x));
        }
        assert_eq!(class(&[0.1, 0.2, 0.30000000000000004, 0.4], words::printed(0.3)), 2);
    }

    #[test]
    fn classes_are_round_few_and_of_one_width() {
        let even = |low: f64, high: f64| -> Vec<f64> {
            (0..=100).map(|k| words::printed(low + (high - low) * f64::from(k) / 100.0)).collect()
        };
        assert_eq!(edges(&even(41.2, 68.9), 0.1), [40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0]);
        assert_eq!(edges(&even(0.5, 10.1), 0.1), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]);
        assert_eq!(edges(&[7.0], 0.1).len(), 2, "one figure, one class");
        for (low, high) in [(0.0, 100.0), (-2.0, 7.0), (37.8, 83.8), (30.0, 60.0), (19.0, 20.0)] {
            let e = edges(&even(low, high), 0.1);
            assert!((4..=CLASSES).contains(&(e.len() - 1)), "{low} {high}: {e:?}");
            assert!(e.windows(2).all(|w| (w[1] - w[0] - (e[1] - e[0])).abs() < NEAR), "{e:?}");
        }
    }

    #[test]
    fn a_few_far_below_leave_the_others_in_several_shades_of_an_open_scale() {
        // the floors of 195 areas: nearly all between 60 and 84, a few far below
        let mut floors: Vec<f64> =
            (0..195).map(|i| if i < 10 { 29.8 + f64::from(i) } else { 60.0 + f64::from(i % 24) }).collect();
        floors.sort_by(f64::total_cmp);
        let e = edges(&floors, 0.1);
        let mut held = vec![0; e.len() - 1];
        floors.iter().for_each(|x| held[class(&e, *x)] += 1);
        assert!(held.iter().all(|n| *n < 195 / 2), "{e:?}: {held:?}");
        let (words, width) = classes(&e, (29.8, 83.0), edge);
        assert_eq!((words[0].as_str(), words[1].as_str()), ("under 65", "65 to under 70"));
        assert_eq!(width, "5 wide, one end open");
    }
}
