//! Returns of spend made by hand, for the tests of the gate and of the scopes.

use dpcmi::model::{Grain, Period, Provenance};
use dpcmi::pipeline::Definitions;
use dpcmi::spend::{Patients, Residents, Spend, SpendInputs, SpendLines, SpendReturns, spend_per_head};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::BTreeMap;

/// One line of a return, in whole pounds unless said.
#[derive(Clone, Debug)]
pub struct Returned {
    pub ccg: String,
    pub description: String,
    pub category: String,
    pub amount_hundredths: i64,
    pub unit: &'static str,
    pub covers: Option<(Date, Date)>,
    pub paid_to: Option<String>,
    pub on_behalf_of: Option<String>,
    pub bill: Option<(String, f64)>,
}

pub fn returned(ccg: &str, description: &str, category: &str, pounds: i64) -> Returned {
    Returned {
        ccg: ccg.to_owned(),
        description: description.to_owned(),
        category: category.to_owned(),
        amount_hundredths: 100 * pounds,
        unit: "pounds",
        covers: None,
        paid_to: None,
        on_behalf_of: None,
        bill: None,
    }
}

pub fn year(first: i16) -> Period {
    Period::containing(Grain::FinancialYear, date(first, 4, 1))
}

fn days(name: &str, days: Vec<Option<Date>>) -> Column {
    let number = |d: Date| (d - date(1970, 1, 1)).get_days();
    let days: Vec<Option<i32>> = days.into_iter().map(|d| d.map(number)).collect();
    Column::new(name.into(), days).cast(&DataType::Date).expect("days")
}

fn frame(lines: &[Returned]) -> DataFrame {
    let text = |name: &str, of: &dyn Fn(&Returned) -> Option<String>| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<_>>())
    };
    let amounts: Vec<i64> = lines.iter().map(|l| l.amount_hundredths).collect();
    let shares: Vec<Option<f64>> = lines.iter().map(|l| l.bill.as_ref().map(|b| b.1)).collect();
    DataFrame::new(
        lines.len(),
        vec![
            text("ccg_code", &|l| Some(l.ccg.clone())),
            text("ccg_name", &|l| Some(format!("NHS {} CCG", l.ccg))),
            text("description", &|l| Some(l.description.clone())),
            text("category", &|l| Some(l.category.clone())),
            text("supplier", &|_| None),
            Column::new("amount_hundredths".into(), amounts),
            text("unit", &|l| Some(l.unit.to_owned())),
            days("covers_from", lines.iter().map(|l| l.covers.map(|c| c.0)).collect()),
            days("covers_to", lines.iter().map(|l| l.covers.map(|c| c.1)).collect()),
            text("paid_to_ccg", &|l| l.paid_to.clone()),
            text("on_behalf_of", &|l| l.on_behalf_of.clone()),
            text("bill", &|l| l.bill.as_ref().map(|b| b.0.clone())),
            Column::new("share".into(), shares),
        ],
    )
    .expect("columns of one length")
}

/// Lines as an intake leaves them: what was accepted, and what was set aside.
#[derive(Default)]
pub struct Taken {
    pub accepted: DataFrame,
    pub aside: Option<DataFrame>,
}

/// The tables of a year's returns by the shipped definitions; people by CCG, and residents where they are known.
pub fn work_out(
    first: i16,
    lines: &[Returned],
    people: &[(&str, i64)],
    residents: &[(&str, i64)],
    before: &BTreeMap<String, f64>,
) -> Spend {
    let returns = Taken { accepted: frame(lines), aside: None };
    work_out_of(first, &returns, None, people, residents, before)
}

/// The same of returns, and of published lines, that an intake read.
pub fn work_out_of(
    first: i16,
    returns: &Taken,
    published: Option<&Taken>,
    people: &[(&str, i64)],
    residents: &[(&str, i64)],
    before: &BTreeMap<String, f64>,
) -> Spend {
    let shipped = Definitions::load(None, "dpcma-2018").expect("shipped definitions");
    let rules = shipped.framework.spend.as_ref().expect("a spend section").rules.clone();
    let practices: Vec<String> = (0..people.len()).map(|i| format!("A{:05}", 80_000 + i)).collect();
    let patients = df!(
        "practice_code" => practices,
        "ccg_code" => people.iter().map(|p| p.0).collect::<Vec<_>>(),
        "patients" => people.iter().map(|p| p.1).collect::<Vec<_>>(),
    )
    .expect("columns");
    let year = year(first);
    let held = DataFrame::new(
        residents.len(),
        vec![
            Column::new("ccg_code".into(), residents.iter().map(|p| p.0).collect::<Vec<_>>()),
            Column::new("residents".into(), residents.iter().map(|p| p.1).collect::<Vec<_>>()),
            Column::new("resident_source".into(), vec!["mid-year estimate of this test"; residents.len()]),
            days("as_at", vec![Some(year.end()); residents.len()]),
        ],
    )
    .expect("columns");
    let inputs = SpendInputs {
        year,
        lines: published.map(|p| SpendLines {
            dataset: "ccg_spend",
            frame: &p.accepted,
            aside: p.aside.as_ref(),
            months_held: None,
        }),
        returns: Some(SpendReturns {
            dataset: "ccg_gpit_spend_return",
            frame: &returns.accepted,
            aside: returns.aside.as_ref(),
        }),
        patients: Patients { dataset: "list_sizes", date: year.end(), frame: &patients, column: "patients" },
        weighted: None,
        residents: (!residents.is_empty()).then_some(Residents {
            dataset: "ccg_residents",
            date: year.end(),
            frame: &held,
        }),
        ccgs: None,
        before,
        provenance: Provenance::Returned,
    };
    spend_per_head(&rules, &shipped.spend, &inputs).expect("frames as the contract promises")
}

pub fn text_of(frame: &DataFrame, column: &str, row: usize) -> String {
    match frame.column(column).expect("a column").get(row).expect("a row") {
        AnyValue::Null => "-".to_owned(),
        AnyValue::String(text) => text.to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        // Its Display cuts to six decimals.
        AnyValue::Float64(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// A column by `ccg scope`.
pub fn by_key(table: &DataFrame, column: &str) -> BTreeMap<String, String> {
    let key = |row| format!("{} {}", text_of(table, "ccg_code", row), text_of(table, "scope", row));
    (0..table.height()).map(|row| (key(row), text_of(table, column, row))).collect()
}
