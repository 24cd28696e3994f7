//! The books of a release: one of England, one of each CCG.

use super::cover::{self, Front};
use super::definition::{Book, Definition};
use super::lookup::Lookups;
use super::sheet::{self, Setting};
use super::source::{self, Source};
use super::{Sheet, Workbook};
use crate::report::scene::Scene;
use crate::report::table::Table;
use std::collections::BTreeSet;

/// Path of the book of England, without extension; `None` where no quarter is on show, since nothing dates it then.
pub fn england_path(scene: &Scene) -> Option<String> {
    scene.period.as_ref().map(|(day, _)| format!("workbook/england-{day}"))
}

/// Every book of the release, England's first.
pub fn books(scene: &Scene, tables: &[Table], definition: &Definition) -> Vec<Workbook> {
    let Some(path) = england_path(scene) else { return Vec::new() };
    let lookups = Lookups::read(definition, tables, scene.period.as_ref().map(|p| p.0));
    let sources = source::sources(scene, tables, definition, &lookups);
    let shelf = Shelf { scene, definition, lookups: &lookups, sources: &sources };
    let mut books: Vec<Workbook> = shelf.book(path, None).into_iter().collect();
    books.extend(scene.with_page().filter_map(|area| {
        shelf.book(format!("workbook/ccg/{}", area.code), Some((&area.code, &area.name)))
    }));
    books
}

/// What all books are made of.
struct Shelf<'a> {
    scene: &'a Scene<'a>,
    definition: &'a Definition,
    lookups: &'a Lookups<'a>,
    sources: &'a [Source<'a>],
}

impl Shelf<'_> {
    /// The book of a CCG (code and name) or of England; `None` where no sheet of it has a row of its own.
    fn book(&self, path: String, ccg: Option<(&str, &str)>) -> Option<Workbook> {
        let (scene, definition) = (self.scene, self.definition);
        let kind = if ccg.is_some() { Book::Ccg } else { Book::England };
        let here = self.sources.iter().filter(|s| s.sheet.books.contains(&kind));
        let chosen: Vec<(&Source<'_>, &[usize])> =
            here.map(|s| (s, s.rows(ccg.map(|c| c.0)))).filter(|(_, rows)| !rows.is_empty()).collect();
        let owns = chosen.iter().any(|(s, _)| !s.sheet.shared);
        let (day, label) = scene.period.as_ref().filter(|_| owns)?;
        let of_sheets = chosen.iter().flat_map(|(s, _)| sheet::notes_of(definition, s.sheet, &s.table));
        let notes: Vec<usize> = of_sheets.collect::<BTreeSet<_>>().into_iter().collect();
        let owner = ccg.map_or_else(|| "England".to_owned(), |(code, name)| format!("{name} ({code})"));
        let source = format!("Source: {}. Basis: {}.", scene.sources(), scene.about.basis_words());
        let setting = Setting {
            definition,
            lookups: self.lookups,
            day: Some(*day),
            of: &owner,
            source: &source,
            synthetic: scene.about.synthetic(),
            notes: &notes,
        };
        let tables: Vec<Sheet> =
            chosen.iter().map(|(s, rows)| sheet::sheet(&setting, s.sheet, &s.table, rows)).collect();
        let meant = chosen.iter().flat_map(|(s, _)| {
            sheet::meanings(definition, s.sheet, &s.table)
                .into_iter()
                .map(|(heading, about)| [s.sheet.name.clone(), heading, about])
        });
        let title = format!("Digital maturity of general practice: {owner}, {label}");
        let summary = format!(
            "Scores, what to do first, peers, answers, spend, agreements and standards of general practice IT in {owner}, \
             as far as they are known, on {} worksheets. The quarter on show is {}; other periods stand in the files of the \
             release under tables.",
            tables.len(),
            scene.period_words()
        );
        let front = Front { title: &title, summary: &summary, day: *day, about: scene.about, definition };
        let mut sheets = vec![
            cover::cover(&front),
            cover::contents(&owner, &tables),
            cover::notes(&owner, definition, &notes),
            cover::columns(&owner, meant),
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
}
