//! What `dpcmi score` says of a table or a framework that is not as it was meant: the cause, its place, and nothing else.

use crate::index_composites::{Leaf, by, flat};
use crate::line::Csv;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::{TempDir, tempdir};

const VALUES: &str = "unit,a,b,c\nu1,1,5,2\nu2,3,4,2\nu3,7,1,9\n";

fn three() -> String {
    let leaf = |id, weight| Leaf(id, weight, String::new());
    flat(&by("type = \"min_max\""), "\"arithmetic\"", &[leaf("a", 1.0), leaf("b", 1.0), leaf("c", 2.0)])
}

/// Scores a table by a framework in a folder, in words.
fn score(framework: &str, values: &str) -> (Output, TempDir) {
    let dir = tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    put("flat.toml", framework);
    put("v.csv", values);
    let mut command = Command::new(env!("CARGO_BIN_EXE_dpcmi"));
    command.args(["score", "--framework", "flat.toml", "--values", "v.csv", "--out", "out"]);
    (command.current_dir(dir.path()).output().unwrap(), dir)
}

/// Exit code, what went to standard output, and what to standard error.
fn said(out: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

fn took_part(root: &Path) -> Vec<(String, Option<i64>)> {
    let weights = Csv::open(&root.join("out/tables/weights.csv"));
    weights.rows().map(|r| (r.text("id").to_owned(), r.int("took_part"))).collect()
}

fn holds(text: &str, parts: &[&str]) {
    assert!(parts.iter().all(|p| text.contains(p)), "{parts:?} in\n{text}");
}

#[test]
fn a_mistyped_column_is_a_warning_and_the_score_says_how_much_it_rests_on() {
    let (out, dir) = score(&three(), &VALUES.replacen("b,c", "b,cc", 1));
    let (code, text, warned) = said(&out);
    assert_eq!(code, Some(1), "{warned}");
    holds(&warned, &["`cc` is no indicator of the framework", "did you mean `c`?", "unit,a,b,cc"]);
    holds(&warned, &["no column `c`: nobody is scored on it", "did you mean it by the column `cc`?"]);
    holds(&text, &["Coverage: 50.0 % of the framework's weight has values; without any: c"]);
    let parts = [("flat", None), ("a", Some(1)), ("b", Some(1)), ("c", Some(0))];
    assert_eq!(took_part(dir.path()), parts.map(|(id, part)| (id.to_owned(), part)));
    // as it was meant, nothing is said
    let (out, dir) = score(&three(), VALUES);
    let (code, text, warned) = said(&out);
    assert_eq!((code, warned.as_str()), (Some(0), ""));
    holds(&text, &["Coverage: 100.0 %"]);
    assert!(took_part(dir.path()).iter().all(|(_, part)| *part != Some(0)));
}

#[test]
fn a_cell_that_is_no_value_is_shown_in_its_line_with_its_column() {
    // an empty line above, and a unit that reads like the cell
    let (out, _) = score(&three(), "unit,a,b,c\n\nu1,1,5,2\n4x,3,4x,2\nu3,7,1,9\n");
    let (code, _, warned) = said(&out);
    assert_eq!(code, Some(11));
    holds(&warned, &["`4x` in column `b` is not a finite number", "v.csv:4:6", "4 | 4x,3,4x,2"]);
    let line = warned.lines().skip_while(|l| !l.contains("4x,3,4x,2")).nth(1).unwrap();
    let marked = warned.lines().find(|l| l.contains("4x,3,4x,2")).unwrap();
    assert_eq!(line.find('^'), marked.rfind("4x"), "the cell is marked, not the unit");
    // as a line among other faults: the weight of a unit
    let (out, _) = score(&three(), "unit,weight,a,b,c\nu1,1,1,5,2\nu2,heavy,3,4,2\n");
    holds(&said(&out).2, &["v.csv:3:4", "u2,heavy,3,4,2", "a weight is a finite number"]);
}

/// Places of the faults, in the order told.
fn places(told: &str) -> Vec<&str> {
    told.lines().filter_map(|l| l.split_once("--> flat.toml:")).map(|(_, at)| at.trim()).collect()
}

#[test]
fn of_a_wrong_framework_only_the_cause_is_told() {
    let one = flat(&by("type = \"min_max\""), "\"arithmetic\"", &[Leaf("a", -1.0, String::new())]);
    let (code, _, told) = said(&score(&one, "unit,a\nu1,1\n").0);
    assert_eq!((code, places(&told).len()), (Some(10), 1), "{told}");
    holds(&told, &["a weight cannot be negative", "value = -1"]);
    assert!(!told.contains("more like this") && !told.contains("under the index"), "{told}");

    let dimension = |id: &str, parent: &str| {
        format!(
            "[[dimension]]\nid = \"{id}\"\nname = \"{id}\"\nparent = \"{parent}\"\nmean = \"arithmetic\"\n\
             weight = {{ value = 1, reason = \"r\", owner = \"o\" }}\n"
        )
    };
    let leaf = [Leaf("a", 1.0, "dimension = \"x\"".to_owned())];
    let round = flat(&by("type = \"min_max\""), "\"arithmetic\"", &leaf)
        + &dimension("x", "y")
        + &dimension("y", "x");
    let (code, _, told) = said(&score(&round, "unit,a\nu1,1\n").0);
    assert_eq!((code, places(&told).len()), (Some(10), 1), "{told}");
    holds(&told, &["`x` stands under `y`, which stands under `x`", "parent = \"y\""]);

    let astray = [Leaf("a", 1.0, "dimension = \"z\"".to_owned())];
    let lost = flat(&by("type = \"min_max\""), "\"arithmetic\"", &astray) + &dimension("x", "x2");
    let (_, _, told) = said(&score(&lost, "unit,a\nu1,1\n").0);
    assert!(!told.contains("nothing with a weight"), "{told}");
    assert_eq!(told.matches("there is no dimension").count(), 2, "each is told: {told}");
}

#[test]
fn the_faults_of_a_framework_come_in_the_order_of_the_file() {
    // of `a` the direction, of `b` and `c` the weights; the code of a weight sorts before that of a direction
    let wrong = three().replacen("\"higher_is_better\"", "\"higher\"", 1);
    let (a, others) = wrong.split_once("id = \"b\"").unwrap();
    let others = others.replacen("value = 1,", "value = -1,", 1).replacen("value = 2,", "value = -2,", 1);
    let wrong = format!("{a}id = \"b\"{others}");
    let (_, _, told) = said(&score(&wrong, VALUES).0);
    let line = |at: &&str| at.split(':').next().unwrap().parse::<u32>().unwrap();
    let lines: Vec<u32> = places(&told).iter().map(line).collect();
    assert_eq!(lines.len(), 3, "{told}");
    assert!(lines.is_sorted(), "{lines:?}\n{told}");
}
