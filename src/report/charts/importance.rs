//! What each indicator was meant to weigh, beside what it does.

use super::chart;
use crate::report::chart::{Chart, Dots, Group, Plot, Unit};
use crate::report::frame::Frame;
use crate::report::scene::Scene;
use crate::report::words;

/// Stated weight and effective importance of each indicator, the heaviest first; `None` where nothing was simulated.
pub fn importance(scene: &Scene) -> Option<Chart> {
    let day = scene.period.as_ref()?.0;
    let table = Frame::new(scene.release.tables.get("importance")).of_period(day)?;
    let table = Frame::new(Some(&table));
    let (id, weight, effect) =
        (table.text("indicator_id"), table.float("weight_share"), table.float("importance_share"));
    let mut rows: Vec<(String, Vec<Option<f64>>)> = Vec::with_capacity(id.len());
    for ((id, weight), effect) in id.iter().zip(weight).zip(effect) {
        rows.push((scene.wording(id.as_deref()?), vec![weight, effect]));
    }
    rows.sort_by(|a, b| {
        let by = |r: &Vec<Option<f64>>| r[0].unwrap_or_default();
        by(&b.1).total_cmp(&by(&a.1)).then_with(|| a.0.cmp(&b.0))
    });
    let (told, untold): (Vec<_>, Vec<_>) = rows.into_iter().partition(|r| r.1[1].is_some());
    let apart = |r: &&(String, Vec<Option<f64>>)| {
        let [stated, effective] = [0, 1].map(|k| r.1[k].unwrap_or_default());
        (effective - stated).abs()
    };
    let (most, figures) = told.iter().max_by(|a, b| apart(a).total_cmp(&apart(b)))?;
    let [stated, effective] = [0, 1].map(|k| words::percent(figures[k].unwrap_or_default()));
    let sum = words::percent(told.iter().filter_map(|r| r.1[0]).sum());
    let mut description = format!(
        "One line for each of {} indicators: the dot is its share of all stated weight, the diamond its share of the \
         squared correlations with the scores of practices, on the same base: the dots of these indicators sum to {sum}, and so \
         do their diamonds. Furthest from what was meant: {most}, {stated} stated, {effective} effective.",
        told.len(),
    );
    if !untold.is_empty() {
        description.push_str(&format!(
            " {} stand below without a diamond: the CCG answers them for all its practices, or all answers are alike.",
            untold.len()
        ));
    }
    let title = format!("{most}: {stated} of the stated weight, {effective} of the effective importance");
    let band = |rows: &Vec<_>, words: &str| format!("{words}: {}", rows.len());
    let divided = !untold.is_empty();
    let groups: Vec<_> =
        [(told, "Indicators that can be compared"), (untold, "Indicators without an effective importance")]
            .into_iter()
            .filter(|(rows, _)| !rows.is_empty())
            .map(|(rows, words)| Group { label: divided.then(|| band(&rows, words)), rows })
            .collect();
    let subtitle = format!(
        "Stated weight and effective importance, per cent, {}, the heaviest first",
        scene.period_label()
    );
    let marks = vec![
        "stated: share of the weight".to_owned(),
        "effective: the same weight shared out by squared correlation with the score".to_owned(),
    ];
    let plot = Plot::Dots(Dots { groups, marks, unit: Unit::Share });
    let mut chart = chart(scene, "importance", title, subtitle, description, plot);
    chart.table = "importance".to_owned();
    Some(chart)
}
