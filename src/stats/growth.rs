//! Change of one series over time: growth a year, and per cent of its trend (COINr's `CAGR` and `prc_change`).
//!
//! What has no growth is `None`: nothing grows from zero, and no rate leads from one sign to the other.

use super::correlation::weighted_line;

/// Compound growth per unit of time from (time, value) to a later one, as a share: `(y1 / y0)^(1 / (t1 - t0)) - 1`.
///
/// `None` when the first value is zero, the signs differ, or no time passes.
pub fn compound_growth((t0, y0): (f64, f64), (t1, y1): (f64, f64)) -> Option<f64> {
    let ratio = y1 / y0;
    let growth = ratio.powf(1.0 / (t1 - t0)) - 1.0;
    (t1 > t0 && y0 != 0.0 && ratio >= 0.0 && growth.is_finite()).then_some(growth)
}

/// Per cent by which the least-squares line through (time, value) changes in `per` units of time, of its height at the
/// first time.
///
/// `None` with fewer than two times, or where the line starts at zero.
pub fn trend_percent(series: &[(f64, f64)], per: f64) -> Option<f64> {
    // Counted from the first time: the height there is then the intercept, to the last bit.
    let first = series.iter().map(|p| p.0).reduce(f64::min)?;
    let points: Vec<(f64, f64, f64)> = series.iter().map(|(t, y)| (1.0, t - first, *y)).collect();
    let line = weighted_line(&points)?;
    let percent = line.slope * per / line.intercept * 100.0;
    (line.intercept != 0.0 && percent.is_finite()).then_some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_in_two_years_is_the_square_root_of_two_a_year() {
        let growth = compound_growth((2015.0, 3.0), (2017.0, 6.0)).expect("growth");
        assert!((growth - (2f64.sqrt() - 1.0)).abs() < 1e-15);
        assert_eq!(compound_growth((0.0, -1.0), (1.0, -2.0)), Some(1.0), "a loss that doubles");
        assert_eq!(compound_growth((0.0, 5.0), (4.0, 0.0)), Some(-1.0), "all of it is gone");
    }

    #[test]
    fn no_growth_from_zero_nor_across_it_nor_in_no_time() {
        assert_eq!(compound_growth((0.0, 0.0), (1.0, 2.0)), None);
        assert_eq!(compound_growth((0.0, 1.0), (1.0, -2.0)), None);
        assert_eq!(compound_growth((1.0, 1.0), (1.0, 2.0)), None);
        assert_eq!(trend_percent(&[(1.0, 1.0)], 1.0), None);
        assert_eq!(trend_percent(&[(0.0, 0.0), (1.0, 1.0)], 1.0), None);
    }

    #[test]
    fn a_straight_line_rises_by_its_slope_of_its_start_whatever_the_order() {
        let line = [(2.0, 14.0), (0.0, 10.0), (1.0, 12.0)];
        assert!((trend_percent(&line, 5.0).expect("percent") - 100.0).abs() < 1e-10);
    }
}
