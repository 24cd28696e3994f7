//! What a CCG's figure lacks: lines of its files that were set aside at intake, and returns that were refused.
//!
//! A figure that was cut by this project's own quarantine is a lower bound: nobody is asked why it is low, and it is
//! held against nothing but what is too high. What is asked for are the lines.

use super::column::{SpendError, Table};
use super::facts::Sum;
use super::line::Origin;
use super::question::counted;
use super::returns::in_pence;
use crate::define::framework::SpendRules;
use crate::diag::{Scope, codes};
use crate::model::pounds;
use std::collections::{BTreeMap, BTreeSet};

/// The lines of one CCG and source that were set aside.
#[derive(Clone, Debug, Default)]
pub(super) struct Aside {
    origin: Origin,
    pub name: Option<String>,
    pub lines: usize,
    /// Of those whose amount and unit can be read.
    pub readable: Sum,
    codes: BTreeSet<String>,
    pub file: Option<String>,
    /// Lines of the file that are to blame, in order.
    pub rows: BTreeSet<i64>,
}

/// All that was set aside of one source.
#[derive(Debug, Default)]
pub(super) struct SetAside {
    pub by_ccg: BTreeMap<String, Aside>,
    /// Bills that lines of it are a share of.
    pub bills: BTreeSet<String>,
    /// Of some line nothing can be read: it may be a share of any bill.
    pub any_bill: bool,
}

/// Both sources of a year.
#[derive(Debug, Default)]
pub(super) struct AsideBySource {
    pub published: SetAside,
    pub returns: SetAside,
}

/// Reads the records that an intake kept of a source; lines of another expense area are no part of a figure.
pub(super) fn read(table: &Table<'_>, origin: Origin, rules: &SpendRules) -> Result<SetAside, SpendError> {
    let (ccgs, names) = (table.texts("ccg_code")?, table.words("ccg_name")?);
    let (files, rows) = (table.words("_source")?, table.words("_cause")?);
    let (codes, bills) = (table.words("_aside")?, table.words("bill")?);
    let (types, areas) = (table.words("expense_type")?, table.words("expense_area")?);
    let (amounts, units) = match origin {
        Origin::Return => (table.whole("amount_hundredths")?, table.words("unit")?),
        Origin::Published => (table.whole("amount_pence")?, vec![Some("pounds".to_owned()); ccgs.len()]),
    };
    let other_area = |i: usize| {
        let is_area = |cell: &Option<String>| cell.as_ref().is_some_and(|c| rules.areas.contains(c));
        origin == Origin::Published && areas[i].is_some() && !is_area(&areas[i]) && !is_area(&types[i])
    };
    let mut out = SetAside::default();
    for i in (0..ccgs.len()).filter(|i| !other_area(*i)) {
        let Some(ccg) = ccgs[i] else { continue };
        let own = out.by_ccg.entry(ccg.to_owned()).or_default();
        own.origin = origin;
        own.lines += 1;
        own.name = [own.name.take(), names[i].clone()].into_iter().flatten().min();
        own.codes.extend(codes[i].iter().flat_map(|c| c.split(' ')).map(str::to_owned));
        own.file = own.file.take().or_else(|| files[i].clone());
        own.rows.extend(rows[i].as_deref().and_then(|r| r.parse::<i64>().ok()));
        if let Some(pence) = amounts[i].and_then(|amount| in_pence(amount, units[i].as_deref())) {
            own.readable = (own.readable.0 + pence, own.readable.1 + 1);
        }
        out.any_bill |= amounts[i].is_none() && units[i].is_none();
        out.bills.extend(bills[i].clone());
    }
    Ok(out)
}

impl Aside {
    /// The codes by which the return was refused as a whole; `None` where its lines were set aside one by one.
    pub fn refused(&self) -> Option<String> {
        let whole = |c: &&String| codes::find(c).is_some_and(|code| code.scope == Scope::Submission);
        let refused: Vec<&str> = self.codes.iter().filter(whole).map(String::as_str).collect();
        (!refused.is_empty()).then(|| refused.join(" "))
    }

    /// Their money as far as it can be read.
    fn money(&self) -> String {
        match self.readable {
            (_, 0) => "no amount readable".to_owned(),
            (pence, _) => format!("{} where readable", pounds(pence)),
        }
    }

    /// The line, where it is one.
    pub fn only_row(&self) -> Option<i64> {
        only(&self.rows)
    }

    /// Where to look.
    pub fn place(&self) -> String {
        const NAMED: usize = 5;
        let file = self.file.as_deref().unwrap_or("the file");
        let rows: Vec<String> = self.rows.iter().take(NAMED).map(i64::to_string).collect();
        match (rows.len(), self.rows.len() > NAMED) {
            (0, _) => file.to_owned(),
            (1, _) => format!("{file}, line {}", rows[0]),
            (_, more) => format!("{file}, lines {}{}", rows.join(", "), if more { " …" } else { "" }),
        }
    }

    /// Why a figure without these lines cannot be compared.
    pub fn reason(&self) -> String {
        let (lines, were) = (counted(self.lines), was(self.lines));
        let of = match self.origin {
            Origin::Return => "of the return",
            Origin::Published => "of its published spend",
        };
        match self.refused() {
            Some(codes) => format!("{lines} {of} {were} refused with the file ({codes} in {})", self.place()),
            None => format!("{lines} {of} {were} set aside ({}): see quarantine", self.money()),
        }
    }

    /// Why a return speaks for nothing.
    pub fn reason_unused(&self) -> String {
        match self.refused() {
            Some(codes) => format!("its return was refused ({codes} in {})", self.place()),
            None if self.lines == 1 => {
                format!("the one line of its return was set aside ({}): see quarantine", self.money())
            }
            None => format!(
                "all {} of its return were set aside ({}): see quarantine",
                counted(self.lines),
                self.money()
            ),
        }
    }

    /// What to ask the CCG for.
    pub fn question(&self) -> String {
        match self.refused() {
            Some(codes) => {
                let remedy: BTreeSet<&str> =
                    codes.split(' ').filter_map(codes::find).map(|code| code.remedy).collect();
                let remedy: Vec<&str> = remedy.into_iter().collect();
                format!(
                    "{} refused ({codes}, {}). Can you send it again? {}",
                    match self.origin {
                        Origin::Return => "Your return was",
                        Origin::Published => "The file of your published lines was",
                    },
                    self.place(),
                    remedy.join(" ")
                )
            }
            None => {
                let (lines, were) = (counted(self.lines), was(self.lines));
                let stand = if self.lines == 1 { "stands" } else { "stand" };
                let codes: Vec<&str> = self.codes.iter().map(String::as_str).collect();
                format!(
                    "{lines} of yours {were} set aside and {stand} in no figure ({}; {}; {}): can you correct and send \
                     {} again?",
                    self.money(),
                    codes.join(", "),
                    self.place(),
                    if self.lines == 1 { "it" } else { "them" }
                )
            }
        }
    }
}

/// The line to blame, where it is one.
pub(super) fn only(rows: &BTreeSet<i64>) -> Option<i64> {
    rows.first().copied().filter(|_| rows.len() == 1)
}

fn was(lines: usize) -> &'static str {
    if lines == 1 { "was" } else { "were" }
}
