//! Who is like us, what do we do first, and who has done it.
//!
//! In: the tables of the index, with `practices` and whatever lists of peers and groups were sent in. Out: [`Improve`].
//! One quarter, the one that the release puts in front; only exemplars look back.
//!
//! **Peers, three ways**: the nearest by stated variables, with the share of each in the distance and the share of
//! weightings under which a peer stays one; a list that somebody made; own groups. Peers need not be mutual. A CCG is
//! called above or below its peers only beyond the interval in which one like them is expected (`compare`).
//!
//! **Steps are exact** (own method). The steps of a practice are the fewest items that open its next level, by exact
//! search (`stats::gate::smallest_set`); of sets as small the one with the fewest points to climb. What follows is not
//! estimated: the same tree, means and gates score the changed answers ([`crate::index::Rescore`]), so that applying a
//! step to the data gives the promised gain to the last digit that is printed.
//!
//! **What lasted counts.** An exemplar made the very step and has kept it in every quarter since; a rise that answering
//! alone explains is none.
//!
//! No files. Stages before: `index`; stage after: `disclose` takes all tables of a release.

mod actions;
mod change;
mod compare;
mod groups;
mod history;
mod next;
mod panel;
mod similar;
mod tables;

use crate::define::framework::Framework;
use crate::diag::Diagnostic;
use crate::index::{Rescore, Source};
use jiff::civil::Date;
use panel::{Panel, of_day};
use polars::prelude::{DataFrame, PolarsResult};
use std::collections::BTreeMap;

/// The tables that it reads.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub framework: &'a Framework,
    pub practices: &'a DataFrame,
    pub practice_scores: &'a DataFrame,
    pub ccg_scores: &'a DataFrame,
    pub indicator_values: &'a DataFrame,
    /// Of a framework with rules of evidence.
    pub evidence: Option<&'a DataFrame>,
    /// By id, the multiple that an indicator's counts were rounded to before they came here.
    pub rounded: &'a BTreeMap<String, i64>,
    /// By id and last day of a quarter, the day of the reading that speaks for it, of indicators that are not read by the month.
    pub readings: &'a BTreeMap<(String, Date), Date>,
    /// Stored datasets: lists of peers and groups are looked for among them.
    pub sources: &'a [Source],
    /// Of the draws of weights.
    pub seed: u64,
}

/// By name: `peers peer_comparison group_comparison next_steps step_items exemplars ccg_actions action_practices`.
pub type Tables = BTreeMap<&'static str, DataFrame>;

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Improve {
    pub tables: Tables,
    /// Lists that name what the quarter does not have.
    pub diagnostics: Vec<Diagnostic>,
}

/// Peers and steps of the quarter that ends on `day`; a table without rows is left out.
pub fn improve(given: Given<'_>, day: Date) -> PolarsResult<Improve> {
    let (mut out, mut diagnostics) = (Tables::new(), Vec::new());
    let (scores, values) = (of_day(given.practice_scores, day)?, of_day(given.indicator_values, day)?);
    let ccg_scores = of_day(given.ccg_scores, day)?;
    let practices = of_day(given.practices, day)?;
    let evidence = given.evidence.map(|e| of_day(e, day)).transpose()?;
    let panel = Panel::read((given.framework, given.rounded), day, &scores, &values, evidence.as_ref())?;
    let (mut ways, mut compared) = (Vec::new(), None);
    if let Some(section) = &given.framework.peers {
        let groups = groups::groups(section, &panel, &practices, given.sources, &mut diagnostics)?;
        let held = (given.sources, groups.as_slice());
        ways = similar::ways(section, &panel, &practices, held, given.seed, &mut diagnostics)?;
        out.insert(
            "group_comparison",
            compare::practices(section, &panel, &scores, &groups, &mut diagnostics)?,
        );
        let found = compare::compare(section, &panel, &scores, &ccg_scores, &ways)?;
        out.insert("peers", similar::table(section, &panel, &ways)?);
        out.insert("peer_comparison", compare::table(&panel, &ways, &found)?);
        compared = Some(found);
    }
    let method = Rescore::new(given.framework, panel.collected.clone());
    if let (Some(section), Some(method)) = (&given.framework.next_steps, &method) {
        if let Some((steps, items)) = next::next(&panel, method)? {
            let risers = history::risers(&panel, given.practice_scores, section.stay)?;
            out.insert("exemplars", tables::exemplars(section, &panel, &practices, &steps, &risers)?);
            out.insert("next_steps", steps);
            out.insert("step_items", items);
        }
        let history = history::History::read(&panel, given.indicator_values, given.readings)?;
        let (panel, ways, history) = (&panel, ways.as_slice(), &history);
        let ground = actions::Ground { section, panel, method, compared: compared.as_ref(), ways, history };
        let found = actions::actions(&ground);
        out.insert("ccg_actions", tables::actions(&ground, &found, &ccg_scores)?);
        out.insert("action_practices", tables::practices(panel, &found)?);
    }
    out.retain(|_, t| t.height() > 0);
    Ok(Improve { tables: out, diagnostics })
}
