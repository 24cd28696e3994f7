//! How many practices stand at each step of the score.

use super::{chart, england_floor, quartiles};
use crate::report::chart::{Chart, Distribution, Plot};
use crate::report::scene::Scene;
use crate::report::words;

/// Width of a step, in points: twenty steps show a second peak, such as practices of which nothing was returned, and hold some
/// hundreds of 7,000 practices each.
const STEP: f64 = 5.0;

pub fn distribution(scene: &Scene) -> Option<Chart> {
    let mut floors: Vec<f64> = scene.practices.iter().filter_map(|p| p.interval.low).collect();
    floors.sort_by(f64::total_cmp);
    let q = quartiles(&floors)?;
    let steps = (100.0 / STEP) as usize;
    let mut bins: Vec<(f64, u32)> = (0..steps).map(|k| (k as f64 * STEP, 0)).collect();
    for floor in &floors {
        let at = ((floor / STEP) as usize).min(steps - 1);
        bins[at].1 += 1;
    }
    let silent = scene.practices.iter().filter(|p| p.coverage == Some(0.0)).count();
    let mut description = format!(
        "Number of practices in each step of {STEP} points of the floor of their score. Of {} practices, \
         those without an answer too, half lie between {} and {} points; the median is {}.",
        words::count(words::size(floors.len())),
        words::score(q[0]),
        words::score(q[2]),
        words::score(q[1]),
    );
    if silent > 0 {
        let practices = words::of(words::size(silent), "practice", "practices");
        description.push_str(&format!(
            " At nought stand {practices} for which nothing at all was returned: they are not known to have nothing."
        ));
    }
    let without = scene.practices.len() - floors.len();
    if without > 0 {
        let have = if without == 1 { "practice has" } else { "practices have" };
        description.push_str(&format!(" {} {have} no score.", words::count(words::size(without))));
    }
    Some(chart(
        scene,
        "practice-scores",
        format!(
            "Half of all practices have a floor between {} and {}",
            words::score(q[0]),
            words::score(q[2])
        ),
        format!(
            "Number of practices by floor of the maturity score, points out of 100, {}",
            scene.period_label()
        ),
        description,
        Plot::Distribution(Distribution { bins, width: STEP, england: england_floor(scene) }),
    ))
}
