//! Which stored tables answer the facts for patients, and of which quarter.

use super::places::Held;
use super::{Result, bodies};
use crate::define::feeds::{Feeds, unwritable};
use crate::define::framework::Time;
use crate::diag::{Diagnostic, Place};
use crate::feeds::{FactFrame, FactQuarter, patient_facts};
use crate::frames::{Columns, of_day};
use crate::index::Source;
use crate::model::Period;
use crate::render::feeds::INDICATORS;
use crate::report::words::clean;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// The table `patient_facts`; nothing where no quarter of the practices has facts for patients.
pub(super) fn facts(
    feeds: &Feeds,
    held: &Held<'_>,
    practices: &DataFrame,
    reply_by: Option<Date>,
) -> Result<Option<(DataFrame, Vec<Diagnostic>)>> {
    let Some(period) = latest(held, feeds, &bodies::quarters(practices)?) else { return Ok(None) };
    let practices = of_day(practices, period.end())?;
    let quarter = FactQuarter { reply_by, ..quarter(held, feeds, period, &practices) };
    let (facts, mut diagnostics) = patient_facts(feeds, &quarter)?;
    diagnostics.extend(names(&facts)?);
    Ok(Some((facts, diagnostics)))
}

/// Names, as the feeds write them, that the nine-column file cannot hold.
pub(super) fn names(facts: &DataFrame) -> Result<Vec<Diagnostic>> {
    let table = Columns(facts);
    let (codes, names) = (table.texts("practice_code")?, table.texts("practice_name")?);
    let named: BTreeMap<&str, &str> =
        codes.into_iter().zip(names).filter_map(|(code, name)| Some((code?, name?))).collect();
    let told = |(code, name): (&str, &str)| {
        let name = clean(name).0;
        let why = unwritable(&name)?;
        let place = Place::Key { dataset: "feeds".to_owned(), key: code.to_owned() };
        let message = format!("{code} stands for \"{name}\" in {INDICATORS}: {why}");
        Some(Diagnostic::new("FEED_CHARACTER", place, message))
    };
    Ok(named.into_iter().filter_map(told).collect())
}

/// The quarter that patients are told of: the last in which a dataset that is collected by the month answers some fact.
pub(super) fn latest(held: &Held<'_>, feeds: &Feeds, quarters: &[Period]) -> Option<Period> {
    let monthly = |d: &str| held.framework.input(d).is_some_and(|i| i.time == Time::Month);
    let asked = |q: &&Period| frames(held, feeds, **q).keys().any(|d| monthly(d));
    quarters.iter().rev().find(asked).copied()
}

/// What answers in one quarter, with the replies to its preview.
pub(super) fn quarter<'a>(
    held: &Held<'a>,
    feeds: &Feeds,
    period: Period,
    practices: &'a DataFrame,
) -> FactQuarter<'a> {
    let replies = bodies::in_quarter(held, &feeds.reply.dataset, period).map(|s| &s.frame);
    FactQuarter { period, practices, frames: frames(held, feeds, period), replies, reply_by: None }
}

/// The table of each dataset that serves the quarter: of months the last, of snapshots the nearest in its window.
fn frames<'a>(held: &Held<'a>, feeds: &Feeds, quarter: Period) -> BTreeMap<&'a str, FactFrame<'a>> {
    let wanted = feeds.facts.iter().flat_map(|f| &f.sources).map(|s| s.dataset.as_str());
    let found = |dataset: &str| -> Option<&'a Source> {
        let input = held.framework.input(dataset)?;
        match input.time {
            Time::Month => bodies::in_quarter(held, dataset, quarter),
            Time::Snapshot => held.near(dataset, quarter.end(), input.window_months).first().copied(),
        }
    };
    let frame = |s: &'a Source| FactFrame { day: s.period.end(), frame: &s.frame, provenance: s.provenance };
    wanted.filter_map(found).map(|s| (s.dataset.as_str(), frame(s))).collect()
}
