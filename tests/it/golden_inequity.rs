//! Quantile groups of areas, and the slope index of inequality.

use crate::golden_support::{Table, golden, near, rel};
use dpcmi::stats::slope_index::{Quantile, Scale, SlopeIndex, slope_index, standard_error};
use dpcmi::stats::{Interval, quantile_groups};

#[test]
fn nine_hundred_areas_are_in_their_published_quantiles() {
    let Some(t) = golden("phe/quantiles.csv") else { return };
    let key = |r: usize| (t.text(r, "case"), t.text(r, "group"));
    let mut start = 0;
    let mut checked = 0;
    while start < t.len() {
        let end = (start..t.len()).find(|r| key(*r) != key(start)).unwrap_or(t.len());
        let sign = if t.text(start, "invert") == "true" { -1.0 } else { 1.0 };
        let values: Vec<Option<f64>> = (start..end).map(|r| t.maybe(r, "value").map(|x| sign * x)).collect();
        let got = quantile_groups(&values, t.num(start, "nquantiles") as usize);
        for (r, got) in (start..end).zip(got) {
            assert_eq!(got.map(|g| g as f64), t.maybe(r, "expected_quantile"), "row {r}");
            checked += 1;
        }
        start = end;
    }
    assert_eq!(checked, t.len());
}

#[test]
fn equal_values_are_in_one_quantile() {
    let Some(t) = golden("phe/quantiles_ties_run.csv") else { return };
    for k in [3, 4, 5, 10, 20] {
        for (name, sign) in [("invert", -1.0), ("noinvert", 1.0)] {
            let values: Vec<Option<f64>> = t.maybes("v").iter().map(|v| v.map(|v| sign * v)).collect();
            let got: Vec<Option<f64>> =
                quantile_groups(&values, k).iter().map(|g| g.map(|g| g as f64)).collect();
            let want = t.maybes(&format!("q{k}_{name}"));
            assert_eq!(got, want, "{k} {name}");
        }
    }
}

/// The rows of one published slope index; its results stand on the first.
struct Block {
    rows: Vec<usize>,
    about: String,
    scale: Scale,
    multiplier: f64,
    confidence: f64,
}

fn blocks(t: &Table) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut last = (String::new(), String::new());
    for r in 0..t.len() {
        let key = (t.text(r, "TestDescription").to_owned(), t.text(r, "Area").to_owned());
        if key != last || t.maybe(r, "sii").is_some() {
            let about = key.0.clone();
            let scale = match (about.contains("transform"), t.text(r, "ValueType")) {
                (true, "1") => Scale::Log,
                (true, "2") => Scale::Logit,
                _ => Scale::Plain,
            };
            let multiplier = match &about {
                a if a.contains("x 100") => 100.0,
                a if a.contains("x -100") => -100.0,
                a if a.contains("negative multiplier") => -1.0,
                _ => 1.0,
            };
            // The descriptions say it more exactly than the column.
            let confidence = match t.text(r, "Confidence") {
                _ if about.contains("95 and 98") || about.contains("95% and 98%") => 0.95,
                _ if about.contains("98%") => 0.98,
                "c(95, 99)" => 0.95,
                other => other.parse::<f64>().expect("per cent") / 100.0,
            };
            blocks.push(Block { rows: Vec::new(), about, scale, multiplier, confidence });
            last = key;
        }
        blocks.last_mut().expect("pushed").rows.push(r);
    }
    blocks
}

fn fitted(t: &Table, b: &Block, confidence: f64) -> Option<SlopeIndex> {
    let one = |r: &usize| {
        let limits = t.maybe(*r, "LowerCL").zip(t.maybe(*r, "UpperCL"));
        let error = limits
            .and_then(|(low, high)| standard_error(Interval::new(low, high), b.scale))
            .or(t.maybe(*r, "StandardError"))?;
        let (population, value) = (t.maybe(*r, "Population")?, t.maybe(*r, "Value")?);
        Some(Quantile { population, value, error })
    };
    slope_index(&b.rows.iter().map(one).collect::<Option<Vec<_>>>()?, b.scale, b.multiplier, confidence)
}

#[test]
fn slope_and_relative_index_of_every_published_block() {
    let Some(t) = golden("phe/sii_published.csv") else { return };
    let (mut points, mut limits, mut refused) = (0, 0, 0);
    for b in blocks(&t) {
        let first = b.rows[0];
        let Some(want) = t.maybe(first, "sii") else {
            // Blocks without a result are those that the tool refuses or warns about.
            assert!(b.about.contains("error") || b.about.contains("warning"), "{}", b.about);
            if b.about.contains("negative populations") || b.about.contains("missing value") {
                assert_eq!(fitted(&t, &b, b.confidence), None, "{}", b.about);
                refused += 1;
            }
            continue;
        };
        let got = fitted(&t, &b, b.confidence).unwrap_or_else(|| panic!("{}", b.about));
        rel(got.sii, want, 1e-12, &b.about);
        points += 1;
        if let Some(rii) = t.maybe(first, "rii") {
            rel(got.rii.expect("positive"), rii, 1e-12, &b.about);
        }
        if let Some(intercept) = t.maybe(first, "Intercept") {
            rel(got.intercept, intercept, 1e-12, &b.about);
        }
        // Published limits are simulated: of 100,000 draws, and not seeded.
        let close = |got: f64, name: &str, width: f64| {
            if let Some(want) = t.maybe(first, name) {
                near(got, want, 0.01 * want.abs().max(width), (&b.about, name));
                return 1;
            }
            0
        };
        let width = got.sii_limits.high - got.sii_limits.low;
        limits += close(got.sii_limits.low, "sii_lowercl_1", width);
        limits += close(got.sii_limits.high, "sii_uppercl_1", width);
        if let Some(l) = got.rii_limits {
            limits += close(l.low, "rii_lowercl_1", l.high - l.low);
            limits += close(l.high, "rii_uppercl_1", l.high - l.low);
        }
    }
    assert!(points >= 30 && limits >= 100 && refused == 2, "{points} {limits} {refused}");
}

/// Limits of 100,000 draws at 95 % and 99.8 %, each within a hundredth of the value or of its own width.
#[test]
fn limits_without_simulation_are_those_of_a_long_one() {
    let Some(run) = golden("phe/sii_run_100k.csv") else { return };
    let t = golden("phe/sii_published.csv").expect("beside the other");
    let mut compared = 0;
    for r in 0..run.len() {
        let within = run.num(r, "first_record")..=run.num(r, "last_record");
        let own =
            |k: &usize| within.contains(&t.num(*k, "RecordNo")) && t.text(*k, "Area") == run.text(r, "Area");
        let scale = match (run.text(r, "transform"), run.text(r, "value_type")) {
            ("true", "1") => Scale::Log,
            ("true", _) => Scale::Logit,
            _ => Scale::Plain,
        };
        let block = Block {
            rows: (0..t.len()).filter(own).collect(),
            about: run.text(r, "block").to_owned(),
            scale,
            multiplier: 1.0,
            confidence: 0.0,
        };
        for (c, tail) in [(0.95, ["95_0", "95_0cl"]), (0.998, ["99_8", "99_8cl"])] {
            let got = fitted(&t, &block, c).expect("sound");
            rel(got.sii, run.num(r, "sii"), 1e-12, r);
            rel(got.rii.expect("positive"), run.num(r, "rii"), 1e-12, r);
            let rii = got.rii_limits.expect("bounded");
            for (name, got, width) in [
                ("sii_lower", got.sii_limits.low, got.sii_limits.high - got.sii_limits.low),
                ("sii_upper", got.sii_limits.high, got.sii_limits.high - got.sii_limits.low),
                ("rii_lower", rii.low, rii.high - rii.low),
                ("rii_upper", rii.high, rii.high - rii.low),
            ] {
                let want = tail.iter().find_map(|t| run.maybe(r, &format!("{name}{t}"))).expect(name);
                near(got, want, 0.01 * want.abs().max(width), (r, c, name));
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 8 * run.len());
}
