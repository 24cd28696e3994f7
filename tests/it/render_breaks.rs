//! Quarters that did not ask the same are not set against each other, and a quarter of which nothing is held keeps its room.

use super::render_fake::{SMALL, Size, release};
use super::render_tables::files;
use dpcmi::model::Provenance;
use dpcmi::report::ReleaseInput;
use polars::prelude::*;

const LAST: &str = "2018-12-31";

fn of_day(day: &str) -> Expr {
    let day = day.parse::<jiff::civil::Date>().unwrap() - jiff::civil::date(1970, 1, 1);
    col("period").eq(lit(day.get_days()).cast(DataType::Date))
}

/// A release in whose last quarter nobody was asked `eps`, though in the one before nobody was asked `gp2gp_integrated`.
fn asked_other_things() -> ReleaseInput {
    let one = |id: &str| col("indicator_id").eq(lit(id));
    not_asked(of_day(LAST).and(one("eps")).or(of_day(LAST).not().and(one("gp2gp_integrated"))))
}

/// A release in which nobody was asked what these rows hold.
fn not_asked(left_out: Expr) -> ReleaseInput {
    let mut input = release(&SMALL, Provenance::Published);
    let table = input.tables.get_mut("indicator_values").unwrap();
    let asked = |c: &str| when(left_out.clone()).then(lit(NULL)).otherwise(col(c)).alias(c);
    let changed = table
        .clone()
        .lazy()
        .with_columns([
            asked("value"),
            asked("points"),
            when(left_out.clone()).then(lit("not_asked")).otherwise(col("absence")).alias("absence"),
        ])
        .collect()
        .unwrap();
    let one = changed.clone().lazy().filter(col("unit_code").eq(lit("A81000")).and(left_out.not()));
    let england = one.with_columns([
        lit("england").alias("unit_type"),
        lit("ENG").alias("unit_code"),
        lit(1.0).alias("value"),
        lit(NULL).cast(DataType::String).alias("absence"),
    ]);
    *table = changed.vstack(&england.collect().unwrap()).unwrap();
    input
}

fn page(input: ReleaseInput, path: &str) -> String {
    text(&files(input)[path])
}

fn text(file: &[u8]) -> String {
    quick_xml::escape::unescape(std::str::from_utf8(file).unwrap()).unwrap().into_owned()
}

/// On pages of areas: the sentence, then each question on a line of its own.
const LISTED: [&str; 3] = [
    "From 2018/19 Q2 to 2018/19 Q3 the questions changed: what lies on either side is not to be compared.",
    "<li><bdi>New: GP2GP transfers integrated</bdi></li>",
    "<li><bdi>No longer asked: Electronic Prescription Service is in use</bdi></li>",
];

fn told(html: &str) -> bool {
    html.contains(SAID) || LISTED.iter().all(|line| html.contains(line))
}

const SAID: &str = "From 2018/19 Q2 to 2018/19 Q3 the questions changed. New: GP2GP transfers integrated. No longer asked: Electronic \
                    Prescription Service is in use. What lies on either side is not to be compared.";

#[test]
fn where_the_questions_changed_every_history_breaks_and_says_which() {
    for path in ["site/practice/A81000.html", "site/ccg/00A.html", "index.html"] {
        assert!(told(&page(asked_other_things(), path)), "{path}");
        assert!(
            !page(release(&SMALL, Provenance::Published), path).contains("the questions changed"),
            "{path}"
        );
    }
    let practice = page(asked_other_things(), "site/practice/A81000.html");
    assert!(practice.contains("no: not to be compared"));
}

#[test]
fn no_growth_is_claimed_across_other_questions() {
    let answer =
        |html: &str| html.split("How has it moved?").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    let across = answer(&page(asked_other_things(), "site/ccg/00A.html"));
    assert!(
        !across.contains("rose") && !across.contains("fell") && across.contains("no growth or loss"),
        "{across}"
    );
    let alike = answer(&page(release(&SMALL, Provenance::Published), "site/ccg/00A.html"));
    assert!(alike.contains("rose") || alike.contains("fell"), "{alike}");
}

#[test]
fn a_quarter_of_which_nothing_is_held_is_named() {
    let mut input = release(&Size { quarters: 3, ..SMALL }, Provenance::Published);
    for name in
        ["practices", "practice_scores", "ccg_scores", "league_table", "area_scores", "indicator_values"]
    {
        let table = input.tables.get_mut(name).unwrap();
        *table = table.clone().lazy().filter(of_day("2018-09-30").not()).collect().unwrap();
    }
    let files = files(input);
    for path in ["site/practice/A81000.html", "site/ccg/00A.html", "charts/england-by-quarter.svg"] {
        assert!(text(&files[path]).contains("Nothing is held of 2018/19 Q2."), "{path}");
    }
}

#[test]
fn a_break_after_the_quarter_on_show_is_told_where_later_quarters_are_shown() {
    let mut input = asked_other_things();
    let scores = input.tables.get_mut("ccg_scores").unwrap();
    let few = when(of_day(LAST)).then(lit(0.1)).otherwise(col("coverage")).alias("coverage");
    *scores = scores.clone().lazy().with_columns([few]).collect().unwrap();
    let files = files(input);
    assert!(text(&files["index.html"]).contains("2018/19 Q2, to 30 September 2018"));
    for (path, listed) in
        [("index.html", true), ("site/ccg/00A.html", true), ("site/practice/A81000.html", false)]
    {
        assert_eq!(told(&text(&files[path])), listed, "{path}");
    }
}

#[test]
fn many_questions_that_changed_stand_in_a_list_behind_their_number() {
    // all but one question are new, and that one went
    let eps = || col("indicator_id").eq(lit("eps"));
    let other = not_asked(of_day(LAST).and(eps()).or(of_day(LAST).not().and(eps().not())));
    let (many, few) = (files(other), files(asked_other_things()));
    for path in ["site/ccg/00A.html", "index.html"] {
        let list = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
            let html = text(&files[path]);
            html.split("<ul class=\"list breaks\">")
                .nth(1)
                .unwrap()
                .split("</section>")
                .next()
                .unwrap()
                .to_owned()
        };
        let (many, few) = (list(&many), list(&few));
        assert!(many.contains("<details><summary>5 new, 1 no longer asked</summary>"), "{path}: {many}");
        assert_eq!(many.matches("<li><bdi>New: ").count(), 5, "{path}");
        assert_eq!(many.matches("<li><bdi>No longer asked: ").count(), 1, "{path}");
        assert!(
            !few.split("</ul>").next().unwrap().contains("<details>"),
            "{path}: two need no line before them"
        );
    }
}
