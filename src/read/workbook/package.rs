//! The package of a workbook: its parts, how they refer to each other, and which of them are needed.
//!
//! The result is a new package that we write ourselves: the sheets' data, the shared strings and the formats that
//! say what is a date, each checked, nothing else. So calamine sees neither a declared count, nor a link, a macro
//! or a name from outside, and cannot see other parts than those that were checked.

mod relations;
mod writer;

use relations::{Relation, read_relations, resolve};
use writer::Writer;

use super::scan::{self, GRID, Listed, SheetScan};
use super::xml::{Fault, damaged};
use crate::diag::{Diagnostic, Place, Severity, excerpt};
use crate::read::{Limits, archive};
use std::collections::BTreeMap;

/// A workbook that was checked and written anew.
pub struct Checked {
    /// A zip with stored parts; sheet n of `sheets` is called `n` in it.
    pub package: Vec<u8>,
    pub sheets: Vec<CheckedSheet>,
}

pub struct CheckedSheet {
    pub name: String,
    pub hidden: bool,
    pub unordered: bool,
}

/// Parts by name in lower case, as the names of parts are compared.
type Parts = BTreeMap<String, Vec<u8>>;

/// Checks everything; `None` when a fatal fault was added to `found`.
pub fn check(label: &str, bytes: &[u8], limits: &Limits, found: &mut Vec<Diagnostic>) -> Option<Checked> {
    let records = match archive::directory(label, bytes, limits) {
        Ok((records, warnings)) => {
            found.extend(warnings);
            records
        }
        Err(faults) => {
            found.extend(faults);
            return None;
        }
    };
    let mut parts = Parts::new();
    for record in &records {
        let name = record.name.to_ascii_lowercase();
        if name.ends_with("vbaproject.bin") || name.contains("/macrosheets/") {
            found.push(
                Diagnostic::new("XLSX_MACRO_PRESENT", Place::file(label), "macros").found(&record.name),
            );
        }
        if [".xml", ".rels", ".vml"].iter().any(|e| name.ends_with(e)) {
            match archive::inflate(record, bytes) {
                Ok(mut content) => {
                    // The ranges that `scan` finds count from the first character.
                    if content.starts_with(b"\xEF\xBB\xBF") {
                        content.drain(..3);
                    }
                    parts.insert(name, content);
                }
                Err((code, why)) => {
                    found.push(archive::fault(label, code, &record.name, record.header as u64, &why));
                    return None;
                }
            }
        }
    }
    let mut package = Package { label, limits, parts: &parts, found };
    let checked = package.rewrite().map_err(|d| package.found.push(*d)).ok()?;
    (!found.iter().any(|d| d.severity == Severity::Fatal)).then_some(checked)
}

struct Package<'a> {
    label: &'a str,
    limits: &'a Limits,
    parts: &'a Parts,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Package<'a> {
    /// A diagnostic about the whole workbook.
    fn note(&mut self, code: &str, message: String) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(code, Place::file(self.label), message));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// A fault of one part.
    fn fault(&self, part: &str, (code, why): Fault) -> Box<Diagnostic> {
        let part = excerpt(part);
        Box::new(Diagnostic::new(code, Place::file(self.label), format!("part {part}: {why}")))
    }

    fn part(&self, name: &str) -> Result<&'a [u8], Box<Diagnostic>> {
        let part = self.parts.get(name).map(Vec::as_slice);
        part.ok_or_else(|| self.fault(name, damaged("it is missing")))
    }

    fn rewrite(&mut self) -> Result<Checked, Box<Diagnostic>> {
        self.refuse_document_types()?;
        self.check_links()?;
        let root = self.relations("_rels/.rels")?;
        let main = root.iter().find(|r| r.kind == "officeDocument");
        let main = main.ok_or_else(|| self.fault("_rels/.rels", damaged("it names no workbook")))?;
        let path = self.resolve("", main)?;
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        let relations_path = format!("{folder}/_rels/{file}.rels").trim_start_matches('/').to_owned();
        let relations = self.relations(&relations_path)?;
        let book = self.part(&path)?;
        let (listed, from_1904) = scan::workbook(book, self.limits).map_err(|f| self.fault(&path, f))?;
        if from_1904 {
            self.note("XLSX_DATE1904", "dates count from 1904-01-01".into());
        }
        let mut writer = Writer::new(from_1904, self.parts.values().map(Vec::len).sum());
        let strings = self.strings(folder, &relations, &mut writer)?;
        self.styles(folder, &relations, &mut writer)?;
        let sheets = self.sheets(folder, &relations, listed, strings, &mut writer)?;
        let package = writer.finish().map_err(|e| self.fault("package", damaged(e)))?;
        Ok(Checked { package, sheets })
    }

    /// Parts that are never parsed are searched all the same: a document type shows intent.
    fn refuse_document_types(&self) -> Result<(), Box<Diagnostic>> {
        let finder = memchr::memmem::Finder::new(b"<!DOCTYPE");
        for (name, part) in self.parts {
            if let Some(at) = finder.find(part) {
                return Err(self.fault(name, ("XML_DOCTYPE", format!("a document type at byte {at}"))));
            }
        }
        Ok(())
    }

    /// Every relationship of the package, needed or not: none may leave it but the ones that say so, which are
    /// noted (hyperlinks apart) and not followed.
    fn check_links(&mut self) -> Result<(), Box<Diagnostic>> {
        let mut external = 0;
        let mut first = None;
        for path in self.parts.keys().filter(|p| p.ends_with(".rels")) {
            let folder = path.rsplit_once("_rels/").map_or("", |(f, _)| f).trim_end_matches('/');
            for relation in self.relations(path)? {
                match (relation.external, relation.kind.as_str()) {
                    (_, "hyperlink") => {}
                    (true, _) => {
                        external += 1;
                        first.get_or_insert(relation.target);
                    }
                    (false, _) => drop(self.resolve(folder, &relation)?),
                }
            }
        }
        let connections = self.parts.keys().filter(|p| p.ends_with("/connections.xml")).count() as u64;
        if external + connections > 0 {
            let n = external + connections;
            let note = self.note("XLSX_EXTERNAL_LINK", format!("{n} links to other files or live data"));
            note.count = n;
            note.found = first.map(|f| excerpt(&f));
        }
        Ok(())
    }

    fn relations(&self, path: &str) -> Result<Vec<Relation>, Box<Diagnostic>> {
        read_relations(self.part(path)?, self.limits).map_err(|f| self.fault(path, f))
    }

    /// Name of the part that a relationship means.
    fn resolve(&self, folder: &str, relation: &Relation) -> Result<String, Box<Diagnostic>> {
        let target = excerpt(&relation.target);
        let inside = (!relation.external).then(|| resolve(folder, &relation.target)).flatten();
        inside.ok_or_else(|| {
            let why = format!("a relationship of type {:?} points to {target:?}", excerpt(&relation.kind));
            let mut d = self.fault("relationships", ("XLSX_REL_TARGET", why));
            d.found = Some(target);
            d
        })
    }

    fn strings(
        &mut self,
        folder: &str,
        relations: &[Relation],
        out: &mut Writer,
    ) -> Result<usize, Box<Diagnostic>> {
        let Some(relation) = relations.iter().find(|r| r.kind == "sharedStrings") else { return Ok(0) };
        let path = self.resolve(folder, relation)?;
        // Some writers list the part and leave it out when there is no text.
        let Some(part) = self.parts.get(&path) else { return Ok(0) };
        let scan = scan::strings(part, self.limits).map_err(|f| self.fault(&path, f))?;
        if let Some(declared) = scan.declared.filter(|d| d.parse() != Ok(scan.count)) {
            let message = format!("the shared strings declare {} and are {}", excerpt(&declared), scan.count);
            self.note("XLSX_SST_COUNT", message);
        }
        let items = part.get(scan.items).unwrap_or_default();
        out.part("xl/sharedStrings.xml", &[b"<sst>", items, b"</sst>"]);
        Ok(scan.count)
    }

    fn styles(
        &mut self,
        folder: &str,
        relations: &[Relation],
        out: &mut Writer,
    ) -> Result<(), Box<Diagnostic>> {
        let Some(relation) = relations.iter().find(|r| r.kind == "styles") else { return Ok(()) };
        let path = self.resolve(folder, relation)?;
        let Some(part) = self.parts.get(&path) else { return Ok(()) };
        let ranges = scan::styles(part, self.limits).map_err(|f| self.fault(&path, f))?;
        let pieces: Vec<&[u8]> = ranges.into_iter().filter_map(|r| part.get(r)).collect();
        out.part("xl/styles.xml", &[b"<styleSheet>", &pieces.concat(), b"</styleSheet>"]);
        Ok(())
    }

    fn sheets(
        &mut self,
        folder: &str,
        relations: &[Relation],
        listed: Vec<Listed>,
        strings: usize,
        out: &mut Writer,
    ) -> Result<Vec<CheckedSheet>, Box<Diagnostic>> {
        if listed.len() > self.limits.sheets {
            let message = format!("{} sheets, the limit is {}", listed.len(), self.limits.sheets);
            return Err(Box::new(Diagnostic::new("LIMIT_SHEETS", Place::file(self.label), message)));
        }
        let mut used = BTreeMap::new();
        let mut sheets = Vec::new();
        let mut cells = 0;
        for Listed { name, hidden, id } in listed {
            let relation = relations.iter().find(|r| r.id == id);
            let relation = relation.ok_or_else(|| {
                self.fault("workbook", damaged(format!("sheet {:?} has no part", excerpt(&name))))
            })?;
            // Chart, dialogue and macro sheets have no cells of data.
            if relation.kind != "worksheet" {
                continue;
            }
            let path = self.resolve(folder, relation)?;
            let part = self.part(&path)?;
            let twice = used.insert(path.clone(), ()).is_some()
                || sheets.iter().any(|s: &CheckedSheet| s.name == name);
            if twice {
                return Err(self.fault(&path, damaged(format!("sheet {:?} comes twice", excerpt(&name)))));
            }
            let scan = scan::sheet(part, strings, self.limits).map_err(|f| self.fault(&path, f))?;
            cells += scan.filled;
            self.judge(&name, hidden, &scan);
            let data = part.get(scan.data).unwrap_or_default();
            sheets.push(CheckedSheet { name, hidden, unordered: scan.unordered.is_some() });
            out.sheet(sheets.len(), data);
        }
        if cells > self.limits.cells as u64 {
            let message = format!("{cells} cells, the limit is {}", self.limits.cells);
            self.note("XLSX_EXTENT", message).severity = Severity::Fatal;
        }
        Ok(sheets)
    }

    /// What is remarkable about a sheet that can be read.
    fn judge(&mut self, name: &str, hidden: bool, scan: &SheetScan) {
        let sheet = format!("sheet {:?}", excerpt(name));
        let (rows, columns) = scan.extent;
        let area = rows * columns;
        if hidden {
            self.note("XLSX_HIDDEN_SHEET", format!("{sheet} is hidden")).found = Some(excerpt(name));
        }
        if area > self.limits.cells as u64 {
            let message = format!("{sheet} spans {rows} rows and {columns} columns");
            self.note("XLSX_EXTENT", message).severity = Severity::Fatal;
        } else if area > 1_000_000 && scan.filled < area / 100 {
            let message =
                format!("{sheet} spans {rows} rows and {columns} columns and holds {} cells", scan.filled);
            self.note("XLSX_EXTENT", message);
        }
        if scan.columns as usize > self.limits.columns {
            let message =
                format!("{sheet} has {} columns, the limit is {}", scan.columns, self.limits.columns);
            self.note("LIMIT_COLUMNS", message);
        }
        if scan.filled_rows as usize > self.limits.rows {
            let message = format!("{sheet} has {} rows, the limit is {}", scan.filled_rows, self.limits.rows);
            self.note("LIMIT_ROWS", message);
        }
        // The grids of Excel 97-2003 and of Excel since 2007: a table that fills one was cut at its edge.
        if scan.filled_rows == 65_536 || scan.filled_rows == GRID.0 {
            self.note("XLSX_ROW_LIMIT", format!("{sheet} has exactly {} rows", scan.filled_rows));
        }
        if let Some((row, column)) = scan.unordered {
            let cell = crate::read::Sheet::a1(row, column);
            self.note("XLSX_UNORDERED", format!("{sheet} has cells out of order, first {cell}"));
        }
        if scan.merged > 0 {
            self.note("XLSX_MERGED", format!("{sheet} has {} merged ranges", scan.merged)).count =
                scan.merged;
        }
    }
}
