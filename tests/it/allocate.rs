//! `dpcmi allocate` as a person uses it: the published split of 2014, its refusals, scenarios side by side.

use crate::common::real;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

fn allocate(scenarios: &[&str], inputs: Option<&Path>, out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dpcmi"));
    command.args(["allocate", "--format", "json"]).args(scenarios).arg("--out").arg(out);
    if let Some(inputs) = inputs {
        command.arg("--inputs").arg(inputs);
    }
    command.output().expect("dpcmi")
}

fn said(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("json")
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.deserialize().map(|r| r.expect("a row")).collect()
}

/// Registered patients by CCG, read without the project's code.
fn payments(file: &Path) -> BTreeMap<String, f64> {
    let bytes = std::fs::read(file).expect("payments");
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).into_owned();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().expect("header").clone();
    let at = |word: &str| header.iter().position(|h| h.trim().eq_ignore_ascii_case(word)).expect(word);
    let (ccg, patients) = (at("CCG Code"), at("Number of Registered Patients (Last Known Figure)"));
    let mut sums = BTreeMap::new();
    for row in reader.records() {
        let row = row.expect("row");
        if let Ok(n) = row[patients].trim().replace(',', "").parse::<f64>() {
            *sums.entry(row[ccg].trim().to_owned()).or_default() += n;
        }
    }
    sums
}

#[test]
fn the_split_of_2014_adds_up_and_says_what_nobody_explains() {
    let Some(folder) = real("payments") else { return };
    let out = tempfile::tempdir().expect("folder");
    let out = out.path().join("allocation");
    let json = said(&allocate(&["split-2014", "split-2014-weighted"], Some(&folder), &out));
    let first = &json["scenarios"][0];
    assert_eq!(first["provenance"], "published");
    let pence = |line: &str| {
        let all = first["ledger"].as_array().expect("ledger");
        all.iter().find(|l| l["line"] == line).expect(line)["pence"].as_i64().expect("pence")
    };
    assert_eq!(pence("pot"), 186_000_000_00);
    assert_eq!(pence("split") + pence("transition") + pence("unexplained"), pence("pot"));
    assert_eq!((pence("split-allocated"), pence("unexplained")), (140_000_000_00, 26_000_000_00));
    // the populations that the published figures imply, and the one that is held
    let published = first["published"].as_array().expect("published");
    let heads = |i: usize, name: &str| published[i][name].as_f64().expect("a number").round() as i64;
    assert_eq!((heads(0, "implied_heads"), heads(1, "implied_heads")), (53_142_857, 53_846_154));
    assert_eq!(heads(0, "held_heads"), 56_633_982);
    let table = rows(&out.join("tables/allocation.csv"));
    let own: Vec<_> = table.iter().filter(|r| r["scenario"] == "split-2014").collect();
    assert_eq!((own.len(), table.len()), (211, 422));
    let people = payments(&folder.join("14-15.csv"));
    let all: f64 = people.values().sum();
    for row in own {
        let quota = 140_000_000_00.0 * people[&row["ccg_code"]] / all;
        let given: f64 = row["allocation_pence"].parse().expect("pence");
        assert!((given - quota).abs() < 1.0, "{} has {given}, its quota is {quota}", row["ccg_code"]);
        // £1.3m as reported, for Cumbria
        assert!(row["ccg_code"] != "01H" || (given / 1e7).round() == 13.0, "{given}");
    }
}

#[test]
fn a_scenario_that_cannot_be_worked_out_says_what_is_wrong_and_where() {
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("scenario");
        path.display().to_string()
    };
    let sound = "id = \"s\"\ntitle = \"t\"\nabout = \"a\"\nowner = \"o\"\n[pot]\npence = 1_000\nsource = \"s\"\n\
                 [split]\ndenominator = \"registered\"\nsource = \"s\"\n\
                 [population]\nunit = [{ code = \"00A\", registered = 3 }, { code = \"00B\", registered = 4 }]\n\
                 [[year]]\nlabel = \"y\"\npace = 1.0\n";
    let out = folder.path().join("out");
    let refused = |name: &str, text: &str, words: &[&str]| {
        let done = allocate(&[&write(name, text)], None, &out);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && words.iter().all(|w| said.contains(w)), "{name}: {said}");
    };
    let json = said(&allocate(&[&write("sound.toml", sound)], None, &out));
    assert_eq!(json["scenarios"][0]["provenance"], "returned", "people stated by hand");
    refused("typo.toml", &sound.replace("pence", "pense"), &["D002", "did you mean `pence`", "typo.toml"]);
    refused("pace.toml", &sound.replace("pace = 1.0", "pace = 0.5"), &["D007", "running costs"]);
    refused("pace2.toml", &sound.replace("pace = 1.0", "pace = 1.5"), &["D008", "share from 0 to 1"]);
    refused(
        "over.toml",
        &sound.replace("[split]", "[split]\ntake = { pence = 1_001 }"),
        &["M020", "1 pence more than its pot"],
    );
    refused("nobody.toml", &sound.replace("registered = 3", "weighted = 3"), &["M021", "00A"]);
    refused("zero.toml", &sound.replace("registered = 3", "registered = 0").replace("= 4", "= 0"), &["M021"]);
    refused(
        "nothing.toml",
        &sound.replace("unit = [{ code = \"00A\", registered = 3 }, { code = \"00B\", registered = 4 }]", ""),
        &["D008", "dataset"],
    );
    let unknown = allocate(&["split-2041"], None, &out);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("Did you mean `split-2014`?"));
}

#[test]
fn running_costs_of_ccgs_that_have_ended_follow_their_practices() {
    let (Some(folder), Some(oracle)) = (real("payments"), real("ods/ccg_succession_derived.csv")) else {
        return;
    };
    // what each code of 2014 became in 2015, by another program
    let became: BTreeMap<String, String> = rows(&oracle)
        .into_iter()
        .filter(|r| r["effective_date"] == "2015-04-01")
        .map(|r| (r["old_code"].clone(), r["new_code"].clone()))
        .collect();
    assert!(became.len() >= 3, "{became:?}");
    let people = payments(&folder.join("14-15.csv"));
    let costs: BTreeMap<&String, i64> =
        people.iter().map(|(code, patients)| (code, (patients * 200.0) as i64)).collect();
    let mut text =
        "id = \"carried\"\ntitle = \"t\"\nabout = \"a\"\nowner = \"o\"\n[pot]\npence = 140_000_000_00\n\
                    source = \"s\"\n[split]\ndenominator = \"registered\"\nsource = \"s\"\n[population]\n\
                    dataset = \"payments\"\nas_at = \"2015-06-30\"\nregistered = \"registered\"\n\
                    [running_costs]\nas_at = \"2014-06-30\"\nsource = \"stated\"\n\
                    [[year]]\nlabel = \"2015/16\"\npace = 0.5\n"
            .to_owned();
    for (code, pence) in &costs {
        text.push_str(&format!("[[running_cost]]\ncode = \"{code}\"\npence = {pence}\nsource = \"s\"\n"));
    }
    let work = tempfile::tempdir().expect("folder");
    let scenario = work.path().join("carried.toml");
    std::fs::write(&scenario, text).expect("scenario");
    let out = work.path().join("out");
    said(&allocate(&[&scenario.display().to_string()], Some(&folder), &out));
    let table = rows(&out.join("tables/allocation.csv"));
    let cost = |r: &BTreeMap<String, String>| r["running_cost_pence"].parse::<i64>().expect("pence");
    assert_eq!(table.iter().map(cost).sum::<i64>(), costs.values().sum::<i64>(), "no penny is lost");
    for row in &table {
        let code = &row["ccg_code"];
        let old = became.iter().filter(|(_, new)| *new == code).map(|(old, _)| costs[old]);
        let expected = old.sum::<i64>() + costs.get(code).copied().unwrap_or(0);
        assert_eq!(cost(row), expected, "{code}");
    }
    let moved = rows(&out.join("tables/succession.csv"));
    let codes: BTreeMap<_, _> =
        moved.iter().map(|m| (m["from_ccg"].clone(), m["into_ccg"].clone())).collect();
    assert_eq!(codes, became);
}
