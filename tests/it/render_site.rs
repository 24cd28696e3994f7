//! Pages: names from data stay text, links lead somewhere, absence is said, synthetic data is named.

use super::render_fake::{SMALL, about, release};
use super::render_tables::files;
use dpcmi::model::Provenance;
use dpcmi::report::ReleaseInput;
use polars::prelude::*;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// Elements with attributes, and all text joined, as a second parser sees them.
fn parse(html: &[u8]) -> (Vec<(String, BTreeMap<String, String>)>, String) {
    let text = std::str::from_utf8(html).unwrap();
    let mut reader = quick_xml::Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let (mut elements, mut words) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) | Event::Empty(e) => {
                let attributes = e.html_attributes().map(|a| {
                    let a = a.unwrap();
                    let value = quick_xml::escape::unescape(&a.value).unwrap();
                    (a.key.as_ref().to_owned(), value.into_owned())
                });
                elements.push((e.name().as_ref().to_owned(), attributes.collect()));
            }
            Event::Text(t) => words.push_str(&t),
            Event::GeneralRef(r) => {
                let reference = format!("&{};", &*r);
                words.push_str(&quick_xml::escape::unescape(&reference).unwrap());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    (elements, words)
}

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "{{ 7 * 191 }}{% raw %}",
    "</table></main><a href=javascript:alert(1)>Surgery</a>",
    "Safe\u{202e}yregruS\u{2066}\u{200b}",
];

#[test]
fn hostile_names_stay_text_on_every_page_and_in_every_chart() {
    let mut input = release(&SMALL, Provenance::Published);
    let practices = input.tables.get_mut("practices").unwrap();
    let n = practices.height();
    let pick = |i: usize| HOSTILE[i % HOSTILE.len()];
    practices.with_column(Column::new("practice_name".into(), (0..n).map(pick).collect::<Vec<_>>())).unwrap();
    practices
        .with_column(Column::new("ccg_name".into(), (0..n).map(|i| pick(i * 6 / 40)).collect::<Vec<_>>()))
        .unwrap();
    practices
        .with_column(Column::new("system_supplier".into(), (0..n).map(pick).collect::<Vec<_>>()))
        .unwrap();
    input.about.title = HOSTILE[0].to_owned();
    input.about.sources[0].title = HOSTILE[1].to_owned();
    input.about.framework.indicators[0].wording = HOSTILE[4].to_owned();
    let files = files(input);
    let mut names = 0;
    for (path, bytes) in files.iter().filter(|f| f.0.ends_with(".html")) {
        let (elements, words) = parse(bytes);
        for (element, attributes) in &elements {
            let ours = attributes.get("src").is_some_and(|src| src.ends_with("site/site.js"));
            assert!(element != "script" || ours, "{path}: {attributes:?}");
            assert!(
                !attributes.keys().any(|k| k.starts_with("on") || k == "style"),
                "{path}: {attributes:?}"
            );
            if let Some(to) = attributes.get("href").or(attributes.get("src")) {
                let ours = [
                    "#",
                    "index.html",
                    "site/",
                    "../",
                    "tables/",
                    "charts/",
                    "workbook/",
                    "quality/",
                    "manifest.json",
                    "ccg/",
                    "practice/",
                    "indicator/",
                ];
                let licence = to.starts_with("https://www.nationalarchives.gov.uk/");
                assert!(licence || ours.iter().any(|p| to.starts_with(p)), "{path}: {to}");
            }
        }
        assert!(!words.contains(['\u{202e}', '\u{2066}', '\u{200b}']));
        names += words.matches("<script>alert(1)</script>").count();
        assert!(!words.contains("1337"), "{path}: a template in a name was run");
    }
    assert!(names > 10, "the names are there, as text: {names}");
    for (path, bytes) in files.iter().filter(|f| f.0.ends_with(".svg")) {
        let (elements, _) = parse(bytes);
        assert!(!elements.iter().any(|e| e.0 == "script" || e.0 == "img" || e.0 == "a"), "{path}");
    }
}

#[test]
fn every_link_leads_to_a_file_of_the_release_and_every_page_has_its_policy() {
    let files = files(release(&SMALL, Provenance::Published));
    assert_eq!(
        files.keys().filter(|p| p.starts_with("site/ccg/") && p.ends_with(".html")).count(),
        SMALL.ccgs
    );
    for (path, bytes) in files.iter().filter(|f| f.0.ends_with(".html")) {
        let (elements, _) = parse(bytes);
        let policy =
            elements.iter().find(|e| e.1.get("http-equiv").is_some_and(|v| v == "Content-Security-Policy"));
        let strict = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action 'none'";
        assert_eq!(policy.unwrap().1["content"], strict, "{path}");
        let ids: Vec<&String> = elements.iter().filter_map(|e| e.1.get("id")).collect();
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{path}: an id twice");
        for (_, attributes) in &elements {
            let Some(to) = attributes.get("href").or(attributes.get("src")) else { continue };
            if let Some(id) = to.strip_prefix('#') {
                assert!(ids.iter().any(|i| *i == id), "{path}: {to}");
            } else if !to.starts_with("https:") {
                // site/ccg/00A.html to ../practice/A81001.html stays in site/
                let up = to.matches("../").count();
                let folder: Vec<&str> = path.split('/').collect();
                let base = &folder[..folder.len() - 1 - up];
                let target = [base.join("/"), to.replace("../", "")].join("/");
                let target = target.trim_start_matches('/').split('#').next().unwrap();
                // Parquet and the manifest are written by `store`; PNG was not asked for here.
                let elsewhere =
                    target.ends_with(".parquet") || target.ends_with(".png") || target == "manifest.json";
                assert!(elsewhere || files.contains_key(target), "{path}: {to}");
            }
        }
        let tables = elements.iter().filter(|e| e.0 == "table").count();
        assert_eq!(elements.iter().filter(|e| e.0 == "caption").count(), tables, "{path}");
        assert!(elements.iter().filter(|e| e.0 == "th").all(|e| e.1.contains_key("scope")));
        assert!(elements.iter().filter(|e| e.0 == "img").all(|e| e.1["alt"].len() > 50));
    }
}

#[test]
fn synthetic_data_is_named_on_every_page_and_chart_and_published_data_is_not() {
    for (provenance, named) in [(Provenance::Synthetic, true), (Provenance::Published, false)] {
        for (path, bytes) in files(release(&SMALL, provenance)) {
            if path.ends_with(".html") || path.ends_with(".svg") {
                let says = String::from_utf8(bytes).unwrap().contains("ynthetic data");
                assert_eq!(says, named, "{path}");
            }
        }
    }
}

#[test]
fn the_page_shows_the_floors_of_the_table_in_order_and_no_bare_rank() {
    let input = release(&SMALL, Provenance::Published);
    let frame = input.tables["ccg_scores"].clone();
    let score = frame.column("score").unwrap().f64().unwrap();
    let mut floors: Vec<f64> =
        (frame.height() - SMALL.ccgs..frame.height()).filter_map(|i| score.get(i)).collect();
    floors.sort_by(|a, b| b.total_cmp(a));
    let page = String::from_utf8(files(input)["index.html"].clone()).unwrap();
    let league = page.split("<table id=\"league\">").nth(1).unwrap().split("</table>").next().unwrap();
    let shown: Vec<&str> = league
        .split("<tr>")
        .skip(2)
        .map(|row| row.split("<td class=\"n\">").nth(1).unwrap().split("</td>").next().unwrap())
        .collect();
    let expected: Vec<String> = floors.iter().map(|x| format!("{x:.1}")).collect();
    assert_eq!(shown, expected);
    assert!(!league.contains("Rank"), "no range was computed, so no rank is printed");
}

#[test]
fn a_rank_is_printed_as_a_range_of_all() {
    let mut input = release(&SMALL, Provenance::Published);
    let frame = input.tables.get_mut("league_table").unwrap();
    let n = frame.height();
    frame.with_column(Column::new("rank_low".into(), vec![2i64; n])).unwrap();
    frame.with_column(Column::new("rank_high".into(), vec![5i64; n])).unwrap();
    let page = String::from_utf8(files(input)["index.html"].clone()).unwrap();
    assert!(page.contains(">Rank range</th>") && page.contains(">2 to 5 of 6</td>"));
}

#[test]
fn a_batch_without_anything_gives_a_page_that_says_so() {
    let empty = ReleaseInput { about: about(Provenance::Published), tables: BTreeMap::new() };
    let files = files(empty);
    let (_, words) = parse(&files["index.html"]);
    for sentence in [
        "No quarter of this batch could be scored",
        "There is no league table",
        "No spend figures came with this batch",
        "The accounting of the files did not come",
    ] {
        assert!(words.contains(sentence), "{sentence}");
    }
    assert!(!files.keys().any(|p| p.starts_with("charts/")));
}

#[test]
fn tables_with_nothing_but_nulls_read_no_data() {
    let mut input = release(&SMALL, Provenance::Published);
    for (table, column) in
        [("practice_scores", "estimate"), ("ccg_scores", "estimate"), ("ccg_scores", "coverage")]
    {
        let frame = input.tables.get_mut(table).unwrap();
        let n = frame.height();
        frame.with_column(Column::new(column.into(), vec![None::<f64>; n])).unwrap();
    }
    input.tables.remove("area_scores");
    let files = files(input);
    let (_, words) = parse(&files["index.html"]);
    assert!(words.contains("No data") && words.contains("Scores of 6 CCGs"));
}
