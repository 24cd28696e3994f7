//! Where few people leave: the count of 1 to so many is withheld from a table of figures, and with it what would be the same
//! count again (its rate). Points and scores stay: they are worked out from one number for all of them ([`People::counted`]),
//! so that they say no more than "few".

use super::policy::{Few, People};
use super::protect::{blank, named};
use super::{DiscloseError, Policy, Withheld};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// `counting`: the indicators whose values are made of counts of people that [`super::door::round`] has rounded.
pub(super) fn apply(
    policy: &Policy,
    counting: &BTreeSet<String>,
    tables: &mut BTreeMap<String, DataFrame>,
) -> Result<Vec<Withheld>, DiscloseError> {
    let mut withheld = Vec::new();
    let Some(people) = policy.people.as_ref().filter(|_| !counting.is_empty()) else { return Ok(withheld) };
    for names in &people.few {
        let Some(frame) = tables.get_mut(&names.table) else { continue };
        let fail = |source| DiscloseError::Table { table: names.table.clone(), source };
        let rows = rows(people, names, counting, frame).map_err(fail)?;
        for column in if rows.is_empty() { Vec::new() } else { named(frame, &names.columns) } {
            let cells = blank(frame, &column, names.absence.as_deref(), &rows).map_err(fail)?;
            if cells > 0 {
                withheld.push(Withheld { table: names.table.clone(), column, cells });
            }
        }
    }
    Ok(withheld)
}

/// The rows that count few people: a count of few, or a sum over months that few of every month could make.
fn rows(
    rule: &People,
    names: &Few,
    counting: &BTreeSet<String>,
    frame: &DataFrame,
) -> PolarsResult<BTreeSet<usize>> {
    let indicators = frame.column(&names.within)?.str()?;
    // a table without months holds counts of one
    let months: Vec<i64> = match frame.column("months") {
        Ok(months) => months.cast(&DataType::Int64)?.i64()?.iter().map(|m| m.unwrap_or(1).max(1)).collect(),
        Err(_) => vec![1; frame.height()],
    };
    let mut out = BTreeSet::new();
    for column in &names.counts {
        let counts = frame.column(column)?.cast(&DataType::Int64)?;
        for (row, (of, n)) in indicators.iter().zip(counts.i64()?.iter()).enumerate() {
            let few = |n: i64| rule.shown(n).is_none() || (n > 0 && n <= rule.counted(1) * months[row]);
            if of.is_some_and(|of| counting.contains(of)) && n.is_some_and(few) {
                out.insert(row);
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_few_of_every_month_could_make_is_withheld() {
        let policy = Policy::shipped().unwrap();
        let values = df![
            "indicator_id" => ["used"; 4],
            "numerator" => [15i64, 20, 0, 10],
            "denominator" => [12_000i64; 4],
            "value" => [1.25, 1.67, 0.0, 0.83],
            "months" => [3i64, 3, 3, 1],
            "absence" => [None::<&str>; 4],
        ]
        .unwrap();
        let mut tables = BTreeMap::from([("indicator_values".to_owned(), values)]);
        apply(&policy, &BTreeSet::from(["used".to_owned()]), &mut tables).unwrap();
        let count: Vec<_> =
            tables["indicator_values"].column("numerator").unwrap().i64().unwrap().iter().collect();
        assert_eq!(count, [None, Some(20), Some(0), Some(10)], "1 and 1 and 1 count as 15");
    }

    #[test]
    fn few_people_and_their_rate_are_withheld_and_few_machines_are_not() {
        let policy = Policy::shipped().unwrap();
        let values = df![
            "indicator_id" => ["enabled", "enabled", "enabled", "machines"],
            "numerator" => [Some(5i64), Some(0), Some(10), Some(5)],
            "denominator" => [Some(4_000i64); 4],
            "value" => [0.00125, 0.0, 0.0025, 0.00125],
            "absence" => [None::<&str>; 4],
            "points" => [0.3, 0.0, 0.6, 0.3],
        ]
        .unwrap();
        let mut tables = BTreeMap::from([("indicator_values".to_owned(), values)]);
        let withheld = apply(&policy, &BTreeSet::from(["enabled".to_owned()]), &mut tables).unwrap();
        assert!(withheld.iter().all(|w| w.cells == 1), "{withheld:?}");
        let told = &tables["indicator_values"];
        let count: Vec<_> = told.column("numerator").unwrap().i64().unwrap().iter().collect();
        assert_eq!(count, [None, Some(0), Some(10), Some(5)]);
        assert_eq!(told.column("value").unwrap().null_count(), 1);
        assert_eq!(told.column("points").unwrap().null_count(), 0);
        let why: Vec<_> = told.column("absence").unwrap().str().unwrap().iter().collect();
        assert_eq!(why, [Some("withheld"), None, None, None]);
    }
}
