//! Names that become file names: where things lie in a store, and which paths a release may hold.

use super::error::{Result, StoreError};
use crate::model::{Grain, Period};

pub(super) const CURRENT: &str = "CURRENT";
pub(super) const LOCK: &str = ".lock";
pub(super) const VERSIONS: &str = "versions";
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SUMS: &str = "SHA256SUMS";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const CLEAN: &str = "clean";
pub(super) const QUALITY: &str = "quality";
/// Files of the running transaction; whatever lies here when a new one begins was left by a killed run.
pub(super) const UNFINISHED: &str = ".unfinished";

/// `[a-z0-9_-]{1,64}`.
pub(super) fn check_id(name: &str, what: &'static str) -> Result<()> {
    let good = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    if good { Ok(()) } else { Err(StoreError::Name { name: name.to_owned(), what }) }
}

/// A relative path of `[A-Za-z0-9_.-]` parts, none of them hidden, `.` or `..`.
pub(super) fn check_path(path: &str) -> Result<()> {
    let part = |p: &str| {
        !p.is_empty()
            && !p.starts_with('.')
            && p.len() <= 200
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
    };
    if path.len() <= 1000 && path.split('/').all(part) {
        Ok(())
    } else {
        Err(StoreError::Name { name: path.to_owned(), what: "a published file" })
    }
}

pub(super) fn snapshot(blake3: &str) -> String {
    format!("{SNAPSHOTS}/{blake3}")
}

/// `r001-1f2e3d4c`: the how-manieth release of its period to arrive, and the head of its content hash.
pub(super) fn release(sequence: u32, content: &str) -> String {
    format!("r{sequence:03}-{}", content.get(..8).unwrap_or(content))
}

pub(super) fn table(dataset: &str, period: Period, release: &str) -> String {
    format!("{CLEAN}/{dataset}/{period}/{release}.parquet")
}

pub(super) fn quality(name: &str, blake3: &str) -> String {
    format!("{QUALITY}/{name}/{}.parquet", blake3.get(..16).unwrap_or(blake3))
}

pub(super) fn version(id: &str) -> String {
    format!("{VERSIONS}/{id}")
}

/// A blake3 as this program writes it.
pub(super) fn is_id(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

pub(super) fn grain(grain: Grain) -> &'static str {
    match grain {
        Grain::Point => "point",
        Grain::Month => "month",
        Grain::Quarter => "quarter",
        Grain::FinancialYear => "financial_year",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_its_folder_or_hide() {
        for good in ["index.html", "tables/ccg_scores.csv-metadata.json", "site/practice/A81001.html"] {
            assert!(check_path(good).is_ok(), "{good}");
        }
        let long = "a".repeat(201);
        for bad in
            ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a\\b", "a b", "é", "a\0", &long]
        {
            assert!(check_path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_grain_is_written_as_it_is_parsed() {
        for g in [Grain::Point, Grain::Month, Grain::Quarter, Grain::FinancialYear] {
            assert_eq!(Grain::parse(grain(g)), Some(g));
        }
    }
}
