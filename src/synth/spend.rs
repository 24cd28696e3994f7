//! Lines of GP IT spend from the "spend over 25,000" files of CCGs, one financial year, in the layout of the
//! collected London lines of 2020/21.
//!
//! What the real lines teach is planted: months without a file, recharges to a host CCG, reversals, exchanged
//! columns (repaired with a note, or not), repeated lines, dates in four styles, missing transaction numbers.

use super::draw::{Draw, Kind};
use super::text::{Table, month_title, slashed};
use super::truth::Total;
use super::world::World;
use super::{Job, Part};
use crate::model::{Grain, Period};
use jiff::ToSpan;
use jiff::civil::Date;

pub const HEADER: &str = "ccg_code,ccg_name,fy_month_of_file,date_as_published,expense_type,expense_area,supplier,\
                          transaction_number,amount_gbp_truncated,source_file,note";
const AREA: &str = "PRIMARY CARE IT";
const NOTE: &str = "columns swapped in source";
/// Subjective headings of the NHS ledger, with the share of lines that carry them.
const TYPES: [(&str, f64); 10] = [
    ("C&M-GMS IT Comm Servs -GP Practices", 0.17),
    ("Computer Software/License", 0.17),
    ("Computer Network Costs", 0.16),
    ("Telecoms-Data lines", 0.12),
    ("Computer Hardware Purch", 0.10),
    ("Charges from CSU", 0.08),
    ("Telecoms-Phone Rental and Calls", 0.06),
    ("FM Computer Contracts", 0.05),
    ("Training Expenses", 0.05),
    ("Programme Support Costs", 0.04),
];
const RECHARGES: [&str; 2] = ["Recharge : Received", "Basic Sal-Rechgs to-from Other NHS"];
const SUPPLIERS: [&str; 8] = [
    "SYNTHETIC NETWORKS LTD",
    "SYNTHETIC SOFTWARE LTD",
    "SYNTHETIC CSU",
    "SYNTHETIC RECORD SYSTEMS LTD",
    "SYNTHETIC TELECOMS PLC",
    "SYNTHETIC HARDWARE (UK) LTD",
    "SYNTHETIC MESSAGING LTD",
    "SYNTHETIC TRAINING HUB",
];

/// One line before it is written. Amounts are whole pounds, as the collection cut them.
#[derive(Clone)]
struct Line {
    month: usize,
    date: String,
    kind: &'static str,
    supplier: String,
    transaction: String,
    pounds: i64,
    note: bool,
    exchanged: bool,
    repeated: bool,
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    vec![Box::new(move || Ok(lines(world)))]
}

fn lines(world: &World) -> Part {
    let year = Period::containing(Grain::FinancialYear, world.months[0]);
    let first = year.start().year();
    let label = format!("{first}-{:02}", (first + 1) % 100);
    let mut part = Part::new(format!("ccg-spend/ccg_gpit_spend_lines_SYNTHETIC_{label}.csv"), Vec::new());
    let mut t = Table::csv("\r\n");
    t.raw(HEADER.as_bytes()).end();
    let mut total = Total::new("ccg_spend", &year.to_string(), "amount_pounds");
    for i in 0..world.ccgs.len() {
        let ccg = &world.ccgs[i];
        let name = ccg.name.trim_start_matches("NHS ").trim_end_matches(" CCG");
        let held = ccg_lines(world, i, year.start(), &mut part);
        let period = year.to_string();
        for line in held {
            let file =
                format!("SYN{i:03} {:02} - {}.csv", line.month + 1, month_name(year.start(), line.month));
            let (a, b) = if line.exchanged { (AREA, line.kind) } else { (line.kind, AREA) };
            t.text(&ccg.code).text(name).text(&format!("{:02}", line.month + 1)).text(&line.date);
            t.texts([a, b, &line.supplier, &line.transaction]);
            // The collection writes pounds with one decimal, always zero.
            t.raw(format!("{}.0", line.pounds).as_bytes());
            t.text(&file).text(if line.note { NOTE } else { "" }).end();
            total.add(line.pounds);
            total.negative += u64::from(line.pounds < 0);
            for (true_of, kind, field) in [
                (line.pounds < 0, "reversal", "amount_gbp_truncated"),
                (line.note, "columns_swapped_repaired", "note"),
                (line.exchanged, "columns_swapped", "expense_area"),
                (line.date.starts_with('#'), "date_illegible", "date_as_published"),
                (line.date.ends_with('\n'), "line_break_in_cell", "date_as_published"),
                (line.repeated, "line_repeated", "transaction_number"),
                (line.transaction.is_empty(), "transaction_missing", "transaction_number"),
                (line.supplier.ends_with(" CCG"), "host_recharge", "supplier"),
            ] {
                if true_of {
                    let detail = if kind == "host_recharge" { &line.supplier } else { &line.transaction };
                    part.wart(kind, &period, &ccg.code, field, detail);
                }
            }
        }
    }
    part.totals.push(total);
    part.file.bytes = t.out;
    part
}

/// The lines of one CCG, by month. The first CCG of each group of five is host to the others.
fn ccg_lines(world: &World, i: usize, start: Date, part: &mut Part) -> Vec<Line> {
    let mut d = world.draw(Kind::Spend, i, 0);
    let patients: i64 = world.practices.iter().filter(|p| p.ccg == i).map(|p| p.list_in(0)).sum();
    let host = i / 5 * 5;
    let style = d.below(3);
    let held: Vec<usize> = (0..12).filter(|_| d.chance(0.72)).collect();
    for month in (0..12).filter(|m| !held.contains(m)) {
        let end = start.saturating_add((month as i32).months()).last_of_month().to_string();
        part.wart("month_missing", &end, &world.ccgs[i].code, "fy_month_of_file", "");
    }
    // About 1.10 pounds a head a year in lines above the threshold, a seventh of it recharged by the host.
    let wanted = (patients as f64 * 1.1 * d.factor(0.4) / 46_000.0).max(4.0);
    let mut lines = Vec::new();
    for &month in &held {
        for _ in 0..d.poisson(wanted / held.len() as f64) {
            lines.push(line(&mut d, month, start, style));
        }
    }
    if i != host && lines.len() > 2 {
        for (k, line) in lines.iter_mut().step_by(6).enumerate() {
            line.supplier = world.ccgs[host].name.clone();
            line.kind = RECHARGES[k % 2];
        }
    }
    plant(&mut lines, i);
    lines.sort_by_key(|l| l.month);
    lines
}

fn line(d: &mut Draw, month: usize, start: Date, style: usize) -> Line {
    let weights: Vec<f64> = TYPES.iter().map(|t| t.1).collect();
    let kind = d.weighted(&weights);
    let day = start.saturating_add((month as i32).months()).last_of_month();
    let date = match style {
        0 => slashed(day),
        1 => format!("{}/{}/{}", day.month(), day.day(), day.year()),
        _ => format!("{:02}-{}-{:02}", day.day(), month_title(day), day.year() % 100),
    };
    Line {
        month,
        date,
        kind: TYPES[kind].0,
        supplier: SUPPLIERS[(kind + d.below(3)) % SUPPLIERS.len()].to_owned(),
        transaction: format!("9{:07}", d.below(10_000_000)),
        pounds: (34_000.0 * d.factor(0.55)).round() as i64,
        note: false,
        exchanged: false,
        repeated: false,
    }
}

/// Faults by the number of the CCG, so that a country of three CCGs has every kind. One fault a line.
fn plant(lines: &mut Vec<Line>, i: usize) {
    let n = lines.len();
    if n < 4 {
        return;
    }
    match i % 3 {
        0 => {
            lines[n - 1].note = true;
            lines[n - 2].transaction.clear();
            lines[n - 3].date = "######".to_owned();
        }
        1 => {
            lines[n - 1].exchanged = true;
            lines[n - 2].date.push('\n');
        }
        _ => {
            lines[n - 1].pounds = -lines[n - 1].pounds;
            let again = Line { repeated: true, ..lines[n - 2].clone() };
            lines.push(again);
        }
    }
}

fn month_name(start: Date, month: usize) -> String {
    start.saturating_add((month as i32).months()).strftime("%B").to_string()
}
