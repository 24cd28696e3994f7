//! Organisation Data Service files: epraccur and eccg (27 quoted columns without a header) and epcmem (6).
//!
//! epraccur carries no date in it (its name does here): a snapshot is written for the first month of the 2018 sets, one for their last and one for
//! the last month of the 2025 sets, so that what is open on one is closed on another. Cost centres that are not GP practices stand among the practices, as they do in the
//! real file. One CCG was made by a merger on the first day: its two predecessors are closed in eccg and in the
//! history of epcmem.

use super::draw::Kind;
use super::places::REGIONS;
use super::practice::{Fault, address, code, postcode, telephone};
use super::text::{Quote, Table, compact, year_month};
use super::world::World;
use super::{Job, Part};
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// One row of the 27-column layout; the empty columns are filled in when it is written.
#[derive(Default)]
struct Row {
    code: String,
    name: String,
    region: &'static str,
    area: String,
    address: [String; 3],
    postcode: String,
    opened: Option<Date>,
    closed: Option<Date>,
    status: &'static str,
    subtype: &'static str,
    /// Column 15, and column 24 which should say the same.
    commissioner: String,
    purchaser: String,
    joined: Option<Date>,
    left: Option<Date>,
    telephone: String,
    setting: String,
}

impl Row {
    fn write(&self, t: &mut Table) {
        let day = |d: Option<Date>| d.map_or(String::new(), compact);
        t.texts([&self.code, &self.name, self.region, &self.area, &self.address[0], &self.address[1]]);
        t.texts([&self.address[2], "", "", &self.postcode, &day(self.opened), &day(self.closed)]);
        t.texts([self.status, self.subtype, &self.commissioner, &day(self.joined), &day(self.left)]);
        t.texts([&self.telephone, "", "", "", "0", "", &self.purchaser, "", &self.setting, ""]).end();
    }
}

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    let end = |d: &Date| d.last_of_month();
    let mut days: Vec<Date> = world.months.first().map(end).into_iter().collect();
    days.extend(world.months.last().map(end));
    days.extend(world.months_2025.last().map(end));
    let last = days[days.len() - 1];
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for day in days {
        jobs.push(Box::new(move || Ok(epraccur(world, day))));
    }
    for (written, icbs) in [(world.has_2018(), false), (world.has_2025(), true)] {
        if written {
            jobs.push(Box::new(move || Ok(eccg(world, icbs))));
        }
    }
    jobs.push(Box::new(move || Ok(epcmem(world, last))));
    jobs
}

/// Whether the sets of 2025 have begun: regions have other codes and ICBs stand in place of areas.
fn icbs(world: &World, day: Date) -> bool {
    world.has_2025() && day >= world.spec.start_2025
}

/// Columns 3 and 4.
fn above(world: &World, ccg: usize, icbs: bool) -> (&'static str, String) {
    let region = &REGIONS[world.ccgs[ccg].region];
    if icbs {
        (region.code_2025, world.icbs[world.ccgs[ccg].icb].code.clone())
    } else {
        (region.code, region.area.to_owned())
    }
}

fn quoted() -> Table {
    Table::new(b',', Quote::Always, "\r\n")
}

fn epraccur(world: &World, day: Date) -> Part {
    let mut part = Part::new(format!("ods/epraccur_{}.csv", year_month(day)), Vec::new());
    let mut t = quoted();
    let period = day.to_string();
    for p in &world.practices {
        let opened = world.opened(p);
        if opened > day {
            continue;
        }
        let closed = world.closed(p, day);
        let ccg = world.ccg(p).code.clone();
        let purchaser = if p.has(Fault::CommissionerDisagrees) {
            part.wart("commissioner_disagrees", &period, &p.code, "24", "Y99");
            "Y99".to_owned()
        } else {
            ccg.clone()
        };
        if closed.is_some() {
            part.wart("closed_practice", &period, &p.code, "12", "");
        }
        let mut row = gp(world, p.index, p.ccg, &p.name, day);
        row.status = if closed.is_some() { "C" } else { "A" };
        (row.opened, row.closed, row.left) = (Some(opened), closed, closed);
        (row.joined, row.commissioner, row.purchaser) = (Some(world.joined(p, opened)), ccg, purchaser);
        row.write(&mut t);
    }
    for c in &world.closed_before {
        let name = format!("SYNTHETIC FORMER SURGERY {:05}", c.index + 1);
        let mut row = gp(world, c.index, c.ccg, &name, day);
        let ccg = former_ccg(world, c.ccg, c.index, c.closed);
        row.status = "C";
        (row.opened, row.closed, row.left) = (Some(date(1974, 4, 1)), Some(c.closed), Some(c.closed));
        (row.joined, row.commissioner, row.purchaser) = (Some(date(2013, 4, 1)), ccg.clone(), ccg);
        row.write(&mut t);
        part.wart("closed_practice", &period, &row.code, "12", "");
    }
    cost_centres(world, &mut t, &mut part, day);
    part.file.bytes = t.out;
    part
}

fn gp(world: &World, index: usize, ccg: usize, name: &str, day: Date) -> Row {
    let (region, area) = above(world, ccg, icbs(world, day));
    Row {
        code: code(index),
        name: name.to_owned(),
        region,
        area,
        address: address(index, ccg),
        postcode: postcode(index),
        subtype: "B",
        telephone: telephone(index),
        setting: "4".to_owned(),
        ..Row::default()
    }
}

/// The CCG whose practice it was on that day: before the merger one of the two old ones.
fn former_ccg(world: &World, ccg: usize, index: usize, day: Date) -> String {
    let now = &world.ccgs[ccg];
    if now.merged_from.is_empty() || day >= world.ccg_founded(ccg) {
        return now.code.clone();
    }
    now.merged_from[index % 2].0.clone()
}

/// Prescribing cost centres that are no GP practices: clinics, hospices, prisons. Three for four practices in the
/// real file; one for four here.
fn cost_centres(world: &World, t: &mut Table, part: &mut Part, day: Date) {
    let period = day.to_string();
    for k in 0..world.practices.len() / 4 {
        let mut d = world.draw(Kind::CostCentre, k, 0);
        let ccg = d.below(world.ccgs.len());
        let setting = ["0", "9", "10", "8", "2", "25"][d.weighted(&[0.46, 0.27, 0.08, 0.07, 0.06, 0.06])];
        let name = format!("SYNTHETIC COST CENTRE {:05}", k + 1);
        let mut row = gp(world, k, ccg, &name, day);
        row.code = format!("X{:05}", k + 1);
        row.status = ["A", "C", "D"][d.weighted(&[0.84, 0.13, 0.03])];
        let founded = world.ccg_founded(ccg);
        row.opened = Some(founded);
        row.joined = Some(founded);
        if row.status == "C" {
            row.closed = Some(world.first_day().saturating_sub(1.day()).max(founded));
            row.left = row.closed;
        }
        row.commissioner = world.ccgs[ccg].code.clone();
        row.purchaser = row.commissioner.clone();
        row.setting = setting.to_owned();
        row.write(t);
        part.wart("not_a_gp_practice", &period, &row.code, "26", setting);
    }
}

fn eccg(world: &World, icbs: bool) -> Part {
    let day = if icbs { world.spec.start_2025 } else { world.spec.start };
    let mut part = Part::new(format!("ods/eccg_{}.csv", year_month(day)), Vec::new());
    let mut t = quoted();
    for (i, ccg) in world.ccgs.iter().enumerate() {
        let (region, area) = above(world, i, icbs);
        let founded = world.ccg_founded(i);
        let row = |code: &str, name: &str, opened: Date, closed: Option<Date>| Row {
            code: code.to_owned(),
            name: name.to_owned(),
            region,
            area: area.clone(),
            address: address(i, i),
            postcode: postcode(i),
            opened: Some(opened),
            closed,
            subtype: if icbs { "" } else { "C" },
            ..Row::default()
        };
        // From July 2022 the organisation goes on under the same code and another name.
        let name = if icbs { world.icbs[ccg.icb].location_name(&ccg.code) } else { ccg.name.clone() };
        row(&ccg.code, &name, founded, None).write(&mut t);
        for (code, name) in &ccg.merged_from {
            let last = founded.saturating_sub(1.day());
            row(code, name, date(2013, 4, 1), Some(last)).write(&mut t);
            part.wart("ccg_merged", &last.to_string(), code, "12", &ccg.code);
        }
    }
    part.file.bytes = t.out;
    part
}

/// Full history of practice to CCG, the present row first.
fn epcmem(world: &World, day: Date) -> Part {
    let mut part = Part::new("ods/SYNTHETIC_epcmem.csv", Vec::new());
    let mut t = quoted();
    let mut row = |practice: &str, parent: &str, joined: Date, left: Option<Date>| {
        let left = left.map_or(String::new(), compact);
        t.texts([practice, parent, "W", &compact(joined), &left, "0"]).end();
    };
    for p in &world.practices {
        let opened = world.opened(p);
        if opened > day {
            continue;
        }
        let joined = world.joined(p, opened.max(date(2013, 4, 1)));
        row(&p.code, &world.ccg(p).code, joined, world.closed(p, day));
        let founded = world.ccg_founded(p.ccg);
        if !world.ccg(p).merged_from.is_empty() && opened < founded {
            let old = former_ccg(world, p.ccg, p.index, founded.saturating_sub(1.day()));
            row(&p.code, &old, opened.max(date(2013, 4, 1)), Some(founded.saturating_sub(1.day())));
            part.wart("practice_moved_by_merger", &day.to_string(), &p.code, "2", &old);
        }
    }
    for c in &world.closed_before {
        let old = former_ccg(world, c.ccg, c.index, c.closed);
        row(&code(c.index), &old, date(2013, 4, 1), Some(c.closed));
    }
    part.file.bytes = t.out;
    part
}
