//! What there is to say of lines, CCGs and denominators, as diagnostics with their places.

use super::facts::Facts;
use super::line::{Line, Origin};
use super::per_head::{Known, SpendInputs};
use super::question::counted;
use crate::define::framework::SpendRules;
use crate::diag::{Diagnostic, Place};
use crate::model::pounds;

fn dataset<'a>(inputs: &SpendInputs<'a>, origin: Origin) -> &'a str {
    match origin {
        Origin::Published => inputs.lines.map_or("", |l| l.dataset),
        Origin::Return => inputs.returns.map_or("", |r| r.dataset),
    }
}

pub(super) fn about_line(inputs: &SpendInputs<'_>, line: &Line, diagnostics: &mut Vec<Diagnostic>) {
    let dataset = dataset(inputs, line.origin);
    let place = || Place::Key { dataset: dataset.to_owned(), key: line.key() };
    let mut say = |name: &str, message: String| diagnostics.push(Diagnostic::new(name, place(), message));
    let money = pounds(line.pence);
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
        say("COVERS_UNCLEAR", "the days covered end before they begin, or lie outside the year".to_owned());
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
    let place = || Place::Key { dataset: dataset(inputs, facts.origin).to_owned(), key: ccg.to_owned() };
    let mut say = |name: &str, message: String| diagnostics.push(Diagnostic::new(name, place(), message));
    if facts.is_host() {
        let payers = facts.paid_by.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        say("HOST_RECHARGE", format!("{ccg} is a host: {payers} paid it"));
    }
    if !facts.is_whole_year(inputs.year) {
        say("MONTHS_MISSING", months(facts, inputs));
    }
    if facts.unmapped.1 > 0 {
        let (money, lines) = (pounds(facts.unmapped.0), counted(facts.unmapped.1));
        say("SPEND_UNMAPPED", format!("{money} of {ccg} in {lines} is in no category"));
    }
    if let Some(verdict) = known.verdicts.get(ccg).filter(|v| v.refused()) {
        say("SPEND_REFUSED", format!("{ccg}: {}", verdict.words()));
    }
    for bill in &facts.wrong_shares {
        say("SHARES_NOT_ONE", format!("bill {bill}, of which {ccg} has a line"));
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
    let note = |dataset: &str, message: String| {
        let place = Place::Key { dataset: dataset.to_owned(), key: year.label() };
        Diagnostic::new("DENOMINATOR_OTHER_YEAR", place, message)
    };
    let patients = &inputs.patients;
    let registered = (!year.contains(patients.date)).then(|| {
        note(
            patients.dataset,
            format!("registered patients of {} for spend of {}", patients.date, year.label()),
        )
    });
    let weighted = inputs.weighted.as_ref().filter(|w| w.year != year).map(|w| {
        note(w.dataset, format!("weighted lists of {} for spend of {}", w.year.label(), year.label()))
    });
    let resident = inputs.residents.as_ref().filter(|r| !year.contains(r.date)).map(|r| {
        note(r.dataset, format!("residents of the year to {} for spend of {}", r.date, year.label()))
    });
    registered.into_iter().chain(weighted).chain(resident).collect()
}
