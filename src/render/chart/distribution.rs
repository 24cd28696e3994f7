//! How many practices stand at each step of the score.

use super::axes;
use super::canvas::{Anchor, MARGIN, WIDTH, compose};
use super::palette::{BLACK, BLUE, GREY, PLUM, WHITE};
use super::scale::Axis;
use super::text::{TEXT, width};
use crate::report::{Chart, Distribution, words};

const TALL: f64 = 400.0;

pub fn draw(chart: &Chart, plot: &Distribution) -> Result<String, String> {
    compose(chart, TALL + 110.0, |canvas, head| {
        let (top, bottom) = (head + 52.0, head + 52.0 + TALL);
        let most = plot.bins.iter().map(|b| b.1).max().unwrap_or(0);
        // Empty steps at either end say nothing.
        let full = |b: &&(f64, u32)| b.1 > 0;
        let low = plot.bins.iter().find(full).map_or(0.0, |b| b.0);
        let high = plot.bins.iter().rev().find(full).map_or(100.0, |b| b.0 + plot.width);
        let x = Axis::new(
            ((low - plot.width).max(0.0), (high + plot.width).min(100.0)),
            (MARGIN + 70.0, WIDTH - MARGIN),
        );
        let y = Axis::new((0.0, f64::from(most.max(1))), (bottom, top));
        canvas.text((MARGIN, head + 16.0), "Number of practices", TEXT, Anchor::Start, GREY)?;
        axes::upright(canvas, &y, (x.at(x.low), x.at(x.high)), 5.0, |n| words::count(n as i64))?;
        for (from, n) in plot.bins.iter().filter(full) {
            let (left, right) = (x.at(*from) + 2.0, x.at(from + plot.width) - 2.0);
            canvas.rect((left, y.at(f64::from(*n))), (right, bottom), BLUE)?;
            let at = ((left + right) / 2.0, y.at(f64::from(*n)) - 7.0);
            canvas.text(at, &words::count(i64::from(*n)), TEXT, Anchor::Middle, BLACK)?;
        }
        canvas.line(&[(x.at(x.low), bottom), (x.at(x.high), bottom)], GREY, 1.5)?;
        for (from, _) in plot.bins.iter().filter(|b| b.0 >= x.low && b.0 <= x.high) {
            canvas.text((x.at(*from), bottom + 24.0), &format!("{from:.0}"), TEXT, Anchor::Middle, GREY)?;
        }
        if x.high >= 100.0 {
            canvas.text((x.at(100.0), bottom + 24.0), "100", TEXT, Anchor::End, GREY)?;
        }
        let name = "Floor of the score, points out of 100";
        canvas.text(((x.at(x.low) + x.at(x.high)) / 2.0, bottom + 50.0), name, TEXT, Anchor::Middle, GREY)?;
        if let Some(score) = plot.england {
            let at = x.at(score);
            canvas.line(&[(at, top - 24.0), (at, bottom)], WHITE, 6.0)?;
            canvas.dashes((at, top - 24.0), (at, bottom), PLUM, 2.5)?;
            let text = format!("England, weighted by list: {}", words::score(score));
            let room = width(&text, TEXT, true) / 2.0;
            let centre = at.clamp(MARGIN + room, WIDTH - MARGIN - room);
            canvas.bold((centre, top - 30.0), &text, TEXT, Anchor::Middle, PLUM)?;
        }
        Ok(())
    })
}
