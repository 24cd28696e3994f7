//! Cloud based telephony: one workbook a month, outcomes of calls in `Table 3`, waits and durations in `Table 4`.
//!
//! Two header rows with merged groups above them, spacer columns, a Total row, percentages as fractions, stray numbers
//! in the first rows, and pseudo practices (`Unassigned`) for accounts that cover several practices.

use super::book::{Book, Sheet};
use super::consultations::{geography, unallocated};
use super::draw::{Draw, Kind};
use super::practice::Practice;
use super::truth::Total;
use super::world::World;
use super::{Job, Part, SynthError};
use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;

/// Names on row 10, without footnote marks, of the eleven columns that both tables share.
pub const HEADER: [&str; 11] = [
    "Month",
    "GP Practice \n(ODS_CODE)",
    "GP Name",
    "PCN Code",
    "PCN Name",
    "Sub ICB Code",
    "Sub ICB Name",
    "ICB Code",
    "ICB Name",
    "Region Code",
    "Region Name",
];
const MARKS: [&str; 11] = [" [1]", "", "", "", " [2,3]", " [2]", "", "  [2]", "", "  [2]", ""];

/// Calls of one practice in a month.
#[derive(Clone, Default)]
struct Calls {
    inbound: i64,
    answered: i64,
    ended_ivr: i64,
    callback_requested: i64,
    missed: i64,
    callback_made: i64,
    /// Answered within 1, 1 to 2, 2 to 5, over 5 minutes; and calls that lasted as long.
    waits: [i64; 4],
    durations: [i64; 4],
}

impl Calls {
    fn add(&mut self, other: &Calls) {
        for (sum, x) in self.counts_mut().into_iter().zip(other.counts()) {
            *sum += x;
        }
    }

    fn counts(&self) -> Vec<i64> {
        let first = [self.inbound, self.answered, self.ended_ivr, self.callback_requested, self.missed];
        first.into_iter().chain([self.callback_made]).chain(self.waits).chain(self.durations).collect()
    }

    fn counts_mut(&mut self) -> Vec<&mut i64> {
        let Calls {
            inbound,
            answered,
            ended_ivr,
            callback_requested,
            missed,
            callback_made,
            waits,
            durations,
        } = self;
        let first = [inbound, answered, ended_ivr, callback_requested, missed, callback_made];
        first.into_iter().chain(waits.iter_mut()).chain(durations.iter_mut()).collect()
    }

    fn draw(d: &mut Draw, patients: f64, skill: f64) -> Calls {
        let rate = 0.52 * d.factor(0.30);
        let inbound = d.poisson(patients * rate).max(40);
        // Shares of the outcomes: answered 0.60, ended in the menu 0.25, call back 0.06, missed the rest.
        let answered = d.binomial(inbound, (0.60 + 0.14 * skill).clamp(0.12, 0.92));
        let ended_ivr = d.binomial(inbound - answered, 0.62);
        let rest = inbound - answered - ended_ivr;
        let uses_callback = d.chance(0.87);
        let asks = 0.76 * d.unit();
        let callback_requested = if uses_callback { d.binomial(rest, asks) } else { 0 };
        let missed = rest - callback_requested;
        let callback_made =
            if d.chance(0.9) { callback_requested } else { d.binomial(callback_requested, 0.96) };
        let quick = (0.46 + 0.17 * skill).clamp(0.05, 0.95);
        let waits = shares(d, answered, [quick, 0.26, 0.47]);
        let durations = shares(d, answered, [0.24, 0.47, 0.81]);
        Calls { inbound, answered, ended_ivr, callback_requested, missed, callback_made, waits, durations }
    }
}

/// Splits a count by three conditional shares; the fourth part is what is left.
fn shares(d: &mut Draw, total: i64, conditional: [f64; 3]) -> [i64; 4] {
    let mut left = total;
    let mut parts = [0; 4];
    for (part, p) in parts.iter_mut().zip(conditional) {
        *part = d.binomial(left, p);
        left -= *part;
    }
    parts[3] = left;
    parts
}

/// A row of the tables: its ten cells of geography and its calls.
struct Row {
    geography: [String; 10],
    calls: Calls,
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    (0..world.months_2025.len()).map(|m| Box::new(move || release(world, m)) as Job<'_>).collect()
}

/// Three practices in four, more with each month: suppliers join the collection one by one.
fn covered(world: &World, p: &Practice, month: usize) -> bool {
    let joined = world.draw(Kind::Telephony, p.index, 0).unit();
    joined < (0.71 + 0.02 * month as f64).min(0.97)
}

fn release(world: &World, month: usize) -> Result<Part, SynthError> {
    let day = world.months_2025[month];
    let long = day.strftime("%B %Y").to_string();
    let period = day.last_of_month().to_string();
    let path = format!("cloud-telephony/Cloud Based Telephony Publication Summary {long} SYNTHETIC.xlsx");
    let mut part = Part::new(path, Vec::new());
    let open: Vec<&Practice> = world.open_2025().filter(|p| covered(world, p, month)).collect();
    let mut rows: Vec<Row> = open
        .par_iter()
        .map(|p| {
            let mut d = world.draw(Kind::Telephony, p.index, 1 + month);
            let calls = Calls::draw(&mut d, p.list_in_2025(month) as f64, p.latent.modern);
            Row { geography: geography(world, p), calls }
        })
        .collect();
    let names = [
        "inbound",
        "answered",
        "ended_ivr",
        "callback_requested",
        "missed",
        "callback_made",
        "answered_under_1m",
        "answered_1_2m",
        "answered_2_5m",
        "answered_over_5m",
    ];
    let mut totals = names.map(|n| Total::new("cloud_telephony", &period, n));
    for r in &rows {
        r.calls.counts().into_iter().zip(&mut totals).for_each(|(v, t)| t.add(v));
    }
    for p in open.iter().filter(|p| unallocated(p)) {
        part.wart("pcn_unallocated", &period, &p.code, "PCN Code", "");
    }
    for pseudo in pseudo_rows(world, month) {
        part.wart("pseudo_practice", &period, "Unassigned", "GP Practice", &pseudo.geography[4]);
        rows.push(pseudo);
    }
    let mut sum = Calls::default();
    rows.iter().for_each(|r| sum.add(&r.calls));
    for sheet in ["Table 3", "Table 4"] {
        part.wart("total_row", &period, "Total", sheet, &sum.inbound.to_string());
    }
    let mut book = Book::new("Synthetic cloud based telephony");
    let title =
        ["SYNTHETIC cloud based telephony data in General Practice", "Made by dpcmi synth; not real.", &long];
    book.prose("Title sheet", &title);
    book.prose("Data Quality", &["Data Quality", "SYNTHETIC: quality is as good as the generator."]);
    table_1(&mut book, day, world.open_2025().count(), open.len(), &sum);
    table_2(&mut book, day, &sum);
    table_3(&mut book, day, month, &rows, &sum);
    table_4(&mut book, day, month, &rows, &sum);
    part.totals.extend(totals);
    part.file.bytes = book.bytes()?;
    Ok(part)
}

/// Accounts that cannot be split by practice: some with a sub-ICB location, the last with nothing.
fn pseudo_rows(world: &World, month: usize) -> Vec<Row> {
    let unmapped = || "Unmapped".to_owned();
    let located = (world.ccgs.len() / 12).max(1);
    (0..=located)
        .map(|k| {
            let mut d = world.draw(Kind::Pseudo, k, month);
            let mut cells: [String; 10] = std::array::from_fn(|_| unmapped());
            cells[0] = "Unassigned".to_owned();
            if k < located {
                let ccg = &world.ccgs[k * 12];
                let icb = &world.icbs[ccg.icb];
                cells[4] = ccg.code.clone();
                cells[5] = icb.location_name(&ccg.code);
                cells[6] = icb.code.clone();
                cells[7] = icb.name.clone();
            }
            Row { geography: cells, calls: Calls::draw(&mut d, 30_000.0, 0.0) }
        })
        .collect()
}

fn table_1(book: &mut Book, day: Date, open: usize, included: usize, sum: &Calls) {
    let mut sheet = book.sheet("Table 1");
    sheet.text(4, 0, "Return to Contents");
    sheet.text(6, 0, "Table 1: SYNTHETIC summary of cloud based telephony calls by month, England");
    sheet.month(7, 2, day.last_of_month()).text(9, 0, "Coverage");
    sheet.text(9, 1, "Open active practices").int(9, 2, open as i64);
    sheet.text(10, 1, "Count of practices included").int(10, 2, included as i64);
    sheet.text(11, 1, "Practice coverage [1]").share(11, 2, included as i64, open as i64);
    sheet.text(13, 1, "Inbound calls").int(13, 2, sum.inbound);
}

/// Inbound calls by day: weekdays carry all but one in fifty.
fn table_2(book: &mut Book, day: Date, sum: &Calls) {
    let mut sheet = book.sheet("Table 2");
    sheet.text(4, 0, "Return to Contents").text(6, 0, "Table 2: SYNTHETIC inbound calls by day");
    sheet.text(8, 1, "Date").text(8, 2, "Total Count of Inbound Calls");
    let days = i64::from(day.days_in_month());
    for k in 0..days {
        let date = day.saturating_add(k.days());
        let weekend = date.weekday().to_monday_zero_offset() > 4;
        let calls = sum.inbound / days * if weekend { 7 } else { 137 } / 100;
        let row = 10 + k as usize;
        sheet.text(row, 0, &date.strftime("%A").to_string()).day(row, 1, date).int(row, 2, calls);
    }
}

/// Names of the shared columns on row 10, and the text of row 7.
fn head(sheet: &mut Sheet, title: &str) {
    sheet.text(4, 0, "Return to Contents").text(6, 0, title);
    for (col, (name, mark)) in HEADER.iter().zip(MARKS).enumerate() {
        sheet.text(9, col, &format!("{name}{mark}"));
    }
}

fn identity(sheet: &mut Sheet, at: usize, day: Date, row: &Row) {
    sheet.month(at, 0, day);
    for (col, cell) in row.geography.iter().enumerate() {
        sheet.text(at, col + 1, cell);
    }
}

fn notes(sheet: &mut Sheet, below: usize) {
    sheet.text(below, 0, "Notes:");
    for n in 1..=4 {
        sheet.text(below + n - 1, 1, &format!("{n:3}   SYNTHETIC note {n}"));
    }
    sheet.text(below + 4, 1, "** SYNTHETIC: the four outcomes add up to the inbound calls");
}

fn table_3(book: &mut Book, day: Date, month: usize, rows: &[Row], sum: &Calls) {
    let mut sheet = book.sheet("Table 3");
    let title = format!(
        "Table 3: SYNTHETIC summary of cloud based telephony call outcomes, by practice, England, {}",
        day.strftime("%B %Y")
    );
    head(&mut sheet, &title);
    // Left over from making the real sheet: last month's totals and the column numbers of a look-up.
    for (col, number) in [(11, 12), (13, 13), (15, 14), (17, 15), (20, 16), (23, 17)] {
        sheet.int(0, col, sum.inbound / number).int(3, col, number).int(4, col, number - 9);
    }
    let ivr = format!("Ended during the IVR Stage [{}]", 4 + month % 2);
    sheet.merged(8, 13, 21, "Count of Inbound Call Outcome").text(9, 11, "Count of Inbound calls");
    let groups = [(13, "Answered"), (15, ivr.as_str()), (17, "Call back requested"), (20, "Missed")];
    for (col, name) in groups.into_iter().chain([(23, "Call back made")]) {
        let percent = if col == 23 { "% of requested" } else { "%" };
        sheet.merged(9, col, col + 1, name).text(10, col, "Total").text(10, col + 1, percent);
    }
    sheet.text(10, 11, "Total").text(12, 0, "Total");
    outcomes(&mut sheet, 12, sum);
    for (i, row) in rows.iter().enumerate() {
        identity(&mut sheet, 14 + i, day, row);
        outcomes(&mut sheet, 14 + i, &row.calls);
    }
    notes(&mut sheet, 15 + rows.len());
}

fn outcomes(sheet: &mut Sheet, at: usize, c: &Calls) {
    sheet.int(at, 11, c.inbound);
    for (col, count) in [(13, c.answered), (15, c.ended_ivr), (17, c.callback_requested), (20, c.missed)] {
        sheet.int(at, col, count).share(at, col + 1, count, c.inbound);
    }
    sheet.int(at, 23, c.callback_made).share(at, 24, c.callback_made, c.callback_requested);
}

fn table_4(book: &mut Book, day: Date, month: usize, rows: &[Row], sum: &Calls) {
    let mut sheet = book.sheet("Table 4");
    let title = format!(
        "Table 4: SYNTHETIC summary of answered calls, the time it took to answer and the duration, {}",
        day.strftime("%B %Y")
    );
    head(&mut sheet, &title);
    sheet.merged(8, 15, 22, &format!("Answered Calls - Wait time [{}]", 4 + month % 2));
    sheet.merged(8, 24, 31, "Answered Calls - Duration");
    sheet.text(9, 11, "Total Inbound calls").merged(9, 12, 13, "Answered");
    sheet.text(10, 11, "Count").text(10, 12, "Count").text(10, 13, "%");
    for (k, name) in ["Less than 1 minute", "1 - 2 minutes", "2 - 5 minutes", "Longer than 5 minutes"]
        .into_iter()
        .enumerate()
    {
        for col in [15 + 2 * k, 24 + 2 * k] {
            sheet.merged(9, col, col + 1, name).text(10, col, "Count").text(10, col + 1, "%");
        }
    }
    sheet.texts(11, ["Total", "National"]);
    times(&mut sheet, 11, sum);
    for (i, row) in rows.iter().enumerate() {
        identity(&mut sheet, 13 + i, day, row);
        times(&mut sheet, 13 + i, &row.calls);
    }
    notes(&mut sheet, 14 + rows.len());
}

fn times(sheet: &mut Sheet, at: usize, c: &Calls) {
    sheet.int(at, 11, c.inbound).int(at, 12, c.answered).share(at, 13, c.answered, c.inbound);
    for k in 0..4 {
        sheet.int(at, 15 + 2 * k, c.waits[k]).share(at, 16 + 2 * k, c.waits[k], c.answered);
        sheet.int(at, 24 + 2 * k, c.durations[k]).share(at, 25 + 2 * k, c.durations[k], c.answered);
    }
}
