//! The `spend_per_head` table.

use super::column::{SpendError, Table};
use super::lines::{Line, layout, read};
use super::population::{Patients, Population, WeightedLists, populations, ratio};
use super::question::Facts;
use crate::define::framework::{Scope, SpendRules};
use crate::diag::{Diagnostic, Place};
use crate::model::{Period, Provenance, pounds};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The lines of one financial year.
#[derive(Clone, Copy, Debug)]
pub struct SpendLines<'a> {
    pub dataset: &'a str,
    pub year: Period,
    /// `ccg_code ccg_name month_of_file date_as_published expense_type expense_area supplier transaction_number
    /// amount_pence note`. Some publishers and some copies cut amounts to whole pounds.
    pub frame: &'a DataFrame,
    /// Months of files held per CCG, where known: `ccg_code months_of_files` (Int64). A month with a file and no
    /// line says something else than a month without a file.
    pub months_held: Option<&'a DataFrame>,
}

/// All that the table is worked out from.
#[derive(Clone, Copy, Debug)]
pub struct SpendInputs<'a> {
    pub lines: SpendLines<'a>,
    pub patients: Patients<'a>,
    pub weighted: Option<WeightedLists<'a>>,
    /// Names of CCGs (`code name`), to recognise one among the suppliers.
    pub ccgs: Option<&'a DataFrame>,
    /// The weakest of all inputs.
    pub provenance: Provenance,
}

/// Spend per head and how it was found.
#[derive(Clone, Debug)]
pub struct Spend {
    /// Sorted by `ccg_code`, `scope`. `period` (Date), `ccg_code`, `ccg_name`, `scope`, `spend_pence` (Int64, net
    /// of reversals), `registered` (Int64), `weighted`, `resident` (Float64; residents are not held yet),
    /// `per_head_registered`, `per_head_weighted`, `per_head_resident` (Float64, pence, unrounded),
    /// `denominator_source`, `denominator_date` (Date, of the registered patients), `weighted_date`,
    /// `weighted_linked_share`, `months_of_files`, `months_with_lines`, `lines`, `recharges_out_pence` (paid to
    /// other CCGs), `recharges_in_pence` (which other CCGs say they paid to this one), `status`, `question`,
    /// `provenance`.
    ///
    /// `status`: `no_lines` (none counts in this scope: nothing is known, so there is no figure per head, and not
    /// £0 a head), else `host` (other CCGs pay it, so that its figure is not its own), else `partial` (a month without a
    /// file or a line), else `complete`.
    pub table: DataFrame,
    /// The lines with what each was taken for.
    pub lines: DataFrame,
    pub diagnostics: Vec<Diagnostic>,
}

/// A ratio in pence as whole pence, half away from zero: for display; the table keeps the ratio.
#[expect(clippy::cast_possible_truncation, reason = "pence per head are far below 2^53")]
pub fn whole_pence(ratio: f64) -> i64 {
    ratio.round() as i64
}

/// Works out spend per head for every CCG that has a line in scope.
pub fn spend_per_head(rules: &SpendRules, inputs: &SpendInputs<'_>) -> Result<Spend, SpendError> {
    let dataset = inputs.lines.dataset;
    let ccgs = inputs.ccgs.map(|frame| Table { dataset: "names of CCGs", frame });
    let lines = read(&Table { dataset, frame: inputs.lines.frame }, rules, ccgs.as_ref())?;
    let people = populations(&inputs.patients, inputs.weighted.as_ref(), rules.least_linked_share)?;
    let facts = facts(&lines, months_held(&inputs.lines)?);
    let mut diagnostics = other_years(inputs);
    for line in &lines {
        about_line(dataset, line, &mut diagnostics);
    }
    for (ccg, facts) in &facts {
        about_ccg(inputs, rules, ccg, facts, people.get(ccg), &mut diagnostics);
    }
    let mut scopes: Vec<&Scope> = rules.scopes.iter().collect();
    scopes.sort_by(|a, b| a.id.cmp(&b.id));
    let rows: Vec<Row<'_>> = facts
        .iter()
        .flat_map(|(ccg, facts)| scopes.iter().map(move |scope| (ccg, facts, *scope)))
        .map(|(ccg, facts, scope)| Row::new(ccg, facts, scope, &lines, people.get(ccg).copied()))
        .collect();
    Ok(Spend { table: table(&rows, inputs)?, lines: layout(&lines)?, diagnostics })
}

fn months_held(lines: &SpendLines<'_>) -> Result<BTreeMap<String, i64>, SpendError> {
    let Some(frame) = lines.months_held else { return Ok(BTreeMap::new()) };
    let table = Table { dataset: lines.dataset, frame };
    let (codes, months) = (table.texts("ccg_code")?, table.whole("months_of_files")?);
    Ok(codes.iter().zip(months).filter_map(|(c, m)| Some(((*c)?.to_owned(), m?))).collect())
}

/// What there is to say about each CCG with a line in scope.
fn facts(lines: &[Line], held: BTreeMap<String, i64>) -> BTreeMap<String, Facts> {
    let mut facts: BTreeMap<String, Facts> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.in_scope) {
        let own = facts.entry(line.ccg.clone()).or_default();
        own.months.extend(line.month);
        let add = |sum: &mut (i64, usize)| *sum = (sum.0 + line.pence, sum.1 + 1);
        if line.pence < 0 {
            add(&mut own.reversals);
        }
        if line.repeated {
            add(&mut own.repeats);
        }
        if let Some(payee) = &line.recharge {
            add(own.paid_to.entry(payee.name.clone()).or_default());
        }
    }
    // Receipts after all payers are known; a host without a line of its own has no row to flag.
    for line in lines.iter().filter(|l| l.in_scope) {
        let host = line.recharge.as_ref().and_then(|p| facts.get_mut(p.code.as_deref()?));
        if let Some(host) = host {
            let sum = host.paid_by.entry(line.ccg.clone()).or_default();
            *sum = (sum.0 + line.pence, sum.1 + 1);
        }
    }
    for (ccg, months) in held {
        facts.entry(ccg).and_modify(|f| f.months_of_files = Some(months));
    }
    facts
}

fn about_line(dataset: &str, line: &Line, diagnostics: &mut Vec<Diagnostic>) {
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
}

fn about_ccg(
    inputs: &SpendInputs<'_>,
    rules: &SpendRules,
    ccg: &str,
    facts: &Facts,
    people: Option<&Population>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let place = || Place::Key { dataset: inputs.lines.dataset.to_owned(), key: ccg.to_owned() };
    let mut say = |name: &str, message: String| diagnostics.push(Diagnostic::new(name, place(), message));
    if !facts.paid_by.is_empty() {
        let payers = facts.paid_by.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        say("HOST_RECHARGE", format!("{ccg} is a host: {payers} paid it"));
    }
    if !facts.is_whole_year() {
        let files = facts.months_of_files.map_or("an unknown number".to_owned(), |n| n.to_string());
        let lines = facts.months.len();
        say("MONTHS_MISSING", format!("lines in {lines} months, files of {files} of 12 months"));
    }
    match people {
        None => say("NO_DENOMINATOR", format!("{} has no patients of {ccg}", inputs.patients.dataset)),
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
}

/// M008 for each population that is not of the year of the spend.
fn other_years(inputs: &SpendInputs<'_>) -> Vec<Diagnostic> {
    let year = inputs.lines.year;
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
    registered.into_iter().chain(weighted).collect()
}

struct Row<'a> {
    ccg: &'a str,
    name: Option<&'a str>,
    facts: &'a Facts,
    scope: &'a str,
    pence: i64,
    lines: i64,
    months: i64,
    people: Option<Population>,
}

impl<'a> Row<'a> {
    fn new(
        ccg: &'a str,
        facts: &'a Facts,
        scope: &'a Scope,
        all: &'a [Line],
        people: Option<Population>,
    ) -> Row<'a> {
        let own = || all.iter().filter(|l| l.ccg == ccg && l.in_scope);
        let counted = || own().filter(|l| scope.recharges || l.recharge.is_none());
        let months: BTreeSet<u8> = counted().filter_map(|l| l.month).collect();
        let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Row {
            ccg,
            name: own().filter_map(|l| l.ccg_name.as_deref()).min(),
            facts,
            scope: &scope.id,
            pence: counted().map(|l| l.pence).sum(),
            lines: whole(counted().count()),
            months: whole(months.len()),
            people,
        }
    }

    fn status(&self) -> &'static str {
        if self.lines == 0 {
            "no_lines"
        } else if !self.facts.paid_by.is_empty() {
            "host"
        } else if self.facts.is_whole_year() {
            "complete"
        } else {
            "partial"
        }
    }

    /// Those to divide by; none where nothing is known to divide.
    fn people_of_lines(&self) -> Option<Population> {
        self.people.filter(|_| self.lines > 0)
    }

    /// Pence per patient.
    fn per_registered(&self) -> Option<f64> {
        let people = self.people_of_lines().filter(|p| p.registered > 0)?;
        Some(ratio(self.pence, people.registered))
    }

    fn per_weighted(&self) -> Option<f64> {
        let weighted = self.people_of_lines()?.weighted.filter(|w| *w > 0.0)?;
        Some(ratio(self.pence, 1) / weighted)
    }

    /// Both denominators in words, with their dates and how the second was found.
    fn denominators(&self, inputs: &SpendInputs<'_>) -> Option<String> {
        let people = self.people?;
        let registered = format!("registered: {} {}", inputs.patients.dataset, inputs.patients.date);
        let weighted = inputs.weighted.as_ref().filter(|_| people.weighted.is_some()).map(|w| {
            let other = if w.year == inputs.lines.year { "" } else { " (another year)" };
            let share = 100.0 * people.linked.unwrap_or(0.0);
            format!(
                "; weighted: registered x weighted / registered of the same practices in {} {}{other}, \
                 which hold {share:.1} % of the patients",
                w.dataset,
                w.year.label()
            )
        });
        Some(registered + weighted.as_deref().unwrap_or("; weighted: none"))
    }
}

fn table(rows: &[Row<'_>], inputs: &SpendInputs<'_>) -> Result<DataFrame, SpendError> {
    let text = |name: &str, of: &dyn Fn(&Row<'_>) -> Option<String>| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<Option<String>>>())
    };
    let whole = |name: &str, of: &dyn Fn(&Row<'_>) -> Option<i64>| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<Option<i64>>>())
    };
    let decimal = |name: &str, of: &dyn Fn(&Row<'_>) -> Option<f64>| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<Option<f64>>>())
    };
    let days = |name: &str, of: &dyn Fn(&Row<'_>) -> Option<Date>| {
        let days = rows.iter().map(|r| of(r).map(|d| (d - date(1970, 1, 1)).get_days()));
        Column::new(name.into(), days.collect::<Vec<Option<i32>>>()).cast(&DataType::Date)
    };
    let received = |f: &BTreeMap<String, (i64, usize)>| Some(f.values().map(|(pence, _)| *pence).sum());
    let year = inputs.lines.year;
    let weighted_day =
        |r: &Row<'_>| r.people.and_then(|p| p.weighted).and(inputs.weighted).map(|w| w.year.end());
    Ok(DataFrame::new(
        rows.len(),
        vec![
            days("period", &|_| Some(year.end()))?,
            text("ccg_code", &|r| Some(r.ccg.to_owned())),
            text("ccg_name", &|r| r.name.map(str::to_owned)),
            text("scope", &|r| Some(r.scope.to_owned())),
            whole("spend_pence", &|r| Some(r.pence)),
            whole("registered", &|r| r.people.map(|p| p.registered)),
            decimal("weighted", &|r| r.people?.weighted),
            decimal("resident", &|_| None),
            decimal("per_head_registered", &|r| r.per_registered()),
            decimal("per_head_weighted", &|r| r.per_weighted()),
            decimal("per_head_resident", &|_| None),
            text("denominator_source", &|r| r.denominators(inputs)),
            days("denominator_date", &|r| r.people.map(|_| inputs.patients.date))?,
            days("weighted_date", &weighted_day)?,
            decimal("weighted_linked_share", &|r| r.people?.linked),
            whole("months_of_files", &|r| r.facts.months_of_files),
            whole("months_with_lines", &|r| Some(r.months)),
            whole("lines", &|r| Some(r.lines)),
            whole("recharges_out_pence", &|r| received(&r.facts.paid_to)),
            whole("recharges_in_pence", &|r| received(&r.facts.paid_by)),
            text("status", &|r| Some(r.status().to_owned())),
            text("question", &|r| r.facts.question(year)),
            text("provenance", &|_| Some(inputs.provenance.as_str().to_owned())),
        ],
    )?)
}
