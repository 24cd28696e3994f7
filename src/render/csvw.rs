//! The metadata beside each CSV: CSV on the Web (W3C), named `<table>.csv-metadata.json`.

use crate::report::{About, Table, Values};
use serde_json::{Map, Value, json};

const LICENCE: &str = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/";

pub fn write(table: &Table, about: &About) -> Vec<u8> {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let mut entry = Map::new();
            entry.insert("name".to_owned(), json!(column.name));
            entry.insert("titles".to_owned(), json!([column.name, column.title]));
            entry.insert("dc:description".to_owned(), json!(column.about));
            if let Some(unit) = &column.unit {
                entry.insert("schema:unitText".to_owned(), json!(unit));
            }
            let datatype = match column.values {
                Values::Text(_) => json!("string"),
                Values::Int(_) => json!("integer"),
                Values::Float(_) => json!("double"),
                Values::Date(_) => json!({ "base": "date", "format": "yyyy-MM-dd" }),
                Values::Bool(_) => json!({ "base": "boolean", "format": "true|false" }),
            };
            entry.insert("datatype".to_owned(), datatype);
            entry.insert("null".to_owned(), json!(["[x]", "[z]", "[c]"]));
            Value::Object(entry)
        })
        .collect();
    let mut schema = Map::new();
    schema.insert("columns".to_owned(), Value::Array(columns));
    let key_holds =
        !table.key.is_empty() && table.key.iter().all(|k| table.column(k).is_some_and(|c| !c.has_gaps()));
    if key_holds {
        schema.insert("primaryKey".to_owned(), json!(table.key));
    }
    let sources: Vec<String> =
        about.sources.iter().map(|s| format!("{}, {}", s.title, s.publisher)).collect();
    let mut notes = vec![
        "[x] not available, [z] not applicable, [c] withheld.".to_owned(),
        "A text cell that a spreadsheet could run as a formula, or that looks like one of these marks, begins with \
         an apostrophe that is not part of it."
            .to_owned(),
        "Scores are this project's own method, not an official statistic.".to_owned(),
    ];
    if about.synthetic() {
        notes.insert(0, "Synthetic data: no real organisation is described.".to_owned());
    }
    let file = table.name.rsplit('/').next().unwrap_or(&table.name);
    let document = json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "en" }],
        "url": format!("{file}.csv"),
        "dc:title": table.title,
        "dc:description": table.about,
        "dc:license": { "@id": LICENCE },
        "dc:rights": "Contains public sector information licensed under the Open Government Licence v3.0.",
        "dc:source": sources,
        "dc:provenance": about.provenance.as_str(),
        "dc:coverage": format!("Membership basis: {}", about.basis),
        "dc:isVersionOf": about.pipeline,
        "rdfs:comment": notes,
        "dialect": { "encoding": "utf-8", "lineTerminators": ["\r\n"], "header": true, "headerRowCount": 1 },
        "tableSchema": schema,
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}
