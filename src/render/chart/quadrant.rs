//! Spend against score: a cross of two intervals for each area, the medians of all, and the frontier of what others reach at
//! no more spend. Neutral blues: no end of spend is good.

use super::axes::{self, Plane, Taken};
use super::canvas::{Anchor, BETWEEN, Canvas, MARGIN, Painted, WIDTH, compose};
use super::key::Key;
use super::palette::{BLACK, BLUE, GREY, GRID, NAVY, PLUM, WHITE};
use super::scale::{Axis, extent, log_ticks, whole_tens};
use super::text::{TEXT, wrap};
use crate::report::{Chart, Quadrant, QuadrantPoint, words};
use crate::value::Corner;
use std::f64::consts::TAU;

const TALL: f64 = 560.0;
/// Where the words of the quadrants stand, and the name of the axis.
const ABOVE: f64 = 62.0;
const BELOW: f64 = 92.0;
const LINE: f64 = 23.0;
/// Radius of a mark with a number on it, and reach of a mark without.
const DISC: f64 = 12.0;
const MARK: f64 = 7.0;
/// How far a number may stand from its mark, the nearest first; in how many directions it is tried.
const AWAY: [f64; 5] = [26.0, 38.0, 52.0, 68.0, 86.0];
const DIRECTIONS: u8 = 16;

pub fn draw(chart: &Chart, plot: &Quadrant) -> Result<String, String> {
    let key = key(plot);
    let marks = Plane::new(plot, 0.0).marks(plot);
    let names = names(&marks);
    let told = if names.is_empty() { 0.0 } else { 12.0 + names.len() as f64 * LINE };
    compose(chart, key.height() + ABOVE + TALL + BELOW + told, |canvas, head| {
        key.draw(canvas, head)?;
        let top = head + key.height() + ABOVE;
        let bottom = top + TALL;
        let plane = Plane::new(plot, top);
        let (x, ends) = (plane.x, plane.ends());
        plane.frontier_band(canvas, plot)?;
        axes::upright(canvas, &plane.y, ends, 6.0, |v| format!("{v:.0}"))?;
        let ticks = log_ticks((x.low.exp(), x.high.exp())).into_iter();
        axes::level(canvas, ticks.map(|v| (x.at(v.ln()), words::pounds(v))), (top, bottom))?;
        plane.crosses(canvas, plot)?;
        plane.frontier(canvas, plot)?;
        marks.iter().try_for_each(|m| m.draw(canvas, top))?;
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

/// An area below what others reach, in a plane whose upper edge is at nought.
struct Mark<'a> {
    name: &'a str,
    centre: (f64, f64),
    /// Its number and where that stands; `None` where there is no room.
    label: Option<(usize, (f64, f64))>,
}

impl Mark<'_> {
    fn draw(&self, canvas: &Canvas, top: f64) -> Painted {
        let down = |p: (f64, f64)| (p.0, p.1 + top);
        let centre = down(self.centre);
        let Some((number, place)) = self.label else { return canvas.diamond(centre, MARK, PLUM) };
        let place = down(place);
        if place != centre {
            canvas.line(&[centre, place], PLUM, 1.2)?;
            canvas.diamond(centre, MARK - 2.0, PLUM)?;
        }
        canvas.dot(place, DISC, PLUM)?;
        canvas.bold((place.0, place.1 + 5.5), &number.to_string(), TEXT, Anchor::Middle, WHITE)
    }
}

impl Plane {
    /// With its upper edge at `top`.
    fn new(plot: &Quadrant, top: f64) -> Plane {
        let all = |of: fn(&QuadrantPoint) -> [f64; 3]| extent(plot.points.iter().flat_map(of));
        let (low, high) = all(|p| p.score).unwrap_or_default();
        let (least, most) = all(|p| p.spend).unwrap_or((1.0, 1.0));
        Plane {
            x: Axis::new(((least * 0.95).ln(), (most * 1.05).ln()), (MARGIN + 56.0, WIDTH - MARGIN)),
            y: Axis::new(whole_tens(low, high), (top + TALL, top)),
        }
    }

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

    /// Both intervals of each area; the dots of those below what others reach are drawn by [`Mark`].
    fn crosses(&self, canvas: &Canvas, plot: &Quadrant) -> Painted {
        let places = |p: &QuadrantPoint| (p.spend.map(|v| self.spend(v)), p.score.map(|v| self.y.at(v)));
        for p in plot.points.iter().filter(|p| !p.below) {
            let ([left, x, right], [bottom, y, top]) = places(p);
            cross(canvas, (left, x, right), (top, y, bottom))?;
        }
        for p in plot.points.iter().filter(|p| p.below) {
            let ([left, x, right], [bottom, y, top]) = places(p);
            canvas.line(&[(left, y), (right, y)], PLUM, 2.0)?;
            canvas.line(&[(x, top), (x, bottom)], PLUM, 2.0)?;
        }
        Ok(())
    }

    /// Those below what others reach, from left to right: a number on the mark where no other mark is near, else beside it
    /// where there is room.
    fn marks<'a>(&self, plot: &'a Quadrant) -> Vec<Mark<'a>> {
        let mut below: Vec<&QuadrantPoint> = plot.points.iter().filter(|p| p.below).collect();
        below.sort_by(|a, b| a.spend[1].total_cmp(&b.spend[1]).then_with(|| a.name.cmp(&b.name)));
        let centres: Vec<(f64, f64)> =
            below.iter().map(|p| (self.spend(p.spend[1]), self.y.at(p.score[1]))).collect();
        let near = |a: &(f64, f64), b: &(f64, f64)| {
            (a.0 - b.0).abs() <= 2.0 * DISC && (a.1 - b.1).abs() <= 2.0 * DISC
        };
        let alone: Vec<bool> =
            centres.iter().map(|c| centres.iter().filter(|other| near(c, other)).count() == 1).collect();
        let mut taken = Taken::default();
        for (centre, alone) in centres.iter().zip(&alone) {
            taken.mark(*centre, if *alone { DISC } else { MARK });
        }
        let mut number = 0;
        let mut marks = Vec::with_capacity(below.len());
        for ((p, centre), alone) in below.into_iter().zip(centres).zip(alone) {
            let place = if alone { Some(centre) } else { self.beside(centre, &mut taken) };
            let label = place.map(|place| {
                number += 1;
                (number, place)
            });
            marks.push(Mark { name: &p.name, centre, label });
        }
        marks
    }

    /// The nearest free place for a number that cannot stand on its mark.
    fn beside(&self, (x, y): (f64, f64), taken: &mut Taken) -> Option<(f64, f64)> {
        let around = (0..DIRECTIONS).map(|k| f64::from(k) / f64::from(DIRECTIONS) * TAU);
        let mut places = AWAY
            .iter()
            .flat_map(|far| around.clone().map(move |turn| (x + far * turn.cos(), y + far * turn.sin())));
        let inside = |p: &(f64, f64)| {
            let across = self.ends().0 + DISC..=self.ends().1 - DISC;
            let down = self.y.at(self.y.high) + DISC..=self.y.at(self.y.low) - DISC;
            across.contains(&p.0) && down.contains(&p.1)
        };
        places.find(|p| inside(p) && taken.claim(*p, DISC))
    }

    fn medians(&self, canvas: &Canvas, plot: &Quadrant, (top, bottom): (f64, f64)) -> Painted {
        let (left, right) = self.ends();
        let (x, y) = (self.spend(plot.medians.0), self.y.at(plot.medians.1));
        canvas.dashes((x, top), (x, bottom), GREY, 2.0)?;
        canvas.dashes((left, y), (right, y), GREY, 2.0)?;
        canvas.text((MARGIN, top - 40.0), "Score, points out of 100", TEXT, Anchor::Start, GREY)?;
        let open = plot.points.iter().filter(|p| p.quadrant.is_none()).count();
        let unsure = format!("Cannot tell, an interval holds a median: {open} of {}", plot.points.len());
        canvas.bold((WIDTH - MARGIN, top - 40.0), &unsure, TEXT, Anchor::End, BLACK)?;
        let (less, more) = ((left + x) / 2.0, (x + right) / 2.0);
        for corner in Corner::ALL {
            let at = match corner {
                Corner::LessHigher => (less, top - 10.0),
                Corner::MoreHigher => (more, top - 10.0),
                Corner::LessLower => (less, bottom + 56.0),
                Corner::MoreLower => (more, bottom + 56.0),
            };
            let count = plot.points.iter().filter(|p| p.quadrant == Some(corner)).count();
            let text = format!("{}: {count}", words::capital(corner.words()));
            canvas.bold(at, &text, TEXT, Anchor::Middle, BLACK)?;
        }
        let name = "GP IT spend per registered patient (logarithmic axis)";
        canvas.text(((left + right) / 2.0, bottom + 84.0), name, TEXT, Anchor::Middle, GREY)
    }
}

/// What the numbers mean, as lines of text, and who has none.
fn names(marks: &[Mark<'_>]) -> Vec<String> {
    let numbered = marks.iter().filter_map(|m| Some(format!("{} {}", m.label?.0, m.name)));
    let plain: Vec<&str> = marks.iter().filter(|m| m.label.is_none()).map(|m| m.name).collect();
    let mut text = match numbered.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => return Vec::new(),
        all => format!("Below what others reach, from left to right: {all}."),
    };
    if !plain.is_empty() {
        text.push_str(&format!(" A diamond without a number, for want of room: {}.", plain.join(", ")));
    }
    wrap(&text, TEXT, false, BETWEEN)
}
