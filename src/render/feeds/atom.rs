//! The overview feed: Atom 1.0 (RFC 4287) with the payload of the NHS Choices syndication service, in pages (RFC 5005),
//! with changes and tombstones (RFC 6721) where a former release is known.
//!
//! Against the faults of the original: ids are absolute https and never change, all instants have one format, booleans
//! one style, the self link names the page's own place, the last page exists, no markup is escaped into text.

use super::super::File;
use super::metrics::eps;
use crate::report::feeds::{Answer, Feed, PracticeEntry};
use jiff::civil::DateTime;
use quick_xml::escape::escape;
use std::fmt::Write;

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
            let mut out = open(feed, &path(page), "overview");
            for (rel, to) in [
                ("first", Some(1)),
                ("previous", (page > 1).then(|| page - 1)),
                ("next", (page < last).then(|| page + 1)),
                ("last", Some(last)),
            ] {
                if let Some(to) = to {
                    link(&mut out, rel, &format!("{}{}", feed.definition.base, path(to)));
                }
            }
            let entries = feed.practices.chunks(feed.definition.page).nth(page - 1).unwrap_or_default();
            entries.iter().for_each(|p| entry(&mut out, feed, p));
            out.push_str("</feed>\n");
            (path(page), out.into_bytes())
        })
        .collect()
}

/// `feeds/changes/overview.xml`: entries of the feed that changed, and a tombstone for each practice that is gone.
pub(super) fn changes(feed: &Feed, practices: &[PracticeEntry], gone: &[Gone]) -> File {
    let path = "feeds/changes/overview.xml";
    let mut out = open(feed, path, "overview-changes");
    for gone in gone {
        let id = id(feed, &gone.code);
        let _ = write!(
            out,
            "<at:deleted-entry xmlns:at=\"{TOMBSTONES}\" ref=\"{}\" when=\"{}\">",
            escape(id.as_str()),
            instant(feed.updated)
        );
        let comment = match gone.successors.as_slice() {
            [] => "No longer listed; no successor is known".to_owned(),
            [to] => format!("No longer listed; its successor is {to}"),
            all => format!("No longer listed; its successors are {}", all.join(", ")),
        };
        element(&mut out, "at:comment", &comment);
        for to in &gone.successors {
            let _ = write!(out, "<link rel=\"related\" href=\"{}\"/>", escape(self::id(feed, to).as_str()));
        }
        out.push_str("</at:deleted-entry>\n");
    }
    practices.iter().for_each(|p| entry(&mut out, feed, p));
    out.push_str("</feed>\n");
    (path.to_owned(), out.into_bytes())
}

fn id(feed: &Feed, code: &str) -> String {
    format!("{}id/gp-practice/{code}", feed.definition.base)
}

// Writing to a String cannot fail.
fn element(out: &mut String, name: &str, text: &str) {
    let _ = write!(out, "<{name}>{}</{name}>", escape(text));
}

fn link(out: &mut String, rel: &str, href: &str) {
    let _ = writeln!(out, "<link rel=\"{rel}\" type=\"application/atom+xml\" href=\"{}\"/>", escape(href));
}

fn open(feed: &Feed, path: &str, name: &str) -> String {
    let d = &feed.definition;
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned();
    let _ = writeln!(out, "<feed xmlns=\"{ATOM}\" xmlns:s=\"{SERVICES}\" xml:lang=\"en-GB\">");
    element(&mut out, "title", &feed.title());
    element(&mut out, "id", &format!("{}id/{}/{name}", d.base, d.id));
    element(&mut out, "rights", &d.rights);
    element(&mut out, "updated", &instant(feed.updated));
    out.push_str("<category term=\"gppractices\"/>\n<author>");
    element(&mut out, "name", &d.author);
    out.push_str("</author>\n");
    link(&mut out, "self", &format!("{}{path}", d.base));
    let _ = writeln!(out, "<link rel=\"license\" href=\"{}\"/>", escape(d.licence.as_str()));
    out
}

fn entry(out: &mut String, feed: &Feed, practice: &PracticeEntry) {
    out.push_str("<entry>");
    element(out, "id", &id(feed, &practice.code));
    element(out, "title", &format!("{} - Overview", practice.name));
    element(out, "updated", &instant(practice.updated));
    out.push_str("<category term=\"Overview\"/><content type=\"application/xml\"><s:overview>");
    element(out, "s:name", &practice.name);
    element(out, "s:odsCode", &practice.code);
    if let Some((code, name)) = &practice.ccg {
        out.push_str("<s:parentOrganisation>");
        element(out, "s:name", name);
        element(out, "s:uri", &format!("{}id/ccg/{code}", feed.definition.base));
        out.push_str("</s:parentOrganisation>");
    }
    element(out, "s:overviewLastUpdated", &instant(practice.updated));
    if let Some(on) = eps(practice) {
        element(out, "s:isEpsEnabled", if on { "true" } else { "false" });
    }
    out.push_str("<s:overviewKeyFacts><s:keyFacts>");
    for (_, fact) in practice.public() {
        out.push_str("<s:keyFact>");
        element(out, "s:question", &fact.question);
        let value = match fact.answer {
            Answer::Yes => Some("yes"),
            Answer::No => Some("no"),
            _ => fact.number(),
        };
        if let Some(value) = value {
            element(out, "s:value", value);
        }
        element(out, "s:text", &fact.text);
        out.push_str("</s:keyFact>");
    }
    out.push_str("</s:keyFacts></s:overviewKeyFacts></s:overview></content></entry>\n");
}
