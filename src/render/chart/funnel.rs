//! A proportion by the size of its unit between the limits that chance and usual differences allow. Squares count the units
//! inside; who lies beyond is drawn one by one, named where there is room.

use super::axes::{self, Plane, Taken};
use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::key::Key;
use super::palette::{BLACK, BLUE, Colour, GREY, NAVY, ORANGE, PLUM};
use super::scale::{Axis, log_ticks};
use super::text::TEXT;
use crate::report::{Chart, Funnel, FunnelFlag, FunnelLimits, words};

const TALL: f64 = 520.0;
/// Smallest and largest side of a square.
const SIDES: (f64, f64) = (3.0, 12.0);
/// Most names that are written beside their marks.
const NAMED: usize = 40;

pub fn draw(chart: &Chart, plot: &Funnel) -> Result<String, String> {
    let most = plot.cells.iter().map(|c| c.practices).max().unwrap_or(1);
    let key = key(plot, most);
    compose(chart, key.height() + TALL + 116.0, |canvas, head| {
        key.draw(canvas, head)?;
        let top = head + key.height() + 46.0;
        let bottom = top + TALL;
        let sizes = (plot.start, plot.cells.iter().map(|c| c.patients.1).fold(plot.largest, f64::max));
        let x = Axis::new((sizes.0.log10(), sizes.1.log10()), (MARGIN + 70.0, WIDTH - MARGIN));
        let y = Axis::new(range(plot), (bottom, top));
        let plane = Plane { x, y };
        let (left, right) = plane.ends();
        axes::upright(canvas, &plane.y, (left, right), 8.0, words::percent)?;
        let ticks = log_ticks(sizes).into_iter().map(|n| (x.at(n.log10()), words::whole(n)));
        axes::level(canvas, ticks, (top, bottom))?;
        plane.cells(canvas, plot, most)?;
        plane.limits(canvas, plot)?;
        plane.flags(canvas, plot)?;
        let target = format!("All {}", words::percent(plot.target));
        canvas.bold((WIDTH - MARGIN, top - 20.0), &target, TEXT, Anchor::End, PLUM)?;
        canvas.text((MARGIN, top - 20.0), "Share", TEXT, Anchor::Start, GREY)?;
        let name = "Registered patients (logarithmic axis)";
        canvas.text(((left + right) / 2.0, bottom + 56.0), name, TEXT, Anchor::Middle, GREY)
    })
}

/// From nought to a whole tenth above every unit.
fn range(plot: &Funnel) -> (f64, f64) {
    let cells = plot.cells.iter().map(|c| c.score.1);
    let top = cells.chain(plot.flagged.iter().map(|f| f.value)).chain([plot.target]).fold(0.0, f64::max);
    (0.0, ((top * 10.0).ceil() / 10.0).min(1.0))
}

fn side(n: u32, most: u32) -> f64 {
    (SIDES.1 * (f64::from(n) / f64::from(most)).sqrt()).max(SIDES.0)
}

fn key(plot: &Funnel, most: u32) -> Key<'_> {
    let mut key = Key::default();
    let (wide, words) = if most > 1 {
        (46.0, format!("{}, 1 or {most} in a square", plot.units))
    } else {
        (12.0, plot.units.clone())
    };
    key.add(wide, words, move |c, (from, _), y| {
        square(c, (from + 6.0, y), side(1, most))?;
        if most > 1 { square(c, (from + 32.0, y), side(most, most)) } else { Ok(()) }
    });
    if !plot.flagged.is_empty() {
        key.add(18.0, "beyond the 99.8% limits", |c, (from, to), y| {
            c.diamond(((from + to) / 2.0, y), 7.0, PLUM)
        });
    }
    key.add(44.0, "99.8% limits", |c, (from, to), y| c.line(&[(from, y), (to, y)], NAVY, 2.5));
    key.add(44.0, "95% limits", |c, (from, to), y| c.dashes((from, y), (to, y), NAVY, 2.0));
    key.add(44.0, "99.8%, were there chance alone", |c, (from, to), y| {
        c.line(&[(from, y), (to, y)], ORANGE, 2.0)
    });
    key
}

fn square(canvas: &Canvas, (x, y): (f64, f64), side: f64) -> Painted {
    let half = side / 2.0;
    canvas.rect((x - half, y - half), (x + half, y + half), BLUE)
}

impl Plane {
    fn cells(&self, canvas: &Canvas, plot: &Funnel, most: u32) -> Painted {
        plot.cells.iter().try_for_each(|c| {
            let x = (c.patients.0 * c.patients.1).sqrt().log10();
            let y = (c.score.0 + c.score.1) / 2.0;
            square(canvas, (self.x.at(x), self.y.at(y)), side(c.practices, most))
        })
    }

    fn limits(&self, canvas: &Canvas, plot: &Funnel) -> Painted {
        let (target, (left, right)) = (self.y.at(plot.target), self.ends());
        canvas.line(&[(left, target), (right, target)], PLUM, 2.0)?;
        let line = |of: &dyn Fn(&FunnelLimits) -> f64| -> Vec<(f64, f64)> {
            let inside = plot.limits.iter().filter(|l| l.size >= plot.start && of(l) <= self.y.high);
            inside.map(|l| (self.x.at(l.size.log10()), self.y.at(of(l)))).collect()
        };
        let solid = |points: Vec<(f64, f64)>, ink: Colour, thick: f64| {
            if points.len() > 1 { canvas.line(&points, ink, thick) } else { Ok(()) }
        };
        solid(line(&|l| l.chance.0), ORANGE, 2.0)?;
        solid(line(&|l| l.chance.1), ORANGE, 2.0)?;
        for points in [line(&|l| l.inner.0), line(&|l| l.inner.1)] {
            points.windows(2).step_by(2).try_for_each(|w| canvas.line(w, NAVY, 2.0))?;
        }
        solid(line(&|l| l.outer.0), NAVY, 2.5)?;
        solid(line(&|l| l.outer.1), NAVY, 2.5)
    }

    fn flags(&self, canvas: &Canvas, plot: &Funnel) -> Painted {
        let at = |f: &FunnelFlag| (self.x.at(f.size.log10()), self.y.at(f.value));
        plot.flagged.iter().try_for_each(|f| canvas.diamond(at(f), 7.0, PLUM))?;
        let mut taken = Taken::default();
        plot.flagged.iter().for_each(|f| taken.mark(at(f), 8.0));
        for flag in plot.flagged.iter().take(NAMED) {
            let (x, y) = at(flag);
            let place = (x + 14.0, y + 5.5);
            if !self.on_limit(plot, flag) && taken.take(place, &flag.name, WIDTH - MARGIN) {
                canvas.text(place, &flag.name, TEXT, Anchor::Start, BLACK)?;
            }
        }
        Ok(())
    }

    /// Whether a name beside the unit would be crossed by a limit.
    fn on_limit(&self, plot: &Funnel, flag: &FunnelFlag) -> bool {
        let near = plot.limits.iter().rfind(|l| l.size <= flag.size);
        let y = self.y.at(flag.value);
        near.is_some_and(|l| [l.outer.0, l.outer.1].iter().any(|limit| (self.y.at(*limit) - y).abs() < 16.0))
    }
}
