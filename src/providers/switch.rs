//! Practices that changed their supplier: from what to what, when, and their figures before and after.

use super::measure::{Measure, places};
use super::sighting::{Named, Sighting, Sightings};
use crate::define::framework::provider_column;
use crate::frames::{Columns, Grown, days_of};
use crate::model::{Grain, Period, Provenance};
use crate::stats::weighted_mean;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeSet;

/// One change, between two days on which one supplier each is named.
struct Change<'a> {
    practice: &'a str,
    from: (&'a str, Date, &'a str),
    to: (&'a str, Date, &'a str),
}

/// Rows of `supplier_switches`: one for each change of a kind and measure that is held on both sides, or one without a
/// measure. `others_change` is the mean change over the same two quarters of the practices that stayed with the
/// supplier that the practice left: what might have been. Two sources that name different suppliers on different days
/// are a change too; their names stand beside it.
pub fn supplier_switches(
    kinds: &[Sightings<'_>],
    practices: &DataFrame,
    measures: &[Measure],
    provenance: Provenance,
) -> PolarsResult<DataFrame> {
    let mut t = Grown::default();
    let table = Columns(practices);
    let (period, code, ccg) =
        (table.dates("period")?, table.texts("practice_code")?, table.texts("ccg_code")?);
    let places = places(practices)?;
    let quarters: BTreeSet<Date> = period.into_iter().flatten().collect();
    for kind in kinds {
        let provider = table.texts(&provider_column(&kind.kind.id))?;
        for change in changes(kind) {
            let after = Period::containing(Grain::Quarter, change.to.1).end();
            let Some(&now) = places.get(&(after, change.practice)) else { continue };
            let earlier = quarters.range(..after).next_back();
            let was = earlier.and_then(|day| places.get(&(*day, change.practice))).copied();
            // the practices of the same supplier before that kept it
            let stayed: Vec<(usize, usize)> = earlier.map_or_else(Vec::new, |day| {
                let kept = |row: &usize| provider[*row] == Some(change.from.0);
                let before = |row: usize| places.get(&(*day, code[row]?)).copied();
                let rows = places.range((after, "")..).take_while(|((d, _), _)| *d == after);
                let rows = rows.map(|(_, row)| *row).filter(kept);
                rows.filter_map(|row| Some((before(row).filter(kept)?, row))).collect()
            });
            let mut shown = 0;
            for m in measures {
                let (Some(x0), Some(x1)) = (was.and_then(|r| m.values[r]), m.values[now]) else { continue };
                let changes = stayed.iter().filter_map(|(a, b)| Some((1.0, m.values[*b]? - m.values[*a]?)));
                let changes: Vec<(f64, f64)> = changes.collect();
                row(&mut t, kind, &change, ccg[now], after);
                t.owned("measure", [Some(m.id.clone())]);
                t.numbers("before", [Some(x0)]);
                t.numbers("after", [Some(x1)]);
                t.numbers("change", [Some(x1 - x0)]);
                t.numbers("others_change", [weighted_mean(changes.iter().copied())]);
                t.wholes("others", [i64::try_from(changes.len()).ok()]);
                shown += 1;
            }
            if shown == 0 {
                row(&mut t, kind, &change, ccg[now], after);
                t.owned("measure", [None]);
                for column in ["before", "after", "change", "others_change"] {
                    t.numbers(column, [None]);
                }
                t.wholes("others", [None]);
            }
        }
    }
    let mut frame = t.finish()?;
    if frame.height() == 0 {
        return Ok(frame);
    }
    frame.with_column(Column::new("provenance".into(), vec![provenance.as_str(); frame.height()]))?;
    frame.sort(["period", "practice_code", "kind", "measure"], SortMultipleOptions::default())
}

fn row(t: &mut Grown<'_>, kind: &Sightings<'_>, c: &Change<'_>, ccg: Option<&str>, period: Date) {
    t.days("period", [days_of(period)]);
    t.owned("practice_code", [Some(c.practice.to_owned())]);
    t.owned("ccg_code", [ccg.map(str::to_owned)]);
    t.owned("kind", [Some(kind.kind.id.clone())]);
    t.owned("from", [Some(c.from.0.to_owned())]);
    t.days("from_date", [days_of(c.from.1)]);
    t.owned("from_source", [Some(c.from.2.to_owned())]);
    t.owned("to", [Some(c.to.0.to_owned())]);
    t.days("to_date", [days_of(c.to.1)]);
    t.owned("to_source", [Some(c.to.2.to_owned())]);
}

/// Changes between consecutive days of a practice that each name one supplier.
fn changes<'k>(kind: &'k Sightings<'_>) -> impl Iterator<Item = Change<'k>> {
    kind.practices().flat_map(|(practice, seen)| {
        let one = |s: &'k Sighting<'_>| match &s.named {
            Named::One(name) => Some((name.as_str(), s.day, s.dataset)),
            Named::Several => None,
        };
        let plain: Vec<(&str, Date, &str)> = seen.iter().filter_map(one).collect();
        let pairs: Vec<_> = plain.windows(2).map(|w| (w[0], w[1])).collect();
        let changed = pairs.into_iter().filter(|(from, to)| from.0 != to.0);
        changed.map(move |(from, to)| Change { practice, from, to }).collect::<Vec<_>>()
    })
}
