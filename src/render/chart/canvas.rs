//! The drawing surface: plotters' SVG back end on a canvas four times as large (its coordinates are whole numbers), with
//! shapes and text in the units of the finished chart and the head rewritten for screen readers. The back end is called
//! directly: through plotters' elements each text would load its font again.

use super::super::xml::{escaped, legal};
use super::palette::{BLACK, BLUE, Colour, GREY, WHITE, YELLOW};
use super::text::{Face, TEXT, register, width, wrap};
use crate::report::Chart;
use plotters::prelude::{Color, DrawingBackend, SVGBackend, ShapeStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use std::cell::RefCell;
use std::f64::consts::SQRT_2;

/// Units of plotters' canvas for each unit of the chart.
pub const FINE: f64 = 4.0;

/// Width of every chart, in units of which 16 are 12 points.
pub const WIDTH: f64 = 1200.0;
pub const MARGIN: f64 = 24.0;
/// Room between the margins.
pub const BETWEEN: f64 = WIDTH - 2.0 * MARGIN;
const TITLE: f64 = 26.0;
/// Bytes that hold any chart but the largest: a buffer that grows step by step is copied as often.
const ROOM: usize = 1 << 19;

/// The embedded font; `reports/fonts/README.md` says how it was made.
const FONT: &str = include_str!("../../../reports/fonts/noto-sans-latin.css");

pub type Painted = Result<(), String>;

#[derive(Clone, Copy, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

pub struct Canvas<'a>(RefCell<SVGBackend<'a>>);

/// Draws a chart: title above, `paint` in the middle with the given height (it gets its upper edge), footer below.
pub fn compose(
    chart: &Chart,
    height: f64,
    paint: impl FnOnce(&Canvas, f64) -> Painted,
) -> Result<String, String> {
    register()?;
    let title = wrap(&chart.title, TITLE, true, BETWEEN);
    let subtitle = wrap(&chart.subtitle, TEXT + 2.0, false, BETWEEN);
    let footer: Vec<String> = chart.footer.iter().flat_map(|line| wrap(line, TEXT, false, BETWEEN)).collect();
    let tag = if chart.synthetic { 40.0 } else { 0.0 };
    let rows = |lines: &[String], pitch: f64| lines.iter().map(|_| pitch).sum::<f64>();
    let head = MARGIN + tag + rows(&title, 34.0) + rows(&subtitle, 26.0) + 16.0;
    let total = (head + height + 20.0 + rows(&footer, 23.0) + MARGIN).ceil();
    let mut buffer = String::with_capacity(ROOM);
    let fine = (fine(WIDTH), fine(total));
    let size = (fine.0.unsigned_abs(), fine.1.unsigned_abs());
    {
        let canvas = Canvas(RefCell::new(SVGBackend::with_string(&mut buffer, size)));
        canvas.rect((0.0, 0.0), (WIDTH, total), WHITE)?;
        let mut y = MARGIN;
        if chart.synthetic {
            let words = "Synthetic data: no real organisation is described";
            canvas.rect((MARGIN, y), (MARGIN + width(words, TEXT, true) + 24.0, y + 30.0), YELLOW)?;
            canvas.bold((MARGIN + 12.0, y + 21.0), words, TEXT, Anchor::Start, BLACK)?;
            y += tag;
        }
        for line in &title {
            canvas.bold((MARGIN, y + 24.0), line, TITLE, Anchor::Start, BLACK)?;
            y += 34.0;
        }
        for line in &subtitle {
            canvas.text((MARGIN, y + 18.0), line, TEXT + 2.0, Anchor::Start, GREY)?;
            y += 26.0;
        }
        paint(&canvas, head)?;
        let mut y = head + height + 20.0;
        canvas.line(&[(MARGIN, y), (WIDTH - MARGIN, y)], super::palette::GRID, 1.0)?;
        for line in &footer {
            y += 23.0;
            canvas.text((MARGIN, y), line, TEXT, Anchor::Start, GREY)?;
        }
        painted(canvas.0.borrow_mut().present())?;
    }
    dress(&buffer, chart, size, (WIDTH, total))
}

/// The head for people who do not see the picture, and the font. The head that plotters writes is asserted, so that a change
/// there is noticed. The bytes are put together once: a chart of 200 rows is half a megabyte.
fn dress(svg: &str, chart: &Chart, fine: (u32, u32), size: (f64, f64)) -> Result<String, String> {
    let written = format!(
        "<svg width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" xmlns=\"http://www.w3.org/2000/svg\">",
        fine.0, fine.1
    );
    let body = svg.strip_prefix(&written).ok_or("plotters has changed the head of its SVG")?;
    let id = &chart.id;
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
        size.0,
        size.1,
        fine.0,
        fine.1,
        escaped(&chart.title),
        escaped(&format!("{}. {} {}", chart.subtitle, chart.description, chart.footer.join(" "))),
    );
    // after title and description, which come first for those who listen
    Ok([&head, "<style>\n", FONT, "</style>", body].concat())
}

fn fine(x: f64) -> i32 {
    (x * FINE).round() as i32
}

fn at(p: (f64, f64)) -> (i32, i32) {
    (fine(p.0), fine(p.1))
}

impl Canvas<'_> {
    pub fn line(&self, points: &[(f64, f64)], colour: Colour, thick: f64) -> Painted {
        let style =
            ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: fine(thick).unsigned_abs() };
        painted(self.0.borrow_mut().draw_path(points.iter().map(|p| at(*p)), &style))
    }

    /// A straight line of dashes.
    pub fn dashes(&self, from: (f64, f64), to: (f64, f64), colour: Colour, thick: f64) -> Painted {
        let length = ((to.0 - from.0).powi(2) + (to.1 - from.1).powi(2)).sqrt();
        let point = |d: f64| {
            let share = (d / length).min(1.0);
            (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
        };
        let mut done = 0.0;
        while done < length {
            self.line(&[point(done), point(done + 8.0)], colour, thick)?;
            done += 13.0;
        }
        Ok(())
    }

    pub fn rect(&self, from: (f64, f64), to: (f64, f64), fill: Colour) -> Painted {
        painted(self.0.borrow_mut().draw_rect(at(from), at(to), &fill, true))
    }

    pub fn frame(&self, from: (f64, f64), to: (f64, f64), colour: Colour, thick: f64) -> Painted {
        self.line(&[from, (to.0, from.1), to, (from.0, to.1), from, (to.0, from.1)], colour, thick)
    }

    pub fn dot(&self, centre: (f64, f64), radius: f64, fill: Colour) -> Painted {
        painted(self.0.borrow_mut().draw_circle(at(centre), fine(radius).unsigned_abs(), &fill, true))
    }

    /// A dot with a hole: the mark of what the chart is about.
    pub fn ring(&self, centre: (f64, f64), radius: f64, colour: Colour) -> Painted {
        self.dot(centre, radius, colour)?;
        self.dot(centre, radius / 2.0, WHITE)
    }

    pub fn area(&self, points: &[(f64, f64)], fill: Colour) -> Painted {
        painted(self.0.borrow_mut().fill_polygon(points.iter().map(|p| at(*p)), &fill))
    }

    /// A diamond, white with an outline: seen on white and on a bar. A white one on a larger one, since two plain shapes cost
    /// less than a shape and its stroke.
    pub fn diamond(&self, (x, y): (f64, f64), radius: f64, colour: Colour) -> Painted {
        let corners = |r: f64| [(x, y - r), (x + r, y), (x, y + r), (x - r, y)];
        self.area(&corners(radius + SQRT_2), colour)?;
        self.area(&corners(radius - SQRT_2), WHITE)
    }

    /// An outlined bar with strokes from lower left to upper right.
    pub fn hatched(&self, from: (f64, f64), to: (f64, f64)) -> Painted {
        self.rect(from, to, WHITE)?;
        let tall = to.1 - from.1;
        let mut start = from.0 - tall;
        while start < to.0 {
            // The stroke runs from (start, bottom) to (start + tall, top); cut at both sides.
            let (a, b) = (start.max(from.0), (start + tall).min(to.0));
            if b > a {
                self.line(&[(a, to.1 - (a - start)), (b, to.1 - (b - start))], BLUE, 1.5)?;
            }
            start += 7.0;
        }
        self.frame(from, to, BLUE, 1.5)
    }

    /// Text with its base line at `y`.
    pub fn text(&self, p: (f64, f64), text: &str, size: f64, anchor: Anchor, colour: Colour) -> Painted {
        self.write(p, text, size, anchor, colour, false)
    }

    pub fn bold(&self, p: (f64, f64), text: &str, size: f64, anchor: Anchor, colour: Colour) -> Painted {
        self.write(p, text, size, anchor, colour, true)
    }

    fn write(
        &self,
        p: (f64, f64),
        text: &str,
        size: f64,
        anchor: Anchor,
        colour: Colour,
        bold: bool,
    ) -> Painted {
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        // plotters puts text of VPos::Top 0.76 em under the point: that is the base line.
        let face = Face { size, bold, colour, anchor: Pos::new(h_pos, VPos::Top) };
        let place = (fine(p.0), fine(p.1 - 0.76 * size));
        painted(self.0.borrow_mut().draw_text(&legal(text), &face, place))
    }
}

fn painted<E: std::fmt::Display>(result: Result<(), E>) -> Painted {
    result.map_err(|e| e.to_string())
}
