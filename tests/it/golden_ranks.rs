//! Ranks and shrinkage against published prints and exact quadrature.

use crate::golden_support::{Table, golden, near, rel};
use dpcmi::stats::distribution::{beta_cdf, beta_density, beta_quantile};
use dpcmi::stats::rank_uncertainty::{
    expected_ranks, normal_rank_distribution, percentile_of_expected_rank, rank_distribution, rank_quantile,
};
use dpcmi::stats::shrinkage::{
    Between, answers_needed, between_variance, heterogeneity, james_stein, rankability, shrink,
};

/// Posterior of each hospital's mortality under a flat prior: Beta(1 + r, 1 + n - r).
fn surgical(t: &Table) -> Vec<(f64, f64)> {
    (0..t.len()).map(|i| (1.0 + t.num(i, "r"), 1.0 + t.num(i, "n") - t.num(i, "r"))).collect()
}

/// P(p_i < p_j) by Simpson's rule on the density of j.
fn less(i: (f64, f64), j: (f64, f64)) -> f64 {
    const STEPS: usize = 20_000;
    let f = |x: f64| beta_cdf(x, i.0, i.1) * beta_density(x, j.0, j.1);
    // Nothing of any hospital lies above 0.4.
    let h = 0.4 / STEPS as f64;
    let at = |k: usize| f((k as f64 * h).max(1e-300));
    let inner: f64 = (1..STEPS).map(|k| at(k) * if k % 2 == 1 { 4.0 } else { 2.0 }).sum();
    (at(0) + at(STEPS) + inner) * h / 3.0
}

#[test]
fn mortality_of_twelve_hospitals_has_its_published_posterior() {
    let Some(t) = golden("ranks/surgical_fixed_effects.csv") else { return };
    let post = surgical(&t);
    for (i, (a, b)) in post.iter().enumerate() {
        rel(a / (a + b), t.num(i, "post_mean"), 1e-10, i);
        rel((a * b / (a + b + 1.0)).sqrt() / (a + b), t.num(i, "post_sd"), 1e-10, i);
        for (p, name) in [(0.025, "q2.5"), (0.5, "median"), (0.975, "q97.5")] {
            rel(beta_quantile(p, *a, *b), t.num(i, name), 1e-10, (i, name));
        }
    }
    let w = golden("published/winbugs_surgical_fixed_effects.csv").expect("beside the other");
    for r in 0..w.len() {
        let (a, b) = post[t.row("hospital", w.text(r, "hospital"))];
        near(a / (a + b), w.num(r, "mean"), 3.0 * w.num(r, "mc_error"), r);
    }
}

#[test]
fn a_hospital_with_fewer_deaths_is_ahead_with_the_probability_of_the_quadrature() {
    let Some(t) = golden("ranks/surgical_pairwise_P_row_less_than_col.csv") else { return };
    let units = golden("ranks/surgical_fixed_effects.csv").expect("beside the other");
    let (post, names) = (surgical(&units), units.texts("hospital"));
    for (i, a) in post.iter().enumerate() {
        let mut expected = 1.0;
        for (j, b) in post.iter().enumerate().filter(|(j, _)| *j != i) {
            let p = less(*a, *b);
            near(p, t.num(i, names[j]), 1e-9, (names[i], names[j]));
            expected += 1.0 - p;
        }
        near(expected, units.num(i, "expected_rank_exact"), 1e-8, names[i]);
    }
}

/// The files come from 40,000 points of another rule; the exact column of expected ranks is the firmer one.
fn same_ranks(t: &Table, d: &Table, got: &[Vec<f64>], columns: [&str; 3]) {
    for (i, row) in got.iter().enumerate() {
        for (k, p) in row.iter().enumerate() {
            let want = d.num(i, &format!("p_rank{}", k + 1));
            near(*p, want, 1e-5, (i, k));
        }
        let mean: f64 = row.iter().enumerate().map(|(k, p)| (k + 1) as f64 * p).sum();
        near(mean, t.num(i, "expected_rank_exact"), 1e-5, i);
        let quantiles = [0.025, 0.5, 0.975].map(|p| rank_quantile(row, p).expect("in range") as f64);
        assert_eq!(quantiles, columns.map(|c| t.num(i, c)), "unit {i}");
    }
}

#[test]
fn ranks_of_twelve_hospitals_are_as_uncertain_as_the_recursion_says() {
    let Some(t) = golden("ranks/surgical_fixed_effects.csv") else { return };
    let d = golden("ranks/surgical_rank_distribution.csv").expect("beside the other");
    let post = surgical(&t);
    // Rank 1 is the lowest mortality, so the scale is turned.
    let got = rank_distribution(
        post.len(),
        2000,
        |i, u| -beta_quantile(1.0 - u, post[i].0, post[i].1),
        |j, x| beta_cdf(-x, post[j].0, post[j].1),
    );
    let got = got.expect("units");
    same_ranks(&t, &d, &got, ["rank_q2.5", "rank_median", "rank_q97.5"]);
    for (i, row) in got.iter().enumerate() {
        near(row[0], t.num(i, "p_best"), 1e-5, i);
        near(row[11], t.num(i, "p_worst"), 1e-5, i);
        near(row[..3].iter().sum(), t.num(i, "p_top3"), 1e-5, i);
    }
}

#[test]
fn ranks_of_eight_normal_units() {
    let Some(t) = golden("ranks/normal8_rank_intervals.csv") else { return };
    let d = golden("ranks/normal8_rank_distribution.csv").expect("beside the other");
    let (y, v) = (t.nums("estimate"), t.nums("se").iter().map(|s| s * s).collect::<Vec<_>>());
    let expected = expected_ranks(&y, &v).expect("sound");
    for (i, er) in expected.iter().enumerate() {
        near(*er, t.num(i, "expected_rank_exact"), 1e-9, i);
    }
    let got = normal_rank_distribution(&y, &v, 2000).expect("sound");
    same_ranks(&t, &d, &got, ["rank_q2.5", "rank_median", "rank_q97.5"]);
}

#[test]
fn thirteen_trials_of_bcg_vaccine() {
    let Some(t) = golden("spec/bcg_units.csv") else { return };
    let s = golden("spec/bcg_summary.csv").expect("beside the other");
    let (y, v) = (t.nums("yi"), t.nums("vi"));
    let h = heterogeneity(&y, &v).expect("sound");
    rel(h.q, s.num(0, "Q"), 1e-12, "Q");
    rel(100.0 * h.i2, s.num(0, "I2_DL"), 1e-12, "I2");
    rel(h.mean, s.num(0, "mu_fixed"), 1e-12, "fixed");
    let tau2 = |by| between_variance(&y, &v, by).expect("sound");
    rel(tau2(Between::DerSimonianLaird), s.num(0, "tau2_DL"), 1e-12, "DL");
    rel(tau2(Between::Reml), s.num(0, "tau2_REML"), 1e-6, "REML");
    rel(tau2(Between::PauleMandel), s.num(0, "tau2_PauleMandel"), 1e-6, "PM");
    let (mean, se, units) = shrink(&y, &v, tau2(Between::DerSimonianLaird)).expect("sound");
    rel(mean, s.num(0, "mu_DL"), 1e-12, "mu");
    rel(se, s.num(0, "se_DL"), 1e-12, "se");
    for (i, u) in units.iter().enumerate() {
        rel(u.mean, t.num(i, "eb_DL"), 1e-12, i);
        rel(1.0 - u.reliability, t.num(i, "shrink_factor_B"), 1e-12, i);
    }
    let (mean, se, _) = shrink(&y, &v, tau2(Between::Reml)).expect("sound");
    rel(mean, s.num(0, "mu_REML"), 1e-6, "mu");
    rel(se, s.num(0, "se_REML"), 1e-6, "se");
}

#[test]
fn three_hundred_practices_are_drawn_to_the_mean_and_ranked_by_expectation() {
    let Some(t) = golden("spec/reliability_shrinkage_units.csv") else { return };
    let s = golden("spec/reliability_shrinkage_summary.csv").expect("beside the other");
    let shares: Vec<(f64, f64)> =
        (0..t.len()).map(|i| (t.num(i, "numerator"), t.num(i, "denominator"))).collect();
    let y: Vec<f64> = shares.iter().map(|(x, n)| (x / n).sqrt().asin()).collect();
    let v: Vec<f64> = shares.iter().map(|(_, n)| 1.0 / (4.0 * n)).collect();
    let h = heterogeneity(&y, &v).expect("sound");
    rel(h.q, s.num(0, "Q"), 1e-12, "Q");
    rel(100.0 * h.i2, s.num(0, "I2"), 1e-12, "I2");
    let tau2 = between_variance(&y, &v, Between::DerSimonianLaird).expect("sound");
    rel(tau2, s.num(0, "tau2_DL"), 1e-12, "tau2");
    rel(rankability(&v, tau2).expect("units"), s.num(0, "rankability_median"), 1e-12, "rankability");
    let (mean, _, units) = shrink(&y, &v, tau2).expect("sound");
    rel(mean, s.num(0, "mu_random"), 1e-12, "mu");
    let (m, w): (Vec<f64>, Vec<f64>) = units.iter().map(|u| (u.mean, u.variance)).unzip();
    let (drawn, own) = (expected_ranks(&m, &w).expect("sound"), expected_ranks(&y, &v).expect("sound"));
    let mut reliability = 0.0;
    for (i, u) in units.iter().enumerate() {
        rel(u.reliability, t.num(i, "reliability"), 1e-12, i);
        rel(u.mean, t.num(i, "eb_asin"), 1e-12, i);
        rel(u.variance.sqrt(), t.num(i, "post_sd"), 1e-12, i);
        near(drawn[i], t.num(i, "expected_rank_eb"), 1e-9, i);
        near(own[i], t.num(i, "expected_rank_fixed"), 1e-9, i);
        near(percentile_of_expected_rank(drawn[i], y.len()), t.num(i, "pcer_eb"), 1e-9, i);
        reliability += u.reliability / y.len() as f64;
    }
    rel(reliability, s.num(0, "mean_reliability"), 1e-12, "mean reliability");
    // On the scale of the arcsine one answer has variance 1/4.
    let needed = answers_needed(0.7, 0.25, tau2).expect("units differ");
    rel(needed, s.num(0, "n_for_reliability_0_7"), 1e-12, "answers");
}

#[test]
fn eighteen_batting_averages_as_efron_printed_them() {
    let Some(t) = golden("published/efron_baseball_james_stein.csv") else { return };
    let y = t.nums("y");
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    // The printed table takes the binomial variance at the grand mean.
    let (factor, drawn) = james_stein(&y, mean * (1.0 - mean) / 45.0).expect("eighteen");
    near(factor, 0.21165, 5e-6, "factor");
    for (i, x) in drawn.iter().enumerate() {
        near(*x, t.num(i, "js_published_3dp"), 5e-4, i);
        rel(*x, t.num(i, "js_computed"), 1e-12, i);
    }
}
