//! The caterpillar: every area from floor to ceiling, in the order of the floor.

use super::{chart, england_floor};
use crate::report::chart::{Caterpillar, Chart, Plot};
use crate::report::league;
use crate::report::scene::Scene;
use crate::report::words;

pub fn caterpillar(scene: &Scene) -> Option<Chart> {
    let mut scored: Vec<_> = scene.ccgs.iter().filter(|a| a.interval.low.is_some()).cloned().collect();
    league::by_floor(&mut scored);
    let (first, last) = (scored.first()?, scored.last()?);
    let (low, high) = (last.interval.low.unwrap_or_default(), first.interval.low.unwrap_or_default());
    let without = scene.ccgs.len() - scored.len();
    let spans: Vec<f64> = scored.iter().filter_map(|a| Some(a.interval.high? - a.interval.low?)).collect();
    let wide = spans.iter().copied().fold(0.0, f64::max);
    let sure = spans.iter().filter(|w| **w < 1.0).count();
    let mut description = format!(
        "One line for each of {}, from the floor of its score (missing answers count as not met) over the estimate \
         (the answers that are there) to the ceiling (missing answers count as met), in the order of the floor. The \
         highest floor is {} ({}), the lowest {} ({}). For {sure} the line is shorter than one point; the longest \
         spans {} points.",
        scene.areas(scored.len()),
        words::score(high),
        first.name,
        words::score(low),
        last.name,
        words::score(wide),
    );
    if without > 0 {
        let verb = if without == 1 { "is" } else { "are" };
        description.push_str(&format!(" {without} without a score {verb} not drawn."));
    }
    description.push_str(
        " Lines that overlap cannot be told apart; a line says nothing about chance, only about missing answers: ranges of rank \
         and intervals stand in the table.",
    );
    let (one, many) = scene.area_words();
    let title = format!(
        "Floors of {many} run from {} to {}; missing answers leave up to {} points open",
        words::score(low),
        words::score(high),
        words::score(wide)
    );
    let rows = scored.iter().map(|a| (a.name.clone(), a.interval)).collect();
    let mut chart = chart(
        scene,
        "ccg-scores",
        title,
        format!(
            "Maturity score by {one}, points out of 100, {}, in order of the floor",
            scene.period_label()
        ),
        description,
        Plot::Caterpillar(Caterpillar { rows, england: england_floor(scene) }),
    );
    chart.table = "league_table".to_owned();
    Some(chart)
}
