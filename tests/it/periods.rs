//! Which period a file covers, as its name and its dates say it: never a wrong year, and never in silence.

use crate::return_support::{codes, has, only, read_by};
use dpcmi::define::{Contract, Library, PeriodSource};
use dpcmi::pipeline::intake::Intake;

fn shipped() -> Vec<Contract> {
    Library::shipped().contracts().0
}

/// A payments file of one practice, which closed in the year after the one paid for.
fn payments(contracts: &[Contract], name: &str) -> Intake {
    let text = "NHS England (Region) code,NHS England (Region) Name,CCG Code,CCG NAME,Practice Code,Practice Name,\
                Practice Postcode,Practice Open Date,Practice Close Date,\
                Number of Registered Patients (Last Known Figure),Number of Weighted Patients (Last Known Figure),Global Sum\n\
                Q74,NORTH,00K,HARTLEPOOL,A81001,A SURGERY,TS18 1HU,01/04/1999,30/06/2020,4114,4703.5,100.50\n";
    read_by(contracts, name, text.as_bytes())
}

fn periods(intake: &Intake) -> Vec<String> {
    intake.tables.iter().flat_map(|(_, t)| t.parts.iter().map(|(p, _)| p.to_string())).collect()
}

#[test]
fn a_financial_year_in_a_name_is_two_years_that_follow_and_no_part_of_a_date() {
    let contracts = shipped();
    for (name, year) in [
        ("19-20.csv", "2020-03-31"),
        ("nhspaymentsgp-19-20-prac-csv.csv", "2020-03-31"),
        ("NHS payments 2019-20.csv", "2020-03-31"),
        ("payments/99-00.csv", "2100-03-31"),
    ] {
        assert_eq!(periods(&payments(&contracts, name)), [year], "{name}");
    }
    for name in
        ["payments 31-03-20.csv", "payments 01-02-20.csv", "payments 2020-03-31.csv", "18-20.csv", "p.csv"]
    {
        let found = payments(&contracts, name);
        assert!(periods(&found).is_empty(), "{name}: {:?}", periods(&found));
        let unknown = only(&found, "PERIOD_UNKNOWN");
        assert!(unknown.remedy().contains("`nhspaymentsgp-18-19.csv`"), "{}", unknown.remedy());
        let (account, quarantine) = (&found.tables[0].1.account, &found.tables[0].1.quarantine);
        assert!(account.balances() && quarantine.is_empty());
        assert_eq!((account.rows_read, account.rows_quarantined, account.rows_refused), (1, 0, 1), "{name}");
    }
}

#[test]
fn every_pattern_on_a_name_reads_its_example_and_nothing_inside_a_longer_number() {
    let mut seen = 0;
    for contract in shipped() {
        for source in contract.eras.iter().flat_map(|e| &e.period) {
            let PeriodSource::FileName { pattern, example } = source else { continue };
            seen += 1;
            assert!(pattern.is_match(example), "{}: {example}", contract.id);
            let longer: String = example
                .chars()
                .map(|c| if c.is_ascii_digit() { "777".into() } else { c.to_string() })
                .collect();
            assert!(!pattern.is_match(&longer), "{}: {longer}", contract.id);
        }
    }
    assert!(seen >= 10, "{seen}");
}

/// A current practice, one that closed on the day given, in the columns of epraccur.
fn epraccur(closed: &str) -> String {
    let row = |code: &str, closed: &str, left: &str| {
        let mut cells = vec![String::new(); 27];
        for (at, text) in [
            (1, code),
            (2, "A SURGERY"),
            (3, "Y54"),
            (4, "Q74"),
            (5, "1 THE STREET"),
            (10, "TS18 1HU"),
            (11, "19740401"),
            (12, closed),
            (13, if closed.is_empty() { "A" } else { "C" }),
            (14, "B"),
            (15, "00K"),
            (16, "20130401"),
            (17, left),
            (24, "00K"),
            (26, "4"),
        ] {
            cells[at - 1] = text.to_owned();
        }
        let cells: Vec<String> = cells.iter().map(|c| format!("\"{c}\"")).collect();
        cells.join(",") + "\r\n"
    };
    row("A81001", "", "") + &row("A81002", closed, closed)
}

#[test]
fn an_inferred_or_stated_period_is_a_warning_in_words() {
    let contracts = shipped();
    let found = read_by(&contracts, "epraccur.csv", epraccur("20180731").as_bytes());
    let inferred = only(&found, "PERIOD_INFERRED");
    assert_eq!(
        (inferred.severity.as_str(), inferred.message.as_str()),
        ("warning", "31 July 2018 by the latest of close_date, left_date")
    );
    let named = read_by(&contracts, "epraccur_2018-08.csv", epraccur("20180731").as_bytes());
    assert_eq!(only(&named, "PERIOD_FROM_NAME").severity.as_str(), "note");
    assert!(!has(&named, "PERIOD_DISAGREES"), "dates trail the issue by weeks: {:?}", codes(&named));
}

#[test]
fn a_name_that_the_dates_inside_contradict_is_used_and_said() {
    let found = read_by(&shipped(), "epraccur_2016-02.csv", epraccur("20180731").as_bytes());
    assert_eq!(periods(&found), ["2016-02-01"]);
    let d = only(&found, "PERIOD_DISAGREES");
    assert_eq!(d.severity.as_str(), "warning");
    assert!(d.message.contains("1 February 2016") && d.message.contains("31 July 2018"), "{}", d.message);
}

#[test]
fn a_year_that_stands_only_in_the_contract_is_said_of_each_file() {
    let Some(folder) = crate::common::real("gp2gp") else { return };
    for name in [
        "PRMT_365_Requestor_transfers.csv",
        "PRMT_365_Sender_transfers.csv",
        "PRMT_365_Aggregated_signature.csv",
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let head: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').take(20).collect();
        let found = read_by(&shipped(), name, &head.concat());
        let d = only(&found, "PERIOD_STATED");
        assert!(d.severity.as_str() == "warning" && d.message.contains("`2019-`"), "{name}: {}", d.message);
    }
}
