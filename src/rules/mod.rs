//! Rules over typed rows: a part above its whole, parts that do not add up, one practice under two suppliers.
//! A rule flags; it never changes a value. Before: `contract`. After: `store`. No files.

use crate::define::contract::RuleFile;
use crate::diag::{Diagnostic, Place};
use crate::model::Period;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Checks the frame of one dataset and period; each rule gives at most one diagnostic with a count, the first
/// place and an example.
pub fn check(
    dataset: &str,
    period: Period,
    frame: &DataFrame,
    rules: &[RuleFile],
) -> PolarsResult<Vec<Diagnostic>> {
    let mut out = Vec::new();
    for rule in rules {
        let hits = match rule {
            RuleFile::PartOfWhole { part, whole, .. } => part_of_whole(frame, part, whole)?,
            RuleFile::PartOfWholeLong { within, select, value, part, whole, .. } => {
                part_of_whole_long(frame, within, (select, value), (part, whole))?
            }
            RuleFile::SumOf { parts, total, .. } => sum_of(frame, parts, total)?,
            RuleFile::OneFor { fields, .. } => one_for(frame, fields)?,
        };
        let Some(first) = hits.first() else { continue };
        let (code, why) = match rule {
            RuleFile::PartOfWhole { why, .. } | RuleFile::PartOfWholeLong { why, .. } => {
                ("RULE_ABOVE_DENOMINATOR", why)
            }
            RuleFile::SumOf { why, .. } => ("RULE_FAILED", why),
            RuleFile::OneFor { code, why, .. } => (code.as_str(), why),
        };
        let place = Place::Key { dataset: format!("{dataset} {period}"), key: first.key.clone() };
        let message = format!("{} of {} rows or groups, such as {}: {why}", hits.len(), first.of, first.what);
        out.push(Diagnostic::new(code, place, message).dataset(dataset).times(hits.len() as u64));
    }
    Ok(out)
}

/// One place where a rule does not hold.
struct Hit {
    key: String,
    what: String,
    of: usize,
}

fn integers<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<&'a Int64Chunked> {
    frame.column(name)?.i64()
}

/// The row for people: its practice, or its line.
fn name_of(frame: &DataFrame, row: usize) -> String {
    ["practice_code", "code", "ccg_code"]
        .into_iter()
        .find_map(|c| frame.column(c).ok()?.str().ok()?.get(row).map(str::to_owned))
        .unwrap_or_else(|| format!("row {row}"))
}

fn part_of_whole(frame: &DataFrame, part: &str, whole: &str) -> PolarsResult<Vec<Hit>> {
    let (p, w) = (integers(frame, part)?, integers(frame, whole)?);
    let rows = p.iter().zip(w.iter()).enumerate();
    Ok(rows
        .filter_map(|(row, pair)| match pair {
            (Some(p), Some(w)) if p > w => Some(Hit {
                key: name_of(frame, row),
                what: format!("{part} {p} above {whole} {w}"),
                of: frame.height(),
            }),
            _ => None,
        })
        .collect())
}

fn part_of_whole_long(
    frame: &DataFrame,
    within: &[String],
    (select, value): (&str, &str),
    (part, whole): (&str, &str),
) -> PolarsResult<Vec<Hit>> {
    let mut groups: BTreeMap<Vec<&str>, (Option<i64>, Option<i64>)> = BTreeMap::new();
    let keys: Vec<&StringChunked> =
        within.iter().map(|n| frame.column(n)?.str()).collect::<PolarsResult<_>>()?;
    let (select, value) = (frame.column(select)?.str()?, integers(frame, value)?);
    for (row, (word, n)) in select.iter().zip(value.iter()).enumerate() {
        let slot = match word {
            Some(w) if w == part => 0,
            Some(w) if w == whole => 1,
            _ => continue,
        };
        let key = keys.iter().map(|k| k.get(row).unwrap_or("")).collect();
        let pair = groups.entry(key).or_default();
        if slot == 0 { pair.0 = n } else { pair.1 = n }
    }
    let of = groups.len();
    Ok(groups
        .into_iter()
        .filter_map(|(key, pair)| match pair {
            (Some(p), Some(w)) if p > w => Some(Hit {
                key: key.join(" "),
                what: format!("{} with {part} {p} above {whole} {w}", key.join(" ")),
                of,
            }),
            _ => None,
        })
        .collect())
}

fn sum_of(frame: &DataFrame, parts: &[String], total: &str) -> PolarsResult<Vec<Hit>> {
    let columns: Vec<&Int64Chunked> =
        parts.iter().map(|p| integers(frame, p)).collect::<PolarsResult<_>>()?;
    let mut hits = Vec::new();
    for (row, whole) in integers(frame, total)?.iter().enumerate() {
        let sum = columns.iter().try_fold(0_i64, |s, c| c.get(row).map(|v| s + v));
        if let (Some(sum), Some(whole)) = (sum, whole)
            && sum != whole
        {
            let what = format!("{} with parts of {sum} and {total} {whole}", name_of(frame, row));
            hits.push(Hit { key: name_of(frame, row), what, of: frame.height() });
        }
    }
    Ok(hits)
}

fn one_for(frame: &DataFrame, fields: &[String]) -> PolarsResult<Vec<Hit>> {
    let keys: Vec<&StringChunked> =
        fields.iter().map(|n| frame.column(n)?.str()).collect::<PolarsResult<_>>()?;
    let mut seen: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for row in 0..frame.height() {
        *seen.entry(keys.iter().map(|k| k.get(row).unwrap_or("")).collect()).or_insert(0) += 1;
    }
    let of = seen.len();
    Ok(seen
        .into_iter()
        .filter(|(_, n)| *n > 1)
        .map(|(key, n)| Hit { key: key.join(" "), what: format!("{} in {n} rows", key.join(" ")), of })
        .collect())
}
