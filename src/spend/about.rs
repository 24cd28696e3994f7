//! What there is to say of lines, CCGs and denominators, as diagnostics with the file that each comes from, and the
//! line where one line is the cause.

use super::aside::only;
use super::day::Day;
use super::facts::Facts;
use super::line::{Line, Origin};
use super::per_head::{Known, SpendInputs};
use super::question::counted;
use crate::define::framework::SpendRules;
use crate::define::spend::Gate;
use crate::diag::{Diagnostic, Place, grouped};
use crate::model::pounds;
use polars::prelude::DataFrame;
use std::collections::BTreeSet;

fn dataset<'a>(inputs: &SpendInputs<'a>, origin: Origin) -> &'a str {
    match origin {
        Origin::Published => inputs.lines.map_or("", |l| l.dataset),
        Origin::Return => inputs.returns.map_or("", |r| r.dataset),
    }
}

/// A diagnostic at a row of a dataset.
fn at(
    name: &str,
    dataset: &str,
    key: &str,
    source: (Option<&str>, Option<i64>),
    message: String,
) -> Diagnostic {
    let line = source.1.and_then(|row| u64::try_from(row).ok());
    Diagnostic::new(name, Place::row(dataset, key, source.0, line), message).dataset(dataset)
}

pub(super) fn about_line(inputs: &SpendInputs<'_>, line: &Line, diagnostics: &mut Vec<Diagnostic>) {
    let dataset = dataset(inputs, line.origin);
    let source = (line.file.as_deref(), line.row);
    let mut say =
        |name: &str, message: String| diagnostics.push(at(name, dataset, &line.ccg, source, message));
    let money = pounds(line.pence);
    about_day(line, &mut say);
    if !line.in_scope {
        let area = line.expense_area.as_deref().unwrap_or("no expense area");
        say("SPEND_OUT_OF_SCOPE", format!("{money} under {area}"));
        return;
    }
    if let Some(payee) = &line.recharge {
        say("HOST_RECHARGE", format!("{} paid {money} to {}", line.ccg, payee.name));
    }
    if line.swapped {
        say("SWAPPED_COLUMNS", "expense type and expense area were exchanged".to_owned());
    }
    if line.pence < 0 {
        say("REVERSAL", format!("{money} is a reversal"));
    }
    if line.repeated {
        say("REPEATED_LINE", format!("{money} repeats an earlier line of the same transaction"));
    }
    if line.odd_price {
        let what = line.description.as_deref().unwrap_or("the line");
        say("SPEND_PRICE", format!("{money} for {what} is far from what others pay per head"));
    }
    if line.odd_unit {
        say("SPEND_UNIT", "the amount is no whole number of pence in the unit stated".to_owned());
    }
    if line.covers_unclear {
        let why = "the days covered cannot be read, end before they begin, or lie outside the year";
        say("COVERS_UNCLEAR", why.to_owned());
    }
}

/// The day decides nothing: what is said is what was made of it.
fn about_day(line: &Line, say: &mut impl FnMut(&str, String)) {
    let text = line.date.as_deref().unwrap_or_default().trim();
    let counts = match line.month {
        Some(_) => "the line counts in the month of its file",
        None => "the line counts in the year and in no month",
    };
    match &line.day {
        Day::Invalid(why) => say("LINE_DATE_INVALID", format!("`{text}` {why}; {counts}")),
        Day::Ambiguous([a, b], told) => {
            let read = match told {
                Some(day) => format!("read as {day}, which lies in the month of its file"),
                None => format!("no day is read, and {counts}"),
            };
            say("LINE_DATE_AMBIGUOUS", format!("`{text}` is {a} or {b}: {read}"));
        }
        Day::Absent | Day::Read(_) => {}
    }
}

pub(super) fn about_ccg(
    inputs: &SpendInputs<'_>,
    rules: &SpendRules,
    ccg: &str,
    known: &Known,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let facts = &known.facts[ccg];
    let file = facts.files.first().map(String::as_str);
    about_aside(inputs, ccg, facts, diagnostics);
    let dataset = dataset(inputs, facts.origin);
    let mut say_at = |name: &str, rows: &BTreeSet<i64>, message: String| {
        diagnostics.push(at(name, dataset, ccg, (file, only(rows)), message));
    };
    if facts.unmapped.1 > 0 {
        let (money, lines) = (pounds(facts.unmapped.0), counted(facts.unmapped.1));
        let message = format!("{money} of {ccg} in {lines} is in no category");
        say_at("SPEND_UNMAPPED", &facts.unmapped_rows, message);
    }
    for (bill, rows) in &facts.wrong_shares {
        say_at("SHARES_NOT_ONE", rows, format!("bill {bill}, of which {ccg} has a line"));
    }
    let mut say = |name: &str, message: String| say_at(name, &BTreeSet::new(), message);
    if facts.is_host() {
        let payers = facts.paid_by.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        say("HOST_RECHARGE", format!("{ccg} is a host: {payers} paid it"));
    }
    if facts.lacks_months(inputs.year) {
        say("MONTHS_MISSING", months(facts, inputs));
    }
    if let Some(verdict) = known.verdicts.get(ccg).filter(|v| v.refused()) {
        say("SPEND_REFUSED", format!("{ccg}: {}", verdict.words()));
    }
    match known.people.get(ccg) {
        None => say("NO_DENOMINATOR", format!("{} has no patients of {ccg}", inputs.patients.dataset)),
        Some(people) if people.registered == 0 => {
            say("POPULATION_ZERO", format!("{} has 0 patients of {ccg}", inputs.patients.dataset));
        }
        Some(people) => {
            if let Some(share) = people.linked.filter(|_| people.weighted.is_none()) {
                let (share, least) = (100.0 * share, 100.0 * rules.least_linked_share);
                let message = format!(
                    "{share:.1} % of the patients of {ccg} are at practices with a weighted list, under {least} %"
                );
                say("NO_DENOMINATOR", message);
            }
        }
    }
    if known.residents.get(ccg).is_some_and(|r| r.people == 0) {
        say("POPULATION_ZERO", format!("0 residents of {ccg}"));
    }
}

/// Lines that its figure lacks, and a return that could not be used.
fn about_aside(inputs: &SpendInputs<'_>, ccg: &str, facts: &Facts, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(lost) = &facts.unused {
        let dataset = dataset(inputs, Origin::Return);
        let speaks = match facts.reported.1 {
            0 => "it has no figure",
            _ => "its figure is of its published lines over £25,000",
        };
        let message = format!("{ccg}: {}; {speaks}", lost.reason_unused());
        diagnostics.push(at(
            "RETURN_REFUSED",
            dataset,
            ccg,
            (lost.file.as_deref(), lost.only_row()),
            message,
        ));
    }
    let lost = &facts.aside;
    if lost.lines > 0 {
        let source = (lost.file.as_deref(), lost.only_row());
        let message = format!("{ccg}: {} ({})", lost.reason(), lost.place());
        let set_aside = at("LINES_SET_ASIDE", dataset(inputs, facts.origin), ccg, source, message);
        diagnostics.push(set_aside.times(lost.lines as u64));
    }
}

/// M039 for each population that a return states and that is far from the published one.
pub(super) fn about_people(
    inputs: &SpendInputs<'_>,
    gate: &Gate,
    ccg: &str,
    known: &Known,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let facts = &known.facts[ccg];
    let file = facts.files.first().map(String::as_str);
    for (stated, row) in &facts.stated {
        let Some(beside) = stated.beside(known.people.get(ccg), known.residents.get(ccg)) else { continue };
        if beside.excess.abs() <= gate.population_within {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "people of a CCG")]
        let published = grouped(beside.people.round() as u64);
        let message = format!(
            "{ccg} says that it divides by {} people ({}), the published {} population is {published}: {:+.0} %",
            grouped(stated.people.unsigned_abs()),
            stated.of.as_deref().unwrap_or("of no kind stated"),
            beside.kind,
            100.0 * beside.excess
        );
        let dataset = dataset(inputs, facts.origin);
        diagnostics.push(at("POPULATION_DISAGREES", dataset, ccg, (file, *row), message));
    }
}

fn months(facts: &Facts, inputs: &SpendInputs<'_>) -> String {
    if facts.origin == Origin::Return {
        return format!("covers {} of 12 months", facts.months_covered(inputs.year));
    }
    let files = facts.months_of_files.map_or("an unknown number".to_owned(), |n| n.to_string());
    format!("lines in {} months, files of {files} of 12 months", facts.months.len())
}

/// M008 for each population that is not of the year of the spend.
pub(super) fn other_years(inputs: &SpendInputs<'_>) -> Vec<Diagnostic> {
    let year = inputs.year;
    let note = |dataset: &str, frame: &DataFrame, message: String| {
        let file = frame.column("_source").ok().and_then(|c| c.str().ok()?.get(0).map(str::to_owned));
        at("DENOMINATOR_OTHER_YEAR", dataset, &year.label(), (file.as_deref(), None), message)
    };
    let patients = &inputs.patients;
    let registered = (!year.contains(patients.date)).then(|| {
        let message = format!("registered patients of {} for spend of {}", patients.date, year.label());
        note(patients.dataset, patients.frame, message)
    });
    let weighted = inputs.weighted.as_ref().filter(|w| w.year != year).map(|w| {
        let message = format!("weighted lists of {} for spend of {}", w.year.label(), year.label());
        note(w.dataset, w.frame, message)
    });
    let resident = inputs.residents.as_ref().filter(|r| !year.contains(r.date)).map(|r| {
        let message = format!("residents of the year to {} for spend of {}", r.date, year.label());
        note(r.dataset, r.frame, message)
    });
    registered.into_iter().chain(weighted).chain(resident).collect()
}
