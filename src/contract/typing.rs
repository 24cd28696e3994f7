//! A claimed table -> typed frames by period, with every row accounted for.

use super::account::{Account, bytes_of_rows};
use super::column::{ColumnPart, Values, column};
use super::header::{Claim, Role};
use super::listed::Listed;
use super::{frame, notes, period};
use crate::define::{Field, PeriodSource};
use crate::diag::{Diagnostic, Place, Scope, codes};
use crate::model::Period;
use crate::read::lexer::Chunk;
use crate::read::table::{Origin, Table};
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

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

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Keep,
    Skip(&'static str),
    Quarantine,
}

struct Part {
    columns: Vec<ColumnPart>,
    fates: Vec<Fate>,
    key: Vec<u64>,
    whole: Vec<u64>,
    /// Rows with bytes that are no text.
    lost: Vec<u32>,
}

struct Bound<'a> {
    /// Index into the table's columns.
    at: usize,
    role: &'a Role,
    field: Field,
    formats: Vec<String>,
    in_key: bool,
}

/// Types every cell of the table, sets aside what is wrong, and frames the rest.
pub fn type_table(claim: &Claim<'_>, table: &Table) -> PolarsResult<Typed> {
    let mut out = Typed {
        dataset: claim.contract.id.clone(),
        era: claim.era.id.clone(),
        diagnostics: claim.notes.clone(),
        ..Typed::default()
    };
    if out.diagnostics.iter().any(|d| d.code.scope == Scope::Submission) {
        return Ok(refuse(claim, table, out));
    }
    let bound = match bind(claim, table) {
        Ok(bound) => bound,
        Err(fault) => {
            out.diagnostics.push(*fault);
            return Ok(refuse(claim, table, out));
        }
    };
    let mut parts: Vec<Part> =
        table.chunks.par_iter().map(|chunk| type_chunk(claim, table, chunk, &bound)).collect();
    notes::footnotes(table, &mut |chunk, row| parts[chunk].fates[row] = Fate::Skip("FOOTNOTES_SKIPPED"));
    let trailing = notes::trailing_bad(table, claim.era.delimiter);
    duplicates(claim, table, &mut parts, &mut out);
    collect(claim, table, &bound, &parts, &trailing, &mut out);
    out.synthetic = parts.iter().flat_map(|p| &p.columns).any(|c| c.synthetic);
    if out.account.rows_accepted == 0 && out.account.rows_quarantined == 0 {
        let place = Place::file(&table.label);
        let d = Diagnostic::new("NO_DATA_ROWS", place, "a header and no data below it");
        out.diagnostics.push(d.dataset(&claim.contract.id));
    }
    if out.account.rows_accepted == 0 {
        return Ok(out);
    }
    let frames: Vec<DataFrame> = table
        .chunks
        .par_iter()
        .zip(&parts)
        .map(|(chunk, part)| frame_chunk(claim, chunk, part, &bound))
        .collect::<PolarsResult<_>>()?;
    let mut whole: Option<DataFrame> = None;
    for f in frames {
        match &mut whole {
            None => whole = Some(f),
            Some(w) => {
                w.vstack_mut_owned(f)?;
            }
        }
    }
    let Some(whole) = whole else { return Ok(out) };
    let whole = unpivot(claim, whole, &table.label)?;
    split(claim, table, whole, &mut out)?;
    Ok(out)
}

/// The file as a whole was refused: its rows are all quarantined, its bytes are all read.
fn refuse(claim: &Claim<'_>, table: &Table, mut out: Typed) -> Typed {
    let rows = table.records() as u64;
    let blank = table.chunks.iter().map(|c| c.blank.len()).sum::<usize>() as u64;
    out.account.rows_read = rows + blank + u64::from(claim.preamble);
    out.account.rows_quarantined = rows;
    out.account.rows_skipped = blank + u64::from(claim.preamble);
    bytes(claim, table, &mut out.account);
    out
}

fn bytes(claim: &Claim<'_>, table: &Table, account: &mut Account) {
    if let Origin::Text(decoded) = &table.origin {
        account.bytes_read = decoded.original_offset(decoded.text.len());
        account.bytes_accounted = decoded.original_offset(bytes_of_rows(table, claim.data.0));
    }
}

/// Pairs the claimed columns with their fields; date orders are inferred here, once for the whole file.
fn bind<'a>(claim: &'a Claim<'_>, table: &Table) -> Result<Vec<Bound<'a>>, Box<Diagnostic>> {
    let mut out = Vec::new();
    for (source, role) in &claim.columns {
        let at = match &table.origin {
            Origin::Text(_) => *source,
            Origin::Sheet { .. } => match table.columns.binary_search(&(*source as u32)) {
                Ok(at) => at,
                Err(_) => continue,
            },
        };
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
        let formats = notes::date_order(&field, table, at, claim)?;
        let in_key = match role {
            Role::Field(name) => claim.contract.key.contains(name),
            _ => false,
        };
        out.push(Bound { at, role, field, formats, in_key });
    }
    Ok(out)
}

fn type_chunk(claim: &Claim<'_>, table: &Table, chunk: &Chunk, bound: &[Bound<'_>]) -> Part {
    let rows = chunk.places.len();
    let mut key = vec![0_u64; rows];
    let mut whole = vec![0_u64; rows];
    let mut fates = vec![Fate::Keep; rows];
    let mut filled = vec![false; rows];
    let mut columns = Vec::with_capacity(bound.len());
    for (n, b) in bound.iter().enumerate() {
        let prepend = claim.era.prepend.get(&b.field.name).map(String::as_str);
        let cells = (0..rows).map(|row| table.cell(chunk, b.at, row));
        let part = column(&b.field, &b.formats, prepend, cells, |row, hash| {
            let mixed = hash.wrapping_add(n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            whole[row] = (whole[row] ^ mixed).rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            if b.in_key {
                key[row] = (key[row] ^ mixed).rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            }
        });
        // a field that every record needs is as bad unreadable (a copyright line in place of the month) as empty
        for fault in &part.faults {
            let row = fault.row as usize;
            if fault.code != "REQUIRED_MISSING" && notes::stray(table, chunk, row) {
                fates[row] = Fate::Skip("FOOTNOTES_SKIPPED");
            } else if (b.field.required || codes::by_name(fault.code).scope == Scope::Record)
                && fates[row] == Fate::Keep
            {
                fates[row] = Fate::Quarantine;
            }
        }
        columns.push(part);
    }
    for (n, b) in bound.iter().enumerate() {
        if columns[n].faults.iter().all(|f| f.code != "REQUIRED_MISSING") && columns[n].status.is_empty() {
            filled.iter_mut().for_each(|f| *f = true);
            break;
        }
        for (row, f) in filled.iter_mut().enumerate() {
            *f |= !table.cell(chunk, b.at, row).trim().is_empty();
        }
    }
    skips(claim, table, chunk, bound, &mut fates);
    let mut lost = Vec::new();
    if let Some(decoded) = text_with_losses(table) {
        for (row, place) in chunk.places.iter().enumerate() {
            let line = &decoded[place.start as usize..place.end as usize];
            if memchr::memmem::find(line, "\u{FFFD}".as_bytes()).is_some() {
                fates[row] = Fate::Quarantine;
                lost.push(row as u32);
            }
        }
    }
    for (row, f) in filled.iter().enumerate() {
        if !f {
            fates[row] = Fate::Skip("BLANK_ROW");
        }
    }
    Part { columns, fates, key, whole, lost }
}

fn text_with_losses(table: &Table) -> Option<&[u8]> {
    match &table.origin {
        Origin::Text(d) if d.mixed => Some(&d.text),
        _ => None,
    }
}

/// Total rows and pseudo units, by the contract's patterns.
fn skips(claim: &Claim<'_>, table: &Table, chunk: &Chunk, bound: &[Bound<'_>], fates: &mut [Fate]) {
    for skip in &claim.contract.skips {
        let Some(b) = bound.iter().find(|b| b.field.name == skip.field) else { continue };
        let mut last: Option<(&str, bool)> = None;
        for (row, fate) in fates.iter_mut().enumerate() {
            let text = table.cell(chunk, b.at, row).trim();
            let hit = match last {
                Some((t, hit)) if t == text => hit,
                _ => skip.pattern.is_match(text),
            };
            last = Some((text, hit));
            // the first pattern names the row: `Total`, `National` is a total, not a pseudo unit
            if hit && !matches!(fate, Fate::Skip(_)) {
                *fate = Fate::Skip(skip.code.name);
            }
        }
    }
}

/// Exact copies are skipped; rows with one key and different values are all set aside.
fn duplicates(claim: &Claim<'_>, table: &Table, parts: &mut [Part], out: &mut Typed) {
    if claim.contract.key.is_empty() {
        return;
    }
    let mut all: Vec<(u64, u32, u32)> = Vec::new();
    for (c, part) in parts.iter().enumerate() {
        let kept = part.fates.iter().enumerate().filter(|(_, f)| **f == Fate::Keep);
        all.extend(kept.map(|(r, _)| (part.key[r], c as u32, r as u32)));
    }
    all.par_sort_unstable();
    let mut listed = Listed::default();
    for run in all.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        let (_, c0, r0) = run[0];
        let first = parts[c0 as usize].whole[r0 as usize];
        let copies = run.iter().all(|(_, c, r)| parts[*c as usize].whole[*r as usize] == first);
        let first_place = table.chunks[c0 as usize].places[r0 as usize];
        for (i, (_, c, r)) in run.iter().enumerate() {
            if copies && i == 0 {
                continue;
            }
            let (c, r) = (*c as usize, *r as usize);
            let (code, fate) = if copies {
                ("DUPLICATE_ROW", Fate::Skip("DUPLICATE_ROW"))
            } else {
                ("DUPLICATE_KEY", Fate::Quarantine)
            };
            parts[c].fates[r] = fate;
            if !listed.room(code) {
                continue;
            }
            let place = table.row_place(table.chunks[c].places[r]);
            let d = if copies {
                Diagnostic::new("DUPLICATE_ROW", place, format!("an exact copy of line {}", first_place.line))
            } else {
                let other = if i == 0 {
                    table.chunks[run[1].1 as usize].places[run[1].2 as usize]
                } else {
                    first_place
                };
                Diagnostic::new(
                    "DUPLICATE_KEY",
                    place,
                    format!(
                        "the same {} as line {} with other values",
                        claim.contract.key.join(", "),
                        other.line
                    ),
                )
            };
            out.diagnostics.push(d.dataset(&claim.contract.id));
        }
    }
    out.diagnostics.extend(listed.rest(&table.label, &claim.contract.id, "the file"));
}

/// Diagnostics, quarantine and account from the parts.
fn collect(
    claim: &Claim<'_>,
    table: &Table,
    bound: &[Bound<'_>],
    parts: &[Part],
    trailing: &BTreeSet<(usize, usize)>,
    out: &mut Typed,
) {
    let skipped_row = |c: usize, row: u32| matches!(parts[c].fates[row as usize], Fate::Skip(_));
    let columns: Vec<&[ColumnPart]> = parts.iter().map(|p| &p.columns[..]).collect();
    notes::cells(claim, table, bound.iter().map(|b| (b.at, &b.field)), &columns, &skipped_row, out);
    let mut skipped: BTreeMap<&'static str, (u64, u32)> = BTreeMap::new();
    let mut skip = |code: &'static str, line: u32, n: u64| {
        let entry = skipped.entry(code).or_insert((0, line));
        entry.0 += n;
        entry.1 = entry.1.min(line);
    };
    let mut listed = Listed::default();
    for (c, (chunk, part)) in table.chunks.iter().zip(parts).enumerate() {
        let mut codes = notes::codes_by_row(&part.columns);
        for row in &part.lost {
            codes.entry(*row).or_default().insert("ENC_MIXED");
            if listed.room("ENC_MIXED") {
                let d = notes::not_text(table, chunk, *row as usize);
                out.diagnostics.push(d.dataset(&claim.contract.id));
            }
        }
        for (row, fate) in part.fates.iter().enumerate() {
            let line = chunk.places[row].line;
            match fate {
                Fate::Keep => out.account.rows_accepted += 1,
                Fate::Skip("DUPLICATE_ROW") => out.account.rows_skipped += 1,
                Fate::Skip(code) => {
                    out.account.rows_skipped += 1;
                    skip(code, line, 1);
                }
                Fate::Quarantine => {
                    out.account.rows_quarantined += 1;
                    // without a fault of its own: a record whose key another one has
                    let codes = codes.remove(&(row as u32)).unwrap_or_else(|| ["DUPLICATE_KEY"].into());
                    let codes = codes.into_iter().collect();
                    out.quarantine.push(Quarantined { line, raw: table.raw(chunk, row), codes });
                }
            }
        }
        for (i, bad) in chunk.bad.iter().enumerate() {
            let (code, note) = notes::bad_row(table, c, i, trailing);
            if note {
                out.account.rows_skipped += 1;
                skip(code, bad.place.line, 1);
                continue;
            }
            out.account.rows_quarantined += 1;
            let raw = table.raw_line(bad.place);
            if listed.room(code) {
                let d = Diagnostic::new(code, table.row_place(bad.place), bad.message.clone());
                out.diagnostics.push(d.dataset(&claim.contract.id).found(&raw));
            }
            out.quarantine.push(Quarantined { line: bad.place.line, raw, codes: vec![code] });
        }
        for blank in &chunk.blank {
            out.account.rows_skipped += 1;
            skip("BLANK_ROW", blank.line, 1);
        }
    }
    if claim.preamble > 0 {
        out.account.rows_skipped += u64::from(claim.preamble);
        skip("PREAMBLE_SKIPPED", 1, u64::from(claim.preamble));
    }
    out.account.rows_read =
        out.account.rows_accepted + out.account.rows_quarantined + out.account.rows_skipped;
    notes::check_rows(claim, table, &out.account);
    out.diagnostics.extend(listed.rest(&table.label, &claim.contract.id, "the file"));
    for (code, (n, line)) in skipped {
        let text = match n {
            1 => format!("one row, line {line}"),
            n => format!("{n} rows, the first on line {line}"),
        };
        let d = Diagnostic::new(code, Place::file(&table.label), text).times(n);
        out.diagnostics.push(d.dataset(&claim.contract.id));
    }
    bytes(claim, table, &mut out.account);
}

fn frame_chunk(
    claim: &Claim<'_>,
    chunk: &Chunk,
    part: &Part,
    bound: &[Bound<'_>],
) -> PolarsResult<DataFrame> {
    let rows = chunk.places.len();
    let kept: Vec<u32> =
        part.fates.iter().enumerate().filter(|(_, f)| **f == Fate::Keep).map(|(r, _)| r as u32).collect();
    let some = (kept.len() < rows).then_some(kept.as_slice());
    let mut columns = Vec::new();
    for (b, typed) in bound.iter().zip(&part.columns) {
        let name = match b.role {
            Role::Field(name) | Role::Rest(name) => name.clone(),
            Role::Unpivot(i) => format!("__{i}"),
        };
        columns.push(frame::series(&name, typed, some)?);
        if b.field.status {
            columns.push(frame::status(&name, typed, some, rows));
        }
        if b.field.keep_branches == Some(true) {
            let (code, flag) = branches(&name, typed, &kept)?;
            columns.pop();
            columns.extend([code, flag]);
        }
    }
    for (name, text) in &claim.era.constants {
        let field = &claim.contract.fields[name];
        let typed = column(field, &field.formats, None, std::iter::repeat_n(text.as_str(), rows), |_, _| {});
        columns.push(frame::series(name, &typed, some)?);
    }
    let lines: Vec<u32> = kept.iter().map(|r| chunk.places[*r as usize].line).collect();
    columns.push(Column::new("_line".into(), lines));
    DataFrame::new(kept.len(), columns)
}

/// The practice's own code and whether the row is a branch's.
fn branches(name: &str, typed: &ColumnPart, kept: &[u32]) -> PolarsResult<(Column, Column)> {
    let Values::Text { rows, words } = &typed.values else {
        return frame::series(name, typed, Some(kept)).map(|c| (c.clone(), c));
    };
    let word = |r: &u32| words[rows[*r as usize] as usize].as_deref();
    let codes: StringChunked = kept.iter().map(|r| word(r).and_then(|w| w.get(..6))).collect();
    let flags: BooleanChunked = kept.iter().map(|r| word(r).is_some_and(|w| w.len() > 6)).collect();
    Ok((
        codes.with_name(name.into()).into_series().into_column(),
        flags.with_name("is_branch".into()).into_series().into_column(),
    ))
}

/// Wide -> long, by blocks of one source column each.
fn unpivot(claim: &Claim<'_>, wide: DataFrame, label: &str) -> PolarsResult<DataFrame> {
    let Some(unpivot) = &claim.era.unpivot else { return Ok(wide) };
    let variables = notes::variables(claim.era, label);
    let status = claim.contract.fields[&unpivot.value].status;
    let mut long: Option<DataFrame> = None;
    for (i, (_, words)) in unpivot.columns.iter().enumerate() {
        let mut block = wide.clone();
        let mut value = wide.column(&format!("__{i}"))?.clone();
        let state = wide.column(&format!("__{i}_status")).ok().cloned();
        for k in 0..unpivot.columns.len() {
            let _ = block.drop_in_place(&format!("__{k}"));
            let _ = block.drop_in_place(&format!("__{k}_status"));
        }
        for (name, word) in unpivot.names.iter().zip(words) {
            let word = variables.iter().fold(word.clone(), |w, (v, x)| w.replace(&format!("{{{v}}}"), x));
            let constant = StringChunked::full(name.as_str().into(), &word, wide.height());
            block.with_column(constant.into_series().into_column())?;
        }
        value.rename(unpivot.value.as_str().into());
        block.with_column(value)?;
        if let (true, Some(mut state)) = (status, state) {
            state.rename(format!("{}_status", unpivot.value).into());
            block.with_column(state)?;
        }
        match &mut long {
            None => long = Some(block),
            Some(l) => {
                l.vstack_mut_owned(block)?;
            }
        }
    }
    Ok(long.unwrap_or(wide))
}

fn split(claim: &Claim<'_>, table: &Table, mut whole: DataFrame, out: &mut Typed) -> PolarsResult<()> {
    let mut label = table.label.clone();
    if let Origin::Sheet { name } = &table.origin {
        label = format!("{label} [{name}]");
    }
    let source = StringChunked::full("_source".into(), &label, whole.height());
    whole.with_column(source.into_series().into_column())?;
    match period::find(&claim.era.period, claim.era.grain, &table.label, &whole, &claim.contract.id) {
        Err(fault) => {
            out.diagnostics.push(fault);
            out.account.rows_quarantined += out.account.rows_accepted;
            out.account.rows_accepted = 0;
        }
        Ok(period::Found::Whole(period, note)) => {
            out.diagnostics.extend(note.map(|n| *n));
            frame::stamp(&mut whole, "period", period)?;
            out.parts.push((period, whole));
        }
        Ok(period::Found::Column(field)) => {
            out.parts = frame::by_period(whole, &field, claim.era.grain)?;
        }
    }
    for (_, part) in &mut out.parts {
        let names = notes::in_order(claim.contract, part);
        *part = part.select(names)?;
        part.rechunk_mut();
    }
    Ok(())
}
