//! Facts made up for tests, taken through the gate into feeds, and feeds read back by means of their own.

use dpcmi::define::feeds::{FactKind, Feeds};
use dpcmi::disclose::{self, Policy};
use dpcmi::render::feeds as render;
use dpcmi::report::feeds::Feed;
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The quarter's last day.
pub const DAY: Date = date(2018, 9, 30);
/// The last day of the month before it.
pub const EARLIER: Date = date(2018, 8, 31);

/// What is made up of one practice and fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub answer: &'static str,
    pub people: Option<i64>,
    pub of: Option<i64>,
    pub day: Option<Date>,
    pub reply: &'static str,
}

impl Told {
    pub fn state(answer: &'static str) -> Told {
        let day = (answer != "not_asked").then_some(DAY);
        Told { answer, people: None, of: None, day, reply: "not_confirmed" }
    }

    /// The same, of another day; what nobody was asked has none.
    pub fn at(self, day: Date) -> Told {
        Told { day: self.day.map(|_| day), ..self }
    }

    pub fn share(people: i64, of: i64) -> Told {
        Told { people: Some(people), of: Some(of), ..Told::state("counted") }
    }
}

/// Practice code to fact to what is told; a fact that is not named was not asked.
pub type Country = BTreeMap<String, BTreeMap<String, Told>>;

pub fn definition() -> Feeds {
    Feeds::shipped().unwrap_or_else(|f| panic!("{f:?}"))
}

pub fn code(i: usize) -> String {
    format!("Z{i:05}")
}

/// The table `patient_facts` before the gate.
pub fn table(country: &Country, name: impl Fn(&str) -> String) -> DataFrame {
    let feeds = definition();
    let rows: Vec<(&String, &str, Told)> = country
        .iter()
        .flat_map(|(code, facts)| {
            feeds.facts.iter().map(move |f| {
                let told = facts.get(&f.id).cloned().unwrap_or_else(|| Told::state("not_asked"));
                (code, f.id.clone(), told)
            })
        })
        .map(|(code, id, told)| (code, feeds.fact(&id).unwrap().id.as_str(), told))
        .collect();
    let n = rows.len();
    let days = |of: &dyn Fn(&Told) -> Option<Date>| -> Column {
        let day = |t: &Told| of(t).map(|d| (d - date(1970, 1, 1)).get_days());
        let cells: Int32Chunked = rows.iter().map(|r| day(&r.2)).collect();
        cells.into_series().into_column().cast(&DataType::Date).unwrap()
    };
    let text = |of: &dyn Fn(&(&String, &str, Told)) -> Option<String>| -> Vec<Option<String>> {
        rows.iter().map(of).collect()
    };
    let absence = |t: &Told| match (t.answer, t.people) {
        (_, Some(_)) => None,
        ("not_asked", _) => Some("not_asked".to_owned()),
        ("not_known", _) => Some("not_returned".to_owned()),
        _ => Some("not_applicable".to_owned()),
    };
    let named = |name: &str, mut column: Column| {
        column.rename(name.into());
        column
    };
    let columns = vec![
        named("period", days(&|_| Some(DAY))),
        Column::new("practice_code".into(), text(&|r| Some(r.0.clone()))),
        Column::new("practice_name".into(), text(&|r| Some(name(r.0)))),
        Column::new("ccg_code".into(), text(&|_| Some("00Z".to_owned()))),
        Column::new("ccg_name".into(), text(&|_| Some("NHS Synthetic CCG".to_owned()))),
        Column::new("fact".into(), text(&|r| Some(r.1.to_owned()))),
        Column::new("answer".into(), text(&|r| Some(r.2.answer.to_owned()))),
        Column::new("people".into(), rows.iter().map(|r| r.2.people).collect::<Vec<_>>()),
        Column::new("of_people".into(), rows.iter().map(|r| r.2.of).collect::<Vec<_>>()),
        Column::new("percent".into(), vec![None::<f64>; n]),
        Column::new("absence".into(), text(&|r| absence(&r.2))),
        named("data_date", days(&|t| t.day)),
        Column::new("dataset".into(), text(&|r| r.2.day.map(|_| "pomi".to_owned()))),
        Column::new("known_by".into(), text(&|r| r.2.day.map(|_| "recorded by the system".to_owned()))),
        Column::new("reply".into(), text(&|r| Some(r.2.reply.to_owned()))),
        named("reply_date", days(&|_| None)),
        Column::new("as_published".into(), vec![None::<&str>; n]),
        Column::new("supplier".into(), vec![Some("EMIS"); n]),
        Column::new("provenance".into(), vec![Some("synthetic"); n]),
    ];
    DataFrame::new(n, columns).unwrap()
}

/// The table after the gate of the shipped policy, or of another.
pub fn disclosed(facts: DataFrame, policy: &Policy) -> DataFrame {
    let tables = BTreeMap::from([("patient_facts".to_owned(), facts)]);
    disclose::release(policy, &BTreeSet::new(), tables, ()).unwrap().get().tables["patient_facts"].clone()
}

pub fn feed(country: &Country) -> Feed {
    feed_named(country, |code| format!("Surgery {code}"))
}

pub fn feed_named(country: &Country, name: impl Fn(&str) -> String) -> Feed {
    let policy = Policy::shipped().unwrap();
    let facts = disclosed(table(country, name), &policy);
    Feed::of(&definition(), &policy.people.unwrap(), &facts, DAY).unwrap()
}

pub fn files(feed: &Feed) -> BTreeMap<String, Vec<u8>> {
    render::files(feed).unwrap().into_iter().collect()
}

/// Rows of a file of nine columns as a second reader sees them: windows-1252, 0xAC, CRLF.
pub fn nine(bytes: &[u8]) -> Vec<[String; 9]> {
    assert!(bytes.ends_with(b"\r\n") && !bytes.starts_with(b"\xef\xbb\xbf"));
    let lines = bytes[..bytes.len() - 2].split(|b| *b == b'\n');
    lines
        .map(|line| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            assert!(!line.contains(&b'\r'));
            let cells: Vec<String> =
                line.split(|b| *b == 0xAC).map(|cell| cell.iter().map(|b| latin(*b)).collect()).collect();
            cells.try_into().unwrap_or_else(|c| panic!("not nine columns: {c:?}"))
        })
        .collect()
}

/// The few bytes of windows-1252 above ASCII that the tests write.
fn latin(byte: u8) -> char {
    match byte {
        0x92 => '’',
        0x96 => '–',
        b => char::from(b),
    }
}

/// Whether a fact of this kind is in the feeds.
pub fn public_facts(kind: FactKind) -> Vec<String> {
    let own = definition().facts.into_iter().filter(|f| f.metric.is_some() && f.kind == kind);
    own.map(|f| f.id).collect()
}

/// The text of every element of this name, tags taken off, entities undone.
pub fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let inner = xml.split(open.as_str()).skip(1).map(|rest| rest.split(close.as_str()).next().unwrap());
    inner.map(|t| quick_xml::escape::unescape(t).unwrap().into_owned()).collect()
}

/// Each entry of an Atom file by its id.
pub fn entries(xml: &[u8]) -> BTreeMap<String, String> {
    let text = std::str::from_utf8(xml).unwrap();
    let own = text.split("<entry>").skip(1).map(|rest| rest.split("</entry>").next().unwrap());
    own.map(|e| (elements(e, "id").remove(0), e.to_owned())).collect()
}
