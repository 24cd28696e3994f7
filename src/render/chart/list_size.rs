//! Score against list size: squares that count practices, the median of each band, England's mean.

use super::axes;
use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::palette::{BLACK, BLUE, GREY, NAVY, ORANGE, PLUM, WHITE};
use super::scale::{Axis, log_ticks, whole_tens};
use super::text::{TEXT, width};
use crate::report::{Chart, ListSize, words};

const TALL: f64 = 560.0;
/// Smallest side of a square that can be seen.
const SMALLEST: f64 = 3.0;
/// Room for the practices before the start of the axis.
const BEFORE: f64 = 96.0;

pub fn draw(chart: &Chart, plot: &ListSize) -> Result<String, String> {
    compose(chart, TALL + 170.0, |canvas, head| {
        let (top, bottom) = (head + 104.0, head + 104.0 + TALL);
        let x = X::new(plot);
        let floors = plot
            .cells
            .iter()
            .fold((100.0_f64, 0.0_f64), |(low, high), c| (low.min(c.score.0), high.max(c.score.1)));
        let y = Axis::new(whole_tens(floors.0, floors.1), (bottom, top));
        let most = plot.cells.iter().map(|c| c.practices).max().unwrap_or(1);
        let full = plot.cells.iter().find(|c| c.patients.0 > 0.0).map_or(SMALLEST, |c| {
            let wide = x.at(c.patients.1) - x.at(c.patients.0);
            wide.min(y.at(c.score.0) - y.at(c.score.1)) - 1.0
        });
        let side = |n: u32| (full * (f64::from(n) / f64::from(most)).sqrt()).max(SMALLEST);
        axes(canvas, plot, &x, &y, (top, bottom))?;
        key(canvas, head + 4.0, most, side)?;
        for cell in &plot.cells {
            let centre_x = (x.at(cell.patients.0) + x.at(cell.patients.1)) / 2.0;
            let centre_y = (y.at(cell.score.0) + y.at(cell.score.1)) / 2.0;
            let half = side(cell.practices) / 2.0;
            canvas.rect((centre_x - half, centre_y - half), (centre_x + half, centre_y + half), BLUE)?;
        }
        if let Some(score) = plot.england {
            let at = y.at(score);
            canvas.line(&[(x.left, at), (x.right(), at)], WHITE, 6.0)?;
            canvas.dashes((x.left, at), (x.right(), at), PLUM, 2.5)?;
        }
        medians(canvas, plot, &x, &y, top)
    })
}

/// The axis of list sizes: logarithmic from the start, all that is smaller in one column before it.
struct X {
    log: Axis,
    left: f64,
}

impl X {
    fn new(plot: &ListSize) -> X {
        let (start, left) = (plot.start as f64, MARGIN + 56.0);
        let high = plot.cells.iter().map(|c| c.patients.1).fold(plot.largest as f64, f64::max);
        let before = if plot.cells.iter().any(|c| c.patients.0 < start) { BEFORE } else { 0.0 };
        X { log: Axis::new((start.log10(), high.log10()), (left + before, WIDTH - MARGIN)), left }
    }

    fn at(&self, patients: f64) -> f64 {
        if patients.log10() < self.log.low - 1e-9 { self.left } else { self.log.at(patients.log10()) }
    }

    fn right(&self) -> f64 {
        self.log.at(self.log.high)
    }
}

fn axes(canvas: &Canvas, plot: &ListSize, x: &X, y: &Axis, (top, bottom): (f64, f64)) -> Painted {
    axes::upright(canvas, y, (x.left, x.right()), 8.0, |v| format!("{v:.0}"))?;
    canvas.line(&[(x.left, bottom), (x.right(), bottom)], GREY, 1.5)?;
    let start = x.log.at(x.log.low);
    if start > x.left {
        canvas.line(&[(start, top), (start, bottom + 6.0)], GREY, 1.5)?;
        let label = format!("under {}", words::count(plot.start));
        canvas.text(((x.left + start) / 2.0, bottom + 26.0), &label, TEXT, Anchor::Middle, GREY)?;
    }
    // the line at the start has its word already: `under 1,000`
    let named = |patients: f64| start > x.left && patients <= plot.start as f64;
    let ends = (10f64.powf(x.log.low), 10f64.powf(x.log.high));
    let ticks = log_ticks(ends).into_iter().filter(|n| !named(*n));
    axes::level(canvas, ticks.map(|n| (x.log.at(n.log10()), words::whole(n))), (top, bottom))?;
    let name = "Registered patients (logarithmic axis)";
    canvas.text(((x.left + x.right()) / 2.0, bottom + 52.0), name, TEXT, Anchor::Middle, GREY)
}

/// The size of the squares in words.
fn key(canvas: &Canvas, y: f64, most: u32, side: impl Fn(u32) -> f64) -> Painted {
    let text = "Floor of the score. Practices in a square:";
    canvas.text((MARGIN, y + 16.0), text, TEXT, Anchor::Start, GREY)?;
    let mut left = MARGIN + width(text, TEXT, false) + 20.0;
    let mut sizes = vec![1, most.div_ceil(4), most];
    sizes.dedup();
    for n in sizes {
        let half = side(n) / 2.0;
        canvas.rect((left, y + 11.0 - half), (left + 2.0 * half, y + 11.0 + half), BLUE)?;
        let label = words::count(i64::from(n));
        canvas.text((left + 2.0 * half + 6.0, y + 16.0), &label, TEXT, Anchor::Start, BLACK)?;
        left += 2.0 * half + 6.0 + width(&label, TEXT, false) + 24.0;
    }
    Ok(())
}

/// A step at the median of each band of list size, its figure above the plot.
fn medians(canvas: &Canvas, plot: &ListSize, x: &X, y: &Axis, top: f64) -> Painted {
    let heading = "Median in each band of list size (orange steps):";
    canvas.bold((MARGIN, top - 46.0), heading, TEXT, Anchor::Start, BLACK)?;
    if let Some(score) = plot.england {
        let text = format!("Dashed line: England, weighted by list: {}", words::score(score));
        canvas.bold((WIDTH - MARGIN, top - 46.0), &text, TEXT, Anchor::End, PLUM)?;
    }
    for band in &plot.bands {
        let Some([_, median, _]) = band.quartiles else { continue };
        let edge = |n: i64| x.at(n as f64).min(x.right());
        let (left, right) = (edge(band.from), band.to.map_or(x.right(), edge));
        canvas.line(&[(left, y.at(median)), (right, y.at(median))], WHITE, 8.0)?;
        canvas.line(&[(left, y.at(median)), (right, y.at(median))], ORANGE, 4.5)?;
        canvas.line(&[(left, top - 22.0), (left, top)], NAVY, 1.0)?;
        let label = words::score(median);
        if width(&label, TEXT, true) < right - left {
            canvas.bold(((left + right) / 2.0, top - 8.0), &label, TEXT, Anchor::Middle, BLACK)?;
        }
    }
    Ok(())
}
