//! What limits promise: coverage by exact sums where there is one, by seeded simulation where there is not.

use dpcmi::stats::control_chart::{Ranges, limits, points};
use dpcmi::stats::dispersion::{Robust, Scale, Scaled, Widening, dispersion, p_value, q_values, widened};
use dpcmi::stats::distribution::{binomial_probability, normal_quantile};
use dpcmi::stats::neighbours::{difference_from_peers, peer_mean};
use dpcmi::stats::rank_uncertainty::{Together, rank_sets};
use dpcmi::stats::shrinkage::{Between, between_variance, shrink};
use dpcmi::stats::slope_index::{Quantile, Scale as Fit, slope_index};
use dpcmi::stats::{count, proportion};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

struct Normal(ChaCha8Rng);

impl Normal {
    fn new(seed: u64) -> Normal {
        Normal(ChaCha8Rng::seed_from_u64(seed))
    }

    fn draw(&mut self) -> f64 {
        normal_quantile(((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64)
    }
}

#[test]
fn limits_of_a_proportion_hold_it_as_often_as_they_say() {
    for n in [10u64, 40, 150] {
        let (mut wilson, mut least, mut grid) = (0.0, 1.0f64, 0.0);
        for i in 1..100 {
            let p = f64::from(i) / 100.0;
            let over = |f: &dyn Fn(f64) -> bool| -> f64 {
                (0..=n).filter(|x| f(*x as f64)).map(|x| binomial_probability(x, n, p)).sum()
            };
            let n = n as f64;
            wilson += over(&|x| proportion::wilson(x, n, 0.95).expect("n").contains(p));
            least = least.min(over(&|x| proportion::clopper_pearson(x, n, 0.95).expect("n").contains(p)));
            grid += 1.0;
        }
        assert!((wilson / grid - 0.95).abs() < 0.01, "Wilson on average: {}", wilson / grid);
        assert!(least >= 0.95, "exact limits at the least: {least}");
    }
}

#[test]
fn exact_limits_of_a_count_hold_its_mean_at_the_least_as_often_as_they_say() {
    for i in 1..60 {
        let mean = f64::from(i) * 0.5;
        let mut covered = 0.0;
        let mut p = (-mean).exp();
        for x in 0..200 {
            let x = f64::from(x);
            if count::exact(x, 0.95).expect("count").contains(mean) {
                covered += p;
            }
            p *= mean / (x + 1.0);
        }
        assert!(covered >= 0.95 - 1e-12, "{mean}: {covered}");
    }
}

#[test]
fn the_slope_index_holds_the_true_slope() {
    let (mut rng, mut slope, mut ratio) = (Normal::new(1), 0, 0);
    let truth = |b: f64| 60.0 - 12.0 * b;
    const WORLDS: usize = 2000;
    for _ in 0..WORLDS {
        let one = |i: usize| Quantile {
            population: 900.0 + 20.0 * i as f64,
            value: 0.0,
            error: 1.0 + 0.2 * i as f64,
        };
        let mut q: Vec<Quantile> = (0..10).map(one).collect();
        let all: f64 = q.iter().map(|q| q.population).sum();
        let mut below = 0.0;
        for q in &mut q {
            let middle = (below + 0.5 * q.population) / all;
            below += q.population;
            q.value = truth(middle) + q.error * rng.draw();
        }
        let s = slope_index(&q, Fit::Plain, 1.0, 0.95).expect("sound");
        slope += usize::from(s.sii_limits.contains(-12.0));
        ratio += usize::from(s.rii_limits.expect("bounded").contains(48.0 / 60.0));
    }
    for held in [slope, ratio] {
        let share = held as f64 / WORLDS as f64;
        assert!((0.93..=0.97).contains(&share), "{share}");
    }
}

#[test]
fn a_world_without_differences_ranks_nobody_and_one_with_them_somebody() {
    let mut rng = Normal::new(2);
    let (mut ranked, mut found) = (0, 0);
    const WORLDS: usize = 500;
    for _ in 0..WORLDS {
        let v: Vec<f64> = (0..25).map(|i| 1.0 + 0.1 * f64::from(i)).collect();
        let y: Vec<f64> = v.iter().map(|v| v.sqrt() * rng.draw()).collect();
        let sets = rank_sets(&y, &v, 0.95, Together::AllUnits).expect("sound");
        ranked += usize::from(sets.iter().any(|s| *s != (1, 25)));
        let apart: Vec<f64> = y.iter().enumerate().map(|(i, y)| y + i as f64).collect();
        let sets = rank_sets(&apart, &v, 0.95, Together::AllUnits).expect("sound");
        found += usize::from(sets.iter().any(|s| *s != (1, 25)));
        // True ranks are the reverse of the positions, and all sets must hold theirs at once.
        let held = sets.iter().enumerate().all(|(i, s)| (s.0..=s.1).contains(&(25 - i)));
        ranked += usize::from(!held);
    }
    assert!(ranked as f64 / (2 * WORLDS) as f64 <= 0.05, "{ranked}");
    assert!(found > WORLDS * 9 / 10, "{found}");
}

#[test]
fn shrunken_estimates_hold_the_truth() {
    let mut rng = Normal::new(3);
    let (mut held, mut all, mut closer) = (0, 0, 0);
    for _ in 0..60 {
        let v: Vec<f64> = (0..150).map(|i| 0.5 + 0.02 * f64::from(i)).collect();
        let truth: Vec<f64> = v.iter().map(|_| 5.0 + 1.2 * rng.draw()).collect();
        let y: Vec<f64> = truth.iter().zip(&v).map(|(t, v)| t + v.sqrt() * rng.draw()).collect();
        let tau2 = between_variance(&y, &v, Between::Reml).expect("sound");
        let (_, _, units) = shrink(&y, &v, tau2).expect("sound");
        for ((u, t), y) in units.iter().zip(&truth).zip(&y) {
            held += usize::from((u.mean - t).abs() <= 1.96 * u.variance.sqrt());
            closer += usize::from((u.mean - t).abs() < (y - t).abs());
            all += 1;
        }
    }
    let share = held as f64 / all as f64;
    assert!((0.93..=0.965).contains(&share), "{share}");
    assert!(closer * 2 > all, "shrinking brings estimates nearer to the truth");
}

#[test]
fn a_funnel_over_units_that_truly_differ_flags_few_and_a_false_discovery_is_rare() {
    let mut rng = Normal::new(4);
    let (mut flags, mut plain, mut all) = (0, 0, 0);
    let (mut discoveries, mut false_ones) = (0, 0);
    for _ in 0..40 {
        let units: Vec<Scaled> = (0..200)
            .map(|i| {
                let error = 0.03 + 0.0005 * f64::from(i);
                Scaled { y: (error * error + 0.01f64).sqrt() * rng.draw(), error }
            })
            .collect();
        let d = dispersion(&units, 0.0, Robust::Winsorise(0.1)).expect("units");
        let wide = Widening::Additive(d.tau2_unbiased);
        for u in &units {
            let off = |by| !widened(0.0, u.error, by, Scale::Log, 0.95).expect("level").contains(u.y.exp());
            flags += usize::from(off(wide));
            plain += usize::from(off(Widening::None));
            all += 1;
        }
        // Every twentieth unit is then moved far out: the others are no discoveries. Under the true variance,
        // for this is about the rate of false ones and not about its estimate.
        let wide = Widening::Additive(0.01);
        let moved = |(i, u): (usize, &Scaled)| {
            p_value(Scaled { y: u.y + if i % 20 == 0 { 1.0 } else { 0.0 }, ..*u }, 0.0, wide)
        };
        let p: Vec<f64> = units.iter().enumerate().map(moved).collect();
        for (i, q) in q_values(&p).iter().enumerate().filter(|(_, q)| **q <= 0.1) {
            assert!(*q >= p[i]);
            discoveries += 1;
            false_ones += usize::from(i % 20 != 0);
        }
    }
    let share = flags as f64 / all as f64;
    assert!((0.035..=0.065).contains(&share) && plain > 3 * flags, "{share} {plain}");
    assert!(
        discoveries > 300 && (false_ones as f64) < 0.13 * discoveries as f64,
        "{false_ones}/{discoveries}"
    );
}

#[test]
fn an_area_like_its_peers_differs_from_them_five_times_in_a_hundred() {
    let mut rng = Normal::new(5);
    let mut flags = 0;
    const WORLDS: usize = 4000;
    for _ in 0..WORLDS {
        let (tau, v) = (2.0, 1.5);
        let mut area = || 50.0 + tau * rng.draw() + f64::sqrt(v) * rng.draw();
        let peers: Vec<(f64, f64, f64)> = (0..10).map(|_| (1.0, area(), v)).collect();
        let mean = peer_mean(&peers, tau * tau).expect("peers");
        // The area is itself one of many such, so its variance has both parts.
        let (_, i) = difference_from_peers((area(), v + tau * tau), mean, 0.95).expect("sound");
        flags += usize::from(!i.contains(0.0));
    }
    let share = flags as f64 / WORLDS as f64;
    assert!((0.04..=0.06).contains(&share), "{share}");
}

#[test]
fn a_steady_process_crosses_its_limits_about_three_times_in_a_thousand() {
    let mut rng = Normal::new(6);
    let (mut beyond, mut all) = (0, 0);
    for _ in 0..400 {
        let values: Vec<f64> = (0..48).map(|_| 20.0 + 3.0 * rng.draw()).collect();
        let l = limits(&values, Ranges::All).expect("values");
        beyond += points(&values, l).iter().filter(|p| p.limits.low > 20.0 || p.limits.high < 20.0).count();
        beyond += values.iter().filter(|v| **v < l.low || **v > l.high).count();
        all += values.len();
    }
    let share = beyond as f64 / all as f64;
    assert!((0.001..=0.006).contains(&share), "{share}");
}
