//! Two small tables for people. The information sheet: of each metric what it asks, in which unit, how it is banded, what it
//! rests on and which practices the nine-column file cannot name. NHS Choices showed such a sheet beside every indicator.

use super::Gone;
use crate::define::feeds::FactKind;
use crate::report::feeds::Feed;

pub(super) fn write(feed: &Feed) -> Vec<u8> {
    let d = &feed.definition;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // writing to memory cannot fail
    let _ = writer.write_record([
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
    ]);
    let names = names(feed);
    for fact in &d.facts {
        let Some(metric) = fact.metric else { continue };
        let known: Vec<&str> = fact.sources.iter().filter_map(|s| d.known_by(s)).collect();
        let share = fact.kind == FactKind::Share;
        let unit = fact.unit.as_deref().unwrap_or("1 is yes, 0 is no; empty is not available");
        let known = if known.is_empty() { "nobody asks for it".to_owned() } else { known.join(", else ") };
        let _ = writer.write_record([
            metric.to_string().as_str(),
            &fact.name,
            &fact.question,
            unit,
            if share { &d.banding.about } else { "not banded" },
            &known,
            if share { "of counts rounded to 5; 1 to 7 people are not shown" } else { "no count of people" },
            &names,
            &d.licence,
            &d.rights,
        ]);
    }
    writer.into_inner().unwrap_or_default()
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
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let _ = writer.write_record(["practice_code", "successors"]);
    for gone in gone {
        let _ = writer.write_record([gone.code.as_str(), &gone.successors.join(" ")]);
    }
    writer.into_inner().unwrap_or_default()
}
