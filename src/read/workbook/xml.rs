//! A walk over one XML part that refuses what no honest workbook holds, before any other parser sees it.
//!
//! Only syntax is looked at here: encoding, document types, depth, attributes, matching tags. It does not know
//! what a cell is.

use crate::read::Limits;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Code and reason; the reason does not name the part.
pub type Fault = (&'static str, String);

/// Events of one part, each checked. Empty elements come as a start and an end.
pub struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    limits: &'a Limits,
    ascii: bool,
    /// Open elements, counting the one that just started.
    pub depth: usize,
    /// Where the last event began.
    pub from: usize,
}

impl<'a> Walk<'a> {
    pub fn new(bytes: &'a [u8], limits: &'a Limits) -> Result<Walk<'a>, Fault> {
        let utf16 = matches!(bytes, [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, ..] | [_, 0, ..]);
        let text = std::str::from_utf8(bytes).ok().filter(|_| !utf16);
        let text = text.ok_or_else(|| ("XLSX_ENCODING", "it is not in UTF-8".to_owned()))?;
        if text.starts_with('\u{feff}') {
            // quick-xml would skip it and count from behind it.
            return Err(damaged("it begins with a byte order mark"));
        }
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Ok(Walk { reader, limits, ascii: text.is_ascii(), depth: 0, from: 0 })
    }

    /// Where the last event ended.
    pub fn to(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next event; [`Event::Eof`] at the end, with every element closed.
    pub fn next(&mut self) -> Result<Event<'a>, Fault> {
        self.from = self.to();
        let event = self.reader.read_event().map_err(|e| damaged(format!("{e} at byte {}", self.from)))?;
        match &event {
            Event::Start(e) => {
                self.depth += 1;
                if self.depth > self.limits.xml_depth {
                    let most = self.limits.xml_depth;
                    return Err((
                        "XML_DEPTH",
                        format!("elements more than {most} deep at byte {}", self.from),
                    ));
                }
                self.count_attributes(e)?;
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => {
                return Err(("XML_DOCTYPE", format!("a document type at byte {}", self.from)));
            }
            Event::Decl(d) => match d.encoding() {
                Some(Ok(name)) if !self.ascii && !name.eq_ignore_ascii_case("utf-8") => {
                    return Err(("XLSX_ENCODING", format!("it says that it is in {name}")));
                }
                Some(Err(e)) => return Err(damaged(e.to_string())),
                _ => {}
            },
            Event::Eof if self.depth > 0 => {
                return Err(damaged(format!("{} elements are never closed", self.depth)));
            }
            _ => {}
        }
        Ok(event)
    }

    /// Goes on to the end of the element that has just started.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// Without comparing names with each other: that is quadratic (RUSTSEC-2026-0194).
    fn count_attributes(&self, e: &BytesStart<'_>) -> Result<(), Fault> {
        // The shortest attribute, ` a=""`, has five bytes.
        let most = self.limits.xml_attributes;
        if e.attributes_raw().len() / 5 < most {
            return Ok(());
        }
        if e.attributes().with_checks(false).take(most + 1).count() > most {
            let why = format!("an element with more than {most} attributes at byte {}", self.from);
            return Err(("XML_ATTR_LIMIT", why));
        }
        Ok(())
    }
}

pub fn damaged(why: impl Into<String>) -> Fault {
    ("XLSX_DAMAGED", why.into())
}

/// The value of an attribute, unescaped. `name` is compared without its prefix (`r:id` is `id`).
pub fn attribute(e: &BytesStart<'_>, name: &str) -> Result<Option<String>, Fault> {
    for attribute in e.attributes() {
        let attribute = attribute.map_err(|e| damaged(e.to_string()))?;
        if attribute.key.local_name().as_ref() == name && !attribute.key.as_ref().starts_with("xmlns") {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            return Ok(Some(value.map_err(|e| damaged(e.to_string()))?.into_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(bytes: &[u8]) -> Result<usize, Fault> {
        let limits = Limits::default();
        let mut walk = Walk::new(bytes, &limits)?;
        let mut events = 0;
        while walk.next()? != Event::Eof {
            events += 1;
        }
        Ok(events)
    }

    fn check(bytes: &[u8], code: &str) {
        assert_eq!(walk(bytes).map_err(|(code, _)| code), Err(code), "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn syntax_that_no_spreadsheet_writes_is_refused() {
        check(b"<!DOCTYPE a><a/>", "XML_DOCTYPE");
        check(b"<a>\xC9</a>", "XLSX_ENCODING");
        check(b"\xFF\xFE<\0a\0/\0>\0", "XLSX_ENCODING");
        check("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\u{c9}</a>".as_bytes(), "XLSX_ENCODING");
        check("<a>".repeat(65).as_bytes(), "XML_DEPTH");
        check(b"<a><b></a>", "XLSX_DAMAGED");
        check(b"<a>", "XLSX_DAMAGED");
        let many: String = (0..65).map(|i| format!(" a{i}=''")).collect();
        check(format!("<a{many}/>").as_bytes(), "XML_ATTR_LIMIT");
    }

    #[test]
    fn an_ascii_part_may_declare_what_it_likes() {
        assert_eq!(walk(b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a/>"), Ok(3));
    }
}
