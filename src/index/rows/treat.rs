//! Treatment of outliers: winsorise, then transform, an indicator that fails the test on skewness and kurtosis
//! (OECD/JRC Handbook 2008, step 3; the test of the European Commission's composite indicators).
//!
//! A constant indicator has no skewness and a yes/no item no outliers: they pass. Every transformation keeps the order of the values, and none
//! leaves a value as it was.

use super::column::{Column, Row, known, range, sets};
use super::moments::skewness_and_kurtosis;
use super::of_column;
use crate::define::framework::{Framework, Transform, Treatment};
use crate::diag::Diagnostic;

/// What the test found in an indicator over a set of rows, and what was done.
#[derive(Clone, Debug)]
pub(super) struct Tested {
    pub indicator: usize,
    /// Of the set's first row; all periods where the set is all rows.
    pub period: Option<String>,
    pub before: Option<(f64, f64)>,
    pub passed: bool,
    /// Values brought in, whether or not a transformation of the untreated ones replaced them.
    pub winsorised: usize,
    pub after_winsorising: Option<(f64, f64)>,
    pub transform: Transform,
    pub after: Option<(f64, f64)>,
}

/// Fills `treated` of every column.
pub(super) fn treat(
    framework: &Framework,
    file: &str,
    rows: &[Row<'_>],
    columns: &mut [Option<Column>],
) -> (Vec<Tested>, Vec<Diagnostic>) {
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    for (i, (x, column)) in framework.indicators.iter().zip(columns).enumerate() {
        let Some(column) = column else { continue };
        column.treated.clone_from(&column.value);
        let Some(by) = &x.steps.treatment else { continue };
        for set in sets(by.over, rows) {
            let raw = column.value[set.clone()].to_vec();
            match one(by, &raw) {
                Ok((treated, mut tested)) => {
                    let whole = set.len() == rows.len();
                    tested.indicator = i;
                    tested.period = (!whole || rows[0].period == rows[rows.len() - 1].period)
                        .then(|| rows[set.start].period.to_owned());
                    for (u, (new, old)) in set.zip(treated.iter().zip(&raw)) {
                        column.treated[u] = *new;
                        column.treatment[u] = match tested.transform {
                            _ if old.is_nan() => None,
                            Transform::None if new < old => Some("winsorised_high"),
                            Transform::None if new > old => Some("winsorised_low"),
                            Transform::None => None,
                            transform => Some(transform.name()),
                        };
                    }
                    out.push(tested);
                }
                Err(why) => faults.push(of_column(file, &x.id, format!("`{}`: {why}", x.id))),
            }
        }
    }
    (out, faults)
}

fn passes(by: &Treatment, shape: Option<(f64, f64)>) -> bool {
    shape.is_none_or(|(skew, kurt)| skew.abs() < by.maximum_skewness || kurt < by.maximum_kurtosis)
}

fn one(by: &Treatment, raw: &[f64]) -> Result<(Vec<f64>, Tested), &'static str> {
    let before = skewness_and_kurtosis(known(raw));
    // Bringing in the rare answer of a yes/no item would take the item away.
    let two_answers = range(raw).is_none_or(|(min, max)| known(raw).all(|x| x == min || x == max));
    let mut tested = Tested {
        indicator: 0,
        period: None,
        before,
        passed: two_answers || passes(by, before),
        winsorised: 0,
        after_winsorising: None,
        transform: Transform::None,
        after: None,
    };
    if tested.passed {
        return Ok((raw.to_vec(), tested));
    }
    let (winsorised, moved) = winsorise(by, raw);
    let shape = skewness_and_kurtosis(known(&winsorised));
    if moved > 0 {
        (tested.winsorised, tested.after_winsorising) = (moved, shape);
    }
    if passes(by, shape) || by.transform == Transform::None {
        return Ok((winsorised, tested));
    }
    let from = if by.combine { &winsorised } else { raw };
    let out = transform(by.transform, by.lambda.unwrap_or(0.0), from)?;
    (tested.transform, tested.after) = (by.transform, skewness_and_kurtosis(known(&out)));
    Ok((out, tested))
}

/// Brings the most extreme value to the next one, on the side of the tail, until the test passes or `winsorise` values
/// have been moved; equal values move together.
fn winsorise(by: &Treatment, raw: &[f64]) -> (Vec<f64>, usize) {
    let mut x = raw.to_vec();
    let (mut high, mut low) = (0, 0);
    while high + low < by.winsorise as usize {
        let shape = skewness_and_kurtosis(known(&x));
        let (Some((skew, _)), Some((min, max)), false) = (shape, range(&x), passes(by, shape)) else { break };
        let (extreme, next) = if skew >= 0.0 {
            (max, known(&x).filter(|v| *v < max).fold(min, f64::max))
        } else {
            (min, known(&x).filter(|v| *v > min).fold(max, f64::min))
        };
        let mut moved = 0;
        for v in x.iter_mut().filter(|v| **v == extreme) {
            *v = next;
            moved += 1;
        }
        // Those brought in before stand at the extreme again and are among them.
        *(if skew >= 0.0 { &mut high } else { &mut low }) = moved;
    }
    (x, high + low)
}

/// One of the named transformations, each increasing in x.
fn transform(by: Transform, lambda: f64, x: &[f64]) -> Result<Vec<f64>, &'static str> {
    let Some((min, max)) = range(x) else { return Ok(x.to_vec()) };
    let skew = skewness_and_kurtosis(known(x)).map_or(0.0, |s| s.0);
    let offset = 0.01 * (max - min);
    let f: Box<dyn Fn(f64) -> f64> = match by {
        Transform::None => Box::new(|v| v),
        Transform::LogCtPlus if skew < 0.0 => Box::new(move |v| -(max - v + offset).ln()),
        Transform::LogCt | Transform::LogCtPlus => Box::new(move |v| (v - min + offset).ln()),
        Transform::LogCtOrig => Box::new(move |v| (v - min + 1.0).ln()),
        Transform::LogGii if max <= 1.0 => {
            return Err("log_gii needs a maximum above 1; multiply the values, or take log_ct");
        }
        Transform::LogGii => {
            let scaled = move |gap: f64| ((max - 1.0) * gap / (max - min) + 1.0).ln();
            if skew < 0.0 { Box::new(move |v| -scaled(max - v)) } else { Box::new(move |v| scaled(v - min)) }
        }
        Transform::BoxCox if lambda == 0.0 => Box::new(move |v| (v - min + 1.0).ln()),
        Transform::BoxCox => Box::new(move |v| ((v - min + 1.0).powf(lambda) - 1.0) / lambda),
    };
    Ok(x.iter().map(|v| if v.is_nan() { *v } else { f(*v) }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::framework::Over;

    fn by(winsorise: u32) -> Treatment {
        Treatment {
            maximum_skewness: 2.0,
            maximum_kurtosis: 3.5,
            winsorise,
            transform: Transform::None,
            lambda: None,
            combine: false,
            over: Over::All,
            reason: "r".to_owned(),
        }
    }

    #[test]
    fn two_large_values_come_to_the_third() {
        let mut x: Vec<f64> = (1..=20).map(f64::from).collect();
        x.extend([100.0, 200.0]);
        let (out, moved) = winsorise(&by(5), &x);
        assert_eq!((&out[18..], moved), (&[19.0, 20.0, 20.0, 20.0][..], 2));
        let low: Vec<f64> = x.iter().map(|v| -v).collect();
        assert_eq!(winsorise(&by(5), &low).0[18..], [-19.0, -20.0, -20.0, -20.0]);
    }

    #[test]
    fn no_named_transformation_returns_a_skewed_input_unchanged_or_changes_its_order() {
        let up = [1.0, 2.0, 3.0, 5.0, 50.0, f64::NAN];
        let down = up.map(|v| 60.0 - v);
        let all = [
            Transform::LogCt,
            Transform::LogCtPlus,
            Transform::LogCtOrig,
            Transform::LogGii,
            Transform::BoxCox,
        ];
        for t in all {
            for x in [up, down] {
                let y = transform(t, 0.5, &x).expect("transformed");
                assert!(y[5].is_nan());
                for i in 0..5 {
                    assert!((y[i] - x[i]).abs() > 1e-6, "{t:?} leaves {}", x[i]);
                    for j in 0..5 {
                        assert_eq!(x[i] < x[j], y[i] < y[j], "{t:?} changes the order of {x:?}: {y:?}");
                    }
                }
            }
        }
        assert!(transform(Transform::LogGii, 0.0, &[0.1, 0.2, 0.9]).is_err());
    }
}
