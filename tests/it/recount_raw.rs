//! The published files of the samples, read for the recount with the csv, zip and calamine crates into plain maps.
//! Nothing of the pipeline is used, and what is odd in a file is dealt with a second time.

use crate::common::files;
use crate::line::{Csv, Row};
use calamine::{Data, Reader, Xlsx, open_workbook};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// (practice, month as year * 12 + month) -> field -> the largest known value; `None` where a row is blank.
pub type Answers = BTreeMap<(String, u32), BTreeMap<String, Option<i64>>>;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

fn month_of(name: &str) -> u32 {
    let short = name[..3].to_ascii_uppercase();
    MONTHS.iter().position(|m| *m == short).unwrap() as u32 + 1
}

fn largest(answers: &mut Answers, practice: &str, month: u32, field: &str, value: Option<i64>) {
    let known = answers.entry((practice.to_owned(), month)).or_default().entry(field.to_owned()).or_default();
    *known = (*known).max(value);
}

/// A count of people as it may be told: none, few (worth 5), or in fives.
fn people(n: i64) -> i64 {
    match n {
        0 => 0,
        1..8 => 5,
        _ => (n + 2) / 5 * 5,
    }
}

/// Rows of the half-year, its answers, and the CCG of each practice and month.
pub fn pomi(inputs: &Path) -> (usize, Answers, BTreeMap<(String, u32), String>) {
    let file = std::fs::File::open(inputs.join("pomi/pomi_1819-apr2018_to_sep2018.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let mut bytes = Vec::new();
    zip.by_index(0).unwrap().read_to_end(&mut bytes).unwrap();
    let table = Csv::of(&bytes);
    let (mut answers, mut ccgs) = (Answers::new(), BTreeMap::new());
    for row in table.rows() {
        let end = row.text("report_period_end");
        let month = end[5..].parse::<u32>().unwrap() * 12 + month_of(&end[2..5]);
        let practice = row.text("practice_code");
        let counts_people = !row.text("field").starts_with("Sys_");
        let value = row.int("value").map(|n| if counts_people { people(n) } else { n });
        largest(&mut answers, practice, month, row.text("field"), value);
        ccgs.insert((practice.to_owned(), month), row.text("ccg_code").to_owned());
    }
    (table.len(), answers, ccgs)
}

/// Integrated and requested; the months stand without a year, which is 2019.
pub fn gp2gp(file: &Path, practice: &str) -> BTreeMap<(String, u32), [Option<i64>; 2]> {
    let mut out: BTreeMap<(String, u32), [Option<i64>; 2]> = BTreeMap::new();
    for row in Csv::open(file).rows() {
        let month = 2019 * 12 + row.text("Month").parse::<u32>().unwrap();
        // one code is in small letters
        let entry = out.entry((row.text(practice).to_ascii_uppercase(), month)).or_default();
        for (known, column) in entry.iter_mut().zip(["IntegratedCount", "RequestCount"]) {
            *known = (*known).max(row.int(column));
        }
    }
    out
}

/// Cells of a sheet, absolute rows and columns.
fn sheet(path: &Path, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range(name).unwrap();
    let (rows, columns) = range.end().unwrap();
    let cell = |r, c| range.get_value((r, c)).cloned().unwrap_or(Data::Empty);
    (0..=rows).map(|r| (0..=columns).map(|c| cell(r, c)).collect()).collect()
}

fn whole(cell: &Data) -> Option<i64> {
    match cell {
        Data::Int(n) => Some(*n),
        Data::Float(x) => Some(*x as i64),
        Data::String(s) => s.trim().parse().ok(),
        _ => None,
    }
}

fn practice(cell: &Data) -> Option<&str> {
    let Data::String(text) = cell else { return None };
    let code = text.trim();
    let shape = code.len() == 6 && code.starts_with(|c: char| c.is_ascii_uppercase());
    (shape && code[1..].bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// Month and year at the end of a file name: `... April 2025.xlsx`, `... October 2025_v2.xlsx`.
fn month_of_file(path: &Path) -> u32 {
    let stem = path.file_stem().unwrap().to_str().unwrap().trim_end_matches("_v2");
    let mut words = stem.rsplit(' ');
    let year: u32 = words.next().unwrap().parse().unwrap();
    year * 12 + month_of(words.next().unwrap())
}

/// `submissions`, `registered`, `participation` of `Table 2`.
pub fn consultations(folder: &Path) -> Answers {
    let mut answers = Answers::new();
    for path in files(folder) {
        let (month, rows) = (month_of_file(&path), sheet(&path, "Table 2"));
        let header: Vec<String> = rows[11].iter().map(|c| c.to_string().trim().to_lowercase()).collect();
        let column = |start: &str| header.iter().position(|h| h.starts_with(start));
        let code = column("gp code").unwrap();
        let fields = ["submissions", "registered", "participation"];
        for row in &rows[12..] {
            let Some(practice) = practice(&row[code]) else { continue };
            for (field, at) in fields.iter().filter_map(|f| Some((f, column(f)?))) {
                let value = whole(&row[at]);
                let value = if *field == "submissions" { value.map(people) } else { value };
                largest(&mut answers, practice, month, field, value);
            }
        }
    }
    answers
}

/// Calls of `Table 3` and waits of `Table 4`. A row counts under the month that it names: two have a copyright line
/// over it and belong to none.
pub fn telephony(folder: &Path) -> Answers {
    let mut answers = Answers::new();
    for path in files(folder) {
        let month = month_of_file(&path);
        let mut put = |name: &str, columns: &[(&str, &[usize])]| {
            for row in sheet(&path, name) {
                let dated = matches!(row[0], Data::DateTime(_) | Data::DateTimeIso(_));
                let Some(practice) = practice(&row[1]).filter(|_| dated) else { continue };
                for (field, of) in columns {
                    let parts: Option<Vec<i64>> = of.iter().map(|c| whole(&row[*c])).collect();
                    largest(&mut answers, practice, month, field, parts.map(|p| p.iter().sum()));
                }
            }
        };
        put("Table 3", &[("inbound", &[11]), ("answered", &[13]), ("missed", &[20])]);
        put("Table 4", &[("answered_of_waits", &[12]), ("under_2m", &[15, 17])]);
    }
    answers
}

/// Registered patients by practice at some dates.
pub struct Lists {
    /// Months on either side of a quarter's end in which a source counts, and its dates. In order of preference.
    sources: Vec<(u32, Vec<(Date, BTreeMap<String, f64>)>)>,
}

impl Lists {
    /// The lists that serve a quarter, best first.
    pub fn near(&self, quarter: &str) -> Vec<&BTreeMap<String, f64>> {
        let day: Date = quarter.parse().unwrap();
        let count = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
        let mut out = Vec::new();
        for (window, dates) in &self.sources {
            let inside = |d: Date| (count(d) - count(day)).unsigned_abs() <= *window;
            let mut near: Vec<_> = dates.iter().filter(|(d, _)| inside(*d)).collect();
            near.sort_by_key(|(d, _)| ((*d - day).get_days().abs(), *d));
            out.extend(near.into_iter().map(|(_, lists)| lists));
        }
        out
    }
}

fn column(file: &Path, practice: &str, patients: &str) -> BTreeMap<String, f64> {
    let known = |row: Row<'_>| {
        let list = row.float(patients).filter(|x| x.is_finite() && *x >= 0.0)?;
        Some((row.get(practice)?.to_owned(), list))
    };
    Csv::open(file).rows().filter_map(known).collect()
}

/// The payments files, at the end of their financial years.
pub fn payments(inputs: &Path) -> Lists {
    let year = |y: i16| {
        let file = inputs.join(format!("payments/{:02}-{:02}.csv", (y - 1) % 100, y % 100));
        let patients = "Number of Registered Patients (Last Known Figure)";
        (date(y, 3, 31), column(&file, "Practice Code", patients))
    };
    Lists { sources: vec![(12, (2017..=2020).map(year).collect())] }
}

/// The registered lists of late 2025, and the counts printed beside the online consultations.
pub fn lists(inputs: &Path) -> Lists {
    let lists = [("Oct", 10, 31), ("Nov", 11, 30), ("Dec", 12, 31)].map(|(name, month, last)| {
        let file = inputs.join(format!("list-sizes/PracPop{name}.csv"));
        (date(2025, month, last), column(&file, "CODE", "NUMBER_OF_PATIENTS"))
    });
    let mut beside: BTreeMap<u32, BTreeMap<String, f64>> = BTreeMap::new();
    for ((practice, month), of) in consultations(&inputs.join("online-consultations")) {
        if let Some(registered) = of["registered"] {
            beside.entry(month).or_default().insert(practice, registered as f64);
        }
    }
    let beside = beside.into_iter().map(|(m, lists)| {
        let (year, month) = ((m - 1) / 12, (m - 1) % 12 + 1);
        (date(year as i16, month as i8, 1).last_of_month(), lists)
    });
    Lists { sources: vec![(3, lists.to_vec()), (3, beside.collect())] }
}

/// Payments files give averages over the year: to whole patients, half up.
pub fn half_up(list: f64) -> i64 {
    (list + 0.5).floor() as i64
}
