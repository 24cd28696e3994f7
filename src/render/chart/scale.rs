//! Axes: from a figure to a place, and where the ticks stand.

/// A linear axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    /// `low` is drawn at `from`, `high` at `to`.
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Axis {
        let high = if high > low { high } else { low + 1.0 };
        Axis { low, high, from, to }
    }

    pub fn at(&self, x: f64) -> f64 {
        self.from + (x - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round figures inside the axis, about `wanted` of them, in steps of 1, 2 or 5 times a power of ten.
    pub fn ticks(&self, wanted: f64) -> Vec<f64> {
        let step = step((self.high - self.low) / wanted);
        let mut ticks = Vec::new();
        let mut k = (self.low / step).ceil();
        while k * step <= self.high + step * 1e-9 {
            ticks.push(k * step);
            k += 1.0;
        }
        ticks
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `rough`.
pub fn step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|k| k * power)
        .find(|s| *s >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// Figures for a logarithmic axis above nought: 1, 2 and 5 times the powers of ten, or even steps where fewer than four of
/// those lie inside.
pub fn log_ticks((low, high): (f64, f64)) -> Vec<f64> {
    let (mut power, mut ticks) = (10f64.powf(low.log10().floor()), Vec::new());
    while power <= high {
        let inside = |x: &f64| *x >= low * (1.0 - 1e-9) && *x <= high * (1.0 + 1e-9);
        ticks.extend([1.0, 2.0, 5.0].map(|k| k * power).into_iter().filter(inside));
        power *= 10.0;
    }
    if ticks.len() < 4 { Axis::new((low, high), (0.0, 1.0)).ticks(6.0) } else { ticks }
}

/// The lowest and the highest; `None` of nothing.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().fold(None, |ends, x| {
        let (low, high) = ends.unwrap_or((x, x));
        Some((x.min(low), x.max(high)))
    })
}

/// A range widened to whole tens, inside 0 to 100.
pub fn whole_tens(low: f64, high: f64) -> (f64, f64) {
    ((low / 10.0).floor().max(0.0) * 10.0, (high / 10.0).ceil().min(10.0) * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let check = |range, wanted, expected: &[f64]| {
            let ticks = Axis::new(range, (0.0, 1.0)).ticks(wanted);
            assert_eq!(ticks.len(), expected.len(), "{ticks:?}");
            assert!(ticks.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{ticks:?}");
        };
        check((0.0, 100.0), 5.0, &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        check((30.0, 80.0), 5.0, &[30.0, 40.0, 50.0, 60.0, 70.0, 80.0]);
        check((0.0, 0.7), 4.0, &[0.0, 0.2, 0.4, 0.6]);
    }

    #[test]
    fn ticks_of_a_logarithmic_axis_are_one_two_and_five_times_tens() {
        assert_eq!(log_ticks((0.5, 30.0)), [0.5, 1.0, 2.0, 5.0, 10.0, 20.0]);
        assert_eq!(log_ticks((1.8, 4.2)), [2.0, 2.5, 3.0, 3.5, 4.0], "even steps on a short axis");
    }

    #[test]
    fn nothing_has_no_extent() {
        assert_eq!(extent([3.0, -1.0, 2.0]), Some((-1.0, 3.0)));
        assert_eq!(extent([7.0]), Some((7.0, 7.0)));
        assert_eq!(extent([]), None);
    }

    #[test]
    fn an_axis_of_no_width_still_has_a_scale() {
        assert!(Axis::new((50.0, 50.0), (0.0, 10.0)).at(50.0).is_finite());
    }
}
