//! Returns that each CCG sends for itself: the forms of one quarter are one release together, whatever their names and
//! whenever they come; nobody's return takes another's away.

use crate::line::{Csv, answer, dpcmi, folder, run, tree};
use dpcmi::define::{Contract, ContractFile, Library, Source, parse};
use dpcmi::store::{Releases, Store, StoredTable};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A declaration of the practices of one CCG; all give one answer.
fn form(ccg: &str, practices: &[&str], answer: &str) -> String {
    let (contracts, _) = Library::shipped().contracts();
    let contract = contracts.iter().find(|c| c.id == "practice_declaration").unwrap();
    let row = |practice: &&str| -> Vec<(String, String)> {
        let cells =
            [("as_at", "2018-06-30"), ("ccg_code", ccg), ("practice_code", practice), ("ind21_1", answer)];
        cells.map(|(field, text)| (field.to_owned(), text.to_owned())).to_vec()
    };
    let rows: Vec<_> = practices.iter().map(row).collect();
    let files = dpcmi::template::files(contract, &rows).unwrap();
    String::from_utf8(files.into_iter().find(|(name, _)| name.ends_with(".csv")).unwrap().1).unwrap()
}

/// The rows of two forms under one header.
fn together(first: &str, second: &str) -> String {
    first.to_owned() + second.split_once("\r\n").unwrap().1
}

fn put(root: &Path, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let inputs = root.join(name);
    fs::create_dir_all(&inputs).unwrap();
    files.iter().for_each(|(file, text)| fs::write(inputs.join(file), text).unwrap());
    inputs
}

fn ingest(inputs: &Path, store: &Path) -> (i32, Value) {
    let mut command = dpcmi(&["ingest", "dpcma-2018"]);
    answer(command.arg("--inputs").arg(inputs).arg("--store").arg(store))
}

/// What `check` says of a folder.
fn check(inputs: &Path) -> Value {
    answer(dpcmi(&["check", "dpcma-2018"]).arg("--inputs").arg(inputs)).1
}

fn releases(store: &Path, which: Releases) -> Vec<StoredTable> {
    let version = Store::open(store).unwrap().current().unwrap().unwrap();
    version.read("practice_declaration", which, None).unwrap()
}

/// Answer, file and line of each practice in the release that counts.
fn held(table: &StoredTable) -> BTreeMap<String, (String, String, u32)> {
    let text = |name: &str| table.frame.column(name).unwrap().str().unwrap().clone();
    let (codes, answers, files) = (text("practice_code"), text("ind21_1"), text("_source"));
    let lines = table.frame.column("_line").unwrap().u32().unwrap().clone();
    let row = |i: usize| {
        let cell = |c: &polars::prelude::StringChunked| c.get(i).unwrap_or_default().to_owned();
        (cell(&codes), (cell(&answers), cell(&files), lines.get(i).unwrap()))
    };
    (0..table.frame.height()).map(row).collect()
}

fn counted(store: &Path) -> BTreeMap<String, (String, String, u32)> {
    let tables = releases(store, Releases::Latest);
    assert_eq!(tables.len(), 1, "one quarter, one release");
    held(&tables[0])
}

fn verified(root: &Path) {
    assert_eq!(answer(dpcmi(&["verify"]).arg(root)).1["whole"], true);
}

fn row(answer: &str, file: &str, line: u32) -> (String, String, u32) {
    (answer.to_owned(), file.to_owned(), line)
}

/// Messages of the issues of this name.
fn told(said: &Value, name: &str) -> Vec<String> {
    let issues = said["ingest"]["issues"].as_array().unwrap();
    issues.iter().filter(|i| i["name"] == name).map(|i| i["message"].as_str().unwrap().to_owned()).collect()
}

const STOCKTON: [&str; 3] = ["A81001", "A81002", "A81004"];
const DURHAM: [&str; 2] = ["A83001", "A83003"];

#[test]
fn the_forms_of_two_ccgs_are_one_release_whatever_their_names() {
    let root = folder("collected_together");
    let (stockton, durham) = (form("00K", &STOCKTON, "yes"), form("00D", &DURHAM, "no"));
    let first = put(&root, "first", &[("a.csv", &stockton), ("b.csv", &durham)]);
    let other = put(&root, "other", &[("a.csv", &durham), ("b.csv", &stockton)]);
    let [s1, s2] = ["s1", "s2"].map(|s| root.join(s));
    let (_, said) = ingest(&first, &s1);
    for name in ["RESUBMISSION", "RESUBMISSION_SHRANK"] {
        assert_eq!(told(&said, name), Vec::<String>::new());
    }
    let all = counted(&s1);
    assert_eq!(all.len(), 5);
    assert_eq!((&all["A81004"], &all["A83001"]), (&row("yes", "a.csv", 4), &row("no", "b.csv", 2)));
    ingest(&other, &s2);
    assert_eq!(counted(&s2)["A81004"], row("yes", "b.csv", 4));
    let content =
        |s: &Path| releases(s, Releases::All).iter().map(|t| t.entry.content.clone()).collect::<Vec<_>>();
    assert_eq!(content(&s1), content(&s2), "the same values in the same order, and no other release");
    let entry = releases(&s1, Releases::Latest).remove(0).entry;
    let version = Store::open(&s1).unwrap().current().unwrap().unwrap();
    let raw: Vec<Vec<u8>> =
        entry.origins().map(|o| version.snapshot(o.snapshot.as_deref().unwrap()).unwrap()).collect();
    assert_eq!(raw, [stockton.as_bytes(), durham.as_bytes()], "each file is kept and named");
    // again: nothing to do
    let (code, said) = ingest(&first, &s1);
    assert_eq!((code, &said["ingest"]["unchanged"]), (0, &Value::Bool(true)));
    assert_eq!(told(&check(&first), "RESUBMISSION"), Vec::<String>::new());
}

#[test]
fn a_form_that_comes_later_adds_its_ccg_and_loses_nobody_s() {
    let root = folder("collected_later");
    let store = root.join("store");
    let (stockton, durham) = (form("00K", &STOCKTON, "yes"), form("00D", &DURHAM, "no"));
    ingest(&put(&root, "june", &[("stockton.csv", &stockton)]), &store);
    let (code, said) = ingest(&put(&root, "july", &[("durham.csv", &durham)]), &store);
    assert_eq!((told(&said, "RESUBMISSION"), code), (Vec::new(), 0));
    let all = counted(&store);
    assert_eq!((all.len(), &all["A81001"]), (5, &row("yes", "stockton.csv", 2)));
    // a correction of one CCG replaces its rows alone
    let corrected = form("00K", &STOCKTON, "no");
    let (_, said) = ingest(&put(&root, "august", &[("stockton.csv", &corrected)]), &store);
    let message = "another release of practice_declaration 2018/19 Q1, ccg_code 00K, which the store held already; \
                   the one of stockton.csv is used";
    assert_eq!(told(&said, "RESUBMISSION"), [message]);
    let all = counted(&store);
    assert_eq!((&all["A81001"].0[..], &all["A83001"].0[..], all.len()), ("no", "no", 5));
    assert_eq!(releases(&store, Releases::All).len(), 3, "the earlier ones are kept");
    verified(&store);
}

#[test]
fn of_two_forms_of_one_ccg_the_last_by_name_counts_for_that_ccg_alone() {
    let root = folder("collected_twice");
    let both = together(&form("00K", &STOCKTON, "yes"), &form("00D", &DURHAM, "yes"));
    let inputs = put(&root, "in", &[("all.csv", &both), ("correction.csv", &form("00K", &STOCKTON, "no"))]);
    let store = root.join("store");
    let (code, said) = ingest(&inputs, &store);
    let message = "practice_declaration 2018/19 Q1, ccg_code 00K, stands in all.csv and in correction.csv; the latter is \
                   used, only because its name sorts last";
    assert_eq!((code, told(&said, "RESUBMISSION")), (1, vec![message.to_owned()]));
    let tables = releases(&store, Releases::All);
    let of = |t: &StoredTable, code: &str| held(t)[code].0.clone();
    assert_eq!(tables.len(), 2);
    assert_eq!((of(&tables[0], "A81001"), of(&tables[0], "A83001")), ("yes".to_owned(), "yes".to_owned()));
    assert_eq!((of(&tables[1], "A81001"), of(&tables[1], "A83001")), ("no".to_owned(), "yes".to_owned()));
    assert_eq!(told(&check(&inputs), "RESUBMISSION"), [message], "check says it beforehand");
}

#[test]
fn a_cut_form_is_refused_for_its_ccg_and_the_other_ccg_in_it_counts() {
    let root = folder("collected_cut");
    let store = root.join("store");
    ingest(&put(&root, "june", &[("stockton.csv", &form("00K", &STOCKTON, "yes"))]), &store);
    let cut = together(&form("00K", &STOCKTON[..1], "no"), &form("00D", &DURHAM, "no"));
    let (code, said) = ingest(&put(&root, "july", &[("cut.csv", &cut)]), &store);
    assert_eq!(code, 11);
    let why = "1 rows of practice_declaration 2018/19 Q1, ccg_code 00K, and 3 held in the store, from stockton.csv: these \
               were not stored";
    assert_eq!(told(&said, "RESUBMISSION_SHRANK"), [why]);
    assert_eq!(
        (&said["ingest"]["rows_accepted"], &said["ingest"]["rows_refused"]),
        (&Value::from(2), &Value::from(1))
    );
    let all = counted(&store);
    assert_eq!((all.len(), &all["A81001"].0[..], &all["A83003"].0[..]), (5, "yes", "no"));
}

#[test]
fn a_practice_that_two_ccgs_return_counts_once_and_that_is_said() {
    let root = folder("collected_moved");
    let store = root.join("store");
    let (old, new) = (form("00D", &["A83001", "A81004"], "no"), form("00K", &STOCKTON, "yes"));
    let (_, said) = ingest(&put(&root, "in", &[("a.csv", &old), ("b.csv", &new)]), &store);
    let message =
        "practice_declaration 2018/19 Q1: A81004 stands in a.csv under 00D too; the row of b.csv is used";
    assert_eq!(told(&said, "RESUBMISSION"), [message]);
    let all = counted(&store);
    assert_eq!((all.len(), &all["A81004"]), (4, &row("yes", "b.csv", 4)));
}

#[test]
fn a_release_of_forms_per_ccg_scores_as_one_of_a_file_for_all_and_explains_each_row_by_its_file() {
    let root = folder("collected_scored");
    let whole = root.join("whole");
    let synth = ["synth", "--era", "dpcma", "--practices", "40", "--quarters", "1", "--seed", "3"];
    answer(dpcmi(&synth).arg("--out").arg(&whole));
    let split = root.join("split");
    let mut of_ccg: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (path, bytes) in tree(&whole) {
        let to = split.join(&path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        if !path.starts_with("returns/practice_declaration")
            && !path.starts_with("returns/practice_agreements")
        {
            fs::write(to, bytes).unwrap();
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let (header, rows) = text.split_once("\r\n").unwrap();
        for row in rows.split_terminator("\r\n") {
            let ccg = row.split(',').nth(1).unwrap().to_owned();
            let all = of_ccg.entry((path.clone(), ccg)).or_insert_with(|| vec![header.to_owned()]);
            all.push(row.to_owned());
        }
    }
    for ((path, ccg), rows) in &of_ccg {
        let name = path.replace("returns/", &format!("returns/{ccg} "));
        fs::write(split.join(name), rows.join("\r\n") + "\r\n").unwrap();
    }
    assert!(of_ccg.len() > 4, "several CCGs");
    let [a, b] = [("one", &whole), ("many", &split)].map(|(name, inputs)| {
        let (store, out) = (root.join(format!("{name}_store")), root.join(format!("{name}_release")));
        run("dpcma-2018", inputs, &store, &out, &[]);
        (store, out)
    });
    for table in ["practice_scores", "ccg_scores", "evidence"] {
        let of = |out: &Path| fs::read(out.join(format!("tables/{table}.csv"))).unwrap();
        assert!(of(&a.1) == of(&b.1), "{table}");
    }
    let scores = Csv::open(&b.1.join("tables/practice_scores.csv"));
    let (code, ccg) = scores
        .rows()
        .map(|r| (r.text("practice_code").to_owned(), r.text("ccg_code").to_owned()))
        .find(|(code, ccg)| {
            let own = of_ccg.iter().filter(|((path, c), _)| path.contains("declaration") && c == ccg);
            own.flat_map(|(_, rows)| rows).any(|row| row.split(',').nth(2) == Some(code))
        })
        .unwrap();
    let explained = std::process::Command::new(env!("CARGO_BIN_EXE_dpcmi"))
        .args(["explain", &code, "--release"])
        .arg(&b.1)
        .arg("--store")
        .arg(&b.0)
        .output()
        .unwrap();
    let text = String::from_utf8(explained.stdout).unwrap();
    let files: Vec<&str> = text.split("\n  returns/").skip(1).collect();
    let with_line = files.iter().filter(|f| f.contains("practice_declaration") && f.contains("      line "));
    let named: Vec<&str> = with_line.map(|f| f.split(' ').next().unwrap()).collect();
    assert_eq!(named, [ccg.as_str()], "the practice's row stands in its own CCG's file only: {text}");
    verified(&b.0);
    verified(&b.1);
}

#[test]
fn a_part_must_be_a_required_field() {
    let text = include_str!("../fixtures/datasets/practice_return.toml");
    let faults = |part: &str| -> Vec<&'static str> {
        let text = text.replacen("\nkey = ", &format!("\npart = \"{part}\"\nkey = "), 1);
        let source = Source { name: "datasets/practice_return.toml".into(), text };
        let file = parse::<ContractFile>(&source).unwrap();
        Contract::resolve(file, &source)
            .map_or_else(|faults| faults.iter().map(|d| d.code.name).collect(), |_| Vec::new())
    };
    assert_eq!(faults("ccg"), ["CONFIG_REFERENCE"]);
    assert_eq!(faults("practice_name"), ["CONFIG_VALUE"], "it may be empty");
    assert_eq!(faults("list_size"), ["CONFIG_VALUE"], "a number is no part");
    assert_eq!(faults("ods_code"), Vec::<&str>::new());
}
