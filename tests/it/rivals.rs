//! Two files for one period: the name of a file decides nothing in silence, and a cut one never replaces a whole one.

use crate::hostile_folder::{LISTS, dpcmi, good, held, ingest, quality};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::tempdir;

/// Place, message and remedy of each issue of this name.
fn told(store: &Path, name: &str) -> Vec<(String, String)> {
    let frame = quality(store, "issues");
    let text = |column: &str| frame.column(column).unwrap().str().unwrap().clone();
    let (names, inputs, messages) = (text("name"), text("input"), text("message"));
    let hits = (0..frame.height()).filter(|i| names.get(*i) == Some(name));
    hits.map(|i| (inputs.get(i).unwrap().to_owned(), messages.get(i).unwrap().to_owned())).collect()
}

fn check(inputs: &Path) -> (Option<i32>, Value) {
    let arguments = ["check", "open-2018-19", "--quiet", "--format", "json", "--inputs"];
    let out = dpcmi().args(arguments).arg(inputs).output().unwrap();
    (out.status.code(), serde_json::from_slice(&out.stdout).unwrap())
}

fn issue<'a>(said: &'a Value, name: &str) -> &'a Value {
    said["ingest"]["issues"].as_array().unwrap().iter().find(|i| i["name"] == name).unwrap_or(&Value::Null)
}

/// The lists of the month with one practice's list grown by a thousand.
fn corrected(inputs: &Path) -> String {
    let lists = fs::read_to_string(inputs.join(LISTS)).unwrap();
    let first = lists.lines().nth(1).unwrap();
    let (rest, patients) = first.rsplit_once(',').unwrap();
    let patients: u32 = patients.trim().parse().unwrap();
    lists.replacen(first, &format!("{rest},{}", patients + 1_000), 1)
}

#[test]
fn two_files_of_one_period_are_both_named_with_the_one_that_is_used() {
    let dir = tempdir().unwrap();
    let [inputs, store] = ["inputs", "store"].map(|n| dir.path().join(n));
    good(&inputs);
    let correction = corrected(&inputs);
    fs::write(inputs.join("a correction.csv"), &correction).unwrap();
    ingest(dpcmi(), &inputs, &store);
    let of_lists = |all: Vec<(String, String)>| -> Vec<(String, String)> {
        all.into_iter().filter(|(_, m)| m.starts_with("list_sizes April 2018")).collect()
    };
    let found = of_lists(told(&store, "RESUBMISSION"));
    let message = format!(
        "list_sizes April 2018 stands in a correction.csv and in {LISTS}; the latter is used, only because its name sorts last"
    );
    assert_eq!(found, [(LISTS.to_owned(), message.clone())]);
    let (code, said) = check(&inputs);
    assert_eq!(code, Some(1));
    assert!(said.to_string().contains(&message), "{said}");
    // under a name that sorts last the same bytes count, and that is said too
    let [inputs, store] = ["inputs2", "store2"].map(|n| dir.path().join(n));
    good(&inputs);
    fs::write(inputs.join("z correction.csv"), &correction).unwrap();
    ingest(dpcmi(), &inputs, &store);
    assert_eq!(of_lists(told(&store, "RESUBMISSION"))[0].0, "z correction.csv");
}

#[test]
fn the_much_smaller_of_two_files_is_refused_whichever_name_sorts_first() {
    for name in ["a cut.csv", "z cut.csv"] {
        let dir = tempdir().unwrap();
        let [inputs, alone, store] = ["inputs", "alone", "store"].map(|n| dir.path().join(n));
        good(&inputs);
        ingest(dpcmi(), &inputs, &alone);
        let lists = fs::read_to_string(inputs.join(LISTS)).unwrap();
        let few: Vec<&str> = lists.split_inclusive('\n').take(11).collect();
        fs::write(inputs.join(name), few.concat()).unwrap();
        let done = ingest(dpcmi(), &inputs, &store);
        assert_eq!(done.status.code(), Some(11), "{name}");
        assert_eq!(held(&store), held(&alone), "{name}");
        let refused = told(&store, "RESUBMISSION_SHRANK");
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused[0].0, name);
        assert!(refused[0].1.contains(LISTS), "{}", refused[0].1);
        let account = quality(&store, "reconciliation");
        let row =
            account.column("file").unwrap().str().unwrap().iter().position(|f| f == Some(name)).unwrap();
        let number = |c: &str| account.column(c).unwrap().i64().unwrap().get(row).unwrap();
        assert_eq!((number("rows_read"), number("rows_refused"), number("rows_quarantined")), (10, 10, 0));
        let (code, said) = check(&inputs);
        assert_eq!(
            (code, &issue(&said, "RESUBMISSION_SHRANK")["count"]),
            (Some(11), &Value::from(1)),
            "{name}"
        );
    }
}
