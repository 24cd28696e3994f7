//! The last day for replies. The run is told it: what a returned file names as that day is a word of whoever sent the file, and is
//! only compared with it.

use super::reply::{Decision, Reply};
use crate::define::feeds::Feeds;
use crate::diag::{Diagnostic, Place};
use crate::model::Period;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Why a reply is not in time, in words. Without a last day nothing is late; with one, a reply that has no day cannot be shown
/// to be in time, and does not count as such.
pub(super) fn late(reply: &Reply<'_>, last: Option<Date>) -> Option<String> {
    let last = last?;
    match reply.on {
        Some(on) if on <= last => None,
        Some(on) => Some(format!("{} replied on {on}; the last day was {last}", reply.code)),
        None => Some(format!("{} does not say when it replied; the last day was {last}", reply.code)),
    }
}

/// Practices whose files name another last day than the run, or none.
pub(super) fn others(
    feeds: &Feeds,
    period: Period,
    replies: &[Reply<'_>],
    last: Option<Date>,
) -> Vec<Diagnostic> {
    let mut named: BTreeMap<&str, BTreeSet<Option<Date>>> = BTreeMap::new();
    for reply in replies.iter().filter(|r| r.decision != Decision::Silent) {
        named.entry(reply.code).or_default().insert(reply.by);
    }
    let tell = |key: String, message: String| {
        let place = Place::Key { dataset: feeds.reply.dataset.clone(), key };
        Diagnostic::new("REPLY_DEADLINE", place, message)
    };
    let Some(last) = last else {
        let days: BTreeSet<Date> = named.values().flatten().flatten().copied().collect();
        let practices = named.values().filter(|days| days.iter().any(Option::is_some)).count();
        let days: Vec<String> = days.iter().map(Date::to_string).collect();
        let message = format!(
            "{}: replies name {} as the last day; the run was told none, so none is late",
            period.label(),
            days.join(" and ")
        );
        let told = tell(period.to_string(), message).times(practices as u64);
        return if practices == 0 { Vec::new() } else { vec![told] };
    };
    let other = |(code, days): (&str, BTreeSet<Option<Date>>)| {
        let day = days.into_iter().find(|day| *day != Some(last))?;
        let day = day.map_or_else(|| "no last day".to_owned(), |day| format!("{day} as the last day"));
        let message = format!("the file of {code} names {day}; that of the run holds, {last}");
        Some(tell(format!("{period} {code}"), message))
    };
    named.into_iter().filter_map(other).collect()
}
