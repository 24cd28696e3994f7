//! How a node of the tree combines its children, as written and as resolved.

use schemars::JsonSchema;
use serde::Deserialize;

/// A composite of children with weights (OECD/JRC Handbook 2008, step 6). Where a child is zero, the means that
/// multiply or divide are zero by their limit. Written as a word (`"geometric"`) or as a table with its parameters
/// (`{ type = "power", p = 0.5 }`).
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(from = "Written")]
#[schemars(with = "Written")]
#[non_exhaustive]
pub enum Mean {
    Arithmetic,
    Geometric,
    Harmonic,
    Minimum,
    Maximum,
    Copeland,
    Hellwig,
    Power { p: f64 },
    Penalised { penalty: Penalty, spread: Spread },
    MeanMinimum { alpha: f64, beta: f64 },
    Best { of: u32 },
    Worst { of: u32 },
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Word(MeanWord),
    Table(MeanTable),
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum MeanWord {
    /// Full compensation: sum of w x over sum of w.
    Arithmetic,
    /// exp(sum of w ln x over sum of w).
    Geometric,
    /// Sum of w over sum of w / x.
    Harmonic,
    /// The smallest child: no compensation.
    Minimum,
    /// The largest child.
    Maximum,
    /// Net wins over all other units in pairwise comparison (children need no common scale). Rows only.
    Copeland,
    /// One less the distance to the ideal unit, over the mean and two standard deviations of all such distances
    /// (Hellwig 1968, the Wroclaw taxonomic method). Rows only.
    Hellwig,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum MeanTable {
    /// (Sum of w x^p over sum of w)^(1/p); p = 1 is arithmetic, 0 geometric, -1 harmonic.
    Power { p: f64 },
    /// Arithmetic mean M less (or more) S^2 / M: unbalanced children cost (Mazziotta-Pareto). Rows only.
    Penalised { penalty: Penalty, spread: Spread },
    /// M - alpha (sqrt((M - min)^2 + beta^2) - beta), from the mean to the minimum (Tarabusi and Guarini 2013).
    MeanMinimum { alpha: f64, beta: f64 },
    /// Mean of the best children, so many (ordered weighted averaging).
    Best { of: u32 },
    /// Mean of the worst children, so many.
    Worst { of: u32 },
}

/// The sign of the penalty for unbalanced children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// For an index in which more is better: M - S^2 / M.
    Downward,
    /// For an index in which more is worse, such as deprivation: M + S^2 / M.
    Upward,
}

/// Which standard deviation the penalty uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// Over n - 1, as in the Mazziotta-Pareto index (MPI).
    Sample,
    /// Over n, as in its adjusted form (AMPI).
    Population,
}

impl From<Written> for Mean {
    fn from(written: Written) -> Mean {
        match written {
            Written::Word(MeanWord::Arithmetic) => Mean::Arithmetic,
            Written::Word(MeanWord::Geometric) => Mean::Geometric,
            Written::Word(MeanWord::Harmonic) => Mean::Harmonic,
            Written::Word(MeanWord::Minimum) => Mean::Minimum,
            Written::Word(MeanWord::Maximum) => Mean::Maximum,
            Written::Word(MeanWord::Copeland) => Mean::Copeland,
            Written::Word(MeanWord::Hellwig) => Mean::Hellwig,
            Written::Table(MeanTable::Power { p }) => Mean::Power { p },
            Written::Table(MeanTable::Penalised { penalty, spread }) => Mean::Penalised { penalty, spread },
            Written::Table(MeanTable::MeanMinimum { alpha, beta }) => Mean::MeanMinimum { alpha, beta },
            Written::Table(MeanTable::Best { of }) => Mean::Best { of },
            Written::Table(MeanTable::Worst { of }) => Mean::Worst { of },
        }
    }
}

impl Mean {
    /// The exponent of a power mean: 1 is arithmetic, 0 geometric, -1 harmonic; `None` for any other composite.
    pub fn exponent(self) -> Option<f64> {
        match self {
            Mean::Arithmetic => Some(1.0),
            Mean::Geometric => Some(0.0),
            Mean::Harmonic => Some(-1.0),
            Mean::Power { p } if p.is_finite() => Some(p),
            _ => None,
        }
    }

    /// The word of the file, for messages and tables.
    pub fn name(self) -> &'static str {
        match self {
            Mean::Arithmetic => "arithmetic",
            Mean::Geometric => "geometric",
            Mean::Harmonic => "harmonic",
            Mean::Minimum => "minimum",
            Mean::Maximum => "maximum",
            Mean::Copeland => "copeland",
            Mean::Hellwig => "hellwig",
            Mean::Power { .. } => "power",
            Mean::Penalised { .. } => "penalised",
            Mean::MeanMinimum { .. } => "mean_minimum",
            Mean::Best { .. } => "best",
            Mean::Worst { .. } => "worst",
        }
    }

    /// Whether a child below zero has no meaning under it.
    pub fn needs_positive(self) -> bool {
        match self {
            Mean::Geometric | Mean::Harmonic => true,
            Mean::Power { p } => p != 1.0,
            _ => false,
        }
    }

    /// Whether a child that rises can never lower it: only then do the floors of the children make a floor.
    pub fn is_monotone(self) -> bool {
        !matches!(self, Mean::Penalised { .. } | Mean::Copeland | Mean::Hellwig)
    }

    /// Whether a unit's value depends on the other units.
    pub fn compares_units(self) -> bool {
        matches!(self, Mean::Copeland | Mean::Hellwig)
    }

    /// Whether it always lies between the smallest and the largest child.
    pub fn is_internal(self) -> bool {
        self.is_monotone() && !matches!(self, Mean::MeanMinimum { .. })
    }
}
