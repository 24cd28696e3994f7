//! What calamine does not say about a sheet, the shared strings and the styles, found by an own pass over their
//! XML: cells outside the grid or twice, wrong text indices, values in a form that calamine skips in silence.
//!
//! Cells are placed as calamine places them (a missing reference follows the cell before). Their values are not
//! kept: `cells` reads those from the ranges found here.

mod parts;
mod reference;

pub use parts::{Listed, strings, styles, workbook};
use reference::{area, outside, reference, row_number};

use super::xml::{Fault, Walk, attribute, damaged};
use crate::read::{Limits, Sheet};
use quick_xml::events::Event;
use std::ops::Range;

/// Rows and columns of the grid of a worksheet.
pub const GRID: (u32, u32) = (1_048_576, 16_384);

/// One worksheet part.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SheetScan {
    /// The content of `sheetData`.
    pub data: Range<usize>,
    /// Cells with a value, a text or a formula.
    pub filled: u64,
    /// Rows with such a cell.
    pub filled_rows: u32,
    /// Rows and columns of the rectangle round those cells.
    pub extent: (u64, u64),
    /// Rightmost such column, counting from 1.
    pub columns: u32,
    pub merged: u64,
    /// First cell that comes after its place.
    pub unordered: Option<(u32, u32)>,
}

/// Walks over one worksheet. `strings` is the number of shared strings.
pub fn sheet(bytes: &[u8], strings: usize, limits: &Limits) -> Result<SheetScan, Fault> {
    let mut found = SheetScan::default();
    let places = cells(bytes, strings, limits, &mut found, false)?;
    debug_assert!(places.is_empty());
    if found.unordered.is_some() {
        // Twice in an unordered sheet can only be seen with all places at hand; ordered ones do without.
        let mut places = cells(bytes, strings, limits, &mut SheetScan::default(), true)?;
        places.sort_unstable();
        if let Some([a, _]) = places.array_windows::<2>().find(|[a, b]| a == b) {
            return Err(twice(*a));
        }
    }
    Ok(found)
}

fn twice((row, column): (u32, u32)) -> Fault {
    ("XLSX_DUPLICATE_CELL", format!("cell {} comes twice", Sheet::a1(row, column)))
}

fn cells(
    bytes: &[u8],
    strings: usize,
    limits: &Limits,
    found: &mut SheetScan,
    keep: bool,
) -> Result<Vec<(u32, u32)>, Fault> {
    let mut walk = Walk::new(bytes, limits)?;
    let mut places = Vec::new();
    let (mut inside, mut seen) = (false, false);
    let (mut row, mut column) = (0u32, 0u32);
    let mut last: Option<(u32, u32)> = None;
    let mut last_filled_row = None;
    let mut corner: Option<[u32; 4]> = None;
    loop {
        match walk.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "sheetData" if seen => return Err(damaged("the sheet has its data twice")),
                "sheetData" => {
                    (inside, seen) = (true, true);
                    found.data = walk.to()..walk.to();
                }
                "row" if inside => {
                    if let Some(r) = attribute(&e, "r")? {
                        row = row_number(&r)?;
                    }
                }
                "c" if inside => {
                    let mut place = (row, column);
                    let mut kind = Kind::Plain;
                    for a in e.attributes() {
                        let a = a.map_err(|e| damaged(e.to_string()))?;
                        match a.key.as_ref() {
                            "r" => place = reference(&a.value)?,
                            "t" => kind = Kind::of(&a.value),
                            _ => {}
                        }
                    }
                    if place.0 >= GRID.0 || place.1 >= GRID.1 {
                        return Err(outside(&format!("row {}, column {}", place.0 + 1, place.1 + 1)));
                    }
                    column = place.1 + 1;
                    match last {
                        Some(before) if before == place => return Err(twice(place)),
                        Some(before) if before > place => {
                            found.unordered.get_or_insert(place);
                        }
                        _ => {}
                    }
                    last = Some(place);
                    if keep {
                        places.push(place);
                    }
                    if cell(&mut walk, kind, strings).map_err(|f| name_cell(f, place))? {
                        found.filled += 1;
                        if last_filled_row != Some(place.0) {
                            last_filled_row = Some(place.0);
                            found.filled_rows += 1;
                        }
                        let [r0, r1, c0, c1] = corner.unwrap_or([place.0, place.0, place.1, place.1]);
                        corner = Some([r0.min(place.0), r1.max(place.0), c0.min(place.1), c1.max(place.1)]);
                    }
                }
                "mergeCell" if !inside => found.merged += 1,
                _ => {}
            },
            Event::End(e) if inside => match e.local_name().as_ref() {
                "sheetData" => {
                    inside = false;
                    found.data.end = walk.from;
                }
                "row" => {
                    row += 1;
                    column = 0;
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if let Some([r0, r1, c0, c1]) = corner {
        found.extent = (u64::from(r1 - r0) + 1, u64::from(c1 - c0) + 1);
        found.columns = c1 + 1;
    }
    Ok(places)
}

fn name_cell((code, why): Fault, (row, column): (u32, u32)) -> Fault {
    (code, format!("cell {}: {why}", Sheet::a1(row, column)))
}

/// What the `t` attribute says about the content of `<v>`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An index into the shared strings.
    Shared,
    /// Free text or an ISO date, where references such as `&amp;` are usual.
    Text,
    /// Number, truth value or error: plain characters.
    Plain,
}

impl Kind {
    fn of(t: &str) -> Kind {
        match t {
            "s" => Kind::Shared,
            "str" | "d" | "inlineStr" => Kind::Text,
            _ => Kind::Plain,
        }
    }
}

/// Goes to the end of a cell; true when it holds a value, a text or a formula.
///
/// calamine takes the first piece of a plain value and skips the rest (a comment in `12<!-- -->34` gives 12), reads
/// a wrong index as 0, and skips CDATA: all are refused here.
fn cell(walk: &mut Walk<'_>, kind: Kind, strings: usize) -> Result<bool, Fault> {
    let depth = walk.depth;
    let (mut filled, mut value) = (false, None);
    while walk.depth >= depth {
        let Event::Start(e) = walk.next()? else { continue };
        match e.local_name().as_ref() {
            "v" if value.is_some() => return Err(damaged("two values in one cell")),
            "v" => {
                let text = plain(walk, kind)?;
                filled |= !text.is_empty();
                value = Some(text);
            }
            "f" => {
                filled = true;
                if let Some(range) = attribute(&e, "ref")? {
                    area(&range)?;
                }
                walk.skip()?;
            }
            "is" => {
                filled = true;
                walk.skip()?;
            }
            _ => walk.skip()?,
        }
    }
    if let (Kind::Shared, Some(index)) = (kind, value)
        && !index.is_empty()
        && !(index.bytes().all(|b| b.is_ascii_digit()) && index.parse::<usize>().is_ok_and(|i| i < strings))
    {
        let index = crate::diag::excerpt(&index);
        return Err(("XLSX_SST_INDEX", format!("points to text {index:?} of {strings}")));
    }
    Ok(filled)
}

fn plain(walk: &mut Walk<'_>, kind: Kind) -> Result<String, Fault> {
    let mut text = String::new();
    let mut pieces = 0;
    loop {
        match walk.next()? {
            Event::Text(t) => {
                pieces += 1;
                text.push_str(&t);
            }
            Event::GeneralRef(_) if kind == Kind::Text => text.push('&'),
            Event::End(_) => break,
            _ => return Err(damaged("a value that is not plain text")),
        }
    }
    if pieces > 1 && kind != Kind::Text {
        return Err(damaged("a value in several pieces"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(data: &str, expected: Result<(u64, (u64, u64)), &str>) {
        let xml = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
        let found = sheet(xml.as_bytes(), 3, &Limits::default());
        let found = found.map(|s| (s.filled, s.extent)).map_err(|(code, _)| code);
        assert_eq!(found, expected, "{data}");
    }

    #[test]
    fn cells_are_where_their_reference_or_their_neighbour_says() {
        check(
            "<row r='2'><c r='B2'><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
            Ok((3, (2, 3))),
        );
        check("<row r='1'><c r='A1' s='4'/><c r='XFD1' s='4'/></row>", Ok((0, (0, 0))));
    }

    #[test]
    fn cells_that_would_give_a_wrong_value_are_refused() {
        for (data, code) in [
            ("<row><c r='XFE1'/></row>", "XLSX_OUT_OF_GRID"),
            ("<row><c r='A1048577'/></row>", "XLSX_OUT_OF_GRID"),
            ("<row><c r='A0'/></row>", "XLSX_OUT_OF_GRID"),
            ("<row r='99999999999'/>", "XLSX_OUT_OF_GRID"),
            ("<row r='1048576'/><row><c><v>1</v></c></row>", "XLSX_OUT_OF_GRID"),
            ("<row><c r='1A'/></row>", "XLSX_DAMAGED"),
            ("<row><c r='A1'/><c r='A1'/></row>", "XLSX_DUPLICATE_CELL"),
            ("<row><c r='B1'/><c r='A1'/><c r='B1'/></row>", "XLSX_DUPLICATE_CELL"),
            ("<row><c t='s'><v>3</v></c></row>", "XLSX_SST_INDEX"),
            ("<row><c t='s'><v>-1</v></c></row>", "XLSX_SST_INDEX"),
            ("<row><c t='s'><v> 1</v></c></row>", "XLSX_SST_INDEX"),
            ("<row><c><v>12<!-- -->34</v></c></row>", "XLSX_DAMAGED"),
            ("<row><c><v><![CDATA[12]]></v></c></row>", "XLSX_DAMAGED"),
            ("<row><c><v>1</v><v>2</v></c></row>", "XLSX_DAMAGED"),
            ("<row><c r='A1' r='B1'/></row>", "XLSX_DAMAGED"),
            ("<row><c><f t='shared' ref='B3:B2' si='0'>A1</f><v>1</v></c></row>", "XLSX_DAMAGED"),
        ] {
            check(data, Err(code));
        }
    }

    #[test]
    fn a_sheet_out_of_order_is_noticed() {
        let xml = b"<x:worksheet xmlns:x='u'><x:sheetData><x:row><x:c r='B1'/><x:c r='A1'/></x:row></x:sheetData></x:worksheet>";
        let found = sheet(xml, 0, &Limits::default()).map(|s| s.unordered);
        assert_eq!(found, Ok(Some((0, 0))));
    }
}
