//! Counts of people, rounded at the door. Two countries that differ in every such count, but in none as the rule shows it, have
//! the same release to the byte: tables, charts, pages, workbooks, feeds, and the next release. Whoever holds all of it can tell
//! no two of them apart, so that no withheld or rounded count can be worked out.

use crate::line::{Csv, answer, dpcmi, folder, tree};
use dpcmi::store::Release;
use std::collections::BTreeMap;
use std::io::Read;

/// Fields of POMI that count people; states of systems do not.
const PEOPLE: [&str; 10] = [
    "patient_list_size",
    "Pat_Appts_Enbld",
    "Pat_Appts_Use",
    "Pat_Presc_Enbld",
    "Pat_Presc_Use",
    "Pat_DetCodeRec_Enbld",
    "Pat_DetCodeRec_Use",
    "Total_Pat_Enbld",
    "New_Pat_Enbld",
    "Total_Use",
];

/// The counts of one class of the rule, as whoever attacks knows it.
fn class(n: i64) -> (i64, i64) {
    match n {
        0 => (0, 0),
        1..=7 => (1, 7),
        n => {
            let shown = (n + 2) / 5 * 5;
            ((shown - 2).max(8), shown + 2)
        }
    }
}

/// The POMI of a country with many small counts; `other` takes another count of the same class for each.
fn pomi(text: &str, other: bool) -> (String, usize) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(reader.headers().unwrap()).unwrap();
    let mut changed = 0;
    for (row, record) in reader.records().enumerate() {
        let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        let [.., field, value] = cells.as_mut_slice() else { unreachable!() };
        if let (true, Ok(n)) = (PEOPLE.contains(&field.as_str()), value.parse::<i64>()) {
            // a third of all are few, but not of the lists
            let few = row % 3 == 0 && field != "patient_list_size";
            let n = if few { (row / 3 % 11) as i64 } else { n };
            let (low, high) = class(n);
            let another = if n == high { low } else { n + 1 };
            changed += usize::from(other && another != n);
            *value = if other { another } else { n }.to_string();
        }
        out.write_record(&cells).unwrap();
    }
    (String::from_utf8(out.into_inner().unwrap()).unwrap(), changed)
}

/// What a release says of its inputs and not of people: hashes and lengths of files.
fn of_files(path: &str) -> bool {
    path == "manifest.json" || path == "SHA256SUMS" || path.starts_with("quality/reconciliation.")
}

/// What a file says: of Parquet its table, since its metadata name the hash of the inputs; of texts all but the hashes that
/// name stored files.
fn said(release: &Release, path: &str, bytes: &[u8]) -> String {
    let hash = regex::Regex::new(r"-[0-9a-f]{8}\.parquet").unwrap();
    let text = match path.strip_suffix(".parquet") {
        Some(table) => {
            let frame = release.frame(table).unwrap();
            frame
                .columns()
                .iter()
                .map(|c| {
                    format!("{} {:?}\n", c.name(), c.as_materialized_series().iter().collect::<Vec<_>>())
                })
                .collect()
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    };
    hash.replace_all(&text, ".parquet").into_owned()
}

/// The files of the one release that two countries have which differ in every protected count.
fn one_release(era: &str, pipeline: &str) -> BTreeMap<String, Vec<u8>> {
    let at = folder(&format!("disclosure-{pipeline}"));
    let inputs = at.join("in");
    let synth = ["synth", "--era", era, "--practices", "60", "--quarters", "2"];
    answer(dpcmi(&synth).arg("--out").arg(&inputs));
    let zip = std::fs::read_dir(inputs.join("pomi")).unwrap().next().unwrap().unwrap().path();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_index(0).unwrap().read_to_string(&mut text).unwrap();
    std::fs::remove_file(&zip).unwrap();

    let mut releases: Vec<(Release, BTreeMap<String, Vec<u8>>)> = Vec::new();
    for other in [false, true] {
        let (pomi, changed) = pomi(&text, other);
        assert!(!other || changed > 1_000, "only {changed} counts differ");
        std::fs::write(inputs.join("pomi/POMI_APR2018_to_SEP2018.csv"), pomi).unwrap();
        let (store, out) = (at.join(format!("store-{other}")), at.join(format!("release-{other}")));
        let mut command = dpcmi(&["run", pipeline]);
        command.arg("--inputs").arg(&inputs);
        answer(command.arg("--store").arg(&store).arg("--out").arg(&out));
        releases.push((Release::open(&out).unwrap(), tree(&out)));
    }
    let [(first, one), (second, two)] = <[_; 2]>::try_from(releases).unwrap();
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    let told: Vec<&String> = one
        .iter()
        .filter(|(path, bytes)| {
            !of_files(path) && said(&first, path, bytes) != said(&second, path, &two[*path])
        })
        .map(|(path, _)| path)
        .collect();
    assert!(told.is_empty(), "tell the two apart: {told:?}");
    one
}

#[test]
fn claims_evidence_steps_and_feeds_of_the_full_model_tell_no_protected_count() {
    let release = one_release("dpcma", "dpcma-2018");
    for table in ["evidence", "step_items", "patient_facts"] {
        assert!(Csv::of(&release[&format!("tables/{table}.csv")]).len() > 20, "{table}");
    }
}

#[test]
fn counts_of_people_are_in_fives_or_withheld_and_few_are_no_silence() {
    let one = one_release("2018", "open-2018-19");
    let (mut withheld, mut rounded) = (0, 0);
    for table in ["indicator_values", "funnel_signals", "step_items", "action_practices"] {
        let counts = Csv::of(&one[&format!("tables/{table}.csv")]);
        for row in counts.rows().filter(|r| r.text("indicator_id").ends_with("-enabled")) {
            for count in [row.int("numerator"), row.int("denominator")].into_iter().flatten() {
                rounded += 1;
                assert!(count == 0 || (count > 7 && count % 5 == 0), "{table}: {count}");
            }
            if table == "indicator_values" && row.text("absence") == "withheld" {
                withheld += 1;
                assert!(row.float("value").is_none() && row.int("numerator").is_none());
                // what they are worth is known, and it is little
                assert!(row.float("points").is_some_and(|p| p < 20.0), "{:?}", row.float("points"));
                assert_eq!(row.float("points_low"), row.float("points_high"));
            }
        }
    }
    assert!(withheld > 20 && rounded > 500, "{withheld} withheld, {rounded} rounded");
}
