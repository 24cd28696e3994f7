//! The bodies that commission and deliver GP IT: which stored tables their stages read, and which tables come out.

use super::Result;
use super::places::Held;
use crate::agreements::{AgreementQuarter, agreements as work_out};
use crate::define::framework::Time;
use crate::diag::Diagnostic;
use crate::frames::{Columns, of_day};
use crate::index::Source;
use crate::model::{Grain, Period, Provenance};
use crate::providers::{ProviderFrame, Sightings, measures, provider_comparison, supplier_switches};
use crate::standards::{Register, Requirement, requirements, security_toolkit};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The tables of a release so far, by name.
type Tables = BTreeMap<String, DataFrame>;

/// The quarters that a table has rows of, oldest first.
pub(super) fn quarters(table: &DataFrame) -> Result<Vec<Period>> {
    let days: BTreeSet<Date> = Columns(table).dates("period")?.into_iter().flatten().collect();
    Ok(days.into_iter().map(|day| Period::containing(Grain::Quarter, day)).collect())
}

/// The last table of the dataset in the quarter.
pub(super) fn in_quarter<'a>(held: &Held<'a>, dataset: &str, quarter: Period) -> Option<&'a Source> {
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

/// Requirements by CCG, and the security toolkit by year.
pub(super) fn standards(held: &Held<'_>, tables: &mut Tables) -> Result<()> {
    let Some(rules) = &held.framework.standards else { return Ok(()) };
    let (Some(practices), Some(values)) = (tables.get("practices"), tables.get("indicator_values")) else {
        return Ok(());
    };
    let wanted = Requirement::of(held.framework, rules);
    let (by_ccg, summary) = requirements(&wanted, practices, values)?;
    let mut toolkit = DataFrame::empty();
    if let Some(register) = &rules.toolkit {
        let mut of_quarters = Vec::new();
        for quarter in quarters(practices)? {
            if let Some(found) = in_quarter(held, &register.dataset, quarter) {
                of_quarters.push((quarter, of_day(practices, quarter.end())?, found));
            }
        }
        let registers: Vec<Register<'_>> = of_quarters
            .iter()
            .map(|(period, practices, found)| Register {
                period: *period,
                practices,
                frame: &found.frame,
                provenance: found.provenance,
            })
            .collect();
        toolkit = security_toolkit(register, &registers)?;
    }
    for (name, table) in
        [("standards", by_ccg), ("standards_summary", summary), ("security_toolkit", toolkit)]
    {
        if table.height() > 0 {
            tables.insert(name.to_owned(), table);
        }
    }
    Ok(())
}

/// Months that a row of a month may lie from the end of a quarter.
const OF_THE_QUARTER: u32 = 3;

/// Where each kind of provider is named, over all that is held.
pub(super) fn sightings<'a>(held: &Held<'a>) -> Result<Vec<Sightings<'a>>> {
    let kinds = held.framework.providers.iter().flat_map(|p| &p.kind);
    kinds
        .map(|kind| {
            let mut frames = Vec::new();
            for source in &kind.source {
                let input = held.framework.input(&source.dataset);
                let monthly = input.is_some_and(|i| i.time == Time::Month);
                let window = if monthly { None } else { input.and_then(|i| i.window_months) };
                let window_months = window.unwrap_or(OF_THE_QUARTER);
                frames.extend(held.of(&source.dataset).map(|s| ProviderFrame {
                    source,
                    day: s.period.end(),
                    window_months,
                    frame: &s.frame,
                }));
            }
            Ok(Sightings::read(kind, &frames)?)
        })
        .collect()
}

/// The comparison of providers and the practices that changed theirs.
pub(super) fn providers(held: &Held<'_>, sightings: &[Sightings<'_>], tables: &mut Tables) -> Result<()> {
    let Some(rules) = &held.framework.providers else { return Ok(()) };
    let wanted = ["practices", "indicator_values", "practice_scores"].map(|name| tables.get(name));
    let [Some(practices), Some(values), Some(scores)] = wanted else { return Ok(()) };
    let provenance = held.sources.iter().map(|s| s.provenance).fold(Provenance::Published, Provenance::worst);
    let measures = measures(practices, values, scores)?;
    let comparison = provider_comparison(rules, practices, &measures, provenance)?;
    let switches = supplier_switches(sightings, practices, &measures, provenance)?;
    for (name, table) in [("provider_comparison", comparison), ("supplier_switches", switches)] {
        if table.height() > 0 {
            tables.insert(name.to_owned(), table);
        }
    }
    Ok(())
}
