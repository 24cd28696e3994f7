//! Funnels of the quarter on show, from the tables `funnels`, `funnel_limits` and `funnel_signals`.

use super::chart;
use super::list_size::{cells, start};
use crate::report::chart::{Chart, Funnel, FunnelFlag, FunnelLimits, Plot};
use crate::report::frame::Frame;
use crate::report::scene::Scene;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Cells: per tenfold of patients, and in shares.
const CELLS: (f64, f64) = (40.0, 0.02);

/// Of CCGs, then of practices.
pub fn funnels(scene: &Scene) -> Vec<Chart> {
    ["ccg", "practice"].into_iter().filter_map(|kind| funnel(scene, kind)).collect()
}

fn funnel(scene: &Scene, kind: &str) -> Option<Chart> {
    let day = scene.period.as_ref()?.0;
    let of = |name: &str| {
        let table = Frame::new(scene.release.tables.get(name)).of_period(day)?;
        Frame::new(Some(&table)).rows_with("unit_type", kind)
    };
    let (summary, limits, signals) = (of("funnels")?, of("funnel_limits")?, of("funnel_signals")?);
    let summary = Frame::new(Some(&summary));
    let indicator = summary.text("indicator_id").first().cloned().flatten()?;
    let number = |name: &str| summary.float(name).first().copied().flatten();
    let target = number("target")?;
    let flagged = flagged(scene, Frame::new(Some(&signals)));
    let points = points(scene, day, kind, &indicator, &flagged);
    let units = if kind == "ccg" { scene.area_words().1 } else { "practices" };
    let counted = |name: &str| number(name).unwrap_or_default();
    let (all, left_out) = (counted("units"), counted("left_out"));
    let wording = words::lower_first(&scene.wording(&indicator));
    let (beyond, expected) = (counted("beyond_998"), counted("expected_998"));
    let chance = number("chance_998").map_or_else(
        || "none is flagged".to_owned(),
        |share| format!("{} of these flags are expected by chance", words::percent(share)),
    );
    let counted_all = words::whole(all);
    let title = match beyond {
        b if b <= 0.0 => format!("None of {counted_all} {units} lies beyond what is usual for its size"),
        1.0 => format!("1 of {counted_all} {units} lies beyond what is usual for its size; {chance}"),
        b => {
            format!(
                "{} of {counted_all} {units} lie beyond what is usual for their size; {chance}",
                words::whole(b)
            )
        }
    };
    let subtitle = format!("{} by registered patients, {}", words::capital(&wording), scene.period_label());
    let mut description = format!(
        "Each of {counted_all} {units} by its registered patients (logarithmic axis) and the {wording}; all together are at {}. Limits of \
         95% and 99.8% allow for the differences that are usual between {units}, beside chance: without that, {} {units} would \
         lie beyond 99.8%. Even if nothing special were anywhere, {} of them would lie beyond these limits; {} found: {chance}. \
         Beyond 95%: {} found, {} expected by chance. A flag asks for a look; it is not a verdict.",
        words::percent(target),
        words::whole(counted("beyond_998_chance_only")),
        words::score(expected),
        words::whole(beyond),
        words::whole(counted("beyond_95")),
        words::score(counted("expected_95")),
    );
    let drawn = words::size(points.len() + flagged.len());
    let (unseen, unseen_beyond) = (all as i64 - drawn, beyond as i64 - words::size(flagged.len()));
    if unseen > 0 {
        description.push_str(&format!(
            " {} counted and not drawn, since few people are withheld, {} of them beyond 99.8%.",
            be(unseen),
            words::count(unseen_beyond)
        ));
    }
    if left_out > 0.0 {
        let out = be(left_out as i64);
        description.push_str(&format!(
            " {out} left out, with more people counted than are registered; England's own figure has them as all of their lists."
        ));
    }
    if !flagged.is_empty() && flagged.len() <= 12 {
        let names: Vec<&str> = flagged.iter().map(|f| f.name.as_str()).collect();
        description.push_str(&format!(" Beyond 99.8%: {}.", names.join(", ")));
    }
    let smallest = flagged.iter().map(|f| f.size as i64).min().unwrap_or(i64::MAX);
    let start = start(&points).max(points.first().map_or(1, |p| p.0)).min(smallest).max(1);
    let before = points.partition_point(|p| p.0 < start);
    if before > 0 {
        description.push_str(&format!(
            " {} with under {} patients lie within the limits and are not drawn.",
            words::count(words::size(before)),
            words::count(start)
        ));
    }
    let (from, largest) = (start as f64, points.last().map_or(start, |p| p.0) as f64);
    let plot = Plot::Funnel(Funnel {
        cells: cells(&points[before..], start, CELLS, 1.0),
        start: from,
        largest: flagged.iter().map(|f| f.size).fold(largest, f64::max),
        limits: curve(Frame::new(Some(&limits))),
        flagged,
        target,
        units: units.to_owned(),
    });
    let id = if kind == "ccg" { "funnel-ccgs" } else { "funnel-practices" };
    let mut chart = chart(scene, id, title, subtitle, description, plot);
    chart.footer.push(
        "Limits: arcsine scale, widened by the variance between ordinary units (Spiegelhalter 2005, with this project's own \
         estimate of that variance)."
            .to_owned(),
    );
    chart.table = "funnels".to_owned();
    Some(chart)
}

fn be(n: i64) -> String {
    format!("{} {}", words::count(n), if n == 1 { "is" } else { "are" })
}

/// Units beyond 99.8 %, the furthest from England's share first.
fn flagged(scene: &Scene, signals: Frame) -> Vec<FunnelFlag> {
    let names: BTreeMap<&str, &str> = scene.ccgs.iter().map(|a| (a.code.as_str(), a.name.as_str())).collect();
    let (codes, kinds) = (signals.text("unit_code"), signals.text("signal"));
    let (sizes, values, q) = (signals.float("denominator"), signals.float("value"), signals.float("q"));
    let mut out: Vec<(f64, FunnelFlag)> = Vec::new();
    for i in 0..signals.rows() {
        let far = kinds[i].as_deref().is_some_and(|s| s.ends_with("99.8%"));
        if let (true, Some(code), Some(size), Some(value)) = (far, &codes[i], sizes[i], values[i]) {
            let name = names.get(code.as_str()).map_or_else(|| code.clone(), |n| (*n).to_owned());
            let flag = FunnelFlag { code: code.clone(), name, size, value };
            out.push((q[i].unwrap_or(1.0), flag));
        }
    }
    out.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
    out.into_iter().map(|f| f.1).collect()
}

/// Size and share of the units that are not flagged, by size.
fn points(scene: &Scene, day: Date, kind: &str, indicator: &str, flagged: &[FunnelFlag]) -> Vec<(i64, f64)> {
    let values = Frame::new(scene.release.tables.get("indicator_values")).of_period(day);
    let rows = Frame::new(values.as_ref()).rows_with("unit_type", kind);
    let rows = Frame::new(rows.as_ref()).rows_with("indicator_id", indicator);
    let rows = Frame::new(rows.as_ref());
    let (codes, x, n) = (rows.text("unit_code"), rows.float("numerator"), rows.float("denominator"));
    let inside = |i: usize| {
        let code = codes[i].as_deref()?;
        let (x, n) = (x[i]?, n[i].filter(|n| *n > 0.0)?);
        let point = (n.round() as i64, x / n);
        (x <= n && flagged.iter().all(|f| f.code != code)).then_some(point)
    };
    let mut points: Vec<(i64, f64)> = (0..rows.rows()).filter_map(inside).collect();
    points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    points
}

fn curve(limits: Frame) -> Vec<FunnelLimits> {
    let names =
        ["denominator", "low_998", "high_998", "low_95", "high_95", "chance_low_998", "chance_high_998"];
    let columns = names.map(|n| limits.float(n));
    let at = |i: usize| {
        let x = |k: usize| columns[k][i];
        Some(FunnelLimits {
            size: x(0)?,
            outer: (x(1)?, x(2)?),
            inner: (x(3)?, x(4)?),
            chance: (x(5)?, x(6)?),
        })
    };
    (0..limits.rows()).filter_map(at).collect()
}
