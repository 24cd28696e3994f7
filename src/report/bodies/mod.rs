//! What pages say of the bodies that commission and deliver GP IT: agreements, standards, suppliers and partners.
//!
//! Each part has a section for England and one for each CCG; a table that the release does not hold makes no section.

mod agreements;
mod providers;
mod standards;

use super::grid::Grid;
use super::scene::Scene;
use serde::Serialize;
use std::collections::BTreeMap;

/// A part of a page: a heading, what to know, tables, where every number stands.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Our own slug, unique on its page.
    pub id: &'static str,
    pub heading: String,
    pub paragraphs: Vec<String>,
    pub grids: Vec<Grid>,
    /// Names of tables.
    pub tables: Vec<&'static str>,
}

/// The sections on England.
pub fn england(scene: &Scene) -> Vec<Section> {
    let parts = [agreements::england(scene), standards::england(scene), providers::england(scene)];
    parts.into_iter().flatten().map(|s| s.with_tables_of(scene)).collect()
}

/// The sections of each CCG's page, by code.
pub fn by_ccg(scene: &Scene) -> BTreeMap<String, Vec<Section>> {
    let mut out: BTreeMap<String, Vec<Section>> = BTreeMap::new();
    let parts = [agreements::by_ccg(scene), standards::by_ccg(scene), providers::by_ccg(scene)];
    for (code, section) in parts.into_iter().flatten() {
        out.entry(code).or_default().push(section.with_tables_of(scene));
    }
    out
}

impl Section {
    /// Names only tables that the release holds.
    fn with_tables_of(mut self, scene: &Scene) -> Section {
        self.tables.retain(|t| scene.release.tables.contains_key(*t));
        self
    }
}

fn size(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
