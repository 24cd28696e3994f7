//! One fact as a sentence: answer, value with its unit, the day, how it is known, what the practice said to it.

use super::{Answer, FactEntry};
use crate::define::feeds::Feeds;
use crate::feeds::Decision;
use crate::report::words;

/// For example `Yes (1). At 30 September 2018; recorded by the practice's computer system; not confirmed by the practice before publication.`
/// The text holds the value, as in the downloads of NHS Choices; the information sheet says what 1 and 0 are.
pub(super) fn sentence(definition: &Feeds, fact: &FactEntry) -> String {
    let w = &definition.words;
    let unit = definition.fact(&fact.id).and_then(|f| f.unit.as_deref()).unwrap_or_default();
    let head = match (fact.answer, &fact.percent) {
        (Answer::Yes, _) => format!("{} (1).", w.yes),
        (Answer::No, _) => format!("{} (0).", w.no),
        (Answer::Counted, Some(value)) => match fact.band {
            Some(band) => format!("{} ({value}{unit}).", band.words(definition)),
            None => format!("{value}{unit}."),
        },
        (Answer::Counted, None) => format!("{}: {}.", w.no_value, w.withheld),
        (Answer::NotKnown, _) => format!("{}: {}.", w.no_value, words::lower_first(&w.not_known)),
        (Answer::NotAsked, _) => return format!("{}: {}.", w.no_value, words::lower_first(&w.not_asked)),
    };
    let reply = match fact.reply {
        Decision::Confirmed => &definition.reply.confirmed,
        Decision::Corrected => &definition.reply.corrected,
        Decision::Silent => &definition.reply.silent,
    };
    let day = fact.date.map(|d| format!("at {}", words::day(d)));
    let known = fact.known_by.as_ref().filter(|k| *k != reply);
    // what follows from a correction was never put to the practice
    let follows = known == Some(&definition.reply.follows) && fact.reply == Decision::Silent;
    let reply = (!follows).then_some(reply.as_str());
    let tail: Vec<&str> = [day.as_deref(), known.map(String::as_str), reply].into_iter().flatten().collect();
    format!("{head} {}.", words::capital(&tail.join("; ")))
}
