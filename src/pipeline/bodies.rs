//! The bodies that commission and deliver GP IT: which stored tables their stages read, and which tables come out.

use super::Result;
use super::places::Held;
use crate::agreements::{AgreementQuarter, agreements as work_out};
use crate::diag::Diagnostic;
use crate::frames::{Columns, of_day};
use crate::index::Source;
use crate::model::{Grain, Period, Provenance};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The tables of a release so far, by name.
type Tables = BTreeMap<String, DataFrame>;

/// The quarters that a table has rows of, oldest first.
fn quarters(table: &DataFrame) -> Result<Vec<Period>> {
    let days: BTreeSet<Date> = Columns(table).dates("period")?.into_iter().flatten().collect();
    Ok(days.into_iter().map(|day| Period::containing(Grain::Quarter, day)).collect())
}

/// The last table of the dataset in the quarter.
fn in_quarter<'a>(held: &Held<'a>, dataset: &str, quarter: Period) -> Option<&'a Source> {
    held.of(dataset).filter(|s| quarter.contains(s.period.end())).max_by_key(|s| s.period.end())
}

/// The tables on agreements, where the pipeline has rules and a quarter has lists.
pub(super) fn agreements(held: &Held<'_>, tables: &mut Tables) -> Result<Vec<Diagnostic>> {
    let (Some(rules), Some(practices)) = (&held.framework.agreements, tables.get("practices")) else {
        return Ok(Vec::new());
    };
    let mut of_quarters = Vec::new();
    for quarter in quarters(practices)? {
        if let Some(list) = in_quarter(held, &rules.list, quarter) {
            of_quarters.push((quarter, of_day(practices, quarter.end())?, list));
        }
    }
    let of_lists: Vec<AgreementQuarter<'_>> = of_quarters
        .iter()
        .map(|(period, practices, list)| {
            let lead = rules.it_lead.as_ref().and_then(|l| in_quarter(held, &l.dataset, *period));
            let used = [Some(*list), lead].into_iter().flatten().map(|s| s.provenance);
            AgreementQuarter {
                period: *period,
                practices,
                list: &list.frame,
                lead: lead.map(|l| &l.frame),
                provenance: used.fold(Provenance::Published, Provenance::worst),
            }
        })
        .collect();
    let Some(found) = work_out(rules, &of_lists)? else { return Ok(Vec::new()) };
    tables.extend(
        [
            ("agreements", found.agreements),
            ("agreement_summary", found.agreement_summary),
            ("chase_list", found.chase_list),
            ("review_calendar", found.review_calendar),
        ]
        .map(|(name, table)| (name.to_owned(), table)),
    );
    Ok(found.diagnostics)
}
