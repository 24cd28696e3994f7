//! A second opinion on the whole line: the published files run through the built binary, and recounted here from
//! the raw files with other readers and plain maps. Counts and sums must agree to the last one.

use crate::common::real;
use crate::line::{Csv, answer, dpcmi, folder, run, tree};
use crate::recount_raw::{Answers, consultations, gp2gp, half_up, lists, payments, pomi, telephony};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What both pipelines made of the real files, once for all tests here.
pub struct Made {
    inputs: PathBuf,
    store: PathBuf,
    /// Releases by pipeline.
    pub old: PathBuf,
    new: PathBuf,
    said: Value,
}

pub fn made() -> Option<&'static Made> {
    static MADE: OnceLock<Option<Made>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let inputs = real("pomi")?.parent()?.to_owned();
        let root = folder("recount");
        let (store, old, new) = (root.join("store"), root.join("open-2018-19"), root.join("open-2025"));
        let said = run("open-2018-19", &inputs, &store, &old, &[]);
        run("open-2025", &inputs, &store, &new, &[]);
        Some(Made { inputs, store, old, new, said })
    });
    made.as_ref()
}

/// Where a practice counts in a quarter, and its list.
struct Home {
    ccg: Option<String>,
    region: Option<String>,
    list: Option<i64>,
}

/// The `practices` table: quarter -> practice -> home.
fn homes(release: &Path) -> BTreeMap<String, BTreeMap<String, Home>> {
    let mut all: BTreeMap<String, BTreeMap<String, Home>> = BTreeMap::new();
    for row in Csv::open(&release.join("tables/practices.csv")).rows() {
        let own = |c: &str| row.get(c).map(str::to_owned);
        let home = Home { ccg: own("ccg_code"), region: own("region_code"), list: row.int("list_size") };
        let twice =
            all.entry(row.text("period").into()).or_default().insert(row.text("practice_code").into(), home);
        assert!(twice.is_none(), "a practice stands twice in a quarter");
    }
    all
}

/// Months of a quarter by its last day, as year * 12 + month.
fn months(quarter: &str) -> [u32; 3] {
    let number = |at: std::ops::Range<usize>| quarter[at].parse::<u32>().unwrap();
    let last = number(0..4) * 12 + number(5..7);
    [last - 2, last - 1, last]
}

type Sums = BTreeMap<(String, String), (i64, i64, i64)>;

/// Numerator, denominator and practices of every area in a quarter, as published.
fn published(table: &Csv, quarter: &str, indicator: &str) -> Sums {
    let rows = table.rows().filter(|r| {
        r.text("period") == quarter
            && r.text("indicator_id") == indicator
            && r.text("unit_type") != "practice"
    });
    let known = rows.filter_map(|r| {
        let sums = (r.int("numerator")?, r.int("denominator")?, r.int("practices")?);
        Some(((r.text("unit_type").to_owned(), r.text("unit_code").to_owned()), sums))
    });
    known.collect()
}

/// The same added up from practices.
fn summed(homes: &BTreeMap<String, Home>, practices: &BTreeMap<&str, (i64, i64)>) -> Sums {
    let mut sums = Sums::new();
    for (practice, (n, d)) in practices {
        let home = &homes[*practice];
        let areas =
            [("england", Some("england")), ("ccg", home.ccg.as_deref()), ("region", home.region.as_deref())];
        for (kind, code) in areas {
            let Some(code) = code else { continue };
            let sum = sums.entry((kind.to_owned(), code.to_owned())).or_default();
            *sum = (sum.0 + n, sum.1 + d, sum.2 + 1);
        }
    }
    sums
}

/// One ratio over the months: both parts known in a month, or the month does not count.
fn ratio<'h>(
    homes: &'h BTreeMap<String, Home>,
    months: &[u32],
    part: impl Fn(&str, u32) -> Option<(i64, i64)>,
) -> BTreeMap<&'h str, (i64, i64)> {
    let mut out = BTreeMap::new();
    for practice in homes.keys() {
        let known: Vec<(i64, i64)> = months.iter().filter_map(|m| part(practice, *m)).collect();
        let (n, d) = known.iter().fold((0, 0), |(n, d), k| (n + k.0, d + k.1));
        if d > 0 {
            out.insert(practice.as_str(), (n, d));
        }
    }
    out
}

fn agree(table: &Csv, quarter: &str, indicator: &str, want: &Sums) {
    let got = published(table, quarter, indicator);
    let keys: BTreeSet<_> = got.keys().chain(want.keys()).collect();
    let wrong: Vec<String> = keys
        .into_iter()
        .filter(|k| got.get(*k) != want.get(*k))
        .map(|k| format!("{} {}: published {:?}, recounted {:?}", k.0, k.1, got.get(k), want.get(k)))
        .collect();
    assert!(wrong.is_empty(), "{indicator} {quarter}: {} areas differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        want.contains_key(&("england".into(), "england".into())),
        "{indicator} {quarter}: nothing counted"
    );
}

#[test]
fn online_services_of_2018_recounted_from_the_raw_return() {
    let Some(made) = made() else { return };
    let (rows, answers, raw_ccg) = pomi(&made.inputs);
    assert_eq!(rows, 542_490);
    let table = Csv::open(&made.old.join("tables/indicator_values.csv"));
    let homes = homes(&made.old);
    for quarter in ["2018-06-30", "2018-09-30"] {
        let (months, homes) = (months(quarter), &homes[quarter]);
        for (practice, month) in answers.keys().filter(|(_, m)| months.contains(m)) {
            let home = homes.get(practice).unwrap_or_else(|| panic!("{practice} of month {month} is lost"));
            let last = months.iter().rev().find_map(|m| raw_ccg.get(&(practice.clone(), *m)));
            assert_eq!(home.ccg.as_ref(), last, "{practice} counts under the CCG of its own last row");
        }
        let known = |p: &str, m: u32, field: &str| *answers.get(&(p.to_owned(), m))?.get(field)?;
        for (service, field) in
            [("appointments", "Appts"), ("prescriptions", "Presc"), ("records", "DetCodeRec")]
        {
            let system = |p: &str, m: u32| known(p, m, &format!("Sys_{field}_Enbld"));
            // of two systems that a practice is reported from, the better answer; 9 is not known
            let on = |p: &str, m: u32| system(p, m).filter(|s| *s < 3).map(|s| (i64::from(s == 2), 1));
            let last = &months[2..];
            agree(&table, quarter, &format!("{service}-on"), &summed(homes, &ratio(homes, last, on)));
            let gated = |p: &str, m: u32, what: &str| {
                let open = system(p, m)? == 2;
                // the row must be there even where the service is off
                let row = answers[&(p.to_owned(), m)].get(&format!("Pat_{field}_{what}"))?;
                Some((if open { (*row)? } else { 0 }, known(p, m, "patient_list_size")?))
            };
            let enabled = ratio(homes, last, |p, m| gated(p, m, "Enbld"));
            agree(&table, quarter, &format!("{service}-enabled"), &summed(homes, &enabled));
            let used = ratio(homes, &months, |p, m| gated(p, m, "Use"));
            agree(&table, quarter, &format!("{service}-used"), &summed(homes, &used));
        }
    }
}

#[test]
fn record_transfers_of_2019_recounted_from_the_raw_files() {
    let Some(made) = made() else { return };
    let table = Csv::open(&made.old.join("tables/indicator_values.csv"));
    let homes = homes(&made.old);
    for (indicator, file, practice) in [
        ("gp2gp-integrated", "PRMT_365_Requestor_transfers.csv", "RequestorODS"),
        ("gp2gp-sent-integrated", "PRMT_365_Sender_transfers.csv", "SenderODS"),
    ] {
        let transfers = gp2gp(&made.inputs.join("gp2gp").join(file), practice);
        for quarter in ["2019-06-30", "2019-09-30"] {
            let part = |p: &str, m: u32| {
                let [integrated, requests] = transfers.get(&(p.to_owned(), m))?;
                Some(((*integrated)?, (*requests)?))
            };
            let want = ratio(&homes[quarter], &months(quarter), part);
            agree(&table, quarter, indicator, &summed(&homes[quarter], &want));
        }
    }
}

#[test]
fn electronic_prescriptions_recounted_from_the_directory() {
    let Some(made) = made() else { return };
    let bytes = std::fs::read(made.inputs.join("nhs-choices/GP.csv")).unwrap();
    let text = encoding_rs::WINDOWS_1252.decode(&bytes).0;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('¬').collect();
    let at = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let (code, eps) = (at("OrganisationCode"), at("isEPSEnabled"));
    let mut enabled: BTreeMap<&str, bool> = BTreeMap::new();
    let mut rows = 0;
    for cells in lines.map(|l| l.split('¬').collect::<Vec<_>>()) {
        rows += 1;
        // a branch has the practice's code and three digits
        if let (Some(practice), word @ ("True" | "False")) = (cells[code].get(..6), cells[eps]) {
            *enabled.entry(practice).or_default() |= word == "True";
        }
    }
    assert_eq!(rows, 8_883);
    let table = Csv::open(&made.old.join("tables/indicator_values.csv"));
    for (quarter, homes) in &homes(&made.old) {
        let want = ratio(homes, &[0], |p, _| enabled.get(p).map(|e| (i64::from(*e), 1)));
        agree(&table, quarter, "eps", &summed(homes, &want));
    }
}

#[test]
fn online_consultations_and_calls_of_2025_recounted_from_the_raw_workbooks() {
    let Some(made) = made() else { return };
    let table = Csv::open(&made.new.join("tables/indicator_values.csv"));
    let homes = homes(&made.new);
    let submissions = consultations(&made.inputs.join("online-consultations"));
    let pair = |answers: &Answers, p: &str, m: u32, n: &str, d: &str| {
        let of = answers.get(&(p.to_owned(), m))?;
        Some(((*of.get(n)?)?, (*of.get(d)?)?))
    };
    for (quarter, homes) in &homes {
        let months = months(quarter);
        for (practice, _) in submissions.keys().filter(|(_, m)| months.contains(m)) {
            assert!(homes.contains_key(practice), "{practice} is lost in {quarter}");
        }
        let want = ratio(homes, &months, |p, m| pair(&submissions, p, m, "submissions", "registered"));
        agree(&table, quarter, "online-submissions", &summed(homes, &want));
        let taking = ratio(homes, &months[2..], |p, m| {
            let answer = submissions.get(&(p.to_owned(), m))?.get("participation").copied()??;
            Some((answer, 1))
        });
        if taking.is_empty() {
            assert!(
                published(&table, quarter, "online-taking-part").is_empty(),
                "{quarter}: starred on every row"
            );
        } else {
            agree(&table, quarter, "online-taking-part", &summed(homes, &taking));
        }
    }
    let calls = telephony(&made.inputs.join("cloud-telephony"));
    let quarter = "2025-12-31";
    let (homes, months) = (&homes[quarter], months(quarter));
    for (indicator, n, d) in [
        ("calls-answered", "answered", "inbound"),
        ("calls-missed", "missed", "inbound"),
        ("calls-within-two-minutes", "under_2m", "answered_of_waits"),
    ] {
        let want = ratio(homes, &months, |p, m| pair(&calls, p, m, n, d));
        agree(&table, quarter, indicator, &summed(homes, &want));
    }
}

#[test]
fn lists_and_numbers_of_practices_add_up_per_ccg() {
    let Some(made) = made() else { return };
    let (_, returned, _) = pomi(&made.inputs);
    let counts = |practice: &str, quarter: &str| -> bool {
        let of = returned.get(&(practice.to_owned(), months(quarter)[2]));
        of.and_then(|fields| *fields.get("patient_list_size")?).is_some_and(|n| n > 0)
    };
    let mut of_nobody = 0;
    for (release, sources) in [(&made.old, payments(&made.inputs)), (&made.new, lists(&made.inputs))] {
        let scores = Csv::open(&release.join("tables/ccg_scores.csv"));
        for (quarter, homes) in homes(release) {
            let near = sources.near(&quarter);
            let (mut want, mut england) = (BTreeMap::new(), (0, 0));
            for (practice, home) in &homes {
                let list = near.iter().find_map(|s| s.get(practice)).map(|x| half_up(*x));
                // a list of nobody beside patients that the practice returned is not known
                let believed = list.filter(|n| *n > 0 || !counts(practice, &quarter));
                of_nobody += i32::from(believed != list);
                let list = believed;
                assert_eq!(home.list, list, "{practice} in {quarter}");
                england = (england.0 + 1, england.1 + list.unwrap_or(0));
                let Some(ccg) = home.ccg.as_deref() else { continue };
                let sum: &mut (i64, i64) = want.entry(ccg).or_default();
                *sum = (sum.0 + 1, sum.1 + list.unwrap_or(0));
            }
            let got: BTreeMap<&str, (i64, i64)> = scores
                .rows()
                .filter(|r| r.text("period") == quarter)
                .map(|r| (r.text("ccg_code"), (r.int("practices").unwrap(), r.int("list_size").unwrap())))
                .collect();
            assert_eq!(got, want, "{quarter}");
            let areas = Csv::open(&release.join("tables/area_scores.csv"));
            let row = areas
                .rows()
                .find(|r| r.text("period") == quarter && r.text("unit_type") == "england")
                .unwrap();
            assert_eq!((row.int("practices").unwrap(), row.int("list_size").unwrap()), england, "{quarter}");
        }
    }
    assert_eq!(of_nobody, 10, "five practices in each of two quarters");
    let page = std::fs::read_to_string(made.old.join("site/practice/Y02646.html")).unwrap();
    assert!(page.contains("not known") && !page.contains("<dd>0</dd>"));
}

#[test]
fn pounds_per_ccg_recounted_from_the_raw_lines() {
    let Some(made) = made() else { return };
    let raw = Csv::open(&made.inputs.join("ccg-spend/ccg_gpit_spend_lines_london_2020-21.csv"));
    assert_eq!(raw.len(), 206);
    let mut want: BTreeMap<(String, &str), (i64, i64)> = BTreeMap::new();
    for row in raw.rows() {
        let pence = (row.float("amount_gbp_truncated").unwrap() * 100.0).round() as i64;
        let supplier = row.text("supplier");
        let recharge = supplier.starts_with("NHS ") && supplier.ends_with(" CCG");
        for scope in ["as_reported", "without_recharges"] {
            let sum = want.entry((row.text("ccg_code").to_owned(), scope)).or_default();
            if scope == "as_reported" || !recharge {
                *sum = (sum.0 + pence, sum.1 + 1);
            }
        }
    }
    let lists = Csv::open(&made.inputs.join("list-sizes/gp-reg-pat-prac-all.csv"));
    let mut registered: BTreeMap<&str, i64> = BTreeMap::new();
    for row in lists.rows() {
        *registered.entry(row.text("CCG_CODE")).or_default() += row.int("NUMBER_OF_PATIENTS").unwrap();
    }
    for release in [&made.old, &made.new] {
        let table = Csv::open(&release.join("tables/spend_per_head.csv"));
        assert_eq!(table.len(), want.len() / 2 * 3, "like for like is recounted in `spend.rs`");
        for row in table.rows().filter(|r| r.text("scope") != "like_for_like") {
            let (ccg, scope) = (row.text("ccg_code"), row.text("scope"));
            let (_, (pence, lines)) = want.iter().find(|((c, s), _)| c == ccg && *s == scope).unwrap();
            assert_eq!(row.int("lines"), Some(*lines), "{ccg} {scope}");
            assert_eq!(row.int("spend_pence"), (*lines > 0).then_some(*pence), "{ccg} {scope}");
            assert_eq!(row.int("registered"), Some(registered[ccg]), "{ccg}");
            let per_head = (*lines > 0).then(|| *pence as f64 / registered[ccg] as f64);
            assert_eq!(row.float("per_head_registered"), per_head, "{ccg} {scope}");
        }
    }
}

/// Rows of one long frame that one row of a wide file makes.
fn times(file: &str) -> i64 {
    if file.contains("Patient_List_Size_") {
        18
    } else if file.contains("test-pomi") {
        4
    } else {
        1
    }
}

#[test]
fn every_row_is_stored_or_named_and_the_counts_are_those_of_the_description() {
    let Some(made) = made() else { return };
    let table = Csv::open(&made.old.join("quality/reconciliation.csv"));
    let (mut accepted, mut rows_of) = (BTreeMap::new(), BTreeMap::new());
    for row in table.rows() {
        let part = |c: &str| row.int(c).unwrap();
        let (file, state) = (row.text("input"), row.text("state"));
        let (fine, bad) = (part("rows_accepted"), part("rows_quarantined"));
        assert_eq!(part("rows_read"), fine + bad + part("rows_skipped") + part("rows_refused"), "{file}");
        assert_eq!(part("bytes_read"), part("bytes_accounted"), "{file}");
        let expected = match (row.get("dataset"), fine, bad) {
            (None, _, _) => ["refused", "unclaimed"].contains(&state),
            (_, 0, _) => state == "refused",
            (_, _, 0) => state == "accepted",
            _ => state == "accepted_in_part",
        };
        assert!(expected, "{file}: {fine} accepted, {bad} quarantined, called {state}");
        let Some(dataset) = row.get("dataset") else { continue };
        // the market share is published as a workbook and as a copy of it: one content, stored once
        if !file.ends_with("Jan 2018b.xlsx") {
            *accepted.entry(dataset.to_owned()).or_insert(0) += fine * times(file);
        }
        rows_of.entry(file.to_owned()).or_insert((dataset.to_owned(), fine + bad));
    }
    accepted.retain(|_, rows| *rows > 0);
    let status = answer(dpcmi(&["status"]).arg("--store").arg(&made.store)).1;
    let stored: BTreeMap<String, i64> = status["datasets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["dataset"].as_str().unwrap().to_owned(), d["rows"].as_i64().unwrap()))
        .collect();
    assert_eq!(stored, accepted, "what was accepted is what is stored");
    assert_eq!(stored["choices_gp"], 8_883);
    assert_eq!(stored["pomi"], 542_490 + 4 * 99);
    let described = described(&made.inputs);
    assert!(described.len() > 50, "the description has another form now");
    for (file, rows) in described {
        let Some((_, found)) = rows_of.get(&file) else { continue };
        assert_eq!(*found, rows, "{file}");
    }
}

/// File -> data rows, from the tables of the samples' description: `| `name` | what | period | 7,959 x 53 | ...`.
fn described(inputs: &Path) -> BTreeMap<String, i64> {
    let text = std::fs::read_to_string(inputs.join("README.md")).unwrap();
    let (mut section, mut out) = (String::new(), BTreeMap::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            name.clone_into(&mut section);
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let Some(file) = cells.get(1).and_then(|c| c.strip_prefix('`')?.strip_suffix('`')) else { continue };
        let size = cells.iter().find_map(|c| c.split_once(" x ").filter(|(_, w)| w.parse::<u32>().is_ok()));
        if let Some(rows) = size.and_then(|(rows, _)| rows.replace(',', "").parse().ok()) {
            out.insert(format!("{section}/{file}"), rows);
        }
    }
    out
}

#[test]
fn the_store_and_both_releases_verify() {
    let Some(made) = made() else { return };
    for folder in [&made.store, &made.old, &made.new] {
        let (code, said) = answer(dpcmi(&["verify"]).arg(folder));
        assert_eq!((code, &said["whole"]), (0, &Value::Bool(true)), "{}", folder.display());
    }
}

#[test]
fn neither_threads_nor_place_nor_language_changes_a_byte() {
    let Some(made) = made() else { return };
    let root = folder("recount_again");
    let mut command = dpcmi(&["run", "open-2018-19", "--store", "elsewhere", "--out", "made/here"]);
    command.arg("--inputs").arg(&made.inputs).current_dir(&root);
    command.env("RAYON_NUM_THREADS", "3").env("TZ", "Pacific/Kiritimati").env("LC_ALL", "tr_TR.UTF-8");
    command.env("LANG", "tr_TR.UTF-8").env("TMPDIR", &root).env("HOME", &root);
    answer(&mut command);
    let both = |release: &Path, store: &Path| {
        let mut all = tree(release);
        all.extend(tree(store).into_iter().map(|(path, bytes)| (format!("store: {path}"), bytes)));
        all
    };
    let first = both(&made.old, &made.store);
    let again = both(&root.join("made/here"), &root.join("elsewhere"));
    let names = |t: &BTreeMap<String, Vec<u8>>| t.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&first), names(&again));
    let differ: Vec<&String> =
        first.iter().filter(|(name, bytes)| again[*name] != **bytes).map(|x| x.0).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn a_second_run_does_nothing_and_says_so() {
    let Some(made) = made() else { return };
    assert_eq!(made.said["release"]["unchanged"], false);
    let before = tree(&made.old);
    let said = run("open-2018-19", &made.inputs, &made.store, &made.old, &[]);
    assert_eq!((&said["ingest"]["unchanged"], &said["release"]["unchanged"]), (&true.into(), &true.into()));
    assert_eq!(said["ingest"]["files_as_before"], made.said["ingest"]["files_read"]);
    assert_eq!(said["release"]["id"], made.said["release"]["id"]);
    assert!(before == tree(&made.old), "the release was touched");
}
