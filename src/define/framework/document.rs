//! A definition file as a tree that remembers where each key and value stands.
//!
//! Not a deserialiser: it finds every fault of form in one pass (serde stops at the first), guided by the JSON
//! Schema of the as-written types, so the schema that an editor uses and the checks here cannot drift apart.

use crate::define::{Source, did_you_mean};
use crate::diag::{Diagnostic, Place};
use serde_json::{Map, Value, json};
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
        let mut walk = Walk { doc: self, defs: schema.get("$defs"), out: Vec::new() };
        walk.value(&self.root, schema, "the file", self.root.span.start);
        walk.out
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

/// A walk of the file along its schema: `$ref`, `properties`, `required`, `additionalProperties`, `items`, `type`,
/// `enum`, `const`, `oneOf` with a `type` tag, and `anyOf`: what schemars writes for the as-written types.
struct Walk<'d, 't> {
    doc: &'d Document<'t>,
    defs: Option<&'d Value>,
    out: Vec<Diagnostic>,
}

impl<'d> Walk<'d, '_> {
    fn report(&mut self, code: &str, at: usize, message: String, hint: Option<String>) {
        let mut d = Diagnostic::new(code, self.doc.source.place(at), message);
        d.hint = hint;
        self.out.push(d);
    }

    fn resolve(&self, schema: &'d Value) -> &'d Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"));
        name.and_then(|n| self.defs?.get(n)).unwrap_or(schema)
    }

    fn value(&mut self, node: &Node, schema: &'d Value, name: &str, key_at: usize) {
        let schema = self.resolve(schema);
        let branches = |k: &str| schema.get(k).and_then(Value::as_array);
        if let Some(any) = branches("anyOf") {
            // The branch of the right type, so that faults inside it are named rather than the choice.
            let fitting = any.iter().find(|s| self.type_fits(node, s));
            match fitting {
                Some(s) => self.value(node, s, name, key_at),
                None => self.wrong_type(node, schema, name),
            }
        } else if let Some(one) = branches("oneOf") {
            self.tagged(node, one, name);
        } else if let Some(words) = branches("enum") {
            self.word(node, words.iter().filter_map(Value::as_str).collect(), name);
        } else if !self.type_fits(node, schema) {
            self.wrong_type(node, schema, name);
        } else if let Kind::Table(table) = &node.kind {
            self.table(table, schema, name, key_at);
        } else if let (Kind::Array(items), Some(of)) = (&node.kind, schema.get("items")) {
            for item in items {
                self.value(item, of, name, item.span.start);
            }
        }
    }

    /// An enum of words, or of tables told apart by `type`.
    fn tagged(&mut self, node: &Node, one: &'d [Value], name: &str) {
        let tag = |s: &'d Value| s.pointer("/properties/type/const").and_then(Value::as_str);
        // A documented variant is a `const`, the others share one `enum`.
        let constants = one.iter().filter_map(|s| s.get("const"));
        let enums = one.iter().filter_map(|s| s.get("enum")?.as_array()).flatten();
        let words: Vec<&str> = constants.chain(enums).filter_map(Value::as_str).collect();
        if !words.is_empty() {
            return self.word(node, words, name);
        }
        let Kind::Table(table) = &node.kind else {
            return self.report("CONFIG_VALUE", node.span.start, format!("`{name}` must be a table"), None);
        };
        let words: Vec<&str> = one.iter().filter_map(tag).collect();
        let Some((_, given)) = table.get("type") else {
            let message = format!("`{name}` lacks `type` (one of {})", words.join(", "));
            return self.report("CONFIG_PARSE", node.span.start, message, None);
        };
        match one.iter().find(|s| tag(s).is_some_and(|t| given.json() == t)) {
            Some(branch) => self.table(table, branch, name, node.span.start),
            None => self.word(given, words, "type"),
        }
    }

    fn word(&mut self, node: &Node, allowed: Vec<&str>, name: &str) {
        let json = node.json();
        let given = json.as_str().unwrap_or_default();
        if !allowed.contains(&given) {
            let hint = meant(given, allowed.iter().copied())
                .unwrap_or_else(|| format!("one of {}", allowed.join(", ")));
            let message = format!("`{name}` cannot be `{given}`");
            self.report("CONFIG_VALUE", node.span.start, message, Some(hint));
        }
    }

    fn table(
        &mut self,
        table: &BTreeMap<String, (Range<usize>, Node)>,
        schema: &'d Value,
        name: &str,
        at: usize,
    ) {
        let none = Map::new();
        let known = schema.get("properties").and_then(Value::as_object);
        let open = schema.get("additionalProperties").filter(|a| a.is_object());
        for (key, (span, value)) in table {
            match (known.and_then(|k| k.get(key)), open) {
                (Some(of), _) | (None, Some(of)) => self.value(value, of, key, span.start),
                (None, None) if schema.get("additionalProperties") == Some(&Value::Bool(false)) => {
                    let hint = meant(key, known.unwrap_or(&none).keys().map(String::as_str));
                    let message = format!("{} has no field `{key}`", quoted(name));
                    self.report("CONFIG_UNKNOWN_KEY", span.start, message, hint);
                }
                (None, None) => {}
            }
        }
        for lacking in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            let Some(key) = lacking.as_str().filter(|k| !table.contains_key(*k)) else { continue };
            let weighs = key == "weight" || name == "weight";
            let code = if weighs { "CONFIG_WEIGHTS" } else { "CONFIG_PARSE" };
            self.report(code, at, format!("{} lacks `{key}`", quoted(name)), None);
        }
    }

    fn type_fits(&self, node: &Node, schema: &'d Value) -> bool {
        let schema = self.resolve(schema);
        let own = node.type_name();
        let fits = |t: &str| t == own || (t == "number" && own == "integer");
        if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
            return any.iter().any(|s| self.type_fits(node, s));
        }
        // Words share a type and tables share one: a choice of words is not a choice of tables.
        if let Some(one) = schema.get("oneOf").and_then(Value::as_array) {
            return one.iter().any(|s| self.type_fits(node, s));
        }
        match schema.get("type") {
            Some(Value::String(t)) => fits(t),
            Some(Value::Array(ts)) => ts.iter().filter_map(Value::as_str).any(fits),
            _ => true,
        }
    }

    fn wrong_type(&mut self, node: &Node, schema: &'d Value, name: &str) {
        let wanted = match schema.get("type") {
            Some(Value::String(t)) => t.as_str(),
            Some(Value::Array(ts)) => ts.first().and_then(Value::as_str).unwrap_or("another type"),
            _ => "another type",
        };
        let plain = |t: &str| match t {
            "object" => "a table".to_owned(),
            "array" => "a list".to_owned(),
            "string" => "text".to_owned(),
            "integer" => "a whole number".to_owned(),
            "number" => "a number".to_owned(),
            "boolean" => "true or false".to_owned(),
            other => other.to_owned(),
        };
        let code = if name == "weight" { "CONFIG_WEIGHTS" } else { "CONFIG_VALUE" };
        let hint =
            (name == "weight").then(|| "weight = { value = 1, reason = \"…\", owner = \"…\" }".to_owned());
        let message = format!("{} must be {}, not {}", quoted(name), plain(wanted), plain(node.type_name()));
        self.report(code, node.span.start, message, hint);
    }
}

fn quoted(name: &str) -> String {
    if name.contains(' ') { name.to_owned() } else { format!("`{name}`") }
}
