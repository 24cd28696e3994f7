//! The small parts of the package: its list of files, the properties of the document, where the cursor stands.

use super::{MIMETYPE, VERSION, Xml, element, empty, text};
use crate::report::Workbook;
use std::io;

pub fn manifest(xml: &mut Xml) -> io::Result<()> {
    let names = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";
    let attributes = [("xmlns:manifest", names), ("manifest:version", VERSION)];
    element(xml, "manifest:manifest", &attributes, |xml| {
        let root =
            [("manifest:full-path", "/"), ("manifest:version", VERSION), ("manifest:media-type", MIMETYPE)];
        empty(xml, "manifest:file-entry", &root)?;
        for file in ["content.xml", "styles.xml", "meta.xml", "settings.xml"] {
            let entry = [("manifest:full-path", file), ("manifest:media-type", "text/xml")];
            empty(xml, "manifest:file-entry", &entry)?;
        }
        Ok(())
    })
}

/// Title, author, keywords and language: the properties that screen readers and catalogues use.
pub fn meta(xml: &mut Xml, book: &Workbook) -> io::Result<()> {
    let attributes = [
        ("xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("xmlns:meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("office:version", VERSION),
    ];
    let day = format!("{}T00:00:00", book.day);
    element(xml, "office:document-meta", &attributes, |xml| {
        element(xml, "office:meta", &[], |xml| {
            text(xml, "meta:generator", &[], "dpcmi")?;
            text(xml, "dc:title", &[], &book.title)?;
            text(xml, "dc:subject", &[], &book.subject)?;
            for keyword in &book.keywords {
                text(xml, "meta:keyword", &[], keyword)?;
            }
            text(xml, "meta:initial-creator", &[], &book.organisation)?;
            text(xml, "dc:creator", &[], &book.organisation)?;
            text(xml, "meta:creation-date", &[], &day)?;
            text(xml, "dc:date", &[], &day)?;
            text(xml, "dc:language", &[], "en-GB")
        })
    })
}

/// The book opens on its first sheet with the cursor in A1.
pub fn settings(xml: &mut Xml, book: &Workbook) -> io::Result<()> {
    let attributes = [
        ("xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("xmlns:config", "urn:oasis:names:tc:opendocument:xmlns:config:1.0"),
        ("xmlns:ooo", "http://openoffice.org/2004/office"),
        ("office:version", VERSION),
    ];
    let first = book.sheets.first().map_or("", |s| s.name.as_str());
    let item = |name: &'static str, kind: &'static str| [("config:name", name), ("config:type", kind)];
    element(xml, "office:document-settings", &attributes, |xml| {
        element(xml, "office:settings", &[], |xml| {
            element(xml, "config:config-item-set", &[("config:name", "ooo:view-settings")], |xml| {
                element(xml, "config:config-item-map-indexed", &[("config:name", "Views")], |xml| {
                    element(xml, "config:config-item-map-entry", &[], |xml| {
                        text(xml, "config:config-item", &item("ViewId", "string"), "view1")?;
                        text(xml, "config:config-item", &item("ActiveTable", "string"), first)
                    })
                })
            })
        })
    })
}
