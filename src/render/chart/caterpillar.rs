//! Units in the order of their floors, each a line from floor to ceiling; in two columns when there are many.

use super::canvas::{Anchor, Canvas, MARGIN, Painted, TEXT, WIDTH, compose, fit_name, width};
use super::palette::{BLACK, BLUE, GREY, GRID, NAVY, PALE, PLUM};
use super::scale::{Axis, whole_tens};
use crate::report::{Caterpillar, Chart, Interval, words};

const PITCH: f64 = 20.0;
const MANY: usize = 50;
const GAP: f64 = 48.0;
/// Key above, axis above and below.
const KEY: f64 = 40.0;
const AXIS: f64 = 52.0;

pub fn draw(chart: &Chart, plot: &Caterpillar) -> Result<String, String> {
    let columns = if plot.rows.len() > MANY { 2 } else { 1 };
    let deep = plot.rows.len().div_ceil(columns);
    #[allow(clippy::cast_precision_loss)]
    let tall = deep as f64 * PITCH;
    compose(chart, KEY + AXIS + tall + 34.0, |canvas, top| {
        key(canvas, top + 20.0)?;
        let each = (WIDTH - 2.0 * MARGIN - if columns == 2 { GAP } else { 0.0 })
            / if columns == 2 { 2.0 } else { 1.0 };
        let range = range(plot);
        let mut left = MARGIN;
        for rows in plot.rows.chunks(deep.max(1)) {
            column(canvas, rows, plot.england, range, (left, each), (top + KEY + AXIS, tall))?;
            left += each + GAP;
        }
        Ok(())
    })
}

/// What the marks mean, once, in words beside the marks.
fn key(canvas: &Canvas, y: f64) -> Painted {
    let sample = Interval { low: Some(0.0), estimate: Some(0.55), high: Some(1.0) };
    let axis = Axis::new((0.0, 1.0), (MARGIN + 6.0, MARGIN + 130.0));
    mark(canvas, &axis, y, &sample)?;
    let words = "from floor (dot: missing answers count as not met) over estimate (diamond) to ceiling (bar: as met); a dot alone: \
         nothing is missing";
    canvas.text((MARGIN + 146.0, y + 6.0), words, TEXT, Anchor::Start, BLACK)
}

fn range(plot: &Caterpillar) -> (f64, f64) {
    let of = |i: &Interval| [i.low, i.estimate, i.high];
    let values = plot.rows.iter().flat_map(|r| of(&r.1)).chain([plot.england]).flatten();
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    whole_tens(low, high)
}

fn column(
    canvas: &Canvas,
    rows: &[(String, Interval)],
    england: Option<f64>,
    range: (f64, f64),
    (left, wide): (f64, f64),
    (top, tall): (f64, f64),
) -> Painted {
    let names = rows.iter().map(|r| width(&r.0, TEXT, false)).fold(0.0, f64::max).min(wide * 0.58);
    let axis = Axis::new(range, (left + names + 14.0, left + wide - 16.0));
    #[allow(clippy::cast_precision_loss)]
    let bottom = top + (rows.len() as f64 * PITCH).min(tall);
    // Stripes lead the eye from a name to its line.
    let mut y = top;
    while y < bottom {
        canvas.rect((left, y), (left + wide, y + PITCH), PALE)?;
        y += 2.0 * PITCH;
    }
    for tick in axis.ticks(5.0) {
        let x = axis.at(tick);
        canvas.line(&[(x, top), (x, bottom)], GRID, 1.0)?;
        for y in [top - 8.0, bottom + 20.0] {
            canvas.text((x, y), &format!("{tick:.0}"), TEXT, Anchor::Middle, GREY)?;
        }
    }
    if let Some(score) = england {
        let x = axis.at(score);
        canvas.dashes((x, top), (x, bottom), PLUM, 2.0)?;
        let text = format!("England floor {}", words::score(score));
        let half = width(&text, TEXT, true) / 2.0;
        let centre = x.clamp(left + half, left + wide - half);
        canvas.bold((centre, top - 30.0), &text, TEXT, Anchor::Middle, PLUM)?;
    }
    let mut y = top + PITCH / 2.0;
    for (name, interval) in rows {
        canvas.text((left, y + 5.5), &fit_name(name, TEXT, names), TEXT, Anchor::Start, BLACK)?;
        mark(canvas, &axis, y, interval)?;
        y += PITCH;
    }
    Ok(())
}

/// Dot at the floor, diamond at the estimate, bar at the ceiling, a line through all; where nothing is missing they
/// are one, and the dot says it.
fn mark(canvas: &Canvas, axis: &Axis, y: f64, interval: &Interval) -> Painted {
    let Some(low) = interval.low else { return Ok(()) };
    let high = interval.high.unwrap_or(low);
    if axis.at(high) - axis.at(low) > 1.0 {
        canvas.line(&[(axis.at(low), y), (axis.at(high), y)], BLUE, 3.0)?;
        canvas.line(&[(axis.at(high), y - 5.5), (axis.at(high), y + 5.5)], BLUE, 3.0)?;
        if let Some(estimate) = interval.estimate {
            canvas.diamond((axis.at(estimate), y), 5.5, NAVY)?;
        }
    }
    canvas.dot((axis.at(low), y), 5.0, NAVY)
}
