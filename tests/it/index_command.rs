//! `dpcmi score` itself, on the published indices that are shipped: the program, its files and its numbers.

use crate::score_support::{Golden, golden, near};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn dpcmi(framework: &str, values: &Path, out: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_dpcmi");
    let mut command = Command::new(program);
    command
        .args(["score", "--format", "json", "--framework", framework, "--values"])
        .arg(values)
        .arg("--out")
        .arg(out);
    command.output().expect("dpcmi")
}

/// Writes the named columns of a golden file as a table of values, scores it and reads a table of the result.
fn run(framework: &str, input: &Golden, named: &[(String, String)], folder: &Path) -> PathBuf {
    let values = input.values(named);
    let path = folder.join("values.csv");
    let mut writer = csv::Writer::from_path(&path).expect("values");
    writer.write_record(&values.header).expect("header");
    values.records.iter().for_each(|r| writer.write_record(r).expect("record"));
    writer.flush().expect("flush");
    let out = folder.join("out");
    let done = dpcmi(framework, &path, &out);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    assert_eq!(said["command"], "score");
    let sum: f64 = said["effective_weights"]
        .as_object()
        .expect("weights")
        .values()
        .filter_map(serde_json::Value::as_f64)
        .sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    out
}

fn read(out: &Path, table: &str) -> Golden {
    let path = out.join(format!("tables/{table}.csv"));
    let mut reader = csv::Reader::from_path(&path).expect(table);
    let own = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = own(reader.headers().expect(table));
    let rows = reader.records().map(|r| own(&r.expect(table))).collect();
    Golden { path: table.to_owned(), header, rows }
}

fn names(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn the_program_gives_the_human_development_index() {
    let Some(input) = golden("hdi/hdi_2021.csv") else { return };
    let folder = tempfile::tempdir().expect("folder");
    let named = names(&[
        ("iso3", "unit"),
        ("year", "period"),
        ("life_expectancy", "life-expectancy"),
        ("expected_years_schooling", "expected-schooling"),
        ("mean_years_schooling", "mean-schooling"),
        ("gni_per_capita", "income"),
    ]);
    let scores = read(&run("hdi-2021", &input, &named, folder.path()), "scores");
    let ours: BTreeMap<String, Option<f64>> =
        scores.texts("unit").into_iter().zip(scores.numbers("score")).collect();
    for (unit, x) in input.texts("iso3").iter().zip(input.numbers("hdi_published")) {
        let own = ours[unit].expect("score") / 100.0;
        assert!((own - x.expect("hdi")).abs() <= 5e-4 + 1e-9, "{unit}: {own} and {x:?}");
    }
}

#[test]
fn the_program_gives_the_english_index_of_multiple_deprivation() {
    let Some(input) = golden("imd/iod2019_england_lsoa.csv") else { return };
    let folder = tempfile::tempdir().expect("folder");
    let named = names(&[
        ("lsoa11_code", "unit"),
        ("income_rank", "income"),
        ("employment_rank", "employment"),
        ("education_skills_and_training_rank", "education"),
        ("health_deprivation_and_disability_rank", "health"),
        ("crime_rank", "crime"),
        ("barriers_to_housing_and_services_rank", "barriers"),
        ("living_environment_rank", "living-environment"),
    ]);
    let scores = read(&run("imd-2019", &input, &named, folder.path()), "scores");
    let rows =
        scores.texts("unit").into_iter().zip(scores.numbers("score").into_iter().zip(scores.numbers("rank")));
    let ours: BTreeMap<String, (Option<f64>, Option<f64>)> = rows.collect();
    let n = input.rows.len() as f64;
    let (mut equal, mut largest) = (0, 0.0f64);
    let score = input.numbers("score_recomputed");
    let rank = input.numbers("rank_recomputed");
    let published = input.numbers("index_of_multiple_deprivation_imd_rank");
    let decile = input.numbers("index_of_multiple_deprivation_imd_decile");
    for (i, unit) in input.texts("lsoa11_code").iter().enumerate() {
        let (own, place) = (ours[unit].0.expect("score"), ours[unit].1.expect("rank"));
        // The published weights, in tenths of a per cent, sum to 0.999; ours are shares of their sum.
        assert!(near(own * 0.999, score[i].expect("score"), 1e-12), "{unit}");
        assert_eq!(Some(place), rank[i], "{unit}");
        assert_eq!(Some((10.0 * place / n).ceil()), decile[i], "{unit}");
        let far = (place - published[i].expect("rank")).abs();
        equal += usize::from(far == 0.0);
        largest = largest.max(far);
    }
    assert_eq!((equal, largest), (32736, 2.0), "the publisher combined unrounded domain scores");
}

#[test]
fn the_program_gives_the_asem_index_and_says_what_was_done_to_each_cell() {
    let (Some(meta), Some(input)) = (crate::index_asem::structure(), golden("coinr/asem_input_idata.csv"))
    else {
        return;
    };
    let mut named = names(&[("uCode", "unit"), ("uName", "unit_name"), ("EurAsia_group", "group")]);
    for kind in ["Indicator", "Denominator"] {
        named
            .extend(crate::index_asem::codes(&meta, kind).into_iter().map(|c| (c.clone(), c.to_lowercase())));
    }
    let folder = tempfile::tempdir().expect("folder");
    let out = run("asem", &input, &named, folder.path());
    let nodes = read(&out, "node_scores");
    let keys = || nodes.texts("unit").into_iter().zip(nodes.texts("node_id"));
    let estimate: BTreeMap<_, _> = keys().zip(nodes.numbers("estimate")).collect();
    let rank: BTreeMap<_, _> = keys().zip(nodes.numbers("rank")).collect();
    let want = golden("coinr/asem_base_aggregated.csv").expect("aggregated");
    let ranks = golden("coinr/asem_base_results_ranks.csv").expect("ranks");
    for code in crate::index_asem::codes(&meta, "Aggregate") {
        let id = if code == "Index" { "asem".to_owned() } else { code.to_lowercase() };
        for (unit, x) in want.texts("uCode").into_iter().zip(want.numbers(&code)) {
            let own = estimate[&(unit.clone(), id.clone())].expect("estimate");
            assert!(near(own, x.expect("number"), 1e-12), "{unit} {code}: {own} and {x:?}");
        }
        for (unit, x) in ranks.texts("uCode").into_iter().zip(ranks.numbers(&code)) {
            assert_eq!(rank[&(unit.clone(), id.clone())], x, "{unit} {code}");
        }
    }
    let values = read(&out, "indicator_values");
    let count = |column: &str, word: &str| values.texts(column).iter().filter(|w| *w == word).count();
    assert_eq!((count("origin", "imputed"), count("treatment", "winsorised_low")), (65, 1));
    assert_eq!(read(&out, "weights").rows.len(), 60);
    assert_eq!(read(&out, "screening").rows.len(), 51);
    assert_eq!(read(&out, "treatment").rows.len(), 49);
}
