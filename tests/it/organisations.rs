//! Practices and CCGs as at a date: laws on small made-up directories, and counts of the real ODS files against a
//! second reading of them.

use crate::common::shared;
use dpcmi::define::framework::{MembershipRules, Repeats};
use dpcmi::diag::Diagnostic;
use dpcmi::harmonise::{DatedFrame, Directory, Figure, OdsFrames, Practices, QuarterInputs, practices};
use dpcmi::model::{Grain, MembershipBasis, Period, Provenance};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

const RULES: &str = r#"
prescribing_settings = ["4"]
excluded_groups = ["W00", "Y99"]
excluded_geographies = ["Q99"]
exclude_without_group = true
excluded_subtypes = ["H", "RO218", "RO327"]
excluded_name_endings = ["SUB-ICB REPORTING ENTITY", "COMMISSIONING HUB"]
commissioner_column = "commissioner"
check_column = "provider_purchaser"
oldest_days = 400
statuses = { active = ["A"], dormant = ["D"], closed = ["C"], proposed = ["P"] }
region_names = { Y56 = "LONDON", Y63 = "NORTH EAST AND YORKSHIRE" }
"#;

fn rules() -> MembershipRules {
    toml::from_str(RULES).expect("the rules of this test are valid")
}

fn iso(text: &str) -> Option<Date> {
    (!text.is_empty()).then(|| text.parse().expect("a date"))
}

fn days(values: &[&str]) -> Column {
    let days: Vec<Option<i32>> =
        values.iter().map(|v| iso(v).map(|d| (d - date(1970, 1, 1)).get_days())).collect();
    Column::new("d".into(), days).cast(&DataType::Date).expect("dates")
}

fn text(values: &[&str]) -> Column {
    let values: Vec<Option<&str>> = values.iter().map(|v| (!v.is_empty()).then_some(*v)).collect();
    Column::new("t".into(), values)
}

/// A frame from rows of text; columns whose name ends in `_date` become dates, `patients` whole numbers.
fn frame(header: &str, rows: &[&str]) -> DataFrame {
    let names: Vec<&str> = header.split_whitespace().collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|r| r.split('|').map(str::trim).collect()).collect();
    let column = |i: usize| {
        let values: Vec<&str> = cells.iter().map(|r| r.get(i).copied().unwrap_or("")).collect();
        let mut column = match names[i] {
            n if n.ends_with("_date") => days(&values),
            "patients" => {
                Column::new("n".into(), values.iter().map(|v| v.parse::<i64>().ok()).collect::<Vec<_>>())
            }
            _ => text(&values),
        };
        column.rename(names[i].into());
        column
    };
    DataFrame::new(rows.len(), (0..names.len()).map(column).collect()).expect("columns of one length")
}

const PRACTICES: &str = "code name national_group health_geography open_date close_date status commissioner \
                         join_date left_date provider_purchaser prescribing_setting";
const CCGS: &str = "code name national_group health_geography subtype";
const MEMBERSHIP: &str = "code parent join_date left_date";

/// A small England: two CCGs that merge on 2020-04-01 into 16C, a London CCG, a hub, a Welsh practice.
struct World {
    practices: Vec<(Date, DataFrame)>,
    ccgs: Vec<(Date, DataFrame)>,
    membership: Vec<(Date, DataFrame)>,
}

impl World {
    fn small() -> World {
        let before = [
            "A81001|ONE SURGERY|Y54|Q74|1974-04-01||A|00K|2013-04-01||00K|4",
            "A81002|TWO SURGERY|Y54|Q74|1974-04-01||A|00M|2013-04-01||00M|4",
            "A81003|THREE SURGERY|Y54|Q74|1974-04-01|2018-07-31|C|00K|2013-04-01|2018-07-31|00K|4",
            "A81004|FOUR SURGERY|Y54|Q74|1974-04-01||D|00K|2013-04-01||00K|4",
            "E83001|LONDON ROAD|Y56|Q71|1974-04-01||A|07M|2013-04-01||RY6|4",
            "E83002|WALK-IN CENTRE|Y56|Q71|1974-04-01||A|07M|2013-04-01||07M|2",
            "E83003|HUB PRACTICE|Y56|Q71|1974-04-01||A|13R|2013-04-01||13R|4",
            "W91001|LLANFAIR|W00|Q99|1974-04-01||A|7A1|2013-04-01||7A1|4",
            "Y00001|OPENS LATER|Y54|Q74|2019-01-01||P|00K|2019-01-01||00K|4",
        ];
        let after = [
            "A81001|ONE SURGERY|Y63|QHM|1974-04-01||A|16C|2020-04-01||16C|4",
            "A81002|TWO SURGERY|Y63|QHM|1974-04-01||A|16C|2020-04-01||16C|4",
            "A81003|THREE SURGERY|Y63|QHM|1974-04-01|2018-07-31|C|00K|2013-04-01|2018-07-31|00K|4",
            "A81004|FOUR SURGERY|Y63|QHM|1974-04-01||D|16C|2020-04-01||16C|4",
            "E83001|LONDON ROAD|Y56|QMJ|1974-04-01||A|07M|2013-04-01||07M|4",
            "Y00001|OPENS LATER|Y63|QHM|2019-01-01||A|16C|2020-04-01||16C|4",
        ];
        let stays = [
            "A81001|5E1|2001-04-01|2013-03-31",
            "A81001|00K|2013-04-01|",
            "A81002|00M|2013-04-01|",
            "A81003|00K|2013-04-01|2018-07-31",
            "A81004|00K|2013-04-01|",
            "E83001|07M|2013-04-01|",
            "E83003|13R|2013-04-01|",
        ];
        let ccgs = [
            "00K|NHS HARTLEPOOL CCG|Y54|Q74|C",
            "00M|NHS SOUTH TEES CCG|Y54|Q74|C",
            "07M|NHS BARNET CCG|Y56|Q71|C",
            "13R|LONDON COMMISSIONING HUB|Y56|Q71|H",
        ];
        World {
            practices: vec![
                (date(2018, 8, 31), frame(PRACTICES, &before)),
                (date(2020, 6, 30), frame(PRACTICES, &after)),
            ],
            ccgs: vec![
                (date(2016, 2, 29), frame(CCGS, &ccgs)),
                (date(2025, 1, 31), frame(CCGS, &["16C|NHS NORTH EAST ICB - 16C|Y63|QHM|RO319"])),
            ],
            membership: vec![(date(2019, 8, 30), frame(MEMBERSHIP, &stays))],
        }
    }

    fn directory(&self) -> (Directory, Vec<Diagnostic>) {
        let ods = OdsFrames {
            practices: dated("ods_practices", &self.practices),
            ccgs: dated("ods_ccgs", &self.ccgs),
            membership: dated("ods_membership", &self.membership),
        };
        Directory::read(&ods, &rules()).expect("frames as the contracts promise")
    }
}

fn dated<'a>(dataset: &'a str, all: &'a [(Date, DataFrame)]) -> Vec<DatedFrame<'a>> {
    all.iter().map(|(date, frame)| DatedFrame { dataset, date: *date, frame }).collect()
}

/// The second quarter of 2018/19: two of the three expected practices returned, in the CCGs that their rows say.
fn returns() -> (DataFrame, DataFrame) {
    let returned = frame(
        "practice_code ccg_code ccg_name region_code region_name practice_name supplier",
        &[
            "A81001|00M|NHS South Tees CCG|Y54|NORTH OF ENGLAND|One Surgery|EMIS (I)",
            "A81001|00M|NHS South Tees CCG|Y54|NORTH OF ENGLAND|One Surgery|EMIS",
            "E83001|07M|NHS Barnet CCG|Y56|LONDON|London Road|TPP",
            "Y09999|07M|NHS Barnet CCG|Y56|LONDON|Brand New|TPP",
            "W91001|7A1|BETSI|W00|WALES|Llanfair|EMIS",
        ],
    );
    let lists = frame(
        "practice_code sex patients",
        &[
            "A81001|male|2000",
            "A81001|female|2100",
            "A81002|male|700",
            "E83001|male|5000",
            "Y09999|male|30",
            "A81003|male|900",
        ],
    );
    (returned, lists)
}

fn lay_out(directory: &Directory, basis: MembershipBasis, data: &(DataFrame, DataFrame)) -> Practices {
    let end = date(2018, 9, 30);
    let own = DatedFrame { dataset: "pomi", date: end, frame: &data.0 };
    let list = DatedFrame { dataset: "list_sizes", date: date(2018, 7, 1), frame: &data.1 };
    let inputs = QuarterInputs {
        returned: vec![own],
        lists: vec![Figure { from: list, column: "patients", repeats: Repeats::Parts }],
        weighted: vec![],
        compared: vec![],
        apart: None,
        suppliers: vec![(own, "supplier")],
        provenance: Provenance::Published,
    };
    let quarter = Period::containing(Grain::Quarter, end);
    practices(directory, quarter, basis, &inputs).expect("frames as the contracts promise")
}

/// One column as text, by practice; absent is `-`.
fn by_practice(frame: &DataFrame, column: &str) -> BTreeMap<String, String> {
    let cell = |name: &str, i: usize| match frame.column(name).expect("a column").get(i).expect("a row") {
        AnyValue::Null => "-".to_owned(),
        AnyValue::String(text) => text.to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        other => other.to_string(),
    };
    (0..frame.height()).map(|i| (cell("practice_code", i), cell(column, i))).collect()
}

fn list_total(frame: &DataFrame) -> i64 {
    frame.column("list_size").expect("a column").i64().expect("whole numbers").iter().flatten().sum()
}

fn count(diagnostics: &[Diagnostic], id: &str) -> usize {
    diagnostics.iter().filter(|d| d.code.id == id).count()
}

const BASES: [MembershipBasis; 4] = [
    MembershipBasis::AsReturned,
    MembershipBasis::AsAt(date(2018, 9, 30)),
    MembershipBasis::AsAt(date(2014, 1, 1)),
    MembershipBasis::Current,
];

#[test]
fn a_practice_is_expected_while_it_is_open_active_english_and_a_gp_practice() {
    let (directory, _) = World::small().directory();
    let at = |day| directory.expected(day).join(" ");
    assert_eq!(at(date(2018, 9, 30)), "A81001 A81002 E83001 E83003", "closed, dormant, Welsh, walk-in: out");
    assert_eq!(
        at(date(2018, 7, 31)),
        "A81001 A81002 A81003 E83001 E83003",
        "the closing date is the last day"
    );
    assert_eq!(at(date(2019, 1, 1)), "A81001 A81002 E83001 E83003 Y00001", "opens on its opening date");
    assert_eq!(at(date(1970, 1, 1)), "");
}

#[test]
fn each_live_practice_is_in_exactly_one_ccg_and_list_sizes_add_up_the_same_on_every_basis() {
    let (directory, _) = World::small().directory();
    let tables = BASES.map(|basis| lay_out(&directory, basis, &returns()).frame);
    for table in &tables {
        let codes = by_practice(table, "practice_code");
        assert_eq!(codes.len(), table.height(), "one row a practice");
        assert_eq!(codes, by_practice(&tables[0], "practice_code"), "the same practices on every basis");
        assert_eq!(list_total(table), 2000 + 2100 + 700 + 5000 + 30);
        let ccgs = by_practice(table, "ccg_code");
        assert!(ccgs.iter().all(|(p, c)| c != "-" || p == "E83003"), "only the hub's own has none: {ccgs:?}");
    }
}

#[test]
fn the_basis_decides_the_ccg() {
    let (directory, _) = World::small().directory();
    let ccgs = |basis| by_practice(&lay_out(&directory, basis, &returns()).frame, "ccg_code");
    let row = |basis| {
        let ccgs = ccgs(basis);
        ["A81001", "A81002", "E83001", "Y09999"].map(|p| ccgs[p].clone()).join(" ")
    };
    assert_eq!(
        row(BASES[0]),
        "00M 00M 07M 07M",
        "the row's own CCG; the ODS for the practice that is missing"
    );
    assert_eq!(row(BASES[1]), "00K 00M 07M 07M");
    assert_eq!(row(MembershipBasis::Current), "16C 16C 07M 07M");
    assert_eq!(
        row(MembershipBasis::AsAt(date(2012, 1, 1))),
        "00K 00M 07M 07M",
        "5E1 was a primary care trust"
    );
    let current = lay_out(&directory, MembershipBasis::Current, &returns());
    let from = by_practice(&current.frame, "membership_source");
    assert_eq!(from["A81001"], "ods_practices 2020-06-30");
    assert_eq!(from["Y09999"], "pomi 2018-09-30 (its own row)");
}

#[test]
fn names_regions_suppliers_and_sources_are_stated() {
    let (directory, _) = World::small().directory();
    let table = lay_out(&directory, MembershipBasis::AsReturned, &returns()).frame;
    let column = |name: &str| by_practice(&table, name);
    assert_eq!(column("ccg_name")["A81002"], "NHS South Tees CCG", "one name a CCG, as its rows give it");
    assert_eq!(column("region_name")["A81002"], "NORTH OF ENGLAND");
    assert_eq!(column("practice_name")["A81001"], "ONE SURGERY");
    assert_eq!(column("system_supplier")["A81001"], "EMIS; EMIS (I)");
    assert_eq!(column("list_source")["A81001"], "list_sizes 2018-07-01");
    assert_eq!(
        (column("list_size")["E83003"].as_str(), column("returned")["A81002"].as_str()),
        ("-", "false")
    );
    assert_eq!(column("status")["Y09999"], "unknown");
    let current = lay_out(&directory, MembershipBasis::Current, &returns()).frame;
    assert_eq!(by_practice(&current, "ccg_name")["A81001"], "NHS NORTH EAST ICB - 16C");
    assert_eq!(by_practice(&current, "region_name")["A81001"], "NORTH EAST AND YORKSHIRE");
}

#[test]
fn every_oddity_of_membership_is_said_with_its_code() {
    let (directory, notes) = World::small().directory();
    assert_eq!(count(&notes, "H004"), 1, "RY6 beside 07M");
    let mut data = returns();
    let closed = frame(
        "practice_code ccg_code ccg_name region_code region_name practice_name supplier",
        &[
            "A81003|00K|NHS Hartlepool CCG|Y54|NORTH OF ENGLAND|Three|EMIS",
            "A81001002|00K|NHS Hartlepool CCG|Y54|NORTH OF ENGLAND|A branch|EMIS",
            "E83001|00K|NHS Hartlepool CCG|Y56|LONDON|London Road|TPP",
            "E83001|07M|NHS Barnet CCG|Y56|LONDON|London Road|TPP",
        ],
    );
    data.0 = data.0.vstack(&closed).expect("the same columns");
    let odd = lay_out(&directory, MembershipBasis::AsAt(date(2018, 9, 30)), &data).diagnostics;
    let ids: BTreeMap<&str, usize> =
        ["H001", "H002", "H003", "H005", "H006", "H007", "H008"].map(|id| (id, count(&odd, id))).into();
    // H001: Y09999 and the branch. H003: A81001. H005: Y09999 (its own row) and the hub's practice. H007: E83001.
    let expected =
        [("H001", 2), ("H002", 0), ("H003", 1), ("H005", 2), ("H006", 0), ("H007", 1), ("H008", 1)];
    assert_eq!(ids, expected.into());
    let late = Period::containing(Grain::Quarter, date(2024, 12, 31));
    let own = DatedFrame { dataset: "pomi", date: date(2024, 12, 31), frame: &data.0 };
    let inputs = QuarterInputs {
        returned: vec![own],
        lists: vec![],
        weighted: vec![],
        compared: vec![],
        apart: None,
        suppliers: vec![],
        provenance: Provenance::Published,
    };
    let odd = practices(&directory, late, MembershipBasis::AsReturned, &inputs).expect("a table").diagnostics;
    assert_eq!(
        (count(&odd, "H002"), count(&odd, "H006")),
        (1, 1),
        "A81003 is long closed; the ODS file is old"
    );
}

#[test]
fn merging_two_ccgs_on_paper_changes_no_total() {
    let world = World::small();
    let mut merged = World::small();
    for (_, frame) in &mut merged.membership {
        let parents = frame.column("parent").expect("a column").str().expect("text").clone();
        let joined: Vec<Option<&str>> =
            parents.iter().map(|p| if p == Some("00M") { Some("00K") } else { p }).collect();
        frame.with_column(Column::new("parent".into(), joined)).expect("the same height");
    }
    let on = MembershipBasis::AsAt(date(2018, 9, 30));
    let sums = |world: &World| {
        let table = lay_out(&world.directory().0, on, &returns()).frame;
        let (ccgs, sizes) = (by_practice(&table, "ccg_code"), by_practice(&table, "list_size"));
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (practice, ccg) in ccgs {
            *sums.entry(ccg).or_insert(0) += sizes[&practice].parse::<i64>().unwrap_or(0);
        }
        sums
    };
    let (two, one) = (sums(&world), sums(&merged));
    assert_eq!(one["00K"], two["00K"] + two["00M"]);
    assert_eq!(one.values().sum::<i64>(), two.values().sum::<i64>());
    assert_eq!((one["07M"], one.contains_key("00M")), (two["07M"], false));
}

#[test]
fn the_order_of_rows_and_files_changes_nothing() {
    let (world, data) = (World::small(), returns());
    let turned = |frame: &DataFrame| frame.reverse();
    let all = |files: &[(Date, DataFrame)]| files.iter().rev().map(|(d, f)| (*d, turned(f))).collect();
    let backwards = World {
        practices: all(&world.practices),
        ccgs: all(&world.ccgs),
        membership: all(&world.membership),
    };
    let turned_data = (turned(&data.0), turned(&data.1));
    for basis in BASES {
        let one = lay_out(&world.directory().0, basis, &data);
        let two = lay_out(&backwards.directory().0, basis, &turned_data);
        assert!(one.frame.equals_missing(&two.frame), "{basis}");
        assert_eq!(one.diagnostics, two.diagnostics);
    }
}

#[test]
fn a_list_of_nobody_is_not_known_where_the_practice_counts_patients_and_far_lists_are_named() {
    let end = date(2018, 9, 30);
    let (directory, _) = World::small().directory();
    let (returned, _) = returns();
    let published = frame("practice_code patients", &["A81001|0", "A81002|0", "E83001|5000", "Y09999|30"]);
    let own = frame("practice_code patients", &["A81001|4100", "E83001|6400", "Y09999|25"]);
    let dated = |dataset, frame| DatedFrame { dataset, date: end, frame };
    let figure =
        |dataset, frame| Figure { from: dated(dataset, frame), column: "patients", repeats: Repeats::Copies };
    let quarter = Period::containing(Grain::Quarter, end);
    let of = |compared, apart| {
        let inputs = QuarterInputs {
            returned: vec![dated("pomi", &returned)],
            lists: vec![figure("payments", &published)],
            weighted: vec![],
            compared,
            apart,
            suppliers: vec![],
            provenance: Provenance::Published,
        };
        practices(&directory, quarter, MembershipBasis::AsReturned, &inputs).expect("frames as promised")
    };
    let held = of(vec![figure("pomi", &own)], Some(0.2));
    let (sizes, sources) = (by_practice(&held.frame, "list_size"), by_practice(&held.frame, "list_source"));
    assert_eq!((&*sizes["A81001"], &*sources["A81001"]), ("-", "-"), "0 published, 4,100 returned");
    assert_eq!(sizes["A81002"], "0", "nobody says otherwise");
    assert_eq!(sizes["E83001"], "5000", "never the practice's own figure");
    let said = |name: &str| -> Vec<&str> {
        held.diagnostics.iter().filter(|d| d.code.name == name).map(|d| &*d.message).collect()
    };
    assert_eq!(said("LIST_OF_NOBODY").len(), 1);
    assert_eq!(
        said("LISTS_APART"),
        ["1 of 3 published lists are more than 20 % from the one that the practice returned: E83001"],
        "5,000 is 22 % less than 6,400, 25 is 17 % less than 30"
    );
    let alone = of(vec![], Some(0.2));
    assert_eq!(by_practice(&alone.frame, "list_size")["A81001"], "0");
    assert!(alone.diagnostics.iter().all(|d| !d.code.name.starts_with("LIST")));
}

#[test]
fn weighted_lists_of_two_formulas_never_stand_in_one_series() {
    let (directory, _) = World::small().directory();
    let lists = frame("practice_code patients", &["A81001|100"]);
    let figure = |dataset| Figure {
        from: DatedFrame { dataset, date: date(2018, 3, 31), frame: &lists },
        column: "patients",
        repeats: Repeats::Copies,
    };
    let inputs = QuarterInputs {
        returned: vec![],
        lists: vec![],
        weighted: vec![figure("payments"), figure("weighted_populations")],
        compared: vec![],
        apart: None,
        suppliers: vec![],
        provenance: Provenance::Published,
    };
    let quarter = Period::containing(Grain::Quarter, date(2018, 9, 30));
    let refused = practices(&directory, quarter, MembershipBasis::Current, &inputs);
    assert!(refused.is_err_and(|e| e.to_string().contains("weighted_populations")));
}

/// Day of the file, name, and the number of active practices that README.md of the data gives (all countries).
const PRACTICE_FILES: [(Date, &str, usize); 8] = [
    (date(2015, 5, 31), "epraccur_2015-05.csv", 7851),
    (date(2015, 11, 30), "epraccur_2015-11.csv", 7756),
    (date(2016, 2, 29), "2016_02_epraccur.csv", 7679),
    (date(2017, 2, 28), "2017_03_epraccur.csv", 7498),
    (date(2018, 5, 31), "epraccur_2018-05.csv", 7159),
    (date(2019, 8, 31), "epraccur_2019-08.csv", 6872),
    (date(2021, 11, 30), "epraccur_2021-11.csv", 6965),
    (date(2023, 11, 30), "epraccur_2023-11.csv", 6750),
];

fn rows(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a readable file");
    reader.records().map(|r| r.expect("a record")).collect()
}

/// The columns of these numbers (from 1) under these names, dates from YYYYMMDD.
fn columns(rows: &[csv::StringRecord], layout: &[(&str, usize)]) -> DataFrame {
    let column = |name: &str, at: usize| {
        let cells: Vec<String> = rows
            .iter()
            .map(|r| {
                let cell = &r[at - 1];
                if name.ends_with("_date") && cell.len() == 8 {
                    format!("{}-{}-{}", &cell[..4], &cell[4..6], &cell[6..])
                } else {
                    cell.to_owned()
                }
            })
            .collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let mut column = if name.ends_with("_date") { days(&cells) } else { text(&cells) };
        column.rename(name.into());
        column
    };
    DataFrame::new(rows.len(), layout.iter().map(|(n, at)| column(n, *at)).collect()).expect("columns")
}

/// Read once for all tests.
fn real_world(data: &Path) -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| read_world(data))
}

fn read_world(data: &Path) -> World {
    let epraccur = [
        ("code", 1),
        ("name", 2),
        ("national_group", 3),
        ("health_geography", 4),
        ("open_date", 11),
        ("close_date", 12),
        ("status", 13),
        ("commissioner", 15),
        ("join_date", 16),
        ("left_date", 17),
        ("provider_purchaser", 24),
        ("prescribing_setting", 26),
    ];
    let eccg = [("code", 1), ("name", 2), ("national_group", 3), ("health_geography", 4), ("subtype", 14)];
    let epcmem = [("code", 1), ("parent", 2), ("join_date", 4), ("left_date", 5)];
    let ods = data.join("ods");
    World {
        practices: PRACTICE_FILES
            .map(|(day, name, _)| (day, columns(&rows(&ods.join(name)), &epraccur)))
            .into(),
        ccgs: [(date(2016, 2, 29), "eccg_2016-02.csv"), (date(2025, 1, 31), "eccg_2025.csv")]
            .map(|(day, name)| (day, columns(&rows(&ods.join(name)), &eccg)))
            .into(),
        membership: vec![(date(2019, 8, 30), columns(&rows(&ods.join("epcmem.csv")), &epcmem))],
    }
}

#[test]
fn real_files_give_the_published_numbers_of_practices_and_ccgs() {
    let Some(data) = shared("data") else { return };
    let world = real_world(&data);
    for (i, (day, name, published)) in PRACTICE_FILES.into_iter().enumerate() {
        // One file alone, as at its own day, against a naive count of its rows.
        let alone = World {
            practices: vec![world.practices[i].clone()],
            ccgs: world.ccgs.clone(),
            membership: vec![],
        };
        let raw = rows(&data.join("ods").join(name));
        let active: Vec<_> = raw.iter().filter(|r| &r[12] == "A" && &r[25] == "4").collect();
        assert_eq!(active.len(), published, "{name}");
        let today = day.strftime("%Y%m%d").to_string();
        // Open on the day: active and not opening later; a proposal whose date has come; closing that very day.
        let open = |r: &csv::StringRecord| match &r[12] {
            "A" | "P" => r[10] <= *today,
            "C" => r[11] >= *today,
            _ => false,
        };
        let english = raw.iter().filter(|r| &r[25] == "4" && &r[2] != "W00");
        let naive: BTreeSet<&str> = english.filter(|r| open(r)).map(|r| &r[0]).collect();
        let directory = alone.directory().0;
        let found: BTreeSet<&str> = directory.expected(day).into_iter().collect();
        let differ: Vec<_> = found.symmetric_difference(&naive).collect();
        assert!(differ.is_empty(), "{name}: {differ:?}");
    }
    let (directory, notes) = world.directory();
    assert_eq!(count(&notes, "H004"), 22, "by file 4 4 5 3 4 1 1 0; two more are Welsh");
    // CCGs by year (ods/ccg_counts_by_year.csv), from the membership history and, later, the practice files.
    let ccgs = [
        (date(2013, 6, 30), 211),
        (date(2014, 6, 30), 211),
        (date(2015, 6, 30), 209),
        (date(2016, 6, 30), 209),
        (date(2017, 6, 30), 207),
        (date(2018, 6, 30), 195),
        (date(2019, 6, 30), 191),
        (date(2021, 11, 30), 106),
        (date(2023, 11, 30), 106),
    ];
    for (day, expected) in ccgs {
        assert_eq!(directory.ccgs(day).len(), expected, "{day}");
    }
    assert_eq!(directory.latest(), Some(date(2023, 11, 30)));
}

#[test]
fn the_real_ccg_of_each_practice_in_january_2021_is_found_between_two_files() {
    let Some(data) = shared("data") else { return };
    let (directory, _) = real_world(&data).directory();
    let day = date(2021, 1, 1);
    let (mut right, mut wrong) = (0, Vec::new());
    // PUBLICATION, EXTRACT_DATE, TYPE, CCG_CODE, ONS_CCG_CODE, CODE, ...
    for row in rows(&data.join("list-sizes/gp-reg-pat-prac-all.csv")).iter().skip(1) {
        match directory.membership(&row[5], day) {
            Some(found) if found.ccg_code == &row[3] => right += 1,
            found => wrong.push((row[5].to_owned(), found.map(|m| directory.source_of(&m)))),
        }
    }
    // The three others are first listed after the mergers of April 2021, and are said to be the nearest known.
    assert_eq!(right, 6655, "{wrong:?}");
    assert!(
        wrong.len() == 3 && wrong.iter().all(|(_, s)| s.as_ref().is_some_and(|s| s.ends_with("(nearest)")))
    );
}

#[test]
fn a_real_quarter_has_the_same_practices_and_patients_on_every_basis() {
    let Some(data) = shared("data") else { return };
    let (directory, _) = real_world(&data).directory();
    // The market share of January 2018 names practice, CCG and supplier; the payments of 2017/18 the lists.
    let share = rows(&data.join("gpsoc/GPSoC Marketshare - Jan 2018b.csv"));
    let own =
        columns(&share[1..], &[("practice_code", 1), ("ccg_code", 11), ("ccg_name", 12), ("supplier", 13)]);
    let paid = rows(&data.join("payments/17-18.csv"));
    let at = |name: &str| paid[0].iter().position(|h| h.trim() == name).expect("a header");
    let (code, size) = (at("Practice Code"), at("Number of Registered Patients (Last Known Figure)"));
    let mut lists = columns(&paid[1..], &[("practice_code", code + 1)]);
    let sizes: Vec<Option<i64>> = paid[1..].iter().map(|r| r[size].parse().ok()).collect();
    lists.with_column(Column::new("patients".into(), sizes)).expect("the same height");
    let end = date(2018, 3, 31);
    let own = DatedFrame { dataset: "gpsoc", date: date(2018, 1, 31), frame: &own };
    let list = DatedFrame { dataset: "payments", date: end, frame: &lists };
    let inputs = QuarterInputs {
        returned: vec![own],
        lists: vec![Figure { from: list, column: "patients", repeats: Repeats::Copies }],
        weighted: vec![],
        compared: vec![],
        apart: None,
        suppliers: vec![(own, "supplier")],
        provenance: Provenance::Published,
    };
    let on = |basis| {
        let quarter = Period::containing(Grain::Quarter, end);
        practices(&directory, quarter, basis, &inputs).expect("frames as the contracts promise")
    };
    let as_returned = on(MembershipBasis::AsReturned);
    // A plain second count of the patients of the practices in the table.
    let table: BTreeSet<String> = by_practice(&as_returned.frame, "practice_code").into_keys().collect();
    let plain: BTreeMap<&str, i64> =
        paid[1..].iter().filter_map(|r| Some((&r[code], r[size].parse().ok()?))).collect();
    let total: i64 = plain.iter().filter(|(p, _)| table.contains(**p)).map(|(_, n)| n).sum();
    for basis in BASES {
        let found = on(basis).frame;
        assert_eq!(list_total(&found), total, "{basis}");
        assert_eq!(by_practice(&found, "ccg_code").values().filter(|c| *c == "-").count(), 0, "{basis}");
        assert_eq!(by_practice(&found, "practice_code").len(), table.len(), "{basis}");
    }
    let returned = by_practice(&as_returned.frame, "returned").into_values().filter(|r| r == "true").count();
    let islands = count(&as_returned.diagnostics, "H008");
    assert_eq!(
        (returned + islands, islands),
        (share.len() - 1, 14),
        "every row, once; 14 of the Isle of Man"
    );
    // Four practices that closed in 2014 are still listed, under 00W, which merged into 14L in 2017.
    let closed: Vec<_> = as_returned.diagnostics.iter().filter(|d| d.code.id == "H002").collect();
    assert!(closed.iter().any(|d| d.message.starts_with("P84646 closed on 2014-08-31")), "{closed:?}");
    let ccgs = |table: &DataFrame| {
        let expected = by_practice(table, "expected");
        let ccgs = by_practice(table, "ccg_code").into_iter().filter(|(p, _)| expected[p] == "true");
        ccgs.map(|(_, ccg)| ccg).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(
        (ccgs(&as_returned.frame), ccgs(&on(MembershipBasis::AsAt(date(2018, 4, 1))).frame)),
        (207, 195)
    );
}
