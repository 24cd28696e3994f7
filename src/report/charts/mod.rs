//! The charts of a release, laid out from the scene: which numbers, which words.

mod areas;
mod england;
mod importance;
mod place;
mod practices;
mod spend;

pub use place::place;
pub use practices::band_words;

use super::chart::{Chart, Plot};
use super::scene::Scene;

pub fn charts(scene: &Scene) -> Vec<Chart> {
    [
        areas::caterpillar(scene),
        areas::levels(scene),
        areas::kinds(scene),
        practices::distribution(scene),
        practices::list_size(scene),
        england::trend(scene),
        importance::importance(scene),
    ]
    .into_iter()
    .flatten()
    .chain(spend::spend(scene))
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
        plot,
    }
}

fn england_floor(scene: &Scene) -> Option<f64> {
    scene.england_now().and_then(|e| e.interval.low)
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
