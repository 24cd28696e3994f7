//! An answer that came as words of its own stands as words: beside what it is worth, on pages and in workbooks.

use super::improve_support::england;
use super::workbook_reader::{self, Cell};
use dpcmi::define::framework::Measure;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// The indicator of the security toolkit, the one whose answers are no yes and no.
const TOOLKIT: &str = "IND8.1";

/// Status of each practice in the register of the quarter on show, with its points.
fn returned() -> BTreeMap<String, (String, f64)> {
    let e = england();
    let Some(Measure::State { dataset, column, points, .. }) = &e.indicator(TOOLKIT).measure else {
        panic!("{TOOLKIT} is a state")
    };
    let mut out = BTreeMap::new();
    for source in e.sources.iter().filter(|s| s.dataset == *dataset && s.period.end() == e.day()) {
        let text = |name: &str| source.frame.column(name).unwrap().str().unwrap();
        for (code, word) in text("practice_code").iter().zip(text(column.as_str()).iter()) {
            let (code, word) = (code.unwrap().to_owned(), word.unwrap().to_owned());
            let worth = points[&word];
            out.insert(code, (word, worth));
        }
    }
    out
}

fn page(path: &str) -> String {
    let html = std::fs::read_to_string(england().root.join("release/site").join(path)).unwrap();
    quick_xml::escape::unescape(&html).unwrap().into_owned()
}

/// Texts of the cells of the rows of a table that hold `what`.
fn rows(html: &str, id: &str, what: &str) -> Vec<Vec<String>> {
    let table = html.split(&format!("<table id=\"{id}\">")).nth(1).unwrap().split("</table>").next().unwrap();
    let (cell, tag) = (Regex::new("(?s)<t[hd][^>]*>(.*?)</t[hd]>").unwrap(), Regex::new("<[^>]+>").unwrap());
    let cells =
        |row: &str| cell.captures_iter(row).map(|c| tag.replace_all(&c[1], "").into_owned()).collect();
    table.split("<tr>").filter(|row| row.contains(what)).map(cells).collect()
}

#[test]
fn a_practices_page_shows_the_word_of_its_answer_and_what_it_is_worth() {
    let wording = &england().indicator(TOOLKIT).wording;
    let (mut told, mut worths) = (0, BTreeSet::new());
    for (code, (word, points)) in returned() {
        let path = format!("practice/{code}.html");
        if !england().root.join("release/site").join(&path).exists() {
            continue;
        }
        let row = rows(&page(&path), "answers", wording).remove(0);
        assert!(row[2].split(" or ").any(|w| w == word), "{code}: {word}, shown {row:?}");
        assert_eq!(row.last().unwrap(), &format!("{points:.1}"), "{code}");
        assert!(row[3].ends_with("% in full"), "the figure of an area is of full answers: {row:?}");
        worths.insert(format!("{points:.0}"));
        told += 1;
    }
    assert!(told > 400, "{told}");
    assert_eq!(worths, ["100", "50"].map(str::to_owned).into(), "in full and half");
}

#[test]
fn a_ccgs_page_and_workbook_have_the_words_beside_the_worth() {
    let e = england();
    let (practices, returned) = (e.table("practices"), returned());
    let of_ccg: BTreeMap<String, String> = (0..practices.len())
        .filter(|r| practices.date(*r, "period") == e.day())
        .map(|r| (practices.text(r, "practice_code"), practices.text(r, "ccg_code")))
        .collect();
    let ccg = of_ccg.values().min().unwrap();
    let bytes = std::fs::read(e.root.join(format!("release/workbook/ccg/{ccg}.xlsx"))).unwrap();
    let book = workbook_reader::read("x.xlsx", &bytes);
    let sheet = book.pages.iter().find(|p| p.name == "Answers").unwrap();
    let at = |end: &str| {
        let own = |h: &&str| h.starts_with(TOOLKIT) && h.ends_with(end);
        sheet.headings().iter().position(own).unwrap()
    };
    let (worth, words) = (sheet.column(at("1 is full, 0 is none)")), sheet.column(at(", in words")));
    let html = page(&format!("ccg/{ccg}.html"));
    let mut told = 0;
    for (row, code) in sheet.column(0).into_iter().enumerate() {
        let Cell::Text(code) = code else { panic!("{code:?}") };
        let Some((word, points)) = returned.get(code) else { continue };
        assert_eq!(worth[row], &Cell::Number(points / 100.0), "{code}");
        let Cell::Text(said) = words[row] else { panic!("{code}: {:?}", words[row]) };
        assert!(said.split(" or ").any(|w| w == word), "{code}: {word}, in the workbook {said}");
        let cell = format!("{said} {points} of 100 points");
        let line = rows(&html, "answers", code).remove(0);
        assert!(line.contains(&cell), "{code}: no `{cell}` in {line:?}");
        told += 1;
    }
    assert!(told > 20, "{told}");
}

#[test]
fn the_page_of_an_indicator_names_its_answers_with_their_points() {
    let html = page(&format!("indicator/{TOOLKIT}.html"));
    let Some(Measure::State { points, .. }) = &england().indicator(TOOLKIT).measure else { panic!() };
    let key = html.split("each answer has points of its own: ").nth(1).unwrap().split(". ").next().unwrap();
    let told: BTreeMap<String, f64> = key
        .split("; ")
        .flat_map(|part| {
            let (words, worth) = part.rsplit_once(' ').unwrap();
            let worth: f64 = worth.parse().unwrap();
            words.split(" or ").map(|w| (w.to_owned(), worth)).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(&told, points);
    let plain = page("indicator/IND21.1.html");
    assert!(plain.contains("each answer has points of its own. "), "yes and no need no key");
}
