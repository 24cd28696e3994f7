//! Spend per head of one year: from lines to the tables.

use super::about::{about_ccg, about_line, about_people, other_years};
use super::aside::{self, AsideBySource, SetAside};
use super::classify::classify;
use super::column::{SpendError, Table};
use super::facts::{Facts, facts};
use super::gate::{Candidate, Verdict, verdicts};
use super::layout::layout;
use super::line::{Line, Origin};
use super::population::{
    Patients, Population, Resident, Residents, WeightedLists, populations, ratio, residents,
};
use super::returns::{self, SpendReturns};
use super::table::{Row, checks, table};
use super::{lines, price};
use crate::define::framework::SpendRules;
use crate::define::spend::SpendDefinitions;
use crate::diag::Diagnostic;
use crate::model::{Period, Provenance};
use polars::prelude::*;
use std::collections::BTreeMap;

/// The published lines of one financial year.
#[derive(Clone, Copy, Debug)]
pub struct SpendLines<'a> {
    pub dataset: &'a str,
    /// `ccg_code ccg_name month_of_file date_as_published expense_type expense_area supplier transaction_number
    /// amount_pence note`. Some publishers and some copies cut amounts to whole pounds.
    pub frame: &'a DataFrame,
    /// Lines that were set aside, with what could be read of them and the codes (`_aside`).
    pub aside: Option<&'a DataFrame>,
    /// Months of files held per CCG, where known: `ccg_code months_of_files` (Int64). A month with a file and no
    /// line says something else than a month without a file.
    pub months_held: Option<&'a DataFrame>,
}

/// All that the tables of one year are worked out from.
#[derive(Clone, Copy, Debug)]
pub struct SpendInputs<'a> {
    pub year: Period,
    pub lines: Option<SpendLines<'a>>,
    pub returns: Option<SpendReturns<'a>>,
    pub patients: Patients<'a>,
    pub weighted: Option<WeightedLists<'a>>,
    pub residents: Option<Residents<'a>>,
    /// Names of CCGs (`code name`), to recognise one among the suppliers.
    pub ccgs: Option<&'a DataFrame>,
    /// [`Spend::plausible`] of the year before.
    pub before: &'a BTreeMap<String, f64>,
    /// The weakest of all inputs.
    pub provenance: Provenance,
}

/// Spend per head and how it was found.
#[derive(Clone, Debug)]
pub struct Spend {
    /// Sorted by `ccg_code`, `scope`. `period` (Date), `ccg_code`, `ccg_name`, `scope`, `source` (`return` or
    /// `published_lines`), `spend_pence` (Int64, net of reversals; absent where no line counts), `registered` (Int64),
    /// `weighted`, `resident` (Float64), `per_head_registered`, `per_head_weighted`, `per_head_resident` (Float64,
    /// pence, unrounded), `denominator_source`, `denominator_date` (Date, of the registered patients), `weighted_date`,
    /// `resident_date`, `resident_absence` (why there are no residents), `list_excess` (registered over residents, less
    /// 1), `weighted_linked_share`, `place_registered`, `place_weighted`, `place_resident`, `place_low`, `place_high`,
    /// `placed_among`, `months_of_files`, `months_with_lines`, `lines`, `unmapped_pence`, `unmapped_lines`,
    /// `recharges_out_pence` (of it, paid to other CCGs), `recharges_in_pence` (which other CCGs say they paid to this
    /// one), `bought_for_others_pence` (of it, as the return says), `set_aside_lines` and `set_aside_pence` (not in it:
    /// lines of its source that were set aside at intake, and their money as far as it can be read), `return_refused` (why
    /// a return of the CCG speaks for nothing), `population_stated` (what the return says it divides by), `gate`,
    /// `suspects`, `status`, `comparison`, `question`, `provenance`.
    ///
    /// `status`: `no_lines` (none counts in this scope: nothing is known, so there is no figure, and not £0), else
    /// `refused` (by the gate), else `host` (it holds what was bought for other CCGs), else `partial` (not a whole
    /// year, or lines of it were set aside, or its return was refused), else `understated` (what it paid to other CCGs is
    /// left out), else `unmapped` (too much of it in no category), else `complete`. Only `complete` has a place.
    pub table: DataFrame,
    /// The lines with what each was taken for.
    pub lines: DataFrame,
    /// Every test of the gate: `period ccg_code test outcome value expected ratio low high against provenance`.
    pub checks: DataFrame,
    /// Pence per registered patient as the gate saw them, of whole years that it did not refuse.
    pub plausible: BTreeMap<String, f64>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A ratio in pence as whole pence, half away from zero: for display; the table keeps the ratio.
#[expect(clippy::cast_possible_truncation, reason = "pence per head are far below 2^53")]
pub fn whole_pence(ratio: f64) -> i64 {
    ratio.round() as i64
}

/// What is known of every CCG of the year.
pub(super) struct Known {
    pub facts: BTreeMap<String, Facts>,
    pub people: BTreeMap<String, Population>,
    pub residents: BTreeMap<String, Resident>,
    pub verdicts: BTreeMap<String, Verdict>,
}

/// Works out spend per head for every CCG that has a line in scope.
pub fn spend_per_head(
    rules: &SpendRules,
    definitions: &SpendDefinitions,
    inputs: &SpendInputs<'_>,
) -> Result<Spend, SpendError> {
    let aside = set_aside(rules, inputs)?;
    let map = definitions.scope_map.as_ref();
    let mut lines = classify(read(rules, inputs)?, &aside.returns, map, inputs.year);
    let people = populations(&inputs.patients, inputs.weighted.as_ref(), rules.least_linked_share)?;
    if let Some(gate) = &definitions.gate {
        price::mark(&mut lines, gate, &people, &aside.returns.by_ccg);
    }
    let facts = facts(&lines, &aside, months_held(inputs.lines.as_ref())?, rules);
    let candidates: BTreeMap<String, Candidate> =
        facts.iter().map(|(ccg, f)| (ccg.clone(), candidate(f, people.get(ccg), inputs, ccg))).collect();
    let verdicts = match &definitions.gate {
        Some(gate) => verdicts(gate, inputs.year.start().year(), &candidates),
        None => BTreeMap::new(),
    };
    let known = Known { facts, people, residents: residents(inputs.residents.as_ref())?, verdicts };
    let plausible = known
        .verdicts
        .iter()
        .filter(|(ccg, v)| !v.refused() && candidates[*ccg].whole)
        .filter_map(|(ccg, _)| Some((ccg.clone(), candidates[ccg].per_head?)))
        .collect();
    let mut diagnostics = other_years(inputs);
    lines.iter().for_each(|line| about_line(inputs, line, &mut diagnostics));
    known.facts.keys().for_each(|ccg| about_ccg(inputs, rules, ccg, &known, &mut diagnostics));
    if let Some(gate) = &definitions.gate {
        known.facts.keys().for_each(|ccg| about_people(inputs, gate, ccg, &known, &mut diagnostics));
    }
    let rows = Row::all(&known, rules, &lines, inputs.year);
    Ok(Spend {
        table: table(&rows, inputs)?,
        lines: layout(&lines, inputs.year, inputs.provenance)?,
        checks: checks(&known.verdicts, inputs)?,
        plausible,
        diagnostics,
    })
}

fn read(rules: &SpendRules, inputs: &SpendInputs<'_>) -> Result<Vec<Line>, SpendError> {
    let ccgs = inputs.ccgs.map(|frame| Table { dataset: "names of CCGs", frame });
    let mut lines = Vec::new();
    if let Some(held) = &inputs.lines {
        let table = Table { dataset: held.dataset, frame: held.frame };
        lines.extend(lines::read(&table, rules, ccgs.as_ref(), inputs.year)?);
    }
    if let Some(held) = &inputs.returns {
        let table = Table { dataset: held.dataset, frame: held.frame };
        lines.extend(returns::read(&table, rules, ccgs.as_ref(), inputs.year)?);
    }
    Ok(lines)
}

/// What an intake kept of lines that are in no figure.
fn set_aside(rules: &SpendRules, inputs: &SpendInputs<'_>) -> Result<AsideBySource, SpendError> {
    let read = |held: Option<(&str, &DataFrame)>, origin| match held {
        Some((dataset, frame)) => aside::read(&Table { dataset, frame }, origin, rules),
        None => Ok(SetAside::default()),
    };
    let published = inputs.lines.and_then(|l| Some((l.dataset, l.aside?)));
    let returns = inputs.returns.and_then(|r| Some((r.dataset, r.aside?)));
    Ok(AsideBySource {
        published: read(published, Origin::Published)?,
        returns: read(returns, Origin::Return)?,
    })
}

fn months_held(lines: Option<&SpendLines<'_>>) -> Result<BTreeMap<String, i64>, SpendError> {
    let Some((dataset, frame)) = lines.and_then(|l| Some((l.dataset, l.months_held?))) else {
        return Ok(BTreeMap::new());
    };
    let table = Table { dataset, frame };
    let (codes, months) = (table.texts("ccg_code")?, table.whole("months_of_files")?);
    Ok(codes.iter().zip(months).filter_map(|(c, m)| Some(((*c)?.to_owned(), m?))).collect())
}

fn candidate(facts: &Facts, people: Option<&Population>, inputs: &SpendInputs<'_>, ccg: &str) -> Candidate {
    let registered = people.map(|p| p.registered);
    // Its own patients' part: what a host sets apart for others says nothing about its own price.
    let pence = facts.reported.0 - facts.for_others.0;
    let share = |part: i64| if pence == 0 { 0.0 } else { ratio(part.abs(), pence.abs()) };
    let returned = facts.origin == Origin::Return;
    let unset = facts.received().0 - facts.for_others.0.max(0);
    Candidate {
        per_head: registered.filter(|r| *r > 0 && facts.reported.1 > 0).map(|r| ratio(pence, r)),
        registered,
        months: returned.then(|| facts.months_covered(inputs.year)),
        whole: (returned || facts.is_whole_year(inputs.year)) && !facts.is_cut(),
        cut: facts.is_cut(),
        before: inputs.before.get(ccg).copied(),
        unset_share: (returned && !facts.paid_by.is_empty()).then(|| share(unset.max(0))),
        odd_price_share: share(facts.odd_prices.0),
    }
}
