//! What a reader who distrusts the index finds in a release: for any practice or CCG, what would change if he were right.

use crate::hostile_folder::dpcmi as plain;
use crate::line::{Csv, answer, dpcmi, folder, run};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::OnceLock;

const QUARTER: &str = "2018-09-30";

/// A release of the full model over a small synthetic England, its second quarter with returns.
pub fn release() -> &'static PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let root = folder("explained_doubt");
        let (inputs, out) = (root.join("inputs"), root.join("release"));
        let synth = ["synth", "--era", "dpcma", "--practices", "240", "--quarters", "2", "--seed", "1"];
        answer(dpcmi(&synth).arg("--out").arg(&inputs));
        run("dpcma-2018", &inputs, &root.join("store"), &out, &[]);
        out
    })
}

fn table(name: &str) -> Csv {
    Csv::open(&release().join(format!("tables/{name}.csv")))
}

/// What `explain` says in words and as JSON, and of one indicator where it is named.
fn explain(code: &str, measure: &str) -> (String, Value) {
    let arguments = ["explain", code, "--measure", measure, "--period", QUARTER];
    let text = plain().args(arguments).arg("--release").arg(release()).output().unwrap();
    assert!(text.status.success(), "{}", String::from_utf8_lossy(&text.stderr));
    let json = answer(dpcmi(&arguments).arg("--release").arg(release())).1;
    (String::from_utf8(text.stdout).unwrap(), json)
}

#[test]
fn a_contradicted_claim_is_told_with_its_trace_its_value_and_what_it_costs() {
    let evidence = table("evidence");
    let of_quarter =
        |r: &crate::line::Row<'_>| r.text("period") == QUARTER && r.text("unit_type") == "practice";
    let mut shares = 0;
    for row in evidence.rows().filter(of_quarter).filter(|r| r.text("trace") == "pomi-enabled") {
        let contradicts = match row.text("reason") {
            "trace_contradicts" => true,
            "trace_shows_more" => false,
            _ => continue,
        };
        let (of, all) = row.text("trace_value").split_once(" of ").expect("a share has its parts");
        let share = of.parse::<f64>().unwrap() / all.parse::<f64>().unwrap();
        assert_eq!(row.text("claimed"), if contradicts { "yes" } else { "no" });
        assert_eq!(share < 0.30, contradicts, "{share}");
        shares += 1;
    }
    assert!(shares > 0, "some declare another share than was counted");

    let row =
        evidence.rows().filter(of_quarter).find(|r| r.text("reason") == "trace_contradicts").expect("one");
    let (code, id) = (row.text("unit_code"), row.text("indicator_id"));
    let (text, json) = explain(code, "score");
    let told = json["evidence"].as_array().unwrap().iter().find(|e| e["indicator"] == id).unwrap();
    for (key, column) in
        [("trace", "trace"), ("trace_value", "trace_value"), ("grade", "grade"), ("claimed", "claimed")]
    {
        assert_eq!(told[key], row.text(column), "{key}");
    }
    let line = format!(
        "claimed {}: D, trace contradicts: {} = {}",
        row.text("claimed"),
        row.text("trace"),
        row.text("trace_value")
    );
    assert!(text.contains(&line), "{line}\n{text}");
    let bounds = &json["if_not_believed"];
    assert!(bounds["score_evidenced"].as_f64().unwrap() < bounds["score"].as_f64().unwrap(), "{bounds}");
    assert!(bounds["evidence_d"].as_f64().unwrap() > 0.0);
    // asked about the one answer, only it is explained
    let (_, one) = explain(code, id);
    assert_eq!(one["evidence"].as_array().unwrap().len(), 1);
    assert!(one.get("alternatives").is_none());
}

#[test]
fn a_practice_is_told_its_level_what_blocks_the_next_and_what_its_interval_rests_on() {
    let scores = table("practice_scores");
    let open = scores.rows().find(|r| {
        r.text("period") == QUARTER && r.int("level").is_some() && r.int("level") < r.int("level_high")
    });
    let open = open.expect("missing answers leave somebody's level open");
    let (text, json) = explain(open.text("practice_code"), "score");
    let standing = &json["standing"];
    assert_eq!(standing["level"]["low"], open.text("level"));
    assert_eq!(standing["level"]["high"], open.text("level_high"));
    let blocking: Vec<&str> =
        standing["blocking"].as_array().unwrap().iter().map(|b| b.as_str().unwrap()).collect();
    assert_eq!(blocking.join(" "), open.text("blocking"));
    assert!(
        text.contains("if every missing answer were met") && text.contains("of the next level not met"),
        "{text}"
    );
    assert_eq!(standing["interval"]["low"].as_f64(), open.float("interval_low"));
    assert!(standing["interval"]["rests_on"].as_str().unwrap().contains("1000 draws (seed 1)"), "{standing}");
    assert!(
        standing["rank_range"]["low"] == open.text("rank_low")
            && standing["rank_range"]["high"] == open.text("rank_high")
            && standing["rank_range"]["among"] == open.text("ranked_among")
            && !open.text("ranked_among").is_empty()
    );
    let bounds = &json["if_not_believed"];
    assert_eq!(bounds["score"].as_f64(), open.float("score"), "missing answers as not met");
    assert_eq!(bounds["score_high"].as_f64(), open.float("score_high"), "and as met");
    assert!(bounds["score"].as_f64() < bounds["score_high"].as_f64());
}

#[test]
fn a_practice_is_told_the_fewest_items_that_open_its_next_level() {
    let steps = table("next_steps");
    let some = steps.rows().find(|r| r.int("steps") == Some(2)).expect("somebody is two steps short");
    let (text, json) = explain(some.text("practice_code"), "score");
    let fewest = json["standing"]["fewest_steps"].as_array().unwrap();
    let fewest: Vec<&str> = fewest.iter().map(|i| i.as_str().unwrap()).collect();
    assert_eq!(fewest.join(" "), some.text("smallest_set"));
    let gain = format!("open it; the floor gains {:.1}", some.float("gain").unwrap());
    assert!(text.contains(&gain), "{text}");
}

#[test]
fn answers_carried_forward_are_told_by_block_with_who_vouches_for_them() {
    let carried = table("carried_forward");
    for (status, words) in [
        ("confirmed", "somebody confirmed it on 20"),
        ("unchanged", "seldom changes; nobody confirmed it"),
        ("suspect", "it may be what the form was filled with"),
    ] {
        let row = carried.rows().find(|r| r.text("period") == QUARTER && r.text("status") == status);
        let row = row.unwrap_or_else(|| panic!("no block is {status}"));
        let (text, json) = explain(row.text("practice_code"), "score");
        let block = json["carried_forward"]
            .as_array()
            .unwrap()
            .iter()
            .find(|b| b["block"] == row.text("block"))
            .unwrap();
        assert_eq!(block["status"], status);
        assert!(text.contains(words), "{text}");
    }
    let scores = table("practice_scores");
    let moved = scores.rows().filter(|r| r.text("period") == QUARTER).find(|r| {
        let code = r.text("practice_code");
        !carried.rows().any(|c| c.text("period") == QUARTER && c.text("practice_code") == code)
    });
    let (text, json) = explain(moved.expect("some give every block anew").text("practice_code"), "score");
    assert!(
        json["carried_forward"].as_array().unwrap().is_empty()
            && text.contains("none: no block of its return"),
        "{text}"
    );
}

#[test]
fn a_ccg_is_told_its_levels_tier_limits_and_which_choices_move_it_most() {
    let scores = table("ccg_scores");
    let row = scores.rows().find(|r| r.text("period") == QUARTER).unwrap();
    let code = row.text("ccg_code");
    let (text, json) = explain(code, "score");
    let standing = &json["standing"];
    assert_eq!(standing["tier"], row.text("tier"));
    assert_eq!(standing["limits"].as_array().unwrap().len(), row.text("limits").split(' ').count());
    let shares = standing["levels"].as_object().unwrap();
    let sum: f64 = shares.values().map(|s| s.as_f64().unwrap()).sum();
    assert!(shares.len() > 1 && (sum - 1.0).abs() < 1e-9, "{shares:?}");
    let all = table("alternatives");
    let mine: Vec<_> =
        all.rows().filter(|r| r.text("unit_type") == "ccg" && r.text("unit_code") == code).collect();
    let place = |r: &crate::line::Row<'_>| r.int("rank_among").unwrap();
    let stated = mine.iter().find(|r| r.text("alternative") == "as stated").unwrap();
    let shifts: Vec<i64> = mine.iter().map(|r| place(r) - place(stated)).collect();
    let told = &json["alternatives"];
    assert_eq!(told["best"].as_i64(), shifts.iter().copied().min());
    assert_eq!(told["worst"].as_i64(), shifts.iter().copied().max());
    let each = told["each"].as_array().unwrap();
    assert_eq!(each.len() + 1, mine.len());
    assert_eq!(each[0]["places"].as_i64().unwrap().abs(), shifts.iter().map(|s| s.abs()).max().unwrap());
    assert!(text.contains("other choices: between") && !text.contains('"'), "{text}");
    assert!(!text.contains("carried forward"), "a CCG fills in no prefilled return");
}

#[test]
fn a_ccg_page_lists_its_practices_with_their_grades_and_what_they_carried_forward() {
    let scores = table("practice_scores");
    let evidence = table("evidence");
    let carried = table("carried_forward");
    let mut marked = 0;
    for row in scores.rows().filter(|r| r.text("period") == QUARTER).step_by(20) {
        let code = row.text("practice_code");
        let path = release().join(format!("site/ccg/{}.html", row.text("ccg_code")));
        let page = std::fs::read_to_string(path).unwrap();
        let known =
            page.split("<table id=\"known\">").nth(1).expect("a table").split("</table>").next().unwrap();
        let line = known.split("<tr>").find(|tr| tr.contains(&format!("<small>{code}")));
        let grades = ["A", "B", "C", "D"].map(|grade| {
            let mine = evidence.rows().filter(|r| r.text("period") == QUARTER && r.text("unit_code") == code);
            mine.filter(|r| r.text("grade") == grade).count().to_string()
        });
        let blocks =
            carried.rows().filter(|r| r.text("period") == QUARTER && r.text("practice_code") == code).count();
        let Some(line) = line else {
            assert!(grades.iter().all(|n| n == "0") && blocks == 0, "{code} is missing");
            continue;
        };
        assert!(line.contains(&grades.join(" · ")), "{code}: {line}");
        let says = ["Suspect", "Unchanged", "Confirmed"].iter().any(|w| line.contains(w));
        assert_eq!(says, blocks > 0, "{code}: {line}");
        marked += 1;
    }
    assert!(marked > 5, "{marked}");
}
