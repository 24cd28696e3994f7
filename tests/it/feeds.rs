//! The feeds for patients: only what the allow-list holds, in forms that others can read, without the faults of the feeds
//! that they follow.

use crate::common::real;
use crate::feeds_support::{
    Country, DAY, EARLIER, Told, code, definition, disclosed, elements, entries, feed, feed_named, files,
    nine, public_facts, table,
};
use crate::line::Csv;
use dpcmi::define::Source;
use dpcmi::define::feeds::{FactKind, Feeds};
use dpcmi::disclose::Policy;
use dpcmi::render::feeds::{INDICATORS, METRICS};
use dpcmi::report::feeds::Feed;
use polars::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const SHIPPED: &str = include_str!("../../reports/feeds.toml");
const HEADER: &str = "OrganisationID¬OrganisationCode¬OrganisationName¬MetricName¬TreatmentName¬ConditionName¬ServiceName¬Value¬Text";

/// Practices of every kind: all answers, shares from none to all, few people, short lists.
fn country(n: usize) -> Country {
    let states = ["yes", "no", "not_known", "not_asked"];
    (0..n)
        .map(|i| {
            let mut facts = BTreeMap::new();
            for (k, id) in public_facts(FactKind::State).into_iter().enumerate() {
                facts.insert(id, Told::state(states[(i + k) % 4]));
            }
            for (k, id) in public_facts(FactKind::Share).into_iter().enumerate() {
                let of = 900 + 350 * i as i64;
                facts.insert(id, Told::share((131 * i as i64 * (1 + k as i64)) % of, of));
            }
            (code(i), facts)
        })
        .collect()
}

fn faults(text: &str) -> Vec<String> {
    let source = Source { name: "feeds.toml".to_owned(), text: text.to_owned() };
    let faults = Feeds::load(&source).err().unwrap_or_default();
    faults.into_iter().map(|d| format!("{} {}", d.code.name, d.message)).collect()
}

#[test]
fn a_fact_from_a_column_that_is_not_on_the_allow_list_is_refused() {
    assert!(faults(SHIPPED).is_empty());
    let other = |column: &str| {
        format!(
            "{SHIPPED}\n[[fact]]\nid = \"staff\"\nname = \"Staff\"\nquestion = \"How many?\"\nkind = \"count\"\n[[fact.source]]\n{column}\n"
        )
    };
    for column in [
        "dataset = \"practice_declaration\"\ncolumn = \"staff\"",
        "dataset = \"ccg_spend\"\ncolumn = \"amount\"",
        // public for some rows, and not for these
        "dataset = \"pomi\"\ncolumn = \"value\"\nwhere = { field = \"Total_Use\" }",
        "dataset = \"pomi\"\ncolumn = \"value\"",
    ] {
        let found = faults(&other(column));
        assert!(found.len() == 1 && found[0].starts_with("FEED_NOT_ALLOWED `staff`"), "{found:?}");
    }
    let allowed = other("dataset = \"pomi\"\ncolumn = \"value\"\nwhere = { field = \"patient_list_size\" }");
    assert!(faults(&allowed).is_empty(), "what is on the list may be read");
}

#[test]
fn only_numbers_depend_and_only_on_a_state() {
    let other = |from: &str, to: &str| faults(&SHIPPED.replacen(from, to, 1));
    let found = other("only_if = \"view-records\"", "only_if = \"patients-records\"");
    assert!(found.len() == 1 && found[0].contains("which is no state"), "{found:?}");
    let found = other("kind = \"state\"", "kind = \"state\"\nonly_if = \"view-records\"");
    assert!(found.len() == 1 && found[0].contains("only numbers depend"), "{found:?}");
}

#[test]
fn a_column_or_a_fact_that_slips_into_the_table_stops_the_feeds() {
    let policy = Policy::shipped().unwrap();
    let rule = policy.people.clone().unwrap();
    let facts = disclosed(table(&country(3), str::to_owned), &policy);
    let mut more = facts.clone();
    more.with_column(Column::new("rank".into(), vec![1i64; facts.height()])).unwrap();
    let error = Feed::of(&definition(), &rule, &more, DAY).unwrap_err().to_string();
    assert!(error.contains("FEED_NOT_ALLOWED") && error.contains("`rank`"), "{error}");
    let mut other = facts.clone();
    other.with_column(Column::new("fact".into(), vec!["score"; facts.height()])).unwrap();
    assert!(Feed::of(&definition(), &rule, &other, DAY).unwrap_err().to_string().contains("`score`"));
    let mut branch = facts.clone();
    branch.with_column(Column::new("practice_code".into(), vec!["Z00001001"; facts.height()])).unwrap();
    assert!(Feed::of(&definition(), &rule, &branch, DAY).unwrap_err().to_string().contains("no practice"));
}

#[test]
fn words_that_judge_are_refused_wherever_patients_would_read_them() {
    for (from, to) in [
        ("In the lowest quarter of practices", "In the worst quarter of practices"),
        ("name = \"Consultations by e-mail\"", "name = \"Rank by e-mail\""),
        ("from the practice's own return", "from a poor practice's own return"),
    ] {
        let found = faults(&SHIPPED.replacen(from, to, 1));
        assert!(found.iter().any(|f| f.starts_with("FEED_WORDING")), "{to}: {found:?}");
    }
    let found = faults(&SHIPPED.replacen("https://dpcmi.example/", "hhttps://dpcmi.example", 1));
    assert!(found[0].contains("absolute https"), "{found:?}");
}

#[test]
fn the_nine_columns_have_the_bytes_of_the_original_and_one_row_a_key() {
    let country = country(60);
    let files = files(&feed(&country));
    let rows = nine(&files[INDICATORS]);
    assert_eq!(rows[0].join("¬"), HEADER);
    let keys: BTreeSet<[&str; 5]> =
        rows[1..].iter().map(|r| [&r[1], &r[3], &r[4], &r[5], &r[6]].map(String::as_str)).collect();
    assert_eq!(keys.len(), rows.len() - 1);
    assert_eq!(rows.len() - 1, 60 * definition().facts.iter().filter(|f| f.metric.is_some()).count());
    for row in &rows[1..] {
        let (value, text) = (&row[7], &row[8]);
        if value.is_empty() {
            assert!(text.starts_with("Data not available: ") && !text.contains('('), "{text}");
        } else {
            assert!(value.parse::<f64>().is_ok_and(|v| (0.0..=100.0).contains(&v)), "{value}");
            assert!(text.contains(value.as_str()) && !text.contains("not available"), "{text}");
            // the unit fits with the metric
            let share = row[3].starts_with("Patients enabled");
            assert_eq!(text.contains(&format!("{value}% of registered patients")), share, "{text}");
            assert_eq!(text.starts_with("Yes (1).") || text.starts_with("No (0)."), !share, "{text}");
        }
        assert!(!text.contains(']') && !text.contains('['), "a template leaked: {text}");
    }
    assert!(
        rows[1..].iter().any(|r| r[8].contains("not asked"))
            && rows[1..].iter().any(|r| r[8].contains("not known"))
    );
    if let Some(file) = real("nhs-choices/AccountabilityIndicatorsClinicalCommissioningGroup.csv") {
        let published = nine(&std::fs::read(file).unwrap());
        assert_eq!(published[0], rows[0], "the header of NHS Choices");
    }
}

#[test]
fn bands_can_be_worked_out_again_from_the_printed_values() {
    let rows = nine(&files(&feed(&country(80)))[INDICATORS]);
    let mut by_metric: BTreeMap<&str, Vec<(f64, &str)>> = BTreeMap::new();
    for row in rows[1..].iter().filter(|r| r[3].starts_with("Patients enabled") && !r[7].is_empty()) {
        by_metric.entry(&row[3]).or_default().push((row[7].parse().unwrap(), &row[8]));
    }
    assert_eq!(by_metric.len(), 3);
    for (metric, mut told) in by_metric {
        told.sort_by(|a, b| a.0.total_cmp(&b.0));
        let quarter = told.len() / 4;
        let (low, high) = (told[quarter].0, told[told.len() - 1 - quarter].0);
        let mut seen = [0; 3];
        for (value, text) in &told {
            let (place, words) = match value {
                v if *v < low => (0, "In the lowest quarter of practices ("),
                v if *v > high => (2, "In the highest quarter of practices ("),
                _ => (1, "In the middle half of practices ("),
            };
            assert!(text.starts_with(words), "{metric} {value}: {text}");
            seen[place] += 1;
        }
        assert!(seen[0] > 0 && seen[2] > 0 && seen[0].max(seen[2]) <= told.len() / 4, "{seen:?}");
    }
    let few = nine(&files(&feed(&country(12)))[INDICATORS]);
    assert!(few.iter().all(|r| !r[8].contains("quarter")), "under twenty practices nobody is in a quarter");
}

#[test]
fn a_name_that_windows_1252_cannot_hold_costs_no_fact_and_every_other_feed_has_it() {
    let country = country(3);
    let others = nine(&files(&feed(&country))[INDICATORS]);
    for name in ["Łódź Road Surgery", "Rose ¬ Crown Surgery"] {
        let named = |c: &str| if c == "Z00001" { name.to_owned() } else { format!("Surgery {c}") };
        let files = files(&feed_named(&country, named));
        let rows = nine(&files[INDICATORS]);
        assert_eq!(rows.len(), others.len(), "no row is lost");
        for (row, other) in rows.iter().zip(&others) {
            let mut expected = other.clone();
            if row[1] == "Z00001" {
                expected[2] = "Z00001".to_owned();
            }
            assert_eq!(*row, expected, "its code stands for its name, and nothing else is another");
        }
        let document: Value = serde_json::from_slice(&files[METRICS]).unwrap();
        assert_eq!(document["Organisations"][1]["OrganisationName"], name);
        let atom = std::str::from_utf8(&files["feeds/overview-1.xml"]).unwrap();
        assert_eq!(elements(atom, "s:name").iter().filter(|n| *n == name).count(), 1);
        let sheet = Csv::of(&files["feeds/metric-information.csv"]);
        assert!(sheet.rows().all(|r| r.text("names").ends_with("cannot hold the name: Z00001")));
    }
    let named = |_: &str| "St Mary’s – The Surgery".to_owned();
    let files = files(&feed_named(&country, named));
    assert_eq!(nine(&files[INDICATORS])[1][2], "St Mary’s – The Surgery", "what windows-1252 has, it holds");
    let sheet = Csv::of(&files["feeds/metric-information.csv"]);
    assert!(sheet.rows().all(|r| r.text("names") == "as in the directory"));
}

#[test]
fn a_text_of_the_definition_that_the_nine_columns_cannot_hold_is_refused_before_anything_is_made() {
    for (to, what) in [("View the record ¬ online", "'¬' separates"), ("Zażółć online", "no 'ż'")] {
        let found = faults(&SHIPPED.replacen("View the detailed coded record online", to, 1));
        assert!(
            found.len() == 1 && found[0].starts_with("CONFIG_VALUE") && found[0].contains(what),
            "{found:?}"
        );
    }
}

/// RFC 3339 with a Z: `2018-09-30T00:00:00Z`.
fn is_instant(text: &str) -> bool {
    text.len() == 20 && text.ends_with('Z') && text[..19].parse::<jiff::civil::DateTime>().is_ok()
}

#[test]
fn the_atom_feed_has_none_of_the_faults_of_the_original() {
    let mut feed = feed(&country(45));
    feed.definition.page = 20;
    let files = files(&feed);
    let base = &feed.definition.base;
    let mut ids = BTreeSet::new();
    for page in 1..=3 {
        let path = format!("feeds/overview-{page}.xml");
        let bytes = &files[&path];
        assert!(bytes.starts_with(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>"), "no byte order mark");
        let text = std::str::from_utf8(bytes).unwrap();
        let mut reader = quick_xml::Reader::from_str(text);
        while !matches!(reader.read_event().expect("well-formed"), quick_xml::events::Event::Eof) {}
        let href = |rel: &str| {
            let rest =
                text.split(&format!("<link rel=\"{rel}\" type=\"application/atom+xml\" href=\"")).nth(1);
            rest.map(|r| r.split('"').next().unwrap().to_owned())
        };
        let at = |page: usize| Some(format!("{base}feeds/overview-{page}.xml"));
        assert_eq!(href("self"), at(page), "the self link is the place of the file");
        assert_eq!((href("first"), href("last")), (at(1), at(3)));
        assert_eq!(href("next"), if page < 3 { at(page + 1) } else { None });
        assert_eq!(href("previous"), if page > 1 { at(page - 1) } else { None });
        for id in elements(text, "id") {
            assert!(id.starts_with("https://dpcmi.example/id/"), "{id}");
        }
        ids.extend(entries(bytes).into_keys());
        for name in ["updated", "s:overviewLastUpdated"] {
            assert!(elements(text, name).iter().all(|t| is_instant(t)), "one format of dates");
        }
        assert!(elements(text, "s:isEpsEnabled").iter().all(|b| b == "true" || b == "false"));
        assert!(!text.contains("odscode") && !text.contains("&lt;") && !text.contains("page=0"));
        assert!(elements(text, "rights")[0].contains("Open Government Licence"));
        assert!(!elements(text, "name")[0].is_empty(), "who publishes");
    }
    assert_eq!(ids.len(), 45);
}

#[test]
fn a_name_with_characters_that_xml_cannot_hold_is_written_without_them() {
    let mut feed = feed(&country(2));
    feed.practices[1].name = "The\u{b} <Rose> &\u{ffff} \"Crown\" Surgery".to_owned();
    let bytes = &files(&feed)["feeds/overview-1.xml"];
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(!text.contains(['\u{b}', '\u{ffff}']), "no parser would take the feed");
    assert_eq!(elements(text, "s:name")[2], "The <Rose> & \"Crown\" Surgery");
    assert!(elements(text, "title")[2].starts_with("The <Rose> & \"Crown\" Surgery"));
}

#[test]
fn a_feed_of_nobody_is_one_page_that_is_first_and_last() {
    let files = files(&feed(&Country::new()));
    let pages: Vec<&String> = files.keys().filter(|f| f.contains("overview")).collect();
    assert_eq!(pages, ["feeds/overview-1.xml"]);
    let text = std::str::from_utf8(&files["feeds/overview-1.xml"]).unwrap();
    assert!(!text.contains("<entry>") && !text.contains("rel=\"next\""));
    assert_eq!(text.matches("overview-1.xml").count(), 3, "self, first, last");
    assert_eq!(elements(text, "updated"), ["2018-09-30T00:00:00Z"], "the day of the data, not of the run");
}

#[test]
fn the_time_of_a_feed_is_the_last_day_of_its_data_and_never_the_end_of_a_quarter_that_is_not_held() {
    // the last month held is August; nobody was asked about e-mail
    let mut country = country(24);
    for told in country.values_mut().flat_map(BTreeMap::values_mut) {
        *told = told.clone().at(EARLIER);
    }
    // of one practice nothing has a day
    country.insert(code(24), BTreeMap::new());
    let feed = feed(&country);
    assert_eq!(feed.updated, EARLIER.at(0, 0, 0, 0));
    let files = files(&feed);
    let atom = std::str::from_utf8(&files["feeds/overview-1.xml"]).unwrap();
    for name in ["updated", "s:overviewLastUpdated"] {
        assert!(elements(atom, name).iter().all(|t| t == "2018-08-31T00:00:00Z"), "{name}");
    }
    let document: Value = serde_json::from_slice(&files[METRICS]).unwrap();
    assert_eq!(document["Updated"], "2018-08-31T00:00:00Z");
    for o in document["Organisations"].as_array().unwrap() {
        assert_eq!(o["LastUpdatedDates"]["Metrics"], "2018-08-31T00:00:00Z", "{}", o["ODSCode"]);
    }
    // a practice with a later day has it alone
    country.get_mut(&code(3)).unwrap().insert("view-records".to_owned(), Told::state("yes"));
    let later: Vec<String> = self::feed(&country)
        .practices
        .into_iter()
        .filter(|p| p.updated == DAY.at(0, 0, 0, 0))
        .map(|p| p.code)
        .collect();
    assert_eq!(later, [code(3), code(24)], "and who has no day is as new as the feed");
}

/// A validator for the few words of JSON Schema that the released schema uses.
fn validate(schema: &Value, root: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return validate(&root["$defs"][name.rsplit('/').next().unwrap()], root, value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let null = any.iter().any(|s| s["type"] == "null");
        let other = any.iter().find(|s| s["type"] != "null").unwrap();
        return if value.is_null() {
            assert!(null, "{at} is null")
        } else {
            validate(other, root, value, at)
        };
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = &schema["type"];
    let fits = kinds == kind || kinds.as_array().is_some_and(|k| k.iter().any(|k| k == kind));
    assert!(fits, "{at}: {kind} where {kinds} is wanted");
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str()) {
        assert!(regex::Regex::new(pattern).unwrap().is_match(text), "{at}: {text} is not {pattern}");
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        validate(&schema["items"], root, item, &format!("{at}[{i}]"));
    }
    if let Some(object) = value.as_object() {
        for key in schema["required"].as_array().into_iter().flatten() {
            assert!(object.contains_key(key.as_str().unwrap()), "{at} lacks {key}");
        }
        for (key, item) in object {
            let own = &schema["properties"][key];
            assert!(!own.is_null(), "{at}: `{key}` is not in the schema");
            validate(own, root, item, &format!("{at}.{key}"));
        }
    }
}

#[test]
fn the_json_metrics_fit_their_schema_and_have_the_eighteen_keys() {
    let files = files(&feed(&country(40)));
    let schema: Value = serde_json::from_slice(&files["feeds/metrics.schema.json"]).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let document: Value = serde_json::from_slice(&files[METRICS]).unwrap();
    validate(&schema, &schema, &document, "$");
    let organisations = document["Organisations"].as_array().unwrap();
    let codes: Vec<&str> = organisations.iter().map(|o| o["ODSCode"].as_str().unwrap()).collect();
    assert!(codes.is_sorted() && codes.len() == 40);
    let keys = |m: &Value| m.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for o in organisations {
        let eps = o["Metrics"].as_array().unwrap().iter().find(|m| m["MetricID"] == 10_051).unwrap();
        let expected = match eps["Value"].as_str() {
            Some("yes") => Value::Bool(true),
            Some("no") => Value::Bool(false),
            _ => Value::Null,
        };
        assert_eq!(o["IsEpsEnabled"], expected, "the two places for one fact agree");
        assert!(o["Metrics"].as_array().unwrap().iter().all(|m| keys(m).len() == 18));
    }
    if let Some(file) = real("nhs-choices/samples/service-search-v3/organisations-single_v3.json") {
        let sample: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let published = keys(&sample["value"][0]["Metrics"][0]);
        assert_eq!(keys(&organisations[0]["Metrics"][0]), published, "the keys of the service, in its order");
    }
}

#[test]
fn four_answers_stay_four_answers_in_every_feed() {
    let feed = feed(&country(8));
    let files = files(&feed);
    let document: Value = serde_json::from_slice(&files[METRICS]).unwrap();
    let rows = nine(&files[INDICATORS]);
    let fact = "book-appointments";
    let name = definition().fact(fact).unwrap().name.clone();
    for (i, wanted) in ["yes", "no", "not_known", "not_asked"].into_iter().cycle().take(8).enumerate() {
        let organisation = &document["Organisations"][i];
        let own = |m: &&Value| m["MetricName"] == name.as_str();
        let metric = organisation["Metrics"].as_array().unwrap().iter().find(own).unwrap();
        assert_eq!(metric["BandingClassification"], wanted);
        assert_eq!(metric["Value2"].is_null(), wanted == "not_asked", "an answer has its day");
        let row = rows.iter().find(|r| r[1] == code(i) && r[3] == name).unwrap();
        let value = match wanted {
            "yes" => "1",
            "no" => "0",
            _ => "",
        };
        assert_eq!(row[7], value, "a missing value is never a no");
        let silent = ["not_known", "not_asked"].contains(&wanted);
        assert_eq!(row[8].starts_with("Data not available"), silent);
        assert_eq!(row[8].contains("not confirmed by the practice"), wanted != "not_asked");
        let source = std::str::from_utf8(&files["feeds/CHOICES_POMI_SOURCE_SEP2018.csv"]).unwrap();
        let line = source.lines().nth(i + 1).unwrap();
        let state = line.split(',').nth(5).unwrap();
        assert_eq!(state, value, "{line}");
    }
}

#[test]
fn every_feed_tells_the_same_of_a_practice() {
    let feed = feed(&country(50));
    let files = files(&feed);
    let document: Value = serde_json::from_slice(&files[METRICS]).unwrap();
    let mut json: BTreeMap<(String, String), (Option<String>, String)> = BTreeMap::new();
    for o in document["Organisations"].as_array().unwrap() {
        for m in o["Metrics"].as_array().unwrap() {
            let text = |v: &Value| v.as_str().map(str::to_owned);
            let key = (text(&o["ODSCode"]).unwrap(), text(&m["Description"]).unwrap());
            json.insert(key, (text(&m["Value"]), text(&m["Text"]).unwrap()));
        }
    }
    let mut atom = BTreeMap::new();
    for entry in entries(&files["feeds/overview-1.xml"]).into_values() {
        let code = elements(&entry, "s:odsCode").remove(0);
        for fact in entry.split("<s:keyFact>").skip(1) {
            let fact = fact.split("</s:keyFact>").next().unwrap();
            let one = |name| elements(fact, name).into_iter().next();
            atom.insert((code.clone(), one("s:question").unwrap()), (one("s:value"), one("s:text").unwrap()));
        }
    }
    assert_eq!(json, atom);
    let question = |metric: &str| definition().facts.into_iter().find(|f| f.name == metric).unwrap().question;
    let rows = nine(&files[INDICATORS]);
    assert_eq!(rows.len() - 1, json.len());
    for row in &rows[1..] {
        let (value, text) = &json[&(row[1].clone(), question(&row[3]))];
        let number = value.as_deref().map(|v| v.replace("yes", "1").replace("no", "0"));
        assert_eq!((number.unwrap_or_default().as_str(), text), (row[7].as_str(), &row[8]));
    }
}

#[test]
fn patients_are_told_no_rank_no_score_no_spend() {
    let files = files(&feed(&country(50)));
    for (path, bytes) in files.iter().filter(|f| !f.0.ends_with("schema.json")) {
        let text: String = bytes.iter().map(|b| char::from(*b)).collect::<String>().to_lowercase();
        for word in ["worst", "best ", "rank", "score", "spend", "£", "league", "tier", "level"] {
            assert!(!text.contains(word), "{path} holds {word}");
        }
    }
}
