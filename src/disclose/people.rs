//! Counts of people: 0 is shown, 1 to so many are withheld, others are rounded; percentages come afterwards, from the
//! rounded counts, so that they tell nothing that the counts do not.
//!
//! Source of the rule: NHS Digital, change to disclosure control methodology (Hospital Episode Statistics, September 2018).
//! Each count is rounded by itself: what is published for one practice does not depend on another's.

use super::policy::{Counts, People};
use super::{DiscloseError, Policy, Withheld};
use crate::model::Absence;
use polars::prelude::*;
use std::collections::BTreeMap;

pub(super) fn apply(
    policy: &Policy,
    tables: &mut BTreeMap<String, DataFrame>,
) -> Result<Vec<Withheld>, DiscloseError> {
    let mut withheld = Vec::new();
    let Some(people) = &policy.people else { return Ok(withheld) };
    for counts in &people.counts {
        let Some(frame) = tables.get_mut(&counts.table) else { continue };
        let fail = |source| DiscloseError::Table { table: counts.table.clone(), source };
        let cells = protect(people, counts, frame).map_err(fail)?;
        if cells > 0 {
            withheld.push(Withheld { table: counts.table.clone(), column: counts.people.clone(), cells });
        }
    }
    Ok(withheld)
}

/// Answers how many counts were withheld.
fn protect(rule: &People, names: &Counts, frame: &mut DataFrame) -> PolarsResult<usize> {
    let wholes =
        |name: &str| -> PolarsResult<Vec<Option<i64>>> { Ok(frame.column(name)?.i64()?.iter().collect()) };
    let (mut people, mut of) = (wholes(&names.people)?, wholes(&names.of)?);
    let absence = frame.column(&names.absence)?.str()?.clone();
    let mut reason: Vec<Option<&str>> = absence.iter().collect();
    let mut percent: Vec<Option<f64>> = vec![None; people.len()];
    let mut cells = 0;
    for row in 0..people.len() {
        let Some(exact) = people[row] else { continue };
        let all = of[row].map(|all| rule.shown(all));
        (people[row], of[row], percent[row]) = match (rule.shown(exact), all) {
            (Some(shown), None) => (Some(shown), None, None),
            (Some(shown), Some(Some(all))) => (Some(shown), Some(all), rule.percent(shown, all)),
            (None, _) | (_, Some(None)) => {
                cells += 1;
                reason[row] = Some(Absence::Withheld.as_str());
                (None, all.flatten(), None)
            }
        };
    }
    let columns = [
        Column::new(names.people.as_str().into(), people),
        Column::new(names.of.as_str().into(), of),
        Column::new(names.percent.as_str().into(), percent),
        Column::new(names.absence.as_str().into(), reason),
    ];
    for column in columns {
        frame.with_column(column)?;
    }
    Ok(cells)
}

impl People {
    /// A count as it may be shown; `None` where it is withheld.
    pub fn shown(&self, people: i64) -> Option<i64> {
        match people {
            0 => Some(0),
            n if n <= self.suppress_up_to => None,
            n => Some(self.nearest(n)),
        }
    }

    /// What a count is worth in figures that are worked out from it: 0, the multiple in the middle of the few, or the nearest
    /// multiple. Larger counts are never worth less.
    pub fn counted(&self, people: i64) -> i64 {
        match people {
            n if n < 1 => n,
            n if n <= self.suppress_up_to => self.nearest((1 + self.suppress_up_to) / 2).max(self.round_to),
            n => self.nearest(n),
        }
    }

    fn nearest(&self, people: i64) -> i64 {
        // halves go up; with 5 there are none
        (2 * people + self.round_to).div_euclid(2 * self.round_to) * self.round_to
    }

    /// Decimals of a percentage of so many people.
    pub fn decimals(&self, of: i64) -> usize {
        usize::from(of >= self.one_decimal_from)
    }

    /// Percentage of rounded counts, rounded half up to its decimals.
    fn percent(&self, shown: i64, of: i64) -> Option<f64> {
        if of <= 0 {
            return None;
        }
        let scale = if self.decimals(of) == 1 { 1000 } else { 100 };
        let units = (2 * shown * scale + of).div_euclid(2 * of);
        Some(units as f64 / (scale / 100) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> People {
        Policy::shipped().unwrap().people.unwrap()
    }

    #[test]
    fn nought_is_shown_few_are_not_and_others_are_rounded() {
        let rule = rule();
        assert_eq!(rule.shown(0), Some(0));
        assert!((1..=7).all(|n| rule.shown(n).is_none()));
        let shown: Vec<_> = [8, 12, 13, 17, 18, 1_234].into_iter().map(|n| rule.shown(n).unwrap()).collect();
        assert_eq!(shown, [10, 10, 15, 15, 20, 1_235]);
    }

    #[test]
    fn what_a_count_is_worth_is_shown_as_the_count_is_and_never_falls() {
        let rule = rule();
        for n in 0..500 {
            assert_eq!(rule.shown(rule.counted(n)), rule.shown(n), "{n}");
            assert!(rule.counted(n) <= rule.counted(n + 1) && rule.counted(n) % 5 == 0, "{n}");
        }
    }

    #[test]
    fn percentages_are_those_of_rounded_counts_and_have_a_decimal_only_of_many() {
        let rule = rule();
        assert_eq!(rule.percent(995, 3_995), Some(25.0));
        assert_eq!(rule.percent(1_005, 8_010), Some(12.5));
        assert_eq!(rule.percent(0, 8_010), Some(0.0));
        assert_eq!(rule.percent(5, 0), None);
    }
}
