//! Trials of one country: `dpcmi what-if` gives the bytes of the release without a change, with one what follows from it and
//! nothing else; and any number of threads gives the same bytes.

use crate::common::files;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

struct England {
    folder: TempDir,
}

fn dpcmi(args: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dpcmi")).args(args).current_dir(folder).output().expect("dpcmi")
}

impl England {
    fn new() -> England {
        let folder = tempfile::tempdir().expect("folder");
        let synth = ["synth", "--era", "dpcma", "--practices", "120", "--quarters", "1", "--out", "in"];
        assert!(dpcmi(&synth, folder.path()).status.success());
        let run = ["run", "dpcma-2018", "--inputs", "in", "--store", "store", "--out", "release"];
        let done = dpcmi(&run, folder.path());
        assert!(
            folder.path().join("release/index.html").exists(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        England { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tried(&self, changes: &str, out: &str) -> Output {
        std::fs::write(self.path("changes.toml"), changes).expect("changes");
        let args = ["what-if", "changes.toml", "--format", "json", "--out", out];
        dpcmi(&args, self.folder.path())
    }

    fn table(&self, path: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path(path)).expect("a table");
        reader.deserialize().map(|r| r.expect("a row")).collect()
    }
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("json")
}

/// A practice that stands at level 0 for want of one answer that it has given as no, with the column of the answer.
fn one_item_short(england: &England) -> (String, String, String) {
    let scores = england.table("release/tables/practice_scores.csv");
    let values = england.table("release/tables/indicator_values.csv");
    let short = scores.iter().find_map(|s| {
        let item = s["blocking"].clone();
        let no = values
            .iter()
            .any(|v| v["unit_code"] == s["practice_code"] && v["indicator_id"] == item && v["value"] == "0");
        (no && item.starts_with("IND")).then(|| (s["practice_code"].clone(), s["ccg_code"].clone(), item))
    });
    short.expect("somebody is one item short")
}

#[test]
fn without_a_change_the_bytes_are_those_of_the_release_and_a_true_yes_moves_its_own_and_no_other() {
    let england = England::new();
    assert_eq!(json(&england.tried("", "same"))["changes"], 0);
    let (release, same) = (england.path("release"), england.path("same"));
    let names = |root: &Path| -> Vec<PathBuf> {
        files(root).iter().map(|f| f.strip_prefix(root).expect("below").to_owned()).collect()
    };
    assert_eq!(names(&release), names(&same));
    for name in names(&release) {
        let read = |root: &Path| std::fs::read(root.join(&name)).expect("a file");
        assert!(read(&release) == read(&same), "{} is another one", name.display());
    }

    let (practice, ccg, item) = one_item_short(&england);
    let column = item.to_lowercase().replace('.', "_");
    let change = format!(
        "about = \"one answer\"\n[[set]]\ndataset = \"practice_declaration\"\ncolumn = \"{column}\"\nvalue = \"yes\"\n\
         rows = {{ practice_code = \"{practice}\" }}\n"
    );
    let said = json(&england.tried(&change, "trial"));
    let moved = said["moved"].as_array().expect("moved");
    let of = |table: &str, measure: &str| -> Vec<&Value> {
        moved.iter().filter(|m| m["table"] == table && m["measure"] == measure).collect()
    };
    let level = *of("practice_scores", "level").first().expect("the level rises");
    assert_eq!(level["unit_code"], practice.as_str());
    assert!(level["after"].as_f64() > level["before"].as_f64());
    let scored = |table: &str| -> Vec<String> {
        of(table, "score").iter().map(|m| m["unit_code"].as_str().expect("code").to_owned()).collect()
    };
    assert_eq!(scored("practice_scores"), [practice]);
    assert_eq!(scored("ccg_scores"), [ccg]);
    let table = england.table("trial/tables/what_if.csv");
    assert_eq!(table.len(), moved.len());
    let page = std::fs::read_to_string(england.path("trial/index.html")).expect("page");
    assert!(page.contains("WHAT IF") && page.contains("one answer"), "a trial says that it is one");
    assert!(dpcmi(&["verify", "trial"], england.folder.path()).status.success());

    let refused = |changes: &str, words: &[&str]| {
        let done = england.tried(changes, "refused");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && words.iter().all(|w| said.contains(w)), "{said}");
        assert!(!england.path("refused").exists());
    };
    let other = |from: &str, to: &str| change.replace(from, to);
    refused(
        &other("practice_declaration", "practice_declarations"),
        &["D021", "did you mean `practice_declaration`"],
    );
    refused(&other("practice_code =", "practise_code ="), &["D021", "did you mean `practice_code`"]);
    refused(&other("practice_code = \"", "practice_code = \"X"), &["D021", "no row"]);
    refused("[[weight]]\nof = \"IND0\"\nvalue = 1\n", &["D021", "IND0"]);
    refused("[[weight]]\nof = \"IND0\"\nvalue = -1\n", &["D005"]);
    let onto = dpcmi(&["what-if", "changes.toml", "--out", "release/x"], england.folder.path());
    assert!(String::from_utf8_lossy(&onto.stderr).contains("choose another folder"));
}

#[test]
fn lists_weights_and_spend_move_what_rests_on_them() {
    let england = England::new();
    let first = england.table("release/tables/practice_scores.csv")[0].clone();
    let lists = england.table("release/tables/practices.csv");
    let list: i64 = lists
        .iter()
        .find(|p| p["practice_code"] == first["practice_code"])
        .and_then(|p| p["list_size"].parse().ok())
        .expect("a list");
    let weight = json(&england.tried("[[weight]]\nof = \"IND21.1\"\nvalue = 9\n", "weight"));
    let moved = weight["moved"].as_array().expect("moved");
    assert!(moved.iter().any(|m| m["measure"] == "score"), "a weight moves scores");
    assert!(
        !moved.iter().any(|m| {
            m["table"] == "practice_scores" && (m["measure"] == "level" || m["measure"] == "list_size")
        }),
        "and no level, no list"
    );
    let doubled = format!(
        "[[set]]\ndataset = \"list_sizes\"\ncolumn = \"patients\"\nvalue = \"{}\"\n\
         rows = {{ practice_code = \"{}\" }}\n",
        list * 2,
        first["practice_code"]
    );
    let said = json(&england.tried(&doubled, "list"));
    let moved = said["moved"].as_array().expect("moved");
    assert!(
        moved.iter().any(|m| m["unit_code"] == first["ccg_code"].as_str() && m["measure"] == "list_size")
    );
    let levels = |m: &&Value| m["table"] == "practice_scores" && m["measure"] == "level";
    assert!(!moved.iter().any(|m| levels(&m)), "a list is no answer");
}

/// A release and a trial held against each other cell by cell, by their CSV and nothing of the program.
fn cells_that_differ(england: &England, trial: &str) -> usize {
    let tables = std::fs::read_dir(england.path("release/tables")).expect("tables");
    let names =
        tables.map(|t| t.expect("a table").path()).filter(|p| p.extension().is_some_and(|e| e == "csv"));
    let differ = names.map(|path| {
        let name = path.file_name().expect("a name").to_str().expect("text").to_owned();
        let before = england.table(&format!("release/tables/{name}"));
        let after = england.table(&format!("{trial}/tables/{name}"));
        assert_eq!(before.len(), after.len(), "{name}: this change moves figures and no rows");
        let cells = |(x, y): (BTreeMap<String, String>, BTreeMap<String, String>)| {
            x.iter().filter(|(column, cell)| y.get(*column) != Some(*cell)).count()
        };
        before.into_iter().zip(after).map(cells).sum::<usize>()
    });
    differ.sum()
}

#[test]
fn other_residents_move_the_spend_per_resident_and_every_cell_that_follows_is_told() {
    let england = England::new();
    let spend = england.table("release/tables/spend_per_head.csv");
    let row =
        spend.iter().find(|r| r["resident"].parse::<i64>().is_ok() && !r["per_head_resident"].is_empty());
    let (ccg, resident) = row.map(|r| (r["ccg_code"].clone(), r["resident"].clone())).expect("residents");
    let twice = resident.parse::<i64>().expect("people") * 2;
    let change = format!(
        "[[set]]\ndataset = \"ccg_residents\"\ncolumn = \"residents\"\nvalue = \"{twice}\"\n\
         rows = {{ ccg_code = \"{ccg}\" }}\n"
    );
    let said = json(&england.tried(&change, "residents"));
    let moved = said["moved"].as_array().expect("moved");
    let per_head: Vec<&Value> = moved
        .iter()
        .filter(|m| {
            m["table"] == "spend_per_head" && m["measure"] == "per_head_resident" && m["before"].is_number()
        })
        .collect();
    assert!(!per_head.is_empty());
    for m in per_head {
        assert_eq!(m["unit_code"], ccg.as_str());
        let (before, after) =
            (m["before"].as_f64().expect("a figure"), m["after"].as_f64().expect("a figure"));
        assert!((before / after - 2.0).abs() < 1e-9, "{m}");
    }
    assert_eq!(moved.len(), cells_that_differ(&england, "residents"));
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let england = England::new();
    let root = england.folder.path();
    for threads in ["1", "2", "4"] {
        let out = format!("release-{threads}");
        let done = Command::new(env!("CARGO_BIN_EXE_dpcmi"))
            .args(["run", "dpcma-2018", "--inputs", "in", "--store", "store", "--out", &out])
            .env("RAYON_NUM_THREADS", threads)
            .current_dir(root)
            .output()
            .expect("dpcmi");
        assert!(england.path(&out).join("index.html").exists(), "{}", String::from_utf8_lossy(&done.stderr));
        for file in files(&england.path("release")) {
            let name = file.strip_prefix(england.path("release")).expect("below");
            let same = std::fs::read(&file).expect("a file")
                == std::fs::read(england.path(&out).join(name)).expect("a file");
            assert!(same, "{} is another one on {threads} threads", name.display());
        }
    }
}

/// Answers that are held as yes or no, and not as words: the electronic prescription service of the open data.
#[test]
fn a_step_on_an_answer_that_is_yes_or_no_is_tried_in_the_words_of_returns() {
    let folder = tempfile::tempdir().expect("folder");
    let run = |args: &[&str]| dpcmi(args, folder.path());
    assert!(
        run(&["synth", "--era", "2018", "--practices", "60", "--quarters", "2", "--out", "in"])
            .status
            .success()
    );
    run(&["run", "open-2018-19", "--inputs", "in", "--store", "store", "--out", "release"]);
    let england = England { folder };
    let items = england.table("release/tables/step_items.csv");
    let step = items.iter().find(|i| i["answer_then"] == "true").expect("a step to the prescription service");
    let practice = &step["practice_code"];
    let set = |word: &str| {
        let table = "about = \"x\"\n[[set]]\ndataset = \"choices_gp\"\ncolumn = \"eps_enabled\"\n";
        format!("{table}rows = {{ practice_code = \"{practice}\" }}\nvalue = \"{word}\"\n")
    };
    for word in ["true", "Yes"] {
        let said = json(&england.tried(&set(word), word));
        let moved = said["moved"].as_array().expect("moved");
        assert!(
            moved.iter().any(|m| m["unit_code"] == practice.as_str() && m["measure"] == "value"),
            "{said}"
        );
    }
    let refused = england.tried(&set("perhaps"), "refused");
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(11), "{told}");
    assert!(told.contains("no value of `eps_enabled`"), "{told}");
}
