//! The maturity index: stored answers -> values, scores of practices, CCGs, regions and England.
//!
//! In: a checked [`Framework`], the stored frames as [`Source`]s, and the practices of each quarter (harmonise).
//! Out: [`Scored`], frames with the column names of the release. Stage before: the store; after: compare, report.
//! Not here: ranks of the league table (its order is `compare`'s), files. How an answer is known, and the score that
//! counts a contradicted one as not met: `evidence`.
//!
//! The same tree and the same means score rows of any table ([`score_units`]).
//!
//! **How a quarter is read.** A state or a stock is read at the last month that the dataset holds in the quarter,
//! for everybody the same month: a practice that is missing there is missing, it is not looked up in an earlier one,
//! or a bad month could be replaced by silence. A flow is summed over the months of the quarter, numerator and
//! denominator over the same months, so that a rate is per person and month and a quarter with two months compares
//! with one of three. Counts stay whole numbers until the division.
//!
//! **Three numbers, always** (own method). *Floor* (`score`): what is missing counts as not met. *Ceiling*
//! (`score_high`): as met. *Estimate*: weights of the missing are shared among the present ones in their dimension,
//! then between dimensions. A flow with a month missing is a partial answer: its estimate uses the months that are
//! there; its floor counts nothing for the missing month and needs the denominator of every month, or it is zero.
//!
//! **Asked and answered.** A dataset that holds nothing for a quarter was not asked of anybody: its indicators leave
//! the quarter for all (`weight_asked` says how much of the framework is left; too little, and the quarter is not
//! ranked, I002). `coverage` is the share of the asked and applicable weight that was answered.
//!
//! **Areas** (own method). A CCG's score is the list-weighted mean of its practices' scores; what the CCG answers
//! itself joins by its share of the framework's weight. Regions and England are the weighted means of their CCGs, so
//! children sum to the parent. A practice without a published list size counts in the floor with nothing and in the
//! ceiling with everything, at the framework's assumed list size.

mod across;
mod aggregate;
mod area;
mod cells;
mod column;
mod evidence;
mod grid;
mod level;
mod observe;
mod rescore;
mod robust;
mod rows;
mod score;
mod simulate;
mod steps;
mod tables;
mod tier;
mod units;

pub use rescore::{Bounds, Floors, Reached, Rescore, Whole, reach};
pub use rows::{Design, ScoredUnits, Simulation, Values, ValuesFault, score_units};

use crate::define::framework::{Filter, Framework, Time};
use crate::diag::{Diagnostic, Place};
use crate::model::{Grain, Period, Provenance};
use polars::prelude::DataFrame;
use std::collections::BTreeSet;

/// One stored frame: a dataset, its period and what it is. Give one release of each (dataset, period).
#[derive(Clone, Debug)]
pub struct Source {
    pub dataset: String,
    /// Of the frame as a whole; a column `period` (Date) wins for datasets of monthly rows.
    pub period: Period,
    pub frame: DataFrame,
    /// Records that were set aside or refused, where the contract keeps them: they are in no figure.
    pub aside: Option<DataFrame>,
    pub provenance: Provenance,
}

#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("{table} has no column `{column}` of {wanted}")]
    Column { table: String, column: String, wanted: &'static str },
    #[error("practice {practice} stands twice in the practices of {period}")]
    Duplicate { practice: String, period: String },
    #[error("the frame could not be built")]
    Polars(#[from] polars::error::PolarsError),
}

/// The tables of the index, sorted by key, named and typed as in the release.
#[derive(Clone, Debug)]
pub struct Scored {
    pub indicator_values: DataFrame,
    pub practice_scores: DataFrame,
    pub ccg_scores: DataFrame,
    /// Regions and England.
    pub area_scores: DataFrame,
    /// How well the tables of each quarter can be ranked.
    pub uncertainty: DataFrame,
    /// Which cause moves the ranks.
    pub sensitivity: DataFrame,
    /// What each indicator does for the index, beside its weight.
    pub importance: DataFrame,
    /// Scores and ranks under every other choice, for the newest quarter that is ranked.
    pub alternatives: DataFrame,
    /// Steps of single suppliers, held or not; for frameworks with a rule.
    pub supplier_steps: Option<DataFrame>,
    /// Grade of every self-reported answer; for frameworks with rules of evidence.
    pub evidence: Option<DataFrame>,
    /// Blocks of prefilled returns that stayed unchanged.
    pub carried_forward: Option<DataFrame>,
    /// Units just below and just above the lines of counted shares.
    pub bunching: Option<DataFrame>,
    pub diagnostics: Vec<Diagnostic>,
}

/// The quarters for which the sources hold monthly answers to any indicator, in order. A file of other fields of a
/// dataset (one service of three, not said which) makes no quarter.
pub fn quarters(framework: &Framework, sources: &[Source]) -> Result<Vec<Period>, IndexError> {
    let mut found = BTreeSet::new();
    for source in sources {
        let monthly = framework.input(&source.dataset).is_some_and(|i| i.time == Time::Month);
        let measures = framework.indicators.iter().filter_map(|x| x.measure.as_ref());
        let mut filters = measures.flat_map(|m| m.filters()).filter(|(d, _)| *d == source.dataset);
        if monthly && filters.any(|(_, filter)| answers(&source.frame, filter)) {
            for month in column::months(source)?.1 {
                found.insert(column::month_end(month).quarter());
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether any row passes the filter.
fn answers(frame: &DataFrame, filter: &Filter) -> bool {
    let passes = |column: &str, words: &[String], row: usize| {
        let cells = frame.column(column).ok().and_then(|c| c.str().ok());
        cells.is_none_or(|c| c.get(row).is_some_and(|cell| words.iter().any(|w| w == cell)))
    };
    let wanted: Vec<(&str, Vec<String>)> = filter.iter().map(|(c, w)| (c.as_str(), w.list())).collect();
    (0..frame.height()).any(|row| wanted.iter().all(|(column, words)| passes(column, words, row)))
}

/// Scores every quarter that `practices` holds.
///
/// `seed` chooses the draws of the joint simulation, when the framework states what is uncertain.
///
/// `practices` is the table of that name: one row per period and practice, with `period` (Date), `practice_code`,
/// `practice_name`, `ccg_code`, `ccg_name`, `region_code`, `region_name`, `basis` and `provenance` (String) and
/// `list_size` (Int64, patients); and where steps of suppliers are looked for, `provider_KIND` (String).
///
/// # Errors
/// A frame without a column that the framework or this stage names, or a practice twice in a quarter.
pub fn score(
    framework: &Framework,
    sources: &[Source],
    practices: &DataFrame,
    seed: u64,
) -> Result<Scored, IndexError> {
    let units = units::Units::read(practices)?;
    let mut diagnostics = Vec::new();
    let mut observed = observe::observe(framework, sources, &units, &mut diagnostics)?;
    let supplier_steps = steps::hold(framework, &units, practices, &mut observed, &mut diagnostics)?;
    let mut evidence = evidence::Evidence::read(framework, sources, &units, practices)?;
    let mut known = evidence::EvidenceTables::default();
    let mut out = tables::Tables::new(framework, &units, seed);
    let mut robust = robust::Robust::new(framework, &units);
    for (at, (quarter, seen)) in units.quarters.iter().zip(&observed).enumerate() {
        let scored = score::quarter(framework, quarter, seen);
        let areas = area::roll_up(framework, quarter, seen, &scored, units.ccgs.len());
        let graded = evidence.as_mut().map(|e| e.grade(at, seen, &mut diagnostics));
        if let (Some(evidence), Some(graded)) = (&evidence, &graded) {
            let settled = score::quarter(framework, quarter, &graded.seen);
            let of = area::roll_up(framework, quarter, &graded.seen, &settled, units.ccgs.len());
            let alone = graded.proven();
            let proven = score::quarter(framework, quarter, &alone);
            let proven_of = area::roll_up(framework, quarter, &alone, &proven, units.ccgs.len());
            known.push(evidence, at, graded, (&settled, &of), (&proven, &proven_of));
            diagnostics.extend(graded.contradictions(quarter.period));
            known.push_lines(quarter, &evidence.bunching(at));
        }
        if scored.weight_asked < framework.ranking.minimum_weight_asked {
            let message = format!(
                "{}: {:.0} % of the framework's weight was collected, under the {:.0} % that ranking needs",
                quarter.period.label(),
                100.0 * scored.weight_asked,
                100.0 * framework.ranking.minimum_weight_asked
            );
            diagnostics.push(Diagnostic::new("LOW_COVERAGE", Place::Run, message));
        }
        for (u, list) in quarter.list.iter().enumerate().filter(|(_, l)| l.is_none_or(|l| l <= 0)) {
            let key = format!("{} {}", quarter.period, units.practices[quarter.unit[u] as usize]);
            let message = match list {
                None => "no list size is published: it weighs nothing in its area's estimate",
                Some(_) => "the list size is zero: it weighs nothing in its area",
            };
            diagnostics.push(Diagnostic::new(
                "NO_POPULATION",
                Place::Key { dataset: "practices".to_owned(), key },
                message,
            ));
        }
        let simulated = simulate::quarter(framework, quarter, seen, &scored, units.ccgs.len(), (seed, None));
        out.push(quarter, seen, &scored, &areas, simulated.as_ref(), graded.as_ref());
        if let Some(s) =
            simulated.as_ref().filter(|_| scored.weight_asked >= framework.ranking.minimum_weight_asked)
        {
            robust.push(quarter, seen, &scored, s);
        }
    }
    let mut scored = out.finish()?;
    (scored.sensitivity, scored.importance, scored.alternatives) = robust.finish()?;
    if evidence.is_some() {
        let (practices, ccgs, areas) =
            (&mut scored.practice_scores, &mut scored.ccg_scores, &mut scored.area_scores);
        let (graded, bunching) = known.finish(practices, ccgs, areas)?;
        scored.evidence = Some(graded);
        scored.bunching = Some(bunching).filter(|b| b.height() > 0);
    }
    scored.carried_forward = evidence::carried_forward(framework, sources)?;
    scored.supplier_steps = supplier_steps.filter(|t| t.height() > 0);
    scored.diagnostics = diagnostics;
    Ok(scored)
}

/// The quarter of this grain that ends on `day`.
fn quarter_ending(day: jiff::civil::Date) -> Period {
    Period::containing(Grain::Quarter, day)
}
