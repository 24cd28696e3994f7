//! £ per head laid out: by scope and financial year, comparable figures first, the others with the reason in words.

use super::chart::SpendRow;
use super::frame::Frame;
use super::words;
use crate::model::{Grain, Period};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

const SHIPPED: &str = include_str!("../../reports/spend.toml");

/// Words for the scopes and statuses of `spend_per_head` (`reports/spend.toml`). A status that the file does not
/// know counts as not comparable.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    scope: BTreeMap<String, String>,
    status: BTreeMap<String, Status>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
    comparable: bool,
    words: String,
}

/// The figures of one scope in its latest year.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Our own slug, made of the scope's id.
    pub slug: String,
    pub label: String,
    pub year: String,
    pub rows: Vec<Line>,
    /// Publications and dates of the populations, each once.
    pub denominators: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub bar: SpendRow,
    pub spend_pence: Option<i64>,
    pub registered: Option<f64>,
    pub weighted: Option<f64>,
    pub question: Option<String>,
}

impl Wording {
    pub fn shipped() -> Result<Wording, toml::de::Error> {
        toml::from_str(SHIPPED)
    }
}

pub fn scopes(frame: Frame, names: &BTreeMap<String, String>, wording: &Wording) -> Vec<Scope> {
    let (day, scope, code, own_name) =
        (frame.date("period"), frame.text("scope"), frame.text("ccg_code"), frame.text("ccg_name"));
    let (registered, weighted) = (frame.float("per_head_registered"), frame.float("per_head_weighted"));
    let (heads, weighted_heads) = (frame.float("registered"), frame.float("weighted"));
    let (pence, status, question) = (frame.int("spend_pence"), frame.text("status"), frame.text("question"));
    let (source, dated) = (frame.text("denominator_source"), frame.text("denominator_date"));
    let mut latest: BTreeMap<String, Date> = BTreeMap::new();
    for i in 0..frame.rows() {
        if let (Some(scope), Some(day)) = (&scope[i], day[i]) {
            latest.entry(scope.clone()).and_modify(|d| *d = day.max(*d)).or_insert(day);
        }
    }
    let mut out = Vec::new();
    for (id, year) in latest {
        let mut rows = Vec::new();
        let mut denominators: Vec<String> = Vec::new();
        for i in 0..frame.rows() {
            if scope[i].as_deref() != Some(id.as_str()) || day[i] != Some(year) {
                continue;
            }
            let Some(code) = code[i].clone() else { continue };
            let name = own_name[i].as_ref().or(names.get(&code));
            rows.push(Line {
                bar: SpendRow {
                    name: name.map_or_else(|| code.clone(), |n| words::area_name(n)),
                    registered: registered[i],
                    weighted: weighted[i],
                    caveat: caveat(wording, status[i].as_deref(), registered[i]),
                    code,
                },
                spend_pence: pence[i],
                registered: heads[i],
                weighted: weighted_heads[i],
                question: question[i].clone(),
            });
            if let Some(source) = &source[i] {
                let date = dated[i].as_deref().and_then(|d| d.parse::<Date>().ok()).map(words::day);
                let text = match date.or(dated[i].clone()) {
                    Some(date) => format!("{source} ({date})"),
                    None => source.clone(),
                };
                if !denominators.contains(&text) {
                    denominators.push(text);
                }
            }
        }
        rows.sort_by(|a, b| {
            let key = |l: &Line| (l.bar.caveat.is_some(), -l.bar.registered.unwrap_or(f64::NEG_INFINITY));
            let ((a_late, a_value), (b_late, b_value)) = (key(a), key(b));
            a_late.cmp(&b_late).then(a_value.total_cmp(&b_value)).then_with(|| a.bar.code.cmp(&b.bar.code))
        });
        denominators.sort();
        out.push(Scope {
            slug: slug(&id),
            label: wording.scope.get(&id).cloned().unwrap_or_else(|| humanise(&id)),
            year: Period::containing(Grain::FinancialYear, year).label(),
            rows,
            denominators,
        });
    }
    out
}

fn caveat(wording: &Wording, status: Option<&str>, value: Option<f64>) -> Option<String> {
    let said = match status.map(|s| (s, wording.status.get(s))) {
        None => None,
        Some((_, Some(known))) => (!known.comparable).then(|| known.words.clone()),
        Some((unknown, None)) => Some(humanise(unknown).to_lowercase()),
    };
    said.or_else(|| value.is_none().then(|| "no population to divide by".to_owned()))
}

/// `gp_it_core` as `Gp it core`: for ids without words in the file.
fn humanise(id: &str) -> String {
    let (text, _) = words::clean(&id.replace(['_', '-'], " "));
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Lower-case letters, digits and hyphens only: it becomes part of a file name.
fn slug(id: &str) -> String {
    let mapped = id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    mapped.take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    #[test]
    fn figures_that_cannot_be_compared_come_last_with_their_reason() {
        let frame = df!(
            "period" => ["2015-03-31"; 4],
            "ccg_code" => ["01A", "02B", "03C", "04D"],
            "scope" => ["all"; 4],
            "per_head_registered" => [Some(2.0), Some(9.0), Some(3.0), None],
            "status" => [None, Some("months_missing"), None, None],
        )
        .unwrap();
        let wording = Wording::shipped().unwrap();
        let scopes = scopes(Frame::new(Some(&frame)), &BTreeMap::new(), &wording);
        let rows: Vec<_> =
            scopes[0].rows.iter().map(|r| (r.bar.code.as_str(), r.bar.caveat.is_some())).collect();
        assert_eq!(rows, [("03C", false), ("01A", false), ("02B", true), ("04D", true)]);
    }

    #[test]
    fn the_wording_file_is_valid() {
        let wording = Wording::shipped().unwrap();
        assert!(wording.status.values().any(|s| s.comparable));
        assert!(wording.status.values().all(|s| s.comparable || !s.words.is_empty()));
    }

    #[test]
    fn a_scope_id_becomes_a_safe_file_name() {
        assert_eq!(slug("GP IT/../../core"), "gp-it-------core");
    }
}
