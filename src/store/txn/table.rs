//! A table on its way into a version: its key, where it came from, and the held release that it may be.

use crate::model::{Period, Provenance};
use crate::store::content::ContentHash;
use crate::store::manifest::{Origin, TableEntry};
use crate::store::names;
use crate::store::parquet::Metadata;
use polars::prelude::DataFrame;

/// Which table: a dataset and a period.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableKey {
    pub dataset: String,
    pub period: Period,
}

/// Where a table comes from; written into the metadata of its file.
#[derive(Clone, Debug)]
pub struct TableMeta {
    /// Label of the file or the member of an archive.
    pub source: String,
    /// blake3 of the raw file, when it is kept as a snapshot.
    pub snapshot: Option<String>,
    /// The other files of a table that was collected in parts; each row names its own.
    pub also: Vec<Origin>,
    /// Hash of the contract.
    pub definition: String,
    pub provenance: Provenance,
}

/// A table to store.
#[derive(Clone, Debug)]
pub struct NewTable {
    pub key: TableKey,
    pub frame: DataFrame,
    pub meta: TableMeta,
}

/// What became of a table that was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// `r001-1f2e3d4c`.
    pub release: String,
    /// `false`: this content was held already, and nothing was written.
    pub new: bool,
    /// How many releases of the period are held, this one included.
    pub releases: usize,
}

/// The held release with these values, if the table need not be stored again; see [`Txn::put_tables`].
pub(super) fn position_of(held: &[TableEntry], meta: &TableMeta, hash: &ContentHash) -> Option<usize> {
    let (content, lineage) = (hash.content.to_hex(), hash.lineage.to_hex());
    held.iter().rposition(|t| {
        let same_file = t.snapshot == meta.snapshot && t.also == meta.also;
        t.content == content.as_str() && (t.lineage == lineage.as_str() || !same_file)
    })
}

pub(super) fn metadata(table: &NewTable) -> Metadata {
    let TableMeta { source, snapshot, also, definition, provenance } = &table.meta;
    let sources = std::iter::once(source).chain(also.iter().map(|o| &o.source)).map(String::as_str);
    let mut pairs = Metadata::from([
        ("dpcmi.dataset".to_owned(), table.key.dataset.clone()),
        ("dpcmi.period".to_owned(), table.key.period.to_string()),
        ("dpcmi.grain".to_owned(), names::grain(table.key.period.grain()).to_owned()),
        ("dpcmi.source".to_owned(), sources.collect::<Vec<_>>().join("; ")),
        ("dpcmi.definition".to_owned(), definition.clone()),
        ("dpcmi.provenance".to_owned(), provenance.to_string()),
    ]);
    if let Some(blake3) = snapshot {
        pairs.insert("dpcmi.snapshot".to_owned(), blake3.clone());
    }
    pairs
}
