//! Frameworks as written: what the reader accepts, and the place of every fault.

use crate::define::Source;
use crate::diag::Place;

const GOOD: &str = r#"id = "small"
title = "A small index"
edition = "test"
method = "own"
[index]
mean = "arithmetic"
reason = "nothing better is known"
[[input]]
dataset = "survey"
purpose = "the answers"
time = "month"
[[dimension]]
id = "deep"
name = "Deep"
parent = "wide"
mean = "geometric"
weight = { value = 1, reason = "r", owner = "o" }
[[dimension]]
id = "wide"
name = "Wide"
mean = "arithmetic"
weight = { value = 2, reason = "r", owner = "o" }
[[indicator]]
id = "has"
dimension = "deep"
edition = "e"
wording = "w"
kind = "have"
tier = "core"
unit = "practice"
value = { type = "state", dataset = "survey", column = "has", points = { yes = 100, no = 0 } }
direction = "higher_is_better"
absence = "not_met"
weight = { value = 1, reason = "r", owner = "o" }
[[indicator]]
id = "uses"
edition = "e"
wording = "w"
kind = "use"
tier = "core"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 1, reason = "r", owner = "o" }
[indicator.value]
type = "ratio"
numerator = { dataset = "survey", column = "uses", where = { part = ["a", 2, true] } }
denominator = "list_size"
population = "registered patients"
at = "sum"
[indicator.goalposts]
low = 0
high = 0.5
reason = "half is plenty"
"#;

fn load(text: &str) -> Result<super::Framework, Vec<crate::diag::Diagnostic>> {
    super::load(&Source { name: "f.toml".to_owned(), text: text.to_owned() })
}

/// Codes and lines of the faults of `GOOD` after a replacement.
fn faults(from: &str, to: &str) -> Vec<(&'static str, u64, Option<String>)> {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replacen(from, to, 1);
    let all = load(&text).err().unwrap_or_default();
    all.into_iter()
        .map(|d| match d.place {
            Place::Definition { line, .. } => (d.code.id, line, d.hint),
            other => panic!("{other}"),
        })
        .collect()
}

#[test]
fn a_tree_of_any_depth_has_parents_before_children_and_shares_that_sum_to_one() {
    let f = load(GOOD).expect("good");
    let ids: Vec<_> = f.nodes.iter().map(|n| n.id.as_str()).collect();
    assert_eq!(ids, ["small", "wide", "deep"]);
    let share = f.effective_weights();
    assert_eq!(share, [2.0 / 3.0, 1.0 / 3.0]);
}

#[test]
fn every_fault_has_its_code_and_its_line() {
    // The fault is expected on the line that holds `at` in the changed text.
    let check = |from: &str, to: &str, code: &str, at: &str| {
        let text = GOOD.replacen(from, to, 1);
        let line = text.lines().position(|l| l.contains(at)).expect(at) as u64 + 1;
        let got = faults(from, to);
        assert!(got.iter().any(|(c, l, _)| (*c, *l) == (code, line)), "{to} line {line}: {got:?}");
    };
    let weight = "weight = { value = 2, reason = \"r\", owner = \"o\" }";
    check("id = \"small\"", "id = ", "D001", "id = ");
    check("title = \"A small index\"\n", "", "D001", "id = \"small\"");
    check("tier = \"core\"", "teir = \"core\"", "D002", "teir");
    check("dataset = \"survey\"\n", "dataset = \"survey\"\nwindows = 1\n", "D002", "windows");
    check("purpose = \"the answers\"", "purpose = \"x\"\nscheme_path = \"a/../../b\"", "D003", "scheme_path");
    check("value = 2,", "value = inf,", "D004", "inf");
    check("value = 2,", "value = -2,", "D005", "-2");
    check(weight, "weight = 2", "D005", "weight = 2");
    check(weight, "weight = { value = 2, owner = \"o\" }", "D005", "value = 2");
    let wide = format!("[[dimension]]\nid = \"wide\"\nname = \"Wide\"\nmean = \"arithmetic\"\n{weight}");
    let weightless = "[[dimension]] # none\nid = \"wide\"\nname = \"Wide\"\nmean = \"arithmetic\"";
    check(&wide, weightless, "D005", "# none");
    check("value = 2, reason = \"r\"", "value = 2, reason = \" \"", "D005", "value = 2");
    check("id = \"wide\"", "id = \"deep\" # again", "D006", "# again");
    check("dimension = \"deep\"", "dimension = \"deap\"", "D007", "deap");
    check(
        "dataset = \"survey\", column = \"has\"",
        "dataset = \"surveys\", column = \"has\"",
        "D007",
        "surveys",
    );
    check("low = 0", "low = 1", "D008", "[indicator.goalposts]");
    check("kind = \"use\"", "kind = \"usage\"", "D008", "usage");
    check("time = \"month\"", "time = \"snapshot\"", "D008", "snapshot");
    check("name = \"Wide\"", "name = \"Wide\"\nparent = \"deep\"", "D009", "parent = \"wide\"");
}

#[test]
fn a_rule_of_evidence_that_cannot_hold_is_refused() {
    let evidence = |trace: &str| {
        format!(
            "absence = \"not_met\"\nevidence = {{ known_by = \"self_report\", trace = [{{ id = \"t\", what = \"w\", \
             strength = \"direct\", silence = \"counts_against\", {trace} }}] }}"
        )
    };
    let state = |dataset: &str, against: &str| {
        format!(
            "test = {{ type = \"state\", dataset = \"{dataset}\", column = \"c\", supports = [\"yes\"], contradicts = \
             [\"{against}\"] }}"
        )
    };
    let codes = |trace: &str| -> Vec<&'static str> {
        faults("absence = \"not_met\"", &evidence(trace)).into_iter().map(|f| f.0).collect()
    };
    let none: [&str; 0] = [];
    assert_eq!(codes(&format!("reason = \"r\", {}", state("survey", "no"))), none);
    assert_eq!(codes(&format!("reason = \"r\", {}", state("surveys", "no"))), ["D007"]);
    assert_eq!(codes(&format!("reason = \"r\", {}", state("survey", "yes"))), ["D008"]);
    assert_eq!(codes(&format!("reason = \" \", {}", state("survey", "no"))), ["D008"]);
    assert!(!codes(&state("survey", "no")).is_empty(), "a trace without a reason");
    let steps = "[evidence.supplier_steps]\nminimum_practices = 20\nstep = 0.1\nelsewhere = 0.5\nreason = \"r\"\n[index]";
    assert_eq!(faults("[index]", steps).first().map(|f| f.0), Some("D008"));
}

#[test]
fn two_ids_that_differ_in_case_alone_are_one() {
    assert_eq!(faults("id = \"uses\"", "id = \"HAS\"").first().map(|f| f.0), Some("D006"));
}

#[test]
fn a_slip_of_the_pen_gets_the_word_that_was_meant() {
    let hint = |from, to| faults(from, to).into_iter().find_map(|(_, _, h)| h).unwrap_or_default();
    assert_eq!(hint("tier = \"core\"", "teir = \"core\""), "did you mean `tier`?");
    assert_eq!(hint("dimension = \"deep\"", "dimension = \"deap\""), "did you mean `deep`?");
    assert_eq!(hint("absence = \"not_met\"", "absence = \"notmet\""), "did you mean `not_met`?");
}

#[test]
fn all_faults_come_in_one_pass() {
    let text = GOOD
        .replacen("tier = \"core\"", "teir = \"core\"", 1)
        .replacen("low = 0", "low = 1", 1)
        .replacen("parent = \"wide\"", "parent = \"wild\"", 1);
    let codes: Vec<_> = load(&text).expect_err("faults").iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["D007", "D001", "D002", "D008"]);
}

#[test]
fn the_schema_is_closed_and_names_every_table() {
    let schema = super::schema();
    assert_eq!(schema["additionalProperties"], false);
    for key in ["input", "units", "population", "dimension", "indicator", "ranking", "index"] {
        assert!(schema["properties"].get(key).is_some(), "{key}");
    }
}
