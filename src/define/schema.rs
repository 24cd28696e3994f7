//! The JSON Schema of each kind of definition, for editors.

use super::changes::Changes;
use super::contract::ContractFile;
use super::framework;
use super::scenario::Scenario;
use super::spend::{Gate, ScopeMap};
use serde_json::Value;

/// The kinds, by the words that `dpcmi schema` takes.
pub const KINDS: [&str; 6] = ["pipeline", "dataset", "scenario", "changes", "scope-map", "plausibility"];

/// The form of one kind; `None` for another word.
pub fn schema(kind: &str) -> Option<Value> {
    Some(match kind {
        "pipeline" | "framework" => framework::schema(),
        "dataset" | "contract" => schemars::schema_for!(ContractFile).to_value(),
        "scenario" => schemars::schema_for!(Scenario).to_value(),
        "changes" => schemars::schema_for!(Changes).to_value(),
        "scope-map" => schemars::schema_for!(ScopeMap).to_value(),
        "plausibility" => schemars::schema_for!(Gate).to_value(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::Library;

    #[test]
    fn every_kind_has_a_form_and_what_is_shipped_has_no_key_outside_it() {
        for kind in KINDS {
            assert!(schema(kind).is_some_and(|s| s["properties"].is_object()), "{kind}");
        }
        assert!(schema("pipelines").is_none());
        let library = Library::shipped();
        let known = schema("dataset").expect("a kind");
        for source in &library.datasets {
            let file: toml::Table = source.text.parse().expect("toml");
            assert!(file.keys().all(|k| known["properties"].get(k).is_some()), "{}", source.name);
        }
    }
}
