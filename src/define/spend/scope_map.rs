//! The scope map: which category of the operating model a line of spend is, by edition.

use super::{Category, fault};
use crate::define::fault::{Source, parse};
use crate::diag::Diagnostic;
use jiff::civil::Date;
use regex::{RegexSet, RegexSetBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The whole file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeMap {
    pub id: String,
    pub title: String,
    /// What it is, and what a reader must know before using it.
    pub about: String,
    pub owner: String,
    /// In order of their first years.
    pub edition: Vec<Edition>,
    /// The first rule that fits a line decides; a line that none fits is unmapped.
    pub rule: Vec<Rule>,
    #[serde(skip)]
    compiled: Vec<RegexSet>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    pub id: String,
    pub title: String,
    /// The first financial year that it holds for (2019 is 2019/20); it holds until the next one.
    pub first_year: i16,
    pub source: String,
}

/// What a rule reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Subjective heading of the ledger.
    ExpenseType,
    Supplier,
    Description,
    /// The category as the CCG states it.
    Stated,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub category: Category,
    pub on: On,
    /// Regular expressions, whatever the case of the text; one that matches is enough.
    pub patterns: Vec<String>,
    /// Editions that it holds in; empty: all.
    #[serde(default)]
    pub editions: Vec<String>,
    pub reason: String,
}

/// The texts of a line that rules may read.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineTexts<'a> {
    pub expense_type: Option<&'a str>,
    pub supplier: Option<&'a str>,
    pub description: Option<&'a str>,
    pub stated: Option<&'a str>,
}

impl ScopeMap {
    /// Reads and checks a scope map.
    ///
    /// # Errors
    /// Every fault of the file: what cannot be read, an edition that no file names or that stands out of order, a
    /// pattern that is none.
    pub fn load(source: &Source) -> Result<ScopeMap, Vec<Diagnostic>> {
        let mut map: ScopeMap = parse(source).map_err(|d| vec![*d])?;
        let mut faults = Vec::new();
        let mut ids = BTreeSet::new();
        for e in map.edition.iter().filter(|e| !ids.insert(e.id.as_str())) {
            faults.push(fault(source, "CONFIG_DUPLICATE_ID", &e.id, format!("edition `{}` twice", e.id)));
        }
        if !map.edition.is_sorted_by(|a, b| a.first_year < b.first_year) {
            let message = "editions stand in the order of their first years, one a year";
            faults.push(fault(source, "CONFIG_VALUE", "[[edition]]", message));
        }
        for rule in &map.rule {
            for id in rule.editions.iter().filter(|id| !ids.contains(id.as_str())) {
                faults.push(fault(
                    source,
                    "CONFIG_REFERENCE",
                    id,
                    format!("no [[edition]] has the id `{id}`"),
                ));
            }
            match RegexSetBuilder::new(&rule.patterns).case_insensitive(true).build() {
                Ok(set) => map.compiled.push(set),
                Err(e) => {
                    let first = rule.patterns.first().map_or("", String::as_str);
                    faults.push(fault(source, "CONFIG_VALUE", first, e.to_string()));
                }
            }
        }
        if faults.is_empty() { Ok(map) } else { Err(faults) }
    }

    /// The edition in force in the financial year that begins on this day.
    pub fn edition(&self, year_start: Date) -> Option<&Edition> {
        self.edition.iter().rev().find(|e| e.first_year <= year_start.year())
    }

    /// The category of a line with the rule that gave it.
    pub fn category(&self, edition: &str, line: LineTexts<'_>) -> Option<(Category, &Rule)> {
        let holds = |r: &Rule| r.editions.is_empty() || r.editions.iter().any(|e| e == edition);
        let fits = |(rule, set): &(&Rule, &RegexSet)| {
            let text = match rule.on {
                On::ExpenseType => line.expense_type,
                On::Supplier => line.supplier,
                On::Description => line.description,
                On::Stated => line.stated,
            };
            holds(rule) && text.is_some_and(|t| set.is_match(t))
        };
        let found = self.rule.iter().zip(&self.compiled).find(fits);
        found.map(|(rule, _)| (rule.category, rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const MAP: &str = r#"
id = "m"
title = "t"
about = "a"
owner = "o"
[[edition]]
id = "2012"
title = "first"
first_year = 2012
source = "s"
[[edition]]
id = "2016"
title = "third"
first_year = 2016
source = "s"
[[rule]]
category = "enhanced"
on = "description"
patterns = ["remote access"]
editions = ["2012"]
reason = "discretionary in the first edition"
[[rule]]
category = "core_mandated"
on = "description"
patterns = ["remote access"]
reason = "since"
"#;

    fn load(text: &str) -> Result<ScopeMap, Vec<Diagnostic>> {
        ScopeMap::load(&Source { name: "m.toml".into(), text: text.into() })
    }

    #[test]
    fn the_same_words_are_another_category_in_another_edition() {
        let map = load(MAP).expect("valid");
        let line = LineTexts { description: Some("Remote Access tokens"), ..LineTexts::default() };
        let of = |year| {
            let edition = map.edition(date(year, 4, 1)).expect("an edition").id.clone();
            map.category(&edition, line).map(|(c, _)| c)
        };
        assert_eq!((of(2013), of(2018)), (Some(Category::Enhanced), Some(Category::CoreMandated)));
        assert!(map.edition(date(2011, 4, 1)).is_none(), "no edition before the first");
        assert!(map.category("2016", LineTexts::default()).is_none());
    }

    #[test]
    fn faults_have_their_place() {
        let bad = MAP
            .replace("[\"2012\"]", "[\"1999\"]")
            .replace("patterns = [\"remote access\"]\nreason", "patterns = [\"(\"]\nreason");
        let faults = load(&bad).expect_err("two faults");
        let codes: Vec<_> = faults.iter().map(|d| d.code.name).collect();
        assert_eq!(codes, ["CONFIG_REFERENCE", "CONFIG_VALUE"]);
        assert!(load(&MAP.replace("first_year = 2016", "first_year = 2012")).is_err());
    }
}
