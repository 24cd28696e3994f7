//! One area among all, indicator by indicator: each row has a scale of its own, symmetric about England; the end with more
//! points is on the right.

use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::key::Key;
use super::palette::{BLACK, GREY, GRID, LIGHT, NAVY, PALE, PLUM, WHITE};
use super::text::{TEXT, wrap};
use crate::report::{Chart, Good, Spine, SpineRow, words};

/// Room of the wordings; of each column of figures; of the figures at the ends of the bar.
const NAMES: f64 = 430.0;
const FIGURE: f64 = 84.0;
const HALF: f64 = 8.0;
const LINE: f64 = 21.0;
/// Heads above the rows.
const HEADS: f64 = 34.0;

pub fn draw(chart: &Chart, plot: &Spine) -> Result<String, String> {
    let key = key();
    let rows: Vec<(Vec<String>, &SpineRow)> =
        plot.rows.iter().map(|r| (wrap(&r.name, TEXT, false, NAMES), r)).collect();
    let tall = |lines: &[String]| (lines.len() as f64 * LINE).max(LINE) + 11.0;
    let all: f64 = rows.iter().map(|r| tall(&r.0)).sum();
    compose(chart, key.height() + HEADS + all, |canvas, head| {
        key.draw(canvas, head)?;
        let top = head + key.height() + HEADS;
        heads(canvas, top - 10.0)?;
        let mut y = top;
        for (k, (lines, row)) in rows.iter().enumerate() {
            let height = tall(lines);
            if k % 2 == 0 {
                canvas.rect((MARGIN, y), (WIDTH - MARGIN, y + height), PALE)?;
            }
            let mut base = y + LINE;
            for line in lines {
                canvas.text((MARGIN + 6.0, base), line, TEXT, Anchor::Start, BLACK)?;
                base += LINE;
            }
            figures(canvas, row, y + height / 2.0)?;
            y += height;
        }
        let centre = middle();
        canvas.dashes((centre, top), (centre, y), NAVY, 2.0)?;
        let mut y = top;
        for (lines, row) in &rows {
            mark(canvas, row, y + tall(lines) / 2.0)?;
            y += tall(lines);
        }
        Ok(())
    })
}

/// Where England stands.
fn middle() -> f64 {
    (bar().0 + bar().1) / 2.0
}

/// Ends of the longest bar.
fn bar() -> (f64, f64) {
    (MARGIN + NAMES + 3.0 * FIGURE + 26.0, WIDTH - MARGIN - FIGURE - 12.0)
}

fn heads(canvas: &Canvas, y: f64) -> Painted {
    let own = MARGIN + NAMES + FIGURE;
    canvas.bold((own, y), "Here", TEXT, Anchor::End, PLUM)?;
    canvas.bold((own + FIGURE, y), "England", TEXT, Anchor::End, NAVY)?;
    canvas.text((bar().0 - 16.0, y), "Fewest", TEXT, Anchor::End, GREY)?;
    canvas.bold((middle(), y), "England", TEXT, Anchor::Middle, NAVY)?;
    canvas.text((WIDTH - MARGIN - 6.0, y), "Most", TEXT, Anchor::End, GREY)
}

fn key() -> Key<'static> {
    let mut key = Key::default();
    key.add(18.0, "here, in the middle half of all", |c, (from, to), y| dot(c, ((from + to) / 2.0, y)));
    key.add(18.0, "here, outside it", |c, (from, to), y| c.diamond(((from + to) / 2.0, y), 8.0, PLUM));
    key.add(18.0, "here, no end is good", |c, (from, to), y| square(c, ((from + to) / 2.0, y)));
    key.add(60.0, "lowest to highest", |c, ends, y| part(c, ends, y, GRID));
    key.add(40.0, "middle half", |c, ends, y| part(c, ends, y, LIGHT));
    key.add(0.0, "Fewest points on the left, most on the right", |_, _, _| Ok(()));
    key
}

fn dot(canvas: &Canvas, p: (f64, f64)) -> Painted {
    canvas.ring(p, 7.0, PLUM)
}

fn square(canvas: &Canvas, (x, y): (f64, f64)) -> Painted {
    canvas.rect((x - 6.0, y - 6.0), (x + 6.0, y + 6.0), BLACK)?;
    canvas.rect((x - 3.0, y - 3.0), (x + 3.0, y + 3.0), WHITE)
}

fn part(canvas: &Canvas, (from, to): (f64, f64), y: f64, fill: super::palette::Colour) -> Painted {
    canvas.rect((from, y - HALF), (to, y + HALF), fill)?;
    canvas.frame((from, y - HALF), (to, y + HALF), GREY, 1.0)
}

/// A place on the row's own scale; the side of the fewer points is on the left.
fn at(row: &SpineRow, value: f64) -> f64 {
    let reach = (row.england - row.spread[0]).max(row.spread[3] - row.england).max(f64::MIN_POSITIVE);
    let side = if row.good == Good::Low { -1.0 } else { 1.0 };
    let half = (bar().1 - bar().0) / 2.0;
    middle() + side * ((value - row.england) / reach).clamp(-1.0, 1.0) * half
}

/// The words of a row and the bar of all areas.
fn figures(canvas: &Canvas, row: &SpineRow, y: f64) -> Painted {
    let base = y + 5.5;
    let own = MARGIN + NAMES + FIGURE;
    let (text, ink) = match row.value {
        Some(value) => (row.unit.words(value), PLUM),
        None => (words::NO_DATA.to_owned(), GREY),
    };
    canvas.bold((own, base), &text, TEXT, Anchor::End, ink)?;
    canvas.text((own + FIGURE, base), &row.unit.words(row.england), TEXT, Anchor::End, BLACK)?;
    if row.spread[3] <= row.spread[0] {
        return canvas.text((middle() + 14.0, base), "all alike", TEXT, Anchor::Start, GREY);
    }
    let [low, lower, upper, high] = row.spread;
    let (left, right) = if row.good == Good::Low { (high, low) } else { (low, high) };
    canvas.text((bar().0 - 16.0, base), &row.unit.words(left), TEXT, Anchor::End, GREY)?;
    canvas.text((WIDTH - MARGIN - 6.0, base), &row.unit.words(right), TEXT, Anchor::End, GREY)?;
    let span = |a: f64, b: f64| (at(row, a).min(at(row, b)), at(row, a).max(at(row, b)));
    part(canvas, span(low, high), y, GRID)?;
    part(canvas, span(lower, upper), y, LIGHT)
}

fn mark(canvas: &Canvas, row: &SpineRow, y: f64) -> Painted {
    let Some(value) = row.value.filter(|_| row.spread[3] > row.spread[0]) else { return Ok(()) };
    let p = (at(row, value), y);
    if row.good == Good::Neither {
        square(canvas, p)
    } else if (row.spread[1]..=row.spread[2]).contains(&value) {
        dot(canvas, p)
    } else {
        canvas.diamond(p, 8.0, PLUM)
    }
}
