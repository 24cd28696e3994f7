//! Of which day an answer is stands beside it, wherever it is not the quarter's own; and what was read once is no series.

use super::render_fake::{SMALL, release};
use super::render_tables::files;
use dpcmi::model::Provenance;
use dpcmi::report::ReleaseInput;
use polars::prelude::*;
use std::collections::BTreeMap;

/// The two quarters of the small fake release.
const QUARTERS: [&str; 2] = ["2018-09-30", "2018-12-31"];

fn days(texts: &[&str]) -> Series {
    let days: Vec<i32> = texts
        .iter()
        .map(|d| (d.parse::<jiff::civil::Date>().unwrap() - jiff::civil::date(1970, 1, 1)).get_days())
        .collect();
    Series::new("".into(), days).cast(&DataType::Date).unwrap()
}

/// A release in which `eps` rests on one directory of June 2019, and every other answer on files of its own quarter.
fn with_a_directory() -> ReleaseInput {
    let mut input = release(&SMALL, Provenance::Published);
    let (mut period, mut id, mut day) = (Vec::new(), Vec::new(), Vec::new());
    for quarter in QUARTERS {
        for (indicator, of) in [("eps", "2019-06-30"), ("patients_enabled", quarter)] {
            period.push(quarter);
            id.push(indicator);
            day.push(of);
        }
    }
    let table = df!("period" => days(&period), "indicator_id" => id, "dataset" => vec!["d"; 4], "source_period" => days(&day));
    input.tables.insert("indicator_sources".to_owned(), table.unwrap());
    let values = input.tables.get_mut("indicator_values").unwrap();
    // one practice's rows of both quarters stand for England and for a CCG
    let rows = values.clone().lazy().filter(col("unit_code").eq(lit("A81000")));
    for (kind, codes) in [("england", &["ENG"][..]), ("ccg", &["00A", "00C", "00D", "00F", "00G", "00H"])] {
        for code in codes {
            let of = rows.clone().with_columns([lit(kind).alias("unit_type"), lit(*code).alias("unit_code")]);
            values.vstack_mut(&of.collect().unwrap()).unwrap();
        }
    }
    input
}

fn page(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files[path].clone()).unwrap()
}

/// Rows of a table of a page, each as the texts of its cells.
fn table(html: &str, id: &str) -> Vec<Vec<String>> {
    let table = html.split(&format!("<table id=\"{id}\">")).nth(1).unwrap().split("</table>").next().unwrap();
    let cells = |row: &str| {
        let tags = regex::Regex::new("<[^>]+>").unwrap();
        let ends = regex::Regex::new("</t[hd]>").unwrap();
        let text = ends.replace_all(row, "\u{1}");
        let plain = tags.replace_all(&text, "").into_owned();
        plain.split('\u{1}').map(|c| c.trim().to_owned()).collect::<Vec<_>>()
    };
    table.split("<tr>").skip(1).map(cells).collect()
}

#[test]
fn an_answer_of_another_day_says_so_on_its_practice_and_nothing_else_does() {
    let files = files(with_a_directory());
    let mut told = 0;
    for (path, _) in files.iter().filter(|f| f.0.starts_with("site/practice/")) {
        for row in table(&page(&files, path), "answers").iter().skip(1) {
            let answered = row[2].starts_with("Yes") || row[2].starts_with("No ");
            let wanted = row[0].contains("Electronic Prescription") && answered;
            assert_eq!(row[2].contains("as at 30 June 2019"), wanted, "{path}: {row:?}");
            told += usize::from(wanted);
        }
    }
    assert!(told > SMALL.practices / 2, "{told}");
}

#[test]
fn the_page_of_a_ccg_names_the_day_over_the_answers_of_its_practices() {
    let files = files(with_a_directory());
    let heads = table(&page(&files, "site/ccg/00A.html"), "answers").remove(0);
    let dated: Vec<&String> = heads.iter().filter(|h| h.contains("30 June 2019")).collect();
    assert_eq!(dated, ["Electronic Prescription Service is in use (have), as at 30 June 2019"]);
    let beside_all = table(&page(&files, "site/ccg/00A.html"), "ccg-00A-spine-numbers");
    let dated: Vec<&String> =
        beside_all.iter().map(|r| &r[0]).filter(|n| n.contains("30 June 2019")).collect();
    assert_eq!(dated, ["Electronic Prescription Service is in use, as at 30 June 2019"]);
}

#[test]
fn one_reading_that_stands_in_for_two_quarters_is_no_series() {
    let files = files(with_a_directory());
    let rows = table(&page(&files, "site/indicator/eps.html"), "quarters");
    let last = |row: &Vec<String>| row[row.len() - 2].clone();
    assert_eq!(last(&rows[0]), "Day of the answers");
    assert_eq!(last(&rows[1]), "30 June 2019");
    assert_eq!(last(&rows[2]), "30 June 2019 the same reading as in the row above, not a new one");
    let own = table(&page(&files, "site/indicator/patients-enabled.html"), "quarters");
    assert_eq!([last(&own[1]), last(&own[2])], ["30 September 2018", "31 December 2018"]);
}

#[test]
fn a_first_action_that_rests_on_an_answer_of_another_day_says_so_and_one_of_the_quarter_does_not() {
    let mut input = with_a_directory();
    let actions = df!(
        "period" => days(&[QUARTERS[1]; 3]),
        "ccg_code" => ["00A", "00A", "00C"],
        "place" => [1i64, 2, 1],
        "indicator_id" => ["eps", "patients_enabled", "patients_enabled"],
        "practices" => [2i64, 3, 3],
        "practices_short" => [4i64, 5, 5],
        "practice_codes" => ["A81000 B81001", "A81000 B81001 C81002", "A81006"],
        "gain" => [1.5, 0.5, 0.5],
    );
    input.tables.insert("ccg_actions".to_owned(), actions.unwrap());
    let files = files(input);
    let said = "as at 30 June 2019: check that it still holds";
    let html = page(&files, "site/ccg/00A.html");
    let rows = table(&html, "actions");
    assert_eq!([rows[1][0].contains(said), rows[2][0].contains("check that")], [true, false], "{rows:?}");
    let first =
        |html: &str| html.split("id=\"first\"").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    assert!(first(&html).contains(&format!("What was answered is {said}.")), "{}", first(&html));
    assert!(!first(&page(&files, "site/ccg/00C.html")).contains("check that"));
}
