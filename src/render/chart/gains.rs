//! More or less a head: a bar from nought to the right or to the left, with its figure.

use super::canvas::{Canvas, Painted, compose};
use super::palette::{BLACK, BLUE, PLUM};
use super::rows::{Names, Rows};
use super::scale::Axis;
use crate::report::{Chart, Gains, words};

const HALF: f64 = 6.0;

pub fn draw(chart: &Chart, plot: &Gains) -> Result<String, String> {
    let values = || plot.groups.iter().flat_map(|g| g.rows.iter().map(|r| r.1));
    let range = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let rows = Rows {
        groups: &plot.groups,
        range,
        tick: words::pounds,
        line: None,
        beside: Some(("£ a head", |x: &f64| signed(*x))),
        names: Names::Short,
    };
    compose(chart, rows.height(), |canvas, top| rows.draw(canvas, top, |c, axis, y, x| bar(c, axis, y, *x)))
}

fn signed(x: f64) -> String {
    if x > 0.0 { format!("+{}", words::pounds(x)) } else { words::pounds(x) }
}

fn bar(canvas: &Canvas, axis: &Axis, y: f64, value: f64) -> Painted {
    let (nought, x) = (axis.at(0.0), axis.at(value));
    let colour = if value < 0.0 { PLUM } else { BLUE };
    canvas.rect((nought.min(x), y - HALF), (nought.max(x), y + HALF), colour)?;
    canvas.line(&[(nought, y - 10.0), (nought, y + 10.0)], BLACK, 1.5)
}
