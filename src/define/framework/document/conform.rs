//! Every place where a file departs from the JSON Schema of its kind, in one pass.

use super::{Document, Kind, Node, meant};
use crate::diag::Diagnostic;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// A walk of the file along its schema: `$ref`, `properties`, `required`, `additionalProperties`, `items`, `type`,
/// `enum`, `const`, `oneOf` with a `type` tag, and `anyOf`: what schemars writes for the as-written types.
struct Walk<'d, 't> {
    doc: &'d Document<'t>,
    defs: Option<&'d Value>,
    out: Vec<Diagnostic>,
}

/// Every place where the file does not follow `schema`.
pub(super) fn against(doc: &Document<'_>, schema: &Value) -> Vec<Diagnostic> {
    let mut walk = Walk { doc, defs: schema.get("$defs"), out: Vec::new() };
    walk.value(&doc.root, schema, "the file", doc.root.span.start);
    walk.out
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
