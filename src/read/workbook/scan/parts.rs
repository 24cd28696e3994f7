//! The parts beside the sheets: shared strings, styles, and the list of sheets.

use crate::read::Limits;
use crate::read::workbook::xml::{Fault, Walk, attribute, damaged};
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

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
