//! Published tables: what a second reader of CSV and JSON sees in them.

use super::render_fake::{SMALL, release};
use dpcmi::disclose::Policy;
use dpcmi::model::Provenance;
use dpcmi::render::{self, Pictures, csv::unescape};
use dpcmi::report::{self, ReleaseInput};
use polars::prelude::*;
use std::collections::BTreeMap;

pub fn files(input: ReleaseInput) -> BTreeMap<String, Vec<u8>> {
    let published = report::publish(input, &Policy::shipped().unwrap()).unwrap();
    let views = report::lay_out(&published, &report::Definitions::shipped().unwrap()).unwrap();
    render::files(&views, Pictures::Svg).unwrap().into_iter().collect()
}

pub fn rows(files: &BTreeMap<String, Vec<u8>>, path: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(files[path].as_slice());
    let mut records = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
    (records.next().unwrap(), records.collect())
}

const HOSTILE: [&str; 12] = [
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\tTab",
    "\rReturn",
    "＝1+1",
    "  =1",
    "'=1",
    "[c]",
    "two\r\nlines, \"quoted\"",
    "Dr O'Hara, Smith & Partners",
];

#[test]
fn no_text_of_a_table_is_a_formula_and_all_of_it_comes_back() {
    let mut input = release(&SMALL, Provenance::Published);
    let names: Vec<&str> = HOSTILE.to_vec();
    let frame = df!(
        "period" => vec!["2018-12-31"; names.len()],
        "practice_code" => (0..names.len()).map(|i| format!("A{i:05}")).collect::<Vec<_>>(),
        "practice_name" => &names,
        "list_size" => (0..names.len()).map(|i| -(i as i64)).collect::<Vec<_>>(),
    )
    .unwrap();
    input.tables.insert("practices".to_owned(), frame);
    let files = files(input);
    let (header, rows) = rows(&files, "tables/practices.csv");
    assert_eq!(header, ["period", "practice_code", "practice_name", "list_size"]);
    for (i, (row, name)) in rows.iter().zip(&names).enumerate() {
        let first = row[2].trim_start_matches(' ').chars().next().unwrap();
        assert!(!"=+-@\t\r\n＝＋－＠".contains(first), "{:?}", row[2]);
        assert_ne!(row[2], "[c]");
        assert_eq!(unescape(&row[2]), *name);
        assert_eq!(row[3].parse::<i64>().unwrap(), -(i as i64), "numbers are typed and never escaped");
    }
    let bytes = &files["tables/practices.csv"];
    assert!(bytes.ends_with(b"\r\n") && !bytes.starts_with(b"\xef\xbb\xbf"));
}

#[test]
fn numbers_read_back_exactly_and_absent_ones_say_why() {
    let input = release(&SMALL, Provenance::Published);
    let scores = input.tables["practice_scores"].column("score").unwrap().f64().unwrap().clone();
    let values = input.tables["indicator_values"].clone();
    let files = files(input);
    let (header, rows_) = rows(&files, "tables/practice_scores.csv");
    let at = header.iter().position(|h| h == "score").unwrap();
    for (row, score) in rows_.iter().zip(scores.iter()) {
        match score {
            Some(x) => assert_eq!(row[at].parse::<f64>().unwrap().to_bits(), x.to_bits()),
            None => assert_eq!(row[at], "[x]"),
        }
    }
    let (header, rows_) = rows(&files, "tables/indicator_values.csv");
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (absence, value) = (values.column("absence").unwrap(), at("value"));
    let mut seen = [0, 0, 0];
    for (row, word) in rows_.iter().zip(absence.str().unwrap().iter()) {
        match word {
            Some("not_returned") => (assert_eq!(row[value], "[x]"), seen[0] += 1).0,
            Some("not_applicable") => (assert_eq!(row[value], "[z]"), seen[1] += 1).0,
            _ => (assert!(row[value].parse::<f64>().is_ok()), seen[2] += 1).0,
        }
    }
    assert!(seen.iter().all(|n| *n > 0), "{seen:?}");
}

#[test]
fn the_metadata_describes_every_column_in_its_order() {
    let files = files(release(&SMALL, Provenance::Synthetic));
    for path in files.keys().filter(|p| p.ends_with(".csv")) {
        let (header, rows_) = rows(&files, path);
        let meta: serde_json::Value =
            serde_json::from_slice(&files[&format!("{path}-metadata.json")]).unwrap();
        let columns = meta["tableSchema"]["columns"].as_array().unwrap();
        let names: Vec<_> = columns.iter().map(|c| c["name"].as_str().unwrap()).collect();
        assert_eq!(header, names, "{path}");
        assert_eq!(meta["url"], path.rsplit('/').next().unwrap());
        for (i, column) in columns.iter().enumerate() {
            let title = column["titles"][1].as_str().unwrap();
            assert_ne!(title, "Further column", "{path}: {} is not in the dictionary", names[i]);
            let fits = |cell: &str| match column["datatype"].as_str() {
                Some("integer") => cell.parse::<i64>().is_ok(),
                Some("double") => cell.parse::<f64>().is_ok(),
                _ => true,
            };
            assert!(rows_.iter().all(|r| ["[x]", "[z]", "[c]"].contains(&r[i].as_str()) || fits(&r[i])));
        }
        if let Some(key) = meta["tableSchema"]["primaryKey"].as_array() {
            let at: Vec<_> =
                key.iter().map(|k| header.iter().position(|h| k.as_str() == Some(h)).unwrap()).collect();
            let keys: std::collections::BTreeSet<Vec<&str>> =
                rows_.iter().map(|r| at.iter().map(|i| r[*i].as_str()).collect()).collect();
            assert!(keys.len() == rows_.len() || path.contains("issues"), "{path}: its key is no key");
        }
        assert!(meta["rdfs:comment"][0].as_str().unwrap().starts_with("Synthetic data"));
    }
}

#[test]
fn the_same_release_gives_the_same_bytes_on_any_number_of_threads() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| files(release(&SMALL, Provenance::Published)))
    };
    assert_eq!(with(1), with(5));
}
