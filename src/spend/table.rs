//! The rows of `spend_per_head` and `spend_checks`.

use super::aside::Aside;
use super::column::SpendError;
use super::facts::Facts;
use super::gate::Verdict;
use super::line::{Line, Origin};
use super::per_head::{Known, SpendInputs};
use super::place::{Places, places};
use super::population::{Population, Resident, ratio};
use super::question::Compared;
use crate::define::framework::{Scope, SpendRules};
use crate::frames::{Grown, days_of};
use crate::model::{Absence, Period};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One CCG in one scope.
pub(super) struct Row<'a> {
    ccg: &'a str,
    facts: &'a Facts,
    scope: &'a Scope,
    pence: i64,
    lines: i64,
    months: i64,
    /// Of it, paid to other CCGs, and bought for them.
    paid_out: i64,
    for_others: i64,
    people: Option<Population>,
    resident: Option<&'a Resident>,
    verdict: Option<&'a Verdict>,
    compared: Compared<'a>,
    year: Period,
    places: Places,
}

impl<'a> Row<'a> {
    /// By CCG and scope, with their places within each scope.
    pub fn all(known: &'a Known, rules: &'a SpendRules, lines: &[Line], year: Period) -> Vec<Row<'a>> {
        let mut scopes: Vec<&Scope> = rules.scopes.iter().collect();
        scopes.sort_by(|a, b| a.id.cmp(&b.id));
        let mut by_ccg: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        for line in lines.iter().filter(|l| l.counts()) {
            by_ccg.entry(&line.ccg).or_default().push(line);
        }
        let mut rows: Vec<Row<'a>> = Vec::new();
        for (ccg, facts) in &known.facts {
            let own = by_ccg.get(ccg.as_str()).map_or(&[][..], Vec::as_slice);
            rows.extend(scopes.iter().map(|s| Row::new(ccg, facts, s, own, known, rules, year)));
        }
        for (k, _) in scopes.iter().enumerate() {
            let heads: Vec<_> = rows
                .iter()
                .skip(k)
                .step_by(scopes.len())
                .map(|r| (r.status() == "complete").then(|| r.heads()))
                .collect();
            for (row, places) in rows.iter_mut().skip(k).step_by(scopes.len()).zip(places(&heads)) {
                row.places = places;
            }
        }
        rows
    }

    fn new(
        ccg: &'a str,
        facts: &'a Facts,
        scope: &'a Scope,
        own: &[&Line],
        known: &'a Known,
        rules: &SpendRules,
        year: Period,
    ) -> Row<'a> {
        let counts = |l: &&&Line| {
            (scope.recharges || l.recharge.is_none())
                && (scope.for_others || l.for_other.is_none())
                && scope.categories.as_ref().is_none_or(|c| l.category.is_some_and(|x| c.contains(&x)))
        };
        let counted: Vec<&&Line> = own.iter().filter(counts).collect();
        let months: BTreeSet<u8> = counted.iter().filter_map(|l| l.month).collect();
        let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let verdict = known.verdicts.get(ccg);
        // What a return sets apart for other CCGs is out of a scope that leaves it out.
        let sets_apart = facts.origin == Origin::Return && facts.for_others.1 > 0;
        let holds_others = if sets_apart { scope.for_others } else { facts.is_host() };
        let compared = Compared {
            verdict,
            holds_others,
            recharges: scope.recharges,
            leaves_out_payments: !scope.recharges && !facts.paid_to.is_empty(),
            too_little_mapped: scope.categories.is_some() && facts.mapped_share() < rules.least_mapped_share,
        };
        Row {
            ccg,
            facts,
            scope,
            pence: counted.iter().map(|l| l.pence).sum(),
            paid_out: counted.iter().filter(|l| l.recharge.is_some()).map(|l| l.pence).sum(),
            for_others: counted.iter().filter(|l| l.for_other.is_some()).map(|l| l.pence).sum(),
            lines: whole(counted.len()),
            months: whole(months.len()),
            people: known.people.get(ccg).copied(),
            resident: known.residents.get(ccg),
            verdict,
            compared,
            year,
            places: Places::default(),
        }
    }

    fn status(&self) -> &'static str {
        if self.lines == 0 {
            "no_lines"
        } else if self.verdict.is_some_and(Verdict::refused) {
            "refused"
        } else if self.compared.holds_others {
            "host"
        } else if !self.facts.is_whole_year(self.year) || self.facts.is_cut() {
            "partial"
        } else if self.compared.leaves_out_payments {
            "understated"
        } else if self.compared.too_little_mapped {
            "unmapped"
        } else {
            "complete"
        }
    }

    /// Why it can or cannot be compared.
    fn comparison(&self) -> String {
        if self.lines == 0 {
            let facts = self.facts;
            let unused = facts.unused.iter().map(Aside::reason_unused);
            let aside = Some(&facts.aside).filter(|a| a.lines > 0).map(Aside::reason);
            let none = "no line in this scope".to_owned();
            let why: Vec<String> = unused.chain(aside).chain([none]).collect();
            return format!("cannot be compared: {}", why.join("; "));
        }
        let why = self.facts.reasons(self.year, &self.compared);
        if self.status() == "complete" {
            "can be compared".to_owned()
        } else {
            format!("cannot be compared: {}", why.join("; "))
        }
    }

    /// Pence per registered, weighted and resident head; none where no line counts.
    fn heads(&self) -> [Option<f64>; 3] {
        let over = |people: Option<f64>| {
            people.filter(|p| *p > 0.0 && self.lines > 0).map(|p| ratio(self.pence, 1) / p)
        };
        let registered = self.people.filter(|p| p.registered > 0 && self.lines > 0);
        [
            registered.map(|p| ratio(self.pence, p.registered)),
            over(self.people.and_then(|p| p.weighted)),
            over(self.residents()),
        ]
    }

    fn residents(&self) -> Option<f64> {
        self.resident.map(|r| ratio(r.people, 1))
    }

    /// Registered over residents, less 1.
    fn list_excess(&self) -> Option<f64> {
        let residents = self.residents().filter(|r| *r > 0.0)?;
        Some(ratio(self.people?.registered, 1) / residents - 1.0)
    }

    /// The denominators in words, with their dates and how each was found.
    fn denominators(&self, inputs: &SpendInputs<'_>) -> Option<String> {
        let people = self.people?;
        let registered = format!("registered: {} {}", inputs.patients.dataset, inputs.patients.date);
        let weighted = inputs.weighted.as_ref().filter(|_| people.weighted.is_some()).map(|w| {
            let other = if w.year == inputs.year { "" } else { " (another year)" };
            let share = 100.0 * people.linked.unwrap_or(0.0);
            format!(
                "; weighted: registered x weighted / registered of the same practices in {} {}{other}, \
                 which hold {share:.1} % of the patients",
                w.dataset,
                w.year.label()
            )
        });
        let resident = match (self.resident, &inputs.residents) {
            (Some(r), _) => {
                let source = r.source.as_deref().unwrap_or("no source stated");
                format!("; resident: {source} {}", r.date)
            }
            (None, _) => "; resident: none".to_owned(),
        };
        Some(registered + weighted.as_deref().unwrap_or("; weighted: none") + &resident)
    }
}

pub(super) fn table(rows: &[Row<'_>], inputs: &SpendInputs<'_>) -> Result<DataFrame, SpendError> {
    let mut out = Grown::default();
    let all = || rows.iter();
    let some = |r: &Row<'_>| r.lines > 0;
    let weighted_day = |r: &Row<'_>| {
        let w = r.people.and_then(|p| p.weighted).and(inputs.weighted);
        w.map(|w| days_of(w.year.end()))
    };
    let no_residents = |r: &Row<'_>| match (r.resident, inputs.residents) {
        (Some(_), _) => None,
        (None, Some(_)) => Some(Absence::NotReturned.as_str()),
        (None, None) => Some(Absence::NotAsked.as_str()),
    };
    out.days("period", all().map(|r| days_of(r.year.end())));
    out.texts("ccg_code", all().map(|r| Some(r.ccg)));
    out.texts("ccg_name", all().map(|r| r.facts.name.as_deref()));
    out.texts("scope", all().map(|r| Some(r.scope.id.as_str())));
    out.texts("source", all().map(|r| Some(r.facts.origin.as_str())));
    out.wholes("spend_pence", all().map(|r| some(r).then_some(r.pence)));
    out.wholes("registered", all().map(|r| r.people.map(|p| p.registered)));
    out.numbers("weighted", all().map(|r| r.people?.weighted));
    out.numbers("resident", all().map(Row::residents));
    for (k, name) in ["registered", "weighted", "resident"].iter().enumerate() {
        out.numbers(&format!("per_head_{name}"), all().map(|r| r.heads()[k]));
    }
    out.owned("denominator_source", all().map(|r| r.denominators(inputs)));
    out.wholes("denominator_date", all().map(|r| r.people.map(|_| days_of(inputs.patients.date).into())));
    out.wholes("weighted_date", all().map(|r| weighted_day(r).map(i64::from)));
    out.wholes("resident_date", all().map(|r| r.resident.map(|x| days_of(x.date).into())));
    out.texts("resident_absence", all().map(no_residents));
    out.numbers("list_excess", all().map(Row::list_excess));
    out.numbers("weighted_linked_share", all().map(|r| r.people?.linked));
    for (k, name) in ["registered", "weighted", "resident"].iter().enumerate() {
        out.wholes(&format!("place_{name}"), all().map(|r| r.places.by[k]));
    }
    out.wholes("place_low", all().map(|r| r.places.range().map(|(low, _)| low)));
    out.wholes("place_high", all().map(|r| r.places.range().map(|(_, high)| high)));
    out.wholes("placed_among", all().map(|r| r.places.among));
    out.wholes("months_of_files", all().map(|r| r.facts.months_of_files));
    out.wholes("months_with_lines", all().map(|r| (r.facts.origin == Origin::Published).then_some(r.months)));
    out.wholes("lines", all().map(|r| Some(r.lines)));
    out.wholes("unmapped_pence", all().map(|r| Some(r.facts.unmapped.0)));
    out.wholes("unmapped_lines", all().map(|r| i64::try_from(r.facts.unmapped.1).ok()));
    out.wholes("recharges_out_pence", all().map(|r| Some(r.paid_out)));
    out.wholes("recharges_in_pence", all().map(|r| Some(r.facts.received().0)));
    out.wholes("bought_for_others_pence", all().map(|r| Some(r.for_others)));
    out.wholes("set_aside_lines", all().map(|r| i64::try_from(r.facts.aside.lines).ok()));
    let readable = |r: &Row<'_>| Some(r.facts.aside.readable).filter(|(_, lines)| *lines > 0);
    out.wholes("set_aside_pence", all().map(|r| readable(r).map(|(pence, _)| pence)));
    out.owned("return_refused", all().map(|r| r.facts.unused.as_ref().map(Aside::reason_unused)));
    out.wholes("population_stated", all().map(|r| r.facts.stated.keys().next().map(|s| s.people)));
    out.texts("gate", all().map(|r| r.verdict.map(Verdict::as_str)));
    let suspects = |r: &Row<'_>| r.verdict.map(|v| v.suspects.join(" ")).filter(|s| !s.is_empty());
    out.owned("suspects", all().map(suspects));
    out.texts("status", all().map(|r| Some(r.status())));
    out.owned("comparison", all().map(|r| Some(r.comparison())));
    out.owned("question", all().map(|r| r.facts.question(r.year, r.verdict)));
    out.texts("provenance", all().map(|_| Some(inputs.provenance.as_str())));
    let mut frame = out.finish()?;
    for name in ["denominator_date", "weighted_date", "resident_date"] {
        let days = frame.column(name)?.cast(&DataType::Int32)?.cast(&DataType::Date)?;
        frame.with_column(days)?;
    }
    Ok(frame)
}

/// Every test of the gate, by CCG.
pub(super) fn checks(
    verdicts: &BTreeMap<String, Verdict>,
    inputs: &SpendInputs<'_>,
) -> Result<DataFrame, SpendError> {
    let rows: Vec<_> =
        verdicts.iter().flat_map(|(c, v)| v.checks.iter().map(move |k| (c.as_str(), k))).collect();
    let mut out = Grown::default();
    let all = || rows.iter();
    let outcome = |passed: Option<bool>| match passed {
        Some(true) => "passed",
        Some(false) => "failed",
        None => "not_tested",
    };
    out.days("period", all().map(|_| days_of(inputs.year.end())));
    out.texts("ccg_code", all().map(|(ccg, _)| Some(*ccg)));
    out.texts("test", all().map(|(_, k)| Some(k.test.as_str())));
    out.texts("outcome", all().map(|(_, k)| Some(outcome(k.passed))));
    out.numbers("value", all().map(|(_, k)| k.value));
    out.numbers("expected", all().map(|(_, k)| k.expected));
    let ratio = |v: Option<f64>, e: Option<f64>| v.zip(e).filter(|(_, e)| *e > 0.0).map(|(v, e)| v / e);
    out.numbers("ratio", all().map(|(_, k)| ratio(k.value, k.expected)));
    out.numbers("low", all().map(|(_, k)| k.low));
    out.numbers("high", all().map(|(_, k)| k.high));
    out.owned("against", all().map(|(_, k)| Some(k.against.clone())));
    out.texts("provenance", all().map(|_| Some(inputs.provenance.as_str())));
    Ok(out.finish()?)
}
