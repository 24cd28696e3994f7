//! Charts that set a unit against others, against chance and against its own past: drawn true to the published tables.

use super::render_areas::assert_texts_apart;
use super::render_charts::{assert_harmless, number, parse};
use super::render_compared_fake::{choice, compared};
use super::render_fake::{ENGLAND, SMALL};
use dpcmi::disclose::{Policy, Published};
use dpcmi::model::Provenance;
use dpcmi::render;
use dpcmi::report::{
    self, Chart, DecileQuarter, Good, Plot, ReleaseInput, Shade, Spine, SpineRow, SpineUnit, Tiles, Views,
};
use polars::prelude::*;

fn views(input: ReleaseInput) -> Published<Views> {
    let published = report::publish(input, &Policy::shipped().unwrap()).unwrap();
    report::lay_out(&published, &report::Definitions::shipped().unwrap()).unwrap()
}

fn chart<'a>(views: &'a Published<Views>, id: &str) -> &'a Chart {
    views.get().charts.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no chart {id}"))
}

fn floats(frame: &DataFrame, name: &str) -> Vec<Option<f64>> {
    frame.column(name).unwrap().f64().unwrap().iter().collect()
}

fn words(frame: &DataFrame, name: &str) -> Vec<String> {
    frame.column(name).unwrap().str().unwrap().iter().map(|t| t.unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_chart_of_comparison_is_named_harmless_apart_and_beside_a_table() {
    for (size, provenance) in [(&ENGLAND, Provenance::Synthetic), (&SMALL, Provenance::Published)] {
        let views = views(compared(size, provenance));
        let all = || {
            let own = views.get().ccgs.iter().step_by(60).flat_map(|c| &c.charts);
            views.get().charts.iter().chain(own)
        };
        let kinds = all().map(|c| std::mem::discriminant(&c.plot)).collect::<Vec<_>>();
        let distinct = kinds.iter().enumerate().filter(|(i, k)| !kinds[..*i].contains(k)).count();
        assert!(size.ccgs < 10 || distinct >= 14, "{distinct} kinds of chart");
        assert_harmless(all(), provenance);
        assert_texts_apart(all());
        let figures = views.get().index.figures.iter().chain(&views.get().index.spend);
        for figure in figures.chain(
            views
                .get()
                .ccgs
                .iter()
                .flat_map(|c| [&c.standing, &c.over_time, &c.peer_figures].into_iter().flatten()),
        ) {
            // the table of quarters stands on the page itself
            let told = figure.numbers.as_ref().is_some_and(|g| !g.rows.is_empty() && !g.caption.is_empty());
            assert!(told || figure.id == "england-by-quarter", "{} has no table", figure.id);
        }
    }
}

/// The second opinion: linear interpolation between sorted values, as `quantile_cont` of SQL.
fn quantile_cont(mut values: Vec<f64>, p: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = p * (values.len() as f64 - 1.0);
    let (below, above) = (values[at.floor() as usize], values[at.ceil() as usize]);
    below * (1.0 - at.fract()) + above * at.fract()
}

#[test]
fn tenths_are_those_of_the_table_and_each_line_is_its_own_ccg() {
    let input = compared(&ENGLAND, Provenance::Published);
    let scores = input.tables["ccg_scores"].clone();
    let views = views(input);
    let Plot::Deciles(plot) = &chart(&views, "ccg-deciles").plot else { panic!("another plot") };
    let floors = floats(&scores, "score");
    assert_eq!(plot.quarters.len(), ENGLAND.quarters);
    for (q, DecileQuarter { tenths, areas, .. }) in plot.quarters.iter().enumerate() {
        let of_quarter: Vec<f64> =
            floors[q * ENGLAND.ccgs..(q + 1) * ENGLAND.ccgs].iter().flatten().copied().collect();
        assert_eq!(*areas, of_quarter.len());
        for (k, tenth) in tenths.unwrap().iter().enumerate() {
            let expected = quantile_cont(of_quarter.clone(), (k as f64 + 1.0) / 10.0);
            assert!((tenth - expected).abs() < 1e-9, "quarter {q}, {}0th", k + 1);
        }
    }
    let codes = words(&scores, "ccg_code");
    for ccg in views.get().ccgs.iter().step_by(50) {
        let own = ccg.charts.iter().find(|c| c.id.ends_with("-deciles")).unwrap();
        let Plot::Deciles(plot) = &own.plot else { panic!("another plot") };
        let line: Vec<Option<f64>> = plot.quarters.iter().map(|q| q.value).collect();
        let expected: Vec<Option<f64>> =
            codes.iter().zip(&floors).filter(|(c, _)| **c == ccg.code).map(|(_, x)| *x).collect();
        assert_eq!(line, expected, "{}", ccg.code);
        let (elements, _) = parse(&render::chart::draw(own).unwrap());
        let rings = elements.iter().filter(|e| e.0 == "circle" && e.1["fill"] == "#801650").count();
        assert_eq!(rings, 1 + line.len(), "one in the key and one a quarter");
    }
}

#[test]
fn process_limits_are_recomputed_by_hand_and_few_quarters_are_trial_limits() {
    let input = compared(&ENGLAND, Provenance::Published);
    let table = input.tables["control_charts"].clone();
    let views = views(input);
    let ccg = &views.get().ccgs[7];
    let drawn = ccg.charts.iter().find(|c| c.id.ends_with("-process")).unwrap();
    let Plot::Process(plot) = &drawn.plot else { panic!("another plot") };
    let values: Vec<f64> = plot.points.iter().map(|p| p.value).collect();
    let moves: Vec<f64> = values.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let kept: Vec<f64> = moves.iter().copied().filter(|m| *m <= 3.267 * mean(&moves)).collect();
    for point in &plot.points {
        let [centre, low, high] = point.limits.unwrap();
        let half = 2.66 * mean(&kept);
        assert!((centre - mean(&values)).abs() < 1e-9);
        assert!((centre - half - low).abs() < 1e-9 && (centre + half - high).abs() < 1e-9);
    }
    let codes = words(&table, "unit_code");
    let published: Vec<f64> = codes
        .iter()
        .zip(floats(&table, "value"))
        .filter(|(c, _)| **c == ccg.code)
        .filter_map(|(_, v)| v)
        .collect();
    assert_eq!(values, published);
    assert!(drawn.footer.iter().any(|l| l.starts_with("Trial limits: they rest on 4 quarters")));
}

#[test]
fn a_signal_is_a_triangle_that_points_its_way_and_an_ordinary_point_is_a_dot() {
    let views = views(compared(&ENGLAND, Provenance::Published));
    let mut chart = chart(&views, "england-process").clone();
    let Plot::Process(plot) = &mut chart.plot else { panic!("another plot") };
    for point in &mut plot.points {
        point.signal = None;
    }
    let count = |chart: &Chart| {
        let (elements, _) = parse(&render::chart::draw(chart).unwrap());
        elements.iter().filter(|e| e.0 == "polygon" && e.1["fill"] == "#F46A25").count()
    };
    let none = count(&chart);
    let Plot::Process(plot) = &mut chart.plot else { panic!("another plot") };
    for (i, point) in plot.points.iter_mut().enumerate() {
        point.signal = Some(report::Signal { up: i % 2 == 0, rule: "above the upper limit".to_owned() });
    }
    assert_eq!((none, count(&chart)), (2, 2 + ENGLAND.quarters), "two stand in the key");
}

#[test]
fn a_spine_is_symmetric_about_england_and_turns_where_low_is_good() {
    let row = |good: Good, value: f64| SpineRow {
        name: "An indicator".to_owned(),
        good,
        areas: 100,
        spread: [0.1, 0.2, 0.5, 0.7],
        england: 0.3,
        value: Some(value),
        unit: SpineUnit::Share,
    };
    let views = views(compared(&SMALL, Provenance::Published));
    let mut chart = views.get().ccgs[0].charts.iter().find(|c| c.id.ends_with("-spine")).unwrap().clone();
    let mut at = |rows: Vec<SpineRow>| -> Vec<f64> {
        chart.plot = Plot::Spine(Spine { rows, name: "Here".to_owned() });
        let (elements, _) = parse(&render::chart::draw(&chart).unwrap());
        let dots = elements.iter().filter(|e| e.0 == "circle" && e.1["fill"] == "#801650");
        dots.skip(1).map(|e| number(&e.1, "cx")).collect()
    };
    let [england, high, low] = at(vec![row(Good::High, 0.3), row(Good::High, 0.4), row(Good::Low, 0.4)])[..]
    else {
        panic!("three dots in the middle half")
    };
    assert!(high > england && (high - england - (england - low)).abs() <= 2.0, "{low} {england} {high}");
    let squares = |rows: Vec<SpineRow>| at(rows).len();
    let mut squares = squares;
    assert_eq!(squares(vec![row(Good::Neither, 0.3)]), 0, "where no end is good the mark is no dot");
}

#[test]
fn answers_of_a_spine_are_those_of_the_table() {
    let input = compared(&ENGLAND, Provenance::Published);
    let values = input.tables["indicator_values"].clone();
    let views = views(input);
    let ccg = &views.get().ccgs[3];
    let own = ccg.charts.iter().find(|c| c.id.ends_with("-spine")).unwrap();
    let Plot::Spine(plot) = &own.plot else { panic!("another plot") };
    let (codes, ids, all) =
        (words(&values, "unit_code"), words(&values, "indicator_id"), floats(&values, "value"));
    let last = (0..values.height()).rev().find(|i| codes[*i] == ccg.code && ids[*i] == "eps").unwrap();
    let eps = plot.rows.iter().find(|r| r.name.starts_with("Electronic Prescription")).unwrap();
    assert_eq!(eps.value, all[last]);
    assert!(eps.spread.is_sorted() && eps.areas == ENGLAND.ccgs);
    assert!(plot.rows.iter().any(|r| r.good == Good::Neither || r.unit == SpineUnit::Share));
}

#[test]
fn each_ccg_is_one_tile_under_its_region_in_the_order_of_the_codes() {
    let input = compared(&ENGLAND, Provenance::Published);
    let views = views(input);
    let Plot::Tiles(plot) = &chart(&views, "ccg-tiles").plot else { panic!("another plot") };
    assert_eq!(plot.regions.len(), 4);
    let all: Vec<_> = plot.regions.iter().flat_map(|r| &r.1).collect();
    assert_eq!(all.len(), ENGLAND.ccgs);
    assert!(plot.regions.iter().all(|(_, tiles)| tiles.is_sorted_by_key(|t| t.code.clone())));
    let floors = |code: &str| views.get().ccgs.iter().any(|c| c.code == code);
    assert!(all.iter().all(|t| floors(&t.code) && matches!(t.shade, Shade::Class(_))));
    assert_that_classes_hold_what_is_printed(plot);
    assert!((4..=6).contains(&plot.classes.len()), "{:?}", plot.classes);
}

/// The figure on each tile lies in the class whose shade it has.
fn assert_that_classes_hold_what_is_printed(plot: &Tiles) {
    let number = |text: &str| text.replace(['£', ','], "").parse::<f64>().unwrap();
    for tile in plot.regions.iter().flat_map(|r| &r.1) {
        let Shade::Class(class) = tile.shade else { continue };
        let words = &plot.classes[class];
        let range = match (words.split_once(" to under "), words.strip_prefix("under ")) {
            (Some((from, to)), _) => number(from)..number(to),
            (None, Some(to)) => f64::NEG_INFINITY..number(to),
            (None, None) => number(words.strip_suffix(" or more").unwrap())..f64::INFINITY,
        };
        assert!(range.contains(&number(&tile.text)), "{}: {} in {range:?}", tile.code, tile.text);
    }
}

#[test]
fn a_refused_figure_is_printed_and_not_compared_and_differs_from_no_data() {
    let mut input = compared(&ENGLAND, Provenance::Published);
    let spend = input.tables.get_mut("spend_per_head").unwrap();
    let status: Vec<&str> =
        (0..spend.height()).map(|i| if i == 5 { "refused" } else { "complete" }).collect();
    spend.replace("status", Column::new("status".into(), status)).unwrap();
    // two that are printed as an edge of a class and lie below it
    let mut pence = floats(spend, "per_head_registered");
    (pence[0], pence[1]) = (Some(199.6), Some(299.7));
    spend.replace("per_head_registered", Column::new("per_head_registered".into(), pence)).unwrap();
    let codes = words(spend, "ccg_code");
    let views = views(input);
    let drawn = chart(&views, "spend-tiles-reported");
    let Plot::Tiles(plot) = &drawn.plot else { panic!("another plot") };
    assert_that_classes_hold_what_is_printed(plot);
    let tile = |code: &str| plot.regions.iter().flat_map(|r| &r.1).find(|t| t.code == code).unwrap();
    assert_eq!(tile(&codes[0]).text, "£2.00");
    let refused = tile(&codes[5]);
    assert!(refused.shade == Shade::NotCompared && refused.text.starts_with('£'), "{refused:?}");
    let untold = plot.regions.iter().flat_map(|r| &r.1).filter(|t| t.shade == Shade::NoData).count();
    assert_eq!(untold, ENGLAND.ccgs - codes.len());
    let key = parse(&render::chart::draw(drawn).unwrap()).1["text"].join("|");
    assert!(key.contains("not compared") && key.contains("no data"), "{key}");
}

#[test]
fn who_lies_beyond_the_funnel_is_drawn_alone_and_all_others_are_counted() {
    let input = compared(&ENGLAND, Provenance::Published);
    let (summary, signals) = (input.tables["funnels"].clone(), input.tables["funnel_signals"].clone());
    let views = views(input);
    let drawn = chart(&views, "funnel-practices");
    let Plot::Funnel(plot) = &drawn.plot else { panic!("another plot") };
    let last = (0..summary.height()).rev().find(|i| words(&summary, "unit_type")[*i] == "practice").unwrap();
    let beyond = summary.column("beyond_998").unwrap().i64().unwrap().get(last).unwrap();
    assert_eq!(plot.flagged.len(), usize::try_from(beyond).unwrap());
    let units = summary.column("units").unwrap().i64().unwrap().get(last).unwrap();
    let counted: u32 = plot.cells.iter().map(|c| c.practices).sum();
    assert!(i64::from(counted) + beyond <= units && i64::from(counted) + beyond > units * 98 / 100);
    let q = floats(&signals, "q");
    assert!(q.iter().all(|q| (0.0..=1.0).contains(&q.unwrap())));
    assert!(drawn.description.contains("expected by chance") || plot.flagged.is_empty());
    assert_eq!(choice().indicator, words(&summary, "indicator_id")[last]);
}

#[test]
fn a_funnel_counts_whom_it_cannot_draw_and_says_who_is_left_out() {
    let mut input = compared(&ENGLAND, Provenance::Published);
    let signals = &input.tables["funnel_signals"];
    let far: Vec<bool> = words(signals, "signal")
        .iter()
        .zip(words(signals, "unit_type"))
        .map(|(signal, kind)| kind == "practice" && signal.ends_with("99.8%"))
        .collect();
    let values: Vec<Option<f64>> =
        floats(signals, "value").into_iter().zip(&far).map(|(v, far)| v.filter(|_| !far)).collect();
    let few: std::collections::BTreeSet<String> =
        words(signals, "unit_code").into_iter().zip(&far).filter(|(_, far)| **far).map(|(c, _)| c).collect();
    let mut withheld = signals.clone();
    withheld.with_column(Column::new("value".into(), values)).unwrap();
    input.tables.insert("funnel_signals".to_owned(), withheld);
    let mut counts = input.tables["indicator_values"].clone();
    let kept = words(&counts, "unit_code").into_iter().zip(floats(&counts, "numerator"));
    let kept: Vec<Option<f64>> = kept.map(|(code, n)| n.filter(|_| !few.contains(&code))).collect();
    counts.with_column(Column::new("numerator".into(), kept)).unwrap();
    input.tables.insert("indicator_values".to_owned(), counts);
    let mut summary = input.tables["funnels"].clone();
    summary.with_column(Column::new("left_out".into(), vec![3i64; summary.height()])).unwrap();
    let last = (0..summary.height()).rev().find(|i| words(&summary, "unit_type")[*i] == "practice").unwrap();
    let whole = |name: &str| summary.column(name).unwrap().i64().unwrap().get(last).unwrap();
    let (units, beyond) = (whole("units"), whole("beyond_998"));
    input.tables.insert("funnels".to_owned(), summary.clone());
    let views = views(input);
    let drawn = chart(&views, "funnel-practices");
    let units = format!("{},{:03}", units / 1_000, units % 1_000);
    assert!(beyond > 1 && drawn.title.starts_with(&format!("{beyond} of {units} practices lie")));
    let said = format!("withheld, {beyond} of them beyond 99.8%.");
    assert!(drawn.description.contains(&said), "{}", drawn.description);
    assert!(drawn.description.contains(" 3 are left out, with more people counted than are registered"));
}

#[test]
fn every_number_in_the_list_below_the_frontier_is_drawn_and_who_has_none_is_named() {
    let views = views(compared(&ENGLAND, Provenance::Published));
    let apart = chart(&views, "spend-and-score");
    assert!(apart.description.contains("no promise") && !apart.description.contains("worst"));
    // and so close together that not every number has room
    let mut close = apart.clone();
    let Plot::Quadrant(plot) = &mut close.plot else { panic!("another plot") };
    for (i, p) in plot.points.iter_mut().enumerate().skip(1) {
        let at = i as f64 * 0.0001;
        (p.below, p.spend, p.score) = (true, [3.0 + at; 3], [50.0 + at; 3]);
    }
    for (drawn, number) in [(apart, 5..6), (&close, 6..32)] {
        let Plot::Quadrant(plot) = &drawn.plot else { panic!("another plot") };
        let (elements, texts) = parse(&render::chart::draw(drawn).unwrap());
        let list = texts["text"].iter().flat_map(|t| t.split_whitespace()).collect::<Vec<_>>().join(" ");
        let on_disc = elements.iter().filter(|e| e.0 == "text").zip(&texts["text"]);
        let on_disc = on_disc.filter(|((_, attributes), _)| attributes["fill"] == "#FFFFFF");
        let numbers: Vec<usize> = on_disc.filter_map(|(_, t)| t.trim().parse().ok()).collect();
        assert!(number.contains(&numbers.len()), "{numbers:?}");
        let below: Vec<_> = plot.points.iter().filter(|p| p.below).map(|p| p.name.as_str()).collect();
        let untold: Vec<_> = below
            .iter()
            .filter(|name| !numbers.iter().any(|k| list.contains(&format!("{k} {name}"))))
            .collect();
        assert!(untold.iter().all(|name| list.contains(**name)), "{list}");
        assert_eq!(numbers.len() + untold.len(), below.len());
        assert_eq!(list.contains("for want of room"), !untold.is_empty());
        let open = plot.points.iter().filter(|p| p.quadrant.is_none()).count();
        assert!(list.contains(&format!("a median: {open} of 32")), "{list}");
    }
}

#[test]
fn a_ccg_stands_first_with_the_mean_and_then_its_peers_the_nearest_first() {
    let input = compared(&SMALL, Provenance::Published);
    let league = input.tables["league_table"].tail(Some(SMALL.ccgs));
    let views = views(input);
    let codes = words(&league, "ccg_code");
    let floors = floats(&league, "score");
    let ccg = views.get().ccgs.iter().find(|c| c.code == codes[1]).unwrap();
    let own = ccg.charts.iter().find(|c| c.id.ends_with("-peers")).unwrap();
    let Plot::Peers(plot) = &own.plot else { panic!("another plot") };
    let shown: Vec<Option<f64>> = plot.groups.iter().flat_map(|g| &g.rows).map(|r| r.1.value).collect();
    assert_eq!(shown, [floors[1], Some(51.0), None, floors[4], floors[3], floors[2]]);
    assert_eq!(plot.groups[0].rows[1].1.interval, Some((48.5, 53.5)));
    assert!(own.description.contains("40.0 to 62.0") && own.description.contains("cannot tell"));
}
