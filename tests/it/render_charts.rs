//! Charts, read back by a second parser: well formed, named, harmless, and true to the tables.

use super::render_areas::simulated;
use super::render_fake::{ENGLAND, SMALL, release};
use dpcmi::disclose::{Policy, Published};
use dpcmi::model::Provenance;
use dpcmi::render::{self, Pictures};
use dpcmi::report::{self, Chart, Plot, ReleaseInput, Views};
use quick_xml::events::Event;
use std::collections::BTreeMap;

fn views(input: ReleaseInput) -> Published<Views> {
    let published = report::publish(input, &Policy::shipped().unwrap()).unwrap();
    report::lay_out(&published, &report::Definitions::shipped().unwrap()).unwrap()
}

pub type Element = (String, BTreeMap<String, String>);

/// Elements with their attributes, and the text of each kind of element.
pub fn parse(svg: &str) -> (Vec<Element>, BTreeMap<String, Vec<String>>) {
    let mut reader = quick_xml::Reader::from_str(svg);
    let (mut elements, mut texts, mut open) =
        (Vec::new(), BTreeMap::<String, Vec<String>>::new(), Vec::new());
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Start(e) | Event::Empty(e) => {
                let name = e.name().as_ref().to_owned();
                let attributes = e.attributes().map(|a| {
                    let a = a.unwrap();
                    (a.key.as_ref().to_owned(), a.value.to_string())
                });
                elements.push((name.clone(), attributes.collect()));
                if matches!(event, Event::Start(_)) {
                    texts.entry(name.clone()).or_default().push(String::new());
                    open.push(name);
                }
            }
            Event::End(_) => _ = open.pop(),
            Event::Text(t) => {
                if let Some(name) = open.last() {
                    let text = texts.get_mut(name).unwrap().last_mut().unwrap();
                    text.push_str(t);
                }
            }
            Event::GeneralRef(r) => {
                if let Some(name) = open.last() {
                    let text = texts.get_mut(name).unwrap().last_mut().unwrap();
                    text.push_str(&format!("&{};", &**r));
                }
            }
            Event::Eof => break,
            other => panic!("nothing else belongs into a chart: {other:?}"),
        }
    }
    (elements, texts)
}

pub fn number(attributes: &BTreeMap<String, String>, name: &str) -> f64 {
    attributes[name].parse().unwrap()
}

/// Each chart is well formed, named, of allowed colours and shapes, and loads nothing.
pub fn assert_harmless<'a>(charts: impl Iterator<Item = &'a Chart>, provenance: Provenance) {
    let allowed = ["svg", "title", "desc", "style", "text", "rect", "circle", "polyline", "polygon"];
    let colours = [
        "#12436D", "#2073BC", "#6BACE6", "#801650", "#F46A25", "#212B32", "#4C6272", "#D8DDE0", "#F0F4F5",
        "#FFB81C", "#FFFFFF", "none",
    ];
    for chart in charts {
        let svg = render::chart::draw(chart).unwrap();
        assert!(svg.len() < 1_500_000, "{}: {} bytes", chart.id, svg.len());
        let (elements, texts) = parse(&svg);
        let (_, root) = &elements[0];
        assert_eq!(root["role"], "img");
        let ids: Vec<&str> = root["aria-labelledby"].split(' ').collect();
        assert_eq!(elements[1], ("title".to_owned(), BTreeMap::from([("id".to_owned(), ids[0].to_owned())])));
        assert_eq!(elements[2], ("desc".to_owned(), BTreeMap::from([("id".to_owned(), ids[1].to_owned())])));
        assert!(texts["desc"][0].len() > 100);
        // the only style is the embedded font, which loads nothing
        assert_eq!(texts["style"].len(), 1);
        let style = &texts["style"][0];
        assert!(
            style.trim_start().starts_with("@font-face{")
                && !style.contains("http")
                && !style.contains("@import")
        );
        assert_eq!(style.matches("url(").count(), style.matches("url(data:font/woff2;base64,").count());
        let synthetic = texts["text"].iter().any(|t| t.contains("Synthetic data"));
        assert_eq!(synthetic, provenance == Provenance::Synthetic, "{}", chart.id);
        assert!(
            texts["text"].concat().contains("own method") || chart.footer[1].starts_with("Divided"),
            "{}",
            chart.id
        );
        // Latin-1 and these are in the embedded font; anything else would be an empty box in the PNG.
        for c in texts["text"].concat().chars() {
            assert!(u32::from(c) < 0x100 || "…−–".contains(c), "{}: `{c}`", chart.id);
        }
        for (name, attributes) in &elements {
            assert!(allowed.contains(&name.as_str()), "{}: <{name}>", chart.id);
            assert!(
                !attributes.keys().any(|k| k.contains("href") || k.starts_with("on") || k == "transform")
            );
            if let Some(fill) = attributes.get("fill") {
                assert!(colours.contains(&fill.as_str()), "{}: {fill}", chart.id);
            }
            if name == "text" {
                assert!(number(attributes, "font-size") >= 63.9, "12 points are 64 of the fine units");
                assert_eq!(attributes["font-family"], "sans-serif");
            }
        }
    }
}

#[test]
fn every_chart_is_named_readable_and_harmless() {
    let views = views(simulated(&ENGLAND, Provenance::Synthetic));
    let own = views.get().ccgs.iter().flat_map(|c| &c.charts).take(8);
    assert_harmless(views.get().charts.iter().chain(own), Provenance::Synthetic);
}

#[test]
fn the_caterpillar_draws_the_floors_of_the_table_to_scale() {
    let input = release(&SMALL, Provenance::Published);
    let frame = input.tables["ccg_scores"].clone();
    let views = views(input);
    let chart = views.get().charts.iter().find(|c| c.id == "ccg-scores").unwrap();
    // The second opinion: the last quarter's rows of the frame, sorted here.
    let from = frame.height() - SMALL.ccgs;
    let score = frame.column("score").unwrap().f64().unwrap();
    let mut expected: Vec<f64> = (from..frame.height()).map(|i| score.get(i).unwrap()).collect();
    expected.sort_by(|a, b| b.total_cmp(a));
    let Plot::Caterpillar(plot) = &chart.plot else { panic!("another plot") };
    let shown: Vec<f64> = plot.groups[0].rows.iter().map(|r| r.1.bounds.low.unwrap()).collect();
    assert_eq!(shown, expected);
    let (elements, _) = parse(&render::chart::draw(chart).unwrap());
    let dots: Vec<f64> =
        elements.iter().filter(|e| e.0 == "circle").skip(1).map(|e| number(&e.1, "cx")).collect();
    assert_eq!(dots.len(), expected.len(), "one dot each, after that of the key");
    let scale = (dots[0] - dots[5]) / (expected[0] - expected[5]);
    for (x, floor) in dots.iter().zip(&expected) {
        assert!(((x - dots[0]) - (floor - expected[0]) * scale).abs() < 1.5);
    }
}

#[test]
fn bars_of_spend_start_at_nought_and_are_as_long_as_their_figures() {
    let views = views(release(&ENGLAND, Provenance::Published));
    let chart = views.get().charts.iter().find(|c| c.id.starts_with("spend")).unwrap();
    let Plot::Spend(plot) = &chart.plot else { panic!("another plot") };
    let fair: Vec<f64> =
        plot.rows.iter().filter(|r| r.caveat.is_none()).map(|r| r.registered.unwrap()).collect();
    let (elements, texts) = parse(&render::chart::draw(chart).unwrap());
    let bars: Vec<&BTreeMap<String, String>> =
        elements.iter().filter(|e| e.0 == "rect" && e.1["fill"] == "#2073BC").map(|e| &e.1).skip(1).collect();
    assert_eq!(bars.len(), fair.len(), "solid bars are those that can be compared");
    let starts: Vec<f64> = bars.iter().map(|b| number(b, "x")).collect();
    assert!(starts.iter().all(|x| (x - starts[0]).abs() < 0.5));
    let scale = number(bars[0], "width") / fair[0];
    for (bar, value) in bars.iter().zip(&fair) {
        assert!((number(bar, "width") - value * scale).abs() < 3.0);
    }
    for row in &plot.rows {
        let figure = report::words::pounds(row.registered.unwrap());
        assert!(texts["text"].iter().any(|t| t.trim() == figure), "{figure}");
        if let Some(why) = &row.caveat {
            assert!(texts["text"].iter().any(|t| t.contains(why.split(':').next().unwrap())));
        }
    }
}

#[test]
fn counts_in_the_practice_charts_are_those_of_the_table() {
    let input = release(&ENGLAND, Provenance::Published);
    let frame = input.tables["practice_scores"].clone();
    let views = views(input);
    let score = frame.column("score").unwrap().f64().unwrap();
    let floors: Vec<f64> =
        (frame.height() - ENGLAND.practices..frame.height()).filter_map(|i| score.get(i)).collect();
    for chart in &views.get().charts {
        match &chart.plot {
            Plot::Distribution(plot) => {
                for (from, n) in &plot.bins {
                    let last = *from + plot.width >= 100.0;
                    let inside = |x: &&f64| **x >= *from && (**x < from + plot.width || last);
                    assert_eq!(floors.iter().filter(inside).count(), *n as usize, "from {from}");
                }
            }
            Plot::ListSize(plot) => {
                assert_eq!(plot.cells.iter().map(|c| c.practices as usize).sum::<usize>(), floors.len());
                assert_eq!(plot.bands.iter().map(|b| b.practices).sum::<usize>(), floors.len());
            }
            _ => {}
        }
    }
}

#[test]
fn a_png_is_drawn_from_the_svg_and_shows_text() {
    let views = views(release(&SMALL, Provenance::Published));
    let files = render::files(&views, Pictures::SvgAndPng(0.25)).unwrap();
    let png = &files.iter().find(|f| f.0 == "charts/ccg-scores.png").unwrap().1;
    assert!(png.starts_with(b"\x89PNG"));
    assert!(png.len() > 2_000, "a chart without its words would be smaller: {}", png.len());
}

#[test]
fn the_spend_of_two_hundred_areas_is_a_picture_that_fits_a_page_with_its_ends_named() {
    let views = views(release(&ENGLAND, Provenance::Published));
    let mut chart = views.get().charts.iter().find(|c| c.id.starts_with("spend-per-head")).unwrap().clone();
    let Plot::Spend(plot) = &mut chart.plot else { panic!("another plot") };
    let one = plot.rows.iter().find(|r| r.caveat.is_none()).unwrap().clone();
    plot.rows = (0..200)
        .map(|i| report::SpendRow {
            name: format!("Place {i}"),
            registered: Some(8.0 - f64::from(i) * 0.02),
            caveat: (i >= 180).then(|| "a part of the year".to_owned()),
            refused: i >= 195,
            ..one.clone()
        })
        .collect();
    let svg = render::chart::draw(&chart).unwrap();
    let (elements, texts) = parse(&svg);
    let (wide, tall) = (number(&elements[0].1, "width"), number(&elements[0].1, "height"));
    assert!(tall < wide, "{wide} by {tall}");
    let bars: Vec<f64> = elements
        .iter()
        .filter(|e| e.0 == "rect" && e.1["fill"] == "#2073BC")
        .skip(1)
        .map(|e| number(&e.1, "height"))
        .collect();
    assert_eq!(bars.len(), 180, "those that can be compared");
    assert!(
        bars.iter()
            .enumerate()
            .all(|(i, tall)| (tall / bars[0] - (8.0 - i as f64 * 0.02) / 8.0).abs() < 0.01)
    );
    let words: Vec<&str> = texts["text"].iter().map(|t| t.trim()).collect();
    for said in [
        "1 of 180: £8.00",
        "Place 0",
        "180 of 180: £4.42",
        "Place 179",
        "15 not to be compared, 5 refused or without a figure, not drawn: reasons in the table",
    ] {
        assert!(words.contains(&said), "{said}: {words:?}");
    }
    super::render_areas::assert_texts_apart(std::iter::once(&chart));
}
