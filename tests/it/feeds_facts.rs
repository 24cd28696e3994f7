//! From stored rows and replies to the table behind the feeds: quarters small enough to be read beside what comes out.

use crate::feeds_support::definition;
use dpcmi::define::feeds::Feeds;
use dpcmi::diag::Diagnostic;
use dpcmi::feeds::{Decision, FactFrame, FactQuarter, patient_facts};
use dpcmi::model::{Grain, Period, Provenance};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const QUARTER_END: Date = date(2018, 9, 30);
const PRACTICE: &str = "A81001";

/// A stored row of POMI: practice, field, value.
type Stored = (&'static str, &'static str, &'static str);

/// One line of a reply as it is stored.
#[derive(Clone, Copy)]
struct Line {
    fact: &'static str,
    /// What the preview showed.
    shown: &'static str,
    decision: Option<&'static str>,
    corrected: Option<&'static str>,
    on: Option<Date>,
    /// The last day for replies, as the file has it.
    by: Option<Date>,
}

const REPLIED_ON: Date = date(2018, 11, 1);
const LAST_DAY: Date = date(2018, 12, 31);

fn confirmed(fact: &'static str, shown: &'static str) -> Line {
    Line {
        fact,
        shown,
        decision: Some("confirmed"),
        corrected: None,
        on: Some(REPLIED_ON),
        by: Some(LAST_DAY),
    }
}

fn corrected(fact: &'static str, shown: &'static str, to: &'static str) -> Line {
    Line {
        fact,
        shown,
        decision: Some("corrected"),
        corrected: Some(to),
        on: Some(REPLIED_ON),
        by: Some(LAST_DAY),
    }
}

/// A practice of 5,000 patients whose system books appointments (2) or does not (1), with so many who may.
fn booking(state: &'static str, enabled: &'static str) -> Vec<Stored> {
    vec![
        (PRACTICE, "Sys_Appts_Enbld", state),
        (PRACTICE, "Pat_Appts_Enbld", enabled),
        (PRACTICE, "patient_list_size", "5000"),
    ]
}

fn days(name: &str, days: &[Option<Date>]) -> Column {
    let number = |d: &Date| (*d - date(1970, 1, 1)).get_days();
    let cells: Int32Chunked = days.iter().map(|d| d.as_ref().map(number)).collect();
    let mut column = cells.into_series().into_column().cast(&DataType::Date).unwrap();
    column.rename(name.into());
    column
}

/// The rows of the table: fact to the cells asked for. All are of one practice.
struct Told {
    frame: DataFrame,
    diagnostics: Vec<Diagnostic>,
}

impl Told {
    fn of(&self, fact: &str, column: &str) -> Option<String> {
        let facts = self.frame.column("fact").unwrap().str().unwrap().clone();
        let row = facts.iter().position(|f| f == Some(fact)).unwrap();
        let cells = self.frame.column(column).unwrap().cast(&DataType::String).unwrap();
        cells.str().unwrap().get(row).map(str::to_owned)
    }

    /// Answer, people, reply.
    fn says(&self, fact: &str) -> [String; 3] {
        ["answer", "people", "reply"].map(|c| self.of(fact, c).unwrap_or_default())
    }

    fn codes(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|d| d.code.name).collect()
    }
}

fn told(feeds: &Feeds, rows: &[Stored], lines: &[Line]) -> Told {
    told_by(feeds, rows, lines, Some(LAST_DAY))
}

/// The same where the run was told another last day for replies, or none.
fn told_by(feeds: &Feeds, rows: &[Stored], lines: &[Line], reply_by: Option<Date>) -> Told {
    let texts = |name: &str, of: &dyn Fn(&Stored) -> &'static str| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let columns = vec![
        texts("practice_code", &|r| r.0),
        texts("field", &|r| r.1),
        texts("value", &|r| r.2).cast(&DataType::Int64).unwrap(),
    ];
    let pomi = DataFrame::new(rows.len(), columns).unwrap();
    let codes: BTreeSet<&str> = rows.iter().map(|r| r.0).collect();
    let n = codes.len();
    let columns = vec![
        Column::new("practice_code".into(), codes.iter().copied().collect::<Vec<_>>()),
        Column::new("practice_name".into(), vec!["The Surgery"; n]),
        Column::new("ccg_code".into(), vec!["00Z"; n]),
        Column::new("ccg_name".into(), vec!["NHS Synthetic CCG"; n]),
        Column::new("status".into(), vec!["active"; n]),
        Column::new("expected".into(), vec![true; n]),
    ];
    let practices = DataFrame::new(n, columns).unwrap();
    let words = |name: &str, of: &dyn Fn(&Line) -> Option<&'static str>| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<_>>())
    };
    let columns = vec![
        words("practice_code", &|_| Some(PRACTICE)),
        words("fact", &|l| Some(l.fact)),
        words("published", &|l| Some(l.shown)),
        words("decision", &|l| l.decision),
        words("corrected", &|l| l.corrected),
        days("replied_on", &lines.iter().map(|l| l.on).collect::<Vec<_>>()),
        days("reply_by", &lines.iter().map(|l| l.by).collect::<Vec<_>>()),
    ];
    let replies = DataFrame::new(lines.len(), columns).unwrap();
    let held = FactFrame { day: date(2018, 8, 31), frame: &pomi, provenance: Provenance::Published };
    let quarter = FactQuarter {
        period: Period::containing(Grain::Quarter, QUARTER_END),
        practices: &practices,
        frames: BTreeMap::from([("pomi", held)]),
        replies: Some(&replies),
        reply_by,
    };
    let (frame, diagnostics) = patient_facts(feeds, &quarter).unwrap();
    Told { frame, diagnostics }
}

#[test]
fn what_a_practice_decided_is_one_of_three_and_keeps_its_word_from_reply_to_table() {
    for decision in [Decision::Confirmed, Decision::Corrected, Decision::Silent] {
        assert_eq!(Decision::parse(decision.as_str()), Some(decision));
    }
    assert_eq!(Decision::parse("perhaps"), None);
    assert_eq!(Decision::default(), Decision::Silent, "who says nothing is silent");
    let feeds = definition();
    let line = |decision| Line { decision, ..corrected("book-appointments", "yes", "no") };
    for (word, kept) in [
        (Some("confirmed"), ["yes", "", "confirmed"]),
        (Some("corrected"), ["no", "", "corrected"]),
        (Some("perhaps"), ["yes", "", "not_confirmed"]),
        (None, ["yes", "", "not_confirmed"]),
    ] {
        let told = told(&feeds, &booking("2", "120"), &[line(word)]);
        assert_eq!(told.says("book-appointments"), kept, "{word:?}");
        let before = (word == Some("corrected")).then(|| "yes".to_owned());
        assert_eq!(told.of("book-appointments", "as_published"), before);
        assert_eq!(told.codes(), [""; 0]);
    }
}

#[test]
fn a_confirmed_count_of_people_beside_a_service_that_is_corrected_to_off_is_asked_back() {
    let feeds = definition();
    let (state, share) = ("book-appointments", "patients-appointments");
    let lines = [corrected(state, "yes", "no"), confirmed(share, "120")];
    // whichever line stands first in the file
    for lines in [lines, [lines[1], lines[0]]] {
        let told = told(&feeds, &booking("2", "120"), &lines);
        assert_eq!(told.says(state), ["no", "", "corrected"]);
        assert_eq!(
            told.says(share),
            ["not_known", "", "not_confirmed"],
            "neither none nor 120, and not confirmed"
        );
        assert_eq!(told.codes(), ["REPLY_VALUE"]);
        let message = &told.diagnostics[0].message;
        assert!(message.contains(PRACTICE) && message.contains("ask which holds"), "{message}");
        assert!(!message.contains("120"), "a practice's own count is not published with the faults");
    }
    // nobody is enabled at a service that is off: no contradiction
    let lines = [corrected(state, "yes", "no"), confirmed(share, "0")];
    let none = told(&feeds, &booking("2", "0"), &lines);
    assert_eq!(none.says(share), ["counted", "0", "confirmed"]);
    assert_eq!(none.codes(), [""; 0]);
}

#[test]
fn a_count_of_nobody_that_is_confirmed_beside_a_service_corrected_to_on_is_a_count_of_nobody() {
    let feeds = definition();
    let (state, share) = ("book-appointments", "patients-appointments");
    let off = booking("1", "0");
    let both = told(&feeds, &off, &[corrected(state, "no", "yes"), confirmed(share, "0")]);
    assert_eq!(both.says(state), ["yes", "", "corrected"]);
    assert_eq!(
        both.says(share),
        ["counted", "0", "confirmed"],
        "never `not known, confirmed by the practice`"
    );
    assert_eq!(both.codes(), [""; 0]);
    // unless the practice says so, a count made while the service was thought to be off is not known
    let one = told(&feeds, &off, &[corrected(state, "no", "yes")]);
    assert_eq!(one.says(share), ["not_known", "", "not_confirmed"]);
}

#[test]
fn nobody_is_enabled_at_a_service_that_is_off_whichever_of_the_two_is_defined_first() {
    let mut other = definition();
    other.facts.reverse();
    assert!(other.place("patients-appointments") < other.place("book-appointments"));
    for feeds in [definition(), other] {
        let off = told(&feeds, &booking("1", "120"), &[]);
        assert_eq!(off.says("patients-appointments"), ["counted", "0", "not_confirmed"]);
        let unknown = told(&feeds, &booking("9", "120"), &[]);
        assert_eq!(unknown.says("patients-appointments"), ["not_known", "", "not_confirmed"]);
        let on = told(&feeds, &booking("2", "120"), &[]);
        assert_eq!(on.says("patients-appointments"), ["counted", "120", "not_confirmed"]);
        // and what follows from a correction follows as well
        let line = corrected("book-appointments", "yes", "no");
        let corrected = told(&feeds, &booking("2", "120"), &[line]);
        assert_eq!(corrected.says("patients-appointments"), ["counted", "0", "not_confirmed"]);
    }
}

#[test]
fn a_late_reply_stays_late_whatever_last_day_its_file_names() {
    let feeds = definition();
    let late = Line { on: Some(date(2019, 1, 1)), ..corrected("book-appointments", "yes", "no") };
    for by in [Some(LAST_DAY), Some(date(2019, 6, 30)), None] {
        let told = told(&feeds, &booking("2", "120"), &[Line { by, ..late }]);
        assert_eq!(told.says("book-appointments"), ["yes", "", "not_confirmed"], "{by:?}");
        assert!(told.codes().contains(&"REPLY_LATE"));
        let asked = told.diagnostics.iter().find(|d| d.code.name == "REPLY_DEADLINE");
        assert_eq!(
            asked.is_some(),
            by != Some(LAST_DAY),
            "a file whose last day was changed or emptied is told"
        );
        let named = by.map_or_else(|| "no last day".to_owned(), |d| d.to_string());
        assert!(asked.is_none_or(|d| d.message.contains(PRACTICE) && d.message.contains(&named)));
    }
    // a reply in time is applied, also where its file was changed; one without a day cannot be shown to be in time
    let edited = Line { by: None, on: Some(LAST_DAY), ..late };
    let told = told(&feeds, &booking("2", "120"), &[edited]);
    assert_eq!(told.says("book-appointments"), ["no", "", "corrected"]);
    assert_eq!(told.codes(), ["REPLY_DEADLINE"]);
    let undated = told_by(&feeds, &booking("2", "120"), &[Line { on: None, ..late }], Some(LAST_DAY));
    assert_eq!(undated.says("book-appointments"), ["yes", "", "not_confirmed"]);
    assert_eq!(undated.codes(), ["REPLY_LATE"]);
}

#[test]
fn a_run_that_was_told_no_last_day_says_that_none_of_the_replies_is_late() {
    let feeds = definition();
    let reply = corrected("book-appointments", "yes", "no");
    let open = told_by(&feeds, &booking("2", "120"), &[Line { on: None, ..reply }], None);
    assert_eq!(open.says("book-appointments"), ["no", "", "corrected"]);
    assert_eq!(open.codes(), ["REPLY_DEADLINE"]);
    assert!(
        open.diagnostics[0].message.contains("2018-12-31")
            && open.diagnostics[0].message.contains("told none")
    );
    // where nobody set one, there is nothing to say
    assert_eq!(told_by(&feeds, &booking("2", "120"), &[Line { by: None, ..reply }], None).codes(), [""; 0]);
    assert_eq!(
        told_by(&feeds, &booking("2", "120"), &[Line { decision: None, ..reply }], None).codes(),
        [""; 0]
    );
}
