//! Spend against score: nobody is called for noise, everybody who cannot be compared is told why.

use dpcmi::define::framework::ValueSection;
use dpcmi::stats::distribution::normal_quantile;
use dpcmi::value::{Value, value};
use polars::prelude::*;

fn section() -> ValueSection {
    ValueSection {
        scope: "like_for_like".to_owned(),
        comparable: vec!["complete".to_owned()],
        order: 25,
        least: 20,
        draws: 100,
        reason: "test".to_owned(),
        owner: "test".to_owned(),
    }
}

/// Even, seeded numbers between 0 and 1.
struct Draw(u64);

impl Draw {
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        normal_quantile(self.even())
    }
}

/// CCGs with a true score and a spend, seen with an error of 2 points; `status` of each.
fn tables(ccgs: &[(f64, f64, &str)], draw: &mut Draw) -> (DataFrame, DataFrame) {
    let day =
        |n: usize| Column::new("period".into(), vec![17_896_i32; n]).cast(&DataType::Date).expect("days");
    let n = ccgs.len();
    let codes: Vec<String> = (0..n).map(|i| format!("{i:02}A")).collect();
    let seen: Vec<f64> = ccgs.iter().map(|c| c.0 + 2.0 * draw.normal()).collect();
    let limit = |by: f64| seen.iter().map(|s| s + by * 1.959_964 * 2.0).collect::<Vec<f64>>();
    let scores = DataFrame::new(
        n,
        vec![
            day(n),
            Column::new("ccg_code".into(), codes.clone()),
            Column::new("interval_low".into(), limit(-1.0)),
            Column::new("interval_high".into(), limit(1.0)),
        ],
    );
    let heads = |by: f64| ccgs.iter().map(|c| Some(c.1 * by)).collect::<Vec<Option<f64>>>();
    let spend = DataFrame::new(
        n,
        vec![
            day(n),
            Column::new("ccg_code".into(), codes),
            Column::new("ccg_name".into(), vec!["Somewhere"; n]),
            Column::new("scope".into(), vec!["like_for_like"; n]),
            Column::new("status".into(), ccgs.iter().map(|c| c.2).collect::<Vec<_>>()),
            Column::new("provenance".into(), vec!["synthetic"; n]),
            Column::new("per_head_registered".into(), heads(1.0)),
            Column::new("per_head_weighted".into(), heads(1.02)),
            Column::new("per_head_resident".into(), vec![None::<f64>; n]),
        ],
    );
    (scores.expect("scores"), spend.expect("spend"))
}

fn texts(frame: &DataFrame, column: &str) -> Vec<Option<String>> {
    frame.column(column).expect(column).str().expect("texts").iter().map(|t| t.map(str::to_owned)).collect()
}

fn of(ccgs: &[(f64, f64, &str)], seed: u64) -> Value {
    let (scores, spend) = tables(ccgs, &mut Draw(seed));
    value(&section(), &scores, &spend, seed).expect("tables")
}

#[test]
fn in_a_world_without_differences_at_most_one_ccg_in_twenty_is_called_and_most_cannot_be_told() {
    let (mut called, mut placed, mut told, mut all) = (0, 0, 0, 0);
    for seed in 1..=25 {
        let mut draw = Draw(seed * 7);
        let world: Vec<(f64, f64, &str)> =
            (0..90).map(|_| (60.0, 300.0 * (0.3 * draw.normal()).exp(), "complete")).collect();
        let found = of(&world, seed).ccgs;
        called += texts(&found, "verdict").iter().flatten().filter(|v| v.starts_with("below")).count();
        placed += texts(&found, "verdict").iter().flatten().count();
        told += texts(&found, "quadrant").iter().flatten().filter(|q| *q != "cannot tell").count();
        all += found.height();
    }
    assert!(placed > all / 2, "{placed} of {all} have a frontier");
    assert!(called * 20 <= placed, "{called} of {placed} are called");
    assert!(told * 10 <= all, "{told} of {all} are put in a quadrant");
}

#[test]
fn who_is_far_below_is_called_and_the_line_finds_its_slope() {
    // ten points more with each doubling; every fifth is 25 points behind
    let world: Vec<(f64, f64, &str)> = (0..100)
        .map(|i| {
            let spend = 200.0 + 6.0 * f64::from(i);
            let behind = if i % 5 == 0 { 25.0 } else { 0.0 };
            (50.0 + 10.0 * (spend / 400.0).log2() - behind, spend, "complete")
        })
        .collect();
    let found = of(&world, 3);
    let verdicts = texts(&found.ccgs, "verdict");
    let behind = (20..100).step_by(5).filter(|i| verdicts[*i].as_deref() == Some("below what others reach"));
    assert_eq!(behind.count(), 16, "all who are behind and have twenty to be compared with");
    let curve =
        |name: &str| found.curve.column(name).expect(name).f64().expect("numbers").get(0).expect("a row");
    assert!(curve("slope_low") <= 10.0 && 10.0 <= curve("slope_high"), "{}", curve("slope_per_doubling"));
}

#[test]
fn what_cannot_be_compared_says_why_and_few_ccgs_tell_nothing() {
    let mut world = vec![(60.0, 300.0, "complete"); 30];
    world[4].2 = "refused";
    let found = of(&world, 1).ccgs;
    let (why, verdict) = (texts(&found, "why"), texts(&found, "verdict"));
    assert!(why[4].as_deref().is_some_and(|w| w.contains("refused")) && verdict[4].is_none());
    let few = of(&[(60.0, 300.0, "complete"); 12], 1);
    assert!(texts(&few.ccgs, "why").iter().all(|w| w.as_deref().is_some_and(|w| w.contains("12 CCGs"))));
    assert_eq!(few.curve.height(), 0);
}
