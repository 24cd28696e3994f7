//! Spend per head for every year of spend that is held, and its spread.

use super::places::Held;
use super::{Definitions, Result};
use crate::define::framework::SpendSection;
use crate::define::spend::SpendDefinitions;
use crate::diag::{Diagnostic, Place};
use crate::frames::Columns;
use crate::index::Source;
use crate::model::{Grain, Period, Provenance};
use crate::spend::{
    Patients, Residents, Spend, SpendInputs, SpendLines, SpendReturns, WeightedLists, spend_per_head,
    spend_spread,
};
use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The tables of all years together.
#[derive(Debug, Default)]
pub struct Spending {
    /// `spend_per_head`, `spend_lines`, `spend_checks` and `spend_spread`; none where no year could be worked out.
    pub tables: BTreeMap<&'static str, DataFrame>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Spend alone, from the stored tables: without practices no CCG has a region.
///
/// # Errors
/// A stored table without its columns.
pub fn of_sources(definitions: &Definitions, sources: &[Source]) -> Result<Option<Spending>> {
    let held = Held { framework: &definitions.framework, sources };
    let none = df!("ccg_code" => Vec::<String>::new(), "region_code" => Vec::<String>::new())?;
    spending(&held, &definitions.spend, &none)
}

/// `None` when the pipeline asks for no spend, or no lines are held. `practices` (`ccg_code region_code`) say in which
/// region each CCG lies, for the spread.
pub(super) fn spending(
    held: &Held<'_>,
    definitions: &SpendDefinitions,
    practices: &DataFrame,
) -> Result<Option<Spending>> {
    let Some(section) = &held.framework.spend else { return Ok(None) };
    let datasets = || std::iter::once(&section.lines).chain(&section.returns);
    let years: BTreeSet<Period> = datasets().flat_map(|d| held.of(d)).map(|s| s.period).collect();
    if years.is_empty() {
        return Ok(None);
    }
    let mut out = Spending::default();
    let mut before: Option<(Period, BTreeMap<String, f64>)> = None;
    for year in years {
        let last = before.take().filter(|(p, _)| p.end().saturating_add(1.years()) == year.end());
        let plausible = last.map(|(_, figures)| figures).unwrap_or_default();
        let Some(spend) = of_year(held, section, definitions, year, &plausible)? else {
            let place = Place::Key { dataset: section.lines.clone(), key: year.label() };
            let message = "no registered patients are held near the year of spend";
            out.diagnostics.push(Diagnostic::new("NO_POPULATION", place, message));
            continue;
        };
        before = Some((year, spend.plausible));
        out.diagnostics.extend(spend.diagnostics);
        let tables =
            [("spend_per_head", spend.table), ("spend_lines", spend.lines), ("spend_checks", spend.checks)];
        for (name, table) in tables {
            match out.tables.get_mut(name) {
                None => {
                    out.tables.insert(name, table);
                }
                Some(all) => {
                    all.vstack_mut_owned(table)?;
                }
            }
        }
    }
    for table in out.tables.values_mut() {
        table.rechunk_mut();
    }
    let regions = regions(practices)?;
    let spread = out.tables.get("spend_per_head").map(|t| spend_spread(t, &regions)).transpose()?;
    out.tables.extend(spread.map(|s| ("spend_spread", s)));
    Ok(Some(out))
}

/// The region of each CCG, as of the last quarter that has the CCG.
fn regions(practices: &DataFrame) -> Result<BTreeMap<String, String>> {
    let (ccgs, regions) = (practices.column("ccg_code")?.str()?, practices.column("region_code")?.str()?);
    let pairs = ccgs.iter().zip(regions.iter());
    Ok(pairs.filter_map(|(c, r)| Some((c?.to_owned(), r?.to_owned()))).collect())
}

/// `None` where nothing is held to divide by.
fn of_year(
    held: &Held<'_>,
    section: &SpendSection,
    definitions: &SpendDefinitions,
    year: Period,
    before: &BTreeMap<String, f64>,
) -> Result<Option<Spend>> {
    let end = year.end();
    let patients = held.near(&section.patients.dataset, end, Some(section.patients.window_months));
    let Some(patients) = patients.first() else { return Ok(None) };
    let weighted = section.weighted.as_ref().and_then(|w| {
        let found = held.near(&w.dataset, end, Some(w.window_months)).into_iter().next()?;
        Some(WeightedLists {
            dataset: &w.dataset,
            year: found.period,
            frame: &found.frame,
            registered: &w.registered,
            weighted: &w.weighted,
        })
    });
    let residents = section.residents.as_ref().and_then(|r| {
        let found = held.near(&r.dataset, end, Some(r.window_months)).into_iter().next()?;
        Some(Residents { dataset: &r.dataset, date: found.period.end(), frame: &found.frame })
    });
    let at = |dataset: &str| held.of(dataset).find(|s| s.period == year);
    let latest = |dataset: &str| held.of(dataset).max_by_key(|s| s.period.end()).map(|s| &s.frame);
    let named = [Some(&section.lines), section.returns.as_ref(), Some(&section.patients.dataset)];
    let all = held.sources.iter().filter(|s| named.into_iter().flatten().any(|d| *d == s.dataset));
    let inputs = SpendInputs {
        year,
        lines: at(&section.lines).map(|s| SpendLines {
            dataset: &section.lines,
            frame: &s.frame,
            aside: s.aside.as_ref(),
            months_held: section.months.as_deref().and_then(at).map(|s| &s.frame),
        }),
        returns: section
            .returns
            .as_deref()
            .and_then(|dataset| Some((dataset, at(dataset)?)))
            .map(|(dataset, s)| SpendReturns { dataset, frame: &s.frame, aside: s.aside.as_ref() }),
        patients: Patients {
            dataset: &section.patients.dataset,
            date: patients.period.end(),
            frame: &patients.frame,
            column: &section.patients.column,
        },
        weighted,
        residents,
        ccgs: section.ccgs.as_deref().and_then(latest),
        before,
        provenance: all.map(|s| s.provenance).max().unwrap_or(Provenance::Published),
    };
    Ok(Some(spend_per_head(&section.rules, definitions, &inputs)?))
}

/// M038 for each file of returns that was refused so that not even whose returns it holds can be read: a CCG that has
/// none may be in it. `issues` are those of the intake.
pub(super) fn unread_returns(
    definitions: &Definitions,
    sources: &[Source],
    issues: &DataFrame,
) -> Result<Vec<Diagnostic>> {
    let Some(dataset) = definitions.framework.spend.as_ref().and_then(|s| s.returns.as_deref()) else {
        return Ok(Vec::new());
    };
    let mut read: BTreeSet<String> = BTreeSet::new();
    for source in sources.iter().filter(|s| s.dataset == dataset) {
        for frame in std::iter::once(&source.frame).chain(&source.aside) {
            let files = frame.column("_source")?.unique()?;
            read.extend(files.str()?.iter().flatten().map(|f| f.split(" [").next().unwrap_or(f).to_owned()));
        }
    }
    let t = Columns(issues);
    let (datasets, severities) = (t.texts("dataset")?, t.texts("severity")?);
    let (files, names) = (t.texts("file")?, t.texts("name")?);
    let mut refused: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for i in (0..issues.height()).filter(|i| datasets[*i] == Some(dataset) && severities[*i] == Some("fatal"))
    {
        // one that shrank has another return beside it, which speaks
        if let (Some(file), Some(name)) = (files[i], names[i])
            && !read.contains(file)
            && name != "RESUBMISSION_SHRANK"
        {
            refused.entry(file).or_default().insert(name);
        }
    }
    let say = |(file, names): (&str, BTreeSet<&str>)| {
        let names: Vec<&str> = names.into_iter().collect();
        let message = format!(
            "{file} was refused ({}), and whose returns it holds cannot be read: CCGs without a return are shown by \
             their published lines over £25,000, or not at all",
            names.join(" ")
        );
        Diagnostic::new("RETURN_REFUSED", Place::file(file), message).dataset(dataset)
    };
    Ok(refused.into_iter().map(say).collect())
}

impl Spending {
    /// £ per registered patient by CCG, for a league table of this day: only spend of a year that holds the day, and
    /// none that was refused or that lacks lines which were set aside: a league table has no room to say so.
    pub fn per_head_on(&self, day: Date, scope: &str) -> Result<BTreeMap<String, f64>> {
        let mut out = BTreeMap::new();
        let Some(table) = self.tables.get("spend_per_head") else { return Ok(out) };
        let years = table.column("period")?.cast(&DataType::Int32)?;
        let (codes, scopes) = (table.column("ccg_code")?.str()?, table.column("scope")?.str()?);
        let (heads, statuses) = (table.column("per_head_registered")?.f64()?, table.column("status")?.str()?);
        let (aside, unused) =
            (table.column("set_aside_lines")?.i64()?, table.column("return_refused")?.str()?);
        for row in 0..table.height() {
            let year = years.i32()?.get(row).map(crate::contract::cells::day_of);
            let in_year = year.is_some_and(|end| Period::containing(Grain::FinancialYear, end).contains(day));
            let cut = aside.get(row).is_some_and(|lines| lines > 0) || unused.get(row).is_some();
            let stands = !cut && statuses.get(row) != Some("refused");
            let fair = in_year && scopes.get(row) == Some(scope) && stands;
            if let (true, Some(code), Some(pence)) = (fair, codes.get(row), heads.get(row)) {
                out.insert(code.to_owned(), pence / 100.0);
            }
        }
        Ok(out)
    }
}
