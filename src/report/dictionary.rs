//! The data dictionary (`reports/dictionary.toml`): title, unit and meaning of every column of every table.

use crate::model::Absence;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// Columns that mean the same wherever they stand. In a name `*` stands for anything.
    columns: BTreeMap<String, Entry>,
    tables: BTreeMap<String, TableEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    pub title: String,
    pub about: String,
    /// Columns that together name a row.
    pub key: Vec<String>,
    /// Where a column means something else than in [`Dictionary::columns`].
    #[serde(default)]
    columns: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub title: String,
    pub about: String,
    #[serde(default)]
    pub unit: Option<String>,
    /// What a missing value means where no absence column says it: a word of [`Absence`].
    #[serde(default)]
    empty: Option<String>,
}

impl Entry {
    pub fn empty(&self) -> Absence {
        self.empty.as_deref().and_then(Absence::parse).unwrap_or(Absence::NotReturned)
    }
}

impl Dictionary {
    pub fn table(&self, name: &str) -> Option<&TableEntry> {
        self.tables.get(name)
    }

    /// The columns that name a row, by table.
    pub fn keys(&self) -> BTreeMap<String, Vec<String>> {
        self.tables.iter().map(|(name, table)| (name.clone(), table.key.clone())).collect()
    }

    /// The entry of a column: that of its table, else the common one; by its name, else by the longest pattern.
    pub fn column(&self, table: &str, column: &str) -> Option<&Entry> {
        let own = self.tables.get(table).and_then(|t| named(&t.columns, column));
        own.or_else(|| named(&self.columns, column))
    }
}

/// The entry of a name, else that of the longest pattern: a `*` stands for anything.
fn named<'a>(entries: &'a BTreeMap<String, Entry>, column: &str) -> Option<&'a Entry> {
    entries.get(column).or_else(|| {
        let fits = |pattern: &str| {
            pattern.split_once('*').is_some_and(|(start, end)| {
                column.len() >= start.len() + end.len() && column.starts_with(start) && column.ends_with(end)
            })
        };
        let matching = entries.iter().filter(|(name, _)| fits(name));
        matching.max_by_key(|(name, _)| name.len()).map(|(_, entry)| entry)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Definitions;

    /// The tables and columns that release.md promises.
    const PROMISED: [(&str, &str); 10] = [
        (
            "practices",
            "period practice_code practice_name ccg_code ccg_name basis list_size weighted_list system_supplier \
             status provenance",
        ),
        (
            "indicator_values",
            "period unit_type unit_code indicator_id numerator denominator value absence points evidence provenance",
        ),
        (
            "practice_scores",
            "period practice_code ccg_code framework score score_high estimate coverage level level_high have use \
             benefit rank_low rank rank_high p_top_tenth p_bottom_tenth",
        ),
        (
            "ccg_scores",
            "period ccg_code practices practices_scored list_size score score_high estimate score_unweighted \
             coverage share_level_0 share_level_3 rank_low rank rank_high tier",
        ),
        (
            "league_table",
            "period ccg_code rank_low rank_high tier rank score share_level_1 per_head_registered",
        ),
        (
            "spend_per_head",
            "period ccg_code scope spend_pence registered weighted resident per_head_registered per_head_weighted \
             per_head_resident denominator_source denominator_date status question",
        ),
        ("area_scores", "period unit_type unit_code practices list_size score score_high estimate coverage"),
        (
            "quality/reconciliation",
            "dataset file sha256 rows_read rows_accepted rows_quarantined rows_skipped rows_refused bytes_read \
             bytes_accounted",
        ),
        ("quality/issues", "code file place severity dataset sheet line column cell field key found message"),
        ("quality/quarantine", "dataset file line raw codes"),
    ];

    #[test]
    fn every_promised_column_has_a_title_and_a_meaning_and_every_key_is_a_column() {
        let dictionary = Definitions::shipped().unwrap().dictionary;
        for (table, columns) in PROMISED {
            let entry = dictionary.table(table).unwrap_or_else(|| panic!("no table {table}"));
            assert!(!entry.title.is_empty() && !entry.about.is_empty() && !entry.key.is_empty());
            for column in columns.split_whitespace().chain(entry.key.iter().map(String::as_str)) {
                let found = dictionary.column(table, column);
                assert!(found.is_some_and(|e| e.about.ends_with('.')), "{table}.{column}");
            }
        }
    }

    #[test]
    fn the_word_for_an_empty_cell_is_a_known_absence() {
        let dictionary = Definitions::shipped().unwrap().dictionary;
        let own = dictionary.tables.values().flat_map(|t| t.columns.values());
        for entry in dictionary.columns.values().chain(own) {
            assert!(entry.empty.as_deref().is_none_or(|w| Absence::parse(w).is_some()), "{entry:?}");
        }
    }
}
