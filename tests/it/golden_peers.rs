//! Nearest neighbours, correlations and components.

use crate::golden_support::{Table, golden, near, rel};
use dpcmi::stats::components::principal_components;
use dpcmi::stats::correlation::{cronbach, kendall, pearson, spearman};
use dpcmi::stats::neighbours::{Space, Transform, Variable};

#[test]
fn five_peers_of_twenty_areas() {
    let Some(t) = golden("spec/neighbours_input.csv") else { return };
    let codes = t.texts("area");
    for (file, weights) in [
        ("spec/neighbours_equal_weights.csv", [1.0; 5]),
        ("spec/neighbours_weighted.csv", [2.0, 1.0, 1.0, 0.5, 0.25]),
    ] {
        let want = golden(file).expect("beside the other");
        let names = ["imd", "over65", "density", "bme", "size"];
        let variable = |(name, weight): (&str, f64)| Variable {
            values: t.maybes(name),
            weight,
            transform: if name == "density" { Transform::Log } else { Transform::Plain },
        };
        let variables: Vec<Variable> = names.into_iter().zip(weights).map(variable).collect();
        let space = Space::new(&variables).expect("sound");
        let mut compared = 0;
        for (i, code) in codes.iter().enumerate() {
            for (k, n) in space.nearest(i, 5, |_| true).iter().enumerate() {
                let row = (0..want.len())
                    .find(|r| want.text(*r, "area") == *code && want.num(*r, "rank") == k as f64 + 1.0)
                    .expect("five peers");
                assert_eq!(codes[n.area], want.text(row, "neighbour"), "{file} {code} {k}");
                rel(n.distance, want.num(row, "distance"), 1e-12, (file, code, k));
                near(n.shares.iter().sum(), 1.0, 1e-12, code);
                compared += 1;
            }
        }
        assert_eq!(compared, want.len());
    }
}

fn parts_of(meta: &Table, parent: &str) -> Vec<String> {
    let rows = (0..meta.len()).filter(|r| meta.text(*r, "Level") == "1" && meta.text(*r, "Parent") == parent);
    rows.map(|r| meta.text(r, "iCode").to_owned()).collect()
}

#[test]
fn forty_nine_indicators_correlate_as_computed_elsewhere() {
    let Some(t) = golden("coinr/asem_base_normalised.csv") else { return };
    let all = golden("coinr/asem_base_aggregated.csv").expect("beside the other");
    type Measure = fn(&[Option<f64>], &[Option<f64>]) -> Option<f64>;
    let files: [(&str, &Table, Measure); 5] = [
        ("corr_pearson_indicators_normalised", &t, pearson),
        ("corr_spearman_indicators_normalised", &t, spearman),
        ("corr_kendall_indicators_normalised", &t, kendall),
        ("corr_pearson_indicators_vs_index", &all, pearson),
        ("corr_pearson_pillars_vs_index", &all, pearson),
    ];
    for (file, table, measure) in files {
        let want = golden(&format!("coinr/{file}.csv")).expect("beside the other");
        for r in 0..want.len() {
            let (a, b) = (want.text(r, "Var1"), want.text(r, "Var2"));
            let got = measure(&table.maybes(a), &table.maybes(b)).expect("varies");
            near(got, want.num(r, "Correlation"), 1e-10, (file, a, b));
        }
    }
}

#[test]
fn eight_pillars_have_their_alpha_and_their_components() {
    let Some(t) = golden("coinr/asem_base_normalised.csv") else { return };
    let meta = golden("coinr/asem_input_imeta.csv").expect("beside the other");
    let alphas = golden("coinr/cronbach_by_pillar.csv").expect("beside the other");
    let eigen = golden("coinr/pca_by_pillar_eigen.csv").expect("beside the other");
    let loading = golden("coinr/pca_by_pillar_loading1.csv").expect("beside the other");
    for r in 0..alphas.len() {
        let pillar = alphas.text(r, "pillar");
        let names = parts_of(&meta, pillar);
        let columns: Vec<Vec<Option<f64>>> = names.iter().map(|n| t.maybes(n)).collect();
        rel(cronbach(&columns).expect("varies"), alphas.num(r, "cronbach"), 1e-10, pillar);
        let got = principal_components(&columns).expect("varies");
        let rows: Vec<usize> = (0..eigen.len()).filter(|r| eigen.text(*r, "pillar") == pillar).collect();
        assert_eq!(rows.len(), got.len(), "{pillar}");
        for row in rows {
            let c = &got[eigen.num(row, "component") as usize - 1];
            rel(c.variance, eigen.num(row, "var"), 1e-10, (pillar, row));
            rel(c.share, eigen.num(row, "prop"), 1e-10, (pillar, row));
        }
        // The sign of a component is arbitrary.
        let at = |name: &str| {
            let own = |r: &usize| loading.text(*r, "pillar") == pillar && loading.text(*r, "iCode") == name;
            loading.num((0..loading.len()).find(own).expect(name), "loading_pc1")
        };
        let turned: f64 = names.iter().zip(&got[0].loadings).map(|(n, l)| at(n) * l).sum();
        for (name, l) in names.iter().zip(&got[0].loadings) {
            near(l * turned.signum(), at(name), 1e-10, (pillar, name));
        }
    }
}
