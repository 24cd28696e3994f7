//! Which rows of which table each book has on a sheet.

use super::definition::{Definition, SheetDefinition};
use super::lookup::Lookups;
use super::sheet;
use super::spread::spread;
use crate::report::scene::Scene;
use crate::report::table::{Table, Values};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A sheet of the definition with its table and rows, England's and each CCG's.
pub struct Source<'a> {
    pub sheet: &'a SheetDefinition,
    pub table: Cow<'a, Table>,
    england: Vec<usize>,
    by_ccg: BTreeMap<String, Vec<usize>>,
}

impl Source<'_> {
    /// Rows for the book of a CCG, or of England.
    pub fn rows(&self, ccg: Option<&str>) -> &[usize] {
        match ccg {
            Some(code) if !self.sheet.shared => self.by_ccg.get(code).map_or(&[], Vec::as_slice),
            _ => &self.england,
        }
    }
}

/// The sheets of the definition whose tables the release holds.
pub fn sources<'a>(
    scene: &Scene,
    tables: &'a [Table],
    definition: &'a Definition,
    lookups: &Lookups,
) -> Vec<Source<'a>> {
    let shown = scene.period.as_ref().map(|p| p.0);
    let ccg_of: BTreeMap<&str, &str> =
        scene.practices.iter().map(|p| (p.code.as_str(), p.ccg.as_str())).collect();
    let of = |sheet: &'a SheetDefinition| {
        let table = tables.iter().find(|t| t.name == sheet.table)?;
        if sheet.choose(table).is_empty() {
            return None;
        }
        let rows = sheet::rows(sheet, table, shown);
        let (table, england) = match &sheet.spread {
            Some(wide) => {
                let wide = spread(sheet, wide, table, &rows, lookups, &scene.options)?;
                let all = (0..wide.rows).collect();
                (Cow::Owned(wide), all)
            }
            None => (Cow::Borrowed(table), rows),
        };
        let by_ccg = by_ccg(sheet, &table, &england, &ccg_of);
        Some(Source { sheet, table, england, by_ccg })
    };
    definition.sheets.iter().filter_map(of).collect()
}

/// Rows by the CCG whose book has them.
fn by_ccg(
    sheet: &SheetDefinition,
    table: &Table,
    rows: &[usize],
    ccg_of: &BTreeMap<&str, &str>,
) -> BTreeMap<String, Vec<usize>> {
    let mut out: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let column = sheet.ccg.as_ref().or(sheet.practice.as_ref());
    let Some(Values::Text(codes)) = column.and_then(|c| table.column(c)).map(|c| &c.values) else {
        return out;
    };
    for row in rows {
        let code = codes.get(*row);
        let ccg = if sheet.ccg.is_some() { code } else { code.and_then(|p| ccg_of.get(p).copied()) };
        if let Some(ccg) = ccg {
            out.entry(ccg.to_owned()).or_default().push(*row);
        }
    }
    out
}
