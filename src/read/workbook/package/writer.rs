//! The new package: sheets, shared strings and formats, and nothing else.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// Writes the new package. Parts are stored, not packed: they are read once, at once.
pub(super) struct Writer {
    pub(super) zip: zip::ZipWriter<Cursor<Vec<u8>>>,
    pub(super) from_1904: bool,
    pub(super) sheets: usize,
    pub(super) error: Option<String>,
}

impl Writer {
    pub(super) fn new(from_1904: bool, size: usize) -> Writer {
        let zip = zip::ZipWriter::new(Cursor::new(Vec::with_capacity(size + (64 << 10))));
        Writer { zip, from_1904, sheets: 0, error: None }
    }

    pub(super) fn part(&mut self, name: &str, pieces: &[&[u8]]) {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let mut written = self.zip.start_file(name, options).map_err(|e| e.to_string());
        for piece in pieces {
            written = written.and_then(|()| self.zip.write_all(piece).map_err(|e| e.to_string()));
        }
        if let Err(e) = written {
            self.error.get_or_insert(e);
        }
    }

    pub(super) fn sheet(&mut self, number: usize, data: &[u8]) {
        self.sheets = number;
        let pieces: [&[u8]; 3] = [b"<worksheet><sheetData>", data, b"</sheetData></worksheet>"];
        self.part(&format!("xl/{number}.xml"), &pieces);
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, String> {
        let (mut list, mut relations) = (String::new(), String::new());
        for n in 1..=self.sheets {
            list.push_str(&format!("<sheet name=\"{n}\" id=\"{n}\"/>"));
            relations.push_str(&format!("<Relationship Id=\"{n}\" Type=\"/worksheet\" Target=\"{n}.xml\"/>"));
        }
        let era = u8::from(self.from_1904);
        let book = format!("<workbook><workbookPr date1904=\"{era}\"/><sheets>{list}</sheets></workbook>");
        let relations = format!("<Relationships>{relations}</Relationships>");
        let root = "<Relationships><Relationship Type=\"/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
        self.part("xl/workbook.xml", &[book.as_bytes()]);
        self.part("xl/_rels/workbook.xml.rels", &[relations.as_bytes()]);
        self.part("_rels/.rels", &[root.as_bytes()]);
        match self.error {
            Some(e) => Err(e),
            None => self.zip.finish().map(Cursor::into_inner).map_err(|e| e.to_string()),
        }
    }
}
