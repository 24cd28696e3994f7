//! Charts as SVG text, drawn with plotters; one file for each kind. Same view, same bytes.
//!
//! Text in an SVG is of the family `sans-serif`, laid out with the measures of Noto Sans, the font inside the PNG. The font itself
//! is not in the SVG: its two weights are over a megabyte, which each of the charts on a page would repeat.

mod canvas;
mod caterpillar;
mod distribution;
mod list_size;
mod palette;
mod scale;
mod spend;
mod trend;

use super::RenderError;
use crate::report::{Chart, Plot};

/// The chart as an SVG document with title and description.
pub fn draw(chart: &Chart) -> Result<String, RenderError> {
    let drawn = match &chart.plot {
        Plot::Caterpillar(plot) => caterpillar::draw(chart, plot),
        Plot::Distribution(plot) => distribution::draw(chart, plot),
        Plot::ListSize(plot) => list_size::draw(chart, plot),
        Plot::Trend(plot) => trend::draw(chart, plot),
        Plot::Spend(plot) => spend::draw(chart, plot),
    };
    drawn.map_err(|why| RenderError::Chart { id: chart.id.clone(), why })
}
