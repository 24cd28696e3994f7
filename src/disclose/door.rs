//! Counts of people that are not public, rounded at the door: before anything is computed of them.
//!
//! A release holds many functions of one count (a rate, points, scores, ranks, charts), and the next release holds them again.
//! Rounding each where it leaves would have to foresee every way back; here whatever is published is computed from the
//! rounded count, so that two counts of one class give the same bytes and none can be worked out. 0 stays, 1 to so many are
//! withheld and count as any withheld answer does, others are rounded ([`People::shown`]); totals are sums of these. Own method
//! for a rule of NHS Digital, which rounds what is published; it makes scores a little coarser.

use super::People;
use crate::define::contract::PeopleFile;
use polars::prelude::*;

/// The word in the companion column of a count that is withheld.
const SUPPRESSED: &str = "suppressed";

/// Rounds the columns of a stored table that its contract declares. How many counts it withheld.
pub fn round(rule: &People, declared: &[PeopleFile], frame: &mut DataFrame) -> PolarsResult<usize> {
    let mut withheld = 0;
    for people in declared {
        if frame.column(&people.column).is_err() {
            continue;
        }
        let status = format!("{}_status", people.column);
        let exact = frame.column(&people.column)?.i64()?.clone();
        let words = frame.column(&status)?.str()?.clone();
        let rows = match &people.rows {
            Some(rows) => Some((frame.column(&rows.column)?.str()?.clone(), &rows.values)),
            None => None,
        };
        let counts = |row: usize| {
            rows.as_ref()
                .is_none_or(|(field, of)| field.get(row).is_some_and(|f| of.iter().any(|word| word == f)))
        };
        let mut shown = Vec::with_capacity(frame.height());
        let mut said = Vec::with_capacity(frame.height());
        for row in 0..frame.height() {
            let (cell, word) = (exact.get(row), words.get(row));
            let after = if counts(row) { cell.and_then(|n| rule.shown(n)) } else { cell };
            let hidden = cell.is_some() && after.is_none();
            withheld += usize::from(hidden);
            shown.push(after);
            said.push(if hidden { Some(SUPPRESSED) } else { word });
        }
        frame.with_column(Column::new(people.column.as_str().into(), shown))?;
        frame.with_column(Column::new(status.as_str().into(), said))?;
    }
    Ok(withheld)
}

/// Empties what repeats the text of files in the rows about these datasets: a message, a raw row, or the place of a byte,
/// which tells how long the numbers before it are.
pub fn hide_texts(quality: &mut DataFrame, datasets: &[&str], columns: &[&str]) -> PolarsResult<()> {
    let of = quality.column("dataset")?.str()?.clone();
    let keep: Vec<bool> = of.iter().map(|d| d.is_none_or(|d| !datasets.contains(&d))).collect();
    let keep = BooleanChunked::from_slice("keep".into(), &keep);
    for column in columns {
        let old = quality.column(column)?;
        let null = Series::full_null((*column).into(), 1, old.dtype());
        let new = old.as_materialized_series().zip_with(&keep, &null)?;
        quality.with_column(new.into_column())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::contract::PeopleRows;
    use crate::disclose::Policy;

    #[test]
    fn only_the_rows_that_count_people_are_rounded_and_a_withheld_count_says_so() {
        let mut frame = df![
            "field" => ["enabled", "enabled", "enabled", "state", "enabled"],
            "value" => [Some(0i64), Some(3), Some(1_234), Some(2), None],
            "value_status" => [None, None, None, None, Some("missing")],
        ]
        .unwrap();
        let rows = Some(PeopleRows { column: "field".to_owned(), values: vec!["enabled".to_owned()] });
        let declared = [PeopleFile { column: "value".to_owned(), rows }];
        let rule = Policy::shipped().unwrap().people.unwrap();
        assert_eq!(round(&rule, &declared, &mut frame).unwrap(), 1);
        let values: Vec<Option<i64>> = frame.column("value").unwrap().i64().unwrap().iter().collect();
        assert_eq!(values, [Some(0), None, Some(1_235), Some(2), None]);
        let words: Vec<Option<&str>> = frame.column("value_status").unwrap().str().unwrap().iter().collect();
        assert_eq!(words, [None, Some("suppressed"), None, None, Some("missing")]);
    }
}
