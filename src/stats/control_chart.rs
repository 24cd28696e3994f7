//! XmR charts: is a change over time more than its usual noise (Shewhart, Economic Control of Quality, 1931;
//! Wheeler and Chambers, Understanding Statistical Process Control, 1992).
//!
//! Limits are `mean -/+ 2.66 (mean moving range)`, with 2.66 = 3/1.128. Values stand in order of time, one
//! each period and finite; a period without a value is left out by the caller, who then compares neighbours
//! that are further apart.

use super::sum::Sum;

/// Fewest periods for limits that are worth drawing.
pub const FEWEST_PERIODS: usize = 12;

/// Moving ranges above this multiple of their mean are not noise, and are dropped once when limits are
/// screened.
const LARGE_RANGE: f64 = 3.267;

/// Centre line and process limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// Whether moving ranges far above the rest count in the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranges {
    All,
    Screened,
}

/// Limits of one stretch of values. `None` for fewer than two, or one that is not finite.
pub fn limits(values: &[f64], ranges: Ranges) -> Option<Limits> {
    if values.len() < 2 || values.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let mean = |x: &[f64]| x.iter().copied().collect::<Sum>().value() / x.len() as f64;
    let mut moving: Vec<f64> = values.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    if ranges == Ranges::Screened {
        let most = LARGE_RANGE * mean(&moving);
        moving.retain(|r| *r <= most);
    }
    let (centre, half) = (mean(values), 2.66 * mean(&moving));
    Some(Limits { mean: centre, low: centre - half, high: centre + half })
}

/// Why a point is not common cause, the first that holds in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    AboveLimit,
    BelowLimit,
    /// One of seven points that each rise, or fall, from the last.
    Rising,
    Falling,
    /// One of two in three that lie near the same limit, in its outer third.
    NearUpper,
    NearLower,
    /// One of seven on the same side of the mean.
    RunAbove,
    RunBelow,
}

/// One point against its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub limits: Limits,
    /// 1 above the mean, -1 below, 0 on it.
    pub side: i8,
    /// In the outer third between mean and limit, and not beyond.
    pub near: bool,
    /// `None` is common cause.
    pub cause: Option<Cause>,
}

fn side(x: f64, mean: f64) -> i8 {
    if x > mean {
        1
    } else if x < mean {
        -1
    } else {
        0
    }
}

/// Which points belong to a stretch of at least `length` for which neighbours `belong`.
fn stretches(n: usize, length: usize, belong: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut marked = vec![false; n];
    let mut start = 0;
    for i in 0..n {
        if i > 0 && !belong(i) {
            start = i;
        }
        if i + 1 - start >= length {
            marked[start..=i].fill(true);
        }
    }
    marked
}

/// Every point of one stretch against its limits. Rules never reach over from one stretch to the next.
pub fn points(values: &[f64], limits: Limits) -> Vec<Point> {
    let n = values.len();
    let sides: Vec<i8> = values.iter().map(|x| side(*x, limits.mean)).collect();
    let beyond = |x: f64| x < limits.low || x > limits.high;
    let near: Vec<bool> = values
        .iter()
        .map(|x| {
            let third = (limits.high - limits.mean) / 3.0;
            !beyond(*x) && (x - limits.mean).abs() > 2.0 * third
        })
        .collect();
    let run = stretches(n, 7, |i| sides[i] != 0 && sides[i] == sides[i - 1]);
    let rise = stretches(n, 7, |i| values[i] > values[i - 1]);
    let fall = stretches(n, 7, |i| values[i] < values[i - 1]);
    let two_of_three = |i: usize| {
        let same = |j: usize| near[j] && sides[j] == sides[i];
        let windows = (i.saturating_sub(2)..=i).filter(|s| s + 3 <= n);
        near[i] && windows.into_iter().any(|s| (s..s + 3).filter(|j| same(*j)).count() >= 2)
    };
    let cause = |i: usize| {
        let up = sides[i] > 0;
        if values[i] > limits.high {
            Some(Cause::AboveLimit)
        } else if values[i] < limits.low {
            Some(Cause::BelowLimit)
        } else if rise[i] {
            Some(Cause::Rising)
        } else if fall[i] {
            Some(Cause::Falling)
        } else if two_of_three(i) {
            Some(if up { Cause::NearUpper } else { Cause::NearLower })
        } else if run[i] {
            Some(if up { Cause::RunAbove } else { Cause::RunBelow })
        } else {
            None
        }
    };
    (0..n).map(|i| Point { limits, side: sides[i], near: near[i], cause: cause(i) }).collect()
}

/// A chart that starts afresh at each of `starts` (ascending positions; the first stretch starts at 0): every
/// stretch has its own limits. `None` for a start out of order or range, or a stretch without limits.
pub fn rebased(values: &[f64], starts: &[usize], ranges: Ranges) -> Option<Vec<Point>> {
    let mut edges = vec![0];
    edges.extend_from_slice(starts);
    edges.push(values.len());
    let mut chart = Vec::with_capacity(values.len());
    for edge in edges.windows(2) {
        let stretch = values.get(edge[0]..edge[1])?;
        chart.extend(points(stretch, limits(stretch, ranges)?));
    }
    Some(chart)
}

/// Whether the process as it is now will meet a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assurance {
    /// The target lies outside the limits on the good side, on the bad side, or between them.
    WillMeet,
    WillMiss,
    MayMiss,
}

/// By the limits of the newest point, so that after a new start the old process no longer counts. `None` for
/// an empty chart or a target that is not finite.
pub fn assurance(chart: &[Point], target: f64, high_is_good: bool) -> Option<Assurance> {
    let now = chart.last()?.limits;
    if !target.is_finite() {
        return None;
    }
    let (safe, lost) = if high_is_good {
        (now.low >= target, now.high < target)
    } else {
        (now.high <= target, now.low > target)
    };
    Some(match (safe, lost) {
        (true, _) => Assurance::WillMeet,
        (_, true) => Assurance::WillMiss,
        _ => Assurance::MayMiss,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_or_no_number_has_no_limits() {
        assert_eq!((limits(&[1.0], Ranges::All), limits(&[1.0, f64::NAN], Ranges::All)), (None, None));
        assert_eq!(rebased(&[1.0, 2.0, 3.0], &[2], Ranges::All), None, "one value in the last stretch");
        assert_eq!(rebased(&[1.0, 2.0, 3.0], &[7], Ranges::All), None);
        assert_eq!(assurance(&[], 5.0, true), None);
        let flat = limits(&[4.0; 9], Ranges::Screened).expect("values");
        assert_eq!((flat.low, flat.mean, flat.high), (4.0, 4.0, 4.0));
        assert!(points(&[4.0; 9], flat).iter().all(|p| p.cause.is_none() && p.side == 0 && !p.near));
    }

    #[test]
    fn six_points_on_a_side_are_chance_and_seven_are_not() {
        let l = Limits { mean: 0.0, low: -9.0, high: 9.0 };
        let v = |n: usize| [&[1.0, 2.0].repeat(n)[..n], &[-1.0]].concat();
        assert!(points(&v(6), l).iter().all(|p| p.cause.is_none()));
        let seven = points(&v(7), l);
        assert!(seven[..7].iter().all(|p| p.cause == Some(Cause::RunAbove)) && seven[7].cause.is_none());
    }

    #[test]
    fn a_fall_of_seven_points_is_seen_across_the_mean() {
        let l = Limits { mean: 0.0, low: -9.0, high: 9.0 };
        let v = [0.5, 3.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0];
        let got: Vec<_> = points(&v, l).iter().map(|p| p.cause).collect();
        assert_eq!(got[0], None);
        assert!(got[1..].iter().all(|c| *c == Some(Cause::Falling)), "{got:?}");
    }

    #[test]
    fn after_a_new_start_only_the_new_process_promises() {
        let values = [10.0, 11.0, 10.0, 11.0, 50.0, 51.0, 50.0, 51.0];
        let chart = rebased(&values, &[4], Ranges::All).expect("values");
        assert_eq!(assurance(&chart, 40.0, true), Some(Assurance::WillMeet));
        assert_eq!(assurance(&chart, 40.0, false), Some(Assurance::WillMiss));
        assert_eq!(assurance(&chart, 50.5, true), Some(Assurance::MayMiss));
        assert_eq!(assurance(&chart[..4], 40.0, true), Some(Assurance::WillMiss));
    }
}
