//! `explain` on a release: the quarter in front unless another is asked for, every month that a number is made of.

use crate::hostile_folder::{dpcmi, good};
use crate::line::{Csv, run};
use serde_json::Value;
use std::path::Path;
use tempfile::tempdir;

fn explain(release: &Path, arguments: &[&str]) -> (Option<i32>, Value, String) {
    let mut command = dpcmi();
    command.args(["explain"]).args(arguments).arg("--release").arg(release);
    let text = command.output().unwrap();
    let json = command.args(["--format", "json"]).output().unwrap();
    let said = String::from_utf8_lossy(&text.stdout).into_owned() + &String::from_utf8_lossy(&text.stderr);
    (text.status.code(), serde_json::from_slice(&json.stdout).unwrap_or_default(), said)
}

#[test]
fn a_number_is_led_back_to_every_month_it_is_made_of() {
    let dir = tempdir().unwrap();
    let [inputs, store, out] = ["inputs", "store", "release"].map(|n| dir.path().join(n));
    good(&inputs);
    let said = run("open-2018-19", &inputs, &store, &out, &[]);
    assert!(said["method"].as_str().unwrap().contains("no official score exists"), "{said}");
    let manifest = std::fs::read_to_string(out.join("manifest.json")).unwrap();
    assert!(manifest.contains("no official score exists"));
    assert_eq!(said["release"]["quarter_in_front"]["label"], "2018/19 Q1");

    let values = Csv::open(&out.join("tables/indicator_values.csv"));
    let used = values.rows().find(|r| {
        r.text("unit_type") == "practice"
            && r.text("indicator_id") == "prescriptions-used"
            && r.int("numerator").is_some()
    });
    let used = used.expect("a practice with prescriptions");
    let (code, total) = (used.text("unit_code").to_ascii_lowercase(), used.int("numerator").unwrap());
    let store = store.to_str().unwrap();
    let (exit, json, text) = explain(&out, &[&code, "--measure", "prescriptions-used", "--store", store]);
    assert_eq!(exit, Some(0), "{text}");
    assert_eq!(json["code"], used.text("unit_code"), "lower case is accepted");
    assert_eq!(json["indicators"].as_array().unwrap().len(), 1, "the measure selects: {text}");
    let files = json["files"].as_array().unwrap();
    let pomi = files.iter().find(|f| f["file"].as_str().unwrap().contains("pomi")).expect("the POMI file");
    assert_eq!(pomi["periods"], serde_json::json!(["2018-04-30", "2018-05-31", "2018-06-30"]));
    // the lines shown are exact, and add up to the number as it is counted in fives
    let counted = |n: i64| if (1..8).contains(&n) { 5 } else { (n + 2) / 5 * 5 };
    assert!(text.contains("rounds counts of people"), "{text}");
    let lines = text.lines().filter(|l| l.contains("field=") && l.to_lowercase().contains("pat_presc"));
    let parts: i64 = lines
        .filter(|l| !l.to_lowercase().contains("enbld"))
        .filter_map(|l| l.split("value=").nth(1)?.split_whitespace().next()?.parse::<i64>().ok())
        .map(counted)
        .sum();
    assert_eq!(parts, total, "{text}");

    // nothing here is a self-report: that is said, and no evidenced score is made up
    let (_, json, text) = explain(&out, &[&code]);
    assert!(
        text.contains("No answer of this release is a self-report") && text.contains("no evidenced score"),
        "{text}"
    );
    assert!(
        json["if_not_believed"]["score_evidenced"].is_null() && json["carried_forward"].is_null(),
        "{json}"
    );

    let (exit, json, text) = explain(&out, &[&code, "--period", "2018/19 q1", "--measure", "have"]);
    assert_eq!(
        (exit, json["period"].as_str(), json["measure"].as_str()),
        (Some(0), Some("2018-06-30"), Some("have"))
    );
    assert!(text.contains("weight_asked") && text.contains("no official score exists"), "{text}");
    assert!(!text.contains(" /  -> ") && !text.lines().any(|l| l.trim_end().ends_with("->")), "{text}");
    let scores = Csv::open(&out.join("tables/ccg_scores.csv"));
    let ccg = scores.rows().next().unwrap().text("ccg_code").to_owned();
    let (exit, _, text) = explain(&out, &[&ccg]);
    assert!(exit == Some(0) && !text.lines().any(|l| l.trim_end().ends_with("->")), "{text}");
    let (exit, _, text) = explain(&out, &[&code, "--period", "2011/12 Q1"]);
    assert!(exit == Some(2) && text.contains("2018/19 Q1"), "{text}");
    let (exit, _, text) = explain(&out, &[&code, "--measure", "scroe"]);
    assert!(exit == Some(2) && text.contains("Did you mean `score`?"), "{text}");
}

#[test]
fn what_regions_and_ccgs_lack_of_england_is_the_practices_of_no_known_ccg() {
    let Some(made) = crate::recount::made() else { return };
    let tables = made.old.join("tables");
    let [practices, areas, ccgs, scores] = ["practices", "area_scores", "ccg_scores", "practice_scores"]
        .map(|n| Csv::open(&tables.join(format!("{n}.csv"))));
    for quarter in ["2018-06-30", "2018-09-30", "2019-06-30", "2019-09-30"] {
        let of = |csv: &Csv, kind: Option<&str>, column: &str| -> i64 {
            let rows = csv
                .rows()
                .filter(|r| r.text("period") == quarter && kind.is_none_or(|k| r.text("unit_type") == k));
            rows.filter_map(|r| r.int(column)).sum()
        };
        let homeless =
            practices.rows().filter(|r| r.text("period") == quarter && r.get("ccg_code").is_none()).count()
                as i64;
        let england = of(&areas, Some("england"), "practices");
        assert_eq!(of(&ccgs, None, "practices") + homeless, england, "{quarter}");
        assert!(of(&areas, Some("region"), "practices") + homeless <= england, "{quarter}");
        let answered = |known: bool| {
            let rows =
                scores.rows().filter(|r| r.text("period") == quarter && r.get("ccg_code").is_some() == known);
            rows.filter(|r| r.float("coverage").is_some_and(|c| c > 0.0)).count() as i64
        };
        assert_eq!(answered(true), of(&ccgs, None, "practices_scored"), "{quarter}");
        assert_eq!(
            answered(true) + answered(false),
            of(&areas, Some("england"), "practices_scored"),
            "{quarter}"
        );
        if quarter == "2018-09-30" {
            assert_eq!((homeless, answered(true)), (0, 7_047), "the quarter in front");
            let page = std::fs::read_to_string(made.old.join("index.html")).unwrap();
            assert!(page.contains("<span class=\"figure\">7,047</span>"));
        }
    }
}
