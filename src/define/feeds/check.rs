//! What is wrong with the definition of the feeds: columns that are not public, words that judge, names that lead
//! nowhere.

use super::{Fact, FactKind, FactSource, Feeds, unwritable};
use crate::define::fault::Source;
use crate::diag::Diagnostic;
use std::collections::BTreeSet;

pub(super) fn faults(feeds: &Feeds, source: &Source) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut say = |code: &str, at: &str, message: String| {
        out.push(Diagnostic::new(code, source.place_of(&format!("\"{at}\"")), message));
    };
    if !feeds.base.starts_with("https://") || !feeds.base.ends_with('/') {
        say(
            "CONFIG_VALUE",
            &feeds.base,
            "the base is an absolute https address that ends in a slash".to_owned(),
        );
    }
    if feeds.page == 0 {
        say("CONFIG_VALUE", &feeds.id, "a page holds at least one entry".to_owned());
    }
    let mut seen = BTreeSet::new();
    for fact in &feeds.facts {
        if !seen.insert(&fact.id) {
            say("CONFIG_DUPLICATE_ID", &fact.id, format!("the fact `{}` stands twice", fact.id));
        }
        for from in &fact.sources {
            if feeds.known_by(from).is_none() {
                let column = format!("{}.{}", from.dataset, from.column);
                let message = format!("`{}` reads {column}, which [[public]] does not allow", fact.id);
                say("FEED_NOT_ALLOWED", &fact.id, message);
            }
            if let Some(what) = shape(fact, from) {
                say("CONFIG_VALUE", &fact.id, format!("`{}`: {what}", fact.id));
            }
        }
        if let Some(state) = fact.only_if.as_deref()
            && fact.kind == FactKind::State
        {
            let message = format!("the state `{}` depends on `{state}`: only numbers depend", fact.id);
            say("CONFIG_VALUE", &fact.id, message);
        } else if let Some(state) = fact.only_if.as_deref()
            && feeds.fact(state).is_none_or(|f| f.kind != FactKind::State)
        {
            say(
                "CONFIG_REFERENCE",
                &fact.id,
                format!("`{}` depends on `{state}`, which is no state", fact.id),
            );
        }
    }
    for (at, text) in texts(feeds) {
        if let Some(why) = unwritable(text) {
            let message = format!("\"{text}\" cannot stand in the indicator file of nine columns: {why}");
            say("CONFIG_VALUE", at, message);
        }
        if let Some(word) = banned(feeds, text) {
            say("FEED_WORDING", at, format!("\"{text}\" holds `{word}`, which no text for patients may"));
        }
    }
    let wanted = feeds.source_file.services.iter().flat_map(|s| {
        [(&s.state, FactKind::State), (&s.enabled, FactKind::Share), (&s.used, FactKind::Count)]
    });
    for (id, kind) in wanted {
        if feeds.fact(id).is_none_or(|f| f.kind != kind) {
            say(
                "CONFIG_REFERENCE",
                &feeds.source_file.name,
                format!("the source file names `{id}`, which is no such fact"),
            );
        }
    }
    out
}

/// Whether the source is written as its kind needs.
fn shape(fact: &Fact, from: &FactSource) -> Option<&'static str> {
    match fact.kind {
        FactKind::State if from.yes.is_empty() || from.no.is_empty() => {
            Some("a state names what means yes and what means no")
        }
        FactKind::Share if from.of.is_empty() => Some("a share says of how many people it is"),
        FactKind::Share if fact.unit.is_none() => Some("a share has a unit"),
        FactKind::Count if fact.metric.is_some() => Some("a bare count is for the source file only"),
        _ => None,
    }
}

/// Everything that a patient may read.
fn texts(feeds: &Feeds) -> Vec<(&str, &str)> {
    let (w, b, r) = (&feeds.words, &feeds.banding, &feeds.reply);
    let own = [
        &w.yes,
        &w.no,
        &w.not_known,
        &w.not_asked,
        &w.no_value,
        &w.withheld,
        &b.lowest,
        &b.middle,
        &b.highest,
        &r.confirmed,
        &r.corrected,
        &r.silent,
        &r.follows,
        &feeds.title,
    ];
    let own = own.into_iter().map(|t| (t.as_str(), t.as_str()));
    let of_facts = feeds.facts.iter().flat_map(|f| {
        let unit = f.unit.as_deref().unwrap_or_default();
        [&f.name, &f.question].map(|t| (f.id.as_str(), t.as_str())).into_iter().chain([(f.id.as_str(), unit)])
    });
    let known = feeds.public.iter().map(|p| (p.known_by.as_str(), p.known_by.as_str()));
    own.chain(of_facts).chain(known).collect()
}

fn banned<'f>(feeds: &'f Feeds, text: &str) -> Option<&'f str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let holds = |bad: &&String| {
        if bad.chars().all(char::is_alphanumeric) {
            words.contains(&bad.as_str())
        } else {
            lower.contains(bad.as_str())
        }
    };
    feeds.banned.iter().find(holds).map(String::as_str)
}
