//! A release put together from parts: what stands for each part, and what is said where one came again.

use super::super::rivals;
use super::split;
use crate::contract::ASIDE;
use crate::define::Contract;
use crate::diag::{Diagnostic, Place};
use crate::model::Provenance;
use crate::store::{NewTable, Origin, StoredTable, TableKey, TableMeta};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many parts a warning names.
const NAMED: usize = 5;

/// A part as it stands: its rows and the file that they are of.
#[derive(Clone)]
pub(super) struct Share {
    pub rows: DataFrame,
    pub origin: Origin,
    pub provenance: Provenance,
    /// A file of this batch; held in the store otherwise.
    pub fresh: bool,
}

/// A release in the making.
pub(super) struct Release<'c> {
    contract: &'c Contract,
    pub shares: BTreeMap<String, Share>,
    /// Part of each key, where the same key could come in two parts: a practice that two CCGs return.
    owners: BTreeMap<Vec<String>, String>,
}

impl<'c> Release<'c> {
    pub fn of(contract: &'c Contract) -> Release<'c> {
        Release { contract, shares: BTreeMap::new(), owners: BTreeMap::new() }
    }

    /// From what the store holds. A part was taken whole from one file, which its rows name.
    pub fn begin(&mut self, table: &StoredTable, part: &str) -> PolarsResult<()> {
        let provenance = Provenance::of(Some(&table.entry.provenance));
        for (word, rows) in split(&table.frame, part)? {
            let source = rows.column("_source")?.str()?.get(0).unwrap_or_default().to_owned();
            let snapshot = table.entry.origins().find(|o| o.source == source).and_then(|o| o.snapshot);
            self.put(word, Share { rows, origin: Origin { source, snapshot }, provenance, fresh: false })?;
        }
        Ok(())
    }

    pub fn put(&mut self, word: String, share: Share) -> PolarsResult<()> {
        let gone = self.shares.get(&word).map(|s| self.keys(&s.rows)).transpose()?;
        gone.into_iter().flatten().for_each(|key| _ = self.owners.remove(&key));
        self.owners.extend(self.keys(&share.rows)?.into_iter().map(|key| (key, word.clone())));
        self.shares.insert(word, share);
        Ok(())
    }

    /// Whether the part holds these values already, wherever they stood.
    pub fn says(&self, word: &str, rows: &DataFrame) -> PolarsResult<bool> {
        self.shares.get(word).map_or(Ok(false), |s| Ok(values(&s.rows)?.equals_missing(&values(rows)?)))
    }

    /// Keys of the rows, where the part is no part of them.
    fn keys(&self, rows: &DataFrame) -> PolarsResult<Vec<Vec<String>>> {
        let contract = self.contract;
        if contract.key.is_empty() || contract.part.as_ref().is_some_and(|p| contract.key.contains(p)) {
            return Ok(Vec::new());
        }
        let mut keys = vec![Vec::with_capacity(contract.key.len()); rows.height()];
        for name in &contract.key {
            let cells = rows.column(name)?.cast(&DataType::String)?;
            for (key, cell) in keys.iter_mut().zip(cells.str()?.iter()) {
                key.push(cell.unwrap_or_default().to_owned());
            }
        }
        Ok(keys)
    }

    /// Keys of a file that stand under a part which the file does not return, by that part.
    pub fn doubled(
        &self,
        shares: &BTreeMap<String, DataFrame>,
    ) -> PolarsResult<BTreeMap<String, BTreeSet<Vec<String>>>> {
        let mut out: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
        for rows in shares.values() {
            for key in self.keys(rows)? {
                if let Some(word) = self.owners.get(&key).filter(|word| !shares.contains_key(*word)) {
                    out.entry(word.clone()).or_default().insert(key);
                }
            }
        }
        Ok(out)
    }

    /// Takes rows out of a part, since a later file returns them under another one; says so.
    pub fn drop_keys(
        &mut self,
        word: &str,
        gone: &BTreeSet<Vec<String>>,
        by: &str,
        key: &TableKey,
    ) -> PolarsResult<Diagnostic> {
        let Some(mut share) = self.shares.get(word).cloned() else { unreachable!("doubled names shares") };
        let stays: BooleanChunked = self.keys(&share.rows)?.iter().map(|k| !gone.contains(k)).collect();
        share.rows = share.rows.filter(&stays)?;
        let names = listed(gone.iter().map(|k| k.join(" ")));
        let message = format!(
            "{} {}: {names} stands in {} under {word} too; the row of {by} is used",
            key.dataset,
            key.period.label(),
            share.origin.source
        );
        gone.iter().for_each(|key| _ = self.owners.remove(key));
        if share.rows.height() == 0 {
            self.shares.remove(word);
        } else {
            self.shares.insert(word.to_owned(), share);
        }
        Ok(Diagnostic::new("RESUBMISSION", Place::file(by), message).dataset(&key.dataset))
    }

    /// The parts in their order, as one table. Rows that an older contract typed get its new columns, empty.
    pub fn table(&self, key: &TableKey) -> PolarsResult<NewTable> {
        let newest = self.shares.values().find(|s| s.fresh).or(self.shares.values().next());
        let Some(newest) = newest else { unreachable!("a file of the period has rows") };
        let mut names: Vec<PlSmallStr> = newest.rows.get_column_names_owned();
        let mut frame: Option<DataFrame> = None;
        for share in self.shares.values() {
            let more = share.rows.get_column_names_owned().into_iter().filter(|n| !names.contains(n));
            let more: Vec<PlSmallStr> = more.collect();
            names.extend(more);
        }
        let types = |name: &PlSmallStr| {
            let of = |s: &Share| s.rows.column(name).ok().map(|c| c.dtype().clone());
            of(newest).or_else(|| self.shares.values().find_map(of)).unwrap_or(DataType::String)
        };
        let columns: Vec<(PlSmallStr, DataType)> = names.iter().map(|n| (n.clone(), types(n))).collect();
        for share in self.shares.values() {
            let height = share.rows.height();
            let aligned = columns.iter().map(|(name, kind)| match share.rows.column(name) {
                Ok(column) => column.strict_cast(kind),
                Err(_) => Ok(Column::full_null(name.clone(), height, kind)),
            });
            let rows = DataFrame::new(height, aligned.collect::<PolarsResult<_>>()?)?;
            match &mut frame {
                None => frame = Some(rows),
                Some(all) => _ = all.vstack_mut_owned(rows)?,
            }
        }
        let mut frame = frame.unwrap_or_default();
        frame.rechunk_mut();
        let provenance = self.shares.values().map(|s| s.provenance).max().unwrap_or(Provenance::Returned);
        let mut origins: BTreeSet<Origin> = self.shares.values().map(|s| s.origin.clone()).collect();
        let first = origins.pop_first().unwrap_or_default();
        let meta = TableMeta {
            source: first.source,
            snapshot: first.snapshot,
            also: origins.into_iter().collect(),
            definition: self.contract.hash.clone(),
            provenance,
        };
        Ok(NewTable { key: key.clone(), frame, meta })
    }

    /// What is said of parts that came again, once for each set of files, at the file that is used.
    pub fn resubmitted(
        &self,
        key: &TableKey,
        before: &BTreeMap<String, Share>,
        files: BTreeMap<String, Vec<(usize, String)>>,
    ) -> PolarsResult<Vec<(usize, Diagnostic)>> {
        let mut rivals: BTreeMap<Vec<(usize, String)>, Vec<String>> = BTreeMap::new();
        for (word, all) in files {
            let again = match before.get(&word) {
                Some(held) => !self.says(&word, &held.rows)?,
                None => false,
            };
            if all.len() > 1 || again {
                rivals.entry(all).or_default().push(word);
            }
        }
        let part = self.contract.part.as_deref().unwrap_or_default();
        let said = rivals.into_iter().filter_map(|(all, words)| {
            let ((outcome, used), others) = all.split_last()?;
            let what =
                format!("{} {}, {part} {},", key.dataset, key.period.label(), listed(words.into_iter()));
            let others: Vec<&str> = others.iter().map(|(_, file)| file.as_str()).collect();
            Some((*outcome, rivals::resubmission(&key.dataset, &what, &others, used)))
        });
        Ok(said.collect())
    }
}

/// Without the columns of lineage; a row that was set aside is not the same as one that was accepted.
fn values(rows: &DataFrame) -> PolarsResult<DataFrame> {
    let names = rows.get_column_names_owned().into_iter().filter(|n| !n.starts_with('_') || n == ASIDE);
    rows.select(names)
}

/// The first few words, and how many more there are.
fn listed(words: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = words.collect();
    let shown = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if all.len() > NAMED { format!("{shown} and {} more", all.len() - NAMED) } else { shown }
}
