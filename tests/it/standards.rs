//! Requirements by CCG and the security toolkit by year: silence is not called unmet, and no two years of the toolkit
//! are one series.

use dpcmi::define::framework::{Framework, ToolkitRegister};
use dpcmi::model::{Grain, Period, Provenance};
use dpcmi::pipeline::Definitions;
use dpcmi::standards::{Register, Requirement, requirements, security_toolkit};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn framework() -> Framework {
    Definitions::load(None, "dpcma-2018").unwrap().framework
}

fn periods(day: Date, rows: usize) -> Column {
    let days = (day - date(1970, 1, 1)).get_days();
    Int32Chunked::from_vec("period".into(), vec![days; rows]).into_date().into_series().into_column()
}

/// Practices of a quarter with their CCGs, all expected.
fn practices(day: Date, of: &[(&str, &str)]) -> DataFrame {
    let (code, ccg): (Vec<&str>, Vec<&str>) = of.iter().copied().unzip();
    DataFrame::new_infer_height(vec![
        periods(day, of.len()),
        Column::new("practice_code".into(), code),
        Column::new("ccg_code".into(), ccg),
        Column::new("expected".into(), vec![true; of.len()]),
    ])
    .unwrap()
}

/// Rows of `indicator_values` of CCGs: indicator, CCG, answers with full points and answers, or why there is none.
fn values(day: Date, of: &[(&str, &str, Option<(i64, i64)>, Option<&str>)]) -> DataFrame {
    let n = of.len();
    DataFrame::new_infer_height(vec![
        periods(day, n),
        Column::new("unit_type".into(), vec!["ccg"; n]),
        Column::new("indicator_id".into(), of.iter().map(|r| r.0).collect::<Vec<_>>()),
        Column::new("unit_code".into(), of.iter().map(|r| r.1).collect::<Vec<_>>()),
        Column::new("numerator".into(), of.iter().map(|r| r.2.map(|p| p.0)).collect::<Vec<_>>()),
        Column::new("denominator".into(), of.iter().map(|r| r.2.map(|p| p.1)).collect::<Vec<_>>()),
        Column::new("absence".into(), of.iter().map(|r| r.3).collect::<Vec<_>>()),
        Column::new("provenance".into(), vec!["returned"; n]),
    ])
    .unwrap()
}

fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    let cells = frame.column(column).unwrap().str().unwrap();
    cells.iter().map(|c| c.unwrap_or("-").to_owned()).collect()
}

#[test]
fn the_requirements_are_what_ccgs_practices_and_the_register_answer_in_words() {
    let framework = framework();
    let rules = framework.standards.clone().unwrap();
    let wanted = Requirement::of(&framework, &rules);
    let ids: BTreeSet<&str> = wanted.iter().map(|r| r.indicator.id.as_str()).collect();
    assert!(ids.contains("IND2.0") && ids.contains("IND21.1") && ids.contains("IND8.1"), "{ids:?}");
    assert!(!ids.contains("appointments-used"), "what a system counts is use");
    let known: BTreeSet<&str> =
        framework.indicators.iter().map(|x| x.id.as_str()).filter(|id| id.starts_with("IND")).collect();
    assert!(known.is_subset(&ids) && known.len() == 21, "{:?}", known.difference(&ids));
}

#[test]
fn a_requirement_of_practices_is_met_only_where_every_one_has_answered_and_meets_it() {
    let framework = framework();
    let rules = framework.standards.clone().unwrap();
    let wanted = Requirement::of(&framework, &rules);
    let day = date(2018, 6, 30);
    let of = [("A1", "00A"), ("A2", "00A"), ("B1", "00B"), ("B2", "00B"), ("C1", "00C"), ("D1", "00D")];
    let answers = values(
        day,
        &[
            ("IND21.1", "00A", Some((2, 2)), None),
            ("IND21.1", "00B", Some((1, 1)), None), // the other one has not answered
            ("IND21.1", "00C", Some((0, 1)), None),
            ("IND21.1", "00D", None, Some("not_returned")),
            ("IND2.0", "00A", Some((1, 1)), None),
            ("IND2.0", "00B", Some((0, 1)), None),
            ("IND2.0", "00C", None, Some("withheld")),
        ],
    );
    let (standards, summary) = requirements(&wanted, &practices(day, &of), &answers).unwrap();
    let rows = texts(&standards, "requirement").into_iter().zip(texts(&standards, "ccg_code"));
    let states: BTreeMap<_, _> = rows.zip(texts(&standards, "state")).collect();
    let state = |id: &str, ccg: &str| states[&(id.to_owned(), ccg.to_owned())].clone();
    assert_eq!(
        ["00A", "00B", "00C", "00D"].map(|c| state("IND21.1", c)),
        ["met", "partly_met", "not_met", "not_returned"]
    );
    assert_eq!(["00A", "00B", "00C"].map(|c| state("IND2.0", c)), ["met", "not_met", "withheld"]);
    let at = texts(&summary, "requirement").iter().position(|r| r == "IND21.1").unwrap();
    let count = |c: &str| summary.column(c).unwrap().i64().unwrap().get(at).unwrap();
    assert_eq!(["ccgs_met", "ccgs_partly_met", "ccgs_not_met", "ccgs_unknown"].map(count), [1; 4]);
}

fn register(day: Date, of: &[(&str, &str)]) -> (Period, DataFrame, DataFrame) {
    let (code, status): (Vec<&str>, Vec<&str>) = of.iter().copied().unzip();
    let frame = DataFrame::new_infer_height(vec![
        Column::new("practice_code".into(), code),
        Column::new("status".into(), status),
    ]);
    let all = practices(day, &[("A1", "00A"), ("A2", "00A")]);
    (Period::containing(Grain::Quarter, day), all, frame.unwrap())
}

#[test]
fn each_year_of_the_toolkit_stands_by_its_own_standard_and_who_is_not_in_it_has_not_published() {
    let rules: ToolkitRegister = framework().standards.unwrap().toolkit.unwrap();
    let of = [
        register(date(2018, 3, 31), &[("A1", "Standards Met"), ("A2", "Standards Met")]),
        register(date(2018, 12, 31), &[("A1", "Standards Not Met")]),
        register(date(2019, 3, 31), &[("A1", "Standards Met")]),
    ];
    let registers: Vec<Register<'_>> = of
        .iter()
        .map(|(period, practices, frame)| Register {
            period: *period,
            practices,
            frame,
            provenance: Provenance::Returned,
        })
        .collect();
    let t = security_toolkit(&rules, &registers).unwrap();
    let rows = texts(&t, "unit_code").into_iter().zip(texts(&t, "standard")).zip(texts(&t, "status"));
    let england: Vec<(String, String)> = rows
        .filter(|((unit, _), _)| unit == "england")
        .map(|((_, standard), status)| (standard, status))
        .collect();
    let row = |standard: &str, status: &str| (standard.to_owned(), status.to_owned());
    // of a year the last register; no standard of one year appears in another
    assert_eq!(
        england,
        [
            row("IG Toolkit 2017/18", "Standards Met"),
            row("Data Security and Protection Toolkit 2018/19", "Not Published"),
            row("Data Security and Protection Toolkit 2018/19", "Standards Met"),
        ]
    );
    assert!(t.column("change").is_err(), "nothing subtracts one year from another");
}
