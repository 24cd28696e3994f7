//! Agreements between CCGs and practices: who counts as in time, what is at risk, who is chased for what, and that
//! nobody is called `neither` because nobody told.

use crate::line::{Csv, answer, dpcmi, folder, run};
use dpcmi::agreements::{AgreementQuarter, AgreementTables, agreements};
use dpcmi::define::framework::{AgreementsSection, AtRisk};
use dpcmi::model::{Grain, Period, Provenance};
use dpcmi::pipeline::Definitions;
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn shipped() -> AgreementsSection {
    Definitions::load(None, "dpcma-2018").unwrap().framework.agreements.unwrap()
}

fn days(cells: &[Option<Date>]) -> Column {
    let number = |d: &Date| (*d - date(1970, 1, 1)).get_days();
    let of = cells.iter().map(|d| d.as_ref().map(number));
    Int32Chunked::from_iter_options("".into(), of).into_date().into_series().into_column()
}

/// State and its day, deadline of the list, of practices A1, A2 ...; a state of `None` is a row without one.
type Listed = (Option<&'static str>, Option<Date>, Option<Date>);

/// The practices of a quarter, each of 1,000 patients in 00A, and a list of the first so many of them.
fn world(end: Date, practices: usize, list: &[Listed]) -> (DataFrame, DataFrame) {
    let codes: Vec<String> = (1..=practices).map(|i| format!("A{i}")).collect();
    let n = codes.len();
    let mut period = days(&vec![Some(end); n]);
    period.rename("period".into());
    let practices = DataFrame::new_infer_height(vec![
        period,
        Column::new("practice_code".into(), &codes),
        Column::new("practice_name".into(), &codes),
        Column::new("ccg_code".into(), vec!["00A"; n]),
        Column::new("expected".into(), vec![true; n]),
        Column::new("list_size".into(), vec![1_000_i64; n]),
    ])
    .unwrap();
    let named = |name: &str, cells: Vec<Option<Date>>| {
        let mut column = days(&cells);
        column.rename(name.into());
        column
    };
    let list = DataFrame::new_infer_height(vec![
        Column::new("practice_code".into(), &codes[..list.len()]),
        Column::new("ccg_code".into(), vec!["00A"; list.len()]),
        Column::new("state".into(), list.iter().map(|l| l.0).collect::<Vec<_>>()),
        named("state_on", list.iter().map(|l| l.1).collect()),
        named("deadline", list.iter().map(|l| l.2).collect()),
        named("review_due", vec![None; list.len()]),
    ])
    .unwrap();
    (practices, list)
}

fn on(rules: &AgreementsSection, end: Date, practices: usize, list: &[Listed]) -> AgreementTables {
    let (practices, list) = world(end, practices, list);
    let quarter = AgreementQuarter {
        period: Period::containing(Grain::Quarter, end),
        practices: &practices,
        list: &list,
        lead: None,
        provenance: Provenance::Returned,
    };
    agreements(rules, &[quarter]).unwrap().unwrap()
}

fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    let cells = frame.column(column).unwrap().str().unwrap();
    cells.iter().map(|c| c.unwrap_or("-").to_owned()).collect()
}

fn wholes(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    frame.column(column).unwrap().i64().unwrap().iter().collect()
}

const AUTUMN: Date = date(2015, 12, 31);

#[test]
fn an_escalation_before_the_deadline_is_out_of_risk_and_one_after_it_is_not() {
    let winter = date(2016, 3, 31);
    let before = (Some("escalated"), Some(date(2015, 12, 31)), None);
    let after = (Some("escalated"), Some(date(2016, 1, 1)), None);
    let t = on(&shipped(), winter, 2, &[before, after]);
    assert_eq!(texts(&t.agreements, "dated"), ["on_time", "late"]);
    assert_eq!(wholes(&t.agreements, "at_risk_pence"), [Some(0), Some(161_000)]);
    assert_eq!(texts(&t.chase_list, "practice_code"), ["A2"]);
    assert_eq!(texts(&t.chase_list, "action"), ["sign"]);
}

#[test]
fn the_extension_of_a_ccg_wins_over_the_deadline_of_the_edition() {
    let extended = Some(date(2016, 1, 31));
    let late = (Some("signed"), Some(date(2016, 1, 20)), None);
    let in_time = (Some("signed"), Some(date(2016, 1, 20)), extended);
    let t = on(&shipped(), date(2016, 3, 31), 2, &[late, in_time]);
    assert_eq!(wholes(&t.agreements, "at_risk"), [Some(1), Some(0)]);
    assert_eq!(t.chase_list.height(), 0, "both have signed");
}

#[test]
fn what_nobody_has_told_is_unknown_and_is_chased_for_an_answer() {
    // A1 is on the list without a state, A2 is not on it.
    let t = on(&shipped(), AUTUMN, 2, &[(None, None, None)]);
    assert_eq!(texts(&t.agreements, "state"), ["not_returned", "not_returned"]);
    assert_eq!(wholes(&t.agreements, "at_risk_pence"), [None, None]);
    assert_eq!(texts(&t.chase_list, "action"), ["find_out", "find_out"]);
    let england =
        t.agreement_summary.filter(&texts_are(&t.agreement_summary, "unit_type", "england")).unwrap();
    assert_eq!((wholes(&england, "neither"), wholes(&england, "unknown")), (vec![Some(0)], vec![Some(2)]));
    assert_eq!(wholes(&england, "patients_unknown"), [Some(2_000)]);
    let ceiling: Vec<_> = england.column("person_days_high").unwrap().f64().unwrap().iter().collect();
    assert_eq!(ceiling, [Some(2.0)], "each may still be a day of work");
    assert!(t.diagnostics.iter().any(|d| d.code.name == "AGREEMENT_NO_LIST"));
}

fn texts_are(frame: &DataFrame, column: &str, word: &str) -> BooleanChunked {
    texts(frame, column).iter().map(|t| Some(t == word)).collect()
}

#[test]
fn a_signature_without_a_day_or_from_the_future_counts_for_nothing_yet() {
    let undated = (Some("signed"), None, None);
    let ahead = (Some("signed"), Some(date(2016, 2, 1)), Some(date(2016, 6, 30)));
    let t = on(&shipped(), AUTUMN, 2, &[undated, ahead]);
    assert_eq!(texts(&t.agreements, "dated"), ["undated", "ahead"]);
    assert_eq!(wholes(&t.agreements, "at_risk"), [Some(1), Some(1)]);
    assert_eq!(texts(&t.chase_list, "action"), ["date", "date"]);
    let told: BTreeSet<&str> = t.diagnostics.iter().map(|d| d.code.name).collect();
    assert_eq!(told, BTreeSet::from(["AGREEMENT_AHEAD", "AGREEMENT_UNDATED"]));
}

#[test]
fn days_left_are_counted_from_the_stated_day_and_never_from_today() {
    let list = [(Some("neither"), None, None)];
    let at_quarter_end = on(&shipped(), date(2015, 9, 30), 1, &list);
    assert_eq!(wholes(&at_quarter_end.chase_list, "days_left"), [Some(92)]);
    let mut rules = shipped();
    rules.day = Some("2015-12-01".to_owned());
    let stated = on(&rules, date(2015, 9, 30), 1, &list);
    assert_eq!(wholes(&stated.chase_list, "days_left"), [Some(30)]);
}

#[test]
fn version_two_has_no_deadline_and_no_figure_at_risk_but_says_why() {
    let t = on(&shipped(), date(2019, 6, 30), 1, &[(Some("neither"), None, None)]);
    assert_eq!(texts(&t.agreements, "edition"), ["v2"]);
    assert_eq!(
        (wholes(&t.agreements, "days_left"), wholes(&t.agreements, "at_risk")),
        (vec![None], vec![Some(1)])
    );
    assert_eq!(wholes(&t.agreements, "at_risk_pence"), [None]);
    assert!(texts(&t.agreements, "at_risk_basis")[0].starts_with("no figure: "));
}

#[test]
fn a_review_falls_due_a_year_after_the_signature_and_every_year_after() {
    let t = on(&shipped(), date(2018, 6, 30), 1, &[(Some("signed"), Some(date(2015, 10, 11)), None)]);
    let due = t.review_calendar.column("month").unwrap().cast(&DataType::String).unwrap();
    assert_eq!(due.str().unwrap().get(0), Some("2018-10-31"));
    assert_eq!(wholes(&t.review_calendar, "overdue"), [Some(0)], "nobody returns which reviews were held");
}

#[test]
fn editions_out_of_order_and_days_that_are_none_are_refused() {
    let text = include_str!("../../pipelines/dpcma-2018.toml");
    let wrong = text.replace("from = \"2019-04-01\"\nreview", "from = \"2014-04-31\"\nreview");
    assert_ne!(wrong, text);
    let source = dpcmi::define::Source { name: "wrong.toml".to_owned(), text: wrong };
    let faults = dpcmi::define::framework::load(&source).unwrap_err();
    assert!(faults.iter().any(|d| d.message.contains("2014-04-31")), "{faults:#?}");
    assert!(matches!(shipped().edition[0].at_risk, AtRisk::PerPatient { pence: 161, .. }));
}

#[test]
fn every_planted_late_or_undated_agreement_is_found_and_the_sums_add_up() {
    let root = folder("agreements");
    let (inputs, store, release) = (root.join("inputs"), root.join("store"), root.join("release"));
    let synth = ["synth", "--era", "dpcma", "--practices", "300", "--quarters", "2", "--seed", "5"];
    answer(dpcmi(&synth).arg("--out").arg(&inputs));
    run("dpcma-2018", &inputs, &store, &release, &[]);
    let table = Csv::open(&release.join("tables/agreements.csv"));
    let truth = Csv::open(&inputs.join("truth/warts.csv"));
    let newest = table.rows().map(|r| r.text("period").to_owned()).max().unwrap();
    let word = |kind: &str| match kind {
        "agreement_late" | "late" => Some("late"),
        "agreement_undated" | "undated" => Some("undated"),
        _ => None,
    };
    let of_newest = truth.rows().filter(|r| r.text("period") == newest);
    let planted: BTreeMap<&str, &str> =
        of_newest.filter_map(|r| Some((r.text("key"), word(r.text("kind"))?))).collect();
    let found: BTreeMap<&str, &str> =
        table.rows().filter_map(|r| Some((r.text("practice_code"), word(r.text("dated"))?))).collect();
    assert!(planted.len() > 10, "{planted:?}");
    assert_eq!(found, planted);

    let summary = Csv::open(&release.join("tables/agreement_summary.csv"));
    let sum = |column: &str, of: &str| -> i64 {
        let own = summary.rows().filter(|r| r.text("unit_type") == of && r.text("period") == newest);
        own.filter_map(|r| r.int(column)).sum()
    };
    for column in ["practices", "signed", "escalated", "neither", "unknown", "at_risk_pence"] {
        assert_eq!(sum(column, "ccg"), sum(column, "england"), "{column}");
    }
    let states = ["signed", "escalated", "neither", "unknown"].map(|c| sum(c, "england"));
    assert_eq!(states.iter().sum::<i64>(), sum("practices", "england"));
    let pence: i64 = table.rows().filter_map(|r| r.int("at_risk_pence")).sum();
    assert_eq!(pence, sum("at_risk_pence", "england"));

    // the page of a CCG names every practice that it is to chase, and the front page the sum at risk
    let chased = Csv::open(&release.join("tables/chase_list.csv"));
    for r in chased.rows().filter(|r| r.get("ccg_code").is_some()) {
        let page = release.join(format!("site/ccg/{}.html", r.text("ccg_code")));
        let page = std::fs::read_to_string(page).unwrap();
        let list = page.split("id=\"chase-list\"").nth(1).and_then(|p| p.split("</table>").next()).unwrap();
        assert!(list.contains(r.text("practice_code")), "{}", r.text("practice_code"));
    }
    let front = std::fs::read_to_string(release.join("index.html")).unwrap();
    assert!(front.contains("Known to be at risk: £") && front.contains("make no trend"));
}
