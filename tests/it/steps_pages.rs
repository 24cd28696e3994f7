//! What a practice's page says of its next steps stands in the tables: how many, from how many, and who has done it, by name.

use crate::improve_support::{Rows, england};
use dpcmi::store::Release;
use regex::Regex;
use std::collections::BTreeMap;

fn page(code: &str) -> String {
    let path = england().root.join(format!("release/site/practice/{code}.html"));
    let html = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    quick_xml::escape::unescape(&Regex::new("<[^>]*>").unwrap().replace_all(&html, "")).unwrap().into_owned()
}

fn table(name: &str) -> Rows {
    let release = Release::open(&england().root.join("release")).unwrap();
    Rows::of(&release.table(name, None).unwrap())
}

fn grouped(n: i64) -> String {
    let digits = n.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    parts.join(",")
}

#[test]
fn a_step_in_a_count_says_how_many_there_are_how_many_are_needed_and_of_how_many() {
    let items = table("step_items");
    let mut told = 0;
    for r in (0..items.len()).filter(|r| items.text(*r, "work") == "improve").take(200) {
        let counts = ["numerator", "numerator_then", "denominator"].map(|c| items.int(r, c));
        let [Some(now), Some(needed), Some(of)] = counts else { continue };
        let said = format!("from {} to {} of {}", grouped(now), grouped(needed), grouped(of));
        let code = items.text(r, "practice_code");
        assert!(page(&code).contains(&said), "{code}: {said}");
        told += 1;
    }
    assert!(told > 20, "{told}");
}

#[test]
fn whoever_has_done_the_step_stands_there_with_name_code_and_ccg() {
    let (exemplars, practices, items) = (table("exemplars"), table("practices"), table("step_items"));
    let day = england().day();
    let named: BTreeMap<String, String> = (0..practices.len())
        .filter(|r| practices.date(*r, "period") == day)
        .map(|r| (practices.text(r, "practice_code"), practices.text(r, "practice_name")))
        .collect();
    // an answer is no deed that somebody could have done before
    let deeds = |code: &str| {
        (0..items.len()).any(|r| {
            let own = items.text(r, "practice_code") == code && items.date(r, "period") == day;
            own && !["answer", "confirm"].contains(&items.text(r, "work").as_str())
        })
    };
    let mut told = 0;
    for r in (0..exemplars.len()).take(60) {
        let (code, other) = (exemplars.text(r, "practice_code"), exemplars.text(r, "exemplar_code"));
        if !deeds(&code) {
            continue;
        }
        let text = page(&code);
        let at = text.find("Done and kept by").unwrap_or_else(|| panic!("{code}: nobody is named"));
        let said = text[at..].to_lowercase();
        let name = format!("{} ({}, ", named[&other], other).to_lowercase();
        assert!(said.contains(&name), "{code}: {name}");
        told += 1;
    }
    assert!(told > 5, "{told}");
}

#[test]
fn an_answer_for_a_part_of_the_quarter_shows_what_the_floor_and_the_ceiling_make_of_it() {
    let values = table("indicator_values");
    let day = england().day();
    let (mut partial, mut whole) = (0, 0);
    let rows = (0..values.len())
        .filter(|r| values.text(*r, "unit_type") == "practice" && values.date(*r, "period") == day);
    for r in rows {
        let figures = ["value", "points", "points_low", "points_high"].map(|c| values.float(r, c));
        let [Some(_), Some(_), Some(low), Some(high)] = figures else { continue };
        let code = values.text(r, "unit_code");
        let said = format!("{low:.1} to {high:.1}");
        if high > low {
            let text = page(&code);
            assert!(text.contains("A range beside points") && text.contains(&said), "{code}: {said}");
            partial += 1;
        } else if whole < 20 {
            whole += 1;
        }
    }
    assert!(partial > 0 && whole > 0, "{partial} {whole}");
}
