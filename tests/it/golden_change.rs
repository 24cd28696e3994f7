//! Divisions of a change, and measures of inequality.

use crate::common::shared;
use crate::golden_support::{golden, near, rel};
use dpcmi::stats::change::{Passage, area_change, arithmetic, geometric};
use dpcmi::stats::inequality::Distribution;
use dpcmi::stats::{quantile, shapley};
use serde_json::Value;
use std::collections::BTreeMap;

fn numbers(case: &Value, name: &str) -> Vec<f64> {
    case[name].as_array().expect(name).iter().map(|x| x.as_f64().expect(name)).collect()
}

/// The named values of a case in the order x1, x2 and so on, then the one of the method.
fn values(case: &Value, name: &str) -> Vec<f64> {
    let map = case[name].as_object().expect(name);
    map.values().map(|v| v.as_f64().expect(name)).collect()
}

#[track_caller]
fn same(got: &[f64], want: &[f64], what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    got.iter().zip(want).for_each(|(g, w)| near(*g, *w, 1e-10, what));
}

fn mean(x: &[f64], w: &[f64], f: fn(f64) -> f64) -> f64 {
    x.iter().zip(w).map(|(x, w)| w * f(*x)).sum::<f64>() / w.iter().sum::<f64>()
}

#[test]
fn six_changes_are_divided_as_by_full_enumeration() {
    let Some(path) = shared("golden/spec/shapley_cases.json") else { return };
    let text = std::fs::read_to_string(path).expect("readable");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let by: BTreeMap<&str, &Value> = cases.iter().map(|c| (c["id"].as_str().expect("id"), c)).collect();
    assert_eq!(by.len(), 6);
    let case = |id: &str| {
        let c = by[id];
        (c, numbers(c, "x0"), numbers(c, "x1"))
    };
    let pick = |new: &[bool], x0: &[f64], x1: &[f64]| -> Vec<f64> {
        (0..4).map(|i| if new[i] { x1[i] } else { x0[i] }).collect()
    };

    let (c, x0, x1) = case("arith_values_only");
    let w = numbers(c, "w");
    let want = values(c, "shapley");
    same(&shapley::exact(4, |n| mean(&pick(n, &x0, &x1), &w, |x| x)).expect("four"), &want, "values");
    let (parts, weights) = arithmetic(&x0, &x1, &w, &w).expect("sound");
    same(&parts, &want, "values in closed form");
    near(weights, 0.0, 1e-15, "weights did not change");

    let (c, x0, x1) = case("arith_values_and_weights");
    let (w0, w1, want) = (numbers(c, "w0"), numbers(c, "w1"), values(c, "shapley"));
    let by_weight = |n: &[bool]| mean(&pick(n, &x0, &x1), if n[4] { &w1 } else { &w0 }, |x| x);
    same(&shapley::exact(5, by_weight).expect("five"), &want, "weights");
    let (mut parts, weights) = arithmetic(&x0, &x1, &w0, &w1).expect("sound");
    parts.push(weights);
    same(&parts, &want, "weights in closed form");

    let (c, x0, x1) = case("geometric_values");
    let w = numbers(c, "w");
    let by_logs = |n: &[bool]| mean(&pick(n, &x0, &x1), &w, f64::ln).exp();
    same(&shapley::exact(4, by_logs).expect("four"), &values(c, "shapley"), "geometric");
    same(&geometric(&x0, &x1, &w).expect("sound"), &values(c, "lmdi"), "logarithmic mean");

    let (c, x0, x1) = case("geometric_of_arithmetic_pillars");
    let tree = |n: &[bool]| {
        let x = pick(n, &x0, &x1);
        ((x[0] + x[1]) / 2.0 * (x[2] + x[3]) / 2.0).sqrt()
    };
    same(&shapley::exact(4, tree).expect("four"), &values(c, "shapley"), "indicators of pillars");
    // The file divides without regard to the pillars. With regard to them the totals are those of the pillars
    // as players.
    let nested = shapley::owen(&[0, 0, 1, 1], tree).expect("two groups");
    let pillars = shapley::exact(2, |p| tree(&[p[0], p[0], p[1], p[1]])).expect("two");
    same(&[nested[0] + nested[1], nested[2] + nested[3]], &pillars, "totals of pillars");

    let (c, x0, x1) = case("goalposts_moved");
    let (w, g0, g1) = (numbers(c, "w"), numbers(c, "goalposts0"), numbers(c, "goalposts1"));
    let moved = |n: &[bool]| {
        let g = if n[4] { &g1 } else { &g0 };
        let scaled: Vec<f64> =
            pick(n, &x0, &x1).iter().map(|x| ((x - g[0]) / (g[1] - g[0])).clamp(0.0, 1.0) * 100.0).collect();
        mean(&scaled, &w, |x| x)
    };
    same(&shapley::exact(5, moved).expect("five"), &values(c, "shapley"), "goalposts");

    let c = by["ccg_within_mix_entry_exit"];
    let at = |period: &str, who: &str| {
        let p = &c[period][who];
        Some((p["list"].as_f64()?, p["score"].as_f64()?))
    };
    let passage = |who| Passage { before: at("period0", who), after: at("period1", who) };
    let got = area_change(&["P1", "P2", "P3", "P4", "P5"].map(passage)).expect("some stayed");
    for (got, name) in [
        (got.start, "start"),
        (got.end, "end"),
        (got.within, "within"),
        (got.mix, "mix"),
        (got.entry, "entry"),
        (got.exit, "exit"),
    ] {
        near(got, c[name].as_f64().expect(name), 1e-10, name);
    }
}

#[test]
fn household_incomes_and_spend_per_head_are_as_uneven_as_computed_elsewhere() {
    let Some(t) = golden("inequality/indices.csv") else { return };
    let incomes = golden("inequality/ilocos_input.csv").expect("beside the other").nums("income");
    let help = [541.0, 1463.0, 2445.0, 3438.0, 4437.0, 5401.0, 6392.0, 8304.0, 11904.0, 22261.0];
    let w = golden("inequality/weighted_input.csv").expect("beside the other");
    let spend: Vec<(f64, f64)> =
        (0..w.len()).map(|r| (w.num(r, "population"), w.num(r, "spend_per_head"))).collect();
    let zeros = [0.0, 0.0, 1.0, 2.0, 3.0, 10.0];
    let p = |sorted: &[f64], p| quantile(sorted, p).expect("values");
    let cases = [
        ("ilocos_income", Distribution::unweighted(&incomes)),
        ("ineq_help_x", Distribution::unweighted(&help)),
        ("with_zeros", Distribution::unweighted(&zeros)),
        ("spend_per_head_weighted", Distribution::new(&spend)),
    ];
    for (name, d) in cases {
        let (r, d) = (t.row("case", name), d.expect("values"));
        let mut got = vec![
            ("mean", Some(d.mean())),
            ("gini", Some(d.gini())),
            ("ricci_schutz", Some(d.ricci_schutz())),
            ("theil_T", Some(d.theil())),
            ("atkinson_0.5", d.atkinson(0.5)),
            ("atkinson_1", d.atkinson(1.0)),
            ("atkinson_2", d.atkinson(2.0)),
            ("cv_pop", Some(d.coefficient_of_variation())),
            ("ge_2", Some(d.generalised_entropy_2())),
        ];
        if name != "spend_per_head_weighted" {
            got.push(("gini_unbiased", d.gini_unbiased()));
        }
        for (column, got) in got {
            rel(got.expect(column), t.num(r, column), 1e-12, (name, column));
        }
        // The file holds infinity where a logarithm has no value; here that is no value.
        let mld = t.maybe(r, "theil_L_mld").filter(|x| x.is_finite());
        assert_eq!(d.mean_log_deviation().is_some(), mld.is_some(), "{name}");
        if let (Some(got), Some(want)) = (d.mean_log_deviation(), mld) {
            rel(got, want, 1e-12, (name, "mean log deviation"));
        }
    }
    let mut sorted = incomes.clone();
    sorted.sort_by(f64::total_cmp);
    let ratio = p(&sorted, 0.9) / p(&sorted, 0.1);
    rel(ratio, t.num(t.row("case", "ilocos_income"), "p90_p10"), 1e-12, "P90/P10");
    let constant = Distribution::unweighted(&[5.0; 7]).expect("values");
    assert!(constant.gini() < 1e-15 && constant.theil() < 1e-15);
    let l = golden("inequality/lorenz_ineq_help_x.csv").expect("beside the other");
    let curve = Distribution::unweighted(&help).expect("values").lorenz();
    for (r, (p, share)) in curve.iter().enumerate() {
        near(*p, l.num(r, "p"), 1e-12, r);
        near(*share, l.num(r, "L"), 1e-12, r);
    }
    assert_eq!(curve.len(), l.len());
}

#[test]
fn spend_per_head_differs_within_and_between_groups_of_areas() {
    let Some(t) = golden("inequality/theil_decomposition.csv") else { return };
    let w = golden("inequality/weighted_input.csv").expect("beside the other");
    let units: Vec<(f64, f64)> =
        (0..w.len()).map(|r| (w.num(r, "population"), w.num(r, "spend_per_head"))).collect();
    let names = t.texts("group");
    let group: Vec<usize> =
        w.texts("group").iter().map(|g| names.iter().position(|n| n == g).expect("known")).collect();
    let theil = Distribution::theil_by_group(&units, &group).expect("values");
    let mld = Distribution::log_deviation_by_group(&units, &group).expect("positive");
    assert_eq!((theil.len(), mld.len()), (t.len(), t.len()));
    for (r, ((_, a), (_, b))) in theil.iter().zip(&mld).enumerate() {
        for (got, name) in [
            (a.people_share, "pop_share"),
            (a.value_share, "spend_share"),
            (a.mean, "mean"),
            (a.measure, "theil_T_within"),
            (b.measure, "mld_within"),
            (a.between, "between_T_contrib"),
            (a.within, "within_T_contrib"),
            (b.between, "between_L_contrib"),
            (b.within, "within_L_contrib"),
        ] {
            rel(got, t.num(r, name), 1e-12, (r, name));
        }
    }
}
