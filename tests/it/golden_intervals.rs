//! Limits of proportions against the Excel tools of Public Health England and base R 4.2.2.

use crate::golden_support::{golden, near, rel};
use dpcmi::stats::proportion;

#[test]
fn wilson_limits_over_a_grid() {
    let Some(t) = golden("phe/wilson_grid.csv") else { return };
    for r in 0..t.len() {
        let (x, n, c) = (t.num(r, "x"), t.num(r, "n"), t.num(r, "conf"));
        let got = proportion::wilson(x, n, c).expect("n above 0");
        // The file holds 1e-17 where none answered; the limit is 0.
        near(got.low, t.num(r, "wilson_lower"), 1e-12 * t.num(r, "wilson_lower").max(1e-4), (x, n, c));
        rel(got.high, t.num(r, "wilson_upper"), 1e-12, (x, n, c));
    }
}

#[test]
fn published_proportions() {
    for file in ["phe/proportion_published.csv", "phe/proportion_run.csv"] {
        let Some(t) = golden(file) else { return };
        let per = |r: usize| if file.contains("published") { t.num(r, "multiplier") } else { f64::NAN };
        for r in 0..t.len() {
            let (Some(x), Some(n)) = (t.maybe(r, "Numerator"), t.maybe(r, "Denominator")) else { continue };
            let by = if per(r).is_nan() { t.num(r, "value") / (x / n) } else { per(r) };
            for (c, low, high) in
                [(0.95, "lower95_0cl", "upper95_0cl"), (0.998, "lower99_8cl", "upper99_8cl")]
            {
                let got = proportion::wilson(x, n, c).expect("n above 0").times(by);
                rel(got.low, t.num(r, low), 1e-12, (file, r, c));
                rel(got.high, t.num(r, high), 1e-12, (file, r, c));
            }
        }
    }
}

#[test]
fn limits_of_one_proportion_by_three_methods() {
    let Some(t) = golden("special/binomial_ci_methods.csv") else { return };
    for r in 0..t.len() {
        let (x, n) = (t.num(r, "x"), t.num(r, "n"));
        let same = |got: dpcmi::stats::Interval, low: &str, high: &str| {
            rel(got.low, t.num(r, low), 1e-10, (x, n, low));
            rel(got.high, t.num(r, high), 1e-10, (x, n, high));
        };
        same(proportion::wilson(x, n, 0.95).expect("w"), "wilson_l", "wilson_u");
        same(proportion::clopper_pearson(x, n, 0.95).expect("cp"), "cp_l", "cp_u");
        same(proportion::posterior(x, n, (0.5, 0.5), 0.95).expect("j"), "jeff_l", "jeff_u");
    }
}

#[test]
fn the_difference_of_two_proportions_as_newcombe_printed_it() {
    let Some(t) = golden("special/newcombe_difference.csv") else { return };
    for r in 0..t.len() {
        let pair = |x: &str, n: &str| (t.num(r, x), t.num(r, n));
        let (d, i) = proportion::difference(pair("x1", "n1"), pair("x2", "n2"), 0.95).expect("sound");
        near(d, t.num(r, "diff"), 1e-14, r);
        near(i.low, t.num(r, "lower"), 1e-10, r);
        near(i.high, t.num(r, "upper"), 1e-10, r);
    }
    let (_, i) = proportion::difference((56.0, 70.0), (48.0, 80.0), 0.95).expect("sound");
    near(i.low, 0.0524, 5e-5, "Table II, method 10");
    near(i.high, 0.3339, 5e-5, "Table II, method 10");
}
