//! The files of the feeds, for the page that leads to them.

use super::Feed;

/// A file below `feeds/`.
pub struct Listed {
    pub path: String,
    pub title: &'static str,
    pub about: &'static str,
}

impl Feed {
    /// `feeds/CHOICES_POMI_SOURCE_SEP2018.csv`.
    pub fn source_path(&self) -> String {
        let month = self.source_day().strftime("%b%Y").to_string().to_uppercase();
        format!("feeds/CHOICES_POMI_SOURCE_{month}.csv")
    }

    pub fn listed(&self) -> Vec<Listed> {
        let file = |path: &str, title, about| Listed { path: path.to_owned(), title, about };
        vec![
            file(
                "feeds/AccountabilityIndicatorsGeneralPractice.csv",
                "Indicators of practices, as NHS Choices took them",
                "Nine columns with the mark ¬ between them, windows-1252",
            ),
            file("feeds/overview-1.xml", "Atom feed", "The first page; each leads to the next"),
            file("feeds/metrics.json", "Metrics as JSON", "With fixed keys, one object a practice"),
            file(
                "feeds/metrics.schema.json",
                "JSON Schema of the metrics",
                "For those who check what they read",
            ),
            file(&self.source_path(), "Source file of online services", "Fourteen columns, a row a practice"),
            file(
                "feeds/metric-information.csv",
                "Information sheet",
                "What each metric is, how it is worked out, its period and source",
            ),
        ]
    }
}
