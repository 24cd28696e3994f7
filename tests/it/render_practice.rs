//! The page of a practice: its CCG on paper too, the figures of its CCG and of England beside its answers, and nothing said about
//! how answers are known where nobody looked.

use super::render_fake::{SMALL, release};
use super::render_tables::files;
use dpcmi::model::Provenance;
use dpcmi::report::ReleaseInput;
use polars::prelude::*;

/// A release in which the practice A81000's answers stand for its CCG and for England too, where they are shares.
fn with_areas() -> ReleaseInput {
    let mut input = release(&SMALL, Provenance::Published);
    let values = input.tables.get_mut("indicator_values").unwrap();
    let shares = values
        .clone()
        .lazy()
        .filter(col("unit_code").eq(lit("A81000")).and(col("denominator").is_not_null()));
    let of = |kind: &str, code: &str, value: f64| {
        let set = [lit(kind).alias("unit_type"), lit(code).alias("unit_code"), lit(value).alias("value")];
        shares.clone().with_columns(set).collect().unwrap()
    };
    values.vstack_mut(&of("ccg", "00A", 0.42)).unwrap();
    values.vstack_mut(&of("england", "ENG", 0.37)).unwrap();
    input
}

fn page(input: ReleaseInput, path: &str) -> String {
    String::from_utf8(files(input)[path].clone()).unwrap()
}

/// Headings of the table of answers, and the cells of one question.
fn answers(html: &str, question: &str) -> (Vec<String>, Vec<String>) {
    let table = html.split("<table id=\"answers\">").nth(1).unwrap().split("</table>").next().unwrap();
    let cells = |row: &str| {
        let each = regex::Regex::new("(?s)<t[hd][^>]*>(.*?)</t[hd]>").unwrap();
        let tags = regex::Regex::new("<[^>]+>").unwrap();
        each.captures_iter(row).map(|c| tags.replace_all(&c[1], "").into_owned()).collect::<Vec<_>>()
    };
    let mut rows = table.split("<tr>").skip(1).map(cells);
    let heads = rows.next().unwrap();
    (heads, rows.find(|r| r[0].contains(question)).unwrap())
}

#[test]
fn beside_an_answer_stand_those_of_its_ccg_and_of_england() {
    let html = page(with_areas(), "site/practice/A81000.html");
    let (heads, row) = answers(&html, "Patients enabled");
    assert_eq!(heads[2..5], ["Answer", "CCG", "England"]);
    assert_eq!(row[3..5], ["42%", "37%"]);
    let (heads, _) =
        answers(&page(release(&SMALL, Provenance::Published), "site/practice/A81000.html"), "Patients");
    assert!(!heads.iter().any(|h| h == "CCG" || h == "England"), "no column without a figure: {heads:?}");
}

#[test]
fn how_answers_are_known_has_a_column_only_where_something_is_known() {
    let html = page(release(&SMALL, Provenance::Published), "site/practice/A81000.html");
    assert!(!answers(&html, "Patients").0.iter().any(|h| h == "How it is known"));
    assert!(html.contains("Nobody else's trace was held against the answers of this release."));
    let mut graded = release(&SMALL, Provenance::Published);
    let values = graded.tables.get_mut("indicator_values").unwrap();
    values.with_column(Column::new("evidence".into(), vec!["C"; values.height()])).unwrap();
    let html = page(graded, "site/practice/A81000.html");
    assert!(answers(&html, "Patients").0.iter().any(|h| h == "How it is known"));
}

#[test]
fn the_heading_names_the_ccg_which_links_do_not_on_paper() {
    let html = page(release(&SMALL, Provenance::Published), "site/practice/A81000.html");
    let heading = html.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap();
    assert!(heading.ends_with("CCG: <bdi>Ashbourne West</bdi> (00A)</span>"), "{heading}");
}

#[test]
fn a_file_that_is_known_and_holds_no_data_is_not_called_unknown() {
    let mut input = release(&SMALL, Provenance::Published);
    let table = input.tables.get_mut("quality/reconciliation").unwrap();
    let states = Column::new("state".into(), ["accepted", "no_data", "unclaimed"]);
    table.with_column(states).unwrap();
    let html = page(input, "site/data-quality.html");
    let each = html.split("<table id=\"each-file\">").nth(1).unwrap().split("</table>").next().unwrap();
    let states = ["accepted", "known, holds no data of the pipeline", "not recognised"];
    assert!(states.iter().all(|s| each.contains(&format!("<td>{s}</td>"))), "{each}");
}

/// What the page of the practice A81000 says has changed, where these of its answers are of that day and absence.
fn changed(gone: &[(&str, &str, &str)]) -> String {
    let mut input = release(&SMALL, Provenance::Published);
    let table = input.tables.get_mut("indicator_values").unwrap();
    for (day, id, why) in gone {
        let day = day.parse::<jiff::civil::Date>().unwrap() - jiff::civil::date(1970, 1, 1);
        let of = col("period").eq(lit(day.get_days()).cast(DataType::Date));
        let row = of.and(col("indicator_id").eq(lit(*id))).and(col("unit_code").eq(lit("A81000")));
        let set = |c: &str, to: Expr| when(row.clone()).then(to).otherwise(col(c)).alias(c);
        let value = if why.is_empty() { lit(1.0) } else { lit(NULL) };
        let absence = if why.is_empty() { lit(NULL) } else { lit(*why) };
        let lazy = table.clone().lazy();
        *table = lazy.with_columns([set("value", value), set("absence", absence)]).collect().unwrap();
    }
    let html = page(input, "site/practice/A81000.html");
    html.split("<h2>Changed since").nth(1).unwrap().split("<h2>").next().unwrap().to_owned()
}

#[test]
fn what_changed_names_answers_that_went_and_came_and_no_question_that_was_not_asked() {
    const BEFORE: &str = "2018-09-30";
    const NOW: &str = "2018-12-31";
    let eps = "Electronic Prescription Service is in use";
    let lines = |said: &str| {
        ["Answered before, no answer now: ", "No answer before, answered now: "].map(|lead| {
            let line = said.split(lead).nth(1).map(|rest| rest.split("</li>").next().unwrap().to_owned());
            line.unwrap_or_default()
        })
    };
    let told = |gone: &[(&str, &str, &str)]| lines(&changed(gone)).map(|line| line.contains(eps));
    assert_eq!(told(&[(BEFORE, "eps", ""), (NOW, "eps", "not_returned")]), [true, false]);
    assert_eq!(told(&[(BEFORE, "eps", "not_returned"), (NOW, "eps", "")]), [false, true]);
    for why in ["not_asked", "not_applicable", "withheld"] {
        assert_eq!(told(&[(BEFORE, "eps", ""), (NOW, "eps", why)]), [false; 2], "{why}");
    }
    let ids = ["appointments_enabled", "prescriptions_enabled", "records_enabled", "eps", "patients_enabled"];
    let all: Vec<_> = ids.iter().flat_map(|id| [(BEFORE, *id, ""), (NOW, *id, "not_returned")]).collect();
    let few = lines(&changed(&all)).concat();
    assert!(
        few.ends_with("records can be viewed online; and 2 more"),
        "few are named, for one side of A4: {few}"
    );
}
