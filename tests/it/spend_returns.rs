//! Returns of spend: the form is written and read back; bad input has a code and a decision that can be seen; scopes,
//! denominators, places and spread.

use crate::line::{answer, dpcmi, folder};
use crate::spend_support::{Returned, by_key, returned, text_of, work_out};
use dpcmi::contract::{accepted, set_aside};
use dpcmi::define::Library;
use dpcmi::diag::Diagnostic;
use dpcmi::spend::spend_spread;
use dpcmi::stats::inequality::Distribution;
use dpcmi::store::Store;
use dpcmi::template::files;
use jiff::civil::date;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const ID: &str = "ccg_gpit_spend_return";

fn count(diagnostics: &[Diagnostic], id: &str) -> usize {
    diagnostics.iter().filter(|d| d.code.id == id).count()
}

/// The form with these rows, alone in a folder.
fn form(root: &Path, name: &str, rows: &[&[(&str, &str)]]) -> PathBuf {
    let contracts = Library::shipped().contracts().0;
    let contract = contracts.iter().find(|c| c.id == ID).expect("the contract");
    let owned = |row: &&[(&str, &str)]| row.iter().map(|(f, t)| ((*f).to_owned(), (*t).to_owned())).collect();
    let rows: Vec<Vec<(String, String)>> = rows.iter().map(owned).collect();
    let made = files(contract, &rows).expect("a form");
    let bytes = &made.iter().find(|(n, _)| n.ends_with(name)).expect("a file of the form").1;
    let inputs = root.join(name.replace('.', "_"));
    std::fs::create_dir_all(&inputs).expect("a folder");
    std::fs::write(inputs.join(format!("{ID}.{name}")), bytes).expect("a file");
    inputs
}

/// What is stored of it, with what `ingest` said.
fn stored(inputs: &Path) -> (Option<DataFrame>, String) {
    let store = inputs.with_extension("store");
    let mut command = dpcmi(&["ingest", "dpcma-2018"]);
    let out = command.arg("--inputs").arg(inputs).arg("--store").arg(&store);
    let out = out.output().expect("it runs");
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    let held = Store::open(&store).ok().and_then(|s| s.read(ID).ok());
    (held.and_then(|mut t| (!t.is_empty()).then(|| t.remove(0).frame)), said)
}

const YEAR: (&str, &str) = ("financial_year_end", "2019-03-31");

#[test]
fn a_filled_form_is_read_back_as_it_was_filled_as_text_and_as_workbook() {
    let root = folder("spend_form");
    let first = [
        YEAR,
        ("ccg_code", "00K"),
        ("ccg_name", "NHS Hartlepool, Stockton CCG"),
        ("line", "1"),
        ("description", "Service desk"),
        ("category", "Core and mandated"),
        ("supplier", "A DESK LTD"),
        ("amount_hundredths", "£1,234.50"),
        ("unit", "£000s"),
        ("covers_from", "2018-04-01"),
        ("covers_to", "2018-09-30"),
        ("on_behalf_of", "00M"),
        ("bill", "B1"),
        ("share", "0.5"),
        ("denominator", "registered"),
        ("population", "286000"),
    ];
    let second =
        [YEAR, ("ccg_code", "00K"), ("amount_hundredths", "-20"), ("unit", "pence"), ("paid_to_ccg", "00M")];
    for name in ["csv", "xlsx"] {
        let (frame, said) = stored(&form(&root, name, &[&first, &second, &second]));
        let frame = frame.unwrap_or_else(|| panic!("{name}: {said}"));
        assert_eq!(frame.height(), 3, "{name}: equal lines may be genuine and both stay");
        let at = |column: &str, row| text_of(&frame, column, row);
        assert_eq!(
            (at("amount_hundredths", 0), at("unit", 0)),
            ("123450".into(), "thousands".into()),
            "{name}"
        );
        assert_eq!((at("covers_from", 0), at("covers_to", 0)), ("2018-04-01".into(), "2018-09-30".into()));
        assert_eq!((at("amount_hundredths", 1), at("unit", 1)), ("-2000".into(), "pence".into()));
        assert_eq!((at("on_behalf_of", 0), at("paid_to_ccg", 1)), ("00M".into(), "00M".into()));
        assert_eq!(
            (at("share", 0), at("population", 0), at("population", 1)),
            ("0.5".into(), "286000".into(), "-".into())
        );
        assert_eq!(at("description", 1), "-");
    }
}

#[test]
fn what_cannot_be_read_has_a_code_and_a_decision() {
    let root = folder("spend_form_bad");
    let base = |amount: &'static str, unit: &'static str| {
        [YEAR, ("ccg_code", "00K"), ("amount_hundredths", amount), ("unit", unit)]
    };
    let rows = [
        base("$120", "pounds"),
        base("€5", "pounds"),
        base("1.234,50", "pounds"),
        base("10", "dollars"),
        base("7", "pounds"),
    ];
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(|r| &r[..]).collect();
    let (frame, said) = stored(&form(&root, "csv", &rows));
    let frame = frame.expect("the file is stored");
    assert_eq!(accepted(&frame).expect("rows").height(), 1, "four are set aside, with their text");
    let aside = set_aside(&frame).expect("rows").expect("marked in the store");
    assert_eq!((aside.height(), text_of(&aside, "_aside", 3)), (4, "ENUM_UNKNOWN".to_owned()));
    for code in ["NUM_CURRENCY", "NUM_DECIMAL_COMMA", "ENUM_UNKNOWN"] {
        assert!(said.contains(code), "{code}: {said}");
    }
    // 3 April or 4 March: nothing in the file says.
    let dated = [
        YEAR,
        ("ccg_code", "00K"),
        ("amount_hundredths", "7"),
        ("unit", "pounds"),
        ("covers_from", "03/04/2018"),
    ];
    let root = folder("spend_form_dates");
    let (frame, said) = stored(&form(&root, "csv", &[&dated]));
    let frame = frame.expect("kept, marked as refused");
    assert!(accepted(&frame).expect("rows").height() == 0 && said.contains("DATE_AMBIGUOUS"), "{said}");
    assert_eq!(
        (text_of(&frame, "_aside", 0), text_of(&frame, "covers_from", 0)),
        ("DATE_AMBIGUOUS".into(), "-".into())
    );
    // One certain date tells the order of the whole column.
    let certain = [
        YEAR,
        ("ccg_code", "00K"),
        ("amount_hundredths", "8"),
        ("unit", "pounds"),
        ("covers_from", "30/04/2018"),
    ];
    let root = folder("spend_form_dates_told");
    let (frame, said) = stored(&form(&root, "csv", &[&dated, &certain]));
    assert_eq!(text_of(&frame.expect(&said), "covers_from", 0), "2018-04-03");
}

#[test]
fn the_command_writes_the_empty_form() {
    let out = folder("spend_form_command").join("forms");
    answer(dpcmi(&["template", ID]).arg("--out").arg(&out));
    for name in ["csv", "xlsx"] {
        assert!(out.join(format!("{ID}.{name}")).is_file(), "{name}");
    }
}

#[test]
fn odd_lines_are_flagged_counted_and_kept() {
    let share = |of: f64| Some(("joint bill".to_owned(), of));
    let lines = [
        returned("10A", "Service desk", "core", 1_000),
        returned("10A", "Service desk", "core", 1_000),
        returned("10A", "Service desk", "core", -400),
        Returned { amount_hundredths: 150, unit: "pence", ..returned("10A", "Toner", "core", 0) },
        Returned { bill: share(0.5), ..returned("10A", "HSCN", "core", 50) },
        Returned { bill: share(0.4), ..returned("11A", "HSCN", "core", 40) },
        Returned {
            covers: Some((date(2017, 1, 1), date(2017, 2, 1))),
            ..returned("11A", "Wi-Fi", "core", 7)
        },
        returned("11A", "Sundries", "as usual", 3),
        returned("12A", "Service desk", "core", 5),
    ];
    let people = [("10A", 100), ("11A", 100), ("12A", 0)];
    let spend = work_out(2018, &lines, &people, &[], &BTreeMap::new());
    let codes = ["M004", "M006", "M030", "M032", "M033", "M035", "M036"];
    let found = codes.map(|c| (c, count(&spend.diagnostics, c)));
    assert_eq!(
        found,
        [("M004", 1), ("M006", 1), ("M030", 1), ("M032", 2), ("M033", 1), ("M035", 1), ("M036", 1)],
        "{:?}",
        spend.diagnostics
    );
    assert_eq!(spend.lines.height(), lines.len());
    let pence = by_key(&spend.table, "spend_pence");
    assert_eq!(pence["10A as_reported"], "165000", "repeats and reversals count, parts of a penny do not");
    assert_eq!(pence["11A as_reported"], "5000");
    assert_eq!(pence["11A like_for_like"], "4700", "without what is in no category");
    assert_eq!(by_key(&spend.table, "unmapped_pence")["11A as_reported"], "300");
    assert_eq!(pence["12A as_reported"], "500");
    assert_eq!(by_key(&spend.table, "per_head_registered")["12A as_reported"], "-", "a population of zero");
    assert!(by_key(&spend.table, "question")["11A as_reported"].contains("do not add up to 1"));
}

#[test]
fn the_same_line_is_another_category_in_another_edition() {
    let lines =
        [returned("10A", "Remote access tokens", "GP IT", 10), returned("10A", "GPSoC call-off", "core", 20)];
    let category = |first| {
        let spend = work_out(first, &lines, &[("10A", 100)], &[], &BTreeMap::new());
        let of = |i| text_of(&spend.lines, "category", i);
        let mut found = [of(0), of(1)];
        found.sort();
        found
    };
    assert_eq!(category(2013), ["central", "enhanced"]);
    assert_eq!(
        category(2018),
        ["central", "core_mandated"],
        "and what a line says stands before what it is called"
    );
}

#[test]
fn three_denominators_stand_side_by_side_and_a_place_is_a_range_over_them() {
    let codes = ["10A", "11A", "12A"];
    let lines: Vec<Returned> = [("10A", 2_400), ("11A", 2_500), ("12A", 2_600)]
        .map(|(c, pounds)| returned(c, "Service desk", "core", pounds))
        .into();
    let people = codes.map(|c| (c, 1_000));
    // 12A is a student city: a quarter more registered than live there.
    let residents = [("10A", 1_000), ("11A", 900), ("12A", 800)];
    let spend = work_out(2014, &lines, &people, &residents, &BTreeMap::new());
    let column = |name: &str| by_key(&spend.table, name);
    let at = |name: &str, ccg: &str| column(name)[&format!("{ccg} as_reported")].clone();
    assert_eq!(at("status", "12A"), "complete");
    let number = |name: &str, ccg: &str| at(name, ccg).parse::<f64>().expect("a number");
    assert!((number("per_head_resident", "12A") - 325.0).abs() < 1e-9);
    assert!((number("list_excess", "12A") - 0.25).abs() < 1e-12);
    assert!(at("denominator_source", "12A").contains("resident: mid-year estimate of this test 2015-03-31"));
    assert_eq!(at("resident_date", "12A"), "2015-03-31");
    assert_eq!((at("place_registered", "10A"), at("place_resident", "10A")), ("3".into(), "3".into()));
    let swapped = [("10A", 700), ("11A", 900), ("12A", 1_000)];
    let other = work_out(2014, &lines, &people, &swapped, &BTreeMap::new());
    let at = |name: &str, ccg: &str| by_key(&other.table, name)[&format!("{ccg} as_reported")].clone();
    assert_eq!((at("place_registered", "10A"), at("place_resident", "10A")), ("3".into(), "1".into()));
    assert_eq!(
        (at("place_low", "10A"), at("place_high", "10A"), at("placed_among", "10A")),
        ("1".into(), "3".into(), "3".into())
    );
    // None held: said, not invented.
    let none = work_out(2014, &lines, &people, &[], &BTreeMap::new());
    let at = |name: &str| by_key(&none.table, name)["10A as_reported"].clone();
    assert_eq!(
        (at("resident"), at("per_head_resident"), at("resident_absence")),
        ("-".into(), "-".into(), "not_asked".into())
    );
    assert!(at("denominator_source").ends_with("resident: none"));
}

#[test]
fn the_spread_is_that_of_the_figures_that_can_be_compared_and_adds_up() {
    let codes: Vec<String> = (10..16).map(|i| format!("{i}A")).collect();
    let people: Vec<(&str, i64)> = codes.iter().zip(1_000..).map(|(c, n)| (c.as_str(), n)).collect();
    let pounds = [2_300, 2_500, 2_600, 2_900, 3_100, 90_000];
    let lines: Vec<Returned> =
        codes.iter().zip(pounds).map(|(c, p)| returned(c, "Service desk", "core", p)).collect();
    let spend = work_out(2014, &lines, &people, &[], &BTreeMap::new());
    let regions: BTreeMap<String, String> =
        codes.iter().enumerate().map(|(i, c)| (c.clone(), format!("Y{}", i % 2))).collect();
    let spread = spend_spread(&spend.table, &regions).expect("a table");
    let row = (0..spread.height())
        .find(|i| {
            text_of(&spread, "scope", *i) == "as_reported"
                && text_of(&spread, "denominator", *i) == "registered"
        })
        .expect("a row");
    let number = |name: &str| text_of(&spread, name, row).parse::<f64>().expect("a number");
    assert_eq!((text_of(&spread, "ccgs", row), text_of(&spread, "left_out", row)), ("5".into(), "1".into()));
    let units: Vec<(f64, f64)> = people
        .iter()
        .zip(pounds)
        .take(5)
        .map(|((_, n), p)| (*n as f64, 100.0 * p as f64 / *n as f64))
        .collect();
    let whole = Distribution::new(&units).expect("a distribution");
    assert!((number("gini") - whole.gini()).abs() < 1e-12);
    assert!((number("theil") - whole.theil()).abs() < 1e-12);
    assert!((number("theil_within") + number("theil_between") - number("theil")).abs() < 1e-12);
    assert!(number("theil_between") > 0.0 && number("p90_p10") > 1.0);
    assert_eq!(text_of(&spread, "gini_change", row), "-", "no year before");
}
