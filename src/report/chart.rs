//! Charts as numbers and words, before anything is drawn.

use super::league::Interval;

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
    pub plot: Plot,
}

#[derive(Clone, Debug)]
pub enum Plot {
    Caterpillar(Caterpillar),
    Distribution(Distribution),
    ListSize(ListSize),
    Trend(Trend),
    Spend(Spend),
}

/// Units in the order of their floors, each with its interval.
#[derive(Clone, Debug)]
pub struct Caterpillar {
    pub rows: Vec<(String, Interval)>,
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
}

/// England quarter by quarter.
#[derive(Clone, Debug)]
pub struct Trend {
    pub quarters: Vec<Quarter>,
}

#[derive(Clone, Debug)]
pub struct Quarter {
    pub label: String,
    pub interval: Interval,
    /// Share of the framework's weight that was collected and answered.
    pub answered: Option<f64>,
    /// It scores the same indicators as the quarter before, so that a line may join them.
    pub joined: bool,
}

/// £ per head by CCG, highest first; those that cannot be compared last.
#[derive(Clone, Debug)]
pub struct Spend {
    pub rows: Vec<SpendRow>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SpendRow {
    pub code: String,
    pub name: String,
    pub registered: Option<f64>,
    pub weighted: Option<f64>,
    /// Why the figure cannot be compared; `None` if it can.
    pub caveat: Option<String>,
}
