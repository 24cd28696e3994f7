//! The practices that a quarter's own files name, and the CCG that each row puts them in.

use super::column::{DatedFrame, HarmoniseError};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A practice as its own row names it. Fields that no row names are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Returned {
    pub ccg_code: Option<String>,
    pub ccg_name: Option<String>,
    pub region_code: Option<String>,
    pub region_name: Option<String>,
    pub practice_name: Option<String>,
    /// `pomi 2018-09-30`
    pub source: String,
    /// Other CCGs that the same file names for it.
    pub also: Vec<String>,
}

const FIELDS: [&str; 5] = ["ccg_code", "ccg_name", "region_code", "region_name", "practice_name"];

/// Per practice the row that counts: of the latest month (stocks are read at the last month of a quarter), then
/// of the first dataset in the order given; within a file the combination that most rows carry, ties by code.
pub(super) fn read(files: &[DatedFrame<'_>]) -> Result<BTreeMap<String, Returned>, HarmoniseError> {
    let mut order: Vec<&DatedFrame<'_>> = files.iter().collect();
    order.sort_by_key(|f| std::cmp::Reverse(f.date));
    let mut all: BTreeMap<String, Returned> = BTreeMap::new();
    for file in order {
        for (code, row) in of_file(file)? {
            all.entry(code).or_insert(row);
        }
    }
    Ok(all)
}

fn of_file(file: &DatedFrame<'_>) -> Result<BTreeMap<String, Returned>, HarmoniseError> {
    // POMI has 13 rows a practice and month: polars counts the combinations, the choice among them is ours.
    let present: Vec<&str> = FIELDS.into_iter().filter(|f| file.has(f)).collect();
    let keys = std::iter::once("practice_code").chain(present.iter().copied()).map(col).collect::<Vec<_>>();
    file.texts("practice_code")?;
    let counted = file.frame.clone().lazy().group_by(keys).agg([len().alias("_rows")]).collect()?;
    let counted = DatedFrame { frame: &counted, ..*file };
    let codes = counted.texts("practice_code")?;
    let rows = counted.frame.column("_rows")?.cast(&DataType::UInt64)?;
    let rows = rows.u64()?;
    let column = |name: &str| {
        if counted.has(name) { counted.texts(name) } else { Ok(vec![None; codes.len()]) }
    };
    let (ccg, ccg_name, region) = (column("ccg_code")?, column("ccg_name")?, column("region_code")?);
    let (region_name, name) = (column("region_name")?, column("practice_name")?);
    let source = file.label();
    let own = |text: Option<&str>| text.map(str::to_owned);
    let mut best: BTreeMap<&str, (u64, Returned)> = BTreeMap::new();
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (i, code) in codes.iter().enumerate() {
        let Some(code) = *code else { continue };
        let row = Returned {
            ccg_code: own(ccg[i]),
            ccg_name: own(ccg_name[i]),
            region_code: own(region[i]),
            region_name: own(region_name[i]),
            practice_name: own(name[i]),
            source: source.clone(),
            also: Vec::new(),
        };
        named.entry(code).or_default().extend(ccg[i]);
        let count = rows.get(i).unwrap_or(0);
        // Most rows, then a row that names a CCG, then the smallest: never the order of the rows.
        let rank = |count: u64, row: &Returned| (std::cmp::Reverse(count), row.ccg_code.is_none());
        let better =
            best.get(code).is_none_or(|(most, kept)| (rank(count, &row), &row) < (rank(*most, kept), kept));
        if better {
            best.insert(code, (count, row));
        }
    }
    Ok(best
        .into_iter()
        .map(|(code, (_, mut row))| {
            let others = named.remove(code).unwrap_or_default();
            row.also = others
                .into_iter()
                .filter(|c| row.ccg_code.as_deref() != Some(*c))
                .map(str::to_owned)
                .collect();
            (code.to_owned(), row)
        })
        .collect())
}
