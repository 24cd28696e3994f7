//! The synthetic England: same bytes for one seed, the published layouts, plausible shapes, and every planted fault
//! where the truth file says. The recounts read the files with other readers than the pipeline's.

use crate::common::shared;
use calamine::{Data, Reader, Xlsx};
use dpcmi::define::{Contract, Library};
use dpcmi::diag::Severity;
use dpcmi::pipeline::intake;
use dpcmi::read::{Limits, child};
use dpcmi::synth::{Era, MARK, MARKER, Spec, SynthError, SynthFile, generate};
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::LazyLock;

/// A real file of the layout, where the samples are beside the project.
fn real(path: &str) -> Option<PathBuf> {
    shared("data").map(|data| data.join(path))
}

fn spec(practices: usize, quarters: usize, era: Era) -> Spec {
    Spec { seed: 20_180_401, practices, quarters, era, ..Spec::default() }
}

/// One country for the tests that only read.
static ENGLAND: LazyLock<Vec<SynthFile>> = LazyLock::new(|| generate(&spec(600, 2, Era::Both)).unwrap());

fn file<'f>(files: &'f [SynthFile], start: &str) -> &'f SynthFile {
    files.iter().find(|f| f.path.starts_with(start)).unwrap_or_else(|| panic!("no file {start}"))
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn unzip(bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(zip.len(), 1);
    let mut out = Vec::new();
    zip.by_index(0).unwrap().read_to_end(&mut out).unwrap();
    out
}

fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range(name).unwrap();
    let (rows, cols) = range.end().unwrap();
    let cell = |r, c| match range.get_value((r, c)) {
        None | Some(Data::Empty) => String::new(),
        Some(v) => v.to_string(),
    };
    (0..=rows).map(|r| (0..=cols).map(|c| cell(r, c)).collect()).collect()
}

/// Wart kind and file to number of warts.
fn warts(files: &[SynthFile]) -> BTreeMap<(String, String), Vec<Vec<String>>> {
    let mut found: BTreeMap<_, Vec<Vec<String>>> = BTreeMap::new();
    for row in rows(&file(files, "truth/warts.csv").bytes).into_iter().skip(1) {
        found.entry((row[0].clone(), row[1].clone())).or_default().push(row);
    }
    found
}

fn wart_count(files: &[SynthFile], kind: &str, path: &str) -> usize {
    warts(files).get(&(kind.to_owned(), path.to_owned())).map_or(0, Vec::len)
}

/// `published`, `valid`, `truth`, rows and blanks of one line of the totals.
fn total(files: &[SynthFile], dataset: &str, period: &str, field: &str) -> [i64; 5] {
    let table = rows(&file(files, "truth/totals.csv").bytes);
    let row = table.iter().find(|r| r[0] == dataset && r[1] == period && r[2] == field);
    let row = row.unwrap_or_else(|| panic!("no total for {dataset} {period} {field}"));
    [6, 7, 8, 3, 4].map(|c| row[c].parse().unwrap())
}

fn practices(files: &[SynthFile]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut table = rows(&file(files, "truth/practices.csv").bytes);
    let header = table.remove(0);
    (header, table)
}

fn column(files: &[SynthFile], name: &str) -> Vec<String> {
    let (header, table) = practices(files);
    let at = header.iter().position(|h| h == name).unwrap();
    table.into_iter().map(|r| r[at].clone()).collect()
}

fn numbers(files: &[SynthFile], name: &str) -> Vec<f64> {
    column(files, name).iter().map(|x| x.parse().unwrap()).collect()
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x), mean(y));
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(a, b)| f(a - mx, b - my)).sum::<f64>();
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}

#[test]
fn one_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let spec = spec(90, 1, Era::Both);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| generate(&spec).unwrap())
    };
    let (one, four) = (on(1), on(4));
    for (a, b) in one.iter().zip(&four) {
        assert!(a == b, "{} differs between one thread and four", a.path);
    }
    assert_eq!(one.len(), four.len());
    assert!(one == generate(&spec).unwrap(), "a second run differs");
    let other = generate(&Spec { seed: 2, ..spec }).unwrap();
    assert_ne!(file(&one, "pomi/").bytes, file(&other, "pomi/").bytes);
}

#[test]
fn a_spec_outside_the_limits_is_refused_and_the_smallest_is_not() {
    let small = Spec { practices: 40, quarters: 1, ..Spec::default() };
    assert!(generate(&small).is_ok());
    for (bad, is) in [
        (Spec { practices: 39, ..small.clone() }, "practices"),
        (Spec { quarters: 0, ..small.clone() }, "quarters"),
        (Spec { start: date(2018, 5, 1), ..small.clone() }, "start"),
        (Spec { start_2025: date(2018, 4, 1), ..small.clone() }, "overlap"),
    ] {
        let error = generate(&bad).unwrap_err();
        let found = match error {
            SynthError::Practices(_) => "practices",
            SynthError::Quarters(_) => "quarters",
            SynthError::Start(_) => "start",
            SynthError::Overlap { .. } => "overlap",
            other => panic!("{other}"),
        };
        assert_eq!(found, is);
    }
}

#[test]
fn forty_practices_carry_every_kind_of_dealt_fault_whatever_the_seed() {
    for seed in 0..4 {
        let files = generate(&Spec { seed, ..spec(40, 1, Era::Both) }).unwrap();
        let kinds: BTreeSet<String> = warts(&files).into_keys().map(|(kind, _)| kind).collect();
        for kind in [
            "blank_value",
            "ccg_merged",
            "closed_practice",
            "commissioner_disagrees",
            "enabled_above_list",
            "list_under_750",
            "lookup_lost",
            "name_with_comma",
            "name_with_quote",
            "negative_value",
            "not_returned",
            "practice_moved_by_merger",
            "pseudo_practice",
            "status_capable",
            "status_none",
            "status_not_known",
            "supplier_changed",
            "supplier_tag_i",
            "supplier_two_systems",
            "total_row",
            "zero_list",
        ] {
            assert!(kinds.contains(kind), "seed {seed}: no {kind}");
        }
    }
}

#[test]
fn each_era_writes_its_own_families_of_files() {
    let families = |era| -> BTreeSet<String> {
        let files = generate(&spec(60, 1, era)).unwrap();
        files.iter().filter_map(|f| Some(f.path.split_once('/')?.0.to_owned())).collect()
    };
    let set = |names: &[&str]| names.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(
        families(Era::Open2018),
        set(&[
            "ccg-spend",
            "gp2gp",
            "gpsoc",
            "list-sizes",
            "nhs-choices",
            "ods",
            "payments",
            "pomi",
            "truth"
        ])
    );
    assert_eq!(
        families(Era::Open2025),
        set(&["allocations", "cloud-telephony", "list-sizes", "ods", "online-consultations", "truth"])
    );
    assert_eq!(Era::parse("both"), Some(Era::Both));
    assert_eq!(Era::parse("2030"), None);
}

#[test]
fn every_single_file_says_that_it_is_synthetic() {
    for f in ENGLAND.iter().filter(|f| !f.path.starts_with("truth/")) {
        let inside = match f.path.rsplit('.').next() {
            Some("zip") => unzip(&f.bytes),
            Some("xlsx") => {
                let mut zip = zip::ZipArchive::new(Cursor::new(&f.bytes)).unwrap();
                let mut text = Vec::new();
                zip.by_name("xl/sharedStrings.xml").unwrap().read_to_end(&mut text).unwrap();
                text
            }
            _ => f.bytes.clone(),
        };
        let marked = f.path.contains(MARK) || String::from_utf8_lossy(&inside).contains(MARK);
        assert!(marked, "{} could be taken for a real file", f.path);
    }
}

#[test]
fn the_marker_names_every_file_with_its_hash() {
    let marker: serde_json::Value = serde_json::from_slice(&ENGLAND.last().unwrap().bytes).unwrap();
    assert_eq!(ENGLAND.last().unwrap().path, MARKER);
    assert_eq!(marker["synthetic"], true);
    let listed = marker["files"].as_array().unwrap();
    assert_eq!(listed.len(), ENGLAND.len() - 1);
    for (entry, f) in listed.iter().zip(ENGLAND.iter()) {
        assert_eq!(entry["path"], f.path.as_str());
        assert_eq!(entry["blake3"], blake3::hash(&f.bytes).to_hex().as_str());
    }
}

#[test]
fn lists_and_suppliers_have_the_shape_of_england() {
    let files = generate(&spec(4_000, 1, Era::Open2018)).unwrap();
    let lists = numbers(&files, "list_first");
    let average = mean(&lists);
    assert!((7_700.0..9_000.0).contains(&average), "mean list {average}");
    let largest = lists.iter().copied().fold(0.0, f64::max);
    assert!((40_000.0..80_000.0).contains(&largest), "largest {largest}");
    assert!((1..40).contains(&lists.iter().filter(|&&x| x < 750.0).count()));
    let suppliers = column(&files, "supplier_first");
    let share = |name: &str| suppliers.iter().filter(|s| *s == name).count() as f64 / suppliers.len() as f64;
    for (name, low, high) in
        [("EMIS", 0.50, 0.65), ("TPP", 0.28, 0.44), ("VISION", 0.03, 0.08), ("MICROTEST", 0.003, 0.02)]
    {
        assert!((low..high).contains(&share(name)), "{name}: {}", share(name));
    }
    assert_eq!(column(&files, "ccg_code").into_iter().collect::<BTreeSet<_>>().len(), 4_000 * 195 / 7_000);
}

#[test]
fn adoption_hangs_together_between_services_within_ccgs_and_over_time() {
    let files = generate(&spec(4_000, 1, Era::Open2018)).unwrap();
    let logit = |name| -> Vec<f64> { numbers(&files, name).iter().map(|p| (p / (1.0 - p)).ln()).collect() };
    let (booking, repeat) = (logit("share_appointments"), logit("share_prescriptions"));
    let records = logit("share_records");
    assert!(correlation(&booking, &repeat) > 0.95);
    assert!((0.25..0.5).contains(&correlation(&booking, &records)));
    // Practices of one CCG are more alike than practices of the country: variance between CCG means is above what
    // chance gives to groups of this size.
    let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (ccg, x) in column(&files, "ccg_code").into_iter().zip(&booking) {
        groups.entry(ccg).or_default().push(*x);
    }
    let all = mean(&booking);
    let variance = booking.iter().map(|x| (x - all).powi(2)).sum::<f64>() / booking.len() as f64;
    let between = groups.values().map(|g| g.len() as f64 * (mean(g) - all).powi(2)).sum::<f64>();
    let ratio = between / groups.len() as f64 / variance;
    assert!(ratio > 2.5, "between-CCG mean square over variance: {ratio}");
    let enabled = |end: &str| total(&files, "pomi", end, "Pat_Appts_Enbld")[2] as f64;
    let patients = |end: &str| total(&files, "pomi", end, "patient_list_size")[2] as f64;
    let share = |end: &str| enabled(end) / patients(end);
    assert!((0.20..0.30).contains(&share("2018-04-30")), "{}", share("2018-04-30"));
    assert!(share("2018-06-30") > share("2018-04-30"));
}

/// The POMI rows of the read-only country.
static POMI: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| rows(&unzip(&file(&ENGLAND, "pomi/").bytes)).split_off(1));

#[test]
fn pomi_sums_are_those_of_the_truth_file() {
    let mut sums: BTreeMap<(String, String), [i64; 4]> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for r in POMI.iter() {
        let sum = sums.entry((r[0].clone(), r[10].clone())).or_default();
        sum[2] += 1;
        let first = seen.insert((r[0].clone(), r[7].clone(), r[10].clone()));
        match r[11].as_str() {
            "" => sum[3] += 1,
            value => {
                let value: i64 = value.parse().unwrap();
                sum[0] += value;
                sum[1] += if first { value.max(0) } else { 0 };
            }
        }
    }
    assert_eq!(sums.len(), 6 * 13);
    let months = ["30APR2018", "31MAY2018", "30JUN2018", "31JUL2018", "31AUG2018", "30SEP2018"];
    let ends = ["2018-04-30", "2018-05-31", "2018-06-30", "2018-07-31", "2018-08-31", "2018-09-30"];
    for ((stamp, field), [published, valid, rows, blank]) in &sums {
        let end = ends[months.iter().position(|m| m == stamp).unwrap()];
        let told = total(&ENGLAND, "pomi", end, field);
        assert_eq!(
            [told[0], told[1], told[3], told[4]],
            [*published, *valid, *rows, *blank],
            "{end} {field}"
        );
    }
}

#[test]
fn every_fault_planted_in_pomi_is_listed_and_no_other_is_there() {
    let path = &file(&ENGLAND, "pomi/").path;
    let count = |kind| wart_count(&ENGLAND, kind, path);
    let cells = |f: &dyn Fn(&[String]) -> bool| POMI.iter().filter(|r| f(r)).count();
    assert_eq!(count("blank_value"), cells(&|r| r[11].is_empty()));
    let doubled: BTreeMap<(String, String), BTreeSet<String>> =
        POMI.iter().fold(BTreeMap::new(), |mut all, r| {
            all.entry((r[0].clone(), r[7].clone())).or_default().insert(r[9].clone());
            all
        });
    // A doubled row shows its fault twice but is listed once; none of these kinds is dealt to a doubled practice.
    let status = |code: &str| cells(&|r| r[10].starts_with("Sys_") && r[11] == code);
    assert_eq!(count("status_capable"), status("1"));
    assert_eq!(count("status_none"), status("0"));
    assert_eq!(count("status_not_known"), status("9"));
    assert_eq!(count("negative_value"), cells(&|r| r[11].starts_with('-')));
    let two = doubled.values().filter(|s| s.len() == 2).count();
    assert_eq!(count("supplier_two_systems"), two);
    let tagged = doubled.values().filter(|s| s.len() == 1 && s.iter().all(|x| x.ends_with(" (I)"))).count();
    assert_eq!(count("supplier_tag_i"), tagged);
    for kind in
        ["supplier_two_systems", "supplier_tag_i", "status_none", "status_not_known", "negative_value"]
    {
        assert!(count(kind) > 0, "{kind} never occurs");
    }
    // Absent practices: open by the truth, without a row.
    let missing = warts(&ENGLAND).remove(&("not_returned".to_owned(), path.clone())).unwrap();
    let returned: BTreeSet<(&str, &str)> = POMI.iter().map(|r| (r[0].as_str(), r[7].as_str())).collect();
    for w in &missing {
        let day: jiff::civil::Date = w[2].parse().unwrap();
        let stamp = day.strftime("%d%b%Y").to_string().to_uppercase();
        assert!(!returned.contains(&(stamp.as_str(), w[3].as_str())));
    }
    let (header, table) = practices(&ENGLAND);
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let april = table.iter().filter(|r| r[at("opened")].as_str() <= "2018-04-01").count();
    let absent = missing.iter().filter(|w| w[2] == "2018-04-30").count();
    assert_eq!(returned.iter().filter(|(m, _)| *m == "30APR2018").count(), april - absent);
}

#[test]
fn enabled_patients_stay_within_the_list_except_where_the_truth_says_otherwise() {
    let mut by_row: BTreeMap<(&str, &str), BTreeMap<&str, i64>> = BTreeMap::new();
    for r in POMI.iter().filter(|r| !r[11].is_empty()) {
        by_row.entry((&r[0], &r[7])).or_default().insert(&r[10], r[11].parse().unwrap());
    }
    let above = by_row.values().filter(|v| v.get("Total_Pat_Enbld") > v.get("patient_list_size")).count();
    let path = &file(&ENGLAND, "pomi/").path;
    assert_eq!(above, wart_count(&ENGLAND, "enabled_above_list", path));
    assert!(above > 0);
}

#[test]
fn names_that_need_quoting_survive_a_csv_reader() {
    let names: BTreeSet<&str> = POMI.iter().map(|r| r[8].as_str()).collect();
    assert!(names.iter().any(|n| n.contains('"')) && names.iter().any(|n| n.contains(',')));
    assert!(POMI.iter().any(|r| r[6].contains(',')));
    assert!(POMI.iter().all(|r| r.len() == 12));
}

#[test]
fn ods_files_tell_open_closed_and_merged() {
    let at = |path: &str| rows(&file(&ENGLAND, path).bytes);
    let first = at("ods/epraccur_2018-04.csv");
    let last = at("ods/epraccur_2018-09.csv");
    assert!(first.iter().chain(&last).all(|r| r.len() == 27));
    let open = |t: &[Vec<String>]| -> BTreeSet<String> {
        t.iter().filter(|r| r[12] == "A" && r[25] == "4").map(|r| r[0].clone()).collect()
    };
    // Cost centres stand among them and are told apart by the setting alone.
    let (header, truth) = practices(&ENGLAND);
    let col = |name: &str| header.iter().position(|h| h == name).unwrap();
    let is_open = |r: &&Vec<String>| {
        let closed = r[col("closed")].as_str();
        r[col("opened")].as_str() <= "2018-04-30" && (closed.is_empty() || closed > "2018-04-30")
    };
    assert_eq!(open(&first), truth.iter().filter(is_open).map(|r| r[0].clone()).collect());
    assert!(open(&last).iter().any(|c| !open(&first).contains(c)), "nobody opens");
    assert!(open(&first).iter().any(|c| !open(&last).contains(c)), "nobody closes");
    let differ = last.iter().filter(|r| r[14] != r[23]).count();
    assert_eq!(differ, wart_count(&ENGLAND, "commissioner_disagrees", "ods/epraccur_2018-09.csv"));
    assert!(differ > 0);
    let closed = last.iter().filter(|r| r[12] == "C" && r[25] == "4").count();
    assert_eq!(closed, wart_count(&ENGLAND, "closed_practice", "ods/epraccur_2018-09.csv"));
    let ccgs = at("ods/eccg_2018-04.csv");
    assert_eq!(ccgs.iter().filter(|r| !r[11].is_empty()).count(), 2);
    let (old, new): (Vec<_>, Vec<_>) = ccgs.iter().partition(|r| !r[11].is_empty());
    let merged = new.iter().filter(|r| r[10] == "20180401").count();
    assert_eq!(merged, 1);
    let members = at("ods/SYNTHETIC_epcmem.csv");
    let gone: BTreeSet<&str> = old.iter().map(|r| r[0].as_str()).collect();
    assert!(members.iter().filter(|r| gone.contains(r[1].as_str())).all(|r| r[4].as_str() <= "20180331"));
}

#[test]
fn choices_is_windows_1252_with_branches() {
    let f = file(&ENGLAND, "nhs-choices/GP_");
    let (text, _, bad) = encoding_rs::WINDOWS_1252.decode(&f.bytes);
    assert!(!bad && std::str::from_utf8(&f.bytes).is_err());
    let table: Vec<Vec<&str>> = text.lines().map(|l| l.split('\u{AC}').collect()).collect();
    assert!(table.iter().all(|r| r.len() == 22));
    let branches = table.iter().skip(1).filter(|r| r[1].len() == 9).count();
    assert_eq!(branches, wart_count(&ENGLAND, "branch_code", &f.path));
    assert!(branches > 0);
    let odd = table.iter().filter(|r| !r[7].is_ascii()).count();
    assert_eq!(odd, wart_count(&ENGLAND, "non_ascii_name", &f.path));
    let eps = table.iter().filter(|r| r[6] == "True").count() as i64;
    assert_eq!(total(&ENGLAND, "choices_gp", "2018-04-30", "eps_enabled_rows")[0], eps);
}

#[test]
fn spend_lines_carry_the_known_faults_and_add_up() {
    let f = file(&ENGLAND, "ccg-spend/");
    let table = rows(&f.bytes).split_off(1);
    let count = |g: &dyn Fn(&[String]) -> bool| table.iter().filter(|r| g(r)).count();
    for (kind, found) in [
        ("reversal", count(&|r| r[8].starts_with('-'))),
        ("columns_swapped", count(&|r| r[4] == "PRIMARY CARE IT")),
        ("columns_swapped_repaired", count(&|r| !r[10].is_empty())),
        ("transaction_missing", count(&|r| r[7].is_empty())),
        ("date_illegible", count(&|r| r[3].contains('#'))),
        ("host_recharge", count(&|r| r[6].ends_with(" CCG"))),
        ("line_break_in_cell", count(&|r| r[3].contains('\n'))),
        ("line_repeated", table.len() - table.iter().collect::<BTreeSet<_>>().len()),
    ] {
        assert_eq!(wart_count(&ENGLAND, kind, &f.path), found, "{kind}");
        assert!(found > 0, "{kind} never occurs");
    }
    let pounds: f64 = table.iter().map(|r| r[8].parse::<f64>().unwrap()).sum();
    assert_eq!(total(&ENGLAND, "ccg_spend", "2019-03-31", "amount_pounds")[0], pounds as i64);
    assert!(wart_count(&ENGLAND, "month_missing", &f.path) > 0);
}

#[test]
fn other_files_add_up_to_the_truth() {
    let sum = |path: &str, col: usize| -> f64 {
        let cells = rows(&file(&ENGLAND, path).bytes).split_off(1);
        cells.iter().filter_map(|r| r[col].parse::<f64>().ok()).sum()
    };
    let listed = sum("list-sizes/gp-reg-pat-prac-all-jun2018.csv", 9);
    assert_eq!(total(&ENGLAND, "list_sizes", "2018-06-30", "patients")[0], listed as i64);
    let registered = sum("payments/18-19.csv", 15);
    let told = total(&ENGLAND, "payments", "2019-03-31", "registered_hundredths")[0];
    assert!((registered * 100.0 - told as f64).abs() < 1.0, "{registered} {told}");
    let zero = rows(&file(&ENGLAND, "payments/").bytes).iter().filter(|r| r[15] == "0").count();
    assert_eq!(zero, wart_count(&ENGLAND, "zero_list", "payments/18-19.csv"));
    assert!(zero > 0);
    let requests = sum("gp2gp/SYNTHETIC_PRMT_365_Requestor", 3);
    let told: i64 = ["2019-05-31", "2019-06-30", "2019-07-31", "2019-08-31"]
        .iter()
        .map(|end| total(&ENGLAND, "gp2gp_requests", end, "requests")[0])
        .sum();
    assert_eq!(requests as i64, told);
    let weighted = sum("allocations/2025_2026.csv", 29);
    let told =
        total(&ENGLAND, "weighted_populations", "2026-03-31", "weighted_primary_medical_care_millionths")[0];
    assert!((weighted - told as f64 / 1e6).abs() < 0.01);
}

#[test]
fn consultation_workbooks_hold_the_table_where_it_is_published() {
    let path = "online-consultations/Submissions via OC Systems in General Practice - November 2025";
    let f = file(&ENGLAND, path);
    let table = sheet(&f.bytes, "Table 2");
    assert!(table[11][12].starts_with("Submissions ["));
    let data: Vec<_> = table[12..].iter().take_while(|r| !r[1].is_empty()).collect();
    let sum: f64 = data.iter().map(|r| r[12].parse::<f64>().unwrap()).sum();
    assert_eq!(sum as i64, total(&ENGLAND, "online_consultations", "2025-11-30", "submissions")[0]);
    let silent = data.iter().filter(|r| r[11] == "No Data").count();
    assert_eq!(silent, wart_count(&ENGLAND, "supplier_no_data", &f.path));
    let several = data.iter().filter(|r| r[11].contains(',')).count();
    assert_eq!(several, wart_count(&ENGLAND, "supplier_two_in_one_cell", &f.path));
    assert!(silent > 0 && several > 0);
}

#[test]
fn telephony_totals_are_the_sums_of_practices_and_pseudo_practices() {
    let path = "cloud-telephony/Cloud Based Telephony Publication Summary December 2025";
    let f = file(&ENGLAND, path);
    for (name, first, total_row, column) in
        [("Table 3", 14, 12, 13), ("Table 4", 13, 11, 12), ("Table 5", 13, 11, 12)]
    {
        let table = sheet(&f.bytes, name);
        assert_eq!(table[total_row][0], "Total");
        let data: Vec<_> = table[first..].iter().take_while(|r| !r[1].is_empty()).collect();
        let sum = |rows: &[&Vec<String>], col: usize| -> f64 {
            rows.iter().map(|r| r[col].parse::<f64>().unwrap()).sum()
        };
        for col in [11, column] {
            assert_eq!(sum(&data, col), table[total_row][col].parse::<f64>().unwrap(), "{name} column {col}");
        }
        let real: Vec<_> = data.iter().copied().filter(|r| r[1] != "Unassigned").collect();
        assert_eq!(data.len() - real.len(), wart_count(&ENGLAND, "pseudo_practice", &f.path));
        let field = if name == "Table 5" { "missed" } else { "answered" };
        assert_eq!(sum(&real, column) as i64, total(&ENGLAND, "cloud_telephony", "2025-12-31", field)[0]);
    }
    let outcomes = sheet(&f.bytes, "Table 3");
    for r in outcomes[14..].iter().take_while(|r| !r[1].is_empty()) {
        let n = |c: usize| r[c].parse::<f64>().unwrap();
        assert_eq!(n(11), n(13) + n(15) + n(17) + n(20), "outcomes of {}", r[1]);
    }
}

/// What intake made of a file: accepted rows by dataset, and errors by code.
#[derive(Default)]
struct TakenIn {
    accepted: BTreeMap<String, u64>,
    errors: BTreeMap<&'static str, u64>,
}

fn take_in(contracts: &[Contract], f: &SynthFile) -> TakenIn {
    let reader = child::Reader::default();
    let intake = intake::file(contracts, &f.path, &f.bytes, &Limits::default(), &reader).unwrap();
    let mut out = TakenIn::default();
    for (label, table) in &intake.tables {
        assert!(table.account.balances(), "{label}: {:?}", table.account);
        out.accepted.insert(table.dataset.clone(), table.account.rows_accepted);
    }
    let diagnostics = intake.tables.iter().flat_map(|t| &t.1.diagnostics).chain(&intake.diagnostics);
    for d in diagnostics.filter(|d| d.severity >= Severity::Error) {
        *out.errors.entry(d.code.name).or_default() += d.count;
    }
    out
}

#[test]
fn the_shipped_contracts_claim_every_file_and_find_only_the_planted_errors() {
    let (contracts, faults) = Library::shipped().contracts();
    assert!(faults.is_empty());
    for (start, dataset) in [
        ("pomi/", "pomi"),
        ("ods/epraccur", "ods_practices"),
        ("ods/eccg", "ods_ccgs"),
        ("ods/SYN", "ods_membership"),
        ("list-sizes/", "list_sizes"),
        ("payments/", "payments"),
        ("gpsoc/", "gpsoc"),
        ("gp2gp/SYNTHETIC_PRMT_365_R", "gp2gp_requests"),
        ("gp2gp/SYNTHETIC_PRMT_365_S", "gp2gp_sent"),
        ("nhs-choices/GP", "choices_gp"),
        ("nhs-choices/CCG", "choices_ccg"),
        ("ccg-spend/", "ccg_spend"),
        ("allocations/", "weighted_populations"),
    ] {
        for f in ENGLAND.iter().filter(|f| f.path.starts_with(start)) {
            let taken = take_in(&contracts, f);
            assert!(taken.accepted.contains_key(dataset), "{}: {:?}", f.path, taken.errors);
            let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
            for (kind, code) in
                [("negative_value", "NUM_NEGATIVE"), ("date_illegible", "SOURCE_COLUMN_TOO_NARROW")]
            {
                let planted = wart_count(&ENGLAND, kind, &f.path) as u64;
                if planted > 0 {
                    expected.insert(code, planted);
                }
            }
            assert_eq!(taken.errors, expected, "{}", f.path);
        }
    }
}

#[test]
fn the_shipped_contracts_take_every_practice_of_the_workbooks_and_nothing_else() {
    let (contracts, _) = Library::shipped().contracts();
    for (start, end, datasets) in [
        ("online-consultations/", "2025-10-31", &["online_consultations"][..]),
        (
            "cloud-telephony/",
            "2025-12-31",
            &["cloud_telephony", "cloud_telephony_waits", "cloud_telephony_missed"][..],
        ),
    ] {
        let month = end.parse::<jiff::civil::Date>().unwrap().strftime("%B %Y").to_string();
        let found = ENGLAND.iter().find(|f| f.path.starts_with(start) && f.path.contains(&month)).unwrap();
        let taken = take_in(&contracts, found);
        let field = if datasets.len() == 1 { "submissions" } else { "inbound" };
        let rows = total(&ENGLAND, datasets[0], end, field)[3] as u64;
        // Total rows, pseudo practices and notes are not practices.
        let expected = datasets.iter().map(|d| ((*d).to_owned(), rows)).collect();
        assert_eq!(taken.accepted, expected, "{}", found.path);
    }
}

#[test]
fn headers_are_those_of_the_real_files() {
    let line = |bytes: &[u8]| bytes.split_inclusive(|b| *b == b'\n').next().unwrap_or_default().to_vec();
    for (ours, theirs) in [
        ("payments/18-19.csv", "payments/18-19.csv"),
        ("gpsoc/GPSoC Marketshare - Apr 2018.csv", "gpsoc/GPSoC Marketshare - Jan 2018b.csv"),
        ("gp2gp/SYNTHETIC_PRMT_365_Requestor_transfers.csv", "gp2gp/PRMT_365_Requestor_transfers.csv"),
        ("gp2gp/SYNTHETIC_PRMT_365_Sender_transfers.csv", "gp2gp/PRMT_365_Sender_transfers.csv"),
        ("list-sizes/gp-reg-pat-prac-all-apr2018.csv", "list-sizes/gp-reg-pat-prac-all.csv"),
        ("list-sizes/PracPopOct2025.csv", "list-sizes/PracPopOct.csv"),
        ("nhs-choices/GP_2018-04.csv", "nhs-choices/GP.csv"),
        ("nhs-choices/CCG_2018-04.csv", "nhs-choices/CCG.csv"),
        ("allocations/2025_2026.csv", "allocations/2025_2026.csv"),
        ("ccg-spend/", "ccg-spend/ccg_gpit_spend_lines_london_2020-21.csv"),
    ] {
        let Some(path) = real(theirs) else { continue };
        let real = line(&std::fs::read(path).unwrap());
        let made = line(&file(&ENGLAND, ours).bytes);
        assert_eq!(String::from_utf8_lossy(&made), String::from_utf8_lossy(&real), "{ours}");
    }
    if let Some(path) = real("pomi/pomi_1819-apr2018_to_sep2018.zip") {
        let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let mut start = [0; 400];
        zip.by_index(0).unwrap().read_exact(&mut start).unwrap();
        let made = unzip(&file(&ENGLAND, "pomi/").bytes);
        assert_eq!(line(&made), line(&start));
    }
    let later = generate(&Spec { start: date(2019, 4, 1), ..spec(60, 1, Era::Open2018) }).unwrap();
    if let Some(path) = real("payments/19-20.csv") {
        assert_eq!(line(&file(&later, "payments/").bytes), line(&std::fs::read(path).unwrap()));
    }
    for (ours, theirs) in [
        ("ods/epraccur_2018-04.csv", "ods/epraccur_2018-05.csv"),
        ("ods/eccg_2018-04.csv", "ods/eccg_2016-02.csv"),
    ] {
        let Some(path) = real(theirs) else { continue };
        let shape = |bytes: &[u8]| {
            let line = String::from_utf8(line(bytes)).unwrap();
            (line.matches("\",\"").count(), line.starts_with('"'), line.ends_with("\"\r\n"))
        };
        assert_eq!(shape(&file(&ENGLAND, ours).bytes), shape(&std::fs::read(path).unwrap()), "{ours}");
    }
}

/// Footnote marks move between releases: `Submissions [7. 11]` is `Submissions`.
fn unmarked(cells: &[String]) -> Vec<String> {
    cells.iter().map(|c| c.split('[').next().unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn workbook_headers_are_those_of_the_real_workbooks() {
    let months = "October November December";
    for month in months.split(' ') {
        let theirs = format!(
            "online-consultations/Submissions via OC Systems in General Practice - {month} 2025.xlsx"
        );
        let ours =
            format!("online-consultations/Submissions via OC Systems in General Practice - {month} 2025");
        let Some(path) = real(&theirs) else { continue };
        let real = sheet(&std::fs::read(path).unwrap(), "Table 2");
        let made = sheet(&file(&ENGLAND, &ours).bytes, "Table 2");
        assert_eq!(unmarked(&made[11]), unmarked(&real[11]), "{month}");
        assert!(made[11].iter().any(|c| c.contains('[')));
    }
    let Some(path) = real("cloud-telephony/Cloud Based Telephony Publication Summary December 2025.xlsx")
    else {
        return;
    };
    let real = std::fs::read(path).unwrap();
    let made = &file(&ENGLAND, "cloud-telephony/").bytes;
    for name in ["Table 3", "Table 4", "Table 5"] {
        let (real, made) = (sheet(&real, name), sheet(made, name));
        for row in [8, 9, 10] {
            assert_eq!(unmarked(&made[row]), unmarked(&real[row]), "{name} row {}", row + 1);
        }
        let total = if name == "Table 3" { 12 } else { 11 };
        assert_eq!((&made[total][0], &made[total][1]), (&real[total][0], &real[total][1]));
    }
}
