//! Spend against score: a cross of two intervals for each area, the medians of all, and the frontier of what others reach at
//! no more spend. Neutral blues: no end of spend is good.

use super::axes::{self, Taken};
use super::canvas::{Anchor, BETWEEN, Canvas, MARGIN, Painted, WIDTH, compose};
use super::key::Key;
use super::palette::{BLACK, BLUE, GREY, GRID, NAVY, PLUM, WHITE};
use super::scale::{Axis, log_ticks, whole_tens};
use super::text::{TEXT, wrap};
use crate::report::{Chart, Quadrant, QuadrantPoint, words};

const TALL: f64 = 560.0;
/// Where the words of the quadrants stand, and the name of the axis.
const ABOVE: f64 = 62.0;
const BELOW: f64 = 92.0;
const LINE: f64 = 23.0;
/// Radius of a mark with a number on it.
const DISC: f64 = 12.0;

pub fn draw(chart: &Chart, plot: &Quadrant) -> Result<String, String> {
    let key = key(plot);
    let names = names(plot);
    #[allow(clippy::cast_precision_loss)]
    let told = if names.is_empty() { 0.0 } else { 12.0 + names.len() as f64 * LINE };
    compose(chart, key.height() + ABOVE + TALL + BELOW + told, |canvas, head| {
        key.draw(canvas, head)?;
        let top = head + key.height() + ABOVE;
        let bottom = top + TALL;
        let fold = |of: &dyn Fn(&QuadrantPoint) -> [f64; 3]| {
            let all = plot.points.iter().flat_map(of);
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
        };
        let (low, high) = fold(&|p| p.score);
        let y = Axis::new(whole_tens(low, high), (bottom, top));
        let (least, most) = fold(&|p| p.spend);
        let ends = (least * 0.95, most * 1.05);
        let x = Axis::new((ends.0.ln(), ends.1.ln()), (MARGIN + 56.0, WIDTH - MARGIN));
        let plane = Plane { x, y };
        plane.frontier_band(canvas, plot)?;
        axes::upright(canvas, &plane.y, (x.at(x.low), x.at(x.high)), 6.0, |v| format!("{v:.0}"))?;
        let ticks = log_ticks(ends).into_iter().map(|v| (x.at(v.ln()), words::pounds(v)));
        axes::level(canvas, ticks, (top, bottom))?;
        plane.points(canvas, plot)?;
        plane.frontier(canvas, plot)?;
        plane.medians(canvas, plot, (top, bottom))?;
        let mut y = bottom + BELOW + 26.0;
        for line in &names {
            canvas.text((MARGIN, y), line, TEXT, Anchor::Start, BLACK)?;
            y += LINE;
        }
        Ok(())
    })
}

fn key(plot: &Quadrant) -> Key<'static> {
    let mut key = Key::default();
    key.add(40.0, "an area with both 95% intervals", |c, (from, to), y| {
        let x = (from + to) / 2.0;
        cross(c, (from, x, to), (y - 10.0, y, y + 10.0))
    });
    if plot.points.iter().any(|p| p.below) {
        key.add(18.0, "below what others reach, with its number in the list", |c, (from, to), y| {
            c.dot(((from + to) / 2.0, y), DISC, PLUM)
        });
    }
    if plot.points.iter().any(|p| p.frontier.is_some()) {
        key.add(44.0, "frontier: what others reach at no more spend, with its 95% interval", |c, ends, y| {
            c.rect((ends.0, y - 9.0), (ends.1, y + 9.0), GRID)?;
            c.line(&[(ends.0, y), (ends.1, y)], NAVY, 3.0)
        });
    }
    key.add(44.0, "medians", |c, (from, to), y| c.dashes((from, y), (to, y), GREY, 2.0));
    key
}

fn cross(canvas: &Canvas, (left, x, right): (f64, f64, f64), (top, y, bottom): (f64, f64, f64)) -> Painted {
    canvas.line(&[(left, y), (right, y)], BLUE, 1.2)?;
    canvas.line(&[(x, top), (x, bottom)], BLUE, 1.2)?;
    canvas.dot((x, y), 4.0, NAVY)
}

struct Plane {
    x: Axis,
    y: Axis,
}

impl Plane {
    fn spend(&self, pounds: f64) -> f64 {
        self.x.at(pounds.ln())
    }

    /// The frontier by spend: lower end, itself, upper end.
    fn steps(&self, plot: &Quadrant) -> Vec<(f64, [f64; 3])> {
        let mut told: Vec<_> = plot.points.iter().filter_map(|p| Some((p.spend[1], p.frontier?))).collect();
        told.sort_by(|a, b| a.0.total_cmp(&b.0));
        told.into_iter().map(|(s, f)| (self.spend(s), f.map(|v| self.y.at(v)))).collect()
    }

    fn frontier_band(&self, canvas: &Canvas, plot: &Quadrant) -> Painted {
        let steps = self.steps(plot);
        if steps.len() < 2 {
            return Ok(());
        }
        let upper = steps.iter().map(|(x, f)| (*x, f[2]));
        let lower = steps.iter().rev().map(|(x, f)| (*x, f[0]));
        let band: Vec<_> = upper.chain(lower).collect();
        canvas.area(&band, GRID)
    }

    fn frontier(&self, canvas: &Canvas, plot: &Quadrant) -> Painted {
        let line: Vec<_> = self.steps(plot).iter().map(|(x, f)| (*x, f[1])).collect();
        if line.len() < 2 {
            return Ok(());
        }
        canvas.line(&line, WHITE, 6.0)?;
        canvas.line(&line, NAVY, 3.0)
    }

    fn points(&self, canvas: &Canvas, plot: &Quadrant) -> Painted {
        for p in plot.points.iter().filter(|p| !p.below) {
            let [left, x, right] = p.spend.map(|v| self.spend(v));
            let [bottom, y, top] = p.score.map(|v| self.y.at(v));
            cross(canvas, (left, x, right), (top, y, bottom))?;
        }
        let mut told = Vec::new();
        for p in plot.points.iter().filter(|p| p.below) {
            let [left, x, right] = p.spend.map(|v| self.spend(v));
            let [bottom, y, top] = p.score.map(|v| self.y.at(v));
            canvas.line(&[(left, y), (right, y)], PLUM, 2.0)?;
            canvas.line(&[(x, top), (x, bottom)], PLUM, 2.0)?;
            told.push((x, y));
        }
        // marks without a number lie under those with one
        let mut taken = Taken::default();
        let (numbered, plain): (Vec<_>, Vec<_>) =
            told.into_iter().enumerate().partition(|(_, p)| taken.claim(*p, DISC));
        plain.iter().try_for_each(|(_, p)| canvas.diamond(*p, 8.0, PLUM))?;
        for (k, (x, y)) in numbered {
            canvas.dot((x, y), DISC, PLUM)?;
            canvas.bold((x, y + 5.5), &(k + 1).to_string(), TEXT, Anchor::Middle, WHITE)?;
        }
        Ok(())
    }

    fn medians(&self, canvas: &Canvas, plot: &Quadrant, (top, bottom): (f64, f64)) -> Painted {
        let (left, right) = (self.x.at(self.x.low), self.x.at(self.x.high));
        let (x, y) = (self.spend(plot.medians.0), self.y.at(plot.medians.1));
        canvas.dashes((x, top), (x, bottom), GREY, 2.0)?;
        canvas.dashes((left, y), (right, y), GREY, 2.0)?;
        canvas.text((MARGIN, top - 40.0), "Score, points out of 100", TEXT, Anchor::Start, GREY)?;
        let (less, more) = ((left + x) / 2.0, (x + right) / 2.0);
        for (at, word) in [(less, "Spends less"), (more, "Spends more")] {
            for (y, score) in [(top - 10.0, "scores higher"), (bottom + 56.0, "scores lower")] {
                let count = count(plot, &format!("{}, {score}", words::lower_first(word)));
                canvas.bold((at, y), &format!("{word}, {score}: {count}"), TEXT, Anchor::Middle, BLACK)?;
            }
        }
        let name = "GP IT spend per registered patient (logarithmic axis)";
        canvas.text(((left + right) / 2.0, bottom + 84.0), name, TEXT, Anchor::Middle, GREY)
    }
}

/// What the numbers on the marks mean, as lines of text.
fn names(plot: &Quadrant) -> Vec<String> {
    let below: Vec<String> = plot
        .points
        .iter()
        .filter(|p| p.below)
        .enumerate()
        .map(|(k, p)| format!("{} {}", k + 1, p.name))
        .collect();
    if below.is_empty() {
        return Vec::new();
    }
    wrap(
        &format!("Below what others reach (a diamond where the number has no room): {}", below.join(", ")),
        TEXT,
        false,
        BETWEEN,
    )
}

fn count(plot: &Quadrant, quadrant: &str) -> usize {
    plot.points.iter().filter(|p| p.quadrant.as_deref() == Some(quadrant)).count()
}
