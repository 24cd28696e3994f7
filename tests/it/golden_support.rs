//! The golden tables: columns by name, an empty cell as missing, and the comparison at a stated tolerance.

use crate::common::shared;

/// A golden table, read as text.
pub struct Table {
    path: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// `None`, with a printed line, when the golden files are not beside the project.
pub fn golden(path: &str) -> Option<Table> {
    let mut reader = csv::Reader::from_path(shared(&format!("golden/{path}"))?).expect(path);
    let own = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = own(reader.headers().expect(path));
    let rows: Vec<Vec<String>> = reader.records().map(|r| own(&r.expect(path))).collect();
    assert!(!rows.is_empty(), "{path} has no rows");
    Some(Table { path: path.to_owned(), header, rows })
}

fn number(text: &str) -> Option<f64> {
    match text {
        "" | "NaN" | "NA" => None,
        "Inf" => Some(f64::INFINITY),
        _ => Some(text.parse().unwrap_or_else(|_| panic!("not a number: {text}"))),
    }
}

impl Table {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    fn at(&self, name: &str) -> usize {
        let found = self.header.iter().position(|h| h == name);
        found.unwrap_or_else(|| panic!("{} has no column {name}", self.path))
    }

    pub fn text(&self, row: usize, name: &str) -> &str {
        &self.rows[row][self.at(name)]
    }

    pub fn maybe(&self, row: usize, name: &str) -> Option<f64> {
        number(self.text(row, name))
    }

    pub fn num(&self, row: usize, name: &str) -> f64 {
        self.maybe(row, name).unwrap_or_else(|| panic!("{} row {row}: {name} is empty", self.path))
    }

    pub fn texts(&self, name: &str) -> Vec<&str> {
        (0..self.len()).map(|r| self.text(r, name)).collect()
    }

    pub fn maybes(&self, name: &str) -> Vec<Option<f64>> {
        (0..self.len()).map(|r| self.maybe(r, name)).collect()
    }

    pub fn nums(&self, name: &str) -> Vec<f64> {
        (0..self.len()).map(|r| self.num(r, name)).collect()
    }

    /// The row whose column holds the text.
    pub fn row(&self, name: &str, text: &str) -> usize {
        self.texts(name).iter().position(|t| *t == text).unwrap_or_else(|| panic!("no {name} {text}"))
    }
}

/// Equal to within a share of the expected value.
#[track_caller]
pub fn rel(got: f64, want: f64, tolerance: f64, what: impl std::fmt::Debug) {
    let close = got == want || (got - want).abs() <= tolerance * want.abs();
    assert!(close, "{what:?}: {got:e} is not {want:e} (relative {:e})", ((got - want) / want).abs());
}

/// Equal to within an amount.
#[track_caller]
pub fn near(got: f64, want: f64, tolerance: f64, what: impl std::fmt::Debug) {
    let close = got == want || (got - want).abs() <= tolerance;
    assert!(close, "{what:?}: {got:e} is not {want:e} (by {:e})", (got - want).abs());
}
