//! Peers three ways, beside an own calculation; and in a world without differences hardly anybody is called.

use crate::improve_support::{Rows, england};
use dpcmi::define::framework::{Framework, PeerGroup, PeerList};
use dpcmi::improve::{Given, Improve, improve};
use dpcmi::index::Source;
use dpcmi::model::{Grain, Period, Provenance};
use dpcmi::pipeline::Definitions;
use dpcmi::stats::distribution::normal_quantile;
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The five variables of a CCG, from the table of practices.
fn variables() -> (Vec<String>, Vec<[f64; 5]>) {
    let e = england();
    let t = e.table("practices");
    let mut of: BTreeMap<String, [f64; 6]> = BTreeMap::new();
    for r in (0..t.len()).filter(|r| t.date(*r, "period") == e.day()) {
        let Some(list) = t.int(r, "list_size").map(|l| l as f64) else { continue };
        let sums = of.entry(t.text(r, "ccg_code")).or_default();
        let supplier = t.text(r, "provider_system_supplier");
        let weighted = t.float(r, "weighted_list").expect("a weighted list");
        let own =
            [list, 1.0, weighted, f64::from(supplier == "EMIS") * list, f64::from(supplier == "TPP") * list];
        sums.iter_mut().zip(own).for_each(|(s, x)| *s += x);
        sums[5] += if supplier.is_empty() { 0.0 } else { list };
    }
    let figures = |s: &[f64; 6]| [s[0].ln(), (s[0] / s[1]).ln(), s[2] / s[0], s[3] / s[5], s[4] / s[5]];
    (of.keys().cloned().collect(), of.values().map(figures).collect())
}

#[test]
fn the_nearest_are_the_nearest_by_an_own_calculation_and_need_not_be_mutual() {
    let e = england();
    let (codes, mut of) = variables();
    for k in 0..5 {
        let n = of.len() as f64;
        let mean = of.iter().map(|x| x[k]).sum::<f64>() / n;
        let spread = (of.iter().map(|x| (x[k] - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        of.iter_mut().for_each(|x| x[k] = (x[k] - mean) / spread);
    }
    let weights = [1.0, 1.0, 1.0, 0.5, 0.5];
    let distance =
        |i: usize, j: usize| (0..5).map(|k| weights[k] * (of[i][k] - of[j][k]).powi(2)).sum::<f64>().sqrt();
    let place: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(i, c)| (c.as_str(), i)).collect();
    let t = e.table("peers");
    let (mut pairs, mut stable) = (BTreeSet::new(), Vec::new());
    for (ccg, rows) in t.by("ccg_code") {
        let rows: Vec<usize> = rows.into_iter().filter(|r| t.text(*r, "way") == "nearest").collect();
        assert_eq!(rows.len(), 10);
        let i = place[ccg.as_str()];
        let mut all: Vec<f64> = (0..codes.len()).filter(|j| *j != i).map(|j| distance(i, j)).collect();
        all.sort_by(f64::total_cmp);
        for (k, r) in rows.iter().enumerate() {
            let peer = t.text(*r, "peer_code");
            assert_ne!(peer, ccg);
            let d = t.float(*r, "distance").unwrap();
            assert!(
                (d - distance(i, place[peer.as_str()])).abs() < 1e-9 && (d - all[k]).abs() < 1e-9,
                "{ccg} {peer}"
            );
            let share = |v: &str| t.float(*r, &format!("distance_share_{v}")).unwrap();
            let sum: f64 =
                ["list_size", "practice_list", "need", "emis", "tpp"].iter().map(|v| share(v)).sum();
            assert!((sum - 1.0).abs() < 1e-9);
            stable.push(t.float(*r, "stability").unwrap());
            pairs.insert((ccg.clone(), peer));
        }
    }
    assert!(pairs.iter().any(|(a, b)| !pairs.contains(&(b.clone(), a.clone()))), "some are not mutual");
    assert!(
        stable.iter().all(|s| (0.0..=1.0).contains(s))
            && stable.iter().any(|s| *s < 0.95)
            && stable.iter().any(|s| *s > 0.95)
    );
    let league = e.table("league_table");
    let first = (0..league.len()).find(|r| league.date(*r, "period") == e.day()).unwrap();
    let named: Vec<String> = league.text(first, "peers").split(' ').map(str::to_owned).collect();
    assert!(
        named.len() == 10
            && named.iter().all(|p| pairs.contains(&(league.text(first, "ccg_code"), p.clone())))
    );
}

fn framework() -> Framework {
    let mut framework = Definitions::load(None, "dpcma-2018").unwrap().framework;
    framework.next_steps = None;
    framework
}

/// Even, seeded numbers between 0 and 1.
struct Draw(u64);

impl Draw {
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

const DAY: Date = date(2018, 9, 30);

/// A world of 60 CCGs with 6 to 40 practices: the tables that the stage reads.
struct World {
    practices: DataFrame,
    scores: DataFrame,
    ccgs: DataFrame,
    values: DataFrame,
}

/// `shift`: points that the practices of the first CCG have more than all others.
fn world(seed: u64, shift: f64) -> World {
    let mut draw = Draw(seed);
    let (mut code, mut ccg, mut list, mut score, mut yes) = (vec![], vec![], vec![], vec![], vec![]);
    for c in 0..60 {
        for p in 0..6 + (draw.even() * 35.0) as usize {
            code.push(format!("A{c:02}{p:03}"));
            ccg.push(format!("{c:02}A"));
            list.push((8000.0 * (0.6 * normal_quantile(draw.even())).exp()) as i64);
            let moved = if c == 0 { shift } else { 0.0 };
            score.push((60.0 + 12.0 * normal_quantile(draw.even()) + moved).clamp(0.0, 100.0));
            yes.push(if draw.even() < 0.8 { 100.0 } else { 0.0 });
        }
    }
    let n = code.len();
    let day = |n: usize| Column::new("period".into(), vec![17_804_i32; n]).cast(&DataType::Date).unwrap();
    let text = |name: &str, of: Vec<String>| Column::new(name.into(), of);
    let same = |name: &str, word: &str, n: usize| Column::new(name.into(), vec![word; n]);
    let number = |name: &str, of: &[f64]| Column::new(name.into(), of.to_vec());
    let mut of: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for ((c, l), s) in ccg.iter().zip(&list).zip(&score) {
        let sum = of.entry(c).or_default();
        *sum = (sum.0 + *l as f64 * s, sum.1 + *l as f64);
    }
    let means: Vec<f64> = of.values().map(|(top, bottom)| top / bottom).collect();
    let codes: Vec<String> = of.keys().map(|c| (*c).to_owned()).collect();
    let weighted: Vec<f64> = list.iter().map(|l| *l as f64 * (0.9 + 0.2 * draw.even())).collect();
    let suppliers: Vec<&str> = (0..n).map(|_| if draw.even() < 0.5 { "EMIS" } else { "TPP" }).collect();
    let regions: Vec<String> = ccg.iter().map(|c| format!("Y{}", &c[..1])).collect();
    let columns = |columns: Vec<Column>| DataFrame::new(columns[0].len(), columns).unwrap();
    let england: Vec<String> = code.iter().cloned().chain(["england".to_owned()]).collect();
    let kinds: Vec<&str> = vec!["practice"; n].into_iter().chain(["england"]).collect();
    let points: Vec<Option<f64>> = yes.iter().map(|y| Some(*y)).chain([None]).collect();
    World {
        practices: columns(vec![
            day(n),
            text("practice_code", code.clone()),
            text("ccg_code", ccg.clone()),
            Column::new("list_size".into(), list.clone()),
            number("weighted_list", &weighted),
            Column::new("system_supplier".into(), suppliers),
            text("region_code", regions),
        ]),
        scores: columns(vec![
            day(n),
            text("practice_code", code),
            text("ccg_code", ccg),
            Column::new("list_size".into(), list),
            number("score", &score),
            number("score_high", &score),
            number("interval_low", &score.iter().map(|s| s - 4.0).collect::<Vec<f64>>()),
            number("interval_high", &score.iter().map(|s| s + 4.0).collect::<Vec<f64>>()),
            same("provenance", "synthetic", n),
        ]),
        ccgs: columns(vec![
            day(60),
            text("ccg_code", codes),
            number("score", &means),
            number("score_high", &means),
        ]),
        values: columns(vec![
            day(n + 1),
            Column::new("unit_type".into(), kinds),
            text("unit_code", england),
            same("indicator_id", "IND21.1", n + 1),
            Column::new("numerator".into(), vec![None::<i64>; n + 1]),
            Column::new("denominator".into(), vec![None::<i64>; n + 1]),
            Column::new("absence".into(), vec![None::<&str>; n + 1]),
            Column::new("points_low".into(), points.clone()),
            Column::new("points_high".into(), points),
        ]),
    }
}

fn compared(framework: &Framework, w: &World, sources: &[Source]) -> Improve {
    let given = Given {
        evidence: None,
        framework,
        practices: &w.practices,
        practice_scores: &w.scores,
        ccg_scores: &w.ccgs,
        indicator_values: &w.values,
        rounded: &BTreeMap::new(),
        readings: &BTreeMap::new(),
        sources,
        seed: 1,
    };
    improve(given, DAY).unwrap()
}

#[test]
fn in_a_world_without_differences_at_most_one_ccg_in_twenty_is_called() {
    let framework = framework();
    for measure in ["score", "IND21.1"] {
        let (mut called, mut all) = (0, 0);
        for seed in 1..=25 {
            let t = Rows::of(&compared(&framework, &world(seed * 7919, 0.0), &[]).tables["peer_comparison"]);
            for r in (0..t.len()).filter(|r| t.text(*r, "measure") == measure) {
                let (mean, low, high) = (t.float(r, "mean"), t.float(r, "low"), t.float(r, "high"));
                assert!(low < mean && mean < high);
                assert!(
                    low <= t.float(r, "mean_low") && t.float(r, "mean_high") <= high,
                    "the mean is surer"
                );
                called += usize::from(t.text(r, "called") != "cannot tell");
                all += 1;
            }
        }
        assert!(all >= 2500, "{all}");
        assert!(called * 20 <= all, "{measure}: {called} of {all} are called");
    }
}

#[test]
fn who_is_far_below_its_peers_is_called_and_is_the_same_however_the_others_are_called() {
    let t = Rows::of(&compared(&framework(), &world(5, -25.0), &[]).tables["peer_comparison"]);
    let own = (0..t.len()).filter(|r| t.text(*r, "ccg_code") == "00A" && t.text(*r, "measure") == "score");
    let called: Vec<String> = own.map(|r| t.text(r, "called")).collect();
    assert!(!called.is_empty() && called.iter().all(|c| c == "below"), "{called:?}");
}

fn pairs(dataset: &str, columns: [&str; 2], rows: &[(&str, &str)]) -> Source {
    let column =
        |k: usize| Column::new(columns[k].into(), rows.iter().map(|r| [r.0, r.1][k]).collect::<Vec<_>>());
    Source {
        dataset: dataset.to_owned(),
        period: Period::containing(Grain::FinancialYear, DAY),
        frame: DataFrame::new(rows.len(), vec![column(0), column(1)]).unwrap(),
        aside: None,
        provenance: Provenance::Returned,
    }
}

#[test]
fn another_way_to_be_peers_changes_the_rows_of_that_way_and_no_others() {
    let w = world(3, 0.0);
    let mut framework = framework();
    let plain = compared(&framework, &w, &[]);
    let section = framework.peers.as_mut().unwrap();
    section.fixed = Some(PeerList {
        dataset: "list".to_owned(),
        ccg: "ccg_code".to_owned(),
        peer: "peer_code".to_owned(),
    });
    section.group.push(PeerGroup {
        id: "hub".to_owned(),
        column: None,
        dataset: Some("groups".to_owned()),
        unit: "unit_code".to_owned(),
        group: "group".to_owned(),
        kind: None,
    });
    let list = pairs(
        "list",
        ["ccg_code", "peer_code"],
        &[("00A", "31A"), ("00A", "07A"), ("00A", "99Z"), ("00A", "00A")],
    );
    let hubs = [
        ("01A", "north"),
        ("02A", "north"),
        ("03A", "north"),
        ("04A", "north"),
        ("05A", "north"),
        ("06A", "north"),
        ("07A", "south"),
    ];
    let groups = pairs("groups", ["unit_code", "group"], &hubs);
    let more = compared(&framework, &w, &[list, groups]);
    let (t, before) = (Rows::of(&more.tables["peers"]), Rows::of(&plain.tables["peers"]));
    let of = |t: &Rows, way: &str| -> Vec<(String, String, Option<f64>, Option<f64>)> {
        let rows = (0..t.len()).filter(|r| t.text(*r, "way") == way);
        rows.map(|r| {
            (t.text(r, "ccg_code"), t.text(r, "peer_code"), t.float(r, "distance"), t.float(r, "stability"))
        })
        .collect()
    };
    for way in ["nearest", "own:region"] {
        assert!(!of(&t, way).is_empty());
        assert_eq!(of(&t, way), of(&before, way));
    }
    let told: Vec<_> = more.diagnostics.iter().map(|d| (d.code.name, d.found.clone())).collect();
    assert_eq!(told, [("PEER_UNKNOWN", Some("99Z".to_owned()))], "a code that the quarter does not have");
    assert!(plain.diagnostics.is_empty());
    let fixed = of(&t, "fixed");
    assert_eq!(fixed.iter().map(|r| r.1.as_str()).collect::<BTreeSet<_>>(), BTreeSet::from(["07A", "31A"]));
    assert!(fixed[0].2 <= fixed[1].2 && fixed.iter().all(|r| r.0 == "00A" && r.2.is_some() && r.3.is_none()));
    let hub = of(&t, "own:hub");
    assert_eq!(hub.len(), 6 * 5, "each with the five others; one alone has no peers");
    assert!(hub.iter().all(|r| hub.iter().any(|o| o.0 == r.1 && o.1 == r.0)), "a group is mutual");
    let c = Rows::of(&more.tables["peer_comparison"]);
    let with = |way: &str| (0..c.len()).filter(|r| c.text(*r, "way") == way).count();
    assert_eq!(
        (with("fixed"), with("own:hub")),
        (0, 12),
        "two peers are too few for a mean; five are enough"
    );
}

#[test]
fn a_practice_stands_beside_the_others_of_its_federation_and_hub() {
    let w = world(11, -45.0);
    let mut framework = framework();
    let section = framework.peers.as_mut().unwrap();
    section.group.retain(|g| g.dataset.is_some());
    let codes = Rows::of(&w.scores);
    let of = |ccg: &str| -> Vec<String> {
        let rows = (0..codes.len()).filter(|r| codes.text(*r, "ccg_code") == ccg);
        rows.map(|r| codes.text(r, "practice_code")).collect()
    };
    let (low, usual) = (of("00A"), of("01A"));
    let federation: Vec<&str> = usual.iter().map(String::as_str).chain([low[0].as_str()]).collect();
    let rows: Vec<(&str, &str, &str)> = federation
        .iter()
        .map(|u| (*u, "Federation", "Vale"))
        .chain(usual[..3].iter().map(|u| (u.as_str(), "Hub", "Mill")))
        .collect();
    let column = |name: &str, k: usize| {
        Column::new(name.into(), rows.iter().map(|r| [r.0, r.1, r.2][k]).collect::<Vec<_>>())
    };
    let frame = vec![column("unit_code", 0), column("group_kind", 1), column("group_name", 2)];
    let source =
        Source { frame: DataFrame::new(rows.len(), frame).unwrap(), ..pairs("own_groups", ["a", "b"], &[]) };
    let found = compared(&framework, &w, &[source]);
    let t = Rows::of(&found.tables["group_comparison"]);
    assert_eq!(t.len(), federation.len(), "three are too few for a mean");
    for r in 0..t.len() {
        assert_eq!(
            (t.text(r, "way"), t.text(r, "group_name")),
            ("own:federation".to_owned(), "Vale".to_owned())
        );
        assert_eq!(t.int(r, "peers"), Some(federation.len() as i64 - 1));
        if t.text(r, "practice_code") == low[0] {
            assert_eq!(t.text(r, "called"), "below");
        }
    }
    let called = (0..t.len()).filter(|r| t.text(*r, "called") != "cannot tell").count();
    assert!(called <= 1 + federation.len() / 8, "{called} of {}", federation.len());
}
