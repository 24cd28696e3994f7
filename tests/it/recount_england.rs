//! A second opinion on the whole line where no published file is at hand: a synthetic England, run through the built
//! binary, against the truth that it was made from. Every planted fault must be found; what is synthetic must be
//! called so wherever it went; no national total may hang on the basis.

use crate::line::{Csv, Row, answer, dpcmi, folder, run, tree};
use dpcmi::store::Store;
use polars::prelude::{DataFrame, DataType};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The country on disk, and what both pipelines made of it.
struct England {
    inputs: PathBuf,
    store: PathBuf,
    old: PathBuf,
    new: PathBuf,
    held: Store,
    /// What the intake of the first pipeline found, as the store keeps it.
    account: DataFrame,
}

fn england() -> &'static England {
    static MADE: OnceLock<England> = OnceLock::new();
    MADE.get_or_init(|| {
        let root = folder("recount_england");
        let inputs = root.join("inputs");
        answer(dpcmi(&["synth", "--practices", "300", "--seed", "7"]).arg("--out").arg(&inputs));
        let (store, old, new) = (root.join("store"), root.join("open-2018-19"), root.join("open-2025"));
        run("open-2018-19", &inputs, &store, &old, &[]);
        let held = Store::open(&store).unwrap();
        let account = held.current().unwrap().unwrap().quality("issues").unwrap();
        run("open-2025", &inputs, &store, &new, &[]);
        England { inputs, store, old, new, held, account }
    })
}

impl England {
    fn truth(&self, table: &str) -> Csv {
        Csv::open(&self.inputs.join(format!("truth/{table}.csv")))
    }

    /// A stored table of the month that the truth names; a dataset of one file has its own date.
    fn table(&self, dataset: &str, period: &str) -> DataFrame {
        let tables = self.held.read(dataset).unwrap();
        let of = tables.iter().find(|t| t.entry.period.end().to_string()[..7] == period[..7]);
        let of = of.or(Some(&tables[0]).filter(|_| tables.len() == 1));
        of.unwrap_or_else(|| panic!("{dataset} {period} is not held")).frame.clone()
    }
}

fn texts(frame: &DataFrame, column: &str) -> Vec<Option<String>> {
    let cells = frame.column(column).unwrap().cast(&DataType::String).unwrap();
    cells.str().unwrap().iter().map(|c| c.map(str::to_owned)).collect()
}

fn numbers(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    let cells = frame.column(column).unwrap().cast(&DataType::Float64).unwrap();
    cells.f64().unwrap().iter().collect()
}

/// Text cells of a row, by column.
fn found(frame: &DataFrame, key: &str, code: &str, columns: &[&str]) -> Vec<Vec<Option<String>>> {
    let keys = texts(frame, key);
    let columns: Vec<_> = columns.iter().map(|c| texts(frame, c)).collect();
    let rows = (0..keys.len()).filter(|r| keys[*r].as_deref() == Some(code));
    rows.map(|r| columns.iter().map(|c| c[r].clone()).collect()).collect()
}

/// The stored column that a total of the truth speaks of, and its unit.
fn stored(england: &England, total: Row<'_>) -> (DataFrame, String, f64) {
    let (dataset, period, field) = (total.text("dataset"), total.text("period"), total.text("field"));
    let dataset = if field.starts_with("answered_") { "cloud_telephony_waits" } else { dataset };
    let frame = england.table(dataset, period);
    let (column, unit) = match field {
        "eps_enabled_rows" => ("eps_enabled", 1.0),
        "amount_pounds" => ("amount_pence", 0.01),
        "total_payments_hundredths" => ("Total NHS Payments to General Practice", 100.0),
        _ => match field.rsplit_once('_') {
            Some((column, "hundredths")) => (column, 100.0),
            Some((column, "millionths")) => (column, 1e6),
            _ => (field, 1.0),
        },
    };
    (frame, column.to_owned(), unit)
}

#[test]
fn stored_totals_are_those_that_the_country_was_made_of() {
    let england = england();
    let mut negatives: BTreeMap<(String, String), i64> = BTreeMap::new();
    for wart in england.truth("warts").rows().filter(|w| w.text("kind") == "negative_value") {
        let key = (wart.text("period").to_owned(), wart.text("field").to_owned());
        *negatives.entry(key).or_default() += wart.int("detail").unwrap();
    }
    let (mut checked, mut skipped) = (0, Vec::new());
    for total in england.truth("totals").rows() {
        let (period, field) = (total.text("period"), total.text("field"));
        let what = format!("{} {period} {field}", total.text("dataset"));
        let (frame, column, unit) = stored(england, total);
        let long = frame.column("field").is_ok();
        let column = if long { "value".to_owned() } else { column };
        if frame.column(&column).is_err() {
            skipped.push(what);
            continue;
        }
        let fields = if long { texts(&frame, "field") } else { vec![None; frame.height()] };
        let values = numbers(&frame, &column);
        let of = |r: &usize| !long || fields[*r].as_deref() == Some(field);
        let rows: Vec<usize> = (0..values.len()).filter(of).collect();
        let whole = |r: &usize| values[*r].map(|x| (x * unit).round() as i64);
        let known: Vec<i64> = rows.iter().filter_map(whole).collect();
        let lost = negatives.get(&(period.to_owned(), field.to_owned())).copied().unwrap_or_default();
        assert_eq!(rows.len() as i64, total.int("rows").unwrap(), "{what}: rows");
        assert_eq!(known.iter().sum::<i64>(), total.int("published").unwrap() - lost, "{what}: sum");
        let blank = (rows.len() - known.len()) as i64;
        if long {
            let absent = total.int("blank").unwrap() + total.int("negative").unwrap();
            assert_eq!(blank, absent, "{what}: a negative count is no value, a blank is none");
            // one practice under two systems in a month counts once
            let codes = texts(&frame, "practice_code");
            let mut largest: BTreeMap<&str, i64> = BTreeMap::new();
            for r in &rows {
                let best = largest.entry(codes[*r].as_deref().unwrap()).or_default();
                *best = (*best).max(whole(r).unwrap_or(0));
            }
            assert_eq!(largest.values().sum::<i64>(), total.int("valid").unwrap(), "{what}: valid");
        }
        checked += 1;
    }
    assert!(checked > 200, "only {checked} totals compared");
    assert!(skipped.iter().all(|s| s.contains("total_payments")), "no stored column for {skipped:?}");
}

/// What a kind of planted fault must have led to.
enum Sign {
    /// Rows of `quality/issues.csv` with this code for the file (the number of cells, rows or groups they stand for).
    Issue(&'static str),
    /// As an issue, in the store's own account and not in the release: how often a rule fails on exact counts of people
    /// says something of those counts.
    Held(&'static str),
    /// Flags in `spend_lines`, one line for each.
    Flag(&'static str),
    /// Columns of the stored row of the key.
    Stored {
        dataset: &'static str,
        key: &'static str,
        column: &'static str,
        is: fn(Option<&str>, Row<'_>) -> bool,
    },
    /// A cell of the POMI field of that name.
    Pomi(fn(Option<&str>, Option<&str>, &str) -> bool),
    /// No fault: data as data are.
    Nothing,
    /// Checked by a test of its own.
    Elsewhere,
}

fn sign(kind: &str) -> Sign {
    use Sign::{Elsewhere, Flag, Held, Issue, Nothing, Pomi, Stored};
    let number =
        |cell: Option<&str>, status: Option<&str>, detail: &str| cell == Some(detail) && status.is_none();
    match kind {
        "blank_value" => Pomi(|cell, status, _| cell.is_none() && status == Some("missing")),
        "negative_value" => Pomi(|cell, status, _| cell.is_none() && status == Some("invalid")),
        "status_none" | "status_capable" | "status_not_known" => Pomi(number),
        "enabled_above_list" => Held("K001"),
        "supplier_two_systems" => Issue("K005"),
        "total_row" => Issue("R020"),
        "pseudo_practice" => Issue("C056"),
        "commissioner_disagrees" => Issue("H004"),
        "branch_code" => Issue("C055"),
        "date_illegible" => Issue("C033"),
        "host_recharge" => Flag("M001"),
        "columns_swapped" | "columns_swapped_repaired" => Flag("M003"),
        "reversal" => Flag("M004"),
        "line_repeated" => Flag("M006"),
        "month_missing" => Issue("M002"),
        "requests_blank" => Stored {
            dataset: "gp2gp_requests",
            key: "practice_code",
            column: "requests",
            is: |cell, _| cell.is_none(),
        },
        "lookup_lost" => Stored {
            dataset: "gpsoc",
            key: "practice_code",
            column: "region_name",
            is: |cell, _| cell.is_none(),
        },
        "zero_list" => Stored {
            dataset: "payments",
            key: "practice_code",
            column: "registered",
            is: |cell, _| cell.is_some_and(|c| c.parse() == Ok(0.0)),
        },
        "list_under_750" => Stored {
            dataset: "list_sizes",
            key: "practice_code",
            column: "patients",
            is: |cell, wart| cell == wart.get("detail"),
        },
        "does_not_take_part" => Stored {
            dataset: "online_consultations",
            key: "practice_code",
            column: "participation",
            is: |cell, _| cell == Some("0"),
        },
        "supplier_no_data" => Stored {
            dataset: "online_consultations",
            key: "practice_code",
            column: "supplier",
            is: |cell, _| cell.is_none(),
        },
        "closed_practice" => Stored {
            dataset: "ods_practices",
            key: "code",
            column: "close_date",
            is: |cell, _| cell.is_some(),
        },
        "not_a_gp_practice" => Stored {
            dataset: "ods_practices",
            key: "code",
            column: "prescribing_setting",
            is: |cell, wart| cell == wart.get("detail"),
        },
        "not_returned" => Elsewhere,
        // names survive quotes, commas and windows-1252; suppliers and networks are kept as written; a repaired line,
        // a broken cell and a missing number lose no row (the totals say so); mergers show in the bases
        "name_with_comma"
        | "name_with_quote"
        | "non_ascii_name"
        | "ccg_merged"
        | "practice_moved_by_merger" => Elsewhere,
        "supplier_changed"
        | "supplier_tag_i"
        | "supplier_two_in_one_cell"
        | "pcn_unallocated"
        | "line_break_in_cell"
        | "transaction_missing" => Nothing,
        other => panic!("nobody says how a `{other}` shows"),
    }
}

#[test]
fn every_planted_fault_is_found() {
    let england = england();
    let issues = Csv::open(&england.old.join("quality/issues.csv"));
    let lines = Csv::open(&england.old.join("tables/spend_lines.csv"));
    let warts = england.truth("warts");
    let mut by_kind: BTreeMap<(&str, &str), Vec<Row<'_>>> = BTreeMap::new();
    for wart in warts.rows() {
        by_kind.entry((wart.text("kind"), wart.text("file"))).or_default().push(wart);
    }
    let mut missed = Vec::new();
    for ((kind, file), warts) in &by_kind {
        let planted = warts.len() as i64;
        let count = |id: &str| -> i64 {
            // the money and the organisations are looked at after the files, so their issues name no file
            let rows = issues.rows().filter(|i| i.text("code") == id);
            let rows = rows.filter(|i| i.text("input") == *file || "HKM".contains(&id[..1]));
            rows.map(|i| i.int("count").unwrap()).sum()
        };
        let found = match sign(kind) {
            Sign::Nothing | Sign::Elsewhere => continue,
            Sign::Issue(id) => count(id),
            Sign::Held(id) => {
                let published = issues.rows().filter(|i| i.text("code") == id && i.text("input") == *file);
                assert_eq!(published.count(), 0, "{id} on the counts of {file} is published");
                let cells = [texts(&england.account, "code"), texts(&england.account, "input")];
                let counts = numbers(&england.account, "count");
                let said =
                    |r: &usize| cells[0][*r].as_deref() == Some(id) && cells[1][*r].as_deref() == Some(*file);
                (0..counts.len()).filter(said).map(|r| counts[r].unwrap() as i64).sum()
            }
            Sign::Flag(id) => lines.rows().filter(|l| l.text("flags").contains(id)).count() as i64,
            Sign::Stored { dataset, key, column, is } => {
                let holds = |wart: &&Row<'_>| {
                    let frame = england.table(dataset, wart.text("period"));
                    let rows = found(&frame, key, wart.text("key"), &[column]);
                    !rows.is_empty() && rows.iter().all(|r| is(r[0].as_deref(), **wart))
                };
                warts.iter().filter(holds).count() as i64
            }
            Sign::Pomi(is) => {
                let holds = |wart: &&Row<'_>| {
                    let frame = england.table("pomi", wart.text("period"));
                    let columns = ["field", "value", "value_status"];
                    let rows = found(&frame, "practice_code", wart.text("key"), &columns);
                    let rows: Vec<_> = rows.iter().filter(|r| r[0].as_deref() == wart.get("field")).collect();
                    let fits =
                        |r: &&Vec<Option<String>>| is(r[1].as_deref(), r[2].as_deref(), wart.text("detail"));
                    !rows.is_empty() && rows.iter().all(fits)
                };
                warts.iter().filter(holds).count() as i64
            }
        };
        // an issue may stand for more than the planted ones, never for fewer; M002 is said once a CCG
        let once = matches!(sign(kind), Sign::Issue("M002")) && found > 0;
        if found < planted && !once {
            missed.push(format!("{kind} in {file}: {planted} planted, {found} found"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(by_kind.len() > 40);
}

#[test]
fn a_practice_that_did_not_return_is_absent_and_never_zero() {
    let england = england();
    let values = Csv::open(&england.old.join("tables/indicator_values.csv"));
    let warts = england.truth("warts");
    let mut silent = 0;
    for wart in warts.rows().filter(|w| w.text("kind") == "not_returned") {
        let (practice, day) = (wart.text("key"), wart.text("period"));
        let rows = values.rows().filter(|r| r.text("unit_code") == practice && r.text("period") == day);
        // the last month of a quarter is the one at which a stock is read
        for row in rows.filter(|r| r.text("indicator_id") == "appointments-enabled") {
            silent += 1;
            assert_eq!(row.text("absence"), "not_returned", "{practice} {day}");
            assert_eq!((row.get("value"), row.float("points_low")), (None, Some(0.0)), "{practice} {day}");
            assert_eq!(row.float("points_high"), Some(100.0), "{practice} {day}");
        }
    }
    let months = warts.rows().filter(|w| w.text("kind") == "not_returned");
    let at_end = months.filter(|w| ["2018-06-30", "2018-09-30"].contains(&w.text("period"))).count();
    assert_eq!(silent, at_end);
}

#[test]
fn names_with_commas_quotes_and_letters_of_windows_1252_arrive_whole() {
    let england = england();
    let (mut names, mut odd) = (BTreeSet::new(), 0);
    for (release, code, name) in
        [("practices", "practice_code", "practice_name"), ("ccg_scores", "ccg_code", "ccg_name")]
    {
        let table = Csv::open(&england.old.join(format!("tables/{release}.csv")));
        names.extend(table.rows().map(|r| (r.text(code).to_owned(), r.text(name).to_owned())));
    }
    let choices = england.table("choices_gp", "2018-04-30");
    let directory: BTreeSet<Option<String>> = texts(&choices, "name").into_iter().collect();
    for wart in england.truth("warts").rows() {
        let (key, name) = (wart.text("key"), wart.text("detail"));
        match wart.text("kind") {
            "name_with_comma" | "name_with_quote" if names.iter().any(|(c, _)| c == key) => {
                let written = names.iter().any(|(c, n)| c == key && n.eq_ignore_ascii_case(name));
                assert!(written, "{key} {name}: {:?}", names.iter().find(|(c, _)| c == key));
                odd += 1;
            }
            "non_ascii_name" => {
                assert!(directory.contains(&Some(name.to_owned())), "{name}");
                odd += 1;
            }
            _ => {}
        }
    }
    assert!(odd > 50, "only {odd} odd names");
}

#[test]
fn what_is_synthetic_says_so_wherever_it_went() {
    let england = england();
    for release in [&england.old, &england.new] {
        for (path, bytes) in tree(release) {
            let kind = path.rsplit('.').next().unwrap().to_owned();
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            match kind.as_str() {
                // a form holds no figures
                "json" if path.ends_with(".schema.json") => {}
                "html" | "svg" | "json" | "parquet" => {
                    assert!(text.contains("synthetic"), "{path} does not say it")
                }
                // fixed layouts of other systems have no metadata beside them: their names of organisations say it
                "csv" if path.starts_with("feeds/") => {
                    assert!(text.contains("synthetic") || path.ends_with("metric-information.csv"), "{path}");
                }
                "csv" => {
                    assert!(
                        path.ends_with(".csv") && release.join(format!("{path}-metadata.json")).exists(),
                        "{path}"
                    );
                    let metadata = std::fs::read_to_string(release.join(format!("{path}-metadata.json")));
                    assert!(
                        !metadata.unwrap().contains("does not describe"),
                        "{path} has a column without a meaning"
                    );
                    let table = Csv::open(&release.join(&path));
                    if table.has("provenance") {
                        assert!(table.rows().all(|r| r.text("provenance") == "synthetic"), "{path}");
                    }
                }
                _ => {}
            }
        }
        let page = std::fs::read_to_string(release.join("index.html")).unwrap();
        assert!(page.contains("Synthetic data"), "the page does not say it in words");
    }
    let (_, status) = answer(dpcmi(&["status"]).arg("--store").arg(&england.store));
    let datasets = status["datasets"].as_array().unwrap();
    assert!(datasets.iter().all(|d| d["provenance"] == "synthetic"), "{status}");
}

/// Quarter -> practices and patients of England, patients by CCG, and the CCG of each practice.
type Basis = BTreeMap<String, ((i64, i64), BTreeMap<String, i64>, BTreeMap<String, String>)>;

fn basis(release: &std::path::Path) -> Basis {
    let mut out = Basis::new();
    let table = |name: &str| Csv::open(&release.join(format!("tables/{name}.csv")));
    for row in table("area_scores").rows().filter(|r| r.text("unit_type") == "england") {
        let quarter = out.entry(row.text("period").to_owned()).or_default();
        quarter.0 = (row.int("practices").unwrap(), row.int("list_size").unwrap());
    }
    for row in table("ccg_scores").rows() {
        let quarter = out.get_mut(row.text("period")).unwrap();
        quarter.1.insert(row.text("ccg_code").to_owned(), row.int("list_size").unwrap());
    }
    for row in table("practices").rows() {
        let quarter = out.get_mut(row.text("period")).unwrap();
        quarter.2.insert(row.text("practice_code").to_owned(), row.text("ccg_code").to_owned());
    }
    out
}

#[test]
fn no_national_total_hangs_on_the_basis() {
    let england = england();
    let root = england.old.parent().unwrap();
    let returned = basis(&england.old);
    // two CCGs merged into others on 1 April 2018
    for (choice, before_merger) in [("current", false), ("2018-03-31", true)] {
        let out = root.join(choice);
        run("open-2018-19", &england.inputs, &england.store, &out, &["--basis", choice]);
        let other = basis(&out);
        assert_eq!(returned.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (quarter, (total, ccgs, homes)) in &other {
            assert_eq!(returned[quarter].0, *total, "{choice} {quarter}");
            let placed: i64 = ccgs.values().sum();
            assert_eq!(
                placed, total.1,
                "{choice} {quarter}: every practice has a CCG, so CCGs sum to England"
            );
            assert_eq!(homes.len() as i64, total.0, "{choice} {quarter}");
        }
        let moved: Vec<_> = england
            .truth("warts")
            .rows()
            .filter(|w| w.text("kind") == "practice_moved_by_merger")
            .map(|w| (w.text("key").to_owned(), w.text("detail").to_owned()))
            .collect();
        assert!(!moved.is_empty());
        for (practice, before) in &moved {
            for (_, _, homes) in other.values() {
                if let Some(home) = homes.get(practice) {
                    assert_eq!(home == before, before_merger, "{practice} on the basis {choice}: {home}");
                }
            }
        }
    }
}
