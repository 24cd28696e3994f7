//! Score against list size: squares that count practices, the median of each band, England's mean.

use super::canvas::{Anchor, Canvas, MARGIN, Painted, TEXT, WIDTH, compose, width};
use super::palette::{BLACK, BLUE, GREY, GRID, NAVY, ORANGE, PLUM, WHITE};
use super::scale::{Axis, whole_tens};
use crate::report::{Chart, ListSize, words};

const TALL: f64 = 560.0;
const PATIENTS: [i64; 13] =
    [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000];
/// Smallest side of a square that can be seen.
const SMALLEST: f64 = 3.0;

pub fn draw(chart: &Chart, plot: &ListSize) -> Result<String, String> {
    compose(chart, TALL + 170.0, |canvas, head| {
        let (top, bottom) = (head + 104.0, head + 104.0 + TALL);
        let edges = |f: fn(f64, f64) -> f64, start: f64, pick: fn(&crate::report::Cell) -> f64| {
            plot.cells.iter().map(pick).fold(start, f)
        };
        let low = edges(f64::min, plot.patients.0, |c| c.patients.0);
        let high = edges(f64::max, plot.patients.1, |c| c.patients.1);
        let x = Axis::new((low.log10(), high.log10()), (MARGIN + 56.0, WIDTH - MARGIN));
        let floors = (edges(f64::min, 100.0, |c| c.score.0), edges(f64::max, 0.0, |c| c.score.1));
        let y = Axis::new(whole_tens(floors.0, floors.1), (bottom, top));
        let most = plot.cells.iter().map(|c| c.practices).max().unwrap_or(1);
        let full = plot.cells.first().map_or(8.0, |c| {
            let wide = x.at(c.patients.1.log10()) - x.at(c.patients.0.log10());
            wide.min(y.at(c.score.0) - y.at(c.score.1))
        });
        let side = |n: u32| (full * (f64::from(n) / f64::from(most)).sqrt()).max(SMALLEST);
        axes(canvas, &x, &y, (top, bottom))?;
        key(canvas, head + 4.0, most, side)?;
        for cell in &plot.cells {
            let centre_x = (x.at(cell.patients.0.log10()) + x.at(cell.patients.1.log10())) / 2.0;
            let centre_y = (y.at(cell.score.0) + y.at(cell.score.1)) / 2.0;
            let half = side(cell.practices) / 2.0;
            canvas.rect((centre_x - half, centre_y - half), (centre_x + half, centre_y + half), BLUE)?;
        }
        if let Some(score) = plot.england {
            let (left, right, at) = (x.at(x.low), x.at(x.high), y.at(score));
            canvas.line(&[(left, at), (right, at)], WHITE, 6.0)?;
            canvas.dashes((left, at), (right, at), PLUM, 2.5)?;
        }
        medians(canvas, plot, &x, &y, top)
    })
}

fn axes(canvas: &Canvas, x: &Axis, y: &Axis, (top, bottom): (f64, f64)) -> Painted {
    let (left, right) = (x.at(x.low), x.at(x.high));
    for tick in y.ticks(8.0) {
        canvas.line(&[(left, y.at(tick)), (right, y.at(tick))], GRID, 1.0)?;
        canvas.text((left - 10.0, y.at(tick) + 5.5), &format!("{tick:.0}"), TEXT, Anchor::End, GREY)?;
    }
    canvas.line(&[(left, bottom), (right, bottom)], GREY, 1.5)?;
    for patients in PATIENTS {
        #[allow(clippy::cast_precision_loss)]
        let log = (patients as f64).log10();
        if (x.low..=x.high).contains(&log) {
            canvas.line(&[(x.at(log), top), (x.at(log), bottom + 6.0)], GRID, 1.0)?;
            canvas.text((x.at(log), bottom + 26.0), &words::count(patients), TEXT, Anchor::Middle, GREY)?;
        }
    }
    let name = "Registered patients (logarithmic axis)";
    canvas.text(((left + right) / 2.0, bottom + 52.0), name, TEXT, Anchor::Middle, GREY)
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
fn medians(canvas: &Canvas, plot: &ListSize, x: &Axis, y: &Axis, top: f64) -> Painted {
    let heading = "Median in each band of list size (orange steps):";
    canvas.bold((MARGIN, top - 46.0), heading, TEXT, Anchor::Start, BLACK)?;
    if let Some(score) = plot.england {
        let text = format!("Dashed line: England, weighted by list: {}", words::score(score));
        canvas.bold((WIDTH - MARGIN, top - 46.0), &text, TEXT, Anchor::End, PLUM)?;
    }
    for band in &plot.bands {
        let Some([_, median, _]) = band.quartiles else { continue };
        #[allow(clippy::cast_precision_loss)]
        let log = |n: i64| (n.max(1) as f64).log10().clamp(x.low, x.high);
        let (left, right) = (x.at(log(band.from)), band.to.map_or(x.at(x.high), |to| x.at(log(to))));
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
