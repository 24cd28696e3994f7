//! £ per head: a bar per registered patient, a diamond per weighted patient, in neutral blues; what cannot be compared is
//! hatched, set apart and says why; what was refused is a number without a bar.

use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH, compose};
use super::palette::{BLACK, BLUE, GREY, GRID, NAVY, WHITE};
use super::scale::Axis;
use super::text::{TEXT, fit, fit_name, width};
use crate::report::{Chart, Spend, SpendRow, words};

const PITCH: f64 = 32.0;
const BAR: f64 = 18.0;
const KEY: f64 = 40.0;
const GROUP: f64 = 44.0;
/// Room for the figures after a bar.
const FIGURES: f64 = 190.0;

pub fn draw(chart: &Chart, plot: &Spend) -> Result<String, String> {
    let (fair, apart): (Vec<_>, Vec<_>) = plot.rows.iter().partition(|r| r.caveat.is_none());
    let rows = |n: usize, head: f64| if n == 0 { 0.0 } else { head + n as f64 * PITCH };
    // The reason stands in a second line under the figures.
    let reasons = apart.len() as f64 * 20.0;
    let tall = rows(fair.len(), 0.0) + rows(apart.len(), GROUP) + reasons;
    compose(chart, KEY + 36.0 + tall + 30.0, |canvas, head| {
        key(canvas, head + 18.0)?;
        let names = plot.rows.iter().map(|r| width(&r.name, TEXT, false)).fold(0.0, f64::max).min(330.0);
        let drawn = || plot.rows.iter().filter(|r| !r.refused);
        let values = || drawn().flat_map(|r| [r.registered, r.weighted]).flatten();
        // A bar starts at nought; a reversal larger than the spend goes to the left of it.
        let range = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        let axis = Axis::new(range, (MARGIN + names + 16.0, WIDTH - MARGIN - FIGURES));
        let top = head + KEY + 36.0;
        for tick in axis.ticks(5.0) {
            let x = axis.at(tick);
            canvas.line(&[(x, top - 4.0), (x, top + tall)], GRID, 1.0)?;
            for y in [top - 12.0, top + tall + 20.0] {
                canvas.text((x, y), &words::pounds(tick), TEXT, Anchor::Middle, GREY)?;
            }
        }
        let mut y = top + PITCH / 2.0;
        for row in fair {
            bar(canvas, row, &axis, y, names)?;
            y += PITCH;
        }
        if !apart.is_empty() {
            canvas.bold((MARGIN, y + 14.0), "Shown, but not to be compared", TEXT, Anchor::Start, BLACK)?;
            y += GROUP;
        }
        for row in apart {
            bar(canvas, row, &axis, y, names)?;
            let why = row.caveat.as_deref().unwrap_or_default();
            let from = axis.at(0.0);
            let why = fit(why, TEXT, WIDTH - MARGIN - from - 8.0);
            let wide = width(&why, TEXT, false);
            canvas.rect(
                (from + 4.0, y + BAR / 2.0 + 2.0),
                (from + 12.0 + wide, y + BAR / 2.0 + 22.0),
                WHITE,
            )?;
            canvas.text((from + 8.0, y + BAR / 2.0 + 17.0), &why, TEXT, Anchor::Start, BLACK)?;
            y += PITCH + 20.0;
        }
        Ok(())
    })
}

fn key(canvas: &Canvas, y: f64) -> Painted {
    let mut left = MARGIN;
    let mut label = |text: &str, room: f64| -> Result<f64, String> {
        canvas.text((left + room, y + 5.5), text, TEXT, Anchor::Start, BLACK)?;
        let start = left;
        left += room + width(text, TEXT, false) + 34.0;
        Ok(start)
    };
    let at = label("£ per registered patient", 48.0)?;
    canvas.rect((at, y - BAR / 2.0), (at + 38.0, y + BAR / 2.0), BLUE)?;
    let at = label("£ per weighted patient", 28.0)?;
    canvas.diamond((at + 10.0, y), 8.0, NAVY)?;
    let at = label("not to be compared, reason below the bar", 48.0)?;
    canvas.hatched((at, y - BAR / 2.0), (at + 38.0, y + BAR / 2.0))
}

fn bar(canvas: &Canvas, row: &SpendRow, axis: &Axis, y: f64, names: f64) -> Painted {
    canvas.text((MARGIN, y + 5.5), &fit_name(&row.name, TEXT, names), TEXT, Anchor::Start, BLACK)?;
    let nought = axis.at(0.0);
    let mut right = nought;
    if let Some(value) = row.registered.filter(|_| !row.refused) {
        let x = axis.at(value);
        let (from, to) = ((nought.min(x), y - BAR / 2.0), (nought.max(x), y + BAR / 2.0));
        if row.caveat.is_some() {
            canvas.hatched(from, to)?
        } else {
            canvas.rect(from, to, BLUE)?
        }
        right = right.max(x);
    }
    if let Some(value) = row.weighted.filter(|_| !row.refused) {
        canvas.diamond((axis.at(value), y), 8.0, NAVY)?;
        right = right.max(axis.at(value) + 8.0);
    }
    let show = |v: Option<f64>| v.map_or_else(|| words::NO_DATA.to_owned(), words::pounds);
    let registered = show(row.registered);
    canvas.bold((right + 10.0, y + 5.5), &registered, TEXT, Anchor::Start, BLACK)?;
    let after = right + 10.0 + width(&registered, TEXT, true) + 8.0;
    // The font has no diamond: it is drawn.
    canvas.diamond((after + 6.0, y), 5.5, GREY)?;
    canvas.text((after + 17.0, y + 5.5), &show(row.weighted), TEXT, Anchor::Start, GREY)
}
