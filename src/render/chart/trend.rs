//! England quarter by quarter: the band from floor to ceiling, the estimate in it, below it how much of the framework
//! was collected, and how much of that was answered. The lines break where other indicators were collected.

use super::axes::{self, Quarters};
use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::palette::{BLUE, GREY, NAVY, PALE, PLUM};
use super::scale::{Axis, extent, whole_tens};
use super::text::TEXT;
use crate::report::{Chart, Interval, Quarter, Trend, words};

const TALL: f64 = 400.0;
/// Base lines of the two shares under the plane, each named in two lines.
const COLLECTED: f64 = 56.0;
const ANSWERED: f64 = 106.0;
const LINE: f64 = 20.0;
/// Room for the words at the ends of the lines.
const WORDS: f64 = 130.0;

pub fn draw(chart: &Chart, plot: &Trend) -> Result<String, String> {
    compose(chart, TALL + 40.0 + ANSWERED + LINE, |canvas, head| {
        let (top, bottom) = (head + 40.0, head + 40.0 + TALL);
        let all = plot.quarters.iter().flat_map(|q| [q.interval.low, q.interval.estimate, q.interval.high]);
        let all = all.flatten();
        let (low, high) = extent(all).unwrap_or_default();
        let y = Axis::new(whole_tens(low, high), (bottom, top));
        let x = Quarters::new(plot.quarters.iter().map(|q| q.day), (MARGIN + 150.0, WIDTH - MARGIN - WORDS));
        canvas.text((MARGIN, head + 16.0), "Points out of 100", TEXT, Anchor::Start, GREY)?;
        axes::upright(canvas, &y, (x.left - 30.0, x.right), 6.0, |v| format!("{v:.0}"))?;
        let joined: Vec<bool> = plot.quarters.iter().map(|q| q.joined).collect();
        axes::breaks(canvas, &joined, &x, (top, bottom))?;
        for range in axes::runs(&joined) {
            run(canvas, &plot.quarters[range.clone()], range.start, &x, &y)?;
        }
        ends(canvas, plot, &y, (x.right + 14.0, bottom))?;
        quarters(canvas, plot, &x, bottom)
    })
}

/// Quarters that score the same: band, lines and marks. `from` is the place of the first.
fn run(canvas: &Canvas, quarters: &[Quarter], from: usize, x: &Quarters, y: &Axis) -> Painted {
    let line = |pick: fn(&Interval) -> Option<f64>| -> Vec<(f64, f64)> {
        let points = quarters.iter().enumerate();
        points.filter_map(|(i, q)| Some((x.at(from + i), y.at(pick(&q.interval)?)))).collect()
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
fn ends(canvas: &Canvas, plot: &Trend, y: &Axis, (left, bottom): (f64, f64)) -> Painted {
    let Some(Quarter { interval, .. }) = plot.quarters.last() else { return Ok(()) };
    let lines = [
        ("Ceiling", interval.high, BLUE),
        ("Estimate", interval.estimate, PLUM),
        ("Floor", interval.low, NAVY),
    ];
    let told: Vec<_> = lines.into_iter().filter_map(|(name, value, ink)| Some((name, value?, ink))).collect();
    let wanted: Vec<f64> = told.iter().map(|l| y.at(l.1) + 5.5).collect();
    for ((name, value, ink), at) in told.into_iter().zip(axes::apart(&wanted, bottom)) {
        canvas.bold((left, at), &format!("{name} {}", words::score(value)), TEXT, Anchor::Start, ink)?;
    }
    Ok(())
}

/// As many labels of quarters as fit, with what was collected and answered under each.
fn quarters(canvas: &Canvas, plot: &Trend, x: &Quarters, bottom: f64) -> Painted {
    let names: Vec<&str> = plot.quarters.iter().map(|q| q.label.as_str()).collect();
    let (collected, answered) = (bottom + COLLECTED, bottom + ANSWERED);
    for (y, words) in
        [(collected, ["Collected, of", "the framework"]), (answered, ["Answered, of", "what was collected"])]
    {
        canvas.text((MARGIN, y), words[0], TEXT, Anchor::Start, GREY)?;
        canvas.text((MARGIN, y + LINE), words[1], TEXT, Anchor::Start, GREY)?;
    }
    for i in x.labels(canvas, bottom, &names)? {
        let quarter = &plot.quarters[i];
        let share = quarter.answered.map_or_else(|| words::NO_DATA.to_owned(), words::percent);
        let collected_share = words::percent(quarter.collected);
        canvas.text((x.at(i), collected), &collected_share, TEXT, Anchor::Middle, GREY)?;
        canvas.text((x.at(i), answered), &share, TEXT, Anchor::Middle, GREY)?;
    }
    Ok(())
}
