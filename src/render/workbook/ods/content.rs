//! The sheets: lines in column A, then the table, which a database range marks as one.

use super::super::{PAGE_WIDTH, header_row};
use super::styles::{self, ABSENT, HEADER, HEADER_RIGHT, LINK, WRAPPED};
use super::{VERSION, Xml, element, empty, text};
use crate::report::{CellFormat, LineStyle, Sheet, SheetCell, SheetColumn, SheetTable, Workbook};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;

const NAMESPACES: [(&str, &str); 8] = [
    ("xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
    ("xmlns:style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
    ("xmlns:fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
    ("xmlns:table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
    ("xmlns:text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
    ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
    ("xmlns:of", "urn:oasis:names:tc:opendocument:xmlns:of:1.2"),
    ("office:version", VERSION),
];

/// Width of a character of the body font, in millimetres.
const CHARACTER: f64 = 2.3;

pub fn content(xml: &mut Xml, book: &Workbook) -> io::Result<()> {
    element(xml, "office:document-content", &NAMESPACES, |xml| {
        element(xml, "office:automatic-styles", &[], |xml| {
            let columns = book.sheets.iter().filter_map(|s| s.table.as_ref()).flat_map(|t| &t.columns);
            let widths: BTreeSet<u8> = columns.map(|c| c.width).chain([PAGE_WIDTH]).collect();
            for width in widths {
                let name = column_style(width);
                let wide = format!("{:.1}mm", f64::from(width) * CHARACTER);
                let attributes = [("style:name", name.as_str()), ("style:family", "table-column")];
                element(xml, "style:style", &attributes, |xml| {
                    empty(xml, "style:table-column-properties", &[("style:column-width", &*wide)])
                })?;
            }
            let attributes = [("style:name", "row"), ("style:family", "table-row")];
            element(xml, "style:style", &attributes, |xml| {
                empty(xml, "style:table-row-properties", &[("style:use-optimal-row-height", "true")])
            })
        })?;
        element(xml, "office:body", &[], |xml| {
            element(xml, "office:spreadsheet", &[], |xml| {
                book.sheets.iter().try_for_each(|s| sheet(xml, s))?;
                element(xml, "table:database-ranges", &[], |xml| {
                    book.sheets.iter().try_for_each(|s| range(xml, s))
                })
            })
        })
    })
}

fn column_style(width: u8) -> String {
    format!("width-{width}")
}

/// Letters of a column: 0 is A, 26 is AA.
fn letters(column: usize) -> String {
    let own = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    if column < 26 { own.to_string() } else { format!("{}{own}", letters(column / 26 - 1)) }
}

fn range(xml: &mut Xml, sheet: &Sheet) -> io::Result<()> {
    let Some(table) = &sheet.table else { return Ok(()) };
    let (first, last) = (header_row(sheet) + 1, header_row(sheet) + 1 + table.rows);
    let right = letters(table.columns.len().saturating_sub(1));
    let address = format!("{0}.A{first}:{0}.{right}{last}", sheet.name);
    let attributes = [
        ("table:name", table.name.as_str()),
        ("table:target-range-address", &address),
        ("table:contains-header", "true"),
    ];
    empty(xml, "table:database-range", &attributes)
}

fn sheet(xml: &mut Xml, sheet: &Sheet) -> io::Result<()> {
    element(xml, "table:table", &[("table:name", &*sheet.name)], |xml| {
        let widths = match &sheet.table {
            Some(table) => table.columns.iter().map(|c| c.width).collect(),
            None => vec![PAGE_WIDTH],
        };
        for width in widths {
            empty(xml, "table:table-column", &[("table:style-name", &*column_style(width))])?;
        }
        for line in &sheet.lines {
            row(xml, |xml| {
                // Above a table a line runs over the empty cells to its right; a page of words wraps.
                let wrap = sheet.table.is_none() && line.style == LineStyle::Body;
                match &line.to {
                    Some(to) => link(xml, &line.text, to),
                    None => words(xml, if wrap { WRAPPED } else { styles::line(line.style) }, &line.text),
                }
            })?;
        }
        sheet.table.as_ref().map_or(Ok(()), |t| rows(xml, t))
    })
}

fn row(xml: &mut Xml, cells: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    element(xml, "table:table-row", &[("table:style-name", "row")], cells)
}

fn rows(xml: &mut Xml, table: &SheetTable) -> io::Result<()> {
    row(xml, |xml| {
        table.columns.iter().try_for_each(|c| {
            words(xml, if c.format == CellFormat::Text { HEADER } else { HEADER_RIGHT }, &c.heading)
        })
    })?;
    let mut shown = String::new();
    (0..table.rows).try_for_each(|at| {
        row(xml, |xml| table.columns.iter().try_for_each(|c| cell(xml, c, &c.cells[at], &mut shown)))
    })
}

/// `shown` is only a buffer.
fn cell(xml: &mut Xml, column: &SheetColumn, cell: &SheetCell, shown: &mut String) -> io::Result<()> {
    let style = styles::cell(column.format);
    shown.clear();
    match cell {
        SheetCell::Text(text) => words(xml, style, text),
        SheetCell::Absent(mark) => {
            words(xml, if column.format == CellFormat::Text { style } else { ABSENT }, mark)
        }
        SheetCell::Link { text, sheet } => link(xml, text, sheet),
        SheetCell::Date(day) => {
            // Writing to a String cannot fail.
            _ = write!(shown, "{day}");
            typed(xml, style, "date", "office:date-value", shown, shown)
        }
        SheetCell::Number(x) => {
            _ = write!(shown, "{x}");
            typed(xml, style, "float", "office:value", shown, &grouped(*x, column.format))
        }
    }
}

/// A number as its format shows it, for readers that do not compute it from the value: `12,345.60`.
fn grouped(x: f64, format: CellFormat) -> String {
    let decimals = if let CellFormat::Number(d) = format { usize::from(d) } else { 0 };
    let fixed = format!("{:.decimals$}", x.abs());
    let (whole, rest) = fixed.split_at(fixed.find('.').unwrap_or(fixed.len()));
    let negative = x < 0.0 && fixed.contains(|c| ('1'..='9').contains(&c));
    let mut out = String::with_capacity(fixed.len() + 4);
    if negative {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

fn typed(xml: &mut Xml, style: &str, kind: &str, name: &str, value: &str, shown: &str) -> io::Result<()> {
    let attributes = [("table:style-name", style), ("office:value-type", kind), (name, value)];
    element(xml, "table:table-cell", &attributes, |xml| text(xml, "text:p", &[], shown))
}

fn words(xml: &mut Xml, style: &str, content: &str) -> io::Result<()> {
    let attributes = [("table:style-name", style), ("office:value-type", "string")];
    element(xml, "table:table-cell", &attributes, |xml| text(xml, "text:p", &[], content))
}

fn link(xml: &mut Xml, content: &str, sheet: &str) -> io::Result<()> {
    let attributes = [("table:style-name", LINK), ("office:value-type", "string")];
    let target = format!("#{sheet}.A1");
    element(xml, "table:table-cell", &attributes, |xml| {
        element(xml, "text:p", &[], |xml| {
            text(xml, "text:a", &[("xlink:type", "simple"), ("xlink:href", &target)], content)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters_and_numbers_have_commas() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
        let shown = |x, d| grouped(x, CellFormat::Number(d));
        assert_eq!(shown(1_234_567.0, 0), "1,234,567");
        assert_eq!(shown(-1234.5, 2), "-1,234.50");
        assert_eq!(shown(-0.04, 1), "0.0");
        assert_eq!(shown(0.25, 3), "0.250");
    }
}
