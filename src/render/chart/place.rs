//! One area among all others: floors as a line of steps, an interval for each, the area itself thick and named.

use super::axes;
use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::caterpillar::range;
use super::palette::{BLACK, BLUE, GREY, NAVY, PALE, PLUM, WHITE};
use super::scale::Axis;
use super::text::{TEXT, width};
use crate::report::{Chart, Place, Standing, words};

const TALL: f64 = 300.0;
/// Room for the words above and below the plane.
const ABOVE: f64 = 58.0;
const BELOW: f64 = 34.0;

pub fn draw(chart: &Chart, plot: &Place) -> Result<String, String> {
    compose(chart, ABOVE + TALL + BELOW, |canvas, head| {
        let (top, bottom) = (head + ABOVE, head + ABOVE + TALL);
        let all: Vec<&Standing> = plot.rows.iter().collect();
        let y = Axis::new(range(&all, plot.england), (bottom, top));
        let x = Axis::new((0.0, plot.rows.len() as f64), (MARGIN + 50.0, WIDTH - MARGIN));
        tiers(canvas, plot, &x, (top, bottom))?;
        axes::upright(canvas, &y, (x.at(x.low), x.at(x.high)), 5.0, |v| format!("{v:.0}"))?;
        let mut steps = Vec::with_capacity(plot.rows.len() * 2);
        for (i, row) in plot.rows.iter().enumerate() {
            let Some(low) = row.bounds.low else { continue };
            let (from, to) = (x.at(i as f64), x.at(i as f64 + 1.0));
            steps.extend([(from, y.at(low)), (to, y.at(low))]);
            if let Some((least, most)) = reach(row).filter(|_| i != plot.shown) {
                let middle = (from + to) / 2.0;
                canvas.line(&[(middle, y.at(least)), (middle, y.at(most))], BLUE, 1.5)?;
            }
        }
        canvas.line(&steps, NAVY, 2.0)?;
        if let Some(score) = plot.england {
            canvas.dashes((x.at(x.low), y.at(score)), (x.at(x.high), y.at(score)), PLUM, 2.0)?;
        }
        shown(canvas, plot, &x, &y, top)?;
        let england =
            plot.england.map_or_else(String::new, |s| format!("Dashed: England's mean {}", words::score(s)));
        canvas.text((WIDTH - MARGIN, bottom + 24.0), &england, TEXT, Anchor::End, PLUM)?;
        let reaches =
            if plot.rows.iter().any(|r| r.spread.is_some()) { "95% intervals" } else { "floor to ceiling" };
        let words = format!("Line of steps: floors. Upright lines: {reaches}");
        canvas.text((MARGIN + 50.0, bottom + 24.0), &words, TEXT, Anchor::Start, GREY)
    })
}

/// The interval, or where there is none the bounds.
fn reach(row: &Standing) -> Option<(f64, f64)> {
    row.spread.or(row.bounds.low.zip(row.bounds.high))
}

/// Every other tier on a pale ground, named where its name fits.
fn tiers(canvas: &Canvas, plot: &Place, x: &Axis, (top, bottom): (f64, f64)) -> Painted {
    let mut done = 0.0;
    for (k, (tier, n)) in plot.tiers.iter().enumerate() {
        let (from, to) = (x.at(done), x.at(done + *n as f64));
        if k % 2 == 0 {
            canvas.rect((from, top), (to, bottom), PALE)?;
        }
        let names = [format!("Tier {tier}"), tier.clone()];
        if let Some(name) = names.iter().find(|name| width(name, TEXT, false) + 6.0 < to - from) {
            canvas.text(((from + to) / 2.0, top - 6.0), name, TEXT, Anchor::Middle, GREY)?;
        }
        let after = done + *n as f64;
        done = after;
    }
    Ok(())
}

/// The area of the page, over all others.
fn shown(canvas: &Canvas, plot: &Place, x: &Axis, y: &Axis, top: f64) -> Painted {
    let Some(row) = plot.rows.get(plot.shown) else { return Ok(()) };
    let Some(low) = row.bounds.low else { return Ok(()) };
    let at = x.at(plot.shown as f64 + 0.5);
    if let Some((least, most)) = reach(row) {
        canvas.line(&[(at, y.at(least)), (at, y.at(most))], WHITE, 9.0)?;
        canvas.line(&[(at, y.at(least)), (at, y.at(most))], PLUM, 5.0)?;
        for end in [least, most] {
            canvas.line(&[(at - 8.0, y.at(end)), (at + 8.0, y.at(end))], PLUM, 3.0)?;
        }
    }
    canvas.dot((at, y.at(low)), 8.0, PLUM)?;
    canvas.dot((at, y.at(low)), 4.0, WHITE)?;
    let name = format!("{}: {}", plot.name, words::score(low));
    let half = width(&name, TEXT, true) / 2.0;
    let centre = at.clamp(MARGIN + half, (WIDTH - MARGIN - half).max(MARGIN + half));
    canvas.area(&[(at - 6.0, top - 28.0), (at + 6.0, top - 28.0), (at, top - 20.0)], PLUM)?;
    canvas.bold((centre, top - 34.0), &name, TEXT, Anchor::Middle, BLACK)
}
