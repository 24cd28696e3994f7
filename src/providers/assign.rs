//! The providers of each practice at the end of each quarter, as columns of `practices`.

use super::sighting::{Named, Sighting, Sightings};
use crate::define::framework::provider_column;
use crate::frames::{Columns, Grown, days_of};
use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;

/// Adds for each kind the columns `provider_KIND`, `provider_KIND_source` and `provider_KIND_date`: the provider named
/// on the day nearest to the quarter's end (the earlier of two as near), where that day and its dataset are within its
/// window. Empty where none is known, or where two are named at once.
pub fn assign(kinds: &[Sightings<'_>], practices: &mut DataFrame) -> PolarsResult<()> {
    let table = Columns(practices);
    let (period, code) = (table.dates("period")?, table.texts("practice_code")?);
    let ccg = table.texts("ccg_code")?;
    let mut grown = Grown::default();
    for kind in kinds {
        let nearest = |row: usize| {
            let (day, code) = (period[row]?, code[row]?);
            let near = kind.of(code, ccg[row]).iter().filter(|s| within(s, day));
            near.min_by_key(|s| (s.day - day).get_days().abs())
        };
        let rows: Vec<Option<&Sighting<'_>>> = (0..period.len()).map(nearest).collect();
        let name = provider_column(&kind.kind.id);
        grown.owned(
            &name,
            rows.iter().map(|s| match &(*s)?.named {
                Named::One(name) => Some(name.clone()),
                Named::Several => None,
            }),
        );
        grown.owned(&format!("{name}_source"), rows.iter().map(|s| s.map(|s| s.dataset.to_owned())));
        grown.dates(&format!("{name}_date"), rows.iter().map(|s| s.map(|s| days_of(s.day))));
    }
    *practices = practices.hstack(grown.finish()?.columns())?;
    Ok(())
}

fn within(s: &Sighting<'_>, day: Date) -> bool {
    let span = i64::from(s.window_months).months();
    s.day <= day.saturating_add(span).last_of_month() && s.day >= day.saturating_sub(span)
}
