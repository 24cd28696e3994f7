//! Areas by tier, each with its bounds, its 95 % interval and its range of places.

use super::canvas::{Canvas, Painted, compose};
use super::key::Key;
use super::palette::{BLUE, GREY, NAVY};
use super::rows::{Names, Rows};
use super::scale::{Axis, extent, whole_tens};
use crate::report::{Caterpillar, Chart, Standing, words};

pub fn draw(chart: &Chart, plot: &Caterpillar) -> Result<String, String> {
    let all: Vec<&Standing> = plot.groups.iter().flat_map(|g| g.rows.iter().map(|r| &r.1)).collect();
    let places = all.iter().any(|s| s.rank_range.is_some());
    let rows = Rows {
        groups: &plot.groups,
        range: range(&all, plot.england),
        tick: |x| format!("{x:.0}"),
        line: plot.england.map(|score| (format!("England's mean {}", words::score(score)), score)),
        beside: places.then_some(("Rank range", place)),
        names: Names::Short,
    };
    let key = key(&all);
    compose(chart, key.height() + rows.height(), |canvas, top| {
        key.draw(canvas, top)?;
        rows.draw(canvas, top + key.height(), mark)
    })
}

fn place(standing: &Standing) -> String {
    standing
        .rank_range
        .map_or_else(|| words::NO_DATA.to_owned(), |(best, worst)| format!("{best} to {worst}"))
}

/// Every score, bound and interval, widened to whole tens.
pub fn range(all: &[&Standing], england: Option<f64>) -> (f64, f64) {
    let of = |s: &&Standing| {
        [s.bounds.low, s.bounds.estimate, s.bounds.high, s.spread.map(|s| s.0), s.spread.map(|s| s.1)]
    };
    let values = all.iter().flat_map(of).chain([england]).flatten();
    let (low, high) = extent(values).unwrap_or_default();
    whole_tens(low, high)
}

fn key(all: &[&Standing]) -> Key<'static> {
    let mut key = Key::default();
    key.add(12.0, "score: the floor, missing answers count as not met", |c, (left, _), y| {
        c.dot((left + 6.0, y), 4.0, NAVY)
    });
    if all.iter().any(|s| s.spread.is_some()) {
        key.add(60.0, "95% interval", |c, (from, to), y| whisker(c, (from, to), y));
    }
    key.add(60.0, "floor to ceiling, missing answers count as met", |c, (from, to), y| {
        open(c, (from, to), y)
    });
    key.add(14.0, "estimate: missing answers left out, mandatory ones not met", |c, (left, _), y| {
        c.diamond((left + 7.0, y), 5.5, NAVY)
    });
    key
}

/// An outlined bar from floor to ceiling.
pub fn open(canvas: &Canvas, (from, to): (f64, f64), y: f64) -> Painted {
    canvas.frame((from, y - 5.0), (to, y + 5.0), GREY, 1.2)
}

/// A line with ends, in one stroke: a league has hundreds.
pub fn whisker(canvas: &Canvas, (from, to): (f64, f64), y: f64) -> Painted {
    // higher than the dot that stands on it: the ends are seen even where the interval is no wider than the dot
    let (above, below) = (y - 8.0, y + 8.0);
    canvas.line(&[(from, above), (from, below), (from, y), (to, y), (to, above), (to, below)], BLUE, 2.5)
}

/// The bar where answers are missing, the interval where one was simulated, the estimate, and on top of all the score.
fn mark(canvas: &Canvas, axis: &Axis, y: f64, standing: &Standing) -> Painted {
    let bounds = &standing.bounds;
    let Some(low) = bounds.low else { return Ok(()) };
    let high = bounds.high.unwrap_or(low);
    let missing = axis.at(high) - axis.at(low) > 1.0;
    if missing {
        open(canvas, (axis.at(low), axis.at(high)), y)?;
    }
    if let Some((from, to)) = standing.spread {
        whisker(canvas, (axis.at(from), axis.at(to)), y)?;
    }
    if let Some(estimate) = bounds.estimate.filter(|_| missing) {
        canvas.diamond((axis.at(estimate), y), 5.0, NAVY)?;
    }
    canvas.dot((axis.at(low), y), 4.0, NAVY)
}
