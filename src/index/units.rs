//! The practices of each quarter as columns of numbers: every code once, every relation an index.

use super::column::{day_of, days_of, wrong};
use super::{IndexError, quarter_ending};
use crate::model::{Period, Provenance};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// All practices and CCGs of a run.
pub(super) struct Units {
    /// Sorted codes.
    pub practices: Vec<String>,
    /// Sorted codes.
    pub ccgs: Vec<String>,
    /// In order of time.
    pub quarters: Vec<Quarter>,
}

/// The practices of one quarter, sorted by code.
pub(super) struct Quarter {
    pub period: Period,
    /// Index into [`Units::practices`].
    pub unit: Vec<u32>,
    /// Index into [`Units::ccgs`].
    pub ccg: Vec<Option<u32>>,
    pub name: Vec<Option<String>>,
    /// Registered patients.
    pub list: Vec<Option<i64>>,
    pub provenance: Vec<Provenance>,
    /// How practices were given to CCGs.
    pub basis: String,
    /// What is known of each CCG of the quarter, by its index.
    pub areas: BTreeMap<u32, Area>,
}

impl Quarter {
    /// The worst of what its practices and lists rest on.
    pub(super) fn worst_provenance(&self) -> Provenance {
        self.provenance.iter().fold(Provenance::Published, |a, b| a.worst(*b))
    }
}

/// A CCG in one quarter.
#[derive(Default)]
pub(super) struct Area {
    pub name: Option<String>,
    pub region_code: Option<String>,
    pub region_name: Option<String>,
}

const TABLE: &str = "practices";

fn texts<'a>(frame: &'a DataFrame, name: &str) -> Result<Vec<Option<&'a str>>, IndexError> {
    let column = frame.column(name).map_err(|_| wrong(TABLE, name, "texts"))?;
    Ok(column.str().map_err(|_| wrong(TABLE, name, "texts"))?.iter().collect())
}

impl Units {
    pub(super) fn read(frame: &DataFrame) -> Result<Units, IndexError> {
        let period = frame.column("period").map_err(|_| wrong(TABLE, "period", "dates"))?;
        let period: Vec<Option<i32>> =
            period.date().map_err(|_| wrong(TABLE, "period", "dates"))?.physical().iter().collect();
        let code = texts(frame, "practice_code")?;
        let (name, ccg, ccg_name) =
            (texts(frame, "practice_name")?, texts(frame, "ccg_code")?, texts(frame, "ccg_name")?);
        let (region, region_name) = (texts(frame, "region_code")?, texts(frame, "region_name")?);
        let (basis, provenance) = (texts(frame, "basis")?, texts(frame, "provenance")?);
        let list = frame.column("list_size").map_err(|_| wrong(TABLE, "list_size", "whole numbers"))?;
        let list: Vec<Option<i64>> =
            list.i64().map_err(|_| wrong(TABLE, "list_size", "whole numbers"))?.iter().collect();

        let all = |column: &[Option<&str>]| -> Vec<String> {
            column.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
        };
        let (practices, ccgs) = (all(&code), all(&ccg));
        let at = |codes: &[String], c: Option<&str>| {
            c.and_then(|c| codes.binary_search_by(|k| k.as_str().cmp(c)).ok()).map(|i| i as u32)
        };
        let mut rows: Vec<(i32, u32, usize)> =
            (0..frame.height()).filter_map(|r| Some((period[r]?, at(&practices, code[r])?, r))).collect();
        rows.sort_unstable();
        if let Some(twice) = rows.windows(2).find(|w| (w[0].0, w[0].1) == (w[1].0, w[1].1)) {
            let (day, unit, _) = twice[0];
            let practice = practices[unit as usize].clone();
            return Err(IndexError::Duplicate { practice, period: day_of(day).to_string() });
        }
        let own = |t: Option<&str>| t.map(str::to_owned);
        let quarters = rows
            .chunk_by(|a, b| a.0 == b.0)
            .map(|of| {
                let mut areas: BTreeMap<u32, Area> = BTreeMap::new();
                for &(_, _, r) in of {
                    let Some(c) = at(&ccgs, ccg[r]) else { continue };
                    let area = areas.entry(c).or_default();
                    area.name = area.name.take().or_else(|| own(ccg_name[r]));
                    if area.region_code.is_none() {
                        area.region_code = own(region[r]);
                        area.region_name = own(region_name[r]);
                    }
                }
                Quarter {
                    period: quarter_ending(day_of(of[0].0)),
                    unit: of.iter().map(|x| x.1).collect(),
                    ccg: of.iter().map(|x| at(&ccgs, ccg[x.2])).collect(),
                    name: of.iter().map(|x| own(name[x.2])).collect(),
                    list: of.iter().map(|x| list[x.2]).collect(),
                    provenance: of.iter().map(|x| Provenance::of(provenance[x.2])).collect(),
                    basis: of.iter().find_map(|x| basis[x.2]).unwrap_or_default().to_owned(),
                    areas,
                }
            })
            .collect();
        Ok(Units { practices, ccgs, quarters })
    }

    /// A text column of the table of practices, by quarter and in the order of its practices; all absent where the
    /// table has no such column.
    pub(super) fn words(&self, practices: &DataFrame, name: &str) -> Vec<Vec<Option<String>>> {
        let column = |name: &str| practices.column(name).ok().and_then(|c| c.str().ok());
        let mut known: BTreeMap<(i32, &str), &str> = BTreeMap::new();
        let days = practices.column("period").ok().and_then(|c| c.date().ok());
        if let (Some(days), Some(code), Some(words)) = (days, column("practice_code"), column(name)) {
            for ((day, code), word) in days.physical().iter().zip(code.iter()).zip(words.iter()) {
                if let (Some(day), Some(code), Some(word)) = (day, code, word) {
                    known.insert((day, code), word);
                }
            }
        }
        let of = |q: &Quarter| {
            let day = days_of(q.period.end());
            let code = |u: &u32| self.practices[*u as usize].as_str();
            q.unit.iter().map(|u| known.get(&(day, code(u))).map(|s| (*s).to_owned())).collect()
        };
        self.quarters.iter().map(of).collect()
    }
}
