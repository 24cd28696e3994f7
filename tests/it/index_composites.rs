//! Composites of other tools and publishers, each as a framework: means by hand, MPI, AMPI, ordered means, mean-min,
//! Hellwig, the Indices of Deprivation of England and Scotland, and the HDI adjusted for inequality.

use crate::common::shared;
use crate::index_england::{numbers, words};
use crate::score_support::{framework, golden, long, near, scored};
use dpcmi::index::{ScoredUnits, Values};
use dpcmi::stats::growth::{compound_growth, trend_percent};
use dpcmi::stats::outranking::outranking_share;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One indicator of a small framework: id, weight and more lines.
pub struct Leaf<'a>(pub &'a str, pub f64, pub String);

pub fn flat(steps: &str, mean: &str, leaves: &[Leaf<'_>]) -> String {
    let mut out = format!(
        "id = \"flat\"\ntitle = \"t\"\nedition = \"e\"\nmethod = \"m\"\n{steps}\n\
         index = {{ mean = {mean}, reason = \"r\" }}\n"
    );
    for Leaf(id, weight, more) in leaves {
        let direction = if more.contains("direction") { "" } else { "direction = \"higher_is_better\"\n" };
        let absence = if more.contains("absence") { "" } else { "absence = \"bounded\"\n" };
        write!(
            out,
            "[[indicator]]\nid = \"{id}\"\nedition = \"e\"\nwording = \"w\"\nkind = \"benefit\"\ntier = \"none\"\n\
             unit = \"row\"\nweight = {{ value = {weight}, reason = \"r\", owner = \"o\" }}\n{direction}{absence}{more}\n"
        )
        .unwrap();
    }
    out
}

pub fn by(normalisation: &str) -> String {
    format!("normalisation = {{ by = {{ {normalisation} }}, reason = \"r\" }}\n")
}

pub fn table(header: &[&str], records: Vec<Vec<String>>) -> Values {
    Values {
        file: "v.csv".to_owned(),
        header: header.iter().map(|h| (*h).to_owned()).collect(),
        records,
        ..Values::default()
    }
}

/// One unit a row, one column `x`.
pub fn column(x: &[Option<f64>]) -> Values {
    let rows = x.iter().enumerate();
    table(
        &["unit", "x"],
        rows.map(|(i, x)| vec![format!("u{i:03}"), x.map_or_else(String::new, |x| x.to_string())]).collect(),
    )
}

pub fn index(s: &ScoredUnits, column: &str) -> Vec<f64> {
    numbers(&s.scores, column).into_iter().map(|x| x.unwrap_or(f64::NAN)).collect()
}

#[test]
fn the_cases_by_hand_come_out() {
    let Some(path) = shared("golden/coinr/unit_cases.json") else { return };
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let list = |v: &serde_json::Value| -> Vec<Option<f64>> {
        v.as_array().unwrap().iter().map(serde_json::Value::as_f64).collect()
    };
    let force = "maximum_skewness = 1e-9, maximum_kurtosis = -100, reason = \"r\"";
    let mut done = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let x = || list(&case["x"]);
        let one = |steps: &str, more: &str| {
            scored(
                &framework(&flat(steps, "\"arithmetic\"", &[Leaf("x", 1.0, more.to_owned())])),
                &column(&x()),
            )
        };
        let points = |by_: &str| numbers(&one(&by(by_), "").indicator_values, "points");
        let treated = |how: &str| {
            let steps = format!("{}treatment = {{ {how} }}", by("type = \"z_score\""));
            numbers(&one(&steps, "").indicator_values, "treated")
        };
        let moments = |column: &str| {
            let steps = format!("{}treatment = {{ reason = \"r\" }}", by("type = \"z_score\""));
            numbers(&one(&steps, "").treatment, column)
        };
        let got: Vec<Option<f64>> = match id {
            _ if id.contains("mean") => {
                let mean = match (id.split('_').next().unwrap(), &case["p"]) {
                    ("amean", _) => "\"arithmetic\"".to_owned(),
                    ("gmean", _) => "\"geometric\"".to_owned(),
                    ("hmean", _) => "\"harmonic\"".to_owned(),
                    (_, p) => format!("{{ type = \"power\", p = {p} }}"),
                };
                let w: Vec<f64> = list(&case["w"]).into_iter().flatten().collect();
                let names = ["a", "b", "c"];
                let leaves: Vec<Leaf<'_>> =
                    names.iter().zip(w).map(|(n, w)| Leaf(n, w, String::new())).collect();
                let cells =
                    x().iter().map(|x| x.map_or_else(String::new, |x| x.to_string())).collect::<Vec<_>>();
                // A second unit, so that a missing child is not one that nobody was asked for.
                let rows = vec![
                    [vec!["u".to_owned()], cells].concat(),
                    ["v", "1", "1", "1"].map(str::to_owned).to_vec(),
                ];
                let s = scored(
                    &framework(&flat(&by("type = \"none\""), &mean, &leaves)),
                    &table(&["unit", "a", "b", "c"], rows),
                );
                vec![numbers(&s.scores, "estimate")[0]]
            }
            "skew" => moments("skewness"),
            "kurt" => moments("kurtosis"),
            _ if id.starts_with("winsorise") => treated("winsorise = 5, reason = \"r\""),
            "log_CT" => treated(&format!("transform = \"log_ct\", {force}")),
            "log_CT_plus_neg" => treated(&format!("transform = \"log_ct_plus\", {force}")),
            "boxcox_0.5" => treated(&format!("transform = \"box_cox\", lambda = 0.5, {force}")),
            "goalposts_trunc" => {
                let s = one("", "goalposts = { low = 2, high = 8, reason = \"r\" }");
                numbers(&s.indicator_values, "points").into_iter().map(|x| x.map(|x| x / 10.0)).collect()
            }
            "dist2targ" => points("type = \"distance_to_target\", target = 8"),
            "prank_ties" => points("type = \"percentile_rank\""),
            "copeland" => {
                let of = |k: &str| list(&case["X"][k]);
                let (a, b, c) = (of("x1"), of("x2"), of("x3"));
                let rows = (0..4).map(|i| {
                    let cells = [a[i], b[i], c[i]].map(|x| x.unwrap().to_string());
                    [vec![format!("u{i}")], cells.to_vec()].concat()
                });
                let leaves = ["a", "b", "c"].map(|n| Leaf(n, 1.0, String::new()));
                let f = framework(&flat(&by("type = \"none\""), "\"copeland\"", &leaves));
                numbers(&scored(&f, &table(&["unit", "a", "b", "c"], rows.collect())).scores, "score")
            }
            "outrank" => {
                let of = |k: &str| list(&case["X"][k]).into_iter().flatten().collect::<Vec<_>>();
                let (a, b, c) = (of("x1"), of("x2"), of("x3"));
                let row = |i: usize| [a[i], b[i], c[i]];
                let share = |i: usize, j: usize| outranking_share(&[1.0; 3], &row(i), &row(j));
                // A unit does not meet itself.
                let cell = |i: usize, j: usize| if i == j { Some(0.0) } else { share(i, j) };
                (0..4).flat_map(|i| (0..4).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect()
            }
            "cagr" | "prc_change" => {
                let of = |k: &str| list(&case[k]).into_iter().flatten();
                let series: Vec<(f64, f64)> = of("x").zip(of("y")).collect();
                let last = series.len() - 1;
                vec![if id == "cagr" {
                    compound_growth(series[0], series[last])
                } else {
                    trend_percent(&series, 1.0)
                }]
            }
            other => panic!("what is {other}?"),
        };
        let want = match &case["expected"] {
            serde_json::Value::Array(rows) if rows.iter().all(serde_json::Value::is_array) => {
                rows.iter().flat_map(&list).collect()
            }
            serde_json::Value::Array(_) => list(&case["expected"]),
            one => vec![one.as_f64()],
        };
        assert_eq!(got.len(), want.len(), "{id}");
        for (a, b) in got.iter().zip(&want) {
            // The file prints fifteen digits.
            let close = match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-13 * b.abs().max(1.0) * 10.0,
                (a, b) => a.is_none() && b.is_none(),
            };
            assert!(close, "{id}: {got:?} and {want:?}");
        }
        done.push(id.to_owned());
    }
    assert_eq!(done.len(), cases.len(), "{done:?}");
}

fn nuts(id: &str, steps: &str, mean: &str, directions: [&str; 2]) -> ScoredUnits {
    let input = golden("compind/eu_nuts1_input.csv").expect(id);
    let named = [("NUTS1", "unit"), ("roads", "roads"), ("trains", "trains")];
    let named = named.map(|(a, b)| (a.to_owned(), b.to_owned()));
    let leaf = |name, d: &str| Leaf(name, 1.0, format!("direction = \"{d}_is_better\"\n"));
    let leaves = [leaf("roads", directions[0]), leaf("trains", directions[1])];
    scored(&framework(&flat(steps, mean, &leaves)), &input.values(&named))
}

#[test]
fn simple_composites_of_regions_come_out() {
    let Some(want) = golden("compind/eu_nuts1_simple_methods.csv") else { return };
    let z = by("type = \"z_score\", mean = 100, sd = 10");
    let check = |s: &ScoredUnits, column: &str, of: &dyn Fn(&str) -> f64| {
        for (unit, x) in want.texts("id").iter().zip(want.numbers(column)) {
            let (own, x) = (of(unit), x.expect("number"));
            assert!(near(own, x, 1e-12), "{column} {unit}: {own} and {x}");
        }
        assert_eq!(s.scores.height(), want.rows.len());
    };
    let s = nuts("z", &z, "\"arithmetic\"", ["higher", "higher"]);
    let points = long(&s.indicator_values, "unit", "indicator_id", "points");
    check(&s, "z1", &|u| points[&(u.to_owned(), "roads".to_owned())]);
    check(&s, "z2", &|u| points[&(u.to_owned(), "trains".to_owned())]);
    let s = nuts("mm", &by("type = \"min_max\", high = 1"), "\"arithmetic\"", ["lower", "higher"]);
    let points = long(&s.indicator_values, "unit", "indicator_id", "points");
    check(&s, "mm1_neg", &|u| points[&(u.to_owned(), "roads".to_owned())]);
    check(&s, "mm2_pos", &|u| points[&(u.to_owned(), "trains".to_owned())]);
    let s = nuts("rank", &by("type = \"rank\", ties = \"average\""), "\"arithmetic\"", ["higher", "lower"]);
    let points = long(&s.indicator_values, "unit", "indicator_id", "points");
    check(&s, "rank1_pos", &|u| points[&(u.to_owned(), "roads".to_owned())]);
    check(&s, "rank2_neg", &|u| points[&(u.to_owned(), "trains".to_owned())]);
    let unit = |s: &ScoredUnits| -> BTreeMap<String, f64> {
        words(&s.scores, "unit").into_iter().zip(index(s, "score")).collect()
    };
    for (penalty, column) in [("downward", "mpi_pos"), ("upward", "mpi_neg")] {
        let mean = format!("{{ type = \"penalised\", penalty = \"{penalty}\", spread = \"sample\" }}");
        let s = nuts(column, &z, &mean, ["higher", "higher"]);
        let of = unit(&s);
        check(&s, column, &|u| of[u]);
    }
    let s = nuts("wroclaw", &by("type = \"min_max\", high = 1"), "\"hellwig\"", ["higher", "higher"]);
    let of = unit(&s);
    check(&s, "wroclaw", &|u| 1.0 - of[u]);
}

const PILLARS: [&str; 8] =
    ["Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin"];

fn pillars(steps: &str, mean: &str) -> BTreeMap<String, f64> {
    let input = golden("compind/asem_pillars_bod.csv").expect("pillars");
    let lower = PILLARS.map(str::to_lowercase);
    let mut named = vec![("uCode".to_owned(), "unit".to_owned())];
    named.extend(PILLARS.iter().zip(&lower).map(|(p, l)| ((*p).to_owned(), l.clone())));
    let leaves: Vec<Leaf<'_>> = lower.iter().map(|l| Leaf(l, 1.0, String::new())).collect();
    let s = scored(&framework(&flat(steps, mean, &leaves)), &input.values(&named));
    words(&s.scores, "unit").into_iter().zip(index(&s, "score")).collect()
}

#[test]
fn penalised_ordered_and_mean_minimum_composites_of_pillars_come_out() {
    let (Some(mpi), Some(mean_min)) =
        (golden("compind/asem_pillars_mpi_owa.csv"), golden("compind/asem_pillars_meanmin.csv"))
    else {
        return;
    };
    let (raw, z) = (by("type = \"none\""), by("type = \"z_score\", mean = 100, sd = 10"));
    let penalised = |p: &str| format!("{{ type = \"penalised\", penalty = \"{p}\", spread = \"sample\" }}");
    let cases = [
        (&mpi, "mpi_pos_raw", &raw, penalised("downward")),
        (&mpi, "mpi_neg_raw", &raw, penalised("upward")),
        (&mpi, "mpi_pos_on_z100_10", &z, penalised("downward")),
        (&mpi, "owa_best2", &raw, "{ type = \"best\", of = 2 }".to_owned()),
        (&mpi, "owa_worst2", &raw, "{ type = \"worst\", of = 2 }".to_owned()),
        (&mpi, "owa_best4", &raw, "{ type = \"best\", of = 4 }".to_owned()),
        (&mpi, "owa_worst4", &raw, "{ type = \"worst\", of = 4 }".to_owned()),
        (&mean_min, "mmf_a0.5_b0", &z, "{ type = \"mean_minimum\", alpha = 0.5, beta = 0 }".to_owned()),
        (&mean_min, "mmf_a0.5_b1", &z, "{ type = \"mean_minimum\", alpha = 0.5, beta = 1 }".to_owned()),
        (&mean_min, "mmf_a1_b0", &z, "{ type = \"mean_minimum\", alpha = 1, beta = 0 }".to_owned()),
    ];
    for (want, column, steps, mean) in cases {
        let ours = pillars(steps, &mean);
        for (unit, x) in want.texts("uCode").iter().zip(want.numbers(column)) {
            assert!(near(ours[unit], x.expect("number"), 1e-12), "{column} {unit}");
        }
    }
}

#[test]
fn the_adjusted_mazziotta_pareto_index_of_two_years_comes_out() {
    let Some(input) = golden("compind/ampi_input.csv") else { return };
    let posts = golden("compind/ampi_input_goalposts.csv").expect("goalposts");
    let want = golden("compind/ampi_run.csv").expect("ampi");
    let lower = PILLARS.map(str::to_lowercase);
    let leaves: Vec<Leaf<'_>> = lower
        .iter()
        .map(|l| {
            let at = posts.texts("iCode").iter().position(|c| c.to_lowercase() == *l).expect("goalpost");
            let reference = posts.numbers("goalpost")[at].expect("number");
            let by = format!("{{ type = \"reference_range\", reference = {reference} }}");
            Leaf(l, 1.0, format!("normalisation = {{ by = {by}, over = \"all\", reason = \"r\" }}\n"))
        })
        .collect();
    let mean = "{ type = \"penalised\", penalty = \"downward\", spread = \"population\" }";
    let mut named = vec![("uCode".to_owned(), "unit".to_owned()), ("Time".to_owned(), "period".to_owned())];
    named.extend(PILLARS.iter().zip(&lower).map(|(p, l)| ((*p).to_owned(), l.clone())));
    let s = scored(&framework(&flat("", mean, &leaves)), &input.values(&named));
    let ours = long(&s.scores, "period", "unit", "estimate");
    for year in ["2018", "2019"] {
        for (unit, x) in want.texts("uCode").iter().zip(want.numbers(&format!("ampi_t{year}"))) {
            let own = ours[&(year.to_owned(), unit.clone())];
            // The tool rounds to three places.
            assert!((own - x.expect("number")).abs() <= 5e-4 + 1e-9, "{year} {unit}: {own} and {x:?}");
        }
    }
}

#[test]
fn the_scottish_index_of_multiple_deprivation_comes_out() {
    let (Some(open), Some(official)) =
        (golden("imd/opensimd_datazones.csv"), golden("imd/simd16_scotland_datazones.csv"))
    else {
        return;
    };
    let weights = [
        ("income", 0.28),
        ("employment", 0.28),
        ("health", 0.14),
        ("education", 0.14),
        ("access", 0.09),
        ("crime", 0.05),
        ("housing", 0.02),
    ];
    // A rank of 1 is the most deprived zone, and the score rises with deprivation.
    let leaves = weights.map(|(id, w)| Leaf(id, w, "direction = \"lower_is_better\"\n".to_owned()));
    let f = framework(&flat(&by("type = \"exponential\", ties = \"average\""), "\"arithmetic\"", &leaves));
    for (input, key, more) in [
        (&open, "data_zone", vec![]),
        (&official, "Data_Zone", vec![("Council_area", "group"), ("Total_population", "weight")]),
    ] {
        let mut named = vec![(key.to_owned(), "unit".to_owned())];
        named.extend(weights.iter().map(|(id, _)| ((*id).to_owned(), (*id).to_owned())));
        named.extend(more.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
        let s = scored(&f, &input.values(&named));
        let scores: BTreeMap<String, f64> =
            words(&s.scores, "unit").into_iter().zip(index(&s, "score")).collect();
        let ranks: BTreeMap<String, f64> = words(&s.scores, "unit")
            .into_iter()
            .zip(crate::index_england::wholes(&s.scores, "rank").into_iter().map(|r| r.expect("rank") as f64))
            .collect();
        for (unit, x) in input.texts(key).iter().zip(input.numbers("score_recomputed")) {
            assert!(near(scores[unit], x.expect("score"), 1e-12), "{unit}");
        }
        let published = if key == "data_zone" { "openSIMD_published_rank" } else { "Overall_SIMD16_rank" };
        let units = input.texts(key);
        let far =
            units.iter().zip(input.numbers(published)).map(|(u, r)| (ranks[u] - r.expect("rank")).abs());
        let far: Vec<f64> = far.collect();
        let equal = far.iter().filter(|d| **d == 0.0).count();
        let largest = far.iter().copied().fold(0.0, f64::max);
        if key == "data_zone" {
            assert_eq!(equal, 6976);
        } else {
            // The official run used unrounded domain scores.
            assert_eq!((equal, largest), (5625, 7.0));
            let want = golden("imd/simd16_council_rollup.csv").expect("councils");
            let of = |column: &str| -> BTreeMap<String, f64> {
                let values = numbers(&s.group_scores, column).into_iter().map(|x| x.expect("score"));
                words(&s.group_scores, "group").into_iter().zip(values).collect()
            };
            for (column, own) in
                [("popw_mean_score", "score"), ("mean_score", "score_unweighted"), ("population", "weight")]
            {
                let own = of(own);
                for (council, x) in want.texts("Council_area").iter().zip(want.numbers(column)) {
                    assert!(near(own[council], x.expect("number"), 1e-12), "{council} {column}");
                }
            }
        }
    }
}

/// The IHDI multiplies the index of each dimension by one less its inequality; a geometric mean of the two is the
/// square root of that product, so that the score is the square root of the IHDI.
#[test]
fn the_development_index_adjusted_for_inequality_comes_out_as_published() {
    let Some(input) = golden("hdi/ihdi_2010_2021.csv") else { return };
    let shipped = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/hdi-2021.toml"),
    )
    .expect("hdi");
    let mut text = shipped;
    for (dimension, inner) in [("health", "length"), ("education", "learning"), ("living-standard", "means")]
    {
        let old = format!("dimension = \"{dimension}\"");
        text = text.replace(&old, &format!("dimension = \"{inner}\""));
        let weight = "weight = { value = 1, reason = \"r\", owner = \"UNDP\" }";
        write!(
            text,
            "\n[[dimension]]\nid = \"{inner}\"\nname = \"n\"\nparent = \"{dimension}\"\nmean = \"arithmetic\"\n{weight}\n\
             [[indicator]]\nid = \"inequality-{dimension}\"\ndimension = \"{dimension}\"\nedition = \"e\"\nwording = \"w\"\n\
             kind = \"benefit\"\ntier = \"none\"\nunit = \"row\"\ndirection = \"lower_is_better\"\nabsence = \"bounded\"\n\
             goalposts = {{ low = 0, high = 100, reason = \"a percentage\" }}\n{weight}\n"
        )
        .unwrap();
        let at = text.find(&format!("id = \"{dimension}\"")).expect("dimension");
        let mean = at + text[at..].find("mean = \"arithmetic\"").expect("mean");
        text.replace_range(mean..mean + "mean = \"arithmetic\"".len(), "mean = \"geometric\"");
    }
    let named = [
        ("iso3", "unit"),
        ("year", "period"),
        ("le", "life-expectancy"),
        ("eys", "expected-schooling"),
        ("mys", "mean-schooling"),
        ("gnipc", "income"),
        ("A_le_pct", "inequality-health"),
        ("A_edu_pct", "inequality-education"),
        ("A_inc_pct", "inequality-living-standard"),
    ]
    .map(|(a, b)| (a.to_owned(), b.to_owned()));
    let s = scored(&framework(&text), &input.values(&named));
    let ours = long(&s.scores, "period", "unit", "score");
    let keys: Vec<(String, String)> = input.texts("year").into_iter().zip(input.texts("iso3")).collect();

    let mut compared = 0;
    let published = input.numbers("ihdi_published");
    for ((key, recomputed), published) in keys.iter().zip(input.numbers("ihdi_recomputed")).zip(published) {
        let found: Vec<&f64> = ours.get(key).into_iter().collect();
        let own = (found[0] / 100.0).powi(2);
        assert!((own - recomputed.expect("ihdi")).abs() < 1e-12, "{key:?}");
        assert!((own - published.expect("ihdi")).abs() <= 5e-4 + 1e-9, "{key:?}");
        compared += 1;
    }
    assert_eq!(compared, 1736);
}

#[test]
fn the_exponential_transformation_of_the_cases_comes_out() {
    let Some(want) = golden("imd/exponential_transform_cases.csv") else { return };
    let units: Vec<f64> = want.numbers("N").into_iter().flatten().collect();
    assert!(units.iter().all(|n| *n == units[0]), "one table of units");
    let n = units[0] as usize;
    // Rank 1 is the most deprived: the highest value.
    let x: Vec<Option<f64>> = (0..n).map(|i| Some((n - i) as f64)).collect();
    let rows = x.iter().enumerate().map(|(i, x)| vec![format!("u{i:06}"), x.expect("value").to_string()]);
    let f =
        framework(&flat(&by("type = \"exponential\""), "\"arithmetic\"", &[Leaf("x", 1.0, String::new())]));
    let points = numbers(&scored(&f, &table(&["unit", "x"], rows.collect())).indicator_values, "points");
    for (rank, score) in want.numbers("rank").into_iter().zip(want.numbers("exp_score")) {
        let own = points[rank.expect("rank") as usize - 1].expect("points");
        assert!((own - score.expect("score")).abs() <= 1e-12 * 100.0, "{rank:?}: {own} and {score:?}");
    }
    assert_eq!(want.rows.len(), 8);
}
