//! Named rows on one axis, under the bands of their groups; in two columns when there are many.

use super::canvas::{Anchor, BETWEEN, Canvas, MARGIN, Painted};
use super::palette::{BLACK, GREY, GRID, NAVY, PALE, PLUM, WHITE};
use super::scale::Axis;
use super::text::{TEXT, fit, fit_name, width, wrap};
use crate::report::Group;
use std::borrow::Cow;

pub const PITCH: f64 = 20.0;
const MANY: usize = 50;
const GAP: f64 = 48.0;
/// Width of one of two columns.
const HALF: f64 = (BETWEEN - GAP) / 2.0;
/// Height of the band of a group.
const BAND: f64 = 26.0;
/// The axis above the rows, the words of a line above it, and the axis below.
const ABOVE: f64 = 30.0;
const LINE: f64 = 22.0;
const BELOW: f64 = 34.0;

/// What stands in the rows and beside them.
pub struct Rows<'a, T> {
    pub groups: &'a [Group<T>],
    /// Ends of the axis.
    pub range: (f64, f64),
    pub tick: fn(f64) -> String,
    /// A dashed line across all rows, with its words.
    pub line: Option<(String, f64)>,
    /// Heading and text of a column at the right end.
    pub beside: Option<(&'a str, fn(&T) -> String)>,
    pub names: Names,
}

/// What becomes of a name that is wider than its room.
#[derive(Clone, Copy, PartialEq)]
pub enum Names {
    /// The name of an area: shortened, so that hundreds of rows stand close, in two columns.
    Short,
    /// A sentence: in as many lines as it takes, in one column.
    Wrapped,
}

enum Line<'a, T> {
    Band(String),
    Row(Vec<Cow<'a, str>>, &'a T),
}

impl<T> Line<'_, T> {
    fn height(&self) -> f64 {
        match self {
            Line::Band(_) => BAND,
            Line::Row(name, _) => PITCH * name.len().max(1) as f64,
        }
    }
}

impl<'a, T> Rows<'a, T> {
    /// Lines of each column; a group that runs over has its band again.
    fn columns(&self) -> Vec<Vec<Line<'a, T>>> {
        let rows: usize = self.groups.iter().map(|g| g.rows.len()).sum();
        let two = rows > MANY && self.names == Names::Short;
        let deep = if two { self.middle(rows) } else { rows };
        let wide = if two { HALF } else { BETWEEN };
        let room = self.rooms(wide).0;
        let mut columns: Vec<Vec<Line<'a, T>>> = vec![Vec::new()];
        let mut seen = 0;
        for group in self.groups {
            for (at, (name, row)) in group.rows.iter().enumerate() {
                let over = seen == deep;
                if over {
                    columns.push(Vec::new());
                }
                if let Some(column) = columns.last_mut() {
                    if let Some(label) = group.label.as_ref().filter(|_| at == 0 || over) {
                        let more = if at > 0 { ", continued" } else { "" };
                        column.push(Line::Band(format!("{label}{more}")));
                    }
                    column.push(Line::Row(self.lines(name, room), row));
                }
                seen += 1;
            }
        }
        columns
    }

    /// A name in its room.
    fn lines(&self, name: &'a str, room: f64) -> Vec<Cow<'a, str>> {
        match self.names {
            Names::Short => vec![fit_name(name, TEXT, room)],
            Names::Wrapped => {
                wrap(name, TEXT, false, room).iter().map(|l| Cow::Owned(fit(l, TEXT, room))).collect()
            }
        }
    }

    /// Rows of the first column: half of them, or up to the end of a group that is near.
    fn middle(&self, rows: usize) -> usize {
        let half = rows.div_ceil(2);
        let ends = self.groups.iter().scan(0, |sum, group| {
            *sum += group.rows.len();
            Some(*sum)
        });
        let near = ends.filter(|end| end.abs_diff(half) <= rows / 20);
        near.min_by_key(|end| end.abs_diff(half)).unwrap_or(half)
    }

    /// Height of rows and axes.
    pub fn height(&self) -> f64 {
        let tall = |c: &Vec<Line<'_, T>>| c.iter().map(Line::height).sum::<f64>();
        self.above() + self.columns().iter().map(tall).fold(0.0, f64::max) + BELOW
    }

    fn above(&self) -> f64 {
        ABOVE + if self.line.is_some() { LINE } else { 0.0 }
    }

    /// Draws all from `top` down; `mark` paints the figures of a row at a height.
    pub fn draw(
        &self,
        canvas: &Canvas,
        top: f64,
        mark: impl Fn(&Canvas, &Axis, f64, &T) -> Painted,
    ) -> Painted {
        let columns = self.columns();
        let wide = if columns.len() > 1 { HALF } else { BETWEEN };
        let rooms = self.rooms(wide);
        for (k, lines) in columns.iter().enumerate() {
            let left = if k == 0 { MARGIN } else { MARGIN + wide + GAP };
            self.column(canvas, lines, (left, wide), rooms, top + self.above(), &mark)?;
        }
        Ok(())
    }

    /// Widths of the names and of what stands beside, the same in each column.
    fn rooms(&self, wide: f64) -> (f64, f64) {
        let all = || self.groups.iter().flat_map(|g| &g.rows);
        let names = all().map(|r| width(&r.0, TEXT, false)).fold(0.0, f64::max).min(wide * 0.42);
        let beside = self.beside.map_or(0.0, |(head, text)| {
            all().map(|r| width(&text(&r.1), TEXT, false)).fold(width(head, TEXT, false), f64::max) + 12.0
        });
        (names, beside)
    }

    fn column(
        &self,
        canvas: &Canvas,
        lines: &[Line<'_, T>],
        (left, wide): (f64, f64),
        (names, beside): (f64, f64),
        top: f64,
        mark: &impl Fn(&Canvas, &Axis, f64, &T) -> Painted,
    ) -> Painted {
        let axis = Axis::new(self.range, (left + names + 18.0, left + wide - beside - 16.0));
        let bottom = top + lines.iter().map(Line::height).sum::<f64>();
        self.ground(canvas, lines, (left, wide), top)?;
        for tick in axis.ticks(5.0) {
            let x = axis.at(tick);
            canvas.line(&[(x, top), (x, bottom)], GRID, 1.0)?;
            for y in [top - 8.0, bottom + 20.0] {
                canvas.text((x, y), &(self.tick)(tick), TEXT, Anchor::Middle, GREY)?;
            }
        }
        if let Some((head, _)) = self.beside {
            canvas.text((left + wide, top - 8.0), head, TEXT, Anchor::End, GREY)?;
        }
        if let Some((words, value)) = &self.line {
            let x = axis.at(*value);
            canvas.dashes((x, top), (x, bottom), PLUM, 2.0)?;
            let half = width(words, TEXT, true) / 2.0;
            let centre = x.clamp(left + half, (left + wide - half).max(left + half));
            canvas.bold((centre, top - 30.0), words, TEXT, Anchor::Middle, PLUM)?;
        }
        let mut y = top;
        for line in lines {
            let middle = y + line.height() / 2.0;
            match line {
                Line::Band(label) => {
                    canvas.rect((left, y + 2.0), (left + wide, y + BAND - 2.0), NAVY)?;
                    let label = fit(label, TEXT, wide - 16.0);
                    canvas.bold((left + 8.0, middle + 5.5), &label, TEXT, Anchor::Start, WHITE)?;
                }
                Line::Row(name, row) => {
                    let first = middle + 5.5 - (line.height() - PITCH) / 2.0;
                    for (k, words) in name.iter().enumerate() {
                        let base = first + PITCH * k as f64;
                        canvas.text((left, base), words, TEXT, Anchor::Start, BLACK)?;
                    }
                    mark(canvas, &axis, middle, row)?;
                    if let Some((_, text)) = self.beside {
                        canvas.text((left + wide, middle + 5.5), &text(row), TEXT, Anchor::End, BLACK)?;
                    }
                }
            }
            y += line.height();
        }
        Ok(())
    }

    /// Stripes that lead the eye from a name to its figures, as one shape: what a chart of hundreds of rows costs is the
    /// number of its shapes. From stripe to stripe its edge runs along the left side, there and back.
    fn ground(&self, canvas: &Canvas, lines: &[Line<'_, T>], (left, wide): (f64, f64), top: f64) -> Painted {
        let (mut y, mut odd, mut edge) = (top, true, Vec::new());
        for line in lines {
            if matches!(line, Line::Row(..)) && odd {
                let below = y + line.height();
                edge.extend([(left, y), (left + wide, y), (left + wide, below), (left, below)]);
            }
            odd = matches!(line, Line::Band(_)) || !odd;
            y += line.height();
        }
        if edge.is_empty() { Ok(()) } else { canvas.area(&edge, PALE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_part_where_a_group_ends_if_that_is_near_the_middle() {
        let group = |label: &str, rows: usize| Group {
            label: Some(label.to_owned()),
            rows: (0..rows).map(|i| (format!("{label} {i}"), ())).collect(),
        };
        for (more, less, first) in [(104, 107, 104), (20, 180, 100)] {
            let groups = [group("More", more), group("Less", less)];
            let rows = Rows {
                groups: &groups,
                range: (0.0, 1.0),
                tick: |x| x.to_string(),
                line: None,
                beside: None,
                names: Names::Short,
            };
            let named = |c: &Vec<Line<'_, ()>>| c.iter().filter(|l| matches!(l, Line::Row(..))).count();
            let columns: Vec<usize> = rows.columns().iter().map(named).collect();
            assert_eq!(columns, [first, more + less - first]);
        }
    }
}
