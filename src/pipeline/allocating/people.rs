//! The people of a scenario: of a dataset among the inputs, of a release, or stated.

use super::{From, Held};
use crate::allocate::{Member, People, Unit};
use crate::define::scenario::{Population, Scenario};
use crate::diag::{Diagnostic, Place};
use crate::model::Provenance;
use crate::pipeline::{PipelineError, Result};
use crate::spend::people_by_ccg;
use crate::store::Release;
use jiff::civil::Date;
use polars::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// The people of each year, and the weakest of what they rest on.
pub(super) fn people(
    scenario: &Scenario,
    held: &[Held],
    from: From<'_>,
) -> Result<(Vec<People>, Provenance)> {
    let section = &scenario.population;
    let mut out: Vec<People> = Vec::new();
    let mut worst = Provenance::Published;
    let mut day = section.as_at.as_deref().and_then(|d| d.parse().ok());
    for year in &scenario.year {
        let own: Option<Date> = year.as_at.as_deref().and_then(|d| d.parse().ok());
        day = own.or(day);
        let same = out.last().filter(|_| own.is_none()).cloned();
        let (people, provenance) = match same {
            Some(people) => (people, worst),
            None => people_at(scenario, held, from, day)?,
        };
        worst = worst.worst(provenance);
        out.push(people);
    }
    Ok((out, worst))
}

/// The people of one day.
pub(super) fn people_at(
    scenario: &Scenario,
    held: &[Held],
    from: From<'_>,
    day: Option<Date>,
) -> Result<(People, Provenance)> {
    let section = &scenario.population;
    match (from.release, &section.dataset) {
        (Some(release), _) => of_release(release, day),
        (None, Some(dataset)) => of_dataset(section, dataset, held, day),
        (None, None) if section.unit.is_empty() => Err(PipelineError::Unknown {
            what: format!(
                "the scenario `{}` names no population: give `--release DIR`, or a `dataset` in [population]",
                scenario.id
            ),
        }),
        (None, None) => Ok((stated(section), Provenance::Returned)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a list has fewer than 9e12 patients")]
fn millionths(persons: f64) -> i64 {
    (persons * 1e6).round() as i64
}

fn stated(section: &Population) -> People {
    let mut units: Vec<Unit> = section
        .unit
        .iter()
        .map(|u| Unit {
            code: u.code.clone(),
            name: u.name.clone(),
            registered: u.registered.map(millionths),
            weighted: u.weighted.map(millionths),
            resident: u.resident.map(millionths),
        })
        .collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    let source = "stated in the scenario".to_owned();
    People { units, members: Vec::new(), counted: source.clone(), source }
}

fn of_dataset(
    section: &Population,
    dataset: &str,
    held: &[Held],
    day: Option<Date>,
) -> Result<(People, Provenance)> {
    let own = || held.iter().filter(|h| h.dataset == dataset);
    let Some(table) = own().find(|h| day.is_some_and(|d| h.period.contains(d))) else {
        let periods: Vec<String> = own().map(|h| h.period.label()).collect();
        let place =
            Place::Key { dataset: dataset.to_owned(), key: day.map_or_else(String::new, |d| d.to_string()) };
        let message = format!(
            "no `{dataset}` of that day among the inputs: {}",
            if periods.is_empty() { "none is there at all".to_owned() } else { periods.join(", ") }
        );
        return Err(PipelineError::Values(vec![Diagnostic::new("SCENARIO_NO_POPULATION", place, message)]));
    };
    let sums = |column: Option<&String>| {
        column.map_or(Ok(BTreeMap::new()), |c| people_by_ccg(dataset, &table.frame, c))
    };
    let (registered, weighted, resident) = (
        sums(section.registered.as_ref())?,
        sums(section.weighted.as_ref())?,
        sums(section.resident.as_ref())?,
    );
    let names = names(&table.frame)?;
    let units = registered
        .iter()
        .map(|(code, registered)| Unit {
            code: code.clone(),
            name: names.get(code).cloned(),
            registered: *registered,
            weighted: weighted.get(code).copied().flatten(),
            resident: resident.get(code).copied().flatten(),
        })
        .collect();
    let members = members(&table.frame, section.registered.as_deref())?;
    let when = table.period.label();
    let (source, counted) = (format!("{dataset} {when}"), format!("{}, {when}", table.title));
    Ok((People { units, members, source, counted }, table.provenance))
}

/// CCG names of a frame, by code.
fn names(frame: &DataFrame) -> Result<BTreeMap<String, String>> {
    let (Ok(codes), Ok(names)) = (frame.column("ccg_code"), frame.column("ccg_name")) else {
        return Ok(BTreeMap::new());
    };
    let (codes, names) = (codes.str()?, names.str()?);
    let pairs = codes.iter().zip(names.iter());
    Ok(pairs.filter_map(|(c, n)| Some((c?.to_owned(), n?.to_owned()))).collect())
}

/// Lists of the last quarter of a release that ends by the day; of its last quarter where no day is named.
fn of_release(root: &Path, day: Option<Date>) -> Result<(People, Provenance)> {
    let release = Release::open(root)?;
    let frame = release.table("practices", None)?;
    let periods = frame.column("period")?.date()?.physical().clone();
    let by = day.map(|d| (d - jiff::civil::date(1970, 1, 1)).get_days());
    let last = periods.iter().flatten().filter(|p| by.is_none_or(|by| *p <= by)).max();
    let Some(last) = last else {
        let what = "the release has no quarter that ends by the day of the scenario".to_owned();
        return Err(PipelineError::Unknown { what });
    };
    let mask: BooleanChunked = periods.iter().map(|p| Some(p == Some(last))).collect();
    let frame = frame.filter(&mask)?;
    let registered = people_by_ccg("practices", &frame, "list_size")?;
    let weighted = people_by_ccg("practices", &frame, "weighted_list")?;
    let names = names(&frame)?;
    let units = registered
        .into_iter()
        .map(|(code, registered)| Unit {
            name: names.get(&code).cloned(),
            weighted: weighted.get(&code).copied().flatten(),
            registered,
            resident: None,
            code,
        })
        .collect();
    // a word that this version does not know is not trusted
    let provenance = Provenance::of(Some(&release.manifest().meta.provenance));
    let day = crate::contract::cells::day_of(last);
    let source = format!("practices of the release, {day}");
    let counted = format!("lists of the practices of the release, {}", day.strftime("%-d %B %Y"));
    Ok((People { units, members: members(&frame, Some("list_size"))?, source, counted }, provenance))
}

/// Practices with their CCG, where the rows are practices.
fn members(frame: &DataFrame, registered: Option<&str>) -> Result<Vec<Member>> {
    let codes = (frame.column("practice_code"), frame.column("ccg_code"));
    let (Some(registered), (Ok(practices), Ok(ccgs))) = (registered, codes) else { return Ok(Vec::new()) };
    let lists = frame.column(registered)?.cast(&DataType::Float64)?;
    let rows = practices.str()?.iter().zip(ccgs.str()?.iter()).zip(lists.f64()?.iter());
    let member = |((practice, ccg), list): ((Option<&str>, Option<&str>), Option<f64>)| {
        Some(Member {
            practice: practice?.to_owned(),
            ccg: ccg?.to_owned(),
            patients: millionths(list.filter(|n| *n >= 0.0)?),
        })
    };
    Ok(rows.filter_map(member).collect())
}
