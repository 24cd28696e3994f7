//! One area's answers beside all others, indicator by indicator.

use super::{chart, fairest};
use crate::report::chart::{Chart, Good, Plot, Spine, SpineRow, SpineUnit};
use crate::report::frame::Frame;
use crate::report::scene::Scene;
use crate::report::words;
use crate::stats::quantile;
use std::collections::BTreeMap;

/// What the spines of all areas share: each indicator with every area's answer.
pub struct Spines(Vec<(SpineRow, BTreeMap<String, f64>)>);

/// A row stands only where this share of the areas has an answer.
const ANSWERED: f64 = 0.5;

impl Spines {
    /// The answers of the quarter on show, and £ per head, which has no good end.
    pub fn read(scene: &Scene) -> Spines {
        let Some((day, _)) = &scene.period else { return Spines(Vec::new()) };
        let values = Frame::new(scene.release.tables.get("indicator_values")).of_period(*day);
        let of = |kind: &str| -> BTreeMap<String, BTreeMap<String, f64>> {
            let rows = Frame::new(values.as_ref()).rows_with("unit_type", kind);
            let rows = Frame::new(rows.as_ref());
            let (ids, codes, values) =
                (rows.text("indicator_id"), rows.text("unit_code"), rows.float("value"));
            let mut out: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
            for ((id, code), value) in ids.into_iter().zip(codes).zip(values) {
                if let (Some(id), Some(code), Some(value)) = (id, code, value) {
                    out.entry(id).or_default().insert(code, value);
                }
            }
            out
        };
        let (mut areas, england) = (of("ccg"), of("england"));
        let mut rows = Vec::new();
        for indicator in &scene.about.framework.indicators {
            let Some(all) = areas.remove(&indicator.id) else { continue };
            let whole = england.get(&indicator.id).and_then(|e| e.values().next().copied());
            let unit = if indicator.per == 1.0 && all.values().all(|x| (0.0..=1.0).contains(x)) {
                SpineUnit::Share
            } else {
                SpineUnit::Number
            };
            let good = if indicator.more_is_better { Good::High } else { Good::Low };
            let day = scene.day_apart(&indicator.id).map_or_else(String::new, |day| format!(", {day}"));
            let name = scene.wording(&indicator.id) + &day;
            rows.extend(row(scene, name, good, whole, (unit, all)));
        }
        if let Some(scope) = fairest(scene) {
            let fair = scope.rows.iter().filter(|r| r.bar.caveat.is_none());
            let all: BTreeMap<String, f64> =
                fair.clone().filter_map(|r| Some((r.bar.code.clone(), r.bar.registered?))).collect();
            let sum =
                |of: &dyn Fn(&crate::report::spend::Line) -> Option<f64>| fair.clone().filter_map(of).sum();
            let (pence, people): (f64, f64) =
                (sum(&|r| r.spend_pence.map(|p| p as f64)), sum(&|r| r.registered));
            let mean = (people > 0.0).then_some(pence / 100.0 / people);
            let name = format!("GP IT spend per registered patient, {}", scope.year);
            rows.extend(row(scene, name, Good::Neither, mean, (SpineUnit::Pounds, all)));
        }
        Spines(rows)
    }

    /// `None` where no indicator has answers of half the areas.
    pub fn of(&self, scene: &Scene, code: &str, name: &str) -> Option<Chart> {
        let own = |(row, all): &(SpineRow, BTreeMap<String, f64>)| SpineRow {
            value: all.get(code).copied(),
            ..row.clone()
        };
        let rows: Vec<SpineRow> = self.0.iter().map(own).collect();
        let told: Vec<&SpineRow> = rows.iter().filter(|r| r.value.is_some()).collect();
        if told.is_empty() {
            return None;
        }
        let side = |row: &&&SpineRow, more: bool| {
            let x = row.value.unwrap_or(row.england);
            match row.good {
                Good::High => (more && x > row.spread[2]) || (!more && x < row.spread[1]),
                Good::Low => (more && x < row.spread[1]) || (!more && x > row.spread[2]),
                Good::Neither => false,
            }
        };
        let count = |more: bool| told.iter().filter(|r| side(r, more)).count();
        let (above, below) = (count(true), count(false));
        let many = scene.area_words().1;
        let title =
            format!("{name}: above the middle half of {many} on {}, below it on {below}", indicators(above));
        let subtitle = format!(
            "Answers to each indicator here, in England and in all {many}, {}, each row on its own scale",
            scene.period_label()
        );
        let description = format!(
            "A row for each of {} figures. The bar runs from the lowest to the highest of all {many}, its dark part holds the \
             middle half; England stands in the middle of every row, and the scale reaches as far to both sides. The end with \
             more points is always on the right; where no end is good, more is on the right and the mark is a square. \
             {name} lies to the right of the middle half on {} and to the left of it on {below}. Every area \
             is counted, so no statement about chance is made.",
            rows.len(),
            indicators(above)
        );
        let plot = Plot::Spine(Spine { rows, name: name.to_owned() });
        let mut chart = chart(scene, &format!("ccg-{code}-spine"), title, subtitle, description, plot);
        chart.own_page = true;
        chart.table = "indicator_values".to_owned();
        Some(chart)
    }
}

fn indicators(n: usize) -> String {
    words::of(words::size(n), "indicator", "indicators")
}

fn row(
    scene: &Scene,
    name: String,
    good: Good,
    england: Option<f64>,
    (unit, all): (SpineUnit, BTreeMap<String, f64>),
) -> Option<(SpineRow, BTreeMap<String, f64>)> {
    let mut sorted: Vec<f64> = all.values().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let enough = sorted.len() as f64 >= ANSWERED * scene.ccgs.len() as f64;
    let at = |p: f64| quantile(&sorted, p);
    let spread = [at(0.0)?, at(0.25)?, at(0.75)?, at(1.0)?];
    let name = words::clean(&name).0;
    let row = SpineRow { name, good, areas: sorted.len(), spread, england: england?, value: None, unit };
    enough.then_some((row, all))
}
