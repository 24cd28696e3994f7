//! Patient Online Management Information: the long layout of 12 columns, one zip per half-year.
//!
//! Thirteen rows per practice and month. Absent practices have no rows at all. Faults follow the file of April to
//! September 2018: Vision leaves total use and record use blank, about one row in a thousand lacks its status, a practice
//! that changes system may appear twice with the tag ` (I)`. Negative counts are not in that file but in others.

use super::draw::{Draw, Kind};
use super::places::REGIONS;
use super::practice::{Fault, Practice, Supplier};
use super::text::{dmony, month_upper, push_int, push_text};
use super::truth::{Total, Wart};
use super::world::World;
use super::{Job, Part, SynthError};
use rayon::prelude::*;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

pub const HEADER: &str = "report_period_end,region_code,region_name,subregion_code,subregion_name,ccg_code,ccg_name,\
                          practice_code,practice_name,system_supplier,field,value\r\n";

const FIELDS: [&str; 13] = [
    "patient_list_size",
    "Sys_Appts_Enbld",
    "Sys_Presc_Enbld",
    "Sys_DetCodeRec_Enbld",
    "Pat_Appts_Enbld",
    "Pat_Presc_Enbld",
    "Pat_DetCodeRec_Enbld",
    "Pat_Appts_Use",
    "Pat_Presc_Use",
    "Pat_DetCodeRec_Use",
    "Total_Pat_Enbld",
    "New_Pat_Enbld",
    "Total_Use",
];
const LIST: usize = 0;
const SYSTEM: usize = 1;
const ENABLED: usize = 4;
const USE: usize = 7;
const TOTAL_ENABLED: usize = 10;
const NEW: usize = 11;
const TOTAL_USE: usize = 12;

/// Values of one practice in one month: what is true, and what the file says (`None` is a blank).
struct Month {
    truth: [i64; 13],
    said: [Option<i64>; 13],
}

/// Bytes, faults and totals of some practices in one month.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    warts: Vec<Wart>,
    totals: Vec<Total>,
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    // Half-years of the financial year: April to September, October to March.
    let mut halves: Vec<Vec<usize>> = Vec::new();
    let half = |m: usize| {
        let day = world.months[m];
        (i32::from(day.year()) * 12 + i32::from(day.month()) - 4).div_euclid(6)
    };
    for m in 0..world.months.len() {
        match halves.last_mut() {
            Some(last) if half(last[0]) == half(m) => last.push(m),
            _ => halves.push(vec![m]),
        }
    }
    halves.into_iter().map(|months| Box::new(move || zipped(world, &months)) as Job<'_>).collect()
}

fn zipped(world: &World, months: &[usize]) -> Result<Part, SynthError> {
    let (first, last) = (world.months[months[0]], world.months[months[months.len() - 1]]);
    let start = first.year() - i16::from(first.month() < 4);
    let span = |case: fn(&str) -> String| {
        let (a, b) = (case(month_upper(first)), case(month_upper(last)));
        format!("{a}{}_to_{b}{}", first.year(), last.year())
    };
    let path = format!(
        "pomi/pomi_{:02}{:02}-{}.zip",
        start % 100,
        (start + 1) % 100,
        span(|m| m.to_ascii_lowercase())
    );
    let mut csv = HEADER.as_bytes().to_vec();
    let mut part = Part::new(path, Vec::new());
    for &month in months {
        let open: Vec<&Practice> = world.open(month).collect();
        let pieces: Vec<Piece> =
            open.par_chunks(256).map(|some| piece(world, some, month, &part.file.path)).collect();
        let mut totals: Vec<Total> = totals_of(world, month);
        for p in pieces {
            csv.extend_from_slice(&p.bytes);
            part.warts.extend(p.warts);
            totals.iter_mut().zip(&p.totals).for_each(|(sum, t)| sum.join(t));
        }
        part.totals.extend(totals);
    }
    part.file.bytes = pack(&format!("POMI_{}.csv", span(str::to_owned)), &csv)?;
    Ok(part)
}

/// A zip with one member and a fixed date.
fn pack(member: &str, bytes: &[u8]) -> Result<Vec<u8>, SynthError> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(3))
        .last_modified_time(zip::DateTime::default());
    zip.start_file(member, options)?;
    zip.write_all(bytes).map_err(zip::result::ZipError::from)?;
    Ok(zip.finish()?.into_inner())
}

fn totals_of(world: &World, month: usize) -> Vec<Total> {
    let period = world.months[month].last_of_month().to_string();
    FIELDS.iter().map(|f| Total::new("pomi", &period, f)).collect()
}

fn piece(world: &World, practices: &[&Practice], month: usize, path: &str) -> Piece {
    let end = world.months[month].last_of_month();
    let (stamp, period) = (dmony(end), end.to_string());
    let mut out = Piece { totals: totals_of(world, month), ..Piece::default() };
    let mut prefix = Vec::new();
    for &p in practices {
        let values = values(world, p, month);
        for (total, truth) in out.totals.iter_mut().zip(values.truth) {
            total.truth += truth;
        }
        let mut wart = |kind, field: &str, detail: String| {
            let (file, period) = (path.to_owned(), period.clone());
            out.warts.push(Wart { kind, file, period, key: p.code.clone(), field: field.to_owned(), detail });
        };
        if p.has(Fault::NotReturned(month)) {
            wart("not_returned", "", String::new());
            continue;
        }
        note(p, month, &values, &mut wart);
        if world.supplier_fault(p, month) {
            wart("supplier_step", FIELDS[SYSTEM], p.supplier_in(month).pomi().to_owned());
        }
        let suppliers = suppliers(p, month);
        for (again, supplier) in suppliers.iter().enumerate() {
            prefix.clear();
            write_prefix(world, p, &stamp, supplier, &mut prefix);
            write_rows(&values, p.index + month, &prefix, &mut out.bytes);
            tally(&values, again > 0, &mut out.totals);
        }
    }
    out
}

fn write_prefix(world: &World, p: &Practice, stamp: &str, supplier: &str, out: &mut Vec<u8>) {
    let ccg = world.ccg(p);
    let region = &REGIONS[ccg.region];
    let cells = [
        stamp,
        region.code,
        region.name,
        region.area,
        region.area_name,
        &ccg.code,
        &ccg.name,
        &p.code,
        &p.name,
        supplier,
    ];
    for cell in cells {
        push_text(out, cell);
        out.push(b',');
    }
}

/// The published order of the thirteen rows differs from practice to practice. 13 is prime: every stride visits all.
fn write_rows(values: &Month, turn: usize, prefix: &[u8], out: &mut Vec<u8>) {
    for k in 0..FIELDS.len() {
        let f = (turn + k * (1 + turn % 12)) % FIELDS.len();
        out.extend_from_slice(prefix);
        out.extend_from_slice(FIELDS[f].as_bytes());
        out.push(b',');
        if let Some(value) = values.said[f] {
            push_int(out, value);
        }
        out.extend_from_slice(b"\r\n");
    }
}

fn tally(values: &Month, repeated: bool, totals: &mut [Total]) {
    for (total, said) in totals.iter_mut().zip(values.said) {
        total.rows += 1;
        match said {
            None => total.blank += 1,
            Some(value) => {
                total.published += value;
                total.negative += u64::from(value < 0);
                if !repeated {
                    total.valid += value.max(0);
                }
            }
        }
    }
}

/// The supplier cell, or two when the practice is reported from two systems.
fn suppliers(p: &Practice, month: usize) -> Vec<String> {
    let now = p.supplier_in(month).pomi();
    if p.has(Fault::TwoSystems(month)) {
        return vec![format!("{} (I)", p.supplier.pomi()), format!("{now} (I)")];
    }
    if p.has(Fault::TaggedBeside(month)) {
        return vec![format!("{now} (I)"), now.to_owned()];
    }
    if p.has(Fault::TagI) {
        return vec![format!("{now} (I)")];
    }
    vec![now.to_owned()]
}

/// Lists the faults that this practice shows in this month.
fn note(p: &Practice, month: usize, values: &Month, wart: &mut impl FnMut(&'static str, &str, String)) {
    for (f, said) in values.said.iter().enumerate() {
        match said {
            None => wart("blank_value", FIELDS[f], String::new()),
            Some(v) if *v < 0 => wart("negative_value", FIELDS[f], v.to_string()),
            Some(v) if (SYSTEM..ENABLED).contains(&f) && *v != 2 => {
                let kind = ["status_none", "status_capable", "", "status_not_known"][(*v).min(3) as usize];
                wart(kind, FIELDS[f], v.to_string());
            }
            Some(_) => {}
        }
    }
    if p.has(Fault::AboveList) {
        let above = values.said[TOTAL_ENABLED].map_or(String::new(), |v| v.to_string());
        wart("enabled_above_list", FIELDS[TOTAL_ENABLED], above);
    }
    let systems = suppliers(p, month);
    if systems.len() > 1 {
        wart("supplier_two_systems", "system_supplier", systems.join(" + "));
    } else if p.has(Fault::TagI) {
        wart("supplier_tag_i", "system_supplier", systems.concat());
    }
    if let Some((at, to)) = p.switch
        && at == month
    {
        wart("supplier_changed", "system_supplier", format!("{} > {}", p.supplier.pomi(), to.pomi()));
    }
}

/// One practice in one month: true counts from its latent adoption, then what the file says.
fn values(world: &World, p: &Practice, month: usize) -> Month {
    let mut d = world.draw(Kind::PomiMonth, p.index, month);
    let list = p.list_in(month);
    let mut truth = [0; 13];
    truth[LIST] = list;
    let status = p.faults.iter().find_map(|f| if let Fault::Status(s) = f { Some(*s) } else { None });
    let status = status.unwrap_or([2; 3]);
    let use_rates = [p.latent.use_appointments, p.latent.use_prescriptions, p.latent.use_records];
    for (k, share) in p.shares(month).into_iter().enumerate() {
        truth[SYSTEM + k] = i64::from(status[k]);
        let busy = d.factor(0.08);
        if status[k] == 2 {
            truth[ENABLED + k] = (share * list as f64).round() as i64;
            truth[USE + k] = d.poisson(truth[ENABLED + k] as f64 * use_rates[k] * busy);
        }
    }
    let most = truth[ENABLED..USE].iter().copied().max().unwrap_or(0);
    truth[TOTAL_ENABLED] = (most + d.poisson(most as f64 * 0.003)).min(list);
    truth[NEW] = d.poisson(truth[TOTAL_ENABLED] as f64 * 0.014);
    let used: i64 = truth[USE..TOTAL_ENABLED].iter().sum();
    truth[TOTAL_USE] = used + d.poisson(used as f64 * 0.14);
    let mut said = said(p, month, &truth, &mut d);
    if world.supplier_fault(p, month) {
        said[SYSTEM] = said[SYSTEM].map(|_| 0);
    }
    Month { truth, said }
}

/// What the file says of one practice in one month, for those who plant claims against it.
pub struct Said {
    /// Whether appointments, prescriptions and records are switched on, in truth.
    pub on: [bool; 3],
    /// The same as the file has it; `None` where it says nothing that counts.
    pub status: [Option<bool>; 3],
    /// Share of patients enabled for appointments, in truth and as the file has it.
    pub enabled: f64,
    pub said_enabled: Option<f64>,
}

pub fn said_of(world: &World, p: &Practice, month: usize) -> Said {
    let v = values(world, p, month);
    let there = !p.has(Fault::NotReturned(month));
    let status = |k: usize| match v.said[SYSTEM + k] {
        Some(2) => Some(true),
        Some(0 | 1) => Some(false),
        _ => None,
    };
    let share = |n: i64, list: i64| n as f64 / list.max(1) as f64;
    let said_enabled = v.said[ENABLED].zip(v.said[LIST]).map(|(n, list)| share(n, list));
    Said {
        on: [0, 1, 2].map(|k| v.truth[SYSTEM + k] == 2),
        status: [0, 1, 2].map(|k| if there { status(k) } else { None }),
        enabled: share(v.truth[ENABLED], v.truth[LIST]),
        said_enabled: said_enabled.filter(|_| there),
    }
}

fn said(p: &Practice, month: usize, truth: &[i64; 13], d: &mut Draw) -> [Option<i64>; 13] {
    let mut said = truth.map(Some);
    if p.supplier_in(month) == Supplier::Vision && d.chance(0.87) {
        said[TOTAL_USE] = None;
        said[USE + 2] = None;
    }
    if p.has(Fault::AboveList) {
        let above = truth[LIST] + 3 + d.below(60) as i64;
        said[ENABLED] = Some(above);
        said[TOTAL_ENABLED] = Some(above);
    }
    if p.has(Fault::Negative(month)) {
        said[USE] = Some(-1 - d.below(40) as i64);
    }
    if p.has(Fault::UseBlank(month)) {
        said[USE] = None;
    }
    if p.has(Fault::StatusBlank(month)) {
        for f in (SYSTEM..ENABLED).chain([TOTAL_ENABLED, NEW, TOTAL_USE]) {
            said[f] = None;
        }
    }
    said
}
