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
    let wording = |id: &str| {
        let found = scene.about.framework.indicators.iter().find(|i| i.id == id);
        found.map_or_else(|| id.to_owned(), |i| words::clean(&i.wording).0)
    };
    let mut rows: Vec<(String, Vec<Option<f64>>)> = Vec::with_capacity(id.len());
    for ((id, weight), effect) in id.iter().zip(weight).zip(effect) {
        rows.push((wording(id.as_deref()?), vec![weight, effect]));
    }
    rows.sort_by(|a, b| {
        let by = |r: &Vec<Option<f64>>| r[0].unwrap_or_default();
        by(&b.1).total_cmp(&by(&a.1)).then_with(|| a.0.cmp(&b.0))
    });
    let compared = || rows.iter().filter_map(|r| Some((&r.0, r.1[0]?, r.1[1]?)));
    let (most, stated, effective) =
        compared().max_by(|a, b| (a.2 - a.1).abs().total_cmp(&(b.2 - b.1).abs()))?;
    let without = rows.iter().filter(|r| r.1[1].is_none()).count();
    let mut description = format!(
        "One line for each of {} indicators: the dot is its share of the stated weights, the diamond its share of the \
         squared correlations with the practices' scores, and the line between them is how far the index departs from what \
         was meant. Widest apart is “{most}”: {} stated, {} effective.",
        rows.len(),
        words::percent(stated),
        words::percent(effective),
    );
    if without > 0 {
        description.push_str(&format!(
            " {without} without a diamond: the CCG answers them for all its practices, or all answers are alike."
        ));
    }
    let title = format!(
        "An indicator with {} of the stated weight makes {} of the differences between practices",
        words::percent(stated),
        words::percent(effective)
    );
    let subtitle = format!(
        "Stated weight and effective importance, per cent, {}, the heaviest first",
        scene.period_label()
    );
    let marks = vec![
        "stated: share of the weight".to_owned(),
        "effective: share of the squared correlations with the score".to_owned(),
    ];
    let plot = Plot::Dots(Dots { groups: vec![Group { label: None, rows }], marks, unit: Unit::Share });
    let mut chart = chart(scene, "importance", title, subtitle, description, plot);
    chart.table = "importance".to_owned();
    Some(chart)
}
