//! The populations that spend is divided by.
//!
//! **Registered** patients come from one file at one date, by the CCG that the file itself puts each practice in.
//!
//! **Weighted** patients (own method where the years differ). No weighted list is held for every year, and CCGs
//! merge between years, so the weighted lists of another year cannot simply be added up by their old CCG codes.
//! Each practice's weighted and registered list of that year is put under the CCG that the practice is in now, and
//! the CCG's registered patients are multiplied by the ratio of the two sums. That is: this year's people, with
//! that year's relative need. Practices that have opened since take the ratio of their CCG; the share of patients
//! at practices that could be linked is printed, and below a stated share there is no weighted figure. With lists
//! of the same year and practices it is the plain sum of the weighted lists. Weighted lists of another formula
//! (allocations against payments) are another series: one call takes one file.

use super::column::{SpendError, Table};
use crate::model::Period;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Registered patients of practices: columns `practice_code`, `ccg_code` and the one named. Several rows of a
/// practice are parts of its list.
#[derive(Clone, Copy, Debug)]
pub struct Patients<'a> {
    pub dataset: &'a str,
    pub date: Date,
    pub frame: &'a DataFrame,
    pub column: &'a str,
}

/// Registered and weighted lists of one year by practice: `practice_code` and the two columns named.
#[derive(Clone, Copy, Debug)]
pub struct WeightedLists<'a> {
    pub dataset: &'a str,
    pub year: Period,
    pub frame: &'a DataFrame,
    pub registered: &'a str,
    pub weighted: &'a str,
}

/// Residents of CCGs: `ccg_code residents as_at resident_source`.
#[derive(Clone, Copy, Debug)]
pub struct Residents<'a> {
    pub dataset: &'a str,
    pub date: Date,
    pub frame: &'a DataFrame,
}

/// The residents of one CCG, as somebody published them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resident {
    pub people: i64,
    pub date: Date,
    pub source: Option<String>,
}

/// Residents by CCG; of two rows of a CCG the later day counts.
pub(super) fn residents(held: Option<&Residents<'_>>) -> Result<BTreeMap<String, Resident>, SpendError> {
    let mut out: BTreeMap<String, Resident> = BTreeMap::new();
    let Some(held) = held else { return Ok(out) };
    let table = Table { dataset: held.dataset, frame: held.frame };
    let (codes, people) = (table.texts("ccg_code")?, table.whole("residents")?);
    let (days, sources) = (table.days("as_at")?, table.words("resident_source")?);
    for i in 0..codes.len() {
        let (Some(ccg), Some(people)) = (codes[i], people[i]) else { continue };
        let row = Resident { people, date: days[i].unwrap_or(held.date), source: sources[i].clone() };
        if out.get(ccg).is_none_or(|known| known.date <= row.date) {
            out.insert(ccg.to_owned(), row);
        }
    }
    Ok(out)
}

/// The people of one CCG.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Population {
    pub registered: i64,
    /// None where too few patients could be linked.
    pub weighted: Option<f64>,
    /// Share of the registered patients at practices with a weighted list.
    pub linked: Option<f64>,
}

#[derive(Default)]
struct Sums {
    registered: i64,
    linked: i64,
    old_registered: i64,
    old_weighted: i64,
}

/// Sums of a column of people by CCG, in millionths; `None` for a CCG none of whose rows has a number.
pub fn people_by_ccg(
    dataset: &str,
    frame: &DataFrame,
    column: &str,
) -> Result<BTreeMap<String, Option<i64>>, SpendError> {
    let table = Table { dataset, frame };
    let mut sums: BTreeMap<String, Option<i64>> = BTreeMap::new();
    for (ccg, size) in table.texts("ccg_code")?.into_iter().zip(table.millionths(column)?) {
        let Some(ccg) = ccg else { continue };
        let sum = sums.entry(ccg.to_owned()).or_default();
        if let Some(size) = size.filter(|s| *s >= 0) {
            *sum = Some(sum.unwrap_or(0) + size);
        }
    }
    Ok(sums)
}

/// Populations by CCG. All sums are of whole millionths of patients.
pub(super) fn populations(
    patients: &Patients<'_>,
    weighted: Option<&WeightedLists<'_>>,
    least_linked_share: f64,
) -> Result<BTreeMap<String, Population>, SpendError> {
    let lists = match weighted {
        Some(w) => weighted_lists(w)?,
        None => BTreeMap::new(),
    };
    let mut ccgs: BTreeMap<&str, Sums> = BTreeMap::new();
    for (practice, (ccg, size)) in registered_lists(patients)? {
        let sums = ccgs.entry(ccg).or_default();
        sums.registered += size;
        if let Some((registered, weighted)) = lists.get(practice) {
            sums.linked += size;
            sums.old_registered += registered;
            sums.old_weighted += weighted;
        }
    }
    let of = |sums: &Sums| {
        let registered = (sums.registered + 500_000) / 1_000_000;
        let linked = (weighted.is_some() && sums.registered > 0).then(|| ratio(sums.linked, sums.registered));
        let enough = linked.is_some_and(|share| share >= least_linked_share) && sums.old_registered > 0;
        let weighted =
            enough.then(|| ratio(sums.registered, 1_000_000) * ratio(sums.old_weighted, sums.old_registered));
        Population { registered, weighted, linked }
    };
    Ok(ccgs.iter().map(|(ccg, sums)| ((*ccg).to_owned(), of(sums))).collect())
}

/// CCG and size of each practice. One of nobody counts too: a CCG of such practices has 0 patients, which is said.
fn registered_lists<'a>(patients: &Patients<'a>) -> Result<BTreeMap<&'a str, (&'a str, i64)>, SpendError> {
    let table = Table { dataset: patients.dataset, frame: patients.frame };
    let (codes, ccgs) = (table.texts("practice_code")?, table.texts("ccg_code")?);
    let sizes = table.millionths(patients.column)?;
    let mut lists: BTreeMap<&str, (&str, i64)> = BTreeMap::new();
    for ((code, ccg), size) in codes.into_iter().zip(ccgs).zip(sizes) {
        let (Some(code), Some(ccg), Some(size)) = (code, ccg, size.filter(|s| *s >= 0)) else { continue };
        let list = lists.entry(code).or_insert((ccg, 0));
        // A file that names two CCGs for a practice: the smaller code, whatever the order of the rows.
        list.0 = if size > 0 { list.0.min(ccg) } else { list.0 };
        list.1 += size;
    }
    Ok(lists)
}

/// Registered and weighted list of each practice that has both: a list of nobody says nothing about need.
fn weighted_lists<'a>(lists: &WeightedLists<'a>) -> Result<BTreeMap<&'a str, (i64, i64)>, SpendError> {
    let table = Table { dataset: lists.dataset, frame: lists.frame };
    let codes = table.texts("practice_code")?;
    let (registered, weighted) = (table.millionths(lists.registered)?, table.millionths(lists.weighted)?);
    let mut found: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for ((code, registered), weighted) in codes.into_iter().zip(registered).zip(weighted) {
        if let (Some(code), Some(r), Some(w)) = (code, registered, weighted)
            && r > 0
            && w > 0
        {
            let sums = found.entry(code).or_insert((0, 0));
            *sums = (sums.0 + r, sums.1 + w);
        }
    }
    Ok(found)
}

#[expect(clippy::cast_precision_loss, reason = "below 2^53: 60 million patients in millionths are 6e13")]
pub(super) fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Grain;
    use jiff::civil::date;

    #[test]
    fn lists_of_the_same_practices_and_year_give_the_plain_sum_of_the_weighted_lists() {
        let frame = df!(
            "practice_code" => ["A81001", "A81002", "A81003"],
            "ccg_code" => ["00K", "00K", "00M"],
            "registered" => [1000.5, 3000.25, 50.0],
            "weighted" => [1100.0, 2800.75, 60.0],
        )
        .expect("columns");
        let day = date(2020, 3, 31);
        let patients = Patients { dataset: "payments", date: day, frame: &frame, column: "registered" };
        let year = Period::containing(Grain::FinancialYear, day);
        let lists = WeightedLists {
            dataset: "payments",
            year,
            frame: &frame,
            registered: "registered",
            weighted: "weighted",
        };
        let found = populations(&patients, Some(&lists), 0.9).expect("columns as promised");
        let weighted = found["00K"].weighted.expect("all linked");
        assert!((weighted - 3900.75).abs() < 1e-6 && found["00K"].registered == 4001, "{found:?}");
    }

    #[test]
    fn a_practice_without_a_weighted_list_takes_the_ratio_of_its_ccg_up_to_a_stated_share() {
        let now = df!(
            "practice_code" => ["A81001", "A81002"],
            "ccg_code" => ["16C", "16C"],
            "patients" => [900_i64, 100],
        )
        .expect("columns");
        let then = df!(
            "practice_code" => ["A81001", "A81009"],
            "registered" => [800.0, 5000.0],
            "weighted" => [1000.0, 100.0],
        )
        .expect("columns");
        let patients =
            Patients { dataset: "list_sizes", date: date(2021, 1, 1), frame: &now, column: "patients" };
        let lists = WeightedLists {
            dataset: "payments",
            year: Period::containing(Grain::FinancialYear, date(2020, 3, 31)),
            frame: &then,
            registered: "registered",
            weighted: "weighted",
        };
        let at = |share| populations(&patients, Some(&lists), share).expect("columns")["16C"];
        assert!(at(0.9).weighted.is_some_and(|w| (w - 1250.0).abs() < 1e-9));
        assert_eq!((at(0.95).weighted, at(0.95).registered), (None, 1000));
    }
}
