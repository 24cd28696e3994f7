//! Quarters of practices by the percentage as it is printed: anyone can work the bands out again from the feed.
//!
//! Own method. Of `n` printed values in order, the lowest quarter is what lies below the value at place `n / 4` (counted
//! from 0, rounded down), the highest what lies above the value at place `n - 1 - n / 4`. Whoever is level with one of the
//! two cuts is in the middle: equal values never part, and no outer quarter holds more than a quarter of practices. NHS
//! Choices banded unrounded values, so that practices with one printed value stood in two bands.

use super::{FactEntry, PracticeEntry};
use crate::define::feeds::Feeds;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    Lowest,
    Middle,
    Highest,
}

impl Band {
    /// The word in feeds for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Band::Lowest => "lowest",
            Band::Middle => "middle",
            Band::Highest => "highest",
        }
    }

    pub fn words(self, definition: &Feeds) -> &str {
        match self {
            Band::Lowest => &definition.banding.lowest,
            Band::Middle => &definition.banding.middle,
            Band::Highest => &definition.banding.highest,
        }
    }
}

fn printed(fact: &FactEntry) -> Option<f64> {
    fact.percent.as_deref()?.parse().ok()
}

pub(super) fn band(definition: &Feeds, practices: &mut [PracticeEntry]) {
    let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for fact in practices.iter().flat_map(|p| &p.facts) {
        if let Some(value) = printed(fact) {
            values.entry(fact.id.clone()).or_default().push(value);
        }
    }
    let cuts: BTreeMap<String, (f64, f64)> = values
        .into_iter()
        .filter(|(_, v)| v.len() >= definition.banding.minimum_practices.max(1))
        .map(|(id, v)| (id, cuts(v)))
        .collect();
    for fact in practices.iter_mut().flat_map(|p| &mut p.facts) {
        if let (Some(value), Some((low, high))) = (printed(fact), cuts.get(&fact.id)) {
            fact.band = Some(match value {
                v if v < *low => Band::Lowest,
                v if v > *high => Band::Highest,
                _ => Band::Middle,
            });
        }
    }
}

/// The values at the two cuts; `values` is not empty.
fn cuts(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let quarter = values.len() / 4;
    (values[quarter], values[values.len() - 1 - quarter])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_stay_together_and_an_outer_quarter_is_never_more_than_a_quarter() {
        assert_eq!(cuts(vec![3.0; 40]), (3.0, 3.0));
        let (low, high) = cuts((0..8).map(f64::from).collect());
        assert_eq!((low, high), (2.0, 5.0), "0 and 1 below, 6 and 7 above");
        let many = [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0].to_vec();
        let (low, _) = cuts(many.clone());
        assert_eq!(many.iter().filter(|v| **v < low).count(), 0);
    }
}
