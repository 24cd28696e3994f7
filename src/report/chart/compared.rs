//! Charts that set a unit against others of its kind, against what chance does, or against its own past.

use crate::report::words;
use crate::value::Corner;
use jiff::civil::Date;

/// Tenths of all areas quarter by quarter, with one line over them.
#[derive(Clone, Debug)]
pub struct Deciles {
    pub quarters: Vec<DecileQuarter>,
    /// Whose line it is.
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct DecileQuarter {
    pub day: Date,
    pub label: String,
    /// 10th to 90th percentile (linear interpolation, type 7); `None` where fewer than ten areas have a score.
    pub tenths: Option<[f64; 9]>,
    /// Areas with a score.
    pub areas: usize,
    pub value: Option<f64>,
    /// It scores the same indicators as the quarter before, so that a line may join them.
    pub joined: bool,
}

/// One unit's score against its own usual noise (XmR).
#[derive(Clone, Debug)]
pub struct Process {
    pub points: Vec<ProcessPoint>,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct ProcessPoint {
    pub day: Date,
    pub label: String,
    pub value: f64,
    /// Mean and limits of its stretch of like quarters.
    pub limits: Option<[f64; 3]>,
    pub signal: Option<Signal>,
    /// It belongs to the same stretch as the point before.
    pub joined: bool,
}

/// What is not usual noise; neither is good or bad by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Above the mean or rising; else below or falling.
    pub up: bool,
    /// The rule that holds, in words.
    pub rule: String,
}

/// One area's answers between the lowest and the highest of all, each on a scale of its own with England in the middle.
#[derive(Clone, Debug)]
pub struct Spine {
    pub rows: Vec<SpineRow>,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SpineRow {
    pub name: String,
    pub good: Good,
    /// Areas with an answer.
    pub areas: usize,
    /// Lowest, lower quartile, upper quartile, highest of the areas.
    pub spread: [f64; 4],
    pub england: f64,
    pub value: Option<f64>,
    pub unit: SpineUnit,
}

/// How the figures of a row are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpineUnit {
    Share,
    Number,
    Pounds,
}

impl SpineUnit {
    pub fn words(self, x: f64) -> String {
        match self {
            SpineUnit::Share => words::percent(x),
            SpineUnit::Number => words::score(x),
            SpineUnit::Pounds => words::pounds(x),
        }
    }
}

/// Which end of an indicator is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Good {
    High,
    Low,
    Neither,
}

/// Areas by spend and score with intervals of both, and the frontier of what others reach at no more spend.
#[derive(Clone, Debug)]
pub struct Quadrant {
    pub points: Vec<QuadrantPoint>,
    /// Medians of spend and score.
    pub medians: (f64, f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct QuadrantPoint {
    pub name: String,
    /// £ per head: lowest, as counted, highest, over the denominators that are known.
    pub spend: [f64; 3],
    /// Lower end, middle and upper end.
    pub score: [f64; 3],
    /// `None` where it cannot be told.
    pub quadrant: Option<Corner>,
    /// Lower end, frontier, upper end.
    pub frontier: Option<[f64; 3]>,
    /// Below what others reach beyond doubt.
    pub below: bool,
}

/// Areas as equal tiles, region by region in the order of their codes: no map, so that no area counts by its acres.
#[derive(Clone, Debug)]
pub struct Tiles {
    pub regions: Vec<(String, Vec<Tile>)>,
    /// Lower and upper edge of each class, in words, the lowest first.
    pub classes: Vec<String>,
    /// What all classes are wide, as it is printed, and whether one is open.
    pub width: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    pub code: String,
    pub name: String,
    /// The figure as it is printed; what stands for it where there is none.
    pub text: String,
    pub shade: Shade,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shade {
    /// The class that the printed figure lies in.
    Class(usize),
    /// There is a figure, but none to be set beside others.
    NotCompared,
    NoData,
}

/// Units by size and proportion between the limits that chance, and usual differences, allow.
#[derive(Clone, Debug)]
pub struct Funnel {
    pub limits: Vec<FunnelLimits>,
    /// Units within the limits of 99.8 %, counted in cells.
    pub cells: Vec<super::Cell>,
    /// Units beyond them.
    pub flagged: Vec<FunnelFlag>,
    /// Ends of the axis of sizes; units before its start are not drawn.
    pub start: f64,
    pub largest: f64,
    pub target: f64,
    /// What the units are: several.
    pub units: String,
}

/// Limits for a unit of a size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelLimits {
    pub size: f64,
    /// 99.8 % and 95 % with the usual differences between units.
    pub outer: (f64, f64),
    pub inner: (f64, f64),
    /// 99.8 % by chance alone.
    pub chance: (f64, f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct FunnelFlag {
    pub code: String,
    pub name: String,
    pub size: f64,
    pub value: f64,
}

/// One area beside its nearest peers and their mean.
#[derive(Clone, Debug)]
pub struct Peers {
    /// The area with what is expected of one like its peers and with their mean; then the peers, the nearest first.
    pub groups: Vec<super::Group<PeerRow>>,
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeerRow {
    pub kind: PeerKind,
    pub value: Option<f64>,
    pub interval: Option<(f64, f64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerKind {
    Own,
    Mean,
    Expected,
    Peer,
}
