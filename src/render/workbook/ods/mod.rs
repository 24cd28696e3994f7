//! A workbook as ODS (OpenDocument 1.3, ISO/IEC 26300): a zip of five XML files.
//!
//! Written with the crates that the reader uses. The crate `spreadsheet-ods` would bring a second copy of `quick-xml`
//! and of `zip` with it, and asks for the whole document in cells of its own before it writes one.

mod content;
mod parts;
mod styles;

use super::super::xml::{Xml, document, element, empty, text};
use crate::report::Workbook;
use std::io::{self, Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
/// Version of the standard, in every part.
const VERSION: &str = "1.3";

pub(super) fn write(book: &Workbook) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No clock: the default day of the format is 1 January 1980.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    // First and stored, so that a program knows the file by its first bytes (OpenDocument 1.3 part 2, 3.3).
    zip.start_file("mimetype", options.compression_method(CompressionMethod::Stored))?;
    zip.write_all(MIMETYPE.as_bytes())?;
    let parts = [
        ("META-INF/manifest.xml", part(parts::manifest)?),
        ("meta.xml", part(|xml| parts::meta(xml, book))?),
        ("settings.xml", part(|xml| parts::settings(xml, book))?),
        ("styles.xml", part(styles::styles)?),
        ("content.xml", part(|xml| content::content(xml, book))?),
    ];
    for (name, bytes) in parts {
        zip.start_file(name, options.compression_method(CompressionMethod::Deflated))?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn part(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<Vec<u8>> {
    document("UTF-8", write)
}
