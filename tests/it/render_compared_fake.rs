//! The fake release with everything that charts of comparison read: regions, answers of areas, process limits, funnels,
//! spend against score.

use super::render_areas::simulated;
use super::render_fake::Size;
use dpcmi::compare::{control_charts, funnels};
use dpcmi::define::framework::FunnelChoice;
use dpcmi::model::Provenance;
use dpcmi::report::ReleaseInput;
use polars::prelude::*;
use std::collections::BTreeMap;

pub fn choice() -> FunnelChoice {
    FunnelChoice {
        indicator: "patients_enabled".to_owned(),
        winsorised: 0.1,
        reason: "test".to_owned(),
        owner: "test".to_owned(),
    }
}

fn texts(frame: &DataFrame, name: &str) -> Vec<Option<String>> {
    frame.column(name).unwrap().str().unwrap().iter().map(|t| t.map(str::to_owned)).collect()
}

fn numbers(frame: &DataFrame, name: &str) -> Vec<Option<f64>> {
    frame.column(name).unwrap().f64().unwrap().iter().collect()
}

/// Sums of the practices' answers by CCG and for England, under the practices' own rows.
fn answers(values: &DataFrame, scores: &DataFrame) -> DataFrame {
    let ccg_of: BTreeMap<Option<String>, Option<String>> =
        texts(scores, "practice_code").into_iter().zip(texts(scores, "ccg_code")).collect();
    let days: Vec<Option<i32>> =
        values.column("period").unwrap().cast(&DataType::Int32).unwrap().i32().unwrap().iter().collect();
    let (units, ids) = (texts(values, "unit_code"), texts(values, "indicator_id"));
    let (x, n, v) = (numbers(values, "numerator"), numbers(values, "denominator"), numbers(values, "value"));
    let mut sums: BTreeMap<(i32, &str, String, String), (f64, f64)> = BTreeMap::new();
    for i in 0..values.height() {
        let Some(v) = v[i] else { continue };
        let (x, n) = x[i].zip(n[i]).unwrap_or((v, 1.0));
        let ccg = ccg_of[&units[i]].clone().unwrap();
        for (kind, code) in [("ccg", ccg), ("england", "england".to_owned())] {
            let key = (days[i].unwrap(), kind, code, ids[i].clone().unwrap());
            let sum = sums.entry(key).or_default();
            *sum = (sum.0 + x, sum.1 + n);
        }
    }
    let rows: Vec<_> = sums.into_iter().collect();
    let number = |name: &str, of: fn(&(f64, f64)) -> f64| {
        Column::new(name.into(), rows.iter().map(|r| Some(of(&r.1))).collect::<Vec<_>>())
    };
    let text = |name: &str, of: &dyn Fn(usize) -> String| {
        Column::new(name.into(), (0..rows.len()).map(of).collect::<Vec<_>>())
    };
    let areas = DataFrame::new(
        rows.len(),
        vec![
            Column::new("period".into(), rows.iter().map(|r| r.0.0).collect::<Vec<_>>())
                .cast(&DataType::Date)
                .unwrap(),
            text("unit_type", &|i| rows[i].0.1.to_owned()),
            text("unit_code", &|i| rows[i].0.2.clone()),
            text("indicator_id", &|i| rows[i].0.3.clone()),
            number("numerator", |s| s.0),
            number("denominator", |s| s.1),
            number("value", |s| s.0 / s.1),
            Column::new("absence".into(), vec![None::<&str>; rows.len()]),
            number("points", |s| 100.0 * s.0 / s.1),
        ],
    );
    values.vstack(&areas.unwrap()).unwrap()
}

/// Spend of the last year against the last quarter: every fourth CCG far below the frontier.
fn value(size: &Size) -> DataFrame {
    let n = size.ccgs.min(32);
    let all = |of: &dyn Fn(usize) -> f64| (0..n).map(|i| Some(of(i))).collect::<Vec<_>>();
    let spend = |i: usize| 180.0 + 17.0 * i as f64;
    let score = |i: usize| if i.is_multiple_of(4) { 40.0 } else { 66.0 + (i % 5) as f64 };
    let told = |i: usize| i >= 10;
    let day = |d: i32| Column::new("period".into(), vec![d; n]).cast(&DataType::Date).unwrap();
    let frontier = |by: f64| (0..n).map(|i| told(i).then_some(69.0 + by)).collect::<Vec<_>>();
    let quadrant = |i: usize| match (i % 3, i % 4) {
        (0, _) => "cannot tell",
        (_, 0) => "spends more, scores lower",
        _ => "spends less, scores higher",
    };
    DataFrame::new(
        n,
        vec![
            day(17_896),
            day(17_896).with_name("score_period".into()),
            Column::new("ccg_code".into(), (0..n).map(|i| format!("{i:02}A")).collect::<Vec<_>>()),
            Column::new("ccg_name".into(), (0..n).map(|i| format!("NHS PLACE {i} CCG")).collect::<Vec<_>>()),
            Column::new("per_head".into(), all(&spend)),
            Column::new("per_head_low".into(), all(&|i| spend(i) * 0.97)),
            Column::new("per_head_high".into(), all(&|i| spend(i) * 1.06)),
            Column::new("score".into(), all(&score)),
            Column::new("interval_low".into(), all(&|i| score(i) - 3.0)),
            Column::new("interval_high".into(), all(&|i| score(i) + 3.0)),
            Column::new("quadrant".into(), (0..n).map(quadrant).collect::<Vec<_>>()),
            Column::new("frontier".into(), frontier(0.0)),
            Column::new("frontier_low".into(), frontier(-2.0)),
            Column::new("frontier_high".into(), frontier(2.0)),
            Column::new(
                "verdict".into(),
                (0..n)
                    .map(|i| {
                        told(i).then_some(if i % 4 == 0 { "below what others reach" } else { "cannot tell" })
                    })
                    .collect::<Vec<_>>(),
            ),
        ],
    )
    .unwrap()
}

/// The three CCGs after each in the table as its peers, the last of them the nearest.
fn peers(league: &DataFrame, size: &Size) -> (DataFrame, DataFrame) {
    let last = league.tail(Some(size.ccgs));
    let codes = texts(&last, "ccg_code");
    let n = codes.len();
    let day = |rows: usize| {
        let days = last.column("period").unwrap().head(Some(1));
        days.new_from_index(0, rows)
    };
    let peer = |i: usize| codes[(i / 3 + i % 3 + 1) % n].clone();
    let pairs = DataFrame::new(
        3 * n,
        vec![
            day(3 * n),
            Column::new("ccg_code".into(), (0..3 * n).map(|i| codes[i / 3].clone()).collect::<Vec<_>>()),
            Column::new("way".into(), vec!["nearest"; 3 * n]),
            Column::new("place".into(), (0..3 * n).map(|i| 3 - (i % 3) as i64).collect::<Vec<_>>()),
            Column::new("peer_code".into(), (0..3 * n).map(peer).collect::<Vec<_>>()),
        ],
    );
    let all = |x: f64| vec![x; n];
    let against = DataFrame::new(
        n,
        vec![
            day(n),
            Column::new("ccg_code".into(), &codes),
            Column::new("way".into(), vec!["nearest"; n]),
            Column::new("measure".into(), vec!["score"; n]),
            Column::new("peers".into(), vec![3i64; n]),
            Column::new("mean".into(), all(51.0)),
            Column::new("mean_low".into(), all(48.5)),
            Column::new("mean_high".into(), all(53.5)),
            Column::new("low".into(), all(40.0)),
            Column::new("high".into(), all(62.0)),
            Column::new("called".into(), vec!["cannot tell"; n]),
        ],
    );
    (pairs.unwrap(), against.unwrap())
}

pub fn compared(size: &Size, provenance: Provenance) -> ReleaseInput {
    let mut input = simulated(size, provenance);
    let tables = &mut input.tables;
    let scores = tables.get_mut("ccg_scores").unwrap();
    let regions: Vec<String> = (0..scores.height()).map(|i| format!("Y5{}", i % size.ccgs % 4)).collect();
    scores.with_column(Column::new("region_code".into(), regions)).unwrap();
    let areas = tables.get_mut("area_scores").unwrap();
    let n = areas.height();
    areas.with_column(Column::new("weight_asked".into(), vec![1.0; n])).unwrap();
    areas.with_column(Column::new("period_label".into(), vec!["a quarter"; n])).unwrap();
    let values = answers(&tables["indicator_values"], &tables["practice_scores"]);
    let control = control_charts(&tables["ccg_scores"], &tables["area_scores"], &values).unwrap();
    let found = funnels(&choice(), &values).unwrap();
    tables.insert("indicator_values".to_owned(), values);
    tables.insert("control_charts".to_owned(), control);
    tables.insert("funnels".to_owned(), found.summary);
    tables.insert("funnel_limits".to_owned(), found.limits);
    tables.insert("funnel_signals".to_owned(), found.signals);
    tables.insert("value".to_owned(), value(size));
    let (pairs, against) = peers(&tables["league_table"], size);
    tables.insert("peers".to_owned(), pairs);
    tables.insert("peer_comparison".to_owned(), against);
    input
}
