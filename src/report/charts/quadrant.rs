//! Spend against score, from the table `value`.

use super::chart;
use crate::report::chart::{Chart, Plot, Quadrant, QuadrantPoint};
use crate::report::frame::Frame;
use crate::report::scene::Scene;
use crate::report::words;
use crate::stats::quantile;
use crate::value::{CANNOT_TELL, Corner};

/// The latest year in which anything could be compared; `None` where there is none.
pub fn quadrant(scene: &Scene) -> Option<Chart> {
    let table = Frame::new(scene.release.tables.get("value"));
    let days = table.date("period");
    let placed = table.text("quadrant");
    let day = days.iter().zip(&placed).filter(|(_, q)| q.is_some()).filter_map(|(d, _)| *d).max()?;
    let year = table.of_period(day);
    let year = Frame::new(year.as_ref());
    let points = points(year);
    let sorted = |of: fn(&QuadrantPoint) -> f64| {
        let mut all: Vec<f64> = points.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        quantile(&all, 0.5)
    };
    let medians = (sorted(|p| p.spend[1])?, sorted(|p| p.score[1])?);
    let (one, many) = words::area_kind(day);
    let below: Vec<&str> = points.iter().filter(|p| p.below).map(|p| p.name.as_str()).collect();
    let open = points.iter().filter(|p| p.quadrant.is_none()).count();
    let title = match below.len() {
        0 => format!("No {one} scores below what others reach at no more spend, beyond doubt"),
        n => format!("{n} of {} {many} score below what others reach at no more spend", points.len()),
    };
    let score_day = year.date("score_period").into_iter().flatten().max()?;
    let when = format!("{}, score of {}", words::day(day), words::day(score_day));
    let subtitle = format!("GP IT spend per registered patient and maturity score by {one}, year to {when}");
    let without = year.rows() - points.len();
    let mut description = format!(
        "A cross for each of {} {many} that can be compared: level, its spend over registered, weighted and resident people; \
         upright, the 95% interval of its score. Dashed lines are the medians ({} and {}). {open} cannot be told to lie on one \
         side of both. The frontier is the expected highest score of those that spend no more, with its 95% interval; {} below it beyond \
         doubt{}. It says what goes together, not what more money would do: it is no promise, and spend has no good \
         direction.",
        points.len(),
        words::pounds(medians.0),
        words::score(medians.1),
        if below.len() == 1 { "1 lies".to_owned() } else { format!("{} lie", below.len()) },
        if below.is_empty() { String::new() } else { format!(": {}", below.join(", ")) },
    );
    if without > 0 {
        description
            .push_str(&format!(" {without} cannot be compared and are not drawn; the table says why."));
    }
    let plot = Plot::Quadrant(Quadrant { points, medians });
    let mut chart = chart(scene, "spend-and-score", title, subtitle, description, plot);
    chart.footer = scene.footer(&when, &scene.sources());
    chart.table = "value".to_owned();
    Some(chart)
}

/// Those that were placed, in the order of the table.
fn points(year: Frame) -> Vec<QuadrantPoint> {
    let (codes, names) = (year.text("ccg_code"), year.text("ccg_name"));
    let pounds = ["per_head_low", "per_head", "per_head_high"].map(|n| year.float(n));
    let score = ["interval_low", "score", "interval_high"].map(|n| year.float(n));
    let frontier = ["frontier_low", "frontier", "frontier_high"].map(|n| year.float(n));
    let (quadrant, verdict) = (year.text("quadrant"), year.text("verdict"));
    let three = |of: &[Vec<Option<f64>>; 3], i: usize| Some([of[0][i]?, of[1][i]?, of[2][i]?]);
    let point = |i: usize| {
        let placed = quadrant[i].clone()?;
        let code = codes[i].clone()?;
        Some(QuadrantPoint {
            name: names[i].as_ref().map_or(code, |n| words::area_name(n)),
            spend: three(&pounds, i)?.map(|pence| pence / 100.0),
            score: three(&score, i)?,
            quadrant: Corner::of(&placed),
            frontier: three(&frontier, i),
            below: verdict[i].as_deref().is_some_and(|v| v != CANNOT_TELL),
        })
    };
    (0..year.rows()).filter_map(point).filter(|p| p.spend[0] > 0.0).collect()
}
