//! £ per head: comparable figures in order, the others by name with their reason. No league table.

use super::chart;
use crate::report::chart::{Chart, Plot, Spend};
use crate::report::frame::Frame;
use crate::report::scene::Scene;
use crate::report::words;
use std::collections::BTreeSet;

pub fn spend(scene: &Scene) -> Vec<Chart> {
    let sources = sources(scene);
    let mut out = Vec::new();
    for scope in &scene.spend {
        let plot = Spend { rows: scope.rows.iter().map(|r| r.bar.clone()).collect() };
        let rows = &plot.rows;
        let fair: Vec<_> = rows.iter().filter(|r| r.caveat.is_none() && r.registered.is_some()).collect();
        if rows.iter().all(|r| r.registered.is_none()) {
            continue;
        }
        let (one, many) = words::area_kind(scope.day);
        let set_apart = rows.len() - fair.len();
        let (bars, set) = if plot.strip() {
            (
                "the highest on the left; the ends and the quarters of the way are named, all others stand in the table",
                "as an outline or, if refused, not drawn, each with the reason in the table",
            )
        } else {
            (
                "a diamond pounds per weighted patient",
                "hatched or, if refused, without a bar, each with the reason in words",
            )
        };
        let mut description =
            format!("A bar for each of {} {many} shows pounds per registered patient, {bars}.", rows.len());
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
            description.push_str(&format!(" {set_apart} {is} set apart, {set}."));
        }
        description.push_str(" More is neither better nor worse.");
        let title = match (fair.first().and_then(|r| r.registered), fair.last().and_then(|r| r.registered)) {
            (Some(top), Some(bottom)) if fair.len() > 1 => format!(
                "Comparable spend runs from {} to {} per registered patient",
                words::pounds(bottom),
                words::pounds(top)
            ),
            _ => format!("None of these {} figures can be compared with another", rows.len()),
        };
        let mut chart = chart(
            scene,
            &format!("spend-per-head-{}", scope.slug),
            title,
            format!("GP IT spend per head by {one}, {}, {}", words::lower_first(&scope.label), scope.year),
            description,
            Plot::Spend(plot),
        );
        chart.footer = scene.footer(&scope.year, &sources);
        chart.footer.pop();
        chart.footer.push(format!("Divided by: {}.", scope.denominators));
        chart.footer.push(
            "Spend over population as a ratio of sums, this project's own method, not an official figure."
                .to_owned(),
        );
        chart.table = "spend_per_head".to_owned();
        out.push(chart);
    }
    out
}

/// Titles and publishers of the datasets whose files the spend lines name.
fn sources(scene: &Scene) -> String {
    let lines = Frame::new(scene.release.tables.get("spend_lines"));
    let files: BTreeSet<String> = lines.text("file").into_iter().flatten().collect();
    let named: Vec<String> = scene
        .about
        .sources
        .iter()
        .filter(|s| s.files.iter().any(|f| files.contains(f)))
        .map(|s| words::clean(&format!("{}, {}", s.title, s.publisher)).0)
        .collect();
    if scene.about.synthetic() || named.is_empty() { scene.sources() } else { named.join("; ") }
}
