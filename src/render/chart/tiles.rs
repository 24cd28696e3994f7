//! Areas as equal tiles by region: shade, code and figure on each. Equal tiles, since on a map the fewest people have the
//! largest shapes; in the order of their codes, so that an area stands in the same place in every edition.

use super::canvas::{Anchor, BETWEEN, Canvas, MARGIN, Painted, compose};
use super::key::Key;
use super::palette::{BLACK, BLUE, Colour, GREY, GRID, LIGHT, NAVY, WHITE};
use super::text::{TEXT, width};
use crate::report::{Chart, Shade, Tile, Tiles, words};

const TALL: f64 = 50.0;
const GAP: f64 = 4.0;
/// The name of a region above its tiles.
const NAME: f64 = 34.0;

pub fn draw(chart: &Chart, plot: &Tiles) -> Result<String, String> {
    let key = key(plot);
    let wide = plot.regions.iter().flat_map(|r| &r.1).map(room).fold(62.0, f64::max);
    let across = ((BETWEEN + GAP) / (wide + GAP)).floor().max(1.0) as usize;
    let tall = |n: usize| NAME + n.div_ceil(across) as f64 * (TALL + GAP);
    let all: f64 = plot.regions.iter().map(|r| tall(r.1.len())).sum();
    compose(chart, key.height() + all, |canvas, head| {
        key.draw(canvas, head)?;
        let mut y = head + key.height();
        for (name, tiles) in &plot.regions {
            canvas.bold((MARGIN, y + 24.0), name, TEXT, Anchor::Start, BLACK)?;
            for (i, tile) in tiles.iter().enumerate() {
                let (column, row) = ((i % across) as f64, (i / across) as f64);
                let from = (MARGIN + column * (wide + GAP), y + NAME + row * (TALL + GAP));
                draw_tile(canvas, tile, from, wide)?;
            }
            y += tall(tiles.len());
        }
        Ok(())
    })
}

fn room(tile: &Tile) -> f64 {
    width(&tile.text, TEXT, false).max(width(&tile.code, TEXT, true)) + 12.0
}

fn draw_tile(canvas: &Canvas, tile: &Tile, (x, y): (f64, f64), wide: f64) -> Painted {
    let ink = shade(canvas, (x, y), (x + wide, y + TALL), tile.shade)?;
    let centre = x + wide / 2.0;
    canvas.bold((centre, y + 21.0), &tile.code, TEXT, Anchor::Middle, ink)?;
    canvas.text((centre, y + 41.0), &tile.text, TEXT, Anchor::Middle, ink)
}

/// An outlined filling, and the ink that is read on it.
fn shade(canvas: &Canvas, from: (f64, f64), to: (f64, f64), shade: Shade) -> Result<Colour, String> {
    let (fill, ink) = match shade {
        Shade::NotCompared | Shade::NoData => (WHITE, GREY),
        Shade::Class(0) => (WHITE, BLACK),
        Shade::Class(1) => (GRID, BLACK),
        Shade::Class(2) => (LIGHT, BLACK),
        Shade::Class(3) => (BLUE, WHITE),
        Shade::Class(4) => (NAVY, WHITE),
        Shade::Class(_) => (BLACK, WHITE),
    };
    canvas.rect(from, to, fill)?;
    match shade {
        Shade::Class(_) => canvas.frame(from, to, GREY, 1.2)?,
        Shade::NotCompared => {
            for (a, b) in [(from, (to.0, from.1)), ((from.0, to.1), to)] {
                canvas.dashes(a, b, GREY, 1.5)?;
            }
        }
        Shade::NoData => {}
    }
    Ok(ink)
}

fn key(plot: &Tiles) -> Key<'_> {
    let mut key = Key::default();
    let sample = |kind: Shade| {
        move |c: &Canvas, (from, to): (f64, f64), y: f64| {
            shade(c, (from, y - 9.0), (to, y + 9.0), kind).map(drop)
        }
    };
    for (k, words) in plot.classes.iter().enumerate() {
        key.add(36.0, words.clone(), sample(Shade::Class(k)));
    }
    key.add(0.0, format!("each class {}", plot.width), |_, _, _| Ok(()));
    let any = |kind| plot.regions.iter().flat_map(|r| &r.1).any(|t| t.shade == kind);
    if any(Shade::NotCompared) {
        key.add(36.0, words::NOT_COMPARED, sample(Shade::NotCompared));
    }
    if any(Shade::NoData) {
        key.add(0.0, "without an outline: no data", |_, _, _| Ok(()));
    }
    key
}
