//! A claimed table -> typed frames by period, with every row accounted for.

use super::account::{Account, bytes, collect};
use super::chunk::{Fate, Part, type_chunk};
use super::dates::{self, Order};
use super::duplicates::duplicates;
use super::frame::Piece;
use super::header::{Claim, Role};
use super::period::Found;
use super::totals::totals;
use super::{aside, frame, notes, period};
use crate::define::{Field, PeriodSource};
use crate::diag::{Diagnostic, Place, Scope};
use crate::model::Period;
use crate::read::table::{Origin, Table};
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A record that was set aside, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Line of the file or row of the sheet.
    pub line: u32,
    pub raw: String,
    pub codes: Vec<&'static str>,
}

/// What became of one table.
#[derive(Debug, Default)]
pub struct Typed {
    pub dataset: String,
    pub era: String,
    /// One frame for each period, in order.
    pub parts: Vec<(Period, DataFrame)>,
    pub diagnostics: Vec<Diagnostic>,
    pub quarantine: Vec<Quarantined>,
    pub account: Account,
    /// A name in the data says that they are synthetic.
    pub synthetic: bool,
}

/// A column of the table with the field that it is.
pub struct Bound<'a> {
    /// Index into the table's columns.
    pub at: usize,
    pub role: &'a Role,
    pub field: Field,
    pub dates: Order,
    pub in_key: bool,
}

/// Types every cell of the table, sets aside what is wrong, and frames the rest.
pub fn type_table(claim: &Claim<'_>, table: Table) -> PolarsResult<Typed> {
    let mut out = Typed {
        dataset: claim.contract.id.clone(),
        era: claim.era.id.clone(),
        diagnostics: claim.notes.clone(),
        ..Typed::default()
    };
    if out.diagnostics.iter().any(|d| d.code.scope == Scope::Submission) {
        return Ok(refuse(claim, &table, out));
    }
    let bound = match bind(claim, &table) {
        Ok((bound, refused)) => {
            out.diagnostics.extend(refused);
            bound
        }
        Err(fault) => {
            out.diagnostics.push(*fault);
            return Ok(refuse(claim, &table, out));
        }
    };
    let mut parts: Vec<Part> =
        table.chunks.par_iter().map(|chunk| type_chunk(claim, &table, chunk, &bound)).collect();
    notes::footnotes(&table, &mut |chunk, row| parts[chunk].fates[row] = Fate::Skip("FOOTNOTES_SKIPPED"));
    let trailing = notes::trailing_bad(&table, claim.era.delimiter);
    out.diagnostics.extend(totals(claim, &table, &bound, &parts));
    out.diagnostics.extend(duplicates(claim, &table, &mut parts));
    collect(claim, &table, &bound, &parts, &trailing, &mut out);
    out.synthetic = parts.iter().flat_map(|p| &p.columns).any(|c| c.synthetic);
    if out.account.rows_accepted + out.account.rows_quarantined + out.account.rows_refused == 0 {
        let place = Place::file(&table.label);
        let d = Diagnostic::new("NO_DATA_ROWS", place, "a header and no data below it");
        out.diagnostics.push(d.dataset(&claim.contract.id));
    }
    if out.diagnostics.iter().any(|d| d.code.name == "TRUNCATED_TAIL") {
        // a part of a file must not become the release of its period
        out.account.refuse();
        let kept = parts.iter_mut().flat_map(|p| &mut p.fates).filter(|f| **f == Fate::Keep);
        let cut = out.quarantine.iter().rfind(|q| q.codes.contains(&"TRUNCATED_TAIL")).map_or(0, |q| q.line);
        kept.for_each(|fate| *fate = Fate::Refuse("TRUNCATED_TAIL", cut));
    }
    let (lost, unread) = aside::lost(claim, &table, &bound, &parts, &out.quarantine);
    out.account.rows_unplaced = unread.len() as u64;
    out.diagnostics.extend(unread);
    if out.account.rows_accepted == 0 && lost.is_empty() {
        return Ok(out);
    }
    let source = match &table.origin {
        Origin::Sheet { name } => format!("{} [{name}]", table.label),
        Origin::Text(_) => table.label.clone(),
    };
    let label = table.label.clone();
    let lines: Vec<Vec<u32>> =
        table.chunks.iter().map(|c| c.places.iter().map(|p| p.line).collect()).collect();
    // the text and its spans are done with; their memory serves the frames
    drop(table);
    out.diagnostics.extend(period::stated_parts(claim, &label));
    let pieces = frame::kept(&parts, &lines);
    let mut found = match period::find(claim, &bound, &pieces, &label) {
        Ok(found) => found,
        Err(fault) => {
            out.diagnostics.push(fault);
            out.account.refuse();
            return Ok(out);
        }
    };
    let groups: BTreeMap<Period, Vec<Piece<'_>>> = match &mut found {
        _ if pieces.is_empty() => BTreeMap::new(),
        Found::Whole(period, notes) => {
            out.diagnostics.append(notes);
            [(*period, pieces)].into()
        }
        Found::Column(at) => frame::by_period(pieces, *at, claim.era.grain),
    };
    let dated = if let Found::Column(at) = &found { bound[*at].field.name.as_str() } else { "period" };
    out.parts = groups
        .par_iter()
        .map(|(period, pieces)| {
            let frame = frame::build(claim, &bound, pieces, (*period, dated), (&label, &source))?;
            Ok((*period, frame))
        })
        .collect::<PolarsResult<_>>()?;
    if claim.contract.owner.is_some() {
        let held = (&found, std::mem::take(&mut out.parts));
        let kept = aside::keep(claim, &bound, &parts, held, lost, (&label, &source))?;
        out.parts = kept.frames;
        out.account.rows_unplaced += kept.undated;
        out.diagnostics.extend(kept.said);
    }
    Ok(out)
}

/// The file as a whole was refused: its bytes are all read, none of its rows is looked at.
fn refuse(claim: &Claim<'_>, table: &Table, mut out: Typed) -> Typed {
    let rows = table.records() as u64;
    let blank = table.chunks.iter().map(|c| c.blank.len()).sum::<usize>() as u64;
    out.account.rows_read = rows + blank + u64::from(claim.preamble);
    out.account.rows_refused = rows;
    out.account.rows_skipped = blank + u64::from(claim.preamble);
    bytes(claim, table, &mut out.account);
    out
}

/// Pairs the claimed columns with their fields; date orders are inferred here, with what is refused for want of one.
fn bind<'a>(
    claim: &'a Claim<'_>,
    table: &Table,
) -> Result<(Vec<Bound<'a>>, Vec<Diagnostic>), Box<Diagnostic>> {
    let (mut out, mut refused) = (Vec::new(), Vec::new());
    let place = |source: usize| match &table.origin {
        Origin::Text(_) => Some(source),
        Origin::Sheet { .. } => table.columns.binary_search(&(source as u32)).ok(),
    };
    let part = claim.contract.part.as_ref().and_then(|part| {
        let (source, _) =
            claim.columns.iter().find(|(_, r)| matches!(r, Role::Field(name) if name == part))?;
        Some((place(*source)?, &claim.contract.fields[part]))
    });
    for (source, role) in &claim.columns {
        let Some(at) = place(*source) else { continue };
        let mut field = match role {
            Role::Field(name) => claim.contract.fields[name].clone(),
            Role::Unpivot(_) => {
                let value = claim.era.unpivot.as_ref().map_or("", |u| &u.value);
                claim.contract.fields[value].clone()
            }
            Role::Rest(name) => notes::rest_field(name, claim.era.rest),
        };
        // a row that no period holds could be stored nowhere
        field.required |= claim
            .era
            .period
            .iter()
            .any(|p| matches!((p, role), (PeriodSource::Column(c), Role::Field(n)) if c == n));
        let (dates, told) = dates::order(&field, table, at, claim, part)?;
        refused.extend(told);
        let in_key = match role {
            Role::Field(name) => claim.contract.key.contains(name),
            _ => false,
        };
        out.push(Bound { at, role, field, dates, in_key });
    }
    Ok((out, refused))
}
