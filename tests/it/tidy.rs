//! The house rules, read off the source: who may use whom, what only one module may do, which files must exist.
//! The table of layers is the one in the crate's own documentation, so that the two cannot part.

use crate::common::files;
use dpcmi::define::{Library, framework};
use dpcmi::diag::codes;
use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::path::Path;

/// A file of `src/`: path with `/`, top module, text without comments.
struct Source {
    path: String,
    module: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rust = files(&root).into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs"));
    let found: Vec<Source> = rust
        .map(|p| {
            let path = p.strip_prefix(&root).unwrap().components().map(|c| c.as_os_str().to_str().unwrap());
            let path = path.collect::<Vec<_>>().join("/");
            let text = read_to_string(&p).unwrap();
            let code = text.lines().map(|l| if l.trim_start().starts_with("//") { "" } else { l });
            let code = code.collect::<Vec<_>>().join("\n");
            let module = path.split(['/', '.']).next().unwrap().to_owned();
            Source { path, module, text, code }
        })
        .collect();
    assert!(found.len() > 100, "the source is not where it was");
    found
}

/// Module to height, from the sentence of `lib.rs`: what is above may use what is below.
fn layers(sources: &[Source]) -> BTreeMap<String, usize> {
    let lib = &sources.iter().find(|s| s.path == "lib.rs").unwrap().text;
    let table = lib.split_once("enforces the table):").unwrap().1.split_once("Siblings do not").unwrap().0;
    let words = |layer: &str| -> Vec<String> {
        let clean = layer.replace("//!", " ").replace(['`', '.'], " ");
        clean.split_whitespace().map(str::to_owned).collect()
    };
    table.split('<').enumerate().flat_map(|(i, l)| words(l).into_iter().map(move |w| (w, i))).collect()
}

/// The first words of every `crate::a` and `crate::{a, b}`.
fn used(code: &str) -> Vec<String> {
    let after = code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with('$'));
    let word =
        |s: &str| s.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    after
        .flat_map(|(at, found)| {
            let rest = &code[at + found.len()..];
            let Some(list) = rest.strip_prefix('{') else { return vec![word(rest)] };
            let (mut depth, mut out) = (0, vec![String::new()]);
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => out.push(String::new()),
                    _ => {}
                }
                out.last_mut().unwrap().push(c);
            }
            out.iter().map(|s| word(s.trim_start_matches(','))).collect()
        })
        .filter(|w| !w.is_empty())
        .collect()
}

/// Lines of code that hold any of the words, outside the modules that may.
fn strays(sources: &[Source], words: &[&str], allowed: &[&str]) -> Vec<String> {
    let outside = sources.iter().filter(|s| !allowed.contains(&s.module.as_str()));
    let lines = outside.flat_map(|s| s.code.lines().enumerate().map(move |(i, l)| (s, i + 1, l)));
    lines
        .filter(|(_, _, l)| words.iter().any(|w| l.contains(w)))
        .map(|(s, i, l)| format!("src/{}:{i}: {}", s.path, l.trim()))
        .collect()
}

fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn a_module_uses_only_what_lies_below_it() {
    let sources = sources();
    let layers = layers(&sources);
    assert_eq!(used("use crate::{render, report::{A, b}};"), ["render", "report"]);
    let mut wrong = Vec::new();
    for s in sources.iter().filter(|s| !["lib", "main"].contains(&s.module.as_str())) {
        let own = layers.get(&s.module).unwrap_or_else(|| panic!("lib.rs gives `{}` no layer", s.module));
        for other in used(&s.code).iter().filter(|m| **m != s.module) {
            match layers.get(other) {
                Some(layer) if layer < own => {}
                _ => wrong.push(format!("src/{} uses {other}", s.path)),
            }
        }
    }
    none("against the table of layers", wrong);
    let modules: Vec<&String> = sources.iter().map(|s| &s.module).collect();
    none("no such module", layers.keys().filter(|l| !modules.contains(l)).cloned().collect());
}

#[test]
fn each_power_stays_in_the_module_that_may_have_it() {
    let s = sources();
    let parquet = ["arrow::", "parquet::", "arrow_array::", "polars_arrow::"];
    none("only store names arrow and parquet", strays(&s, &parquet, &["store"]));
    let outside =
        ["std::env", "env::", "println!", "eprintln!", " print!", "eprint!", "Instant", "SystemTime"];
    let outside = strays(&s, &outside, &["cli"]);
    none("only cli prints, reads the clock or the environment", outside);
    none("only cli and main exit", strays(&s, &["process::exit", "ExitCode"], &["cli", "main"]));
    let disk = ["std::fs", "fs::", "File::open", "File::create"];
    none("only store and snapshot touch files", strays(&s, &disk, &["store", "snapshot"]));
    let frames: Vec<String> = strays(&s, &["DataFrame", "polars"], &[])
        .into_iter()
        .filter(|l| {
            ["model", "stats", "diag", "define", "render", "cli"]
                .iter()
                .any(|m| l.starts_with(&format!("src/{m}/")))
        })
        .collect();
    none("no frames in the nouns, the charts and the command line", frames);
    none("unfinished", strays(&s, &["todo!", "dbg!", "unimplemented!", "FIXME"], &[]));
}

#[test]
fn every_file_says_what_it_is_and_fits_in_a_head() {
    let mut wrong = Vec::new();
    let tests = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"));
    let texts = tests.iter().map(|p| (p.display().to_string(), read_to_string(p).unwrap()));
    let own = sources().into_iter().map(|s| (format!("src/{}", s.path), s.text));
    for (path, text) in own.chain(texts) {
        if !text.starts_with("//! ") {
            wrong.push(format!("{path} does not open with `//!`"));
        }
        let lines = text.lines().count();
        if path.starts_with("src/") && lines > 600 {
            wrong.push(format!("{path} has {lines} lines"));
        }
    }
    none("module files", wrong);
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = read_to_string(folder.join("main.rs")).unwrap();
    let names = files(&folder).into_iter().map(|p| p.file_stem().unwrap().to_str().unwrap().to_owned());
    let lost = names.filter(|n| n != "main" && !main.contains(&format!("mod {n};"))).collect();
    none("not in tests/it/main.rs", lost);
}

#[test]
fn shipped_definitions_have_no_fault() {
    let library = Library::shipped();
    let (contracts, mut faults) = library.contracts();
    assert_eq!(contracts.len(), library.datasets.len());
    for source in &library.pipelines {
        faults.extend(framework::load(source).err().into_iter().flatten());
    }
    none("faults", faults.iter().map(|d| format!("{}: {}", d.place, d.message)).collect());
}

/// What stands in quotes behind a call that makes a diagnostic.
#[test]
fn every_code_used_is_in_the_table() {
    let known = |word: &str| codes::TABLE.iter().any(|c| c.name == word);
    let makers =
        ["Diagnostic::new(", "by_name(", "note(", "tell(", "fault(", "say(", "skip(", "Skip(", "bad("];
    let (mut found, mut wrong) = (0, Vec::new());
    for s in sources().iter().filter(|s| s.module != "synth") {
        for maker in makers {
            for (at, _) in s.code.match_indices(maker) {
                let Some(rest) = s.code[at + maker.len()..].trim_start().strip_prefix('"') else { continue };
                let word = rest.split('"').next().unwrap();
                let shape = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
                if !word.is_empty() && word.chars().all(shape) {
                    found += 1;
                    if !known(word) {
                        wrong.push(format!("src/{}: {word}", s.path));
                    }
                }
            }
        }
    }
    assert!(found > 80, "only {found} found: the calls are written in another way now");
    none("codes without a row", wrong);
    let elsewhere: String =
        sources().into_iter().filter(|s| s.path != "diag/codes.rs").map(|s| s.code).collect();
    let shipped: String = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets"))
        .iter()
        .map(|p| read_to_string(p).unwrap())
        .collect();
    let silent = codes::TABLE.iter().filter(|c| !elsewhere.contains(c.name) && !shipped.contains(c.name));
    none("codes that nothing raises", silent.map(|c| c.name.to_owned()).collect());
    let mut all: Vec<(&str, &str)> = codes::TABLE.iter().map(|c| (c.id, c.name)).collect();
    all.sort_unstable();
    all.dedup_by(|a, b| a.0 == b.0 || a.1 == b.1);
    assert_eq!(all.len(), codes::TABLE.len(), "a code or a name stands twice");
}
