//! The books of a release: one of England, one of each CCG.

use super::cover::{self, Front};
use super::definition::{Book, Definition, SheetDefinition};
use super::sheet::{self, Setting};
use super::{Sheet, Workbook};
use crate::report::scene::Scene;
use crate::report::table::{Table, Values};
use std::collections::{BTreeMap, BTreeSet};

/// A sheet of the definition with its table and rows, England's and each CCG's.
struct Source<'a> {
    sheet: &'a SheetDefinition,
    table: &'a Table,
    england: Vec<usize>,
    by_ccg: BTreeMap<&'a str, Vec<usize>>,
}

/// Path of the book of England, without extension; `None` where no quarter is on show, since nothing dates it then.
pub fn england_path(scene: &Scene) -> Option<String> {
    scene.period.as_ref().map(|(day, _)| format!("workbook/england-{day}"))
}

/// Every book of the release, England's first.
pub fn books(scene: &Scene, tables: &[Table], definition: &Definition) -> Vec<Workbook> {
    let Some(path) = england_path(scene) else { return Vec::new() };
    let sources = sources(scene, tables, definition);
    let mut books: Vec<Workbook> = of(scene, definition, &sources, path, None).into_iter().collect();
    books.extend(scene.with_page().filter_map(|area| {
        let path = format!("workbook/ccg/{}", area.code);
        of(scene, definition, &sources, path, Some((&area.code, &area.name)))
    }));
    books
}

fn sources<'a>(scene: &Scene, tables: &'a [Table], definition: &'a Definition) -> Vec<Source<'a>> {
    let shown = scene.period.as_ref().map(|p| p.0);
    let of = |sheet: &'a SheetDefinition| {
        let table = tables.iter().find(|t| t.name == sheet.table)?;
        if sheet.choose(table).is_empty() {
            return None;
        }
        let england = sheet::rows(sheet, table, shown);
        let mut by_ccg: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let ccgs = sheet.ccg.as_deref().and_then(|c| table.column(c)).map(|c| &c.values);
        if let Some(Values::Text(codes)) = ccgs {
            for row in &england {
                by_ccg.entry(codes.get(*row).unwrap_or_default()).or_default().push(*row);
            }
        }
        Some(Source { sheet, table, england, by_ccg })
    };
    definition.sheets.iter().filter_map(of).collect()
}

/// The book of a CCG (code and name) or of England; `None` where no sheet of it has a row.
fn of(
    scene: &Scene,
    definition: &Definition,
    sources: &[Source<'_>],
    path: String,
    ccg: Option<(&str, &str)>,
) -> Option<Workbook> {
    let kind = if ccg.is_some() { Book::Ccg } else { Book::England };
    let mut chosen: Vec<(&Source<'_>, &[usize])> = Vec::new();
    for source in sources.iter().filter(|s| s.sheet.books.contains(&kind)) {
        let rows = match ccg {
            Some((code, _)) => source.by_ccg.get(code).map_or(&[][..], Vec::as_slice),
            None => &source.england,
        };
        if !rows.is_empty() {
            chosen.push((source, rows));
        }
    }
    let (day, label) = scene.period.as_ref().filter(|_| !chosen.is_empty())?;
    let of_sheets = chosen.iter().flat_map(|(s, _)| sheet::notes_of(definition, s.sheet, s.table));
    let notes: Vec<usize> = of_sheets.collect::<BTreeSet<_>>().into_iter().collect();
    let owner = ccg.map_or_else(|| "England".to_owned(), |(code, name)| format!("{name} ({code})"));
    let source = format!("Source: {}. Basis: {}.", scene.sources(), scene.about.basis_words());
    let setting = Setting {
        definition,
        day: Some(*day),
        of: &owner,
        source: &source,
        synthetic: scene.about.synthetic(),
        notes: &notes,
    };
    let tables: Vec<Sheet> =
        chosen.iter().map(|(s, rows)| sheet::sheet(&setting, s.sheet, s.table, rows)).collect();
    let title = format!("Digital maturity of general practice: {owner}, {label}");
    let summary = format!(
        "Scores, spend, agreements and standards of general practice IT in {owner}, on {} worksheets. The quarter on \
         show is {}; other periods stand in the files of the release under tables.",
        tables.len(),
        scene.period_words()
    );
    let front = Front { title: &title, summary: &summary, day: *day, about: scene.about, definition };
    let mut sheets = vec![
        cover::cover(&front),
        cover::contents(&owner, &tables),
        cover::notes(&owner, definition, &notes),
    ];
    sheets.extend(tables);
    Some(Workbook {
        path,
        subject: summary.clone(),
        organisation: definition.organisation.clone(),
        keywords: ["general practice", "digital maturity", label.as_str(), &owner]
            .map(str::to_owned)
            .to_vec(),
        day: *day,
        sheets,
        title,
    })
}
