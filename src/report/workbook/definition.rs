//! The list of sheets (`reports/workbook.toml`): which table, which columns, which rows, which notes.

use super::super::table::Table;
use serde::Deserialize;

/// End of the names of ceilings.
const CEILING: &str = "_high";

const SHIPPED: &str = include_str!("../../../reports/workbook.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub organisation: String,
    pub contact: String,
    pub next_update: String,
    pub method: String,
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
    pub books: Vec<Book>,
    pub rows: Rows,
    /// Column with the CCG's code.
    pub ccg: Option<String>,
    pub columns: Vec<String>,
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
    /// What `*` stands for.
    pub part: Option<&'t str>,
    /// Whether `*` stands in the name of a ceiling, which the dictionary describes with its floor.
    pub ceiling: bool,
}

impl Definition {
    pub fn shipped() -> Result<Definition, toml::de::Error> {
        toml::from_str(SHIPPED)
    }

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
        let of = |pattern: &String| -> Vec<Chosen<'t>> {
            let columns = table.columns.iter().enumerate();
            columns
                .filter_map(|(at, c)| {
                    let part = part(pattern, &c.name)?;
                    let part = (!part.is_empty()).then_some(part);
                    Some(Chosen { at, part, ceiling: part.is_some() && pattern.ends_with(CEILING) })
                })
                .collect()
        };
        self.columns.iter().flat_map(of).collect()
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
    use super::super::super::dictionary::Dictionary;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_sheet_has_a_lawful_name_of_its_own_and_columns_that_the_dictionary_knows() {
        let definition = Definition::shipped().unwrap();
        let dictionary = Dictionary::shipped().unwrap();
        let mut names = BTreeSet::from(["cover".to_owned(), "contents".to_owned(), "notes".to_owned()]);
        for sheet in &definition.sheets {
            assert!(names.insert(sheet.name.to_lowercase()), "{} stands twice", sheet.name);
            let lawful = |c: char| c.is_ascii_alphanumeric() || c == '_';
            assert!(sheet.name.len() <= 31 && sheet.name.chars().all(lawful), "{}", sheet.name);
            assert!(sheet.name.starts_with(|c: char| c.is_ascii_alphabetic()));
            assert!(dictionary.table(&sheet.table).is_some(), "{}", sheet.table);
            assert!(!sheet.books.contains(&Book::Ccg) || sheet.ccg.is_some(), "{}", sheet.name);
            for column in &sheet.columns {
                let entry = dictionary.column(&sheet.table, &column.replace('*', "x")).unwrap();
                assert_ne!(entry.title, "Further column", "{}.{column}", sheet.table);
            }
            let has = |c: &str| sheet.columns.iter().any(|own| own == c);
            assert!(!has("rank") || has("rank_low") && has("rank_high"), "{}: a bare rank", sheet.name);
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
