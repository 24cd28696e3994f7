//! The engine on any units: a table of values, one row a unit, one column an indicator, scored by any framework.
//!
//! `read` (text to numbers, divided by denominators) -> `screen` -> `impute` -> `treat` -> `normalise` -> the tree
//! (`score`) -> `tables`. Which steps, and how, is the framework's; rows are in the order of period and unit before
//! anything is computed, so that the order of the file has no say.
//!
//! Where the framework says what is uncertain, `version` prepares every other way to points and `replicate` draws
//! among them.
//!
//! Not here: quarters, practices and areas of the NHS. What is shared with them is the tree, the goalposts, the
//! treatment of absence and the ranks.

mod column;
mod impute;
mod method;
mod moments;
mod normalise;
mod read;
mod replicate;
mod screen;
mod tables;
mod treat;
mod trend;
mod uncertain;
mod version;
mod weigh;

use super::IndexError;
use super::cells::{Cells, Points};
use super::level::Levels;
use super::score::{Tree, tree};
use crate::define::framework::Framework;
use crate::diag::{Diagnostic, Place, Severity};
use column::Column;
use polars::prelude::DataFrame;

/// A table of values as text: header and records as a CSV reader gives them. `unit` is required; `unit_name`,
/// `period`, `group` and `weight` are optional; every other column is an indicator or a denominator by its id.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Name of the file, for messages.
    pub file: String,
    pub header: Vec<String>,
    pub records: Vec<Vec<String>>,
    /// Line of each record in the file, from 1; without them each record is one line below the header.
    pub lines: Vec<u64>,
}

/// What of the joint simulation is chosen outside the framework. The same seed gives the same digits on any number of
/// threads.
#[derive(Clone, Debug)]
pub struct Simulation {
    pub seed: u64,
    /// Instead of the framework's.
    pub replicates: Option<u32>,
    /// Instead of draws: a sample made elsewhere.
    pub design: Option<Design>,
}

impl Default for Simulation {
    fn default() -> Self {
        Simulation { seed: 1, replicates: None, design: None }
    }
}

/// A stored sample of weights: for the id of a dimension or an indicator, a number from 0 to 1 per replicate, all of
/// one length. u stands for the stated weight times 1 + (2 u - 1) times the framework's share; everything else is as
/// stated.
pub type Design = std::collections::BTreeMap<String, Vec<f64>>;

/// The scores of any units. Sorted by period and unit (or group, or indicator).
#[derive(Clone, Debug)]
pub struct ScoredUnits {
    /// period, unit, unit_name, group, framework, score, score_high, estimate, coverage, thin, the sub-scores, with
    /// levels: level, level_high, levels_met, progress, blocking; with uncertainty: interval_low, interval_high (of what
    /// the framework ranks by); rank_low, rank, rank_high, rank_in_group; with uncertainty: p_top_tenth, p_bottom_tenth.
    pub scores: DataFrame,
    /// period, unit, node_id, score, score_high, estimate, coverage, rank, rank_in_group: every node of the tree.
    pub node_scores: DataFrame,
    /// period, unit, indicator_id, value, absence, origin, treated, treatment, points, rank.
    pub indicator_values: DataFrame,
    /// period, group, units, weight, score, score_unweighted, estimate, coverage.
    pub group_scores: DataFrame,
    /// id, kind, parent, weight, effective_weight and the method of every node and indicator; of an indicator whether it
    /// took_part: 0 where the table has no value of it.
    pub weights: DataFrame,
    /// period, indicator_id and what the test and the treatment of outliers found and did.
    pub treatment: DataFrame,
    /// period, unit and why it is scored or not.
    pub screening: DataFrame,
    /// unit, indicator_id, period_from, period_to, periods, value_from, value_to, growth_a_year (compound, a share),
    /// trend_percent_a_year (least squares, of its start); of tables with several periods.
    pub trends: DataFrame,
    /// period, units, replicates, seed, rankability, shown_as, standard_error: how well each period can be ranked.
    pub uncertainty: DataFrame,
    /// period, unit and what the replicates say of score and rank: mean, standard deviation, median rank.
    pub unit_uncertainty: DataFrame,
    /// period, cause and its shares of the variance of the mean shift of rank.
    pub sensitivity: DataFrame,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, thiserror::Error)]
pub enum ValuesFault {
    #[error("the table of values was refused")]
    Refused(Vec<Diagnostic>),
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Scores every period of the table. Without a `period` column all rows are one period with an empty name; without
/// `weight` all units weigh 1; without `group` there are no groups.
///
/// A framework with `[uncertainty]` is simulated; one without has no intervals, and the four tables of them are empty.
///
/// # Errors
/// A simulation that is asked for without `[uncertainty]`, or a table that cannot be read as values, or on which a step of the framework cannot work; every fault is among the
/// diagnostics.
pub fn score_units(
    framework: &Framework,
    values: &Values,
    simulation: &Simulation,
) -> Result<ScoredUnits, ValuesFault> {
    let (mut rows, mut columns, mut diagnostics) = read::read(framework, values);
    diagnostics.extend(version::unfit(framework, simulation, values));
    refuse(&diagnostics)?;
    let mut step = |faults: Vec<Diagnostic>| {
        diagnostics.extend(faults);
        refuse(&diagnostics)
    };
    let screening = framework.screening.as_ref();
    let imputes_first = version::imputes_first(framework);
    let read = framework.uncertainty.is_some().then(|| (rows.clone(), columns.clone()));
    if imputes_first {
        step(impute::impute(framework, &values.file, &rows, &mut columns))?;
    }
    let screened = screening.map(|s| screen::screen(s, &rows, &columns));
    if let Some(found) = &screened {
        step(found.diagnostics(&rows, &values.file))?;
        column::keep(&found.included, &mut rows, &mut columns);
    }
    if !imputes_first {
        step(impute::impute(framework, &values.file, &rows, &mut columns))?;
    }
    let (treated, faults) = treat::treat(framework, &values.file, &rows, &mut columns);
    step(faults)?;
    step(normalise::normalise(framework, &values.file, &rows, &mut columns))?;

    let found = match weigh::weighed(framework, &values.file, rows.len(), &columns) {
        Ok(found) => found,
        Err(fault) => return Err(ValuesFault::Refused(vec![fault])),
    };
    let framework = found.as_ref().unwrap_or(framework);
    let versions = match &read {
        Some((rows, columns)) => {
            let included = screened.as_ref().map(|s| s.included.as_slice());
            version::versions(framework, &values.file, rows, columns, included)
                .map_err(ValuesFault::Refused)?
        }
        None => Vec::new(),
    };

    let mut out = tables::Tables::new(framework, &rows);
    let mut known = uncertain::Uncertain::new(framework, simulation);
    let mut at = 0;
    for of in rows.chunk_by(|a, b| a.period == b.period) {
        let here = at..at + of.len();
        at = here.end;
        let cells: Vec<Option<Cells>> = columns
            .iter()
            .zip(&framework.indicators)
            .map(|(c, x)| c.as_ref()?.cells(here.clone(), x.absence))
            .collect();
        let silent = columns.iter().zip(&cells).map(|(column, cells)| column.is_some() && cells.is_none());
        for (x, _) in framework.indicators.iter().zip(silent).filter(|(_, silent)| *silent) {
            let message = format!("`{}` has no value in {}: nobody was asked", x.id, of[0].period);
            step(vec![Diagnostic::new("NOT_COLLECTED", Place::file(&values.file), message)])?;
        }
        let leaves: Vec<Option<&Points>> = cells.iter().map(|c| c.as_ref().map(|c| &c.points)).collect();
        let share = framework.effective_weights();
        let asked: f64 = share.iter().zip(&leaves).filter(|(_, l)| l.is_some()).map(|(w, _)| w).sum();
        let ranked = asked >= framework.ranking.minimum_weight_asked - 1e-12;
        if !ranked {
            let message =
                format!("{}: too little of the framework's weight has values: not ranked", of[0].period);
            step(vec![Diagnostic::new("LOW_COVERAGE", Place::file(&values.file), message)])?;
        }
        let scored: Tree = tree(framework, &leaves, &share, of.len());
        let replicated = replicate::replicates(framework, &versions, here.clone(), &scored, simulation);
        let levels = Levels::of(framework, &cells, of.len());
        out.push(of, here, &columns, &scored, (levels.as_ref(), replicated.as_ref(), ranked));
        if let Some(replicated) = &replicated {
            known.push(of, replicated, ranked);
        }
    }
    let trends = trend::trends(framework, &rows, &columns).finish().map_err(IndexError::from)?;
    let (uncertainty, unit_uncertainty, sensitivity) = known.finish().map_err(IndexError::from)?;
    let frames = out.finish(&columns, &treated, screened.as_ref()).map_err(IndexError::from)?;
    let [scores, node_scores, indicator_values, group_scores, weights, treatment, screening] = frames;
    Ok(ScoredUnits {
        scores,
        node_scores,
        indicator_values,
        group_scores,
        weights,
        treatment,
        screening,
        trends,
        uncertainty,
        unit_uncertainty,
        sensitivity,
        diagnostics,
    })
}

fn refuse(diagnostics: &[Diagnostic]) -> Result<(), ValuesFault> {
    let refused = diagnostics.iter().any(|d| d.severity >= Severity::Error);
    if refused { Err(ValuesFault::Refused(diagnostics.to_vec())) } else { Ok(()) }
}

/// A fault of a whole column.
fn of_column(file: &str, id: &str, message: impl Into<String>) -> Diagnostic {
    let place = Place::Key { dataset: file.to_owned(), key: id.to_owned() };
    Diagnostic::new("VALUES_METHOD", place, message)
}

/// The columns that exist, with their indicators' numbers.
fn present(columns: &[Option<Column>]) -> impl Iterator<Item = (usize, &Column)> {
    columns.iter().enumerate().filter_map(|(i, c)| Some((i, c.as_ref()?)))
}
