//! XmR limits and rules.

use crate::golden_support::{golden, rel};
use dpcmi::stats::control_chart::{Cause, Point, Ranges, limits, points, rebased};

fn named(cause: Option<Cause>) -> &'static str {
    match cause {
        None => "Common Cause",
        Some(Cause::AboveLimit) => "Above UCL",
        Some(Cause::BelowLimit) => "Below LCL",
        Some(Cause::Rising) => "7 Point Trend (Increasing)",
        Some(Cause::Falling) => "7 Point Trend (Decreasing)",
        Some(Cause::NearUpper) => "2 in 3 Above CL",
        Some(Cause::NearLower) => "2 in 3 Below CL",
        Some(Cause::RunAbove) => "7 Points Above CL",
        Some(Cause::RunBelow) => "7 Points Below CL",
    }
}

#[test]
fn thirty_months_by_four_kinds_of_limits() {
    type Draw = fn(&[f64]) -> Vec<Point>;
    let charts: [(&str, Draw); 4] = [
        ("screened", |y| points(y, limits(y, Ranges::Screened).expect("months"))),
        ("unscreened", |y| points(y, limits(y, Ranges::All).expect("months"))),
        ("fix12", |y| points(y, limits(&y[..12], Ranges::All).expect("months"))),
        ("rebase13", |y| rebased(y, &[12], Ranges::All).expect("months")),
    ];
    for (name, draw) in charts {
        let Some(t) = golden(&format!("spc/xmr_{name}.csv")) else { return };
        let got = draw(&t.nums("y"));
        assert_eq!(got.len(), t.len());
        for (r, p) in got.iter().enumerate() {
            rel(p.limits.mean, t.num(r, "mean_col"), 1e-12, (name, r));
            rel(p.limits.low, t.num(r, "lpl"), 1e-12, (name, r));
            rel(p.limits.high, t.num(r, "upl"), 1e-12, (name, r));
            assert_eq!(f64::from(p.side), t.num(r, "relative_to_mean"), "{name} {r}");
            assert_eq!(p.near.to_string(), t.text(r, "close_to_limits"), "{name} {r}");
            let outside = matches!(p.cause, Some(Cause::AboveLimit | Cause::BelowLimit));
            assert_eq!(outside.to_string(), t.text(r, "outside_limits"), "{name} {r}");
            assert_eq!(named(p.cause), t.text(r, "special_cause_type"), "{name} {r}");
        }
    }
}
