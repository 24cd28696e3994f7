//! The Gender Inequality Index of UNDP. It is one less the ratio of two composites of the same values, women and men
//! apart over women and men together; a tree has one top, so each is a framework and the ratio is taken here.

use crate::score_support::{Golden, framework, golden, long, scored};
use dpcmi::index::Values;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Dimensions as (id, parent, mean) and indicators as (id, dimension, denominator).
type Tree<'a> = (&'a [(&'a str, &'a str, &'a str)], &'a [(&'a str, &'a str, &'a str)]);

fn tree(mean: &str, (dimensions, indicators): Tree<'_>) -> String {
    let weight = "weight = { value = 1, reason = \"UNDP\", owner = \"UNDP\" }\n";
    let mut out = format!(
        "id = \"gii\"\ntitle = \"t\"\nedition = \"2021/22, technical note 4\"\nmethod = \"UNDP\"\n\
         normalisation = {{ by = {{ type = \"none\" }}, reason = \"UNDP\" }}\n\
         index = {{ mean = \"{mean}\", reason = \"UNDP\" }}\n\
         [[denominator]]\nid = \"deaths\"\nwording = \"Maternal deaths per 100,000 live births\"\n\
         [[denominator]]\nid = \"births\"\nwording = \"Births per 1,000 women aged 15 to 19\"\n"
    );
    for (id, parent, mean) in dimensions {
        let parent = if parent.is_empty() { String::new() } else { format!("parent = \"{parent}\"\n") };
        write!(out, "[[dimension]]\nid = \"{id}\"\nname = \"n\"\n{parent}mean = \"{mean}\"\n{weight}")
            .unwrap();
    }
    for (id, dimension, by) in indicators {
        let by =
            if by.is_empty() { String::new() } else { format!("denominator = {{ column = \"{by}\" }}\n") };
        write!(
            out,
            "[[indicator]]\nid = \"{id}\"\ndimension = \"{dimension}\"\nedition = \"e\"\nwording = \"w\"\nkind = \"benefit\"\n\
             tier = \"none\"\nunit = \"row\"\ndirection = \"higher_is_better\"\nabsence = \"bounded\"\n{by}{weight}"
        )
        .unwrap();
    }
    out
}

const INDICATORS: [&str; 9] = [
    "safe-birth",
    "late-birth",
    "births-of-men",
    "seats-women",
    "school-women",
    "seats-men",
    "school-men",
    "work-women",
    "work-men",
];

/// Women and men apart: what is low for either is not made good by the other.
fn apart() -> String {
    let dimensions = [
        ("women", "", "geometric"),
        ("men", "", "geometric"),
        ("health-women", "women", "geometric"),
        ("power-women", "women", "geometric"),
        ("power-men", "men", "geometric"),
    ];
    let of = ["health-women", "health-women", "men", "power-women", "power-women", "power-men", "power-men"];
    tree("harmonic", (&dimensions, &placed(&[&of[..], &["women", "men"]].concat())))
}

/// Women and men together, as if each had the mean of both.
fn together() -> String {
    let dimensions = [
        ("health", "", "arithmetic"),
        ("power", "", "arithmetic"),
        ("work", "", "arithmetic"),
        ("health-women", "health", "geometric"),
        ("power-women", "power", "geometric"),
        ("power-men", "power", "geometric"),
    ];
    let of =
        ["health-women", "health-women", "health", "power-women", "power-women", "power-men", "power-men"];
    tree("geometric", (&dimensions, &placed(&[&of[..], &["work", "work"]].concat())))
}

fn placed<'a>(dimensions: &[&'a str]) -> Vec<(&'a str, &'a str, &'a str)> {
    let by = |id: &str| match id {
        "safe-birth" => "deaths",
        "late-birth" => "births",
        _ => "",
    };
    INDICATORS.iter().zip(dimensions).map(|(id, d)| (*id, *d, by(id))).collect()
}

/// The technical note: maternal mortality from 10 to 1,000, no seats count as 0.1 %, men have no births to be safe.
fn values(input: &Golden) -> Values {
    let of = |k: &str| input.numbers(k).into_iter().map(|x| x.expect("number")).collect::<Vec<_>>();
    let columns: BTreeMap<&str, Vec<f64>> =
        ["mmr", "abr", "pr_f", "pr_m", "se_f", "se_m", "lfpr_f", "lfpr_m"]
            .into_iter()
            .map(|k| (k, of(k)))
            .collect();
    let header = [&["unit", "period", "deaths", "births"][..], &INDICATORS[..]].concat();
    let (units, years) = (input.texts("iso3"), input.texts("year"));
    let record = |i: usize| {
        let x = |k: &str| columns[k][i];
        let numbers = [
            x("mmr").clamp(10.0, 1000.0),
            x("abr"),
            10.0,
            1.0,
            1.0,
            x("pr_f").max(0.1),
            x("se_f"),
            x("pr_m"),
            x("se_m"),
            x("lfpr_f"),
            x("lfpr_m"),
        ];
        let keys = [units[i].clone(), years[i].clone()];
        keys.into_iter().chain(numbers.map(|x| x.to_string())).collect()
    };
    Values {
        file: input.path.clone(),
        header: header.iter().map(|h| (*h).to_owned()).collect(),
        records: (0..units.len()).map(record).collect(),
        ..Values::default()
    }
}

#[test]
fn the_gender_inequality_index_comes_out_as_published() {
    let Some(input) = golden("hdi/gii_1990_2021.csv") else { return };
    let table = values(&input);
    let estimate = |text: &str| long(&scored(&framework(text), &table).scores, "period", "unit", "estimate");
    let (apart, together) = (estimate(&apart()), estimate(&together()));
    let keys = input.texts("year").into_iter().zip(input.texts("iso3"));
    let want = input.numbers("gii_recomputed").into_iter().zip(input.numbers("gii_published"));
    let (mut equal, mut compared) = (0, 0);
    for (key, (recomputed, published)) in keys.zip(want) {
        let own = 1.0 - apart[&key] / together[&key];
        assert!((own - recomputed.expect("gii")).abs() < 1e-12, "{key:?}: {own}");
        let far = ((own * 1e3).round() - (published.expect("gii") * 1e3).round()).abs();
        assert!(far <= 1.0, "{key:?}: {own} and {published:?}");
        equal += usize::from(far == 0.0);
        compared += 1;
    }
    assert_eq!((equal, compared), (4882, 4889), "the others are off by 0.001");
}
