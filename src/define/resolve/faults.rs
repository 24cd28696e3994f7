//! What is wrong with a written contract, gathered while it is resolved.

use crate::define::contract::FieldType;
use crate::define::fault::{Source, did_you_mean};
use crate::define::resolved::Field;
use crate::diag::Diagnostic;
use crate::model::Grain;
use regex::Regex;
use std::collections::BTreeSet;

/// Collects faults while a contract is resolved.
pub(super) struct Faults<'a> {
    pub(super) source: &'a Source,
    pub(super) found: Vec<Diagnostic>,
}

impl Faults<'_> {
    pub(super) fn add(&mut self, code: &str, needle: &str, message: String) {
        self.found.push(Diagnostic::new(code, self.source.place_of(needle), message));
    }

    pub(super) fn regex(&mut self, pattern: &str) -> Regex {
        Regex::new(pattern).unwrap_or_else(|e| {
            self.add("CONFIG_VALUE", pattern, format!("`{pattern}` is not a pattern: {e}"));
            Regex::new("$^").unwrap_or_else(|_| unreachable!("a constant pattern compiles"))
        })
    }

    pub(super) fn known(&mut self, name: &str, known: &BTreeSet<&str>, what: &str) {
        if known.contains(name) {
            return;
        }
        let all: Vec<&str> = known.iter().copied().collect();
        let mut d = Diagnostic::new(
            "CONFIG_REFERENCE",
            self.source.place_of(name),
            format!("{what} names the field `{name}`, which the contract does not define"),
        );
        if let Some(near) = did_you_mean(name, &all) {
            d = d.hint(format!("did you mean `{near}`?"));
        }
        self.found.push(d);
    }

    /// Rows without a part would be in no release, without an owner in no figure.
    pub(super) fn whose(&mut self, what: &str, field: Option<&Field>) {
        let Some(field) = field else { return };
        let text =
            matches!(field.kind, FieldType::Text | FieldType::Practice | FieldType::Ccg | FieldType::Org);
        if !field.required || !text {
            let message =
                format!("{what} names `{}`, which must be required and a text or a code", field.name);
            self.add("CONFIG_VALUE", &format!("{what} = "), message);
        }
    }

    pub(super) fn people(&mut self, field: Option<&Field>, in_rows: bool) {
        let counts = |f: &Field| f.kind == FieldType::Integer || (f.kind == FieldType::Text && !in_rows);
        if let Some(field) = field.filter(|f| !counts(f)) {
            let message =
                format!("people names `{}`, which must be an integer, or a text without `rows`", field.name);
            self.add("CONFIG_VALUE", "[[people]]", message);
        }
    }

    pub(super) fn grain(&mut self, word: &str) -> Grain {
        Grain::parse(word).unwrap_or_else(|| {
            self.add(
                "CONFIG_VALUE",
                word,
                format!("`{word}` is not a grain: point, month, quarter, financial_year"),
            );
            Grain::Point
        })
    }
}
