//! A score over time between its process limits (XmR): ordinary points as dots, signals as triangles that point up or down,
//! in one neutral colour, since a signal says that something changed and not that it is good.

use super::axes::{self, Quarters};
use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::key::Key;
use super::palette::{BLACK, GREY, NAVY, ORANGE};
use super::scale::{Axis, extent, step};
use super::text::TEXT;
use crate::report::{Chart, Process, words};

const TALL: f64 = 320.0;
/// Room for the words at the ends of the lines.
const WORDS: f64 = 170.0;

/// Radius of the mark of a point that cannot be judged.
const RING: f64 = 6.0;

pub fn draw(chart: &Chart, plot: &Process) -> Result<String, String> {
    let key = key(plot);
    compose(chart, key.height() + TALL + 96.0, |canvas, head| {
        key.draw(canvas, head)?;
        let top = head + key.height() + 46.0;
        let bottom = top + TALL;
        let y = Axis::new(range(plot), (bottom, top));
        let x = Quarters::new(plot.points.iter().map(|p| p.day), (MARGIN + 70.0, WIDTH - MARGIN - WORDS));
        canvas.text((MARGIN, top - 24.0), "Points out of 100", TEXT, Anchor::Start, GREY)?;
        let figure = |v: f64| if y.high - y.low < 6.0 { words::score(v) } else { format!("{v:.0}") };
        axes::upright(canvas, &y, (x.left - 20.0, x.right + 20.0), 6.0, figure)?;
        let joined: Vec<bool> = plot.points.iter().map(|p| p.joined).collect();
        axes::breaks(canvas, &joined, &x, (top, bottom))?;
        for range in axes::runs(&joined) {
            let points: Vec<(f64, f64)> =
                range.clone().map(|i| (x.at(i), y.at(plot.points[i].value))).collect();
            let ends = (x.at(range.start) - 20.0, x.at(range.end - 1) + 20.0);
            if let Some([mean, low, high]) = plot.points[range.start].limits {
                canvas.line(&[(ends.0, y.at(mean)), (ends.1, y.at(mean))], GREY, 1.5)?;
                for limit in [low, high] {
                    canvas.dashes((ends.0, y.at(limit)), (ends.1, y.at(limit)), GREY, 2.0)?;
                }
            }
            if points.len() > 1 {
                canvas.line(&points, NAVY, 2.0)?;
            }
            for (p, point) in points.iter().zip(&plot.points[range]) {
                match (&point.signal, point.limits) {
                    (Some(signal), _) => triangle(canvas, *p, signal.up)?,
                    (None, Some(_)) => canvas.dot(*p, 5.5, NAVY)?,
                    (None, None) => canvas.ring(*p, RING, NAVY)?,
                }
            }
        }
        ends(canvas, plot, &y, (x.right + 32.0, bottom))?;
        let labels: Vec<&str> = plot.points.iter().map(|p| p.label.as_str()).collect();
        x.labels(canvas, bottom, &labels).map(drop)
    })
}

/// All points and limits, widened to whole steps.
fn range(plot: &Process) -> (f64, f64) {
    let all = plot.points.iter().flat_map(|p| p.limits.into_iter().flatten().chain([p.value]));
    let (low, high) = extent(all).unwrap_or_default();
    let wide = step(((high - low) / 6.0).max(0.1));
    ((low / wide).floor() * wide, (high / wide).ceil() * wide)
}

fn key(plot: &Process) -> Key<'static> {
    let mut key = Key::default();
    key.add(14.0, "usual noise", |c, (from, to), y| c.dot(((from + to) / 2.0, y), 5.5, NAVY));
    if plot.points.iter().any(|p| p.limits.is_none()) {
        key.add(14.0, "too few quarters to judge", |c, (from, to), y| {
            c.ring(((from + to) / 2.0, y), RING, NAVY)
        });
    }
    key.add(18.0, "signal, above or rising", |c, (from, to), y| triangle(c, ((from + to) / 2.0, y), true));
    key.add(18.0, "signal, below or falling", |c, (from, to), y| triangle(c, ((from + to) / 2.0, y), false));
    key.add(44.0, "mean", |c, (from, to), y| c.line(&[(from, y), (to, y)], GREY, 1.5));
    key.add(44.0, "process limits", |c, (from, to), y| c.dashes((from, y), (to, y), GREY, 2.0));
    key
}

fn triangle(canvas: &Canvas, (x, y): (f64, f64), up: bool) -> Painted {
    let by = if up { 9.0 } else { -9.0 };
    let corners = [(x, y - by), (x + 9.0, y + 0.7 * by), (x - 9.0, y + 0.7 * by), (x, y - by)];
    canvas.area(&corners, ORANGE)?;
    canvas.line(&[&corners[..], &corners[1..2]].concat(), BLACK, 1.5)
}

/// What the lines of the last stretch are, at its right end.
fn ends(canvas: &Canvas, plot: &Process, y: &Axis, (left, bottom): (f64, f64)) -> Painted {
    let Some([mean, low, high]) = plot.points.last().and_then(|p| p.limits) else { return Ok(()) };
    let told = [("Upper limit", high), ("Mean", mean), ("Lower limit", low)];
    let wanted = told.map(|t| y.at(t.1) + 5.5);
    for ((name, value), at) in told.into_iter().zip(axes::apart(&wanted, bottom)) {
        canvas.text((left, at), &format!("{name} {}", words::score(value)), TEXT, Anchor::Start, GREY)?;
    }
    Ok(())
}
