//! A definition file as a tree that remembers where each key and value stands.
//!
//! Not a deserialiser: it finds every fault of form in one pass (serde stops at the first), guided by the JSON
//! Schema of the as-written types, so the schema that an editor uses and the checks here cannot drift apart.

mod conform;

use crate::define::{Source, did_you_mean};
use crate::diag::{Diagnostic, Place};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// One value of the file with its bytes.
pub(super) struct Node {
    span: Range<usize>,
    kind: Kind,
}

enum Kind {
    Table(BTreeMap<String, (Range<usize>, Node)>),
    Array(Vec<Node>),
    /// A scalar; a float that is not finite is `null` here (JSON has none) and `finite` is false.
    Scalar {
        json: Value,
        finite: bool,
    },
}

/// A step from a value to one inside it.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    At(usize),
}

pub(super) struct Document<'a> {
    source: &'a Source,
    root: Node,
}

impl<'a> Document<'a> {
    /// Reads the file; a syntax error is the only diagnostic then, and there is no document.
    pub(super) fn parse(source: &'a Source) -> Result<Document<'a>, Vec<Diagnostic>> {
        match DeTable::parse(&source.text) {
            Ok(table) => {
                let span = table.span();
                let root = Node { span, kind: table_of(table.get_ref()) };
                Ok(Document { source, root })
            }
            Err(e) => {
                let at = e.span().map_or(0, |s| s.start);
                let first = e.message().lines().next().unwrap_or("not valid TOML").to_owned();
                Err(vec![Diagnostic::new("CONFIG_PARSE", source.place(at), first)])
            }
        }
    }

    /// The place of the value at `path`, or of the deepest part of the path that exists.
    pub(super) fn place(&self, path: &[Step<'_>]) -> Place {
        let mut node = &self.root;
        let mut at = 0;
        for step in path {
            let next = match (&node.kind, step) {
                (Kind::Table(t), Step::Key(k)) => t.get(*k).map(|(key, v)| (key.start, v)),
                (Kind::Array(a), Step::At(i)) => a.get(*i).map(|v| (v.span.start, v)),
                _ => None,
            };
            let Some((start, value)) = next else { break };
            (at, node) = (start, value);
        }
        self.source.place(at)
    }

    /// The tables of the top-level array `key`, as JSON.
    pub(super) fn tables(&self, key: &str) -> Vec<Value> {
        match self.root.get(key).map(|n| &n.kind) {
            Some(Kind::Array(a)) => a.iter().map(Node::json).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn json(&self, key: &str) -> Option<Value> {
        self.root.get(key).map(Node::json)
    }

    /// Faults that need no schema: numbers that are not finite, paths that leave the project.
    pub(super) fn hazards(&self) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        self.hazards_in(&self.root, "", &mut out);
        out
    }

    fn hazards_in(&self, node: &Node, key: &str, out: &mut Vec<Diagnostic>) {
        let here = || self.source.place(node.span.start);
        match &node.kind {
            Kind::Table(t) => t.iter().for_each(|(k, (_, v))| self.hazards_in(v, k, out)),
            Kind::Array(a) => a.iter().for_each(|v| self.hazards_in(v, key, out)),
            Kind::Scalar { finite: false, .. } => out.push(
                Diagnostic::new("CONFIG_NOT_FINITE", here(), format!("`{key}` is not a finite number"))
                    .found(&self.source.text[node.span.clone()]),
            ),
            Kind::Scalar { json: Value::String(s), .. } => {
                let names_a_path = ["path", "dir", "file"].iter().any(|w| key == *w || key.ends_with(w));
                if names_a_path && leaves_the_project(s) {
                    let message = format!("`{key}` leads out of the project");
                    out.push(Diagnostic::new("CONFIG_PATH_ESCAPE", here(), message).found(s));
                }
            }
            Kind::Scalar { .. } => {}
        }
    }

    /// Every place where the file does not follow `schema`.
    pub(super) fn against(&self, schema: &Value) -> Vec<Diagnostic> {
        conform::against(self, schema)
    }
}

impl Node {
    fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Table(t) => t.get(key).map(|(_, v)| v),
            _ => None,
        }
    }

    fn json(&self) -> Value {
        match &self.kind {
            Kind::Table(t) => Value::Object(t.iter().map(|(k, (_, v))| (k.clone(), v.json())).collect()),
            Kind::Array(a) => Value::Array(a.iter().map(Node::json).collect()),
            Kind::Scalar { json, .. } => json.clone(),
        }
    }

    fn type_name(&self) -> &'static str {
        match &self.kind {
            Kind::Table(_) => "object",
            Kind::Array(_) => "array",
            Kind::Scalar { json, finite } => match json {
                Value::String(_) => "string",
                Value::Bool(_) => "boolean",
                Value::Number(n) if n.is_f64() => "number",
                Value::Number(_) => "integer",
                _ if !finite => "number",
                _ => "datetime",
            },
        }
    }
}

fn table_of(table: &DeTable<'_>) -> Kind {
    Kind::Table(
        table
            .iter()
            .map(|(k, v)| {
                let node = Node { span: v.span(), kind: kind_of(v.get_ref()) };
                (k.get_ref().to_string(), (k.span(), node))
            })
            .collect(),
    )
}

fn kind_of(value: &DeValue<'_>) -> Kind {
    let scalar = |json| Kind::Scalar { json, finite: true };
    match value {
        DeValue::Table(t) => table_of(t),
        DeValue::Array(a) => {
            Kind::Array(a.iter().map(|v| Node { span: v.span(), kind: kind_of(v.get_ref()) }).collect())
        }
        DeValue::String(s) => scalar(json!(s.as_ref())),
        DeValue::Boolean(b) => scalar(json!(b)),
        DeValue::Integer(i) => {
            i64::from_str_radix(i.as_str(), i.radix()).map_or(scalar(Value::Null), |n| scalar(json!(n)))
        }
        DeValue::Float(f) => match f.as_str().parse::<f64>() {
            Ok(x) if x.is_finite() => scalar(json!(x)),
            _ => Kind::Scalar { json: Value::Null, finite: false },
        },
        DeValue::Datetime(_) => scalar(Value::Null),
    }
}

/// An absolute path, a drive, a home folder, or one with a `..` step.
fn leaves_the_project(path: &str) -> bool {
    path.starts_with(['/', '\\', '~'])
        || path.as_bytes().get(1) == Some(&b':')
        || path.contains('\0')
        || path.split(['/', '\\']).any(|step| step == "..")
}

/// The hint that names the nearest allowed word.
pub(super) fn meant<'a>(word: &str, allowed: impl Iterator<Item = &'a str>) -> Option<String> {
    let allowed: Vec<&str> = allowed.collect();
    did_you_mean(word, &allowed).map(|w| format!("did you mean `{w}`?"))
}
