//! Submissions via online consultation systems: one workbook a month, practice level in `Table 2`.
//!
//! Header on row 12, data from row 13, notes below. Footnote marks stand inside the header names and change between
//! releases. Practices without data are listed with zeros, as from June 2024.

use super::book::Book;
use super::draw::{Draw, Kind, share};
use super::places::REGIONS;
use super::practice::Practice;
use super::text::month_title;
use super::truth::Total;
use super::world::World;
use super::{Job, Part, SynthError};
use jiff::civil::Date;
use rayon::prelude::*;

/// `Table 2` without footnote marks.
pub const HEADER: [&str; 19] = [
    "Month",
    "GP Code",
    "GP Name",
    "PCN Code",
    "PCN Name",
    "Sub ICB Code",
    "Sub ICB Name",
    "ICB Code",
    "ICB Name",
    "Region Code",
    "Region Name",
    "Supplier",
    "Submissions",
    "Clinical Submissions",
    "Administrative Submissions",
    "Other/Unknown Type Submissions",
    "Registered Patient Count",
    "Rate per 1,000 Registered Patients",
    "Participation",
];
/// Footnote marks of two releases: they move.
const MARKS: [[&str; 19]; 2] = [
    [
        " [1]",
        "",
        "",
        " [2, 3]",
        " [3]",
        "",
        "",
        "",
        "",
        "",
        "",
        " [4, 5, 6]",
        " [7]",
        " [7]",
        " [7]",
        " [7]",
        " [8]",
        " [9, 10]",
        " [11]",
    ],
    [
        " [1]",
        "",
        "",
        " [2, 3]",
        " [3]",
        "",
        "",
        "",
        "",
        "",
        "",
        " [4, 5, 6]",
        " [7. 11]",
        " [7]",
        " [7]",
        " [7]",
        " [8]",
        " [9, 10]",
        " [12]",
    ],
];
/// Invented system suppliers with their share of practices.
const SUPPLIERS: [(&str, f64); 8] = [
    ("SYNTHETIC ASK LIMITED", 0.47),
    ("SYNTHETIC CONSULT LIMITED", 0.17),
    ("SYNTHETIC TRIAGE LIMITED", 0.11),
    ("SYNTHETIC RECORDS", 0.07),
    ("SYNTHETIC FLOW LIMITED", 0.06),
    ("Synthetic Health Forms", 0.05),
    ("SYNTHETIC SITES LTD", 0.04),
    ("SYNTHETIC PATHWAYS", 0.03),
];
const NO_DATA: &str = "No Data";

/// `U90012`: PCN codes are `U` and five digits in the ODS too.
pub fn pcn_code(pcn: usize) -> String {
    format!("U{:05}", (90_000 + pcn) % 100_000)
}

pub fn pcn_name(pcn: usize) -> String {
    format!("SYNTHETIC NETWORK {pcn:04} PCN")
}

/// The ten columns after the month, which telephony shares: code and name of practice, PCN, sub-ICB location, ICB and
/// region.
pub fn geography(world: &World, p: &Practice) -> [String; 10] {
    let ccg = world.ccg(p);
    let icb = &world.icbs[ccg.icb];
    let region = &REGIONS[ccg.region];
    let (pcn, pcn_name) = if unallocated(p) {
        ("U".to_owned(), "Unallocated".to_owned())
    } else {
        (pcn_code(p.pcn), pcn_name(p.pcn))
    };
    [
        p.code.clone(),
        p.name.clone(),
        pcn,
        pcn_name,
        ccg.code.clone(),
        icb.location_name(&ccg.code),
        icb.code.clone(),
        icb.name.clone(),
        region.code_2025.to_owned(),
        region.name.to_owned(),
    ]
}

/// One practice in about fifty belongs to no PCN.
pub fn unallocated(p: &Practice) -> bool {
    p.index % 53 == 7
}

/// What one practice received in a month.
struct Row {
    suppliers: String,
    /// Submissions, clinical, administrative, other.
    counts: [i64; 4],
    registered: i64,
    takes_part: bool,
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    (0..world.months_2025.len()).map(|m| Box::new(move || release(world, m)) as Job<'_>).collect()
}

fn row(world: &World, p: &Practice, month: usize) -> Row {
    let mut fixed = world.draw(Kind::Consultations, p.index, 0);
    let weights: Vec<f64> = SUPPLIERS.iter().map(|s| s.1).collect();
    let first = fixed.weighted(&weights);
    let second = (first + 1 + fixed.below(3)) % SUPPLIERS.len();
    let two = fixed.chance(0.08);
    let takes_part = !fixed.chance(0.0045);
    // Practices with a lower latent adoption are those without data: about one in thirty.
    let absent = !takes_part || p.latent.modern < -1.9;
    let clinical = fixed.unit() * 0.5 + 0.45;
    let other = if fixed.chance(0.15) { 0.2 * fixed.unit() } else { 0.0 };
    let mut d = world.draw(Kind::Consultations, p.index, 1 + month);
    let registered = p.list_in_2025(month);
    // Per 1,000 patients and month (December 2025): quartiles 16, 51, 186, 95th percentile 287.
    let rate = 320.0 * share(-1.7 + 2.0 * p.latent.modern) * d.factor(0.12);
    let total = if absent { 0 } else { d.poisson(registered as f64 * rate / 1_000.0) };
    let (a, b) = (SUPPLIERS[first].0, SUPPLIERS[second].0);
    let suppliers = match (absent, two) {
        (true, _) => NO_DATA.to_owned(),
        (_, true) => format!("{}, {}", a.min(b), a.max(b)),
        _ => a.to_owned(),
    };
    Row { suppliers, counts: split(&mut d, total, clinical, other), registered, takes_part }
}

fn split(d: &mut Draw, total: i64, clinical: f64, other: f64) -> [i64; 4] {
    let other = d.binomial(total, other);
    let clinical = d.binomial(total - other, clinical);
    [total, clinical, total - other - clinical, other]
}

fn release(world: &World, month: usize) -> Result<Part, SynthError> {
    let day = world.months_2025[month];
    let (long, period) = (day.strftime("%B %Y").to_string(), day.last_of_month().to_string());
    let path = format!(
        "online-consultations/Submissions via OC Systems in General Practice - {long} SYNTHETIC.xlsx"
    );
    let mut part = Part::new(path, Vec::new());
    let open: Vec<&Practice> = world.open_2025().collect();
    let rows: Vec<Row> = open.par_iter().map(|p| row(world, p, month)).collect();
    let fields = ["submissions", "clinical", "administrative", "other", "registered"];
    let mut totals = fields.map(|f| Total::new("online_consultations", &period, f));
    for (p, r) in open.iter().zip(&rows) {
        r.counts.iter().chain([&r.registered]).zip(&mut totals).for_each(|(v, t)| t.add(*v));
        for (true_of, kind, field) in [
            (r.suppliers == NO_DATA, "supplier_no_data", "Supplier"),
            (r.suppliers.contains(','), "supplier_two_in_one_cell", "Supplier"),
            (!r.takes_part, "does_not_take_part", "Participation"),
            (unallocated(p), "pcn_unallocated", "PCN Code"),
        ] {
            if true_of {
                part.wart(kind, &period, &p.code, field, "");
            }
        }
    }
    let mut book = Book::new("Synthetic submissions via online consultation systems");
    prose(&mut book, &long);
    table_1(&mut book, day, month, &rows);
    table_2(&mut book, world, day, month, &open, &rows);
    table_3(&mut book, totals[0].published);
    part.totals.extend(totals);
    part.file.bytes = book.bytes()?;
    Ok(part)
}

fn prose(book: &mut Book, month: &str) {
    let until = format!("Up to {month}");
    book.prose(
        "Title sheet",
        &[
            "SYNTHETIC Submissions via Online Consultation Systems in General Practice",
            "Made by dpcmi synth for demonstration. No figure describes a real practice.",
            &until,
        ],
    );
    book.prose("Data Quality", &["Data Quality", "SYNTHETIC: quality is as good as the generator."]);
}

/// National coverage; the month's own column only.
fn table_1(book: &mut Book, day: Date, month: usize, rows: &[Row]) {
    let mut sheet = book.sheet("Table 1");
    sheet.text(7, 0, "Return to Contents").text(8, 0, "_");
    sheet.text(
        9,
        0,
        "Table 1: SYNTHETIC summary of availability and usage of Online Consultation Systems, England",
    );
    let label = format!("{}-{:02} [{}]", month_title(day), day.year() % 100, 8 + month % 2);
    sheet.text(10, 2, &label).text(11, 0, "Coverage");
    let sum = |f: fn(&Row) -> i64| rows.iter().map(f).sum::<i64>();
    let lines = [
        ("Open active practices", rows.len() as i64),
        ("Count of practices included in data publication [1]", sum(|r| i64::from(r.takes_part))),
        ("Count of practices receiving submissions [2, 3]", sum(|r| i64::from(r.counts[0] > 0))),
        ("Registered patients at open active practices", sum(|r| r.registered)),
        ("Submissions", sum(|r| r.counts[0])),
    ];
    for (i, (name, value)) in lines.into_iter().enumerate() {
        sheet.text(11 + i, 1, name).int(11 + i, 2, value);
    }
    sheet.text(17, 0, "Source: dpcmi synth").text(18, 0, "Notes:").text(18, 1, "1   SYNTHETIC");
}

fn table_2(book: &mut Book, world: &World, day: Date, month: usize, open: &[&Practice], rows: &[Row]) {
    let mut sheet = book.sheet("Table 2");
    let title = day.strftime("%B %Y");
    sheet.text(7, 0, "Return to Contents").text(8, 0, "_");
    let title = format!(
        "Table 2: SYNTHETIC submissions received by practices via Online Consultation Systems, {title}"
    );
    sheet.text(9, 0, &title);
    for (col, (name, mark)) in HEADER.iter().zip(MARKS[month % 2]).enumerate() {
        sheet.text(11, col, &format!("{name}{mark}"));
    }
    for (i, (p, r)) in open.iter().zip(rows).enumerate() {
        let at = 12 + i;
        sheet.month(at, 0, day);
        for (col, cell) in geography(world, p).iter().enumerate() {
            sheet.text(at, col + 1, cell);
        }
        sheet.text(at, 11, &r.suppliers);
        for (k, count) in r.counts.into_iter().chain([r.registered]).enumerate() {
            sheet.int(at, 12 + k, count);
        }
        sheet.number(at, 17, r.counts[0] as f64 * 1_000.0 / r.registered as f64);
        sheet.number(at, 18, f64::from(u8::from(r.takes_part)));
    }
    let below = 13 + rows.len();
    sheet.text(below, 0, "Source: dpcmi synth").text(below + 1, 0, "Notes:");
    for n in 1..=11 {
        sheet.text(below + n, 1, &format!("{n:3}   SYNTHETIC note {n}"));
    }
    sheet.text(below + 13, 0, "SYNTHETIC: no copyright is claimed");
}

/// Mean submissions per weekday and time of day, by fixed shares of a four-week month.
fn table_3(book: &mut Book, total: i64) {
    const DAYS: [(&str, f64); 7] = [
        ("Monday", 0.29),
        ("Tuesday", 0.21),
        ("Wednesday", 0.19),
        ("Thursday", 0.16),
        ("Friday", 0.13),
        ("Saturday", 0.01),
        ("Sunday", 0.01),
    ];
    const HOURS: [(&str, f64); 9] = [
        ("00:00 - 05:59", 0.005),
        ("06:00 - 07:59", 0.19),
        ("08:00 - 09:59", 0.33),
        ("10:00 - 11:59", 0.18),
        ("12:00 - 13:59", 0.125),
        ("14:00 - 15:59", 0.10),
        ("16:00 - 17:59", 0.05),
        ("18:00 - 23:59", 0.02),
        ("Unknown", 0.0),
    ];
    let mut sheet = book.sheet("Table 3");
    sheet.text(7, 0, "Return to Contents").text(8, 0, "_");
    sheet.text(9, 0, "Table 3: SYNTHETIC average number of submissions by submission time, per weekday");
    sheet.merged(10, 1, 9, "Submission time").text(11, 0, "Day");
    for (col, (hours, _)) in HOURS.iter().enumerate() {
        sheet.text(11, col + 1, hours);
    }
    for (i, (day, day_share)) in DAYS.iter().enumerate() {
        sheet.text(12 + i, 0, day);
        for (col, (_, hour_share)) in HOURS.iter().enumerate() {
            sheet.number(12 + i, col + 1, (total as f64 / 4.0 * day_share * hour_share).round());
        }
    }
}
