//! What may leave and in which words is a definition too: another `reports/` makes another release of the same store, and a
//! threshold for small lists holds in every table of the full model.

use crate::line::{answer, dpcmi, folder};
use dpcmi::store::Release;
use polars::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

const BELOW: i64 = 6_000;

/// Tables whose figures of practices are no rates or scores of theirs.
const OTHERWISE: [(&str, &str); 5] = [
    ("practices", "lists, by which the small are known"),
    ("carried_forward", "how likely a return is copied"),
    ("patient_facts", "counts under the rule for people, which patients are told"),
    ("agreements", "what a CCG reports of agreements, and money"),
    ("chase_list", "the same, to be asked about"),
];

/// The shipped definitions in a folder, with one report definition changed.
fn definitions(at: &Path, file: &str, text: &str) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    for kind in ["datasets", "pipelines", "pipelines/spend", "pipelines/scenarios"] {
        std::fs::create_dir_all(at.join(kind)).unwrap();
        for entry in std::fs::read_dir(own.join(kind)).unwrap().map(Result::unwrap) {
            if entry.path().extension().is_some_and(|e| e == "toml") {
                std::fs::copy(entry.path(), at.join(kind).join(entry.file_name())).unwrap();
            }
        }
    }
    std::fs::create_dir_all(at.join("reports")).unwrap();
    std::fs::write(at.join("reports").join(file), text).unwrap();
}

fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    let texts = frame.column(column).unwrap().cast(&DataType::String).unwrap();
    texts.str().unwrap().iter().map(|t| t.unwrap_or_default().to_owned()).collect()
}

/// Practices below the threshold at the end of a quarter.
fn small(release: &Release) -> BTreeSet<(String, String)> {
    let practices = release.table("practices", None).unwrap();
    let lists = practices.column("list_size").unwrap().i64().unwrap().clone();
    let keys = texts(&practices, "period").into_iter().zip(texts(&practices, "practice_code"));
    keys.zip(lists.iter()).filter(|(_, n)| n.unwrap_or(0) < BELOW).map(|(key, _)| key).collect()
}

/// `table.column` of every figure that is still shown of a small practice.
fn shown(release: &Release, small: &BTreeSet<(String, String)>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for file in &release.manifest().files {
        let name = file.path.strip_prefix("tables/").and_then(|p| p.strip_suffix(".parquet"));
        let Some(table) = name.filter(|t| !OTHERWISE.iter().any(|o| o.0 == *t)) else { continue };
        let frame = release.table(table, None).unwrap();
        let key = ["practice_code", "unit_code"].into_iter().find(|c| frame.column(c).is_ok());
        let (Some(key), true) = (key, frame.column("period").is_ok()) else { continue };
        let keys: Vec<(String, String)> =
            texts(&frame, "period").into_iter().zip(texts(&frame, key)).collect();
        for column in frame.columns().iter().filter(|c| c.dtype().is_float() && c.name() != "weight_asked") {
            let known = column.is_not_null();
            if keys.iter().zip(known.iter()).any(|(k, known)| known == Some(true) && small.contains(k)) {
                out.insert(format!("{table}.{}", column.name()));
            }
        }
    }
    out
}

#[test]
fn another_policy_makes_another_release_and_withholds_small_lists_in_every_table() {
    let at = folder("reports-of-ones-own");
    let inputs = at.join("in");
    let synth = ["synth", "--era", "dpcma", "--practices", "120", "--quarters", "3"];
    answer(dpcmi(&synth).arg("--out").arg(&inputs));
    let own = at.join("definitions");
    let shipped = include_str!("../../reports/disclosure.toml");
    let text = shipped.replace("withhold_below = 0", &format!("withhold_below = {BELOW}"));
    assert_ne!(text, shipped);
    definitions(&own, "disclosure.toml", &text);
    let run = |more: Option<&Path>| {
        let mut command = dpcmi(&["run", "dpcma-2018"]);
        command.arg("--inputs").arg(&inputs).arg("--store").arg(at.join("store"));
        command.arg("--out").arg(at.join("release"));
        if let Some(definitions) = more {
            command.arg("--definitions").arg(definitions);
        }
        answer(&mut command).1["release"].clone()
    };
    let first = run(None);
    let open = Release::open(&at.join("release")).unwrap();
    let small = small(&open);
    assert!(small.len() > 50, "{}", small.len());
    let before = shown(&open, &small);
    assert!(before.len() > 20, "{before:?}");
    let second = run(Some(&own));
    assert_ne!(first["id"], second["id"], "not answered with the release of the other policy: {second}");
    let shut = Release::open(&at.join("release")).unwrap();
    assert_eq!(shown(&shut, &small), BTreeSet::new());
}

#[test]
fn a_report_definition_of_an_unknown_name_or_with_a_fault_stops_the_run_with_its_place() {
    let at = folder("reports-with-faults");
    for (file, text, said) in [
        ("disclosures.toml", "", "reports/disclosures.toml"),
        ("feeds.toml", "title = 1", "reports/feeds.toml"),
        ("disclosure.toml", "statement = \"\"\nwitheld = 1", "unknown field `witheld`"),
    ] {
        let own = at.join(file);
        definitions(&own, file, text);
        let out = dpcmi(&["check", "open-2018-19"])
            .arg("--inputs")
            .arg(&own)
            .arg("--definitions")
            .arg(&own)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(10), "{told}");
        assert!(told.contains(said), "{told}");
    }
}
