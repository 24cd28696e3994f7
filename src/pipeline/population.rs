//! Whether a quarter covers England: most of its practices with a list, and about as many patients as the others.

use crate::contract::cells::day_of;
use crate::diag::{Diagnostic, Place, grouped};
use crate::model::{Grain, Period};
use polars::prelude::*;
use std::collections::BTreeMap;

/// Fewer of the practices than this share with a list: the list size file is missing or cut.
const LISTED: f64 = 0.8;
/// Fewer patients than this share of those of the fullest quarter.
const PATIENTS: f64 = 0.5;

#[derive(Default)]
struct Cover {
    practices: u64,
    listed: u64,
    patients: i64,
}

/// Says of each quarter of `practices` that covers much less than it should, with the figures of both quarters.
#[expect(clippy::cast_precision_loss, reason = "counts of practices and patients")]
pub fn thin(practices: &DataFrame) -> PolarsResult<Vec<Diagnostic>> {
    let (days, lists) = (practices.column("period")?.date()?, practices.column("list_size")?.i64()?);
    let mut quarters: BTreeMap<Period, Cover> = BTreeMap::new();
    for (day, list) in days.phys.iter().zip(lists.iter()) {
        let Some(day) = day else { continue };
        let cover = quarters.entry(Period::containing(Grain::Quarter, day_of(day))).or_default();
        cover.practices += 1;
        if let Some(list) = list.filter(|l| *l > 0) {
            cover.listed += 1;
            cover.patients += list;
        }
    }
    let Some((fullest, most)) = quarters.iter().max_by_key(|(_, c)| c.patients) else {
        return Ok(Vec::new());
    };
    let of = |period: &Period, c: &Cover| {
        format!(
            "{}: {} of {} practices have a list, with {} patients",
            period.label(),
            grouped(c.listed),
            grouped(c.practices),
            grouped(c.patients.unsigned_abs())
        )
    };
    let mut out = Vec::new();
    for (period, cover) in &quarters {
        let few = (cover.listed as f64) < LISTED * cover.practices as f64;
        let collapsed = (cover.patients as f64) < PATIENTS * most.patients as f64;
        if !few && !collapsed {
            continue;
        }
        let mut message = of(period, cover);
        if collapsed {
            message.push_str(&format!(" ({})", of(fullest, most)));
        }
        let place = Place::Key { dataset: "practices".to_owned(), key: period.to_string() };
        out.push(Diagnostic::new("POPULATION_THIN", place, message));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many practices of 8,000 patients, the first of them with a list, on 30 June or 30 September 2018.
    fn quarter(day: i32, practices: usize, listed: usize) -> DataFrame {
        let days = Column::new("period".into(), vec![day; practices]).cast(&DataType::Date).unwrap();
        let lists: Vec<Option<i64>> = (0..practices).map(|i| (i < listed).then_some(8_000)).collect();
        DataFrame::new(practices, vec![days, Column::new("list_size".into(), lists)]).unwrap()
    }

    #[test]
    fn a_quarter_without_most_of_its_lists_or_patients_is_named_and_a_whole_one_is_not() {
        const JUNE: i32 = 17_712;
        const SEPTEMBER: i32 = 17_804;
        let told = |practices: usize, listed: usize| -> Vec<String> {
            let mut all = quarter(JUNE, 100, 98);
            all.vstack_mut_owned(quarter(SEPTEMBER, practices, listed)).unwrap();
            thin(&all).unwrap().into_iter().map(|d| d.message).collect()
        };
        assert!(told(95, 94).is_empty());
        assert_eq!(told(100, 70), ["2018/19 Q2: 70 of 100 practices have a list, with 560,000 patients"]);
        let half = "2018/19 Q2: 40 of 40 practices have a list, with 320,000 patients \
                    (2018/19 Q1: 98 of 100 practices have a list, with 784,000 patients)";
        assert_eq!(told(40, 40), [half]);
    }
}
