//! The share of funnel flags that is said to be chance is the share that is: a crowd of ordinary practices of widely
//! different size, more dispersed than chance, with and without a few that are not ordinary.

use dpcmi::compare::funnels;
use dpcmi::define::framework::FunnelChoice;
use dpcmi::stats::distribution::normal_quantile;
use polars::prelude::*;

/// Even, seeded numbers between 0 and 1.
struct Draw(u64);

impl Draw {
    fn normal(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        normal_quantile(((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64)
    }
}

const PRACTICES: usize = 1_500;

/// Answers of practices whose true shares differ by `tau` on the arcsine scale; the first `odd` are far above.
fn world(tau: f64, odd: usize, draw: &mut Draw) -> DataFrame {
    let mut people = Vec::new();
    let mut enabled = Vec::new();
    for i in 0..PRACTICES {
        let n = (7_600.0 * (0.6 * draw.normal()).exp()).round().max(150.0);
        let shift = if i < odd { 0.1 + 6.0 * tau } else { 0.0 };
        let y = 0.55 + shift + tau * draw.normal() + 0.5 / n.sqrt() * draw.normal();
        people.push(Some(n));
        enabled.push(Some((n * y.clamp(0.0, 1.57).sin().powi(2)).round()));
    }
    let codes: Vec<String> = (0..PRACTICES).map(|i| format!("A{i:05}")).collect();
    DataFrame::new(
        PRACTICES,
        vec![
            Column::new("period".into(), vec![17_896_i32; PRACTICES]).cast(&DataType::Date).unwrap(),
            Column::new("unit_type".into(), vec!["practice"; PRACTICES]),
            Column::new("unit_code".into(), codes),
            Column::new("indicator_id".into(), vec!["enabled"; PRACTICES]),
            Column::new("numerator".into(), enabled),
            Column::new("denominator".into(), people),
        ],
    )
    .unwrap()
}

#[test]
fn the_stated_share_of_flags_by_chance_is_the_true_one_within_five_points() {
    let choice = FunnelChoice {
        indicator: "enabled".to_owned(),
        winsorised: 0.1,
        reason: "test".to_owned(),
        owner: "test".to_owned(),
    };
    let mut draw = Draw(7);
    for (tau, odd) in [(0.08, 0), (0.08, 25), (0.02, 25), (0.15, 8), (0.0, 0)] {
        let (mut expected, mut flags, mut false_flags) = ([0.0; 2], [0.0; 2], [0.0; 2]);
        for _ in 0..25 {
            let found = funnels(&choice, &world(tau, odd, &mut draw)).unwrap();
            let signals = found.signals.column("signal").unwrap().str().unwrap();
            let codes = found.signals.column("unit_code").unwrap().str().unwrap();
            for (signal, code) in signals.iter().zip(codes.iter()) {
                let ordinary = code.unwrap()[1..].parse::<usize>().unwrap() >= odd;
                let far = signal.unwrap().ends_with("99.8%");
                for k in [Some(0), far.then_some(1)].into_iter().flatten() {
                    flags[k] += 1.0;
                    false_flags[k] += f64::from(u8::from(ordinary));
                }
            }
            for (k, name) in ["expected_95", "expected_998"].into_iter().enumerate() {
                expected[k] += found.summary.column(name).unwrap().f64().unwrap().get(0).unwrap();
            }
        }
        for k in 0..2 {
            let (stated, truth) = ((expected[k] / flags[k]).min(1.0), false_flags[k] / flags[k]);
            // what the number of runs leaves to chance
            let noise = truth / f64::max(false_flags[k], 1.0).sqrt();
            assert!(
                (stated - truth).abs() < 0.05 + 2.0 * noise,
                "tau {tau}, {odd} odd, level {k}: {stated} {truth}"
            );
        }
    }
}

#[test]
fn too_few_practices_or_none_with_people_have_no_funnel() {
    let choice = FunnelChoice {
        indicator: "other".to_owned(),
        winsorised: 0.1,
        reason: "test".to_owned(),
        owner: "test".to_owned(),
    };
    let found = funnels(&choice, &world(0.1, 0, &mut Draw(1))).unwrap();
    assert_eq!((found.summary.height(), found.limits.height(), found.signals.height()), (0, 0, 0));
    let choice = FunnelChoice { indicator: "enabled".to_owned(), ..choice };
    let nine = world(0.1, 0, &mut Draw(1)).head(Some(9));
    assert_eq!(funnels(&choice, &nine).unwrap().summary.height(), 0);
}
