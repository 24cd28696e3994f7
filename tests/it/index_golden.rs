//! Published indices and outside numbers, recomputed by the engine.

use crate::common::shared;
use crate::index_england::{dates, days, frame, numbers, texts, wholes, words};
use crate::index_frameworks::shipped;
use dpcmi::define::Source as Text;
use dpcmi::define::framework::load;
use dpcmi::index::{Simulation, Source, Values, ValuesFault, score, score_units};
use dpcmi::model::{Grain, Period, Provenance};
use dpcmi::stats;
use jiff::civil::date;
use polars::prelude::Column;
use std::collections::BTreeMap;

fn table(path: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let mut reader = csv::Reader::from_path(shared(path)?).expect(path);
    let own = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = own(reader.headers().expect(path));
    let records = reader.records().map(|r| own(&r.expect(path))).collect();
    Some((header, records))
}

#[test]
fn the_human_development_index_comes_out_as_published() {
    let Some((header, records)) = table("golden/hdi/hdi_1990_2021.csv") else { return };
    let at = |name: &str| header.iter().position(|h| h == name).expect("column");
    let named = [
        ("unit", "iso3"),
        ("period", "year"),
        ("life-expectancy", "life_expectancy"),
        ("expected-schooling", "expected_years_schooling"),
        ("mean-schooling", "mean_years_schooling"),
        ("income", "gni_per_capita"),
    ];
    let values = Values {
        file: "hdi.csv".to_owned(),
        header: named.iter().map(|(to, _)| (*to).to_owned()).collect(),
        records: records.iter().map(|r| named.iter().map(|(_, n)| r[at(n)].clone()).collect()).collect(),
        ..Values::default()
    };
    let scored = score_units(&shipped("hdi-2021.toml"), &values, &Simulation::default()).expect("scored");
    let published: BTreeMap<(String, String), (f64, f64)> = records
        .iter()
        .map(|r| {
            let number = |n: &str| r[at(n)].parse::<f64>().expect(n);
            let key = (r[at("year")].clone(), r[at("iso3")].clone());
            (key, (number("hdi_published"), number("hdi_recomputed")))
        })
        .collect();
    let t = &scored.scores;
    assert_eq!(t.height(), published.len());
    let keys = words(t, "period").into_iter().zip(words(t, "unit"));
    for (key, score) in keys.zip(numbers(t, "score")) {
        let (printed, recomputed) = published[&key];
        let ours = score.expect("score") / 100.0;
        assert!((ours - recomputed).abs() < 1e-12, "{key:?}: {ours} and {recomputed}");
        assert!((ours - printed).abs() <= 5e-4 + 1e-9, "{key:?}: {ours} and {printed}");
    }
}

#[test]
fn a_table_of_values_with_faults_is_refused_with_the_place_of_each() {
    let f = shipped("hdi-2021.toml");
    let text = |r: &[&str]| r.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let values = Values {
        file: "v.csv".to_owned(),
        header: text(&["unit", "life-expectancy", "incom"]),
        records: vec![text(&["A", "seventy", ""]), text(&["A", "70", ""]), text(&["", "70", ""])],
        ..Values::default()
    };
    let Err(ValuesFault::Refused(faults)) = score_units(&f, &values, &Simulation::default()) else {
        panic!("accepted")
    };
    let got: Vec<_> = faults.iter().map(|d| (d.code.name, d.place.to_string())).collect();
    for want in [
        ("HEADER_UNKNOWN", "v.csv:1:3 field incom"),
        ("VALUES_CELL", "v.csv:2:2 field life-expectancy"),
        ("DUPLICATE_KEY", "v.csv:3:1 field unit"),
        ("VALUES_CELL", "v.csv:4:1 field unit"),
    ] {
        assert!(got.contains(&(want.0, want.1.to_owned())), "{want:?} in {got:?}");
    }
}

/// The score in hundredths over a hundred: whole numbers carry it.
const ROLL_UP: &str = r#"
id = "roll-up"
title = "t"
edition = "e"
method = "m"
index = { mean = "arithmetic", reason = "r" }
input = [{ dataset = "answers", purpose = "p", time = "month" }]
population = { assumed_list_size = 0, reason = "r", source = [{ dataset = "answers", column = "n", repeats = "copies" }] }
[[indicator]]
id = "x"
edition = "e"
wording = "w"
kind = "have"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 1, reason = "r", owner = "o" }
goalposts = { low = 0, high = 100, reason = "r" }
[indicator.value]
type = "ratio"
at = "last_month"
population = "p"
numerator = { dataset = "answers", column = "hundredths" }
denominator = { dataset = "answers", column = "hundred" }
"#;

#[test]
fn list_weighted_areas_with_bounds_come_out_as_specified() {
    let (Some((head, rows)), Some((expected_head, expected))) =
        (table("golden/spec/rollup_input.csv"), table("golden/spec/rollup_expected.csv"))
    else {
        return;
    };
    let f = load(&Text { name: "r".to_owned(), text: ROLL_UP.to_owned() }).expect("framework");
    let at = |name: &str| head.iter().position(|h| h == name).expect("column");
    let day = date(2018, 9, 30);
    let n = rows.len();
    // The scores have two decimals.
    let hundredths = |r: &Vec<String>| r[at("score")].parse::<f64>().ok().map(|s| (s * 100.0).round() as i64);
    let code = |r: &Vec<String>| Some(r[at("practice")].clone());
    let answers = frame(vec![
        days("period", std::iter::repeat_n(day, n)),
        texts("practice_code", rows.iter().map(code)),
        Column::new("hundredths".into(), rows.iter().map(hundredths).collect::<Vec<_>>()),
        Column::new("hundred".into(), vec![100i64; n]),
    ]);
    let ccg = |r: &Vec<String>| Some(r[at("ccg")].clone());
    let all = |word: &'static str| texts(word, std::iter::repeat_n(Some("synthetic".to_owned()), n));
    let mut columns = vec![
        days("period", std::iter::repeat_n(day, n)),
        texts("practice_code", rows.iter().map(code)),
        texts("ccg_code", rows.iter().map(ccg)),
        Column::new(
            "list_size".into(),
            rows.iter().map(|r| r[at("list_size")].parse::<i64>().ok()).collect::<Vec<_>>(),
        ),
    ];
    columns
        .extend(["practice_name", "ccg_name", "region_code", "region_name", "basis", "provenance"].map(all));
    let source = Source {
        dataset: "answers".to_owned(),
        period: Period::containing(Grain::Month, day),
        frame: answers,
        aside: None,
        provenance: Provenance::Synthetic,
    };
    let s = score(&f, &[source], &frame(columns), 1).expect("scored");
    let column = |name: &str| expected_head.iter().position(|h| h == name).expect("column");
    let areas = |t: &polars::prelude::DataFrame, key: &str| -> BTreeMap<String, Vec<Option<f64>>> {
        let got = ["score", "score_high", "estimate", "coverage"].map(|c| numbers(t, c));
        let codes = words(t, key).into_iter().enumerate();
        codes.map(|(i, code)| (code, got.iter().map(|c| c[i]).collect())).collect()
    };
    let (mut got, england) = (areas(&s.ccg_scores, "ccg_code"), areas(&s.area_scores, "unit_code"));
    got.extend(england);
    let mut compared = 0;
    for row in &expected {
        let name = &row[column("area")];
        let Some(ours) = got.get(name).or_else(|| got.get(&name.to_lowercase())) else { continue };
        let want = [
            "score_lower_if_missing_zero",
            "score_upper_if_missing_100",
            "mean_score_popweighted",
            "coverage_pop",
        ];
        for (ours, want) in ours.iter().zip(want) {
            let want: f64 = row[column(want)].parse().expect("number");
            let ours = ours.expect("score");
            assert!((ours - want).abs() <= 1e-12 * want.abs().max(1.0), "{name}: {ours} and {want}");
        }
        compared += 1;
    }
    assert!(compared >= 3, "only {compared} areas were compared");
    assert_eq!(dates(&s.ccg_scores, "period")[0], "2018-09-30");
    assert!(wholes(&s.ccg_scores, "practices").iter().all(Option::is_some));
}

#[test]
fn quantiles_of_type_seven_are_those_of_r() {
    let (Some((_, input)), Some((head, expected))) =
        (table("golden/special/quantile_types_input.csv"), table("golden/special/quantile_types.csv"))
    else {
        return;
    };
    let mut x: Vec<f64> = input.iter().map(|r| r[0].parse().expect("number")).collect();
    x.sort_by(f64::total_cmp);
    let seven = head.iter().position(|h| h == "type7").expect("column");
    assert!(expected.len() > 3);
    for r in expected {
        let p: f64 = r[0].parse().expect("p");
        let want: f64 = r[seven].parse().expect("quantile");
        let ours = stats::quantile(&x, p).expect("some");
        assert!((ours - want).abs() <= 1e-12 * want.abs().max(1.0), "{p}: {ours} and {want}");
    }
}

#[test]
fn competition_ranks_are_those_of_r() {
    let Some((head, rows)) = table("golden/special/rank_methods.csv") else { return };
    let best_first = head.iter().position(|h| h == "desc_min").expect("column");
    let x: Vec<Option<f64>> = rows.iter().map(|r| r[0].parse().ok()).collect();
    let want: Vec<Option<u32>> = rows.iter().map(|r| r[best_first].parse().ok()).collect();
    assert_eq!(stats::competition(&x), want);
}
