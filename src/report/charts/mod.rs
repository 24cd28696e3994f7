//! The charts of a release, laid out from the scene: which numbers, which words.

use super::chart::{Band, Caterpillar, Cell, Chart, Distribution, ListSize, Plot, Spend, Trend};
use super::scene::Scene;
use super::words;

/// Lower edges of the list-size bands, in patients.
const BANDS: [i64; 6] = [0, 2_500, 5_000, 7_500, 10_000, 15_000];
/// Width of a step of the distribution, in points.
const STEP: f64 = 5.0;
/// Cells of the list-size plot: per tenfold of patients, and in points.
const CELLS_A_DECADE: f64 = 40.0;
const CELL_POINTS: f64 = 2.5;

pub fn charts(scene: &Scene) -> Vec<Chart> {
    [caterpillar(scene), distribution(scene), list_size(scene), trend(scene)]
        .into_iter()
        .flatten()
        .chain(spend(scene))
        .collect()
}

fn chart(scene: &Scene, id: &str, title: String, subtitle: String, description: String, plot: Plot) -> Chart {
    Chart {
        id: id.to_owned(),
        title,
        subtitle,
        description,
        footer: scene.footer(scene.period_label(), &scene.sources()),
        synthetic: scene.about.synthetic(),
        table: "practice_scores".to_owned(),
        plot,
    }
}

fn england_floor(scene: &Scene) -> Option<f64> {
    scene.england_now().and_then(|e| e.interval.low)
}

fn caterpillar(scene: &Scene) -> Option<Chart> {
    let scored: Vec<_> = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).collect();
    let (first, last) = (scored.first()?, scored.last()?);
    let without = scene.ccgs.len() - scored.len();
    let wide = scored
        .iter()
        .filter_map(|a| Some(a.interval.high? - a.interval.low?))
        .max_by(f64::total_cmp)
        .unwrap_or_default();
    let mut description = format!(
        "One line for each of {} CCGs, from the floor of its score (missing answers count as not met) over the \
         estimate to the ceiling (missing answers count as met), in the order of the floor. The highest floor is \
         {} ({}), the lowest {} ({}). The widest line spans {} points.",
        scored.len(),
        words::score(first.interval.low.unwrap_or_default()),
        first.name,
        words::score(last.interval.low.unwrap_or_default()),
        last.name,
        words::score(wide),
    );
    if without > 0 {
        let verb = if without == 1 { "is" } else { "are" };
        description.push_str(&format!(" {without} without a score {verb} not drawn."));
    }
    description.push_str(
        " Lines that overlap cannot be told apart; a line says nothing about chance, only about missing answers.",
    );
    let england = england_floor(scene);
    let rows = scored.iter().map(|a| (a.name.clone(), a.interval)).collect();
    let mut chart = chart(
        scene,
        "ccg-scores",
        "What is missing matters: each CCG's score with its bounds".to_owned(),
        format!("Maturity score by CCG, points out of 100, {}, in order of the floor", scene.period_label()),
        description,
        Plot::Caterpillar(Caterpillar { rows, england }),
    );
    chart.table = "ccg_scores".to_owned();
    Some(chart)
}

fn distribution(scene: &Scene) -> Option<Chart> {
    let floors: Vec<f64> = scene.practices.iter().filter_map(|p| p.interval.low).collect();
    if floors.is_empty() {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let steps = (100.0 / STEP) as usize;
    let mut bins: Vec<(f64, u32)> = Vec::with_capacity(steps);
    let mut edge = 0.0;
    for _ in 0..steps {
        bins.push((edge, 0));
        edge += STEP;
    }
    for floor in &floors {
        let at = bins.iter().rposition(|b| b.0 <= *floor).unwrap_or(0);
        bins[at].1 += 1;
    }
    let q = quartiles(floors.clone())?;
    let description = format!(
        "Number of practices in each step of {STEP} points of the floor of their score. Of {} practices with a \
         score, half lie between {} and {} points; the median is {}. {} practices have no score.",
        words::count(as_i64(floors.len())),
        words::score(q[0]),
        words::score(q[2]),
        words::score(q[1]),
        words::count(as_i64(scene.practices.len() - floors.len())),
    );
    Some(chart(
        scene,
        "practice-scores",
        format!("Half of all practices score between {} and {}", words::score(q[0]), words::score(q[2])),
        format!(
            "Number of practices by floor of the maturity score, points out of 100, {}",
            scene.period_label()
        ),
        description,
        Plot::Distribution(Distribution { bins, width: STEP, england: england_floor(scene) }),
    ))
}

fn list_size(scene: &Scene) -> Option<Chart> {
    let points: Vec<(i64, f64)> = scene
        .practices
        .iter()
        .filter_map(|p| Some((p.list_size.filter(|n| *n > 0)?, p.interval.low?)))
        .collect();
    let smallest = points.iter().map(|p| p.0).min()?;
    let largest = points.iter().map(|p| p.0).max()?;
    let cells = cells(&points);
    let bands: Vec<Band> = BANDS
        .iter()
        .enumerate()
        .map(|(i, from)| {
            let to = BANDS.get(i + 1).copied();
            let inside = points.iter().filter(|p| p.0 >= *from && to.is_none_or(|to| p.0 < to));
            let floors: Vec<f64> = inside.map(|p| p.1).collect();
            Band { from: *from, to, practices: floors.len(), quartiles: quartiles(floors) }
        })
        .collect();
    let medians: Vec<String> = bands
        .iter()
        .filter_map(|b| Some(format!("{} for {}", words::score(b.quartiles?[1]), band_words(b))))
        .collect();
    let description = format!(
        "{} practices by number of registered patients (logarithmic axis) and floor of the score. Each square counts \
         the practices in its cell: the larger the square, the more practices. A line marks the median of each band \
         of list size: {}.",
        words::count(as_i64(points.len())),
        medians.join("; "),
    );
    #[allow(clippy::cast_precision_loss)]
    let patients = (smallest as f64, largest as f64);
    Some(chart(
        scene,
        "score-by-list-size",
        headline_by_size(&bands),
        format!(
            "Floor of the maturity score by registered patients, {} practices, {}",
            words::count(as_i64(points.len())),
            scene.period_label()
        ),
        description,
        Plot::ListSize(ListSize { cells, bands, england: england_floor(scene), patients }),
    ))
}

/// What the medians of the smallest and largest band say, without a claim of cause.
fn headline_by_size(bands: &[Band]) -> String {
    let mut medians = bands.iter().filter_map(|b| Some((b, b.quartiles?[1])));
    match (medians.next(), medians.next_back()) {
        (Some((small, low)), Some((large, high))) => {
            let than = if high - low > 1.0 {
                "Larger practices score higher"
            } else if low - high > 1.0 {
                "Smaller practices score higher"
            } else {
                "Small and large practices score alike"
            };
            format!(
                "{than}: median {} with {}, {} with {}",
                words::score(low),
                band_words(small),
                words::score(high),
                band_words(large)
            )
        }
        _ => "Score by list size".to_owned(),
    }
}

pub fn band_words(band: &Band) -> String {
    match band.to {
        Some(to) if band.from == 0 => format!("under {} patients", words::count(to)),
        Some(to) => format!("{} to {} patients", words::count(band.from), words::count(to - 1)),
        None => format!("{} patients or more", words::count(band.from)),
    }
}

fn trend(scene: &Scene) -> Option<Chart> {
    let points: Vec<_> = scene
        .england
        .iter()
        .filter(|e| e.interval.low.is_some())
        .map(|e| (e.label.clone(), e.interval, e.coverage.map(|c| c * e.asked)))
        .collect();
    let ((first, from, _), (last, to, _)) = (points.first()?, points.last()?);
    if points.len() < 2 {
        return None;
    }
    let (from, to) = (from.low.unwrap_or_default(), to.low.unwrap_or_default());
    let low = points.iter().filter_map(|p| p.2).min_by(f64::total_cmp);
    let high = points.iter().filter_map(|p| p.2).max_by(f64::total_cmp);
    let mut description = format!(
        "England's score quarter by quarter: a band from floor to ceiling with the estimate as a line. The floor is \
         {} in {first} and {} in {last}.",
        words::score(from),
        words::score(to)
    );
    if let (Some(low), Some(high)) = (low, high) {
        description.push_str(&format!(
            " Between {} and {} of the framework, by weight, was asked and answered; where that changes, the score is of \
             something else. No statement about chance is made.",
            words::percent(low),
            words::percent(high)
        ));
    }
    let period = format!("{first} to {last}");
    let mut chart = chart(
        scene,
        "england-by-quarter",
        format!("England's floor: {} in {first}, {} in {last}", words::score(from), words::score(to)),
        "Maturity score of England by quarter, points out of 100, weighted by registered patients".to_owned(),
        description,
        Plot::Trend(Trend { points }),
    );
    chart.footer = scene.footer(&period, &scene.sources());
    chart.table = "area_scores".to_owned();
    Some(chart)
}

fn spend(scene: &Scene) -> Vec<Chart> {
    let mut out = Vec::new();
    for scope in &scene.spend {
        let rows: Vec<_> = scope.rows.iter().map(|r| r.bar.clone()).collect();
        let fair: Vec<_> = rows.iter().filter(|r| r.caveat.is_none() && r.registered.is_some()).collect();
        if rows.iter().all(|r| r.registered.is_none()) {
            continue;
        }
        let set_apart = rows.len() - fair.len();
        let mut description = format!(
            "A bar for each of {} CCGs shows pounds per registered patient, a diamond pounds per weighted patient.",
            rows.len()
        );
        if let (Some(top), Some(bottom)) = (fair.first(), fair.last()) {
            description.push_str(&format!(
                " Of those that can be compared, {} has the highest figure ({}) and {} the lowest ({}).",
                top.name,
                words::pounds(top.registered.unwrap_or_default()),
                bottom.name,
                words::pounds(bottom.registered.unwrap_or_default())
            ));
        }
        if set_apart > 0 {
            let is = if set_apart == 1 { "is" } else { "are" };
            description.push_str(&format!(
                " {set_apart} {is} hatched and set apart, each with the reason in words."
            ));
        }
        description.push_str(" More is neither good nor bad.");
        let title = match (fair.first().and_then(|r| r.registered), fair.last().and_then(|r| r.registered)) {
            (Some(top), Some(bottom)) if fair.len() > 1 => format!(
                "Comparable spend runs from {} to {} per registered patient",
                words::pounds(bottom),
                words::pounds(top)
            ),
            _ => "No spend figure can be compared".to_owned(),
        };
        let denominators = format!("populations: {}", scope.denominators);
        let mut chart = chart(
            scene,
            &format!("spend-per-head-{}", scope.slug),
            title,
            format!("GP IT spend per head by CCG, {}, {}", scope.label.to_lowercase(), scope.year),
            description,
            Plot::Spend(Spend { rows }),
        );
        chart.footer = scene.footer(&scope.year, &format!("{}; {denominators}", spend_sources(scene)));
        chart.footer.pop();
        chart.footer.push("Spend divided by population as a ratio of sums, this project's own method, not an official figure.".to_owned());
        chart.table = "spend_per_head".to_owned();
        out.push(chart);
    }
    out
}

fn spend_sources(scene: &Scene) -> String {
    if scene.about.synthetic() {
        "synthetic files in the published layouts"
    } else {
        "CCG returns of payments"
    }
    .to_owned()
}

/// Practices counted in cells of equal width on the logarithmic axis and in points.
fn cells(points: &[(i64, f64)]) -> Vec<Cell> {
    let mut counts = std::collections::BTreeMap::<(i64, i64), u32>::new();
    for (patients, floor) in points {
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let key = {
            let column = ((*patients as f64).log10() * CELLS_A_DECADE).floor() as i64;
            // The top edge belongs to the last cell.
            let row = (floor / CELL_POINTS).floor().min(100.0 / CELL_POINTS - 1.0) as i64;
            (column, row)
        };
        *counts.entry(key).or_default() += 1;
    }
    #[allow(clippy::cast_precision_loss)]
    let edges = |k: i64, l: i64| {
        let patients = |k: i64| 10f64.powf(k as f64 / CELLS_A_DECADE);
        let score = |l: i64| l as f64 * CELL_POINTS;
        ((patients(k), patients(k + 1)), (score(l), score(l + 1)))
    };
    counts
        .into_iter()
        .map(|((k, l), practices)| {
            let (patients, score) = edges(k, l);
            Cell { patients, score, practices }
        })
        .collect()
}

/// Lower quartile, median and upper quartile by linear interpolation (type 7 of Hyndman and Fan).
pub fn quartiles(mut values: Vec<f64>) -> Option<[f64; 3]> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |quarter: usize| {
        // (n - 1) q / 4 in whole numbers, so that the position is exact.
        let (whole, part) = ((values.len() - 1) * quarter / 4, (values.len() - 1) * quarter % 4);
        let next = values[(whole + 1).min(values.len() - 1)];
        #[allow(clippy::cast_precision_loss)]
        let part = part as f64 / 4.0;
        values[whole] + (next - values[whole]) * part
    };
    Some([at(1), at(2), at(3)])
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_interpolate_linearly_as_r_type_7() {
        // R: quantile(c(1, 2, 4, 8, 16, 32), c(.25, .5, .75))
        assert_eq!(quartiles(vec![32.0, 1.0, 2.0, 16.0, 4.0, 8.0]), Some([2.5, 6.0, 14.0]));
        assert_eq!(quartiles(vec![7.0]), Some([7.0; 3]));
        assert_eq!(quartiles(vec![]), None);
    }

    #[test]
    fn every_practice_is_in_one_cell_whose_edges_hold_it() {
        let points: Vec<(i64, f64)> = (1..3_000).map(|i| (i * 17, (i * 7 % 1001) as f64 / 10.0)).collect();
        let cells = cells(&points);
        assert_eq!(cells.iter().map(|c| c.practices as usize).sum::<usize>(), points.len());
        let holds = |c: &Cell, p: &(i64, f64)| {
            let n = p.0 as f64 * (1.0 + 1e-12);
            c.patients.0 <= n && n < c.patients.1 * (1.0 + 1e-9) && c.score.0 <= p.1 && p.1 <= c.score.1
        };
        assert!(points.iter().all(|p| cells.iter().any(|c| holds(c, p))));
    }
}
