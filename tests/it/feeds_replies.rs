//! The right to reply: the preview is a file for each practice, comes back as an input, changes what it speaks of and no
//! more, and silence is said to be silence.

use crate::common::files;
use crate::feeds_england::full;
use crate::line::{Csv, answer, dpcmi, folder, run, tree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A copy of the inputs, the preview, and the release with the replies.
struct Replied {
    preview: PathBuf,
    release: PathBuf,
    said: serde_json::Value,
}

/// Fact to decision, correction and day, by practice.
type Replies = BTreeMap<&'static str, Vec<(&'static str, [&'static str; 3])>>;

/// What preview and run are told alike.
const LAST_DAY: [&str; 2] = ["--reply-by", "2018-12-31"];

fn reply(name: &str, replies: &Replies) -> Replied {
    let (england, root) = (full(), folder(name));
    let (preview, release) = (root.join("preview"), root.join("release"));
    let inputs = england.inputs_into(&root);
    let mut command = dpcmi(&["preview", "dpcma-2018"]);
    command.args(LAST_DAY);
    answer(command.arg("--store").arg(england.root.join("store")).arg("--out").arg(&preview));
    let back = inputs.join("replies");
    std::fs::create_dir_all(&back).unwrap();
    for (at, (practice, decisions)) in replies.iter().enumerate() {
        // every second one answered to a preview of an earlier edition
        fill(&sheet(&preview, practice), &back.join(format!("{practice}.csv")), decisions, at % 2 == 1);
    }
    let said = run("dpcma-2018", &inputs, &root.join("store"), &release, &LAST_DAY);
    Replied { preview, release, said }
}

fn sheet(preview: &Path, practice: &str) -> PathBuf {
    let name = format!("{practice}.csv");
    files(preview)
        .into_iter()
        .find(|p| p.ends_with(&name))
        .unwrap_or_else(|| panic!("no preview for {practice}"))
}

/// What a preview says of the words that patients would read; earlier editions did not.
const READ: [&str; 5] = ["people", "of_people", "percent", "band", "patients_read"];

/// Fills in decisions as a practice would, in the last three columns of the preview, or of one of an earlier edition.
fn fill(from: &Path, to: &Path, decisions: &[(&str, [&str; 3])], earlier: bool) {
    let mut reader = csv::Reader::from_path(from).unwrap();
    let mut writer = csv::Writer::from_path(to).unwrap();
    let header = reader.headers().unwrap().clone();
    let keep = |at: &usize| !earlier || !READ.contains(&&header[*at]);
    let kept: Vec<usize> = (0..header.len()).filter(keep).collect();
    assert_eq!(kept.len(), if earlier { 12 } else { 17 });
    let name = |at: &usize| match &header[*at] {
        "on_record_not_for_publication" if earlier => "published".to_owned(),
        name => name.to_owned(),
    };
    writer.write_record(kept.iter().map(name)).unwrap();
    for record in reader.records().map(Result::unwrap) {
        let mut cells: Vec<&str> = record.iter().collect();
        if let Some((_, reply)) = decisions.iter().find(|(fact, _)| *fact == cells[4]) {
            cells.truncate(header.len() - 3);
            cells.extend(reply);
        }
        writer.write_record(kept.iter().map(|at| cells[*at])).unwrap();
    }
    writer.flush().unwrap();
}

/// The facts of the quarter on show: practice and fact to answer, people, reply, what stood before.
fn facts(release: &Path) -> BTreeMap<(String, String), [String; 4]> {
    let table = Csv::open(&release.join("tables/patient_facts.csv"));
    let own = table.rows().filter(|r| r.text("period") == "2018-09-30");
    own.map(|r| {
        let key = (r.text("practice_code").to_owned(), r.text("fact").to_owned());
        (key, ["answer", "people", "reply", "as_published"].map(|c| r.text(c).to_owned()))
    })
    .collect()
}

fn of<'f>(facts: &'f BTreeMap<(String, String), [String; 4]>, practice: &str, fact: &str) -> [&'f str; 4] {
    facts[&(practice.to_owned(), fact.to_owned())].each_ref().map(String::as_str)
}

/// A practice with the answer, not among the first so many.
fn with(facts: &BTreeMap<(String, String), [String; 4]>, fact: &str, answer: &str) -> &'static str {
    let found = facts.iter().find(|((_, f), v)| f == fact && v[0] == answer);
    Box::leak(found.unwrap_or_else(|| panic!("nobody with {answer} for {fact}")).0.0.clone().into_boxed_str())
}

#[test]
fn a_preview_holds_one_practice_a_file_with_every_fact_and_no_other_practice() {
    let replied = reply("feeds_preview", &Replies::new());
    let all = files(&replied.preview);
    let before = facts(&full().release());
    let practices: std::collections::BTreeSet<&String> = before.keys().map(|k| &k.0).collect();
    assert_eq!(all.len(), practices.len());
    for path in all.iter().step_by(17) {
        let sheet = Csv::open(path);
        let code = path.file_stem().unwrap().to_str().unwrap();
        assert_eq!(sheet.len(), 11, "every fact, also those of the source file");
        assert!(sheet.rows().all(|r| r.text("practice_code") == code && r.text("decision").is_empty()));
        assert!(sheet.rows().all(|r| r.text("reply_by") == "2018-12-31"));
    }
    assert_eq!(facts(&replied.release), before, "without a reply nothing is another");
    assert!(before.values().all(|v| v[2] == "not_confirmed"), "silence is no consent");
    // never onto somebody's replies
    let mut command = dpcmi(&["preview", "dpcma-2018"]);
    let again = command.arg("--store").arg(full().root.join("store")).arg("--out").arg(&replied.preview);
    assert_eq!(again.output().unwrap().status.code(), Some(20));
}

#[test]
fn a_correction_changes_its_practice_and_nobody_else() {
    let before = facts(&full().release());
    let on = with(&before, "book-appointments", "yes");
    let off = with(&before, "view-records", "no");
    assert_ne!(on, off);
    let replies = BTreeMap::from([
        (
            on,
            vec![
                ("book-appointments", ["corrected", "no", "2018-11-01"]),
                ("order-prescriptions", ["confirmed", "", "2018-11-01"]),
                ("patients-prescriptions", ["corrected", "9", "2018-11-01"]),
            ],
        ),
        (off, vec![("view-records", ["corrected", "yes", "2018-11-02"])]),
    ]);
    let replied = reply("feeds_corrected", &replies);
    let after = facts(&replied.release);
    assert_eq!(of(&after, on, "book-appointments"), ["no", "", "corrected", "yes"]);
    assert_eq!(of(&after, on, "order-prescriptions")[2], "confirmed");
    assert_eq!(of(&after, on, "patients-prescriptions")[..3], ["counted", "10", "corrected"]);
    assert_eq!(
        of(&after, on, "patients-appointments")[..2],
        ["counted", "0"],
        "it follows from the correction"
    );
    // and is known by it, not by the system that said otherwise
    let table = Csv::open(&replied.release.join("tables/patient_facts.csv"));
    let mut follows = table.rows().filter(|r| {
        r.text("practice_code") == on && r.text("fact") == "patients-appointments" && r.text("people") == "0"
    });
    let known_by = follows.next().expect("a count that follows").text("known_by");
    assert_eq!(known_by, "follows from what the practice corrected", "and was said by nobody");
    assert_eq!(of(&after, off, "view-records"), ["yes", "", "corrected", "no"]);
    assert_eq!(of(&after, off, "patients-records")[0], "not_known", "counted for a service that was off");
    for (key, now) in &after {
        if key.0 != on && key.0 != off {
            assert_eq!(now, &before[key], "{key:?}");
        }
    }
    // scores are made of what was published; a word of the practice does not move them
    for table in ["practice_scores", "ccg_scores", "indicator_values"] {
        let path = format!("tables/{table}.csv");
        let read = |release: &Path| std::fs::read(release.join(&path)).unwrap();
        assert_eq!(read(&replied.release), read(&full().release()), "{table}");
    }
    let text = std::fs::read_to_string(replied.release.join("feeds/metrics.json")).unwrap();
    assert!(text.contains("follows from what the practice corrected.\""), "nothing more is said of it");
    assert!(text.contains("corrected by the practice") && text.contains("confirmed by the practice"));
    // the changes of the feeds name the two, whose time is that of the reply, and nobody whose text stands
    let out = replied.release.with_file_name("feed");
    let mut command = dpcmi(&["feed"]);
    command
        .arg("--previous")
        .arg(full().release())
        .arg("--release")
        .arg(&replied.release)
        .arg("--out")
        .arg(&out);
    let (_, said) = answer(&mut command);
    let changes: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("feeds/changes/metrics.json")).unwrap()).unwrap();
    assert_eq!(said["changed"], changes["Organisations"].as_array().unwrap().len());
    for organisation in changes["Organisations"].as_array().unwrap() {
        let code = organisation["ODSCode"].as_str().unwrap();
        let at = organisation["LastUpdatedDates"]["Metrics"].as_str().unwrap();
        match code {
            c if c == on => assert_eq!(at, "2018-11-01T00:00:00Z"),
            c if c == off => assert_eq!(at, "2018-11-02T00:00:00Z"),
            // one whose quarter of practices moved, since the values of the two did
            _ => assert_eq!(at, "2018-09-30T00:00:01Z"),
        }
    }
}

#[test]
fn a_count_that_a_practice_corrects_holds_beside_its_other_lines_and_a_contradiction_is_asked_back() {
    let before = facts(&full().release());
    let on: Vec<&str> = before
        .iter()
        .filter(|((_, fact), told)| fact == "book-appointments" && told[0] == "yes")
        .map(|(key, _)| key.0.as_str())
        .take(2)
        .collect();
    let [off, more] = on[..] else { panic!("two practices with the service") };
    let (off, more): (&'static str, &'static str) = (off.to_owned().leak(), more.to_owned().leak());
    let replies = BTreeMap::from([
        (
            off,
            vec![
                ("book-appointments", ["corrected", "no", "2018-11-01"]),
                ("patients-appointments", ["corrected", "1000", "2018-11-01"]),
            ],
        ),
        (
            more,
            vec![
                ("book-appointments", ["confirmed", "", "2018-11-01"]),
                ("patients-appointments", ["corrected", "1000", "2018-11-01"]),
            ],
        ),
    ]);
    let replied = reply("feeds_count", &replies);
    let after = facts(&replied.release);
    assert_eq!(of(&after, more, "patients-appointments")[..3], ["counted", "1000", "corrected"]);
    assert_eq!(of(&after, off, "book-appointments")[0], "no");
    assert_eq!(of(&after, off, "patients-appointments")[0], "not_known", "neither none nor a thousand");
    let issues = Csv::open(&replied.release.join("quality/issues.csv"));
    let asked: Vec<&str> =
        issues.rows().filter(|r| r.text("name") == "REPLY_VALUE").map(|r| r.text("message")).collect();
    assert!(asked.len() == 1 && asked[0].contains(off) && asked[0].contains("ask which holds"), "{asked:?}");
}

#[test]
fn a_reply_that_is_late_stale_or_unusable_is_told_and_not_applied() {
    let before = facts(&full().release());
    let on = with(&before, "order-prescriptions", "yes");
    let replies = BTreeMap::from([(
        on,
        vec![
            ("order-prescriptions", ["corrected", "no", "2019-01-01"]),
            ("book-appointments", ["corrected", "perhaps", "2018-11-01"]),
            ("patients-appointments", ["corrected", "99999999", "2018-11-01"]),
        ],
    )]);
    let replied = reply("feeds_refused", &replies);
    assert_eq!(facts(&replied.release), before);
    let issues = Csv::open(&replied.release.join("quality/issues.csv"));
    let told: Vec<&str> = issues.rows().map(|r| r.text("name")).filter(|n| n.starts_with("REPLY_")).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.contains(&"REPLY_LATE") && told.contains(&"REPLY_VALUE"), "{told:?}");
    assert_eq!(replied.said["exit_code"], 1);
    let manifest = std::fs::read_to_string(replied.release.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["options"]["reply-by"], "2018-12-31", "the release says which day held");
    let text = std::fs::read_to_string(replied.release.join("quality/issues.csv")).unwrap();
    assert!(!text.contains("99999999"), "what a practice counts is not published with the faults");
}

#[test]
fn a_practice_reads_in_the_preview_word_by_word_what_patients_will_read() {
    let preview = folder("feeds_read").join("preview");
    let mut command = dpcmi(&["preview", "dpcma-2018"]);
    answer(command.arg("--store").arg(full().root.join("store")).arg("--out").arg(&preview));
    // the metric of each fact, from the definition
    let definition = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/feeds.toml");
    let definition = std::fs::read_to_string(definition).unwrap().parse::<toml::Table>().unwrap();
    let metric: BTreeMap<&str, i64> = definition["fact"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| Some((f["id"].as_str()?, f.get("metric")?.as_integer()?)))
        .collect();
    let feed = std::fs::read(full().release().join("feeds/metrics.json")).unwrap();
    let feed: serde_json::Value = serde_json::from_slice(&feed).unwrap();
    let published = Csv::open(&full().release().join("tables/patient_facts.csv"));
    let published: BTreeMap<(&str, &str), [&str; 2]> = published
        .rows()
        .filter(|r| r.text("period") == "2018-09-30")
        .map(|r| ((r.text("practice_code"), r.text("fact")), [r.text("people"), r.text("of_people")]))
        .collect();
    let (mut read, mut banded, mut unread) = (0, 0, 0);
    for organisation in feed["Organisations"].as_array().unwrap() {
        let code = organisation["ODSCode"].as_str().unwrap();
        let sheet = Csv::open(&sheet(&preview, code));
        for row in sheet.rows() {
            let counts = ["people", "of_people"].map(|c| row.text(c));
            assert_eq!(counts, published[&(code, row.text("fact"))], "{code}: {}", row.text("fact"));
            let Some(id) = metric.get(row.text("fact")) else {
                assert!(row.text("patients_read").starts_with("In no feed"));
                unread += 1;
                continue;
            };
            let metrics = organisation["Metrics"].as_array().unwrap();
            let told = metrics.iter().find(|m| m["MetricID"] == *id).unwrap();
            assert_eq!(told["Text"], row.text("patients_read"), "{code}");
            let band = told["BandingClassification"].as_str().unwrap();
            let band = if ["lowest", "middle", "highest"].contains(&band) { band } else { "" };
            assert_eq!(band, row.text("band"), "{code}");
            if !row.text("percent").is_empty() {
                assert_eq!(told["Value"], row.text("percent"));
                assert!(row.text("patients_read").contains(row.text("percent")));
            }
            read += 1;
            banded += usize::from(!band.is_empty());
        }
    }
    assert!(read > 500 && banded > 100 && unread > 100, "{read} {banded} {unread}");
}

#[test]
fn a_reply_is_told_by_its_name_and_neither_its_length_nor_its_hash_tells_a_count() {
    let practice = with(&facts(&full().release()), "book-appointments", "yes");
    let [one, other] = ["9", "12"].map(|count| {
        let decisions = vec![("patients-prescriptions", ["corrected", count, "2018-11-01"])];
        reply(&format!("feeds_confidential_{count}"), &BTreeMap::from([(practice, decisions)]))
    });
    let (first, second) = (tree(&one.release), tree(&other.release));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    let told: Vec<&String> =
        first.iter().filter(|(path, bytes)| second[*path] != **bytes).map(|f| f.0).collect();
    assert!(told.is_empty(), "tell 9 from 12: {told:?}");

    let manifest: serde_json::Value = serde_json::from_slice(&first["manifest.json"]).unwrap();
    let name = format!("replies/{practice}.csv");
    assert_eq!(manifest["confidential"], serde_json::json!([name]));
    assert!(manifest["store"].is_null() && manifest["inputs"].as_array().unwrap().len() > 10);
    let files = Csv::open(&one.release.join("quality/reconciliation.csv"));
    let row = files.rows().find(|r| r.text("input") == name).expect("the account names it");
    assert_eq!((row.get("sha256"), row.get("bytes_read"), row.int("rows_read")), (None, None, Some(11)));

    // whoever holds the store still finds its rows, and is told when it is another one
    let root = |replied: &Replied| replied.release.parent().unwrap().to_owned();
    let explain = |store: &Path| {
        let mut command = dpcmi(&["explain", practice]);
        command.arg("--release").arg(&one.release).arg("--store").arg(store).output().unwrap()
    };
    assert!(explain(&root(&one).join("store")).status.success());
    assert!(!explain(&full().root.join("store")).status.success());
    // what is in it, no release says: a second run writes the same again
    let again =
        run("dpcma-2018", &root(&one).join("inputs"), &root(&one).join("store"), &one.release, &LAST_DAY);
    assert_eq!(again["release"], one.said["release"]);
    assert_eq!(tree(&one.release), first);
}

#[test]
fn a_preview_runs_no_formula_and_a_reply_reads_back_what_was_guarded() {
    let (england, root) = (full(), folder("feeds_formula"));
    let inputs = england.inputs_into(&root);
    let practice = with(&facts(&england.release()), "book-appointments", "yes");
    let known = Csv::open(&england.release().join("tables/practices.csv"));
    let mut own = known.rows().filter(|r| r.text("practice_code") == practice);
    let name = own.next().unwrap().text("practice_name").to_owned();
    let formula = format!("=1+1 {name}");
    for file in files(&inputs.join("ods")) {
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace(&name, &formula)).unwrap();
    }
    let (store, preview) = (root.join("store"), root.join("preview"));
    let ingest = |inputs: &Path| {
        answer(dpcmi(&["ingest", "dpcma-2018"]).arg("--inputs").arg(inputs).arg("--store").arg(&store));
    };
    ingest(&inputs);
    answer(
        dpcmi(&["preview", "dpcma-2018"])
            .args(LAST_DAY)
            .arg("--store")
            .arg(&store)
            .arg("--out")
            .arg(&preview),
    );
    let sent = sheet(&preview, practice);
    assert!(Csv::open(&sent).rows().all(|r| r.text("practice_name") == format!("'{formula}")));
    for file in files(&preview) {
        for row in csv::Reader::from_path(&file).unwrap().records().map(Result::unwrap) {
            assert!(!row.iter().any(|c| c.starts_with(['=', '+', '-', '@'])), "{}: {row:?}", file.display());
        }
    }
    std::fs::create_dir_all(inputs.join("replies")).unwrap();
    let back = inputs.join("replies").join(format!("{practice}.csv"));
    fill(&sent, &back, &[("book-appointments", ["corrected", "no", "2018-11-01"])], false);
    ingest(&inputs);
    let replies = dpcmi::store::Store::open(&store).unwrap().read("practice_replies").unwrap();
    let names = replies[0].frame.column("practice_name").unwrap().str().unwrap().clone();
    assert!(
        !names.is_empty() && names.iter().all(|n| n == Some(formula.as_str())),
        "as it was before the guard"
    );
}
