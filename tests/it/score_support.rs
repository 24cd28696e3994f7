//! Golden files as tables of text, and how close a number must come to them.

use crate::common::shared;
use crate::index_england::{numbers, words};
use dpcmi::define::Source as Text;
use dpcmi::define::framework::{Framework, load};
use dpcmi::index::{ScoredUnits, Simulation, Values, ValuesFault, score_units};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

/// A file below `golden/`; `None` with a printed line when it is not there.
pub struct Golden {
    pub path: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

pub fn golden(path: &str) -> Option<Golden> {
    let found = shared(&format!("golden/{path}"))?;
    let mut reader = csv::Reader::from_path(found).expect(path);
    let own = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = own(reader.headers().expect(path));
    let rows = reader.records().map(|r| own(&r.expect(path))).collect();
    Some(Golden { path: path.to_owned(), header, rows })
}

impl Golden {
    pub fn at(&self, column: &str) -> usize {
        let found = self.header.iter().position(|h| h == column);
        found.unwrap_or_else(|| panic!("{} has no column {column}", self.path))
    }

    pub fn texts(&self, column: &str) -> Vec<String> {
        let at = self.at(column);
        self.rows.iter().map(|r| r[at].clone()).collect()
    }

    pub fn numbers(&self, column: &str) -> Vec<Option<f64>> {
        self.texts(column).iter().map(|t| t.parse().ok()).collect()
    }

    /// Values for `score_units`, with columns renamed; those that are not named stay away.
    pub fn values(&self, named: &[(String, String)]) -> Values {
        let at: Vec<usize> = named.iter().map(|(from, _)| self.at(from)).collect();
        Values {
            file: self.path.clone(),
            header: named.iter().map(|(_, to)| to.clone()).collect(),
            records: self.rows.iter().map(|r| at.iter().map(|i| r[*i].clone()).collect()).collect(),
            ..Values::default()
        }
    }
}

pub fn framework(text: &str) -> Framework {
    load(&Text { name: "f.toml".to_owned(), text: text.to_owned() }).unwrap_or_else(|faults| {
        let lines: Vec<_> =
            faults.iter().map(|d| format!("{} {}: {}", d.code.id, d.place, d.message)).collect();
        panic!("{}", lines.join("\n"))
    })
}

/// Codes, places and messages of the faults of a framework that must be refused.
pub fn refused(text: &str) -> Vec<String> {
    let faults = load(&Text { name: "f.toml".to_owned(), text: text.to_owned() }).expect_err("refused");
    let hint = |h: &Option<String>| h.clone().map(|h| format!(" ({h})")).unwrap_or_default();
    faults.iter().map(|d| format!("{} {}: {}{}", d.code.name, d.place, d.message, hint(&d.hint))).collect()
}

pub fn scored(framework: &Framework, values: &Values) -> ScoredUnits {
    simulated(framework, values, &Simulation::default())
}

pub fn simulated(framework: &Framework, values: &Values, simulation: &Simulation) -> ScoredUnits {
    score_units(framework, values, simulation).unwrap_or_else(|fault| match fault {
        ValuesFault::Refused(faults) => {
            let lines: Vec<_> =
                faults.iter().map(|d| format!("{} {}: {}", d.code.name, d.place, d.message)).collect();
            panic!("{}", lines.join("\n"))
        }
        ValuesFault::Index(e) => panic!("{e}"),
    })
}

/// A long table as (first key, second key) to number.
pub fn long(t: &DataFrame, first: &str, second: &str, column: &str) -> BTreeMap<(String, String), f64> {
    let keys = words(t, first).into_iter().zip(words(t, second));
    keys.zip(numbers(t, column)).filter_map(|(k, x)| Some((k, x?))).collect()
}

/// The long table as whole numbers.
pub fn long_wholes(
    t: &DataFrame,
    first: &str,
    second: &str,
    column: &str,
) -> BTreeMap<(String, String), i64> {
    let keys = words(t, first).into_iter().zip(words(t, second));
    let of = crate::index_england::wholes(t, column);
    keys.zip(of).filter_map(|(k, x)| Some((k, x?))).collect()
}

/// Compares a wide golden file (a row a unit, a column a thing) with a long table of ours; both must lack the same
/// cells. Returns how many numbers were compared.
pub fn compare(
    want: &Golden,
    key: &str,
    columns: &[&str],
    ours: &BTreeMap<(String, String), f64>,
    rel: f64,
) -> usize {
    let units = want.texts(key);
    let mut compared = 0;
    for column in columns {
        for (unit, want_) in units.iter().zip(want.numbers(column)) {
            let own = ours.get(&(unit.clone(), column.to_lowercase())).copied();
            assert_eq!(own.is_some(), want_.is_some(), "{} {unit} {column}: {own:?} {want_:?}", want.path);
            let (Some(own), Some(want_)) = (own, want_) else { continue };
            assert!(near(own, want_, rel), "{} {unit} {column}: {own} and {want_}", want.path);
            compared += 1;
        }
    }
    compared
}

/// Relative, with an absolute floor where the number itself is noise about zero.
pub fn near(a: f64, b: f64, rel: f64) -> bool {
    (a - b).abs() <= rel * b.abs().max(1e-3)
}
