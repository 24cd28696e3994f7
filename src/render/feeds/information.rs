//! Two small tables for people. The information sheet: of each metric what it asks, in which unit, how it is banded, what it
//! rests on and which practices the nine-column file cannot name. NHS Choices showed such a sheet beside every indicator.

use super::Gone;
use crate::define::feeds::{Fact, FactKind};
use crate::render::csv::sheet;
use crate::report::feeds::Feed;

pub(super) fn write(feed: &Feed) -> Vec<u8> {
    let d = &feed.definition;
    let header = [
        "metric_id",
        "metric_name",
        "question",
        "unit",
        "banding",
        "known_by",
        "disclosure",
        "names",
        "licence",
        "attribution",
    ];
    let names = names(feed);
    let made = |fact: &Fact| -> Option<[String; 10]> {
        let metric = fact.metric?;
        let known: Vec<&str> = fact.sources.iter().filter_map(|s| d.known_by(s)).collect();
        let share = fact.kind == FactKind::Share;
        let unit = fact.unit.as_deref().unwrap_or("1 is yes, 0 is no; empty is not available");
        let known = if known.is_empty() { "nobody asks for it".to_owned() } else { known.join(", else ") };
        let rule =
            if share { "of counts rounded to 5; 1 to 7 people are not shown" } else { "no count of people" };
        let banding = if share { &d.banding.about } else { "not banded" };
        let cells = [&fact.name, &fact.question, unit, banding, &known, rule, &names, &d.licence, &d.rights];
        let mut row: [String; 10] = Default::default();
        row[0] = metric.to_string();
        row[1..].iter_mut().zip(cells).for_each(|(cell, text)| text.clone_into(cell));
        Some(row)
    };
    let rows: Vec<[String; 10]> = d.facts.iter().filter_map(made).collect();
    sheet(std::iter::once(header).chain(rows.iter().map(|row| row.each_ref().map(String::as_str))))
}

/// How practices are named in the nine-column file.
fn names(feed: &Feed) -> String {
    let renamed = feed.practices.iter().filter(|p| p.indicator_name() != p.name);
    let codes: Vec<&str> = renamed.map(|p| p.code.as_str()).collect();
    if codes.is_empty() {
        return "as in the directory".to_owned();
    }
    format!(
        "as in the directory; by code in the nine-column file, which cannot hold the name: {}",
        codes.join(" ")
    )
}

/// Practices that are no longer listed, for readers of the nine-column file, which has no place for them. Successors are
/// separated by spaces.
pub(super) fn removed(gone: &[Gone]) -> Vec<u8> {
    let rows: Vec<(&str, String)> = gone.iter().map(|g| (g.code.as_str(), g.successors.join(" "))).collect();
    let header = ["practice_code", "successors"];
    sheet(std::iter::once(header).chain(rows.iter().map(|(code, to)| [*code, to.as_str()])))
}
