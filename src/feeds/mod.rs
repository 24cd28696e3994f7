//! Facts about practices for patients: what the allow-list of `define::feeds` names, read from the store, with the day that
//! each speaks of and how it is known. Nothing else can come in: a fact has the columns of [`COLUMNS`] and no other.
//!
//! Four answers are kept apart. `yes` and `no` are said by a source in words that mean so; what is missing, withheld or in
//! other words is `not_known`; what nobody collected in the quarter is `not_asked`. Numbers are `counted` or one of the
//! last two. Comes after `harmonise`, before `disclose`, which rounds the counts of people.

mod deadline;
mod read;
mod reply;
mod table;

pub use reply::Decision;

use crate::define::feeds::Feeds;
use crate::diag::{Diagnostic, Place};
use crate::frames::Columns;
use crate::model::{Period, Provenance, is_practice_code};
use jiff::civil::Date;
use polars::prelude::*;
use read::Known;
use std::collections::BTreeMap;

/// The columns of `patient_facts`, in order.
pub const COLUMNS: [&str; 19] = [
    "period",
    "practice_code",
    "practice_name",
    "ccg_code",
    "ccg_name",
    "fact",
    "answer",
    "people",
    "of_people",
    "percent",
    "absence",
    "data_date",
    "dataset",
    "known_by",
    "reply",
    "reply_date",
    "as_published",
    "supplier",
    "provenance",
];

/// A stored table that serves a quarter.
#[derive(Clone, Copy, Debug)]
pub struct FactFrame<'a> {
    /// The last day that it speaks of.
    pub day: Date,
    pub frame: &'a DataFrame,
    pub provenance: Provenance,
}

/// One quarter: its practices, the tables that answer, by dataset, and the replies of practices to the preview.
#[derive(Clone, Debug)]
pub struct FactQuarter<'a> {
    pub period: Period,
    /// The rows of `practices` of the quarter.
    pub practices: &'a DataFrame,
    pub frames: BTreeMap<&'a str, FactFrame<'a>>,
    pub replies: Option<&'a DataFrame>,
    /// The last day for replies; without one, none is late.
    pub reply_by: Option<Date>,
}

/// What is said of one practice and fact.
#[derive(Clone, Debug, PartialEq)]
struct Told<'a> {
    known: Known,
    /// Day and dataset of what answered, or of the last that was asked.
    from: Option<(Date, &'a str)>,
    known_by: Option<&'a str>,
    provenance: Provenance,
}

/// The table `patient_facts`: a row for each open practice of the quarter and fact, in the order of the codes and of the
/// definition.
pub fn patient_facts<'a>(
    feeds: &'a Feeds,
    quarter: &FactQuarter<'a>,
) -> PolarsResult<(DataFrame, Vec<Diagnostic>)> {
    let mut diagnostics = Vec::new();
    let practices = practices(feeds, quarter, &mut diagnostics)?;
    let mut answers = answers(feeds, quarter, &mut diagnostics)?;
    let replies = reply::read(quarter.replies)?;
    diagnostics.extend(deadline::others(feeds, quarter.period, &replies, quarter.reply_by));
    let at = (quarter.period, quarter.reply_by);
    let decided = reply::apply(feeds, at, &practices, &replies, &mut answers, &mut diagnostics);
    Ok((table::facts(feeds, quarter, &practices, &answers, &decided)?, diagnostics))
}

/// A practice that is open at the end of the quarter.
#[derive(Clone, Copy, Debug)]
struct Open<'a> {
    code: &'a str,
    name: Option<&'a str>,
    ccg_code: Option<&'a str>,
    ccg_name: Option<&'a str>,
    supplier: Option<&'a str>,
}

fn practices<'a>(
    feeds: &Feeds,
    quarter: &FactQuarter<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> PolarsResult<Vec<Open<'a>>> {
    let table = Columns(quarter.practices);
    let (codes, status) = (table.texts("practice_code")?, table.texts("status")?);
    let (names, ccgs) = (table.texts("practice_name")?, table.texts("ccg_code")?);
    let (ccg_names, expected) = (table.texts("ccg_name")?, table.flags("expected")?);
    let suppliers = table.texts_if_any(&feeds.source_file.supplier_column)?;
    let shown = |i: &usize| {
        let open = status[*i].is_some_and(|s| feeds.statuses.iter().any(|open| open == s));
        open && expected[*i] == Some(true) && codes[*i].is_some_and(is_practice_code)
    };
    let mut open: Vec<Open<'a>> = (0..codes.len())
        .filter(shown)
        .filter_map(|i| {
            Some(Open {
                code: codes[i]?,
                name: names[i],
                ccg_code: ccgs[i],
                ccg_name: ccg_names[i],
                supplier: suppliers[i],
            })
        })
        .collect();
    open.sort_by_key(|p| p.code);
    let left_out = codes.len() - open.len();
    if left_out > 0 {
        let message =
            format!("{}: {left_out} practices are not open by the directory", quarter.period.label());
        let place = Place::Key { dataset: "feeds".to_owned(), key: quarter.period.to_string() };
        diagnostics.push(Diagnostic::new("FEED_LEFT_OUT", place, message).times(left_out as u64));
    }
    Ok(open)
}

/// By fact (in the order of the definition) and practice.
type Answers<'a> = Vec<BTreeMap<&'a str, Told<'a>>>;

fn answers<'a>(
    feeds: &'a Feeds,
    quarter: &FactQuarter<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> PolarsResult<Answers<'a>> {
    let codes = Columns(quarter.practices).texts("practice_code")?;
    let mut all: Answers<'a> = Vec::with_capacity(feeds.facts.len());
    for fact in &feeds.facts {
        let mut found: BTreeMap<&str, Told<'a>> = BTreeMap::new();
        for source in &fact.sources {
            let Some(held) = quarter.frames.get(source.dataset.as_str()) else { continue };
            let own = read::values(fact.kind, source, held.frame)?;
            for code in codes.iter().flatten().copied() {
                let known = own.get(code).copied().unwrap_or(Known::Unknown);
                let told = Told {
                    known,
                    from: Some((held.day, source.dataset.as_str())),
                    known_by: feeds.known_by(source),
                    provenance: held.provenance,
                };
                // the first source that knows answers
                let better =
                    |old: &Told<'_>| !old.known.says() && (known.says() || old.known == Known::NotAsked);
                if found.get(code).is_none_or(better) {
                    found.insert(code, told);
                }
            }
        }
        all.push(found);
    }
    for (at, fact) in feeds.facts.iter().enumerate() {
        // after all are read, so that nothing hangs on the order of the definition
        if let Some(state) = fact.only_if.as_deref().and_then(|id| feeds.place(id)) {
            let states: BTreeMap<&str, Known> = all[state].iter().map(|(c, t)| (*c, t.known)).collect();
            for (code, told) in &mut all[at] {
                told.known = told.known.only_if(states.get(code).copied().unwrap_or(Known::NotAsked));
            }
        }
        for (code, told) in &mut all[at] {
            if let Known::People { people, of: Some(of) } = told.known
                && people > of
            {
                let place =
                    Place::Key { dataset: told.from.map_or("", |f| f.1).to_owned(), key: (*code).to_owned() };
                // no count here: what is said of the data is published too
                let message =
                    format!("more people than registered for `{}` in {}", fact.id, quarter.period.label());
                diagnostics.push(Diagnostic::new("FEED_IMPOSSIBLE", place, message));
                told.known = Known::Unknown;
            }
        }
    }
    Ok(all)
}

/// What a practice is shown of one fact before it is published: its own figure, not rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// `none` where no CCG is known.
    pub ccg: String,
    pub practice: String,
    pub name: String,
    pub fact: String,
    pub question: String,
    /// `yes`, `no`, `not_known`, `not_asked` or a number.
    pub published: String,
    pub data_date: Option<Date>,
    pub known_by: String,
}

/// What would be published of a quarter, by practice and fact, whatever was replied before.
pub fn previews<'a>(feeds: &'a Feeds, quarter: &FactQuarter<'a>) -> PolarsResult<Vec<Preview>> {
    let mut unheard = Vec::new();
    let practices = practices(feeds, quarter, &mut unheard)?;
    let answers = answers(feeds, quarter, &mut unheard)?;
    let all = practices
        .iter()
        .flat_map(|p| feeds.facts.iter().zip(&answers).map(move |(f, a)| (p, f, a.get(p.code))));
    let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
    Ok(all
        .map(|(practice, fact, told)| Preview {
            ccg: practice.ccg_code.unwrap_or("none").to_owned(),
            practice: practice.code.to_owned(),
            name: text(practice.name),
            fact: fact.id.clone(),
            question: fact.question.clone(),
            published: reply::shown(told.map_or(Known::NotAsked, |t| t.known)),
            data_date: told.and_then(|t| t.from).map(|f| f.0),
            known_by: text(told.filter(|t| t.known.says()).and_then(|t| t.known_by)),
        })
        .collect())
}
