//! GP2GP transfers of records, asked for and sent, per practice and month.
//!
//! The layout holds a month (`05` to `08`) and no year; the only files known are of 2019. These four months are
//! written whatever the set covers, and the truth file says whether it covers them.

use super::draw::Kind;
use super::text::Table;
use super::truth::Total;
use super::world::World;
use super::{Job, Part};
use jiff::civil::date;

pub const REQUESTS: &str = "RequestorODS,Month,RegistrationCount,RequestCount,IntegratedCount,SuppressedCount,\
                            SuccessRate";
pub const SENT: &str = "SenderODS,Month,RequestCount,IntegratedCount,SuppressedCount,SuccessRate";

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    vec![Box::new(move || Ok(requests(world))), Box::new(move || Ok(sent(world)))]
}

/// The month of the set that stands for a month of 2019: its own, or the last one.
fn month_of(world: &World, month: i8) -> usize {
    let day = date(2019, month, 1);
    world.months.iter().position(|&m| m == day).unwrap_or(world.months.len() - 1)
}

/// Integrated over the transfers not suppressed; a fraction comes quoted.
fn success(t: &mut Table, requests: i64, integrated: i64, suppressed: i64) {
    let base = requests - suppressed;
    let rate = if base > 0 { integrated as f64 / base as f64 } else { 0.0 };
    if rate.fract().abs() < f64::EPSILON {
        t.int(rate as i64);
    } else {
        t.raw(format!("\"{rate}\"").as_bytes());
    }
}

fn requests(world: &World) -> Part {
    let mut part = Part::new("gp2gp/SYNTHETIC_PRMT_365_Requestor_transfers.csv", Vec::new());
    let mut t = Table::csv("\n");
    t.raw(REQUESTS.as_bytes()).end();
    let mut totals = Vec::new();
    for month in 5..=8 {
        for f in ["registrations", "requests", "integrated", "suppressed"] {
            totals.push(Total::new("gp2gp_requests", &date(2019, month, 1).last_of_month().to_string(), f));
        }
    }
    for p in world.open(world.months.len() - 1) {
        for month in 5..=8i8 {
            let at = month_of(world, month);
            let mut d = world.draw(Kind::Requests, p.index, month as usize);
            let rate = 0.0078 * d.factor(0.35);
            let registered = d.poisson(p.list_in(at) as f64 * rate);
            if registered == 0 {
                continue;
            }
            let sums = &mut totals[(month as usize - 5) * 4..][..4];
            let label = format!("{month:02}");
            t.text(&p.code).text(&label).int(registered);
            let requests = d.binomial(registered, 0.46);
            if requests == 0 {
                // No request: count and rate are blank, the other two zero.
                t.text("").int(0).int(0).text("").end();
                let period = sums[1].period.clone();
                part.wart("requests_blank", &period, &p.code, "RequestCount", "");
                sums[0].add(registered);
                sums[1].rows += 1;
                sums[1].blank += 1;
                sums[2].add(0);
                sums[3].add(0);
                continue;
            }
            let suppressed = d.binomial(requests, 0.07);
            let integrated = d.binomial(requests - suppressed, 0.86);
            t.int(requests).int(integrated).int(suppressed);
            success(&mut t, requests, integrated, suppressed);
            t.end();
            [registered, requests, integrated, suppressed].iter().zip(sums).for_each(|(v, s)| s.add(*v));
        }
    }
    part.totals = totals;
    part.file.bytes = t.out;
    part
}

fn sent(world: &World) -> Part {
    let mut part = Part::new("gp2gp/SYNTHETIC_PRMT_365_Sender_transfers.csv", Vec::new());
    let mut t = Table::csv("\n");
    t.raw(SENT.as_bytes()).end();
    let mut totals = Vec::new();
    for month in 5..=8 {
        for f in ["requests", "integrated", "suppressed"] {
            totals.push(Total::new("gp2gp_sent", &date(2019, month, 1).last_of_month().to_string(), f));
        }
    }
    for p in world.open(world.months.len() - 1) {
        for month in 5..=8i8 {
            let at = month_of(world, month);
            let mut d = world.draw(Kind::Sent, p.index, month as usize);
            let rate = 0.0035 * d.factor(0.4);
            let requests = d.poisson(p.list_in(at) as f64 * rate);
            if requests == 0 {
                continue;
            }
            let suppressed = d.binomial(requests, 0.06);
            let integrated = d.binomial(requests - suppressed, 0.9);
            t.text(&p.code).text(&format!("{month:02}")).int(requests).int(integrated).int(suppressed);
            success(&mut t, requests, integrated, suppressed);
            t.end();
            let sums = &mut totals[(month as usize - 5) * 3..][..3];
            [requests, integrated, suppressed].iter().zip(sums).for_each(|(v, s)| s.add(*v));
        }
    }
    part.totals = totals;
    part.file.bytes = t.out;
    part
}
