//! A part of a page, and a page that is nothing but parts.

use super::grid::{Fact, Grid};
use super::scene::Scene;
use serde::Serialize;

/// A heading, what to know, figures, tables, and where every number stands.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Section {
    /// Our own slug, unique on its page.
    pub id: String,
    pub heading: String,
    pub facts: Vec<Fact>,
    pub paragraphs: Vec<String>,
    pub grids: Vec<Grid>,
    /// Texts from data or definitions, one under the other.
    pub list: Vec<String>,
    /// Names of tables.
    pub tables: Vec<&'static str>,
    /// Not in the contents on top.
    pub minor: bool,
}

/// A page of sections with its contents on top: the method, the quality of the data, the open data.
#[derive(Clone, Debug, Serialize)]
pub struct Article {
    pub title: &'static str,
    pub lede: String,
    /// The quarter on show with its last day; empty where there is none.
    pub period: String,
    pub synthetic: bool,
    pub sections: Vec<Section>,
}

impl Section {
    pub fn new(id: &str, heading: &str) -> Section {
        Section { id: id.to_owned(), heading: heading.to_owned(), ..Section::default() }
    }

    #[must_use]
    pub fn says(mut self, paragraph: impl Into<String>) -> Section {
        self.paragraphs.push(paragraph.into());
        self
    }

    /// With a table; one without rows is left out.
    #[must_use]
    pub fn grid(mut self, grid: Grid) -> Section {
        if !grid.rows.is_empty() {
            self.grids.push(grid);
        }
        self
    }

    /// Names those tables that the release holds.
    #[must_use]
    pub fn with_tables_of(mut self, scene: &Scene, tables: &[&'static str]) -> Section {
        self.tables = scene.held(tables);
        self
    }

    /// Whether there is anything under the heading.
    pub fn is_empty(&self) -> bool {
        self.paragraphs.is_empty() && self.grids.is_empty() && self.facts.is_empty() && self.list.is_empty()
    }
}

impl Article {
    pub fn new(
        scene: &Scene,
        title: &'static str,
        lede: impl Into<String>,
        sections: Vec<Section>,
    ) -> Article {
        Article {
            title,
            lede: lede.into(),
            period: scene.period_words(),
            synthetic: scene.about.synthetic(),
            sections: sections.into_iter().filter(|s| !s.is_empty()).collect(),
        }
    }
}
