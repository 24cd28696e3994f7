//! What codes mean: the words of a table of the release, by code.

use super::definition::Definition;
use crate::report::table::{Table, Values};
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The lookups of the definition whose tables the release holds, by id.
pub struct Lookups<'d>(BTreeMap<&'d str, Lookup<'d>>);

pub struct Lookup<'d> {
    /// What is added to the heading of the codes.
    pub heading: &'d str,
    words: BTreeMap<String, String>,
}

impl<'d> Lookups<'d> {
    /// Of a table by periods, the words of the quarter on show; of codes that it does not hold, those of any other.
    pub fn read(definition: &'d Definition, tables: &[Table], shown: Option<Date>) -> Lookups<'d> {
        let mut all = BTreeMap::new();
        for lookup in &definition.lookups {
            let Some(table) = tables.iter().find(|t| t.name == lookup.table) else { continue };
            let text = |name: &str| match table.column(name).map(|c| &c.values) {
                Some(Values::Text(texts)) => Some(texts),
                _ => None,
            };
            let (Some(codes), Some(meanings)) = (text(&lookup.code), text(&lookup.words)) else { continue };
            let mut found: BTreeMap<&str, (bool, &str)> = BTreeMap::new();
            for row in 0..table.rows {
                let now = match table.column("period").map(|c| &c.values) {
                    Some(Values::Date(days)) => days[row].is_some() && days[row] == shown,
                    _ => true,
                };
                if let (Some(code), Some(meaning)) = (codes.get(row), meanings.get(row))
                    && found.get(code).is_none_or(|(current, _)| now && !current)
                {
                    found.insert(code, (now, meaning));
                }
            }
            let mut words = lookup.also.clone();
            words.extend(found.into_iter().map(|(code, (_, w))| (code.to_owned(), words::clean_long(w))));
            all.insert(lookup.id.as_str(), Lookup { heading: &lookup.heading, words });
        }
        Lookups(all)
    }

    pub fn get(&self, id: &str) -> Option<&Lookup<'d>> {
        self.0.get(id)
    }
}

impl Lookup<'_> {
    /// The words of one code.
    pub fn of(&self, code: &str) -> Option<&str> {
        self.words.get(code).map(String::as_str)
    }

    /// The words of the codes in a cell, separated by semicolons as the codes are by spaces; a code without words stands
    /// as it is.
    pub fn words(&self, codes: &str) -> String {
        let each = codes.split_whitespace().map(|code| self.of(code).unwrap_or(code));
        each.collect::<Vec<_>>().join("; ")
    }
}
