//! The CCGs' lists of agreements, their yearly survey, and the register of the security toolkit.

use super::super::draw::Kind;
use super::super::text::{Table, slashed};
use super::super::world::World;
use super::super::{Job, Part};
use super::answers::{self, Agreement, listed, toolkit};
use super::{as_at, last_month};
use jiff::civil::date;

/// The questions of the survey, as columns.
const SURVEY: [&str; 16] = [
    "ind2_0", "ind7_0", "ind9_1", "ind11_0", "ind12_0", "ind14_0", "ind15_0", "ind20_0", "ind24_0",
    "ind26_0", "ind28_0", "ind30_0", "ind32_0", "ind33_9", "ind34_0", "ind36_0",
];

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for q in 0..world.spec.quarters {
        jobs.push(Box::new(move || Ok(agreements(world, q))));
        jobs.push(Box::new(move || Ok(register(world, q))));
        // The survey is of September; a set without one has it in its first quarter.
        let september = world.months[last_month(q)].month() == 9;
        let none = !(0..world.spec.quarters).any(|q| world.months[last_month(q)].month() == 9);
        if september || (none && q == 0) {
            jobs.push(Box::new(move || Ok(survey(world, q))));
        }
    }
    jobs
}

fn agreements(world: &World, q: usize) -> Part {
    let period = as_at(world, q);
    let mut part = Part::new(format!("returns/practice_agreements_{period}.csv"), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(["as_at", "ccg_code", "practice_code", "practice_name", "state", "state_on", "deadline"]);
    t.text("review_due").end();
    let mut silent: Option<usize> = None;
    for p in world.open(last_month(q)) {
        let Some(state) = listed(world, p, q) else {
            if silent != Some(p.ccg) {
                silent = Some(p.ccg);
                part.wart("no_agreement_list", &period, &world.ccg(p).code, "", "");
            }
            continue;
        };
        let word = match state {
            Agreement::Signed => "signed",
            Agreement::Escalated => "escalated",
            Agreement::Neither => "neither",
        };
        let dates = answers::dates(world, p, q, state);
        if let Some((kind, on)) = dates.trouble() {
            part.wart(kind, &period, &p.code, "state_on", &on);
        }
        let [on, deadline, review] = dates.cells();
        t.texts([&period, &world.ccg(p).code, &p.code, &p.name, word, &on, &deadline, &review]).end();
    }
    part.file.bytes = t.out;
    part
}

fn register(world: &World, q: usize) -> Part {
    let end = world.months[last_month(q)].last_of_month();
    let year = end.year() - i16::from(end.month() < 4);
    let mut part = Part::new(format!("returns/dspt_practices_{end}.csv"), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(["Code", "Organisation Name", "Latest Status", "Date Of Publication", "Primary Sector"]).end();
    for p in world.open(last_month(q)) {
        let Some(status) = toolkit(world, p, q) else { continue };
        let edition = format!("{:02}/{:02} {status}", year % 100, (year + 1) % 100);
        let day = slashed(date(year, 4, 1 + (p.index % 28) as i8));
        t.texts([&p.code, &p.name, &edition, &day, "GP Practice"]).end();
    }
    part.file.bytes = t.out;
    part
}

/// Two support units for each region and one for all, and CCGs that deliver GP IT themselves; a CCG keeps its own.
fn partner(world: &World, ccg: usize) -> &'static str {
    const UNITS: [[&str; 2]; 5] = [
        ["SYNTHETIC MOOR CSU", "SYNTHETIC DALE CSU"],
        ["SYNTHETIC WOLDS CSU", "SYNTHETIC FOREST CSU"],
        ["SYNTHETIC CAPITAL CSU", "SYNTHETIC RIVER CSU"],
        ["SYNTHETIC COAST CSU", "SYNTHETIC DOWNS CSU"],
        ["SYNTHETIC WEALD CSU", "SYNTHETIC HEATH CSU"],
    ];
    let own = UNITS[world.ccgs[ccg].region];
    let all = [own[0], own[1], "SYNTHETIC NATIONAL INFORMATICS", "IN HOUSE"];
    all[world.draw(Kind::Survey, ccg, 60_000).weighted(&[0.4, 0.3, 0.2, 0.1])]
}

fn survey(world: &World, q: usize) -> Part {
    let period = as_at(world, q);
    let mut part = Part::new(format!("returns/ccg_gpit_survey_{period}.csv"), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(["as_at", "ccg_code", "ccg_name", "confirmed_on", "delivery_partner"]).texts(SURVEY).end();
    for (i, ccg) in world.ccgs.iter().enumerate() {
        let mut d = world.draw(Kind::Survey, i, q);
        if d.chance(0.03) {
            part.wart("no_survey", &period, &ccg.code, "", "");
            continue;
        }
        let keen = 0.78 + 0.08 * ccg.adoption;
        t.texts([period.as_str(), &ccg.code, &ccg.name, &period, partner(world, i)]);
        for _ in SURVEY {
            t.text(match d.unit() {
                u if u < 0.01 => "",
                u if u < 0.01 + 0.99 * keen => "yes",
                _ => "no",
            });
        }
        t.end();
    }
    part.file.bytes = t.out;
    part
}
