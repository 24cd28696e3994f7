//! The overview feed: Atom 1.0 (RFC 4287) with the payload of the NHS Choices syndication service, in pages (RFC 5005),
//! with changes and tombstones (RFC 6721) where a former release is known.
//!
//! Against the faults of the original: ids are absolute https and never change, all instants have one format, booleans
//! one style, the self link names the page's own place, the last page exists, no markup is escaped into text.

use super::super::File;
use super::super::xml::{self, Xml, element, empty, line, text};
use super::metrics::eps;
use crate::report::feeds::{Answer, FactEntry, Feed, PracticeEntry};
use jiff::civil::DateTime;
use std::io;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const SERVICES: &str = "http://syndication.nhschoices.nhs.uk/services";
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// A practice that is no longer listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone {
    pub code: String,
    /// Who took over; several where its patients were parted.
    pub successors: Vec<String>,
}

/// `2018-09-30T00:00:00Z`.
pub(super) fn instant(at: DateTime) -> String {
    format!("{at}Z")
}

/// `feeds/overview-1.xml` and so on; one page at least.
pub(super) fn pages(feed: &Feed) -> Vec<File> {
    let last = feed.practices.len().div_ceil(feed.definition.page).max(1);
    let path = |page: usize| format!("feeds/overview-{page}.xml");
    (1..=last)
        .map(|page| {
            let links = [
                ("first", Some(1)),
                ("previous", (page > 1).then(|| page - 1)),
                ("next", (page < last).then(|| page + 1)),
                ("last", Some(last)),
            ];
            let entries = feed.practices.chunks(feed.definition.page).nth(page - 1).unwrap_or_default();
            document(feed, path(page), "overview", |xml| {
                for (rel, to) in links {
                    if let Some(to) = to {
                        link(xml, rel, &format!("{}{}", feed.definition.base, path(to)))?;
                    }
                }
                entries.iter().try_for_each(|p| entry(xml, feed, p))
            })
        })
        .collect()
}

/// `feeds/changes/overview.xml`: entries of the feed that changed, and a tombstone for each practice that is gone.
pub(super) fn changes(feed: &Feed, practices: &[PracticeEntry], gone: &[Gone]) -> File {
    document(feed, "feeds/changes/overview.xml".to_owned(), "overview-changes", |xml| {
        gone.iter().try_for_each(|gone| tombstone(xml, feed, gone))?;
        practices.iter().try_for_each(|p| entry(xml, feed, p))
    })
}

fn id(feed: &Feed, code: &str) -> String {
    format!("{}id/gp-practice/{code}", feed.definition.base)
}

fn link(xml: &mut Xml, rel: &str, href: &str) -> io::Result<()> {
    empty(xml, "link", &[("rel", rel), ("type", "application/atom+xml"), ("href", href)])?;
    line(xml);
    Ok(())
}

/// A feed with its head; `rest` writes what follows.
fn document(feed: &Feed, path: String, name: &str, rest: impl FnOnce(&mut Xml) -> io::Result<()>) -> File {
    let d = &feed.definition;
    let namespaces = [("xmlns", ATOM), ("xmlns:s", SERVICES), ("xml:lang", "en-GB")];
    let bytes = xml::document("utf-8", |xml| {
        line(xml);
        element(xml, "feed", &namespaces, |xml| {
            line(xml);
            text(xml, "title", &[], &feed.title())?;
            text(xml, "id", &[], &format!("{}id/{}/{name}", d.base, d.id))?;
            text(xml, "rights", &[], &d.rights)?;
            text(xml, "updated", &[], &instant(feed.updated))?;
            empty(xml, "category", &[("term", "gppractices")])?;
            line(xml);
            element(xml, "author", &[], |xml| text(xml, "name", &[], &d.author))?;
            line(xml);
            link(xml, "self", &format!("{}{path}", d.base))?;
            empty(xml, "link", &[("rel", "license"), ("href", &d.licence)])?;
            line(xml);
            rest(xml)
        })?;
        line(xml);
        Ok(())
    });
    (path, bytes.unwrap_or_else(|e| unreachable!("memory takes what is written to it: {e}")))
}

fn tombstone(xml: &mut Xml, feed: &Feed, gone: &Gone) -> io::Result<()> {
    let (own, when) = (id(feed, &gone.code), instant(feed.updated));
    let attributes = [("xmlns:at", TOMBSTONES), ("ref", own.as_str()), ("when", when.as_str())];
    element(xml, "at:deleted-entry", &attributes, |xml| {
        let comment = match gone.successors.as_slice() {
            [] => "No longer listed; no successor is known".to_owned(),
            [to] => format!("No longer listed; its successor is {to}"),
            all => format!("No longer listed; its successors are {}", all.join(", ")),
        };
        text(xml, "at:comment", &[], &comment)?;
        let related = |to: &String| empty(xml, "link", &[("rel", "related"), ("href", &id(feed, to))]);
        gone.successors.iter().try_for_each(related)
    })?;
    line(xml);
    Ok(())
}

fn entry(xml: &mut Xml, feed: &Feed, practice: &PracticeEntry) -> io::Result<()> {
    element(xml, "entry", &[], |xml| {
        text(xml, "id", &[], &id(feed, &practice.code))?;
        text(xml, "title", &[], &format!("{} - Overview", practice.name))?;
        text(xml, "updated", &[], &instant(practice.updated))?;
        empty(xml, "category", &[("term", "Overview")])?;
        element(xml, "content", &[("type", "application/xml")], |xml| {
            element(xml, "s:overview", &[], |xml| overview(xml, feed, practice))
        })
    })?;
    line(xml);
    Ok(())
}

fn overview(xml: &mut Xml, feed: &Feed, practice: &PracticeEntry) -> io::Result<()> {
    text(xml, "s:name", &[], &practice.name)?;
    text(xml, "s:odsCode", &[], &practice.code)?;
    if let Some((code, name)) = &practice.ccg {
        element(xml, "s:parentOrganisation", &[], |xml| {
            text(xml, "s:name", &[], name)?;
            text(xml, "s:uri", &[], &format!("{}id/ccg/{code}", feed.definition.base))
        })?;
    }
    text(xml, "s:overviewLastUpdated", &[], &instant(practice.updated))?;
    if let Some(on) = eps(practice) {
        text(xml, "s:isEpsEnabled", &[], if on { "true" } else { "false" })?;
    }
    element(xml, "s:overviewKeyFacts", &[], |xml| {
        element(xml, "s:keyFacts", &[], |xml| practice.public().try_for_each(|(_, fact)| key_fact(xml, fact)))
    })
}

fn key_fact(xml: &mut Xml, fact: &FactEntry) -> io::Result<()> {
    element(xml, "s:keyFact", &[], |xml| {
        text(xml, "s:question", &[], &fact.question)?;
        let value = match fact.answer {
            Answer::Yes => Some("yes"),
            Answer::No => Some("no"),
            _ => fact.number(),
        };
        value.map_or(Ok(()), |value| text(xml, "s:value", &[], value))?;
        text(xml, "s:text", &[], &fact.text)
    })
}
