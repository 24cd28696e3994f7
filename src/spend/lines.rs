//! The published lines over £25,000: in scope or not, a recharge, with exchanged columns.

use super::column::{SpendError, Table};
use super::day;
use super::line::{Line, Origin};
use super::payees::Payees;
use crate::define::framework::SpendRules;
use crate::model::Period;

/// Reads the lines; those without a CCG or an amount carry no money and are left out.
pub(super) fn read(
    table: &Table<'_>,
    rules: &SpendRules,
    ccgs: Option<&Table<'_>>,
    year: Period,
) -> Result<Vec<Line>, SpendError> {
    let (codes, names) = (table.texts("ccg_code")?, table.words("ccg_name")?);
    let (months, dates) = (table.words("month_of_file")?, table.words("date_as_published")?);
    let (types, areas) = (table.texts("expense_type")?, table.texts("expense_area")?);
    let (suppliers, transactions) = (table.texts("supplier")?, table.words("transaction_number")?);
    let (amounts, notes) = (table.whole("amount_pence")?, table.words("note")?);
    let (files, rows) = (table.words("_source")?, table.words("_line")?);
    let seen: Vec<(&str, &str)> =
        codes.iter().zip(&names).filter_map(|(c, n)| Some(((*c)?, n.as_deref()?))).collect();
    let payees = Payees::new(rules, &seen, ccgs)?;
    let mut lines = Vec::new();
    for i in 0..codes.len() {
        let (Some(ccg), Some(pence)) = (codes[i], amounts[i]) else { continue };
        let is_area = |cell: Option<&str>| cell.is_some_and(|c| rules.areas.iter().any(|a| a == c));
        let exchanged = is_area(types[i]) && !is_area(areas[i]);
        let (kind, area) = if exchanged { (areas[i], types[i]) } else { (types[i], areas[i]) };
        let noted =
            notes[i].as_deref().is_some_and(|n| rules.swapped_notes.iter().any(|w| n.contains(w.as_str())));
        let month = months[i].as_deref().and_then(|m| m.parse().ok()).filter(|m| (1..=12).contains(m));
        lines.push(Line {
            origin: Origin::Published,
            ccg: ccg.to_owned(),
            ccg_name: names[i].clone(),
            month,
            date: dates[i].clone(),
            day: day::read(dates[i].as_deref(), &rules.line_date_forms, month, year),
            expense_type: kind.map(str::to_owned),
            expense_area: area.map(str::to_owned),
            supplier: suppliers[i].map(str::to_owned),
            transaction: transactions[i].clone(),
            pence,
            in_scope: is_area(area),
            swapped: exchanged || noted,
            recharge: suppliers[i].and_then(|s| payees.payee(s)).filter(|p| p.code.as_deref() != Some(ccg)),
            file: files[i].clone(),
            row: rows[i].as_deref().and_then(|r| r.parse().ok()),
            ..Line::default()
        });
    }
    Ok(lines)
}
