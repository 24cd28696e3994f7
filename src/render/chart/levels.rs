//! Shares of patients at each level, stacked. Which level a part is, its place, its filling and its figure say.

use super::canvas::{Anchor, Canvas, Painted, compose};
use super::key::Key;
use super::palette::{BLACK, BLUE, Colour, GREY, GRID, NAVY, PLUM, WHITE};
use super::rows::{Names, Rows};
use super::scale::Axis;
use super::text::{TEXT, width};
use crate::report::{Chart, Group, Levels, words};

const HALF: f64 = 9.0;
/// The level whose parts are hatched: its blue would be too near to the next.
const HATCHED: usize = 2;

pub fn draw(chart: &Chart, plot: &Levels) -> Result<String, String> {
    let england =
        Group { label: Some("England".to_owned()), rows: vec![("England".to_owned(), plot.england.clone())] };
    let mut groups: Vec<Group<Vec<f64>>> = Vec::with_capacity(plot.groups.len() + 1);
    if !plot.england.is_empty() {
        groups.push(england);
    }
    groups.extend(plot.groups.iter().cloned());
    let levels = groups.iter().flat_map(|g| g.rows.iter().map(|r| r.1.len())).max().unwrap_or(0);
    let rows = Rows {
        groups: &groups,
        range: (0.0, 1.0),
        tick: words::percent,
        line: None,
        beside: None,
        names: Names::Short,
    };
    let mut key = Key::default();
    for level in 0..levels {
        key.add(36.0, format!("level {level}"), move |c, (from, to), y| part(c, (from, to), y, level));
    }
    compose(chart, key.height() + rows.height(), |canvas, top| {
        key.draw(canvas, top)?;
        rows.draw(canvas, top + key.height(), |c, axis, y, row| stack(c, axis, y, row))
    })
}

fn stack(canvas: &Canvas, axis: &Axis, y: f64, shares: &[f64]) -> Painted {
    let mut done = 0.0;
    for (level, share) in shares.iter().enumerate() {
        let (from, to) = (axis.at(done), axis.at(done + share));
        done += share;
        if to - from < 0.5 {
            continue;
        }
        part(canvas, (from, to), y, level)?;
        let text = format!("{:.0}", 100.0 * share);
        let room = width(&text, TEXT, false);
        if room + 8.0 > to - from {
            continue;
        }
        let middle = (from + to) / 2.0;
        if level == HATCHED {
            canvas.rect((middle - room / 2.0 - 3.0, y - 7.0), (middle + room / 2.0 + 3.0, y + 7.0), WHITE)?;
        }
        canvas.text((middle, y + 5.5), &text, TEXT, Anchor::Middle, filling(level).1)?;
    }
    Ok(())
}

/// Filling and the ink that is read on it, from light to dark.
fn filling(level: usize) -> (Colour, Colour) {
    match level {
        0 => (WHITE, BLACK),
        1 => (GRID, BLACK),
        HATCHED => (WHITE, BLACK),
        3 => (BLUE, WHITE),
        4 => (NAVY, WHITE),
        _ => (PLUM, WHITE),
    }
}

/// One part with an outline.
fn part(canvas: &Canvas, (from, to): (f64, f64), y: f64, level: usize) -> Painted {
    let (from, to) = ((from, y - HALF), (to, y + HALF));
    if level == HATCHED {
        return canvas.hatched(from, to);
    }
    canvas.rect(from, to, filling(level).0)?;
    canvas.frame(from, to, GREY, 1.0)
}
