//! Which period a file covers, when its rows do not say so themselves.

use super::cells::day_of;
use super::frame::{Piece, latest};
use super::header::Claim;
use super::typing::Bound;
use crate::define::PeriodSource;
use crate::diag::{Diagnostic, Place};
use crate::model::Period;
use jiff::civil::{Date, date};
use regex::Captures;

/// How the period is known.
#[derive(Debug)]
pub enum Found {
    /// Row by row, in this bound column.
    Column(usize),
    Whole(Period, Option<Box<Diagnostic>>),
}

/// Asks the era's sources in turn. `label` is the file's name with its folders.
pub fn find(
    claim: &Claim<'_>,
    bound: &[Bound<'_>],
    pieces: &[Piece<'_>],
    label: &str,
) -> Result<Found, Diagnostic> {
    let (grain, dataset) = (claim.era.grain, &claim.contract.id);
    let column = |name: &String| bound.iter().position(|b| b.field.name == *name);
    for source in &claim.era.period {
        match source {
            PeriodSource::Column(field) => {
                if let Some(at) = column(field) {
                    return Ok(Found::Column(at));
                }
            }
            PeriodSource::FileName(pattern) => {
                if let Some(day) = pattern.captures(file_name(label)).and_then(|c| named(&c)) {
                    let period = Period::containing(grain, day);
                    let text = format!("{} by the file's name", period.label());
                    let note = Diagnostic::new("PERIOD_FROM_NAME", Place::file(label), text).dataset(dataset);
                    return Ok(Found::Whole(period, Some(Box::new(note))));
                }
            }
            PeriodSource::Latest(fields) => {
                let latest = fields.iter().filter_map(column).filter_map(|at| latest(pieces, at)).max();
                if let Some(days) = latest {
                    let period = Period::containing(grain, day_of(days));
                    let text = format!("{} by the latest of {}", period.label(), fields.join(", "));
                    let note = Diagnostic::new("PERIOD_INFERRED", Place::file(label), text).dataset(dataset);
                    return Ok(Found::Whole(period, Some(Box::new(note))));
                }
            }
            PeriodSource::Stated { date, reason } => {
                let period = Period::containing(grain, *date);
                let text = format!("{} as stated in the contract: {reason}", period.label());
                let note = Diagnostic::new("PERIOD_INFERRED", Place::file(label), text).dataset(dataset);
                return Ok(Found::Whole(period, Some(Box::new(note))));
            }
        }
    }
    Err(Diagnostic::new("PERIOD_UNKNOWN", Place::file(label), "nothing says which period the file covers")
        .dataset(dataset))
}

/// The last part of `folder/archive.zip!entry.csv [Sheet]`, entry first.
fn file_name(label: &str) -> &str {
    label.rsplit(['/', '!']).next().unwrap_or(label)
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A date from the groups `fy` or `y`/`yy` with `m` or `mon` and `d`.
fn named(found: &Captures<'_>) -> Option<Date> {
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
    let century = |y: i16| if y < 100 { 2000 + y } else { y };
    if let Some(first) = number("fy") {
        return Date::new(century(first) + 1, 3, 31).ok();
    }
    let year = century(number("y").or_else(|| number("yy"))?);
    let month = match found.name("mon") {
        Some(word) => {
            let word = word.as_str().to_ascii_lowercase();
            MONTHS.iter().position(|m| word.starts_with(m))? as i16 + 1
        }
        None => number("m")?,
    };
    let day = number("d").unwrap_or(1);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        .ok()
        .filter(|d| *d >= date(1990, 1, 1))
}
