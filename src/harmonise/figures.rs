//! List sizes and other figures of practices: the first source in the order of preference that has one.

use super::column::{DatedFrame, HarmoniseError};
use crate::define::framework::Repeats;
use std::collections::BTreeMap;

/// A column of a stored frame with one figure per practice (column `practice_code`).
#[derive(Clone, Copy, Debug)]
pub struct Figure<'a> {
    pub from: DatedFrame<'a>,
    pub column: &'a str,
    pub repeats: Repeats,
}

/// A figure in millionths, and where it was found. Whole numbers of millionths add up to the same total in any
/// order; payments files give averages with up to eight decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub millionths: i64,
    pub source: String,
}

impl Found {
    pub fn whole(&self) -> i64 {
        let half = MILLION / 2;
        (self.millionths + half) / MILLION
    }

    pub fn decimal(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "below 2^53: 60 million patients in millionths are 6e13"
        )]
        let millionths = self.millionths as f64;
        millionths / 1e6
    }
}

const MILLION: i64 = 1_000_000;

/// The figure of each practice from the first of the sources that has one. A negative figure is none.
pub(super) fn first_found(sources: &[Figure<'_>]) -> Result<BTreeMap<String, Found>, HarmoniseError> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for figure in sources {
        let label = figure.from.label();
        for (code, millionths) in per_practice(figure)? {
            found.entry(code.to_owned()).or_insert_with(|| Found { millionths, source: label.clone() });
        }
    }
    Ok(found)
}

fn per_practice<'a>(figure: &Figure<'a>) -> Result<BTreeMap<&'a str, i64>, HarmoniseError> {
    let codes = figure.from.texts("practice_code")?;
    let values = figure.from.numbers(figure.column)?;
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for (code, value) in codes.iter().zip(values) {
        let (Some(code), Some(value)) = (code, value.filter(|v| v.is_finite() && *v >= 0.0)) else {
            continue;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a list has fewer than 9e12 patients")]
        let millionths = (value * 1e6).round() as i64;
        let sum = sums.entry(code).or_insert(0);
        *sum = match figure.repeats {
            Repeats::Parts => *sum + millionths,
            Repeats::Copies => (*sum).max(millionths),
        };
    }
    Ok(sums)
}

/// The suppliers that the first source with any names for a practice, sorted and joined by `; `. A source is a
/// frame and its column of suppliers.
pub(super) fn suppliers(
    sources: &[(DatedFrame<'_>, &str)],
) -> Result<BTreeMap<String, String>, HarmoniseError> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (from, column) in sources {
        let codes = from.texts("practice_code")?;
        let names = from.texts(column)?;
        let mut here: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (code, name) in codes.iter().zip(names) {
            if let (Some(code), Some(name)) = (code, name) {
                here.entry(code).or_default().push(name);
            }
        }
        for (code, mut names) in here {
            names.sort_unstable();
            names.dedup();
            found.entry(code.to_owned()).or_insert_with(|| names.join("; "));
        }
    }
    Ok(found)
}
