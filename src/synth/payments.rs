//! NHS Payments to General Practice: one file per financial year, 51 columns to 2018/19 and 54 from 2019/20.
//!
//! List sizes are fractional averages. Header names keep their outer spaces and the file ends without a line end.
//! Practices that closed within the year are still paid and have no patients.

use super::draw::{Draw, Kind};
use super::places::REGIONS;
use super::practice::{Practice, address, code, postcode};
use super::text::{Table, hundredths, slashed};
use super::truth::Total;
use super::world::World;
use super::{Job, Part};
use crate::model::{Grain, Period};
use jiff::civil::Date;

/// Lines of payment with pounds per registered patient (median, 2018/19) and the share of practices that have none.
/// Global sum and balance of PMS are drawn apart: a practice has one or the other.
const LINES: [(&str, f64, f64); 28] = [
    ("Global Sum", 82.6, 0.0),
    ("MPIG Correction factor", 1.2, 0.64),
    ("Balance of PMS Expenditure", 84.0, 0.0),
    ("Total QOF Payments", 11.9, 0.03),
    ("Childhood Vaccination and Immunisation Scheme", 1.54, 0.03),
    ("GP Extended Hours Access", 1.8, 0.30),
    ("Influenza and Pneumococcal Immunisations", 1.73, 0.02),
    ("Learning Disabilities", 0.26, 0.19),
    ("Meningitis", 0.29, 0.03),
    ("Minor Surgery", 0.8, 0.26),
    ("Out Of Area in Hours Urgent Care", 0.1, 0.99),
    ("Pertussis", 0.05, 0.05),
    ("Rotavirus and Shingles Immunisation", 0.19, 0.03),
    ("Services for Violent Patients", 0.9, 0.98),
    ("Total Local Incentive Schemes", 6.3, 0.02),
    ("Premises Payments", 10.5, 0.05),
    ("Seniority", 1.0, 0.16),
    ("Doctors Retainer Scheme Payments", 0.7, 0.92),
    ("Total Locum Allowances", 1.4, 0.67),
    ("Appraisal Costs ", 0.1, 0.96),
    ("Prolonged Study Leave", 0.2, 0.995),
    ("PCO Admin Other", 0.75, 0.16),
    ("Information Management and Technology", 0.4, 0.98),
    ("Non DES Item Pneumococcal Vaccine, Childhood Immunisation Main Programme", 0.13, 0.14),
    ("General Practice Forward View", 0.5, 0.63),
    ("Prescribing Fee Payments", 0.65, 0.20),
    ("Dispensing Fee Payments", 18.0, 0.85),
    ("Reimbursement of Drugs", 3.8, 0.03),
];
const PCN_PARTICIPATION: &str = "PCN Participation";
/// Its place among the lines, before the prescribing fees.
const PCN_AT: usize = 25;

/// Columns of the year: those of a practice, then the payments.
pub fn header(first_year: i16) -> Vec<&'static str> {
    let mut names = vec!["NHS England (Region) code", "NHS England (Region) Name", "CCG Code", "CCG NAME"];
    if first_year >= 2019 {
        names.extend(["PCN Code", "PCN Name"]);
    }
    names.extend(["Practice Code", "Practice Name", "Practice Address", "Practice Postcode"]);
    names.extend(["Practice Open Date", "Practice Close Date", "Contract Type", "Dispensing Practice"]);
    names.extend(["Practice Type", "Practice Rurality", "Atypical Characteristics"]);
    names.extend([
        "Number of Registered Patients (Last Known Figure)",
        "Number of Weighted Patients (Last Known Figure)",
        "Average payments per registered patient",
        "Average payments per weighted patient",
    ]);
    for (i, (name, ..)) in LINES.iter().enumerate() {
        if i == PCN_AT && first_year >= 2019 {
            names.push(PCN_PARTICIPATION);
        }
        names.push(name);
    }
    names.extend([
        "Other Payments",
        "Total NHS Payments to General Practice",
        "Deductions for Pensions, Levies and Prescription Charge Income",
        "Total NHS Payments to General Practice Minus Deductions",
    ]);
    names
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    let mut years: Vec<Period> =
        world.months.iter().map(|&d| Period::containing(Grain::FinancialYear, d)).collect();
    years.dedup();
    years.into_iter().map(|y| Box::new(move || Ok(year_file(world, y))) as Job<'_>).collect()
}

/// One row's identity, before its payments.
struct Payee<'a> {
    index: usize,
    ccg: usize,
    pcn: usize,
    name: &'a str,
    opened: Date,
    closed: Option<Date>,
    /// Hundredths of a patient.
    registered: i64,
    weighted: i64,
}

fn year_file(world: &World, year: Period) -> Part {
    let first = year.start().year();
    let path = format!("payments/{:02}-{:02}.csv", first % 100, (first + 1) % 100);
    let period = year.to_string();
    let mut part = Part::new(path, Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(header(first)).end();
    let fields = ["registered_hundredths", "weighted_hundredths", "total_payments_hundredths"];
    let mut totals = fields.map(|f| Total::new("payments", &period, f));
    // Months of the set from which the list of the year is taken: its four quarters, or what lies beside them.
    let start = world.months[0];
    let first_month =
        i64::from(year.start().year() - start.year()) * 12 + i64::from(year.start().month() - start.month());
    for p in &world.practices {
        if world.opened(p) > year.end() {
            continue;
        }
        let registered = p.year_list(first_month);
        let payee = Payee {
            index: p.index,
            ccg: p.ccg,
            pcn: p.pcn,
            name: &p.name,
            opened: world.opened(p),
            closed: world.closed(p, year.end()),
            registered,
            weighted: weighted(p, registered),
        };
        let paid = pay(world, &payee, first, &mut t);
        [registered, payee.weighted, paid].iter().zip(&mut totals).for_each(|(v, t)| t.add(*v));
    }
    for c in &world.closed_before {
        // Closed within the year before the set begins: still in the accounts.
        if (world.months[0] - c.closed).get_days() > 200 {
            continue;
        }
        let name = format!("SYNTHETIC FORMER SURGERY {:05}", c.index + 1);
        let opened = jiff::civil::date(1974, 4, 1);
        let closed = Some(c.closed);
        let payee = Payee {
            index: c.index,
            ccg: c.ccg,
            pcn: 0,
            name: &name,
            opened,
            closed,
            registered: 0,
            weighted: 0,
        };
        let paid = pay(world, &payee, first, &mut t);
        [0, 0, paid].iter().zip(&mut totals).for_each(|(v, t)| t.add(*v));
        part.wart("zero_list", &period, &code(c.index), "Number of Registered Patients", "");
    }
    part.totals.extend(totals);
    part.file.bytes = t.without_last_line_end();
    part
}

fn weighted(p: &Practice, registered: i64) -> i64 {
    (registered as f64 * p.need).round() as i64
}

/// Writes one row and returns the total paid, in pence.
fn pay(world: &World, who: &Payee, first_year: i16, t: &mut Table) -> i64 {
    let mut d = world.draw(Kind::Payments, who.index, first_year as usize);
    let ccg = &world.ccgs[who.ccg];
    let region = &REGIONS[ccg.region];
    let gms = d.chance(0.73);
    let lines = lines(&mut d, who, gms, first_year);
    let other = if who.registered == 0 { 0 } else { (who.registered as f64 * 4.0 * d.factor(0.6)) as i64 };
    let total: i64 = lines.iter().sum::<i64>() + other;
    let deductions = -((total as f64 * 0.08 * d.factor(0.2)) as i64);
    let [street, town, _] = address(who.index, who.ccg);
    t.texts([region.code, region.name, &ccg.code, &ccg.name]);
    if first_year >= 2019 {
        t.text(&super::consultations::pcn_code(who.pcn)).text(&super::consultations::pcn_name(who.pcn));
    }
    t.text(&code(who.index)).text(who.name).text(&format!("{street} {town}  ")).text(&postcode(who.index));
    // A single space, not nothing, where there is no closing date (2018/19).
    t.text(&slashed(who.opened)).text(&who.closed.map_or(" ".to_owned(), slashed));
    let dispensing = d.chance(0.14);
    let yes_no = if dispensing { "Yes" } else { "No" };
    t.texts([if gms { "GMS" } else { "PMS" }, yes_no, "GP practice"]);
    t.text(if dispensing { "Rural" } else { "Urban" });
    t.text(if who.registered == 0 { "| No registered patients |" } else { "" });
    t.text(&hundredths(who.registered)).text(&hundredths(who.weighted));
    for list in [who.registered, who.weighted] {
        let mean = if list == 0 { "N/A".to_owned() } else { hundredths(total * 100 / list) };
        t.text(&mean);
    }
    for pence in lines.into_iter().chain([other, total, deductions, total + deductions]) {
        t.text(&hundredths(pence));
    }
    t.end();
    total
}

/// Pence per line of payment, the PCN line included where the year has it.
fn lines(d: &mut Draw, who: &Payee, gms: bool, first_year: i16) -> Vec<i64> {
    let patients = who.registered as f64 / 100.0;
    let mut pence = Vec::with_capacity(LINES.len() + 1);
    for (i, (_, pounds, none)) in LINES.iter().enumerate() {
        if i == PCN_AT && first_year >= 2019 {
            pence.push((patients * 1.76 * 100.0) as i64);
        }
        let wrong_contract = (i == 0 && !gms) || (i == 2 && gms);
        let (absent, factor) = (d.chance(*none), d.factor(if i < 4 { 0.12 } else { 0.45 }));
        pence.push(match (who.registered, absent || wrong_contract) {
            // A closed practice still has its premises.
            (0, _) if i == 15 => (30_000.0 * 100.0 * factor) as i64,
            (0, _) | (_, true) => 0,
            // Corrections of an earlier year now and then exceed the year's own claims.
            _ if (5..25).contains(&i) && d.chance(0.002) => -((patients * pounds * 20.0 * factor) as i64),
            _ => (patients * pounds * 100.0 * factor) as i64,
        });
    }
    pence
}
