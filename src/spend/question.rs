//! The question to put to a CCG about its figure, and why the figure can or cannot be compared.

use super::aside::Aside;
use super::facts::{Facts, MONTHS, Sum};
use super::gate::Verdict;
use super::line::Origin;
use crate::model::{Period, pounds};
use jiff::ToSpan;

impl Facts {
    /// One sentence per cause, in a fixed order; None where there is nothing to ask.
    pub fn question(&self, year: Period, verdict: Option<&Verdict>) -> Option<String> {
        let mut ask: Vec<String> = self.unused.iter().map(Aside::question).collect();
        if self.aside.lines > 0 {
            ask.push(self.aside.question());
        }
        ask.extend(verdict.and_then(|v| v.question.clone()));
        if self.origin == Origin::Published {
            self.about_months(year, &mut ask);
        }
        for (name, sum) in &self.paid_to {
            let (money, lines) = money_in_lines(*sum);
            ask.push(format!(
                "{money} in {lines} went to {name}: for what, and does it report the same money?"
            ));
        }
        if !self.paid_by.is_empty() && self.for_others.1 == 0 && !self.is_cut() {
            let payers = self.paid_by.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let (money, lines) = money_in_lines(self.received());
            ask.push(format!(
                "Other CCGs ({payers}) say that they paid you {money} in {lines}: \
                 what of your own figure was bought for them?"
            ));
        }
        // the reversed lines may be among those that were set aside
        let reversals = if self.is_cut() { Sum::default() } else { self.reversals };
        for (sum, text) in [
            (reversals, "is reversed: are the reversed lines in these files?"),
            (self.repeats, "repeats an earlier line: paid twice?"),
            (self.unmapped, "is in no category of the operating model: what was bought?"),
            (
                self.odd_prices,
                "is many times dearer or cheaper than the same thing elsewhere: is the unit right?",
            ),
        ] {
            if sum.1 > 0 {
                let (money, lines) = money_in_lines(sum);
                ask.push(format!("{money} in {lines} {text}"));
            }
        }
        if self.odd_units > 0 {
            ask.push(format!("{} is no amount of pence in its unit: which is it?", counted(self.odd_units)));
        }
        for bill in self.wrong_shares.keys() {
            ask.push(format!("The shares of bill {bill} do not add up to 1: which share is yours?"));
        }
        (!ask.is_empty()).then(|| ask.join(" "))
    }

    fn about_months(&self, year: Period, ask: &mut Vec<String>) {
        if let Some(held) = self.months_of_files.filter(|held| *held < i64::from(MONTHS)) {
            ask.push(format!("Files of {held} months of {MONTHS} are held: where are the others?"));
        }
        let missing = self.without_line();
        // a line of such a month may be among those that were set aside
        if !missing.is_empty() && self.aside.lines == 0 {
            let names = names(year, &missing);
            ask.push(format!("No line in {names}: was none above the threshold, or is it missing?"));
        }
    }

    /// Every reason for which the figure is not to be compared, the gravest first; empty where it can be.
    pub fn reasons(&self, year: Period, scope: &Compared<'_>) -> Vec<String> {
        let mut why = Vec::new();
        if let Some(verdict) = scope.verdict.filter(|v| v.refused()) {
            why.push(format!("refused by the plausibility gate ({})", verdict.words()));
        }
        if scope.holds_others {
            let payers = self.paid_by.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let (money, lines) = money_in_lines(self.received());
            why.push(if payers.is_empty() {
                format!("{} of it was bought for other CCGs", pounds(self.for_others.0))
            } else {
                format!("a host: {payers} paid it {money} in {lines}")
            });
        }
        if let Some(unused) = &self.unused {
            let rest =
                if self.reported.1 > 0 { "; the figure is of its published lines over £25,000" } else { "" };
            why.push(format!("{}{rest}", unused.reason_unused()));
        }
        if self.aside.lines > 0 {
            why.push(self.aside.reason());
        }
        if self.odd_units > 0 {
            let state = if self.odd_units == 1 { "states" } else { "state" };
            why.push(format!(
                "{} {state} no amount of pence and stand in no figure",
                counted(self.odd_units)
            ));
        }
        if self.lacks_months(year) {
            why.push(match self.origin {
                Origin::Return => format!("covers {} months of {MONTHS}", self.months_covered(year)),
                Origin::Published => {
                    let files =
                        self.months_of_files.map_or("an unknown number".to_owned(), |n| n.to_string());
                    let missing = names(year, &self.without_line());
                    let none =
                        if missing.is_empty() { String::new() } else { format!("; no line in {missing}") };
                    format!("files of {files} of {MONTHS} months{none}; only lines over £25,000")
                }
            });
        }
        if scope.recharges && self.paid_to.len() + self.paid_by.len() > 0 && self.origin == Origin::Published
        {
            for (name, sum) in &self.paid_to {
                let (money, lines) = money_in_lines(*sum);
                why.push(format!("{money} in {lines} went to {name}"));
            }
        }
        if scope.leaves_out_payments {
            let (money, lines) = money_in_lines(super::facts::total(self.paid_to.values()));
            why.push(format!("{money} in {lines} to other CCGs is left out"));
        }
        if scope.too_little_mapped {
            let (money, lines) = money_in_lines(self.unmapped);
            let share = 100.0 * (1.0 - self.mapped_share());
            why.push(format!("{money} in {lines} ({share:.0} %) is in no category"));
        }
        why
    }
}

/// What a scope makes of a CCG's facts.
pub(super) struct Compared<'a> {
    pub verdict: Option<&'a Verdict>,
    /// The figure holds what was bought for other CCGs.
    pub holds_others: bool,
    /// Payments to other CCGs count.
    pub recharges: bool,
    /// They do not, and there are some: the CCG paid others for what it has.
    pub leaves_out_payments: bool,
    pub too_little_mapped: bool,
}

fn money_in_lines((pence, lines): Sum) -> (String, String) {
    (pounds(pence), counted(lines))
}

pub(super) fn counted(lines: usize) -> String {
    if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") }
}

fn names(year: Period, months: &[u8]) -> String {
    let name = |m: &u8| year.start().saturating_add((i32::from(*m) - 1).months()).strftime("%B").to_string();
    months.iter().map(name).collect::<Vec<_>>().join(", ")
}
