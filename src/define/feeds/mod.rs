//! What patients are told about a practice (`reports/feeds.toml`): an allow-list of columns, the facts that are read
//! from them, and the words of every feed. Definitions are data; the feeds are made in `feeds`, `report` and `render`.

mod check;
mod indicator_file;

pub use indicator_file::unwritable;

use super::ReportSources;
use super::fault::{Source, parse};
use crate::diag::Diagnostic;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feeds {
    pub id: String,
    pub title: String,
    /// Address below which the files lie: absolute, https, with a slash at its end.
    pub base: String,
    pub author: String,
    pub rights: String,
    pub licence: String,
    /// Entries of one page of the Atom feed.
    pub page: usize,
    /// Statuses of practices that are shown.
    pub statuses: Vec<String>,
    /// Words that no text for patients may hold.
    pub banned: Vec<String>,
    pub banding: Banding,
    pub words: Words,
    pub reply: ReplyWords,
    /// Dataset whose contract reads the list of successors.
    pub successors: String,
    /// The allow-list.
    pub public: Vec<Public>,
    #[serde(rename = "fact")]
    pub facts: Vec<Fact>,
    pub source_file: SourceFile,
}

/// Quarters of practices by their printed percentage, in words.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Banding {
    pub about: String,
    pub lowest: String,
    pub middle: String,
    pub highest: String,
    pub minimum_practices: usize,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub yes: String,
    pub no: String,
    pub not_known: String,
    pub not_asked: String,
    /// Opens the text of every fact without a value.
    pub no_value: String,
    /// Why a count that exists is not shown.
    pub withheld: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyWords {
    /// Where replies come in.
    pub dataset: String,
    pub about: String,
    pub confirmed: String,
    pub corrected: String,
    pub silent: String,
    /// How a count is known that nobody replied to, and that another value of its service makes another one.
    pub follows: String,
    /// Stands in a preview for what patients would read of a fact that no feed holds.
    pub unread: String,
}

/// A column that may be public.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    pub dataset: String,
    pub column: String,
    /// Only rows with one of these values.
    #[serde(default, rename = "where")]
    pub rows: BTreeMap<String, Vec<String>>,
    /// How what the column says is known, in words for patients.
    pub known_by: String,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Yes or no.
    State,
    /// So many people out of so many, shown as a percentage.
    Share,
    /// A number that only the source file holds.
    Count,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub id: String,
    /// Number of the metric; facts without one are in the source file only.
    #[serde(default)]
    pub metric: Option<u32>,
    pub name: String,
    pub question: String,
    pub kind: FactKind,
    /// Of a share, as it follows the number.
    #[serde(default)]
    pub unit: Option<String>,
    /// A state, wherever it stands: where it is "no" the number is 0, where it is not known the number is not known.
    #[serde(default)]
    pub only_if: Option<String>,
    /// In order: the first that knows answers.
    #[serde(default, rename = "source")]
    pub sources: Vec<FactSource>,
}

/// Rows and column of a dataset, and how to read them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactSource {
    pub dataset: String,
    #[serde(default, rename = "where")]
    pub rows: BTreeMap<String, String>,
    pub column: String,
    /// Values that mean yes; what is neither here nor in `no` is not known.
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
    /// Of a share: the rows with the number of all people.
    #[serde(default)]
    pub of: BTreeMap<String, String>,
}

/// The file of online services in the layout that NHS Choices took in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    pub name: String,
    /// Column of `practices` with the supplier, the add-on tag taken off.
    pub supplier_column: String,
    #[serde(rename = "service")]
    pub services: Vec<Service>,
}

/// Three columns of the source file, by facts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub stem: String,
    pub state: String,
    pub enabled: String,
    pub used: String,
}

impl Feeds {
    /// The shipped definitions.
    pub fn shipped() -> Result<Feeds, Vec<Diagnostic>> {
        Feeds::load(&ReportSources::shipped().feeds)
    }

    /// Reads and checks; all faults together.
    pub fn load(source: &Source) -> Result<Feeds, Vec<Diagnostic>> {
        let feeds: Feeds = parse(source).map_err(|fault| vec![*fault])?;
        let faults = check::faults(&feeds, source);
        if faults.is_empty() { Ok(feeds) } else { Err(faults) }
    }

    /// Place of a fact among the facts.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.facts.iter().position(|f| f.id == id)
    }

    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|f| f.id == id)
    }

    /// How what a source says is known: the words of the allow-list. `None` where the list does not allow it.
    pub fn known_by(&self, source: &FactSource) -> Option<&str> {
        let fits = |p: &&Public| {
            let own = p.dataset == source.dataset && p.column == source.column;
            own && p.allows(&source.rows) && (source.of.is_empty() || p.allows(&source.of))
        };
        self.public.iter().find(fits).map(|p| p.known_by.as_str())
    }
}

impl Public {
    /// Whether rows chosen so are among the allowed ones. Where only some rows are public, they must be chosen.
    fn allows(&self, rows: &BTreeMap<String, String>) -> bool {
        let listed =
            |(column, value): (&String, &String)| self.rows.get(column).is_some_and(|v| v.contains(value));
        self.rows.keys().all(|column| rows.contains_key(column)) && rows.iter().all(listed)
    }
}
