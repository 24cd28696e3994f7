//! Where the figures come from, and the files of the release.

use super::size;
use crate::report::chart::Chart;
use crate::report::scene::Scene;
use crate::report::table::Table;
use crate::report::words;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Source {
    pub title: String,
    pub publisher: String,
    pub licence: String,
    pub periods: String,
    pub files: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Download {
    /// Path without extension.
    pub path: String,
    pub title: String,
    pub about: String,
    pub rows: String,
    /// Charts have pictures, tables have files of data.
    pub chart: bool,
}

pub fn sources(scene: &Scene) -> Vec<Source> {
    let clean = |s: &str| words::clean(s).0;
    scene
        .about
        .sources
        .iter()
        .map(|s| Source {
            title: clean(&s.title),
            publisher: clean(&s.publisher),
            licence: clean(&s.licence),
            periods: s.periods.iter().map(|p| clean(p)).collect::<Vec<_>>().join(" to "),
            files: s.files.iter().map(|f| clean(f)).collect(),
        })
        .collect()
}

pub fn downloads(charts: &[Chart], tables: &[Table]) -> Vec<Download> {
    let tables = tables.iter().map(|t| Download {
        path: t.path(),
        title: t.title.clone(),
        about: t.about.clone(),
        rows: words::of(size(t.rows), "row", "rows"),
        chart: false,
    });
    let charts = charts.iter().map(|c| Download {
        path: format!("charts/{}", c.id),
        title: c.subtitle.clone(),
        about: String::new(),
        rows: String::new(),
        chart: true,
    });
    tables.chain(charts).collect()
}
