//! The list of sheets (`reports/workbook.toml`): which table, which columns, which rows, which words for codes, which notes.

use super::super::table::Table;
use serde::Deserialize;
use std::collections::BTreeMap;

/// End of the names of ceilings.
const CEILING: &str = "_high";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub organisation: String,
    pub contact: String,
    pub next_update: String,
    pub method: String,
    #[serde(rename = "lookup")]
    pub lookups: Vec<LookupDefinition>,
    #[serde(rename = "sheet")]
    pub sheets: Vec<SheetDefinition>,
    #[serde(rename = "note")]
    pub notes: Vec<NoteDefinition>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetDefinition {
    /// Letters, digits and underscores, at most 31, not a digit first: a reference needs no quotes then.
    pub name: String,
    pub table: String,
    /// Title and words under it, where those of the table do not fit.
    pub title: Option<String>,
    pub about: Option<String>,
    pub books: Vec<Book>,
    pub rows: Rows,
    /// Column with the CCG's code: its book has the row.
    pub ccg: Option<String>,
    /// Column with the practice's code: the book of the practice's CCG has the row.
    pub practice: Option<String>,
    /// Every book has the same rows.
    #[serde(default)]
    pub shared: bool,
    /// Columns of text to the one value that the rows on the sheet have.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// Columns to the id of the lookup whose words stand beside their codes.
    #[serde(default)]
    pub beside: BTreeMap<String, String>,
    /// Columns to a heading in place of the dictionary's title.
    #[serde(default)]
    pub headings: BTreeMap<String, String>,
    /// Columns to the words that stand for a text of theirs, the whole cell.
    #[serde(default)]
    pub say: BTreeMap<String, BTreeMap<String, String>>,
    pub spread: Option<SpreadDefinition>,
    pub columns: Vec<String>,
}

/// A long table laid out wide: a row for each value of the sheet's first column, a column for each code of `across`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpreadDefinition {
    pub across: String,
    /// Column whose figures fill the cells.
    pub value: String,
    /// Lookups of the words and the unit in the headings.
    pub words: String,
    pub unit: String,
}

/// Where the words for codes stand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupDefinition {
    pub id: String,
    pub table: String,
    pub code: String,
    pub words: String,
    /// What is added to the heading of the codes.
    pub heading: String,
    /// Words of codes that have no row.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    England,
    Ccg,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    Shown,
    Latest,
    All,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteDefinition {
    pub columns: Vec<String>,
    /// Tables whose columns are meant; all where none is named.
    #[serde(default)]
    pub tables: Vec<String>,
    pub text: String,
}

/// A column of a table that a sheet shows.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'t> {
    /// Index in the table.
    pub at: usize,
    /// Index of its pattern in the definition.
    pub pattern: usize,
    /// What `*` stands for.
    pub part: Option<&'t str>,
    /// Whether `*` stands in the name of a ceiling, which the dictionary describes with its floor.
    pub ceiling: bool,
}

impl Definition {
    /// Numbers of the notes on a column, from 1, as they stand in the definition.
    pub fn notes_on<'d>(&'d self, table: &'d str, column: &'d str) -> impl Iterator<Item = usize> + 'd {
        let meant = move |n: &NoteDefinition| {
            let here = n.tables.is_empty() || n.tables.iter().any(|t| t == table);
            here && n.columns.iter().any(|p| part(p, column).is_some())
        };
        self.notes.iter().enumerate().filter(move |(_, n)| meant(n)).map(|(i, _)| i)
    }
}

impl SheetDefinition {
    /// The columns that the table has, in the order of the definition.
    pub fn choose<'t>(&self, table: &'t Table) -> Vec<Chosen<'t>> {
        let of = |(index, pattern): (usize, &String)| -> Vec<Chosen<'t>> {
            let columns = table.columns.iter().enumerate();
            columns
                .filter_map(|(at, c)| {
                    let part = part(pattern, &c.name)?;
                    let part = (!part.is_empty()).then_some(part);
                    let ceiling = part.is_some() && pattern.ends_with(CEILING);
                    Some(Chosen { at, pattern: index, part, ceiling })
                })
                .collect()
        };
        self.columns.iter().enumerate().flat_map(of).collect()
    }

    /// Columns of the table that stand on the sheet: those chosen, and after them what a spread has laid out.
    pub fn shown<'t>(&self, table: &'t Table) -> Vec<Chosen<'t>> {
        let mut columns = self.choose(table);
        if self.spread.is_some() {
            let rest = (0..table.columns.len()).filter(|at| columns.iter().all(|c| c.at != *at));
            let rest = rest.map(|at| Chosen { at, pattern: self.columns.len(), part: None, ceiling: false });
            let rest: Vec<_> = rest.collect();
            columns.extend(rest);
        }
        columns
    }
}

/// What `*` stands for in a name that fits the pattern; empty for a name that is the pattern. The ceiling of a column
/// (`..._high`) is another figure, so a pattern that does not end so leaves it out.
fn part<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let Some((before, after)) = pattern.split_once('*') else {
        return (pattern == name).then_some("");
    };
    let part = name.strip_prefix(before)?.strip_suffix(after).filter(|p| !p.is_empty())?;
    (pattern.ends_with(CEILING) || !part.ends_with(CEILING)).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Definitions;
    use std::collections::BTreeSet;

    #[test]
    fn every_sheet_has_a_lawful_name_of_its_own_and_columns_that_the_dictionary_knows() {
        let definition = Definitions::shipped().unwrap().sheets;
        let dictionary = Definitions::shipped().unwrap().dictionary;
        let mut names = BTreeSet::from(["cover".to_owned(), "contents".to_owned(), "notes".to_owned()]);
        for sheet in &definition.sheets {
            assert!(names.insert(sheet.name.to_lowercase()), "{} stands twice", sheet.name);
            let lawful = |c: char| c.is_ascii_alphanumeric() || c == '_';
            assert!(sheet.name.len() <= 31 && sheet.name.chars().all(lawful), "{}", sheet.name);
            assert!(sheet.name.starts_with(|c: char| c.is_ascii_alphabetic()));
            assert!(dictionary.table(&sheet.table).is_some(), "{}", sheet.table);
            let owned = usize::from(sheet.ccg.is_some()) + usize::from(sheet.practice.is_some());
            let one = owned + usize::from(sheet.shared) == 1;
            assert!(!sheet.books.contains(&Book::Ccg) || one, "{}: whose rows are they?", sheet.name);
            let spread = sheet.spread.iter().flat_map(|s| [&s.across, &s.value]);
            let owner = sheet.ccg.iter().chain(&sheet.practice);
            for column in sheet.columns.iter().chain(spread).chain(owner).chain(sheet.only.keys()) {
                let entry = dictionary.column(&sheet.table, &column.replace('*', "x")).unwrap();
                assert_ne!(entry.title, "Further column", "{}.{column}", sheet.table);
            }
            for column in sheet.beside.keys().chain(sheet.headings.keys()) {
                assert!(sheet.columns.contains(column), "{}: {column} is no column", sheet.name);
            }
            let spread = sheet.spread.iter().flat_map(|s| [&s.words, &s.unit]);
            for lookup in sheet.beside.values().chain(spread) {
                assert!(definition.lookups.iter().any(|l| l.id == *lookup), "{}: {lookup}", sheet.name);
            }
            // rank (first to last) of so many, side by side
            let with_range = ["rank", "rank_low", "rank_high", "ranked_among"];
            let at = sheet.columns.iter().position(|c| c == "rank");
            assert!(at.is_none_or(|at| sheet.columns[at..].starts_with(&with_range.map(str::to_owned))));
        }
    }

    #[test]
    fn a_pattern_takes_its_own_columns_and_leaves_the_ceilings() {
        assert_eq!(part("score", "score"), Some(""));
        assert_eq!(part("score", "score_high"), None);
        assert_eq!(part("share_level_*", "share_level_3"), Some("3"));
        assert_eq!(part("share_level_*", "share_level_3_high"), None);
        assert_eq!(part("share_level_*_high", "share_level_3_high"), Some("3"));
        assert_eq!(part("share_level_*", "share_level_"), None);
    }
}
