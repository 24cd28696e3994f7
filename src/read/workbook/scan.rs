//! What calamine does not say about a sheet, the shared strings and the styles, found by an own pass over their
//! XML: cells outside the grid or twice, wrong text indices, values in a form that calamine skips in silence.
//!
//! Cells are placed as calamine places them (a missing reference follows the cell before). Their values are not
//! kept: `cells` reads those from the ranges found here.

use super::xml::{Fault, Walk, attribute, damaged};
use crate::read::{Limits, Sheet};
use quick_xml::events::{BytesStart, Event};
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

fn outside(what: &str) -> Fault {
    ("XLSX_OUT_OF_GRID", format!("{} is outside the grid", crate::diag::excerpt(what)))
}

/// `12` -> 11.
fn row_number(r: &str) -> Result<u32, Fault> {
    if r.is_empty() || !r.bytes().all(|b| b.is_ascii_digit()) {
        return Err(damaged(format!("a row with the number {:?}", crate::diag::excerpt(r))));
    }
    match r.parse::<u32>() {
        Ok(n) if (1..=GRID.0).contains(&n) => Ok(n - 1),
        _ => Err(outside(&format!("row {r}"))),
    }
}

/// `B12` -> (11, 1).
fn reference(a1: &str) -> Result<(u32, u32), Fault> {
    let letters = a1.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = a1.split_at(letters);
    if column.is_empty() {
        return Err(damaged(format!("a cell with the reference {:?}", crate::diag::excerpt(a1))));
    }
    let number = column
        .bytes()
        .fold(0u32, |n, b| n.saturating_mul(26).saturating_add(u32::from(b.to_ascii_uppercase() - b'A') + 1));
    if number > GRID.1 {
        return Err(outside(&format!("cell {a1}")));
    }
    Ok((row_number(row)?, number - 1))
}

/// The range of a shared formula. calamine subtracts its corners without looking which is first.
fn area(range: &str) -> Result<(), Fault> {
    let (from, to) = range.split_once(':').unwrap_or((range, range));
    let ((top, left), (bottom, right)) = (reference(from)?, reference(to)?);
    if top > bottom || left > right {
        return Err(damaged(format!("a formula for the range {:?}", crate::diag::excerpt(range))));
    }
    Ok(())
}

/// The shared strings: how many there are and where.
pub struct StringsScan {
    /// Content of `sst`.
    pub items: Range<usize>,
    pub count: usize,
    /// What the part says of itself; never used to make room.
    pub declared: Option<String>,
}

pub fn strings(bytes: &[u8], limits: &Limits) -> Result<StringsScan, Fault> {
    let mut walk = Walk::new(bytes, limits)?;
    let mut found = StringsScan { items: 0..0, count: 0, declared: None };
    loop {
        match walk.next()? {
            Event::Start(e) => match (e.local_name().as_ref(), walk.depth) {
                ("sst", 1) => {
                    found.declared = attribute(&e, "uniqueCount")?;
                    found.items = walk.to()..walk.to();
                }
                ("si", 2) => found.count += 1,
                ("si" | "sst", _) => return Err(damaged("shared strings inside each other")),
                _ => {}
            },
            Event::End(e) if walk.depth == 0 && e.local_name().as_ref() == "sst" => {
                found.items.end = walk.from;
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The elements of the styles that say which numbers are dates: number formats and cell formats, with their tags.
pub fn styles(bytes: &[u8], limits: &Limits) -> Result<Vec<Range<usize>>, Fault> {
    let mut walk = Walk::new(bytes, limits)?;
    let (mut formats, mut cells) = (None, None);
    loop {
        match walk.next()? {
            Event::Start(e) if walk.depth == 2 => {
                let from = walk.from;
                let slot = match e.local_name().as_ref() {
                    "numFmts" => &mut formats,
                    "cellXfs" => &mut cells,
                    _ => continue,
                };
                if slot.is_some() {
                    return Err(damaged("the styles have a part twice"));
                }
                walk.skip()?;
                *slot = Some(from..walk.to());
            }
            Event::Eof => return Ok(formats.into_iter().chain(cells).collect()),
            _ => {}
        }
    }
}

/// A sheet as the workbook lists it.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub hidden: bool,
    /// Id of its relationship.
    pub id: String,
}

/// The list of sheets, and whether dates count from 1904.
pub fn workbook(bytes: &[u8], limits: &Limits) -> Result<(Vec<Listed>, bool), Fault> {
    let mut walk = Walk::new(bytes, limits)?;
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    loop {
        match walk.next()? {
            Event::Start(e) => match (e.local_name().as_ref(), walk.depth) {
                ("workbookPr", 2) => {
                    from_1904 = attribute(&e, "date1904")?.is_some_and(|v| v == "1" || v == "true");
                }
                ("sheet", 3) => sheets.push(listed(&e)?),
                _ => {}
            },
            Event::Eof => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}

fn listed(e: &BytesStart<'_>) -> Result<Listed, Fault> {
    let name = attribute(e, "name")?.ok_or_else(|| damaged("a sheet without a name"))?;
    let id = attribute(e, "id")?.ok_or_else(|| damaged("a sheet without a part"))?;
    let hidden = attribute(e, "state")?.is_some_and(|s| s != "visible");
    Ok(Listed { name, hidden, id })
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
