//! Practice declarations: what practices say, truly, falsely, or by leaving what stood there last time.

use super::super::draw::{Draw, Kind};
use super::super::practice::Practice;
use super::super::text::Table;
use super::super::world::World;
use super::super::{Job, Part};
use super::answers::{Facts, QUESTIONS, facts};
use super::{as_at, last_month};
use jiff::ToSpan;
use rayon::prelude::*;

/// How a practice fills in its return.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    Honest,
    /// Claims one thing that it does not have, every time.
    Claims,
    /// From this quarter on leaves what stood there.
    CopiesFrom(usize),
    /// Nothing changes in truth, and each return is confirmed.
    Stable,
}

/// Shares of practices; the rest is honest. Claims: a little over a tenth, since some have nothing left to claim.
const CLAIMS: f64 = 0.116;
const COPIES: f64 = 0.06;
const STABLE: f64 = 0.02;
const NOT_RETURNED: f64 = 0.05;
const CONFIRMED: f64 = 0.7;
/// Cells left empty, and cells with one of the other three absences.
const BLANK: f64 = 0.006;
const OTHERWISE: f64 = 0.001;

/// One return as it goes into the file.
#[derive(Clone)]
struct Return {
    cells: Vec<String>,
    confirmed: String,
    /// Question claimed falsely, and whether a trace denies it.
    claimed: Option<(usize, bool)>,
    copied: bool,
    steady: bool,
}

/// What a quarter's file holds of one practice: nothing when it is closed, silence, or a return.
#[derive(Clone)]
enum Sent {
    Closed,
    Silent,
    Return(Return),
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    let mut by_practice: Vec<Vec<Sent>> = world.practices.par_iter().map(|p| history(world, p)).collect();
    (0..world.spec.quarters)
        .map(|q| {
            let sent: Vec<Sent> =
                by_practice.iter_mut().map(|h| std::mem::replace(&mut h[q], Sent::Closed)).collect();
            Box::new(move || Ok(file(world, q, &sent))) as Job<'_>
        })
        .collect()
}

fn habit(world: &World, d: &mut Draw) -> Habit {
    let u = d.unit();
    if u < CLAIMS {
        Habit::Claims
    } else if u < CLAIMS + COPIES {
        Habit::CopiesFrom(1 + d.below(world.spec.quarters.saturating_sub(1)))
    } else if u < CLAIMS + COPIES + STABLE {
        Habit::Stable
    } else {
        Habit::Honest
    }
}

/// All returns of one practice, in order.
fn history(world: &World, p: &Practice) -> Vec<Sent> {
    let mut d = world.draw(Kind::Declaration, p.index, 60_000);
    let habit = habit(world, &mut d);
    // Seven claims in ten are of something that others can see.
    let visible = d.chance(0.7);
    let pick = d.below(1 << 16);
    let mut out: Vec<Sent> = Vec::with_capacity(world.spec.quarters);
    let mut last: Option<(Return, Facts)> = None;
    for q in 0..world.spec.quarters {
        let mut d = world.draw(Kind::Declaration, p.index, 2_000 + q);
        if !p.open_in(last_month(q)) {
            out.push(Sent::Closed);
            continue;
        }
        if d.chance(NOT_RETURNED) {
            out.push(Sent::Silent);
            continue;
        }
        let mut now = facts(world, p, q);
        if let (Habit::CopiesFrom(from), Some((before, _))) = (habit, &last)
            && q >= from
        {
            let copy = Return { copied: true, claimed: None, ..before.clone() };
            out.push(Sent::Return(copy.clone()));
            last = Some((copy, now));
            continue;
        }
        let mut steady = false;
        if let (Habit::Stable, Some((_, before))) = (habit, &last) {
            // The world stands still where it can: what other files show still moves.
            steady = before.yes == now.yes;
            (now.staff, now.laptops, now.trained) = (before.staff, before.laptops, before.trained);
        }
        let claimed = (habit == Habit::Claims).then(|| claim(&now, visible, pick)).flatten();
        let end = world.months[last_month(q)].last_of_month();
        let looked = d.chance(CONFIRMED) || habit == Habit::Stable;
        let day = end.saturating_sub((d.below(40) as i64).days());
        let confirmed = if looked { day.to_string() } else { String::new() };
        let steady_cells = last.as_ref().filter(|_| steady).map(|(r, _)| r.cells.clone());
        let cells = steady_cells.unwrap_or_else(|| cells(&now, claimed, &mut d));
        let r =
            Return { cells, confirmed, claimed: claimed.map(|k| (k, now.denied[k])), copied: false, steady };
        out.push(Sent::Return(r.clone()));
        last = Some((r, now));
    }
    out
}

/// The question to claim: one whose true answer is no, preferably one that a trace denies.
fn claim(now: &Facts, visible: bool, pick: usize) -> Option<usize> {
    let open: Vec<usize> = (0..QUESTIONS.len()).filter(|k| !now.yes[*k]).collect();
    let seen: Vec<usize> = open.iter().copied().filter(|k| now.denied[*k]).collect();
    let from = if visible && !seen.is_empty() { seen } else { open };
    (!from.is_empty()).then(|| from[pick % from.len()])
}

fn cells(now: &Facts, claimed: Option<usize>, d: &mut Draw) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(QUESTIONS.len() + 3);
    for (k, yes) in now.yes.iter().enumerate() {
        let odd = d.unit();
        let word = if claimed == Some(k) || odd >= BLANK + OTHERWISE {
            if *yes || claimed == Some(k) { "yes" } else { "no" }
        } else if odd < BLANK {
            ""
        } else if (3..5).contains(&k) {
            "not applicable"
        } else if odd < BLANK + OTHERWISE / 2.0 {
            "not asked"
        } else {
            "withheld"
        };
        out.push(word.to_owned());
    }
    out.extend([now.staff, now.laptops, now.trained].map(|n| n.to_string()));
    out
}

fn file(world: &World, q: usize, sent: &[Sent]) -> Part {
    let period = as_at(world, q);
    let mut part = Part::new(format!("returns/practice_declaration_{period}.csv"), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(["as_at", "ccg_code", "practice_code", "practice_name", "confirmed_on"]);
    t.texts(QUESTIONS).texts(["staff", "laptops", "trained"]).end();
    for (p, sent) in world.practices.iter().zip(sent) {
        match sent {
            Sent::Closed => {}
            Sent::Silent => part.wart("no_declaration", &period, &p.code, "", ""),
            Sent::Return(r) => {
                if let Some((k, denied)) = r.claimed {
                    let detail = if denied { "traced" } else { "untraced" };
                    part.wart("false_claim", &period, &p.code, QUESTIONS[k], detail);
                }
                if r.copied {
                    part.wart("copied_forward", &period, &p.code, "", &r.confirmed);
                }
                if r.steady {
                    part.wart("confirmed_unchanged", &period, &p.code, "", &r.confirmed);
                }
                t.texts([period.as_str(), &world.ccg(p).code, &p.code, &p.name, &r.confirmed]);
                t.texts(r.cells.iter().map(String::as_str)).end();
            }
        }
    }
    part.file.bytes = t.out;
    part
}
