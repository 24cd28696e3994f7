//! Sensitivity indices against analytic test functions and an author's published runs.

use crate::golden_support::{golden, near};
use dpcmi::stats::quantile;
use dpcmi::stats::sensitivity::{Runs, sensitivity};

fn runs(y: &[f64], inputs: usize) -> Runs {
    Runs::in_order(&y.iter().map(|y| Some(*y)).collect::<Vec<_>>(), inputs).expect("a design")
}

#[test]
fn two_functions_with_known_indices() {
    for (name, inputs, off) in [("ishigami", 3, 0.06), ("gfunction", 6, 0.03)] {
        let Some(t) = golden(&format!("coinr/sa_{name}_sample.csv")) else { return };
        let want = golden(&format!("coinr/sa_{name}_estimates.csv")).expect("beside the other");
        let s = sensitivity(&runs(&t.nums("y"), inputs), 0.95, 200, 1).expect("varies");
        assert_eq!((s.used, s.failed, want.len()), (1024, 0, inputs));
        for (i, share) in s.inputs.iter().enumerate() {
            near(share.jansen.value, want.num(i, "Si_Jansen"), 1e-12, (name, i, "Jansen"));
            near(share.centred.value, want.num(i, "Si_centred"), 1e-12, (name, i, "centred"));
            near(share.total.value, want.num(i, "STi_COINr"), 1e-12, (name, i, "total"));
            near(share.total.value, want.num(i, "STi_exact"), off, (name, i, "total"));
            near(share.first().value, want.num(i, "Si_exact"), off, (name, i, "first"));
            // Where another program's limits are wide enough to compare, ours are of the same width.
            let width = |e: dpcmi::stats::sensitivity::Estimate| e.limits.high - e.limits.low;
            let other = 2.0 * want.num(i, "S1_conf95_SALib");
            let same = (0.7..1.4).contains(&(width(share.centred) / other));
            assert!(other < 0.05 || same, "{name} {i}: {} and {other}", width(share.centred));
            assert!(!share.beyond_error);
        }
    }
}

/// The published example has a first order of the weights of 0.228 above their total of 0.178, because its
/// estimator is not centred; the same 600 runs do not support that.
#[test]
fn six_hundred_published_runs_give_a_first_order_below_the_total() {
    let Some(t) = golden("coinr/vignette_sa_ranks.csv") else { return };
    let published = golden("coinr/vignette_sa_sensitivity.csv").expect("beside the other");
    let nominal = t.nums("Nominal");
    let moved = |run: usize| {
        let ranks = t.maybes(&format!("r_{run}"));
        let gaps: Vec<f64> =
            ranks.iter().zip(&nominal).filter_map(|(r, n)| Some((*r.as_ref()? - n).abs())).collect();
        gaps.iter().sum::<f64>() / gaps.len() as f64
    };
    let y: Vec<f64> = (1..=600).map(moved).collect();
    let s = sensitivity(&runs(&y, 4), 0.9, 4000, 1).expect("varies");
    for (i, share) in s.inputs.iter().enumerate() {
        near(share.total.value, published.num(i, "STi"), 1e-12, i);
    }
    let weights = s.inputs[published.row("Variable", "Weights")];
    assert!(published.num(2, "Si") > published.num(2, "STi"), "the published pair is impossible");
    near(weights.centred.value, 0.083, 5e-4, "centred");
    near(weights.jansen.value, 0.141, 5e-4, "Jansen");
    near(weights.centred.limits.low, -0.01, 0.02, "centred");
    near(weights.centred.limits.high, 0.19, 0.02, "centred");
    near(weights.jansen.limits.low, -0.05, 0.03, "Jansen");
    near(weights.jansen.limits.high, 0.31, 0.03, "Jansen");
    assert!(weights.first().value < weights.total.value && !weights.first_above_total);
}

#[test]
fn the_published_ranks_have_their_published_quantiles() {
    for (ranks, stats, run) in [
        ("coinr/vignette_sa_ranks.csv", "coinr/vignette_sa_rankstats.csv", 200),
        ("coinr/vignette_ua_ranks.csv", "coinr/vignette_ua_rankstats.csv", 100),
    ] {
        let Some(t) = golden(ranks) else { return };
        let want = golden(stats).expect("beside the other");
        for i in 0..t.len() {
            let row = want.row("uCode", t.text(i, "uCode"));
            let mut r: Vec<f64> = (1..=run).filter_map(|k| t.maybe(i, &format!("r_{k}"))).collect();
            r.sort_by(f64::total_cmp);
            near(r.iter().sum::<f64>() / r.len() as f64, want.num(row, "Mean"), 1e-12, i);
            for (p, name) in [(0.5, "Median"), (0.05, "Q5"), (0.95, "Q95")] {
                near(quantile(&r, p).expect("runs"), want.num(row, name), 1e-12, (i, name));
            }
        }
    }
}
