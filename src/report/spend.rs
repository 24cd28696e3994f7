//! £ per head laid out: by scope and financial year, comparable figures first, the others with the reason in words.

use super::chart::SpendRow;
use super::frame::Frame;
use super::words;
use crate::model::{Grain, Period};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The figure itself is in doubt.
    #[serde(default)]
    refused: bool,
}

/// The figures of one scope in its latest year, which ends on `day`.
#[derive(Clone, Debug)]
pub struct Scope {
    pub id: String,
    /// Our own slug, made of the scope's id.
    pub slug: String,
    pub label: String,
    pub year: String,
    /// Last day of the year.
    pub day: Date,
    pub rows: Vec<Line>,
    /// Where the populations come from, as far as all rows agree, with their dates.
    pub denominators: String,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub bar: SpendRow,
    pub spend_pence: Option<i64>,
    pub registered: Option<f64>,
    pub weighted: Option<f64>,
    pub resident: Option<f64>,
    /// Pounds per resident.
    pub per_resident: Option<f64>,
    /// Registered patients over residents, less 1.
    pub list_excess: Option<f64>,
    /// Places over the denominators, and among how many.
    pub places: Option<(i64, i64, i64)>,
    /// Months of published files held, and months with a line, of 12; `None` where the CCG sent a return of its own.
    pub months: Option<(i64, i64)>,
    /// Why it can or cannot be compared, in full.
    pub comparison: Option<String>,
    pub denominators: Option<String>,
    pub question: Option<String>,
}

/// `titles` are those of the datasets, by id.
pub fn scopes(
    frame: Frame,
    names: &BTreeMap<String, String>,
    wording: &Wording,
    titles: &BTreeMap<&str, &str>,
) -> Vec<Scope> {
    let (day, scope, code, own_name) =
        (frame.date("period"), frame.text("scope"), frame.text("ccg_code"), frame.text("ccg_name"));
    let (registered, weighted) = (frame.float("per_head_registered"), frame.float("per_head_weighted"));
    let (heads, weighted_heads) = (frame.float("registered"), frame.float("weighted"));
    let (residents, per_resident) = (frame.float("resident"), frame.float("per_head_resident"));
    let (excess, comparison) = (frame.float("list_excess"), frame.text("comparison"));
    let (best, worst, among) = (frame.int("place_low"), frame.int("place_high"), frame.int("placed_among"));
    let (files, with_lines) = (frame.int("months_of_files"), frame.int("months_with_lines"));
    let (pence, status, question) = (frame.int("spend_pence"), frame.text("status"), frame.text("question"));
    let (source, dated) = (frame.text("denominator_source"), frame.date("denominator_date"));
    let (paid, received) = (frame.int("recharges_out_pence"), frame.int("recharges_in_pence"));
    let (aside, unused) = (frame.int("set_aside_lines"), frame.text("return_refused"));
    let mut latest: BTreeMap<String, Date> = BTreeMap::new();
    for i in 0..frame.rows() {
        if let (Some(scope), Some(day)) = (&scope[i], day[i]) {
            latest.entry(scope.clone()).and_modify(|d| *d = day.max(*d)).or_insert(day);
        }
    }
    let mut out = Vec::new();
    for (id, year) in latest {
        let mut rows = Vec::new();
        let (mut sources, mut dates) = (Vec::new(), BTreeSet::new());
        for i in 0..frame.rows() {
            if scope[i].as_deref() != Some(id.as_str()) || day[i] != Some(year) {
                continue;
            }
            let Some(code) = code[i].clone() else { continue };
            let holds = Holds {
                paid: paid[i].filter(|p| *p > 0),
                received: received[i].filter(|p| *p > 0),
                aside: aside[i].filter(|n| *n > 0),
                unused: unused[i].as_deref(),
            };
            let refused = status[i].as_ref().and_then(|s| wording.status.get(s)).is_some_and(|s| s.refused);
            let name = own_name[i].as_ref().or(names.get(&code));
            rows.push(Line {
                bar: SpendRow {
                    name: name.map_or_else(|| code.clone(), |n| words::area_name(n)),
                    registered: registered[i].map(|p| p / 100.0),
                    weighted: weighted[i].map(|p| p / 100.0),
                    caveat: caveat(wording, status[i].as_deref(), registered[i], &holds),
                    refused,
                    code,
                },
                spend_pence: pence[i],
                registered: heads[i],
                weighted: weighted_heads[i],
                resident: residents[i],
                per_resident: per_resident[i].map(|p| p / 100.0),
                list_excess: excess[i],
                places: best[i].zip(worst[i]).zip(among[i]).map(|((b, w), n)| (b, w, n)),
                months: files[i].zip(with_lines[i]),
                comparison: comparison[i].as_deref().map(words::plain),
                denominators: source[i]
                    .as_ref()
                    .map(|s| denominators(&[s], &dated[i].into_iter().collect(), titles)),
                question: question[i].as_deref().map(words::plain),
            });
            if let Some(source) = &source[i] {
                sources.push(source);
                dates.extend(dated[i]);
            }
        }
        // What cannot be compared is not put in order of its figure.
        rows.sort_by(|a, b| {
            let figure = |l: &Line| if l.bar.caveat.is_some() { None } else { l.bar.registered };
            let fair = figure(b).is_some().cmp(&figure(a).is_some());
            let value = figure(b).unwrap_or_default().total_cmp(&figure(a).unwrap_or_default());
            fair.then(value)
                .then_with(|| a.bar.name.cmp(&b.bar.name))
                .then_with(|| a.bar.code.cmp(&b.bar.code))
        });
        out.push(Scope {
            slug: slug(&id),
            id: id.clone(),
            label: wording.scope.get(&id).cloned().unwrap_or_else(|| humanise(&id)),
            year: Period::containing(Grain::FinancialYear, year).label(),
            day: year,
            rows,
            denominators: denominators(&sources, &dates, titles),
        });
    }
    out
}

/// The sources name their parts (`registered: …; weighted: …`) and may end in figures of the CCG itself: of each
/// part what all rows have in common, cut at a word.
fn denominators(sources: &[&String], dates: &BTreeSet<Date>, titles: &BTreeMap<&str, &str>) -> String {
    let mut parts: BTreeMap<&str, String> = BTreeMap::new();
    for part in sources.iter().flat_map(|s| s.split("; ")) {
        let (label, text) = part.split_once(": ").unwrap_or(("", part));
        if text == "none" {
            continue;
        }
        parts
            .entry(label)
            .and_modify(|held| *held = in_common(held, text))
            .or_insert_with(|| text.to_owned());
    }
    let mut words: Vec<String> = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| (label, in_words(&text, titles)))
        .map(|(label, text)| if label.is_empty() { text } else { format!("{label}: {text}") })
        .collect();
    let days = dates.iter().map(|d| words::day(*d));
    let unsaid: Vec<String> = days.filter(|d| !words.iter().any(|w| w.contains(d))).collect();
    if !unsaid.is_empty() {
        words.push(format!("as at {}", unsaid.join(", ")));
    }
    if words.is_empty() { "not stated".to_owned() } else { words::clean_long(&words.join("; ")) }
}

/// Datasets by their titles, dates as people write them.
fn in_words(text: &str, titles: &BTreeMap<&str, &str>) -> String {
    let word = |w: &str| match (titles.get(w), w.parse::<Date>()) {
        (Some(title), _) => format!("{title},"),
        (None, Ok(day)) => words::day(day),
        (None, Err(_)) => w.to_owned(),
    };
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ").trim_end_matches(',').to_owned()
}

fn in_common(a: &str, b: &str) -> String {
    // What was cut before stays as it is.
    if b.starts_with(a) {
        return a.to_owned();
    }
    let same = a.char_indices().zip(b.chars()).take_while(|((_, x), y)| x == y).last();
    let text = same.map_or("", |((at, c), _)| &a[..at + c.len_utf8()]);
    let cut = text.rfind(", ").or_else(|| text.rfind(' ')).unwrap_or(0);
    text[..cut].to_owned()
}

/// Payments between CCGs that a figure holds, in pence, and what it does not hold.
struct Holds<'a> {
    paid: Option<i64>,
    received: Option<i64>,
    /// Lines that were set aside at intake.
    aside: Option<i64>,
    /// Why a return of the CCG could not be used.
    unused: Option<&'a str>,
}

/// Why the figure cannot be compared, with what it holds of payments between CCGs and what it lacks.
fn caveat(wording: &Wording, status: Option<&str>, value: Option<f64>, holds: &Holds<'_>) -> Option<String> {
    let said = match status.map(|s| (s, wording.status.get(s))) {
        None => None,
        Some((_, Some(known))) => (!known.comparable).then(|| known.words.clone()),
        Some((unknown, None)) => Some(humanise(unknown).to_lowercase()),
    };
    let mut said = said.or_else(|| value.is_none().then(|| "no population to divide by".to_owned()))?;
    if let Some(lines) = holds.aside {
        let were = if lines == 1 { "1 line was" } else { &format!("{} lines were", words::count(lines)) };
        said.push_str(&format!("; {were} set aside"));
    }
    if let Some(why) = holds.unused {
        // the codes and places in brackets stand on the CCG's own page
        said.push_str(&format!("; {}", why.split(" (").next().unwrap_or(why)));
    }
    if let Some(pence) = holds.received {
        said.push_str(&format!("; others say they paid it {}", words::whole_pounds(pence)));
    }
    if let Some(pence) = holds.paid {
        said.push_str(&format!("; {} of it went to other CCGs", words::whole_pounds(pence)));
    }
    Some(said)
}

/// `gp_it_core` as `Gp it core`: for ids without words in the file.
fn humanise(id: &str) -> String {
    words::capital(&words::clean(&id.replace(['_', '-'], " ")).0)
}

/// Lower-case letters, digits and hyphens only: it becomes part of a file name.
fn slug(id: &str) -> String {
    let mapped = id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    mapped.take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Definitions;
    use polars::prelude::df;

    #[test]
    fn figures_that_cannot_be_compared_come_last_with_their_reason() {
        let frame = df!(
            "period" => ["2015-03-31"; 4],
            "ccg_code" => ["01A", "02B", "03C", "04D"],
            "scope" => ["all"; 4],
            "per_head_registered" => [Some(2.0), Some(9.0), Some(3.0), None],
            "status" => [Some("complete"), Some("partial"), Some("complete"), Some("no_lines")],
        )
        .unwrap();
        let wording = Definitions::shipped().unwrap().wording;
        let scopes = scopes(Frame::new(Some(&frame)), &BTreeMap::new(), &wording, &BTreeMap::new());
        let rows: Vec<_> =
            scopes[0].rows.iter().map(|r| (r.bar.code.as_str(), r.bar.caveat.is_some())).collect();
        assert_eq!(rows, [("03C", false), ("01A", false), ("02B", true), ("04D", true)]);
    }

    #[test]
    fn a_figure_says_how_much_of_it_moved_between_ccgs() {
        let frame = df!(
            "period" => ["2021-03-31"; 4],
            "ccg_code" => ["01A", "01A", "02B", "02B"],
            "scope" => ["all", "own", "all", "own"],
            "spend_pence" => [50_000_00i64, 20_000_00, 90_000_00, 90_000_00],
            "per_head_registered" => [2.0, 1.0, 3.0, 3.0],
            "recharges_out_pence" => [30_000_00i64, 0, 0, 0],
            "recharges_in_pence" => [0i64, 0, 30_000_00, 30_000_00],
            "status" => ["partial", "partial", "host", "host"],
        )
        .unwrap();
        let wording = Definitions::shipped().unwrap().wording;
        let scopes = scopes(Frame::new(Some(&frame)), &BTreeMap::new(), &wording, &BTreeMap::new());
        let says = |scope: usize, code: &str, text: &str| {
            let row = scopes[scope].rows.iter().find(|r| r.bar.code == code).unwrap();
            row.bar.caveat.as_ref().unwrap().contains(text)
        };
        assert!(says(0, "01A", "£30,000 of it went to other CCGs"));
        assert!(!says(1, "01A", "went to"), "the smaller scope does not hold it");
        assert!(says(0, "02B", "others say they paid it £30,000") && says(1, "02B", "£30,000"));
    }

    #[test]
    fn what_a_refused_figure_looks_like_is_told_in_words() {
        let frame = df!(
            "period" => ["2019-03-31"], "ccg_code" => ["01A"], "scope" => ["all"], "status" => ["refused"],
            "comparison" => ["cannot be compared: refused by the plausibility gate (size; looks like whole_budget)"],
        )
        .unwrap();
        let wording = Definitions::shipped().unwrap().wording;
        let scopes = scopes(Frame::new(Some(&frame)), &BTreeMap::new(), &wording, &BTreeMap::new());
        let said = scopes[0].rows[0].comparison.as_deref().unwrap();
        assert!(said.ends_with("(size; looks like a whole IT budget)"), "{said}");
    }

    #[test]
    fn denominators_say_what_all_rows_share_however_many_there_are() {
        let text = |share: f64| {
            format!("registered: lists 2018-03-31; weighted: ratio of payments 2017/18, which hold {share} %")
        };
        let rows: Vec<String> = (0..40).map(|i| text(90.0 + f64::from(i) / 7.0)).collect();
        let none = "registered: lists 2018-03-31; weighted: none".to_owned();
        let all: Vec<&String> = rows.iter().chain([&none]).collect();
        let titles = BTreeMap::from([("lists", "Patients registered"), ("payments", "NHS Payments")]);
        let day = BTreeSet::from([jiff::civil::date(2018, 3, 31)]);
        assert_eq!(
            denominators(&all, &day, &titles),
            "registered: Patients registered, 31 March 2018; weighted: ratio of NHS Payments, 2017/18"
        );
        assert_eq!(denominators(&[], &BTreeSet::new(), &titles), "not stated");
        assert_eq!(
            denominators(&[&"lists".to_owned()], &day, &titles),
            "Patients registered; as at 31 March 2018"
        );
    }

    #[test]
    fn the_wording_file_is_valid() {
        let wording = Definitions::shipped().unwrap().wording;
        assert!(wording.status.values().any(|s| s.comparable));
        assert!(wording.status.values().all(|s| s.comparable || !s.words.is_empty()));
    }

    #[test]
    fn a_scope_id_becomes_a_safe_file_name() {
        assert_eq!(slug("GP IT/../../core"), "gp-it-------core");
    }
}
