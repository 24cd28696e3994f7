//! Styles by name: of the lines above a table, of headings, and of cells by the format of their column.

use super::super::{BODY, FONT, size};
use super::{VERSION, Xml, element, empty, text};
use crate::report::{CellFormat, LineStyle, MOST_DECIMALS};
use std::io;

pub const HEADER: &str = "header";
pub const HEADER_RIGHT: &str = "header-right";
pub const LINK: &str = "link";
pub const ABSENT: &str = "absent";
pub const WRAPPED: &str = "wrapped";
pub const BODY_LINE: &str = "body";

pub const fn line(style: LineStyle) -> &'static str {
    match style {
        LineStyle::Title => "title",
        LineStyle::Heading => "heading",
        LineStyle::Body => BODY_LINE,
    }
}

pub const fn cell(format: CellFormat) -> &'static str {
    match format {
        CellFormat::Text => WRAPPED,
        CellFormat::Date => "date",
        CellFormat::Number(0) => "number-0",
        CellFormat::Number(1) => "number-1",
        CellFormat::Number(2) => "number-2",
        CellFormat::Number(_) => "number-3",
    }
}

const NAMESPACES: [(&str, &str); 5] = [
    ("xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
    ("xmlns:style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
    ("xmlns:fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
    ("xmlns:number", "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"),
    ("office:version", VERSION),
];

pub fn styles(xml: &mut Xml) -> io::Result<()> {
    element(xml, "office:document-styles", &NAMESPACES, |xml| {
        element(xml, "office:styles", &[], |xml| {
            let body = points(BODY);
            let font = [
                ("fo:font-family", FONT),
                ("fo:font-size", body.as_str()),
                ("fo:language", "en"),
                ("fo:country", "GB"),
            ];
            element(xml, "style:default-style", &[("style:family", "table-cell")], |xml| {
                empty(xml, "style:text-properties", &font)
            })?;
            element(xml, "style:default-style", &[("style:family", "table-row")], |xml| {
                empty(xml, "style:table-row-properties", &[("style:use-optimal-row-height", "true")])
            })?;
            formats(xml)?;
            element(xml, "style:style", &cell_style("Default", None), |_| Ok(()))?;
            for style in [LineStyle::Title, LineStyle::Heading, LineStyle::Body] {
                let bold = if style == LineStyle::Body { "normal" } else { "bold" };
                let font = [("fo:font-size", &*points(size(style))), ("fo:font-weight", bold)];
                of_cell(xml, line(style), None, &TOP, "start", &font)?;
            }
            let bold = [("fo:font-weight", "bold")];
            let link = [
                ("fo:color", "#0563C1"),
                ("style:text-underline-style", "solid"),
                ("style:text-underline-type", "single"),
            ];
            of_cell(xml, HEADER, None, &WRAP, "start", &bold)?;
            of_cell(xml, HEADER_RIGHT, None, &WRAP, "end", &bold)?;
            of_cell(xml, LINK, None, &TOP, "start", &link)?;
            of_cell(xml, WRAPPED, None, &WRAP, "start", &[])?;
            of_cell(xml, ABSENT, None, &TOP, "end", &[])?;
            of_cell(xml, cell(CellFormat::Date), Some("format-date"), &TOP, "end", &[])?;
            for decimals in 0..=MOST_DECIMALS {
                let format = format!("format-{decimals}");
                of_cell(xml, cell(CellFormat::Number(decimals)), Some(&format), &TOP, "end", &[])?;
            }
            Ok(())
        })
    })
}

const TOP: [(&str, &str); 1] = [("style:vertical-align", "top")];
const WRAP: [(&str, &str); 2] = [("style:vertical-align", "top"), ("fo:wrap-option", "wrap")];

fn points(size: u8) -> String {
    format!("{size}pt")
}

fn cell_style<'a>(name: &'a str, parent: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let mut attributes = vec![("style:name", name), ("style:family", "table-cell")];
    attributes.extend(parent.map(|p| ("style:parent-style-name", p)));
    attributes
}

fn of_cell(
    xml: &mut Xml,
    name: &str,
    format: Option<&str>,
    cell: &[(&str, &str)],
    align: &str,
    font: &[(&str, &str)],
) -> io::Result<()> {
    let mut attributes = cell_style(name, Some("Default"));
    attributes.extend(format.map(|f| ("style:data-style-name", f)));
    element(xml, "style:style", &attributes, |xml| {
        empty(xml, "style:table-cell-properties", cell)?;
        empty(xml, "style:paragraph-properties", &[("fo:text-align", align)])?;
        if font.is_empty() { Ok(()) } else { empty(xml, "style:text-properties", font) }
    })
}

/// Numbers with commas for thousands and a leading zero; ISO dates.
fn formats(xml: &mut Xml) -> io::Result<()> {
    for decimals in 0..=MOST_DECIMALS {
        let (name, places) = (format!("format-{decimals}"), decimals.to_string());
        element(xml, "number:number-style", &[("style:name", name.as_str())], |xml| {
            let number = [
                ("number:decimal-places", places.as_str()),
                ("number:min-decimal-places", places.as_str()),
                ("number:min-integer-digits", "1"),
                ("number:grouping", "true"),
            ];
            empty(xml, "number:number", &number)
        })?;
    }
    element(xml, "number:date-style", &[("style:name", "format-date")], |xml| {
        let long = [("number:style", "long")];
        empty(xml, "number:year", &long)?;
        text(xml, "number:text", &[], "-")?;
        empty(xml, "number:month", &long)?;
        text(xml, "number:text", &[], "-")?;
        empty(xml, "number:day", &long)
    })
}
