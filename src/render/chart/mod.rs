//! Charts as SVG text, drawn with plotters; one file for each kind. Same view, same bytes.
//!
//! Text is laid out with the measures of Noto Sans, the font inside the PNG; each SVG carries its Latin part (26 kB), so that it
//! looks alike on a machine without that font.

mod axes;
mod canvas;
mod caterpillar;
mod deciles;
mod distribution;
mod dots;
mod funnel;
mod gains;
mod key;
mod levels;
mod list_size;
mod palette;
mod peers;
mod place;
mod process;
mod quadrant;
mod rows;
mod scale;
mod spend;
mod spine;
mod text;
mod tiles;
mod trend;

use super::RenderError;
use crate::report::{Chart, Plot};

/// The embedded font; `reports/fonts/README.md` says how it was made.
const FONT: &str = include_str!("../../../reports/fonts/noto-sans-latin.css");

/// The chart as an SVG document with title and description.
pub fn draw(chart: &Chart) -> Result<String, RenderError> {
    let drawn = match &chart.plot {
        Plot::Caterpillar(plot) => caterpillar::draw(chart, plot),
        Plot::Levels(plot) => levels::draw(chart, plot),
        Plot::Dots(plot) => dots::draw(chart, plot),
        Plot::Place(plot) => place::draw(chart, plot),
        Plot::Distribution(plot) => distribution::draw(chart, plot),
        Plot::ListSize(plot) => list_size::draw(chart, plot),
        Plot::Trend(plot) => trend::draw(chart, plot),
        Plot::Spend(plot) => spend::draw(chart, plot),
        Plot::Gains(plot) => gains::draw(chart, plot),
        Plot::Deciles(plot) => deciles::draw(chart, plot),
        Plot::Process(plot) => process::draw(chart, plot),
        Plot::Spine(plot) => spine::draw(chart, plot),
        Plot::Quadrant(plot) => quadrant::draw(chart, plot),
        Plot::Tiles(plot) => tiles::draw(chart, plot),
        Plot::Funnel(plot) => funnel::draw(chart, plot),
        Plot::Peers(plot) => peers::draw(chart, plot),
    };
    let svg = drawn.map_err(|why| RenderError::Chart { id: chart.id.clone(), why })?;
    // after title and description, which come first for those who listen
    Ok(svg.replacen("</desc>", &format!("</desc>\n<style>\n{FONT}</style>"), 1))
}
