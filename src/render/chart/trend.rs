//! England quarter by quarter: the band from floor to ceiling, the estimate in it, below it how much of the framework
//! was collected and answered. The lines break where other indicators were collected.

use super::canvas::{Anchor, Canvas, MARGIN, Painted, TEXT, WIDTH, compose, width};
use super::palette::{BLACK, BLUE, GREY, GRID, NAVY, PALE, PLUM};
use super::scale::{Axis, whole_tens};
use crate::report::{Chart, Interval, Quarter, Trend, words};

const TALL: f64 = 400.0;
/// Room for the words at the ends of the lines.
const WORDS: f64 = 130.0;

pub fn draw(chart: &Chart, plot: &Trend) -> Result<String, String> {
    compose(chart, TALL + 120.0, |canvas, head| {
        let (top, bottom) = (head + 40.0, head + 40.0 + TALL);
        let all = plot.quarters.iter().flat_map(|q| [q.interval.low, q.interval.estimate, q.interval.high]);
        let all = all.flatten();
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let y = Axis::new(whole_tens(low, high), (bottom, top));
        #[allow(clippy::cast_precision_loss)]
        let last = (plot.quarters.len() - 1) as f64;
        let x = Axis::new((0.0, last), (MARGIN + 150.0, WIDTH - MARGIN - WORDS));
        canvas.text((MARGIN, head + 16.0), "Points out of 100", TEXT, Anchor::Start, GREY)?;
        for tick in y.ticks(6.0) {
            canvas.line(&[(x.at(0.0) - 30.0, y.at(tick)), (x.at(last), y.at(tick))], GRID, 1.0)?;
            let place = (x.at(0.0) - 40.0, y.at(tick) + 5.5);
            canvas.text(place, &format!("{tick:.0}"), TEXT, Anchor::End, GREY)?;
        }
        breaks(canvas, plot, &x, (top, bottom))?;
        let mut from = 0;
        while from < plot.quarters.len() {
            let rest = plot.quarters[from + 1..].iter().take_while(|q| q.joined).count();
            run(canvas, &plot.quarters[from..=from + rest], from, &x, &y)?;
            from += rest + 1;
        }
        ends(canvas, plot, &y, x.at(last) + 14.0)?;
        quarters(canvas, plot, &x, bottom)
    })
}

/// A dashed line wherever other indicators were collected from then on.
fn breaks(canvas: &Canvas, plot: &Trend, x: &Axis, (top, bottom): (f64, f64)) -> Painted {
    let mut any = false;
    for (i, _) in plot.quarters.iter().enumerate().skip(1).filter(|(_, q)| !q.joined) {
        #[allow(clippy::cast_precision_loss)]
        let at = x.at(i as f64 - 0.5);
        canvas.dashes((at, top), (at, bottom), GREY, 1.5)?;
        any = true;
    }
    if any {
        let text = "Dashed: other indicators from here on, not to be compared across";
        canvas.text((WIDTH - MARGIN, top - 24.0), text, TEXT, Anchor::End, GREY)?;
    }
    Ok(())
}

/// Quarters that score the same: band, lines and marks. `from` is the place of the first.
fn run(canvas: &Canvas, quarters: &[Quarter], from: usize, x: &Axis, y: &Axis) -> Painted {
    let line = |pick: fn(&Interval) -> Option<f64>| -> Vec<(f64, f64)> {
        let points = quarters.iter().enumerate();
        #[allow(clippy::cast_precision_loss)]
        points.filter_map(|(i, q)| Some((x.at((from + i) as f64), y.at(pick(&q.interval)?)))).collect()
    };
    let (floor, estimate, ceiling) = (line(|i| i.low), line(|i| i.estimate), line(|i| i.high));
    if quarters.len() > 1 {
        let band: Vec<_> = ceiling.iter().chain(floor.iter().rev()).copied().collect();
        canvas.area(&band, PALE)?;
        canvas.line(&ceiling, BLUE, 2.5)?;
        canvas.line(&estimate, PLUM, 2.5)?;
        canvas.line(&floor, NAVY, 3.5)?;
    } else if let (Some(low), Some(high)) = (floor.first(), ceiling.first()) {
        canvas.line(&[*low, *high], BLUE, 2.5)?;
    }
    for p in &ceiling {
        canvas.line(&[(p.0 - 6.0, p.1), (p.0 + 6.0, p.1)], BLUE, 4.0)?;
    }
    for p in &estimate {
        canvas.diamond(*p, 6.0, PLUM)?;
    }
    for p in &floor {
        canvas.dot(*p, 5.5, NAVY)?;
    }
    Ok(())
}

/// The words at the right end, pushed apart where the lines meet.
fn ends(canvas: &Canvas, plot: &Trend, y: &Axis, left: f64) -> Painted {
    let Some(Quarter { interval, .. }) = plot.quarters.last() else { return Ok(()) };
    let lines = [
        ("Ceiling", interval.high, BLUE),
        ("Estimate", interval.estimate, PLUM),
        ("Floor", interval.low, NAVY),
    ];
    let mut lowest = f64::NEG_INFINITY;
    for (name, value, colour) in lines {
        let Some(value) = value else { continue };
        let at = (y.at(value) + 5.5).max(lowest + 22.0);
        canvas.bold((left, at), &format!("{name} {}", words::score(value)), TEXT, Anchor::Start, colour)?;
        lowest = at;
    }
    Ok(())
}

/// As many labels of quarters as fit, counted from the last, with the share asked and answered under each.
fn quarters(canvas: &Canvas, plot: &Trend, x: &Axis, bottom: f64) -> Painted {
    let widest = plot.quarters.iter().map(|q| width(&q.label, TEXT, false)).fold(0.0, f64::max) + 20.0;
    let pitch = x.at(1.0) - x.at(0.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let every = (widest / pitch).ceil().max(1.0) as usize;
    canvas.text((MARGIN, bottom + 54.0), "Answered", TEXT, Anchor::Start, GREY)?;
    for (i, quarter) in plot.quarters.iter().enumerate() {
        if !(plot.quarters.len() - 1 - i).is_multiple_of(every) {
            continue;
        }
        #[allow(clippy::cast_precision_loss)]
        let at = x.at(i as f64);
        canvas.line(&[(at, bottom), (at, bottom + 6.0)], GREY, 1.5)?;
        canvas.text((at, bottom + 28.0), &quarter.label, TEXT, Anchor::Middle, BLACK)?;
        let share = quarter.answered.map_or_else(|| words::NO_DATA.to_owned(), words::percent);
        canvas.text((at, bottom + 54.0), &share, TEXT, Anchor::Middle, GREY)?;
    }
    Ok(())
}
