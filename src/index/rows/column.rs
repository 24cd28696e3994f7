//! One indicator over all rows of a table of values, as the steps leave it.

use crate::define::framework::{AbsencePolicy, Over};
use crate::index::cells::Cells;
use crate::model::{Absence, Provenance};
use std::ops::Range;

/// One unit in one period.
#[derive(Clone, Debug)]
pub(super) struct Row<'v> {
    pub period: &'v str,
    pub unit: &'v str,
    pub name: Option<&'v str>,
    pub group: Option<&'v str>,
    pub weight: f64,
    pub record: usize,
}

/// Where the value of a cell comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Answered,
    /// Divided by a denominator.
    Derived,
    Imputed,
    Missing,
}

impl Origin {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Origin::Answered => "answered",
            Origin::Derived => "derived",
            Origin::Imputed => "imputed",
            Origin::Missing => "missing",
        }
    }
}

/// Cells of one indicator; NaN where there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// Divided by the denominator, and imputed where the origin says so.
    pub value: Vec<f64>,
    pub absence: Vec<Option<Absence>>,
    pub origin: Vec<Origin>,
    /// After the treatment of outliers.
    pub treated: Vec<f64>,
    /// What was done to the cell.
    pub treatment: Vec<Option<&'static str>>,
    pub points: Vec<f64>,
    /// The points of the worst and the best value among the rows that it was normalised with; NaN if none had any.
    pub ends: Vec<(f64, f64)>,
    /// Whether points come from a key of answers and not from the value.
    pub keyed: bool,
}

impl Column {
    /// The cells of the rows of one period; `None` where no value of it is known to normalise by.
    pub(super) fn cells(&self, rows: Range<usize>, policy: AbsencePolicy) -> Option<Cells> {
        let mut cells = Cells::with_capacity(rows.len(), 1, Provenance::Returned);
        cells.points.ends = self.ends[rows.start];
        if cells.points.ends.0.is_nan() {
            return None;
        }
        for u in rows {
            let reason = self.absence[u].unwrap_or(Absence::NotReturned);
            match self.origin[u] {
                Origin::Answered | Origin::Derived => cells.answer(self.value[u], self.points[u]),
                Origin::Imputed => cells.imputed(self.value[u], self.points[u], reason),
                Origin::Missing => cells.absent(reason, policy),
            }
        }
        Some(cells)
    }
}

/// Leaves the rows that were screened out.
pub(super) fn keep(included: &[bool], rows: &mut Vec<Row<'_>>, columns: &mut [Option<Column>]) {
    fn of<T>(included: &[bool], cells: &mut Vec<T>) {
        let mut stays = included.iter();
        cells.retain(|_| stays.next().is_none_or(|s| *s));
    }
    of(included, rows);
    for c in columns.iter_mut().flatten() {
        of(included, &mut c.value);
        of(included, &mut c.absence);
        of(included, &mut c.origin);
        of(included, &mut c.treated);
        of(included, &mut c.treatment);
        of(included, &mut c.points);
        of(included, &mut c.ends);
    }
}

/// The sets of rows that a step looks at.
pub(super) fn sets(over: Over, rows: &[Row<'_>]) -> Vec<Range<usize>> {
    match over {
        _ if rows.is_empty() => Vec::new(),
        Over::All => std::iter::once(0..rows.len()).collect(),
        Over::Period => {
            let mut at = 0;
            let chunks = rows.chunk_by(|a, b| a.period == b.period);
            chunks
                .map(|of| {
                    at += of.len();
                    at - of.len()..at
                })
                .collect()
        }
    }
}

/// The values that are there.
pub(super) fn known(x: &[f64]) -> impl Iterator<Item = f64> + Clone + '_ {
    x.iter().copied().filter(|x| !x.is_nan())
}

/// Smallest and largest of the values that are there.
pub(super) fn range(x: &[f64]) -> Option<(f64, f64)> {
    known(x).map(|x| (x, x)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}
