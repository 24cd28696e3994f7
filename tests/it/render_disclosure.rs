//! A threshold in the policy really withholds: in tables, charts and pages, and so that nothing can be worked out.

use super::render_fake::{SMALL, release};
use super::render_tables::rows;
use dpcmi::define::ReportSources;
use dpcmi::disclose::Policy;
use dpcmi::model::Provenance;
use dpcmi::render::{self, Pictures};
use dpcmi::report::{self, Plot, Views};
use polars::prelude::*;
use std::collections::BTreeMap;

fn threshold(n: i64) -> Policy {
    let mut policy = Policy::shipped().unwrap();
    policy.small_list.withhold_below = n;
    policy
}

struct Out {
    files: BTreeMap<String, Vec<u8>>,
    views: Views,
}

fn out(policy: &Policy, change: impl FnOnce(&mut BTreeMap<String, DataFrame>)) -> Out {
    let mut input = release(&SMALL, Provenance::Published);
    change(&mut input.tables);
    let published = report::publish(input, policy).unwrap();
    let views = report::lay_out(&published, &report::Definitions::shipped().unwrap()).unwrap();
    let files = render::files(&views, Pictures::Svg).unwrap().into_iter().collect();
    Out { files, views: views.get().clone() }
}

#[test]
fn the_shipped_policy_withholds_nothing_but_few_people_and_says_so() {
    let out = out(&Policy::shipped().unwrap(), |_| ());
    for (path, bytes) in out.files.iter().filter(|f| f.0.ends_with(".csv")) {
        assert!(!String::from_utf8_lossy(bytes).contains("[c]"), "{path}");
    }
    assert!(String::from_utf8_lossy(&out.files["site/method.html"]).contains("1 to 7 are withheld"));
}

#[test]
fn a_small_list_is_marked_and_still_shown() {
    let out = out(&Policy::shipped().unwrap(), |tables| {
        let frame = tables.get_mut("practices").unwrap();
        let n = frame.height();
        let sizes: Vec<i64> = (0..n).map(|i| if i % 40 == 3 { 740 } else { 5_000 }).collect();
        frame.with_column(Column::new("list_size".into(), sizes)).unwrap();
    });
    let marked: usize = out
        .files
        .iter()
        .filter(|f| f.0.starts_with("site/ccg/"))
        .map(|f| String::from_utf8_lossy(f.1).matches(", small list</small>").count())
        .sum();
    assert_eq!(marked, 2, "once in each of the two tables of its CCG's page");
}

#[test]
fn a_threshold_empties_rates_in_tables_charts_and_pages() {
    const BELOW: i64 = 5_000;
    let open = out(&threshold(0), |_| ());
    let shut = out(&threshold(BELOW), |_| ());
    let (header, practices) = rows(&shut.files, "tables/practices.csv");
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let small: Vec<(String, String)> = practices
        .iter()
        .filter(|r| r[at("list_size")].parse::<i64>().unwrap() < BELOW)
        .map(|r| (r[at("period")].clone(), r[at("practice_code")].clone()))
        .collect();
    assert!(!small.is_empty());
    let (header, scores) = rows(&shut.files, "tables/practice_scores.csv");
    let (_, before) = rows(&open.files, "tables/practice_scores.csv");
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let mut gone: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut shown_now = 0;
    for (row, old) in scores.iter().zip(&before) {
        let key = (row[at("period")].clone(), row[at("practice_code")].clone());
        let withheld = row[at("score")] == "[c]";
        if small.contains(&key) && old[at("score")] != "[x]" {
            assert!(withheld, "{key:?}");
        }
        if withheld {
            assert!(
                ["estimate", "score_high", "coverage", "have", "use"].iter().all(|c| row[at(c)] == "[c]")
            );
            *gone.entry((key.0.clone(), row[at("ccg_code")].clone())).or_default() += 1;
        }
        shown_now += usize::from(key.0 == "2018-12-31" && row[at("score")].parse::<f64>().is_ok());
    }
    assert!(
        gone.values().all(|n| *n >= 2),
        "one withheld addend of a published total can be worked out: {gone:?}"
    );
    for chart in &shut.views.charts {
        if let Plot::ListSize(plot) = &chart.plot {
            assert_eq!(plot.cells.iter().map(|c| c.practices as usize).sum::<usize>(), shown_now);
        }
    }
    let pages: String = shut
        .files
        .iter()
        .filter(|f| f.0.starts_with("site/"))
        .map(|f| String::from_utf8_lossy(f.1))
        .collect();
    assert!(pages.contains("Withheld [c]"));
    // No row of a withheld practice on any page holds a figure.
    for (_, code) in small.iter().filter(|s| s.0 == "2018-12-31") {
        for row in pages.split("<tr>").map(|r| r.split("</tr>").next().unwrap()).filter(|r| r.contains(code))
        {
            assert!(!row.contains('%') && !row.contains(">Yes<"), "{row}");
        }
    }
}

#[test]
fn indicator_values_of_a_withheld_practice_cannot_be_had_by_difference() {
    let out = out(&threshold(5_000), |_| ());
    let (practice_header, practices) = rows(&out.files, "tables/practices.csv");
    let at = |name: &str| practice_header.iter().position(|h| h == name).unwrap();
    let ccg: BTreeMap<&str, &str> =
        practices.iter().map(|r| (r[at("practice_code")].as_str(), r[at("ccg_code")].as_str())).collect();
    let (header, values) = rows(&out.files, "tables/indicator_values.csv");
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let mut gone: BTreeMap<(&str, &str, &str), (usize, usize)> = BTreeMap::new();
    for row in &values {
        let key = (
            row[at("period")].as_str(),
            row[at("indicator_id")].as_str(),
            ccg[row[at("unit_code")].as_str()],
        );
        let entry = gone.entry(key).or_default();
        entry.0 += usize::from(row[at("value")] == "[c]");
        assert_eq!(row[at("value")] == "[c]", row[at("absence")] == "withheld");
    }
    assert!(gone.values().any(|n| n.0 >= 2));
    assert!(gone.values().all(|n| n.0 != 1), "{gone:?}");
}

#[test]
fn a_ccg_of_one_withheld_practice_is_withheld_with_another_and_all_regions() {
    let out = out(&threshold(3_000), |tables| {
        // One practice alone in CCG 99Z, with a short list, in the last quarter.
        for table in ["practices", "practice_scores"] {
            let frame = tables.get_mut(table).unwrap();
            let n = frame.height();
            let old = frame.column("ccg_code").unwrap().str().unwrap().clone();
            let codes: Vec<String> = (0..n)
                .map(|i| if i == n - 1 { "99Z".to_owned() } else { old.get(i).unwrap().to_owned() })
                .collect();
            frame.with_column(Column::new("ccg_code".into(), codes)).unwrap();
            if table == "practices" {
                frame
                    .with_column(Column::new(
                        "list_size".into(),
                        (0..n).map(|i| if i == n - 1 { 900i64 } else { 9_000 }).collect::<Vec<_>>(),
                    ))
                    .unwrap();
            } else {
                frame.with_column(Column::new("score".into(), vec![40.0; n])).unwrap();
            }
        }
        let frame = tables.get_mut("ccg_scores").unwrap();
        let n = frame.height();
        let old = frame.column("ccg_code").unwrap().str().unwrap().clone();
        let codes: Vec<String> = (0..n)
            .map(|i| if i == n - 1 { "99Z".to_owned() } else { old.get(i).unwrap().to_owned() })
            .collect();
        frame.with_column(Column::new("ccg_code".into(), codes)).unwrap();
    });
    let (header, ccgs) = rows(&out.files, "tables/ccg_scores.csv");
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let hidden: Vec<&str> =
        ccgs.iter().filter(|r| r[at("score")] == "[c]").map(|r| r[at("ccg_code")].as_str()).collect();
    assert!(hidden.len() == 2 && hidden.contains(&"99Z"), "{hidden:?}");
    let (header, areas) = rows(&out.files, "tables/area_scores.csv");
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    for row in areas.iter().filter(|r| r[at("period")] == "2018-12-31") {
        assert_eq!(row[at("score")] == "[c]", row[at("unit_type")] == "region", "{row:?}");
    }
}

#[test]
fn a_policy_with_a_misspelt_field_or_a_negative_threshold_is_refused() {
    let load = |text: &str| {
        let mut source = ReportSources::shipped().disclosure;
        text.clone_into(&mut source.text);
        Policy::load(&source).map(|_| ()).map_err(|faults| faults[0].message.clone())
    };
    assert!(load("statement = \"\"\nwitheld = 1").unwrap_err().contains("unknown field"));
    let text =
        "statement = \"x\"\nrule = []\n[small_list]\nflag_below = 1\nwithhold_below = -1\nreason = \"\"";
    assert!(load(text).unwrap_err().contains("below zero"));
}
