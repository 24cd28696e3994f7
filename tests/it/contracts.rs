//! Contracts: what a definition may say, how a file is recognised, and what a cell becomes.

use dpcmi::contract::cells::{Cell, Parsed, parse};
use dpcmi::contract::{Typed, recognise, type_table};
use dpcmi::define::{Contract, ContractFile, Library, Source};
use dpcmi::read::Limits;
use dpcmi::read::encoding::decode;
use dpcmi::read::table::Table;

const VISITS: &str = r#"
id = "visits"
title = "Visits to practices"
publisher = "This test"
licence = "none"
about = "A made-up family with every type of field."
grain = "month"
key = ["practice_code", "day"]
period = [{ column = "day" }]

[[field]]
name = "practice_code"
type = "practice"
title = "Practice"
required = true
branch = "skip"

[[field]]
name = "day"
type = "date"
title = "Day"
required = true
formats = ["%Y-%m-%d", "%d%b%Y", "%d-%b-%y"]
max = 2035

[[field]]
name = "patients"
type = "integer"
title = "Patients"
status = true
min = 0
max = 500000
missing = ["NULL"]
suppressed = ["*"]

[[field]]
name = "spend"
type = "pence"
title = "Spend"

[[field]]
name = "open"
type = "flag"
title = "Open on the day"

[[era]]
id = "first"
title = "With English names"
[era.columns]
practice_code = ["Practice Code", "ODS code"]
day = "Day"
patients = "Patients"
spend = "Spend £"
open = "Open?"
"#;

fn source(text: &str) -> Source {
    Source { name: "datasets/visits.toml".to_owned(), text: text.to_owned() }
}

fn contract(text: &str) -> Result<Contract, Vec<String>> {
    let source = source(text);
    let written: ContractFile = dpcmi::define::parse(&source).map_err(|d| vec![told(&d)])?;
    Contract::resolve(written, &source).map_err(|all| all.iter().map(told).collect())
}

/// Code, place and remedy of a diagnostic in one line.
fn told(d: &dpcmi::diag::Diagnostic) -> String {
    format!("{} {}: {} | {}", d.code.name, d.place, d.message, d.remedy())
}

fn cell(field: &str, text: &str) -> Parsed {
    let contract = contract(VISITS).expect("a valid contract");
    let field = &contract.fields[field];
    parse(field, &field.formats, None, text)
}

#[test]
fn every_shipped_contract_resolves() {
    let (contracts, faults) = Library::shipped().contracts();
    assert!(faults.is_empty(), "{:?}", faults.iter().map(told).collect::<Vec<_>>());
    assert!(contracts.len() >= 25);
}

#[test]
fn a_wrong_definition_is_refused_with_line_and_hint() {
    let check = |from: &str, to: &str, expected: &str| {
        let faults = contract(&VISITS.replacen(from, to, 1)).expect_err(to);
        assert!(faults.iter().any(|f| f.starts_with(expected)), "{to}: {faults:?}");
    };
    check("publisher", "publischer", "CONFIG_UNKNOWN_KEY datasets/visits.toml:4:1");
    check("day = \"Day\"", "dya = \"Day\"", "CONFIG_REFERENCE datasets/visits.toml:");
    check("id = \"visits\"", "id = \"../visits\"", "CONFIG_PATH_ESCAPE datasets/visits.toml:2:");
    check("grain = \"month\"", "grain = \"fortnight\"", "CONFIG_VALUE datasets/visits.toml:7:");
    check("max = 500000", "max = inf", "CONFIG_NOT_FINITE datasets/visits.toml:");
    check("name = \"spend\"", "name = \"day\"", "CONFIG_DUPLICATE_ID datasets/visits.toml:");
    let faults = contract(&VISITS.replacen("patients = \"Patients", "patient = \"Patients", 1));
    let faults = faults.expect_err("a typing error");
    assert!(faults.iter().any(|f| f.contains("did you mean `patients`?")), "{faults:?}");
}

#[test]
fn numbers_are_read_as_people_write_them_and_never_guessed() {
    let ok = |field: &str, text: &str, n: i64, warning: Option<&str>| {
        assert_eq!(
            cell(field, text),
            Parsed { cell: Cell::Integer(n), warning: warning.map(leak) },
            "{text}"
        );
    };
    ok("patients", " 3541 ", 3_541, None);
    ok("patients", "12,345", 12_345, None);
    ok("patients", "3541.0", 3_541, None);
    ok("patients", "3\u{a0}541", 3_541, Some("NUM_NBSP"));
    ok("patients", "3541r", 3_541, Some("NUM_FLAGGED"));
    ok("patients", "1.5e3", 1_500, Some("NUM_SCIENTIFIC"));
    ok("spend", "£1,234.50 ", 123_450, None);
    ok("spend", "-234703", -23_470_300, None);
    ok("spend", "0.1", 10, None);
    let bad = |field: &str, text: &str, code: &str| match cell(field, text).cell {
        Cell::Bad(found, _) => assert_eq!(found, code, "{text}"),
        other => panic!("{text} became {other:?}"),
    };
    bad("patients", "4,0OO", "NUM_SYNTAX");
    bad("patients", "4O00", "NUM_SYNTAX");
    bad("patients", "12.5", "NUM_NOT_INTEGER");
    bad("patients", "-3", "NUM_NEGATIVE");
    bad("patients", "500001", "NUM_RANGE");
    bad("patients", "99999999999999999999", "NUM_RANGE");
    bad("patients", "inf", "NUM_NOT_FINITE");
    bad("patients", "(12)", "NUM_PAREN_NEGATIVE");
    bad("patients", "٣٥", "NUM_NON_ASCII_DIGITS");
    bad("patients", "####", "SOURCE_COLUMN_TOO_NARROW");
    bad("patients", "#DIV/0!", "EXCEL_ERROR_VALUE");
    bad("spend", "1.234,50", "NUM_DECIMAL_COMMA");
    bad("spend", "$12", "NUM_CURRENCY");
    bad("spend", "1.005", "NUM_SYNTAX");
}

fn leak(name: &str) -> &'static str {
    dpcmi::diag::codes::by_name(name).name
}

#[test]
fn absences_keep_their_reason_apart() {
    assert_eq!(cell("patients", "").cell, Cell::Absent("missing"));
    assert_eq!(cell("patients", "NULL").cell, Cell::Absent("missing"));
    assert_eq!(cell("patients", "*").cell, Cell::Absent("suppressed"));
    assert_eq!(cell("patients", "0").cell, Cell::Integer(0));
}

#[test]
fn dates_and_codes_say_what_is_wrong_with_them() {
    let day = |text: &str| match cell("day", text).cell {
        Cell::Date(d) => dpcmi::contract::cells::day_of(d).to_string(),
        Cell::Bad(code, _) => code.to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(day("2018-09-30"), "2018-09-30");
    assert_eq!(day("30SEP2018"), "2018-09-30");
    assert_eq!(day("31-Aug-23"), "2023-08-31");
    assert_eq!(day("42124"), "2015-04-30");
    assert_eq!(day("31/02/2018"), "DATE_INVALID");
    assert_eq!(day("2215-04-30"), "DATE_RANGE");
    let code = |text: &str| match cell("practice_code", text) {
        Parsed { cell: Cell::Text(t), warning } => format!("{t} {}", warning.unwrap_or("")),
        Parsed { cell: Cell::Bad(code, _), .. } => code.to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(code("A81001"), "A81001 ");
    assert_eq!(code(" f85036 "), "F85036 ODS_NORMALISED");
    assert_eq!(code("A81001002"), "BRANCH_CODE");
    assert_eq!(code("A8100l"), "ODS_SYNTAX");
    assert_eq!(code("A8100O"), "ODS_CONFUSABLE");
    assert_eq!(code("А81001"), "ODS_CONFUSABLE");
    assert_eq!(code("1.00E+05"), "CODE_SCIENTIFIC_MANGLED");
}

/// The typed table of a made-up file.
fn typed(contract: &Contract, name: &str, text: &str) -> Typed {
    let contracts = std::slice::from_ref(contract);
    let decoded = decode(name, text.as_bytes().to_vec()).0.expect("text");
    let limits = Limits::default();
    let claim = recognise::text(contracts, name, &decoded, &limits).expect("a claim");
    let dialect = recognise::dialect(claim.era);
    let table = Table::of_text(name, decoded, claim.data, claim.width, dialect, &limits).expect("a table");
    type_table(&claim, table).expect("frames")
}

#[test]
fn a_table_that_states_its_total_is_held_to_it() {
    let with_total = format!(
        "{VISITS}\n[[skip]]\nfield = \"practice_code\"\npattern = \"^Total$\"\ncode = \"TOTAL_ROW_SKIPPED\"\n"
    );
    let contract = contract(&with_total).expect("a valid contract");
    let text = |patients: u32| {
        format!(
            "Practice Code,Open?,Day,Spend £,Patients\nTotal,,,4.50,{patients}\nA81001,yes,2018-09-30,1.50,10\n\
             A81002,no,not a day,3,7\n"
        )
    };
    let warned = |t: &Typed| -> Vec<String> {
        let hits = t.diagnostics.iter().filter(|d| d.code.name == "RECON_TOTAL");
        hits.map(|d| format!("{} {}", d.place, d.message)).collect()
    };
    // the row that was set aside belongs to the total too
    assert_eq!(warned(&typed(&contract, "visits.csv", &text(17))), Vec::<String>::new());
    assert_eq!(
        warned(&typed(&contract, "visits.csv", &text(18))),
        ["visits.csv:2:5 field patients the rows add up to 17, the published total is 18"]
    );
}

#[test]
fn a_mapped_word_is_stored_as_the_standard_one_and_said() {
    let mapped = VISITS
        .replace("title = \"Open on the day\"", "title = \"Open on the day\"\nmap = { \"shut\" = \"no\" }");
    let contract = contract(&mapped).expect("a valid contract");
    let text = "Practice Code,Open?,Day,Spend £,Patients\nA81001,shut,2018-09-30,1.50,10\nA81002,yes,2018-09-30,1,1\n";
    let typed = typed(&contract, "visits.csv", text);
    let note = typed.diagnostics.iter().find(|d| d.code.name == "VALUE_MAPPED").expect("a note");
    assert_eq!((note.count, note.place.to_string().as_str()), (1, "visits.csv:2:2 field open"));
    let open = typed.parts[0].1.column("open").unwrap().bool().unwrap();
    assert_eq!(open.iter().collect::<Vec<_>>(), [Some(false), Some(true)]);
}

#[test]
fn a_file_is_recognised_by_its_header_whatever_its_name_and_accounts_for_every_row() {
    let contracts = [contract(VISITS).expect("a valid contract")];
    let text = "Visits by practice,,,,\n\
        ODS code,Open?,Day,Spend £,Patients\n\
        A81001,yes,2018-09-30,1.50,10\n\
        A81001,yes,2018-09-30,1.50,10\n\
        A81002,no,2018-09-30,2,*\n\
        A81003,no,2018-08-31,x,7\n\
        A81004,no,2018-08-31,1,7,8\n\
        A81005,no,2018-08-31,1,7\n\
        A81005,no,2018-08-31,1,9\n\
        ,,,,\n\
        Notes: made up,,,,\n";
    for name in ["visits.csv", "some/where/else.txt"] {
        let typed = typed(&contracts[0], name, text);
        let account = &typed.account;
        assert!(account.balances());
        assert_eq!(
            (account.rows_read, account.rows_accepted, account.rows_quarantined, account.rows_skipped),
            (10, 3, 3, 4)
        );
        let mut names: Vec<&str> = typed.diagnostics.iter().map(|d| d.code.name).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "CSV_FIELD_COUNT",
                "DUPLICATE_KEY",
                "DUPLICATE_KEY",
                "DUPLICATE_ROW",
                "FOOTNOTES_SKIPPED",
                "HEADER_ALIAS",
                "NUM_SYNTAX",
                "PREAMBLE_SKIPPED",
                "SUPPRESSED"
            ]
        );
        let spend = typed.diagnostics.iter().find(|d| d.code.name == "NUM_SYNTAX").expect("the bad amount");
        assert_eq!(spend.place.to_string(), format!("{name}:6:4 field spend"));
        let months: Vec<(String, usize)> =
            typed.parts.iter().map(|(p, f)| (p.to_string(), f.height())).collect();
        assert_eq!(months, [("2018-08-31".to_owned(), 1), ("2018-09-30".to_owned(), 2)]);
    }
}

#[test]
fn a_renamed_column_refuses_the_file_and_names_the_likely_one() {
    let contracts = [contract(VISITS).expect("a valid contract")];
    let text = "ODS code,Open?,Day,Spend,Patients\nA81001,yes,2018-09-30,1.50,10\n";
    let (decoded, _) = decode("visits.csv", text.as_bytes().to_vec());
    let fault = recognise::text(&contracts, "visits.csv", &decoded.expect("text"), &Limits::default())
        .map(|_| ())
        .expect_err("not claimed")
        .expect("a near miss");
    assert_eq!(fault.code.name, "HEADER_MISSING");
    assert!(fault.message.contains("`Spend £`"), "{}", fault.message);
    assert!(fault.remedy().contains("`Spend`"), "{}", fault.remedy());
    // a misspelling of the second of two names is compared with both
    let text = "ODS cde,Open?,Day,Spend £,Patients\nA81001,yes,2018-09-30,1.50,10\n";
    let (decoded, _) = decode("visits.csv", text.as_bytes().to_vec());
    let fault = recognise::text(&contracts, "visits.csv", &decoded.expect("text"), &Limits::default());
    let fault = fault.map(|_| ()).expect_err("not claimed").expect("a near miss");
    assert!(fault.remedy().contains("`ODS cde`: if it is the column `ODS code`"), "{}", fault.remedy());
}
