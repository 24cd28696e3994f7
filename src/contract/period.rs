//! Which period a file covers, when its rows do not say so themselves.

use super::cells::day_of;
use super::frame::{Piece, latest};
use super::header::Claim;
use super::typing::Bound;
use crate::define::PeriodSource;
use crate::diag::{Diagnostic, Place};
use crate::model::{Grain, Period};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use regex::{Captures, Regex};

/// How the period is known.
#[derive(Debug)]
pub enum Found {
    /// Row by row, in this bound column.
    Column(usize),
    Whole(Period, Vec<Diagnostic>),
}

/// Asks the era's sources in turn. `label` is the file's name with its folders.
pub fn find(
    claim: &Claim<'_>,
    bound: &[Bound<'_>],
    pieces: &[Piece<'_>],
    label: &str,
) -> Result<Found, Diagnostic> {
    let grain = claim.era.grain;
    let column = |name: &String| bound.iter().position(|b| b.field.name == *name);
    let say = |code: &str, text: String| {
        Diagnostic::new(code, Place::file(label), text).dataset(&claim.contract.id)
    };
    let of_latest = |fields: &[String]| -> Option<Period> {
        let days = fields.iter().filter_map(column).filter_map(|at| latest(pieces, at)).max()?;
        Some(Period::containing(grain, day_of(days)))
    };
    for source in &claim.era.period {
        match source {
            PeriodSource::Column(field) => {
                if let Some(at) = column(field) {
                    return Ok(Found::Column(at));
                }
            }
            PeriodSource::FileName { pattern, .. } => {
                let Some(day) = of_name(pattern, file_name(label)) else { continue };
                let period = Period::containing(grain, day);
                let mut notes =
                    vec![say("PERIOD_FROM_NAME", format!("{} by the file's name", period.label()))];
                // what the rows would have said, had the name been silent
                let inferred = claim.era.period.iter().find_map(|other| match other {
                    PeriodSource::Latest(fields) => of_latest(fields),
                    _ => None,
                });
                if let Some(inferred) = inferred.filter(|other| apart(period, *other)) {
                    let text = format!(
                        "{} by the file's name, which is used; the latest dates in the file are of {}",
                        period.label(),
                        inferred.label()
                    );
                    notes.push(say("PERIOD_DISAGREES", text));
                }
                return Ok(Found::Whole(period, notes));
            }
            PeriodSource::Latest(fields) => {
                if let Some(period) = of_latest(fields) {
                    let text = format!("{} by the latest of {}", period.label(), fields.join(", "));
                    return Ok(Found::Whole(period, vec![say("PERIOD_INFERRED", text)]));
                }
            }
            PeriodSource::Stated { date, reason } => {
                let period = Period::containing(grain, *date);
                let text = format!("{} as stated in the contract: {reason}", period.label());
                return Ok(Found::Whole(period, vec![say("PERIOD_STATED", text)]));
            }
        }
    }
    let unknown = say("PERIOD_UNKNOWN", "nothing says which period the file covers".into());
    let example = claim.era.period.iter().find_map(|source| match source {
        PeriodSource::FileName { example, .. } => Some(example),
        _ => None,
    });
    Err(match example {
        Some(name) => {
            unknown.hint(format!("put the period into the file's name, such as `{name}`, and run again"))
        }
        None => unknown,
    })
}

/// Dates of which the contract states a part that the file does not hold.
pub fn stated_parts(claim: &Claim<'_>, label: &str) -> Vec<Diagnostic> {
    let part = |(field, text): (&String, &String)| {
        let text = format!(
            "`{text}` is put before each cell of {field}: it is stated in the contract, not in the file"
        );
        Diagnostic::new("PERIOD_STATED", Place::file(label), text).dataset(&claim.contract.id)
    };
    claim.era.prepend.iter().map(part).collect()
}

/// Whether two answers differ by more than the grain. Dates inside a file trail the day of its issue by weeks, so
/// points in time count as months do.
fn apart(name: Period, inferred: Period) -> bool {
    let (a, b) = (name.min(inferred), name.max(inferred));
    match name.grain() {
        Grain::Point => a.end().saturating_add(2.months()) < b.end(),
        Grain::Month | Grain::Quarter | Grain::FinancialYear => a.end().saturating_add(1.day()) < b.start(),
    }
}

/// The last part of `folder/archive.zip!entry.csv [Sheet]`, entry first.
fn file_name(label: &str) -> &str {
    label.rsplit(['/', '!']).next().unwrap_or(label)
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The first place of the name that the pattern reads as a real date or year.
fn of_name(pattern: &Regex, name: &str) -> Option<Date> {
    pattern.captures_iter(name).find_map(|found| named(&found))
}

/// A date from the groups `fy` or `y`/`yy` with `m` or `mon` and `d`.
fn named(found: &Captures<'_>) -> Option<Date> {
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
    let century = |y: i16| if y < 100 { 2000 + y } else { y };
    if let Some(first) = number("fy") {
        let last = century(first) + 1;
        // `03-20` is the tail of a date and no financial year
        let follows = number("next").is_none_or(|next| next.rem_euclid(100) == last.rem_euclid(100));
        return Date::new(last, 3, 31).ok().filter(|_| follows);
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
