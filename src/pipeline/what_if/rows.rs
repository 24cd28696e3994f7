//! Rows of two editions of a table, paired by the columns that name a row.

use polars::prelude::*;
use std::collections::BTreeMap;

/// Parts of a row's name.
#[derive(Default)]
pub struct Name {
    pub unit_type: Option<String>,
    pub code: Option<String>,
    pub period: Option<String>,
    pub rest: Option<String>,
}

/// A table with the columns of its key as text.
pub struct Side<'a> {
    frame: &'a DataFrame,
    key: Vec<(&'a str, StringChunked)>,
}

impl<'a> Side<'a> {
    pub fn new(frame: &'a DataFrame, key: &'a [String]) -> PolarsResult<Side<'a>> {
        let text = |name: &'a String| {
            let column = frame.column(name).ok()?;
            Some(column.cast(&DataType::String).and_then(|c| Ok((name.as_str(), c.str()?.clone()))))
        };
        Ok(Side { frame, key: key.iter().filter_map(text).collect::<PolarsResult<_>>()? })
    }

    fn get(&self, column: &str, row: usize) -> Option<&str> {
        self.key.iter().find(|k| k.0 == column).and_then(|k| k.1.get(row))
    }

    /// Row numbers by key; a key that several rows share counts them in their order.
    fn numbered(&self) -> BTreeMap<(Vec<Option<&str>>, usize), usize> {
        let mut seen: BTreeMap<Vec<Option<&str>>, usize> = BTreeMap::new();
        let named = (0..self.frame.height()).map(|row| {
            let name: Vec<Option<&str>> = self.key.iter().map(|k| k.1.get(row)).collect();
            let nth = seen.entry(name.clone()).or_default();
            *nth += 1;
            ((name, *nth), row)
        });
        named.collect()
    }

    fn name(&self, row: usize) -> Name {
        let typed = |column: &str, unit: &str| {
            Some((unit.to_owned(), self.get(column, row)?.to_owned(), column.to_owned()))
        };
        let unit = match self.get("unit_type", row) {
            Some(unit) => typed("unit_code", unit),
            None => typed("practice_code", "practice").or_else(|| typed("ccg_code", "ccg")),
        };
        let label =
            self.frame.column("period_label").ok().and_then(|c| c.str().ok()).and_then(|c| c.get(row));
        let periods = ["period", "period_label", "year", "month"];
        let period = label.or_else(|| periods.iter().find_map(|p| self.get(p, row)));
        let own =
            |k: &str| periods.contains(&k) || k == "unit_type" || unit.as_ref().is_some_and(|u| u.2 == k);
        let rest: Vec<String> = self
            .key
            .iter()
            .filter(|k| !own(k.0))
            .map(|k| format!("{} {}", k.0, k.1.get(row).unwrap_or("")))
            .collect();
        Name {
            period: period.map(str::to_owned),
            rest: (!rest.is_empty()).then(|| rest.join(", ")),
            unit_type: unit.as_ref().map(|u| u.0.clone()),
            code: unit.map(|u| u.1),
        }
    }
}

/// Which row of the one is which row of the other.
pub struct Pairs<'a> {
    old: Side<'a>,
    new: Side<'a>,
    /// `None` where both have the same rows in the same order.
    pairs: Option<Vec<(Option<usize>, Option<usize>)>>,
}

impl<'a> Pairs<'a> {
    pub fn of(old: Side<'a>, new: Side<'a>) -> Pairs<'a> {
        let alike = old.frame.height() == new.frame.height()
            && old.key.len() == new.key.len()
            && old.key.iter().zip(&new.key).all(|(x, y)| x.0 == y.0 && x.1.equal_missing(&y.1).all());
        if alike {
            return Pairs { old, new, pairs: None };
        }
        let (was, is) = (old.numbered(), new.numbered());
        let mut pairs: Vec<_> = was.iter().map(|(name, &i)| (Some(i), is.get(name).copied())).collect();
        pairs.extend(is.iter().filter(|(name, _)| !was.contains_key(*name)).map(|(_, &j)| (None, Some(j))));
        Pairs { old, new, pairs: Some(pairs) }
    }

    /// Whether both have the same rows in the same order.
    pub fn alike(&self) -> bool {
        self.pairs.is_none()
    }

    pub fn iter(&self) -> Box<dyn Iterator<Item = (Option<usize>, Option<usize>)> + '_> {
        match &self.pairs {
            Some(pairs) => Box::new(pairs.iter().copied()),
            None => Box::new((0..self.old.frame.height()).map(|i| (Some(i), Some(i)))),
        }
    }

    pub fn name(&self, old: Option<usize>, new: Option<usize>) -> Name {
        match (new, old) {
            (Some(row), _) => self.new.name(row),
            (None, Some(row)) => self.old.name(row),
            (None, None) => Name::default(),
        }
    }
}
