//! The feeds of a whole synthetic England, from its files to the release: who is listed, and that what patients are told is
//! what the index was made of.

use crate::feeds_support::{nine, public_facts};
use crate::line::{Csv, answer, dpcmi, folder, run};
use dpcmi::define::feeds::FactKind;
use dpcmi::render::feeds::{INDICATORS, METRICS};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Inputs, store and release of one pipeline.
pub struct England {
    pub root: PathBuf,
    pub pipeline: &'static str,
}

impl England {
    fn make(pipeline: &'static str, era: &str) -> England {
        let root = folder(&format!("feeds_{pipeline}"));
        let synth = ["synth", "--era", era, "--practices", "120", "--quarters", "2", "--seed", "5"];
        answer(dpcmi(&synth).arg("--out").arg(root.join("inputs")));
        run(pipeline, &root.join("inputs"), &root.join("store"), &root.join("release"), &[]);
        England { root, pipeline }
    }

    pub fn release(&self) -> PathBuf {
        self.root.join("release")
    }

    /// A copy of its inputs, to be changed.
    pub fn inputs_into(&self, root: &Path) -> PathBuf {
        let (from, to) = (self.root.join("inputs"), root.join("inputs"));
        for file in crate::common::files(&from) {
            let copy = to.join(file.strip_prefix(&from).unwrap());
            std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
            std::fs::copy(&file, &copy).unwrap();
        }
        to
    }

    fn file(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.release().join(path)).unwrap()
    }

    fn table(&self, name: &str) -> Csv {
        Csv::open(&self.release().join(format!("tables/{name}.csv")))
    }
}

pub fn open() -> &'static England {
    static MADE: OnceLock<England> = OnceLock::new();
    MADE.get_or_init(|| England::make("open-2018-19", "2018"))
}

pub fn full() -> &'static England {
    static MADE: OnceLock<England> = OnceLock::new();
    MADE.get_or_init(|| England::make("dpcma-2018", "dpcma"))
}

const FRONT: &str = "2018-09-30";

fn codes_of_feeds(england: &England) -> Vec<BTreeSet<String>> {
    let json: Value = serde_json::from_slice(&england.file(METRICS)).unwrap();
    let json =
        json["Organisations"].as_array().unwrap().iter().map(|o| o["ODSCode"].as_str().unwrap().to_owned());
    let atom = String::from_utf8(england.file("feeds/overview-1.xml")).unwrap();
    let source = Csv::open(&england.release().join("feeds/CHOICES_POMI_SOURCE_SEP2018.csv"));
    vec![
        json.collect(),
        crate::feeds_support::elements(&atom, "s:odsCode").into_iter().collect(),
        nine(&england.file(INDICATORS)).into_iter().skip(1).map(|r| r[1].clone()).collect(),
        source.rows().map(|r| r.text("practice_code").to_owned()).collect(),
    ]
}

#[test]
fn closed_practices_and_branches_are_in_no_feed_and_open_ones_in_all() {
    for england in [open(), full()] {
        let rows = england.table("practices");
        let of_front = || rows.rows().filter(|r| r.text("period") == FRONT);
        let listed = |r: &crate::line::Row<'_>| r.text("status") == "active" && r.text("expected") == "true";
        let expected: BTreeSet<String> =
            of_front().filter(listed).map(|r| r.text("practice_code").to_owned()).collect();
        assert!(expected.len() > 100);
        for codes in codes_of_feeds(england) {
            assert_eq!(codes, expected, "{}", england.pipeline);
        }
        // against the directory as it was written, not as it was read
        let ods = crate::common::files(&england.root.join("inputs/ods"));
        let directory = ods.iter().find(|p| p.to_string_lossy().contains("epraccur")).unwrap();
        let bytes = std::fs::read(directory).unwrap();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
        let closed: BTreeSet<String> = reader
            .records()
            .map(Result::unwrap)
            .filter(|r| &r[12] == "C" || (!r[11].is_empty() && &r[11] < "20180930"))
            .map(|r| r[0].to_owned())
            .collect();
        assert!(!closed.is_empty(), "the synthetic England has closed practices");
        assert!(expected.is_disjoint(&closed), "{}", england.pipeline);
        assert!(expected.iter().all(|c| c.len() == 6), "no branch");
    }
}

#[test]
fn what_patients_are_told_is_what_the_index_counted() {
    let england = open();
    let values = england.table("indicator_values");
    let index: BTreeMap<(String, String), crate::line::Row<'_>> = values
        .rows()
        .filter(|r| r.text("period") == FRONT && r.text("unit_type") == "practice")
        .map(|r| ((r.text("unit_code").to_owned(), r.text("indicator_id").to_owned()), r))
        .collect();
    let pairs = [
        ("book-appointments", "appointments-on"),
        ("order-prescriptions", "prescriptions-on"),
        ("view-records", "records-on"),
        ("electronic-prescriptions", "eps"),
        ("patients-appointments", "appointments-enabled"),
        ("patients-prescriptions", "prescriptions-enabled"),
        ("patients-records", "records-enabled"),
    ];
    let (facts, feeds) = (england.table("patient_facts"), crate::feeds_support::definition());
    let of_front = || facts.rows().filter(|r| r.text("period") == FRONT);
    let key = |r: &crate::line::Row<'_>| (r.text("practice_code").to_owned(), r.text("fact").to_owned());
    let states: BTreeMap<(String, String), &str> = of_front().map(|r| (key(&r), r.text("answer"))).collect();
    let (mut seen, mut withheld) = (BTreeMap::<String, usize>::new(), 0);
    for row in of_front() {
        let (practice, fact) = (row.text("practice_code").to_owned(), row.text("fact"));
        let Some((_, indicator)) = pairs.iter().find(|(f, _)| *f == fact) else { continue };
        let own = &index[&(practice.clone(), (*indicator).to_owned())];
        let (told, value) = (row.text("answer"), own.text("value"));
        *seen.entry(told.to_owned()).or_default() += 1;
        match told {
            "yes" => assert_eq!(value, "1", "{fact}"),
            "no" => assert_eq!(value, "0", "{fact}"),
            // two ways to be not known that the index reads otherwise: it caps a share above the list at 1, and counts 0 where
            // the state of the system is not known; patients are told of neither
            "not_known" => {
                let state =
                    feeds.fact(fact).and_then(|f| f.only_if.clone()).map(|s| states[&(practice.clone(), s)]);
                let fits = value.is_empty() || value == "1" || (value == "0" && state == Some("not_known"));
                assert!(fits, "{fact} of {practice}: not known, and the index has {value}");
            }
            "counted" => {
                let people = row.int("people");
                assert_eq!(people, own.int("numerator"), "{fact} of {practice}");
                match people {
                    None => {
                        withheld += 1;
                        assert!(row.float("percent").is_none());
                        assert_eq!([row.text("absence"), own.text("absence")], ["withheld"; 2]);
                    }
                    Some(people) => assert!(people % 5 == 0 && !(1..=7).contains(&people)),
                }
            }
            other => panic!("{fact}: {other}"),
        }
    }
    assert!(["yes", "no", "not_known", "counted"].iter().all(|a| seen.contains_key(*a)), "{seen:?}");
    assert!(withheld > 0, "nothing was small");
}

#[test]
fn a_service_that_is_switched_off_or_not_asked_about_is_never_shown_as_there() {
    let england = open();
    let source = Csv::open(&england.release().join("feeds/CHOICES_POMI_SOURCE_SEP2018.csv"));
    let mut off = 0;
    for row in source.rows() {
        assert!(!row.text("system_supplier").contains("(I)"), "the tag of an add-on is no supplier");
        for stem in ["Appts", "Presc", "DetCodeRec"] {
            let own = |what: &str| {
                row.text(&format!("{what}_{stem}_{}", if what == "Sys" { "Enbld" } else { "Use" }))
            };
            if own("Sys") == "0" {
                off += 1;
                assert!(["0", ""].contains(&own("Pat")), "{stem}: used and switched off");
                assert_eq!(row.text(&format!("Pat_{stem}_Enbld")), "0");
            }
        }
    }
    assert!(off > 0);
    let told: BTreeSet<String> = england
        .table("patient_facts")
        .rows()
        .filter(|r| r.text("fact") == "email-consultations")
        .map(|r| r.text("answer").to_owned())
        .collect();
    assert_eq!(told, BTreeSet::from(["not_asked".to_owned()]), "silence is not a no");
}

#[test]
fn a_system_outweighs_a_word_and_a_word_stands_where_no_system_speaks() {
    let england = full();
    let facts = england.table("patient_facts");
    let states = public_facts(FactKind::State);
    let mut by_source: BTreeMap<String, usize> = BTreeMap::new();
    for row in
        facts.rows().filter(|r| r.text("period") == FRONT && states.iter().any(|s| s == r.text("fact")))
    {
        if ["yes", "no"].contains(&row.text("answer")) {
            *by_source.entry(row.text("dataset").to_owned()).or_default() += 1;
            let known = row.text("known_by");
            assert_eq!(
                known == "from the practice's own return",
                row.text("dataset") == "practice_declaration"
            );
        }
    }
    assert!(by_source["pomi"] > 100 && by_source.contains_key("practice_declaration"), "{by_source:?}");
}

#[test]
fn the_release_is_whole_with_its_feeds_and_the_feeds_can_be_made_again() {
    for england in [open(), full()] {
        let (_, said) = answer(dpcmi(&["verify"]).arg(england.release()));
        assert_eq!(said["whole"], true, "{said}");
        let manifest: Value = serde_json::from_slice(&england.file("manifest.json")).unwrap();
        let listed = manifest["files"].as_array().unwrap().iter().filter_map(|f| f["path"].as_str());
        let feeds: Vec<&str> = listed.filter(|p| p.starts_with("feeds/")).collect();
        assert_eq!(feeds.len(), 6, "{feeds:?}");
        let again = england.root.join("again");
        let (_, said) =
            answer(dpcmi(&["feed"]).arg("--release").arg(england.release()).arg("--out").arg(&again));
        assert_eq!(said["files"], 6);
        for path in feeds {
            assert_eq!(std::fs::read(again.join(path)).unwrap(), england.file(path), "{path}");
        }
        assert!(said_to_be_synthetic(&england.release()));
    }
}

#[test]
fn one_name_that_windows_1252_cannot_hold_never_stops_the_release() {
    let (england, root) = (open(), folder("feeds_name"));
    let inputs = england.inputs_into(&root);
    let json: Value = serde_json::from_slice(&england.file(METRICS)).unwrap();
    let practice = &json["Organisations"][4];
    let (code, name) =
        (practice["ODSCode"].as_str().unwrap(), practice["OrganisationName"].as_str().unwrap());
    let other = format!("ŁÓDŹ ROAD {name}");
    for file in crate::common::files(&inputs.join("ods")) {
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace(name, &other)).unwrap();
    }
    let release = root.join("release");
    let said = run(england.pipeline, &inputs, &root.join("store"), &release, &[]);
    assert_eq!(said["exit_code"], 1, "done, with a warning");
    let told = |bytes: Vec<u8>| nine(&bytes).into_iter().filter(|r| r[1] == code).collect::<Vec<_>>();
    let mut before = told(england.file(INDICATORS));
    before.iter_mut().for_each(|row| row[2] = code.to_owned());
    assert_eq!(told(std::fs::read(release.join(INDICATORS)).unwrap()), before, "every fact, under its code");
    assert!(std::fs::read_to_string(release.join(METRICS)).unwrap().contains(&other), "UTF-8 holds the name");
    let issues = Csv::open(&release.join("quality/issues.csv"));
    let asked: Vec<_> = issues.rows().filter(|r| r.text("name") == "FEED_CHARACTER").collect();
    assert_eq!(asked.len(), 1);
    let message = asked[0].text("message");
    for part in [code, &other, "'Ł'", INDICATORS] {
        assert!(message.contains(part), "{message} names no {part}");
    }
    assert!(asked[0].text("remedy").contains("Correct the name at its source"));
    let (exit, said) =
        answer(dpcmi(&["feed"]).arg("--release").arg(&release).arg("--out").arg(root.join("feed")));
    assert_eq!((exit, &said["exit_code"]), (1, &Value::from(1)), "the feeds made again say so too");
}

fn said_to_be_synthetic(release: &Path) -> bool {
    let atom = std::fs::read_to_string(release.join("feeds/overview-1.xml")).unwrap();
    let json = std::fs::read_to_string(release.join(METRICS)).unwrap();
    atom.contains("<title>Synthetic data") && json.contains("\"Title\":\"Synthetic data")
}

#[test]
fn a_base_that_is_no_https_address_is_refused() {
    let out = open().root.join("base");
    for base in ["http://a.example/", "https://a.example", "a"] {
        let mut command = dpcmi(&["feed", "--base", base]);
        let done = command.arg("--release").arg(open().release()).arg("--out").arg(&out).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{base}");
        assert!(!out.exists());
    }
    answer(
        dpcmi(&["feed", "--base", "https://a.example/gp/"])
            .arg("--release")
            .arg(open().release())
            .arg("--out")
            .arg(&out),
    );
    let atom = std::fs::read_to_string(out.join("feeds/overview-1.xml")).unwrap();
    assert!(
        atom.contains("href=\"https://a.example/gp/feeds/overview-1.xml\"")
            && !atom.contains("dpcmi.example")
    );
}
