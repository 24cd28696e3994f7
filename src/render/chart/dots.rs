//! Several figures of a unit on one axis, told apart by shape and joined by a line.

use super::canvas::{Canvas, Painted, compose};
use super::key::Key;
use super::palette::{BLUE, GREY, NAVY, PLUM};
use super::rows::{Names, Rows};
use super::scale::{Axis, extent, whole_tens};
use crate::report::{Chart, Dots, Unit, words};

pub fn draw(chart: &Chart, plot: &Dots) -> Result<String, String> {
    let values =
        || plot.groups.iter().flat_map(|g| g.rows.iter().flat_map(|r| r.1.iter().flatten().copied()));
    let (lowest, highest) = extent(values()).unwrap_or_default();
    // shares are of indicators, whose names are sentences
    let (range, tick, names): (_, fn(f64) -> String, _) = match plot.unit {
        Unit::Points => (whole_tens(lowest, highest), |x| format!("{x:.0}"), Names::Short),
        Unit::Share => ((0.0, (highest * 20.0).ceil() / 20.0), words::percent, Names::Wrapped),
    };
    let rows = Rows { groups: &plot.groups, range, tick, line: None, beside: None, names };
    let mut key = Key::default();
    for (k, words) in plot.marks.iter().enumerate() {
        key.add(16.0, words, move |c, (from, to), y| shape(c, ((from + to) / 2.0, y), k));
    }
    compose(chart, key.height() + rows.height(), |canvas, top| {
        key.draw(canvas, top)?;
        rows.draw(canvas, top + key.height(), |c, axis, y, row| mark(c, axis, y, row))
    })
}

fn mark(canvas: &Canvas, axis: &Axis, y: f64, figures: &[Option<f64>]) -> Painted {
    let known = || figures.iter().enumerate().filter_map(|(k, x)| Some((k, axis.at((*x)?))));
    if let Some((low, high)) = extent(known().map(|(_, x)| x)).filter(|(low, high)| high > low) {
        canvas.line(&[(low, y), (high, y)], GREY, 1.5)?;
    }
    known().try_for_each(|(k, x)| shape(canvas, (x, y), k))
}

/// Dot, diamond, upright bar.
fn shape(canvas: &Canvas, (x, y): (f64, f64), kind: usize) -> Painted {
    match kind {
        0 => canvas.dot((x, y), 5.0, NAVY),
        1 => canvas.diamond((x, y), 6.0, BLUE),
        _ => canvas.rect((x - 2.0, y - 8.0), (x + 2.0, y + 8.0), PLUM),
    }
}
