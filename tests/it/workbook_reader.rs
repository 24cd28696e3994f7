//! Finished workbooks read back: values by calamine, markup by zip and quick-xml.

use calamine::{Data, Ods, Reader, Xlsx};
use quick_xml::events::Event;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// ISO 8601.
    Date(String),
}

#[derive(Clone, Debug)]
pub struct Page {
    pub name: String,
    /// From A1, every row as wide as the widest.
    pub cells: Vec<Vec<Cell>>,
    pub tables: Vec<Marked>,
}

/// What the file marks as a table: rows and columns from 0, the header row with them.
#[derive(Clone, Debug)]
pub struct Marked {
    pub name: String,
    pub first: (usize, usize),
    pub last: (usize, usize),
}

#[derive(Clone, Debug)]
pub struct Book {
    pub pages: Vec<Page>,
    /// Sheets that links lead to.
    pub links: BTreeSet<String>,
    /// Texts of the document's properties by local name.
    pub properties: BTreeMap<String, String>,
    /// Elements and attributes that no accessible workbook has.
    pub markup: Vec<String>,
}

impl Page {
    pub fn text(&self, row: usize, column: usize) -> &str {
        match self.cells.get(row).and_then(|r| r.get(column)) {
            Some(Cell::Text(text)) => text,
            _ => "",
        }
    }

    pub fn headings(&self) -> Vec<&str> {
        let Some(t) = self.tables.first() else { return Vec::new() };
        (t.first.1..=t.last.1).map(|c| self.text(t.first.0, c)).collect()
    }

    /// A column of the table without its heading.
    pub fn column(&self, at: usize) -> Vec<&Cell> {
        let t = &self.tables[0];
        (t.first.0 + 1..=t.last.0).map(|r| &self.cells[r][t.first.1 + at]).collect()
    }
}

pub fn read(path: &str, bytes: &[u8]) -> Book {
    if path.ends_with(".ods") { ods(bytes) } else { xlsx(bytes) }
}

/// The files of a package in their order, each with whether it is compressed and its date.
pub fn package(bytes: &[u8]) -> Vec<(String, Vec<u8>, bool, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut file = zip.by_index(i).unwrap();
            let stored = file.compression() == zip::CompressionMethod::Stored;
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            let dated = file.last_modified().unwrap().to_string();
            (file.name().unwrap().into_owned(), content, !stored, dated)
        })
        .collect()
}

/// Start tags of a part, by local names, with their attributes; fails on XML that is not well-formed.
pub fn tags(xml: &[u8]) -> Vec<(String, BTreeMap<String, String>)> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    reader.config_mut().check_end_names = true;
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let attributes = tag.attributes().map(|a| {
                    let a = a.unwrap();
                    let key = a.key.local_name().as_ref().to_owned();
                    (key, a.value.to_string())
                });
                let name = tag.local_name().as_ref().to_owned();
                found.push((name, attributes.collect()));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// What merges, hides, filters, freezes, draws or slants.
pub fn forbidden(xml: &[u8]) -> Vec<String> {
    const ELEMENTS: [&str; 12] = [
        "mergeCell",
        "covered-table-cell",
        "autoFilter",
        "filter",
        "pane",
        "drawing",
        "legacyDrawing",
        "image",
        "headerFooter",
        "scripts",
        "i",
        "f",
    ];
    const ATTRIBUTES: [(&str, &str); 10] = [
        ("number-columns-spanned", ""),
        ("number-rows-spanned", ""),
        ("number-columns-repeated", ""),
        ("formula", ""),
        ("hidden", "1"),
        ("state", "hidden"),
        ("visibility", "collapse"),
        ("display", "false"),
        ("display-filter-buttons", "true"),
        ("font-style", "italic"),
    ];
    let mut found = Vec::new();
    for (name, attributes) in tags(xml) {
        if ELEMENTS.contains(&name.as_str()) {
            found.push(format!("<{name}>"));
        }
        for (key, value) in ATTRIBUTES {
            if attributes.get(key).is_some_and(|v| value.is_empty() || v == value) {
                found.push(format!("<{name} {key}>"));
            }
        }
    }
    found
}

fn properties(xml: &[u8], into: &mut BTreeMap<String, String>) {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut name = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => name = tag.local_name().as_ref().to_owned(),
            Event::Text(text) => {
                into.entry(name.clone()).or_default().push_str(&text);
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

fn cells(range: &calamine::Range<Data>) -> Vec<Vec<Cell>> {
    assert_eq!(range.start(), Some((0, 0)), "A1 is empty");
    let cell = |data: &Data| match data {
        Data::Empty => Cell::Empty,
        Data::String(text) => Cell::Text(text.clone()),
        Data::Float(x) => Cell::Number(*x),
        Data::Int(n) => Cell::Number(*n as f64),
        Data::DateTimeIso(text) => Cell::Date(text.clone()),
        Data::DateTime(date) => {
            let days = date.as_f64() as i32;
            let first = jiff::civil::date(1899, 12, 30);
            Cell::Date((first + jiff::Span::new().days(days)).to_string())
        }
        other => panic!("{other:?} is no type of ours"),
    };
    range.rows().map(|row| row.iter().map(cell).collect()).collect()
}

fn ods(bytes: &[u8]) -> Book {
    let mut reader: Ods<_> = Ods::new(Cursor::new(bytes)).unwrap();
    let names = reader.sheet_names();
    let mut pages: Vec<Page> = names
        .iter()
        .map(|n| {
            let cells = cells(&reader.worksheet_range(n).unwrap());
            Page { name: n.clone(), cells, tables: Vec::new() }
        })
        .collect();
    let mut book =
        Book { pages: Vec::new(), links: BTreeSet::new(), properties: BTreeMap::new(), markup: Vec::new() };
    for (name, content, ..) in package(bytes) {
        if !name.ends_with(".xml") {
            continue;
        }
        book.markup.extend(forbidden(&content));
        if name == "meta.xml" {
            properties(&content, &mut book.properties);
        }
        for (tag, attributes) in tags(&content) {
            match tag.as_str() {
                "database-range" => {
                    let address = &attributes["target-range-address"];
                    let (from, to) = address.split_once(':').unwrap();
                    let (sheet, first) = from.split_once('.').unwrap();
                    let last = to.strip_prefix(sheet).and_then(|t| t.strip_prefix('.')).unwrap();
                    let page = pages.iter_mut().find(|p| p.name == sheet).expect("a range is on a sheet");
                    let name = attributes["name"].clone();
                    page.tables.push(Marked { name, first: place(first), last: place(last) });
                }
                "a" => {
                    let to = attributes["href"].strip_prefix('#').unwrap().split('.').next().unwrap();
                    book.links.insert(to.to_owned());
                }
                _ => {}
            }
        }
    }
    book.pages = pages;
    book
}

fn xlsx(bytes: &[u8]) -> Book {
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    reader.load_tables().unwrap();
    let names = reader.sheet_names();
    let pages = names
        .iter()
        .map(|n| {
            let cells = cells(&reader.worksheet_range(n).unwrap());
            let marked: Vec<String> = reader.table_names_in_sheet(n).into_iter().cloned().collect();
            let of = |name: String| {
                let table = reader.table_by_name(&name).unwrap();
                let (first, last) = (table.data().start().unwrap(), table.data().end().unwrap());
                let at = |(row, column): (u32, u32)| (row as usize, column as usize);
                let (row, column) = at(first);
                Marked { name, first: (row - 1, column), last: at(last) }
            };
            Page { name: n.clone(), cells, tables: marked.into_iter().map(of).collect() }
        })
        .collect();
    let mut book = Book { pages, links: BTreeSet::new(), properties: BTreeMap::new(), markup: Vec::new() };
    for (name, content, ..) in package(bytes) {
        if !name.ends_with(".xml") {
            continue;
        }
        book.markup.extend(forbidden(&content));
        if name == "docProps/core.xml" || name == "docProps/custom.xml" {
            properties(&content, &mut book.properties);
        }
        for (tag, attributes) in tags(&content) {
            if tag == "hyperlink" {
                let to = attributes["location"].split('!').next().unwrap();
                book.links.insert(to.trim_matches('\'').to_owned());
            }
        }
    }
    book
}

/// `C7` as row and column from 0.
fn place(address: &str) -> (usize, usize) {
    let letters: String = address.chars().take_while(char::is_ascii_alphabetic).collect();
    let column = letters.bytes().fold(0, |n, b| n * 26 + usize::from(b - b'A') + 1);
    (address[letters.len()..].parse::<usize>().unwrap() - 1, column - 1)
}
