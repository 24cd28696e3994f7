//! The score by list size: practices counted in cells, and the median of each band of sizes. Funnels count units in the same
//! way.

use super::{chart, england_floor, quartiles};
use crate::report::chart::{Band, Cell, Chart, ListSize, Plot};
use crate::report::scene::Scene;
use crate::report::words;
use std::collections::BTreeMap;

/// Lower edges of the bands, in patients. Own choice: steps of 2,500 up to 10,000, around the mean list of about 8,000, then
/// wider ones, since practices grow few: each band of England holds several hundred.
const BANDS: [i64; 6] = [0, 2_500, 5_000, 7_500, 10_000, 15_000];
/// Cells for each tenfold of patients, and their height in points: at twenty a cell is an eighth wider than the one before
/// it, and with two tenfolds and a hundred points in view each square is still large enough to show its count.
const CELLS: (f64, f64) = (20.0, 5.0);
/// Where the axis may begin: round figures, the largest first.
const STARTS: [i64; 5] = [2_000, 1_000, 500, 200, 100];
/// The share of practices that may lie before the start of the axis: a few new or closing practices with a handful of patients
/// would take half of a logarithmic axis.
const SHARE_BEFORE: f64 = 0.01;

pub fn list_size(scene: &Scene) -> Option<Chart> {
    let mut points: Vec<(i64, f64)> = scene
        .practices
        .iter()
        .filter_map(|p| Some((p.list_size.filter(|n| *n > 0)?, p.interval.low?)))
        .collect();
    points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let largest = points.last()?.0;
    let start = start(&points);
    let bands = bands(&points);
    let medians: Vec<String> = bands
        .iter()
        .filter_map(|b| Some(format!("{} for {}", words::score(b.quartiles?[1]), band_words(b))))
        .collect();
    let mut description = format!(
        "{} practices with registered patients by their number (logarithmic axis) and floor of the score. Each square counts \
         the practices in its cell: the larger the square, the more practices. A line marks the median of each band \
         of list size: {}.",
        words::count(words::size(points.len())),
        medians.join("; "),
    );
    let before = points.partition_point(|p| p.0 < start);
    if before > 0 {
        description.push_str(&format!(
            " The first column holds the {} with under {} patients.",
            words::of(words::size(before), "practice", "practices"),
            words::count(start)
        ));
    }
    Some(chart(
        scene,
        "score-by-list-size",
        headline(&bands),
        format!(
            "Floor of the maturity score by registered patients, {} practices with registered patients, {}",
            words::count(words::size(points.len())),
            scene.period_label()
        ),
        description,
        Plot::ListSize(ListSize {
            cells: cells(&points, start, CELLS, 100.0),
            bands,
            england: england_floor(scene),
            start,
            largest,
        }),
    ))
}

/// The largest round number with next to no practice before it; one patient where there is none. `points` sorted.
pub(super) fn start(points: &[(i64, f64)]) -> i64 {
    let before = |n: i64| points.partition_point(|p| p.0 < n) as f64;
    let allowed = SHARE_BEFORE * points.len() as f64;
    STARTS.into_iter().find(|n| before(*n) <= allowed).unwrap_or(1)
}

fn bands(points: &[(i64, f64)]) -> Vec<Band> {
    let next = BANDS.iter().skip(1).map(|to| Some(*to)).chain([None]);
    BANDS
        .iter()
        .zip(next)
        .map(|(from, to)| {
            let inside = points.iter().filter(|p| p.0 >= *from && to.is_none_or(|to| p.0 < to));
            let mut floors: Vec<f64> = inside.map(|p| p.1).collect();
            floors.sort_by(f64::total_cmp);
            let (practices, quartiles) = (floors.len(), quartiles(&floors));
            Band { from: *from, to, practices, quartiles, median_limits: median_limits(&floors) }
        })
        .collect()
}

/// What the medians say, without a claim of cause. That larger practices score higher, or lower, is said only where the
/// intervals of the first and last median lie apart and no band between goes the other way; else the medians are told.
fn headline(bands: &[Band]) -> String {
    let told: Vec<(&Band, f64, (f64, f64))> =
        bands.iter().filter_map(|b| Some((b, words::printed(b.quartiles?[1]), b.median_limits?))).collect();
    let [(small, low, (_, low_to)), .., (large, high, (high_from, _))] = told.as_slice() else {
        return "Score by list size".to_owned();
    };
    let steps = || told.windows(2).map(|pair| pair[1].1 - pair[0].1);
    let low_from = told[0].2.0;
    let high_to = told[told.len() - 1].2.1;
    let ends = format!(
        "median floor {} with {}, {} with {}",
        words::score(*low),
        band_words(small),
        words::score(*high),
        band_words(large)
    );
    if *high_from > *low_to && steps().all(|s| s >= 0.0) {
        return format!("Larger practices score higher: {ends}");
    }
    if low_from > high_to && steps().all(|s| s <= 0.0) {
        return format!("Smaller practices score higher: {ends}");
    }
    let Some((most, peak, _)) = told.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else { return ends };
    if *peak > low.max(*high) {
        return format!(
            "{}; highest, {}, with {}",
            words::capital(&ends),
            words::score(*peak),
            band_words(most)
        );
    }
    words::capital(&ends)
}

pub fn band_words(band: &Band) -> String {
    match band.to {
        Some(to) if band.from == 0 => format!("under {} patients", words::count(to)),
        Some(to) => format!("{} to {} patients", words::count(band.from), words::count(to - 1)),
        None => format!("{} patients or more", words::count(band.from)),
    }
}

/// Units by size and value counted in cells of equal width on the logarithmic axis, from `start`, and of equal height up
/// to `top`; those before `start` in one column. `(cells for each tenfold of size, height of a cell)`.
pub(super) fn cells(points: &[(i64, f64)], start: i64, (decade, height): (f64, f64), top: f64) -> Vec<Cell> {
    let from = start as f64;
    let mut counts = BTreeMap::<(i64, i64), u32>::new();
    for (patients, value) in points {
        let key = {
            let column = ((*patients as f64 / from).log10() * decade).floor().max(-1.0) as i64;
            // The top edge belongs to the last cell.
            let row = (value / height).floor().min((top / height).ceil() - 1.0) as i64;
            (column, row)
        };
        *counts.entry(key).or_default() += 1;
    }
    let edge = |k: i64| if k < 0 { 0.0 } else { from * 10f64.powf(k as f64 / decade) };
    let score = |l: i64| l as f64 * height;
    counts
        .into_iter()
        .map(|((k, l), practices)| Cell {
            patients: (edge(k), edge(k + 1)),
            score: (score(l), score(l + 1)),
            practices,
        })
        .collect()
}

/// 95% limits of the median of sorted values, whatever their distribution: the values at the places n/2 ± 1.96 √n/2
/// (Conover, Practical Nonparametric Statistics, 3rd ed., 3.2); `None` where those places do not exist.
fn median_limits(sorted: &[f64]) -> Option<(f64, f64)> {
    let (half, reach) = (sorted.len() as f64 / 2.0, 0.98 * (sorted.len() as f64).sqrt());
    let (low, high) = ((half - reach).floor(), (half + reach).ceil());
    let at = |place: f64| (place >= 1.0).then(|| sorted.get(place as usize - 1).copied()).flatten();
    at(low).zip(at(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn practices() -> Vec<(i64, f64)> {
        (1..3_000).map(|i| (i * 17, f64::from(u16::try_from(i * 7 % 1001).unwrap()) / 10.0)).collect()
    }

    #[test]
    fn every_practice_is_in_one_cell_whose_edges_hold_it() {
        let points = practices();
        for start in [1, 500] {
            let cells = cells(&points, start, CELLS, 100.0);
            assert_eq!(cells.iter().map(|c| c.practices as usize).sum::<usize>(), points.len());
            let holds = |c: &Cell, p: &(i64, f64)| {
                let n = p.0 as f64 * (1.0 + 1e-12);
                c.patients.0 <= n && n < c.patients.1 * (1.0 + 1e-9) && c.score.0 <= p.1 && p.1 <= c.score.1
            };
            assert!(points.iter().all(|p| cells.iter().any(|c| holds(c, p))));
        }
    }

    #[test]
    fn the_axis_begins_where_at_most_one_practice_in_a_hundred_lies_before_it() {
        let points = practices();
        let start = start(&points);
        assert_eq!(start, 500, "29 of 2,999 have under 500 patients, 58 under 1,000");
        assert_eq!(super::start(&[(7, 1.0), (9, 2.0)]), 1);
    }

    /// Bands of a hundred practices, the medians as stated, each five points wide.
    fn medians(of: &[f64]) -> String {
        let points: Vec<(i64, f64)> = BANDS
            .iter()
            .zip(of)
            .flat_map(|(from, m)| (0..100).map(move |i| (*from + 1, m + f64::from(i) / 20.0 - 2.475)))
            .collect();
        headline(&bands(&points))
    }

    #[test]
    fn larger_is_only_called_higher_where_every_band_agrees() {
        assert!(medians(&[30.0, 40.0, 50.0]).starts_with("Larger practices score higher: median floor 30.0"));
        assert!(medians(&[50.0, 40.0, 30.0]).starts_with("Smaller practices score higher"));
        let falls = medians(&[30.0, 55.0, 50.0]);
        assert_eq!(
            falls,
            "Median floor 30.0 with under 2,500 patients, 50.0 with 5,000 to 7,499 patients; highest, 55.0, with 2,500 to 4,999 \
             patients"
        );
        assert!(medians(&[30.0, 30.2, 30.3]).starts_with("Median floor 30.0"), "the intervals overlap");
    }

    #[test]
    fn limits_of_a_median_hold_their_places() {
        let sorted: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(median_limits(&sorted), Some((40.0, 60.0)));
        assert_eq!(median_limits(&[1.0, 2.0]), None);
    }

    #[test]
    fn a_practice_is_in_the_band_of_its_list() {
        let bands = bands(&[(2_499, 1.0), (2_500, 2.0), (4_999, 4.0), (90_000, 8.0)]);
        let counts: Vec<usize> = bands.iter().map(|b| b.practices).collect();
        assert_eq!(counts, [1, 2, 0, 0, 0, 1]);
        assert_eq!(bands[1].quartiles, Some([2.5, 3.0, 3.5]));
        assert_eq!(bands[2].quartiles, None);
    }
}
