//! Cloud based telephony: one workbook a month, outcomes of calls in `Table 3`, waits and
//! durations of answered calls in `Table 4`, waits of missed calls in `Table 5`.
//!
//! Two header rows with merged groups above them, spacer columns, a Total row, percentages as fractions, stray numbers
//! in the first rows, and pseudo practices (`Unassigned`) for accounts that cover several practices.

mod tables;

use crate::synth::book::Book;
use crate::synth::consultations::{geography, unallocated};
use crate::synth::draw::{Draw, Kind};
use crate::synth::practice::Practice;
use crate::synth::truth::Total;
use crate::synth::world::World;
use crate::synth::{Job, Part, SynthError};
use rayon::prelude::*;

/// Calls of one practice in a month.
#[derive(Clone, Default)]
struct Calls {
    inbound: i64,
    answered: i64,
    ended_ivr: i64,
    callback_requested: i64,
    missed: i64,
    callback_made: i64,
    /// Answered within 1, 1 to 2, 2 to 5, over 5 minutes; calls that lasted as long; missed after as long.
    waits: [i64; 4],
    durations: [i64; 4],
    missed_waits: [i64; 4],
}

impl Calls {
    fn add(&mut self, other: &Calls) {
        for (sum, x) in self.counts_mut().into_iter().zip(other.counts()) {
            *sum += x;
        }
    }

    fn counts(&self) -> Vec<i64> {
        let first = [self.inbound, self.answered, self.ended_ivr, self.callback_requested, self.missed];
        let first = first.into_iter().chain([self.callback_made]);
        first.chain(self.waits).chain(self.durations).chain(self.missed_waits).collect()
    }

    fn counts_mut(&mut self) -> Vec<&mut i64> {
        let first = [
            &mut self.inbound,
            &mut self.answered,
            &mut self.ended_ivr,
            &mut self.callback_requested,
            &mut self.missed,
            &mut self.callback_made,
        ];
        let times = [&mut self.waits, &mut self.durations, &mut self.missed_waits];
        first.into_iter().chain(times.into_iter().flatten()).collect()
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
        let missed_waits = shares(d, missed, [0.52, 0.34, 0.49]);
        Calls {
            inbound,
            answered,
            ended_ivr,
            callback_requested,
            missed,
            callback_made,
            waits,
            durations,
            missed_waits,
        }
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
    for sheet in ["Table 3", "Table 4", "Table 5"] {
        part.wart("total_row", &period, "Total", sheet, &sum.inbound.to_string());
    }
    let mut book = Book::new("Synthetic cloud based telephony");
    let title =
        ["SYNTHETIC cloud based telephony data in General Practice", "Made by dpcmi synth; not real.", &long];
    book.prose("Title sheet", &title);
    book.prose("Data Quality", &["Data Quality", "SYNTHETIC: quality is as good as the generator."]);
    tables::coverage(&mut book, day, world.open_2025().count(), open.len(), &sum);
    tables::by_day(&mut book, day, &sum);
    tables::outcomes(&mut book, day, month, &rows, &sum);
    tables::answered(&mut book, day, month, &rows, &sum);
    tables::missed(&mut book, day, &rows, &sum);
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
