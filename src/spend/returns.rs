//! The lines of CCGs' own returns, in whole pence by the unit that each states.

use super::column::{SpendError, Table};
use super::line::{Line, Origin, Payee};
use super::payees::Payees;
use super::stated::Stated;
use crate::define::framework::SpendRules;
use crate::model::Period;
use jiff::civil::Date;

/// The returns of one financial year.
#[derive(Clone, Copy, Debug)]
pub struct SpendReturns<'a> {
    pub dataset: &'a str,
    /// `ccg_code ccg_name description category supplier amount_hundredths unit covers_from covers_to paid_to_ccg
    /// on_behalf_of bill share denominator population`.
    pub frame: &'a polars::prelude::DataFrame,
    /// Lines that were set aside or refused, with what could be read of them and the codes (`_aside`).
    pub aside: Option<&'a polars::prelude::DataFrame>,
}

/// Reads the lines; one without a CCG or an amount cannot come out of the contract.
pub(super) fn read(
    table: &Table<'_>,
    rules: &SpendRules,
    ccgs: Option<&Table<'_>>,
    year: Period,
) -> Result<Vec<Line>, SpendError> {
    let (codes, names) = (table.texts("ccg_code")?, table.words("ccg_name")?);
    let (descriptions, stated) = (table.words("description")?, table.words("category")?);
    let (suppliers, bills) = (table.words("supplier")?, table.words("bill")?);
    let (amounts, units) = (table.whole("amount_hundredths")?, table.texts("unit")?);
    let (from, to) = (table.days("covers_from")?, table.days("covers_to")?);
    let [unread_from, unread_to] = [table.words("covers_from_status")?, table.words("covers_to_status")?];
    let (denominators, populations) = (table.words("denominator")?, table.words("population")?);
    let (paid_to, others) = (table.words("paid_to_ccg")?, table.words("on_behalf_of")?);
    let (shares, numbers) = (table.decimals("share")?, table.words("line")?);
    let (files, rows) = (table.words("_source")?, table.words("_line")?);
    let seen: Vec<(&str, &str)> =
        codes.iter().zip(&names).filter_map(|(c, n)| Some(((*c)?, n.as_deref()?))).collect();
    let payees = Payees::new(rules, &seen, ccgs)?;
    let mut lines = Vec::new();
    for i in 0..codes.len() {
        let (Some(ccg), Some(amount)) = (codes[i], amounts[i]) else { continue };
        let pence = in_pence(amount, units[i]);
        // a day that could not be read is not the same as none, which means the year
        let unread = [&unread_from[i], &unread_to[i]].into_iter().any(|s| s.as_deref() == Some("invalid"));
        let (covers, covers_unclear) = if unread { (None, true) } else { covered(from[i], to[i], year) };
        let people = populations[i].as_deref().and_then(|p| p.parse().ok());
        let named = suppliers[i].as_deref().and_then(|s| payees.payee(s));
        let coded = paid_to[i].clone().map(|code| Payee { name: code.clone(), code: Some(code) });
        lines.push(Line {
            origin: Origin::Return,
            ccg: ccg.to_owned(),
            ccg_name: names[i].clone(),
            description: descriptions[i].clone(),
            stated: stated[i].clone(),
            supplier: suppliers[i].clone(),
            transaction: numbers[i].clone(),
            pence: pence.unwrap_or(0),
            odd_unit: pence.is_none(),
            in_scope: true,
            covers,
            covers_unclear,
            recharge: coded.or(named).filter(|p| p.code.as_deref() != Some(ccg)),
            for_other: others[i].clone().filter(|o| o != ccg),
            bill: bills[i].clone(),
            share: shares[i],
            population: people
                .map(|people| Stated { of: denominators[i].clone().filter(|d| d != "none"), people }),
            file: files[i].clone(),
            row: rows[i].as_deref().and_then(|r| r.parse().ok()),
            ..Line::default()
        });
    }
    Ok(lines)
}

/// Hundredths of a stated unit as whole pence; `None` where there is no such number, or no such unit.
pub(super) fn in_pence(hundredths: i64, unit: Option<&str>) -> Option<i64> {
    match unit? {
        "pounds" => Some(hundredths),
        "thousands" => hundredths.checked_mul(1_000),
        "pence" => (hundredths % 100 == 0).then_some(hundredths / 100),
        _ => None,
    }
}

/// The days that a line covers, the year where it says none; and whether they make no sense.
fn covered(from: Option<Date>, to: Option<Date>, year: Period) -> (Option<(Date, Date)>, bool) {
    let (from, to) = (from.unwrap_or(year.start()), to.unwrap_or(year.end()));
    if from <= to && year.contains(from) && year.contains(to) {
        (Some((from, to)), false)
    } else {
        (None, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Grain;
    use jiff::civil::date;

    #[test]
    fn an_amount_counts_in_the_unit_that_it_states_and_in_no_other() {
        assert_eq!(in_pence(123_456, Some("pounds")), Some(123_456));
        assert_eq!(in_pence(123_456, Some("thousands")), Some(123_456_000));
        assert_eq!(in_pence(123_400, Some("pence")), Some(1_234));
        assert_eq!(in_pence(123_456, Some("pence")), None, "parts of a penny");
        assert_eq!((in_pence(1, None), in_pence(1, Some("dollars"))), (None, None));
        assert_eq!(in_pence(i64::MAX, Some("thousands")), None);
    }

    #[test]
    fn days_outside_the_year_or_the_wrong_way_round_are_unclear() {
        let year = Period::containing(Grain::FinancialYear, date(2018, 6, 1));
        let (a, b) = (date(2018, 4, 1), date(2018, 9, 30));
        assert_eq!(covered(Some(a), Some(b), year), (Some((a, b)), false));
        assert_eq!(covered(None, None, year), (Some((year.start(), year.end())), false));
        assert_eq!(covered(Some(b), Some(a), year), (None, true));
        assert_eq!(covered(Some(date(2017, 4, 1)), None, year), (None, true));
    }
}
