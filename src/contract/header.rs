//! Which layout a table has: by its header, or by what its columns look like; never by the name of the file.

use crate::define::{Contract, Era, LookAt, Lookup, nearest};
use crate::diag::{Diagnostic, Place};
use crate::read::table::PeekRow;
use std::collections::{BTreeMap, BTreeSet};

/// What a source column is to the contract.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    Field(String),
    /// Index into the era's unpivoted columns.
    Unpivot(usize),
    /// A column that the era does not name: its name in snake_case.
    Rest(String),
}

/// A table that an era of a contract claims.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    pub contract: &'a Contract,
    pub era: &'a Era,
    /// Source column and role, sorted by column.
    pub columns: Vec<(usize, Role)>,
    /// Columns of the source.
    pub width: usize,
    /// First byte (text) of the data and its line or row, from 1.
    pub data: (usize, u32),
    /// Rows above the header.
    pub preamble: u32,
    /// Rows of the header.
    pub header_rows: u32,
    pub notes: Vec<Diagnostic>,
}

/// How near an era came without fitting.
pub struct Near {
    pub share: f64,
    pub diagnostic: Diagnostic,
}

/// Tries one era on the first rows of a table.
pub fn claim<'a>(
    contract: &'a Contract,
    era: &'a Era,
    label: &str,
    rows: &[PeekRow],
) -> Result<Claim<'a>, Option<Near>> {
    match era.headerless {
        Some(width) => headerless(contract, era, rows, width).ok_or(None),
        None => by_header(contract, era, label, rows),
    }
}

fn headerless<'a>(contract: &'a Contract, era: &'a Era, rows: &[PeekRow], width: usize) -> Option<Claim<'a>> {
    let seen: Vec<&PeekRow> = rows.iter().filter(|r| r.cells.len() == width).collect();
    if seen.is_empty() || seen.len() * 10 < rows.len() * 9 {
        return None;
    }
    let mut columns: Vec<(usize, Role)> = era
        .columns
        .iter()
        .filter_map(|(field, lookup)| match lookup {
            Lookup::Position(at) => Some((*at, Role::Field(field.clone()))),
            Lookup::Names(_) => None,
        })
        .collect();
    columns.sort_by_key(|c| c.0);
    if !looks_right(era, &columns, &seen) {
        return None;
    }
    Some(Claim {
        contract,
        era,
        columns,
        width,
        data: (0, 1),
        preamble: 0,
        header_rows: 0,
        notes: Vec::new(),
    })
}

/// Whether the columns of the rows look as the era says.
fn looks_right(era: &Era, columns: &[(usize, Role)], rows: &[&PeekRow]) -> bool {
    era.looks.iter().all(|look| {
        let at = match &look.at {
            LookAt::Position(at) => Some(*at),
            LookAt::Field(name) => {
                columns.iter().find(|(_, r)| matches!(r, Role::Field(f) if f == name)).map(|c| c.0)
            }
        };
        let matches = |r: &&&PeekRow| {
            at.and_then(|at| r.cells.get(at)).is_some_and(|c| look.pattern.is_match(c.trim()))
        };
        rows.iter().filter(matches).count() as f64 >= look.share * rows.len() as f64
    })
}

/// The names of the columns when `at` is the header row.
fn names(era: &Era, rows: &[PeekRow], at: usize) -> Vec<String> {
    let clean = |cell: &str| {
        let cell = match &era.strip_header {
            Some(pattern) => pattern.replace_all(cell, "").into_owned(),
            None => cell.to_owned(),
        };
        cell.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let row = |i: usize| -> Vec<String> {
        rows.get(i).map(|r| r.cells.iter().map(|c| clean(c)).collect()).unwrap_or_default()
    };
    let main = row(at);
    if era.above == 0 && era.below == 0 {
        return main;
    }
    let above = if era.above > 0 && at > 0 { row(at - 1) } else { Vec::new() };
    let below = if era.below > 0 { row(at + 1) } else { Vec::new() };
    let width = main.len().max(above.len()).max(below.len());
    let cell = |r: &[String], c: usize| r.get(c).cloned().unwrap_or_default();
    let (mut group, mut name) = (String::new(), String::new());
    let mut out = Vec::with_capacity(width);
    for c in 0..width {
        let (a, m, b) = (cell(&above, c), cell(&main, c), cell(&below, c));
        if m.is_empty() && b.is_empty() {
            // a spacer column ends a merged heading
            name.clear();
            out.push(String::new());
            continue;
        }
        if !a.is_empty() {
            group = a;
        }
        if !m.is_empty() {
            name = m;
        }
        let parts = [group.as_str(), name.as_str(), b.as_str()];
        out.push(parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" | "));
    }
    out
}

fn by_header<'a>(
    contract: &'a Contract,
    era: &'a Era,
    label: &str,
    rows: &[PeekRow],
) -> Result<Claim<'a>, Option<Near>> {
    let mut near: Option<Near> = None;
    let wanted: usize = era.columns.len() + era.unpivot.as_ref().map_or(0, |u| u.columns.len());
    for at in 0..rows.len().min(30) {
        if rows[at].cells.iter().filter(|c| !c.trim().is_empty()).count() < 2 {
            continue;
        }
        let names = names(era, rows, at);
        let mut positions: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, n) in names.iter().enumerate() {
            positions.entry(n.as_str()).or_default().push(i);
        }
        let bound = bind(era, &positions);
        if bound.missing.is_empty() {
            let below = rows[at + 1..].iter().skip(era.below as usize);
            let filled = |r: &&PeekRow| r.cells.iter().filter(|c| !c.trim().is_empty()).count() > 1;
            let data: Vec<&PeekRow> = below.filter(filled).collect();
            if !looks_right(era, &bound.columns, &data) {
                return Err(None);
            }
            return Ok(accept(contract, era, label, rows, at, &names, bound));
        }
        let share = bound.columns.len() as f64 / wanted.max(1) as f64;
        if bound.columns.len() >= 3 && share >= 0.6 && near.as_ref().is_none_or(|n| n.share < share) {
            near = Some(Near { share, diagnostic: missing(contract, era, label, &rows[at], &names, &bound) });
        }
    }
    Err(near)
}

struct Bound {
    columns: Vec<(usize, Role)>,
    /// Every name that each column not found has.
    missing: Vec<Vec<String>>,
    duplicate: Option<String>,
    /// Found under another than the first of its names: that name and the first.
    aliased: Vec<(String, String)>,
}

fn bind(era: &Era, positions: &BTreeMap<&str, Vec<usize>>) -> Bound {
    let mut out = Bound { columns: Vec::new(), missing: Vec::new(), duplicate: None, aliased: Vec::new() };
    for (field, lookup) in &era.columns {
        let Lookup::Names(names) = lookup else { continue };
        match names.iter().find_map(|n| positions.get(n.as_str()).map(|p| (n, p))) {
            Some((name, places)) => {
                if places.len() > 1 {
                    out.duplicate = Some(name.clone());
                }
                if *name != names[0] {
                    out.aliased.push((name.clone(), names[0].clone()));
                }
                out.columns.push((places[0], Role::Field(field.clone())));
            }
            None if era.optional.contains(field) => {}
            None => out.missing.push(names.clone()),
        }
    }
    for (i, (header, _)) in era.unpivot.iter().flat_map(|u| &u.columns).enumerate() {
        match positions.get(header.as_str()) {
            Some(places) => out.columns.push((places[0], Role::Unpivot(i))),
            None => out.missing.push(vec![header.clone()]),
        }
    }
    out
}

fn accept<'a>(
    contract: &'a Contract,
    era: &'a Era,
    label: &str,
    rows: &[PeekRow],
    at: usize,
    names: &[String],
    mut bound: Bound,
) -> Claim<'a> {
    let mut notes = Vec::new();
    let place = || Place::file(label);
    if let Some(name) = &bound.duplicate {
        notes.push(
            Diagnostic::new("HEADER_DUPLICATE", place(), format!("the column `{name}` stands twice"))
                .dataset(&contract.id),
        );
    }
    if !bound.aliased.is_empty() {
        let names: Vec<String> = bound.aliased.iter().map(|(a, b)| format!("`{a}` for `{b}`")).collect();
        let note = Diagnostic::new("HEADER_ALIAS", place(), names.join(", "));
        notes.push(note.dataset(&contract.id).times(names.len() as u64));
    }
    let used: BTreeSet<usize> = bound.columns.iter().map(|c| c.0).collect();
    let mut blank = 0_u64;
    for (i, name) in names.iter().enumerate().filter(|(i, _)| !used.contains(i)) {
        if name.is_empty() {
            blank += 1;
        } else if era.ignore.contains(name) {
        } else if era.rest.is_some() {
            bound.columns.push((i, Role::Rest(snake(name))));
        } else {
            let note =
                Diagnostic::new("HEADER_UNKNOWN", place(), format!("the column `{name}` is not stored"));
            notes.push(note.dataset(&contract.id));
        }
    }
    if blank > 0 && era.above == 0 && era.below == 0 {
        let note = Diagnostic::new("HEADER_BLANK", place(), format!("{blank} columns without a name"));
        notes.push(note.dataset(&contract.id).times(blank));
    }
    bound.columns.sort_by_key(|c| c.0);
    let last = (at + era.below as usize).min(rows.len() - 1);
    let header_start = at - (era.above as usize).min(at);
    // a sheet has rows that nothing stands in; every line of a text is a row
    let there = |r: &&PeekRow| !r.cells.is_empty();
    Claim {
        contract,
        era,
        columns: bound.columns,
        width: rows[at].cells.len(),
        data: (rows[last].next, rows[last].line + 1),
        preamble: rows[..header_start].iter().filter(there).count() as u32,
        header_rows: (last - header_start + 1) as u32,
        notes,
    }
}

fn missing(
    contract: &Contract,
    era: &Era,
    label: &str,
    row: &PeekRow,
    names: &[String],
    b: &Bound,
) -> Diagnostic {
    let list = b.missing.iter().map(|names| format!("`{}`", names[0])).collect::<Vec<_>>().join(", ");
    let used: BTreeSet<usize> = b.columns.iter().map(|c| c.0).collect();
    let unused: Vec<&str> = names
        .iter()
        .enumerate()
        .filter(|(i, n)| !n.is_empty() && !used.contains(i))
        .map(|(_, n)| n.as_str())
        .collect();
    let place = Place::Line {
        file: label.to_owned(),
        line: u64::from(row.line),
        byte: row.start as u64,
        column: None,
        field: None,
        text: row.cells.join(",").chars().take(200).collect(),
    };
    let message = format!("looks like {} ({}), but lacks the column {list}", contract.title, era.id);
    let mut d = Diagnostic::new("HEADER_MISSING", place, message).dataset(&contract.id);
    // near enough to be a misspelling; a bare look-alike among short names is not
    let found = b.missing.iter().find_map(|names| {
        let near = names.iter().find_map(|name| nearest(name, &unused, 0.85))?;
        // the file's word was meant for the name that is nearest to it, first or not
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        Some((nearest(near, &known, 0.0)?, near))
    });
    if let Some((wanted, near)) = found {
        d = d.found(near).hint(format!(
            "the file has `{near}`: if it is the column `{wanted}`, add that name to the era `{}` of datasets/{}.toml",
            era.id, contract.id
        ));
    }
    d
}

/// `GP Extended Hours Access ` -> `gp_extended_hours_access`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.trim().chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
    }
    out.trim_end_matches('_').to_owned()
}
