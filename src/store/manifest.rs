//! The manifest: one committed state of the store, in full. Its blake3 is the id of the version.

use super::columns::ColumnSpec;
use super::digest::{Digest, sha256sums};
use super::error::{Result, StoreError};
use super::names;
use crate::model::{Grain, Period};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The number of this layout. A later program reads it or refuses; it never rewrites what was committed.
const FORMAT: u32 = 1;

/// An input file, as the batch saw it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    pub label: String,
    #[serde(flatten)]
    pub digest: Digest,
}

/// What a run was made from. Two runs with the same [`Batch::id`] store the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub inputs: Vec<Input>,
    /// Hash of the resolved definitions (contracts, code lists, corrections).
    pub definitions: String,
    /// Version of the code.
    pub program: String,
}

impl Batch {
    /// blake3 of the sorted hashes of the inputs, the hash of the definitions and the version of the code. Labels
    /// do not count: a renamed file is the same input.
    pub fn id(&self) -> String {
        let mut inputs: Vec<&str> = self.inputs.iter().map(|i| i.digest.blake3.as_str()).collect();
        inputs.sort_unstable();
        inputs.dedup();
        let mut hasher = blake3::Hasher::new();
        for part in [self.definitions.as_str(), self.program.as_str()].into_iter().chain(inputs) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// A raw file, kept whole under the hash of its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotEntry {
    pub path: String,
    /// The name under which it first arrived.
    pub label: String,
    #[serde(flatten)]
    pub digest: Digest,
}

/// A file that rows of a table were read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// Label of the file or the member of an archive.
    pub source: String,
    /// blake3 of the raw file, when it is kept as a snapshot.
    pub snapshot: Option<String>,
}

/// One stored table: a dataset, for a period, as one release of its source gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    pub dataset: String,
    #[serde(with = "written_period", flatten)]
    pub period: Period,
    /// `r001-1f2e3d4c`.
    pub release: String,
    /// The release that counts for its period. The entries of a period stand in the order in which the last batches
    /// that held them gave them; the last one counts.
    pub latest: bool,
    pub path: String,
    pub rows: u64,
    #[serde(flatten)]
    pub digest: Digest,
    /// Hash of the values, without the columns of lineage.
    pub content: String,
    /// Hash of the columns of lineage (those that begin with `_`).
    pub lineage: String,
    /// Label of the file or the member of an archive that it was read from.
    pub source: String,
    /// blake3 of the raw file, when it is kept as a snapshot.
    pub snapshot: Option<String>,
    /// The other files of a table that was collected in parts (one for some CCGs, one for others); each row names its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Origin>,
    /// Hash of the contract that typed it.
    pub definition: String,
    /// `published`, `returned` or `synthetic`.
    pub provenance: String,
    pub columns: Vec<ColumnSpec>,
}

impl TableEntry {
    /// Every file that it was read from.
    pub fn origins(&self) -> impl Iterator<Item = Origin> {
        let first = Origin { source: self.source.clone(), snapshot: self.snapshot.clone() };
        std::iter::once(first).chain(self.also.iter().cloned())
    }
}

/// A table about the intake: reconciliation, issues, quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityEntry {
    pub name: String,
    pub path: String,
    pub rows: u64,
    #[serde(flatten)]
    pub digest: Digest,
    pub columns: Vec<ColumnSpec>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Id of the version before this one.
    pub parent: Option<String>,
    /// [`Batch::id`] of the batch that made this version.
    pub batch_id: String,
    pub batch: Batch,
    /// Sorted by hash.
    pub snapshots: Vec<SnapshotEntry>,
    /// Sorted by dataset and period, then in the order that [`TableEntry::latest`] describes.
    pub tables: Vec<TableEntry>,
    /// Sorted by name.
    pub quality: Vec<QualityEntry>,
}

impl Manifest {
    pub(super) fn new(parent: Option<String>, batch: Batch) -> Manifest {
        let batch_id = batch.id();
        Manifest {
            format: FORMAT,
            parent,
            batch_id,
            batch,
            snapshots: Vec::new(),
            tables: Vec::new(),
            quality: Vec::new(),
        }
    }

    /// The bytes of `manifest.json` and the id that they give.
    pub(super) fn to_bytes(&self) -> (Vec<u8>, String) {
        let mut bytes =
            serde_json::to_vec_pretty(self).unwrap_or_else(|e| unreachable!("a manifest is JSON: {e}"));
        bytes.push(b'\n');
        let id = blake3::hash(&bytes).to_hex().to_string();
        (bytes, id)
    }

    /// Reads the manifest of version `id` and checks that it is that one.
    pub(super) fn load(root: &Path, id: &str) -> Result<Manifest> {
        let path = root.join(names::version(id)).join(names::MANIFEST);
        let bytes = std::fs::read(&path).map_err(StoreError::io("read", &path))?;
        if blake3::hash(&bytes).to_hex().as_str() != id {
            return Err(StoreError::damaged(&path, "its hash is not the name of its version"));
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|e| StoreError::damaged(&path, e.to_string()))?;
        if manifest.format != FORMAT {
            let what =
                format!("format {} is not known to this program, which knows {FORMAT}", manifest.format);
            return Err(StoreError::damaged(&path, what));
        }
        Ok(manifest)
    }

    /// Every file that the manifest names, with its fingerprint and, for a table, its rows; sorted by path.
    pub(super) fn files(&self) -> BTreeMap<&str, (&Digest, Option<u64>)> {
        let snapshots = self.snapshots.iter().map(|s| (s.path.as_str(), (&s.digest, None)));
        let tables = self.tables.iter().map(|t| (t.path.as_str(), (&t.digest, Some(t.rows))));
        let quality = self.quality.iter().map(|q| (q.path.as_str(), (&q.digest, Some(q.rows))));
        snapshots.chain(tables).chain(quality).collect()
    }

    pub(super) fn sums(&self) -> String {
        sha256sums(self.files().into_iter().map(|(path, (digest, _))| (path, digest)))
    }

    /// The stored tables of a dataset, by period; the last of a period is the latest.
    pub fn tables_of<'a>(&'a self, dataset: &'a str) -> impl Iterator<Item = &'a TableEntry> {
        self.tables.iter().filter(move |t| t.dataset == dataset)
    }

    /// The tables that one raw file gave under one contract: the intake of that file need not run again.
    pub fn tables_from<'a>(
        &'a self,
        snapshot: &'a str,
        definition: &'a str,
    ) -> impl Iterator<Item = &'a TableEntry> {
        self.tables
            .iter()
            .filter(move |t| t.definition == definition)
            .filter(move |t| t.origins().any(|o| o.snapshot.as_deref() == Some(snapshot)))
    }
}

/// `"period": "2018-09-30", "grain": "month"`.
mod written_period {
    use super::{Grain, Period, names};
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[derive(Serialize, Deserialize)]
    struct Written {
        period: String,
        grain: String,
    }

    pub(super) fn serialize<S: Serializer>(period: &Period, to: S) -> Result<S::Ok, S::Error> {
        Written { period: period.to_string(), grain: names::grain(period.grain()).to_owned() }.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Period, D::Error> {
        let Written { period, grain } = Written::deserialize(from)?;
        let grain =
            Grain::parse(&grain).ok_or_else(|| D::Error::custom(format!("`{grain}` is not a grain")))?;
        let end: Date = period.parse().map_err(D::Error::custom)?;
        let found = Period::containing(grain, end);
        if found.end() == end {
            Ok(found)
        } else {
            Err(D::Error::custom(format!("no {period} ends a period")))
        }
    }
}
