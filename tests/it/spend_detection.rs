//! Planted errors of spend over several synthetic countries: at least 95 % refused, at most 2 % of sound returns.

use crate::line::{answer, dpcmi, folder};
use dpcmi::pipeline::compute;
use dpcmi::pipeline::detection::SpendRates;
use dpcmi::pipeline::spending::{Spending, of_sources};
use dpcmi::pipeline::{Definitions, detection};
use dpcmi::store::Store;
use dpcmi::synth::{Era, Spec, generate_spend};
use std::collections::BTreeMap;

/// A country of so many practices: its spend, and what the gate found of what was planted.
fn country(seed: u64, practices: usize) -> (Spending, SpendRates) {
    let root = folder(&format!("spend_detection_{seed}"));
    let (inputs, store) = (root.join("inputs"), root.join("store"));
    let spec = Spec { seed, practices, quarters: 1, era: Era::Dpcma, ..Spec::default() };
    let mut warts = Vec::new();
    for file in generate_spend(&spec).expect("a country") {
        let path = inputs.join(&file.path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, &file.bytes).expect("a file");
        if file.path == "truth/warts.csv" {
            warts = file.bytes;
        }
    }
    answer(dpcmi(&["ingest", "dpcma-2018"]).arg("--inputs").arg(&inputs).arg("--store").arg(&store));
    let definitions = Definitions::load(None, "dpcma-2018").expect("shipped definitions");
    let version = Store::open(&store).expect("a store").current().expect("a version").expect("a version");
    let sources = compute::sources(&definitions, &version).expect("tables");
    let spending = of_sources(&definitions, &sources).expect("spend").expect("returns are held");
    let rates = detection::spend_rates(&warts, &spending.tables["spend_per_head"]).expect("rates");
    (spending, rates)
}

#[test]
fn planted_errors_are_refused_and_sound_returns_are_not() {
    let mut all = SpendRates::default();
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for seed in 1..=4 {
        let (_, rates) = country(seed, 7_000);
        for (sum, one) in
            [(&mut all.errors, rates.errors), (&mut all.named, rates.named), (&mut all.sound, rates.sound)]
        {
            sum.found += one.found;
            sum.of += one.of;
        }
        for (kind, rate) in rates.by_kind {
            let sum = kinds.entry(kind).or_default();
            *sum = (sum.0 + rate.found, sum.1 + rate.of);
        }
    }
    assert!(all.errors.of >= 80 && all.sound.of >= 1_000, "{all:?}");
    assert!(all.errors.share() >= 0.95, "{all:?} {kinds:?}");
    assert!(all.sound.share() <= 0.02, "{all:?}");
    assert!(all.named.share() >= 0.9, "{all:?} {kinds:?}");
    let wanted = ["half_year", "host_recharge", "thousands", "times_ten", "times_twelve", "whole_budget"];
    assert_eq!(kinds.keys().map(String::as_str).collect::<Vec<_>>(), wanted);
    assert!(kinds.values().all(|(_, of)| *of >= 10), "{kinds:?}");
}

#[test]
fn two_years_of_returns_give_a_history_a_spread_and_its_change() {
    let (spending, rates) = country(9, 1_500);
    assert!(rates.errors.of > 0);
    let spread = &spending.tables["spend_spread"];
    let changes = spread.column("gini_change").expect("a column").f64().expect("numbers").clone();
    assert!(changes.iter().any(|c| c.is_some()), "{spread}");
    let checks = &spending.tables["spend_checks"];
    let (tests, outcomes) =
        (checks.column("test").unwrap().str().unwrap(), checks.column("outcome").unwrap().str().unwrap());
    let tested = |test: &str| {
        tests.iter().zip(outcomes.iter()).any(|(t, o)| t == Some(test) && o != Some("not_tested"))
    };
    assert!(["size", "history", "peers", "price", "months", "host"].into_iter().all(tested));
    // Refused figures have no place, and every other whole year has one.
    let table = &spending.tables["spend_per_head"];
    let (status, places) =
        (table.column("status").unwrap().str().unwrap(), table.column("place_low").unwrap().i64().unwrap());
    assert!(status.iter().zip(places.iter()).all(|(s, p)| (s == Some("complete")) == p.is_some()));
}
