//! Every count says what it counts, and the same words mean the same number on every page.

use super::render_areas::simulated;
use super::render_fake::{SMALL, release};
use super::render_tables::files;
use dpcmi::model::Provenance;
use dpcmi::report::ReleaseInput;
use polars::prelude::*;
use std::collections::BTreeMap;

/// The texts of a page without its tags.
fn said(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let tags = regex::Regex::new("<[^>]+>").unwrap();
    let html = std::str::from_utf8(&files[path]).unwrap();
    let text = quick_xml::escape::unescape(&tags.replace_all(html, " ")).unwrap().into_owned();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn put(input: &mut ReleaseInput, table: &str, column: Column) {
    input.tables.get_mut(table).unwrap().with_column(column).unwrap();
}

#[test]
fn a_count_of_practices_says_which_and_is_the_same_on_every_page() {
    let mut input = release(&SMALL, Provenance::Published);
    let n = input.tables["practices"].height();
    // in each of two quarters of 40: one closed, two silent, three without a published list
    let flags: Vec<bool> = (0..n).map(|i| i % 40 != 0).collect();
    put(&mut input, "practices", Column::new("expected".into(), flags));
    let lists = (0..n).map(|i| (i % 40 > 2).then_some(1_000i64)).collect::<Vec<_>>();
    put(&mut input, "practices", Column::new("list_size".into(), lists));
    let coverage = (0..n).map(|i| if (10..12).contains(&(i % 40)) { 0.0 } else { 1.0 });
    put(&mut input, "practice_scores", Column::new("coverage".into(), coverage.collect::<Vec<_>>()));
    let files = files(input);
    let front = said(&files, "index.html");
    let of = "39 practices open and expected in the quarter and 1 that answered all the same";
    assert!(front.contains(&format!("Practices with an answer 38 of 40 practices: {of}")), "{front}");
    assert!(
        front.contains("Registered patients 37,000 at the 37 practices whose list size is published"),
        "{front}"
    );
    for path in ["site/method.html", "site/data-quality.html"] {
        let page = said(&files, path);
        let sentence = format!("Practices counted: {of}. Of these 38 gave at least one answer and 2 none");
        assert!(page.contains(&sentence), "{path}: {page}");
        assert!(
            page.contains("37,000 registered patients are at the 37 practices whose list size is published"),
            "{path}"
        );
    }
}

#[test]
fn registered_patients_of_england_carry_the_day_of_their_lists() {
    let pages = ["index.html", "site/data-quality.html", "site/method.html"];
    let said_of = |days: &dyn Fn(usize) -> Option<&'static str>, tail: &str| {
        let mut input = release(&SMALL, Provenance::Published);
        let n = input.tables["practices"].height();
        put(&mut input, "practices", Column::new("list_size".into(), vec![1_000i64; n]));
        let sources: Vec<_> = (0..n).map(|i| days(i % 40)).collect();
        put(&mut input, "practices", Column::new("list_source".into(), sources));
        let files = files(input);
        for page in pages {
            let text = said(&files, page);
            assert!(text.contains(&format!("at all 40 practices{tail}")), "{page}: {tail}");
        }
    };
    let payments = Some("payments 2019-03-31");
    said_of(&|_| payments, ", lists of 31 March 2019");
    // 3 practices by a later list, one by a list whose day nobody states: the day is that of most patients
    let mixed = |i: usize| match i {
        0..3 => Some("list_sizes 2019-04-30"),
        3 => None,
        _ => payments,
    };
    said_of(&mixed, ", lists of 31 March 2019; those of 4 practices are of another day");
    said_of(
        &|i| if i == 0 { Some("list_sizes 2018-12-31") } else { payments },
        ", lists of 31 March 2019; that of 1 practice is of another day",
    );
    said_of(&|_| None, "");
}

#[test]
fn a_practice_is_one_step_short_where_one_of_several_unmet_items_is_enough() {
    let mut input = release(&SMALL, Provenance::Published);
    let scores = &input.tables["practice_scores"];
    let n = scores.height();
    let codes: Vec<String> = scores
        .column("practice_code")
        .unwrap()
        .str()
        .unwrap()
        .iter()
        .take(2)
        .flatten()
        .map(str::to_owned)
        .collect();
    let quarter = scores.column("period").unwrap().slice(40, 2);
    for (name, value) in [("level", 0i64), ("level_high", 0)] {
        put(&mut input, "practice_scores", Column::new(name.into(), vec![value; n]));
    }
    put(&mut input, "practice_scores", Column::new("blocking".into(), vec!["eps gp2gp_integrated"; n]));
    let steps = df!("practice_code" => codes.clone(), "smallest_set" => vec!["eps", "eps gp2gp_integrated"], "level_then" => [1i64, 1], "gain" => [0.02, 3.0]);
    let mut steps = steps.unwrap();
    steps.with_column(quarter).unwrap();
    input.tables.insert("next_steps".to_owned(), steps);
    let files = files(input);
    assert!(
        said(&files, "site/self-audit.html").contains("1 practices are one step short of their next level")
    );
    assert!(
        said(&files, &format!("site/practice/{}.html", codes[0])).contains("one step short of the next.")
    );
    assert!(
        said(&files, &format!("site/practice/{}.html", codes[1]))
            .contains("the fewest steps to the next are 2.")
    );
}

#[test]
fn wherever_a_tier_is_shown_it_is_said_what_a_tier_is_not() {
    let files = files(simulated(&SMALL, Provenance::Published));
    let words = "close together, which is not the same as not to be told apart";
    let mut shown = 0;
    for path in files.keys().filter(|p| p.ends_with(".html") || p.ends_with(".svg")) {
        let page = said(&files, path);
        if page.contains("tier 1") || page.contains("Tier 1") {
            assert!(page.contains(words), "{path}");
            shown += 1;
        }
    }
    assert!(shown > SMALL.ccgs, "{shown}");
}

#[test]
fn a_difference_is_that_of_the_figures_as_they_are_printed() {
    let mut input = simulated(&SMALL, Provenance::Published);
    let n = input.tables["ccg_scores"].height();
    for (name, value) in [("have", 80.14), ("use", 34.86)] {
        put(&mut input, "ccg_scores", Column::new(name.into(), vec![value; n]));
    }
    let page = said(&files(input), "index.html");
    assert!(page.contains("80.1 34.9"), "the table has both");
    assert!(
        page.contains("lose up to 45.2 points") && !page.contains("lose up to 45.3"),
        "80.14 less 34.86 is 45.28"
    );
}
