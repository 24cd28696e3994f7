//! Axes as they are drawn, and labels that keep apart: one place for all charts.

use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH};
use super::palette::{BLACK, GREY, GRID};
use super::scale::Axis;
use super::text::{TEXT, width};
use jiff::civil::Date;
use std::ops::Range;

/// Base lines of two texts, one under the other, are at least so far apart.
const LINE: f64 = 22.0;

/// Gridlines across the plane at round figures of an upright axis, each with its figure before it.
pub fn upright(
    canvas: &Canvas,
    y: &Axis,
    (left, right): (f64, f64),
    wanted: f64,
    text: impl Fn(f64) -> String,
) -> Painted {
    for tick in y.ticks(wanted) {
        canvas.line(&[(left, y.at(tick)), (right, y.at(tick))], GRID, 1.0)?;
        canvas.text((left - 10.0, y.at(tick) + 5.5), &text(tick), TEXT, Anchor::End, GREY)?;
    }
    Ok(())
}

/// Gridlines down the plane at figures of a level axis, each with its figure below it; a figure that would meet the one
/// before it is left out.
pub fn level(
    canvas: &Canvas,
    ticks: impl IntoIterator<Item = (f64, String)>,
    (top, bottom): (f64, f64),
) -> Painted {
    let mut free = f64::NEG_INFINITY;
    for (x, text) in ticks {
        canvas.line(&[(x, top), (x, bottom + 6.0)], GRID, 1.0)?;
        let half = width(&text, TEXT, false) / 2.0;
        if x - half > free {
            canvas.text((x, bottom + 26.0), &text, TEXT, Anchor::Middle, GREY)?;
            free = x + half + 8.0;
        }
    }
    Ok(())
}

/// A level and an upright axis.
#[derive(Clone, Copy)]
pub struct Plane {
    pub x: Axis,
    pub y: Axis,
}

impl Plane {
    /// Left and right end.
    pub fn ends(&self) -> (f64, f64) {
        (self.x.at(self.x.low), self.x.at(self.x.high))
    }
}

/// Quarters on a level axis of time: a quarter that is missing keeps its room.
pub struct Quarters {
    places: Vec<f64>,
    pub left: f64,
    pub right: f64,
}

impl Quarters {
    /// Quarters in the order of time by a day of each, the first at the left end and the last at the right one.
    pub fn new(days: impl Iterator<Item = Date>, (left, right): (f64, f64)) -> Quarters {
        let numbers: Vec<f64> =
            days.map(|d| f64::from(d.year()) * 4.0 + f64::from((d.month() - 1) / 3)).collect();
        let ends = numbers.first().copied().zip(numbers.last().copied()).unwrap_or_default();
        let axis = Axis::new(ends, (left, right));
        Quarters { places: numbers.into_iter().map(|n| axis.at(n)).collect(), left, right }
    }

    /// The place of the i-th.
    pub fn at(&self, i: usize) -> f64 {
        self.places[i]
    }

    /// Labels under the bottom of the plane, as many as keep apart, counted from the last; the places of those that stand
    /// there, in the order of the quarters.
    pub fn labels(&self, canvas: &Canvas, bottom: f64, labels: &[&str]) -> Result<Vec<usize>, String> {
        let widest = labels.iter().map(|l| width(l, TEXT, false)).fold(0.0, f64::max) + 20.0;
        let (mut fit, mut free) = (Vec::new(), f64::INFINITY);
        for (i, at) in self.places.iter().enumerate().rev() {
            if at + widest <= free || fit.is_empty() {
                fit.push(i);
                free = *at;
            }
        }
        fit.reverse();
        for &i in &fit {
            let at = self.at(i);
            canvas.line(&[(at, bottom), (at, bottom + 6.0)], GREY, 1.5)?;
            canvas.text((at, bottom + 28.0), labels[i], TEXT, Anchor::Middle, BLACK)?;
        }
        Ok(fit)
    }
}

/// Stretches of things that may be joined by a line, from whether each is joined to the one before.
pub fn runs(joined: &[bool]) -> Vec<Range<usize>> {
    let starts: Vec<usize> = (0..joined.len()).filter(|i| *i == 0 || !joined[*i]).collect();
    let ends = starts.iter().skip(1).copied().chain([joined.len()]);
    starts.iter().copied().zip(ends).map(|(a, b)| a..b).collect()
}

/// A dashed line between two stretches, with one sentence above the plane that says why.
pub fn breaks(canvas: &Canvas, joined: &[bool], x: &Quarters, (top, bottom): (f64, f64)) -> Painted {
    let starts: Vec<usize> = runs(joined).iter().skip(1).map(|r| r.start).collect();
    for i in &starts {
        let at = (x.at(*i) + x.at(i - 1)) / 2.0;
        canvas.dashes((at, top), (at, bottom), GREY, 1.5)?;
    }
    if !starts.is_empty() {
        let text = "Dashed: other indicators from here on, not to be compared across";
        canvas.text((WIDTH - MARGIN, top - 24.0), text, TEXT, Anchor::End, GREY)?;
    }
    Ok(())
}

/// Base lines for texts that are wanted at these heights, in their order from top to bottom: pushed down where they would
/// meet, and up again where the last would leave the plane.
pub fn apart(wanted: &[f64], bottom: f64) -> Vec<f64> {
    let mut places = wanted.to_vec();
    for i in 1..places.len() {
        places[i] = places[i].max(places[i - 1] + LINE);
    }
    let mut lowest = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(lowest);
        lowest = *place - LINE;
    }
    places
}

/// Boxes that are taken: a label that would lie on another is not written, and the table beside the chart has its name.
#[derive(Default)]
pub struct Taken(Vec<[f64; 4]>);

impl Taken {
    /// A mark with this reach: no label is written on it.
    pub fn mark(&mut self, (x, y): (f64, f64), reach: f64) {
        self.0.push([x - reach, y - reach, x + reach, y + reach]);
    }

    /// Takes the place of a mark with this reach, if it is free.
    pub fn claim(&mut self, (x, y): (f64, f64), reach: f64) -> bool {
        let [left, top, end, bottom] = [x - reach, y - reach, x + reach, y + reach];
        let free = self.0.iter().all(|b| end < b[0] || b[2] < left || bottom < b[1] || b[3] < top);
        if free {
            self.mark((x, y), reach);
        }
        free
    }

    /// Takes the box of a text whose base line begins at the point, if it is free and ends before `right`.
    pub fn take(&mut self, (x, y): (f64, f64), text: &str, right: f64) -> bool {
        let [left, top, end, bottom] = [x - 4.0, y - TEXT, x + width(text, TEXT, false) + 4.0, y + 6.0];
        let free = |b: &[f64; 4]| end < b[0] || b[2] < left || bottom < b[1] || b[3] < top;
        let fits = end <= right && self.0.iter().all(free);
        if fits {
            self.0.push([left, top, end, bottom]);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn names_that_would_meet_are_a_line_apart_and_stay_inside() {
        assert_eq!(apart(&[10.0, 12.0, 90.0], 200.0), [10.0, 32.0, 90.0]);
        assert_eq!(apart(&[190.0, 191.0, 199.0], 200.0), [156.0, 178.0, 200.0]);
        assert_eq!(apart(&[], 5.0), Vec::<f64>::new());
    }

    #[test]
    fn a_missing_quarter_keeps_its_room() {
        let days = [date(2018, 9, 30), date(2018, 12, 31), date(2019, 6, 30), date(2019, 9, 30)];
        let x = Quarters::new(days.into_iter(), (0.0, 400.0));
        assert_eq!([0, 1, 2, 3].map(|i| x.at(i)), [0.0, 100.0, 300.0, 400.0]);
    }

    #[test]
    fn a_stretch_ends_where_the_next_is_not_joined() {
        assert_eq!(runs(&[false, true, false, true, true]), [0..2, 2..5]);
        assert_eq!(runs(&[]), Vec::<Range<usize>>::new());
    }
}
