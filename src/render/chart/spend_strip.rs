//! £ per head of more areas than have room as named rows: a thin bar for each in the order of the table, the highest on the
//! left, with the ends and the quarters of the way named. What cannot be compared stands apart, as outlines.

use super::axes;
use super::canvas::{Anchor, BETWEEN, Canvas, MARGIN, Painted, WIDTH, compose};
use super::key::Key;
use super::palette::{BLACK, BLUE, GREY, WHITE};
use super::scale::{Axis, extent};
use super::text::{TEXT, fit_name};
use crate::report::{Chart, Spend, SpendRow, words};

const TALL: f64 = 420.0;
/// Room for the names above the bars, and below for the names of the two parts.
const ABOVE: f64 = 96.0;
const BELOW: f64 = 40.0;
/// Bars that are named: the ends, and those at each quarter of the way.
const NAMED: usize = 5;
/// Between the two parts.
const GAP: f64 = 40.0;

pub fn draw(chart: &Chart, plot: &Spend) -> Result<String, String> {
    let drawn = plot.rows.iter().filter(|r| !r.refused && r.registered.is_some());
    let (fair, apart): (Vec<&SpendRow>, Vec<&SpendRow>) = drawn.partition(|r| r.caveat.is_none());
    let key = key(!apart.is_empty());
    compose(chart, key.height() + ABOVE + TALL + BELOW, |canvas, head| {
        key.draw(canvas, head)?;
        let top = head + key.height() + ABOVE;
        let bottom = top + TALL;
        let values = fair.iter().chain(&apart).filter_map(|r| r.registered);
        let ends = extent(values.chain([0.0])).unwrap_or_default();
        let y = Axis::new(ends, (bottom, top));
        let (left, right) = (MARGIN + 70.0, WIDTH - MARGIN);
        axes::upright(canvas, &y, (left, right), 6.0, words::pounds)?;
        let gap = if fair.is_empty() || apart.is_empty() { 0.0 } else { GAP };
        let wide = (right - left - gap) / (fair.len() + apart.len()).max(1) as f64;
        let edge = left + wide * fair.len() as f64;
        for (i, row) in fair.iter().enumerate() {
            let (from, to) = ends_of(left + wide * i as f64, wide, &y, row);
            canvas.rect(from, to, BLUE)?;
        }
        for (i, row) in apart.iter().enumerate() {
            let (from, to) = ends_of(edge + gap + wide * i as f64, wide, &y, row);
            canvas.rect(from, to, WHITE)?;
            canvas.frame(from, to, GREY, 1.0)?;
        }
        canvas.line(&[(left, y.at(0.0)), (right, y.at(0.0))], BLACK, 1.5)?;
        names(canvas, &fair, |i| left + wide * (i as f64 + 0.5), &y, top)?;
        let below = bottom + 26.0;
        let told = format!("{} can be compared", fair.len());
        canvas.text((left, below), &told, TEXT, Anchor::Start, GREY)?;
        let without = plot.rows.len() - fair.len() - apart.len();
        let rest = [(apart.len(), "not to be compared"), (without, "refused or without a figure, not drawn")];
        let rest: Vec<String> =
            rest.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
        if rest.is_empty() {
            return Ok(());
        }
        let rest = format!("{}: reasons in the table", rest.join(", "));
        canvas.text((right, below), &rest, TEXT, Anchor::End, GREY)
    })
}

/// Corners of a bar from nought, with a thin gap to the next.
fn ends_of(left: f64, wide: f64, y: &Axis, row: &SpendRow) -> ((f64, f64), (f64, f64)) {
    let (nought, value) = (y.at(0.0), y.at(row.registered.unwrap_or_default()));
    ((left, nought.min(value)), (left + wide * 0.8, nought.max(value)))
}

/// The place, name and figure of a few, each joined to its bar.
fn names(canvas: &Canvas, fair: &[&SpendRow], x: impl Fn(usize) -> f64, y: &Axis, top: f64) -> Painted {
    let places: Vec<usize> = match fair.len() {
        0 => return Ok(()),
        n if n < NAMED => vec![0],
        n => (0..NAMED).map(|k| (k * (n - 1) + (NAMED - 1) / 2) / (NAMED - 1)).collect(),
    };
    let room = BETWEEN / NAMED as f64;
    for (k, i) in places.into_iter().enumerate() {
        let row = fair[i];
        let at = MARGIN + room * k as f64;
        let value = row.registered.unwrap_or_default();
        let place = format!("{} of {}: {}", i + 1, fair.len(), words::pounds(value));
        canvas.bold((at, top - 62.0), &place, TEXT, Anchor::Start, BLACK)?;
        let name = fit_name(&row.name, TEXT, room - 16.0);
        canvas.text((at, top - 40.0), &name, TEXT, Anchor::Start, BLACK)?;
        canvas.line(&[(at + 4.0, top - 30.0), (x(i), top - 8.0), (x(i), y.at(value))], GREY, 1.0)?;
    }
    Ok(())
}

fn key(apart: bool) -> Key<'static> {
    let mut key = Key::default();
    key.add(12.0, "£ per registered patient, the highest on the left", |c, (from, to), y| {
        c.rect((from, y - 9.0), (to, y + 9.0), BLUE)
    });
    if apart {
        key.add(12.0, "not to be compared", |c, (from, to), y| {
            c.frame((from, y - 9.0), (to, y + 9.0), GREY, 1.0)
        });
    }
    key
}
