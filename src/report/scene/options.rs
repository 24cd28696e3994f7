//! Answers that are words of their own (`Approaching Standards`), and what each is worth. A release holds the worth of an
//! answer; its words stand in the definition of the indicator.

use crate::define::framework::{Framework, Indicator, Measure};
use crate::report::words;
use std::collections::BTreeMap;

/// The words of the answers to each indicator with their points of 100, by id. An indicator that is answered by yes and no, or
/// by a code of it, has none here.
#[derive(Default)]
pub struct Options(BTreeMap<String, Vec<(String, f64)>>);

/// Answers that say no more than yes or no.
const PLAIN: [&str; 4] = ["yes", "no", "true", "false"];

impl Options {
    pub(super) fn read(framework: Option<&Framework>) -> Options {
        let of = |x: &Indicator| match &x.measure {
            Some(Measure::State { points, .. }) if points.keys().any(|word| says_more(word)) => {
                let worth = points.iter().map(|(word, points)| (words::clean(word).0, *points));
                Some((x.id.clone(), worth.collect()))
            }
            _ => None,
        };
        Options(framework.into_iter().flat_map(|f| &f.indicators).filter_map(of).collect())
    }

    /// Whether the answers to an indicator are words of their own.
    pub fn worded(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// The words whose worth is a value of `indicator_values` (0 to 1); of several that are worth the same, all. `None` for
    /// an indicator that has no words, and where no answer is worth that.
    pub fn of(&self, id: &str, value: f64) -> Option<String> {
        let same = |(_, points): &&(String, f64)| (points / 100.0 - value).abs() < 1e-9;
        let words: Vec<&str> = self.0.get(id)?.iter().filter(same).map(|(word, _)| word.as_str()).collect();
        (!words.is_empty()).then(|| words.join(" or "))
    }

    /// Every answer with its points, the most first: `Standards Met 100; Not Published 0`.
    pub fn key(&self, id: &str) -> Option<String> {
        let mut worths: Vec<f64> = self.0.get(id)?.iter().map(|(_, points)| *points).collect();
        worths.sort_by(|a, b| b.total_cmp(a));
        worths.dedup();
        let each = worths.iter().filter_map(|p| Some(format!("{} {p}", self.of(id, p / 100.0)?)));
        Some(each.collect::<Vec<_>>().join("; "))
    }
}

fn says_more(word: &str) -> bool {
    word.chars().any(char::is_alphabetic) && !PLAIN.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        let key = [("Approaching Standards", 50.0), ("Not Published", 0.0), ("Standards Not Met", 50.0)];
        let key = key.map(|(word, points)| (word.to_owned(), points));
        Options([("toolkit".to_owned(), key.to_vec())].into())
    }

    #[test]
    fn answers_of_one_worth_are_all_named() {
        let o = options();
        assert_eq!(o.of("toolkit", 0.5).as_deref(), Some("Approaching Standards or Standards Not Met"));
        assert_eq!(o.of("toolkit", 0.0).as_deref(), Some("Not Published"));
        assert_eq!([o.of("toolkit", 0.7), o.of("eps", 0.5)], [None, None]);
        assert_eq!(
            o.key("toolkit").as_deref(),
            Some("Approaching Standards or Standards Not Met 50; Not Published 0")
        );
    }

    #[test]
    fn codes_of_yes_and_no_are_no_words_of_their_own() {
        assert!(["Standards Met", "Not Published"].iter().all(|w| says_more(w)));
        assert!(!["yes", "No", "true", "2", "0"].iter().any(|w| says_more(w)));
    }
}
