//! One answer that becomes another: from what, to what, and what kind of work it is.

use super::panel::Cell;
use crate::define::framework::Indicator;
use crate::index::reach;
use crate::model::Absence;

/// What has to happen for the answer to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// The answer is there, and short of what is asked.
    Improve,
    /// Some months are missing.
    Complete,
    /// There is no answer.
    Answer,
    /// There is none, or it is `no`, and a direct trace of somebody else shows the thing: the answer is to be checked.
    Confirm,
    /// The figure is withheld by its publisher, or held as a fault of the data: not the unit's own work.
    Withheld,
}

impl Work {
    pub fn as_str(self) -> &'static str {
        match self {
            Work::Improve => "improve",
            Work::Complete => "complete",
            Work::Answer => "answer",
            Work::Confirm => "confirm",
            Work::Withheld => "withheld",
        }
    }
}

/// A change of one unit's answer to one indicator.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub indicator: usize,
    pub work: Work,
    pub points: f64,
    pub points_then: f64,
    /// Of a share that is known in full.
    pub numerator: Option<i64>,
    pub numerator_then: Option<i64>,
    pub denominator: Option<i64>,
    /// The word or words of a state.
    pub answer_then: Option<String>,
}

impl Change {
    /// What it takes to bring the answer to at least `target` points; `None` where it is there already, the indicator
    /// does not concern the unit, or no answer has as many.
    pub(super) fn to(
        indicator: usize,
        (x, counted_in): (&Indicator, i64),
        cell: &Cell,
        target: f64,
    ) -> Option<Change> {
        let (low, high) = cell.points?;
        if low >= target - 1e-9 {
            return None;
        }
        let work = match cell.absence {
            Some(Absence::Withheld) => Work::Withheld,
            _ if cell.shown => Work::Confirm,
            Some(_) => Work::Answer,
            None if low < high => Work::Complete,
            None => Work::Improve,
        };
        let whole = cell.is_whole();
        let then = reach(x, target, cell.denominator.filter(|_| whole), counted_in)?;
        Some(Change {
            indicator,
            work,
            points: low,
            points_then: then.points,
            numerator: cell.numerator.filter(|_| then.numerator.is_some()),
            numerator_then: then.numerator,
            denominator: cell.denominator.filter(|_| then.numerator.is_some()),
            answer_then: then.words,
        })
    }

    /// Points still to climb. What is not the unit's own work is the last to be chosen.
    pub(super) fn effort(&self) -> f64 {
        let barrier = if self.work == Work::Withheld { 1e6 } else { 0.0 };
        barrier + (self.points_then - self.points).max(0.0)
    }
}
