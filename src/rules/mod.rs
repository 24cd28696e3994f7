//! Rules over typed rows: a part above its whole, parts that do not add up, one practice under two suppliers.
//! A rule flags; it never changes a value. Before: `contract`. After: `store`. No files.

use crate::define::contract::RuleFile;
use crate::diag::{Diagnostic, Place};
use crate::model::Period;
use foldhash::fast::FixedState;
use indexmap::IndexMap;
use polars::prelude::*;

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

fn texts<'a>(frame: &'a DataFrame, names: &[String]) -> PolarsResult<Vec<&'a StringChunked>> {
    names.iter().map(|n| frame.column(n)?.str()).collect()
}

/// Something for each key; the hasher's seed is fixed and keys come out sorted.
#[derive(Default)]
struct Groups<'a, T>(IndexMap<Vec<&'a str>, T, FixedState>);

impl<'a, T: Default> Groups<'a, T> {
    fn of(&mut self, key: impl Iterator<Item = &'a str>) -> &mut T {
        self.0.entry(key.collect()).or_default()
    }

    fn in_order(self) -> impl Iterator<Item = (Vec<&'a str>, T)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        all.into_iter()
    }
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
    let mut groups: Groups<'_, (Option<i64>, Option<i64>)> = Groups::default();
    let keys = texts(frame, within)?;
    let (select, value) = (frame.column(select)?.str()?, integers(frame, value)?);
    for (row, (word, n)) in select.iter().zip(value.iter()).enumerate() {
        let slot = match word {
            Some(w) if w == part => 0,
            Some(w) if w == whole => 1,
            _ => continue,
        };
        let pair = groups.of(keys.iter().map(|k| k.get(row).unwrap_or("")));
        if slot == 0 { pair.0 = n } else { pair.1 = n }
    }
    let of = groups.0.len();
    Ok(groups
        .in_order()
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
    let keys = texts(frame, fields)?;
    let mut seen: Groups<'_, usize> = Groups::default();
    for row in 0..frame.height() {
        *seen.of(keys.iter().map(|k| k.get(row).unwrap_or(""))) += 1;
    }
    let of = seen.0.len();
    Ok(seen
        .in_order()
        .filter(|(_, n)| *n > 1)
        .map(|(key, n)| Hit { key: key.join(" "), what: format!("{} in {n} rows", key.join(" ")), of })
        .collect())
}
