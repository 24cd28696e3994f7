//! Spend per head: made-up lines whose answer is known, and the real London lines against a second count.

use crate::common::shared;
use dpcmi::define::framework::SpendRules;
use dpcmi::define::spend::SpendDefinitions;
use dpcmi::diag::Diagnostic;
use dpcmi::model::{Grain, Period, Provenance};
use dpcmi::pipeline::Definitions;
use dpcmi::spend::{Patients, Spend, SpendInputs, SpendLines, WeightedLists, spend_per_head, whole_pence};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const RULES: &str = r#"
areas = ["PRIMARY CARE IT"]
recharge_suppliers = ["^NHS (?<name>.+) CCG$"]
ccg_name_prefix = "NHS "
ccg_name_suffix = " CCG"
swapped_notes = ["columns swapped"]
least_linked_share = 0.9

[[scopes]]
id = "as_reported"
recharges = true

[[scopes]]
id = "without_recharges"
recharges = false
"#;

fn rules() -> SpendRules {
    toml::from_str(RULES).expect("the rules of this test are valid")
}

fn year() -> Period {
    Period::containing(Grain::FinancialYear, date(2020, 4, 1))
}

/// One line: CCG, name, month, date, type, area, supplier, transaction, pence, note.
type Cells = [String; 10];

fn line(text: &str) -> Cells {
    let cells: Vec<String> = text.split('|').map(|c| c.trim().to_owned()).collect();
    cells.try_into().expect("ten cells")
}

fn lines_frame(lines: &[Cells]) -> DataFrame {
    let text = |name: &str, at: usize| {
        let cells = lines.iter().map(|l| Some(l[at].as_str()).filter(|c| !c.is_empty()));
        Column::new(name.into(), cells.collect::<Vec<_>>())
    };
    let pence: Vec<Option<i64>> = lines.iter().map(|l| l[8].parse().ok()).collect();
    let numbers: Vec<u32> = (2..).take(lines.len()).collect();
    DataFrame::new(
        lines.len(),
        vec![
            text("ccg_code", 0),
            text("ccg_name", 1),
            text("month_of_file", 2),
            text("date_as_published", 3),
            text("expense_type", 4),
            text("expense_area", 5),
            text("supplier", 6),
            text("transaction_number", 7),
            Column::new("amount_pence".into(), pence),
            text("note", 9),
            Column::new("_line".into(), numbers),
            Column::new("_source".into(), vec!["lines.csv"; lines.len()]),
        ],
    )
    .expect("columns of one length")
}

fn small() -> Vec<Cells> {
    [
        "08N|Redbridge|01|30/04/2020|Software|PRIMARY CARE IT|EMIS LTD|1|500000|",
        "08N|Redbridge|02|31/05/2020|PRIMARY CARE IT|Software|EMIS LTD|2|250050|",
        "07L|Barking|01|30/04/2020|Salaries|PRIMARY CARE IT|NHS REDBRIDGE CCG|3|100000|",
        "07L|Barking|01|30/04/2020|Network|PRIMARY CARE IT|KCOM|4|30001|",
        "07L|Barking|02|31/05/2020|Network|PRIMARY CARE IT|KCOM|4|30001|",
        "07L|Barking|03|30/06/2020|Network|PRIMARY CARE IT|KCOM|5|-10000|columns swapped in source",
        "07L|Barking|03|30/06/2020|Rent|ESTATES|LANDLORD|6|999999|",
        "07P|Brent|03|30/06/2020|Salaries|PRIMARY CARE IT|NHS BRENT CCG|7|700|",
        "07P|Brent|03|30/06/2020|Salaries|PRIMARY CARE IT|NHS NOWHERE CCG|8|300|",
        "07P|Brent|03|30/06/2020|Salaries|PRIMARY CARE IT|NHS NEL CSU|9|1000|",
    ]
    .map(line)
    .into()
}

fn people() -> (DataFrame, DataFrame) {
    let patients = df!(
        "practice_code" => ["F86001", "F82001", "F82001", "E84001"],
        "ccg_code" => ["08N", "07L", "07L", "07P"],
        "patients" => [1000_i64, 300, 200, 40],
    )
    .expect("columns");
    let weighted = df!(
        "practice_code" => ["F86001", "F82001"],
        "registered" => [900.0, 400.0],
        "weighted" => [990.0, 380.0],
    )
    .expect("columns");
    (patients, weighted)
}

fn work_out(frame: &DataFrame, held: Option<&DataFrame>) -> Spend {
    let (patients, weighted) = people();
    let inputs = SpendInputs {
        year: year(),
        lines: Some(SpendLines { dataset: "ccg_spend", frame, aside: None, months_held: held }),
        returns: None,
        residents: None,
        before: &BTreeMap::new(),
        patients: Patients {
            dataset: "list_sizes",
            date: date(2021, 1, 1),
            frame: &patients,
            column: "patients",
        },
        weighted: Some(lists(&weighted)),
        ccgs: None,
        provenance: Provenance::Published,
    };
    spend_per_head(&rules(), &SpendDefinitions::default(), &inputs).expect("frames as the contract promises")
}

fn lists(frame: &DataFrame) -> WeightedLists<'_> {
    let year = Period::containing(Grain::FinancialYear, date(2020, 3, 31));
    WeightedLists { dataset: "payments", year, frame, registered: "registered", weighted: "weighted" }
}

fn text_of(frame: &DataFrame, column: &str, row: usize) -> String {
    match frame.column(column).expect("a column").get(row).expect("a row") {
        AnyValue::Null => "-".to_owned(),
        AnyValue::String(text) => text.to_owned(),
        // Its Display cuts to six decimals.
        AnyValue::Float64(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// A column by `ccg scope`.
fn by_key(table: &DataFrame, column: &str) -> BTreeMap<String, String> {
    let key = |row| format!("{} {}", text_of(table, "ccg_code", row), text_of(table, "scope", row));
    (0..table.height()).map(|row| (key(row), text_of(table, column, row))).collect()
}

fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}

fn count(diagnostics: &[Diagnostic], id: &str) -> usize {
    diagnostics.iter().filter(|d| d.code.id == id).count()
}

#[test]
fn a_payment_to_another_ccg_is_a_recharge_and_to_oneself_or_a_support_unit_is_not() {
    let spend = work_out(&lines_frame(&small()), None);
    let pence = by_key(&spend.table, "spend_pence");
    let expected = [
        ("07L as_reported", "150002"),
        ("07L without_recharges", "50002"),
        ("07P as_reported", "2000"),
        ("07P without_recharges", "1700"),
        ("08N as_reported", "750050"),
        ("08N without_recharges", "750050"),
    ];
    assert_eq!(pence, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
    assert_eq!(by_key(&spend.table, "status")["08N as_reported"], "partial", "one payer makes no host");
    assert_eq!(by_key(&spend.table, "recharges_in_pence")["08N as_reported"], "100000");
    assert_eq!(by_key(&spend.table, "recharges_out_pence")["07L as_reported"], "100000");
    assert_eq!(count(&spend.diagnostics, "M001"), 2, "two payers' lines");
    let more =
        [small(), vec![line("36L|South|01|x|Salaries|PRIMARY CARE IT|NHS REDBRIDGE CCG|11|5|")]].concat();
    let shared = work_out(&lines_frame(&more), None);
    assert_eq!(by_key(&shared.table, "status")["08N as_reported"], "host", "two payers do");
    assert_eq!(count(&shared.diagnostics, "M001"), 4);
    let question = &by_key(&spend.table, "question")["08N as_reported"];
    assert!(question.contains("Other CCGs (07L) say that they paid you £1,000 in 1 line"), "{question}");
}

#[test]
fn per_head_is_the_ratio_of_the_sums_and_keeps_its_fraction() {
    let table = work_out(&lines_frame(&small()), None).table;
    let registered = by_key(&table, "per_head_registered");
    assert!((number(&registered["07L as_reported"]) - 150_002.0 / 500.0).abs() < 1e-9);
    assert_eq!(whole_pence(number(&registered["07L as_reported"])), 300);
    assert_eq!((whole_pence(0.5), whole_pence(-0.5), whole_pence(2.49)), (1, -1, 2), "half away from zero");
    // 500 patients now, weighted by 380 / 400 of last year.
    assert!((number(&by_key(&table, "weighted")["07L as_reported"]) - 475.0).abs() < 1e-9);
    assert!(
        (number(&by_key(&table, "per_head_weighted")["07L as_reported"]) - 150_002.0 / 475.0).abs() < 1e-9
    );
    assert_eq!(
        by_key(&table, "weighted")["07P as_reported"],
        "-",
        "no practice of Brent has a weighted list"
    );
    let source = &by_key(&table, "denominator_source")["07L as_reported"];
    assert!(
        source.contains("list_sizes 2021-01-01") && source.contains("2019/20 (another year)"),
        "{source}"
    );
    assert!(by_key(&table, "per_head_resident").values().all(|v| v == "-"));
}

#[test]
fn every_oddity_of_a_line_is_flagged_and_nothing_is_dropped() {
    let spend = work_out(&lines_frame(&small()), None);
    let ids = ["M002", "M003", "M004", "M005", "M006", "M007", "M008"]
        .map(|id| (id, count(&spend.diagnostics, id)));
    assert_eq!(
        ids,
        [("M002", 3), ("M003", 2), ("M004", 1), ("M005", 1), ("M006", 1), ("M007", 1), ("M008", 1)]
    );
    assert_eq!(spend.lines.height(), small().len());
    let total: i64 =
        spend.lines.column("amount_pence").expect("a column").i64().expect("pence").iter().flatten().sum();
    let raw: i64 = small().iter().map(|l| l[8].parse::<i64>().expect("pence")).sum();
    assert_eq!(total, raw);
    let flags: BTreeSet<String> =
        (0..spend.lines.height()).map(|i| text_of(&spend.lines, "flags", i)).collect();
    assert_eq!(flags, ["-", "M001", "M003", "M003 M004", "M005", "M006"].map(str::to_owned).into());
}

#[test]
fn a_ccg_without_patients_has_spend_and_no_figure_per_head() {
    let mut lines = small();
    lines.push(line("36L|South West London|01|30/04/2020|Software|PRIMARY CARE IT|EMIS|10|100|"));
    let spend = work_out(&lines_frame(&lines), None);
    assert_eq!(by_key(&spend.table, "spend_pence")["36L as_reported"], "100");
    assert_eq!(by_key(&spend.table, "per_head_registered")["36L as_reported"], "-");
    assert_eq!(count(&spend.diagnostics, "M007"), 2);
}

#[test]
fn a_year_is_complete_only_with_a_file_and_a_line_in_every_month() {
    let year: Vec<Cells> = (1..=12)
        .map(|m| line(&format!("07L|Barking|{m:02}|x|Network|PRIMARY CARE IT|KCOM|{m}|100|")))
        .collect();
    let held = |months: i64| df!("ccg_code" => ["07L"], "months_of_files" => [months]).expect("columns");
    let status = |lines: &[Cells], months: i64| {
        let table = work_out(&lines_frame(lines), Some(&held(months))).table;
        (
            by_key(&table, "status")["07L as_reported"].clone(),
            by_key(&table, "question")["07L as_reported"].clone(),
        )
    };
    assert_eq!(status(&year, 12), ("complete".into(), "-".into()));
    assert_eq!(status(&year, 11).0, "partial");
    let (partial, question) = status(&year[1..], 12);
    assert!(partial == "partial" && question.starts_with("No line in April:"), "{question}");
}

#[test]
fn the_order_of_lines_changes_nothing_but_where_a_repeat_stands() {
    let mut lines = small();
    let one = work_out(&lines_frame(&lines), None).table;
    lines.reverse();
    let two = work_out(&lines_frame(&lines), None).table;
    assert!(one.equals_missing(&two));
}

#[test]
fn a_pattern_without_a_name_is_refused() {
    let mut rules = rules();
    rules.recharge_suppliers = vec!["^NHS .+ CCG$".to_owned()];
    let (frame, (patients, _)) = (lines_frame(&small()), people());
    let inputs = SpendInputs {
        year: year(),
        lines: Some(SpendLines { dataset: "ccg_spend", frame: &frame, aside: None, months_held: None }),
        returns: None,
        residents: None,
        before: &BTreeMap::new(),
        patients: Patients { dataset: "p", date: date(2021, 1, 1), frame: &patients, column: "patients" },
        weighted: None,
        ccgs: None,
        provenance: Provenance::Published,
    };
    let plain = SpendDefinitions::default();
    assert!(spend_per_head(&rules, &plain, &inputs).is_err_and(|e| e.to_string().contains("group `name`")));
    let unknown = format!("{RULES}\nrecharge = true");
    assert!(toml::from_str::<SpendRules>(&unknown).is_err(), "an unknown key is an error");
}

// ---- the real lines ----

fn records(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).expect("a readable file");
    reader.records().map(|r| r.expect("a record")).collect()
}

/// Code, net pounds, lines, months with lines: the table of the London lines of 2020/21.
const LONDON: [(&str, i64, i64, i64); 17] = [
    ("07L", 652_584, 17, 7),
    ("07P", 227_967, 3, 2),
    ("07W", 336_600, 7, 5),
    ("07Y", 379_192, 10, 7),
    ("08C", 209_215, 7, 7),
    ("08E", 418_565, 10, 7),
    ("08F", 796_414, 16, 6),
    ("08G", 203_796, 5, 4),
    ("08M", 135_855, 11, 3),
    ("08N", 774_287, 16, 8),
    ("08V", 161_448, 1, 1),
    ("08W", 307_867, 7, 3),
    ("08Y", 330_297, 9, 6),
    ("09A", 96_355, 6, 5),
    ("36L", 2_812_154, 43, 7),
    ("72Q", 1_339_998, 26, 7),
    ("93C", 336_735, 12, 4),
];

struct Real {
    raw: Vec<csv::StringRecord>,
    patients: Vec<csv::StringRecord>,
    payments: Vec<csv::StringRecord>,
    held: Vec<csv::StringRecord>,
}

impl Real {
    fn read(data: &Path) -> Real {
        Real {
            raw: records(&data.join("ccg-spend/ccg_gpit_spend_lines_london_2020-21.csv")),
            patients: records(&data.join("list-sizes/gp-reg-pat-prac-all.csv")),
            payments: records(&data.join("payments/19-20.csv")),
            held: records(&data.join("ccg-spend/ccg_gpit_spend_summary_london_2020-21.csv")),
        }
    }

    fn spend(&self) -> Spend {
        let lines: Vec<Cells> = self
            .raw
            .iter()
            .map(|r| {
                let pounds = r[8].strip_suffix(".0").expect("whole pounds");
                let pence = format!("{pounds}00");
                [&r[0], &r[1], &r[2], &r[3], &r[4], &r[5], &r[6], &r[7], &pence, &r[10]].map(str::to_owned)
            })
            .collect();
        let frame = lines_frame(&lines);
        let column =
            |rows: &[csv::StringRecord], at: usize| rows.iter().map(|r| r[at].to_owned()).collect::<Vec<_>>();
        let decimals =
            |at: usize| self.payments.iter().map(|r| r[at].parse::<f64>().ok()).collect::<Vec<_>>();
        let whole = |rows: &[csv::StringRecord], at: usize| {
            rows.iter().map(|r| r[at].parse::<i64>().expect("a whole number")).collect::<Vec<_>>()
        };
        let patients = df!(
            "practice_code" => column(&self.patients, 5),
            "ccg_code" => column(&self.patients, 3),
            "patients" => whole(&self.patients, 9),
        )
        .expect("columns");
        let weighted = df!(
            "practice_code" => column(&self.payments, 6),
            "registered" => decimals(17),
            "weighted" => decimals(18),
        )
        .expect("columns");
        let held = df!("ccg_code" => column(&self.held, 0), "months_of_files" => whole(&self.held, 2));
        let held = held.expect("columns");
        let day: Date = date(2021, 1, 1);
        let inputs = SpendInputs {
            year: year(),
            lines: Some(SpendLines {
                dataset: "ccg_spend",
                frame: &frame,
                aside: None,
                months_held: Some(&held),
            }),
            returns: None,
            residents: None,
            before: &BTreeMap::new(),
            patients: Patients { dataset: "list_sizes", date: day, frame: &patients, column: "patients" },
            weighted: Some(lists(&weighted)),
            ccgs: None,
            provenance: Provenance::Published,
        };
        let shipped = Definitions::load(None, "open-2018-19").expect("shipped definitions");
        let rules = shipped.framework.spend.expect("a spend section").rules;
        spend_per_head(&rules, &shipped.spend, &inputs).expect("frames as the contract promises")
    }
}

#[test]
fn the_london_lines_of_2020_21_add_up_to_the_pound() {
    let Some(data) = shared("data") else { return };
    let spend = Real::read(&data).spend();
    assert_eq!(spend.lines.height(), 206);
    assert_eq!(spend.table.height(), 3 * LONDON.len());
    let column = |name: &str| by_key(&spend.table, name);
    let (pence, lines, months) = (column("spend_pence"), column("lines"), column("months_with_lines"));
    for (ccg, pounds, n, with_lines) in LONDON {
        let key = format!("{ccg} as_reported");
        assert_eq!(pence[&key], (100 * pounds).to_string(), "{ccg}");
        assert_eq!((&lines[&key], &months[&key]), (&n.to_string(), &with_lines.to_string()), "{ccg}");
    }
    // 37 lines to Brent, 10 to Redbridge, 3 to Newham, 1 to Central London; and the two hosts that several pay.
    assert_eq!(count(&spend.diagnostics, "M001"), 37 + 10 + 3 + 1 + 2);
    let hosts: Vec<_> = column("status").into_iter().filter(|(_, s)| s == "host").map(|(k, _)| k).collect();
    assert!(
        hosts.iter().all(|k| k.starts_with("07P ") || k.starts_with("08N ")) && hosts.len() > 3,
        "{hosts:?}"
    );
    assert!(column("status").values().all(|s| s != "complete"), "no CCG has a whole year");
    assert_eq!((count(&spend.diagnostics, "M003"), count(&spend.diagnostics, "M004")), (14, 6));
    assert_eq!((count(&spend.diagnostics, "M005"), count(&spend.diagnostics, "M007")), (0, 0));
}

#[test]
fn a_naive_second_count_of_the_london_lines_agrees() {
    let Some(data) = shared("data") else { return };
    let real = Real::read(&data);
    let spend = real.spend();
    let column = |name: &str| by_key(&spend.table, name);
    let (mut all, mut own): (BTreeMap<&str, f64>, BTreeMap<&str, f64>) = (BTreeMap::new(), BTreeMap::new());
    for r in &real.raw {
        let pounds: f64 = r[8].parse().expect("a number");
        *all.entry(&r[0]).or_insert(0.0) += pounds;
        // No CCG of these files pays itself.
        *own.entry(&r[0]).or_insert(0.0) += if r[6].ends_with(" CCG") { 0.0 } else { pounds };
    }
    let payments: BTreeMap<&str, (f64, f64)> = real
        .payments
        .iter()
        .filter_map(|r| Some((&r[6], (r[17].parse().ok()?, r[18].parse().ok()?))))
        .filter(|(_, (registered, _))| *registered > 0.0)
        .collect();
    let mut people: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    for r in &real.patients {
        let sums = people.entry(&r[3]).or_default();
        sums[0] += r[9].parse::<f64>().expect("a number");
        if let Some((registered, weighted)) = payments.get(&r[5]) {
            sums[1] += registered;
            sums[2] += weighted;
        }
    }
    let close = |found: &str, expected: f64, what: &str| {
        assert!((number(found) - expected).abs() <= 1e-9 * expected.abs(), "{what}: {found} {expected}");
    };
    for (ccg, ..) in LONDON {
        let [registered, then, weighted] = people[ccg];
        let weighted = registered * weighted / then;
        for (scope, sums) in [("as_reported", &all), ("without_recharges", &own)] {
            let key = format!("{ccg} {scope}");
            if column("lines")[&key] == "0" {
                assert_eq!((ccg, scope), ("09A", "without_recharges"), "all it shows is paid to Brent");
                assert_eq!(column("spend_pence")[&key], "-", "not known, which is not £0");
                assert_eq!(column("per_head_registered")[&key], "-", "not known, which is not £0");
                continue;
            }
            close(&column("spend_pence")[&key], 100.0 * sums[ccg], &key);
            close(&column("per_head_registered")[&key], 100.0 * sums[ccg] / registered, &key);
            close(&column("per_head_weighted")[&key], 100.0 * sums[ccg] / weighted, &key);
        }
        assert!(number(&column("weighted_linked_share")[&format!("{ccg} as_reported")]) > 0.98);
    }
    // Nothing is counted twice without recharges, and nothing else is lost.
    let recharges: f64 = real
        .raw
        .iter()
        .filter(|r| r[6].ends_with(" CCG"))
        .map(|r| r[8].parse::<f64>().expect("a number"))
        .sum();
    let sum = |scope: &str| -> f64 {
        let of = |v: &String| if v == "-" { 0.0 } else { number(v) };
        column("spend_pence").iter().filter(|(k, _)| k.ends_with(scope)).map(|(_, v)| of(v)).sum()
    };
    assert!((sum(" as_reported") - sum(" without_recharges") - 100.0 * recharges).abs() < 0.5);
}

#[test]
fn the_london_table_says_of_each_ccg_why_it_cannot_be_compared() {
    let Some(data) = shared("data") else { return };
    let real = Real::read(&data);
    let spend = real.spend();
    let column = |name: &str| by_key(&spend.table, name);
    let months = ["April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let months: Vec<&str> = months.into_iter().chain(["January", "February", "March"]).collect();
    // A second count, from the raw records.
    let scope = |r: &csv::StringRecord| {
        let core = [
            "C&M-GMS IT Comm Servs",
            "Computer ",
            "FM Computer",
            "Telecoms-Data",
            "Charges from",
            "Training",
        ];
        core.iter().any(|c| r[4].starts_with(c) || r[5].starts_with(c))
    };
    let phones = |r: &csv::StringRecord| {
        ["Telecoms-Phone", "Telecoms-Mobile", "Telecoms?Mobile"].iter().any(|p| r[4].starts_with(p))
    };
    for (ccg, ..) in LONDON {
        let own: Vec<&csv::StringRecord> = real.raw.iter().filter(|r| &r[0] == ccg).collect();
        let pounds = |of: &dyn Fn(&csv::StringRecord) -> bool| -> f64 {
            own.iter().filter(|r| of(r)).map(|r| r[8].parse::<f64>().expect("a number")).sum()
        };
        let key = format!("{ccg} like_for_like");
        let core = pounds(&scope);
        let found = &column("spend_pence")[&key];
        let lines = own.iter().filter(|r| scope(r)).count();
        assert_eq!(column("lines")[&key], lines.to_string(), "{ccg}");
        assert!(
            if lines == 0 { found == "-" } else { (number(found) - 100.0 * core).abs() < 0.5 },
            "{ccg}: {found} {core}"
        );
        let unmapped = pounds(&|r| !scope(r) && !phones(r));
        assert!((number(&column("unmapped_pence")[&key]) - 100.0 * unmapped).abs() < 0.5, "{ccg}");
        let says = &column("comparison")[&format!("{ccg} as_reported")];
        assert!(says.starts_with("cannot be compared: "), "{ccg}: {says}");
        let held = &real.held.iter().find(|r| &r[0] == ccg).expect("a summary")[2];
        assert!(says.contains(&format!("files of {held} of 12 months")), "{ccg}: {says}");
        for (i, month) in months.iter().enumerate() {
            let with = own.iter().any(|r| r[2].parse() == Ok(i + 1));
            assert_eq!(says.contains(month), !with, "{ccg} {month}: {says}");
        }
        let payers: BTreeSet<&str> = real
            .raw
            .iter()
            .filter(|r| r[6].eq_ignore_ascii_case(&format!("NHS {} CCG", &own[0][1])))
            .map(|r| &r[0])
            .collect();
        assert_eq!(says.contains("a host: "), payers.len() > 1, "{ccg}: {says}");
        assert!(payers.iter().all(|p| payers.len() == 1 || says.contains(p)), "{ccg}: {says}");
        assert_eq!(
            column("gate")[&format!("{ccg} as_reported")],
            "not_tested",
            "no whole year to hold it against"
        );
        assert_eq!(column("place_registered")[&format!("{ccg} as_reported")], "-");
    }
    let hosts: BTreeSet<String> = column("status")
        .into_iter()
        .filter(|(_, s)| s == "host")
        .map(|(k, _)| k.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(hosts, ["07P", "08N"].map(str::to_owned).into(), "Brent and Redbridge");
    let counted = |name: &str| {
        let column = spend.lines.column(name).expect("a column").str().expect("words").clone();
        column.iter().flatten().count()
    };
    let unmapped = (0..206).filter(|i| text_of(&spend.lines, "flags", *i).contains("M030")).count();
    assert_eq!(counted("category") + unmapped, 206, "every line has a category or is counted as unmapped");
}
