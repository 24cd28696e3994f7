//! The list of successors of `dpcmi feed`: read by its contract; whatever else stands in its place is refused with what to do.

use crate::common::files;
use crate::feeds_england::open;
use crate::feeds_support::definition;
use crate::line::{Csv, answer, dpcmi, folder, run};
use dpcmi::pipeline::PipelineError;
use dpcmi::pipeline::successors::{Listed, read};
use std::path::PathBuf;

fn file(name: &str, text: &str) -> PathBuf {
    let path = folder(&format!("feeds_successors_{name}")).join("succ.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn list(name: &str, text: &str) -> Listed {
    read(&definition().successors, &file(name, text)).unwrap_or_else(|e| panic!("{e:?}"))
}

#[test]
fn a_list_of_successors_names_each_who_took_over() {
    let listed = list(
        "list",
        "\"Z00001\",\"Z00002\",\"O\",\"20180630\",\"F\"\r\n\"Z00002\",\"Z00003\",\"O\",\"20180701\",\"\"\r\n\
         \"Z00002\",\"Z00004\",\"R\",\"20180701\",\"\"\r\n\"00C\",\"84H\",\"F\",\"20200401\",\"\"\r\n",
    );
    let of = |code: &str| listed.successors[code].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(
        (of("Z00001"), of("Z00002"), of("00C")),
        (vec!["Z00002"], vec!["Z00003", "Z00004"], vec!["84H"])
    );
    assert_eq!(listed.successors.len(), 3);
}

#[test]
fn a_row_without_two_codes_is_set_aside_and_told_and_the_others_stand() {
    let rows: String = (1..40).map(|i| format!("Z{i:05},Z{:05},O,20180630,\n", i + 1)).collect();
    let listed = list("rows", &format!("{rows}Z00090,,O,20180630,\n"));
    assert_eq!(listed.successors.len(), 39);
    assert!(!listed.successors.contains_key("Z00090"));
    let told = listed.diagnostics.iter().find(|d| d.code.name == "REQUIRED_MISSING").expect("it is told");
    assert!(told.place.to_string().contains("40"), "with its line: {}", told.place);
}

#[test]
fn another_file_in_its_place_is_refused_with_what_to_give_instead() {
    for (name, text) in [
        ("prose", "no list at all\n"),
        ("header", "practice_code,successors\nZ00001,Z00002\n"),
        ("names", "The Surgery,Another Surgery,O,20180630,\nA Practice,The Surgery,O,20180630,\n"),
        ("nothing", ""),
    ] {
        let refused = read(&definition().successors, &file(name, text));
        let Err(PipelineError::Refused { diagnostics, .. }) = refused else { panic!("{name}: {refused:?}") };
        assert!(diagnostics.iter().any(|d| d.code.name == "FEED_SUCCESSORS"), "{name}: {diagnostics:?}");
    }
    // the practices themselves, which have codes in their first column too
    let (england, out) = (open(), folder("feeds_successors_out").join("feed"));
    let mut command = dpcmi(&["feed"]);
    command.arg("--release").arg(england.release()).arg("--previous").arg(england.release());
    let practices = england.root.join("inputs/ods/epraccur_2018-09.csv");
    let done = command.arg("--successors").arg(practices).arg("--out").arg(&out).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(11), "{said}");
    assert!(said.contains("epraccur_2018-09.csv was refused") && said.contains("succ.csv"), "{said}");
    assert!(!out.exists(), "nothing is written");
}

#[test]
fn a_feed_with_a_list_of_successors_says_of_which_list_it_was_made() {
    let (england, root) = (open(), folder("feeds_successors_named"));
    let list = file("named", "Z00001,Z00002,O,20180630,\n");
    let mut command = dpcmi(&["feed"]);
    command.arg("--release").arg(england.release()).arg("--previous").arg(england.release());
    let done = command.arg("--successors").arg(list).arg("--out").arg(root.join("feed")).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let removed = Csv::open(&root.join("feed/feeds/changes/removed.csv"));
    assert_eq!(removed.len(), 0, "nobody is gone");
    let manifest = std::fs::read_to_string(root.join("feed/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["options"]["successors"].as_str().map(str::len), Some(64), "its hash");
}

#[test]
fn a_feed_of_real_practices_never_follows_one_of_a_synthetic_england() {
    let root = folder("feeds_mixed");
    let inputs = root.join("in");
    answer(
        dpcmi(&["synth", "--era", "2018", "--practices", "40", "--quarters", "1"]).arg("--out").arg(&inputs),
    );
    // as files of a publisher would lie there: without the word of the generator, beside them and in them
    for path in files(&inputs) {
        let text = match path.extension().and_then(|e| e.to_str()) {
            Some("zip") => {
                let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
                std::io::read_to_string(archive.by_index(0).unwrap()).unwrap()
            }
            Some("csv") => std::fs::read_to_string(&path).unwrap_or_default(),
            _ => String::new(),
        };
        std::fs::remove_file(&path).unwrap();
        std::fs::write(path.with_extension("csv"), text.replace("SYNTHETIC", "VILLAGE")).unwrap();
    }
    run("open-2018-19", &inputs, &root.join("store"), &root.join("release"), &[]);
    let mut command = dpcmi(&["feed"]);
    command.arg("--release").arg(root.join("release")).arg("--previous").arg(open().release());
    let done = command.arg("--out").arg(root.join("feed")).output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(2), "{told}");
    assert!(told.contains("one of the two releases is synthetic"), "{told}");
    assert!(!root.join("feed").exists());
}
