//! What the marks mean, in words beside a sample of each; as many lines as it takes.

use super::canvas::{Anchor, Canvas, MARGIN, Painted, WIDTH};
use super::palette::BLACK;
use super::text::{TEXT, width};

const LINE: f64 = 28.0;
const APART: f64 = 30.0;

/// Paints a sample from an x to another, at a height.
type Sample<'a> = Box<dyn Fn(&Canvas, (f64, f64), f64) -> Painted + 'a>;

#[derive(Default)]
pub struct Key<'a>(Vec<(f64, Sample<'a>, String)>);

impl<'a> Key<'a> {
    /// Adds a sample so wide, with its meaning.
    pub fn add(
        &mut self,
        wide: f64,
        words: impl Into<String>,
        sample: impl Fn(&Canvas, (f64, f64), f64) -> Painted + 'a,
    ) {
        self.0.push((wide, Box::new(sample), words.into()));
    }

    /// Left edge and line of each entry.
    fn places(&self) -> Vec<(f64, usize)> {
        let (mut left, mut line) = (MARGIN, 0);
        let mut places = Vec::with_capacity(self.0.len());
        for (wide, _, words) in &self.0 {
            let room = wide + 8.0 + width(words, TEXT, false);
            if left > MARGIN && left + room > WIDTH - MARGIN {
                (left, line) = (MARGIN, line + 1);
            }
            places.push((left, line));
            left += room + APART;
        }
        places
    }

    pub fn height(&self) -> f64 {
        let lines = self.places().last().map_or(0.0, |p| p.1 as f64 + 1.0);
        lines * LINE + 10.0
    }

    pub fn draw(&self, canvas: &Canvas, top: f64) -> Painted {
        for ((left, line), (wide, sample, words)) in self.places().into_iter().zip(&self.0) {
            let y = top + LINE * (line as f64 + 0.5);
            sample(canvas, (left, left + wide), y)?;
            canvas.text((left + wide + 8.0, y + 5.5), words, TEXT, Anchor::Start, BLACK)?;
        }
        Ok(())
    }
}
