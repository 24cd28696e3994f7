//! Charts as numbers and words, before anything is drawn.

mod compared;

pub use compared::*;

use super::league::Interval;
use jiff::civil::Date;

/// A chart with all that it says.
#[derive(Clone, Debug)]
pub struct Chart {
    /// File name without extension, our own slug.
    pub id: String,
    pub title: String,
    /// What, where, when, in which unit.
    pub subtitle: String,
    /// A text alternative that serves the same purpose: how to read it and what it shows.
    pub description: String,
    /// Source, period, basis and the label of the method, printed under the chart.
    pub footer: Vec<String>,
    pub synthetic: bool,
    /// The published table that holds its numbers.
    pub table: String,
    /// The chart of one area, for its own page: as SVG only, since there are some two hundred.
    pub own_page: bool,
    pub plot: Plot,
}

impl Chart {
    /// Path of the pictures inside the release, without extension: the chart of one area stands beside its page.
    pub fn path(&self) -> String {
        let folder = if self.own_page { "site/ccg" } else { "charts" };
        format!("{folder}/{}", self.id)
    }

    /// Whether it stands in the section on spend.
    pub fn about_spend(&self) -> bool {
        self.id.starts_with("spend-")
    }
}

#[derive(Clone, Debug)]
pub enum Plot {
    Caterpillar(Caterpillar),
    Levels(Levels),
    Dots(Dots),
    Place(Place),
    Distribution(Distribution),
    ListSize(ListSize),
    Trend(Trend),
    Spend(Spend),
    Gains(Gains),
    Deciles(Deciles),
    Process(Process),
    Spine(Spine),
    Quadrant(Quadrant),
    Tiles(Tiles),
    Funnel(Funnel),
    Peers(Peers),
}

/// Rows that belong together: the areas of a tier, whose floors are close together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group<T> {
    /// Words for the band above the rows; `None` where nothing divides them.
    pub label: Option<String>,
    /// Name and figures.
    pub rows: Vec<(String, T)>,
}

/// What is known of an area's score.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Standing {
    pub bounds: Interval,
    /// 95 of 100 replicates of the joint simulation lie here.
    pub spread: Option<(f64, f64)>,
    pub rank_range: Option<(i64, i64)>,
}

/// Areas by tier, each with its bounds, its interval and its range of places.
#[derive(Clone, Debug)]
pub struct Caterpillar {
    pub groups: Vec<Group<Standing>>,
    pub england: Option<f64>,
}

/// Shares of registered patients at each level from 0, area by area.
#[derive(Clone, Debug)]
pub struct Levels {
    pub groups: Vec<Group<Vec<f64>>>,
    pub england: Vec<f64>,
}

/// Several figures of one unit in each row, on one axis.
#[derive(Clone, Debug)]
pub struct Dots {
    pub groups: Vec<Group<Vec<Option<f64>>>>,
    /// What each figure is; at most as many as there are shapes.
    pub marks: Vec<String>,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    /// Points of 100.
    Points,
    /// A proportion, shown in per cent.
    Share,
}

/// One area among all others, which stand in the order of their floors.
#[derive(Clone, Debug)]
pub struct Place {
    pub rows: Vec<Standing>,
    /// The area on show, among the rows.
    pub shown: usize,
    pub name: String,
    /// How many rows each tier has, in order; empty where no tiers are told.
    pub tiers: Vec<(String, usize)>,
    pub england: Option<f64>,
}

/// Counts of practices by score, in steps of equal width.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Lower edge and count; the last step holds its upper edge too.
    pub bins: Vec<(f64, u32)>,
    pub width: f64,
    pub england: Option<f64>,
}

/// Practices by list size (logarithmic) and score, counted in cells.
#[derive(Clone, Debug)]
pub struct ListSize {
    pub cells: Vec<Cell>,
    pub bands: Vec<Band>,
    pub england: Option<f64>,
    /// Where the logarithmic axis begins; the practices with fewer patients stand in one column before it.
    pub start: i64,
    pub largest: i64,
}

/// A rectangle of the plane with the number of practices in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub patients: (f64, f64),
    pub score: (f64, f64),
    pub practices: u32,
}

/// Practices with list sizes from `from` to under `to`, and the quartiles of their floors (linear interpolation, type 7).
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    pub from: i64,
    pub to: Option<i64>,
    pub practices: usize,
    pub quartiles: Option<[f64; 3]>,
    /// 95% limits of the median.
    pub median_limits: Option<(f64, f64)>,
}

/// England quarter by quarter.
#[derive(Clone, Debug)]
pub struct Trend {
    pub quarters: Vec<Quarter>,
}

#[derive(Clone, Debug)]
pub struct Quarter {
    pub day: Date,
    pub label: String,
    pub interval: Interval,
    /// Share of the framework's weight that was collected.
    pub collected: f64,
    /// Share of what was collected that was answered, by weight.
    pub answered: Option<f64>,
    /// It scores the same indicators as the quarter before, so that a line may join them.
    pub joined: bool,
}

/// £ per head by CCG, highest first; those that cannot be compared last.
#[derive(Clone, Debug)]
pub struct Spend {
    pub rows: Vec<SpendRow>,
}

impl Spend {
    /// Most areas that stand as named rows: as many make a picture three times as tall as wide.
    const ROWS: usize = 100;

    /// Whether it is drawn as a strip of thin bars, with few names: all names and figures stand in the table beside it.
    pub fn strip(&self) -> bool {
        self.rows.len() > Spend::ROWS
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct SpendRow {
    pub code: String,
    pub name: String,
    pub registered: Option<f64>,
    pub weighted: Option<f64>,
    /// Why the figure cannot be compared; `None` if it can.
    pub caveat: Option<String>,
    /// Refused: a number without a bar, since it would set the scale of all others.
    pub refused: bool,
}

/// £ a head that each area has more or less than before, the most first.
#[derive(Clone, Debug)]
pub struct Gains {
    pub groups: Vec<Group<f64>>,
}
