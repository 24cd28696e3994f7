//! What each published line is: in scope or not, a recharge, a reversal, a repeat, with exchanged columns.

use super::column::{SpendError, Table};
use crate::define::framework::SpendRules;
use polars::prelude::*;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// One line, read and classified.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub ccg: String,
    pub ccg_name: Option<String>,
    /// Month of the financial year: 1 is April.
    pub month: Option<u8>,
    pub date: Option<String>,
    pub expense_type: Option<String>,
    pub expense_area: Option<String>,
    pub supplier: Option<String>,
    pub transaction: Option<String>,
    pub pence: i64,
    pub in_scope: bool,
    pub swapped: bool,
    pub repeated: bool,
    pub recharge: Option<Payee>,
    pub file: Option<String>,
    pub row: Option<i64>,
}

/// The CCG that a recharge goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Payee {
    /// As the line writes it.
    pub name: String,
    /// Where a CCG of that name is known.
    pub code: Option<String>,
}

impl Line {
    /// The codes of what is odd about it, in order.
    pub fn flags(&self) -> Vec<&'static str> {
        let all = [
            (self.recharge.is_some(), "M001"),
            (self.swapped, "M003"),
            (self.pence < 0, "M004"),
            (!self.in_scope, "M005"),
            (self.repeated, "M006"),
        ];
        all.into_iter().filter(|(is, _)| *is).map(|(_, code)| code).collect()
    }

    /// For a person who looks for it: CCG, file and row.
    pub fn key(&self) -> String {
        let file = self.file.as_deref().unwrap_or("");
        self.row.map_or_else(|| format!("{} {file}", self.ccg), |row| format!("{} {file}:{row}", self.ccg))
    }
}

/// Reads and classifies all lines; those without a CCG or an amount carry no money and are left out. Sorted, so
/// that the order in which they came does not matter.
pub(super) fn read(
    table: &Table<'_>,
    rules: &SpendRules,
    ccgs: Option<&Table<'_>>,
) -> Result<Vec<Line>, SpendError> {
    let (codes, names) = (table.texts("ccg_code")?, table.words("ccg_name")?);
    let (months, dates) = (table.words("month_of_file")?, table.words("date_as_published")?);
    let (types, areas) = (table.texts("expense_type")?, table.texts("expense_area")?);
    let (suppliers, transactions) = (table.texts("supplier")?, table.words("transaction_number")?);
    let (amounts, notes) = (table.whole("amount_pence")?, table.words("note")?);
    let (files, rows) = (table.words("_source")?, table.words("_line")?);
    let payees = Payees::new(rules, &codes, &names, ccgs)?;
    let mut lines = Vec::new();
    for i in 0..codes.len() {
        let (Some(ccg), Some(pence)) = (codes[i], amounts[i]) else { continue };
        let is_area = |cell: Option<&str>| cell.is_some_and(|c| rules.areas.iter().any(|a| a == c));
        let exchanged = is_area(types[i]) && !is_area(areas[i]);
        let (kind, area) = if exchanged { (areas[i], types[i]) } else { (types[i], areas[i]) };
        let noted =
            notes[i].as_deref().is_some_and(|n| rules.swapped_notes.iter().any(|w| n.contains(w.as_str())));
        lines.push(Line {
            ccg: ccg.to_owned(),
            ccg_name: names[i].clone(),
            month: months[i].as_deref().and_then(|m| m.parse().ok()).filter(|m| (1..=12).contains(m)),
            date: dates[i].clone(),
            expense_type: kind.map(str::to_owned),
            expense_area: area.map(str::to_owned),
            supplier: suppliers[i].map(str::to_owned),
            transaction: transactions[i].clone(),
            pence,
            in_scope: is_area(area),
            swapped: exchanged || noted,
            repeated: false,
            recharge: suppliers[i].and_then(|s| payees.payee(s)).filter(|p| p.code.as_deref() != Some(ccg)),
            file: files[i].clone(),
            row: rows[i].as_deref().and_then(|r| r.parse().ok()),
        });
    }
    let order = |l: &Line| (l.ccg.clone(), l.file.clone(), l.row, l.month, l.transaction.clone(), l.pence);
    lines.sort_by_cached_key(order);
    mark_repeats(&mut lines);
    Ok(lines)
}

/// A line is a repeat when an earlier one has the same CCG, transaction, type, supplier and amount, in whatever
/// month; without a transaction number month and date must agree too. Both are kept: either may be genuine.
fn mark_repeats(lines: &mut [Line]) {
    let mut seen = BTreeSet::new();
    for line in lines {
        let when = line.transaction.is_none().then(|| (line.month, line.date.clone()));
        let what = (line.expense_type.clone(), line.supplier.clone(), line.pence);
        line.repeated = !seen.insert((line.ccg.clone(), line.transaction.clone(), what, when));
    }
}

/// Suppliers that are CCGs.
struct Payees<'a> {
    patterns: Vec<Regex>,
    rules: &'a SpendRules,
    codes: BTreeMap<String, String>,
}

impl<'a> Payees<'a> {
    /// Names come from the ODS, and before it from the lines themselves, whose year's CCGs they are.
    fn new(
        rules: &'a SpendRules,
        codes: &[Option<&str>],
        names: &[Option<String>],
        ccgs: Option<&Table<'_>>,
    ) -> Result<Payees<'a>, SpendError> {
        let compile = |pattern: &String| {
            let bad = |why: String| SpendError::Pattern { pattern: pattern.clone(), why };
            let regex = Regex::new(pattern).map_err(|e| bad(e.to_string()))?;
            let named = regex.capture_names().flatten().any(|n| n == "name");
            if named { Ok(regex) } else { Err(bad("there is no such group".to_owned())) }
        };
        let patterns = rules.recharge_suppliers.iter().map(compile).collect::<Result<_, _>>()?;
        let mut payees = Payees { patterns, rules, codes: BTreeMap::new() };
        let mut known: BTreeSet<(String, &str)> = BTreeSet::new();
        for (code, name) in codes.iter().zip(names) {
            if let (Some(code), Some(name)) = (code, name) {
                known.insert((payees.plain(name), code));
            }
        }
        payees.add(known);
        if let Some(ccgs) = ccgs {
            let (codes, names) = (ccgs.texts("code")?, ccgs.texts("name")?);
            let pairs =
                codes.iter().zip(names).filter_map(|(c, n)| Some((payees.plain(n?), (*c)?))).collect();
            payees.add(pairs);
        }
        Ok(payees)
    }

    fn add(&mut self, known: BTreeSet<(String, &str)>) {
        for (name, code) in known {
            self.codes.entry(name).or_insert_with(|| code.to_owned());
        }
    }

    /// `NHS BRENT CCG` and `Brent` are the same name.
    fn plain(&self, name: &str) -> String {
        let upper = name.to_uppercase();
        let upper = upper.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut = upper.strip_prefix(self.rules.ccg_name_prefix.as_str()).unwrap_or(&upper);
        cut.strip_suffix(self.rules.ccg_name_suffix.as_str()).unwrap_or(cut).to_owned()
    }

    fn payee(&self, supplier: &str) -> Option<Payee> {
        let name = self.patterns.iter().find_map(|p| p.captures(supplier)?.name("name"))?;
        let code = self.codes.get(&self.plain(name.as_str())).cloned();
        Some(Payee { name: supplier.to_owned(), code })
    }
}

/// The lines as a frame: what was read, what it was taken for, and the codes of what is odd.
pub(super) fn layout(lines: &[Line]) -> PolarsResult<DataFrame> {
    let text = |name: &str, of: &dyn Fn(&Line) -> Option<String>| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<Option<String>>>())
    };
    let whole = |name: &str, of: &dyn Fn(&Line) -> Option<i64>| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<Option<i64>>>())
    };
    let payee = |l: &Line| l.recharge.as_ref().map(|p| p.code.clone().unwrap_or_else(|| p.name.clone()));
    DataFrame::new(
        lines.len(),
        vec![
            text("ccg_code", &|l| Some(l.ccg.clone())),
            whole("month", &|l| l.month.map(i64::from)),
            text("date_as_published", &|l| l.date.clone()),
            text("expense_type", &|l| l.expense_type.clone()),
            text("expense_area", &|l| l.expense_area.clone()),
            text("supplier", &|l| l.supplier.clone()),
            text("transaction_number", &|l| l.transaction.clone()),
            whole("amount_pence", &|l| Some(l.pence)),
            Column::new("in_scope".into(), lines.iter().map(|l| l.in_scope).collect::<Vec<bool>>()),
            text("recharge_to", &payee),
            text("flags", &|l| Some(l.flags().join(" ")).filter(|f| !f.is_empty())),
            text("file", &|l| l.file.clone()),
            whole("line", &|l| l.row),
        ],
    )
}
