//! TOML text -> a written definition, or a diagnostic with its place.

use crate::diag::{Diagnostic, Place};
use serde::de::DeserializeOwned;

/// A definition file: its name for people and its text.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub text: String,
}

impl Source {
    /// The place of a byte offset.
    pub fn place(&self, at: usize) -> Place {
        let at = at.min(self.text.len());
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Place::Definition {
            file: self.name.clone(),
            line: before.matches('\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            text: self.text[line_start..].lines().next().unwrap_or("").chars().take(200).collect(),
        }
    }

    /// The place of the first line that holds `needle`, or of the file's start.
    pub fn place_of(&self, needle: &str) -> Place {
        self.place(self.text.find(needle).unwrap_or(0))
    }
}

/// Parses a definition as written. Unknown fields and missing ones are faults with a place.
pub fn parse<T: DeserializeOwned>(source: &Source) -> Result<T, Box<Diagnostic>> {
    toml::from_str(&source.text).map_err(|e| {
        let message = e.message().trim().to_owned();
        let name = if message.starts_with("unknown field") { "CONFIG_UNKNOWN_KEY" } else { "CONFIG_PARSE" };
        let place = source.place(e.span().map_or(0, |s| s.start));
        let mut d = Diagnostic::new(name, place, message.clone());
        if let Some(hint) = hint_of_unknown(&message) {
            d = d.hint(hint);
        }
        Box::new(d)
    })
}

/// serde says "unknown field `x`, expected one of `a`, `b`": name the nearest.
fn hint_of_unknown(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let wrong = words.next()?;
    if !message.starts_with("unknown") {
        return None;
    }
    let known: Vec<&str> = words.collect();
    did_you_mean(wrong, &known).map(|w| format!("did you mean `{w}`?"))
}

/// The nearest of the known words, if one is near enough to be meant. Proposed to a person, never applied.
pub fn did_you_mean<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    nearest(wrong, known, 0.8)
}

/// The word of the highest Jaro-Winkler similarity (1 = the same, whatever the case) above `floor`.
pub fn nearest<'a>(wrong: &str, known: &[&'a str], floor: f64) -> Option<&'a str> {
    known
        .iter()
        .map(|k| (strsim::jaro_winkler(&wrong.to_lowercase(), &k.to_lowercase()), *k))
        .filter(|(score, _)| *score > floor)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, k)| k)
}
