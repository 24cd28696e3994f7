//! Charts of CCGs with everything that a release can know of them: intervals, places, tiers, levels, have and use.

use super::render_charts::{number, parse};
use super::render_fake::{ENGLAND, SMALL, Size, release};
use dpcmi::disclose::{Policy, Published};
use dpcmi::model::Provenance;
use dpcmi::render::{self, Pictures};
use dpcmi::report::{self, Chart, Plot, ReleaseInput, Views};
use polars::prelude::*;
use resvg::usvg::{Group, Node, Options, Rect, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

fn views(input: ReleaseInput) -> Published<Views> {
    let published = report::publish(input, &Policy::shipped().unwrap()).unwrap();
    report::lay_out(&published, &report::Definitions::shipped().unwrap()).unwrap()
}

fn chart<'a>(views: &'a Published<Views>, id: &str) -> &'a Chart {
    views.get().charts.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no chart {id}"))
}

/// A release that was simulated: tiers of ten in the order of the floor, places within five of their own.
pub fn simulated(size: &Size, provenance: Provenance) -> ReleaseInput {
    let mut input = release(size, provenance);
    let league = input.tables.get_mut("league_table").unwrap();
    let n = league.height();
    let floor: Vec<f64> = league.column("score").unwrap().f64().unwrap().iter().map(Option::unwrap).collect();
    let place = |i: usize| i64::try_from(i % size.ccgs).unwrap();
    let mut put = |column: Column| _ = league.with_column(column).unwrap();
    put(Column::new("interval_low".into(), floor.iter().map(|x| x - 4.0).collect::<Vec<_>>()));
    put(Column::new("interval_high".into(), floor.iter().map(|x| x + 9.0).collect::<Vec<_>>()));
    put(Column::new("rank_low".into(), (0..n).map(|i| (place(i) - 4).max(1)).collect::<Vec<_>>()));
    put(Column::new("rank_high".into(), (0..n).map(|i| place(i) + 6).collect::<Vec<_>>()));
    put(Column::new("tier".into(), (0..n).map(|i| place(i) / 10 + 1).collect::<Vec<_>>()));
    for (k, share) in [0.40, 0.05, 0.25, 0.30].into_iter().enumerate() {
        put(Column::new(format!("share_level_{k}").into(), vec![share; n]));
    }
    let scores = input.tables.get_mut("ccg_scores").unwrap();
    let all = scores.column("score").unwrap().f64().unwrap().clone();
    for (name, by) in [("have", 20.0), ("use", -25.0)] {
        scores.with_column((&all + by).with_name(name.into()).into_column()).unwrap();
    }
    input
}

/// Boxes of all texts as they are drawn.
fn texts(svg: &str) -> Vec<(String, Rect)> {
    fn walk(group: &Group, out: &mut Vec<(String, Rect)>) {
        for node in group.children() {
            match node {
                Node::Group(inner) => walk(inner, out),
                Node::Text(t) => {
                    let words = t.chunks().iter().map(|c| c.text().to_owned()).collect::<String>();
                    out.push((words, t.abs_bounding_box()));
                }
                _ => {}
            }
        }
    }
    let mut options = Options { font_family: "Noto Sans".to_owned(), ..Options::default() };
    let fonts = Arc::make_mut(&mut options.fontdb);
    fonts.load_font_data(ttf_noto_sans::REGULAR.to_vec());
    fonts.load_font_data(ttf_noto_sans::BOLD.to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    let tree = Tree::from_str(svg, &options).unwrap();
    let mut out = Vec::new();
    walk(tree.root(), &mut out);
    out
}

/// No text lies on another or leaves the picture, measured with the real font.
pub fn assert_texts_apart<'a>(charts: impl Iterator<Item = &'a Chart>) {
    for chart in charts {
        let texts = texts(&render::chart::draw(chart).unwrap());
        assert!(texts.len() > 10, "{}: {}", chart.id, texts.len());
        for (i, (words, a)) in texts.iter().enumerate() {
            assert!(a.left() >= 0.0 && a.right() <= 1200.0, "{}: `{words}` leaves the picture", chart.id);
            for (other, b) in &texts[i + 1..] {
                // Boxes of lines hold the room for accents; what counts is a common area of ink.
                let wide = a.right().min(b.right()) - a.left().max(b.left());
                let tall = a.bottom().min(b.bottom()) - a.top().max(b.top());
                assert!(wide <= 1.0 || tall <= 8.0, "{}: `{words}` on `{other}`", chart.id);
            }
        }
    }
}

#[test]
fn no_text_of_any_chart_lies_on_another_or_leaves_the_picture() {
    for size in [&ENGLAND, &SMALL] {
        let views = views(simulated(size, Provenance::Published));
        let own = views.get().ccgs.iter().flat_map(|c| &c.charts).step_by(37);
        assert_texts_apart(views.get().charts.iter().chain(own));
    }
}

#[test]
fn each_ccg_stands_once_in_its_tier_with_its_interval_and_its_range_of_places() {
    let input = simulated(&ENGLAND, Provenance::Published);
    let views = views(input);
    let chart = chart(&views, "ccg-scores");
    let Plot::Caterpillar(plot) = &chart.plot else { panic!("another plot") };
    assert_eq!(plot.groups.len(), 20, "195 in tens");
    let all: Vec<_> = plot.groups.iter().flat_map(|g| &g.rows).collect();
    assert_eq!(all.len(), ENGLAND.ccgs);
    for pair in all.windows(19) {
        assert!(pair[0].1.bounds.low >= pair[1].1.bounds.low);
    }
    for (at, (name, s)) in all.iter().enumerate() {
        let (from, to) = s.spread.unwrap_or_else(|| panic!("{name} has no interval"));
        assert!((from + 4.0 - s.bounds.low.unwrap()).abs() < 1e-9 && (to - from - 13.0).abs() < 1e-9);
        let place = i64::try_from(at).unwrap();
        assert_eq!(s.rank_range, Some(((place - 4).max(1), place + 6)));
    }
    assert_eq!(plot.groups[0].label.as_deref(), Some("Tier 1: 10 CCGs whose floors are close together"));
    let words: Vec<String> = texts(&render::chart::draw(chart).unwrap()).into_iter().map(|t| t.0).collect();
    assert!(words.contains(&"Rank range".to_owned()) && words.contains(&"1 to 6".to_owned()));
    assert!(words.iter().any(|w| w.starts_with("England's mean")));
    assert!(
        !words.iter().any(|w| w.ends_with("continued")),
        "the columns part where the tenth tier ends, near the middle"
    );
}

#[test]
fn a_quarter_without_simulation_or_order_says_so_and_draws_no_interval() {
    let views = views(release(&SMALL, Provenance::Published));
    let chart = chart(&views, "ccg-scores");
    let Plot::Caterpillar(plot) = &chart.plot else { panic!("another plot") };
    assert!(plot.groups.len() == 1 && plot.groups[0].label.is_none());
    assert!(plot.groups[0].rows.iter().all(|r| r.1.spread.is_none() && r.1.rank_range.is_none()));
    assert!(
        chart.description.contains("no 95% interval")
            && chart.description.contains("too little was collected")
    );
    let svg = render::chart::draw(chart).unwrap();
    assert!(!texts(&svg).iter().any(|t| t.0.contains("95% interval") || t.0.contains("Rank")));
    assert!(!views.get().charts.iter().any(|c| c.id == "ccg-levels"), "no level was told");
}

#[test]
fn a_quarter_in_tiers_orders_nobody_inside_a_tier_and_says_why() {
    let mut input = simulated(&ENGLAND, Provenance::Published);
    for name in ["rank_low", "rank_high", "rank"] {
        let league = input.tables.get_mut("league_table").unwrap();
        let none = Int64Chunked::full_null(name.into(), league.height());
        league.with_column(none.into_column()).unwrap();
    }
    let known = df!("period" => ["2018-12-31"], "unit_type" => ["ccg"], "rankability" => [0.31]).unwrap();
    input.tables.insert("uncertainty".to_owned(), known);
    let views = views(input);
    let chart = chart(&views, "ccg-scores");
    assert!(chart.description.contains("only 31% of the differences between CCGs is more than noise"));
    assert!(chart.subtitle.ends_with("by tier, inside a tier in the order of their codes"));
    let Plot::Caterpillar(plot) = &chart.plot else { panic!("another plot") };
    assert_eq!(plot.groups.len(), 20);
    assert!(views.get().index.league_note.contains("only 31% of the differences"));
}

#[test]
fn shares_of_levels_fill_each_bar_and_england_stands_first_only_where_it_is_known() {
    let views = views(simulated(&SMALL, Provenance::Published));
    let chart = chart(&views, "ccg-levels");
    let Plot::Levels(plot) = &chart.plot else { panic!("another plot") };
    for (name, shares) in plot.groups.iter().flat_map(|g| &g.rows) {
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{name}: {shares:?}");
    }
    assert!(
        plot.england.is_empty() && chart.title.starts_with("Up to 40% of the patients"),
        "{}",
        chart.title
    );
    let words: Vec<String> = texts(&render::chart::draw(chart).unwrap()).into_iter().map(|t| t.0).collect();
    for share in ["40", "25", "30"] {
        assert_eq!(words.iter().filter(|w| *w == share).count(), SMALL.ccgs, "{share}");
    }
}

#[test]
fn stated_and_effective_importance_stand_side_by_side_the_odd_one_named() {
    let mut input = release(&SMALL, Provenance::Published);
    let importance = df!(
        "period" => ["2018-12-31"; 4],
        "indicator_id" => ["eps", "patients_enabled", "records_enabled", "gp2gp_integrated"],
        "weight_share" => [0.4, 0.3, 0.1, 0.2],
        "importance_share" => [Some(0.08), Some(0.52), Some(0.2), None],
    );
    input.tables.insert("importance".to_owned(), importance.unwrap());
    let views = views(input);
    let chart = chart(&views, "importance");
    let Plot::Dots(plot) = &chart.plot else { panic!("another plot") };
    // the figures of the table, all on one base
    let told: Vec<_> = plot.groups[0].rows.iter().map(|r| r.1.clone()).collect();
    assert_eq!(told, [[Some(0.4), Some(0.08)], [Some(0.3), Some(0.52)], [Some(0.1), Some(0.2)]]);
    assert_eq!(plot.groups[1].rows[0].1, [Some(0.2), None], "what the CCG answers is not compared");
    assert!(chart.description.contains("sum to 80%"), "{}", chart.description);
    assert!(
        chart.title.ends_with("40% of the stated weight, 8% of the effective importance"),
        "{}",
        chart.title
    );
}

#[test]
fn answered_is_one_number_in_the_chart_of_quarters_and_in_the_table_beside_it() {
    let mut input = release(&SMALL, Provenance::Published);
    let areas = input.tables.get_mut("area_scores").unwrap();
    let n = areas.height();
    areas.with_column(Column::new("weight_asked".into(), vec![0.62; n])).unwrap();
    areas.with_column(Column::new("coverage".into(), vec![0.96; n])).unwrap();
    let views = views(input);
    let table = views.get().index.quarters.as_ref().unwrap();
    let svg = render::chart::draw(chart(&views, "england-by-quarter")).unwrap();
    let drawn: Vec<String> = texts(&svg).into_iter().map(|t| t.0).collect();
    for (column, share) in [(4, "62%"), (5, "96%")] {
        let head = table.head[column].text.split_once(", ").unwrap().0;
        assert!(drawn.iter().any(|t| t.starts_with(head)), "{head}: {drawn:?}");
        assert!(table.rows.iter().all(|r| r[column].text == share), "{head}");
        let quarters = drawn.iter().filter(|t| *t == share).count();
        assert_eq!(quarters, table.rows.len(), "{head}: {drawn:?}");
    }
}

#[test]
fn each_ccg_page_shows_the_ccg_among_all_others_and_stays_light() {
    let views = views(simulated(&ENGLAND, Provenance::Published));
    let files: BTreeMap<String, Vec<u8>> =
        render::files(&views, Pictures::Svg).unwrap().into_iter().collect();
    let style = include_str!("../../reports/style.css");
    for ccg in &views.get().ccgs {
        let Some(Chart { plot: Plot::Place(plot), title, .. }) = ccg.charts.first() else {
            panic!("no chart")
        };
        assert_eq!((plot.rows.len(), &plot.name), (ENGLAND.ccgs, &ccg.name));
        assert!(title.contains("place ") && title.ends_with("of 195"), "{title}");
        let picture = &files[&format!("site/ccg/ccg-{}.svg", ccg.code)];
        assert!(picture.len() < 80_000, "{}: {} bytes", ccg.code, picture.len());
        let page = String::from_utf8(files[&format!("site/ccg/{}.html", ccg.code)].clone()).unwrap();
        let page = page.replace("&#x2f;", "/");
        assert!(page.contains(&format!("<img src=\"../../site/ccg/ccg-{}.svg\"", ccg.code)));
        // a narrow screen shows a third of the width of the picture, and begins where the CCG's own ring is
        let at = page.split_once("class=\"sheet own at-").unwrap().1.split_once('"').unwrap().0;
        assert!(style.contains(&format!(".at-{at}::after {{ left: {at}%; }}")), "{at}");
        let (elements, _) = parse(std::str::from_utf8(picture).unwrap());
        let ring = elements.iter().rfind(|e| e.0 == "circle").unwrap();
        let share = number(&ring.1, "cx") / (4.0 * number(&elements[0].1, "width"));
        assert!((share - at.parse::<f64>().unwrap() / 100.0).abs() < 0.1, "{}: {share} {at}", ccg.code);
    }
}

#[test]
fn a_long_question_keeps_every_word_beside_its_importance() {
    let mut input = release(&SMALL, Provenance::Published);
    let question = "At least 30 % of registered patients are enabled to book appointments online, as the practice tells its CCG";
    input.about.framework.indicators[0].wording = question.to_owned();
    let n = input.about.framework.indicators.len();
    let ids: Vec<String> = input.about.framework.indicators.iter().map(|i| i.id.clone()).collect();
    let share = vec![1.0 / n as f64; n];
    let importance = df!(
        "period" => vec!["2018-12-31"; n],
        "indicator_id" => ids,
        "weight_share" => &share,
        "importance_share" => &share,
    );
    input.tables.insert("importance".to_owned(), importance.unwrap());
    let views = views(input);
    let chart = chart(&views, "importance");
    let drawn = texts(&render::chart::draw(chart).unwrap());
    let words: Vec<&str> = drawn.iter().flat_map(|t| t.0.split_whitespace()).collect();
    assert!(words.windows(19).any(|w| w.join(" ") == question), "{words:?}");
    assert_texts_apart(std::iter::once(chart));
}
