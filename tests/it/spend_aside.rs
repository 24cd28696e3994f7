//! Money that intake set aside: a figure that lacks lines says so, is no yardstick, and nobody is asked why it is low; a
//! return that is refused takes no other with it.

use crate::line::{answer, dpcmi, folder};
use crate::spend_support::{Taken, by_key, text_of, work_out_of};
use dpcmi::contract::{Account, accepted, set_aside};
use dpcmi::define::Library;
use dpcmi::diag::{Diagnostic, Place};
use dpcmi::pipeline::intake;
use dpcmi::read::Limits;
use dpcmi::read::child::Reader;
use dpcmi::spend::Spend;
use std::collections::BTreeMap;

const HEADER: &str = "financial_year_end,ccg_code,ccg_name,line,description,category,supplier,amount,unit,covers_from,\
                      covers_to,paid_to_ccg,on_behalf_of,bill,share,denominator,population\n";
const CCGS: [&str; 10] = ["00A", "01A", "02A", "03A", "04A", "05A", "06Z", "07A", "08A", "09A"];

/// One line of a return of 2018/19: £250 for each of ten services of a CCG of 1,000 patients.
fn line(ccg: &str, number: usize, amount: &str, from: &str) -> String {
    format!(
        "2019-03-31,{ccg},NHS {ccg} CCG,{number},Service {number},Core and mandated,,{amount},pounds,{from},2019-03-31,,,,,\
         registered,1000\n"
    )
}

/// The file of all CCGs, ten lines each; `change` may write a line otherwise.
fn file(change: impl Fn(&str, usize) -> Option<String>) -> String {
    let lines = CCGS.iter().flat_map(|ccg| (1..=10).map(move |n| (*ccg, n)));
    let text = lines.map(|(ccg, n)| change(ccg, n).unwrap_or_else(|| line(ccg, n, "250.00", "2018-04-01")));
    HEADER.to_owned() + &text.collect::<String>()
}

/// What the intake makes of a file.
fn take(label: &str, text: &str) -> (Taken, Vec<Diagnostic>, Account) {
    let contracts = Library::shipped().contracts().0;
    let mut read = intake::file(&contracts, label, text.as_bytes(), &Limits::default(), &Reader::default())
        .expect("frames");
    let (_, typed) = read.tables.pop().expect("a contract claims it");
    assert!(typed.account.balances(), "{:?}", typed.account);
    let frame = &typed.parts.first().expect("of one year").1;
    let taken = Taken { accepted: accepted(frame).expect("rows"), aside: set_aside(frame).expect("rows") };
    assert_eq!(taken.accepted.height() as u64, typed.account.rows_accepted);
    (taken, typed.diagnostics, typed.account)
}

fn worked(taken: &Taken, published: Option<&Taken>) -> Spend {
    work_out_of(2018, taken, published, &CCGS.map(|c| (c, 1_000)), &[], &BTreeMap::new())
}

/// The cell of a CCG's figure as reported.
fn of(spend: &Spend, ccg: &str, column: &str) -> String {
    by_key(&spend.table, column)[&format!("{ccg} as_reported")].clone()
}

fn coded<'a>(all: &'a [Diagnostic], name: &str) -> Vec<&'a Diagnostic> {
    all.iter().filter(|d| d.code.name == name).collect()
}

#[test]
fn a_figure_that_lacks_lines_set_aside_is_partial_and_asks_for_the_lines() {
    // five of ten lines: what is left looks like half a year
    let half = |ccg: &str, n: usize| {
        (ccg == "06Z" && n > 5).then(|| {
            let text = line(ccg, n, "250.00", "2018-04-01");
            match n {
                6 => text.replace("250.00", "n/k"),
                7 => text.replace("pounds", "dollars"),
                8 => text.replace("250.00", "1,250.00"), // not quoted: a column too many
                9 => text.replace("CCG,9,", "CCG,9,\u{0007}"),
                _ => text.replace(",250.00", ","),
            }
        })
    };
    let (taken, _, account) = take("returns.csv", &file(half));
    assert_eq!((account.rows_quarantined, account.rows_unplaced), (5, 0), "each says whose it is");
    let spend = worked(&taken, None);
    let cell = |ccg: &str, column: &str| of(&spend, ccg, column);
    assert_eq!(
        (cell("06Z", "set_aside_lines"), cell("06Z", "set_aside_pence")),
        ("5".into(), "25000".into())
    );
    assert_eq!((cell("06Z", "status"), cell("06Z", "gate")), ("partial".into(), "not_tested".into()));
    assert_eq!(
        cell("06Z", "comparison"),
        "cannot be compared: 5 lines of the return were set aside (£250 where readable): see quarantine"
    );
    assert_eq!((cell("06Z", "place_registered"), cell("06Z", "suspects")), ("-".into(), "-".into()));
    let question = cell("06Z", "question");
    assert!(
        question.starts_with("5 lines of yours were set aside") && question.contains("returns.csv, lines 67"),
        "{question}"
    );
    assert!(!question.contains("half a year") && !question.contains("a head"), "{question}");
    for ccg in CCGS.iter().filter(|c| **c != "06Z") {
        assert_eq!((cell(ccg, "status"), cell(ccg, "question")), ("complete".into(), "-".into()), "{ccg}");
        assert_eq!((cell(ccg, "gate"), cell(ccg, "placed_among")), ("passed".into(), "9".into()), "{ccg}");
    }
    assert!(!spend.plausible.contains_key("06Z"), "and is no yardstick for the year after");
    let said = coded(&spend.diagnostics, "LINES_SET_ASIDE");
    assert_eq!((said.len(), said[0].count, said[0].place.file_name()), (1, 5, Some("returns.csv")));
}

#[test]
fn the_rest_of_a_bill_that_stands_in_a_line_set_aside_is_asked_of_nobody() {
    let shared = |amount: &'static str| {
        move |ccg: &str, n: usize| {
            let half = |amount: &str| line(ccg, n, amount, "2018-04-01").replace(",,,,,reg", ",,,B1,0.5,reg");
            match (ccg, n) {
                ("00A", 1) => Some(half("250.00")),
                ("06Z", 1) => Some(half(amount)),
                _ => None,
            }
        }
    };
    for amount in ["250.00", "n/k"] {
        let spend = worked(&take("returns.csv", &file(shared(amount))).0, None);
        assert!(coded(&spend.diagnostics, "SHARES_NOT_ONE").is_empty(), "{amount}");
        assert_eq!(of(&spend, "00A", "question"), "-", "{amount}");
    }
}

#[test]
fn a_line_of_no_readable_ccg_is_that_of_the_lines_beside_it_or_of_nobody_and_is_counted() {
    let nameless = |at: usize| {
        move |ccg: &str, n: usize| (ccg == "06Z" && n == at).then(|| line("6", n, "250.00", "2018-04-01"))
    };
    let (taken, said, account) = take("returns.csv", &file(nameless(5)));
    let told = coded(&said, "OWNER_UNREADABLE");
    assert_eq!((account.rows_unplaced, told.len()), (1, 1));
    assert!(
        told[0].message.ends_with("held to be of 06Z, whose rows stand beside it"),
        "{}",
        told[0].message
    );
    assert!(matches!(&told[0].place, Place::Line { line: 66, .. }), "{:?}", told[0].place);
    assert_eq!(of(&worked(&taken, None), "06Z", "status"), "partial");
    let (taken, said, account) = take("returns.csv", &file(nameless(1)));
    let told = coded(&said, "OWNER_UNREADABLE");
    assert_eq!((account.rows_unplaced, told.len()), (1, 1));
    assert!(told[0].message.contains("between rows of 05A and 06Z"), "{}", told[0].message);
    assert!(taken.aside.is_none(), "no figure is said to lack it");
}

#[test]
fn one_date_that_cannot_be_told_refuses_the_return_of_its_ccg_alone() {
    let ambiguous =
        |ccg: &str, n: usize| (ccg == "06Z" && n == 4).then(|| line(ccg, n, "250.00", "04/05/2018"));
    let (taken, said, account) = take("returns.csv", &file(ambiguous));
    assert_eq!((account.rows_accepted, account.rows_refused, account.rows_quarantined), (90, 10, 0));
    let [fault] = coded(&said, "DATE_AMBIGUOUS")[..] else { panic!("{said:?}") };
    assert!(
        matches!(&fault.place, Place::Line { line: 65, column: Some(10), field: Some(f), .. } if f == "covers_from"),
        "{:?}",
        fault.place
    );
    assert!(fault.message.contains("the return of ccg_code 06Z is refused, the others of the file stand"));
    assert_eq!(fault.found.as_deref(), Some("04/05/2018"));

    let alone = worked(&taken, None);
    assert_eq!(
        (of(&alone, "06Z", "status"), of(&alone, "06Z", "per_head_registered")),
        ("no_lines".into(), "-".into())
    );
    assert_eq!(
        of(&alone, "06Z", "comparison"),
        "cannot be compared: its return was refused (DATE_AMBIGUOUS in returns.csv, line 65); no line in this scope"
    );
    assert_eq!(of(&alone, "05A", "status"), "complete");

    let published = "ccg_code,ccg_name,fy_month_of_file,date_as_published,expense_type,expense_area,supplier,\
                     transaction_number,amount_gbp_truncated,source_file,note\n\
                     06Z,Marsh,01,30-Apr-18,Services,PRIMARY CARE IT,A LTD,1,2000.0,f.csv,\n";
    let (lines, ..) = take("ccg_spend_2018-19.csv", published);
    let both = worked(&taken, Some(&lines));
    assert_eq!(
        (of(&both, "06Z", "source"), of(&both, "06Z", "status")),
        ("published_lines".into(), "partial".into())
    );
    let why = of(&both, "06Z", "comparison");
    assert!(why.contains("line 65); the figure is of its published lines over £25,000"), "{why}");
    assert!(of(&both, "06Z", "question").starts_with("Your return was refused"), "and asked for again");
    let refused = coded(&both.diagnostics, "RETURN_REFUSED");
    assert!(matches!(&refused[0].place, Place::Row { file, line: Some(65), .. } if file == "returns.csv"));
}

#[test]
fn a_return_is_read_by_its_own_dates_where_the_file_holds_both_orders() {
    let both = |ccg: &str, n: usize| match (ccg, n) {
        ("00A", 1) => Some(line(ccg, n, "250.00", "30/04/2018")),
        ("00A", 2) | ("06Z", 2) | ("09A", 2) => Some(line(ccg, n, "250.00", "04/05/2018")),
        ("06Z", 1) => Some(line(ccg, n, "250.00", "04/30/2018")),
        ("08A", 1) => Some(line(ccg, n, "250.00", "04/30/2018")),
        ("08A", 2) => Some(line(ccg, n, "250.00", "30/04/2018")),
        _ => None,
    };
    let (taken, said, account) = take("returns.csv", &file(both));
    let from = |ccg: &str| {
        let frame = &taken.accepted;
        let row = (0..frame.height())
            .find(|i| text_of(frame, "ccg_code", *i) == ccg && text_of(frame, "line", *i) == "2")
            .expect("a row");
        text_of(frame, "covers_from", row)
    };
    assert_eq!((from("00A"), from("06Z")), ("2018-05-04".into(), "2018-04-05".into()));
    assert_eq!(account.rows_refused, 20);
    let told =
        |name: &str| coded(&said, name).iter().map(|d| d.message.contains("09A") as u8).collect::<Vec<_>>();
    assert_eq!(
        (told("DATE_AMBIGUOUS"), told("DATE_MIXED_ORDER")),
        (vec![1], vec![0]),
        "09A can be told neither way, 08A mixes"
    );
}

#[test]
fn a_day_of_a_line_that_cannot_be_read_is_not_taken_for_the_whole_year() {
    let unread = |ccg: &str, n: usize| (ccg == "06Z" && n == 4).then(|| line(ccg, n, "250.00", "99/99/9999"));
    let (taken, said, _) = take("returns.csv", &file(unread));
    assert_eq!(coded(&said, "DATE_INVALID").len(), 1);
    let spend = worked(&taken, None);
    let unclear = coded(&spend.diagnostics, "COVERS_UNCLEAR");
    assert!(matches!(&unclear[0].place, Place::Row { line: Some(65), .. }), "{unclear:?}");
}

#[test]
fn the_population_of_a_return_is_held_against_the_published_one() {
    let stated = |ccg: &str, n: usize| {
        let text = line(ccg, n, "250.00", "2018-04-01");
        let people = match ccg {
            "00A" => "0",
            "01A" => "-5",
            "02A" => "many",
            "03A" => "2500",
            "04A" => "1050",
            _ => return None,
        };
        Some(text.replace("registered,1000", &format!("registered,{people}")))
    };
    let (taken, said, account) = take("returns.csv", &file(stated));
    assert_eq!(account.rows_quarantined, 0, "the money of the line counts");
    let cells = |name: &str| {
        coded(&said, name).iter().filter(|d| d.place.to_string().contains("field population")).count()
    };
    assert_eq!(
        (cells("NUM_RANGE"), cells("NUM_SYNTAX")),
        (20, 10),
        "0 and -5 are no populations, and a word is none"
    );
    let spend = worked(&taken, None);
    let [far] = coded(&spend.diagnostics, "POPULATION_DISAGREES")[..] else {
        panic!("{:?}", spend.diagnostics)
    };
    assert!(far.message.contains("03A says that it divides by 2,500 people (registered)"), "{}", far.message);
    assert!(far.message.ends_with("the published registered population is 1,000: +150 %"), "{}", far.message);
    assert!(matches!(&far.place, Place::Row { line: Some(32), .. }), "{:?}", far.place);
    assert_eq!(
        (of(&spend, "03A", "population_stated"), of(&spend, "00A", "population_stated")),
        ("2500".into(), "-".into())
    );
}

#[test]
fn a_date_of_a_published_line_has_a_code_and_a_decision() {
    let row = |month: &str, date: &str| {
        format!("06Z,Marsh,{month},{date},Services,PRIMARY CARE IT,A LTD,{date},30000.0,f.csv,\n")
    };
    let text = "ccg_code,ccg_name,fy_month_of_file,date_as_published,expense_type,expense_area,supplier,\
                transaction_number,amount_gbp_truncated,source_file,note\n"
        .to_owned()
        + &row("01", "30-Apr-18")
        + &row("02", "04/05/2018")
        + &row("09", "04/05/2018")
        + &row("03", "99/99/9999")
        + &row("03", "######")
        + &row("04", "31/07/2011")
        + "06Z,Marsh,05,31/08/2018,Services,PRIMARY CARE IT,A LTD,9,lots,f.csv,\n";
    let (lines, said, _) = take("ccg_spend_2018-19.csv", &text);
    let lost = coded(&said, "SOURCE_COLUMN_TOO_NARROW");
    assert!(matches!(&lost[0].place, Place::Line { line: 6, column: Some(4), .. }), "{lost:?}");
    let none =
        Taken { accepted: take("returns.csv", &file(|_, _| None)).0.accepted.head(Some(0)), aside: None };
    let spend = worked(&none, Some(&lines));
    let days: Vec<String> = (0..6).map(|i| text_of(&spend.lines, "date", i)).collect();
    assert_eq!(days, ["2018-04-30", "2018-05-04", "-", "-", "-", "-"]);
    let flags: Vec<String> = (0..6).map(|i| text_of(&spend.lines, "flags", i)).collect();
    assert!(flags[0] == "-" || !flags[0].contains("M04"), "{flags:?}");
    assert!(flags[1].contains("M041") && flags[2].contains("M041"), "{flags:?}");
    assert!(flags[3].contains("M040") && flags[5].contains("M040"), "{flags:?}");
    assert_eq!(of(&spend, "06Z", "spend_pence"), "18000000", "no day takes money out of the figure");
    let at: Vec<Option<u64>> = ["LINE_DATE_AMBIGUOUS", "LINE_DATE_INVALID"]
        .iter()
        .flat_map(|name| coded(&spend.diagnostics, name))
        .map(|d| if let Place::Row { line, .. } = &d.place { *line } else { None })
        .collect();
    assert_eq!(at, [3, 4, 5, 7].map(Some));
    let why = of(&spend, "06Z", "comparison");
    assert!(
        why.contains("1 line of its published spend was set aside (no amount readable): see quarantine"),
        "{why}"
    );
}

#[test]
fn a_cut_file_of_published_lines_is_said_of_each_ccg_in_it() {
    let text = "ccg_code,ccg_name,fy_month_of_file,date_as_published,expense_type,expense_area,supplier,\
                transaction_number,amount_gbp_truncated,source_file,note\n\
                06Z,Marsh,01,30-Apr-18,Services,PRIMARY CARE IT,A LTD,1,2000.0,f.csv,\n\
                06Z,Marsh,02,31-May-18,Services,PRIMARY CARE IT,A LTD,2,2000.0,f.csv,\n\
                07A,Moor,01,30-A";
    let (lines, _, account) = take("ccg_spend_2018-19.csv", text);
    assert_eq!((account.rows_accepted, account.rows_refused, account.rows_quarantined), (0, 2, 1));
    let none =
        Taken { accepted: take("returns.csv", &file(|_, _| None)).0.accepted.head(Some(0)), aside: None };
    let spend = worked(&none, Some(&lines));
    let why = "lines of its published spend were refused with the file (TRUNCATED_TAIL in ccg_spend_2018-19.csv, line 4)";
    assert_eq!(
        of(&spend, "06Z", "comparison"),
        format!("cannot be compared: 2 {why}; no line in this scope")
    );
    assert_eq!(
        (of(&spend, "06Z", "spend_pence"), of(&spend, "07A", "set_aside_lines")),
        ("-".into(), "1".into())
    );
    let question = of(&spend, "06Z", "question");
    assert!(question.starts_with("The file of your published lines was refused"), "{question}");
}

#[test]
fn every_finding_about_money_names_its_file() {
    let (taken, ..) =
        take("returns.csv", &file(|ccg, n| (ccg == "06Z").then(|| line(ccg, n, "2500.00", "2018-04-01"))));
    let spend =
        work_out_of(2018, &taken, None, &CCGS.map(|c| (c, 1_000))[1..], &[("01A", 0)], &BTreeMap::new());
    let names: std::collections::BTreeSet<&str> = spend.diagnostics.iter().map(|d| d.code.name).collect();
    assert!(names.contains("SPEND_REFUSED") && names.contains("NO_DENOMINATOR"), "{names:?}");
    let lost: Vec<_> = spend.diagnostics.iter().filter(|d| d.place.file_name().is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn a_file_of_returns_that_cannot_be_read_at_all_is_named() {
    let root = folder("spend_unread");
    let inputs = root.join("in");
    answer(
        dpcmi(&["synth", "--era", "dpcma", "--practices", "60", "--quarters", "1"]).arg("--out").arg(&inputs),
    );
    let path = inputs.join("returns/ccg_gpit_spend_return_2019-03-31.csv");
    let text = std::fs::read_to_string(&path).expect("the return");
    std::fs::write(&path, text.replacen("SYNTHETIC IT SERVICES LTD", "\"SYNTHETIC IT SERVICES LTD", 1))
        .expect("written");
    let mut run = dpcmi(&["run", "dpcma-2018"]);
    run.arg("--store")
        .arg(root.join("store"))
        .arg("--out")
        .arg(root.join("release"))
        .arg("--inputs")
        .arg(&inputs);
    let out = run.output().expect("it runs");
    let said = String::from_utf8_lossy(&out.stdout);
    assert_eq!(out.status.code(), Some(11), "{said}");
    let told = "returns/ccg_gpit_spend_return_2019-03-31.csv was refused (CSV_UNCLOSED_QUOTE), and whose returns it holds";
    assert!(said.contains(told), "{said}");
}

#[test]
fn a_return_that_is_refused_takes_no_place_of_one_that_is_held() {
    let root = folder("spend_held");
    let store = root.join("store");
    let ingest = |name: &str, text: &str| {
        let inputs = root.join(name);
        std::fs::create_dir_all(&inputs).expect("a folder");
        std::fs::write(inputs.join(format!("{name}.csv")), text).expect("a file");
        let mut command = dpcmi(&["ingest", "dpcma-2018"]);
        command
            .arg("--inputs")
            .arg(&inputs)
            .arg("--store")
            .arg(&store)
            .output()
            .expect("it runs")
            .status
            .code()
    };
    assert!(matches!(ingest("first", &file(|_, _| None)), Some(0 | 1)));
    let again = |ccg: &str, n: usize| (ccg == "06Z" && n == 4).then(|| line(ccg, n, "250.00", "04/05/2018"));
    assert_eq!(ingest("second", &file(again)), Some(11));
    let held =
        dpcmi::store::Store::open(&store).expect("a store").read("ccg_gpit_spend_return").expect("tables");
    let frame = &held.last().expect("a release").frame;
    assert_eq!(
        (frame.height(), accepted(frame).expect("rows").height()),
        (100, 100),
        "what was held of 06Z stays"
    );
}

#[test]
fn check_and_run_answer_a_refused_return_with_the_same_code() {
    let root = folder("spend_refused");
    let inputs = root.join("in");
    answer(
        dpcmi(&["synth", "--era", "dpcma", "--practices", "60", "--quarters", "1"]).arg("--out").arg(&inputs),
    );
    let path = inputs.join("returns/ccg_gpit_spend_return_2019-03-31.csv");
    let text = std::fs::read_to_string(&path).expect("the return");
    let ccg = text.lines().nth(1).and_then(|l| l.split(',').nth(1)).expect("a CCG").to_owned();
    std::fs::write(&path, text.replacen(",2018-04-01,", ",04/05/2018,", 1)).expect("the return is written");
    let code = |command: &mut std::process::Command| {
        let out = command.arg("--inputs").arg(&inputs).output().expect("it runs");
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    assert_eq!(code(&mut dpcmi(&["check", "dpcma-2018"])).0, Some(11));
    let mut run = dpcmi(&["run", "dpcma-2018"]);
    run.arg("--store").arg(root.join("store")).arg("--out").arg(root.join("release"));
    let (exit, said) = code(&mut run);
    assert_eq!(exit, Some(11), "{said}");
    assert!(said.contains(&format!("{ccg}: its return was refused (DATE_AMBIGUOUS")), "{said}");
    let page =
        std::fs::read_to_string(root.join("release/index.html")).expect("a release was made all the same");
    assert!(page.contains("its return was refused"), "the front page says so");
    let issues = std::fs::read_to_string(root.join("release/quality/issues.csv")).expect("a table");
    let mut issues = csv::Reader::from_reader(issues.as_bytes());
    let head = issues.headers().expect("a header").clone();
    let at = |name: &str| head.iter().position(|h| h == name).expect("a column");
    let mut money = 0;
    for record in issues.records().flatten().filter(|r| r[at("code")].starts_with('M')) {
        money += 1;
        assert!(!record[at("file")].starts_with('['), "{record:?}");
    }
    assert!(money > 3);
}
