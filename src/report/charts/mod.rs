//! The charts of a release, laid out from the scene: which numbers, which words.

mod areas;
mod distribution;
mod england;
mod funnel;
mod history;
mod importance;
mod list_size;
mod own;
mod peers;
mod place;
mod quadrant;
mod spend;
mod spine;
mod tiles;

pub use list_size::band_words;
pub use own::{Own, OwnCharts};

use super::chart::{Chart, Plot};
use super::scene::{Scene, missing_words};
use super::spend::Scope;
use crate::stats::quantile;
use jiff::civil::Date;

/// The charts of England.
pub fn charts(scene: &Scene, own: &Own) -> Vec<Chart> {
    let first = [
        areas::caterpillar(scene),
        tiles::scores(scene),
        areas::levels(scene),
        areas::kinds(scene),
        distribution::distribution(scene),
        list_size::list_size(scene),
    ];
    let over_time = [
        england::trend(scene),
        own.history.england(scene),
        own.history.process(scene, None),
        importance::importance(scene),
    ];
    let spent = fairest(scene).and_then(|s| tiles::spend(scene, s));
    first
        .into_iter()
        .flatten()
        .chain(funnel::funnels(scene))
        .chain(over_time.into_iter().flatten())
        .chain(spend::spend(scene))
        .chain(spent)
        .chain(quadrant::quadrant(scene))
        .collect()
}

fn chart(scene: &Scene, id: &str, title: String, subtitle: String, description: String, plot: Plot) -> Chart {
    Chart {
        id: id.to_owned(),
        title,
        subtitle,
        description,
        footer: scene.footer(&scene.period_words(), &scene.sources()),
        synthetic: scene.about.synthetic(),
        table: "practice_scores".to_owned(),
        own_page: false,
        plot,
    }
}

/// Which quarters a chart over time leaves room for, after a blank; empty where none is missing.
fn room_words(days: impl Iterator<Item = Date>) -> String {
    missing_words(days).map_or_else(String::new, |missing| format!(" {missing} Their room is left empty."))
}

/// The scope of spend with the most figures that can be compared.
fn fairest<'a>(scene: &'a Scene) -> Option<&'a Scope> {
    let fair =
        |s: &Scope| s.rows.iter().filter(|r| r.bar.caveat.is_none() && r.bar.registered.is_some()).count();
    scene.spend.iter().rev().max_by_key(|s| fair(s))
}

fn england_floor(scene: &Scene) -> Option<f64> {
    scene.england_now().and_then(|e| e.interval.low)
}

/// Lower quartile, median and upper quartile of sorted values.
fn quartiles(sorted: &[f64]) -> Option<[f64; 3]> {
    Some([quantile(sorted, 0.25)?, quantile(sorted, 0.5)?, quantile(sorted, 0.75)?])
}
