//! What pages say of the bodies that commission and deliver GP IT: agreements, standards, suppliers and partners.
//!
//! Each part has a section for England and one for each CCG; a table that the release does not hold makes no section.

mod agreements;
mod providers;
mod standards;

use super::grid::Grid;
use super::scene::Scene;
use super::section::Section;
use std::collections::BTreeMap;

/// The sections on England.
pub fn england(scene: &Scene) -> Vec<Section> {
    let parts = [agreements::england(scene), standards::england(scene), providers::england(scene)];
    parts.into_iter().flatten().collect()
}

/// The sections of each CCG's page, by code.
pub fn by_ccg(scene: &Scene) -> BTreeMap<String, Vec<Section>> {
    let mut out: BTreeMap<String, Vec<Section>> = BTreeMap::new();
    let parts = [agreements::by_ccg(scene), standards::by_ccg(scene), providers::by_ccg(scene)];
    for (code, section) in parts.into_iter().flatten() {
        out.entry(code).or_default().push(section);
    }
    out
}

/// A section of a body, with those of its tables that the release holds.
fn section(
    scene: &Scene,
    (id, heading): (&str, &str),
    paragraphs: Vec<String>,
    grids: Vec<Grid>,
    tables: &[&'static str],
) -> Section {
    Section { paragraphs, grids, ..Section::new(id, heading) }.with_tables_of(scene, tables)
}

/// What is held as a fault of one supplier's data, a sentence each.
pub fn held_steps(scene: &Scene) -> Vec<String> {
    providers::held(scene).into_iter().map(|(_, sentence)| sentence).collect()
}
