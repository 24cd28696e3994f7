//! England quarter by quarter. Quarters that scored other indicators are scores of something else: no line joins
//! them, and no headline compares them.

use super::{chart, room_words};
use crate::report::chart::{Chart, Plot, Quarter, Trend};
use crate::report::scene::{England, Scene};
use crate::report::words;

pub fn trend(scene: &Scene) -> Option<Chart> {
    let scored: Vec<&England> = scene.england.iter().filter(|e| e.interval.low.is_some()).collect();
    let (first, last) = (scored.first()?, scored.last()?);
    if scored.len() < 2 {
        return None;
    }
    let quarters: Vec<Quarter> = scored
        .iter()
        .enumerate()
        .map(|(i, e)| Quarter {
            day: e.day,
            label: e.label.clone(),
            interval: e.interval,
            collected: e.asked,
            answered: e.coverage,
            joined: i > 0 && e.comparable(scored[i - 1]),
        })
        .collect();
    let run = run(scene, &scored, &quarters);
    let (from, to) = (run.first()?, run.last()?);
    let floor = |e: &England| words::score(e.interval.low.unwrap_or_default());
    let title = if run.len() > 1 {
        format!("England's floor: {} in {}, {} in {}", floor(from), from.label, floor(to), to.label)
    } else {
        format!("England's floor is {} in {}; no quarter beside it can be compared", floor(to), to.label)
    };
    let mut description = format!(
        "England's score in {} quarters, {} to {}: a band from floor to ceiling with the estimate as a line. ",
        scored.len(),
        first.label,
        last.label
    );
    let breaks: Vec<&str> = quarters.iter().skip(1).filter(|q| !q.joined).map(|q| q.label.as_str()).collect();
    description.push_str(&if breaks.is_empty() {
        "All score the same indicators.".to_owned()
    } else {
        format!(
            "Other indicators were collected from {} on: the line breaks there, and what lies on either side is not to \
             be compared.",
            breaks.join(", from ")
        )
    });
    description.push_str(&room_words(scored.iter().map(|e| e.day)));
    let range = |shares: Vec<f64>| {
        let low = shares.iter().copied().min_by(f64::total_cmp)?;
        let high = shares.iter().copied().max_by(f64::total_cmp)?;
        Some(format!("{} to {}", words::percent(low), words::percent(high)))
    };
    let collected = range(quarters.iter().map(|q| q.collected).collect());
    let answered = range(quarters.iter().filter_map(|q| q.answered).collect());
    if let (Some(collected), Some(answered)) = (collected, answered) {
        description.push_str(&format!(
            " {collected} of the framework was collected, by weight, and {answered} of what was collected was answered. No \
             statement about chance is made."
        ));
    }
    let mut chart = chart(
        scene,
        "england-by-quarter",
        title,
        "Maturity score of England by quarter, points out of 100, weighted by registered patients".to_owned(),
        description,
        Plot::Trend(Trend { quarters }),
    );
    chart.footer = scene.footer(&format!("{} to {}", first.label, last.label), &scene.sources());
    chart.table = "area_scores".to_owned();
    Some(chart)
}

/// The quarters that score the same as the one on show and stand beside it.
fn run<'a>(scene: &Scene, scored: &[&'a England], quarters: &[Quarter]) -> Vec<&'a England> {
    let shown = scene.period.as_ref().and_then(|p| scored.iter().position(|e| e.day == p.0));
    let at = shown.unwrap_or(scored.len() - 1);
    let from = (0..=at).rev().find(|i| !quarters[*i].joined).unwrap_or(0);
    let to = (at + 1..scored.len()).find(|i| !quarters[*i].joined).unwrap_or(scored.len());
    scored[from..to].to_vec()
}
