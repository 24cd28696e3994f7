//! What other tools get wrong in scoring, each as the truth that holds here; and the frameworks that are refused.

use crate::index_composites::{Leaf, by, flat, index, table};
use crate::index_england::{numbers, wholes, words};
use crate::score_support::{framework, long, refused, scored};
use dpcmi::index::{ScoredUnits, Simulation, Values, ValuesFault, score_units};
use proptest::prelude::*;

const Z: &str = "type = \"z_score\"";

fn leaves<'a>(ids: &[&'a str]) -> Vec<Leaf<'a>> {
    ids.iter().map(|id| Leaf(id, 1.0, String::new())).collect()
}

fn rows(text: &str) -> Values {
    let mut lines = text.lines().map(|l| l.split(',').map(|c| c.trim().to_owned()).collect::<Vec<_>>());
    let header = lines.next().expect("header");
    Values { file: "v.csv".to_owned(), header, records: lines.collect(), ..Values::default() }
}

fn faults(f: &str, v: &Values) -> Vec<String> {
    match score_units(&framework(f), v, &Simulation::default()) {
        Err(ValuesFault::Refused(all)) => {
            all.iter().map(|d| format!("{} {}: {}", d.code.name, d.place, d.message)).collect()
        }
        _ => panic!("not refused"),
    }
}

fn holds(found: &[String], parts: &[&str]) {
    assert!(found.iter().any(|f| parts.iter().all(|p| f.contains(p))), "{parts:?} in {found:#?}");
}

fn cells(s: &ScoredUnits, column: &str) -> Vec<(String, f64)> {
    long(&s.indicator_values, "unit", "indicator_id", column)
        .into_iter()
        .map(|((u, i), x)| (format!("{u} {i}"), x))
        .collect()
}

#[test]
fn a_table_without_any_indicator_of_the_framework_is_refused_and_the_indicators_are_named() {
    let f = flat(&by("type = \"min_max\""), "\"arithmetic\"", &leaves(&["income", "schooling"]));
    let found = faults(&f, &rows("unit,incomes,school\nu,1,2\nv,3,4\n"));
    holds(&found, &["HEADER_MISSING", "income, schooling"]);
    holds(&found, &["HEADER_UNKNOWN", "`incomes`"]);
}

#[test]
fn scores_do_not_change_under_row_permutation_not_even_with_missing_values_and_copeland() {
    let text = "unit,a,b,c\nu1,1,5,\nu2,,4,2\nu3,3,,9\nu4,2,2,2\nu5,7,,\n";
    let one = rows(text);
    let mut other = one.clone();
    other.records.reverse();
    other.records.swap(0, 2);
    for mean in ["\"copeland\"", "\"hellwig\"", "\"arithmetic\"", "{ type = \"worst\", of = 2 }"] {
        for n in ["type = \"min_max\"", "type = \"rank\", ties = \"average\"", Z] {
            let f = framework(&flat(&by(n), mean, &leaves(&["a", "b", "c"])));
            let (s, t) = (scored(&f, &one), scored(&f, &other));
            assert!(
                s.scores.equals_missing(&t.scores) && s.indicator_values.equals_missing(&t.indicator_values),
                "{mean} {n}"
            );
        }
    }
}

#[test]
fn all_means_treat_a_missing_child_alike() {
    let means = [
        "\"arithmetic\"",
        "\"geometric\"",
        "\"harmonic\"",
        "\"minimum\"",
        "\"maximum\"",
        "{ type = \"power\", p = 0.5 }",
        "{ type = \"power\", p = -2 }",
        "{ type = \"penalised\", penalty = \"downward\", spread = \"sample\" }",
        "{ type = \"mean_minimum\", alpha = 0.5, beta = 1 }",
        "{ type = \"best\", of = 2 }",
        "{ type = \"worst\", of = 2 }",
    ];
    for mean in means {
        let of = |ids: &[&str], text: &str| {
            scored(&framework(&flat(&by("type = \"none\""), mean, &leaves(ids))), &rows(text))
        };
        let gap = of(&["a", "b", "c"], "unit,a,b,c\nu,20,,60\nv,10,90,80\n");
        let without = of(&["a", "c"], "unit,a,c\nu,20,60\nv,10,80\n");
        assert_eq!(index(&gap, "estimate")[0], index(&without, "estimate")[0], "{mean}");
        assert!(index(&gap, "estimate")[0].is_finite());
    }
}

#[test]
fn a_zero_makes_a_multiplying_mean_zero_by_limit_and_never_stops_it() {
    for mean in ["\"geometric\"", "\"harmonic\"", "{ type = \"power\", p = -1.5 }"] {
        let f = framework(&flat(&by("type = \"min_max\""), mean, &leaves(&["a", "b"])));
        let s = scored(&f, &rows("unit,a,b\nu,0,5\nv,3,9\nw,9,2\n"));
        assert_eq!(index(&s, "score")[0], 0.0, "{mean}");
        assert!(index(&s, "score").iter().all(|x| x.is_finite()));
    }
}

#[test]
fn constant_columns_survive_treatment_and_are_refused_by_name_where_a_range_is_needed() {
    let treatment = "treatment = { winsorise = 5, transform = \"log_ct\", reason = \"r\" }\n";
    let text = "unit,a,b\nu,0.1,1\nv,0.1,2\nw,0.1,3\nx,0.1,400\ny,0.1,5\n";
    let goalposts = |id| Leaf(id, 1.0, "goalposts = { low = 0, high = 10, reason = \"r\" }\n".to_owned());
    let s = scored(
        &framework(&flat(treatment, "\"arithmetic\"", &[goalposts("a"), goalposts("b")])),
        &rows(text),
    );
    let treated = cells(&s, "treated");
    assert!(treated.iter().filter(|(k, _)| k.ends_with('a')).all(|(_, x)| *x == 0.1), "{treated:?}");
    let found = faults(&flat(&by("type = \"min_max\""), "\"arithmetic\"", &leaves(&["a", "b"])), &rows(text));
    holds(&found, &["VALUES_METHOD", "`a` by min_max", "zero range", "fixed goalposts"]);
}

#[test]
fn a_yes_or_no_item_is_never_treated() {
    let treatment = "treatment = { winsorise = 5, transform = \"log_ct\", reason = \"r\" }\n";
    let posts = "goalposts = { low = 0, high = 1, reason = \"r\" }\n".to_owned();
    let yes = |u: usize| if u == 7 { "1" } else { "0" }.to_owned();
    let v = table(&["unit", "a"], (0..40).map(|u| vec![format!("u{u:02}"), yes(u)]).collect());
    let s = scored(&framework(&flat(treatment, "\"arithmetic\"", &[Leaf("a", 1.0, posts)])), &v);
    assert!(numbers(&s.treatment, "skewness")[0].unwrap() > 2.0);
    assert_eq!(index(&s, "score").iter().sum::<f64>(), 100.0);
}

#[test]
fn group_imputation_changes_nothing_that_is_there_and_stays_in_the_group() {
    let text = "unit,group,a\nu,N,1\nv,N,3\nw,N,\nx,S,50\ny,S,\nz,,7\nzz,,\n";
    let steps = format!("{}imputation = {{ by = \"mean\", within_group = true, reason = \"r\" }}\n", by(Z));
    let s = scored(&framework(&flat(&steps, "\"arithmetic\"", &leaves(&["a"]))), &rows(text));
    let value: Vec<f64> = cells(&s, "value").into_iter().map(|(_, x)| x).collect();
    assert_eq!(value, [1.0, 3.0, 2.0, 50.0, 50.0, 7.0, 7.0]);
    let origin = words(&s.indicator_values, "origin");
    assert_eq!(origin, ["answered", "answered", "imputed", "answered", "imputed", "answered", "imputed"]);
}

#[test]
fn panels_are_filled_from_the_unit_itself_even_with_one_value_and_in_the_order_of_time() {
    let text = "unit,period,a\nu,8,\nu,9,10\nu,10,\nu,13,50\nu,14,\nv,8,\nv,9,4\nv,10,\nv,13,\nv,14,\nw,8,1\nw,9,2\nw,10,3\nw,13,4\nw,14,5\n";
    let run = |how: &str| {
        let steps = format!(
            "{}imputation = {{ by = \"{how}\", reason = \"r\" }}\n",
            by("type = \"min_max\"").replace("reason", "over = \"all\", reason")
        );
        let s = scored(&framework(&flat(&steps, "\"arithmetic\"", &leaves(&["a"]))), &rows(text));
        let of = long(&s.indicator_values, "unit", "period", "value");
        move |unit: &str| {
            ["8", "9", "10", "13", "14"].map(|p| of.get(&(unit.to_owned(), p.to_owned())).copied())
        }
    };
    let some = |x: [f64; 5]| x.map(Some);
    let (latest, linear, constant) = (run("latest"), run("linear"), run("constant"));
    assert_eq!(latest("u"), [None, Some(10.0), Some(10.0), Some(50.0), Some(50.0)]);
    assert_eq!(linear("u"), some([10.0, 10.0, 20.0, 50.0, 50.0]));
    assert_eq!(constant("u"), some([10.0, 10.0, 10.0, 50.0, 50.0]));
    assert_eq!(linear("v"), some([4.0; 5]));
    let steps = format!("{}imputation = {{ by = \"linear\", reason = \"r\" }}\n", by("type = \"none\""));
    let found = faults(&flat(&steps, "\"arithmetic\"", &leaves(&["a"])), &rows("unit,period,a\nu,early,1\n"));
    holds(&found, &["VALUES_METHOD", "`early` is neither a number nor an ISO date"]);
}

#[test]
fn imputed_values_fill_the_estimate_and_leave_floor_ceiling_and_coverage_open() {
    let steps = format!("{}imputation = {{ by = \"mean\", reason = \"r\" }}\n", by("type = \"min_max\""));
    let f = framework(&flat(&steps, "\"arithmetic\"", &leaves(&["a", "b"])));
    let s = scored(&f, &rows("unit,a,b\nu,0,10\nv,5,\nw,10,0\nx,10,[z]\n"));
    let of = |c| numbers(&s.scores, c);
    assert_eq!(of("score"), [Some(50.0), Some(25.0), Some(50.0), Some(100.0)]);
    assert_eq!(of("estimate"), [Some(50.0), Some(50.0), Some(50.0), Some(100.0)]);
    assert_eq!(of("score_high"), [Some(50.0), Some(75.0), Some(50.0), Some(100.0)]);
    assert_eq!(of("coverage"), [Some(1.0), Some(0.5), Some(1.0), Some(1.0)]);
    let origin = words(&s.indicator_values, "origin");
    assert_eq!(origin.iter().filter(|o| *o == "imputed").count(), 1, "what does not apply is not imputed");
}

#[test]
fn parameters_are_honoured_for_panels() {
    let text = "unit,period,a\nu,2019,0\nv,2019,10\nu,2020,10\nv,2020,20\n";
    let run = |over: &str| {
        let n = format!(
            "normalisation = {{ by = {{ type = \"min_max\", low = 1, high = 101 }}, over = \"{over}\", reason = \"r\" }}\n"
        );
        index(&scored(&framework(&flat(&n, "\"arithmetic\"", &leaves(&["a"]))), &rows(text)), "score")
    };
    assert_eq!(run("period"), [1.0, 101.0, 1.0, 101.0]);
    assert_eq!(run("all"), [1.0, 51.0, 51.0, 101.0]);
}

#[test]
fn screening_leaves_who_has_too_little_and_says_why() {
    let screening = "screening = { minimum_present = 0.6, minimum_non_zero = 0.5, keep = [\"k\"], leave = [\"l\"], reason = \"r\" }\n";
    let steps = format!("{}{screening}", by("type = \"none\""));
    let s = scored(
        &framework(&flat(&steps, "\"arithmetic\"", &leaves(&["a", "b", "c"]))),
        &rows("unit,a,b,c\nk,1,,\nl,1,2,3\nm,1,2,\nn,,,5\no,0,0,5\n"),
    );
    assert_eq!(words(&s.scores, "unit"), ["k", "m"]);
    let why = ["named to stay", "named to leave", "enough", "too few values", "too many zeros"];
    assert_eq!(words(&s.screening, "why"), why);
    let told = s.diagnostics.iter().filter(|d| d.code.name == "SCREENED_OUT").count();
    assert_eq!(told, 3);
}

#[test]
fn denominators_divide_and_a_zero_one_gives_no_value() {
    let denominators = "[[denominator]]\nid = \"heads\"\nwording = \"w\"\n";
    let f = flat(
        "",
        "\"arithmetic\"",
        &[Leaf(
            "a",
            1.0,
            format!("denominator = {{ column = \"heads\", per = 1000 }}\n{}", by("type = \"none\"")),
        )],
    );
    let f = f.replacen("[[indicator]]", &format!("{denominators}[[indicator]]"), 1);
    let s = scored(&framework(&f), &rows("unit,a,heads\nu,3,2000\nv,3,0\nw,0,0\nx,3,\ny,1,4000\n"));
    let value = long(&s.indicator_values, "unit", "indicator_id", "value");
    let of = |u: &str| value.get(&(u.to_owned(), "a".to_owned())).copied();
    assert_eq!(["u", "v", "w", "x", "y"].map(of), [Some(1.5), None, None, None, Some(0.25)]);
    assert!(s.diagnostics.iter().any(|d| d.code.name == "DIVISION_BY_ZERO"));
    assert_eq!(words(&s.indicator_values, "origin"), ["derived", "missing", "missing", "missing", "derived"]);
    holds(
        &faults(&f, &rows("unit,a\nu,3\n")),
        &["HEADER_MISSING", "`heads`, which indicators are divided by"],
    );
}

#[test]
fn ranks_follow_the_stated_rule_for_ties() {
    let ranking = |ties: &str| {
        let r = format!(
            "ranking = {{ minimum_weight_asked = 0, minimum_coverage = 0, ties = \"{ties}\", reason = \"r\" }}\n"
        );
        let f = flat(&format!("{}{r}", by("type = \"none\"")), "\"arithmetic\"", &leaves(&["a"]));
        wholes(&scored(&framework(&f), &rows("unit,a\nu,5\nv,5\nw,9\nx,1\n")).scores, "rank")
    };
    assert_eq!(ranking("min"), [Some(2), Some(2), Some(1), Some(4)]);
    assert_eq!(ranking("max"), [Some(3), Some(3), Some(1), Some(4)]);
}

#[test]
fn a_node_with_too_little_weight_present_gives_its_weight_to_its_siblings() {
    let steps =
        format!("{}availability = {{ minimum_weight = 0.5, reason = \"r\" }}\n", by("type = \"none\""));
    let f = flat(&steps, "\"arithmetic\"", &[Leaf("a", 3.0, String::new()), Leaf("b", 1.0, String::new())]);
    let s = scored(&framework(&f), &rows("unit,a,b\nu,,8\nv,4,\nw,4,8\n"));
    // By weight and not by count: b alone is a quarter, a alone three.
    assert_eq!(numbers(&s.scores, "estimate"), [None, Some(4.0), Some(5.0)]);
}

#[test]
fn values_below_zero_under_a_multiplying_mean_are_refused() {
    let f = flat(&by("type = \"none\""), "\"geometric\"", &leaves(&["a", "b"]));
    let found = faults(&f, &rows("unit,a,b\nu,-1,8\nv,4,2\n"));
    holds(&found, &["VALUES_METHOD", "`a` falls below zero", "none under a geometric mean"]);
}

#[test]
fn methods_that_do_not_go_together_are_refused_with_place_and_hint() {
    let two = || leaves(&["a", "b"]);
    let minmax = by("type = \"min_max\"");
    let own = |more: &str| vec![Leaf("a", 1.0, more.to_owned()), Leaf("b", 1.0, String::new())];
    let flat = |steps: &str, mean: &str, of: &[Leaf<'_>]| flat(steps, mean, of);
    let cases: Vec<(String, Vec<&str>)> = vec![
        (
            flat(&by(Z), "\"geometric\"", &two()),
            vec![
                "CONFIG_METHOD f.toml:",
                "`a` by z_score can be negative",
                "geometric mean",
                "mean = \"arithmetic\"",
            ],
        ),
        (flat(&by(Z), "{ type = \"power\", p = 0.5 }", &two()), vec!["CONFIG_METHOD", "power mean"]),
        (
            flat(&by("type = \"min_max\", low = -1, high = 1"), "\"harmonic\"", &two()),
            vec!["CONFIG_METHOD", "min_max can be negative"],
        ),
        (
            flat(&by("type = \"min_max\", low = 5, high = 5"), "\"arithmetic\"", &two()),
            vec!["CONFIG_VALUE", "zero range"],
        ),
        (
            flat(&by("type = \"min_maks\""), "\"arithmetic\"", &two()),
            vec!["CONFIG_VALUE", "min_maks", "did you mean `min_max`?"],
        ),
        (
            flat(&by("type = \"min_max\", lo = 5"), "\"arithmetic\"", &two()),
            vec!["CONFIG_UNKNOWN_KEY", "`lo`", "did you mean `low`?"],
        ),
        (
            flat(&by("type = \"min_max\", low = nan"), "\"arithmetic\"", &two()),
            vec!["CONFIG_NOT_FINITE", "`low`"],
        ),
        (
            flat(&minmax, "\"geometrik\"", &two()),
            vec!["CONFIG_VALUE", "geometrik", "did you mean `geometric`?"],
        ),
        (
            flat(&minmax, "{ type = \"powr\", p = 1 }", &two()),
            vec!["CONFIG_VALUE", "powr", "did you mean `power`?"],
        ),
        (flat(&minmax, "{ type = \"power\" }", &two()), vec!["CONFIG_PARSE", "`p`"]),
        (flat(&minmax, "{ type = \"best\", of = 0 }", &two()), vec!["CONFIG_VALUE", "the mean of no child"]),
        (
            flat(&minmax, "{ type = \"mean_minimum\", alpha = 2, beta = 0 }", &two()),
            vec!["CONFIG_VALUE", "alpha"],
        ),
        (
            flat(&minmax, "\"arithmetic\"", &own("goalposts = { low = 0, high = 1, reason = \"r\" }\n")),
            vec!["CONFIG_METHOD", "`a` has goalposts, and is normalised by min_max"],
        ),
        (
            flat(&minmax, "\"arithmetic\"", &own(&by(Z))),
            vec!["CONFIG_METHOD", "`b` is on the scale 0 to 100, and `a` on mean 0, sd 1"],
        ),
        (
            flat("", "\"arithmetic\"", &two()),
            vec!["CONFIG_VALUE", "neither goalposts nor points nor another normalisation"],
        ),
        (
            flat("", "\"arithmetic\"", &own("goalposts = { low = 0, high = nan, reason = \"r\" }\n")),
            vec!["CONFIG_NOT_FINITE", "`high`"],
        ),
        (
            flat(&minmax, "\"arithmetic\"", &own("denominator = { column = \"c\" }\n")),
            vec!["CONFIG_REFERENCE", "there is no denominator `c`"],
        ),
        (
            flat(&minmax, "\"arithmetic\"", &own("denominator = { column = \"a\" }\n")),
            vec!["CONFIG_CYCLE", "`a` is divided by itself"],
        ),
        (
            flat(&by("type = \"none\""), "\"arithmetic\"", &own("direction = \"lower_is_better\"\n")),
            vec!["CONFIG_METHOD", "none has no meaning for `a`, where lower is better"],
        ),
        (
            flat(
                &format!("{minmax}imputation = {{ by = \"mean\", reason = \"r\" }}\n"),
                "\"arithmetic\"",
                &own("absence = \"not_met\"\n"),
            ),
            vec!["CONFIG_METHOD", "`a` is imputed, but its absence already has a meaning"],
        ),
        (
            flat(
                &format!("{minmax}screening = {{ minimum_present = 1.5, reason = \"r\" }}\n"),
                "\"arithmetic\"",
                &two(),
            ),
            vec!["CONFIG_VALUE", "a share lies between 0 and 1"],
        ),
        (
            flat(
                &format!(
                    "{minmax}screening = {{ minimum_present = 0.5, present = \"imputed\", reason = \"r\" }}\n"
                ),
                "\"arithmetic\"",
                &two(),
            ),
            vec!["CONFIG_METHOD", "nothing is imputed"],
        ),
        (
            flat(
                &format!("{minmax}treatment = {{ transform = \"box_cox\", reason = \"r\" }}\n"),
                "\"arithmetic\"",
                &two(),
            ),
            vec!["CONFIG_METHOD", "box_cox needs its exponent"],
        ),
        (
            flat(&format!("{minmax}treatment = {{ transform = \"log_ct\" }}\n"), "\"arithmetic\"", &two()),
            vec!["CONFIG_PARSE", "`reason`"],
        ),
        (
            flat(&minmax, "\"arithmetic\"", &leaves(&["unit", "b"])),
            vec!["CONFIG_VALUE", "`unit` is a column of its own"],
        ),
    ];
    for (text, parts) in cases {
        let found = refused(&text);
        holds(&found, &parts);
        assert!(found.iter().all(|f| f.contains("f.toml:")), "a fault without a place: {found:#?}");
    }
    // A pairwise comparison needs no sign, but its net wins have one.
    let tree = flat(&by(Z), "\"geometric\"", &two())
        .replace("[[indicator]]", "[[indicator]]\ndimension = \"d\"")
        + "[[dimension]]\nid = \"d\"\nname = \"n\"\nmean = \"copeland\"\nweight = { value = 1, reason = \"r\", owner = \"o\" }\n";
    holds(&refused(&tree), &["CONFIG_METHOD", "`d` by copeland can be negative"]);
}

#[test]
fn a_quarter_of_practices_is_scored_by_fixed_goalposts_alone() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/open-2025.toml");
    let text = std::fs::read_to_string(folder).expect("pipeline");
    let head = "id = \"open-2025\"\n";
    assert!(text.contains(head));
    for step in [
        "normalisation = { by = { type = \"min_max\" }, reason = \"r\" }\n",
        "treatment = { winsorise = 5, reason = \"r\" }\n",
        "imputation = { by = \"mean\", reason = \"r\" }\n",
        "screening = { minimum_present = 0.5, reason = \"r\" }\n",
    ] {
        let key = step.split(' ').next().unwrap();
        holds(
            &refused(&text.replacen(head, &format!("{head}{step}"), 1)),
            &["CONFIG_METHOD", &format!("`{key}` is for rows")],
        );
    }
    let penalised = "{ type = \"penalised\", penalty = \"downward\", spread = \"sample\" }";
    let mean = text.find("mean = \"").expect("mean");
    let end = mean + text[mean + 8..].find('"').unwrap() + 9;
    let changed = format!("{}mean = {penalised}{}", &text[..mean], &text[end..]);
    holds(
        &refused(&changed),
        &["CONFIG_METHOD", "penalised is for rows: a better answer could lower a score"],
    );
}

/// Points, weights and a mean, unit by unit, as one would write it at a desk.
fn naive(x: &[Vec<Option<f64>>], w: &[f64], mean: usize) -> Vec<Option<f64>> {
    let columns = w.len();
    let range: Vec<(f64, f64)> = (0..columns)
        .map(|k| {
            let of: Vec<f64> = x.iter().filter_map(|r| r[k]).collect();
            (of.iter().copied().fold(f64::MAX, f64::min), of.iter().copied().fold(f64::MIN, f64::max))
        })
        .collect();
    x.iter()
        .map(|r| {
            let there: Vec<(f64, f64)> = (0..columns)
                .filter_map(|k| Some((w[k], 1.0 + 99.0 * (r[k]? - range[k].0) / (range[k].1 - range[k].0))))
                .collect();
            let total: f64 = there.iter().map(|p| p.0).sum();
            let of = |f: &dyn Fn(f64) -> f64| there.iter().map(|(w, p)| w / total * f(*p)).sum::<f64>();
            (!there.is_empty()).then(|| match mean {
                0 => of(&|p| p),
                1 => there.iter().map(|(w, p)| p.powf(w / total)).product(),
                2 => 1.0 / of(&|p| 1.0 / p),
                _ => of(&|p| p.sqrt()).powi(2),
            })
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn a_second_implementation_at_a_desk_agrees(
        cells in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.8, 0u16..1000), 3), 2..12),
        weights in prop::collection::vec(1u8..9, 3),
        mean in 0usize..4,
    ) {
        let mut x: Vec<Vec<Option<f64>>> = cells.iter().map(|r| r.iter().map(|c| c.map(f64::from)).collect()).collect();
        // Two rows that give every column a range.
        x.push(vec![Some(0.0), Some(1.0), Some(2.0)]);
        x.push(vec![Some(999.0), Some(998.0), Some(997.0)]);
        let w: Vec<f64> = weights.iter().map(|w| f64::from(*w)).collect();
        let name = ["\"arithmetic\"", "\"geometric\"", "\"harmonic\"", "{ type = \"power\", p = 0.5 }"][mean];
        let of: Vec<Leaf<'_>> = ["a", "b", "c"].iter().zip(&w).map(|(id, w)| Leaf(id, *w, String::new())).collect();
        let f = framework(&flat(&by("type = \"min_max\", low = 1, high = 100"), name, &of));
        let records = x.iter().enumerate().map(|(u, r)| {
            let cells = r.iter().map(|c| c.map_or_else(String::new, |c| c.to_string()));
            std::iter::once(format!("u{u:02}")).chain(cells).collect()
        });
        let s = scored(&f, &table(&["unit", "a", "b", "c"], records.collect()));
        let want = naive(&x, &w, mean);
        let got = numbers(&s.scores, "estimate");
        for (a, b) in got.iter().zip(&want) {
            prop_assert_eq!(a.is_some(), b.is_some());
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert!((a - b).abs() < 1e-9, "{a} {b}");
            }
        }
        // The floor and the ceiling hold what is not known.
        let (low, high) = (numbers(&s.scores, "score"), numbers(&s.scores, "score_high"));
        for ((l, e), h) in low.iter().zip(&got).zip(&high) {
            if let (Some(l), Some(e), Some(h)) = (l, e, h) {
                prop_assert!(*l <= e + 1e-9 && *e <= h + 1e-9, "{l} {e} {h}");
            }
        }
    }

    #[test]
    fn improving_one_input_never_lowers_the_score(
        x in prop::collection::vec(0u16..100, 3), which in 0usize..3, more in 1u16..50, mean in 0usize..8,
    ) {
        let name = [
            "\"arithmetic\"", "\"geometric\"", "\"harmonic\"", "\"minimum\"", "\"maximum\"",
            "{ type = \"power\", p = 3 }", "{ type = \"worst\", of = 2 }",
            "{ type = \"mean_minimum\", alpha = 0.7, beta = 2 }",
        ][mean];
        let posts = "goalposts = { low = 0, high = 90, reason = \"r\" }\n";
        // The second indicator is better when it is lower.
        let of = |id, d: &str| Leaf(id, 1.0, format!("{posts}direction = \"{d}_is_better\"\n"));
        let f = framework(&flat("", name, &[of("a", "higher"), of("b", "lower"), of("c", "higher")]));
        let run = |x: &[u16]| {
            let r = std::iter::once("u".to_owned()).chain(x.iter().map(u16::to_string)).collect();
            index(&scored(&f, &table(&["unit", "a", "b", "c"], vec![r])), "score")[0]
        };
        let mut better = x.clone();
        better[which] = if which == 1 { x[1].saturating_sub(more) } else { x[which] + more };
        prop_assert!(run(&better) >= run(&x) - 1e-12);
    }
}
