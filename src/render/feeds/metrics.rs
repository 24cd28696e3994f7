//! Metrics in the JSON shape of the Directory of Healthcare Services: an organisation with `Metrics`, each of 18 keys that
//! are always there. The published schema of that service rejects its own example, so the schema here is derived from this
//! very writer, and a release carries it.

use super::atom::Gone;
use crate::define::feeds::FactKind;
use crate::report::feeds::{Answer, FactEntry, Feed, PracticeEntry};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io;

/// Number of the electronic prescription service, which has a field of its own.
pub(super) const EPS: u32 = 10_051;

/// Facts about GP practices for patients: all practices, or those that changed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[schemars(title = "Metrics")]
struct Document<'a> {
    title: String,
    /// Last day that any fact speaks of; later where that is no later than the feed before.
    updated: String,
    rights: &'a str,
    licence: &'a str,
    author: &'a str,
    /// Sorted by code.
    organisations: Vec<Organisation<'a>>,
    /// Only in a file of changes: practices that are no longer listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<Removed<'a>>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Removed<'a> {
    #[serde(rename = "ODSCode")]
    #[schemars(regex(pattern = "^[A-Z][0-9]{5}$"))]
    code: &'a str,
    #[serde(rename = "When")]
    when: String,
    /// The practices that took over, where they are known.
    #[serde(rename = "Successors")]
    successors: &'a [String],
}

/// One practice.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Organisation<'a> {
    #[serde(rename = "ODSCode")]
    #[schemars(regex(pattern = "^[A-Z][0-9]{5}$"))]
    code: &'a str,
    organisation_name: &'a str,
    organisation_type: &'static str,
    parent_organisation: Option<Parent<'a>>,
    /// The same as metric 10051; null where that is not known.
    is_eps_enabled: Option<bool>,
    last_updated_dates: LastUpdated,
    metrics: Vec<Metric<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Parent<'a> {
    #[serde(rename = "ODSCode")]
    code: &'a str,
    #[serde(rename = "OrganisationName")]
    name: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct LastUpdated {
    metrics: String,
}

/// The 18 keys, in their order. What the service has no use for here is null.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Metric<'a> {
    #[serde(rename = "MetricID")]
    metric_id: u32,
    metric_name: &'a str,
    display_name: &'a str,
    description: &'a str,
    /// `yes`, `no` or a percentage as printed; null where there is none.
    #[schemars(regex(pattern = "^(yes|no|[0-9]+([.][0-9])?)$"))]
    value: Option<&'a str>,
    /// The day that it speaks of, ISO 8601; null where nobody asked.
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    value2: Option<String>,
    /// How it is known; null where it is not.
    value3: Option<&'a str>,
    text: &'a str,
    link_url: Option<&'a str>,
    link_text: Option<&'a str>,
    #[serde(rename = "MetricDisplayTypeID")]
    metric_display_type_id: u8,
    metric_display_type_name: &'static str,
    hospital_sector_type: Option<&'a str>,
    /// What the practice said to it.
    #[schemars(regex(pattern = "^(confirmed|corrected|not_confirmed)$"))]
    metric_text: &'static str,
    /// What to show where there is no value.
    default_text: &'a str,
    is_meta_metric: bool,
    /// yes, no, not_known, not_asked, withheld, counted (no band), lowest, middle or highest.
    #[schemars(regex(pattern = "^(yes|no|not_known|not_asked|withheld|counted|lowest|middle|highest)$"))]
    banding_classification: &'static str,
    banding_name: Option<&'a str>,
}

/// The practice as the JSON file holds it.
pub fn organisation<'a>(feed: &'a Feed, practice: &'a PracticeEntry) -> Organisation<'a> {
    Organisation {
        code: &practice.code,
        organisation_name: &practice.name,
        organisation_type: "GP Practice",
        parent_organisation: practice.ccg.as_ref().map(|(code, name)| Parent { code, name }),
        is_eps_enabled: eps(practice),
        last_updated_dates: LastUpdated { metrics: super::atom::instant(practice.updated) },
        metrics: practice.public().map(|(id, fact)| metric(feed, id, fact)).collect(),
    }
}

/// Whether electronic prescriptions are on; `None` where it is not known.
pub(super) fn eps(practice: &PracticeEntry) -> Option<bool> {
    let fact = practice.public().find(|(id, _)| *id == EPS)?.1;
    match fact.answer {
        Answer::Yes => Some(true),
        Answer::No => Some(false),
        _ => None,
    }
}

fn metric<'a>(feed: &'a Feed, metric_id: u32, fact: &'a FactEntry) -> Metric<'a> {
    let state = fact.kind == FactKind::State;
    let value = match fact.answer {
        Answer::Yes => Some("yes"),
        Answer::No => Some("no"),
        _ => fact.number(),
    };
    let words = &feed.definition.words;
    let name = match fact.answer {
        Answer::Yes => Some(words.yes.as_str()),
        Answer::No => Some(words.no.as_str()),
        Answer::NotKnown => Some(words.not_known.as_str()),
        Answer::NotAsked => Some(words.not_asked.as_str()),
        Answer::Counted => fact.band.map(|b| b.words(&feed.definition)),
    };
    Metric {
        metric_id,
        metric_name: &fact.name,
        display_name: &fact.name,
        description: &fact.question,
        value,
        value2: fact.date.map(|d| d.to_string()),
        value3: fact.known_by.as_deref(),
        text: &fact.text,
        link_url: None,
        link_text: None,
        metric_display_type_id: if state { 4 } else { 5 },
        metric_display_type_name: if state { "BooleanImage" } else { "BandingImage" },
        hospital_sector_type: None,
        metric_text: fact.reply.as_str(),
        default_text: &words.no_value,
        is_meta_metric: false,
        banding_classification: fact.band.map_or_else(|| fact.state(), |b| b.as_str()),
        banding_name: name,
    }
}

/// The feed of all practices; or of those that changed, with those that are gone. One practice a line.
pub fn document(feed: &Feed, practices: &[PracticeEntry], gone: Option<&[Gone]>) -> Vec<u8> {
    let when = super::atom::instant(feed.updated);
    let removed = gone.map(|gone| {
        let of = |g| -> Removed<'_> {
            let g: &Gone = g;
            Removed { code: &g.code, when: when.clone(), successors: &g.successors }
        };
        gone.iter().map(of).collect()
    });
    let document = Document {
        title: feed.title(),
        updated: when.clone(),
        rights: &feed.definition.rights,
        licence: &feed.definition.licence,
        author: &feed.definition.author,
        organisations: practices.iter().map(|p| organisation(feed, p)).collect(),
        removed,
    };
    let mut bytes = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, Lines::default());
    document.serialize(&mut writer).unwrap_or_else(|e| unreachable!("plain values are JSON: {e}"));
    bytes.push(b'\n');
    bytes
}

/// One practice a line, so that two files can be set side by side.
#[derive(Default)]
struct Lines {
    depth: usize,
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        writer.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b"," })?;
        writer.write_all(if self.depth == 1 { b"\n" } else { b"" })
    }
}

/// The JSON Schema (draft 2020-12) of both files.
pub(super) fn schema() -> Vec<u8> {
    let schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'_>>();
    format!("{:#}\n", schema.to_value()).into_bytes()
}
