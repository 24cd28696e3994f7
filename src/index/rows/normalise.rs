//! Values -> points: every way to normalise, each over the rows of one period or of all (OECD/JRC Handbook 2008,
//! step 5). Points rise with what is better, whatever the direction of the values.

use super::column::{Column, Row, known, range, sets};
use super::of_column;
use crate::define::framework::{
    Direction, Framework, Indicator, Mean, Measure, Normalisation, Normalising, Over, Ties,
};
use crate::diag::Diagnostic;
use crate::index::cells::points_of;
use crate::stats;

/// Fills `points` and `ends` of every column.
pub(super) fn normalise(
    framework: &Framework,
    file: &str,
    rows: &[Row<'_>],
    columns: &mut [Option<Column>],
) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for (i, (x, column)) in framework.indicators.iter().zip(columns).enumerate() {
        let Some(column) = column else { continue };
        let Some(by) = &x.steps.normalisation else {
            fixed(x, column);
            continue;
        };
        for set in sets(by.over, rows) {
            let value = &column.treated[set.clone()];
            if range(value).is_none() {
                continue;
            }
            let reference = |unit: &str| {
                // Over all periods the newest value of the unit is the reference.
                let of = set.clone().rev().filter(|u| rows[*u].unit == unit);
                of.map(|u| column.treated[u]).find(|x| !x.is_nan())
            };
            match points(&by.by, x.direction, value, reference) {
                Ok(points) => {
                    let ends = range(&points).unwrap_or((f64::NAN, f64::NAN));
                    if ends.0 < 0.0
                        && let Some(mean) = positive_only(framework, i)
                    {
                        let how = format!("{} under a {} mean", by.by.name(), mean.name());
                        let why = format!("`{}` falls below zero, which {how} cannot take", x.id);
                        faults.push(of_column(file, &x.id, why));
                    }
                    column.points[set.clone()].copy_from_slice(&points);
                    column.ends[set].fill(ends);
                }
                Err(why) => {
                    let period = if by.over == Over::All { "" } else { rows[set.start].period };
                    let what = format!("`{}` by {} {period}", x.id, by.by.name());
                    faults.push(of_column(file, &x.id, format!("{}: {why}", what.trim())));
                }
            }
        }
    }
    faults
}

/// The mean above an indicator that takes no value below zero, up to the first that looks at the order alone.
fn positive_only(framework: &Framework, i: usize) -> Option<Mean> {
    let mut at = Some(framework.indicators[i].parent);
    while let Some(n) = at {
        let node = &framework.nodes[n];
        if node.mean.needs_positive() {
            return Some(node.mean);
        }
        at = node.parent.filter(|_| !node.mean.compares_units());
    }
    None
}

/// Points between goalposts, of a key of answers, or of a share: 0 to 100 whatever the data.
fn fixed(x: &Indicator, column: &mut Column) {
    column.ends.fill((0.0, 100.0));
    if column.keyed {
        return;
    }
    for (points, value) in column.points.iter_mut().zip(&column.treated).filter(|(_, v)| !v.is_nan()) {
        *points = match &x.goalposts {
            Some(g) => points_of(*value, g, x.direction),
            None => {
                debug_assert!(matches!(x.measure, Some(Measure::Presence { .. })));
                value.clamp(0.0, 1.0) * 100.0
            }
        };
    }
}

const CONSTANT: &str = "one value in every unit has zero range; fixed goalposts do without a range";

fn points(
    by: &Normalisation,
    direction: Direction,
    value: &[f64],
    reference: impl Fn(&str) -> Option<f64>,
) -> Result<Vec<f64>, &'static str> {
    let lower = direction == Direction::LowerIsBetter;
    let turn = |x: f64| if lower { -x } else { x };
    let x: Vec<f64> = value.iter().map(|v| turn(*v)).collect();
    let Some((min, max)) = range(&x) else { return Ok(x) };
    let spread = || if max > min { Ok(max - min) } else { Err(CONSTANT) };
    let each = |f: &dyn Fn(f64) -> f64| x.iter().map(|v| if v.is_nan() { *v } else { f(*v) }).collect();
    let cap = |on: bool, v: f64| if on { v.min(1.0) } else { v };
    Ok(match by {
        Normalisation::MinMax { low, high } => {
            let range = spread()?;
            each(&|x| (x - min) / range * (high - low) + low)
        }
        Normalisation::Scaled { from, to } => {
            let (a, b) = if lower { (-from.high, -from.low) } else { (from.low, from.high) };
            each(&|x| (x - a) / (b - a) * (to.high - to.low) + to.low)
        }
        Normalisation::ZScore { mean, sd } => {
            spread()?;
            let n = known(&x).count() as f64;
            let centre = known(&x).collect::<stats::Sum>().value() / n;
            let squares = known(&x).map(|v| (v - centre) * (v - centre)).collect::<stats::Sum>().value();
            let own = (squares / (n - 1.0)).sqrt();
            each(&|x| (x - centre) / own * sd + mean)
        }
        Normalisation::DistanceToMaximum {} => {
            let range = spread()?;
            each(&|x| 1.0 - (max - x) / range)
        }
        Normalisation::DistanceToReference { unit, cap: capped } => {
            let to = turn(reference(unit).ok_or("the reference unit has no value")?);
            if to <= min {
                return Err("the reference unit is at the worst value: zero range");
            }
            each(&|x| cap(*capped, 1.0 - (to - x) / (to - min)))
        }
        Normalisation::DistanceToTarget { target, cap: capped } => {
            let to = turn(*target);
            if to <= min {
                return Err("the target is not better than the worst value: zero range");
            }
            each(&|x| cap(*capped, (x - min) / (to - min)))
        }
        Normalisation::FractionOfMaximum {} if max <= 0.0 => {
            return Err("the largest value is not above zero");
        }
        Normalisation::FractionOfMaximum {} => each(&|x| x / max),
        Normalisation::PercentileRank {} => {
            let n = known(&x).count() as f64;
            if n < 2.0 {
                return Err("one unit has no rank among others");
            }
            ranks(&x, Ties::Min).into_iter().map(|r| (r - 1.0) / (n - 1.0)).collect()
        }
        Normalisation::Rank { ties } => ranks(&x, *ties),
        Normalisation::Borda { ties } => ranks(&x, *ties).into_iter().map(|r| r - 1.0).collect(),
        Normalisation::Exponential { s, ties } => {
            let ranks = ranks(&x, *ties);
            let largest = known(&ranks).fold(f64::NAN, f64::max);
            let top = 1.0 - (-100.0 / s).exp();
            ranks.into_iter().map(|r| -s * (1.0 - r / largest * top).ln()).collect()
        }
        Normalisation::ReferenceRange { reference, low, high } => {
            let (half, centre) = (spread()? / 2.0, turn(*reference));
            each(&|x| (x - (centre - half)) / (2.0 * half) * (high - low) + low)
        }
        Normalisation::None {} | Normalisation::Goalposts {} => x,
    })
}

/// Ranks of the values that are there, 1 for the smallest; equal values share what `ties` says.
fn ranks(x: &[f64], ties: Ties) -> Vec<f64> {
    let mut order: Vec<usize> = (0..x.len()).filter(|i| !x[*i].is_nan()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let mut out = vec![f64::NAN; x.len()];
    let mut at = 0.0;
    for equal in order.chunk_by(|a, b| x[*a] == x[*b]) {
        let n = equal.len() as f64;
        let rank = match ties {
            Ties::Min => at + 1.0,
            Ties::Max => at + n,
            Ties::Average => at + (n + 1.0) / 2.0,
        };
        equal.iter().for_each(|i| out[*i] = rank);
        at += n;
    }
    out
}

impl Normalising {
    /// How a table of the method names it: with its parameters.
    pub(super) fn written(&self) -> String {
        let ties = |t: &Ties| match t {
            Ties::Min => "min",
            Ties::Max => "max",
            Ties::Average => "average",
        };
        let name = self.by.name();
        match &self.by {
            Normalisation::MinMax { low, high } => format!("{name} {low} to {high}"),
            Normalisation::Scaled { from, to } => {
                format!("{name} {} to {} as {} to {}", from.low, from.high, to.low, to.high)
            }
            Normalisation::ZScore { mean, sd } => format!("{name} mean {mean} sd {sd}"),
            Normalisation::DistanceToReference { unit, .. } => format!("{name} {unit}"),
            Normalisation::DistanceToTarget { target, .. } => format!("{name} {target}"),
            Normalisation::Rank { ties: t } | Normalisation::Borda { ties: t } => {
                format!("{name} ties {}", ties(t))
            }
            Normalisation::Exponential { s, ties: t } => format!("{name} {s} ties {}", ties(t)),
            Normalisation::ReferenceRange { reference, low, high } => {
                format!("{name} {reference} within {low} to {high}")
            }
            _ => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: Direction = Direction::HigherIsBetter;

    fn of(by: &Normalisation, direction: Direction, x: &[f64]) -> Vec<f64> {
        points(by, direction, x, |_| None).expect("points")
    }

    #[test]
    fn a_percentile_rank_with_ties_and_a_gap() {
        let got = of(&Normalisation::PercentileRank {}, UP, &[3.0, 1.0, 3.0, 7.0, f64::NAN]);
        assert_eq!(got[..4], [1.0 / 3.0, 0.0, 1.0 / 3.0, 1.0]);
        assert!(got[4].is_nan());
    }

    #[test]
    fn a_distance_to_a_target_may_pass_it_unless_capped() {
        let x = [0.0, 2.0, 5.0, 8.0, 11.0];
        let target = |cap| Normalisation::DistanceToTarget { target: 8.0, cap };
        assert_eq!(of(&target(false), UP, &x), [0.0, 0.25, 0.625, 1.0, 1.375]);
        assert_eq!(of(&target(true), UP, &x)[4], 1.0);
        let down = Normalisation::DistanceToTarget { target: 2.0, cap: false };
        assert_eq!(of(&down, Direction::LowerIsBetter, &[2.0, 6.0, 10.0]), [1.0, 0.5, 0.0]);
    }

    #[test]
    fn points_rise_with_what_is_better_by_every_normalisation() {
        let ties = Ties::Average;
        let all = [
            Normalisation::MinMax { low: 1.0, high: 100.0 },
            Normalisation::Scaled {
                from: crate::define::framework::Ends { low: 0.0, high: 20.0 },
                to: crate::define::framework::Ends { low: 0.0, high: 1.0 },
            },
            Normalisation::ZScore { mean: 0.0, sd: 1.0 },
            Normalisation::DistanceToMaximum {},
            Normalisation::DistanceToTarget { target: 6.0, cap: false },
            Normalisation::PercentileRank {},
            Normalisation::Rank { ties },
            Normalisation::Borda { ties },
            Normalisation::Exponential { s: 23.0, ties },
            Normalisation::ReferenceRange { reference: 5.0, low: 70.0, high: 130.0 },
        ];
        for by in all {
            let up = of(&by, UP, &[1.0, 4.0, 9.0]);
            assert!(up[0] < up[1] && up[1] < up[2], "{by:?} {up:?}");
            let down = of(&by, Direction::LowerIsBetter, &[1.0, 4.0, 9.0]);
            assert!(down[0] > down[1] && down[1] > down[2], "{by:?} {down:?}");
        }
        assert!(points(&Normalisation::MinMax { low: 0.0, high: 1.0 }, UP, &[2.0, 2.0], |_| None).is_err());
    }
}
