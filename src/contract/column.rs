//! One column of a chunk: cells -> typed values, with the faults and the counts of what is absent.
//!
//! Text, codes, dates and flags repeat: each distinct text of a chunk is parsed once and rows point to it. Whole
//! numbers take a short path when they are plain digits.

use super::cells::{Cell, Parsed, parse};
use crate::define::Field;
use crate::define::contract::FieldType;
use foldhash::fast::FixedState;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::BuildHasher;

/// The seed is fixed, so hashes are the same on every run; they find duplicates and never reach an output.
const HASHER: FixedState = FixedState::with_seed(0x6470_636d);

/// Values by row; `None` is absent.
#[derive(Debug)]
pub enum Values {
    /// Row -> word; the word may be absent.
    Text {
        rows: Vec<u32>,
        words: Vec<Option<String>>,
    },
    Integer(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    Date(Vec<Option<i32>>),
    Flag(Vec<Option<bool>>),
}

#[derive(Clone, Debug)]
pub struct Fault {
    pub row: u32,
    pub code: &'static str,
    pub message: Cow<'static, str>,
    pub found: String,
}

/// A typed column of one chunk.
#[derive(Debug)]
pub struct ColumnPart {
    pub values: Values,
    /// Why a value is absent, by row; empty when nothing is.
    pub status: BTreeMap<u32, &'static str>,
    pub faults: Vec<Fault>,
    /// Code -> how many cells and the first row.
    pub warnings: BTreeMap<&'static str, (u64, u32, String)>,
    /// Rows under a branch's code.
    pub branches: Vec<u32>,
    /// A word that names synthetic data occurs.
    pub synthetic: bool,
}

/// The word that every synthetic name carries, so that one file taken out of its folder still says what it is.
pub const SYNTHETIC: &str = "SYNTHETIC";

/// Types a column. `cells` are its texts by row; `mix` is called with the row and a hash of the value.
pub fn column<'a>(
    field: &Field,
    formats: &[String],
    prepend: Option<&str>,
    cells: impl Iterator<Item = &'a str>,
    mut mix: impl FnMut(usize, u64),
) -> ColumnPart {
    let mut part = ColumnPart {
        values: Values::Flag(Vec::new()),
        status: BTreeMap::new(),
        faults: Vec::new(),
        warnings: BTreeMap::new(),
        branches: Vec::new(),
        synthetic: false,
    };
    if matches!(field.kind, FieldType::Integer | FieldType::Number | FieldType::Pence) {
        part.values = numbers(field, formats, prepend, cells, &mut part, mix);
        return part;
    }
    let mut known: IndexMap<&str, (Parsed, u64), FixedState> = IndexMap::with_hasher(HASHER);
    let mut rows: Vec<u32> = Vec::new();
    let mut last: Option<(&str, usize)> = None;
    for (row, text) in cells.enumerate() {
        let id = match last {
            Some((t, id)) if t == text => id,
            _ => {
                let entry = known.entry(text);
                let id = entry.index();
                entry.or_insert_with(|| (parse(field, formats, prepend, text), HASHER.hash_one(text.trim())));
                last = Some((text, id));
                id
            }
        };
        rows.push(id as u32);
        let (parsed, hash) = &known[id];
        mix(row, *hash);
        if parsed.warning.is_some() || !matches!(parsed.cell, Cell::Text(_) | Cell::Date(_) | Cell::Flag(_)) {
            note(&mut part, field, row as u32, text, parsed);
        }
    }
    part.synthetic = known.keys().any(|text| text.contains(SYNTHETIC));
    part.values = match field.kind {
        FieldType::Date => Values::Date(spread(&rows, &known, |c| match c {
            Cell::Date(d) => Some(*d),
            _ => None,
        })),
        FieldType::Flag => Values::Flag(spread(&rows, &known, |c| match c {
            Cell::Flag(b) => Some(*b),
            _ => None,
        })),
        _ => {
            let words = known
                .into_values()
                .map(|(p, _)| match p.cell {
                    Cell::Text(t) => Some(t),
                    _ => None,
                })
                .collect();
            Values::Text { rows, words }
        }
    };
    part
}

fn spread<T: Copy>(
    rows: &[u32],
    known: &IndexMap<&str, (Parsed, u64), FixedState>,
    get: impl Fn(&Cell) -> Option<T>,
) -> Vec<Option<T>> {
    let words: Vec<Option<T>> = known.values().map(|(p, _)| get(&p.cell)).collect();
    rows.iter().map(|id| words[*id as usize]).collect()
}

fn numbers<'a>(
    field: &Field,
    formats: &[String],
    prepend: Option<&str>,
    cells: impl Iterator<Item = &'a str>,
    part: &mut ColumnPart,
    mut mix: impl FnMut(usize, u64),
) -> Values {
    let plain = field.kind == FieldType::Integer
        && prepend.is_none()
        && field.strip.is_none()
        && field.map.is_empty()
        && !field.marks.keys().any(|m| m.bytes().all(|b| b.is_ascii_digit()));
    let (low, high) = (field.min.unwrap_or(f64::MIN), field.max.unwrap_or(f64::MAX));
    let mut integers = Vec::new();
    let mut reals = Vec::new();
    for (row, text) in cells.enumerate() {
        if plain
            && let Some(n) = plain_digits(text)
            && (n as f64) >= low
            && (n as f64) <= high
        {
            mix(row, n as u64);
            integers.push(Some(n));
            continue;
        }
        let parsed = parse(field, formats, prepend, text);
        mix(row, HASHER.hash_one(text.trim()));
        match parsed.cell {
            Cell::Integer(n) => integers.push(Some(n)),
            Cell::Number(x) => reals.push(Some(x)),
            _ => {
                integers.push(None);
                reals.push(None);
            }
        }
        if parsed.warning.is_some() || !matches!(parsed.cell, Cell::Integer(_) | Cell::Number(_)) {
            note(part, field, row as u32, text, &parsed);
        }
    }
    if field.kind == FieldType::Number { Values::Number(reals) } else { Values::Integer(integers) }
}

fn plain_digits(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 15 {
        return None;
    }
    let mut n = 0_i64;
    for b in bytes {
        let d = b.wrapping_sub(b'0');
        if d > 9 {
            return None;
        }
        n = n * 10 + i64::from(d);
    }
    Some(n)
}

fn note(part: &mut ColumnPart, field: &Field, row: u32, text: &str, parsed: &Parsed) {
    match &parsed.cell {
        Cell::Absent(_) if field.required => {
            part.faults.push(Fault {
                row,
                code: "REQUIRED_MISSING",
                message: "a field that every record needs is empty".into(),
                found: text.to_owned(),
            });
        }
        Cell::Absent(status) => {
            part.status.insert(row, status);
        }
        Cell::Bad(code, message) => {
            part.status.insert(row, "invalid");
            part.faults.push(Fault { row, code, message: message.clone(), found: text.to_owned() });
        }
        _ => {}
    }
    if let Some(code) = parsed.warning {
        if code == "BRANCH_CODE" {
            part.branches.push(row);
        }
        let w = part.warnings.entry(code).or_insert((0, row, text.to_owned()));
        w.0 += 1;
    }
}
