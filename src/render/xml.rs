//! XML as every file of a release has it, by `quick_xml`: elements with attributes and texts, escaped, without the characters that
//! XML 1.0 cannot hold in any form. ODS and Atom are written with it; SVG, which plotters writes, takes [`legal`] and
//! [`escaped`].

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::borrow::Cow;
use std::io;

/// What a document is written to.
pub type Xml = Writer<Vec<u8>>;

/// Without the characters that XML 1.0 cannot hold in any form (W3C, XML 1.0, production 2).
pub fn legal(text: &str) -> Cow<'_, str> {
    let bad = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(bad) { Cow::Owned(text.replace(bad, "")) } else { Cow::Borrowed(text) }
}

/// A text between tags or quotes.
pub fn escaped(text: &str) -> String {
    quick_xml::escape::escape(legal(text).as_ref()).into_owned()
}

/// A document in UTF-8, which its first line calls by this name.
pub fn document(utf_8: &str, write: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some(utf_8), None)))?;
    write(&mut xml)?;
    Ok(xml.into_inner())
}

/// An element with attributes and children.
pub fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    children: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    let start = xml.create_element(name).with_attributes(attributes.iter().map(|(n, v)| (*n, legal(v))));
    start.write_inner_content(children)?;
    Ok(())
}

/// An element with attributes alone.
pub fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    let attributes = attributes.iter().map(|(n, v)| (*n, legal(v)));
    xml.create_element(name).with_attributes(attributes).write_empty()?;
    Ok(())
}

/// An element with text.
pub fn text(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], content: &str) -> io::Result<()> {
    let attributes = attributes.iter().map(|(n, v)| (*n, legal(v)));
    let content = legal(content);
    xml.create_element(name).with_attributes(attributes).write_text_content(BytesText::new(&content))?;
    Ok(())
}

/// A line end, for people who read the file.
pub fn line(xml: &mut Xml) {
    xml.get_mut().push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_dropped_and_what_it_can_is_escaped_in_texts_and_attributes() {
        let name = "The\u{b} \u{0}<Rose> & \"Crown\"\u{ffff}\t’s";
        let bytes = document("utf-8", |xml| text(xml, "name", &[("title", name)], name)).unwrap();
        let written = "The &lt;Rose&gt; &amp; &quot;Crown&quot;\t’s";
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with(&format!(">{written}</name>")), "{text}");
        assert!(!text.contains(['\u{b}', '\0', '\u{ffff}']), "{text:?}");
        assert_eq!(escaped(name), written);
        assert_eq!(legal("plain"), "plain");
    }
}
