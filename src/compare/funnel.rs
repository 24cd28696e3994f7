//! Funnel plots as tables: a proportion by the size of its unit, who lies beyond limits, and how many of those chance
//! explains.
//!
//! Deviations from England's proportion are measured on the arcsine scale (`stats::dispersion`); limits are widened by the
//! variance between ordinary units (`stats::crowd`) and brought back to proportions. Of the units that lie beyond, the
//! limits' own rate times all units is what would lie there anyway: the share of flags expected by chance.

use crate::define::framework::FunnelChoice;
use crate::frames::{Columns, Grown, days_of};
use crate::stats::crowd::usual_variance;
use crate::stats::dispersion::{
    Robust, Scale, Scaled, Widening, dispersion, p_value, q_values, scaled_proportion, widened,
};
use crate::stats::funnel::{Signal, signal};
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Levels of the limits: one unit in twenty and one in five hundred lies beyond by chance.
const INNER: f64 = 0.95;
const OUTER: f64 = 0.998;
/// Sizes at which limits are given, evenly apart on the logarithmic axis.
const SIZES: u32 = 60;
/// Fewest units for limits.
const FEWEST: usize = 10;

/// The three tables; without rows where no quarter has enough units.
#[derive(Clone, Debug)]
pub struct Funnels {
    /// By period and kind of unit: `period unit_type indicator_id units left_out target dispersion dispersion_p usual_variance
    /// beyond_95 expected_95 chance_95 beyond_998 expected_998 chance_998 beyond_998_chance_only`.
    pub summary: DataFrame,
    /// By period, kind of unit and size: `period unit_type denominator low_998 low_95 high_95 high_998 chance_low_998
    /// chance_high_998`.
    pub limits: DataFrame,
    /// Units beyond the limits of 95 %: `period unit_type unit_code numerator denominator value signal q`.
    pub signals: DataFrame,
}

/// A unit with its people.
struct Unit<'a> {
    code: &'a str,
    x: f64,
    n: f64,
    y: Scaled,
}

/// Funnels of practices and CCGs in each quarter.
///
/// # Errors
/// `indicator_values` without one of the columns that `index` writes.
pub fn funnels(choice: &FunnelChoice, indicator_values: &DataFrame) -> PolarsResult<Funnels> {
    let table = Columns(indicator_values);
    let (days, kinds) = (table.dates("period")?, table.texts("unit_type")?);
    let (codes, ids) = (table.texts("unit_code")?, table.texts("indicator_id")?);
    let numbers = |name: &str| -> PolarsResult<Vec<Option<f64>>> {
        Ok(indicator_values.column(name)?.cast(&DataType::Float64)?.f64()?.iter().collect())
    };
    let (x, n) = (numbers("numerator")?, numbers("denominator")?);
    let mut units: BTreeMap<(Date, &str), Vec<Unit<'_>>> = BTreeMap::new();
    let mut left_out: BTreeMap<(Date, &str), usize> = BTreeMap::new();
    for i in (0..indicator_values.height()).filter(|i| ids[*i] == Some(choice.indicator.as_str())) {
        let (Some(day), Some(kind), Some(code)) = (days[i], kinds[i], codes[i]) else { continue };
        let (Some(x), Some(n)) = (x[i], n[i]) else { continue };
        match (kind, scaled_proportion(x, n)) {
            ("practice" | "ccg", Some(y)) => {
                units.entry((day, kind)).or_default().push(Unit { code, x, n, y });
            }
            // more people than there are: no proportion
            ("practice" | "ccg", None) if x > n => *left_out.entry((day, kind)).or_default() += 1,
            _ => {}
        }
    }
    let mut t = [Grown::default(), Grown::default(), Grown::default()];
    for ((day, kind), mut units) in units.into_iter().filter(|(_, u)| u.len() >= FEWEST) {
        units.sort_by_key(|u| u.code);
        add(&mut t, choice, (day, kind), &units, *left_out.get(&(day, kind)).unwrap_or(&0));
    }
    let [summary, limits, signals] = t;
    Ok(Funnels { summary: summary.finish()?, limits: limits.finish()?, signals: signals.finish()? })
}

fn add<'a>(
    t: &mut [Grown<'a>; 3],
    choice: &'a FunnelChoice,
    (day, kind): (Date, &'a str),
    units: &[Unit<'a>],
    left_out: usize,
) {
    let (events, people): (f64, f64) = units.iter().fold((0.0, 0.0), |(a, b), u| (a + u.x, b + u.n));
    let target = events / people;
    let centre = Scale::Arcsine.to(target);
    let scaled: Vec<Scaled> = units.iter().map(|u| u.y).collect();
    let found = dispersion(&scaled, centre, Robust::Winsorise(choice.winsorised));
    let (Some(found), Some(tau2)) = (found, usual_variance(&scaled, centre, choice.winsorised)) else {
        return;
    };
    let usual = Widening::Additive(tau2);
    let at = |n: f64, by: Widening, level: f64| widened(centre, 0.5 / n.sqrt(), by, Scale::Arcsine, level);
    let against = |u: &Unit<'_>, by: Widening| {
        Some(signal(u.x / u.n, at(u.n, by, INNER)?, at(u.n, by, OUTER)?)).filter(|s| *s != Signal::Within)
    };
    let far = |s: &Signal| matches!(s, Signal::FarBelow | Signal::FarAbove);
    let told: Vec<(usize, Signal)> =
        units.iter().enumerate().filter_map(|(i, u)| Some((i, against(u, usual)?))).collect();
    let beyond = [told.len(), told.iter().filter(|(_, s)| far(s)).count()];
    let alone = units.iter().filter_map(|u| against(u, Widening::None)).filter(|s| far(s)).count();
    let [summary, limits, signals] = t;
    summary.days("period", [days_of(day)]);
    summary.texts("unit_type", [Some(kind)]);
    summary.texts("indicator_id", [Some(choice.indicator.as_str())]);
    summary.wholes("units", [whole(units.len())]);
    summary.wholes("left_out", [whole(left_out)]);
    summary.numbers("target", [Some(target)]);
    summary.numbers("dispersion", [Some(found.phi_unbiased)]);
    summary.numbers("dispersion_p", [Some(found.p)]);
    summary.numbers("usual_variance", [Some(tau2)]);
    for (name, level, beyond) in [("95", INNER, beyond[0]), ("998", OUTER, beyond[1])] {
        let expected = units.len() as f64 * (1.0 - level);
        summary.wholes(&format!("beyond_{name}"), [whole(beyond)]);
        summary.numbers(&format!("expected_{name}"), [Some(expected)]);
        let share = (beyond > 0).then(|| (expected / beyond as f64).min(1.0));
        summary.numbers(&format!("chance_{name}"), [share]);
    }
    summary.wholes("beyond_998_chance_only", [whole(alone)]);

    let (least, most) = units.iter().fold((f64::INFINITY, 1.0f64), |(a, b), u| (a.min(u.n), b.max(u.n)));
    let sizes = (0..=SIZES).map(|k| least * (most / least).powf(f64::from(k) / f64::from(SIZES)));
    for size in sizes {
        limits.days("period", [days_of(day)]);
        limits.texts("unit_type", [Some(kind)]);
        limits.numbers("denominator", [Some(size)]);
        let (outer, inner) = (at(size, usual, OUTER), at(size, usual, INNER));
        let alone = at(size, Widening::None, OUTER);
        limits.numbers("low_998", [outer.map(|i| i.low)]);
        limits.numbers("low_95", [inner.map(|i| i.low)]);
        limits.numbers("high_95", [inner.map(|i| i.high)]);
        limits.numbers("high_998", [outer.map(|i| i.high)]);
        limits.numbers("chance_low_998", [alone.map(|i| i.low)]);
        limits.numbers("chance_high_998", [alone.map(|i| i.high)]);
    }

    let p: Vec<f64> = scaled.iter().map(|u| p_value(*u, centre, usual)).collect();
    let q = q_values(&p);
    let of = |f: &dyn Fn(usize) -> f64| told.iter().map(|(i, _)| Some(f(*i))).collect::<Vec<_>>();
    signals.days("period", told.iter().map(|_| days_of(day)));
    signals.texts("unit_type", told.iter().map(|_| Some(kind)));
    signals.texts("indicator_id", told.iter().map(|_| Some(choice.indicator.as_str())));
    signals.texts("unit_code", told.iter().map(|(i, _)| Some(units[*i].code)));
    signals.numbers("numerator", of(&|i| units[i].x));
    signals.numbers("denominator", of(&|i| units[i].n));
    signals.numbers("value", of(&|i| units[i].x / units[i].n));
    signals.texts("signal", told.iter().map(|(_, s)| Some(words(*s))));
    signals.numbers("q", of(&|i| q[i]));
}

fn words(signal: Signal) -> &'static str {
    match signal {
        Signal::FarBelow => "below 99.8%",
        Signal::Below => "below 95%",
        Signal::Within => "within",
        Signal::Above => "above 95%",
        Signal::FarAbove => "above 99.8%",
    }
}

fn whole(n: usize) -> Option<i64> {
    i64::try_from(n).ok()
}
