//! The question to put to a CCG about its figure.

use crate::model::{Period, pounds};
use jiff::ToSpan;
use std::collections::{BTreeMap, BTreeSet};

/// What was found about one CCG's lines of all scopes.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub months_of_files: Option<i64>,
    /// Months of the financial year with a line in scope: 1 is April.
    pub months: BTreeSet<u8>,
    /// Pence and lines paid to other CCGs, by their name.
    pub paid_to: BTreeMap<String, (i64, usize)>,
    /// Pence and lines that other CCGs say they paid to this one, by code.
    pub paid_by: BTreeMap<String, (i64, usize)>,
    pub reversals: (i64, usize),
    pub repeats: (i64, usize),
}

/// Months of a financial year.
pub(super) const MONTHS: u8 = 12;

impl Facts {
    pub fn without_line(&self) -> Vec<u8> {
        (1..=MONTHS).filter(|m| !self.months.contains(m)).collect()
    }

    /// Every month has a file and a line.
    pub fn is_whole_year(&self) -> bool {
        self.months_of_files == Some(i64::from(MONTHS)) && self.without_line().is_empty()
    }

    /// One sentence per cause, in a fixed order; None where there is nothing to ask.
    pub fn question(&self, year: Period) -> Option<String> {
        let mut ask = Vec::new();
        if let Some(held) = self.months_of_files.filter(|held| *held < i64::from(MONTHS)) {
            ask.push(format!("Files of {held} months of {MONTHS} are held: where are the others?"));
        }
        let missing = self.without_line();
        if !missing.is_empty() {
            let names = missing.iter().map(|m| month_name(year, *m)).collect::<Vec<_>>().join(", ");
            ask.push(format!("No line in {names}: was none above the threshold, or is it missing?"));
        }
        for (name, (pence, lines)) in &self.paid_to {
            let (money, lines) = (pounds(*pence), counted(*lines));
            ask.push(format!(
                "{money} in {lines} went to {name}: for what, and does it report the same money?"
            ));
        }
        if !self.paid_by.is_empty() {
            let (pence, lines) = total(self.paid_by.values());
            let payers = self.paid_by.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let (money, lines) = (pounds(pence), counted(lines));
            ask.push(format!(
                "Other CCGs ({payers}) say that they paid you {money} in {lines}: \
                 what of your own figure was bought for them?"
            ));
        }
        if self.reversals.1 > 0 {
            let (money, lines) = (pounds(self.reversals.0), counted(self.reversals.1));
            ask.push(format!("{money} in {lines} is reversed: are the reversed lines in these files?"));
        }
        if self.repeats.1 > 0 {
            let (money, lines) = (pounds(self.repeats.0), counted(self.repeats.1));
            ask.push(format!("{money} in {lines} repeats an earlier line: paid twice?"));
        }
        (!ask.is_empty()).then(|| ask.join(" "))
    }
}

fn total<'a>(sums: impl Iterator<Item = &'a (i64, usize)>) -> (i64, usize) {
    sums.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
}

fn counted(lines: usize) -> String {
    if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") }
}

fn month_name(year: Period, month: u8) -> String {
    year.start().saturating_add((i32::from(month) - 1).months()).strftime("%B").to_string()
}
