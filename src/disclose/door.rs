//! Counts of people, rounded at the door: before anything is computed of them.
//!
//! A release holds many functions of one count (a rate, points, scores, ranks, charts), and the next release holds them again.
//! Rounding each where it leaves would have to foresee every way back; here whatever is published is computed from the
//! rounded count, so that two counts of one class give the same bytes and none can be worked out. 0 stays; 1 to so many count as
//! one number of their class, so that few are not taken for silence, and are withheld where they leave ([`super::few`]); others are
//! rounded ([`People::counted`]). Own method for a rule of NHS Digital, which rounds what is published; totals are sums of rounded
//! counts, England's too.

use super::People;
use crate::define::contract::PeopleFile;
use polars::prelude::*;
use std::borrow::Cow;

/// Stands for a text that may repeat counts of people.
pub const NOT_TOLD: &str =
    "Not published, since it may repeat counts of people: `dpcmi check` shows it to whoever holds the file";

/// Rounds the columns of a stored table that its contract declares.
pub fn round(rule: &People, declared: &[PeopleFile], frame: &mut DataFrame) -> PolarsResult<()> {
    for people in declared {
        if frame.column(&people.column).is_err() {
            continue;
        }
        let exact = frame.column(&people.column)?;
        let rounded: Column = match (&people.rows, exact.dtype()) {
            (None, DataType::String) => exact
                .str()?
                .iter()
                .map(|t| t.map(|t| in_words(rule, t)))
                .collect::<StringChunked>()
                .into_column(),
            (None, _) => exact
                .i64()?
                .iter()
                .map(|n| n.map(|n| rule.counted(n)))
                .collect::<Int64Chunked>()
                .into_column(),
            (Some(rows), _) => {
                let field = frame.column(&rows.column)?.str()?;
                let counts = |word: Option<&str>| word.is_some_and(|w| rows.values.iter().any(|v| v == w));
                let cells = exact.i64()?.iter().zip(field.iter());
                let cells = cells.map(|(n, word)| n.map(|n| if counts(word) { rule.counted(n) } else { n }));
                cells.collect::<Int64Chunked>().into_column()
            }
        };
        frame.with_column(rounded.with_name(people.column.as_str().into()))?;
    }
    Ok(())
}

/// A text that is a count, rounded; any other as it is.
fn in_words<'a>(rule: &People, text: &'a str) -> Cow<'a, str> {
    text.parse::<i64>().map_or(Cow::Borrowed(text), |n| Cow::Owned(rule.counted(n).to_string()))
}

/// Rules on values: how often one fails in counts of people says something of the exact counts.
const ON_COUNTS: [&str; 3] = ["RULE_ABOVE_DENOMINATOR", "RECON_TOTAL", "RULE_FAILED"];

/// The issues of the intake without what repeats counts of these datasets: what was found, a message, or the place of a
/// byte, which tells how long the numbers before it are.
pub fn issues(mut issues: DataFrame, people: &[&str]) -> PolarsResult<DataFrame> {
    for column in ["found", "byte"] {
        replace(&mut issues, people, column, None)?;
    }
    replace(&mut issues, people, "message", Some(NOT_TOLD))?;
    let names = issues.column("name")?.str()?.iter();
    let on_counts = names.map(|name| name.is_some_and(|n| ON_COUNTS.contains(&n)));
    let on_counts: BooleanChunked = on_counts.collect();
    issues.filter(&!(on_counts & of(&issues, people)?))
}

/// The rows set aside without their raw text.
pub fn quarantine(mut rows: DataFrame, people: &[&str]) -> PolarsResult<DataFrame> {
    for column in ["excerpt", "raw"] {
        replace(&mut rows, people, column, None)?;
    }
    Ok(rows)
}

/// The account of files without length and hash of confidential ones, with which counts in a short file could be tried.
pub fn reconciliation(mut files: DataFrame, confidential: &[&str]) -> PolarsResult<DataFrame> {
    for column in ["sha256", "bytes_read", "bytes_accounted"] {
        replace(&mut files, confidential, column, None)?;
    }
    Ok(files)
}

/// The rows about these datasets.
fn of(quality: &DataFrame, datasets: &[&str]) -> PolarsResult<BooleanChunked> {
    let of = quality.column("dataset")?.str()?.iter();
    Ok(of.map(|d| d.is_some_and(|d| datasets.contains(&d))).collect())
}

/// Puts a text, or nothing, over a column in the rows about these datasets.
fn replace(quality: &mut DataFrame, datasets: &[&str], column: &str, text: Option<&str>) -> PolarsResult<()> {
    let old = quality.column(column)?;
    let over = match text {
        Some(text) => Series::new(column.into(), [text]),
        None => Series::full_null(column.into(), 1, old.dtype()),
    };
    let new = over.zip_with(&of(quality, datasets)?, old.as_materialized_series())?;
    quality.with_column(new.into_column())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::contract::PeopleRows;
    use crate::disclose::Policy;

    #[test]
    fn only_the_rows_that_count_people_are_rounded_and_few_are_no_silence() {
        let mut frame = df![
            "field" => ["enabled", "enabled", "enabled", "state", "enabled"],
            "value" => [Some(0i64), Some(3), Some(1_234), Some(2), None],
        ]
        .unwrap();
        let rows = Some(PeopleRows { column: "field".to_owned(), values: vec!["enabled".to_owned()] });
        let declared = [PeopleFile { column: "value".to_owned(), rows }];
        let rule = Policy::shipped().unwrap().people.unwrap();
        round(&rule, &declared, &mut frame).unwrap();
        let values: Vec<Option<i64>> = frame.column("value").unwrap().i64().unwrap().iter().collect();
        assert_eq!(values, [Some(0), Some(5), Some(1_235), Some(2), None]);
    }
}
