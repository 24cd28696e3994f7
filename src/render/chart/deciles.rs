//! Tenths of all areas over time, the median thick, and one line over them.

use super::axes::{self, Quarters};
use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::key::Key;
use super::palette::{BLUE, GREY, PALE, PLUM, WHITE};
use super::scale::{Axis, extent, whole_tens};
use super::text::{TEXT, fit_name};
use crate::report::{Chart, Deciles, words};

const TALL: f64 = 380.0;
/// Room for the words at the ends of the lines.
const WORDS: f64 = 200.0;
const MEDIAN: usize = 4;

/// Radius of the mark of the area on show.
const RING: f64 = 7.0;

pub fn draw(chart: &Chart, plot: &Deciles) -> Result<String, String> {
    let key = key(plot);
    compose(chart, key.height() + TALL + 96.0, |canvas, head| {
        key.draw(canvas, head)?;
        let top = head + key.height() + 46.0;
        let bottom = top + TALL;
        let all = plot.quarters.iter().flat_map(|q| q.tenths.into_iter().flatten().chain(q.value));
        let (low, high) = extent(all).unwrap_or_default();
        let y = Axis::new(whole_tens(low, high), (bottom, top));
        let x = Quarters::new(plot.quarters.iter().map(|q| q.day), (MARGIN + 70.0, WIDTH - MARGIN - WORDS));
        canvas.text((MARGIN, top - 24.0), "Points out of 100", TEXT, Anchor::Start, GREY)?;
        axes::upright(canvas, &y, (x.left - 20.0, x.right), 6.0, |v| format!("{v:.0}"))?;
        let joined: Vec<bool> = plot.quarters.iter().map(|q| q.joined).collect();
        axes::breaks(canvas, &joined, &x, (top, bottom))?;
        let runs = axes::runs(&joined);
        for range in &runs {
            tenths(canvas, plot, range.clone(), (&x, &y))?;
        }
        for range in runs {
            own(canvas, plot, range, (&x, &y))?;
        }
        ends(canvas, plot, &y, (x.right + 16.0, bottom))?;
        let labels: Vec<&str> = plot.quarters.iter().map(|q| q.label.as_str()).collect();
        x.labels(canvas, bottom, &labels).map(drop)
    })
}

fn key(plot: &Deciles) -> Key<'_> {
    let mut key = Key::default();
    key.add(44.0, plot.name.clone(), |c, (from, to), y| {
        c.line(&[(from, y), (to, y)], PLUM, 4.0)?;
        c.ring(((from + to) / 2.0, y), RING, PLUM)
    });
    key.add(44.0, "median", |c, (from, to), y| c.line(&[(from, y), (to, y)], BLUE, 3.5));
    key.add(44.0, "the other tenths, 10th to 90th percentile", |c, (from, to), y| {
        c.dashes((from, y), (to, y), BLUE, 1.5)
    });
    key
}

/// The nine lines of a stretch on a pale ground; a stretch of one quarter has ticks in place of lines.
fn tenths(
    canvas: &Canvas,
    plot: &Deciles,
    range: std::ops::Range<usize>,
    (x, y): (&Quarters, &Axis),
) -> Painted {
    let told: Vec<(f64, [f64; 9])> =
        range.filter_map(|i| Some((x.at(i), plot.quarters[i].tenths?))).collect();
    if let [(at, tenths)] = told.as_slice() {
        return tenths.iter().enumerate().try_for_each(|(k, v)| {
            let thick = if k == MEDIAN { 3.5 } else { 1.5 };
            canvas.line(&[(at - 10.0, y.at(*v)), (at + 10.0, y.at(*v))], BLUE, thick)
        });
    }
    let line =
        |k: usize| -> Vec<(f64, f64)> { told.iter().map(|(at, tenths)| (*at, y.at(tenths[k]))).collect() };
    let band: Vec<_> = line(8).into_iter().chain(line(0).into_iter().rev()).collect();
    canvas.area(&band, PALE)?;
    for k in 0..9 {
        let points = line(k);
        if k == MEDIAN {
            canvas.line(&points, BLUE, 3.5)?;
        } else {
            points.windows(2).try_for_each(|w| canvas.dashes(w[0], w[1], BLUE, 1.5))?;
        }
    }
    Ok(())
}

/// The line of the unit itself, over all others; quarters without a score leave a gap.
fn own(
    canvas: &Canvas,
    plot: &Deciles,
    range: std::ops::Range<usize>,
    (x, y): (&Quarters, &Axis),
) -> Painted {
    let at = |i: usize| Some((x.at(i), y.at(plot.quarters[i].value?)));
    for i in range.clone().skip(1) {
        if let (Some(from), Some(to)) = (at(i - 1), at(i)) {
            canvas.line(&[from, to], WHITE, 8.0)?;
            canvas.line(&[from, to], PLUM, 4.0)?;
        }
    }
    range.filter_map(at).try_for_each(|p| canvas.ring(p, RING, PLUM))
}

/// What the lines are, at the right end.
fn ends(canvas: &Canvas, plot: &Deciles, y: &Axis, (left, bottom): (f64, f64)) -> Painted {
    let Some(last) = plot.quarters.last() else { return Ok(()) };
    let mut told = Vec::new();
    if let Some(tenths) = last.tenths {
        for (k, name) in [(0, "10th"), (MEDIAN, "Median"), (8, "90th")] {
            told.push((tenths[k], format!("{name} {}", words::score(tenths[k])), BLUE));
        }
    }
    if let Some(value) = last.value {
        let figure = format!(" {}", words::score(value));
        let name = fit_name(&plot.name, TEXT, WORDS - 74.0);
        told.push((value, format!("{name}{figure}"), PLUM));
    }
    told.sort_by(|a, b| b.0.total_cmp(&a.0));
    let wanted: Vec<f64> = told.iter().map(|t| y.at(t.0) + 5.5).collect();
    for ((_, text, ink), at) in told.iter().zip(axes::apart(&wanted, bottom)) {
        canvas.bold((left, at), text, TEXT, Anchor::Start, *ink)?;
    }
    Ok(())
}
