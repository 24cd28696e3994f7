//! Charts as SVG text, drawn with plotters; one file for each kind. Same view, same bytes.
//!
//! Text is laid out with the measures of Noto Sans, the font inside the PNG; each SVG carries its Latin part (26 kB), so that it
//! looks alike on a machine without that font. Fonts and widths are in `text`, colours in `palette`, scales in `scale`, what is
//! drawn of them in `axes`, legends in `key`, named rows in `rows`: nothing else knows how an axis or a label looks.
//!
//! **One picture for all screens.** A chart is 1,200 units wide, its smallest text 16 units: 12 points at that width. It grows
//! without loss on a projector. A narrow screen never shrinks it below 900 CSS pixels (12 pixels of text): the picture then
//! scrolls in its own box, with the title in words above it and description and table below, which reflow; one area among all
//! begins at the area's own mark. A second, narrow
//! drawing of each would double the files and break rows of 200 names into what no phone can show at once.
//!
//! **What was taken from the best, and what is better here.**
//!
//! | chart | taken from | better here |
//! |---|---|---|
//! | `caterpillar`, `place` | Fingertips' compare areas: value, interval, benchmark | bounds for what is missing, tiers in place of red and green, a range of ranks and never a bare one |
//! | `deciles` | OpenPrescribing: tenths of all by month (type 7), median distinct, the unit as one line | tenths are named at their ends; the unit has rings and not only another colour; lines break where other indicators were collected, and a quarter that is missing keeps its room |
//! | `process` | NHSRplotthedots: XmR, screened moving ranges, rules in one order | signals are triangles that point, neutral, with the rule in words; limits begin afresh with each stretch of like quarters; trial limits are said under the picture |
//! | `funnel` | FunnelPlotR and Spiegelhalter 2005: 95 % and 99.8 % with over-dispersion | the share of flags expected by chance is in the title; limits hold the rate that they state where sizes differ widely; what chance alone would flag stands beside; thousands of units are counted in squares |
//! | `spine` | Fingertips: each row its own scale, symmetric about England, middle half darker | no colour says good or bad: the end with more points is on the right, shape says inside or outside the middle half, and what has no good end has a mark of its own |
//! | `peers` | RightCare packs: an area and its ten most similar | the peers' mean has its interval, and the bar that counts is what is expected of one like them: nothing is called inside it |
//! | `quadrant` | SPOT: spend against outcome in four quarters | both intervals of every area; a quarter holds only those that surely lie in it; a frontier with its interval; neutral blues |
//! | `tiles` | tile grids of newspapers, in place of Fingertips' maps | regions by the ODS and codes in order, so that a place is found again; code and figure printed on every tile; classes of round figures, not ranks |
//! | `spend`, `gains` | Fingertips' bars | from nought, neutral, what cannot be compared hatched and set apart with its reason; above a hundred areas thin bars on one page, the ends and quarters named (`spend_strip`) |
//! | `levels`, `dots` | analysis function: few categories, direct labels | shapes, hatching and printed shares beside colour |
//!
//! Common to all: title with the finding, subtitle with what, where, when and unit, description as text alternative, source and
//! method below, numbers in a table beside; no rotated text, no two texts on one another (tested with the real font).

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
mod spend_strip;
mod spine;
mod text;
mod tiles;
mod trend;

use super::RenderError;
use crate::report::{Chart, Plot};

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
        Plot::Spend(plot) if plot.strip() => spend_strip::draw(chart, plot),
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
    drawn.map_err(|why| RenderError::Chart { id: chart.id.clone(), why })
}
